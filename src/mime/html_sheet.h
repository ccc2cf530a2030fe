/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_sheet.h - the style sheets within a page: of each rule what html_style.h keeps, by
 * tag, class and id, and those of what it stands in ("td .a", "div > p"). Rules for some
 * windows only (@media with a condition), for attributes, neighbours and states are passed
 * over. */
#ifndef PENFOLD_MIME_HTML_SHEET_H
#define PENFOLD_MIME_HTML_SHEET_H

#include "mime/html_style.h"

#include <stddef.h>

struct html_sheet;

/* Empty; owned. */
struct html_sheet *html_sheet_new(void);
void html_sheet_free(struct html_sheet *sheet);
/* The text of a <style>, utf8, at most LIMIT_CSS of which are read over all of them.
 * Never fails. */
void html_sheet_add(struct html_sheet *sheet, const char *css, size_t len);
/* What a selector looks at: tag in lower case; classes parted by blanks, and id, may be
 * NULL. */
struct html_named {
	const char *tag;
	char *classes, *id;
};

/* The rules for an element over a style. path: the elements that it stands in, outermost
 * first, and itself. After some millions of comparisons only rules for the element alone
 * count. */
void html_sheet_apply(struct html_sheet *sheet, const struct html_named *path,
    size_t depth, struct html_style *style);
/* Grows with each rule that is kept. */
unsigned html_sheet_n_rules(const struct html_sheet *sheet);
/* Was a rule passed over that gives something a ground? */
bool html_sheet_is_partial(const struct html_sheet *sheet);

#endif
