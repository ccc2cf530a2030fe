/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.h - how a verdict on a sender looks: its sign, its style, its word. */
#ifndef PENFOLD_UI_VERDICT_H
#define PENFOLD_UI_VERDICT_H

#include "base/row_index.h"
#include "ui/draw.h"

#include <jansson.h>

/* One column. */
const char *
verdict_sign(const struct canvas *c, enum row_verdict v);
enum style
verdict_style(enum row_verdict v);
/* "SUSPECT", "pass", ...: what stands before the summary. Static. */
const char *
verdict_word(enum row_verdict v);
/* May a tick be shown, which needs the domain beside it? */
bool
verdict_is_pass(enum row_verdict v);
/* The verdict of a message's or a verdict's JSON: a word, or an object with a "verdict". */
enum row_verdict
verdict_of_json(const json_t *value);
/* The domain that a verdict object is about; borrowed, NULL for none. */
const char *
verdict_domain(const json_t *verdict);
/* One sentence on a verdict object; owned. */
char *
verdict_summary(const json_t *verdict);

#endif
