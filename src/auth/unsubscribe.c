/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unsubscribe.c - the two fields of RFC 8058, and the signature over them. */
#include "auth/unsubscribe.h"

#include "auth/message.h"
#include "auth/verdict.h"
#include "base/jsonl.h"

#include <string.h>

enum { URL_MAX_BYTES = 4096 };

/* The first <URI> of the field that begins so; owned, without blanks; NULL. */
static char *
first_uri(const char *text, const char *scheme)
{
	for (const char *open = strchr(text, '<'); open != NULL; open = strchr(open, '<')) {
		const char *close = strchr(++open, '>');
		if (close == NULL)
			return NULL;
		open += strspn(open, " \t");
		if (g_ascii_strncasecmp(open, scheme, strlen(scheme)) != 0)
			continue;
		char *uri = g_strndup(open, (gsize)(close - open));
		char **parts = g_strsplit_set(uri, " \t", -1);
		g_free(uri);
		uri = g_strjoinv("", parts);
		g_strfreev(parts);
		if (strlen(uri) <= URL_MAX_BYTES)
			return uri;
		g_free(uri);
	}
	return NULL;
}

/* The one field of this name, unfolded; NULL for none or several. Owned. */
static char *
only_field(const struct message *message, const char *name)
{
	return message_count(message, name) == 1 ? message_text(message_nth(message, name, 0)) : NULL;
}

static bool
has_name(const json_t *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (g_strcmp0(json_string_value(json_array_get(list, i)), name) == 0)
			return true;
	return false;
}

/* d= of a signature that held, and covers both fields. Borrowed. */
static const char *
covering_domain(const json_t *verdict)
{
	const json_t *checks = json_object_get(verdict, "dkim"), *check;
	size_t i;

	json_array_foreach(checks, i, check)
	{
		const json_t *covered = json_object_get(check, "signed");
		if (g_strcmp0(jsonl_string(check, "result"), "pass") == 0 &&
		    has_name(covered, "list-unsubscribe") && has_name(covered, "list-unsubscribe-post"))
			return jsonl_string(check, "d");
	}
	return NULL;
}

static bool
is_trickery(const json_t *verdict)
{
	const char *word = jsonl_string(verdict, "verdict");

	return word == NULL || strcmp(word, verdict_kind_name(VERDICT_SUSPECT)) == 0 ||
	       strcmp(word, verdict_kind_name(VERDICT_FAIL)) == 0;
}

/* NULL where one click may be believed. */
static const char *
problem_of(const char *links, const char *post, const char *url, const json_t *verdict)
{
	if (links == NULL)
		return "the message does not say how to leave, or says it twice";
	if (post == NULL)
		return "the list offers no leaving with one click";
	if (g_ascii_strcasecmp(post, UNSUBSCRIBE_BODY) != 0 || url == NULL)
		return "the list's offer of leaving with one click is malformed";
	if (is_trickery(verdict))
		return "the message is suspect: whoever sent it should not hear from you";
	if (covering_domain(verdict) == NULL)
		return "no signature that holds covers the offer";
	return NULL;
}

void
unsubscribe_init(struct unsubscribe *out, const char *bytes, size_t len, const json_t *verdict)
{
	struct message *message = message_new(bytes, len);
	char *links = only_field(message, "list-unsubscribe");
	char *post = only_field(message, "list-unsubscribe-post");
	char *url = links == NULL ? NULL : first_uri(links, "https://");

	*out = (struct unsubscribe){0};
	out->mailto = links == NULL ? NULL : first_uri(links, "mailto:");
	out->reason = problem_of(links, post, url, verdict);
	if (out->reason == NULL) {
		out->url = g_steal_pointer(&url);
		out->domain = g_strdup(covering_domain(verdict));
	}
	g_free(url);
	g_free(post);
	g_free(links);
	message_free(message);
}

void
unsubscribe_fini(struct unsubscribe *offer)
{
	g_free(offer->url);
	g_free(offer->mailto);
	g_free(offer->domain);
}
