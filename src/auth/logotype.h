/* SPDX-License-Identifier: GPL-3.0-or-later */
/* logotype.h - the logo within a certificate: the extension id-pe-logotype (RFC 9399). */
#ifndef PENFOLD_AUTH_LOGOTYPE_H
#define PENFOLD_AUTH_LOGOTYPE_H

#include <glib.h>

/* The subject's logo in the DER of the extension's value: one direct image/svg+xml, in a data: URI,
 * gzipped, whose hashes over the unpacked drawing hold (RFC 9399 section 4.1; of several those that
 * are known, at least one). PF_ERROR_DATA says what is wrong. Owned: the drawing, unpacked. */
GBytes *
logotype_logo(const guint8 *der, size_t len, GError **error);

#endif
