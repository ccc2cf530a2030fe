/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_rc.c - any bytes as an rc file: findings or a configuration, never a crash. */
#define _GNU_SOURCE /* memfd_create() */
#include "base/rc.h"

#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
	int fd = memfd_create("rc", MFD_CLOEXEC);
	char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	struct rc *rc = NULL;

	if (write(fd, data, len) == (ssize_t)len)
		rc = rc_load(path, NULL, NULL);
	if (rc != NULL)
		g_strfreev(rc_argv(rc, "ui", NULL, "editor"));
	rc_free(rc);
	close(fd);
	g_free(path);
	return 0;
}
