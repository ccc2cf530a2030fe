/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_sheet.h - the style sheets within a page: of each rule what html_style.h keeps, by
 * tag, class and id. Rules for some windows only (@media with a condition), for what
 * stands within something or for states of it are passed over. */
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
/* The rules for an element over a style. tag in lower case; classes parted by blanks and
 * id may be NULL. */
void html_sheet_apply(const struct html_sheet *sheet, const char *tag,
    const char *classes, const char *id, struct html_style *style);

#endif
