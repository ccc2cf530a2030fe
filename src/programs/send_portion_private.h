/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_portion_private.h - what send_portion.c and send_broken.c share. */
#ifndef PENFOLD_PROGRAMS_SEND_PORTION_PRIVATE_H
#define PENFOLD_PROGRAMS_SEND_PORTION_PRIVATE_H

#include "programs/send_portion.h"

/* One letter of the portion. */
struct send_item {
	struct smtp_letter letter;
	struct queue_entry *entry;
	guint *which;	 /* the entry's recipient for each of the letter's */
	gsize told;	 /* progress */
	bool is_partial; /* the server takes no more recipients at once: others wait their
			    turn */
};

/* send_portion.c: settle what was answered. */
bool send_portion_keep_answers(struct send_portion *p, GError **error);

/* send_broken.c */

/* What the server said of each recipient; open, words: what becomes of those of whom it said nothing
 * final. */
void send_item_take_verdicts(struct send_item *item, enum queue_fate open, const char *words);
/* It took the letter for some, and these are too many at once: their turn is the next transaction. */
void send_item_spare_too_many(struct send_portion *p, struct send_item *item);
/* Settle the letters that were not answered, by how the session ended. */
bool send_broken_settle(struct send_portion *p, GError **error);

#endif
