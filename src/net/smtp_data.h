/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_data.h - the DATA form of a letter: dots stuffed (RFC 5321 4.5.2), piece by piece.
 * Pure. */
#ifndef PENFOLD_NET_SMTP_DATA_H
#define PENFOLD_NET_SMTP_DATA_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Append bytes to out with a dot doubled at the start of each line. *at_line_start is
 * true before the first piece and carried from piece to piece. */
void smtp_data_stuff(GString *out, const char *bytes, size_t len, bool *at_line_start);

#endif
