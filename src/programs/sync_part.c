/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Placeholders: a large letter's header and the list of its parts stand for it until its owner wants the
 * rest. The file is never taken for the letter: its name and its header say what it is, it never goes up,
 * and the whole replaces it as durably as any letter comes. */
#include "programs/sync_private.h"

#include "base/error.h"
#include "base/file.h"

#include <string.h>
#include <unistd.h>

/* Fields that describe a body which is not here. */
static bool
is_left_out(const char *line, size_t len)
{
	static const char *const names[] = {"Content-", "MIME-Version:", PLACEHOLDER_FIELD ":"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (len >= strlen(names[i]) &&
		    g_ascii_strncasecmp(line, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* The header's other fields, with their continuations, each line ended by LF. */
static void
append_header(GString *out, const GString *head)
{
	const char *end = head->str + head->len;
	bool is_out = false;

	for (const char *p = head->str; p < end && *p != '\n' && *p != '\r';) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *next = lf != NULL ? lf + 1 : end;
		size_t len = (size_t)((lf != NULL ? lf : end) - p);

		if (len > 0 && p[len - 1] == '\r')
			len--;
		if (*p != ' ' && *p != '\t')
			is_out = is_left_out(p, len);
		if (!is_out && lf != NULL) {
			g_string_append_len(out, p, (gssize)len);
			g_string_append_c(out, '\n');
		}
		p = next;
	}
}

static GString *
text_of(const struct sync_sink *s, const struct imap_fetched *meta)
{
	GString *out = g_string_new(NULL);

	append_header(out, s->head);
	g_string_append_printf(out,
	    PLACEHOLDER_FIELD ": %s; size=%u\n"
			      "MIME-Version: 1.0\n"
			      "Content-Type: text/plain; charset=utf-8\n"
			      "Content-Transfer-Encoding: 8bit\n"
			      "\n"
			      "This letter is large (%.1f MB), and only its header is here.\n"
			      "B in the open message, or `penfold sync --whole`, brings the rest.\n",
	    s->token, meta->size, (double)meta->size / 1e6);
	if (meta->structure != NULL && meta->structure[0] != '\0')
		g_string_append_printf(out, "\nIt consists of:\n%s", meta->structure);
	return out;
}

bool
sync_part_write(struct sync_sink *s, const struct imap_fetched *meta, GError **error)
{
	GString *text;
	bool is_good;

	maildir_abort(s->delivery);
	s->delivery = maildir_begin_as(s->place->path, PLACEHOLDER_SUFFIX, error);
	if (s->delivery == NULL)
		return false;
	text = text_of(s, meta);
	is_good = file_write_all(maildir_fd(s->delivery), text->str, text->len, error);
	g_string_free(text, TRUE);
	return is_good;
}

/* The first bytes of a file; empty when it cannot be read. */
static size_t
read_head(const char *path, char *head, size_t max)
{
	int fd = file_open_regular(path, false);
	ssize_t n = fd >= 0 ? pread(fd, head, max, 0) : 0;

	if (fd >= 0)
		close(fd);
	return n > 0 ? (size_t)n : 0;
}

bool
sync_part_is(const struct sync_sink *s, const char *path, guint64 *size_out)
{
	char *head = g_malloc(SYNC_PART_HEAD);
	size_t n = read_head(path, head, SYNC_PART_HEAD);
	bool is = placeholder_has_token(head, n, s->token, size_out);

	g_free(head);
	return is;
}

bool
sync_sink_want(struct sync_sink *s, const char *path, GError **error)
{
	char *base = maildir_base(path);
	bool is_good = sync_state_want(s->state, base, error);

	g_free(base);
	return is_good;
}

static bool
is_partial(enum sync_part part)
{
	return part == SYNC_PLACEHOLDER || part == SYNC_WANTED || part == SYNC_SHORT;
}

void
sync_part_replaces(struct sync_sink *s, struct arrival *a, const struct imap_fetched *meta)
{
	struct sync_message before = {0};
	const char *path;
	char *local;

	if (!sync_state_message(s->state, a->message.folder, a->message.uid, &before, NULL))
		return;
	path = sync_files_find(a->place, before.base);
	if (before.part == SYNC_SHORT && sync_size_settle(s, a, &before, meta)) {
		sync_message_clear(&before);
		return;
	}
	if (is_partial(before.part) && a->message.part != SYNC_PLACEHOLDER) {
		a->message.was = g_strdup(before.base);
		/* what was done here to the placeholder is kept, and goes up like any change */
		local = path != NULL ? maildir_flags(path) : NULL;
		a->flags = local != NULL
			       ? sync_flags_merge(s, local, before.flags, a->message.flags)
			       : NULL;
		g_free(local);
	}
	sync_message_clear(&before);
}
