/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pty.c - the master's side of a pseudo terminal. */
#include "ui/pty.h"

#include "base/error.h"
#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define BLOCK	 16384
#define MAX_WAITING (16u << 20) /* bytes: more than anybody pastes into a letter */
#define MAX_TURN (256u << 10) /* bytes read before the rest of the loop has its turn */

struct pty {
	int fd;
	GPid pid;
	guint reading, writing, ending; /* sources; 0 for none */
	GString *waiting;		/* not written yet */
	size_t written; /* bytes at its begin */
	const struct pty_events *events;
	void *user;
};

/* In the child: the terminal becomes its own, and signals mean again what they mean elsewhere. */
static void
prepare_child(gpointer user)
{
	static const int signals[] = {SIGINT, SIGQUIT, SIGTSTP, SIGPIPE, SIGTTIN, SIGTTOU};
	(void)user;
	(void)setsid();
	(void)ioctl(STDIN_FILENO, TIOCSCTTY, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		(void)signal(signals[i], SIG_DFL);
}

static char **
environment(const struct pty_opts *opts)
{
	/* the outer terminal's own abilities and size are not those of this one */
	static const char *const outer[] = {"COLORTERM", "LINES", "COLUMNS", "TERMCAP", "TERM_PROGRAM",
	    "KITTY_WINDOW_ID", "KITTY_PID", "WEZTERM_PANE", "VTE_VERSION"};
	char **env = g_environ_setenv(g_get_environ(), "TERM", opts->term, TRUE);
	env = g_environ_setenv(env, "COLORFGBG", opts->is_light ? "0;15" : "15;0", TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(outer); i++)
		env = g_environ_unsetenv(env, outer[i]);
	return env;
}

static void
set_size(int fd, int rows, int cols)
{
	struct winsize size = {.ws_row = (unsigned short)CLAMP(rows, 1, 1000),
	    .ws_col = (unsigned short)CLAMP(cols, 1, 1000)};
	(void)ioctl(fd, TIOCSWINSZ, &size);
}

/* Both ends; false with errno set. */
static bool
open_pair(int *master_out, int *slave_out)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	const char *name = master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0 ? ptsname(master) : NULL;
	int slave = name != NULL ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	struct termios modes;
	if (slave < 0) {
		int saved = errno;
		if (master >= 0)
			close(master);
		errno = saved;
		return false;
	}
	if (tcgetattr(slave, &modes) == 0) {
		modes.c_iflag |= IUTF8;
		(void)tcsetattr(slave, TCSANOW, &modes);
	}
	*master_out = master;
	*slave_out = slave;
	return true;
}

/* Everything there is, or a turn's worth; false at the end. */
static bool
read_some(struct pty *p)
{
	char block[BLOCK];
	for (size_t total = 0; total < MAX_TURN;) {
		ssize_t n = read(p->fd, block, sizeof(block));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return true;
		if (n <= 0) /* EIO: nobody has the other end open */
			return false;
		total += (size_t)n;
		p->events->output(block, (size_t)n, p->user);
	}
	return true;
}

static gboolean
on_readable(gint fd, GIOCondition condition, gpointer user)
{
	struct pty *p = user;
	(void)fd;
	(void)condition;
	if (read_some(p))
		return G_SOURCE_CONTINUE;
	p->reading = 0;
	return G_SOURCE_REMOVE;
}

static void
on_end(GPid pid, gint status, gpointer user)
{
	struct pty *p = user;
	p->ending = 0;
	g_spawn_close_pid(pid);
	p->pid = 0;
	if (p->reading != 0)
		(void)read_some(p); /* its last words */
	p->events->ended(status, p->user);
}

/* Write what waits; true when some is left. */
static bool
flush(struct pty *p)
{
	while (p->waiting->len > 0) {
		ssize_t n = write(p->fd, p->waiting->str + p->written, p->waiting->len - p->written);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return true;
		p->written += n > 0 ? (size_t)n : 0;
		if (n >= 0 && p->written < p->waiting->len)
			continue;
		g_string_truncate(p->waiting, 0);
		p->written = 0;
	}
	return false;
}

static gboolean
on_writable(gint fd, GIOCondition condition, gpointer user)
{
	struct pty *p = user;
	(void)fd;
	(void)condition;
	if (flush(p))
		return G_SOURCE_CONTINUE;
	p->writing = 0;
	return G_SOURCE_REMOVE;
}

struct pty *
pty_start(const struct pty_opts *opts, const struct pty_events *events, void *user, GError **error)
{
	int master, slave;
	GPid pid;
	if (!open_pair(&master, &slave)) {
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "no terminal for %s: %s", opts->argv[0],
		    g_strerror(errno));
		return NULL;
	}
	set_size(master, opts->rows, opts->cols);
	char **env = environment(opts);
	bool ok = g_spawn_async_with_pipes_and_fds(NULL, (const char *const *)opts->argv,
	    (const char *const *)env, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, prepare_child, NULL,
	    slave, slave, slave, NULL, NULL, 0, &pid, NULL, NULL, NULL, error);
	g_strfreev(env);
	close(slave);
	if (!ok) {
		spawn_error(error, opts->argv[0], NULL);
		close(master);
		return NULL;
	}
	struct pty *p = g_new0(struct pty, 1);
	p->fd = master;
	p->pid = pid;
	p->waiting = g_string_new(NULL);
	p->events = events;
	p->user = user;
	g_unix_set_fd_nonblocking(master, TRUE, NULL);
	p->reading = g_unix_fd_add(master, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, p);
	p->ending = g_child_watch_add(pid, on_end, p);
	return p;
}

void
pty_write(struct pty *p, const char *bytes, size_t len)
{
	g_string_append_len(p->waiting, bytes, (gssize)len);
	if (p->writing == 0 && flush(p))
		p->writing = g_unix_fd_add(p->fd, G_IO_OUT | G_IO_HUP | G_IO_ERR, on_writable, p);
}

bool
pty_is_full(const struct pty *p)
{
	return p->waiting->len > MAX_WAITING;
}

void
pty_resize(struct pty *p, int rows, int cols)
{
	set_size(p->fd, rows, cols);
}

void
pty_free(struct pty *p)
{
	if (p == NULL)
		return;
	guint sources[] = {p->reading, p->writing, p->ending};
	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
		if (sources[i] != 0)
			g_source_remove(sources[i]);
	if (p->pid > 0) {
		(void)kill(-p->pid, SIGHUP);
		g_spawn_close_pid(p->pid);
	}
	close(p->fd);
	g_string_free(p->waiting, TRUE);
	g_free(p);
}
