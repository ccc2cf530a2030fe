/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox_text.h - a name and an address as one mailbox of a header, as a person writes it. */
#ifndef PENFOLD_BASE_MAILBOX_TEXT_H
#define PENFOLD_BASE_MAILBOX_TEXT_H

/* "Name <address>", UTF-8. The name stands in quotes where one of its signs would not be read as part of it (RFC 5322 3.2.3,
 * 3.2.4), its control characters become blanks; the address alone where name is NULL, empty or the address. Owned. */
char *
mailbox_text(const char *name, const char *address);
/* The same of mail that came, to be shown: control characters stay, so that one sees them (safe_text.h). */
char *
mailbox_text_as_came(const char *name, const char *address);

#endif
