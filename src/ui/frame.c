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

/* There is one terminal, and curses has globals of its own for it. */
static int curses_fd = -1, frame_fd = -1;

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
write_frame(void)
{
	char block[16384];
	ssize_t n;
	off_t at = 0;
	while ((n = pread(frame_fd, block, sizeof(block), at)) > 0) {
		write_all(block, (size_t)n);
		at += n;
	}
	if (ftruncate(frame_fd, 0) < 0 || lseek(frame_fd, 0, SEEK_SET) < 0)
		frame_fd = -1; /* never of a file in memory; else curses writes for itself */
}

void
frame_show(void)
{
	bool is_framed = frame_fd >= 0 && dup3(frame_fd, curses_fd, O_CLOEXEC) >= 0;
	refresh();
	if (!is_framed)
		return;
	(void)dup3(STDOUT_FILENO, curses_fd, O_CLOEXEC); /* of two open files: it cannot fail */
	write_frame();
}

FILE *
frame_open(void)
{
	curses_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
	FILE *out = curses_fd >= 0 ? fdopen(curses_fd, "w") : NULL;
	if (out == NULL)
		return stdout;
	frame_fd = file_in_memory(NULL);
	return out;
}
