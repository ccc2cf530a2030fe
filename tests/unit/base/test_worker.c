/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A forked worker: it hears and answers, is waited for, and does not outlive its parent.
 */
#include "base/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Answers each line by its number, doubled, until the line ends. */
static int
double_numbers(struct jsonl *line, void *user)
{
	json_t *obj = NULL;

	while (jsonl_receive(line, true, &obj, NULL, NULL, NULL) == JSONL_ITEM) {
		json_t *answer = json_pack(
		    "{s:I}", "n", 2 * jsonl_int(obj, "n", 0) + *(const int *)user);

		(void)jsonl_send(line, answer, NULL, 0, NULL);
		json_decref(answer);
		json_decref(obj);
		obj = NULL;
	}
	return 0;
}

static void
test_talks(void)
{
	int more = 1; /* what was in memory is there on both sides */
	struct worker w;
	json_t *ask = json_pack("{s:i}", "n", 20), *answer = NULL;
	GError *error = NULL;

	g_assert_true(worker_start(&w, double_numbers, &more, &error));
	more = 5;
	g_assert_true(jsonl_send(w.line, ask, NULL, 0, &error));
	g_assert_cmpint(
	    jsonl_receive(w.line, true, &answer, NULL, NULL, &error), ==, JSONL_ITEM);
	g_assert_cmpint(jsonl_int(answer, "n", 0), ==, 41);
	json_decref(ask);
	json_decref(answer);
	worker_end(&w, false);
	g_assert_cmpint(w.pid, ==, 0);
	worker_end(&w, true); /* twice is fine */
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
}

static int
sleep_for_ever(struct jsonl *line, void *user)
{
	(void)line;
	(void)user;
	while (poll(NULL, 0, -1) <= 0)
		;
	return 0;
}

static void
test_killed(void)
{
	struct worker w;
	json_t *answer = NULL;
	GError *error = NULL;

	g_assert_true(worker_start(&w, sleep_for_ever, NULL, &error));
	g_assert_cmpint(kill(w.pid, SIGKILL), ==, 0);
	g_assert_cmpint(
	    jsonl_receive(w.line, true, &answer, NULL, NULL, &error), ==, JSONL_EOF);
	worker_end(&w, true);
	g_assert_true(worker_start(&w, sleep_for_ever, NULL, &error));
	worker_end(&w, true); /* it never reads, and is not waited for in vain */
}

#ifdef __linux__
/* A worker's worker: when its parent is killed, it goes, too. Its end of the pipe says
 * so. */
static int
start_another(struct jsonl *line, void *user)
{
	struct worker w;
	json_t *ready =
	    json_pack("{s:b}", "ready", worker_start(&w, sleep_for_ever, user, NULL));

	(void)jsonl_send(line, ready, NULL, 0, NULL);
	return sleep_for_ever(line, user);
}

static void
test_does_not_outlive(void)
{
	struct worker w;
	json_t *answer = NULL;
	GError *error = NULL;
	int ends[2];
	char c;

	g_assert_cmpint(pipe(ends), ==, 0);
	g_assert_true(worker_start(&w, start_another, NULL, &error));
	close(ends[1]);
	g_assert_cmpint(
	    jsonl_receive(w.line, true, &answer, NULL, NULL, &error), ==, JSONL_ITEM);
	g_assert_true(jsonl_bool(answer, "ready", false));
	json_decref(answer);
	worker_end(&w, true);
	g_assert_cmpint(read(ends[0], &c, 1), ==, 0); /* nobody holds the other end */
	close(ends[0]);
}
#endif

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/worker/talks", test_talks);
	g_test_add_func("/worker/killed", test_killed);
#ifdef __linux__
	g_test_add_func("/worker/does-not-outlive", test_does_not_outlive);
#endif
	return g_test_run();
}
