/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap_push.h - commands that change a mailbox, for imap_push*.c alone. */
#ifndef PENFOLD_NET_IMAP_PUSH_H
#define PENFOLD_NET_IMAP_PUSH_H

#include "net/imap_sync_job.h"

/* One mailbox, while it is selected. */
struct push {
	struct job *job;
	const GArray *all; /* struct imap_push, of all mailboxes */
	bool is_ok;	   /* writable, and of the UIDVALIDITY that we know */
	bool has_keywords; /* any can be stored */
	bool has_forwarded; /* $Forwarded can */
};

enum push_step {
	STEP_ADD,
	STEP_REMOVE,
	STEP_LABEL, /* X-GM-EXT-1: letters a to z are labels there */
	STEP_UNLABEL,
	STEP_MOVE,
	STEP_COPY,
	STEP_MARK, /* as \Deleted, after a copy */
	STEP_EXPUNGE,
};

/* What is to be done to some messages. */
struct push_order {
	enum push_step step;
	const char *to, *wire; /* the other folder: its local name, and the server's */
	const char *letters;   /* of flags */
	bool is_deleted;       /* no file is left here */
};

GArray *push_new_uids(void);
/* Send the order for all UIDs (guint32, ascending), in as many commands as it takes, and
 * wait for the results. Those that were done are added to done_out, which may be NULL. A
 * refusal is told and no error. */
bool push_carry_out(struct push *push, const struct push_order *order, const GArray *uids,
    GArray *done_out, GError **error);
/* "the server refused to WHAT". */
void push_tell_refusal(const struct push *push, const char *what, const char *text);

#endif
