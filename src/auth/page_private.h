/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_private.h - what the files of the detail page share: lines of a label and a
 * wrapped text. */
#ifndef PENFOLD_AUTH_PAGE_PRIVATE_H
#define PENFOLD_AUTH_PAGE_PRIVATE_H

#include "base/jsonl.h"

struct page {
	json_t *lines;
	int width;
};

/* One line of display text. */
void page_put(struct page *page, const char *display, const char *style);
/* "  label      text", wrapped under the text, which is made safe; label NULL: the text
 * alone. */
void page_put_item(
    struct page *page, const char *label, const char *text, const char *style);
/* An empty line and a heading. */
void page_put_heading(struct page *page, const char *text);
/* The strings of an array as "a, b, c"; as one a line. Nothing when there are none. */
void page_put_list(
    struct page *page, const char *label, const json_t *array, const char *style);
void page_put_strings(
    struct page *page, const char *label, const json_t *array, const char *style);
/* The Unix seconds under a key; nothing when there are none. */
void page_put_time(
    struct page *page, const char *label, const json_t *object, const char *key);
/* The text, "-" for none. Borrowed. */
/* How a domain stands to the author's: one of the words of `aligned`, explained. */
void page_put_alignment(struct page *page, const char *word);
const char *page_or_dash(const char *text);
/* How a result is drawn; static. */
const char *page_style_of(const char *result);
/* The item "result": what is good is told with the domain that it is good for. */
void
page_put_result(struct page *page, const char *result, const char *domain, const char *style);

/* As page_style_of(), but a pass speaks for the author only where its domain is aligned
 * with the author's ("strict" or "relaxed"): else it is plain text. */
const char *page_style_beside(const char *result, const char *aligned);

/* Sections: page_trace.c */
void page_put_spf(struct page *page, const json_t *spf);
void page_put_dmarc(struct page *page, const json_t *dmarc, const char *author);
void page_put_arc(struct page *page, const json_t *arc);
void page_put_dkim2(struct page *page, const json_t *fields);
void page_put_authres(struct page *page, const json_t *field);
void page_put_path(struct page *page, const json_t *hops);
/* page_bimi.c */
void page_put_bimi(struct page *page, const json_t *bimi);

#endif
