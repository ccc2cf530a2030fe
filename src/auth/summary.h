/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.h - the verdict in one plain sentence. */
#ifndef PENFOLD_AUTH_SUMMARY_H
#define PENFOLD_AUTH_SUMMARY_H

struct verdict;

/* The sentence that stands after the mark, without a full stop; display text
 * (base/safe_text.h). Of a decided verdict. Owned. */
char *summary_new(const struct verdict *verdict);

#endif
