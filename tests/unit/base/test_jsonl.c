/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What another program sends: numbers that no integer can hold are as good as absent, and descriptors that no line
 * claims do not pile up. */
#include "base/jsonl.h"

#include "base/error.h"
#include "base/limits.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_int(void)
{
	static const struct {
		const char *text;
		gint64 value;
	} cases[] = {
		{ "{\"n\":7}", 7 },
		{ "{\"n\":-7.9}", -7 },
		{ "{\"n\":1e99}", -1 },
		{ "{\"n\":-1e99}", -1 },
		{ "{\"n\":9223372036854775807}", G_MAXINT64 },
		{ "{\"n\":9223372036854775808.0}", -1 },
		{ "{\"n\":9223372036854774784.0}", 9223372036854774784 },
		{ "{\"n\":\"7\"}", -1 },
		{ "{}", -1 },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *obj = json_loads(cases[i].text, 0, NULL);

		g_assert_nonnull(obj);
		g_assert_cmpint(jsonl_int(obj, "n", -1), ==, cases[i].value);
		json_decref(obj);
	}
}

/* A line as it is, with n copies of fd. */
static void
send_raw(int to, const char *line, int fd, size_t n)
{
	union {
		char buf[CMSG_SPACE(sizeof(int) * LIMIT_JSON_FDS)];
		struct cmsghdr align;
	} control = { .buf = "" };
	struct iovec iov = { (char *)(guintptr)line, strlen(line) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.buf,
		.msg_controllen = CMSG_SPACE(sizeof(int) * n) };
	struct cmsghdr *head = &control.align;

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int) * n);
	for (size_t i = 0; i < n; i++)
		memcpy(CMSG_DATA(head) + i * sizeof(int), &fd, sizeof(int));
	g_assert_cmpint(sendmsg(to, &msg, 0), ==, (ssize_t)strlen(line));
}

/* Lines with all the descriptors that one may carry: {"fds":8} or nothing claims them. How many are read before the
 * reader gives up, at most 100. */
static int
lines_read(const char *line)
{
	int ends[2], null = open("/dev/null", O_RDONLY | O_CLOEXEC), n = 0;
	struct jsonl *j;
	GError *error = NULL;
	enum jsonl_status status = JSONL_ITEM;

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
	j = jsonl_new(ends[0], ends[0]);
	for (; n < 100 && status == JSONL_ITEM; n++) {
		json_t *obj = NULL;

		send_raw(ends[1], line, null, LIMIT_JSON_FDS);
		status = jsonl_receive(j, true, &obj, NULL, NULL, &error);
		json_decref(obj);
	}
	if (status == JSONL_ERROR)
		g_assert_error(error, PF_ERROR, PF_ERROR_PROTOCOL);
	g_clear_error(&error);
	jsonl_free(j);
	close(ends[1]);
	close(null);
	return status == JSONL_ITEM ? n : n - 1;
}

static void
test_descriptors(void)
{
	g_assert_cmpint(lines_read("{\"fds\":8}\n"), ==, 100);
	g_assert_cmpint(lines_read("{}\n"), <=, 2);
}

/* An object that could not be made, as of a text of no encoding, is refused before it is sent. */
static void
test_none(void)
{
	int ends[2];
	struct jsonl *j;
	GError *error = NULL;

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
	j = jsonl_new(ends[0], ends[0]);
	for (size_t n = 0; n < 2; n++) {
		g_assert_false(jsonl_queue(j, NULL, ends + 1, n, &error));
		g_assert_error(error, PF_ERROR, PF_ERROR_LIMIT);
		g_clear_error(&error);
	}
	jsonl_free(j);
	close(ends[1]);
}

/* What waits for a slow reader is no business of the programs that are started meanwhile: all descriptors of this
 * process that are this file. */
static void
assert_private(int fd)
{
	struct stat wanted, st;

	g_assert_cmpint(fstat(fd, &wanted), ==, 0);
	for (int i = 3; i < 256; i++) {
		if (i == fd || fstat(i, &st) != 0 || st.st_ino != wanted.st_ino || st.st_dev != wanted.st_dev)
			continue;
		g_assert_cmpint(fcntl(i, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
	}
}

static void
test_private(void)
{
	char path[] = "/tmp/penfold-test.XXXXXX";
	int ends[2], fd = mkstemp(path);
	struct jsonl *j;
	json_t *obj = json_object();

	g_assert_cmpint(fd, >=, 0);
	unlink(path);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
	j = jsonl_new(ends[0], ends[0]);
	g_assert_true(jsonl_queue(j, obj, &fd, 1, NULL));
	assert_private(fd);
	jsonl_free(j);
	json_decref(obj);
	close(ends[1]);
	close(fd);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/jsonl/int", test_int);
	g_test_add_func("/jsonl/descriptors", test_descriptors);
	g_test_add_func("/jsonl/none", test_none);
	g_test_add_func("/jsonl/private", test_private);
	return g_test_run();
}
