/* SPDX-License-Identifier: GPL-3.0-or-later */
/* newcomer.h - is the letter that is open the first from its address? Said in the frame, and only where it tells
 * something: not of mailing lists, of one's own letters, of people one has written to, nor while the store holds so
 * little that everybody is new. */
#ifndef PENFOLD_UI_NEWCOMER_H
#define PENFOLD_UI_NEWCOMER_H

#include "ui/ask.h"

struct message;

struct newcomer {
	struct app *app;
	struct ask ask;
	bool is_first;
};

/* Ask the store about the message's author; the frame is drawn anew when the answer says something. */
void
newcomer_ask(struct newcomer *n, struct app *app, const struct message *m);
/* Forget the message, and the question about it. */
void
newcomer_drop(struct newcomer *n);
/* Is it to be said? verdict (may be NULL) tells of mailing lists. */
bool
newcomer_is(const struct newcomer *n, const json_t *verdict);

#endif
