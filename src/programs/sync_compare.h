/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync_compare.h - the files of an account against its state, for sync_*.c alone. */
#ifndef PENFOLD_PROGRAMS_SYNC_COMPARE_H
#define PENFOLD_PROGRAMS_SYNC_COMPARE_H

#include "programs/sync_private.h"

/* A message whose file is not where the server has it. */
struct missing {
	struct place *place;
	guint32 uid;
	guint64 size;
	char *flags, *message_id;
	struct missing *next; /* another with this base name */
};

/* A file that no message of its folder stands for; base NULL: a folder that is here
 * alone. */
struct stray {
	struct place *place;
	char *base, *path;
	char *message_id;   /* with <>, "" when absent */
	guint64 file_size;  /* bytes of the file */
	guint64 size;	    /* as it travels, with CRLF */
	guint64 plain_size; /* the same without mbsync's line */
	gint64 date;	    /* Unix seconds */
	bool is_placeholder;
	gint64 n_like; /* its APPEND was cut off: letters like it that were known then, and one; 0: it was not */
};

struct comparison {
	struct sync_sink *s;
	struct place *place; /* looked at now */
	GHashTable *missing; /* base -> struct missing */
	GHashTable *known;   /* bases of the place that stand for a message */
	GPtrArray *strays;   /* struct stray * */
	GArray *pushes;	     /* struct imap_push */
	bool is_changed;     /* folders are to be planned anew */
};

/* The difference of the file's flags from what the server last had. */
void sync_compare_flags(const struct sync_sink *s, const char *path, const char *before,
    struct imap_push *push);

/* sync_offer.c: drop strays that are known to be here alone; then note the others as
 * letters that the server may get. */
void sync_offer_filter(struct comparison *c);
bool sync_offer(struct comparison *c, GError **error);

/* sync_vanish.c: what is missing and nowhere was deleted here, unless it is so much that a
 * person is asked. */
bool sync_vanish(struct comparison *c, GError **error);

/* sync_lost.c: folders that the server no longer has. */
bool sync_lost(struct comparison *c, GError **error);

#endif
