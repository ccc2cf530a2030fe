/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf.c - check_host() of RFC 7208 section 4. An include is a frame on a small stack,
 * which the limit of ten look-ups bounds; redirect takes the place of the frame it stands
 * in. */
#include "auth/spf.h"

#include "auth/domain.h"
#include "auth/spf_address.h"
#include "auth/spf_macro.h"
#include "auth/spf_record.h"
#include "base/limits.h"

#include <string.h>
#include <sys/socket.h>

struct frame {
	char *domain;
	struct spf_record *record;
	guint next;	/* term to be looked at */
	char qualifier; /* of the include that led here; 0 for the first */
};

struct check {
	struct spf *spf;
	struct dns_session *dns;
	struct spf_address address;
	struct spf_macros macros;
	GArray *stack; /* struct frame */
};

enum match { MATCH_NO, MATCH_YES, MATCH_TEMPERROR, MATCH_PERMERROR };

static struct frame *
top(const struct check *check)
{
	return &g_array_index(check->stack, struct frame, check->stack->len - 1);
}

static void
frame_fini(struct frame *frame)
{
	g_free(frame->domain);
	spf_record_free(frame->record);
}

static void
say(struct check *check, char *problem)
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

/* Ask; NULL where no question can be made of the name, which then does not exist. */
static const struct dns_answer *
ask(struct check *check, const char *name, enum dns_type type)
{
	char *lower = g_ascii_strdown(name, -1);
	const struct dns_answer *answer =
	    is_queryable(lower) ? dns_ask(check->dns, lower, type) : NULL;

	g_free(lower);
	return answer;
}

/* Section 4.6.4: no more than two questions may come back empty. */
static enum match
note_void(struct check *check, const struct dns_answer *answer)
{
	if (answer != NULL && answer->status == DNS_OK)
		return MATCH_NO;
	if (answer != NULL && dns_is_temporary(answer->status)) {
		say(check, g_strdup("the DNS gave no answer"));
		return MATCH_TEMPERROR;
	}
	if (++check->spf->void_lookups <= LIMIT_SPF_VOID)
		return MATCH_NO;
	say(check, g_strdup("more than two look-ups find nothing"));
	return MATCH_PERMERROR;
}

static bool
count_lookup(struct check *check)
{
	if (++check->spf->lookups <= LIMIT_SPF_LOOKUPS)
		return true;
	say(check, g_strdup("more than ten terms ask the DNS"));
	return false;
}

static bool
holds_address(const struct check *check, const struct dns_answer *answer,
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
address_type(const struct check *check)
{
	return check->address.family == AF_INET ? DNS_A : DNS_AAAA;
}

static enum match
match_a(struct check *check, const struct spf_term *term, const char *name)
{
	const struct dns_answer *answer = ask(check, name, address_type(check));
	enum match trouble = note_void(check, answer);

	if (trouble != MATCH_NO)
		return trouble;
	return holds_address(check, answer, term) ? MATCH_YES : MATCH_NO;
}

static enum match
match_mx(struct check *check, const struct spf_term *term, const char *name)
{
	const struct dns_answer *answer = ask(check, name, DNS_MX);
	enum match trouble = note_void(check, answer);

	if (trouble != MATCH_NO || answer == NULL)
		return trouble;
	if (answer->strings->len > LIMIT_SPF_NAMES) {
		say(check, g_strdup_printf("%s has more than ten MX records", name));
		return MATCH_PERMERROR;
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
		enum match match = match_a(check, term, host + 1);
		if (match != MATCH_NO)
			return match;
	}
	return MATCH_NO;
}

/* The names of the client's address that lead back to it (section 5.5); NULL when the DNS
 * has none. Owned. */
static GPtrArray *
validated_names(struct check *check)
{
	char *reverse = spf_address_reverse(&check->address);
	const struct dns_answer *answer = ask(check, reverse, DNS_PTR);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	g_free(reverse);
	for (guint i = 0;
	     answer != NULL && i < answer->strings->len && i < LIMIT_SPF_NAMES; i++) {
		const char *name = g_ptr_array_index(answer->strings, i);
		if (holds_address(check, ask(check, name, address_type(check)), NULL))
			g_ptr_array_add(names, g_ascii_strdown(name, -1));
	}
	return names;
}

static enum match
match_ptr(struct check *check, const char *target)
{
	GPtrArray *names = validated_names(check);
	char *lower = g_ascii_strdown(target, -1);
	enum match match = MATCH_NO;

	for (guint i = 0; i < names->len; i++)
		if (domain_is_within(g_ptr_array_index(names, i), lower))
			match = MATCH_YES;
	g_free(lower);
	g_ptr_array_unref(names);
	return match;
}

/* %{p}: the domain itself, else a name below it, else any (section 7.3). */
static char *
validated_name(void *state, const char *domain)
{
	struct check *check = state;
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

static enum match
match_exists(struct check *check, const char *name)
{
	const struct dns_answer *answer = ask(check, name, DNS_A);
	enum match trouble = note_void(check, answer);

	if (trouble != MATCH_NO)
		return trouble;
	return answer != NULL && answer->status == DNS_OK ? MATCH_YES : MATCH_NO;
}

static enum match
match_network(const struct check *check, const struct spf_term *term)
{
	bool is_4 = term->mechanism == SPF_IP4;

	return check->address.family == (is_4 ? AF_INET : AF_INET6) &&
		       spf_address_has_prefix(&check->address, term->address,
			   is_4 ? term->cidr4 : term->cidr6)
		   ? MATCH_YES
		   : MATCH_NO;
}

static char *
target_of(struct check *check, const char *spec)
{
	check->macros.domain = top(check)->domain;
	return spec == NULL ? g_strdup(top(check)->domain)
			    : spf_macro_domain(spec, &check->macros);
}

/* Read the record of a domain and put it on the stack. Anything but SPF_PASS: why not. */
static enum spf_result
push(struct check *check, const char *domain, char qualifier)
{
	const struct dns_answer *answer = ask(check, domain, DNS_TXT);
	const char *found = NULL;
	unsigned n = 0;
	GError *error = NULL;

	if (answer != NULL && dns_is_temporary(answer->status)) {
		say(check, g_strdup_printf("no answer from the DNS for %s", domain));
		return SPF_TEMPERROR;
	}
	for (guint i = 0; answer != NULL && i < answer->strings->len; i++)
		if (spf_record_is(g_ptr_array_index(answer->strings, i))) {
			found = g_ptr_array_index(answer->strings, i);
			n++;
		}
	if (n == 0) {
		say(check, g_strdup_printf("%s has no SPF record", domain));
		return SPF_NONE;
	}
	if (n > 1) {
		say(check, g_strdup_printf("%s has several SPF records", domain));
		return SPF_PERMERROR;
	}
	struct frame frame = {.domain = g_ascii_strdown(domain, -1),
	    .record = spf_record_new(found, &error),
	    .qualifier = qualifier};
	g_ptr_array_add(check->spf->trail, g_strdup_printf("%s: %s", domain, found));
	if (check->spf->record == NULL)
		check->spf->record = g_strdup(found);
	if (frame.record == NULL) {
		say(check, g_strdup_printf("%s: %s", domain, error->message));
		g_error_free(error);
		frame_fini(&frame);
		return SPF_PERMERROR;
	}
	g_array_append_val(check->stack, frame);
	say(check, g_strdup(""));
	return SPF_PASS;
}

static enum spf_result
result_of(char qualifier)
{
	switch (qualifier) {
	case '-':
		return SPF_FAIL;
	case '~':
		return SPF_SOFTFAIL;
	case '?':
		return SPF_NEUTRAL;
	default:
		return SPF_PASS;
	}
}

static enum match
match_term(struct check *check, const struct spf_term *term)
{
	enum match match = MATCH_NO;

	if (term->mechanism == SPF_ALL)
		return MATCH_YES;
	if (term->mechanism == SPF_IP4 || term->mechanism == SPF_IP6)
		return match_network(check, term);
	if (!count_lookup(check))
		return MATCH_PERMERROR;
	char *target = target_of(check, term->spec);
	if (term->mechanism == SPF_A)
		match = match_a(check, term, target);
	else if (term->mechanism == SPF_MX)
		match = match_mx(check, term, target);
	else if (term->mechanism == SPF_PTR)
		match = match_ptr(check, target);
	else
		match = match_exists(check, target);
	g_free(target);
	return match;
}

/* Section 5.2: what cannot be included is a mistake of whoever includes it. False: *out
 * is the result of all. */
static bool
include(struct check *check, const struct spf_term *term, enum spf_result *out)
{
	*out = SPF_PERMERROR;
	if (!count_lookup(check))
		return false;
	char *target = target_of(check, term->spec);
	enum spf_result pushed = push(check, target, term->qualifier);
	g_free(target);
	if (pushed == SPF_PASS)
		return true;
	*out = pushed == SPF_TEMPERROR ? SPF_TEMPERROR : SPF_PERMERROR;
	return false;
}

/* Section 6.1. */
static bool
redirect(struct check *check, enum spf_result *out)
{
	*out = SPF_PERMERROR;
	if (!count_lookup(check))
		return false;
	char *target = target_of(check, top(check)->record->redirect);
	char qualifier = top(check)->qualifier;
	enum spf_result pushed = push(check, target, qualifier);
	g_free(target);
	if (pushed != SPF_PASS) {
		*out = pushed == SPF_TEMPERROR ? SPF_TEMPERROR : SPF_PERMERROR;
		return false;
	}
	/* the new frame takes the place of the old */
	guint old = check->stack->len - 2;
	frame_fini(&g_array_index(check->stack, struct frame, old));
	g_array_remove_index(check->stack, old);
	return true;
}

/* The topmost record gave a result: the end, or the answer to an include. False: *out is
 * the result of all. */
static bool
leave(struct check *check, enum spf_result result, enum spf_result *out)
{
	*out = result;
	while (check->stack->len > 1) {
		char qualifier = top(check)->qualifier;
		frame_fini(top(check));
		g_array_set_size(check->stack, check->stack->len - 1);
		if (*out != SPF_PASS)
			return true; /* the include does not match */
		*out = result_of(qualifier);
	}
	return false;
}

/* One term, or the end of a record. False: *out is the result of all. */
static bool
step(struct check *check, enum spf_result *out)
{
	struct frame *frame = top(check);

	if (frame->next == frame->record->terms->len) {
		if (frame->record->redirect != NULL)
			return redirect(check, out);
		return leave(check, SPF_NEUTRAL, out);
	}
	const struct spf_term *term =
	    g_ptr_array_index(frame->record->terms, frame->next++);
	if (term->mechanism == SPF_INCLUDE)
		return include(check, term, out);
	enum match match = match_term(check, term);
	if (match == MATCH_NO)
		return true;
	if (match != MATCH_YES) {
		*out = match == MATCH_TEMPERROR ? SPF_TEMPERROR : SPF_PERMERROR;
		return false;
	}
	g_free(check->spf->matched);
	check->spf->matched = g_strdup(term->text);
	return leave(check, result_of(term->qualifier), out);
}

static bool
is_ascii_text(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

/* Section 6.2: one TXT record in plain ASCII, else nothing. */
static void
explain(struct check *check)
{
	if (check->spf->result != SPF_FAIL || check->stack->len == 0)
		return;
	const struct frame *frame = &g_array_index(check->stack, struct frame, 0);
	if (frame->record->exp == NULL)
		return;
	check->macros.domain = frame->domain;
	char *name = spf_macro_domain(frame->record->exp, &check->macros);
	const struct dns_answer *answer = ask(check, name, DNS_TXT);
	g_free(name);
	if (answer == NULL || answer->status != DNS_OK || answer->strings->len != 1)
		return;
	const char *text = g_ptr_array_index(answer->strings, 0);
	if (!is_ascii_text(text) || !spf_macro_is_valid(text, strlen(text), false))
		return;
	g_free(check->spf->explanation);
	check->spf->explanation = spf_macro_expand(text, &check->macros);
}

static void
evaluate(struct check *check)
{
	struct spf *spf = check->spf;

	spf->result = push(check, spf->domain, 0);
	if (spf->result != SPF_PASS)
		return;
	while (step(check, &spf->result))
		;
	explain(check);
}

/* Section 4.3: a name of several labels. Owned; NULL. */
static char *
checkable_domain(const char *domain)
{
	char *name = domain_ascii(domain, -1);

	if (name != NULL && strchr(name, '.') == NULL)
		g_clear_pointer(&name, g_free);
	return name;
}

struct spf *
spf_new(const struct spf_query *query, struct dns_session *dns)
{
	struct spf *spf = g_new0(struct spf, 1);
	struct check check = {.spf = spf, .dns = dns};
	const char *at = strrchr(query->from, '@');
	const char *domain = at != NULL		      ? at + 1
			     : query->from[0] != '\0' ? query->from
						      : query->helo;
	char *local = at == NULL || at == query->from
			  ? g_strdup("postmaster")
			  : g_strndup(query->from, (gsize)(at - query->from));
	char *sender = g_strdup_printf("%s@%s", local, domain);

	spf->explanation = g_strdup("");
	spf->problem = g_strdup("");
	spf->matched = g_strdup("");
	spf->trail = g_ptr_array_new_with_free_func(g_free);
	spf->domain = checkable_domain(domain);
	check.stack = g_array_new(FALSE, FALSE, sizeof(struct frame));
	if (!spf_address_parse(query->ip, &check.address)) {
		say(&check, g_strdup_printf("%s is no IP address", query->ip));
	} else if (spf->domain == NULL) {
		say(&check, g_strdup_printf("\"%s\" is no domain to ask about", domain));
	} else {
		char *c = spf_address_text(&check.address),
		     *i = spf_address_dotted(&check.address);
		check.macros = (struct spf_macros){.sender = sender,
		    .local = local,
		    .o = domain,
		    .helo = query->helo,
		    .i = i,
		    .v = check.address.family == AF_INET ? "in-addr" : "ip6",
		    .c = c,
		    .r = query->receiver == NULL ? "unknown" : query->receiver,
		    .now = query->now,
		    .name_of = validated_name,
		    .state = &check};
		evaluate(&check);
		g_free(c);
		g_free(i);
	}
	for (guint i = 0; i < check.stack->len; i++)
		frame_fini(&g_array_index(check.stack, struct frame, i));
	g_array_unref(check.stack);
	g_free(local);
	g_free(sender);
	return spf;
}

void
spf_free(struct spf *spf)
{
	if (spf == NULL)
		return;
	g_free(spf->domain);
	g_free(spf->explanation);
	g_free(spf->problem);
	g_free(spf->matched);
	g_free(spf->record);
	g_ptr_array_unref(spf->trail);
	g_free(spf);
}

void
spf_prefetch(const char *domain, struct dns_session *dns)
{
	dns_prefetch(dns, domain, DNS_TXT);
}

const char *
spf_result_name(enum spf_result result)
{
	static const char *const names[] = {
	    "none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"};

	return names[result];
}
