/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_match.c - compares the client's address with what the DNS says of a name. */
#include "auth/spf_match.h"

#include "auth/domain.h"
#include "base/limits.h"

#include <string.h>
#include <sys/socket.h>

void
spf_check_say(struct spf_check *check, char *problem)
{
	g_free(check->spf->problem);
	check->spf->problem = problem;
}

static bool
is_queryable(const char *name)
{
	size_t label = 0;

	for (const char *p = name; *p != '\0'; p++) {
		if (*p < 0x20 || *p > 0x7e || *p == '\\')
			return false;
		label = *p == '.' ? 0 : label + 1;
		if (label > 63 || (*p == '.' && (p == name || p[-1] == '.')))
			return false;
	}
	return name[0] != '\0' && strlen(name) <= 253;
}

const struct dns_answer *
spf_check_ask(struct spf_check *check, const char *name, enum dns_type type)
{
	char *lower = g_ascii_strdown(name, -1);
	const struct dns_answer *answer =
	    is_queryable(lower) ? dns_ask(check->dns, lower, type) : NULL;

	g_free(lower);
	return answer;
}

/* Section 4.6.4: no more than two questions may come back empty. */
static enum spf_match
note_void(struct spf_check *check, const struct dns_answer *answer)
{
	if (answer != NULL && answer->status == DNS_OK)
		return SPF_MATCH_NO;
	if (answer != NULL && dns_is_temporary(answer->status)) {
		spf_check_say(check, g_strdup("the DNS gave no answer"));
		return SPF_MATCH_TEMPERROR;
	}
	if (++check->spf->void_lookups <= LIMIT_SPF_VOID)
		return SPF_MATCH_NO;
	spf_check_say(check, g_strdup("more than two look-ups find nothing"));
	return SPF_MATCH_PERMERROR;
}

static bool
holds_address(const struct spf_check *check, const struct dns_answer *answer,
    const struct spf_term *term)
{
	bool is_4 = check->address.family == AF_INET;

	for (guint i = 0; answer != NULL && i < answer->strings->len; i++) {
		struct spf_address one;
		if (spf_address_parse(g_ptr_array_index(answer->strings, i), &one) &&
		    one.family == check->address.family &&
		    spf_address_has_prefix(&check->address, one.bytes,
			term == NULL ? (is_4 ? 32 : 128)
			: is_4	     ? term->cidr4
				     : term->cidr6))
			return true;
	}
	return false;
}

static enum dns_type
address_type(const struct spf_check *check)
{
	return check->address.family == AF_INET ? DNS_A : DNS_AAAA;
}

enum spf_match
spf_match_a(struct spf_check *check, const struct spf_term *term, const char *name)
{
	const struct dns_answer *answer = spf_check_ask(check, name, address_type(check));
	enum spf_match trouble = note_void(check, answer);

	if (trouble != SPF_MATCH_NO)
		return trouble;
	return holds_address(check, answer, term) ? SPF_MATCH_YES : SPF_MATCH_NO;
}

enum spf_match
spf_match_mx(struct spf_check *check, const struct spf_term *term, const char *name)
{
	const struct dns_answer *answer = spf_check_ask(check, name, DNS_MX);
	enum spf_match trouble = note_void(check, answer);

	if (trouble != SPF_MATCH_NO || answer == NULL)
		return trouble;
	if (answer->strings->len > LIMIT_SPF_NAMES) {
		spf_check_say(
		    check, g_strdup_printf("%s has more than ten MX records", name));
		return SPF_MATCH_PERMERROR;
	}
	for (guint i = 0; i < answer->strings->len; i++) {
		const char *host = strchr(g_ptr_array_index(answer->strings, i), ' ');
		if (host != NULL && is_queryable(host + 1))
			dns_prefetch(check->dns, host + 1, address_type(check));
	}
	for (guint i = 0; i < answer->strings->len; i++) {
		const char *host = strchr(g_ptr_array_index(answer->strings, i), ' ');
		if (host == NULL || host[1] == '\0')
			continue; /* null MX, RFC 7505 */
		enum spf_match match = spf_match_a(check, term, host + 1);
		if (match != SPF_MATCH_NO)
			return match;
	}
	return SPF_MATCH_NO;
}

/* The names of the client's address that lead back to it (section 5.5); NULL when the DNS
 * has none. Owned. */
static GPtrArray *
validated_names(struct spf_check *check)
{
	char *reverse = spf_address_reverse(&check->address);
	const struct dns_answer *answer = spf_check_ask(check, reverse, DNS_PTR);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	g_free(reverse);
	for (guint i = 0;
	     answer != NULL && i < answer->strings->len && i < LIMIT_SPF_NAMES; i++) {
		const char *name = g_ptr_array_index(answer->strings, i);
		if (holds_address(
			check, spf_check_ask(check, name, address_type(check)), NULL))
			g_ptr_array_add(names, g_ascii_strdown(name, -1));
	}
	return names;
}

enum spf_match
spf_match_ptr(struct spf_check *check, const char *target)
{
	GPtrArray *names = validated_names(check);
	char *lower = g_ascii_strdown(target, -1);
	enum spf_match match = SPF_MATCH_NO;

	for (guint i = 0; i < names->len; i++)
		if (domain_is_within(g_ptr_array_index(names, i), lower))
			match = SPF_MATCH_YES;
	g_free(lower);
	g_ptr_array_unref(names);
	return match;
}

/* The domain itself, else a name below it, else any (section 7.3). */
char *
spf_validated_name(void *state, const char *domain)
{
	struct spf_check *check = state;
	GPtrArray *names = validated_names(check);
	char *lower = g_ascii_strdown(domain, -1);
	const char *best = NULL;

	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		if (best == NULL || strcmp(name, lower) == 0 ||
		    (domain_is_within(name, lower) && strcmp(best, lower) != 0 &&
			!domain_is_within(best, lower)))
			best = name;
	}
	char *out = g_strdup(best == NULL ? "unknown" : best);
	g_free(lower);
	g_ptr_array_unref(names);
	return out;
}

enum spf_match
spf_match_exists(struct spf_check *check, const char *name)
{
	const struct dns_answer *answer = spf_check_ask(check, name, DNS_A);
	enum spf_match trouble = note_void(check, answer);

	if (trouble != SPF_MATCH_NO)
		return trouble;
	return answer != NULL && answer->status == DNS_OK ? SPF_MATCH_YES : SPF_MATCH_NO;
}
