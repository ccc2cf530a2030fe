/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_input.h - the bytes of a message that is to be judged. */
#ifndef PENFOLD_PROGRAMS_AUTH_INPUT_H
#define PENFOLD_PROGRAMS_AUTH_INPUT_H

#include <glib.h>
#include <stdbool.h>

/* A message in memory: mapped where it is a large file, else read. */
struct auth_input {
	const char *bytes;
	size_t len;
	void *map;
	GBytes *read;
};

/* Map or read what is behind a descriptor, which stays the caller's. PF_ERROR_LIMIT over 1 GiB. To be ended by
 * auth_input_fini() either way. */
bool
auth_input_init(struct auth_input *out, int fd, GError **error);
void
auth_input_fini(struct auth_input *input);

#endif
