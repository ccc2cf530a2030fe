/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letter.c - a message's file, held open. Its bytes are for the helpers; nothing reads them here. */
#include "ui/letter.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct letter {
	unsigned refs;
	int fd;
	char *path;
	bool is_unlisted;
};

struct letter *
letter_open(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		g_set_error(error, PF_ERROR, errno == ENOENT ? PF_ERROR_NOT_FOUND : PF_ERROR_IO,
		    "the message's file cannot be opened: %s", g_strerror(errno));
		return NULL;
	}
	struct letter *l = g_new0(struct letter, 1);
	l->refs = 1;
	l->fd = fd;
	l->path = g_strdup(path);
	return l;
}

struct letter *
letter_of_fd(int fd, const char *path)
{
	struct letter *l = g_new0(struct letter, 1);
	l->refs = 1;
	l->fd = fd;
	l->path = g_strdup(path);
	l->is_unlisted = true;
	return l;
}

bool
letter_is_unlisted(const struct letter *l)
{
	return l->is_unlisted;
}

struct letter *
letter_ref(struct letter *l)
{
	if (l != NULL)
		l->refs++;
	return l;
}

void
letter_unref(struct letter *l)
{
	if (l == NULL || --l->refs > 0)
		return;
	close(l->fd);
	g_free(l->path);
	g_free(l);
}

int
letter_fd(const struct letter *l)
{
	/* the offset is shared with whoever was given the descriptor before */
	(void)lseek(l->fd, 0, SEEK_SET);
	return l->fd;
}

bool
letter_is_same(const struct letter *a, const struct letter *b)
{
	struct stat x, y;
	return fstat(a->fd, &x) == 0 && fstat(b->fd, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino &&
	    x.st_size == y.st_size && x.st_mtim.tv_sec == y.st_mtim.tv_sec &&
	    x.st_mtim.tv_nsec == y.st_mtim.tv_nsec;
}

const char *
letter_path(const struct letter *l)
{
	return l->path;
}
