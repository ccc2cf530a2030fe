/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seal: a child seals itself, tries what must not work any more, and tells through a pipe. */
#define _GNU_SOURCE /* prlimit() */
#include "base/error.h"
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int
try_open(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static int
try_create(void)
{
	return open("/tmp/penfold-must-not-be", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

static int
try_unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int
try_inet_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int
try_exec(void)
{
	char *const argv[] = { (char[]){ "true" }, NULL };
	return execv("/bin/true", argv);
}

static int
try_fork(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return (int)pid;
}

static int
try_kill(void)
{
	return kill(getppid(), 0);
}

static int
try_unlink(void)
{
	return unlink("/tmp/penfold-must-not-be");
}

static int
try_list(void)
{
	return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
try_executable_memory(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p == MAP_FAILED ? -1 : 0;
}

static int
try_limits_of_another(void)
{
	struct rlimit r = { 1, 1 };
	return prlimit(getppid(), RLIMIT_NOFILE, &r, NULL);
}

static const struct {
	const char *name;
	int (*attempt)(void);
} attempts[] = {
	{ "open", try_open },
	{ "create", try_create },
	{ "unix socket", try_unix_socket },
	{ "inet socket", try_inet_socket },
	{ "exec", try_exec },
	{ "fork", try_fork },
	{ "kill", try_kill },
	{ "unlink", try_unlink },
	{ "list a folder", try_list },
	{ "executable memory", try_executable_memory },
	{ "another's limits", try_limits_of_another },
};

struct told {
	int result, error;
};

static const struct sandbox_limits limits = {
	.memory_bytes = 512u << 20,
	.cpu_seconds = 5,
	.file_bytes = 1u << 20,
	.files = 32,
};

/* In the child: seal, then everything in turn. */
static void
child(int out)
{
	if (!sandbox_seal(&limits, NULL))
		_exit(1);
	for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++) {
		errno = 0;
		int r = attempts[i].attempt();
		struct told t = { r, errno };
		if (write(out, &t, sizeof(t)) != (ssize_t)sizeof(t))
			_exit(2);
	}
	_exit(0);
}

static void
test_refused(void)
{
	int fds[2];
	g_assert_cmpint(pipe(fds), ==, 0);
	pid_t pid = fork();
	g_assert_cmpint(pid, >=, 0);
	if (pid == 0)
		child(fds[1]);
	close(fds[1]);
	for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++) {
		struct told t = { 0, 0 };
		g_test_message("%s", attempts[i].name);
		g_assert_cmpint(read(fds[0], &t, sizeof(t)), ==, sizeof(t));
		g_assert_cmpint(t.result, ==, -1);
		g_assert_cmpint(t.error, ==, EPERM);
	}
	int status;
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(fds[0]);
}

/* What a renderer needs goes on: reading, writing, mapping a file it was given, memory, time. */
static void
working_child(int in, int out)
{
	char block[16];
	struct stat st;
	if (!sandbox_seal(&limits, NULL) || fstat(in, &st) != 0)
		_exit(1);
	void *at = mmap(NULL, 5, PROT_READ, MAP_PRIVATE, in, 0);
	if (at == MAP_FAILED || memcmp(at, "hello", 5) != 0)
		_exit(2);
	if (read(in, block, sizeof(block)) != 5 || write(out, block, 5) != 5)
		_exit(3);
	g_free(g_malloc(20u << 20));
	sandbox_cpu_budget(3);
	struct rlimit r;
	if (getrlimit(RLIMIT_CPU, &r) != 0 || r.rlim_cur == RLIM_INFINITY || r.rlim_cur < 3)
		_exit(4);
	_exit(g_get_monotonic_time() > 0 ? 0 : 5);
}

static void
test_allowed(void)
{
	char *path = NULL;
	int in = g_file_open_tmp("penfold-XXXXXX", &path, NULL);
	int fds[2];
	char got[5];
	int status;
	g_assert_cmpint(write(in, "hello", 5), ==, 5);
	g_assert_cmpint(lseek(in, 0, SEEK_SET), ==, 0);
	g_assert_cmpint(pipe(fds), ==, 0);
	pid_t pid = fork();
	if (pid == 0)
		working_child(in, fds[1]);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
	g_assert_cmpint(read(fds[0], got, 5), ==, 5);
	close(fds[0]);
	close(fds[1]);
	close(in);
	unlink(path);
	g_free(path);
}

static void
test_cpu(void)
{
	const struct sandbox_limits short_cpu = { .cpu_seconds = 1, .files = 32 };
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		if (!sandbox_seal(&short_cpu, NULL))
			_exit(1);
		for (volatile unsigned long i = 0;; i++)
			continue;
	}
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFSIGNALED(status));
	g_assert_cmpint(WTERMSIG(status), ==, SIGXCPU);
}

static void
test_basics(void)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		struct rlimit r;
		sandbox_basics();
		bool ok = getrlimit(RLIMIT_CORE, &r) == 0 && r.rlim_cur == 0 && umask(0) == 077;
		_exit(ok ? 0 : 1);
	}
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
test_describe(void)
{
	char *text = sandbox_describe();
	g_assert_true(g_str_has_prefix(text, "seccomp yes, landlock "));
	g_test_message("%s", text);
	g_free(text);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sandbox/refused", test_refused);
	g_test_add_func("/sandbox/allowed", test_allowed);
	g_test_add_func("/sandbox/cpu", test_cpu);
	g_test_add_func("/sandbox/basics", test_basics);
	g_test_add_func("/sandbox/describe", test_describe);
	return g_test_run();
}
