/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The request loop of a helper: one request at a time, lines about one heard in between. */
#include "base/helper.h"

#include "base/limits.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

struct helper_request {
	struct helper *helper;
	json_t *args;
	json_int_t id;
	int fds[LIMIT_JSON_FDS + 1]; /* one more for "path" */
	size_t n_fds;
	bool is_answered, is_cancelled;
	bool is_cut; /* an event of it was too long for a line */
	GQueue more; /* json_t */
};

struct helper {
	struct jsonl *j;
	const struct helper_op *ops;
	helper_ready_fn ready; /* or NULL */
	void *state;
	GQueue waiting;			/* struct helper_request */
	struct helper_request *current; /* being run, or NULL */
	bool at_end;
	bool is_held;  /* lines wait to be sent */
	int exit_code; /* of the last request that failed */
};

static void
request_free(gpointer item)
{
	struct helper_request *r = item;

	for (size_t i = 0; i < r->n_fds; i++)
		close(r->fds[i]);
	for (json_t *more; (more = g_queue_pop_head(&r->more)) != NULL;)
		json_decref(more);
	json_decref(r->args);
	g_free(r);
}

/* False when there is no such line: the object is too long, and nothing of it was sent. */
static bool
send_line(struct helper *h, const json_t *obj, const int *fds, size_t n_fds)
{
	GError *error = NULL;
	bool is_too_long;

	if (jsonl_queue(h->j, obj, fds, n_fds, &error) && (h->is_held || jsonl_drain(h->j, &error)))
		return true;
	is_too_long = g_error_matches(error, PF_ERROR, PF_ERROR_LIMIT);
	log_debug("helper", "answer lost: %s", error->message);
	g_error_free(error);
	/* Else nobody listens any more: the current request notices by helper_is_cancelled(). */
	h->at_end = h->at_end || !is_too_long;
	return !is_too_long;
}

const json_t *
helper_args(const struct helper_request *r)
{
	return r->args;
}

struct helper *
helper_of(const struct helper_request *r)
{
	return r->helper;
}

int
helper_request_fd(const struct helper_request *r, size_t n)
{
	return n < r->n_fds ? r->fds[n] : -1;
}

int
helper_request_input(struct helper_request *r, GError **error)
{
	const char *path = jsonl_string(r->args, "path");
	int fd;

	if (r->n_fds > 0)
		return r->fds[0];
	if (path == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "this request needs a message");
		return -1;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		g_set_error(error, PF_ERROR, errno == ENOENT ? PF_ERROR_NOT_FOUND : PF_ERROR_IO,
		    "%s: %s", path, g_strerror(errno));
		return -1;
	}
	r->fds[r->n_fds++] = fd;
	return fd;
}

void
helper_event_fds(struct helper_request *r, const char *event, json_t *obj, const int *fds, size_t n)
{
	if (obj == NULL)
		obj = json_object();
	json_object_set_new(obj, "re", json_integer(r->id));
	json_object_set_new(obj, "event", json_string(event));
	r->is_cut = !send_line(r->helper, obj, fds, n) || r->is_cut;
	json_decref(obj);
}

void
helper_event(struct helper_request *r, const char *event, json_t *obj)
{
	helper_event_fds(r, event, obj, NULL, 0);
}

void
helper_hold(struct helper_request *r)
{
	r->helper->is_held = true;
}

void
helper_release(struct helper_request *r)
{
	r->helper->is_held = false;
	if (!r->helper->at_end && !jsonl_drain(r->helper->j, NULL))
		r->helper->at_end = true; /* as when a line cannot be sent */
}

void
helper_done(struct helper_request *r, json_t *obj)
{
	g_assert(!r->is_answered);
	r->helper->is_held = false;
	if (obj == NULL)
		obj = json_object();
	json_object_set_new(obj, "re", json_integer(r->id));
	json_object_set_new(obj, "done", json_true());
	r->is_answered = !r->is_cut && send_line(r->helper, obj, NULL, 0);
	json_decref(obj);
	if (!r->is_answered)
		helper_fail(r, g_error_new(PF_ERROR, PF_ERROR_LIMIT,
				   "the answer is longer than %u MB, which is what one line may have",
				   LIMIT_JSON_LINE >> 20));
}

void
helper_fail(struct helper_request *r, GError *error)
{
	int code = error != NULL && error->domain == PF_ERROR ? error->code : PF_ERROR_INTERNAL;
	json_t *obj;

	g_assert(!r->is_answered);
	r->helper->is_held = false;
	obj = json_pack("{s:I, s:{s:s, s:o}}", "re", r->id, "error", "code", pf_error_name(code),
	    "message", jsonl_text(error != NULL ? error->message : "unknown error", -1));
	(void)send_line(r->helper, obj, NULL, 0); /* an error's words are no megabytes */
	json_decref(obj);
	r->helper->exit_code = pf_error_exit_code(error);
	g_clear_error(&error);
	r->is_answered = true;
}

void
helper_notify(struct helper *h, json_t *obj)
{
	(void)send_line(h, obj, NULL, 0); /* unasked: nobody waits for it */
	json_decref(obj);
}

/* NULL: it is over. */
static struct helper_request *
find_request(struct helper *h, gint64 id)
{
	if (h->current != NULL && h->current->id == id)
		return h->current;
	for (GList *l = h->waiting.head; l != NULL; l = l->next)
		if (((struct helper_request *)l->data)->id == id)
			return l->data;
	return NULL;
}

/* A line from the parent: what is about another takes effect at once, anything else waits for its turn. */
static void
accept_line(struct helper *h, json_t *args, const int *fds, size_t n_fds)
{
	bool is_cancel = g_strcmp0(jsonl_string(args, "op"), "cancel") == 0;
	bool is_more = g_strcmp0(jsonl_string(args, "op"), "more") == 0;
	struct helper_request *r;

	if (is_cancel || is_more) {
		r = find_request(h, jsonl_int(args, "target", -1));
		if (r != NULL && is_cancel)
			r->is_cancelled = true;
		else if (r != NULL)
			g_queue_push_tail(&r->more, json_incref(args));
		for (size_t i = 0; i < n_fds; i++)
			close(fds[i]);
		json_decref(args);
		return;
	}
	r = g_new0(struct helper_request, 1);
	r->helper = h;
	r->args = args;
	r->id = jsonl_int(args, "id", 0);
	for (size_t i = 0; i < n_fds; i++)
		r->fds[i] = fds[i];
	r->n_fds = n_fds;
	g_queue_push_tail(&h->waiting, r);
}

/* Read one line. A line that is no JSON object gets an answer without an id and nothing else. */
static enum jsonl_status
read_line(struct helper *h, bool block)
{
	int fds[LIMIT_JSON_FDS];
	size_t n_fds = 0;
	GError *error = NULL;
	json_t *args = NULL;
	enum jsonl_status status = jsonl_receive(h->j, block, &args, fds, &n_fds, &error);

	if (status == JSONL_ITEM) {
		accept_line(h, args, fds, n_fds);
	} else if (status == JSONL_ERROR) {
		json_t *obj = json_pack("{s:n, s:{s:s, s:o}}", "re", "error", "code", "protocol",
		    "message", jsonl_text(error->message, -1));

		(void)send_line(h, obj, NULL, 0); /* short */
		json_decref(obj);
		g_error_free(error);
		h->at_end = true; /* framing is lost */
	} else if (status == JSONL_EOF) {
		h->at_end = true;
	}
	return status;
}

static void
read_lines(struct helper *h)
{
	while (!h->at_end && read_line(h, false) == JSONL_ITEM)
		;
}

json_t *
helper_more(struct helper_request *r)
{
	read_lines(r->helper);
	return g_queue_pop_head(&r->more);
}

bool
helper_is_cancelled(struct helper_request *r)
{
	struct helper *h = r->helper;

	read_lines(h);
	/* The end of a pipe only says that no more requests follow; that of a socket that nobody
	 * waits for the answer. */
	return r->is_cancelled || (h->at_end && jsonl_is_socket(h->j));
}

int
helper_request_poll_fd(const struct helper_request *r)
{
	return r->helper->at_end ? -1 : jsonl_fd_in(r->helper->j);
}

static const struct helper_op *
find_op(const struct helper_op *ops, const char *name)
{
	for (; name != NULL && ops->name != NULL; ops++)
		if (strcmp(ops->name, name) == 0)
			return ops;
	return NULL;
}

static void
run_next(struct helper *h)
{
	struct helper_request *r = g_queue_pop_head(&h->waiting);
	const char *name = jsonl_string(r->args, "op");
	const struct helper_op *op = find_op(h->ops, name);
	GError *error = NULL;

	if (r->is_cancelled) {
		helper_fail(r, g_error_new(PF_ERROR, PF_ERROR_CANCELLED, "cancelled"));
	} else if (op == NULL) {
		helper_fail(r, g_error_new(PF_ERROR, PF_ERROR_USAGE, "no such operation: %s",
				   name != NULL ? name : "(none)"));
	} else if (h->ready != NULL && !h->ready(h->state, &error)) {
		helper_fail(r, error);
	} else {
		h->current = r;
		op->run(r, h->state);
		h->current = NULL;
		g_assert(r->is_answered);
	}
	request_free(r);
}

static struct helper *
helper_new(const struct helper_op *ops, helper_ready_fn ready, void *state)
{
	struct helper *h = g_new0(struct helper, 1);
	int in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		close(null);
	}
	dup2(STDERR_FILENO, STDOUT_FILENO);
	h->j = jsonl_new(in, out);
	h->ops = ops;
	h->ready = ready;
	h->state = state;
	g_queue_init(&h->waiting);
	return h;
}

/* Handle what is there. False at end of input. */
static bool
helper_step(struct helper *h)
{
	if (g_queue_is_empty(&h->waiting) && !h->at_end)
		read_line(h, true);
	while (!g_queue_is_empty(&h->waiting))
		run_next(h);
	return !h->at_end;
}

static void
helper_free(struct helper *h)
{
	if (h == NULL)
		return;
	g_queue_clear_full(&h->waiting, request_free);
	jsonl_free(h->j);
	g_free(h);
}

static int
serve(const struct helper_op *ops, helper_ready_fn ready, void *state)
{
	struct helper *h = helper_new(ops, ready, state);
	int code;

	while (helper_step(h))
		;
	code = h->exit_code;
	helper_free(h);
	return code;
}

int
helper_serve_by_hand(const struct helper_op *ops, void *state)
{
	return serve(ops, NULL, state);
}

int
helper_serve(const struct helper_op *ops, void *state)
{
	return helper_serve_when(ops, NULL, state);
}

int
helper_serve_when(const struct helper_op *ops, helper_ready_fn ready, void *state)
{
	(void)serve(ops, ready, state); /* each failure is in its answer */
	return 0;
}
