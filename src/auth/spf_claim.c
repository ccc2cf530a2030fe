/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_claim.c - a mail reader was not there when the message came. The border server's
 * Received field has the client's address and HELO, its Return-Path the envelope sender;
 * where the border is not certain, nothing is known. */
#include "auth/spf_claim.h"

#include "auth/domain.h"
#include "auth/received.h"

#include <string.h>

enum { OLD_S = 7 * 86400 };

/* The envelope sender that the receiving side noted above its border: Return-Path, else
 * what it checked. Owned; "" is the null sender, NULL not known. */
static char *
envelope_from(const struct message *message, const struct trust *trust)
{
	for (size_t i = 0; i < trust->border; i++) {
		if (!message_is_field(&message->fields[i], "return-path"))
			continue;
		char *text = message_text(&message->fields[i]);
		const char *open = strchr(text, '<'), *close = strrchr(text, '>');
		char *from = open != NULL && close != NULL && close > open
				 ? g_strndup(open + 1, (gsize)(close - open - 1))
				 : NULL;
		g_free(text);
		return from;
	}
	const struct authres_result *spf = trust_find(trust, "spf", true);
	return spf == NULL ? NULL : g_strdup(authres_property(spf, "smtp", "mailfrom"));
}

/* The hop at the border; false when it says nothing certain of its client. */
static bool
read_hop(
    struct spf_claim *claim, const struct message *message, const struct trust *trust)
{
	struct received hop;
	bool has_address = false, is_ok = false;
	size_t len;

	if (!trust->has_border || trust->doubt != SIZE_MAX) {
		claim->unknown_why = trust->has_border ? "your servers do not say whom they had it from"
						       : "no server that you trust recorded the hop";
		return false;
	}
	const char *value = message_value(&message->fields[trust->border], &len);
	received_init(&hop, value, len);
	const struct authres_result *auth = trust_find(trust, "auth", true);
	if (received_is_private(&hop, &has_address))
		claim->unknown_why = "it was handed in from inside";
	else if (received_is_authenticated(&hop) ||
		 (auth != NULL && strcmp(auth->result, "pass") == 0))
		claim->unknown_why = "it was handed in by someone who logged in";
	else if (!received_client(&hop, &claim->ip, &claim->helo))
		claim->unknown_why = "the hop has no address";
	else
		is_ok = true;
	received_fini(&hop);
	if (!is_ok)
		return false;
	claim->from = envelope_from(message, trust);
	if (claim->from == NULL)
		claim->unknown_why = "the envelope sender is not known";
	return claim->from != NULL;
}

static void
take_word(struct spf_claim *claim, const struct trust *trust,
    const struct authres_result *result, bool counts)
{
	claim->word = result->result;
	claim->id = trust_find_id(trust, "spf", counts);
	claim->counts = counts;
	claim->domain = authres_spf_domain(result);
	/* what the server says of its check is nearer than what we read from its hop */
	const char *ip = authres_property(result, "smtp", "remote-ip");
	if (ip != NULL) {
		g_free(claim->ip);
		claim->ip = g_strdup(ip);
	}
}

static void
evaluate(struct spf_claim *claim, struct dns_session *dns, gint64 now)
{
	const struct spf_query query = {.ip = claim->ip, .helo = claim->helo, .from = claim->from, .now = now};

	claim->own = spf_new(&query, dns);
}

static bool
passes_anybody(const struct spf *spf)
{
	return spf->is_open && spf->result == SPF_PASS;
}

void
spf_claim_init(struct spf_claim *claim, const struct message *message,
    const struct trust *trust, struct dns_session *dns, gint64 now)
{
	const struct authres_result *certain = trust_find(trust, "spf", true);
	const struct authres_result *any = trust_find(trust, "spf", false);

	*claim = (struct spf_claim){.unknown_why = ""};
	claim->has_hop = read_hop(claim, message, trust);
	bool is_old = claim->has_hop && (trust->received < 0 || now - trust->received > OLD_S);
	claim->has_hop = claim->has_hop && !is_old;
	if (certain != NULL) {
		take_word(claim, trust, certain, true);
		return;
	}
	if (is_old)
		claim->unknown_why = "too old: the records may have changed";
	if (claim->has_hop) {
		evaluate(claim, dns, now);
		claim->word = spf_result_name(claim->own->result);
		claim->domain = g_strdup(claim->own->domain);
		claim->counts = true;
		claim->is_open = passes_anybody(claim->own);
	} else if (any != NULL) {
		take_word(claim, trust, any, false);
	}
}

void
spf_claim_recheck(struct spf_claim *claim, struct dns_session *dns, gint64 now)
{
	if (!claim->has_hop || !claim->counts || claim->own != NULL || strcmp(claim->word, "pass") != 0)
		return;
	evaluate(claim, dns, now);
	/* its word may be of another domain than the one that the hop names */
	claim->is_open = passes_anybody(claim->own) && g_strcmp0(claim->own->domain, claim->domain) == 0;
}

void
spf_claim_fini(struct spf_claim *claim)
{
	g_free(claim->domain);
	g_free(claim->ip);
	g_free(claim->helo);
	g_free(claim->from);
	spf_free(claim->own);
}

void
spf_claim_prefetch(
    const struct message *message, const struct trust *trust, struct dns_session *dns)
{
	char *from = trust->has_border ? envelope_from(message, trust) : NULL;
	const char *at = from == NULL ? NULL : strrchr(from, '@');
	char *domain = at == NULL ? NULL : domain_ascii(at + 1, -1);

	if (domain != NULL)
		spf_prefetch(domain, dns);
	g_free(domain);
	g_free(from);
}
