/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict_flags.h - the flags that need more than the header: what the signatures leave open, who wrote the
 * Authentication-Results, whether a letter in our own name is ours. For verdict.c alone. */
#ifndef PENFOLD_AUTH_VERDICT_FLAGS_H
#define PENFOLD_AUTH_VERDICT_FLAGS_H

#include "auth/decide.h"
#include "auth/verdict.h"

/* Each adds to v->flags. */
void verdict_flag_dkim(
    struct verdict *v, const struct decide_facts *facts, const struct verdict_context *context);
void verdict_flag_trust(struct verdict *v);

/* From is one of our own addresses: then either it never left us, or something proves it. */
void verdict_flag_self(
    struct verdict *v, const struct decide_facts *facts, const struct verdict_context *context);

/* Is one of the wanted names in the list (char *)? */
bool verdict_lists(const GPtrArray *list, const char *const *wanted, size_t n);

/* Does the signature leave visible text unsigned (l=)? */
bool verdict_is_short(const struct dkim_check *check);

/* We rely on the aligned passes, without any on all passes. */
bool verdict_is_relied_on(
    const struct verdict *v, const struct dkim_check *check, const struct decide_facts *facts);

/* Is this the word of the result? False for NULL. */
bool verdict_result_is(const struct authres_result *result, const char *word);

#endif
