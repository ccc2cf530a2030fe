/* SPDX-License-Identifier: GPL-3.0-or-later */
/* frame.c - curses' descriptor is the terminal, and while a picture is made, a file in memory. */
#define _GNU_SOURCE /* dup3 */
#include "ui/frame.h"

#include "base/file.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

/* All of it; a terminal that was made non-blocking by someone is waited for. */
static void
write_all(const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes, len);
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};
			(void)poll(&p, 1, 1000);
		} else if (errno != EINTR) {
			return; /* the terminal is gone: reading from it will tell */
		}
	}
}

static void
write_frame(struct frame *f)
{
	char block[16384];
	ssize_t n;
	off_t at = 0;
	while ((n = pread(f->fd, block, sizeof(block), at)) > 0) {
		write_all(block, (size_t)n);
		at += n;
	}
	if (ftruncate(f->fd, 0) < 0 || lseek(f->fd, 0, SEEK_SET) < 0)
		f->fd = -1; /* never of a file in memory; else curses writes for itself */
}

void
frame_show(struct frame *f)
{
	bool is_framed = f->fd >= 0 && dup3(f->fd, f->curses_fd, O_CLOEXEC) >= 0;
	refresh();
	if (!is_framed)
		return;
	(void)dup3(STDOUT_FILENO, f->curses_fd, O_CLOEXEC); /* of two open files: it cannot fail */
	write_frame(f);
}

FILE *
frame_open(struct frame *f)
{
	f->fd = -1;
	f->curses_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
	FILE *out = f->curses_fd >= 0 ? fdopen(f->curses_fd, "w") : NULL;
	if (out == NULL)
		return stdout;
	f->fd = file_in_memory(NULL);
	return out;
}
