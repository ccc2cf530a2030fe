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
/* What stands behind the last line of a message. has_end: that line ended with a line feed. */
void
mbox_put_end(FILE *out, bool has_end);

#endif
