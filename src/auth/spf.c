/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf.c - check_host() of RFC 7208 section 4. An include is a frame on a small stack,
 * which the limit of ten look-ups bounds; redirect takes the place of the frame it stands
 * in. */
#include "auth/spf.h"

#include "auth/domain.h"
#include "auth/spf_match.h"
#include "base/limits.h"

#include <string.h>
#include <sys/socket.h>

/* Networks with shorter prefixes belong to nobody alone: a few houses have a /8, registries share out the /12. */
enum { OPEN_CIDR4 = 8, OPEN_CIDR6 = 16 };

struct frame {
	char *domain;
	struct spf_record *record;
	guint next;	/* term to be looked at */
	char qualifier; /* of the include that led here; 0 for the first */
};

static struct frame *
top(const struct spf_check *check)
{
	return &g_array_index(check->stack, struct frame, check->stack->len - 1);
}

static void
frame_fini(struct frame *frame)
{
	g_free(frame->domain);
	spf_record_free(frame->record);
}

static bool
count_lookup(struct spf_check *check)
{
	if (++check->spf->lookups <= LIMIT_SPF_LOOKUPS)
		return true;
	spf_check_say(check, g_strdup("more than ten terms ask the DNS"));
	return false;
}

static enum spf_match
match_network(const struct spf_check *check, const struct spf_term *term)
{
	bool is_4 = term->mechanism == SPF_IP4;

	return check->address.family == (is_4 ? AF_INET : AF_INET6) &&
		       spf_address_has_prefix(&check->address, term->address,
			   is_4 ? term->cidr4 : term->cidr6)
		   ? SPF_MATCH_YES
		   : SPF_MATCH_NO;
}

static char *
target_of(struct spf_check *check, const char *spec)
{
	check->macros.domain = top(check)->domain;
	return spec == NULL ? g_strdup(top(check)->domain)
			    : spf_macro_domain(spec, &check->macros);
}

/* Read the record of a domain and put it on the stack. Anything but SPF_PASS: why not. */
static enum spf_result
push(struct spf_check *check, const char *domain, char qualifier)
{
	const struct dns_answer *answer = spf_check_ask(check, domain, DNS_TXT);
	const char *found = NULL;
	unsigned n = 0;
	GError *error = NULL;

	if (answer != NULL && dns_is_temporary(answer->status)) {
		spf_check_say(
		    check, g_strdup_printf("no answer from the DNS for %s", domain));
		return SPF_TEMPERROR;
	}
	for (guint i = 0; answer != NULL && i < answer->strings->len; i++)
		if (spf_record_is(g_ptr_array_index(answer->strings, i))) {
			found = g_ptr_array_index(answer->strings, i);
			n++;
		}
	if (n == 0) {
		spf_check_say(check, g_strdup_printf("%s has no SPF record", domain));
		return SPF_NONE;
	}
	if (n > 1) {
		spf_check_say(
		    check, g_strdup_printf("%s has several SPF records", domain));
		return SPF_PERMERROR;
	}
	struct frame frame = {.domain = g_ascii_strdown(domain, -1),
	    .record = spf_record_new(found, &error),
	    .qualifier = qualifier};
	g_ptr_array_add(check->spf->trail, g_strdup_printf("%s: %s", domain, found));
	if (check->spf->record == NULL)
		check->spf->record = g_strdup(found);
	if (frame.record == NULL) {
		spf_check_say(check, g_strdup_printf("%s: %s", domain, error->message));
		g_error_free(error);
		frame_fini(&frame);
		return SPF_PERMERROR;
	}
	g_array_append_val(check->stack, frame);
	spf_check_say(check, g_strdup(""));
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

static enum spf_match
match_term(struct spf_check *check, const struct spf_term *term)
{
	enum spf_match match = SPF_MATCH_NO;

	if (term->mechanism == SPF_ALL)
		return SPF_MATCH_YES;
	if (term->mechanism == SPF_IP4 || term->mechanism == SPF_IP6)
		return match_network(check, term);
	if (!count_lookup(check))
		return SPF_MATCH_PERMERROR;
	char *target = target_of(check, term->spec);
	if (term->mechanism == SPF_A)
		match = spf_match_a(check, term, target);
	else if (term->mechanism == SPF_MX)
		match = spf_match_mx(check, term, target);
	else if (term->mechanism == SPF_PTR)
		match = spf_match_ptr(check, target);
	else
		match = spf_match_exists(check, target);
	g_free(target);
	return match;
}

/* Section 5.2: what cannot be included is a mistake of whoever includes it. False: *out
 * is the result of all. */
static bool
include(struct spf_check *check, const struct spf_term *term, enum spf_result *out)
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
redirect(struct spf_check *check, enum spf_result *out)
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
leave(struct spf_check *check, enum spf_result result, enum spf_result *out)
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

/* Does the term let in so many that a pass says nothing of who they are? */
static bool
is_open_term(const struct spf_check *check, const struct spf_term *term)
{
	switch (term->mechanism) {
	case SPF_ALL:
		return true;
	case SPF_IP4:
	case SPF_IP6:
	case SPF_A:
	case SPF_MX:
		return check->address.family == AF_INET ? term->cidr4 < OPEN_CIDR4 : term->cidr6 < OPEN_CIDR6;
	case SPF_INCLUDE:
	case SPF_PTR:
	case SPF_EXISTS:
		return false;
	}
	return false;
}

/* One term, or the end of a record. False: *out is the result of all. */
static bool
step(struct spf_check *check, enum spf_result *out)
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
	enum spf_match match = match_term(check, term);
	if (match == SPF_MATCH_NO)
		return true;
	if (match != SPF_MATCH_YES) {
		*out = match == SPF_MATCH_TEMPERROR ? SPF_TEMPERROR : SPF_PERMERROR;
		return false;
	}
	g_free(check->spf->matched);
	check->spf->matched = g_strdup(term->text);
	check->spf->is_open = is_open_term(check, term);
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
explain(struct spf_check *check)
{
	if (check->spf->result != SPF_FAIL || check->stack->len == 0)
		return;
	const struct frame *frame = &g_array_index(check->stack, struct frame, 0);
	if (frame->record->exp == NULL)
		return;
	check->macros.domain = frame->domain;
	char *name = spf_macro_domain(frame->record->exp, &check->macros);
	const struct dns_answer *answer = spf_check_ask(check, name, DNS_TXT);
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
evaluate(struct spf_check *check)
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
	struct spf_check check = {.spf = spf, .dns = dns};
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
		spf_check_say(&check, g_strdup_printf("%s is no IP address", query->ip));
	} else if (spf->domain == NULL) {
		spf_check_say(
		    &check, g_strdup_printf("\"%s\" is no domain to ask about", domain));
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
		    .name_of = spf_validated_name,
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
