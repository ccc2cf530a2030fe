/* SPDX-License-Identifier: GPL-3.0-or-later */
/* query.h - notmuch queries put together. */
#ifndef PENFOLD_BASE_QUERY_H
#define PENFOLD_BASE_QUERY_H

#include <stdbool.h>

/* NULL, blanks and "*" mean all messages. */
bool
query_is_everything(const char *query);
/* What both mean. notmuch knows "*" only as a whole query; within another it would match nothing. Owned. */
char *
query_and(const char *a, const char *b);

#endif
