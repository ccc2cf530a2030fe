/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resend.h - a message sent on as it is (RFC 5322 3.6.6). */
#ifndef PENFOLD_MIME_RESEND_H
#define PENFOLD_MIME_RESEND_H

#include <glib.h>

/* The letter with a block of Resent fields before its header; an envelope line "From " in front of it is
 * left out. from: one mailbox; to: a list of mailboxes; now: Unix seconds. PF_ERROR_DATA names an address
 * that does not parse. Owned. */
GBytes *
resend_bytes(GBytes *letter, const char *from, const char *to, gint64 now, GError **error);

#endif
