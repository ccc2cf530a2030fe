/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim.c - the signatures of a message: which there are, which come first, and what each
 * of them leaves uncovered. */
#include "auth/dkim.h"

#include "auth/domain.h"
#include "base/limits.h"

#include <string.h>

enum { LISTED_MAX = 100 };

/* What the sender should sign when present (RFC 6376 section 5.4.1, and what users look
 * at). */
static const char *const recommended[] = {"from", "sender", "reply-to", "subject", "date",
    "to", "cc", "message-id", "in-reply-to", "references", "mime-version", "content-type",
    "content-transfer-encoding"};

static void
list_names(struct dkim_check *check, const struct message *message)
{
	const GPtrArray *h = check->sig.h;
	GHashTable *counts = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < h->len; i++) {
		char *name = g_ptr_array_index(h, i);
		size_t n = GPOINTER_TO_SIZE(g_hash_table_lookup(counts, name));
		g_hash_table_insert(counts, name, GSIZE_TO_POINTER(n + 1));
	}
	for (guint i = 0; i < h->len; i++) {
		const char *name = g_ptr_array_index(h, i);
		size_t n_signed = GPOINTER_TO_SIZE(g_hash_table_lookup(counts, name));
		if (n_signed == 0)
			continue; /* listed already */
		size_t n_present = message_count(message, name);
		g_hash_table_replace(counts, g_ptr_array_index(h, i), NULL);
		if (n_present > 0)
			g_ptr_array_add(check->is_signed, g_strdup(name));
		if (n_signed > n_present)
			g_ptr_array_add(check->oversigned, g_strdup(name));
		if (n_signed < n_present)
			g_ptr_array_add(check->added, g_strdup(name));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(recommended); i++)
		if (message_count(message, recommended[i]) > 0 &&
		    !g_hash_table_contains(counts, recommended[i]))
			g_ptr_array_add(check->unsigned_, g_strdup(recommended[i]));
	g_hash_table_unref(counts);
}

/* Could a signature by d align with the author? */
static bool
is_related(const struct dkim_check *check, const char *author)
{
	const char *d = check->sig.d;

	return author != NULL && d != NULL &&
	       (domain_is_within(d, author) || domain_is_within(author, d));
}

static void
evaluate_all(struct dkim_verifier *v, GPtrArray *checks, const char *author)
{
	unsigned n = 0;

	for (int pass = 0; pass < 2; pass++)
		for (guint i = 0; i < checks->len; i++) {
			struct dkim_check *check = g_ptr_array_index(checks, i);
			if (is_related(check, author) != (pass == 0))
				continue;
			if (n++ < LIMIT_DKIM_SIGNATURES)
				dkim_check_run(v, check, NULL);
			else
				dkim_check_settle(check, DKIM_NEUTRAL, DKIM_CAUSE_LIMIT,
				    g_strdup("not checked: too many signatures"));
		}
}

static void
prefetch_keys(struct dkim_verifier *v, const GPtrArray *checks)
{
	for (guint i = 0; i < checks->len && i < LIMIT_DKIM_SIGNATURES; i++) {
		const struct dkim_check *check = g_ptr_array_index(checks, i);
		if (check->cause == DKIM_CAUSE_SYNTAX ||
		    check->sig.algorithm < DKIM_RSA_SHA256)
			continue;
		char *name = dkim_check_key_name(&check->sig);
		dns_prefetch(v->dns, name, DNS_TXT);
		g_free(name);
	}
}

static void
destroy(gpointer check)
{
	dkim_check_free(check);
}

GPtrArray *
dkim_verify(struct dkim_verifier *v, const char *author_domain)
{
	const struct message *message = v->message;
	GPtrArray *checks = g_ptr_array_new_with_free_func(destroy);

	for (size_t i = 0; i < message->n_fields && checks->len < LISTED_MAX; i++) {
		if (!message_is_field(&message->fields[i], "dkim-signature"))
			continue;
		struct dkim_check *check = dkim_check_new(message, i, DKIM_SIGNATURE);
		list_names(check, message);
		g_ptr_array_add(checks, check);
	}
	prefetch_keys(v, checks);
	evaluate_all(v, checks, author_domain);
	return checks;
}
