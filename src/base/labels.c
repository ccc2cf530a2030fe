/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A short file to which lines are only added, under a lock, by one penfold-sync or several; penfold-store reads it. A letter
 * never gets another meaning: names of files that have it may be anywhere. */
#include "base/labels.h"

#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define TAG_MAX	 200 /* NOTMUCH_TAG_MAX */
#define FILE_MAX 65536

/* Tags that Penfold and notmuch give by themselves. */
static const char *const taken_tags[] = {"unread", "flagged", "replied", "passed", "draft", "inbox", "deleted", "spam", "sent",
	"attachment", "signed", "encrypted", "new", "important", "muted", "later", "partial", "delivered", "relayed", "delayed",
	"failed", "read", "complained", NULL};

static bool
is_plain(unsigned char c)
{
	return c > ' ' && c != 0x7f && strchr("%_\"'\\", c) == NULL;
}

static void
append_byte(GString *out, unsigned char c, bool is_escaped)
{
	if (is_escaped)
		g_string_append_printf(out, "%%%02X", c);
	else
		g_string_append_c(out, (char)(c == ' ' ? '_' : c));
}

char *
label_tag(const char *label)
{
	bool is_taken = g_strv_contains(taken_tags, label);
	GString *out;

	if (label[0] == '\\')
		return g_strcmp0(label, "\\Important") == 0 ? g_strdup("important")
		    : g_strcmp0(label, "\\Muted") == 0	    ? g_strdup("muted")
							    : NULL;
	out = g_string_new(NULL);
	for (const char *p = label; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;
		bool is_odd_start = p == label && (is_taken || c == '-' || c == '+' || c == ' ');

		append_byte(out, c, is_odd_start || (c != ' ' && !is_plain(c)));
	}
	if (out->len > 0 && out->len <= TAG_MAX && g_utf8_validate(out->str, (gssize)out->len, NULL))
		return g_string_free(out, FALSE);
	g_string_free(out, TRUE);
	return NULL;
}

char *
labels_path(const struct rc *rc)
{
	char *dir = rc_state_dir(rc);
	char *path = g_build_filename(dir, "labels", NULL);

	g_free(dir);
	return path;
}

/* Whole lines of text; where the last is not, a power cut was faster than what it was for. The length of
 * the whole ones. */
static size_t
each_line(const char *text, size_t len, label_fn fn, void *user)
{
	const char *p = text, *end;

	while ((end = memchr(p, '\n', len - (size_t)(p - text))) != NULL) {
		char *label = end - p > 2 && p[1] == ' ' ? g_strndup(p + 2, (gsize)(end - p - 2)) : NULL;

		if (label != NULL && strchr(LABEL_LETTERS, *p) != NULL)
			fn(user, *p, label);
		g_free(label);
		p = end + 1;
	}
	return (size_t)(p - text);
}

void
labels_read(const char *path, label_fn fn, void *user)
{
	GBytes *bytes = file_read(path, FILE_MAX, NULL);
	gsize len = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;

	if (len > 0)
		(void)each_line(text, len, fn, user);
	if (bytes != NULL)
		g_bytes_unref(bytes);
}

struct search {
	const char *label;
	char found;
	char taken[sizeof(LABEL_LETTERS)];
	size_t n;
};

static void
look(void *user, char letter, const char *label)
{
	struct search *s = user;

	if (strcmp(label, s->label) == 0)
		s->found = letter;
	if (s->n + 1 < sizeof(s->taken))
		s->taken[s->n++] = letter;
}

static char
free_letter(const struct search *s, const char *taken)
{
	for (const char *p = LABEL_LETTERS; *p != '\0'; p++)
		if (strchr(s->taken, *p) == NULL && strchr(taken, *p) == NULL)
			return *p;
	return '\0';
}

static char
fail(const char *path, GError **error)
{
	g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", path, g_strerror(errno));
	return '\0';
}

/* Behind the whole lines of the locked file. */
static bool
append_line(int fd, const char *path, size_t at, char letter, const char *label, GError **error)
{
	char *line = g_strdup_printf("%c %s\n", letter, label), *dir = g_path_get_dirname(path);
	bool is_good = ftruncate(fd, (off_t)at) == 0 && lseek(fd, (off_t)at, SEEK_SET) >= 0;

	if (!is_good)
		(void)fail(path, error);
	is_good = is_good && file_write_all(fd, line, strlen(line), error);
	if (is_good && fsync(fd) != 0) {
		is_good = false;
		(void)fail(path, error);
	}
	is_good = is_good && file_sync_dir(dir, error);
	g_free(dir);
	g_free(line);
	return is_good;
}

char
labels_add(const char *path, const char *label, const char *taken, GError **error)
{
	struct search s = {.label = label};
	char *text = g_malloc(FILE_MAX), letter;
	size_t whole;
	ssize_t len;
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX) != 0 || (len = pread(fd, text, FILE_MAX, 0)) < 0) {
		letter = fail(path, error);
	} else {
		whole = each_line(text, (size_t)len, look, &s);
		letter = s.found != '\0' ? s.found : free_letter(&s, taken);
		if (letter != '\0' && s.found == '\0' &&
		    (strpbrk(label, "\r\n") != NULL || !append_line(fd, path, whole, letter, label, error)))
			letter = '\0';
	}
	if (fd >= 0)
		close(fd);
	g_free(text);
	return letter;
}
