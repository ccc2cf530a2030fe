/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sink: folders, messages to tmp/, flags, what is lost or renumbered, events. */
#include "programs/sync_private.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "base/log.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

static void
place_free(gpointer p)
{
	struct place *place = p;

	if (place->files != NULL)
		g_hash_table_unref(place->files);
	g_free(place->name);
	g_free(place->path);
	g_free(place->wire);
	g_free(place);
}

void
sync_arrival_free(gpointer arrival)
{
	struct arrival *a = arrival;

	maildir_abort(a->delivery);
	sync_message_clear(&a->message);
	g_free(a->flags);
	g_free(a->expected);
	g_free(a);
}

struct place *
sync_sink_place(struct sync_sink *s, const char *name)
{
	struct place *place = g_hash_table_lookup(s->places, name);

	if (place != NULL)
		return place;
	place = g_new0(struct place, 1);
	place->name = g_strdup(name);
	place->path = maildir_path(s->root, s->account->name, name, NULL);
	g_hash_table_insert(s->places, place->name, place);
	return place;
}

bool
sync_sink_know(struct sync_sink *s, struct place *place, GError **error)
{
	if (place->state.id == 0 &&
	    !sync_state_folder(s->state, place->name, &place->state, error))
		return false;
	return place->state.id != 0 || sync_state_folder_put(s->state, place->name, "", "",
					   &place->state, error);
}

const char *
sync_sink_trash(struct sync_sink *s)
{
	if (s->trash == NULL)
		s->trash = sync_state_folder_of_role(s->state, "trash");
	return s->trash != NULL ? s->trash : s->account->trash;
}

bool
sync_sink_is_trash(struct sync_sink *s, const char *name)
{
	return strcmp(sync_sink_trash(s), name) == 0;
}

gint64
sync_sink_now(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

bool
sync_sink_is_usual(const struct sync_sink *s, const char *name)
{
	const struct rc_account *a = s->account;
	const char *const usual[] = {
	    a->inbox, a->sent, a->drafts, a->trash, a->archive, a->junk, NULL};

	return g_strv_contains(usual, name);
}

static void
listed(void *user, const char *folder)
{
	struct sync_sink *s = user;

	g_hash_table_add(s->listed, g_strdup(folder));
}

static bool
is_wanted(void *user, const char *folder, bool is_foreign)
{
	const struct sync_sink *s = user;
	const char *const *patterns =
	    rc_list(s->rc, "account", s->account->name, "folders");
	bool is_in = !is_foreign && (patterns[0] == NULL || patterns[0][0] == '!');

	if (s->only != NULL)
		return g_strv_contains(s->only, folder);
	for (; *patterns != NULL; patterns++) {
		bool is_out = (*patterns)[0] == '!';
		if (g_pattern_match_simple(*patterns + is_out, folder))
			is_in = !is_out;
	}
	return is_in;
}

static const char *
role_folder(void *user, enum imap_role role, bool *is_strict_out)
{
	const struct sync_sink *s = user;
	const struct rc_account *a = s->account;
	const char *const folders[] = {[IMAP_ROLE_NONE] = NULL,
	    [IMAP_ROLE_INBOX] = a->inbox,
	    [IMAP_ROLE_SENT] = a->sent,
	    [IMAP_ROLE_DRAFTS] = a->drafts,
	    [IMAP_ROLE_TRASH] = a->trash,
	    [IMAP_ROLE_ARCHIVE] = a->archive,
	    [IMAP_ROLE_JUNK] = a->junk};

	*is_strict_out = rc_is_set(s->rc, "account", a->name, imap_role_name(role));
	return folders[role];
}

/* The settings of [folder] that fit, the last first. */
static int64_t
limit_of(const struct sync_sink *s, const char *folder, const char *key)
{
	const char *const *patterns = rc_names(s->rc, "folder");
	char *name = g_strdup_printf("%s/%s", s->account->name, folder);
	int64_t value = 0;

	for (; *patterns != NULL; patterns++)
		if (g_pattern_match_simple(*patterns, name) &&
		    rc_is_set(s->rc, "folder", *patterns, key))
			value = rc_int(s->rc, "folder", *patterns, key);
	g_free(name);
	return MAX(value, 0);
}

/* Other limits than those that the counters were made with: everything is looked at again. */
static void
apply_limits(struct sync_sink *s, struct place *place, struct imap_known *known)
{
	place->max_age = (guint64)limit_of(s, place->name, "max-age");
	place->max_size = (guint64)limit_of(s, place->name, "max-size");
	if (place->max_age != place->state.max_age || place->max_size != place->state.max_size)
		known->uidnext = 0;
	known->limits.since =
	    place->max_age > 0 ? g_get_real_time() / G_USEC_PER_SEC - (gint64)place->max_age : 0;
	known->limits.max_size = (guint32)MIN(place->max_size, G_MAXUINT32);
}

static bool
open_folder(void *user, const struct imap_sync_folder *f, struct imap_known *known,
    GError **error)
{
	struct sync_sink *s = user;
	struct place *place = sync_sink_place(s, f->name);

	if (place->path == NULL)
		return maildir_path(s->root, s->account->name, f->name, error) != NULL;
	g_free(place->wire);
	place->wire = g_strdup(f->wire);
	place->role = f->role;
	if (!sync_state_folder(s->state, f->name, &place->state, error))
		return false;
	if (place->state.id == 0) {
		place->state.uidvalidity = f->uidvalidity;
		if (!maildir_create_soon(place->path, error) ||
		    !sync_state_folder_put(s->state, f->name, f->wire,
			imap_role_name(f->role), &place->state, error))
			return false;
	}
	place->has_gaps = place->has_wanted = false;
	known->uidvalidity = place->state.uidvalidity;
	known->uidnext = place->state.uidnext;
	known->modseq = place->state.modseq;
	known->messages = place->state.messages;
	apply_limits(s, place, known);
	sync_labels_anew(s, place, known);
	known->limits.whole =
	    (guint32)MIN(limit_of(s, place->name, "header-above"), (int64_t)G_MAXUINT32);
	if (!sync_state_uids(s->state, place->state.id, known->uids, error) ||
	    !sync_state_wanted(s->state, place->state.id, known->wanted, error))
		return false;
	place->has_wanted = known->wanted != NULL && known->wanted->len > 0;
	known->has_files = known->uids->len == 0 && place->state.uidnext == 0 &&
			   !place->is_matched &&
			   g_hash_table_size(sync_files_all(place)) > 0;
	return true;
}

static bool
message_begin(void *user, const char *folder, GError **error)
{
	struct sync_sink *s = user;

	s->place = sync_sink_place(s, folder);
	s->received = 0;
	g_string_truncate(s->head, 0);
	s->delivery = maildir_begin(s->place->path, NULL);
	if (s->delivery == NULL && maildir_create_soon(s->place->path, error)) /* it was away */
		s->delivery = maildir_begin(s->place->path, error);
	return s->delivery != NULL;
}

static bool
message_bytes(void *user, const char *bytes, size_t len, GError **error)
{
	struct sync_sink *s = user;

	if (s->head->len < LIMIT_ID_SEARCHED)
		g_string_append_len(
		    s->head, bytes, (gssize)MIN(len, LIMIT_ID_SEARCHED - s->head->len));
	s->received += len;
	return file_write_all(maildir_fd(s->delivery), bytes, len, error) &&
	       sync_commit_look(s, error);
}

static void
message_abort(void *user)
{
	struct sync_sink *s = user;

	maildir_abort(s->delivery);
	s->delivery = NULL;
}

static bool
message_end(
    void *user, const char *folder, const struct imap_fetched *meta, GError **error)
{
	struct sync_sink *s = user;
	struct arrival *a;
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = meta->date}};

	(void)folder;
	if (meta->is_header && !sync_part_write(s, meta, error))
		return false;
	a = g_new0(struct arrival, 1);
	if (meta->date > 0)
		(void)futimens(maildir_fd(s->delivery),
		    times); /* only for other programs to sort by */
	a->place = s->place;
	a->delivery = g_steal_pointer(&s->delivery);
	a->message.folder = s->place->state.id;
	a->message.uid = meta->uid;
	a->message.base = g_strdup(maildir_delivery_name(a->delivery));
	a->message.flags = g_strdup(meta->flags);
	a->message.size = meta->is_header ? meta->size : s->received;
	a->message.part =
	    meta->is_header ? SYNC_PLACEHOLDER : sync_size_judge(s, meta, s->received);
	a->message.message_id = sync_files_message_id(s->head->str, s->head->len);
	if (a->message.message_id[0] == '\0') {
		g_free(a->message.message_id);
		a->message.message_id = sync_files_id(maildir_fd(a->delivery));
	}
	if (s->place->has_wanted)
		sync_part_replaces(s, a, meta);
	if (a->delivery != NULL && !maildir_end(a->delivery, error)) {
		sync_arrival_free(a);
		return false;
	}
	a->received = s->received;
	s->bytes_waiting += a->received;
	g_ptr_array_add(s->arrivals, a);
	return true;
}

/* The counters go on only together with the confirmation of what they stand for: a message
 * whose note is forgotten later is fetched again. */
static bool
finish_folder(void *user, const struct imap_sync_folder *f, GError **error)
{
	struct sync_sink *s = user;
	struct place *place = sync_sink_place(s, f->name);
	bool is_good = sync_state_begin(s->state, error);

	place->state.uidvalidity = f->uidvalidity;
	place->state.uidnext = place->has_gaps ? 0 : f->uidnext;
	place->state.modseq = f->modseq;
	place->state.messages = f->messages;
	place->state.words = place->words;
	place->state.max_age = place->max_age;
	place->state.max_size = place->max_size;
	is_good = is_good && sync_state_confirm(s->state, error) &&
		  sync_state_folder_put(s->state, f->name, f->wire, imap_role_name(f->role),
		      &place->state, error) &&
		  (f->id == NULL ||
		      sync_state_folder_set_object(s->state, place->state.id, f->id, error)) &&
		  sync_state_commit(s->state, error);
	if (!is_good)
		sync_state_rollback(s->state);
	return is_good;
}

static bool
gone(void *user, const char *folder, const GArray *uids, GError **error)
{
	struct sync_sink *s = user;
	const struct place *place = sync_sink_place(s, folder);
	bool is_good;

	/* before a file goes to the trash: it would be a new letter there */
	sync_state_durable(s->state, uids->len > 0);
	is_good = sync_state_begin(s->state, error);

	for (guint i = 0; is_good && i < uids->len; i++)
		is_good = sync_state_gone(s->state, place->state.id,
		    g_array_index(uids, guint32, i), error);
	is_good = is_good && sync_state_commit(s->state, error);
	if (!is_good)
		sync_state_rollback(s->state);
	sync_state_durable(s->state, false);
	return is_good;
}

static bool
rematch(void *user, const struct imap_sync_folder *f, const GArray *seen, GError **error)
{
	struct sync_sink *s = user;
	struct place *place = sync_sink_place(s, f->name);
	struct sync_seen *list = g_new0(struct sync_seen, seen->len + 1);
	guint n_matched = 0;
	bool is_good;

	place->is_matched = true;
	if (place->state.uidvalidity == 0 || place->state.uidvalidity == f->uidvalidity) {
		g_free(list);
		return sync_adopt(s, place, f, seen, error);
	}
	for (guint i = 0; i < seen->len; i++) {
		const struct imap_seen *x = &g_array_index(seen, struct imap_seen, i);
		list[i] = (struct sync_seen){x->uid, x->size, x->message_id, x->flags};
	}
	is_good = sync_state_renumber(s->state, place->state.id, f->uidvalidity, list,
	    seen->len, &n_matched, error);
	log_info("sync", "account=%s folder=%s renumbered=%u of=%u", s->account->name,
	    f->name, n_matched, seen->len);
	g_free(list);
	return is_good;
}

static void
fill_table(struct sync_sink *s)
{
	sync_labels_travel(s, false);
	s->table = (struct imap_sync_sink){.user = s,
	    .keywords = s->keywords,
	    .labels = sync_labels_travel,
	    .label = sync_labels_letter,
	    .listed = listed,
	    .is_wanted = is_wanted,
	    .role_folder = role_folder,
	    .lost_folders = sync_rename_lost,
	    .is_known = sync_rename_is_known,
	    .sample = sync_rename_sample,
	    .renamed = sync_rename,
	    .renamings = sync_rename_up_list,
	    .renamed_there = sync_rename_up_done,
	    .open_folder = open_folder,
	    .message_begin = message_begin,
	    .message_bytes = message_bytes,
	    .message_end = message_end,
	    .message_abort = message_abort,
	    .commit = sync_commit_all,
	    .commit_soon = sync_commit_some,
	    .finish_folder = finish_folder,
	    .flags = sync_flags_set,
	    .gone = gone,
	    .rematch = rematch,
	    .uploads = sync_upload_list,
	    .uploading = sync_upload_sending,
	    .uploaded = sync_upload_done,
	    .not_uploaded = sync_refused_note,
	    .pushes = sync_compare,
	    .stored = sync_push_stored,
	    .expect = sync_push_expect,
	    .copied = sync_push_copied,
	    .left = sync_push_left,
	    .not_moved = sync_refused_move,
	    .settled = sync_push_settled,
	    .on_folder = sync_tell_folder,
	    .on_progress = sync_tell_progress,
	    .on_error = sync_tell_error};
}

struct sync_sink *
sync_sink_new(const struct rc *rc, const struct rc_account *account,
    const char *const *folders, sync_event_fn on_event, void *user, GError **error)
{
	struct sync_sink *s = g_new0(struct sync_sink, 1);
	char *dir = rc_state_dir(rc);

	s->rc = rc;
	s->account = account;
	s->only = folders;
	s->root = rc_mail_root(rc);
	s->on_event = on_event;
	s->user = user;
	s->started = g_get_monotonic_time();
	s->head = g_string_new(NULL);
	s->arrivals = g_ptr_array_new_with_free_func(sync_arrival_free);
	s->lot = g_ptr_array_new_with_free_func(sync_arrival_free);
	s->places = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, place_free);
	s->listed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	s->touched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	s->waiting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, sync_refused_free);
	s->uploads = g_ptr_array_new_with_free_func((GDestroyNotify)imap_upload_free);
	s->keywords = keywords_new(rc);
	fill_table(s);
	s->token = placeholder_token(dir, error);
	if (s->token != NULL && file_make_dir(s->root, error))
		s->state = sync_state_open(dir, account->name, error);
	g_free(dir);
	if (s->state != NULL && sync_recover(s, error))
		return s;
	sync_sink_free(s);
	return NULL;
}

void
sync_sink_free(struct sync_sink *s)
{
	if (s == NULL)
		return;
	maildir_abort(s->delivery);
	syncer_free(s->syncer);
	g_ptr_array_unref(s->lot);
	g_ptr_array_unref(s->arrivals);
	if (s->state != NULL && !s->is_broken)
		(void)sync_state_confirm(s->state, NULL); /* else the next run does it */
	sync_state_close(s->state);
	g_hash_table_unref(s->places);
	g_hash_table_unref(s->listed);
	g_hash_table_unref(s->touched);
	g_hash_table_unref(s->waiting);
	g_ptr_array_unref(s->uploads);
	g_free(s->trash);
	keywords_free(s->keywords);
	g_string_free(s->head, TRUE);
	g_free(s->root);
	g_free(s->token);
	g_free(s);
}

const struct imap_sync_sink *
sync_sink_table(struct sync_sink *s)
{
	return &s->table;
}

enum sync_answer
sync_answer_of(const char *word)
{
	if (g_strcmp0(word, "yes") == 0)
		return SYNC_ANSWER_YES;
	return g_strcmp0(word, "no") == 0 ? SYNC_ANSWER_NO : SYNC_ANSWER_ASK;
}

void
sync_sink_answer(struct sync_sink *s, enum sync_answer answer)
{
	s->answer = answer;
}

bool
sync_sink_finish(struct sync_sink *s, bool *is_again_out, GError **error)
{
	bool is_good = sync_gone_settle(s, error) && (s->is_again || sync_refused_tell(s, error));

	*is_again_out = s->is_again;
	s->is_again = false;
	return is_good;
}

const struct sync_counts *
sync_sink_counts(const struct sync_sink *s)
{
	return &s->counts;
}
