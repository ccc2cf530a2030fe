/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_offer.h - what an account's submission server said last that it takes, kept in the
 * state folder, so that a letter can be checked against it before anyone connects. */
#ifndef PENFOLD_NET_SMTP_OFFER_H
#define PENFOLD_NET_SMTP_OFFER_H

#include "net/smtp_caps.h"

struct smtp_offer {
	bool is_known;
	guint64 size; /* octets of a letter; 0: no limit was told (RFC 1870 4) */
	bool has_smtputf8;
};

/* Keep what the server at host says now. Written only where it is news; a failure is
 * nothing to stop for. */
void smtp_offer_keep(const char *state_dir, const char *account, const char *host,
    const struct smtp_caps *caps);
/* What it said; not known when the account has another host now, or never sent. */
void smtp_offer_load(
    const char *state_dir, const char *account, const char *host, struct smtp_offer *out);

#endif
