/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.h - the detail page of a verdict: what was checked, found and concluded, line by
 * line. */
#ifndef PENFOLD_AUTH_PAGE_H
#define PENFOLD_AUTH_PAGE_H

#include <jansson.h>

/* The page of a verdict object (verdict_json(); one from a store is read as a stranger's)
 * as an array of {"t": display text, "s": style}, style one of text, heading, note, good,
 * warn, bad. Lines are wrapped at width columns (at least 20; 0 is 80). New reference. */
json_t *page_lines(const json_t *verdict, int width);

#endif
