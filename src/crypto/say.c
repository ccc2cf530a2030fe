/* SPDX-License-Identifier: GPL-3.0-or-later */
/* say.c - plain data to the `security` object. */
#include "crypto/say.h"

#include "base/jsonl.h"

#include <string.h>

void
say_init(struct say *s)
{
	*s = (struct say){ .regions = g_array_new(FALSE, FALSE, sizeof(struct say_region)) };
}

void
say_clear(struct say *s)
{
	g_array_unref(s->regions);
	g_free(s->problem);
	g_free(s->author);
	g_free(s->cipher);
}

void
say_add_region(struct say *s, size_t start, size_t end, size_t signature)
{
	struct say_region r = { start, end, signature };
	g_array_append_val(s->regions, r);
}

void
say_move_regions(struct say *s, size_t from, size_t to)
{
	for (guint i = 0; i < s->regions->len; i++) {
		struct say_region *r = &g_array_index(s->regions, struct say_region, i);
		r->start = r->start - from + to;
		r->end = r->end - from + to;
	}
}

void
say_decryption(struct say *s, gpgme_ctx_t ctx)
{
	gpgme_decrypt_result_t result = gpgme_op_decrypt_result(ctx);
	if (result == NULL)
		return;
	if (result->legacy_cipher_nomdc)
		s->has_integrity = false;
	s->n_recipients = 0;
	for (gpgme_recipient_t r = result->recipients; r != NULL; r = r->next)
		s->n_recipients++;
	g_free(s->cipher);
	s->cipher = g_strdup(result->symkey_algo);
}

/* --- the sentence --- */

struct sentence {
	const char *level; /* good, note, warn, bad */
	char *text;
};

static char *
who(const struct signature *s)
{
	if (s->user_id != NULL && *s->user_id != '\0')
		return g_strdup(s->user_id);
	return g_strdup_printf("key %s", s->fingerprint != NULL ? s->fingerprint : "unknown");
}

/* The signature that has most to say when none is all that it should be. */
static const struct signature *
telling(const GPtrArray *list)
{
	static const enum signature_status order[] = { SIGNATURE_INVALID, SIGNATURE_REVOKED,
		SIGNATURE_EXPIRED, SIGNATURE_VALID, SIGNATURE_UNTRUSTED, SIGNATURE_UNKNOWN_KEY,
		SIGNATURE_ERROR };
	for (size_t k = 0; k < G_N_ELEMENTS(order); k++) {
		for (size_t i = 0; i < list->len; i++) {
			const struct signature *s = list->pdata[i];
			if (s->status == order[k])
				return s;
		}
	}
	return NULL;
}

static struct sentence
sentence_of_signature(const struct signature *s)
{
	struct sentence out = { "warn", NULL };
	if (s == NULL)
		return out;
	char *name = who(s);
	switch (s->status) {
	case SIGNATURE_VALID:
		if (!s->covers_all)
			out.text = g_strdup_printf(
			    "partly signed, by %s; the rest says so", name);
		else
			out.text = g_strdup_printf("signed by %s, who is not the author", name);
		break;
	case SIGNATURE_INVALID:
		out.level = "bad";
		out.text = g_strdup_printf("BAD SIGNATURE: %s", s->problem);
		break;
	case SIGNATURE_UNKNOWN_KEY:
		out.level = "note";
		out.text = g_strdup_printf("signature not verified: key %s is not in the keyring",
		    s->fingerprint != NULL ? s->fingerprint : "of an unknown number");
		break;
	case SIGNATURE_EXPIRED:
	case SIGNATURE_REVOKED:
	case SIGNATURE_UNTRUSTED:
		out.level = s->status == SIGNATURE_UNTRUSTED ? "note" : "warn";
		out.text = g_strdup_printf("not signed for sure: %s (%s)", s->problem, name);
		break;
	case SIGNATURE_ERROR:
		out.text = g_strdup(s->problem);
		break;
	}
	g_free(name);
	return out;
}

static struct sentence
sentence_of_signatures(const GPtrArray *list)
{
	const struct signature *best = signature_list_best(list);
	struct sentence out = { "note", NULL };
	if (best != NULL && !signature_list_has(list, SIGNATURE_INVALID)) {
		char *name = who(best);
		out.level = "good";
		out.text = g_strdup_printf("signed by %s", name);
		g_free(name);
	} else if (telling(list) != NULL) {
		out = sentence_of_signature(telling(list));
	}
	return out;
}

static struct sentence
sentence(const struct say *s, const GPtrArray *list)
{
	struct sentence out = sentence_of_signatures(list);
	if (!s->is_encrypted)
		return out;
	char *text = out.text;
	if (!s->is_open) {
		out.level = "warn";
		out.text = g_strdup_printf("encrypted and not opened: %s",
		    s->problem != NULL ? s->problem : "the reason is not known");
	} else if (!s->has_integrity) {
		out.level = "bad";
		out.text = g_strdup("encrypted without protection against changes: this may be no "
				    "letter of anybody's");
	} else {
		out.text = g_strdup_printf("encrypted; %s", text != NULL ? text : "nobody signed it");
	}
	g_free(text);
	return out;
}

static json_t *
regions_json(const struct say *s, const GPtrArray *list)
{
	json_t *out = json_array();
	for (guint i = 0; s->is_shown && i < s->regions->len; i++) {
		const struct say_region *r = &g_array_index(s->regions, struct say_region, i);
		char *name = r->signature < list->len ? who(list->pdata[r->signature]) : g_strdup("?");
		char *text = g_strdup_printf("signed by %s", name);
		json_array_append_new(out,
		    json_pack("{s:I, s:I, s:o}", "start", (json_int_t)r->start, "end",
			(json_int_t)r->end, "text", jsonl_text(text, -1)));
		g_free(text);
		g_free(name);
	}
	return out;
}

static json_t *
copy_or_empty(const json_t *array)
{
	return array != NULL ? json_deep_copy(array) : json_array();
}

json_t *
say_security(const struct say *s, const GPtrArray *signatures)
{
	bool is_safe = s->is_open && s->has_integrity;
	struct sentence words = sentence(s, signatures);
	const char *shown_as = s->is_encrypted && !is_safe ? "none"
							   : signature_shown_as(signatures, is_safe);
	json_t *list = json_array();
	for (size_t i = 0; i < signatures->len; i++)
		json_array_append_new(list, signature_json(signatures->pdata[i]));
	json_t *out = json_pack("{s:b, s:o, s:n, s:o, s:s, s:o}", "encrypted", s->is_encrypted,
	    "integrity", s->is_open ? json_boolean(s->has_integrity) : json_null(), "autocrypt",
	    "protected_headers", copy_or_empty(s->names), "shown_as", shown_as, "signatures", list);
	static const char *const schemes[] = { [HEADER_RFC9788] = "rfc9788", [HEADER_DRAFT] = "draft" };
	json_object_set_new(out, "header_protection",
	    s->scheme != HEADER_UNPROTECTED ? json_string(schemes[s->scheme]) : json_null());
	json_object_set_new(out, "header_mismatches", copy_or_empty(s->mismatches));
	json_object_set_new(out, "opened", json_boolean(s->is_open));
	json_object_set_new(out, "cipher", jsonl_text(s->cipher, -1));
	json_object_set_new(out, "problem", jsonl_text(s->problem, -1));
	json_object_set_new(out, "closed_parts", json_boolean(s->has_closed_part));
	json_object_set_new(out, "regions", regions_json(s, signatures));
	json_object_set_new(out, "level", json_string(words.text != NULL ? words.level : "none"));
	json_object_set_new(out, "summary", jsonl_text(words.text, -1));
	g_free(words.text);
	return out;
}
