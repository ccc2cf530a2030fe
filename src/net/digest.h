/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest.h - SHA-256 by OpenSSL, which has the processor's own instructions: many letters
 * a second are compared with what was queued, and GLib's takes twenty times as long. */
#ifndef PENFOLD_NET_DIGEST_H
#define PENFOLD_NET_DIGEST_H

#include <glib.h>

/* 64 lower-case digits, owned; NULL when OpenSSL has no SHA-256. */
char *digest_sha256(GBytes *bytes);

#endif
