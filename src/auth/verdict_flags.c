/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict_flags.c - see verdict_flags.h. */
#include "auth/verdict_flags.h"

#include <string.h>

enum { REPLAY_S = 48 * 3600 };

/* Fields that every hop may add. */
static const char *const trace_names[] = {"received", "return-path", "dkim-signature",
    "authentication-results", "delivered-to", "list-unsubscribe", "list-id"};

static bool
has_added(const struct dkim_check *check)
{
	for (guint i = 0; i < check->added->len; i++) {
		GPtrArray one = {.pdata = check->added->pdata + i, .len = 1};
		if (!verdict_lists(&one, trace_names, G_N_ELEMENTS(trace_names)))
			return true;
	}
	return false;
}

static uint32_t
flags_of_cause(enum dkim_cause cause)
{
	switch (cause) {
	case DKIM_CAUSE_SHA1:
		return FLAG_SHA1;
	case DKIM_CAUSE_EXPIRED:
		return FLAG_EXPIRED;
	case DKIM_CAUSE_KEY_SIZE:
		return FLAG_WEAKKEY;
	case DKIM_CAUSE_NONE:
	case DKIM_CAUSE_BODY:
	case DKIM_CAUSE_SIGNATURE:
	case DKIM_CAUSE_SYNTAX:
	case DKIM_CAUSE_ALGORITHM:
	case DKIM_CAUSE_DNS:
	case DKIM_CAUSE_KEY_GONE:
	case DKIM_CAUSE_KEY:
	case DKIM_CAUSE_LENGTH:
	case DKIM_CAUSE_LIMIT:
		return 0;
	}
	return 0;
}

/* What one signature leaves open. */
static uint32_t
flags_of_pass(const struct verdict *v, const struct dkim_check *check)
{
	static const char *const subject[] = {"subject"}, *const type[] = {
							      "content-type"};
	uint32_t flags = 0;

	flags |= check->is_key_test ? FLAG_TESTKEY : 0u;
	flags |= check->sig.l != DKIM_NO_LIMIT ? FLAG_L_PRESENT : 0u;
	if (verdict_is_short(check))
		flags |= FLAG_L_SHORT;
	if (verdict_lists(check->unsigned_, subject, 1))
		flags |= FLAG_UNSIGNED_SUBJECT;
	if (verdict_lists(check->unsigned_, type, 1))
		flags |= FLAG_UNSIGNED_CT;
	if (check->sig.algorithm == DKIM_RSA_SHA256 && check->bits < 2048)
		flags |= FLAG_WEAKKEY;
	if (check->sig.t >= 0 && v->arrival - check->sig.t > REPLAY_S)
		flags |= FLAG_REPLAY_HINT; /* taken back when the message names us */
	return flags;
}

/* Does the message name us in a field that can be believed? Who sends a letter on may write what he likes into one
 * that is not signed. */
static bool
names_us(const struct verdict *v, const struct verdict_context *context)
{
	const struct dkim_check *check = verdict_main_check(v);
	const GPtrArray *open = check == NULL ? NULL : check->unsigned_;

	return context->own_addresses[0] == NULL || flags_names_recipient(v->message, context->own_addresses, open);
}

void
verdict_flag_dkim(struct verdict *v, const struct decide_facts *facts,
    const struct verdict_context *context)
{
	uint32_t open = 0, any = 0;
	unsigned n_relied = 0;

	for (guint i = 0; i < v->dkim->len; i++) {
		const struct dkim_check *check = g_ptr_array_index(v->dkim, i);
		v->flags |= flags_of_cause(check->cause);
		v->flags |= check->is_future ? FLAG_FUTURE : 0u;
		any |= flags_of_pass(v, check) & (FLAG_TESTKEY | FLAG_L_PRESENT);
		if (!verdict_is_relied_on(v, check, facts))
			continue;
		/* what one of several good signatures covers is covered */
		open = n_relied++ == 0 ? flags_of_pass(v, check) : open & flags_of_pass(v, check);
		v->flags |= has_added(check) ? FLAG_ADDED_HEADER : 0u;
	}
	v->flags |= n_relied > 0 ? open : any;
	if (facts->n_gone > 0)
		v->flags |= FLAG_KEYGONE;
	if ((v->flags & FLAG_LIST) != 0 || names_us(v, context))
		v->flags &= ~(uint32_t)FLAG_REPLAY_HINT;
}

void
verdict_flag_trust(struct verdict *v)
{
	for (guint i = 0; i < v->trust->fields->len; i++) {
		const struct trust_field *field = g_ptr_array_index(v->trust->fields, i);
		v->flags |= field->is_forged ? FLAG_AR_FORGED : 0u;
		v->flags |= field->is_duplicate ? FLAG_AR_DUP_ID : 0u;
	}
	v->flags |= v->trust->is_silent ? FLAG_AR_MISSING : 0u;
}

bool
verdict_result_is(const struct authres_result *result, const char *word)
{
	return result != NULL && strcmp(result->result, word) == 0;
}

static bool
is_own(const struct verdict *v, const struct verdict_context *context)
{
	for (size_t i = 0; v->author.address != NULL && context->own_addresses[i] != NULL;
	     i++)
		if (flags_is_same_address(v->author.address, context->own_addresses[i]))
			return true;
	return false;
}

/* What a list sends back to us is broken by the list, and signed or sent by it. Anybody can say that he is a list: we
 * must have written to it, as one who has a letter of his own back from it has. */
static bool
is_of_known_list(const struct verdict *v, const struct decide_facts *facts, const struct contacts *contacts)
{
	bool is_known = contacts != NULL && facts->has_spf_pass && v->spf.domain != NULL &&
			contacts_writes_to(contacts, v->spf.domain);

	for (guint i = 0; contacts != NULL && i < v->dkim->len && !is_known; i++) {
		const struct dkim_check *check = g_ptr_array_index(v->dkim, i);
		is_known = check->result == DKIM_PASS && contacts_writes_to(contacts, check->sig.d);
	}
	return is_known;
}

void
verdict_flag_self(struct verdict *v, const struct decide_facts *facts,
    const struct verdict_context *context)
{
	bool is_proven = facts->has_aligned_pass || facts->has_spf_aligned ||
			 v->dmarc_result == DMARC_RESULT_PASS ||
			 verdict_result_is(trust_find(v->trust, "auth", true), "pass");
	bool is_open = facts->is_own_temporary || facts->is_own_gone ||
		       v->dmarc_result == DMARC_RESULT_TEMPERROR || facts->was_dkim_pass;
	bool is_echo = (v->flags & FLAG_LIST) != 0 && is_of_known_list(v, facts, context->contacts);

	if (context->is_submitted && is_own(v, context)) {
		v->flags |= FLAG_SUBMITTED;
		return;
	}
	if (v->trust->was_transported && is_own(v, context) && !is_proven && !is_open &&
	    !is_echo)
		v->flags |= FLAG_SELF_SPOOF;
}
