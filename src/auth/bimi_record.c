/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bimi_record.c - the record's grammar and the walk from author to organization. */
#include "auth/bimi_record.h"

#include "auth/tags.h"
#include "base/error.h"

#include <string.h>

enum { SELECTOR_MAX = 63, URI_MAX = 2048 };

void
bimi_record_free(struct bimi_record *record)
{
	if (record == NULL)
		return;
	g_free(record->text);
	g_free(record->location);
	g_free(record->authority);
	g_free(record->lps);
	g_free(record);
}

/* A URI of the record: true with NULL for an empty one. */
static bool
take_uri(const struct tags *tags, const char *name, char **out, GError **error)
{
	const struct tag *tag = tags_find(tags, name);
	char *uri = tag == NULL ? NULL : g_strndup(tag->value, tag->value_len);
	bool is_ok = true;

	if (uri == NULL || uri[0] == '\0') {
		g_clear_pointer(&uri, g_free);
	} else if (g_ascii_strncasecmp(uri, "https://", 8) != 0 || uri[8] == '\0' ||
		   strlen(uri) > URI_MAX) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "%s= is not an https URI", name);
		g_clear_pointer(&uri, g_free);
		is_ok = false;
	} else {
		for (const char *p = uri; *p != '\0'; p++)
			is_ok = is_ok && *p > ' ' && *p < 0x7f;
		if (!is_ok) {
			g_set_error(error, PF_ERROR, PF_ERROR_DATA, "%s= holds characters that no URI has", name);
			g_clear_pointer(&uri, g_free);
		}
	}
	*out = uri;
	return is_ok;
}

static bool
is_value(const struct tag *tag, const char *word)
{
	return tag != NULL && tag->value_len == strlen(word) &&
	       g_ascii_strncasecmp(tag->value, word, tag->value_len) == 0;
}

static bool
fill(struct bimi_record *record, const struct tags *tags, GError **error)
{
	if (tags_find(tags, "l") == NULL) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_DATA, "l= is missing");
		return false;
	}
	if (!take_uri(tags, "l", &record->location, error) ||
	    !take_uri(tags, "a", &record->authority, error))
		return false;
	if (tags_find(tags, "avp") != NULL && !is_value(tags_find(tags, "avp"), "brand") &&
	    !is_value(tags_find(tags, "avp"), "personal")) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_DATA, "avp= is neither brand nor personal");
		return false;
	}
	record->lps = tags_packed(tags, "lps");
	record->is_personal = is_value(tags_find(tags, "avp"), "personal");
	record->is_declined = record->location == NULL && record->authority == NULL;
	return true;
}

/* Does it begin with v=BIMI1, the version in this very case? */
static bool
is_assertion(const char *text)
{
	const char *p = text;

	if (*p++ != 'v')
		return false;
	p += strspn(p, " \t");
	if (*p++ != '=')
		return false;
	p += strspn(p, " \t");
	if (strncmp(p, "BIMI1", 5) != 0)
		return false;
	p += 5 + strspn(p + 5, " \t");
	return *p == '\0' || *p == ';';
}

struct bimi_record *
bimi_record_new(const char *text, GError **error)
{
	struct bimi_record *record;
	struct tags tags;

	if (!is_assertion(text) || !tags_parse(text, strlen(text), &tags, error))
		return NULL;
	record = g_new0(struct bimi_record, 1);
	record->text = g_strdup(text);
	if (!fill(record, &tags, error))
		g_clear_pointer(&record, bimi_record_free);
	return record;
}

bool
bimi_is_selector(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > SELECTOR_MAX || text[0] == '.' || text[len - 1] == '.' ||
	    strstr(text, "..") != NULL)
		return false;
	for (const char *p = text; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && strchr("-_.", *p) == NULL)
			return false;
	return true;
}

/* ---- looking it up */

/* The one record under a name (section 7.2 steps 2 to 4). */
static enum bimi_found
ask(const char *name, struct dns_session *dns, struct bimi_record **out, char **problem)
{
	const struct dns_answer *answer = dns_ask(dns, name, DNS_TXT);
	const char *only = NULL;
	unsigned n = 0;
	GError *error = NULL;

	if (dns_is_temporary(answer->status))
		return BIMI_FOUND_NO_ANSWER;
	for (guint i = 0; i < answer->strings->len; i++)
		if (is_assertion(g_ptr_array_index(answer->strings, i))) {
			only = g_ptr_array_index(answer->strings, i);
			n++;
		}
	if (n > 1)
		*problem = g_strdup_printf("%s has more than one record", name);
	if (n != 1)
		return BIMI_FOUND_NONE;
	*out = bimi_record_new(only, &error);
	if (*out != NULL)
		return BIMI_FOUND;
	*problem = g_strdup_printf("the record at %s is wrong: %s", name, error->message);
	g_error_free(error);
	return BIMI_FOUND_BROKEN;
}

static bool
try_domain(struct bimi_place *place, const char *domain, struct dns_session *dns)
{
	char *name = g_strconcat(place->selector, "._bimi.", domain, NULL);

	g_clear_pointer(&place->problem, g_free);
	place->found = ask(name, dns, &place->record, &place->problem);
	g_free(name);
	if (place->found == BIMI_FOUND_NONE)
		return false;
	g_free(place->domain);
	place->domain = g_strdup(domain);
	return true;
}

/* The local part as a selector: cut at "+", runs of "_" and "." one "-", nothing but letters, digits
 * and hyphens. Owned; NULL when nothing is left. */
static char *
local_selector(const char *local_part)
{
	GString *out = g_string_new(NULL);

	for (const char *p = local_part; *p != '\0' && *p != '+'; p++) {
		if (g_ascii_isalnum(*p))
			g_string_append_c(out, g_ascii_tolower(*p));
		else if (*p == '-' || ((*p == '_' || *p == '.') && !g_str_has_suffix(out->str, "-")))
			g_string_append_c(out, '-');
	}
	g_strstrip(g_strdelimit(out->str, "-", ' '));
	char *selector = g_strdelimit(g_strdup(out->str), " ", '-');
	g_string_free(out, TRUE);
	if (selector[0] == '\0' || strlen(selector) > SELECTOR_MAX)
		g_clear_pointer(&selector, g_free);
	return selector;
}

/* Does one of the prefixes of lps= fit? An empty list fits all. */
static bool
wants_local_part(const char *lps, const char *selector)
{
	char **prefixes = g_strsplit(lps, ",", 64);
	bool is_wanted = lps[0] == '\0';

	for (size_t i = 0; prefixes[i] != NULL; i++)
		is_wanted = is_wanted || (prefixes[i][0] != '\0' &&
					     g_ascii_strncasecmp(selector, prefixes[i],
						 strlen(prefixes[i])) == 0);
	g_strfreev(prefixes);
	return is_wanted;
}

/* The record of the local part in place of the one that is there, if there is a good one. */
static void
follow_lps(struct bimi_place *place, const char *local_part, struct dns_session *dns)
{
	char *selector = local_selector(local_part);
	struct bimi_record *record = NULL;
	char *problem = NULL;

	if (selector != NULL && wants_local_part(place->record->lps, selector)) {
		char *name = g_strconcat(selector, "._bimi.", place->domain, NULL);
		(void)ask(name, dns, &record, &problem); /* none, or a wrong one: the first stays */
		g_free(name);
	}
	if (record != NULL) {
		bimi_record_free(place->record);
		place->record = record;
		g_free(place->selector);
		place->selector = g_steal_pointer(&selector);
	}
	g_free(problem);
	g_free(selector);
}

void
bimi_place_init(struct bimi_place *out, const char *author, const char *org, const char *selector,
    const char *local_part, struct dns_session *dns)
{
	*out = (struct bimi_place){.found = BIMI_FOUND_NONE};
	out->selector = g_strdup(selector == NULL ? "default" : selector);
	if (!try_domain(out, author, dns) && org != NULL && strcmp(org, author) != 0)
		(void)try_domain(out, org, dns);
	if (out->found == BIMI_FOUND && out->record->lps != NULL && local_part != NULL)
		follow_lps(out, local_part, dns);
}

void
bimi_place_fini(struct bimi_place *place)
{
	g_free(place->problem);
	g_free(place->domain);
	g_free(place->selector);
	bimi_record_free(place->record);
}
