/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lock is byte 0 of Xapian's file "flintlock". notmuch itself waits for it in the kernel, and for ever; Penfold
 * looks, and meanwhile shares byte 1, which nobody else uses: whoever has the lock sees by it that he is waited for.
 * Others are seen among the kernel's waiters. */
#include "store/index_lock.h"

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define POLL_MS 4 /* less than others leave between their batches */
#define LOCK_BYTE 0
#define WAITER_BYTE 1

/* Where the file is, by the age and the setting of the database. */
static const char *const places[] = { "/.notmuch/xapian/flintlock", "/xapian/flintlock", "/flintlock" };

static int
open_place(const char *database, size_t place)
{
	char *path = g_strconcat(database, places[place], NULL);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	g_free(path);
	return fd;
}

/* Has another process a lock there? */
static bool
is_taken(int fd, off_t byte)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };

	return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* The file that another process has locked; -1: none. */
static int
open_taken(const char *database)
{
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(places); i++) {
		int fd = open_place(database, i);

		if (fd >= 0 && is_taken(fd, LOCK_BYTE))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

bool
index_lock_is_held(const char *database)
{
	int fd = open_taken(database);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool
index_lock_wait(const char *database, int patience_ms)
{
	struct flock waits = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = WAITER_BYTE, .l_len = 1 };
	gint64 deadline = g_get_monotonic_time() + (gint64)patience_ms * 1000;
	bool is_late = false;
	int fd;

	/* again, since the file may be another one by then */
	while (!is_late && (fd = open_taken(database)) >= 0) {
		(void)fcntl(fd, F_SETLK, &waits);
		while (!is_late && is_taken(fd, LOCK_BYTE)) {
			g_usleep(POLL_MS * 1000);
			is_late = g_get_monotonic_time() > deadline;
		}
		close(fd);
	}
	return !is_late;
}

/* A line of a waiter: "3: -> OFDLCK ADVISORY WRITE -1 fe:00:10961968 0 0". Devices have other numbers here than
 * elsewhere, on some file systems: the file's own number will do, and taken for wanted is no harm. */
static bool
has_waiter(const char *locks, ino_t number)
{
	char *file = g_strdup_printf(":%" G_GUINT64_FORMAT " ", (guint64)number);
	char **lines = g_strsplit(locks, "\n", -1);
	bool found = false;
	guint i;

	for (i = 0; !found && lines[i] != NULL; i++)
		found = strstr(lines[i], " -> ") != NULL && strstr(lines[i], file) != NULL;
	g_strfreev(lines);
	g_free(file);
	return found;
}

bool
index_lock_is_wanted(const char *database)
{
	char *locks = NULL;
	bool found = !g_file_get_contents("/proc/locks", &locks, NULL, NULL);
	size_t i;

	for (i = 0; !found && i < G_N_ELEMENTS(places); i++) {
		int fd = open_place(database, i);
		struct stat st;

		if (fd < 0)
			continue;
		found = is_taken(fd, WAITER_BYTE) || fstat(fd, &st) != 0 || has_waiter(locks, st.st_ino);
		close(fd);
	}
	g_free(locks);
	return found;
}
