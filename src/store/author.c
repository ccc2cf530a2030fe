/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A linear scan for the first mailbox: quotes are respected, nothing else is parsed. */
#include "store/author.h"

#include <stdbool.h>
#include <string.h>

/* The ends of the first mailbox's name and of its address within from. */
struct mailbox {
	const char *name, *name_end, *address, *address_end;
};

/* The first of these characters outside double quotes, or the end. */
static const char *
find_outside_quotes(const char *p, const char *wanted)
{
	bool is_quoted = false;

	for (; *p != '\0'; p++) {
		if (*p == '\\' && is_quoted && p[1] != '\0')
			p++;
		else if (*p == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && strchr(wanted, *p) != NULL)
			break;
	}
	return p;
}

/* Of several in brackets the last is the address: what an encoded word has brought in stands before it. */
static struct mailbox
first_mailbox(const char *from)
{
	const char *p = find_outside_quotes(from, "<,");
	struct mailbox m = { from, from, from, p };

	for (; *p == '<'; p = find_outside_quotes(m.address_end, "<,")) {
		m.name_end = p;
		m.address_end = find_outside_quotes(p, ">");
		for (m.address = p; *p == '<'; p = find_outside_quotes(p + 1, "<>"))
			m.address = p + 1; /* "<<a@b>>": the innermost, as where it is shown */
	}
	return m;
}

/* Without the quotes around it and the backslashes inside. */
static char *
unquoted(const char *start, const char *end)
{
	GString *out = g_string_new(NULL);
	char *valid;

	for (const char *p = start; p < end; p++) {
		if (*p == '"')
			continue;
		if (*p == '\\' && p + 1 < end)
			p++;
		g_string_append_c(out, *p);
	}
	valid = g_utf8_make_valid(g_strstrip(out->str), -1);
	g_string_free(out, TRUE);
	return valid;
}

char *
author_address(const char *from)
{
	struct mailbox m = first_mailbox(from != NULL ? from : "");
	char *raw = g_strndup(m.address, (gsize)(m.address_end - m.address));
	char *out = g_utf8_make_valid(g_strstrip(raw), -1);

	g_free(raw);
	return out;
}

char *
author_display(const char *from)
{
	struct mailbox m = first_mailbox(from != NULL ? from : "");
	char *name = unquoted(m.name, m.name_end);

	if (name[0] != '\0')
		return name;
	g_free(name);
	return author_address(from);
}

char *
author_domain(const char *from)
{
	char *address = author_address(from);
	const char *at = strrchr(address, '@');
	char *out = g_utf8_strdown(at != NULL ? at + 1 : "", -1);

	/* what cannot be a host name is not shown beside a verdict */
	for (const char *p = out; *p != '\0'; p++)
		if ((guchar)*p < 0x80 && !g_ascii_isalnum(*p) && strchr(".-_[]:", *p) == NULL) {
			out[0] = '\0';
			break;
		}
	g_free(address);
	return out;
}
