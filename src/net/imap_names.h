/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap_names.h - which folder is which mailbox: the code of names, and the prefix that a
 * server puts before the user's own mailboxes (RFC 2342). Pure. */
#ifndef PENFOLD_NET_IMAP_NAMES_H
#define PENFOLD_NET_IMAP_NAMES_H

#include "net/imap_reply.h"
#include "net/mailbox_name.h"

struct imap_names {
	enum mailbox_code code;
	char *prefix;	     /* of new mailboxes, such as "INBOX."; NULL or "": none */
	GPtrArray *personal; /* all prefixes of the user's own, owned strings; NULL: none told */
	GPtrArray *foreign;  /* of other users and shared ones; NULL: none told */
};

void imap_names_clear(struct imap_names *n);
/* Take a NAMESPACE response in; false when it is none. */
bool imap_names_read(struct imap_names *n, const struct imap_tokens *tokens);

/* The local folder, owned; NULL when the name cannot be used in a command. The prefix is
 * left out ("INBOX.Sent" is "Sent"), where that is not INBOX itself again or begins with "~"; a
 * mailbox outside of a prefix that is not empty stands below "~", so that no two mailboxes have one
 * folder. */
char *imap_names_folder(
    const struct imap_names *n, const char *wire, char delimiter);
/* The reverse, owned; NULL when there can be none. */
char *imap_names_wire(const struct imap_names *n, const char *folder, char delimiter);
/* Another user's mailbox, or one that many share? */
bool imap_names_is_foreign(const struct imap_names *n, const char *wire);

#endif
