/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.h - durable files: what these functions call written is on disk (law 2). */
#ifndef PENFOLD_BASE_FILE_H
#define PENFOLD_BASE_FILE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* "PATH: what: ..." by errno, PF_ERROR_NOT_FOUND or _IO. Always false. */
bool
file_fail(GError **error, const char *what, const char *path);

/* Make a folder and its parents, mode 0700, their names durable. An existing folder is fine. */
bool
file_make_dir(const char *path, GError **error);

/* rename(2), but never over a file that is there: -1 with errno EEXIST then. */
int
file_rename_new(const char *from, const char *to);

/* A new anonymous file in memory, for text that must not reach a disk. -1 and error. */
int
file_in_memory(GError **error);

/* A new file without a name in the folder for temporary files, for reading and writing: what may be too long for the
 * memory. It goes with its last descriptor. -1 and error. */
int
file_unnamed(GError **error);

/* A new file of mode 0600, open for writing; -1 with errno: EEXIST where anything has the name, a link that leads nowhere too. */
int
file_open_new(const char *path);

/* fsync a folder, so that names made or renamed in it survive a crash. */
bool
file_sync_dir(const char *path, GError **error);

/* Write all of data to path: a temporary file beside it, fsync, rename, fsync of the folder.
 * mode is that of the new file, e.g. 0600. A failed fsync is a failure: the old file stays. */
bool
file_write_durable(const char *path, const void *data, size_t len, int mode, GError **error);
/* The same without waiting for the disk: whole or not at all when the program dies, not when the machine does. For what
 * the screen keeps beside that which is saved elsewhere: no key waits for an fsync. */
bool
file_write_quick(const char *path, const void *data, size_t len, int mode, GError **error);

/* Open a file that lies among mail for reading: -1 with errno for what is no regular file (EINVAL), and
 * never a wait for the other end of a FIFO. is_followed: a symbolic link is gone through. */
int
file_open_regular(const char *path, bool is_followed);

/* Tells one state of a file from another, without a look into it; 0 where there is none. */
gint64
file_stamp(const char *path);

/* Read a whole file of at most `limit` bytes. The result is owned by the caller; its bytes are never at NULL, and no NUL
 * ends them. */
GBytes *
file_read(const char *path, size_t limit, GError **error);

/* Write all of data to fd, over short writes and EINTR. */
bool
file_write_all(int fd, const void *data, size_t len, GError **error);

/* Copy everything from fd `from` (at its current offset) to `to`; the byte count is returned
 * through n_out (may be NULL). */
bool
file_copy_fd(int from, int to, guint64 *n_out, GError **error);

/* Copy everything from fd `from` to a new file of mode 0600; where that fails none stays. PF_ERROR_IO says why, with the
 * path: a file that is there is not written over. */
bool
file_copy_new(int from, const char *path, GError **error);

/* An anonymous file in memory with these bytes, at offset 0; the descriptor is the caller's. -1 on
 * error. */
int
file_memory(const void *data, size_t len, GError **error);

/* Hex SHA-256 of all bytes of the file behind fd, from offset 0 (uses pread; the offset is not
 * moved). 64 lower-case digits, owned by the caller; NULL on error. */
char *
file_sha256_fd(int fd, GError **error);
char *
file_sha256_path(const char *path, GError **error);

/* Remove a folder with the files directly in it; what cannot be removed stays. */
void
file_remove_dir(const char *dir);
/* Remove each folder below parent that has a UUID for its name and was not changed for max_age_s seconds. */
void
file_sweep(const char *parent, gint64 max_age_s);
/* Remove what a writer that was killed left in a folder: NAME.XXXXXX beside a file NAME, or alone where NAME ends in
 * ".json", not changed for max_age_s seconds. */
void
file_sweep_unfinished(const char *dir, gint64 max_age_s);

#endif
