/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_route.h - a way for letters: which recipients it is for, and how a server is
 * reached. */
#ifndef PENFOLD_PROGRAMS_SEND_ROUTE_H
#define PENFOLD_PROGRAMS_SEND_ROUTE_H

#include "net/smtp.h"
#include "programs/send_run.h"

struct send_route {
	const struct rc_account *account;
	const char *domain; /* only recipients there; NULL: all */
	/* A session that letters can be sent over; NULL with error when there is none
	 * now. */
	struct smtp *(*open)(
	    struct send_run *run, const struct send_route *route, GError **error);
	/* May it leave now? When not, the letter was given another time. NULL: always. */
	bool (*may_go)(struct send_run *run, const struct send_route *route,
	    struct queue_entry *entry, bool *goes_out, GError **error);
	void *user;
};

/* Is it the recipient's turn, on this route? */
bool send_route_takes(const struct send_run *run, const struct send_route *route,
    const struct queue_entry *entry, const struct queue_recipient *r);

/* Send the entries (struct queue_entry) by the route. False with error when the ledger
 * fails. */
bool send_portions(struct send_run *run, const struct send_route *route,
    GPtrArray *entries, GError **error);

#endif
