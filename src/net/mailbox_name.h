/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox_name.h - a server's mailbox name and the local folder's name (RFC 3501 5.1.3,
 * RFC 2152). */
#ifndef PENFOLD_NET_MAILBOX_NAME_H
#define PENFOLD_NET_MAILBOX_NAME_H

#include <glib.h>

/* How a server writes its mailbox names. */
enum mailbox_code {
	MAILBOX_UTF7, /* RFC 3501 5.1.3: modified UTF-7 */
	MAILBOX_UTF8, /* after ENABLE UTF8=ACCEPT (RFC 6855 3) */
};

/* The folder name in UTF-8 with "/" as hierarchy, for a mailbox name and the server's
 * hierarchy delimiter ('\0': none; so are "&" and control characters). Injective: a "/"
 * inside a component becomes "%2F"; a name that is no modified UTF-7 keeps its bytes, but
 * for "&" and control characters, of which it has the hexadecimal value ("%26", "%1B");
 * "%" before such a value becomes "%25". INBOX comes out in capitals. The same mailbox has the same folder in
 * both codes. NULL for a name that no command could carry (empty, CR, LF, NUL as "?", in
 * UTF-7 bytes above 127, in UTF-8 what is none). Owned. */
char *mailbox_name_to_folder(const char *wire, char delimiter, enum mailbox_code code);

/* The reverse; NULL when folder is no result of mailbox_name_to_folder(). Owned. */
char *mailbox_name_from_folder(
    const char *folder, char delimiter, enum mailbox_code code);

/* As a quoted string for a command, quotes included. Owned. */
char *mailbox_name_quote(const char *wire);

/* A label of Gmail (X-GM-LABELS), which is written like a mailbox name, as UTF-8; NULL when it is not so written.
 * The other way it is quoted for a command. Owned. */
char *mailbox_label_decode(const char *wire, enum mailbox_code code);
char *mailbox_label_encode(const char *label, enum mailbox_code code);

#endif
