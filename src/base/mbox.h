/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mbox.h - the form mboxrd of an mbox (RFC 4155): what stands before a message, and which lines get a ">". */
#ifndef PENFOLD_BASE_MBOX_H
#define PENFOLD_BASE_MBOX_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

/* "From ADDRESS Sat Nov 21 10:00:00 2026\n": asctime in UTC. address: an addr-spec of a stranger, NULL for none.
 * date: Unix seconds. Owned. */
char *
mbox_from_line(const char *address, gint64 date);
/* "From ", ">From ", ">>From ": an mbox has one ">" more before it. */
bool
mbox_is_stuffed(const char *line);
/* Write a line of a message, its end included. */
void
mbox_put_line(FILE *out, const char *line, size_t len);
/* Is it surely the line before a message: "From ", and a date behind it? Any other that begins with "From " is one only
 * behind an empty line and before a header: not all programs put a ">" before such lines of a text. */
bool
mbox_is_dated(const char *line);
/* "Name: ...", behind the mark that some systems put before UTF-8. */
bool
mbox_is_field(const char *line);
/* The flags of a Maildir (of DFPRST) that the header of a message keeps in an mbox: Status, X-Status, X-Mozilla-Status.
 * Owned; NULL where it has none of them. *is_removed_out: the program that wrote it had deleted it. */
char *
mbox_flags(const char *message, size_t len, bool *is_removed_out);
/* What stands behind the last line of a message. has_end: that line ended with a line feed. */
void
mbox_put_end(FILE *out, bool has_end);

#endif
