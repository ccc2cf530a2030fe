/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_file.c - reads rc files line by line. Includes are kept on an explicit stack, so
 * that neither a circle nor a chain of files can do harm. */
#include "base/rc_file.h"

#include "base/limits.h"
#include "base/paths.h"
#include "base/rc_value.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One file that is being read. */
struct source {
	char *path;
	char *text; /* NUL-terminated, checked UTF-8 */
	size_t len, pos;
	unsigned line;	      /* of the line last taken */
	char *section, *name; /* NULL before the first section */
	bool is_known;	      /* keys of the section can be taken */
	dev_t device;
	ino_t inode;
	guint first_entry; /* of reading->entries: what this file gave, and what it
			      includes */
	bool is_open_to_others;
};

struct reader {
	struct rc_reading *reading;
	struct source stack[LIMIT_RC_INCLUDES];
	size_t depth;
	unsigned n_files;
};

static void
source_clear(struct source *s)
{
	if (s->text != NULL)
		explicit_bzero(s->text, s->len); /* may hold a password */
	g_free(s->path);
	g_free(s->text);
	g_free(s->section);
	g_free(s->name);
	memset(s, 0, sizeof *s);
}

/* All bytes of fd, NUL-terminated; NULL with errno set. EFBIG stands for more than the
 * limit. */
static char *
read_all(int fd, size_t *len_out)
{
	char *text = g_malloc(LIMIT_RC_FILE + 2);
	size_t len = 0;
	ssize_t n = 0;

	do {
		n = read(fd, text + len, LIMIT_RC_FILE + 1 - len);
		if (n > 0)
			len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (n == 0 && len > LIMIT_RC_FILE) {
		n = -1;
		errno = EFBIG;
	}
	if (n < 0) {
		explicit_bzero(text, len);
		g_free(text);
		return NULL;
	}
	text[len] = '\0';
	*len_out = len;
	return text;
}

/* The number of the line that at stands in. */
static unsigned
line_of(const char *text, const char *at)
{
	unsigned line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/* UTF-8 without control characters, or a finding and false. */
static bool
check_text(struct rc_reading *reading, const struct source *s)
{
	const char *bad;

	if (!g_utf8_validate(s->text, (gssize)s->len, &bad)) {
		rc_reading_finding(
		    reading, s->path, line_of(s->text, bad), "this line is not UTF-8");
		return false;
	}
	for (size_t i = 0; i < s->len; i++) {
		bool is_end = s->text[i] == '\r' && s->text[i + 1] == '\n';

		if (g_ascii_iscntrl(s->text[i]) && strchr("\t\n", s->text[i]) == NULL &&
		    !is_end) {
			rc_reading_finding(reading, s->path,
			    line_of(s->text, s->text + i),
			    "a control character (0x%02x) stands in this line",
			    (unsigned)(unsigned char)s->text[i]);
			return false;
		}
	}
	return true;
}

static bool
source_open(
    struct rc_reading *reading, struct source *s, const char *path, bool may_be_missing)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	memset(s, 0, sizeof *s);
	s->path = g_strdup(path);
	s->first_entry = reading->entries->len;
	if (fd >= 0 && fstat(fd, &st) == 0) {
		s->device = st.st_dev;
		s->inode = st.st_ino;
		s->is_open_to_others = (st.st_mode & (S_IRGRP | S_IROTH)) != 0;
		s->text = read_all(fd, &s->len);
	}
	if (s->text == NULL && !(errno == ENOENT && may_be_missing)) {
		if (errno == EFBIG)
			rc_reading_finding(
			    reading, path, 0, "larger than %u bytes", LIMIT_RC_FILE);
		else
			rc_reading_finding(reading, path, 0, "%s", g_strerror(errno));
	}
	if (fd >= 0)
		close(fd);
	if (s->text == NULL || !check_text(reading, s)) {
		source_clear(s);
		return false;
	}
	if (g_str_has_prefix(s->text, "\xef\xbb\xbf"))
		s->pos = 3; /* a byte order mark, as some editors write it */
	return true;
}

static struct source *
top(struct reader *r)
{
	return &r->stack[r->depth - 1];
}

static bool
is_being_read(const struct reader *r, const struct source *s)
{
	for (size_t i = 0; i < r->depth; i++)
		if (r->stack[i].device == s->device && r->stack[i].inode == s->inode)
			return true;
	return false;
}

/* The named file's path: relative to the folder of the file that names it. Owned. */
static char *
include_path(const struct source *s, const char *named)
{
	char *expanded = paths_expand(named), *folder, *path;

	if (g_path_is_absolute(expanded))
		return expanded;
	folder = g_path_get_dirname(s->path);
	path = g_build_filename(folder, expanded, NULL);
	g_free(folder);
	g_free(expanded);
	return path;
}

static void
push_include(struct reader *r, unsigned line, const char *raw)
{
	struct source *s = top(r), next;
	char *named = rc_value_unquote(raw, NULL), *path;

	if (named == NULL || named[0] == '\0' || r->depth == LIMIT_RC_INCLUDES ||
	    ++r->n_files > LIMIT_RC_FILES) {
		rc_reading_finding(r->reading, s->path, line,
		    named == NULL || named[0] == '\0'
			? "include wants the path of a file"
			: "too many files include each other");
		g_free(named);
		return;
	}
	path = include_path(s, named);
	if (source_open(r->reading, &next, path, false)) {
		if (is_being_read(r, &next)) {
			rc_reading_finding(
			    r->reading, s->path, line, "%s includes itself", path);
			source_clear(&next);
		} else {
			r->stack[r->depth++] = next;
		}
	}
	g_free(path);
	g_free(named);
}

/* The next physical line without its end, as a slice of the text; false at the end. */
static bool
take_physical(struct source *s, const char **line_out, size_t *len_out)
{
	const char *start = s->text + s->pos;
	const char *end;
	size_t len;

	if (s->pos >= s->len)
		return false;
	end = memchr(start, '\n', s->len - s->pos);
	len = end == NULL ? s->len - s->pos : (size_t)(end - start);
	s->pos += len + (end != NULL);
	s->line++;
	if (len > 0 && start[len - 1] == '\r')
		len--;
	*line_out = start;
	*len_out = len;
	return true;
}

static bool
is_comment(const char *line, size_t len)
{
	while (len > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		len--;
	}
	return len > 0 && (*line == '#' || *line == ';');
}

/* The next line with its continuations joined, in out (emptied first); *first_out is the
 * number of its first line, *joint_out the offset of its last joint or 0. False at the
 * end of the file. */
static bool
take_line(struct source *s, GString *out, unsigned *first_out, size_t *joint_out)
{
	const char *line;
	size_t len;
	bool goes_on;

	g_string_truncate(out, 0);
	*first_out = s->line + 1;
	*joint_out = 0;
	if (!take_physical(s, &line, &len))
		return false;
	do {
		goes_on = len > 0 && line[len - 1] == '\\' &&
			  (len < 2 || line[len - 2] != '\\') &&
			  !(out->len == 0 && is_comment(line, len));
		g_string_append_len(out, line, (gssize)(goes_on ? len - 1 : len));
		if (!goes_on)
			break;
		*joint_out = out->len;
		if (!take_physical(s, &line, &len))
			break;
		while (len > 0 && (*line == ' ' || *line == '\t')) {
			line++;
			len--;
		}
	} while (true);
	return true;
}

/* Offset of the comment in a value, or its length: "#" or ";" at the start or after a
 * blank, outside of double quotes. A quote that is never closed quotes nothing. */
static size_t
comment_offset(const char *text)
{
	size_t i = 0;

	while (text[i] != '\0') {
		bool may_start = i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t';
		size_t end;

		if (may_start && (text[i] == '#' || text[i] == ';'))
			return i;
		if (text[i] == '"' && may_start) {
			for (end = i + 1; text[end] != '\0' && text[end] != '"'; end++)
				end += text[end] == '\\' && text[end + 1] != '\0';
			i = text[end] == '"' ? end : i;
		}
		i++;
	}
	return i;
}

/* [section] or [section "name"], with nothing but a comment behind it. False when it is
 * neither. */
static bool
parse_header(const char *text, char **section_out, char **name_out)
{
	size_t len =
	    1 + strspn(text + 1,
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");
	const char *at = text + len, *start;

	*name_out = NULL;
	*section_out = g_ascii_strdown(text + 1, (gssize)len - 1);
	at += strspn(at, " \t");
	if (*at == '"') {
		for (start = at++; *at != '\0' && *at != '"'; at++)
			at += *at == '\\' && at[1] != '\0';
		if (*at == '"') {
			char *quoted = g_strndup(start, (gsize)(++at - start));

			*name_out = rc_value_unquote(quoted, NULL);
			g_free(quoted);
		}
		at += strspn(at, " \t");
	}
	if (len > 1 && *at == ']' && comment_offset(at + 1) == strspn(at + 1, " \t"))
		return true;
	g_clear_pointer(section_out, g_free);
	g_clear_pointer(name_out, g_free);
	return false;
}

static void
take_header(struct reader *r, unsigned line, const char *text)
{
	struct source *s = top(r);
	struct rc_place place = {.file = s->path, .line = line};

	g_clear_pointer(&s->section, g_free);
	g_clear_pointer(&s->name, g_free);
	s->is_known = false;
	if (!parse_header(text, &s->section, &s->name)) {
		s->section = g_strdup("");
		rc_reading_finding(r->reading, s->path, line,
		    "expected [section] or [section \"name\"]");
		return;
	}
	if (strcmp(s->section, "include") == 0 && s->name == NULL)
		return;
	place.section = s->section;
	place.name = s->name;
	s->is_known = rc_entry_add_section(r->reading, &place);
}

/* key and value of one line to where they belong. key is as written, value without
 * comment. */
static void
take_pair(struct reader *r, unsigned line, char *key, const char *value)
{
	struct source *s = top(r);
	struct rc_place place = {s->path, line, s->section, s->name};
	bool is_free = s->section != NULL && rc_section_is_free(s->section);
	char *name = is_free ? rc_value_unquote(key, NULL) : g_ascii_strdown(key, -1);

	if (name == NULL || name[0] == '\0' || strpbrk(name, " \t") != NULL)
		rc_reading_finding(r->reading, s->path, line, "expected \"key = value\"");
	else if (s->section == NULL
		     ? strcmp(name, "include") == 0
		     : strcmp(s->section, "include") == 0 && strcmp(name, "path") == 0)
		push_include(r, line, value);
	else if (s->section == NULL)
		rc_reading_finding(r->reading, s->path, line,
		    "\"%s\" stands before the first [section]", name);
	else if (strcmp(s->section, "include") == 0)
		rc_reading_finding(r->reading, s->path, line,
		    "unknown key \"%s\", did you mean \"path\"?", name);
	else if (s->is_known)
		rc_entry_add(r->reading, &place, name, value);
	g_free(name);
}

/* The "=" between key and value: not one inside a quoted key. NULL when there is none. */
static char *
find_equals(char *text)
{
	char *after = text[0] == '"' ? strchr(text + 1, '"') : NULL;

	return strchr(after != NULL ? after : text, '=');
}

static void
take_text(struct reader *r, unsigned line, char *text, size_t joint)
{
	struct source *s = top(r);
	char *start = text + strspn(text, " \t"), *equals, *value;

	if (*start == '\0' || *start == '#' || *start == ';')
		return;
	if (*start == '[') {
		take_header(r, line, start);
		return;
	}
	equals = find_equals(start);
	if (equals == NULL) {
		rc_reading_finding(r->reading, s->path, line, "expected \"key = value\"");
		return;
	}
	*equals = '\0';
	value = equals + 1;
	value += strspn(value, " \t");
	if (value[comment_offset(value)] != '\0' &&
	    (size_t)(value - text) + comment_offset(value) < joint) {
		rc_reading_finding(r->reading, s->path, line,
		    "a comment cannot go on in the next line: take the backslash away");
		return;
	}
	value[comment_offset(value)] = '\0';
	take_pair(r, line, g_strchomp(start), g_strchomp(value));
}

/* A password in a file that group or others may read is no secret. */
static void
check_privacy(struct rc_reading *reading, const struct source *s)
{
	for (guint i = s->first_entry; s->is_open_to_others && i < reading->entries->len;
	     i++) {
		const struct rc_entry *e = reading->entries->pdata[i];

		if (e->setting != NULL && e->setting->secret &&
		    strcmp(e->file, s->path) == 0) {
			rc_reading_finding(reading, s->path, e->line,
			    "holds a password and others can read the file: chmod 600 %s",
			    s->path);
			return;
		}
	}
}

void
rc_file_read(struct rc_reading *reading, const char *path, bool may_be_missing)
{
	struct reader r = {.reading = reading};
	GString *line = g_string_new(NULL);
	unsigned number;
	size_t joint;

	if (source_open(reading, &r.stack[0], path, may_be_missing))
		r.depth = 1;
	while (r.depth > 0) {
		if (!rc_reading_is_full(reading) &&
		    take_line(top(&r), line, &number, &joint)) {
			take_text(&r, number, line->str, joint);
			continue;
		}
		check_privacy(reading, top(&r));
		source_clear(top(&r));
		r.depth--;
	}
	explicit_bzero(line->str, line->allocated_len);
	g_string_free(line, TRUE);
}
