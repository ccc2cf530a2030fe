/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters and folders that the server lacks go up, by APPEND (RFC 3501 6.3.11), without
 * waiting where it takes literals so (RFC 7888). The sink expects each before it is sent:
 * one whose answer was lost comes back by the next run and is known by its bytes.
 *
 * A sent letter may have been filed by the server itself, in other bytes: it is looked for
 * by its Message-ID before it goes up. */
#include "net/imap_sync_job.h"

#include "net/mailbox_name.h"

#include "base/error.h"
#include "base/file.h"
#include "base/when.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW 16 /* letters under way */

/* One letter on its way. */
struct going {
	struct sync *sync;
	const struct imap_upload *upload;
	GArray *found;	      /* guint32: messages with its Message-ID */
	guint32 uidvalidity;  /* of the mailbox as selected, or as APPENDUID tells */
	guint64 appended;     /* APPENDUID's UID, 0: not told */
	guint64 size;	      /* bytes of the file */
	bool is_there;	      /* found there */
	struct room *room;
};

/* What is known of the room in a folder. */
struct room {
	guint64 left; /* bytes, as the server says; G_MAXUINT64: it does not */
	guint64 full; /* a letter of so many bytes was refused; G_MAXUINT64: none was */
};

static void
going_free(gpointer p)
{
	struct going *g = p;

	g_array_free(g->found, TRUE);
	g_free(g);
}

/* Is this UID that of a message that the folder is known to have, by another file? */
static bool
is_known(const struct sync *s, const char *folder, guint32 uid)
{
	const struct job *job = sync_find_job(s, folder);

	for (guint i = 0; job != NULL && i < job->known.uids->len; i++)
		if (g_array_index(job->known.uids, guint32, i) == uid)
			return true;
	return false;
}

/* looking for sent letters */

static bool
on_found(void *user, const struct guard_event *ev, GError **error)
{
	struct going *g = user;

	(void)error;
	if (ev->kind == GUARD_DATA)
		(void)imap_reply_uids(
		    ev->tokens, G_MAXUINT32 - 1, g->found); /* else unasked data */
	return true;
}

static bool
on_searched(void *user, const struct guard_event *ev, GError **error)
{
	struct going *g = user;
	guint32 newest = 0;

	(void)ev; /* a search that is refused has found nothing */
	for (guint i = 0; i < g->found->len; i++) {
		guint32 uid = g_array_index(g->found, guint32, i);
		if (uid > newest && !is_known(g->sync, g->upload->folder, uid))
			newest = uid;
	}
	g->is_there = newest != 0;
	if (newest == 0)
		return true;
	return g->sync->sink->uploaded(
	    g->sync->sink->user, g->upload, g->uidvalidity, newest, error);
}

/* A Message-ID that a search can carry. */
static bool
is_searchable(const char *message_id)
{
	return message_id[0] == '<' && strlen(message_id) < 900 &&
	       g_str_is_ascii(message_id) && strpbrk(message_id, "\r\n") == NULL;
}

static bool
search(struct going *g, GError **error)
{
	struct imap_command command = {
	    .on_data = on_found, .on_done = on_searched, .user = g};
	char *quoted, *text;
	bool is_good;

	if (!is_searchable(g->upload->message_id))
		return true;
	quoted = mailbox_name_quote(g->upload->message_id);
	text = g_strdup_printf("UID SEARCH HEADER Message-ID %s", quoted);
	is_good = imap_submit(g->sync->imap, &command, text, error);
	g_free(text);
	g_free(quoted);
	return is_good;
}

static bool
on_examined(void *user, const struct guard_event *ev, GError **error)
{
	bool *is_ok = user;

	(void)error;
	*is_ok = ev->status == GUARD_OK;
	return true;
}

static bool
search_all(struct sync *s, const GPtrArray *group, const char *wire, GError **error)
{
	bool is_selected = false;
	struct imap_command command = {.on_done = on_examined, .user = &is_selected};
	char *quoted = mailbox_name_quote(wire);
	char *text = g_strconcat("EXAMINE ", quoted, NULL);
	bool is_good =
	    imap_submit(s->imap, &command, text, error) && imap_drain(s->imap, 0, error);

	for (guint i = 0; is_good && is_selected && i < group->len; i++)
		is_good = search(g_ptr_array_index(group, i), error) &&
			  imap_make_room(s->imap, error);
	g_free(text);
	g_free(quoted);
	return is_good && imap_drain(s->imap, 0, error);
}

/* sending */

enum imap_refusal
sync_refusal_of(const struct imap_tokens *code)
{
	const struct imap_token *word = imap_tokens_at(code, 0);

	if (imap_token_is(word, "OVERQUOTA"))
		return IMAP_REFUSAL_QUOTA;
	return imap_token_is(word, "TOOBIG") || imap_token_is(word, "LIMIT") ? IMAP_REFUSAL_SIZE : IMAP_REFUSAL_OTHER;
}

static bool
on_appended(void *user, const struct guard_event *ev, GError **error)
{
	struct going *g = user;
	const struct imap_sync_sink *sink = g->sync->sink;
	guint64 uidvalidity = imap_reply_code(ev->tokens, "APPENDUID"), uid = 0;
	enum imap_refusal why;
	char *text;
	bool is_good;

	/* RFC 4315: [APPENDUID uidvalidity uid] */
	if (uidvalidity == 0 || uidvalidity > G_MAXUINT32 ||
	    !imap_token_number(imap_tokens_at(ev->tokens, 2), G_MAXUINT32 - 1, &uid))
		uid = 0;
	if (ev->status == GUARD_OK)
		return sink->uploaded(sink->user, g->upload,
		    uid != 0 ? (guint32)uidvalidity : 0, (guint32)uid, error);
	why = sync_refusal_of(ev->tokens);
	if (why == IMAP_REFUSAL_QUOTA)
		g->room->full = MIN(g->room->full, g->size);
	text = g_strdup_printf(
	    "the server did not take a letter of this folder; it says: %s", ev->text);
	is_good = sink->not_uploaded(sink->user, g->upload, why, true, error);
	sink->on_error(sink->user, g->upload->folder, text);
	g_free(text);
	return is_good;
}

/* The file's date as the server's own (RFC 3501 date-time). Owned. */
static char *
internal_date(gint64 unix_time)
{
	GDateTime *when = g_date_time_new_from_unix_utc(unix_time);
	char *text = NULL;

	if (when != NULL && g_date_time_get_year(when) > 1900)
		text = g_strdup_printf(" \"%2d-%s-%04d %02d:%02d:%02d +0000\"",
		    g_date_time_get_day_of_month(when), when_month(when), g_date_time_get_year(when),
		    g_date_time_get_hour(when), g_date_time_get_minute(when),
		    g_date_time_get_second(when));
	if (when != NULL)
		g_date_time_unref(when);
	return text != NULL ? text : g_strdup("");
}

/* RFC 7889: the bytes that the server takes at most; 0: it does not say. */
static guint64
append_limit(const struct imap *imap)
{
	char *offered = imap_capabilities(imap);
	const char *at = strstr(offered, "APPENDLIMIT=");
	guint64 limit = at != NULL ? g_ascii_strtoull(at + strlen("APPENDLIMIT="), NULL, 10) : 0;

	g_free(offered);
	return limit;
}

/* Told without sending it all. */
static bool
refuse_large(struct going *g, GError **error)
{
	const struct imap_sync_sink *sink = g->sync->sink;
	char *text = g_strdup_printf("a letter of this folder has %" G_GUINT64_FORMAT
				     " bytes, and the server takes %" G_GUINT64_FORMAT " at most (APPENDLIMIT): it stays here alone",
	    g->size, g->sync->append_limit);
	bool is_good = sink->not_uploaded(sink->user, g->upload, IMAP_REFUSAL_NONE, true, error);

	sink->on_error(sink->user, g->upload->folder, text);
	g_free(text);
	return is_good;
}

/* Is it known that the server would refuse it? */
static bool
is_vain(const struct going *g, enum imap_refusal *why_out)
{
	bool is_full = g->size >= g->room->full || g->size > g->room->left;
	bool is_early = g->upload->refused != IMAP_REFUSAL_NONE &&
			(g->upload->refused != IMAP_REFUSAL_QUOTA || g->room->left == G_MAXUINT64);

	*why_out = is_full ? IMAP_REFUSAL_QUOTA : g->upload->refused;
	return is_full || is_early;
}

static bool
append(struct going *g, const char *wire, GError **error)
{
	struct imap_command command = {.on_done = on_appended, .user = g};
	int fd = file_open_regular(g->upload->path, false);
	guint64 limit = g->sync->append_limit;
	const struct imap_sync_sink *sink = g->sync->sink;
	char *quoted, *flags, *date, *text;
	enum imap_refusal why = IMAP_REFUSAL_NONE;
	struct stat st;
	bool is_large, is_good;

	if (fd < 0) /* it has just been renamed or taken away: the next run sees */
		return true;
	g->size = fstat(fd, &st) == 0 ? (guint64)st.st_size : 0;
	is_large = limit > 0 && g->size > limit;
	if (is_large || is_vain(g, &why)) {
		close(fd);
		return is_large ? refuse_large(g, error)
				: sink->not_uploaded(sink->user, g->upload, why, false, error);
	}
	if (g->room->left != G_MAXUINT64)
		g->room->left -= g->size;
	quoted = mailbox_name_quote(wire);
	flags = imap_flags_text(g->upload->flags, g->sync->sink->keywords);
	date = internal_date(g->upload->date);
	text = g_strdup_printf("APPEND %s (%s)%s", quoted, flags, date);
	g->sync->has_pushed = true;
	is_good = imap_submit_literal(g->sync->imap, &command, text, fd, error);
	close(fd);
	g_free(text);
	g_free(date);
	g_free(flags);
	g_free(quoted);
	return is_good;
}

/* Asked only where a letter waits for room. */
static bool
ask_room(struct sync *s, const GPtrArray *group, const char *wire, struct room *room, GError **error)
{
	bool is_asked = false, is_good = true;

	*room = (struct room){G_MAXUINT64, G_MAXUINT64};
	for (guint i = 0; i < group->len; i++)
		is_asked = is_asked || ((const struct going *)g_ptr_array_index(group, i))->upload->refused == IMAP_REFUSAL_QUOTA;
	if (is_asked && imap_has(s->imap, "QUOTA"))
		is_good = sync_quota_room(s, wire, &room->left, error);
	return is_good;
}

static bool
append_all(struct sync *s, const GPtrArray *group, const char *wire, GError **error)
{
	GPtrArray *due = g_ptr_array_new();
	struct room room;
	bool is_good = ask_room(s, group, wire, &room, error);

	for (guint i = 0; i < group->len; i++) {
		struct going *g = g_ptr_array_index(group, i);
		if (!g->is_there)
			g_ptr_array_add(due, (gpointer)(guintptr)g->upload);
	}
	is_good = is_good && s->sink->uploading(s->sink->user, due, error);
	g_ptr_array_unref(due);
	for (guint i = 0; is_good && i < group->len; i++) {
		struct going *g = g_ptr_array_index(group, i);
		g->room = &room;
		is_good = g->is_there || (append(g, wire, error) &&
					     (imap_pending(s->imap) < WINDOW ||
						 imap_drain(s->imap, WINDOW / 2, error)));
	}
	return is_good && imap_drain(s->imap, 0, error);
}

/* the folders */

static struct going *
going_new(struct sync *s, const struct imap_upload *u, const struct job *job)
{
	struct going *g = g_new0(struct going, 1);

	g->sync = s;
	g->upload = u;
	g->found = g_array_new(FALSE, FALSE, sizeof(guint32));
	g->uidvalidity = job != NULL ? job->folder.uidvalidity : 0;
	return g;
}

/* All of one folder, from index `at` on; *next_out is behind them. */
static bool
upload_folder(
    struct sync *s, const GPtrArray *uploads, guint at, guint *next_out, GError **error)
{
	const struct imap_upload *first = g_ptr_array_index(uploads, at);
	const struct job *job = sync_find_job(s, first->folder);
	GPtrArray *group = g_ptr_array_new_with_free_func(going_free);
	char *wire = NULL;
	bool is_good = sync_find_mailbox(s, first->folder, &wire, error);

	for (; at < uploads->len; at++) {
		const struct imap_upload *u = g_ptr_array_index(uploads, at);
		if (strcmp(u->folder, first->folder) != 0)
			break;
		if (u->base != NULL)
			g_ptr_array_add(group, going_new(s, u, job));
	}
	*next_out = at;
	if (is_good && wire != NULL && group->len > 0 && job != NULL &&
	    job->folder.role == IMAP_ROLE_SENT)
		is_good = search_all(s, group, wire, error);
	if (is_good && wire != NULL && group->len > 0 &&
	    (job == NULL || (!job->has_failed && job->plan.action != IMAP_ACTION_REMATCH)))
		is_good = append_all(s, group, wire, error);
	g_free(wire);
	g_ptr_array_unref(group); /* after an error nothing is read any more */
	return is_good;
}

bool
sync_upload(struct sync *s, GError **error)
{
	GPtrArray *uploads = s->sink->uploads(s->sink->user, error);
	bool is_good = uploads != NULL;

	if (is_good && uploads->len > 0)
		s->append_limit = append_limit(s->imap);

	for (guint at = 0; is_good && at < uploads->len;)
		is_good = upload_folder(s, uploads, at, &at, error);
	if (uploads != NULL)
		g_ptr_array_unref(uploads);
	return is_good;
}
