/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dmarc.c - RFC 9989: the organizational domain comes from a walk up the DNS tree
 * (section 4.10), no longer from a list of public suffixes. */
#include "auth/dmarc.h"

#include "auth/domain.h"

#include <string.h>

enum { WALK_LABELS = 7, WALK_MAX = 8, TAGS_PER_RECORD = 40, URIS_PER_TAG = 20 };

/* What a walk from one name found. */
struct walk {
	GPtrArray *records; /* struct dmarc_record, longest name first */
	bool is_temporary;
	bool is_first_temporary; /* at the name itself */
};

static char *
trimmed(const char *from, size_t len)
{
	return g_strstrip(g_strndup(from, len));
}

/* dmarc-version of section 4.8: "DMARC1" in this very case. */
static bool
is_dmarc(const char *text)
{
	const char *p = text;

	if (*p != 'v' && *p != 'V')
		return false;
	for (p++; *p == ' ' || *p == '\t'; p++)
		;
	if (*p != '=')
		return false;
	for (p++; *p == ' ' || *p == '\t'; p++)
		;
	if (strncmp(p, "DMARC1", 6) != 0)
		return false;
	for (p += 6; *p == ' ' || *p == '\t'; p++)
		;
	return *p == '\0' || *p == ';';
}

static void
set_policy(struct dmarc_record *record, enum dmarc_policy *out, const char *value)
{
	if (g_ascii_strcasecmp(value, "none") == 0)
		*out = DMARC_NONE;
	else if (g_ascii_strcasecmp(value, "quarantine") == 0)
		*out = DMARC_QUARANTINE;
	else if (g_ascii_strcasecmp(value, "reject") == 0)
		*out = DMARC_REJECT;
	else
		record->is_p_bad = true;
}

/* A URI that reports can go to (RFC 3986 section 3, and RFC 6068 for the common one)? */
static bool
is_reporting_uri(const char *uri)
{
	size_t scheme = strspn(uri, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
	const char *rest = uri + scheme + 1, *at;

	if (scheme == 0 || !g_ascii_isalpha(uri[0]) || uri[scheme] != ':' || rest[0] == '\0' ||
	    strpbrk(rest, " \t<>\"") != NULL)
		return false;
	at = strchr(rest, '@');
	return g_ascii_strncasecmp(uri, "mailto:", 7) != 0 || (at != NULL && at > rest && at[1] != '\0');
}

/* Of rua=: is one of them such a URI? */
static bool
has_reporting_uri(const char *value)
{
	char **uris = g_strsplit(value, ",", URIS_PER_TAG);
	bool is_found = false;

	for (size_t i = 0; uris[i] != NULL; i++)
		is_found = is_found || is_reporting_uri(g_strstrip(uris[i]));
	g_strfreev(uris);
	return is_found;
}

static void
set_tag(struct dmarc_record *record, const char *name, const char *value)
{
	if (g_ascii_strcasecmp(name, "p") == 0)
		set_policy(record, &record->p, value);
	else if (g_ascii_strcasecmp(name, "sp") == 0)
		set_policy(record, &record->sp, value);
	else if (g_ascii_strcasecmp(name, "np") == 0)
		set_policy(record, &record->np, value);
	else if (g_ascii_strcasecmp(name, "adkim") == 0)
		record->is_strict_dkim = g_ascii_strcasecmp(value, "s") == 0;
	else if (g_ascii_strcasecmp(name, "aspf") == 0)
		record->is_strict_spf = g_ascii_strcasecmp(value, "s") == 0;
	else if (g_ascii_strcasecmp(name, "psd") == 0)
		record->psd = g_ascii_strcasecmp(value, "y") == 0   ? 'y'
			      : g_ascii_strcasecmp(value, "n") == 0 ? 'n'
								    : 'u';
	else if (g_ascii_strcasecmp(name, "t") == 0)
		record->is_testing = g_ascii_strcasecmp(value, "y") == 0;
	else if (g_ascii_strcasecmp(name, "rua") == 0)
		record->has_rua = has_reporting_uri(value);
}

struct dmarc_record *
dmarc_record_new(const char *text, const char *domain)
{
	if (!is_dmarc(text))
		return NULL;
	struct dmarc_record *record = g_new0(struct dmarc_record, 1);
	record->text = g_strdup(text);
	record->domain = g_strdup(domain);
	record->p = record->sp = record->np = DMARC_ABSENT;
	record->psd = 'u';
	char **tags = g_strsplit(text, ";", TAGS_PER_RECORD);
	for (size_t i = 1; tags[i] != NULL; i++) {
		const char *equals = strchr(tags[i], '=');
		if (equals == NULL)
			continue; /* section 4.7: what is not understood is passed over */
		char *name = trimmed(tags[i], (size_t)(equals - tags[i]));
		char *value = trimmed(equals + 1, strlen(equals + 1));
		set_tag(record, name, value);
		g_free(name);
		g_free(value);
	}
	g_strfreev(tags);
	return record;
}

void
dmarc_record_free(struct dmarc_record *record)
{
	if (record == NULL)
		return;
	g_free(record->text);
	g_free(record->domain);
	g_free(record);
}

static void
record_destroy(gpointer record)
{
	dmarc_record_free(record);
}

/* The record at _dmarc.NAME: exactly one valid one, else none (section 4.10, steps 2 and
 * 6). */
static struct dmarc_record *
record_at(const char *name, struct dns_session *dns, bool *is_temporary)
{
	char *full = g_strconcat("_dmarc.", name, NULL);
	const struct dns_answer *answer = dns_ask(dns, full, DNS_TXT);
	struct dmarc_record *found = NULL;
	unsigned n = 0;

	g_free(full);
	*is_temporary = dns_is_temporary(answer->status);
	for (guint i = 0; i < answer->strings->len; i++) {
		struct dmarc_record *one =
		    dmarc_record_new(g_ptr_array_index(answer->strings, i), name);
		if (one == NULL)
			continue;
		n++;
		dmarc_record_free(found);
		found = one;
	}
	if (n > 1)
		g_clear_pointer(&found, dmarc_record_free);
	return found;
}

/* The next name of a walk: after a name of more than seven labels, its last seven. */
static const char *
next_name(const char *name)
{
	size_t labels = domain_labels(name);
	const char *next = domain_parent(name);

	while (labels > WALK_LABELS + 1 && next != NULL) {
		next = domain_parent(next);
		labels--;
	}
	return next;
}

static void
note(GPtrArray *walk, const char *name, const struct dmarc_record *record,
    bool is_temporary)
{
	if (walk != NULL)
		g_ptr_array_add(walk, g_strdup_printf("_dmarc.%s: %s", name,
					  record != NULL ? record->text
					  : is_temporary ? "no answer"
							 : "none"));
}

static void
walk_init(struct walk *walk, const char *name, struct dns_session *dns, GPtrArray *notes)
{
	unsigned n = 0;

	*walk = (struct walk){.records = g_ptr_array_new_with_free_func(record_destroy)};
	for (const char *at = name; at != NULL && n < WALK_MAX; at = next_name(at), n++) {
		bool is_temporary;
		struct dmarc_record *record = record_at(at, dns, &is_temporary);
		note(notes, at, record, is_temporary);
		walk->is_temporary = walk->is_temporary || is_temporary;
		walk->is_first_temporary =
		    walk->is_first_temporary || (is_temporary && at == name);
		if (record == NULL)
			continue;
		g_ptr_array_add(walk->records, record);
		if (record->psd != 'u')
			break;
	}
}

/* The organizational domain (section 4.10.2). Owned. */
static char *
org_of(const struct walk *walk, const char *name)
{
	for (guint i = 0; i < walk->records->len; i++) {
		const struct dmarc_record *record = g_ptr_array_index(walk->records, i);
		if (record->psd == 'n')
			return g_strdup(record->domain);
		if (record->psd == 'y' && strcmp(record->domain, name) != 0) {
			const char *below = name;
			while (domain_labels(below) > domain_labels(record->domain) + 1)
				below = domain_parent(below);
			return g_strdup(below);
		}
	}
	if (walk->records->len == 0)
		return g_strdup(name);
	const struct dmarc_record *last =
	    g_ptr_array_index(walk->records, walk->records->len - 1);
	return g_strdup(last->domain);
}

/* The record for the author: its own, else the organizational domain's, else the PSD's.
 */
static struct dmarc_record *
pick_record(struct walk *walk, const char *author, const char *org)
{
	guint pick = 0;

	if (walk->records->len == 0)
		return NULL;
	const struct dmarc_record *first = g_ptr_array_index(walk->records, 0);
	if (strcmp(first->domain, author) != 0) {
		pick = walk->records->len - 1;
		for (guint i = 0; i < walk->records->len; i++) {
			const struct dmarc_record *record =
			    g_ptr_array_index(walk->records, i);
			if (strcmp(record->domain, org) == 0)
				pick = i;
		}
	}
	return g_ptr_array_steal_index(walk->records, pick);
}

/* Appendix A.4: a name that does not exist has no records of any kind; asking for one is
 * enough. */
static bool
is_missing(const char *name, struct dns_session *dns)
{
	return dns_ask(dns, name, DNS_A)->status == DNS_NXDOMAIN;
}

static enum dmarc_policy
stated_policy(
    const struct dmarc_record *record, const char *author, struct dns_session *dns)
{
	if (strcmp(record->domain, author) == 0)
		return record->p;
	if (record->np != DMARC_ABSENT && is_missing(author, dns))
		return record->np;
	return record->sp != DMARC_ABSENT ? record->sp : record->p;
}

/* t=y: one step milder (section 4.7). */
static enum dmarc_policy
with_testing(const struct dmarc_record *record, enum dmarc_policy policy)
{
	if (!record->is_testing)
		return policy;
	return policy == DMARC_REJECT ? DMARC_QUARANTINE : DMARC_NONE;
}

/* A record without a valid p=, or with an sp= or np= that is not understood, counts as one of p=none alone when it
 * wants reports, else not at all (section 4.10.1). */
static bool
is_whole(const struct dmarc_record *record)
{
	return !record->is_p_bad && record->p != DMARC_ABSENT;
}

struct dmarc *
dmarc_new(const char *author, struct dns_session *dns)
{
	struct dmarc *dmarc = g_new0(struct dmarc, 1);
	struct walk walk;

	dmarc->author = g_strdup(author);
	dmarc->walk = g_ptr_array_new_with_free_func(g_free);
	dmarc->policy = DMARC_ABSENT;
	walk_init(&walk, author, dns, dmarc->walk);
	dmarc->org = org_of(&walk, author);
	dmarc->record = pick_record(&walk, author, dmarc->org);
	/* a policy at the author's own name stands, whatever failed above it */
	dmarc->is_temporary =
	    walk.is_temporary && (dmarc->record == NULL || walk.is_first_temporary ||
				     strcmp(dmarc->record->domain, author) != 0);
	g_ptr_array_unref(walk.records);
	if (dmarc->record != NULL && !is_whole(dmarc->record) && !dmarc->record->has_rua)
		g_clear_pointer(&dmarc->record, dmarc_record_free);
	if (dmarc->record != NULL)
		dmarc->policy = is_whole(dmarc->record)
				    ? with_testing(dmarc->record, stated_policy(dmarc->record, author, dns))
				    : DMARC_NONE;
	return dmarc;
}

void
dmarc_free(struct dmarc *dmarc)
{
	if (dmarc == NULL)
		return;
	g_free(dmarc->author);
	g_free(dmarc->org);
	dmarc_record_free(dmarc->record);
	g_ptr_array_unref(dmarc->walk);
	g_free(dmarc);
}

void
dmarc_prefetch(const char *author, struct dns_session *dns)
{
	unsigned n = 0;

	for (const char *at = author; at != NULL && n < WALK_MAX;
	     at = next_name(at), n++) {
		char *name = g_strconcat("_dmarc.", at, NULL);
		dns_prefetch(dns, name, DNS_TXT);
		g_free(name);
	}
}

/* Could the two have one organizational domain, as far as the names go? */
static bool
share_two_labels(const char *a, const char *b)
{
	while (domain_labels(a) > 2)
		a = domain_parent(a);
	return domain_is_within(b, a);
}

enum dkim_alignment
dmarc_align(const struct dmarc *dmarc, const char *domain, struct dns_session *dns)
{
	struct walk walk;

	if (strcmp(domain, dmarc->author) == 0)
		return DKIM_ALIGNED_STRICT;
	/* only names at or below the organizational domain can have the same one */
	if (!domain_is_within(domain, dmarc->org))
		return dmarc->is_temporary && share_two_labels(dmarc->author, domain)
			   ? DKIM_ALIGNED_UNKNOWN
			   : DKIM_ALIGNED_NO;
	walk_init(&walk, domain, dns, NULL);
	char *org = org_of(&walk, domain);
	bool is_same = strcmp(org, dmarc->org) == 0;
	bool is_unknown = (walk.is_temporary && !is_same) || dmarc->is_temporary;
	g_free(org);
	g_ptr_array_unref(walk.records);
	return is_unknown ? DKIM_ALIGNED_UNKNOWN
	       : is_same  ? DKIM_ALIGNED_RELAXED
			  : DKIM_ALIGNED_NO;
}

bool
dmarc_is_aligned(const struct dmarc *dmarc, enum dkim_alignment alignment, bool is_spf)
{
	bool is_strict =
	    dmarc->record != NULL &&
	    (is_spf ? dmarc->record->is_strict_spf : dmarc->record->is_strict_dkim);

	return alignment == DKIM_ALIGNED_STRICT ||
	       (alignment == DKIM_ALIGNED_RELAXED && !is_strict);
}

const char *
dmarc_policy_name(enum dmarc_policy policy)
{
	static const char *const names[] = {"none", "quarantine", "reject", NULL};

	return names[policy];
}
