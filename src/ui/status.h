/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status.h - the first line (where we are, what the helpers do) and the last one (messages, hints). */
#ifndef PENFOLD_UI_STATUS_H
#define PENFOLD_UI_STATUS_H

#include "ui/app.h"

struct status;

/* Nothing is going on yet. */
struct status *
status_new(struct app *app);
void
status_free(struct status *s);

/* A sentence in the last line until the next key. */
void
status_message(struct app *app, bool is_error, const char *text);
void
status_clear_message(struct app *app);
/* Another page opens: a remark has had its time, an error has not. */
void
status_clear_remark(struct app *app);
/* Messages since the start, newest last: GPtrArray of owned strings, borrowed. */
const GPtrArray *
status_history(const struct app *app);
/* What was said last holds until a letter leaves. */
void
status_until_sending(struct app *app);
/* What the client tells. */
void
status_notice(struct app *app, const struct client_notice *notice);

/* Draw the line. */
void
status_draw_title(struct app *app);
void
status_draw_bottom(struct app *app);

/* The user asks for a fetch himself: trouble is told even if it was told before. */
void
status_tell_again(struct app *app);

#endif
