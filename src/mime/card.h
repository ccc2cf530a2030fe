/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card.h - vCards (RFC 6350, and 2.1 and 3.0 as they are met): shown, and read for addresses. */
#ifndef PENFOLD_MIME_CARD_H
#define PENFOLD_MIME_CARD_H

#include "mime/layout.h"

/* Every card of the text as lines. */
void
card_lines(const char *utf8, size_t len, struct layout *l);

/* Each address of each card, with the card's name ("" when it has none); false stops. */
typedef bool (*card_address_fn)(const char *name, const char *address, void *user);
void
card_addresses(const char *utf8, size_t len, card_address_fn fn, void *user);

#endif
