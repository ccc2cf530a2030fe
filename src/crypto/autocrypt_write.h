/* SPDX-License-Identifier: GPL-3.0-or-later */
/* autocrypt_write.h - the Autocrypt header field (Level 1, section 2.1), written. */
#ifndef PENFOLD_CRYPTO_AUTOCRYPT_WRITE_H
#define PENFOLD_CRYPTO_AUTOCRYPT_WRITE_H

#include "crypto/protect.h"

/* The letter with the author's minimal OpenPGP key in its header; NULL when it has a field already, or there
 * is no key: that keeps no letter from leaving. Owned. */
GBytes *
autocrypt_add(GBytes *letter, const struct protect_opts *opts);
/* The keys of all readers that the letter names, for one another (section 2.5), when there are two or more;
 * those of Bcc are not among them. header: of the encrypted payload. */
void
autocrypt_add_gossip(GString *header, const struct protect_plan *plan, const struct protect_opts *opts);

#endif
