/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_ask.c - questions before the screen is there. They go to standard error, so that --json stays
 * clean. */
#include "cmd/cmd_ask.h"

#include "base/limits.h"
#include "base/safe_text.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

bool
cmd_ask_may(void)
{
	return isatty(STDIN_FILENO) == 1;
}

static void
show(const char *question)
{
	char *text = safe_line(question);

	(void)fprintf(stderr, "%s ", text);
	(void)fflush(stderr);
	g_free(text);
}

/* Bytes up to the line end into buf, at most size - 1; -1 at the end of input. Unbuffered: no copy
 * stays in stdio. */
static ssize_t
read_line(char *buf, size_t size)
{
	size_t len = 0;
	char c;
	ssize_t n;

	while ((n = read(STDIN_FILENO, &c, 1)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || c == '\n')
			break;
		if (len < size - 1)
			buf[len++] = c;
		if (c == 3) /* ^C of a hidden line */
			break;
	}
	buf[len] = '\0';
	return n == 0 && len == 0 ? -1 : (ssize_t)len;
}

char *
cmd_ask_line(const char *question, const char *fallback)
{
	char buf[4096];
	char *text;

	show(question);
	if (read_line(buf, sizeof buf) < 0) {
		(void)fputc('\n', stderr);
		return NULL;
	}
	text = g_utf8_make_valid(buf, -1);
	g_strstrip(text);
	if (*text != '\0' || fallback == NULL)
		return text;
	g_free(text);
	return g_strdup(fallback);
}

/* The terminal shows nothing between hide() and its end, whatever signal ends us: the shell sets echo
 * again when we are gone only if it is told to, so the signals wait. */
static bool
hide(struct termios *old, sigset_t *old_signals)
{
	struct termios hidden;
	sigset_t waiting;

	if (tcgetattr(STDIN_FILENO, old) != 0)
		return false;
	sigemptyset(&waiting);
	sigaddset(&waiting, SIGINT);
	sigaddset(&waiting, SIGTERM);
	sigaddset(&waiting, SIGHUP);
	sigaddset(&waiting, SIGTSTP);
	(void)sigprocmask(SIG_BLOCK, &waiting, old_signals);
	hidden = *old;
	hidden.c_lflag &= (tcflag_t) ~(ECHO | ISIG);
	hidden.c_cc[VEOL] = 3; /* ^C ends the line: it is looked for in it */
	return tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

struct secret *
cmd_ask_secret(const char *reason, const char *question)
{
	char buf[LIMIT_PASSWORD + 1];
	struct termios old;
	sigset_t signals;
	struct secret *secret = NULL;
	bool is_hidden;
	ssize_t len;

	/* hidden before it is asked, and before it is said why: who answers at once is neither echoed nor flushed away */
	is_hidden = cmd_ask_may() && hide(&old, &signals);
	if (reason != NULL) {
		char *text = safe_line(reason);

		(void)fprintf(stderr, "%s\n", text);
		g_free(text);
	}
	if (cmd_ask_may())
		show(question);
	len = read_line(buf, sizeof buf);
	if (is_hidden) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
		(void)sigprocmask(SIG_SETMASK, &signals, NULL);
		(void)fputc('\n', stderr);
	}
	if (len > 0 && buf[len - 1] == '\r')
		len--;
	if (len >= 0 && !(is_hidden && memchr(buf, 3, (size_t)len) != NULL))
		secret = secret_new(buf, (size_t)len);
	explicit_bzero(buf, sizeof buf);
	return secret;
}

char
cmd_ask_letter(const char *question, const char *letters)
{
	for (;;) {
		char *text = cmd_ask_line(question, "");
		char c;

		if (text == NULL)
			return 0;
		c = *text == '\0' ? letters[0] : g_ascii_tolower(*text);
		g_free(text);
		if (strchr(letters, c) != NULL && c != '\0')
			return c;
	}
}
