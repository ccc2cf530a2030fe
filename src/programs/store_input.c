/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_input.c - read to the end, or to the limit of a letter. */
#include "programs/store_input.h"

#include "base/error.h"
#include "base/limits.h"

#include <errno.h>
#include <unistd.h>

GBytes *
store_input_read(struct helper_request *r, GError **error)
{
	int fd = helper_request_input(r, error);
	GByteArray *bytes = g_byte_array_new();
	guint8 buffer[65536];
	ssize_t n = 0;

	while (fd >= 0 && bytes->len <= LIMIT_LITERAL) {
		n = read(fd, buffer, sizeof(buffer));
		if (n > 0)
			g_byte_array_append(bytes, buffer, (guint)n);
		else if (n == 0 || errno != EINTR)
			break;
	}
	if (fd >= 0 && n == 0)
		return g_byte_array_free_to_bytes(bytes);
	if (fd >= 0 && n < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "reading the letter: %s",
		    g_strerror(errno));
	else if (fd >= 0)
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT,
		    "the letter is larger than %u MB", LIMIT_LITERAL >> 20);
	g_byte_array_unref(bytes);
	return NULL;
}
