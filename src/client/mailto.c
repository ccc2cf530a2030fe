/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailto: URLs (RFC 6068). Only to, cc, subject, body and in-reply-to are obeyed: a web page must not
 * attach files or set senders. */
#include "client/mailto.h"

#include "base/error.h"

#include <stdbool.h>
#include <string.h>

/* Percent-decode; NULL for a bad escape, a NUL, or a CR or LF where a header would take it. */
static char *
decode(const char *text, gssize len, bool is_body, GError **error)
{
	char *copy = g_strndup(text, len < 0 ? strlen(text) : (gsize)len);
	char *plain = g_uri_unescape_string(copy, NULL);

	g_free(copy);
	if (plain != NULL && (is_body || strpbrk(plain, "\r\n") == NULL) &&
	    g_utf8_validate(plain, -1, NULL))
		return plain;
	g_free(plain);
	g_set_error(error, PF_ERROR, PF_ERROR_DATA,
	    "this mailto: address hides a line break or is badly encoded; nothing was taken of it");
	return NULL;
}

/* Bytes of the first address of a list: up to a comma outside of a quoted string (RFC 5322 3.4). */
static size_t
address_length(const char *list)
{
	bool is_quoted = false;
	size_t n = 0;

	for (; list[n] != '\0' && (is_quoted || list[n] != ','); n++) {
		if (list[n] == '"')
			is_quoted = !is_quoted;
		else if (list[n] == '\\' && is_quoted && list[n + 1] != '\0')
			n++;
	}
	return n;
}

static void
add_addresses(json_t *draft, const char *field, const char *list)
{
	json_t *array = json_object_get(draft, field);

	if (array == NULL) {
		array = json_array();
		json_object_set_new(draft, field, array);
	}
	while (*list != '\0') {
		size_t n = address_length(list);
		char *one = g_strstrip(g_strndup(list, n));

		if (one[0] != '\0')
			json_array_append_new(array, json_string(one));
		g_free(one);
		list += n + (list[n] == ',');
	}
}

static bool
is_name(const char *name, size_t len, const char *wanted)
{
	return strlen(wanted) == len && g_ascii_strncasecmp(name, wanted, len) == 0;
}

/* One name=value of the query. */
static bool
take_field(json_t *draft, const char *pair, GString *ignored, GError **error)
{
	const char *equals = strchr(pair, '=');
	size_t len = equals != NULL ? (size_t)(equals - pair) : strlen(pair);
	bool is_body = is_name(pair, len, "body");
	char *value;

	if (!is_body && !is_name(pair, len, "to") && !is_name(pair, len, "cc") &&
	    !is_name(pair, len, "subject") && !is_name(pair, len, "in-reply-to")) {
		g_string_append_printf(ignored, "%s%.*s", ignored->len > 0 ? ", " : "", (int)len,
		    pair);
		return true;
	}
	value = decode(equals != NULL ? equals + 1 : "", -1, is_body, error);
	if (value == NULL)
		return false;
	if (is_name(pair, len, "to") || is_name(pair, len, "cc"))
		add_addresses(draft, is_name(pair, len, "to") ? "to" : "cc", value);
	else
		json_object_set_new(draft, is_body ? "body"
			: is_name(pair, len, "subject")	   ? "subject"
							   : "in_reply_to",
		    json_string(value));
	g_free(value);
	return true;
}

json_t *
mailto_draft(const char *url, char **ignored_out, GError **error)
{
	const char *rest = url + strlen("mailto:");
	const char *query = strchr(rest, '?');
	char *to = decode(rest, query != NULL ? query - rest : -1, false, error);
	char **pairs = g_strsplit(query != NULL ? query + 1 : "", "&", -1);
	GString *ignored = g_string_new(NULL);
	json_t *draft = json_object();
	bool ok = to != NULL;

	if (ok)
		add_addresses(draft, "to", to);
	for (char **p = pairs; ok && *p != NULL; p++)
		if (**p != '\0')
			ok = take_field(draft, *p, ignored, error);
	g_strfreev(pairs);
	g_free(to);
	*ignored_out = ok && ignored->len > 0 ? g_strdup(ignored->str) : NULL;
	g_string_free(ignored, TRUE);
	if (ok)
		return draft;
	json_decref(draft);
	return NULL;
}
