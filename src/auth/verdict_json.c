/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict_json.c - writes the verdict down. The object is all that is kept, so it holds
 * what the detail page needs: looking at a message later must not ask the DNS again. */
#include "auth/verdict_json.h"

#include "auth/path_json.h"
#include "base/safe_text.h"
#include "base/when.h"

#include <string.h>

enum { DKIM2_MAX = 16 };

static json_t *
text_list(const GPtrArray *list)
{
	json_t *out = json_array();

	for (guint i = 0; i < list->len; i++)
		json_array_append_new(out, safe_json(g_ptr_array_index(list, i)));
	return out;
}

static json_t *
number_or_null(gint64 n)
{
	return n < 0 ? json_null() : json_integer(n);
}

static json_t *
base64(const void *data, gsize len)
{
	char *b64 = g_base64_encode(data, len);
	json_t *value = json_string(b64);

	g_free(b64);
	return value;
}

static json_t *
flag_list(uint32_t flags)
{
	json_t *out = json_array();

	for (unsigned bit = 0; bit < FLAG_COUNT; bit++)
		if ((flags & 1u << bit) != 0)
			json_array_append_new(out, json_string(flag_name(bit)));
	return out;
}

static void
set_hashes(json_t *out, const struct dkim_check *check)
{
	gsize len;
	const void *bh =
	    check->sig.bh == NULL ? NULL : g_bytes_get_data(check->sig.bh, &len);

	json_object_set_new(out, "body_hash", bh == NULL ? json_null() : base64(bh, len));
	json_object_set_new(out, "body_hash_computed",
	    check->has_body ? base64(check->body.hash, DKIM_HASH_LEN) : json_null());
}

static json_t *
dkim_object(const struct dkim_check *check)
{
	const struct dkim_sig *sig = &check->sig;
	json_t *out = json_object();

	json_object_set_new(out, "d", safe_json(sig->d));
	json_object_set_new(out, "s", safe_json(sig->s));
	json_object_set_new(out, "i", safe_json(sig->i));
	json_object_set_new(out, "a", safe_json(sig->a));
	json_object_set_new(
	    out, "bits", check->bits == 0 ? json_null() : json_integer(check->bits));
	json_object_set_new(out, "result", json_string(dkim_result_name(check->result)));
	json_object_set_new(out, "reason", safe_json(check->reason));
	json_object_set_new(
	    out, "aligned", json_string(dkim_alignment_name(check->alignment)));
	json_object_set_new(out, "signed", text_list(check->is_signed));
	json_object_set_new(out, "unsigned", text_list(check->unsigned_));
	json_object_set_new(out, "oversigned", text_list(check->oversigned));
	json_object_set_new(out, "added", text_list(check->added));
	json_object_set_new(out, "l",
	    sig->l == DKIM_NO_LIMIT ? json_null() : json_integer((json_int_t)sig->l));
	json_object_set_new(out, "body_length",
	    check->has_body ? json_integer((json_int_t)check->body.length) : json_null());
	json_object_set_new(out, "t", number_or_null(sig->t));
	json_object_set_new(out, "x", number_or_null(sig->x));
	json_object_set_new(out, "key_source", safe_json(check->key_source));
	json_object_set_new(out, "key_secure", json_boolean(check->is_key_secure));
	json_object_set_new(out, "key_seen", number_or_null(check->key_seen));
	json_object_set_new(out, "key_test", json_boolean(check->is_key_test));
	json_object_set_new(
	    out, "canonicalization", json_string(dkim_sig_canon_name(sig)));
	json_object_set_new(out, "field", json_integer((json_int_t)check->field));
	set_hashes(out, check);
	return out;
}

static json_t *
dkim_list(const struct verdict *v)
{
	json_t *out = json_array();

	for (guint i = 0; i < v->dkim->len; i++)
		json_array_append_new(out, dkim_object(g_ptr_array_index(v->dkim, i)));
	return out;
}

static json_t *
spf_object(const struct verdict *v)
{
	const struct spf_claim *spf = &v->spf;
	json_t *out = json_object();

	json_object_set_new(
	    out, "result", spf->word == NULL ? json_string("unknown") : safe_json(spf->word));
	json_object_set_new(out, "domain", safe_json(spf->domain));
	json_object_set_new(out, "ip", safe_json(spf->ip));
	json_object_set_new(out, "helo", safe_json(spf->helo));
	json_object_set_new(out, "mail_from", safe_json(spf->from));
	json_object_set_new(out, "source",
	    spf->word == NULL ? json_null()
	    : spf->id != NULL ? json_string("authres")
			      : json_string("local"));
	json_object_set_new(out, "authserv_id", safe_json(spf->id));
	json_object_set_new(
	    out, "aligned", json_string(dkim_alignment_name(v->spf_alignment)));
	json_object_set_new(out, "counts", json_boolean(spf->counts));
	json_object_set_new(out, "open", json_boolean(spf->is_open));
	json_object_set_new(out, "reason",
	    safe_json(spf->word == NULL			 ? spf->unknown_why
		 : spf->own != NULL && spf->id == NULL ? spf->own->problem
						       : ""));
	if (spf->own == NULL)
		return out;
	json_object_set_new(out, "own_result", json_string(spf_result_name(spf->own->result)));
	json_object_set_new(out, "matched", safe_json(spf->own->matched));
	json_object_set_new(out, "explanation", safe_json(spf->own->explanation));
	json_object_set_new(out, "lookups", json_integer((json_int_t)spf->own->lookups));
	json_object_set_new(out, "records", text_list(spf->own->trail));
	return out;
}

static json_t *
dmarc_object(const struct verdict *v)
{
	const struct dmarc_record *record = v->dmarc == NULL ? NULL : v->dmarc->record;
	json_t *out = json_object();

	json_object_set_new(
	    out, "result", json_string(verdict_dmarc_name(v->dmarc_result)));
	json_object_set_new(out, "policy",
	    safe_json(v->dmarc == NULL ? NULL : dmarc_policy_name(v->dmarc->policy)));
	json_object_set_new(out, "domain", safe_json(record == NULL ? NULL : record->domain));
	json_object_set_new(out, "record", safe_json(record == NULL ? NULL : record->text));
	json_object_set_new(out, "source", safe_json(v->dmarc_source));
	json_object_set_new(
	    out, "walk", v->dmarc == NULL ? json_array() : text_list(v->dmarc->walk));
	return out;
}

static json_t *
result_object(const struct authres_result *result)
{
	json_t *out = json_object(), *properties = json_object();

	json_object_set_new(out, "method", safe_json(result->method));
	json_object_set_new(out, "result", safe_json(result->result));
	json_object_set_new(out, "reason", safe_json(result->reason));
	for (guint i = 0; i < result->properties->len; i++) {
		const struct authres_property *one =
		    g_ptr_array_index(result->properties, i);
		char *key = one->ptype[0] == '\0'
				? g_strdup(one->property)
				: g_strconcat(one->ptype, ".", one->property, NULL);
		json_object_set_new(properties, key, safe_json(one->value));
		g_free(key);
	}
	json_object_set_new(out, "properties", properties);
	return out;
}

static const char *
place_name(enum trust_place place)
{
	static const char *const names[] = {"above", "border", "below", "unknown"};

	return names[place];
}

static json_t *
authres_object(const struct trust_field *field)
{
	json_t *out = json_object(), *results = json_array();

	json_object_set_new(
	    out, "authserv_id", safe_json(field->parsed == NULL ? NULL : field->parsed->id));
	json_object_set_new(out, "trusted", json_boolean(field->is_trusted));
	json_object_set_new(out, "used", json_boolean(field->is_used));
	json_object_set_new(out, "certain", json_boolean(field->is_certain));
	json_object_set_new(out, "head", json_boolean(field->is_head));
	json_object_set_new(out, "forged", json_boolean(field->is_forged));
	json_object_set_new(out, "duplicate", json_boolean(field->is_duplicate));
	json_object_set_new(out, "place", json_string(place_name(field->place)));
	json_object_set_new(out, "problem", safe_json(field->problem));
	for (guint i = 0; field->parsed != NULL && i < field->parsed->results->len; i++)
		json_array_append_new(
		    results, result_object(g_ptr_array_index(field->parsed->results, i)));
	json_object_set_new(out, "results", results);
	return out;
}

static json_t *
authres_list(const struct verdict *v)
{
	json_t *out = json_array();

	for (guint i = 0; i < v->trust->fields->len; i++)
		json_array_append_new(
		    out, authres_object(g_ptr_array_index(v->trust->fields, i)));
	return out;
}

static json_t *
author_object(const struct verdict *v)
{
	json_t *out = json_object();

	json_object_set_new(out, "address", safe_json(v->author.address));
	json_object_set_new(out, "domain", safe_json(v->author.domain));
	json_object_set_new(
	    out, "org_domain", safe_json(v->dmarc == NULL ? NULL : v->dmarc->org));
	json_object_set_new(out, "name", safe_json(v->author.display));
	json_object_set_new(out, "looks_like", safe_json(v->guise.like != NULL ? v->guise.like : v->guise.original_like));
	json_object_set_new(out, "namesake", safe_json(v->guise.namesake));
	json_object_set_new(out, "original", safe_json(v->guise.original));
	return out;
}

static json_t *
arc_set_object(const struct arc_set *set)
{
	const struct dkim_check *seal = set->seal, *message = set->message;
	json_t *out = json_object();

	json_object_set_new(out, "i", json_integer(set->instance));
	json_object_set_new(out, "cv", safe_json(seal == NULL ? NULL : seal->sig.cv));
	json_object_set_new(out, "d", safe_json(seal == NULL ? NULL : seal->sig.d));
	json_object_set_new(out, "s", safe_json(seal == NULL ? NULL : seal->sig.s));
	json_object_set_new(out, "ams",
	    message == NULL ? json_null()
			    : json_string(dkim_result_name(message->result)));
	json_object_set_new(
	    out, "ams_reason", safe_json(message == NULL ? NULL : message->reason));
	json_object_set_new(out, "as",
	    seal == NULL ? json_null() : json_string(dkim_result_name(seal->result)));
	json_object_set_new(out, "as_reason", safe_json(seal == NULL ? NULL : seal->reason));
	json_object_set_new(out, "t", number_or_null(seal == NULL ? -1 : seal->sig.t));
	json_object_set_new(out, "claims", safe_json(set->claims));
	return out;
}

static json_t *
arc_object(const struct verdict *v)
{
	json_t *out = json_object(), *instances = json_array();

	json_object_set_new(out, "result", json_string(arc_result_name(v->arc->result)));
	json_object_set_new(out, "reason", safe_json(v->arc->reason));
	for (guint i = 0; i < v->arc->sets->len; i++)
		json_array_append_new(
		    instances, arc_set_object(g_ptr_array_index(v->arc->sets, i)));
	json_object_set_new(out, "instances", instances);
	return out;
}

/* Fields of a method that needs the envelope and cannot be judged after delivery: shown
 * as they are. */
static json_t *
dkim2_list(const struct verdict *v)
{
	static const char *const names[] = {"dkim2-signature", "message-instance"};
	json_t *out = json_array();

	for (size_t i = 0; i < v->message->n_fields && json_array_size(out) < DKIM2_MAX;
	     i++)
		for (size_t k = 0; k < G_N_ELEMENTS(names); k++) {
			if (!message_is_field(&v->message->fields[i], names[k]))
				continue;
			char *value = message_text(&v->message->fields[i]);
			json_array_append_new(out, json_pack("{s:s, s:o}", "field",
						       names[k], "value", safe_json(value)));
			g_free(value);
		}
	return out;
}

json_t *
verdict_json(const struct verdict *v)
{
	json_t *out = json_object();

	json_object_set_new(out, "verdict", json_string(verdict_kind_name(v->kind)));
	json_object_set_new(out, "summary", safe_json(v->summary));
	json_object_set_new(out, "author", author_object(v));
	json_object_set_new(out, "flags", flag_list(v->flags));
	json_object_set_new(out, "dkim", dkim_list(v));
	json_object_set_new(out, "spf", spf_object(v));
	json_object_set_new(out, "dmarc", dmarc_object(v));
	json_object_set_new(out, "arc", arc_object(v));
	json_object_set_new(out, "dkim2", dkim2_list(v));
	json_object_set_new(out, "authres", authres_list(v));
	json_object_set_new(out, "path", path_json(v->message, v->trust));
	json_object_set_new(out, "bimi",
	    json_pack("{s:s, s:s}", "result", "unknown", "reason", "not looked up"));
	json_object_set_new(out, "queries", text_list(dns_session_log(v->session)));
	json_object_set_new(out, "evaluated", when_json(v->evaluated));
	return out;
}
