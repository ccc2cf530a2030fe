/* SPDX-License-Identifier: GPL-3.0-or-later */
/* account_log.c - lines for people, without secrets. One write(2) a line: several programs write the same
 * file. */
#include "base/account_log.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/safe_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HIDDEN_MAX 8
#define SHORTEST 4 /* a secret of fewer characters would cut words to pieces */
#define TAIL_BYTES 65536

struct account_log {
	char *path;
	GTimeZone *zone;
	int fd; /* of the file while it has that name; -1 */
	struct stat of_fd;
	struct secret *hidden[HIDDEN_MAX]; /* texts that must not appear */
	size_t n_hidden;
};

char *
account_log_path(const struct rc *rc, const char *account)
{
	char *dir = rc_state_dir(rc);
	char *name = g_uri_escape_string(account, " ", TRUE);
	char *path = g_strdup_printf("%s/log/%s.log", dir, name);

	g_free(name);
	g_free(dir);
	return path;
}

struct account_log *
account_log_new(const struct rc *rc, const char *account)
{
	struct account_log *log = g_new0(struct account_log, 1);

	log->path = account_log_path(rc, account);
	log->zone = g_time_zone_new_local();
	log->fd = -1;
	return log;
}

static void
close_file(struct account_log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

void
account_log_free(struct account_log *log)
{
	if (log == NULL)
		return;
	for (size_t i = 0; i < log->n_hidden; i++)
		secret_free(log->hidden[i]);
	close_file(log);
	g_time_zone_unref(log->zone);
	g_free(log->path);
	g_free(log);
}

static void
hide_bytes(struct account_log *log, const char *bytes, size_t len)
{
	if (len < SHORTEST)
		return;
	if (log->n_hidden == HIDDEN_MAX) { /* the oldest has been out of use for long */
		secret_free(log->hidden[0]);
		memmove(log->hidden, log->hidden + 1, (HIDDEN_MAX - 1) * sizeof log->hidden[0]);
		log->n_hidden--;
	}
	log->hidden[log->n_hidden++] = secret_new(bytes, len);
}

static void
hide_encoded(struct account_log *log, const char *bytes, size_t len)
{
	char *text = g_base64_encode((const guchar *)bytes, len);

	hide_bytes(log, text, strcspn(text, "="));
	explicit_bzero(text, strlen(text));
	g_free(text);
}

void
account_log_hide(struct account_log *log, const struct secret *secret, const char *user)
{
	const char *bytes = secret != NULL ? secret_bytes(secret) : "";
	size_t len = strlen(bytes), user_len = strlen(user);
	char *plain;

	if (len == 0)
		return;
	hide_bytes(log, bytes, len);
	hide_encoded(log, bytes, len);
	plain = g_malloc0(user_len + len + 2); /* RFC 4616: NUL user NUL password */
	memcpy(plain + 1, user, user_len);
	memcpy(plain + user_len + 2, bytes, len);
	hide_encoded(log, plain, user_len + len + 2);
	explicit_bzero(plain, user_len + len + 2);
	g_free(plain);
}

/* The older half goes away at once, not line by line; whoever does that, the file is another then. True:
 * what is open is the file of that name, and takes more. */
static bool
is_current(const struct account_log *log)
{
	struct stat st;
	char *old;

	if (stat(log->path, &st) != 0)
		return false;
	if (st.st_size < (off_t)LIMIT_ACCOUNT_LOG)
		return log->fd >= 0 && st.st_ino == log->of_fd.st_ino && st.st_dev == log->of_fd.st_dev;
	old = g_strconcat(log->path, ".1", NULL);
	(void)rename(log->path, old); /* if it fails the file grows on */
	g_free(old);
	return false;
}

static void
open_file(struct account_log *log)
{
	char *dir = g_path_get_dirname(log->path);

	close_file(log);
	if (file_make_dir(dir, NULL))
		log->fd = open(log->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (log->fd >= 0 && fstat(log->fd, &log->of_fd) != 0)
		close_file(log);
	g_free(dir);
}

static void
append(struct account_log *log, const char *line)
{
	if (!is_current(log))
		open_file(log);
	while (log->fd >= 0 && write(log->fd, line, strlen(line)) < 0 && errno == EINTR)
		;
}

void
account_log_line(struct account_log *log, const char *what, const char *format, ...)
{
	GDateTime *now = g_date_time_new_now(log->zone);
	char *stamp = g_date_time_format(now, "%Y-%m-%d %H:%M:%S");
	char *raw, *safe;
	GString *line;
	va_list args;

	va_start(args, format);
	raw = g_strdup_vprintf(format, args);
	va_end(args);
	line = g_string_new(raw);
	for (size_t i = 0; i < log->n_hidden; i++)
		g_string_replace(line, secret_bytes(log->hidden[i]), "(hidden)", 0);
	safe = safe_line(line->str);
	g_string_printf(line, "%s  %-4s  %s\n", stamp, what, safe);
	append(log, line->str);
	g_string_free(line, TRUE);
	g_date_time_unref(now);
	g_free(stamp);
	g_free(safe);
	explicit_bzero(raw, strlen(raw));
	g_free(raw);
}

/* The file's last bytes, from the start of a line. Owned; NULL when there is none. */
static char *
read_tail(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *bytes = NULL, *text = NULL;
	struct stat st;
	ssize_t n;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		off_t from = MAX(st.st_size - TAIL_BYTES, 0);

		bytes = g_malloc0(TAIL_BYTES + 1);
		n = pread(fd, bytes, TAIL_BYTES, from);
		bytes[MAX(n, 0)] = '\0';
		text = g_strdup(from > 0 && strchr(bytes, '\n') != NULL ? strchr(bytes, '\n') + 1 : bytes);
	}
	if (fd >= 0)
		close(fd);
	g_free(bytes);
	return text;
}

GPtrArray *
account_log_last(const struct rc *rc, const char *account, guint n)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	char *path = account_log_path(rc, account), *text = read_tail(path);
	char **lines = g_strsplit(text != NULL ? text : "", "\n", -1);

	for (char **line = lines; *line != NULL; line++) {
		if (**line == '\0')
			continue;
		if (out->len == n && n > 0)
			g_ptr_array_remove_index(out, 0);
		g_ptr_array_add(out, safe_line(*line)); /* anybody may have written into the file */
	}
	g_strfreev(lines);
	g_free(text);
	g_free(path);
	return out;
}
