/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sasl_prep.h - SASLprep (RFC 4013): one spelling for user names and passwords. */
#ifndef PENFOLD_NET_SASL_PREP_H
#define PENFOLD_NET_SASL_PREP_H

/* Non-ASCII spaces become SPACE, invisible characters go, the rest by NFKC; ASCII stays
 * as it is. Owned, to be wiped; NULL when a character is prohibited or the bytes are no
 * UTF-8. */
char *sasl_prep(const char *text);

#endif
