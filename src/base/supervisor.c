/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent's side of a helper: one process, one request in flight, the others waiting here.
 *
 * Nothing blocks: lines go out as the socket takes them, answers come in by a main-loop source.
 * A helper that misses a deadline, breaks the protocol or dies costs its request and is started
 * again for the next one, later each time (1 s doubling to 60 s) until a request succeeds. */
#include "base/supervisor_private.h"

#include "base/log.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#define BACKOFF_FIRST_MS    1000u
#define BACKOFF_LAST_MS	    60000u
#define CRASHES_TO_REFUSE   2u
#define TURN_USEC	    2000 /* for a helper's lines; then the main loop's other sources have a turn */

static void
schedule(struct supervisor *s);
static bool
take_line(struct supervisor *s, bool *again_out);

static void
request_free(struct request *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->n_fds; i++)
		close(r->fds[i]);
	json_decref(r->obj);
	g_free(r->subject);
	g_free(r);
}

static void
say(struct supervisor *s, const char *text)
{
	log_info("supervisor", "%s: %s", s->program, text);
	if (s->notice != NULL)
		s->notice(s, NULL, text, s->notice_user);
}

/* The final answer of a request that is in no list any more. Consumes both. */
static void
finish_failed(struct request *r, GError *error)
{
	struct reply reply = { .kind = REPLY_FAILED, .error = error };

	if (r->fn != NULL)
		r->fn(&reply, r->user);
	g_error_free(error);
	request_free(r);
}

static unsigned
note_crash(struct supervisor *s, const char *subject)
{
	unsigned n;

	if (subject == NULL)
		return 0;
	n = GPOINTER_TO_UINT(g_hash_table_lookup(s->crash_counts, subject)) + 1;
	g_hash_table_replace(s->crash_counts, g_strdup(subject), GUINT_TO_POINTER(n));
	return n;
}

unsigned
supervisor_crashes(const struct supervisor *s, const char *subject)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(s->crash_counts, subject));
}

/* Wait before the next start. */
static void
back_off(struct supervisor *s)
{
	s->backoff_ms = s->backoff_ms == 0 ? BACKOFF_FIRST_MS : s->backoff_ms * 2;
	if (s->backoff_ms > BACKOFF_LAST_MS)
		s->backoff_ms = BACKOFF_LAST_MS;
}

/* The helper failed: its request fails with it, unless it died idle. */
static void
helper_lost(struct supervisor *s, int code, const char *why)
{
	struct request *r = s->current;
	unsigned crashes;

	supervisor_process_abandon(s, SIGKILL);
	s->current = NULL;
	s->state = SUPERVISOR_WAITING;
	back_off(s);
	if (r != NULL) {
		crashes = note_crash(s, r->subject);
		finish_failed(r, g_error_new(PF_ERROR, code, "%s %s%s", s->program, why,
				     crashes >= CRASHES_TO_REFUSE
					 ? " for the second time on this message; it is "
					   "quarantined and shown as raw text"
					 : "; it is started again"));
	}
	say(s, why);
}

static void
on_child_exit(GPid pid, gint status, gpointer user)
{
	struct supervisor *s = user;
	bool again = s->j != NULL;
	char why[80];

	g_spawn_close_pid(pid);
	s->watch_child = 0;
	s->pid = 0;
	/* what it said before it went counts */
	while (again && take_line(s, &again))
		;
	if (s->j != NULL) {
		if (WIFSIGNALED(status))
			g_snprintf(why, sizeof(why), "was ended by signal %d", WTERMSIG(status));
		else
			g_snprintf(why, sizeof(why), "ended with code %d", WEXITSTATUS(status));
		helper_lost(s, PF_ERROR_CRASHED, why);
	}
	schedule(s);
}

static gboolean
on_deadline(gpointer user)
{
	struct supervisor *s = user;

	s->timer_deadline = 0;
	helper_lost(s, PF_ERROR_TIMEOUT, "did not answer in time and was ended");
	return G_SOURCE_REMOVE;
}

void
supervisor_set_deadline(struct supervisor *s)
{
	supervisor_drop_source(&s->timer_deadline);
	if (s->current->deadline_ms > 0)
		s->timer_deadline = g_timeout_add(s->current->deadline_ms, on_deadline, s);
}

static gboolean
on_writable(gint fd, GIOCondition condition, gpointer user)
{
	struct supervisor *s = user;

	(void)fd;
	(void)condition;
	if (jsonl_flush(s->j, NULL) == JSONL_AGAIN)
		return G_SOURCE_CONTINUE;
	s->watch_out = 0; /* an error shows as end of file on the reading side */
	return G_SOURCE_REMOVE;
}

void
supervisor_flush(struct supervisor *s)
{
	if (s->watch_out == 0 && jsonl_flush(s->j, NULL) == JSONL_AGAIN)
		s->watch_out = g_unix_fd_add(jsonl_fd_in(s->j), G_IO_OUT, on_writable, s);
}

static void
finish_done(struct supervisor *s, const json_t *obj, const int *fds, size_t n_fds)
{
	struct reply reply = { .kind = REPLY_DONE, .obj = obj, .fds = fds, .n_fds = n_fds };
	const json_t *bad = json_object_get(obj, "error");
	struct request *r = s->current;

	supervisor_drop_source(&s->timer_deadline);
	s->current = NULL;
	s->backoff_ms = 0;
	if (bad != NULL) {
		const char *text = jsonl_string(bad, "message");

		reply.kind = REPLY_FAILED;
		reply.error = g_error_new(PF_ERROR, pf_error_from_name(jsonl_string(bad, "code")),
		    "%s", text != NULL ? text : "no reason given");
	}
	if (r->fn != NULL)
		r->fn(&reply, r->user);
	if (reply.error != NULL)
		g_error_free((GError *)(uintptr_t)reply.error);
	request_free(r);
	schedule(s);
}

/* One line of the helper; what frames it is taken out. False when it talks nonsense. */
static bool
handle_line(struct supervisor *s, json_t *obj, const int *fds, size_t n_fds)
{
	gint64 id = jsonl_int(obj, "re", -1);

	if (id < 0) {
		if (s->notice != NULL)
			s->notice(s, obj, NULL, s->notice_user);
		return json_object_get(obj, "event") != NULL;
	}
	if (s->current == NULL || (guint64)id != s->current->id)
		return false;
	json_object_del(obj, "re");
	if (json_object_get(obj, "event") != NULL) {
		struct reply reply = { REPLY_EVENT, obj, NULL, fds, n_fds };

		if (s->current->fn != NULL)
			s->current->fn(&reply, s->current->user);
		return true;
	}
	if (json_object_get(obj, "done") == NULL && json_object_get(obj, "error") == NULL)
		return false;
	json_object_del(obj, "done");
	finish_done(s, obj, fds, n_fds);
	return true;
}

/* Take one line in. False when the source must end (the helper is gone or was given up). */
static bool
take_line(struct supervisor *s, bool *again_out)
{
	int fds[LIMIT_JSON_FDS];
	size_t n_fds = 0;
	json_t *obj = NULL;
	struct jsonl *j = s->j;
	enum jsonl_status status = jsonl_receive(j, false, &obj, fds, &n_fds, NULL);
	bool ok;

	*again_out = status == JSONL_ITEM;
	if (status == JSONL_AGAIN)
		return true;
	if (status != JSONL_ITEM) {
		supervisor_drop_source(&s->watch_in);
		if (status == JSONL_ERROR)
			helper_lost(s, PF_ERROR_PROTOCOL, "talked nonsense and was ended");
		else if (s->pid > 0)
			kill(s->pid, SIGTERM); /* end of file: the child watch says why */
		return false;
	}
	ok = handle_line(s, obj, fds, n_fds);
	json_decref(obj);
	for (size_t i = 0; i < n_fds; i++)
		close(fds[i]);
	if (s->j != j)
		return false;
	if (!ok) {
		supervisor_drop_source(&s->watch_in);
		helper_lost(s, PF_ERROR_PROTOCOL, "talked nonsense and was ended");
	}
	return ok;
}

static gboolean
on_more(gpointer user);

/* The lines that are there, for some time. False when the source must end. */
static bool
take_lines(struct supervisor *s)
{
	gint64 until = g_get_monotonic_time() + TURN_USEC;
	bool again = true;

	while (again) {
		if (!take_line(s, &again))
			return false;
		if (g_get_monotonic_time() > until)
			break;
	}
	/* Lines that are read in already make no descriptor readable. */
	if (again && s->idle_more == 0 && jsonl_is_ready(s->j))
		s->idle_more = g_idle_add_full(G_PRIORITY_DEFAULT, on_more, s, NULL);
	return true;
}

static gboolean
on_more(gpointer user)
{
	struct supervisor *s = user;

	s->idle_more = 0;
	(void)take_lines(s);
	return G_SOURCE_REMOVE;
}

static gboolean
on_readable(gint fd, GIOCondition condition, gpointer user)
{
	(void)fd;
	(void)condition;
	return take_lines(user);
}

/* GLib takes a source that may not recurse out of its poll and wakes itself, for each call, at four system calls; no
 * main loop is run within ours. */
static guint
watch_lines(struct supervisor *s)
{
	GSource *source = g_unix_fd_source_new(jsonl_fd_in(s->j), G_IO_IN | G_IO_HUP);
	guint id;

	g_source_set_can_recurse(source, TRUE);
	g_source_set_callback(source, G_SOURCE_FUNC(on_readable), s, NULL);
	id = g_source_attach(source, NULL);
	g_source_unref(source);
	return id;
}

static bool
start_process(struct supervisor *s, GError **error)
{
	if (!supervisor_process_spawn(s, error))
		return false;
	s->watch_in = watch_lines(s);
	s->watch_child = g_child_watch_add(s->pid, on_child_exit, s);
	s->state = SUPERVISOR_RUNNING;
	return true;
}

static void
send_current(struct supervisor *s)
{
	struct request *r = s->current;
	GError *error = NULL;

	if (!jsonl_queue(s->j, r->obj, r->fds, r->n_fds, &error)) {
		s->current = NULL;
		finish_failed(r, error);
		schedule(s);
		return;
	}
	for (size_t i = 0; i < r->n_fds; i++)
		close(r->fds[i]);
	r->n_fds = 0;
	supervisor_set_deadline(s);
	supervisor_flush(s);
}

static bool
is_refused(struct supervisor *s, const struct request *r)
{
	return r->subject != NULL && supervisor_crashes(s, r->subject) >= CRASHES_TO_REFUSE;
}

/* Send the next waiting request; those that cannot be sent get their answer. */
static void
start_next(struct supervisor *s)
{
	GError *error = NULL;
	struct request *r;

	if (s->current != NULL || (r = g_queue_pop_head(&s->waiting)) == NULL)
		return;
	if (r->is_cancelled)
		error = g_error_new(PF_ERROR, PF_ERROR_CANCELLED, "cancelled");
	else if (is_refused(s, r))
		error = g_error_new(PF_ERROR, PF_ERROR_CRASHED,
		    "%s died twice on this message; it is quarantined", s->program);
	else if (s->j == NULL && !start_process(s, &error)) {
		back_off(s);
		g_prefix_error(&error, "cannot start %s: ", s->program);
		error->domain = PF_ERROR;
		error->code = PF_ERROR_UNAVAILABLE;
	}
	if (error != NULL) {
		finish_failed(r, error);
		schedule(s);
		return;
	}
	s->current = r;
	send_current(s);
}

static gboolean
on_start(gpointer user)
{
	struct supervisor *s = user;

	s->idle_start = 0;
	s->timer_start = 0;
	start_next(s);
	return G_SOURCE_REMOVE;
}

/* See to it that the next request is sent: from the main loop, after the back-off if one is due,
 * and not before a dying process is gone. */
static void
schedule(struct supervisor *s)
{
	if (s->current != NULL || g_queue_is_empty(&s->waiting) || s->idle_start != 0 ||
	    s->timer_start != 0)
		return;
	if (s->j == NULL && s->pid > 0)
		return; /* on_child_exit() comes here again */
	if (s->j == NULL && s->backoff_ms > 0)
		s->timer_start = g_timeout_add(s->backoff_ms, on_start, s);
	else
		s->idle_start = g_idle_add_full(G_PRIORITY_DEFAULT, on_start, s, NULL);
}

struct supervisor *
supervisor_new(const char *program, const char *const *argv)
{
	static const char *const none[] = { NULL };
	struct supervisor *s = g_new0(struct supervisor, 1);

	s->program = g_strdup(program);
	s->argv = g_strdupv((char **)(uintptr_t)(argv != NULL ? argv : none));
	s->crash_counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_queue_init(&s->waiting);
	return s;
}

void
supervisor_free(struct supervisor *s, bool quick)
{
	if (s == NULL)
		return;
	supervisor_drop_source(&s->watch_child);
	supervisor_drop_source(&s->timer_start);
	supervisor_drop_source(&s->idle_start);
	supervisor_process_abandon(s, 0);
	if (s->pid > 0 && !quick)
		supervisor_process_end(s->pid);
	request_free(s->current);
	for (struct request *r; (r = g_queue_pop_head(&s->waiting)) != NULL;)
		request_free(r);
	g_hash_table_unref(s->crash_counts);
	g_strfreev(s->argv);
	g_free(s->program);
	g_free(s);
}

void
supervisor_start(struct supervisor *s)
{
	if (s->j == NULL && s->pid <= 0 && s->backoff_ms == 0)
		(void)start_process(s, NULL);
}

void
supervisor_on_notice(struct supervisor *s, supervisor_notice_fn fn, void *user)
{
	s->notice = fn;
	s->notice_user = user;
}

size_t
supervisor_pending(const struct supervisor *s)
{
	return g_queue_get_length(&((struct supervisor *)(uintptr_t)s)->waiting) +
	    (s->current != NULL ? 1 : 0);
}

guint64
supervisor_request(struct supervisor *s, json_t *obj, const int *fds, size_t n_fds,
    unsigned deadline_ms, const char *subject, supervisor_reply_fn fn, void *user)
{
	struct request *r = g_new0(struct request, 1);

	g_assert(n_fds <= LIMIT_JSON_FDS);
	r->id = ++s->last_id;
	r->obj = obj;
	for (size_t i = 0; i < n_fds; i++) {
		r->fds[r->n_fds] = fcntl(fds[i], F_DUPFD_CLOEXEC, 3);
		if (r->fds[r->n_fds] >= 0)
			r->n_fds++;
	}
	r->deadline_ms = deadline_ms;
	r->subject = g_strdup(subject);
	r->fn = fn;
	r->user = user;
	json_object_set_new(obj, "id", json_integer((json_int_t)r->id));
	g_queue_push_tail(&s->waiting, r);
	schedule(s);
	return r->id;
}
