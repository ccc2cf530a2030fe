/* SPDX-License-Identifier: GPL-3.0-or-later */
/* database.h - an sqlite file of our own that several programs may open at once. */
#ifndef PENFOLD_STORE_DATABASE_H
#define PENFOLD_STORE_DATABASE_H

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>

#define DATABASE_BUSY_MS 10000 /* how long a statement waits for another program */

/* Open the file, made with mode 0600 when it is missing (its -wal and -shm take after it), with a write-ahead log
 * and waits of DATABASE_BUSY_MS. The folder must exist. Errors as database_fail(). Owned: sqlite3_close(). */
sqlite3 *
database_open(const char *path, GError **error);

/* Open one that is there and cannot be written, on a full disk or one for reading only: as it lay when it was closed last,
 * and never changed. NULL with errors as above. Owned. */
sqlite3 *
database_open_frozen(const char *path, GError **error);

/* Set error to "WHAT: what sqlite says last" unless one is set already: PF_ERROR_TEMPORARY when another program
 * was in the way, else PF_ERROR_IO. Always false. */
bool
database_fail(sqlite3 *db, const char *what, GError **error);

#endif
