/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys.c - the keyring is gpg's and gpgsm's own; this reads it and chooses. */
#include "crypto/keys.h"

#include "base/error.h"
#include "base/jsonl.h"

#include <string.h>

static const char *
protocol_name(gpgme_protocol_t protocol)
{
	return protocol == GPGME_PROTOCOL_CMS ? "smime" : "openpgp";
}

static const char *
state_of(gpgme_key_t key)
{
	if (key->revoked)
		return "revoked";
	if (key->expired)
		return "expired";
	if (key->disabled)
		return "disabled";
	return key->invalid ? "invalid" : "ok";
}

static bool
is_usable(gpgme_key_t key)
{
	return !key->revoked && !key->expired && !key->disabled && !key->invalid;
}

static const char *
validity_name(gpgme_validity_t validity)
{
	switch (validity) {
	case GPGME_VALIDITY_UNKNOWN:
	case GPGME_VALIDITY_UNDEFINED:
		return "unknown";
	case GPGME_VALIDITY_NEVER:
		return "never";
	case GPGME_VALIDITY_MARGINAL:
		return "marginal";
	case GPGME_VALIDITY_FULL:
		return "full";
	case GPGME_VALIDITY_ULTIMATE:
		return "ultimate";
	}
	return "unknown";
}

/* All keys of a pattern. Owned array of owned keys; NULL and error when the engine fails. */
static GPtrArray *
list(gpgme_protocol_t protocol, const struct engine_opts *opts, const char *pattern,
    enum engine_keys which, GError **error)
{
	struct engine e;
	if (!engine_open(&e, protocol, opts, 0, error))
		return NULL;
	GPtrArray *out = engine_list(&e, pattern, which, error);
	engine_close(&e);
	return out;
}

static bool
names(gpgme_user_id_t uid, const char *address)
{
	const char *text = uid->email != NULL ? uid->email : "";
	size_t len = strlen(text), n = strlen(address);
	if (len > 2 && text[0] == '<' && text[len - 1] == '>') {
		text++;
		len -= 2;
	}
	return len == n && g_ascii_strncasecmp(text, address, n) == 0;
}

/* Does the key name the address, and does anything vouch for that? */
static bool
speaks_for(gpgme_key_t key, const char *address, bool *is_believed_out)
{
	bool found = false;
	*is_believed_out = false;
	for (gpgme_user_id_t uid = key->uids; uid != NULL; uid = uid->next) {
		if (uid->revoked || uid->invalid || uid->validity == GPGME_VALIDITY_NEVER ||
		    !names(uid, address))
			continue;
		found = true;
		*is_believed_out = *is_believed_out || uid->validity >= GPGME_VALIDITY_FULL;
	}
	/* gpgsm says it of the subject alone */
	if (found && key->protocol == GPGME_PROTOCOL_CMS && key->uids != NULL)
		*is_believed_out = *is_believed_out || key->uids->validity >= GPGME_VALIDITY_FULL;
	return found;
}

static gint64
created(gpgme_key_t key)
{
	return key->subkeys != NULL ? (gint64)key->subkeys->timestamp : 0;
}

struct pick {
	gpgme_key_t best; /* borrowed */
	bool is_believed;
	unsigned n_unbelieved;
	const char *reason; /* why the last one will not do */
};

static void
consider(struct pick *p, gpgme_key_t key, const char *address)
{
	bool is_believed;
	if (!speaks_for(key, address, &is_believed))
		return;
	if (!is_usable(key) || !key->can_encrypt) {
		p->reason = is_usable(key) ? "not made for encryption" : state_of(key);
		return;
	}
	p->n_unbelieved += !is_believed;
	if (p->best == NULL || (is_believed && !p->is_believed) ||
	    (is_believed == p->is_believed && created(key) > created(p->best))) {
		p->best = key;
		p->is_believed = is_believed;
	}
}

gpgme_key_t
keys_for_recipient(gpgme_protocol_t protocol, const struct engine_opts *opts, const char *address,
    bool *is_believed_out, GError **error)
{
	char *pattern = g_strdup_printf("<%s>", address);
	GPtrArray *keys = list(protocol, opts, pattern, ENGINE_PUBLIC, error);
	struct pick p = { 0 };
	gpgme_key_t out = NULL;
	g_free(pattern);
	if (keys == NULL)
		return NULL;
	for (size_t i = 0; i < keys->len; i++)
		consider(&p, keys->pdata[i], address);
	if (p.best != NULL && (p.is_believed || p.n_unbelieved == 1)) {
		out = p.best;
		gpgme_key_ref(out);
		*is_believed_out = p.is_believed;
	} else if (p.best != NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND,
		    "%s: %u keys name this address and nobody vouches for any; "
		    "`penfold key trust FINGERPRINT` chooses one", address, p.n_unbelieved);
	} else {
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: %s%s%s", address,
		    p.reason != NULL ? "the key is " : "no key",
		    p.reason != NULL ? p.reason : "", p.reason != NULL ? "" : " is known for this address");
	}
	g_ptr_array_unref(keys);
	return out;
}

gpgme_key_t
keys_chosen(gpgme_protocol_t protocol, const struct engine_opts *opts, const char *fingerprint,
    const char *address, bool *is_believed_out, GError **error)
{
	struct engine e;
	if (!engine_open(&e, protocol, opts, 0, error))
		return NULL;
	gpgme_key_t key = engine_key(&e, fingerprint);
	engine_close(&e);
	if (key != NULL && is_usable(key) && key->can_encrypt) {
		(void)speaks_for(key, address, is_believed_out);
		return key;
	}
	g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: the key that was chosen %s", address,
	    key == NULL ? "is not in the keyring" : "cannot encrypt now");
	if (key != NULL)
		gpgme_key_unref(key);
	return NULL;
}

static gpgme_key_t
pick_signer(GPtrArray *keys, const char *address)
{
	gpgme_key_t best = NULL;
	bool is_believed;
	for (size_t i = 0; i < keys->len; i++) {
		gpgme_key_t key = keys->pdata[i];
		if (!is_usable(key) || !key->can_sign ||
		    (address != NULL && !speaks_for(key, address, &is_believed)))
			continue;
		if (best == NULL || created(key) > created(best))
			best = key;
	}
	return best;
}

gpgme_key_t
keys_for_signer(gpgme_protocol_t protocol, const struct engine_opts *opts, const char *wish,
    const char *address, GError **error)
{
	char *pattern = wish != NULL ? g_strdup(wish) : g_strdup_printf("<%s>", address);
	GPtrArray *keys = list(protocol, opts, pattern, ENGINE_SECRET, error);
	gpgme_key_t out = keys != NULL ? pick_signer(keys, wish != NULL ? NULL : address) : NULL;
	if (out != NULL)
		gpgme_key_ref(out);
	else if (keys != NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND,
		    "no secret %s for %s can sign now; `penfold key list --secret` shows what there is",
		    protocol == GPGME_PROTOCOL_CMS ? "certificate" : "key", wish != NULL ? wish : address);
	g_clear_pointer(&keys, g_ptr_array_unref);
	g_free(pattern);
	return out;
}

/* --- JSON --- */

static json_t *
time_json(gint64 seconds)
{
	GDateTime *when = seconds > 0 ? g_date_time_new_from_unix_utc(seconds) : NULL;
	char *text = when != NULL ? g_date_time_format_iso8601(when) : NULL;
	json_t *out = jsonl_text(text, -1);
	g_free(text);
	if (when != NULL)
		g_date_time_unref(when);
	return out;
}

static json_t *
user_ids_json(gpgme_key_t key)
{
	json_t *out = json_array();
	for (gpgme_user_id_t uid = key->uids; uid != NULL; uid = uid->next)
		json_array_append_new(out,
		    json_pack("{s:o, s:o, s:s}", "user_id", jsonl_text(uid->uid, -1), "address",
			jsonl_text(uid->email != NULL && *uid->email != '\0' ? uid->email : NULL, -1),
			"validity", uid->revoked ? "revoked" : validity_name(uid->validity)));
	return out;
}

json_t *
keys_json(gpgme_key_t key)
{
	gpgme_subkey_t sub = key->subkeys;
	const char *fpr = key->fpr != NULL ? key->fpr : sub != NULL ? sub->fpr : NULL;
	gpgme_validity_t best = GPGME_VALIDITY_UNKNOWN;
	for (gpgme_user_id_t uid = key->uids; uid != NULL; uid = uid->next)
		best = MAX(best, uid->validity);
	json_t *out = json_pack("{s:s, s:o, s:o, s:o, s:s, s:s}", "protocol", protocol_name(key->protocol),
	    "fingerprint", jsonl_text(fpr, -1), "user_id",
	    jsonl_text(key->uids != NULL ? key->uids->uid : NULL, -1), "user_ids", user_ids_json(key),
	    "validity", validity_name(best), "state", state_of(key));
	json_object_set_new(out, "created", time_json(created(key)));
	json_object_set_new(out, "expires", time_json(sub != NULL ? (gint64)sub->expires : 0));
	json_object_set_new(out, "algorithm",
	    jsonl_text(sub != NULL ? gpgme_pubkey_algo_name(sub->pubkey_algo) : NULL, -1));
	json_object_set_new(out, "bits", json_integer(sub != NULL ? (json_int_t)sub->length : 0));
	json_object_set_new(out, "secret", json_boolean(key->secret));
	json_object_set_new(out, "can_sign", json_boolean(key->can_sign));
	json_object_set_new(out, "can_encrypt", json_boolean(key->can_encrypt));
	return out;
}

static void
append_all(json_t *out, GPtrArray *keys)
{
	for (size_t i = 0; keys != NULL && i < keys->len; i++)
		json_array_append_new(out, keys_json(keys->pdata[i]));
	g_clear_pointer(&keys, g_ptr_array_unref);
}

json_t *
keys_list(const struct engine_opts *opts, const char *pattern, bool secret, GError **error)
{
	static const gpgme_protocol_t protocols[] = { GPGME_PROTOCOL_OpenPGP, GPGME_PROTOCOL_CMS };
	json_t *out = json_array();
	for (size_t i = 0; i < G_N_ELEMENTS(protocols); i++) {
		GError *why = NULL;
		append_all(out, list(protocols[i], opts, pattern, secret ? ENGINE_SECRET : ENGINE_MARKED, &why));
		bool is_missing = g_error_matches(why, PF_ERROR, PF_ERROR_UNAVAILABLE);
		if (why != NULL && !is_missing) {
			g_propagate_error(error, why);
			json_decref(out);
			return NULL;
		}
		g_clear_error(&why); /* one of the two need not be installed */
	}
	return out;
}

/* --- in and out --- */

static json_t *
imported_json(gpgme_protocol_t protocol, const struct engine_opts *opts, gpgme_import_result_t result)
{
	json_t *keys = json_array();
	unsigned n = 0;
	for (gpgme_import_status_t s = result->imports; s != NULL && n < 100; s = s->next, n++) {
		GPtrArray *found = s->fpr != NULL ? list(protocol, opts, s->fpr, ENGINE_PUBLIC, NULL) : NULL;
		append_all(keys, found);
	}
	return json_pack("{s:i, s:i, s:i, s:o}", "imported",
	    result->imported + result->new_user_ids + result->new_sub_keys, "unchanged", result->unchanged,
	    "considered", result->considered, "keys", keys);
}

json_t *
keys_import(gpgme_protocol_t protocol, const struct engine_opts *opts, GBytes *data, GError **error)
{
	struct engine e;
	gsize len;
	const void *bytes = g_bytes_get_data(data, &len);
	if (!engine_open(&e, protocol, opts, len, error))
		return NULL;
	gpgme_data_t in = engine_data_in(bytes, len);
	json_t *out = NULL;
	gpgme_error_t err = in != NULL ? engine_wait(&e, gpgme_op_import_start(e.ctx, in))
				       : gpgme_error(GPG_ERR_ENOMEM);
	gpgme_import_result_t result = err == 0 ? gpgme_op_import_result(e.ctx) : NULL;
	if (result != NULL && result->considered > 0)
		out = imported_json(protocol, opts, result);
	else if (err != 0)
		(void)engine_fail(&e, "import", err, error);
	else
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "there is no key in it");
	if (in != NULL)
		gpgme_data_release(in);
	engine_close(&e);
	return out;
}

json_t *
keys_look(gpgme_protocol_t protocol, const struct engine_opts *opts, GBytes *data, GError **error)
{
	struct engine e;
	if (!engine_open(&e, protocol, opts, g_bytes_get_size(data), error))
		return NULL;
	GPtrArray *found = engine_list_data(&e, data, error);
	json_t *out = found != NULL ? json_array() : NULL;
	append_all(out, found);
	engine_close(&e);
	return out;
}

GByteArray *
keys_export(gpgme_protocol_t protocol, const struct engine_opts *opts, const char *pattern,
    enum keys_form form, GError **error)
{
	static const gpgme_export_mode_t modes[] = {
		[KEYS_ARMORED] = 0,
		[KEYS_ARMORED_MINIMAL] = GPGME_EXPORT_MODE_MINIMAL,
		[KEYS_BINARY_MINIMAL] = GPGME_EXPORT_MODE_MINIMAL,
		[KEYS_SECRET] = GPGME_EXPORT_MODE_SECRET,
	};
	struct engine e;
	struct engine_sink sink = { 0 };
	GByteArray *out = NULL;
	if (!engine_open(&e, protocol, opts, 0, error))
		return NULL;
	gpgme_error_t err = gpgme_error(GPG_ERR_ENOMEM);
	gpgme_set_armor(e.ctx, form != KEYS_BINARY_MINIMAL);
	if (engine_sink_open(&sink))
		err = engine_wait(&e, gpgme_op_export_start(e.ctx, pattern, modes[form], sink.data));
	if (err != 0)
		(void)engine_fail(&e, "export", err, error);
	else if (sink.bytes->len == 0)
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "no key is known for %s", pattern);
	else
		out = engine_sink_take(&sink);
	engine_sink_close(&sink);
	engine_close(&e);
	return out;
}

bool
keys_believe(const struct engine_opts *opts, const char *fingerprint, GError **error)
{
	struct engine e;
	if (!engine_open(&e, GPGME_PROTOCOL_OpenPGP, opts, 0, error))
		return false;
	gpgme_key_t key = engine_key(&e, fingerprint);
	gpgme_error_t err = key == NULL
	    ? gpgme_error(GPG_ERR_NO_PUBKEY)
	    : engine_wait(&e,
		  gpgme_op_keysign_start(e.ctx, key, NULL, 0, GPGME_KEYSIGN_LOCAL | GPGME_KEYSIGN_NOEXPIRE));
	if (key != NULL)
		gpgme_key_unref(key);
	bool ok = err == 0 || engine_fail(&e, "sign the key", err, error);
	engine_close(&e);
	return ok;
}
