/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox_name.h - a server's mailbox name and the local folder's name (RFC 3501 5.1.3,
 * RFC 2152). */
#ifndef PENFOLD_NET_MAILBOX_NAME_H
#define PENFOLD_NET_MAILBOX_NAME_H

#include <glib.h>

/* The folder name in UTF-8 with "/" as hierarchy, for a name in modified UTF-7 and the
 * server's hierarchy delimiter ('\0': none). Injective: a "/" inside a component becomes
 * "%2F"; a name that is no modified UTF-7 keeps its bytes with "%26" for "&"; "%" before
 * 25, 26 or 2F becomes "%25". INBOX comes out in capitals. NULL for a name that no
 * command could carry (empty, CR, LF, NUL as "?" or bytes above 127). Owned. */
char *mailbox_name_to_folder(const char *wire, char delimiter);

/* The reverse; NULL when folder is no result of mailbox_name_to_folder(). Owned. */
char *mailbox_name_from_folder(const char *folder, char delimiter);

/* As a quoted string for a command, quotes included. Owned. */
char *mailbox_name_quote(const char *wire);

#endif
