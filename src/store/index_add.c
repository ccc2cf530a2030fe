/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file into the index: look at its bytes, let notmuch parse it or its stand-in, tag it. */
#include "store/index_add.h"

#include "base/placeholder.h"
#include "base/log.h"
#include "store/heading.h"
#include "store/index_change.h"
#include "store/index_work.h"
#include "store/maildir.h"
#include "store/peers.h"
#include "store/placement.h"
#include "store/standin.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct adding {
	const struct index_add *job;
	GPtrArray *done; /* struct index_added, of the current batch */
	guint n_indexed, n_failed;
};

/* A file's bytes and what is known of them before any library parses them. */
struct look {
	GMappedFile *map;
	const char *bytes;
	size_t len;
	struct prescreen found;
	const char *reason, *program; /* set: index a stand-in */
	bool keeps_tags;	      /* a message that is there already is not tagged anew */
	bool is_filed;		      /* old mail; see struct index_add */
};

static void
free_added(gpointer item)
{
	struct index_added *a = item;

	g_free(a->path);
	g_free(a->asked);
	g_free(a->id);
	g_free(a->thread);
	g_free(a->sha256);
	peer_note_clear(&a->peer);
	g_clear_error(&a->error);
	g_free(a);
}

/* Find, map, hash and pre-screen. False with a->error. */
static bool
look_at(struct index *ix, struct index_added *a, struct look *look)
{
	char *asked = index_path(ix, a->asked, &a->error);
	struct stat st;

	a->path = asked != NULL ? index_locate(asked) : NULL;
	g_free(asked);
	if (a->path == NULL || stat(a->path, &st) != 0) {
		if (a->error == NULL)
			g_set_error(&a->error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: no such file",
			    a->asked);
		return false;
	}
	/* a FIFO would hold us for ever, and the writer's lock with us */
	if (!S_ISREG(st.st_mode)) {
		g_set_error(&a->error, PF_ERROR, PF_ERROR_DATA, "%s: not a regular file", a->path);
		return false;
	}
	look->map = g_mapped_file_new(a->path, FALSE, NULL);
	if (look->map == NULL) {
		g_set_error(&a->error, PF_ERROR, PF_ERROR_IO, "%s: cannot be read", a->path);
		return false;
	}
	look->bytes = g_mapped_file_get_contents(look->map);
	look->len = g_mapped_file_get_length(look->map);
	a->size = st.st_size;
	a->mtime = st.st_mtime;
	a->inode = (gint64)st.st_ino;
	a->sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)look->bytes,
	    look->len);
	prescreen_scan(look->bytes != NULL ? look->bytes : "", look->len, &look->found);
	if (look->found.finding != PRESCREEN_OK) {
		look->reason = prescreen_text(look->found.finding);
		look->program = "";
	}
	return true;
}

/* With notmuch's own switch for decrypted text, which the rc may set. Its engines then find no terminal: nobody is
 * asked for a passphrase on a screen that shows mail. */
static notmuch_status_t
index_whole(struct index *ix, notmuch_database_t *db, const char *path, notmuch_message_t **message_out)
{
	const char *word = index_decryption(ix);
	notmuch_indexopts_t *opts = notmuch_database_get_default_indexopts(db);
	char *tty = g_strdup(g_getenv("GPG_TTY"));
	notmuch_status_t status;

	if (strcmp(word, "notmuch") != 0)
		(void)notmuch_indexopts_set_decrypt_policy(opts,
		    strcmp(word, "yes") == 0 ? NOTMUCH_DECRYPT_NOSTASH : NOTMUCH_DECRYPT_FALSE);
	(void)g_setenv("GPG_TTY", "/dev/null", TRUE);
	status = notmuch_database_index_file(db, path, opts, message_out);
	if (tty != NULL)
		(void)g_setenv("GPG_TTY", tty, TRUE);
	else
		g_unsetenv("GPG_TTY");
	g_free(tty);
	notmuch_indexopts_destroy(opts);
	return status;
}

/* The file as it is, or its stand-in when it must not or cannot be parsed. */
static notmuch_status_t
index_file(struct index *ix, notmuch_database_t *db, struct index_added *a, struct look *look,
    notmuch_message_t **message_out)
{
	notmuch_status_t status = NOTMUCH_STATUS_FILE_NOT_EMAIL;
	char *standin;

	if (look->reason == NULL)
		status = index_whole(ix, db, a->path, message_out);
	/* What is no mail is listed where nothing but mail should be; elsewhere it is someone's file. */
	if (status != NOTMUCH_STATUS_FILE_NOT_EMAIL ||
	    (look->reason == NULL && !maildir_is_message(a->path)))
		return status;
	if (look->reason == NULL) {
		look->reason = "it does not begin with a header";
		look->program = "";
	}
	standin = standin_make(ix, a->path, look->bytes != NULL ? look->bytes : "", look->len,
	    &look->found, a->sha256, look->reason, look->program, &a->error);
	if (standin == NULL)
		return NOTMUCH_STATUS_FILE_ERROR;
	a->is_standin = true;
	status = notmuch_database_index_file(db, standin, NULL, message_out);
	g_free(standin);
	return status;
}

/* File names of the message that exist no more: it was renamed or moved by another program. */
static GPtrArray *
stale_names(struct index *ix, notmuch_message_t *message, const char *path)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	notmuch_filenames_t *names = notmuch_message_get_filenames(message);

	for (; names != NULL && notmuch_filenames_valid(names);
	     notmuch_filenames_move_to_next(names)) {
		const char *name = notmuch_filenames_get(names);

		if (strcmp(name, path) != 0 && !standin_is_path(ix, name) && access(name, F_OK) != 0)
			g_ptr_array_add(out, g_strdup(name));
	}
	if (names != NULL)
		notmuch_filenames_destroy(names);
	return out;
}

/* The message was there already: a further copy, or the file under a new name. The message is frozen, as before. */
static notmuch_status_t
tag_known(struct index *ix, notmuch_database_t *db, const struct index_added *a,
    notmuch_message_t **message)
{
	GPtrArray *files = placement_files(ix, *message);
	GPtrArray *stale = stale_names(ix, *message, a->path);
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;
	struct placement before;

	placement_of_files(ix, files, a->path, &before);
	for (guint i = 0; i < stale->len; i++)
		(void)notmuch_database_remove_message(db, g_ptr_array_index(stale, i));
	if (stale->len > 0) {
		/* that changed the document behind our handle's back */
		notmuch_message_destroy(*message);
		*message = NULL;
		status = index_find(db, a->id, message);
		if (*message != NULL)
			notmuch_message_freeze(*message);
	}
	if (status == NOTMUCH_STATUS_SUCCESS && *message != NULL)
		status = placement_tag_flags(ix, *message);
	if (status == NOTMUCH_STATUS_SUCCESS && *message != NULL)
		status = placement_tag_moved(ix, *message, &before);
	if (status == NOTMUCH_STATUS_SUCCESS && *message != NULL && stale->len == 0)
		status = placement_tag_landed(ix, *message, a->path);
	g_ptr_array_unref(files);
	g_ptr_array_unref(stale);
	return status;
}

/* The message is frozen till now. */
static notmuch_status_t
tag_added(struct index *ix, notmuch_database_t *db, struct index_added *a,
    notmuch_message_t **message, bool is_filed)
{
	notmuch_status_t status;

	a->id = g_strdup(notmuch_message_get_message_id(*message));
	a->date = notmuch_message_get_date(*message);
	if (a->is_new)
		status = placement_tag_new(ix, *message, is_filed);
	else
		status = tag_known(ix, db, a, message);
	if (status == NOTMUCH_STATUS_SUCCESS && *message != NULL &&
	    (!a->is_new || placeholder_is(a->path)))
		status = placement_tag_partial(ix, *message);
	if (status == NOTMUCH_STATUS_SUCCESS && *message != NULL)
		status = index_mirror_kept(ix, *message, a->sha256);
	if (status == NOTMUCH_STATUS_SUCCESS && *message != NULL)
		status = notmuch_message_thaw(*message); /* all that was tagged in one write */
	if (*message != NULL)
		a->thread = g_strdup(notmuch_message_get_thread_id(*message));
	return status;
}

/* A worker that died after it had indexed the file may have left a verdict to be added that came since. */
static void
mirror_missing(struct index *ix, notmuch_message_t *message, const char *sha256)
{
	const char *word = NULL;

	if (notmuch_message_get_property(message, "auth", &word) == NOTMUCH_STATUS_SUCCESS && word == NULL)
		(void)index_mirror_kept(ix, message, sha256); /* most often there is none */
}

/* Is the file in the index already? Then a is filled from there. */
static bool
is_known(struct index *ix, notmuch_database_t *db, struct index_added *a)
{
	char *key = index_key(ix, a->path);
	struct state_standin *s = state_standin_of_key(index_state(ix), key);
	char *name = s != NULL ? g_strconcat(index_root(ix), "/", s->standin, NULL)
			       : g_strdup(a->path);
	notmuch_message_t *message = NULL;
	bool known = notmuch_database_find_message_by_filename(db, name, &message) ==
		NOTMUCH_STATUS_SUCCESS &&
	    message != NULL;

	if (known) {
		a->is_standin = s != NULL;
		a->id = g_strdup(notmuch_message_get_message_id(message));
		a->thread = g_strdup(notmuch_message_get_thread_id(message));
		a->date = notmuch_message_get_date(message);
		mirror_missing(ix, message, a->sha256);
		notmuch_message_destroy(message);
	}
	state_standin_free(s);
	g_free(key);
	g_free(name);
	return known;
}

/* Whatever is wrong with one file is its own matter; a sick database ends the work. */
static bool
is_fatal(notmuch_status_t status)
{
	return status == NOTMUCH_STATUS_XAPIAN_EXCEPTION || status == NOTMUCH_STATUS_OUT_OF_MEMORY ||
	    status == NOTMUCH_STATUS_READ_ONLY_DATABASE || status == NOTMUCH_STATUS_CLOSED_DATABASE;
}

static bool
add_new(struct index *ix, notmuch_database_t *db, struct index_added *a, struct look *look,
    GError **error)
{
	notmuch_message_t *message = NULL;
	notmuch_status_t status = index_file(ix, db, a, look, &message);
	bool ok = true;

	if (status == NOTMUCH_STATUS_SUCCESS || status == NOTMUCH_STATUS_DUPLICATE_MESSAGE_ID) {
		a->is_new = status == NOTMUCH_STATUS_SUCCESS;
		if (a->is_new && look->reason == NULL)
			peer_note_read(&a->peer, look->bytes, look->len, g_get_real_time() / G_USEC_PER_SEC);
		if (message != NULL)
			notmuch_message_freeze(message);
		if (a->is_new && look->reason == NULL && message != NULL)
			(void)heading_note(message, look->bytes, look->len);
		if (a->is_new || !look->keeps_tags)
			status = tag_added(ix, db, a, &message, look->is_filed);
		else
			status = NOTMUCH_STATUS_SUCCESS;
	}
	if (is_fatal(status))
		ok = index_fail(db, status, error);
	else if (status != NOTMUCH_STATUS_SUCCESS && a->error == NULL)
		index_fail(db, status, &a->error);
	if (message != NULL)
		notmuch_message_destroy(message);
	return ok;
}

static bool
add_one(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error)
{
	struct adding *adding = user;
	struct index_added *a = g_new0(struct index_added, 1);
	struct look look = { .is_filed = adding->job->is_filed };
	char *key = NULL;
	bool ok = true;

	/* Only the holder of the writer's lock comes here: a marker that is still set is a dead
	 * worker's. */
	if (adding->done->len == 0 && !state_working_recover(index_state(ix), error)) {
		g_free(a);
		return false;
	}
	g_ptr_array_add(adding->done, a);
	a->asked = g_strdup(adding->job->paths[i]);
	if (look_at(ix, a, &look) && !is_known(ix, db, a)) {
		key = index_key(ix, a->path);
		if (state_crashes(index_state(ix), key) >= INDEX_CRASHES_MAX) {
			look.reason = "indexing it ended the program twice";
			look.program = "penfold-store";
		}
		ok = state_working_begin(index_state(ix), key, error) &&
		    add_new(ix, db, a, &look, error);
	}
	/* a marker that stays by accident counts as one crash: two are needed */
	if (key != NULL)
		(void)state_working_end(index_state(ix), NULL);
	if (look.map != NULL)
		g_mapped_file_unref(look.map);
	g_free(key);
	return ok;
}

static bool
remember(struct index *ix, const struct index_added *a, GError **error)
{
	struct state_file file = { .key = index_key(ix, a->path),
		.sha256 = a->sha256,
		.message_id = a->id,
		.date = a->date,
		.size = a->size,
		.mtime = a->mtime,
		.inode = a->inode };
	bool ok = state_file_put(index_state(ix), &file, error);

	g_free(file.key);
	return ok;
}

static bool
batch_committed(struct index *ix, guint first, guint end, void *user, GError **error)
{
	struct adding *adding = user;
	bool ok = state_begin(index_state(ix), error);

	(void)first;
	(void)end;
	for (guint i = 0; ok && i < adding->done->len; i++) {
		const struct index_added *a = g_ptr_array_index(adding->done, i);

		ok = a->error != NULL ||
		    (remember(ix, a, error) && peer_note_keep(index_state(ix), &a->peer, error));
	}
	ok = ok && state_commit(index_state(ix), error);
	if (!ok)
		state_rollback(index_state(ix));
	for (guint i = 0; ok && i < adding->done->len; i++) {
		const struct index_added *a = g_ptr_array_index(adding->done, i);

		adding->n_indexed += a->error == NULL;
		adding->n_failed += a->error != NULL;
		if (adding->job->on_added != NULL)
			adding->job->on_added(a, adding->job->user);
	}
	g_ptr_array_set_size(adding->done, 0);
	return ok;
}

static bool
is_cancelled(void *user)
{
	const struct adding *adding = user;

	return adding->job->is_cancelled != NULL && adding->job->is_cancelled(adding->job->user);
}

bool
index_add(struct index *ix, const struct index_add *job, guint *indexed_out, guint *failed_out,
    GError **error)
{
	struct adding adding = { .job = job,
		.done = g_ptr_array_new_with_free_func(free_added) };
	struct index_work work = { .n = job->n,
		.one = add_one,
		.committed = batch_committed,
		.is_cancelled = is_cancelled,
		.user = &adding };
	bool ok = index_work_run(ix, &work, error);

	*indexed_out = adding.n_indexed;
	*failed_out = adding.n_failed;
	g_ptr_array_unref(adding.done);
	return ok;
}

/* Take the real file's name out and put its stand-in in. Tags stay: first in, then out. */
struct quarantining {
	const char *path, *program, *reason;
};

static bool
quarantine_one(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error)
{
	const struct quarantining *q = user;
	struct index_added *a = g_new0(struct index_added, 1);
	struct look look = { 0 };
	bool ok;

	(void)i;
	a->asked = g_strdup(q->path);
	ok = look_at(ix, a, &look);
	if (ok) {
		look.reason = q->reason;
		look.program = q->program;
		look.keeps_tags = true;
		ok = add_new(ix, db, a, &look, error) && a->error == NULL;
	}
	if (ok)
		(void)notmuch_database_remove_message(db, a->path);
	if (!ok && error != NULL && *error == NULL)
		g_propagate_error(error, g_steal_pointer(&a->error));
	if (look.map != NULL)
		g_mapped_file_unref(look.map);
	free_added(a);
	return ok;
}

bool
index_quarantine(struct index *ix, const char *path, const char *program, const char *reason,
    GError **error)
{
	struct quarantining q = { path, program, reason };
	struct index_work work = { .n = 1, .one = quarantine_one, .user = &q };

	return index_work_run(ix, &work, error);
}
