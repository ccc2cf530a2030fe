/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap_structure.h - what a letter consists of, from BODYSTRUCTURE (RFC 3501 7.4.2). Pure. */
#ifndef PENFOLD_NET_IMAP_STRUCTURE_H
#define PENFOLD_NET_IMAP_STRUCTURE_H

#include "net/imap_token.h"

/* One line a part that holds something: its type, its file name if it has one, its bytes as they
 * travel. at: index of the list after BODYSTRUCTURE. UTF-8, printable, at most 200 lines; "" when it makes no
 * sense. Owned. */
char *imap_structure_text(const struct imap_tokens *tokens, size_t at);

#endif
