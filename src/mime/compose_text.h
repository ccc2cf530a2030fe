/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_text.h - the text of a letter on its way out: format=flowed (RFC 3676) with
 * DelSp=no, and the transfer encoding that fits it. Text is UTF-8 with LF line ends. */
#ifndef PENFOLD_MIME_COMPOSE_TEXT_H
#define PENFOLD_MIME_COMPOSE_TEXT_H

#include <glib.h>
#include <stdbool.h>

/* Line ends to LF, and one LF at the end of text that is not empty. Owned. */
char *compose_text_lines(const char *text);

/* Each line is a paragraph: one of more than 76 columns is broken behind spaces into
 * flowed lines, which a reader joins again to the very same line; quoted lines keep their
 * quote marks. Spaces at the end of a line are dropped (RFC 3676 4.2), but those of "--
 * ". Space-stuffed (4.4). Owned. */
char *compose_text_flow(const char *text);

enum compose_cte { COMPOSE_7BIT, COMPOSE_QUOTED_PRINTABLE, COMPOSE_BASE64 };

/* 7bit when the text is printable ASCII in lines of at most 998 bytes; else the smaller
 * of the other two. */
enum compose_cte compose_text_encoding(const char *text);

#endif
