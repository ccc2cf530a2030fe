/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_list.h - is an address that of a mailing list, as far as its looks tell? */
#ifndef PENFOLD_NET_MSA_LIST_H
#define PENFOLD_NET_MSA_LIST_H

#include <stdbool.h>

/* Of an addr-spec: by the host ("lists.example.org", the great list hosts) or by the local
 * part ("-devel", "-announce"). A guess that costs little when it is wrong. */
bool msa_list_is(const char *spec);

/* Is there one among these? NULL-terminated, or NULL. */
bool msa_list_among(const char *const *specs);

#endif
