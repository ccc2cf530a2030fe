/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arc.c - RFC 8617 section 5.2: the sets in order, their structure, the last message
 * signature, then every seal over all that was sealed before it. */
#include "auth/arc.h"

#include "auth/tags.h"
#include "base/limits.h"

#include <stdint.h>
#include <string.h>

enum { FIELDS_MAX = 3 * LIMIT_ARC_INSTANCES };

static const char *const field_names[] = {
    "arc-authentication-results", "arc-message-signature", "arc-seal"};

enum { RESULTS, MESSAGE, SEAL };

static void
set_free(gpointer data)
{
	struct arc_set *set = data;

	dkim_check_free(set->message);
	dkim_check_free(set->seal);
	g_free(set->claims);
	g_free(set);
}

static bool
fail(struct arc *arc, enum arc_result result, char *reason)
{
	arc->result = result;
	g_free(arc->reason);
	arc->reason = reason;
	return false;
}

/* The instance of ARC-Authentication-Results, "i=N;", and what follows it; 0 when it has
 * none. */
static unsigned
instance_of_results(
    const struct message_field *field, const char **rest_out, size_t *len_out)
{
	size_t len;
	const char *p = message_value(field, &len), *end = p + len;
	unsigned n = 0, digits = 0;

	while (p < end && g_ascii_isspace(*p))
		p++;
	if (end - p < 2 || (*p != 'i' && *p != 'I'))
		return 0;
	for (p++; p < end && g_ascii_isspace(*p); p++)
		;
	if (p == end || *p++ != '=')
		return 0;
	while (p < end && g_ascii_isspace(*p))
		p++;
	for (; p < end && g_ascii_isdigit(*p) && digits < 3; p++, digits++)
		n = n * 10 + (unsigned)(*p - '0');
	while (p < end && g_ascii_isspace(*p))
		p++;
	if (digits == 0 || n > LIMIT_ARC_INSTANCES || p == end || *p++ != ';')
		return 0;
	*rest_out = p;
	*len_out = (size_t)(end - p);
	return n;
}

static struct arc_set *
set_of(struct arc *arc, unsigned instance)
{
	for (guint i = 0; i < arc->sets->len; i++) {
		struct arc_set *set = g_ptr_array_index(arc->sets, i);
		if (set->instance == instance)
			return set;
	}
	struct arc_set *set = g_new0(struct arc_set, 1);
	set->instance = instance;
	set->results_field = SIZE_MAX;
	g_ptr_array_add(arc->sets, set);
	return set;
}

/* As it reads in one line: where it was folded, and how far indented, tells nothing. Owned. */
static char *
with_one_blank(const char *bytes, size_t len)
{
	GString *out = g_string_sized_new(len);

	for (size_t i = 0; i < len; i++) {
		bool is_blank = strchr(" \t\r\n", bytes[i]) != NULL && bytes[i] != '\0';
		if (!is_blank)
			g_string_append_c(out, bytes[i] == '\0' ? '?' : bytes[i]);
		else if (out->len > 0 && out->str[out->len - 1] != ' ')
			g_string_append_c(out, ' ');
	}
	return g_strchomp(g_string_free(out, FALSE));
}

static bool
add_results(struct arc *arc, const struct message *message, size_t number)
{
	const char *rest;
	size_t len;
	unsigned n = instance_of_results(&message->fields[number], &rest, &len);

	if (n == 0)
		return fail(arc, ARC_FAIL,
		    g_strdup("an ARC-Authentication-Results has no instance"));
	struct arc_set *set = set_of(arc, n);
	if (set->results_field != SIZE_MAX)
		return fail(arc, ARC_FAIL,
		    g_strdup_printf("set %u has ARC-Authentication-Results twice", n));
	set->results_field = number;
	set->claims = with_one_blank(rest, MIN(len, LIMIT_AUTHRES_FIELD));
	return true;
}

static bool
add_signature(struct arc *arc, const struct message *message, size_t number, bool is_seal)
{
	struct dkim_check *check =
	    dkim_check_new(message, number, is_seal ? DKIM_ARC_SEAL : DKIM_ARC_MESSAGE);
	const char *name = is_seal ? "ARC-Seal" : "ARC-Message-Signature";
	unsigned n = check->sig.instance;

	if (n == 0 || check->cause == DKIM_CAUSE_SYNTAX) {
		char *why =
		    g_strdup_printf("an %s is malformed: %s", name, check->reason);
		dkim_check_free(check);
		return fail(arc, ARC_FAIL, why);
	}
	struct arc_set *set = set_of(arc, n);
	struct dkim_check **slot = is_seal ? &set->seal : &set->message;
	if (*slot != NULL) {
		dkim_check_free(check);
		return fail(
		    arc, ARC_FAIL, g_strdup_printf("set %u has %s twice", n, name));
	}
	*slot = check;
	return true;
}

static gint
by_instance(gconstpointer a, gconstpointer b)
{
	const struct arc_set *const *one = a, *const *two = b;

	return (int)(*one)->instance - (int)(*two)->instance;
}

/* Section 5.2 steps 1 and 3. What is malformed ends the reading, and what was read stays
 * to be shown. */
static bool
collect(struct arc *arc, const struct message *message)
{
	unsigned n = 0;
	bool is_ok = true;

	for (size_t i = 0; i < message->n_fields; i++)
		for (int kind = RESULTS; kind <= SEAL; kind++) {
			if (!message_is_field(&message->fields[i], field_names[kind]))
				continue;
			if (++n > FIELDS_MAX)
				return fail(arc, ARC_FAIL, g_strdup("more than 50 sets"));
			bool is_read = kind == RESULTS
					   ? add_results(arc, message, i)
					   : add_signature(arc, message, i, kind == SEAL);
			is_ok = is_ok && is_read;
		}
	g_ptr_array_sort(arc->sets, by_instance);
	if (is_ok && n > 0)
		arc->result = ARC_PASS; /* until something says otherwise */
	return is_ok && n > 0;
}

static bool
is_whole(struct arc *arc)
{
	for (guint i = 0; i < arc->sets->len; i++) {
		const struct arc_set *set = g_ptr_array_index(arc->sets, i);
		if (set->instance != i + 1)
			return fail(
			    arc, ARC_FAIL, g_strdup_printf("set %u is missing", i + 1));
		if (set->message == NULL || set->seal == NULL ||
		    set->results_field == SIZE_MAX)
			return fail(
			    arc, ARC_FAIL, g_strdup_printf("set %u is not whole", i + 1));
		if (strcmp(set->seal->sig.cv, i == 0 ? "none" : "pass") != 0)
			return fail(arc, ARC_FAIL,
			    g_strdup_printf("the seal of set %u says cv=%s", i + 1,
				set->seal->sig.cv));
	}
	return true;
}

static void
append_field(GString *out, const struct message *message, size_t number)
{
	const struct message_field *field = &message->fields[number];

	dkim_canon_field(
	    out, DKIM_RELAXED, field->raw, field->raw_len, field->colon, 0, 0);
	g_string_append(out, "\r\n");
}

/* Section 5.1.1: all sets up to this one, the last seal without its b=. */
static void
run_seal(struct dkim_verifier *v, struct arc *arc, guint last)
{
	GString *bytes = g_string_sized_new(4096);

	for (guint i = 0; i <= last; i++) {
		const struct arc_set *set = g_ptr_array_index(arc->sets, i);
		append_field(bytes, v->message, set->results_field);
		append_field(bytes, v->message, set->message->field);
		if (i < last)
			append_field(bytes, v->message, set->seal->field);
	}
	struct arc_set *set = g_ptr_array_index(arc->sets, last);
	const struct message_field *field = &v->message->fields[set->seal->field];
	dkim_canon_field(bytes, DKIM_RELAXED, field->raw, field->raw_len, field->colon,
	    set->seal->sig.cut_from, set->seal->sig.cut_to);
	dkim_check_run(v, set->seal, bytes);
	g_string_free(bytes, TRUE);
}

static bool
holds(struct arc *arc, const struct dkim_check *check, const char *what, unsigned n)
{
	if (check->result == DKIM_PASS)
		return true;
	return fail(arc, check->result == DKIM_TEMPERROR ? ARC_TEMPERROR : ARC_FAIL,
	    g_strdup_printf(
		"the %s of set %u does not hold: %s", what, n, check->reason));
}

/* Steps 4 to 6. The message signatures of earlier sets are broken by whoever changed the
 * message after them; they are checked to be shown. */
static void
verify(struct dkim_verifier *v, struct arc *arc)
{
	guint n = arc->sets->len;
	bool is_ok = true;

	for (guint i = n; i > 0; i--) {
		struct arc_set *set = g_ptr_array_index(arc->sets, i - 1);
		dkim_check_run(v, set->message, NULL);
		if (i == n && is_ok)
			is_ok = holds(arc, set->message, "message signature", i);
		run_seal(v, arc, i - 1);
		if (is_ok)
			is_ok = holds(arc, set->seal, "seal", i);
	}
}

struct arc *
arc_new(struct dkim_verifier *verifier)
{
	struct arc *arc = g_new0(struct arc, 1);

	arc->reason = g_strdup("");
	arc->sets = g_ptr_array_new_with_free_func(set_free);
	if (collect(arc, verifier->message) && is_whole(arc))
		verify(verifier, arc);
	return arc;
}

void
arc_free(struct arc *arc)
{
	if (arc == NULL)
		return;
	g_free(arc->reason);
	g_ptr_array_unref(arc->sets);
	g_free(arc);
}

void
arc_prefetch(const struct message *message, struct dns_session *dns)
{
	unsigned n = 0;

	for (size_t i = 0; i < message->n_fields && n < LIMIT_DKIM_SIGNATURES; i++) {
		bool is_seal = message_is_field(&message->fields[i], field_names[SEAL]);
		if (!is_seal &&
		    !message_is_field(&message->fields[i], field_names[MESSAGE]))
			continue;
		struct dkim_check *check = dkim_check_new(
		    message, i, is_seal ? DKIM_ARC_SEAL : DKIM_ARC_MESSAGE);
		if (check->cause != DKIM_CAUSE_SYNTAX) {
			char *name = dkim_check_key_name(&check->sig);
			dns_prefetch(dns, name, DNS_TXT);
			g_free(name);
		}
		dkim_check_free(check);
		n++;
	}
}

const char *
arc_result_name(enum arc_result result)
{
	static const char *const names[] = {"none", "pass", "fail", "temperror"};

	return names[result];
}
