/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread.h - the messages of a thread, as the store tells them; shared by the thread's page and the
 * open message. */
#ifndef PENFOLD_UI_THREAD_H
#define PENFOLD_UI_THREAD_H

#include "base/row_index.h"
#include "ui/app.h"

#include <jansson.h>

struct message {
	char *id, *thread, *path, *sha256, *from_name, *from_address, *to, *subject, *tags;
	char *account, *folder;
	char *domain; /* whom a tick is about: the judge's author, else that of the address; "" for none */
	gint64 date, size;
	int depth;
	enum row_verdict verdict;
	json_t *judged; /* the verdict whole; NULL for none yet */
	bool is_unread, is_flagged, has_attachment, is_quarantined, is_replied;
};

/* The verdict as a sign may say it: a pass without the domain that it is about is not shown as one. */
enum row_verdict
message_shown_verdict(const struct message *m);

struct thread;

/* Ask for a thread of the list; what was read ahead is there at once, and asked for again. One reference. */
struct thread *
thread_open(struct app *app, const struct row *row);
/* Ask for a thread. One reference. */
struct thread *
thread_read(struct app *app, const char *id);
/* A thread of one message that the store does not know: a message within another. It has no id and
 * never changes. */
struct thread *
thread_of_nothing(struct app *app);
struct thread *
thread_ref(struct thread *t);
void
thread_unref(struct thread *t);
/* Ask again: tags or files changed. Messages keep their places. */
void
thread_reload(struct thread *t);
/* The same, answered only after every change that is on its way. */
void
thread_reload_settled(struct thread *t);

/* Call fn on every change, until thread_forget() with the same user. */
void
thread_listen(struct thread *t, void (*fn)(struct thread *t, void *user), void *user);
void
thread_forget(struct thread *t, void *user);

const char *
thread_id(const struct thread *t);
guint
thread_count(const struct thread *t);
guint
thread_n_unread(const struct thread *t);
/* Borrowed until the next change; NULL past the end. */
struct message *
thread_message(const struct thread *t, guint i);
/* The number of a message, -1 when it is not there. */
int
thread_find(const struct thread *t, const char *message_id);
/* The first unread message, or the newest when all are read; 0 when empty. */
guint
thread_first_wanted(const struct thread *t);
/* Has the store answered? */
bool
thread_is_loaded(const struct thread *t);
/* Has it not, and may it still? */
bool
thread_is_coming(const struct thread *t);
/* Why it did not, or NULL. Borrowed. */
const char *
thread_error(const struct thread *t);

#endif
