/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One handle for reading, renewed before each use, and one for writing while it is needed. */
#include "store/index.h"

#include "base/file.h"
#include "base/log.h"
#include "store/index_config.h"
#include "store/index_lock.h"
#include "store/linkage.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <string.h>
#include <unistd.h>

#define LOCK_WAIT_MS 30000
#define OPEN_TRIES 10
#define BATCH_FIRST_MS 60 /* work in the first batch; then by what its commit took */
#define BATCH_TARGET_MS 150 /* leaves room for a commit that is slower than the last ones */
#define BATCH_LEAST_MS 10
#define BATCH_MOST_MS 2000 /* where nobody waits, as far as can be seen */
#define LOOK_MS 10 /* between two looks whether somebody does */

struct index {
	char *root;
	const struct rc *rc;
	struct state_db *state;
	struct folders *folders;
	struct keywords *keywords;
	struct index_config config;
	bool is_configured;
	struct linkage *links; /* as last read */
	notmuch_database_t *reader, *writer;
	bool is_looking, is_renewed; /* the reader, since the look began */
	gint64 held_since, looked_at, batch_ms, commit_ms;
	int patience_ms; /* with other writers */
};

struct index *
index_new(const char *root, const struct rc *rc, struct state_db *state)
{
	struct index *ix = g_new0(struct index, 1);

	ix->root = g_strdup(root);
	ix->rc = rc;
	ix->state = state;
	ix->batch_ms = BATCH_FIRST_MS;
	ix->patience_ms = LOCK_WAIT_MS;
	ix->folders = folders_new(ix->root, rc);
	ix->keywords = keywords_new(rc);
	index_config_find(root, &ix->config);
	return ix;
}

void
index_free(struct index *ix)
{
	if (ix == NULL)
		return;
	index_abandon(ix);
	if (ix->reader != NULL)
		notmuch_database_destroy(ix->reader);
	linkage_free(ix->links);
	index_config_clear(&ix->config);
	folders_free(ix->folders);
	keywords_free(ix->keywords);
	g_free(ix->root);
	g_free(ix);
}

struct linkage **
index_linkage(struct index *ix)
{
	return &ix->links;
}

const char *
index_root(struct index *ix)
{
	return ix->root;
}

struct state_db *
index_state(struct index *ix)
{
	return ix->state;
}

struct folders *
index_folders(struct index *ix)
{
	return ix->folders;
}

const struct keywords *
index_keywords(struct index *ix)
{
	return ix->keywords;
}

void
index_keywords_refresh(struct index *ix)
{
	keywords_refresh(ix->keywords);
}

const struct rc *
index_rc(struct index *ix)
{
	return ix->rc;
}

bool
index_fail(notmuch_database_t *db, notmuch_status_t status, GError **error)
{
	const char *detail = db != NULL ? notmuch_database_status_string(db) : NULL;
	bool is_query = status == NOTMUCH_STATUS_BAD_QUERY_SYNTAX ||
	    (detail != NULL && strstr(detail, "parsing query") != NULL);
	char *text = g_strchomp(g_strdup(detail != NULL ? detail : notmuch_status_to_string(status)));
	/* "A Xapian exception occurred parsing query: ..." and below it "Query string was: ..." */
	const char *reason = strstr(text, "parsing query: ");

	if (is_query && reason != NULL) {
		char *end = strstr(reason, "\nQuery string was");
		if (end != NULL)
			*end = '\0';
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "the query cannot be read: %s; see penfold-search(7)",
		    reason + strlen("parsing query: "));
		g_free(text);
		return false;
	}
	g_strdelimit(text, "\n", ' ');
	g_set_error(error, PF_ERROR,
	    is_query					 ? PF_ERROR_USAGE
		: status == NOTMUCH_STATUS_XAPIAN_EXCEPTION ? PF_ERROR_TEMPORARY
							    : PF_ERROR_IO,
	    "the index: %s", text);
	g_free(text);
	return false;
}

notmuch_status_t
index_find(notmuch_database_t *db, const char *id, notmuch_message_t **message_out)
{
	notmuch_status_t status = notmuch_database_find_message(db, id, message_out);
	notmuch_bool_t is_ghost = false;

	if (status != NOTMUCH_STATUS_SUCCESS || *message_out == NULL)
		return status;
	status = notmuch_message_get_flag_st(*message_out, NOTMUCH_MESSAGE_FLAG_GHOST, &is_ghost);
	if (status != NOTMUCH_STATUS_SUCCESS || is_ghost) {
		notmuch_message_destroy(*message_out);
		*message_out = NULL;
	}
	return status;
}

notmuch_status_t
index_afresh(notmuch_database_t *db, notmuch_message_t **message)
{
	notmuch_message_t *stale = *message;
	notmuch_status_t status = index_find(db, notmuch_message_get_message_id(stale), message);

	notmuch_message_destroy(stale);
	return status;
}

/* Another mail root in another spelling of the same folder: names in the database start with it. */
static void
adopt_root(struct index *ix, notmuch_database_t *db)
{
	const char *root = notmuch_config_get(db, NOTMUCH_CONFIG_MAIL_ROOT);

	if (ix->is_configured)
		return;
	ix->is_configured = true;
	if (root != NULL && g_path_is_absolute(root) && strcmp(root, ix->root) != 0) {
		g_free(ix->root);
		ix->root = g_strdup(root);
		folders_free(ix->folders);
		ix->folders = folders_new(ix->root, ix->rc);
	}
	index_config_read(&ix->config, db);
}

/* What was in the way; a folder that can only be read is nothing to move away. */
static void
fail_open(const struct index *ix, notmuch_database_mode_t mode, notmuch_status_t status, char *message, GError **error)
{
	const char *root = ix->config.database != NULL ? ix->config.database : ix->root;
	char *dir = g_build_filename(root, ".notmuch", "xapian", NULL);
	bool is_shut = mode == NOTMUCH_DATABASE_MODE_READ_WRITE && access(dir, W_OK) != 0 && (errno == EROFS || errno == EACCES);

	if (is_shut)
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "%s cannot be written: %s. Mail can be read, and nothing changed", dir, g_strerror(errno));
	else
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE, "%s: the index cannot be opened: %s%s", ix->root,
		    message != NULL ? g_strchomp(message) : notmuch_status_to_string(status),
		    status != NOTMUCH_STATUS_XAPIAN_EXCEPTION ? ""
							      : ". If it is damaged, move .notmuch/xapian there away: the next "
								"`penfold sync` makes it anew from the mail, without tags "
								"that only it had");
	g_free(dir);
}

static bool
open_database(struct index *ix, notmuch_database_mode_t mode, notmuch_database_t **db_out,
    GError **error)
{
	char *message = NULL;
	notmuch_status_t status = NOTMUCH_STATUS_XAPIAN_EXCEPTION;
	int i;

	/* while it is opened a writer may commit twice: then what was begun to be read is gone, and it is begun anew */
	for (i = 0; i < OPEN_TRIES && status == NOTMUCH_STATUS_XAPIAN_EXCEPTION; i++) {
		g_clear_pointer(&message, free);
		g_clear_pointer(db_out, notmuch_database_destroy);
		status = notmuch_database_open_with_config(ix->config.database, mode, ix->config.file, NULL,
		    db_out, &message);
	}
	if (status == NOTMUCH_STATUS_SUCCESS)
		adopt_root(ix, *db_out);
	else
		fail_open(ix, mode, status, message, error);
	free(message);
	return status == NOTMUCH_STATUS_SUCCESS;
}

static bool
exists(const char *dir, const char *below)
{
	char *path = g_strconcat(dir, below, NULL);
	bool yes = g_file_test(path, G_FILE_TEST_EXISTS);

	g_free(path);
	return yes;
}

/* notmuch tells "no database" from other trouble in too many ways. */
static bool
has_database(const char *dir)
{
	return exists(dir, "/.notmuch/xapian") || exists(dir, "/xapian") || exists(dir, "/iamglass");
}

/* Hold the mail root while looking for the database or making it: what is half made cannot be opened, and
 * several helpers start at once. -1 without a root; then nobody makes anything there. */
static int
hold_root(const struct index *ix, int how)
{
	int fd = open(ix->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (fd >= 0 && flock(fd, how) != 0 && errno == EINTR)
		;
	return fd;
}

/* See that there is a database, whole. */
static bool
see_to_database(struct index *ix, GError **error)
{
	int held = hold_root(ix, LOCK_SH);
	bool is_there = has_database(ix->config.database);

	if (held >= 0)
		close(held);
	if (is_there)
		return true;
	if (!file_make_dir(ix->root, error))
		return false;
	held = hold_root(ix, LOCK_EX);
	is_there = has_database(ix->config.database) || index_config_create(&ix->config, ix->root, error);
	if (held >= 0)
		close(held);
	return is_there;
}

/* Open, making the database when there is none. */
static notmuch_database_t *
open_or_create(struct index *ix, notmuch_database_mode_t mode, GError **error)
{
	notmuch_database_t *db = NULL;

	if (!see_to_database(ix, error))
		return NULL;
	if (open_database(ix, mode, &db, error))
		return db;
	if (db != NULL)
		notmuch_database_destroy(db);
	return NULL;
}

notmuch_database_t *
index_reader(struct index *ix, GError **error)
{
	if (ix->is_looking && ix->is_renewed && ix->reader != NULL)
		return ix->reader;
	ix->is_renewed = true;
	folders_refresh(ix->folders);
	if (ix->reader != NULL &&
	    notmuch_database_reopen(ix->reader, NOTMUCH_DATABASE_MODE_READ_ONLY) ==
		NOTMUCH_STATUS_SUCCESS)
		return ix->reader;
	if (ix->reader != NULL)
		notmuch_database_destroy(ix->reader);
	ix->reader = open_or_create(ix, NOTMUCH_DATABASE_MODE_READ_ONLY, error);
	return ix->reader;
}

void
index_look_begin(struct index *ix)
{
	ix->is_looking = true;
	ix->is_renewed = false;
}

void
index_look_end(struct index *ix)
{
	ix->is_looking = false;
}

void
index_reload(struct index *ix)
{
	if (ix->reader != NULL)
		notmuch_database_destroy(ix->reader);
	ix->reader = NULL;
}

bool
index_read(struct index *ix, index_read_fn fn, void *user, GError **error)
{
	notmuch_database_t *db = NULL;
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	for (int tries = 0; tries < 2; tries++) {
		db = index_reader(ix, error);
		if (db == NULL)
			return false;
		status = fn(db, user);
		if (status != NOTMUCH_STATUS_XAPIAN_EXCEPTION)
			break;
		ix->is_renewed = false;
	}
	return status == NOTMUCH_STATUS_SUCCESS || index_fail(db, status, error);
}

void
index_set_patience(struct index *ix, int ms)
{
	ix->patience_ms = ms > 0 ? ms : LOCK_WAIT_MS;
}

notmuch_database_t *
index_writer(struct index *ix, GError **error)
{
	notmuch_status_t status;

	g_assert(ix->writer == NULL);
	folders_refresh(ix->folders);
	if (!index_lock_wait(ix->config.database, ix->patience_ms)) {
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
		    "%s: another program has been writing to the index for %d s", ix->root,
		    ix->patience_ms / 1000);
		return NULL;
	}
	ix->writer = open_or_create(ix, NOTMUCH_DATABASE_MODE_READ_WRITE, error);
	if (ix->writer == NULL)
		return NULL;
	ix->held_since = g_get_monotonic_time();
	status = notmuch_database_begin_atomic(ix->writer);
	if (status == NOTMUCH_STATUS_SUCCESS)
		return ix->writer;
	index_fail(ix->writer, status, error);
	index_abandon(ix);
	return NULL;
}

bool
index_is_held(const struct index *ix)
{
	return index_lock_is_held(ix->config.database);
}

gint64
index_held_ms(const struct index *ix)
{
	return (g_get_monotonic_time() - ix->held_since) / 1000;
}

bool
index_batch_is_full(const struct index *ix)
{
	return index_held_ms(ix) >= ix->batch_ms;
}

bool
index_batch_may_go_on(struct index *ix)
{
	gint64 now = g_get_monotonic_time();

	if (index_held_ms(ix) >= BATCH_MOST_MS)
		return false;
	if (now - ix->looked_at < LOOK_MS * 1000)
		return true;
	ix->looked_at = now;
	return !index_lock_is_wanted(ix->config.database);
}

/* The next batch may work for what this one's commit leaves of the target. */
static void
learn(struct index *ix, gint64 worked_ms, gint64 total_ms)
{
	/* a slow commit is remembered for a while: the disk may be busy */
	ix->commit_ms = MAX(total_ms - worked_ms, ix->commit_ms * 7 / 8);
	ix->batch_ms = CLAMP(BATCH_TARGET_MS - ix->commit_ms, BATCH_LEAST_MS, BATCH_TARGET_MS);
	if (total_ms > INDEX_LOCK_MS)
		log_info("index", "lock_ms=%d work_ms=%d", (int)total_ms, (int)worked_ms);
}

bool
index_commit(struct index *ix, GError **error)
{
	gint64 worked_ms = index_held_ms(ix);
	notmuch_status_t status = notmuch_database_end_atomic(ix->writer);
	bool ok;

	if (status == NOTMUCH_STATUS_SUCCESS)
		status = notmuch_database_close(ix->writer);
	ok = status == NOTMUCH_STATUS_SUCCESS || index_fail(ix->writer, status, error);
	notmuch_database_destroy(ix->writer);
	ix->writer = NULL;
	learn(ix, worked_ms, index_held_ms(ix));
	return ok;
}

void
index_abandon(struct index *ix)
{
	if (ix->writer == NULL)
		return;
	/* closing inside the atomic section drops what it holds */
	notmuch_database_destroy(ix->writer);
	ix->writer = NULL;
}

const char *const *
index_new_tags(struct index *ix)
{
	return (const char *const *)ix->config.new_tags;
}

const char *const *
index_exclude_tags(struct index *ix)
{
	return (const char *const *)ix->config.exclude_tags;
}

const char *const *
index_ignored(struct index *ix)
{
	return (const char *const *)ix->config.ignored;
}

bool
index_has_flag_sync(const struct index *ix)
{
	return ix->config.has_flag_sync;
}

const char *
index_decryption(const struct index *ix)
{
	return ix->rc != NULL ? rc_string(ix->rc, "store", NULL, "index-decrypted") : "notmuch";
}
