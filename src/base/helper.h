/* SPDX-License-Identifier: GPL-3.0-or-later */
/* helper.h - the helper's side of the conversation: a request loop on descriptors 0 and 1.
 *
 * Request:   {"id": 7, "op": "search", ...}                    descriptors may come along
 * Answers:   {"re": 7, "event": "row", ...}                    any number, then exactly one of
 *            {"re": 7, "done": true, ...}
 *            {"re": 7, "error": {"code": "tls", "message": "..."}}
 * Unasked:   {"event": "delivered", ...}                       no "re"
 * ("re" and not "id": the "id" of an answer is data, such as a Message-ID.)
 * Cancel:    {"op": "cancel", "target": 7}                     no answer of its own; 7 ends with an
 *                                                              error "cancelled" or with done
 * More:      {"op": "more", "target": 7, ...}                  no answer of its own; for operations that ask for it
 * One request at a time, in order. End of input ends the program after the current request. */
#ifndef PENFOLD_BASE_HELPER_H
#define PENFOLD_BASE_HELPER_H

#include "base/error.h"
#include "base/jsonl.h"
#include "base/rc.h"

struct helper;
struct helper_request;

struct helper_op {
	const char *name;
	/* Handles one request; must end it by helper_done() or helper_fail() (the loop asserts). */
	void (*run)(struct helper_request *r, void *state);
};

/* Options that every program takes. Fill with program_options(). */
struct program_options {
	const char *rc_path;	    /* --rc or NULL */
	const char *const *overrides; /* -o section.key=value, NULL-terminated, never NULL */
	bool json;		    /* --json */
	char **rest;		    /* what is left of argv, without argv[0]; NULL-terminated */
};

/* First act of main(): locale, log, sandbox_basics(), SIGPIPE ignored; parses --rc, -o, --json
 * (anywhere before "--") and leaves the rest. Strings live as long as the program. Exits 64 on
 * a missing value. */
void
program_options(int argc, char **argv, struct program_options *out);
/* The arrays; the strings are argv's. */
void
program_options_free(struct program_options *opts);

/* Load the rc or print the error and exit 78. */
struct rc *
program_rc(const struct program_options *opts);

/* Print "penfold-x: message" on stderr and give the exit code for it. Consumes error. */
int
program_fail(GError *error);

/* Serve requests on descriptors 0 and 1 until end of input. ops ends with a NULL name. Returns the
 * exit code. Descriptors 0 and 1 are moved away first: whatever prints to stdout goes to stderr. */
int
helper_serve(const struct helper_op *ops, void *state);

/* Is what every operation needs there, such as an open database? Asked before each; cheap once it is true. False with
 * error: that is the answer. */
typedef bool (*helper_ready_fn)(void *state, GError **error);
/* As helper_serve(). A helper that lacks something says so to each request, and works as soon as it is there: one that
 * ended instead would be started again and again. */
int
helper_serve_when(const struct helper_op *ops, helper_ready_fn ready, void *state);

/* As helper_serve(), for one request from the command line: returns the sysexits value of the error that
 * it was answered with, 0 for none. */
int
helper_serve_by_hand(const struct helper_op *ops, void *state);

/* An unasked event (obj stolen). */
void
helper_notify(struct helper *h, json_t *obj);

/* The request's object (borrowed). */
const json_t *
helper_args(const struct helper_request *r);
struct helper *
helper_of(const struct helper_request *r);
/* The n-th descriptor that came with it, -1 if absent. Stays owned by the request, closed after. */
int
helper_request_fd(const struct helper_request *r, size_t n);
/* An input for a message: descriptor 0 of the request, else the file named by its "path" (opened
 * read-only, closed with the request). -1 and error when neither is there. */
int
helper_request_input(struct helper_request *r, GError **error);

/* One event of the request: obj (stolen) gets "re" and "event" added. */
void
helper_event(struct helper_request *r, const char *event, json_t *obj);
/* As helper_event() with descriptors going along. */
void
helper_event_fds(struct helper_request *r, const char *event, json_t *obj, const int *fds, size_t n);
/* What is told from here on waits for helper_release(), and then travels together: for many events within one piece
 * of work, which must be short. The final answer waits for nothing. */
void
helper_hold(struct helper_request *r);
void
helper_release(struct helper_request *r);
/* The final answers: obj (stolen, may be NULL) gets "re" and "done"; error is consumed. What is too long for a
 * line, an event of the request or its answer, makes an error of it (PF_ERROR_LIMIT). */
void
helper_done(struct helper_request *r, json_t *obj);
void
helper_fail(struct helper_request *r, GError *error);
/* Has a cancel line for this request, or end of input, arrived? Reads what is there, without
 * blocking; other requests are kept for later. */
bool
helper_is_cancelled(struct helper_request *r);
/* The next "more" line for this request; NULL: none has come. Reads what is there, without blocking. Owned. */
json_t *
helper_more(struct helper_request *r);
/* For poll, to hear of it soon: -1 when nothing more can come. */
int
helper_request_poll_fd(const struct helper_request *r);

#endif
