/* SPDX-License-Identifier: GPL-3.0-or-later */
/* supervisor.h - the parent's side: starts a helper when it is first needed, passes requests and
 * answers, enforces deadlines, restarts after a crash with back-off (1 s doubling to 60 s), and
 * counts the subjects that were being worked on when it died.
 *
 * Everything runs in the default GMainContext; nothing blocks, but supervisor_call(). */
#ifndef PENFOLD_BASE_SUPERVISOR_H
#define PENFOLD_BASE_SUPERVISOR_H

#include "base/error.h"
#include "base/jsonl.h"

struct supervisor;

enum supervisor_state { SUPERVISOR_IDLE, SUPERVISOR_RUNNING, SUPERVISOR_WAITING, SUPERVISOR_GONE };

enum reply_kind {
	REPLY_EVENT,  /* one of many: obj is the event */
	REPLY_DONE,   /* the last: obj is the answer */
	REPLY_FAILED, /* the last: error is set; PF_ERROR_CRASHED, _TIMEOUT, _CANCELLED or the helper's */
};

struct reply {
	enum reply_kind kind;
	const json_t *obj;   /* borrowed; without "re" and "done", which frame it */
	const GError *error; /* borrowed, REPLY_FAILED only */
	const int *fds;	     /* borrowed; dup() to keep */
	size_t n_fds;
};

typedef void (*supervisor_reply_fn)(const struct reply *reply, void *user);
/* Unasked events (obj borrowed), and changes of state: obj NULL, text says it in one line. */
typedef void (*supervisor_notice_fn)(struct supervisor *s, const json_t *obj, const char *text,
    void *user);

/* program: "penfold-store"; argv: NULL-terminated further arguments (copied). */
struct supervisor *
supervisor_new(const char *program, const char *const *argv);
/* Start the helper now, so that its first request finds it ready. Failing that, the first request
 * says why. */
void
supervisor_start(struct supervisor *s);
/* Ends the helper: end of input, TERM after 2 s, KILL after 5 s. With quick it is left to end by
 * itself at the end of its input, so that a letter on its way or a batch being written is finished
 * while the user has his shell back. Callbacks of pending requests are not called any more. */
void
supervisor_free(struct supervisor *s, bool quick);
void
supervisor_on_notice(struct supervisor *s, supervisor_notice_fn fn, void *user);
const char *
supervisor_program(const struct supervisor *s);
enum supervisor_state
supervisor_state(const struct supervisor *s);
/* Process id of the running helper, or -1. */
int
supervisor_pid(const struct supervisor *s);
size_t
supervisor_pending(const struct supervisor *s);

/* Send a request. obj (stolen) gets "id"; fds are borrowed (duplicated at once). deadline_ms counts
 * from the start of the helper's work on it (0: none); past it the helper is killed. subject (may
 * be NULL) names what is worked on, usually the message's path: a subject under which the helper
 * died twice is refused at once with PF_ERROR_CRASHED ("quarantined"). fn is called any number of
 * times with REPLY_EVENT and exactly once with DONE or FAILED, never from within this call. */
guint64
supervisor_request(struct supervisor *s, json_t *obj, const int *fds, size_t n_fds,
    unsigned deadline_ms, const char *subject, supervisor_reply_fn fn, void *user);
/* Has the helper this request in hand, neither later nor over? */
bool
supervisor_is_at(const struct supervisor *s, guint64 id);
/* More of a request that the helper has in hand: obj (stolen) goes there (helper_more()), and the deadline counts anew. */
void
supervisor_more(struct supervisor *s, guint64 id, json_t *obj);
/* Ask the helper to stop; fn still gets its final answer. */
void
supervisor_cancel(struct supervisor *s, guint64 id);
/* Forget: the request is cancelled and fn is never called again. */
void
supervisor_drop(struct supervisor *s, guint64 id);

/* How often the helper died while working on subject. */
unsigned
supervisor_crashes(const struct supervisor *s, const char *subject);

/* Request and wait, for the command line: runs the main context. on_event may be NULL. The final
 * object is owned by the caller; NULL with error set on failure. */
json_t *
supervisor_call(struct supervisor *s, json_t *obj, const int *fds, size_t n_fds,
    unsigned deadline_ms, supervisor_reply_fn on_event, void *user, GError **error);

#endif
