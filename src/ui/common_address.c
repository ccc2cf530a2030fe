/* SPDX-License-Identifier: GPL-3.0-or-later */
/* common_address.c - names and addresses as the helpers tell them. */
#include "ui/common.h"

#include <string.h>

/* The "<" of the first mailbox: what stands in a quoted string or in a comment is no address (RFC 5322, 3.2.2 and
 * 3.2.4), and of several the last is it, since a name may have brought in the others. NULL for none; where a quote or a
 * comment is left open, the last one. */
static const char *
find_angle(const char *text)
{
	const char *found = NULL;
	bool in_quotes = false;
	int depth = 0; /* of comments */
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '"' && depth == 0)
			in_quotes = !in_quotes;
		else if (*p == '(' && !in_quotes)
			depth++;
		else if (*p == ')' && !in_quotes && depth > 0)
			depth--;
		else if (*p == '<' && !in_quotes && depth == 0)
			found = p;
		else if (*p == ',' && !in_quotes && depth == 0 && found != NULL)
			return found;
	}
	return in_quotes || depth > 0 ? strrchr(text, '<') : found;
}

/* An address without the comment behind it. Owned. */
static char *
bare_address(const char *text)
{
	const char *comment = strchr(text, '(');
	bool is_behind = comment != NULL && comment > text && g_str_has_suffix(text, ")") && strchr(text, '"') == NULL;
	return g_strstrip(is_behind ? g_strndup(text, (size_t)(comment - text)) : g_strdup(text));
}

void
common_address(const json_t *value, char **name_out, char **address_out)
{
	if (json_is_array(value))
		value = json_array_get(value, 0);
	if (json_is_object(value)) {
		const char *name = jsonl_string(value, "name");
		const char *address = jsonl_string(value, "address");
		*name_out = g_strdup(name != NULL ? name : "");
		*address_out = g_strdup(address != NULL ? address : "");
		return;
	}
	const char *text = json_is_string(value) ? json_string_value(value) : "";
	const char *open = find_angle(text);
	const char *close = open != NULL ? strchr(open, '>') : NULL;
	if (close == NULL) {
		*name_out = g_strdup("");
		*address_out = bare_address(text);
		return;
	}
	*name_out = g_strstrip(g_strndup(text, (size_t)(open - text)));
	*address_out = g_strndup(open + 1, (size_t)(close - open - 1));
}

static void
add_address(GString *out, const json_t *value)
{
	char *name, *address;
	common_address(value, &name, &address);
	if (*name != '\0' || *address != '\0') {
		if (out->len > 0)
			g_string_append(out, ", ");
		if (*name != '\0' && *address != '\0')
			g_string_append_printf(out, "%s <%s>", name, address);
		else
			g_string_append(out, *name != '\0' ? name : address);
	}
	g_free(name);
	g_free(address);
}

char *
common_addresses(const json_t *value)
{
	GString *out = g_string_new(NULL);
	size_t i;
	json_t *item;
	if (!json_is_array(value)) {
		add_address(out, value);
	} else {
		json_array_foreach(value, i, item)
		{
			add_address(out, item);
		}
	}
	return g_string_free(out, FALSE);
}
