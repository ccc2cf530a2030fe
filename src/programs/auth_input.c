/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_input.c - see auth_input.h. */
#include "programs/auth_input.h"

#include "base/error.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* To unmap a page is dearer than to copy a small message: the other processor, where the resolver works, has to
 * take notice of it. */
enum { MESSAGE_MAX = 1 << 30, MAP_MIN = 64 << 10 };

void
auth_input_fini(struct auth_input *input)
{
	if (input->map != NULL)
		(void)munmap(input->map, input->len);
	g_clear_pointer(&input->read, g_bytes_unref);
}

static bool
read_all(int fd, struct auth_input *out, GError **error)
{
	GByteArray *all = g_byte_array_new();
	guint8 chunk[MAP_MIN];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof chunk)) > 0 && all->len < MESSAGE_MAX)
		g_byte_array_append(all, chunk, (guint)n);
	bool is_ok = n == 0;
	out->read = g_byte_array_free_to_bytes(all);
	out->bytes = g_bytes_get_data(out->read, &out->len);
	if (out->bytes == NULL)
		out->bytes = "";
	if (!is_ok)
		g_set_error_literal(error, PF_ERROR, n < 0 ? PF_ERROR_IO : PF_ERROR_LIMIT,
		    n < 0 ? "the message cannot be read" : "the message is too large");
	return is_ok;
}

bool
auth_input_init(struct auth_input *out, int fd, GError **error)
{
	struct stat st;

	*out = (struct auth_input){.bytes = ""};
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return read_all(fd, out, error);
	if (st.st_size > MESSAGE_MAX) {
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_LIMIT, "the message is too large");
		return false;
	}
	if (st.st_size < MAP_MIN)
		return read_all(fd, out, error);
	void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED) {
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_IO, "the message cannot be mapped");
		return false;
	}
	out->map = map;
	out->bytes = map;
	out->len = (size_t)st.st_size;
	return true;
}
