/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fault_preload.c - an LD_PRELOAD library that counts the calls by which a program changes files,
 * and makes the n-th one kill the program or fail.
 *
 * By the environment:
 *   FAULT_PROGRAM  only in the process of this name, "penfold-store"
 *   FAULT_CHILD    only in what that process forks, which counts anew; else only in itself
 *   FAULT_BELOW    only files below this folder (all others pass uncounted)
 *   FAULT_SOCKETS  count reads and writes of sockets, too (they are killed at, but never fail)
 *   FAULT_AT       the number of the call, from 1; 0 or absent counts only
 *   FAULT_KIND     kill (before the call; the default), killed-after, or the name of an error,
 *                  ENOSPC EIO EDQUOT, which this call and all after it give; with -once
 *                  ("EIO-once") this call alone
 *   FAULT_ONCE     a file that is made when a process is killed; while it is there no other is
 *   FAULT_LOG      one line a call is appended here: number, function, path
 *   FAULT_ASLEEP   while this file is there the machine has slept for an hour, by CLOCK_BOOTTIME
 *   FAULT_HELD     while this file is there no process that another one forked ends
 *   FAULT_NO_SYNC  in every process nothing is synced: for mailboxes that a bench makes
 *   FAULT_SHADOW   a folder: each file that is synced is copied there as it is then, by its base name.
 *                  What a power cut leaves of it, at worst
 * Only calls that go through the dynamic linker are seen; those of SQLite, Xapian and GLib do.
 * What a killed program wrote stays in the page cache: this is kill -9, and a power cut only by the
 * shadow. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { KIND_NONE, KIND_KILL, KIND_KILL_AFTER, KIND_ERROR };

static struct {
	bool is_ready, is_on, with_sockets, in_child, is_once, without_sync;
	pid_t parent;
	long at, count;
	enum kind kind;
	int error;
	int log;
	const char *below, *shadow, *once;
} fault = { .log = -1 };

typedef void (*any_fn)(void);
typedef int (*open_fn)(const char *, int, ...);
typedef int (*openat_fn)(int, const char *, int, ...);
typedef ssize_t (*write_fn)(int, const void *, size_t);
typedef int (*clock_fn)(clockid_t, struct timespec *);
typedef void (*exit_fn)(int);

/* The function that this library stands in front of. ISO C has no cast from dlsym()'s pointer. */
static any_fn
real(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);
	any_fn function;

	memcpy(&function, &found, sizeof function);
	return function;
}

static void
set_kind(const char *word)
{
	static const struct {
		const char *name;
		int number;
	} errors[] = { { "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EDQUOT", EDQUOT } };

	fault.kind = KIND_KILL;
	if (word == NULL || strcmp(word, "kill") == 0)
		return;
	if (strcmp(word, "killed-after") == 0) {
		fault.kind = KIND_KILL_AFTER;
		return;
	}
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		size_t len = strlen(errors[i].name);

		if (strncmp(word, errors[i].name, len) == 0 &&
		    (word[len] == '\0' || strcmp(word + len, "-once") == 0)) {
			fault.kind = KIND_ERROR;
			fault.is_once = word[len] != '\0';
			fault.error = errors[i].number;
			return;
		}
	}
	abort(); /* a test that misspells its fault proves nothing */
}

static void
prepare(void)
{
	const char *program = getenv("FAULT_PROGRAM"), *at = getenv("FAULT_AT");
	const char *log = getenv("FAULT_LOG");

	fault.is_ready = true;
	fault.without_sync = getenv("FAULT_NO_SYNC") != NULL;
	fault.once = getenv("FAULT_ONCE");
	fault.is_on = (program == NULL || strcmp(program, program_invocation_short_name) == 0) &&
	    (fault.once == NULL || access(fault.once, F_OK) != 0);
	if (!fault.is_on)
		return;
	fault.below = getenv("FAULT_BELOW");
	fault.shadow = getenv("FAULT_SHADOW");
	fault.with_sockets = getenv("FAULT_SOCKETS") != NULL;
	fault.in_child = getenv("FAULT_CHILD") != NULL;
	fault.parent = getpid();
	fault.at = at != NULL ? strtol(at, NULL, 10) : 0;
	set_kind(getenv("FAULT_KIND"));
	if (log != NULL)
		fault.log = ((open_fn)real("open"))(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The path of a descriptor, or the path as it would be resolved there; "" when unknown. */
static void
full_path(int dir, const char *path, char out[PATH_MAX])
{
	char link[64];
	ssize_t n;

	out[0] = '\0';
	if (path != NULL && (path[0] == '/' || dir == AT_FDCWD)) {
		if (path[0] == '/' || getcwd(out, PATH_MAX / 2) == NULL)
			out[0] = '\0';
		n = (ssize_t)strlen(out);
		(void)snprintf(out + n, (size_t)(PATH_MAX - n), "%s%s", n > 0 ? "/" : "", path);
		return;
	}
	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
	n = readlink(link, out, PATH_MAX / 2);
	out[n > 0 ? n : 0] = '\0';
	if (n > 0 && path != NULL)
		(void)snprintf(out + n, (size_t)(PATH_MAX - n), "/%s", path);
}

static void
note(const char *function, const char *path)
{
	char line[PATH_MAX + 64];
	int n = snprintf(line, sizeof line, "%ld %s %s\n", fault.count, function, path);

	if (fault.log >= 0 && n > 0)
		(void)!((write_fn)real("write"))(fault.log, line, (size_t)n);
}

static void
die(void)
{
	if (fault.once != NULL)
		(void)((open_fn)real("open"))(fault.once, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	(void)raise(SIGKILL);
}

/* Counts the call. True when it is to fail with fault.error; may not come back. */
static bool
strike(const char *function, int dir, const char *path, bool *die_after)
{
	char full[PATH_MAX];
	int saved = errno;
	bool is_socket;

	*die_after = false;
	if (!fault.is_ready)
		prepare();
	if (!fault.is_on || (getpid() != fault.parent) != fault.in_child)
		return false;
	full_path(dir, path, full);
	errno = saved;
	is_socket = strncmp(full, "socket:", 7) == 0;
	if (is_socket ? !fault.with_sockets || fault.kind == KIND_ERROR
		      : fault.below != NULL &&
			    strncmp(full, fault.below, strlen(fault.below)) != 0)
		return false;
	fault.count++;
	note(function, full);
	if (fault.at == 0 || fault.count < fault.at)
		return false;
	if (fault.kind == KIND_ERROR)
		return !fault.is_once || fault.count == fault.at;
	if (fault.kind == KIND_KILL && fault.count == fault.at)
		die();
	*die_after = fault.kind == KIND_KILL_AFTER && fault.count == fault.at;
	return false;
}

/* One wrapper: `dir` and `path` name the file, `fail` is what an error returns. */
#define WRAP(type, name, fail, parameters, arguments, dir, path) \
	type name parameters; \
	type name parameters \
	{ \
		bool die_after; \
		type result; \
		if (strike(#name, dir, path, &die_after)) { \
			errno = fault.error; \
			return fail; \
		} \
		result = ((type(*) parameters)real(#name))arguments; \
		if (die_after) \
			die(); \
		return result; \
	}

/* A file below the folder has been synced. */
static void
keep_shadow(int fd)
{
	char full[PATH_MAX], to[PATH_MAX], buf[16384];
	const char *slash;
	struct stat st;
	ssize_t n;
	int in, out, saved = errno;

	full_path(fd, NULL, full);
	slash = strrchr(full, '/');
	if (!fault.is_on || fault.shadow == NULL || slash == NULL || fault.below == NULL ||
	    fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    strncmp(full, fault.below, strlen(fault.below)) != 0)
		return;
	(void)snprintf(to, sizeof to, "%s/%s", fault.shadow, slash + 1);
	in = ((open_fn)real("open"))(full, O_RDONLY | O_CLOEXEC);
	out = ((open_fn)real("open"))(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	while (in >= 0 && out >= 0 && (n = pread(in, buf, sizeof buf, lseek(in, 0, SEEK_CUR))) > 0) {
		(void)lseek(in, n, SEEK_CUR);
		(void)!((write_fn)real("write"))(out, buf, (size_t)n);
	}
	(void)close(in);
	(void)close(out);
	errno = saved;
}

#define WRAP_SYNC(name) \
	int name(int fd); \
	int name(int fd) \
	{ \
		bool die_after; \
		int result; \
		if (strike(#name, fd, NULL, &die_after)) { \
			errno = fault.error; \
			return -1; \
		} \
		result = fault.without_sync ? 0 : ((int (*)(int))real(#name))(fd); \
		if (result == 0) \
			keep_shadow(fd); \
		if (die_after) \
			die(); \
		return result; \
	}

/* Of sockets alone: a file that is read is not changed. */
ssize_t read(int fd, void *p, size_t n);
ssize_t
read(int fd, void *p, size_t n)
{
	struct stat st;
	bool die_after = false;
	ssize_t result;

	if (fault.with_sockets && fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode))
		(void)strike("read", fd, NULL, &die_after);
	result = ((ssize_t(*)(int, void *, size_t))real("read"))(fd, p, n);
	if (die_after)
		die();
	return result;
}

WRAP(ssize_t, write, -1, (int fd, const void *p, size_t n), (fd, p, n), fd, NULL)
WRAP(ssize_t, pwrite, -1, (int fd, const void *p, size_t n, off_t at), (fd, p, n, at), fd, NULL)
WRAP(ssize_t, pwrite64, -1, (int fd, const void *p, size_t n, off64_t at), (fd, p, n, at), fd, NULL)
WRAP(ssize_t, writev, -1, (int fd, const struct iovec *v, int n), (fd, v, n), fd, NULL)
WRAP_SYNC(fsync)
WRAP_SYNC(fdatasync)
WRAP_SYNC(syncfs)
WRAP(int, ftruncate, -1, (int fd, off_t n), (fd, n), fd, NULL)
WRAP(int, ftruncate64, -1, (int fd, off64_t n), (fd, n), fd, NULL)
WRAP(int, fallocate, -1, (int fd, int mode, off_t at, off_t n), (fd, mode, at, n), fd, NULL)
WRAP(int, rename, -1, (const char *a, const char *b), (a, b), AT_FDCWD, b)
WRAP(int, renameat, -1, (int d, const char *a, int e, const char *b), (d, a, e, b), e, b)
WRAP(int, renameat2, -1, (int d, const char *a, int e, const char *b, unsigned f), (d, a, e, b, f),
    e, b)
WRAP(int, link, -1, (const char *a, const char *b), (a, b), AT_FDCWD, b)
WRAP(int, linkat, -1, (int d, const char *a, int e, const char *b, int f), (d, a, e, b, f), e, b)
WRAP(int, unlink, -1, (const char *a), (a), AT_FDCWD, a)
WRAP(int, unlinkat, -1, (int d, const char *a, int f), (d, a, f), d, a)
WRAP(int, mkdir, -1, (const char *a, mode_t m), (a, m), AT_FDCWD, a)
WRAP(int, mkdirat, -1, (int d, const char *a, mode_t m), (d, a, m), d, a)

/* open() counts when it may create or cut a file. */
#define WRAP_OPEN(name, parameters, call, dir, path) \
	int name parameters; \
	int name parameters \
	{ \
		bool die_after = false; \
		mode_t mode = 0; \
		va_list rest; \
		int fd; \
		va_start(rest, flags); \
		if ((flags & (O_CREAT | O_TMPFILE)) != 0) \
			mode = va_arg(rest, mode_t); \
		va_end(rest); \
		if ((flags & (O_CREAT | O_TRUNC)) != 0 && strike(#name, dir, path, &die_after)) { \
			errno = fault.error; \
			return -1; \
		} \
		fd = call; \
		if (die_after) \
			die(); \
		return fd; \
	}

WRAP_OPEN(open, (const char *a, int flags, ...), ((open_fn)real("open"))(a, flags, mode), AT_FDCWD, a)
WRAP_OPEN(open64, (const char *a, int flags, ...), ((open_fn)real("open64"))(a, flags, mode),
    AT_FDCWD, a)
WRAP_OPEN(openat, (int d, const char *a, int flags, ...),
    ((openat_fn)real("openat"))(d, a, flags, mode), d, a)
WRAP_OPEN(openat64, (int d, const char *a, int flags, ...),
    ((openat_fn)real("openat64"))(d, a, flags, mode), d, a)

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	const char *mark = getenv("FAULT_ASLEEP");
	int result = ((clock_fn)real("clock_gettime"))(id, ts);

	if (result == 0 && id == CLOCK_BOOTTIME && mark != NULL && access(mark, F_OK) == 0)
		ts->tv_sec += 3600;
	return result;
}

void
_exit(int status)
{
	const char *mark = getenv("FAULT_HELD");
	const struct timespec pause = { 0, 5000000 };

	while (mark != NULL && access(mark, F_OK) == 0)
		(void)nanosleep(&pause, NULL);
	((exit_fn)real("_exit"))(status);
	abort();
}
