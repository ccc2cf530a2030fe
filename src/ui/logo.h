/* SPDX-License-Identifier: GPL-3.0-or-later */
/* logo.h - the logo of a message's author (BIMI): in the frame, never in the text, and only under a
 * verdict that carries it. */
#ifndef PENFOLD_UI_LOGO_H
#define PENFOLD_UI_LOGO_H

#include "ui/app.h"

struct logo;

struct logo *
logo_new(struct app *app);
void
logo_free(struct logo *l);

/* The verdict of the message that is shown (borrowed; may be NULL). Asks for the picture when it has one that
 * is kept. */
void
logo_set(struct logo *l, const json_t *verdict);
/* Columns that it takes at the right of the frame, 0 without a picture. */
int
logo_cols(const struct logo *l);
/* Draw at the right end of the area, over at most its rows. */
void
logo_draw(const struct logo *l, struct area area);

/* "[PayPal, Inc. · VMC by DigiCert, Inc.]": who vouches for whom; "" where nobody does. Owned. */
char *
logo_text(const struct canvas *c, const json_t *verdict);

#endif
