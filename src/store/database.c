/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening sqlite files that programs share: private, with a write-ahead log, patient. */
#include "store/database.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define RETRY_MS 10
#define PATH_BYTES 500 /* sqlite has 512, for its -journal as well */

bool
database_fail(sqlite3 *db, const char *what, GError **error)
{
	int code = sqlite3_errcode(db), why = sqlite3_system_errno(db);
	bool is_system = (code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && why != 0 && why != EEXIST && why != ENOENT;

	if (error != NULL && *error == NULL)
		g_set_error(error, PF_ERROR,
		    code == SQLITE_BUSY || code == SQLITE_LOCKED ? PF_ERROR_TEMPORARY : PF_ERROR_IO,
		    "%s: %s", what, is_system ? g_strerror(why) : sqlite3_errmsg(db));
	return false;
}

/* sqlite makes its files with the umask; a program run by hand may have an open one. A file that is there is left
 * alone: closing it would drop the locks that this process has on it (fcntl(2)). */
static bool
make_private(const char *path, GError **error)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0) {
		close(fd);
		return true;
	}
	if (errno == EEXIST)
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", path, g_strerror(errno));
	return false;
}

/* The change to a write-ahead log, once in the life of a file, does not heed the busy timeout: of two programs that
 * open a new file at once, one is told "locked" without a wait. */
static bool
begin_wal(sqlite3 *db)
{
	gint64 deadline = g_get_monotonic_time() + DATABASE_BUSY_MS * 1000;
	int code;

	while ((code = sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL)) == SQLITE_BUSY &&
	    g_get_monotonic_time() < deadline)
		g_usleep(RETRY_MS * 1000);
	return code == SQLITE_OK;
}

sqlite3 *
database_open(const char *path, GError **error)
{
	sqlite3 *db = NULL;

	if (strlen(path) > PATH_BYTES) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "%s: the path is longer than %d bytes, which sqlite does not take; "
			"[store] state names another folder", path, PATH_BYTES);
		return NULL;
	}
	if (!make_private(path, error))
		return NULL;
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    sqlite3_busy_timeout(db, DATABASE_BUSY_MS) == SQLITE_OK && begin_wal(db))
		return db;
	if (access(path, W_OK) != 0 && (errno == EROFS || errno == EACCES))
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", path, g_strerror(errno));
	else
		(void)database_fail(db, path, error);
	sqlite3_close(db);
	return NULL;
}

sqlite3 *
database_open_frozen(const char *path, GError **error)
{
	char *file = g_filename_to_uri(path, NULL, NULL);
	char *uri = file != NULL ? g_strconcat(file, "?immutable=1", NULL) : NULL;
	sqlite3 *db = NULL;

	if (uri == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: it is no whole path", path);
	} else if (sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) != SQLITE_OK) {
		(void)database_fail(db, path, error);
		sqlite3_close(db);
		db = NULL;
	}
	g_free(uri);
	g_free(file);
	return db;
}
