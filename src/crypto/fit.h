/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit.h - a letter whose bytes no relay has a reason to change (RFC 3156 3, RFC 1847 2.1): 7-bit, no
 * blanks at line ends, no line that begins with "From ", which a mailbox would quote. */
#ifndef PENFOLD_CRYPTO_FIT_H
#define PENFOLD_CRYPTO_FIT_H

#include <glib.h>

/* The letter itself, or with the parts that need it encoded anew. CRLF line ends. Owned; PF_ERROR_DATA
 * when it cannot be read. */
GBytes *
fit_for_signing(GBytes *letter, GError **error);

#endif
