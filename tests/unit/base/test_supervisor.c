/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON lines, the helper's loop and the supervisor, with a real helper process: this program itself,
 * started again under the name penfold-echo. */
#include "base/helper.h"
#include "base/limits.h"
#include "base/supervisor.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* the helper */

static void
op_echo(struct helper_request *r, void *state)
{
	(void)state;
	helper_done(r, json_pack("{s:O?}", "text", json_object_get(helper_args(r), "text")));
}

static void
op_count(struct helper_request *r, void *state)
{
	gint64 n = jsonl_int(helper_args(r), "n", 0);

	(void)state;
	for (gint64 i = 0; i < n; i++) {
		helper_event(r, "row", json_pack("{s:I}", "i", (json_int_t)i));
		if (helper_is_cancelled(r)) {
			helper_fail(r, g_error_new(PF_ERROR, PF_ERROR_CANCELLED, "cancelled"));
			return;
		}
	}
	helper_done(r, NULL);
}

/* Adds up what comes, until it is told that this was all. */
static void
op_sum(struct helper_request *r, void *state)
{
	gint64 sum = jsonl_int(helper_args(r), "n", 0);
	bool is_all = false;

	(void)state;
	while (!is_all && !helper_is_cancelled(r)) {
		json_t *more = helper_more(r);

		sum += jsonl_int(more, "n", 0);
		is_all = jsonl_bool(more, "all", false);
		if (more != NULL)
			helper_event(r, "sum", json_pack("{s:I}", "sum", (json_int_t)sum));
		json_decref(more);
	}
	helper_done(r, json_pack("{s:I}", "sum", (json_int_t)sum));
}

static void
op_read(struct helper_request *r, void *state)
{
	char text[64] = { 0 };
	ssize_t n = read(helper_request_fd(r, 0), text, sizeof(text) - 1);

	(void)state;
	helper_done(r, json_pack("{s:s, s:i}", "text", n > 0 ? text : "", "second",
			   helper_request_fd(r, 1)));
}

static void
op_die(struct helper_request *r, void *state)
{
	(void)r;
	(void)state;
	raise(SIGKILL);
}

static void
op_hang(struct helper_request *r, void *state)
{
	(void)r;
	(void)state;
	for (;;)
		pause();
}

static void
op_nonsense(struct helper_request *r, void *state)
{
	(void)state;
	helper_notify(helper_of(r), json_pack("{s:i}", "re", 4711));
	helper_done(r, NULL);
}

static void
op_refuse(struct helper_request *r, void *state)
{
	(void)state;
	helper_fail(r, g_error_new(PF_ERROR, PF_ERROR_TLS, "the certificate is \"wrong\""));
}

/* Answers that no line holds. */
static void
op_vast(struct helper_request *r, void *state)
{
	char *text = g_strnfill(LIMIT_JSON_LINE + 1, 'x');

	(void)state;
	if (jsonl_bool(helper_args(r), "event", false))
		helper_event(r, "row", json_pack("{s:s}", "text", text));
	helper_done(r, jsonl_bool(helper_args(r), "event", false) ? NULL : json_pack("{s:s}", "text", text));
	g_free(text);
}

static const struct helper_op ops[] = {
	{ "echo", op_echo },
	{ "count", op_count },
	{ "sum", op_sum },
	{ "read", op_read },
	{ "die", op_die },
	{ "hang", op_hang },
	{ "nonsense", op_nonsense },
	{ "refuse", op_refuse },
	{ "vast", op_vast },
	{ NULL, NULL },
};

/* the tests */

static json_t *
call(struct supervisor *s, json_t *obj, unsigned deadline_ms, GError **error)
{
	return supervisor_call(s, obj, NULL, 0, deadline_ms, NULL, NULL, error);
}

static void
assert_echo(struct supervisor *s, const char *text)
{
	GError *error = NULL;
	json_t *answer = call(s, json_pack("{s:s, s:s}", "op", "echo", "text", text), 0, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(jsonl_string(answer, "text"), ==, text);
	json_decref(answer);
}

static void
test_echo(void)
{
	struct supervisor *s = supervisor_new("penfold-echo", NULL);
	char *large = g_strnfill(3000000, 'x'); /* far more than a socket buffer holds */

	assert_echo(s, "gr\303\274n \"quoted\" \\ \n");
	assert_echo(s, large);
	g_assert_cmpint(supervisor_pid(s), >, 0);
	g_assert_cmpuint(supervisor_pending(s), ==, 0);
	supervisor_free(s, false);
	g_free(large);
}

static void
test_errors(void)
{
	struct supervisor *s = supervisor_new("penfold-echo", NULL);
	GError *error = NULL;

	g_assert_null(call(s, json_pack("{s:s}", "op", "refuse"), 0, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_TLS);
	g_assert_cmpstr(error->message, ==, "the certificate is \"wrong\"");
	g_clear_error(&error);
	g_assert_null(call(s, json_pack("{s:s}", "op", "no-such"), 0, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_USAGE);
	g_clear_error(&error);
	supervisor_free(s, false);
	s = supervisor_new("penfold-is-not-there", NULL);
	g_assert_null(call(s, json_pack("{s:s}", "op", "echo"), 0, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE);
	g_clear_error(&error);
	supervisor_free(s, false);
}

/* What is too long for a line is an error of its request, and the helper lives on. */
static void
test_vast(void)
{
	struct supervisor *s = supervisor_new("penfold-echo", NULL);
	GError *error = NULL;
	int pid;

	assert_echo(s, "before");
	pid = supervisor_pid(s);
	for (int event = 0; event < 2; event++) {
		g_assert_null(call(s, json_pack("{s:s, s:b}", "op", "vast", "event", event), 5000, &error));
		g_assert_error(error, PF_ERROR, PF_ERROR_LIMIT);
		g_clear_error(&error);
		assert_echo(s, "after");
	}
	g_assert_cmpint(supervisor_pid(s), ==, pid);
	supervisor_free(s, false);
}

static void
test_descriptor(void)
{
	struct supervisor *s = supervisor_new("penfold-echo", NULL);
	char path[] = "/tmp/penfold-test.XXXXXX";
	int fd = mkstemp(path);
	GError *error = NULL;
	json_t *answer;

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, "through the socket", 18), ==, 18);
	for (int i = 0; i < 50; i++) {
		g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
		answer = supervisor_call(s, json_pack("{s:s}", "op", "read"), &fd, 1, 0, NULL, NULL,
		    &error);
		g_assert_no_error(error);
		g_assert_cmpstr(jsonl_string(answer, "text"), ==, "through the socket");
		g_assert_cmpint(jsonl_int(answer, "second", 0), ==, -1);
		json_decref(answer);
	}
	close(fd);
	unlink(path);
	supervisor_free(s, false);
}

struct seen {
	struct supervisor *supervisor;
	guint64 id;
	gint64 events, cancel_at;
	int finals, code;
};

static void
on_count(const struct reply *reply, void *user)
{
	struct seen *seen = user;

	if (reply->kind == REPLY_EVENT) {
		g_assert_cmpint(jsonl_int(reply->obj, "i", -1), ==, seen->events);
		if (++seen->events == seen->cancel_at)
			supervisor_cancel(seen->supervisor, seen->id);
		return;
	}
	seen->finals++;
	seen->code = reply->kind == REPLY_FAILED ? reply->error->code : -1;
}

struct summing {
	struct supervisor *supervisor;
	guint64 id;
	gint64 sums[4];
	int n_sums, finals;
};

static void
on_sum(const struct reply *reply, void *user)
{
	struct summing *summing = user;

	g_assert_cmpint(reply->kind, !=, REPLY_FAILED);
	g_assert_cmpint(summing->n_sums, <, 4);
	summing->sums[summing->n_sums++] = jsonl_int(reply->obj, "sum", -1);
	if (reply->kind == REPLY_DONE)
		summing->finals++;
	else if (summing->n_sums < 3)
		supervisor_more(summing->supervisor, summing->id,
		    json_pack("{s:i, s:b}", "n", 4, "all", summing->n_sums == 2));
}

/* More of a request while it is worked on, and none before or after. */
static int *n_handled; /* shared with children */

static void
on_signal(int sig)
{
	(void)sig;
	(*n_handled)++;
}

static bool wants_signal;

/* As when ^Z meets the job between fork() and exec(). */
static void
in_child(void)
{
	if (wants_signal)
		(void)raise(SIGURG);
}

static void
test_signal_at_start(void)
{
	struct supervisor *s = supervisor_new("penfold-echo", NULL);
	void (*before)(int) = signal(SIGURG, on_signal);

	n_handled = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	g_assert_true(n_handled != MAP_FAILED);
	g_assert_cmpint(pthread_atfork(NULL, NULL, in_child), ==, 0);
	wants_signal = true;
	assert_echo(s, "x");
	wants_signal = false;
	g_assert_cmpint(*n_handled, ==, 0); /* no handler of the parent's runs in the child */
	(void)raise(SIGURG);
	g_assert_cmpint(*n_handled, ==, 1);
	(void)signal(SIGURG, before);
	supervisor_free(s, true);
}

static void
test_more(void)
{
	struct supervisor *s = supervisor_new("penfold-echo", NULL);
	struct summing summing = { .supervisor = s };

	summing.id = supervisor_request(s, json_pack("{s:s, s:i}", "op", "sum", "n", 1), NULL, 0, 0, NULL, on_sum, &summing);
	g_assert_false(supervisor_is_at(s, summing.id));
	supervisor_more(s, summing.id, json_pack("{s:i}", "n", 100));
	while (!supervisor_is_at(s, summing.id))
		g_main_context_iteration(NULL, TRUE);
	supervisor_more(s, summing.id, json_pack("{s:i}", "n", 2));
	while (summing.finals == 0)
		g_main_context_iteration(NULL, TRUE);
	g_assert_cmpint(summing.n_sums, ==, 4);
	g_assert_cmpint(summing.sums[0], ==, 3);
	g_assert_cmpint(summing.sums[1], ==, 7);
	g_assert_cmpint(summing.sums[2], ==, 11);
	g_assert_cmpint(summing.sums[3], ==, 11);
	g_assert_false(supervisor_is_at(s, summing.id));
	assert_echo(s, "still here");
	supervisor_free(s, false);
}

static void
run_until_final(struct seen *seen, int finals)
{
	while (seen->finals < finals)
		g_main_context_iteration(NULL, TRUE);
}

static void
test_stream_and_cancel(void)
{
	struct supervisor *s = supervisor_new("penfold-echo", NULL);
	struct seen whole = { .supervisor = s }, cut = { .supervisor = s, .cancel_at = 10 };
	struct seen queued = { .supervisor = s };

	whole.id = supervisor_request(s, json_pack("{s:s, s:i}", "op", "count", "n", 20000), NULL, 0,
	    0, NULL, on_count, &whole);
	run_until_final(&whole, 1);
	g_assert_cmpint(whole.events, ==, 20000);
	g_assert_cmpint(whole.code, ==, -1);
	cut.id = supervisor_request(s, json_pack("{s:s, s:i}", "op", "count", "n", 100000000), NULL,
	    0, 0, NULL, on_count, &cut);
	queued.id = supervisor_request(s, json_pack("{s:s, s:i}", "op", "count", "n", 1), NULL, 0, 0,
	    NULL, on_count, &queued);
	supervisor_cancel(s, queued.id);
	run_until_final(&cut, 1);
	g_assert_cmpint(cut.code, ==, PF_ERROR_CANCELLED);
	run_until_final(&queued, 1);
	g_assert_cmpint(queued.code, ==, PF_ERROR_CANCELLED);
	g_assert_cmpint(queued.events, ==, 0);
	assert_echo(s, "still here");
	supervisor_free(s, false);
}

static int
code_of(struct supervisor *s, const char *op, unsigned deadline_ms, const char *subject)
{
	struct seen seen = { .supervisor = s };

	supervisor_request(s, json_pack("{s:s}", "op", op), NULL, 0, deadline_ms, subject, on_count,
	    &seen);
	run_until_final(&seen, 1);
	return seen.code;
}

static void
test_crash_and_quarantine(void)
{
	struct supervisor *s = supervisor_new("penfold-echo", NULL);
	gint64 start = g_get_monotonic_time();

	g_assert_cmpint(code_of(s, "die", 0, "one.eml"), ==, PF_ERROR_CRASHED);
	g_assert_cmpint(supervisor_state(s), ==, SUPERVISOR_WAITING);
	assert_echo(s, "restarted");
	g_assert_cmpint(g_get_monotonic_time() - start, >=, 900000); /* the back-off was kept */
	g_assert_cmpint(code_of(s, "die", 0, "one.eml"), ==, PF_ERROR_CRASHED);
	g_assert_cmpuint(supervisor_crashes(s, "one.eml"), ==, 2);
	/* the third time it is not even tried: the helper stays */
	assert_echo(s, "again");
	g_assert_cmpint(code_of(s, "die", 0, "one.eml"), ==, PF_ERROR_CRASHED);
	g_assert_cmpint(supervisor_pid(s), >, 0);
	g_assert_cmpuint(supervisor_crashes(s, "two.eml"), ==, 0);
	supervisor_free(s, false);
}

static void
test_deadline_and_nonsense(void)
{
	struct supervisor *s = supervisor_new("penfold-echo", NULL);
	int first;

	g_assert_cmpint(code_of(s, "hang", 50, NULL), ==, PF_ERROR_TIMEOUT);
	assert_echo(s, "alive");
	first = supervisor_pid(s);
	g_assert_cmpint(code_of(s, "nonsense", 0, NULL), ==, PF_ERROR_PROTOCOL);
	assert_echo(s, "alive");
	g_assert_cmpint(supervisor_pid(s), !=, first);
	supervisor_free(s, true);
}

/* Lines of a peer that is no friend. */
static void
test_hostile_lines(void)
{
	static const char *const lines[] = { "\n", "null\n", "[1]\n", "{\"a\":1,\"a\":2}\n", "{\n",
		"{\"a\":\"\xff\"}\n", "{\"fds\":1}\n", "{\"fds\":-1}\n", "{\"fds\":99999}\n",
		"{\"a\":1} trailing\n" };
	char *deep = g_strnfill(100000, '[');

	for (size_t i = 0; i <= G_N_ELEMENTS(lines); i++) {
		const char *line = i < G_N_ELEMENTS(lines) ? lines[i] : deep;
		int pair[2];
		json_t *obj = NULL;
		GError *error = NULL;
		struct jsonl *j;

		g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
		j = jsonl_new(pair[0], pair[0]);
		g_assert_cmpint(write(pair[1], line, strlen(line)), ==, (gssize)strlen(line));
		if (line == deep)
			g_assert_cmpint(write(pair[1], "\n", 1), ==, 1);
		g_assert_cmpint(jsonl_receive(j, true, &obj, NULL, NULL, &error), ==, JSONL_ERROR);
		g_assert_error(error, PF_ERROR, PF_ERROR_PROTOCOL);
		g_clear_error(&error);
		close(pair[1]);
		jsonl_free(j);
	}
	g_free(deep);
}

static void
test_text(void)
{
	json_t *text = jsonl_text("a\0b\xff"
				  "c",
	    5);

	g_assert_cmpstr(json_string_value(text), ==, "a\x1a"
						     "b\357\277\275"
						     "c");
	json_decref(text);
	g_assert_true(json_is_null(jsonl_text(NULL, -1)));
}

/* A folder in which penfold-echo is this program. */
static char *
make_libexec(void)
{
	char *folder = g_dir_make_tmp("penfold-test.XXXXXX", NULL);
	char *self = g_file_read_link("/proc/self/exe", NULL);
	char *name = g_build_filename(folder, "penfold-echo", NULL);

	g_assert_cmpint(symlink(self, name), ==, 0);
	g_setenv("PENFOLD_LIBEXEC", folder, TRUE);
	g_free(self);
	g_free(name);
	return folder;
}

int
main(int argc, char **argv)
{
	char *folder, *name;
	int code;

	if (g_str_has_suffix(argv[0], "penfold-echo"))
		return helper_serve(ops, NULL);
	g_test_init(&argc, &argv, NULL);
	folder = make_libexec();
	g_test_add_func("/jsonl/hostile-lines", test_hostile_lines);
	g_test_add_func("/jsonl/text", test_text);
	g_test_add_func("/supervisor/echo", test_echo);
	g_test_add_func("/supervisor/errors", test_errors);
	g_test_add_func("/supervisor/vast", test_vast);
	g_test_add_func("/supervisor/descriptor", test_descriptor);
	g_test_add_func("/supervisor/stream-and-cancel", test_stream_and_cancel);
	g_test_add_func("/supervisor/more", test_more);
	g_test_add_func("/supervisor/signal-at-start", test_signal_at_start);
	g_test_add_func("/supervisor/crash-and-quarantine", test_crash_and_quarantine);
	g_test_add_func("/supervisor/deadline-and-nonsense", test_deadline_and_nonsense);
	code = g_test_run();
	name = g_build_filename(folder, "penfold-echo", NULL);
	unlink(name);
	rmdir(folder);
	g_free(name);
	g_free(folder);
	return code;
}
