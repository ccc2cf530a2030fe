/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trust.c - finds the border of the receiving side in the trace, and sorts the
 * Authentication-Results fields by it.
 *
 * Received fields are read from the top. As long as they were written by hosts of the
 * trusted ids' domains, about a client of the same side, they are internal hops; the
 * first that took the message from a stranger is the border. What stands above it came
 * after; what stands between it and the next Received was written by the border server or
 * by the sender who spoke to it; what is further down is the past of the message. Where a hop
 * notes no address of its client, or nothing but one, and the client only calls itself one of ours, the
 * border may as well be there: from there down nothing is certain. */
#include "auth/trust.h"

#include "auth/domain.h"
#include "auth/received.h"
#include "base/limits.h"

#include <string.h>

enum { LEARNT_MAX = 8 };

#define BARE_ID "outlook.com"

/* Providers whose servers have names in another domain as well. */
static const struct {
	const char *id, *too;
} also_named[] = {{"outlook.com", "office365.com"}, {"icloud.com", "me.com"}};

/* The trace as field numbers: first and border are n_fields when there is none. */
struct trace {
	size_t first;  /* topmost Received */
	size_t border;
	size_t past; /* the first Received below the border */
};

enum hop_kind { HOP_FOREIGN, HOP_INTERNAL, HOP_DOUBTFUL };

/* Does the pattern say that its server writes into every message? */
static bool
is_constant(const char *pattern)
{
	return g_str_has_suffix(pattern, "!");
}

/* The domain of a pattern, without "*." and "!". Owned; NULL when it is none. */
static char *
pattern_domain(const char *pattern)
{
	const char *name = g_str_has_prefix(pattern, "*.") ? pattern + 2 : pattern;

	return domain_ascii(name, (long)strlen(name) - (is_constant(pattern) ? 1 : 0));
}

bool
trust_id_matches(const char *pattern, const char *id)
{
	size_t len = strlen(pattern) - (is_constant(pattern) ? 1 : 0);
	bool is_suffix = g_str_has_prefix(pattern, "*.");
	char *want = pattern_domain(pattern);
	char *have = domain_ascii(id, -1);
	bool is_match;

	if (want == NULL || have == NULL) /* an id need not be a domain name */
		is_match = !is_suffix && len == strlen(id) && g_ascii_strncasecmp(pattern, id, len) == 0;
	else if (is_suffix)
		is_match = strcmp(have, want) != 0 && domain_is_within(have, want);
	else
		is_match = strcmp(have, want) == 0;
	g_free(want);
	g_free(have);
	return is_match;
}

/* Is the host within a trusted id's domain? For an id such as mx.example.org its siblings
 * count. */
static bool
is_own_host(const char *host, const char *const *ids)
{
	char *name = host == NULL ? NULL : domain_ascii(host, -1);
	bool is_own = false;

	for (size_t i = 0; name != NULL && !is_own && ids[i] != NULL; i++) {
		bool is_suffix = g_str_has_prefix(ids[i], "*.");
		char *base = pattern_domain(ids[i]);
		if (base == NULL)
			continue;
		const char *zone =
		    !is_suffix && domain_labels(base) >= 3 ? domain_parent(base) : base;
		is_own = domain_is_within(name, zone);
		for (size_t k = 0; k < G_N_ELEMENTS(also_named); k++)
			is_own = is_own || (strcmp(base, also_named[k].id) == 0 && domain_is_within(name, also_named[k].too));
		g_free(base);
	}
	g_free(name);
	return is_own;
}

/* Names that tell nothing: absent, one label, an address. Servers use them inside. */
static bool
is_anonymous_host(const char *host)
{
	return host == NULL || strchr(host, '.') == NULL || strchr(host, ':') != NULL ||
	       host[0] == '[' || strspn(host, "0123456789.") == strlen(host);
}

/* "(name [address])": is the name that the server looked up for the client's address one of ours? A name that does
 * not lead back to the address is what the client's network says of itself. */
static bool
is_own_name(const char *info, const char *const *ids)
{
	char **words = g_strsplit_set(info, "[]() \t\r\n", -1);
	bool is_own = false;

	for (size_t i = 0; i < 2 && words[i] != NULL; i++)
		is_own = is_own || (words[i][0] != '\0' && is_own_host(words[i], ids));
	g_strfreev(words);
	return is_own && strstr(info, "may be forged") == NULL;
}

/* "(address)", as servers write that look no name up. */
static bool
is_bare_address(const char *info)
{
	return strpbrk(info, " \t\r\n") == NULL;
}

/* Did the client of this hop belong to our side? is_own: it was written by a server of ours, by its name. */
static enum hop_kind
kind_of_hop(const struct received *hop, bool is_own, const char *const *ids)
{
	bool has_address;

	/* a client within is of our side, whatever names our side gives its hosts: it wrote the next field */
	if (received_is_private(hop, &has_address))
		return HOP_INTERNAL;
	if (!is_own && !is_anonymous_host(hop->by))
		return HOP_FOREIGN;
	if (hop->from == NULL)
		return HOP_INTERNAL;
	if (has_address && hop->from_info != NULL && is_own_name(hop->from_info, ids))
		return HOP_INTERNAL;
	if (!is_own_host(hop->from, ids))
		return HOP_FOREIGN;
	if (has_address) /* the servers of Outlook have public addresses, and note nothing else of each other */
		return hop->from_info != NULL && is_bare_address(hop->from_info) ? HOP_DOUBTFUL : HOP_FOREIGN;
	/* by LMTP (RFC 2033) only our own servers hand in */
	return hop->with != NULL && g_str_has_prefix(hop->with, "lmtp") ? HOP_INTERNAL : HOP_DOUBTFUL;
}

/* Owned; NULL. What stands before the client's address may be the client's word. */
static char *
login_of_hop(const struct received *hop)
{
	char *address = received_address(hop);
	bool is_noted = address != NULL && received_is_authenticated(hop);

	g_free(address);
	return is_noted ? g_strdup(hop->login) : NULL;
}

/* Looks at one hop; false when the walk ends with it. */
static bool
walk_hop(struct trust *trust, struct trace *trace, const struct message *message,
    size_t number, const char *const *ids)
{
	struct received hop;
	size_t len;
	const char *value = message_value(&message->fields[number], &len);

	received_init(&hop, value, len);
	if (!trust->was_transported) {
		trust->newest = hop.time;
		trust->was_transported = true;
	}
	bool is_own = is_own_host(hop.by, ids);
	enum hop_kind kind = kind_of_hop(&hop, is_own, ids);
	if (is_own) {
		trace->border = trust->border = number;
		trust->has_border = true;
		if (trust->doubt == SIZE_MAX)
			trust->received = hop.time;
		g_free(trust->login);
		trust->login = login_of_hop(&hop);
	}
	if (kind == HOP_DOUBTFUL)
		trust->doubt = MIN(trust->doubt, number);
	received_fini(&hop);
	return kind != HOP_FOREIGN;
}

static void
find_border(struct trust *trust, struct trace *trace, const struct message *message,
    const char *const *ids)
{
	size_t end = message->n_fields, n = 0;
	bool is_walking = true;

	*trace = (struct trace){.first = end, .border = end, .past = end};
	for (size_t i = 0; i < end && n < LIMIT_HOPS; i++) {
		if (!message_is_field(&message->fields[i], "received"))
			continue;
		if (n++ == 0)
			trace->first = i;
		if (is_walking)
			is_walking = walk_hop(trust, trace, message, i, ids);
	}
	for (size_t i = trace->border + 1; i < end && trace->past == end; i++)
		if (message_is_field(&message->fields[i], "received"))
			trace->past = i;
}

static enum trust_place
place_of(const struct trust *trust, const struct trace *trace, size_t number)
{
	/* nothing shows that any server touched it: the sender may have written all there is */
	if (!trust->was_transported)
		return TRUST_UNKNOWN;
	/* nor is it known what our servers call themselves: what they wrote further down is no forgery */
	if (!trust->has_border)
		return number < trace->first ? TRUST_ABOVE : TRUST_UNKNOWN;
	return number < MIN(trace->border, trust->doubt) ? TRUST_ABOVE
	       : number < trace->past			 ? TRUST_BORDER
							 : TRUST_BELOW;
}

static void
field_free(gpointer data)
{
	struct trust_field *field = data;

	authres_free(field->parsed);
	g_free(field->problem);
	g_free(field);
}

/* What Outlook's servers write has no id: `spf=pass (...) smtp.mailfrom=x; dkim=...`. Of
 * the topmost field alone, and only where the account trusts that id, it is read as
 * theirs. */
static struct authres *
parse_bare(const char *value, size_t len, const char *const *ids)
{
	bool is_wanted = false;

	for (size_t i = 0; ids[i] != NULL; i++)
		is_wanted = is_wanted || trust_id_matches(ids[i], BARE_ID);
	if (!is_wanted || len > LIMIT_AUTHRES_FIELD)
		return NULL;
	GString *text = g_string_new(BARE_ID ";");
	g_string_append_len(text, value, (gssize)len);
	struct authres *parsed = authres_new(text->str, text->len, NULL);
	g_string_free(text, TRUE);
	return parsed;
}

static struct trust_field *
read_field(
    const struct message *message, size_t number, const char *const *ids, bool is_first)
{
	struct trust_field *field = g_new0(struct trust_field, 1);
	GError *error = NULL;
	size_t len;
	const char *value = message_value(&message->fields[number], &len);

	field->field = number;
	field->parsed = authres_new(value, len, &error);
	if (field->parsed == NULL && is_first) {
		field->parsed = parse_bare(value, len, ids);
		field->is_bare = field->parsed != NULL;
	}
	if (field->parsed == NULL)
		field->problem = g_strdup(error->message);
	g_clear_error(&error);
	for (size_t i = 0; field->parsed != NULL && !field->is_trusted && ids[i] != NULL;
	     i++)
		field->is_trusted = trust_id_matches(ids[i], field->parsed->id);
	return field;
}

/* Would the field count for its place, were its id trusted? What learning goes by: a
 * sender's field stands below the hops of the server that it names, or names a server
 * that none of them is. */
static bool
is_head(const struct message *message, const struct trust_field *field)
{
	if (field->parsed == NULL || field->is_trusted)
		return field->parsed != NULL &&
		       (field->place == TRUST_ABOVE || field->place == TRUST_BORDER);
	const char *const ids[] = {field->parsed->id, NULL};
	struct trust trial = {.received = -1, .newest = -1, .doubt = SIZE_MAX};
	struct trace trace;
	find_border(&trial, &trace, message, ids);
	g_free(trial.login);
	enum trust_place place = place_of(&trial, &trace, field->field);
	return place == TRUST_ABOVE || (trial.has_border && place == TRUST_BORDER);
}

static bool
share_method(const struct authres *a, const struct authres *b)
{
	for (guint i = 0; i < a->results->len; i++) {
		const struct authres_result *one = g_ptr_array_index(a->results, i);
		for (guint k = 0; k < b->results->len; k++) {
			const struct authres_result *two =
			    g_ptr_array_index(b->results, k);
			if (strcmp(one->method, two->method) == 0)
				return true;
		}
	}
	return a->is_none || b->is_none;
}

/* One server may write a field for each method, side by side. A second field on a method
 * that the first had, or in another place, was not written by it in one go. */
static bool
repeats(const struct trust *trust, const struct trust_field *field)
{
	for (guint i = 0; i < trust->fields->len; i++) {
		const struct trust_field *above = g_ptr_array_index(trust->fields, i);
		if (above->is_used &&
		    g_ascii_strcasecmp(above->parsed->id, field->parsed->id) == 0 &&
		    (above->place != field->place ||
			share_method(above->parsed, field->parsed)))
			return true;
	}
	return false;
}

/* Is it of a server that writes into every message? */
static bool
is_of_constant(const struct trust_field *field, const char *const *ids)
{
	for (size_t i = 0; field->is_trusted && ids[i] != NULL; i++)
		if (is_constant(ids[i]) && trust_id_matches(ids[i], field->parsed->id))
			return true;
	return false;
}

static bool
has_used(const struct trust *trust)
{
	for (guint i = 0; i < trust->fields->len; i++)
		if (((const struct trust_field *)g_ptr_array_index(trust->fields, i))->is_used)
			return true;
	return false;
}

/* Does it say nothing but who logged in? Our server writes that on what its own users send, and a list sends it back. */
static bool
is_of_submission(const struct authres *parsed)
{
	bool is_one = parsed->results->len > 0;

	for (guint i = 0; i < parsed->results->len && is_one; i++)
		is_one = strcmp(((const struct authres_result *)g_ptr_array_index(parsed->results, i))->method, "auth") == 0;
	return is_one;
}

static void
judge_field(const struct trust *trust, struct trust_field *field, const char *const *ids)
{
	if (!field->is_trusted)
		return;
	if (field->place == TRUST_BELOW) {
		field->is_forged = !is_of_submission(field->parsed);
		return;
	}
	if (field->place == TRUST_UNKNOWN)
		return;
	field->is_duplicate = repeats(trust, field);
	field->is_used = !field->is_duplicate;
	/* what the server writes at its border stands above all that a sender can have written there */
	field->is_certain = field->is_used &&
	    (field->place == TRUST_ABOVE || (!has_used(trust) && is_of_constant(field, ids)));
}

struct trust *
trust_new(const struct message *message, const char *const *ids)
{
	struct trust *trust = g_new0(struct trust, 1);
	struct trace trace;

	trust->received = trust->newest = -1;
	trust->doubt = SIZE_MAX;
	trust->fields = g_ptr_array_new_with_free_func(field_free);
	find_border(trust, &trace, message, ids);
	for (size_t i = 0;
	     i < message->n_fields && trust->fields->len < LIMIT_AUTHRES_FIELDS; i++) {
		if (!message_is_field(&message->fields[i], "authentication-results"))
			continue;
		struct trust_field *field =
		    read_field(message, i, ids, trust->fields->len == 0);
		field->place = place_of(trust, &trace, i);
		judge_field(trust, field, ids);
		if (trust->fields->len < LEARNT_MAX)
			field->is_head = is_head(message, field);
		g_ptr_array_add(trust->fields, field);
	}
	for (size_t i = 0; ids[i] != NULL && trust->has_border && !trust->is_silent; i++)
		trust->is_silent = is_constant(ids[i]) && !has_used(trust);
	return trust;
}

void
trust_free(struct trust *trust)
{
	if (trust == NULL)
		return;
	g_ptr_array_unref(trust->fields);
	g_free(trust->login);
	g_free(trust);
}

/* Of one field: RFC 8601 section 2.7.2 has a result for each identity of SPF that was checked; of these the envelope
 * sender's counts, since HELO speaks of the host alone. */
static const struct authres_result *
result_of(const struct authres *parsed, const char *method)
{
	const struct authres_result *first = NULL;

	for (guint i = 0; i < parsed->results->len; i++) {
		const struct authres_result *one = g_ptr_array_index(parsed->results, i);
		if (strcmp(one->method, method) != 0)
			continue;
		if (strcmp(method, "spf") != 0 || authres_property(one, "smtp", "mailfrom") != NULL)
			return one;
		first = first == NULL ? one : first;
	}
	return first;
}

static const struct trust_field *
find_field(const struct trust *trust, const char *method, bool only_certain,
    const struct authres_result **out)
{
	for (guint i = 0; i < trust->fields->len; i++) {
		const struct trust_field *field = g_ptr_array_index(trust->fields, i);
		if (!field->is_used || (only_certain && !field->is_certain))
			continue;
		*out = result_of(field->parsed, method);
		if (*out != NULL)
			return field;
	}
	*out = NULL;
	return NULL;
}

const struct authres_result *
trust_find(const struct trust *trust, const char *method, bool only_certain)
{
	const struct authres_result *result;

	(void)find_field(trust, method, only_certain, &result);
	return result;
}

const char *
trust_find_id(const struct trust *trust, const char *method, bool only_certain)
{
	const struct authres_result *result;
	const struct trust_field *field =
	    find_field(trust, method, only_certain, &result);

	return field == NULL ? NULL : field->parsed->id;
}

static bool
is_dkim_pass(const struct authres_result *result, const char *d, const char *s)
{
	if (strcmp(result->method, "dkim") != 0 || strcmp(result->result, "pass") != 0)
		return false;
	char *domain = authres_dkim_domain(result);
	const char *selector = authres_property(result, "header", "s");
	bool has_d = authres_property(result, "header", "d") != NULL;
	/* header.i alone names a domain at or below d= */
	bool is_same = domain != NULL &&
		       (has_d ? strcmp(domain, d) == 0 : domain_is_within(domain, d)) &&
		       (selector == NULL || g_ascii_strcasecmp(selector, s) == 0);
	g_free(domain);
	return is_same;
}

bool
trust_says_dkim_pass(const struct trust *trust, const char *d, const char *s)
{
	for (guint i = 0; i < trust->fields->len; i++) {
		const struct trust_field *field = g_ptr_array_index(trust->fields, i);
		for (guint k = 0; field->is_certain && k < field->parsed->results->len; k++)
			if (is_dkim_pass(
				g_ptr_array_index(field->parsed->results, k), d, s))
				return true;
	}
	return false;
}
