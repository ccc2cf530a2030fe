/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict_flags.c - see verdict_flags.h. */
#include "auth/verdict_flags.h"

#include "auth/domain.h"

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

const char *
verdict_login(const struct verdict *v)
{
	const struct authres_result *result = trust_find(v->trust, "auth", true);

	/* smtp.mailfrom stands there as well: with many servers it is the envelope sender, which anybody chooses */
	if (verdict_result_is(result, "pass") && authres_property(result, "smtp", "auth") != NULL)
		return authres_property(result, "smtp", "auth");
	return v->trust->doubt == SIZE_MAX ? v->trust->login : NULL;
}

/* Is the login the local part of this address, or all of it? */
static bool
is_login_of(const char *login, const char *address, const char *domain)
{
	const char *at = strrchr(address, '@'), *own = at == NULL ? NULL : at + 1;

	if (strchr(login, '@') != NULL)
		return flags_is_same_address(login, address);
	return own == NULL ? g_ascii_strcasecmp(login, address) == 0
			   : strlen(login) == (size_t)(at - address) && g_ascii_strncasecmp(login, address, strlen(login)) == 0 &&
				 g_ascii_strcasecmp(own, domain) == 0;
}

enum whose { LOGIN_NONE, LOGIN_OURS, LOGIN_UNKNOWN, LOGIN_OTHER }; /* NONE: nobody did, or it is not noted who */

/* Who logged in to hand in a letter in our own name? A server lets each of its users in, and few of them see to it that he
 * writes his own address. A whole address of the same domain that is none of ours is another mailbox; of other names
 * nobody knows whose they are. */
static enum whose
whose_login(const struct verdict *v, const struct verdict_context *context)
{
	const char *login = verdict_login(v), *domain = v->author.domain;
	const char *const *lists[] = {context->own_addresses, context->own_logins};
	const char *at = login == NULL ? NULL : strrchr(login, '@');

	if (login == NULL || domain == NULL)
		return LOGIN_NONE;
	for (size_t k = 0; k < G_N_ELEMENTS(lists); k++)
		for (size_t i = 0; lists[k] != NULL && lists[k][i] != NULL; i++)
			if (is_login_of(login, lists[k][i], domain))
				return LOGIN_OURS;
	char *ascii = at == NULL ? NULL : domain_ascii(at + 1, -1);
	bool is_other = g_strcmp0(ascii, domain) == 0;
	g_free(ascii);
	return is_other ? LOGIN_OTHER : LOGIN_UNKNOWN;
}

void
verdict_flag_self(struct verdict *v, const struct decide_facts *facts,
    const struct verdict_context *context)
{
	enum whose login = whose_login(v, context);
	/* a domain vouches for all that its users hand in: where one of them is known, that is not enough */
	bool is_proven = login == LOGIN_OURS ||
			 (login != LOGIN_OTHER && (facts->has_aligned_pass || facts->has_spf_aligned ||
						      v->dmarc_result == DMARC_RESULT_PASS));
	bool is_open = login != LOGIN_OTHER && (facts->is_own_temporary || facts->is_own_gone ||
						   v->dmarc_result == DMARC_RESULT_TEMPERROR || facts->was_own_pass);
	bool is_echo = (v->flags & FLAG_LIST) != 0 && is_of_known_list(v, facts, context->contacts);

	if (context->is_submitted && is_own(v, context)) {
		v->flags |= FLAG_SUBMITTED;
		return;
	}
	if (v->trust->was_transported && is_own(v, context) && !is_proven && !is_open &&
	    !is_echo)
		v->flags |= FLAG_SELF_SPOOF;
}
