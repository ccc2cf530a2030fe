/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at the files of a folder: by base name, by Message-ID, byte by byte. */
#include "programs/sync_private.h"

#include "base/file.h"
#include "base/limits.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void
read_dir(struct place *place, const char *sub)
{
	char *path = g_build_filename(place->path, sub, NULL);
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
		if (name[0] != '.')
			g_hash_table_replace(place->files, maildir_base(name),
			    g_build_filename(path, name, NULL));
	if (dir != NULL)
		g_dir_close(dir);
	g_free(path);
}

GHashTable *
sync_files_all(struct place *place)
{
	if (place->files == NULL) {
		place->files =
		    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
		read_dir(place, "new");
		read_dir(place, "cur");
	}
	return place->files;
}

const char *
sync_files_find(struct place *place, const char *base)
{
	return g_hash_table_lookup(sync_files_all(place), base);
}

void
sync_files_forget(struct place *place)
{
	g_clear_pointer(&place->files, g_hash_table_unref);
}

void
sync_files_renamed(struct place *place, const char *base, const char *path)
{
	if (place->files == NULL)
		return;
	if (path != NULL)
		g_hash_table_replace(place->files, g_strdup(base), g_strdup(path));
	else
		g_hash_table_remove(place->files, base);
}

#define RENAMES 16 /* in a row, that come between a look and the removal */

/* The path that it had when it was removed. Owned; NULL when it is not here, or stays. */
static char *
unlink_by_base(struct place *place, const char *base)
{
	char *path = g_strdup(sync_files_find(place, base));
	bool is_gone = false;

	for (int i = 0; path != NULL && !is_gone && i < RENAMES; i++) {
		is_gone = unlink(path) == 0;
		if (!is_gone && errno == ENOENT) { /* other programs set flags, and those are in the name */
			sync_files_forget(place);
			g_free(path);
			path = g_strdup(sync_files_find(place, base));
		}
	}
	if (is_gone)
		sync_files_renamed(place, base, NULL);
	else
		g_clear_pointer(&path, g_free);
	return path;
}

void
sync_files_remove(struct sync_sink *s, struct place *place, const char *base)
{
	char *path = unlink_by_base(place, base);

	if (path != NULL) {
		g_hash_table_add(s->touched, g_strdup(base));
		sync_sink_tell_removed(s, place->name, path);
	}
	g_free(path);
}

/* The value of the field that begins at p, up to ">" of its first "<...>". */
static char *
id_of_value(const char *p, const char *end)
{
	const char *open, *close;

	for (open = p; open < end && *open != '<'; open++)
		if (*open == '\n' && open + 1 < end && open[1] != ' ' && open[1] != '\t')
			return g_strdup("");
	close = open < end ? memchr(open, '>', (size_t)(end - open)) : NULL;
	if (close == NULL || memchr(open, '\n', (size_t)(close - open)) != NULL)
		return g_strdup("");
	return g_utf8_make_valid(open, close + 1 - open); /* sqlite wants text */
}

char *
sync_files_message_id(const char *head, size_t len)
{
	static const char field[] = "Message-ID:";
	const char *end = head + len, *p = head;

	while (p < end && *p != '\n' && *p != '\r') { /* an empty line ends the header */
		const char *lf;
		if ((size_t)(end - p) > sizeof(field) &&
		    g_ascii_strncasecmp(p, field, sizeof(field) - 1) == 0)
			return id_of_value(p + sizeof(field) - 1, end);
		lf = memchr(p, '\n', (size_t)(end - p));
		p = lf != NULL ? lf + 1 : end;
	}
	return g_strdup("");
}

/* A file's bytes. */
struct reader {
	int fd;
	off_t at;
	char buf[16384];
	size_t len, i;
	bool is_in_line, is_in_body; /* of next_plain() */
};

/* Have so many bytes in the buffer; fewer at the end. False on error. */
static bool
fill(struct reader *r, size_t want)
{
	ssize_t n = 1;

	if (r->len - r->i >= want)
		return true;
	memmove(r->buf, r->buf + r->i, r->len - r->i);
	r->len -= r->i;
	r->i = 0;
	while (r->len < want && n > 0) {
		n = pread(r->fd, r->buf + r->len, sizeof(r->buf) - r->len, r->at);
		if (n > 0) {
			r->at += n;
			r->len += (size_t)n;
		}
	}
	return n >= 0;
}

/* The next byte, -1 at the end, -2 on error. */
static int
next_byte(struct reader *r)
{
	if (!fill(r, 1))
		return -2;
	return r->i < r->len ? (unsigned char)r->buf[r->i++] : -1;
}

static int
peek_byte(struct reader *r)
{
	int c = next_byte(r);

	if (c >= 0)
		r->i--;
	return c;
}

/* Octets of the line that mbsync adds to a letter's header as it stores it, here or on the
 * server, to find it again: "X-TUID: " and twelve characters. 0: not at this place. */
static size_t
tuid_line(struct reader *r)
{
	static const char field[] = "X-TUID: ";
	const size_t len = sizeof(field) - 1 + 12;
	const char *p;

	if (!fill(r, len + 2))
		return 0;
	p = r->buf + r->i;
	if (r->len - r->i <= len || memcmp(p, field, sizeof(field) - 1) != 0 ||
	    memchr(p, '\n', len) != NULL)
		return 0;
	if (p[len] == '\n')
		return len + 1;
	return r->len - r->i > len + 1 && p[len] == '\r' && p[len + 1] == '\n' ? len + 2 : 0;
}

/* The next byte with every line end as LF, which is how local programs keep letters, and
 * without what mbsync adds. */
static int
next_plain(struct reader *r)
{
	int c;

	if (!r->is_in_line && !r->is_in_body)
		r->i += tuid_line(r);
	c = next_byte(r);
	if (c == '\r' && peek_byte(r) == '\n')
		c = next_byte(r);
	r->is_in_body = r->is_in_body || (c == '\n' && !r->is_in_line);
	r->is_in_line = c != '\n';
	return c;
}

static bool
are_equal_fds(int a, int b)
{
	struct reader x = {.fd = a}, y = {.fd = b};
	int c;

	do {
		c = next_plain(&x);
		if (c == -2 || c != next_plain(&y))
			return false;
	} while (c >= 0);
	return true;
}

guint64
sync_files_wire_size(const char *path)
{
	struct reader r = {.fd = file_open_regular(path, false)};
	guint64 n = 0;
	int c, last = 0;

	if (r.fd < 0)
		return 0;
	for (; (c = next_byte(&r)) >= 0; last = c)
		n += c == '\n' && last != '\r' ? 2 : 1;
	close(r.fd);
	return n;
}

guint64
sync_files_plain_size(const char *path)
{
	struct reader r = {.fd = file_open_regular(path, false)};
	guint64 n = 0;
	int c;

	if (r.fd < 0)
		return 0;
	while ((c = next_plain(&r)) >= 0)
		n += c == '\n' ? 2 : 1;
	close(r.fd);
	return n;
}

/* What a letter without a Message-ID is known by: all of its bytes. */
static char *
id_of_bytes(int fd)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	struct reader r = {.fd = fd};
	guchar buf[4096];
	char *id;
	int c;

	do {
		gssize n = 0;
		while (n < (gssize)sizeof(buf) && (c = next_plain(&r)) >= 0)
			buf[n++] = (guchar)c;
		g_checksum_update(sum, buf, n);
	} while (c >= 0);
	id = g_strconcat("sha256:", g_checksum_get_string(sum), NULL);
	g_checksum_free(sum);
	return id;
}

char *
sync_files_id(int fd)
{
	char *head = g_malloc(LIMIT_ID_SEARCHED), *id;
	ssize_t n = pread(fd, head, LIMIT_ID_SEARCHED, 0);

	id = sync_files_message_id(head, n > 0 ? (size_t)n : 0);
	if (id[0] == '\0') {
		g_free(id);
		id = id_of_bytes(fd);
	}
	g_free(head);
	return id;
}

char *
sync_files_id_of(const char *path)
{
	int fd = file_open_regular(path, false);
	char *id = fd >= 0 ? sync_files_id(fd) : g_strdup("");

	if (fd >= 0)
		close(fd);
	return id;
}

bool
sync_files_are_equal(const char *a, const char *b)
{
	int x = file_open_regular(a, false);
	int y = file_open_regular(b, false);
	bool is_equal = x >= 0 && y >= 0 && are_equal_fds(x, y);

	if (x >= 0)
		close(x);
	if (y >= 0)
		close(y);
	return is_equal;
}

bool
sync_files_is_like_delivery(
    const struct maildir_delivery *d, const struct place *place, const char *path)
{
	char *tmp = g_build_filename(place->path, "tmp", maildir_delivery_name(d), NULL);
	bool is_equal = sync_files_are_equal(tmp, path);

	g_free(tmp);
	return is_equal;
}

struct place *
sync_files_anywhere(struct sync_sink *s, struct place *first, const char *base)
{
	GPtrArray *names;
	struct place *found = NULL;

	if (first->path != NULL && sync_files_find(first, base) != NULL)
		return first;
	names = maildir_list(s->root, s->account->name);
	for (guint i = 0; found == NULL && i < names->len; i++) {
		struct place *place = sync_sink_place(s, g_ptr_array_index(names, i));
		if (place->path != NULL && sync_files_find(place, base) != NULL)
			found = place;
	}
	g_ptr_array_unref(names);
	return found;
}
