/* SPDX-License-Identifier: GPL-3.0-or-later */
/* boundary.c - boundaries of the multiparts that are made here. */
#include "mime/boundary.h"

#include <glib.h>
#include <sys/random.h>

char *
boundary_new(void)
{
	guint8 random[18];
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		g_error("the kernel gives no random bytes");
	char *letters = g_base64_encode(random, sizeof(random));
	for (char *p = letters; *p; p++)
		if (*p == '+' || *p == '/')
			*p = *p == '+' ? '.' : '_';
	char *out = g_strconcat("=_", letters, NULL);
	g_free(letters);
	return out;
}
