/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_account.h - resolves [account "..."] sections to struct rc_account. */
#ifndef PENFOLD_BASE_RC_ACCOUNT_H
#define PENFOLD_BASE_RC_ACCOUNT_H

#include "base/rc_entry.h"

struct rc_account_set;

/* Resolve all accounts of rc, whose values must be in place; faults go to reading's findings. The set
 * borrows rc's strings. */
struct rc_account_set *
rc_account_set_new(const struct rc *rc, struct rc_reading *reading);
void
rc_account_set_free(struct rc_account_set *set);
/* NULL-terminated, in file order; borrowed. */
const struct rc_account *const *
rc_account_set_list(const struct rc_account_set *set);
/* See rc_account_of_address(). */
const struct rc_account *
rc_account_set_find(const struct rc_account_set *set, const char *addr_spec);

#endif
