/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox_text.c - see mailbox_text.h. */
#include "base/mailbox_text.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

static char *
put_together(const char *name, const char *address, bool keeps_control)
{
	if (name == NULL || *name == '\0' || strcmp(name, address) == 0)
		return g_strdup(address);
	bool is_plain = strpbrk(name, "()<>[]:;@\\,.\"") == NULL;
	GString *out = g_string_new(is_plain ? "" : "\"");

	for (const char *p = name; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, g_ascii_iscntrl(*p) && !keeps_control ? ' ' : *p);
	}
	g_string_append_printf(out, "%s <%s>", is_plain ? "" : "\"", address);
	return g_string_free(out, FALSE);
}

char *
mailbox_text(const char *name, const char *address)
{
	return put_together(name, address, false);
}

char *
mailbox_text_as_came(const char *name, const char *address)
{
	return put_together(name, address, true);
}
