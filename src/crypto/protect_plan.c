/* SPDX-License-Identifier: GPL-3.0-or-later */
/* protect_plan.c - which keys, of which kind. OpenPGP goes first, as its recipients can be hidden; S/MIME
 * is taken when everybody has a certificate and not everybody a key. */
#include "base/error.h"
#include "base/jsonl.h"
#include "crypto/keys.h"
#include "crypto/protect.h"

#include <string.h>

#define MAX_RECIPIENTS 500

static void
add_reader(json_t *readers, const char *address, gpgme_key_t key, bool is_believed, bool is_chosen)
{
	json_array_append_new(readers,
	    json_pack("{s:o, s:o, s:o, s:b, s:s}", "address", jsonl_text(address, -1), "fingerprint",
		jsonl_text(key->fpr, -1), "user_id",
		jsonl_text(key->uids != NULL ? key->uids->uid : NULL, -1), "believed", is_believed,
		"source", is_chosen ? "chosen" : "keyring"));
}

static void
add_problem(struct protect_plan *p, json_t *readers, const char *address, GError *error)
{
	json_array_append_new(readers,
	    json_pack("{s:o, s:o}", "address", jsonl_text(address, -1), "problem",
		jsonl_text(error->message, -1)));
	if (!json_is_string(json_object_get(p->report, "problem")))
		json_object_set_new(p->report, "problem", jsonl_text(error->message, -1));
	g_error_free(error);
}

/* A key that came by Autocrypt, in a file: for this letter only. */
static bool
add_file(struct protect_plan *p, const struct protect_opts *opts, json_t *readers, const char *address)
{
	char *lower = g_utf8_strdown(address, -1);
	const char *path = jsonl_string(opts->key_files, lower);
	g_free(lower);
	if (path == NULL || p->protocol != GPGME_PROTOCOL_OpenPGP)
		return false;
	g_string_append_printf(p->text, "--file\n%s\n--no-file\n", path);
	json_array_append_new(readers,
	    json_pack("{s:o, s:n, s:n, s:b, s:s}", "address", jsonl_text(address, -1), "fingerprint",
		"user_id", "believed", false, "source", "autocrypt"));
	return true;
}

static const char *
chosen_for(const struct protect_opts *opts, const char *address)
{
	char *lower = g_utf8_strdown(address, -1);
	const char *out = jsonl_string(opts->chosen, lower);
	g_free(lower);
	return out;
}

static bool
add_readers(struct protect_plan *p, const struct protect_opts *opts, const char *const *addresses,
    json_t *readers)
{
	bool all = true;
	unsigned i;
	for (i = 0; i < MAX_RECIPIENTS && addresses[i] != NULL; i++) {
		GError *error = NULL;
		bool is_believed = false;
		const char *chosen = chosen_for(opts, addresses[i]);
		gpgme_key_t key = chosen != NULL
		    ? keys_chosen(p->protocol, &opts->engine, chosen, addresses[i], &is_believed, &error)
		    : keys_for_recipient(p->protocol, &opts->engine, addresses[i], &is_believed, &error);
		if (key != NULL) {
			g_ptr_array_add(p->keys, key);
			g_string_append_printf(p->text, "%s\n", key->fpr);
			add_reader(readers, addresses[i], key, is_believed, chosen != NULL);
		} else if (add_file(p, opts, readers, addresses[i])) {
			g_clear_error(&error);
		} else {
			add_problem(p, readers, addresses[i], error);
			all = false;
		}
	}
	if (addresses[i] == NULL)
		return all;
	add_problem(p, readers, addresses[i],
	    g_error_new(PF_ERROR, PF_ERROR_LIMIT, "a letter is encrypted for %d readers at most; send it to some at a time",
		MAX_RECIPIENTS));
	return false;
}

/* All readers of one kind of key; the author is one of them. */
static bool
find_readers(struct protect_plan *p, const struct protect_opts *opts)
{
	const char *const self[] = { opts->author, NULL };
	json_t *readers = json_array(), *own = json_array();
	bool all;
	g_ptr_array_set_size(p->keys, 0);
	g_string_truncate(p->text, 0);
	json_object_set_new(p->report, "problem", json_null());
	all = add_readers(p, opts, opts->recipients, readers);
	if (opts->hidden[0] != NULL && p->protocol == GPGME_PROTOCOL_CMS) {
		json_object_set_new(p->report, "problem",
		    json_string("S/MIME tells each reader who the others are; write to those of Bcc "
				"in a letter of their own"));
		all = false;
	} else if (opts->hidden[0] != NULL) {
		g_string_append(p->text, "--hidden\n");
		all = add_readers(p, opts, opts->hidden, readers) && all;
		g_string_append(p->text, "--no-hidden\n");
	}
	all = add_readers(p, opts, self, own) && all;
	json_decref(own);
	json_object_set_new(p->report, "recipients", readers);
	return all;
}

static void
set_protocol(struct protect_plan *p, gpgme_protocol_t protocol)
{
	p->protocol = protocol;
	json_object_set_new(p->report, "protocol",
	    json_string(protocol == GPGME_PROTOCOL_CMS ? "smime" : "openpgp"));
}

static bool
find_signer(struct protect_plan *p, const struct protect_opts *opts, GError **error)
{
	const char *wish = p->protocol == GPGME_PROTOCOL_CMS ? opts->smime_key : opts->openpgp_key;
	p->signer = keys_for_signer(p->protocol, &opts->engine, wish, opts->author, error);
	if (p->signer == NULL)
		return false;
	json_object_set_new(p->report, "signer", keys_json(p->signer));
	return true;
}

/* May this kind be used at all: asked for, or left open? */
static bool
is_open_to(const struct protect_opts *opts, const char *name)
{
	return opts->protocol == NULL || strcmp(opts->protocol, name) == 0;
}

/* Readers without a key. */
static size_t
n_missing(const json_t *report)
{
	size_t n = 0, i;
	json_t *one;
	json_array_foreach(json_object_get(report, "recipients"), i, one)
		n += json_object_get(one, "problem") != NULL;
	return n;
}

static bool
choose_encryption(struct protect_plan *p, const struct protect_opts *opts, GError **error)
{
	static const struct {
		const char *name;
		gpgme_protocol_t protocol;
	} kinds[] = { { "openpgp", GPGME_PROTOCOL_OpenPGP }, { "smime", GPGME_PROTOCOL_CMS } };
	json_t *best = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds) && !p->encrypt; i++) {
		if (!is_open_to(opts, kinds[i].name))
			continue;
		set_protocol(p, kinds[i].protocol);
		p->encrypt = find_readers(p, opts);
		if (!p->encrypt && (best == NULL || n_missing(p->report) < n_missing(best))) {
			json_decref(best);
			best = json_deep_copy(p->report);
		}
	}
	if (!p->encrypt && best != NULL) { /* what is missing is said of the kind that lacks least */
		json_decref(p->report);
		p->report = json_incref(best);
		p->protocol = strcmp(jsonl_string(best, "protocol"), "smime") == 0
		    ? GPGME_PROTOCOL_CMS
		    : GPGME_PROTOCOL_OpenPGP;
	}
	json_decref(best);
	if (p->encrypt || opts->encrypt == PROTECT_IF_POSSIBLE)
		return true;
	const char *why = jsonl_string(p->report, "problem");
	g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND,
	    "it cannot be encrypted: %s; `penfold key fetch ADDRESS` looks for a key", why != NULL ? why : "no key");
	return false;
}

/* Signing alone: the kind whose key there is. */
static bool
choose_signature(struct protect_plan *p, const struct protect_opts *opts, GError **error)
{
	GError *why = NULL;
	if (p->encrypt)
		return find_signer(p, opts, error);
	if (is_open_to(opts, "openpgp")) {
		set_protocol(p, GPGME_PROTOCOL_OpenPGP);
		if (find_signer(p, opts, &why))
			return true;
	}
	/* an agent that does not answer is the same one */
	if (is_open_to(opts, "smime") && !g_error_matches(why, PF_ERROR, PF_ERROR_TIMEOUT)) {
		set_protocol(p, GPGME_PROTOCOL_CMS);
		if (find_signer(p, opts, why == NULL ? &why : NULL)) {
			g_clear_error(&why);
			return true;
		}
	}
	g_propagate_prefixed_error(error, why, "it cannot be signed: ");
	return false;
}

bool
protect_plan(struct protect_plan *out, const struct protect_opts *opts, GError **error)
{
	*out = (struct protect_plan){
		.protocol = GPGME_PROTOCOL_OpenPGP,
		.keys = g_ptr_array_new_with_free_func((GDestroyNotify)gpgme_key_unref),
		.text = g_string_new(NULL),
		.report = json_pack("{s:n, s:n, s:[], s:n}", "protocol", "signer", "recipients", "problem"),
	};
	if (opts->encrypt != PROTECT_PLAIN && !choose_encryption(out, opts, error))
		return false;
	/* EnvelopedData notices no change: S/MIME is never encrypted without a signature in it */
	out->sign = opts->sign || (out->encrypt && out->protocol == GPGME_PROTOCOL_CMS);
	if (out->sign && !choose_signature(out, opts, error))
		return false;
	json_object_set_new(out->report, "sign", json_boolean(out->sign));
	json_object_set_new(out->report, "encrypt", json_boolean(out->encrypt));
	return true;
}

void
protect_plan_clear(struct protect_plan *p)
{
	if (p->signer != NULL)
		gpgme_key_unref(p->signer);
	g_ptr_array_unref(p->keys);
	g_string_free(p->text, TRUE);
	json_decref(p->report);
	*p = (struct protect_plan){ 0 };
}
