/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret.c - passwords in pages of their own that are never swapped out nor dumped, and
 * are wiped when freed. A password command is run by argv; its output is read here and
 * nowhere else. */
#include "base/secret.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/secret_service.h"
#include "base/spawn.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_SECONDS = 60 };

/* Lives at the start of its own mapping. */
struct secret {
	size_t mapped; /* bytes of the mapping */
	size_t len;
	char bytes[];
};

struct secret *
secret_new(const char *bytes, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t mapped = (sizeof(struct secret) + len + 1 + page - 1) / page * page;
	struct secret *secret = mmap(
	    NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (secret == MAP_FAILED)
		g_error("out of memory");
	(void)mlock(secret,
	    mapped); /* may be refused by RLIMIT_MEMLOCK: then it could be swapped */
	(void)madvise(secret, mapped, MADV_DONTDUMP);
	secret->mapped = mapped;
	secret->len = len;
	memcpy(secret->bytes, bytes, len);
	return secret;
}

struct secret *
secret_copy(const struct secret *secret)
{
	return secret_new(secret->bytes, secret->len);
}

const char *
secret_bytes(const struct secret *secret)
{
	return secret->bytes;
}

size_t
secret_len(const struct secret *secret)
{
	return secret->len;
}

void
secret_free(struct secret *secret)
{
	size_t mapped;

	if (secret == NULL)
		return;
	mapped = secret->mapped;
	explicit_bzero(secret, mapped);
	munmap(secret, mapped);
}

/* A command that is running, and what it printed. */
struct command {
	const char *account, *setting, *program; /* for errors; borrowed */
	GPid pid;
	int fd;		 /* its standard output */
	gint64 deadline; /* monotonic, microseconds */
	bool is_reaped;
	int status; /* of waitpid(), once reaped */
	size_t len;
	char bytes[LIMIT_PASSWORD + 1];
};

static bool
has_line(const struct command *c)
{
	return memchr(c->bytes, '\n', c->len) != NULL || c->len == sizeof c->bytes;
}

static bool
is_over(const struct command *c)
{
	return g_get_monotonic_time() >= c->deadline;
}

static void
reap(struct command *c, int options)
{
	pid_t pid;

	if (c->is_reaped)
		return;
	do
		pid = waitpid(c->pid, &c->status, options);
	while (pid < 0 && errno == EINTR);
	c->is_reaped = pid != 0;
}

/* One read; what follows the first line is read and dropped, so that the command is not
 * killed by a full or closed pipe. False at the end. */
static bool
read_some(struct command *c)
{
	char rest[512];
	bool is_rest = has_line(c);
	char *to = is_rest ? rest : c->bytes + c->len;
	ssize_t n = read(c->fd, to, is_rest ? sizeof rest : sizeof c->bytes - c->len);

	if (n > 0 && !is_rest)
		c->len += (size_t)n;
	explicit_bzero(rest, sizeof rest);
	return n > 0 || (n < 0 && errno == EINTR);
}

/* Read until the command closes its output. A line and the command's end are enough as
 * well: an agent that it left behind may keep the output open. */
static void
read_output(struct command *c)
{
	bool is_open = true;

	while (is_open && !is_over(c)) {
		gint64 left_ms = (c->deadline - g_get_monotonic_time()) / 1000 + 1;
		struct pollfd wait_for = {.fd = c->fd, .events = POLLIN};
		int ready =
		    poll(&wait_for, 1, (int)(has_line(c) ? MIN(left_ms, 50) : left_ms));

		if (ready > 0)
			is_open = read_some(c);
		else if (ready < 0)
			is_open = errno == EINTR;
		else if (has_line(c))
			reap(c, WNOHANG);
		if (c->is_reaped)
			is_open = false;
	}
}

/* Wait for the end of a command whose output is closed; kill it at the deadline. */
static void
finish(struct command *c)
{
	while (!c->is_reaped && !is_over(c)) {
		reap(c, WNOHANG);
		if (!c->is_reaped)
			g_usleep(2000); /* it closed its output: its end is a matter of
					   microseconds */
	}
	if (!c->is_reaped) {
		kill(c->pid, SIGKILL);
		reap(c, 0);
		c->status = -1;
	}
}

static bool
fail(const struct command *c, const char *what, GError **error)
{
	g_set_error(error, PF_ERROR, PF_ERROR_AUTH, "account \"%s\": %s \"%s\" %s",
	    c->account, c->setting, c->program, what);
	return false;
}

static bool
check_end(const struct command *c, GError **error)
{
	char *text = NULL;

	if (c->status == -1)
		text = g_strdup_printf("did not end within %d s", COMMAND_SECONDS);
	else if (WIFSIGNALED(c->status))
		text = g_strdup_printf("was killed by signal %d", WTERMSIG(c->status));
	else if (WEXITSTATUS(c->status) != 0)
		text =
		    g_strdup_printf("failed with exit code %d", WEXITSTATUS(c->status));
	else if (c->len == sizeof c->bytes && memchr(c->bytes, '\n', c->len) == NULL)
		text = g_strdup("printed a line that is too long for a password");
	else if (c->len == 0 || c->bytes[0] == '\n' || c->bytes[0] == '\r')
		text = g_strdup("printed no password");
	if (text == NULL)
		return true;
	fail(c, text, error);
	g_free(text);
	return false;
}

static struct secret *
first_line(const struct command *c)
{
	const char *end = memchr(c->bytes, '\n', c->len);
	size_t len = end != NULL ? (size_t)(end - c->bytes) : c->len;

	if (len > 0 && c->bytes[len - 1] == '\r')
		len--;
	return secret_new(c->bytes, len);
}

struct secret *
secret_of_argv(const char *account, const char *setting, char **argv, GError **error)
{
	struct command c = {.account = account,
	    .setting = setting,
	    .program = argv[0],
	    .deadline = g_get_monotonic_time() + COMMAND_SECONDS * G_USEC_PER_SEC};
	struct secret *secret = NULL;
	GError *why = NULL;

	if (!g_spawn_async_with_pipes(NULL, argv, NULL,
		G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &c.pid, NULL,
		&c.fd, NULL, &why)) {
		char *words = spawn_words(why, NULL), *text = g_strconcat("cannot be started: ", words, NULL);

		fail(&c, text, error);
		g_free(text);
		g_free(words);
		g_error_free(why);
		return NULL;
	}
	(void)mlock(&c, sizeof c);
	read_output(&c);
	close(c.fd);
	finish(&c);
	g_spawn_close_pid(c.pid);
	if (check_end(&c, error))
		secret = first_line(&c);
	explicit_bzero(c.bytes, sizeof c.bytes);
	(void)munlock(&c, sizeof c);
	return secret;
}

static struct secret *
of_keyring(const struct rc *rc, const char *account, GError **error)
{
	GError *why = NULL;
	struct secret *secret = secret_service_get(account, &why);

	if (secret != NULL)
		return secret;
	if (why != NULL) {
		g_propagate_prefixed_error(error, why, "account \"%s\": ", account);
		return NULL;
	}
	g_set_error(error, PF_ERROR, PF_ERROR_NO_SECRET,
	    "account \"%s\" has no password: write password-command = COMMAND into %s, or "
	    "keep it in the keyring by penfold login %s",
	    account, rc_path(rc), account);
	return NULL;
}

struct secret *
secret_of_account(const struct rc *rc, const char *account, GError **error)
{
	const char *password = rc_string(rc, "account", account, "password");
	char **argv = rc_argv(rc, "account", account, "password-command");
	struct secret *secret = NULL;

	if (password != NULL)
		secret = secret_new(password, strlen(password));
	else if (argv != NULL)
		secret = secret_of_argv(account, "password-command", argv, error);
	else
		secret = of_keyring(rc, account, error);
	g_strfreev(argv);
	return secret;
}

int
secret_to_fd(const struct secret *secret, GError **error)
{
	return file_memory(secret->bytes, secret->len, error);
}

struct secret *
secret_of_fd(int fd, GError **error)
{
	char bytes[LIMIT_PASSWORD + 1];
	size_t len = 0;
	ssize_t n = 0;
	struct secret *secret = NULL;

	while (len < sizeof bytes && (n = read(fd, bytes + len, sizeof bytes - len)) > 0)
		len += (size_t)n;
	if (n < 0 || len > LIMIT_PASSWORD)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "a password cannot be read");
	else
		secret = secret_new(bytes, len);
	explicit_bzero(bytes, sizeof bytes);
	return secret;
}

struct secret *
secret_of_command(
    const struct rc *rc, const char *account, const char *setting, GError **error)
{
	char **argv = rc_argv(rc, "account", account, setting);
	struct secret *secret =
	    argv != NULL ? secret_of_argv(account, setting, argv, error) : NULL;

	g_strfreev(argv);
	return secret;
}
