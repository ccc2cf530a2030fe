/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signature.c - GPGME's results made into plain data, and the one decision over all of them. */
#include "crypto/signature.h"

#include "base/jsonl.h"

#include <string.h>

#define MAX_SIGNATURES 16 /* of one layer; each costs a look into the keyring */

static void
name_free(void *p)
{
	struct signature_name *n = p;
	g_free(n->address);
	g_free(n->user_id);
	g_free(n);
}

static void
signature_free(void *p)
{
	struct signature *s = p;
	g_free(s->fingerprint);
	g_free(s->user_id);
	g_ptr_array_unref(s->names);
	g_free(s->algorithm);
	g_free(s->problem);
	g_free(s);
}

const char *
signature_status_name(enum signature_status status)
{
	static const char *const names[] = {
		[SIGNATURE_VALID] = "valid",
		[SIGNATURE_INVALID] = "invalid",
		[SIGNATURE_UNKNOWN_KEY] = "unknown-key",
		[SIGNATURE_EXPIRED] = "expired",
		[SIGNATURE_REVOKED] = "revoked",
		[SIGNATURE_UNTRUSTED] = "untrusted",
		[SIGNATURE_ERROR] = "error",
	};
	return names[status];
}

GPtrArray *
signature_list_new(void)
{
	return g_ptr_array_new_with_free_func(signature_free);
}

static struct signature *
add_new(GPtrArray *list, bool is_smime)
{
	struct signature *s = g_new0(struct signature, 1);
	s->is_smime = is_smime;
	s->status = SIGNATURE_ERROR;
	s->names = g_ptr_array_new_with_free_func(name_free);
	g_ptr_array_add(list, s);
	return s;
}

void
signature_list_add_error(GPtrArray *list, bool is_smime, const char *problem)
{
	add_new(list, is_smime)->problem = g_utf8_make_valid(problem, -1);
}

/* GPGME's words for a signature are several; the worst of them counts. */
static enum signature_status
status_of(gpgme_signature_t sig)
{
	switch ((int)gpgme_err_code(sig->status)) {
	case GPG_ERR_NO_ERROR:
		break;
	case GPG_ERR_BAD_SIGNATURE:
		return SIGNATURE_INVALID;
	case GPG_ERR_NO_PUBKEY:
		return SIGNATURE_UNKNOWN_KEY;
	case GPG_ERR_SIG_EXPIRED:
	case GPG_ERR_KEY_EXPIRED:
	case GPG_ERR_CERT_EXPIRED:
		return SIGNATURE_EXPIRED;
	case GPG_ERR_CERT_REVOKED:
		return SIGNATURE_REVOKED;
	default:
		return SIGNATURE_ERROR;
	}
	if (sig->summary & GPGME_SIGSUM_RED)
		return SIGNATURE_INVALID;
	if (sig->summary & GPGME_SIGSUM_KEY_REVOKED)
		return SIGNATURE_REVOKED;
	if (sig->summary & (GPGME_SIGSUM_KEY_EXPIRED | GPGME_SIGSUM_SIG_EXPIRED))
		return SIGNATURE_EXPIRED;
	if (sig->summary & GPGME_SIGSUM_KEY_MISSING)
		return SIGNATURE_UNKNOWN_KEY;
	if (sig->wrong_key_usage)
		return SIGNATURE_ERROR;
	if (sig->summary & GPGME_SIGSUM_TOFU_CONFLICT)
		return SIGNATURE_UNTRUSTED;
	if (sig->validity == GPGME_VALIDITY_FULL || sig->validity == GPGME_VALIDITY_ULTIMATE)
		return SIGNATURE_VALID;
	return SIGNATURE_UNTRUSTED;
}

static char *
problem_of(const struct signature *s, gpgme_signature_t sig)
{
	switch (s->status) {
	case SIGNATURE_VALID:
		return NULL;
	case SIGNATURE_INVALID:
		return g_strdup("the text was changed, or the signature is another's");
	case SIGNATURE_UNKNOWN_KEY:
		return g_strdup("the key is not in the keyring");
	case SIGNATURE_EXPIRED:
		return g_strdup(gpgme_err_code(sig->status) == GPG_ERR_SIG_EXPIRED
			? "the signature has expired"
			: "the key has expired");
	case SIGNATURE_REVOKED:
		return g_strdup("the key was revoked");
	case SIGNATURE_UNTRUSTED:
		return g_strdup(s->is_smime ? "nobody you trust vouches for the certificate"
					    : "nobody you trust vouches for the key");
	case SIGNATURE_ERROR:
		if (sig->wrong_key_usage)
			return g_strdup("could not verify: the key is not for signatures");
		return g_strdup_printf("could not verify: %s",
		    sig->status != 0 ? gpgme_strerror(sig->status)
				     : "the key cannot be looked up");
	}
	return NULL;
}

static bool
is_believed(gpgme_user_id_t uid)
{
	return !uid->revoked && !uid->invalid &&
	    (uid->validity == GPGME_VALIDITY_FULL || uid->validity == GPGME_VALIDITY_ULTIMATE);
}

/* gpgsm's words for an address are <a@b>. */
static char *
address_of(gpgme_user_id_t uid)
{
	const char *text = uid->email != NULL ? uid->email : "";
	size_t len = strlen(text);
	if (len > 2 && text[0] == '<' && text[len - 1] == '>') {
		text++;
		len -= 2;
	}
	char *cut = g_strndup(text, len);
	char *valid = g_utf8_make_valid(cut, -1);
	char *out = g_utf8_strdown(valid, -1);
	g_free(valid);
	g_free(cut);
	return out;
}

static void
add_name(struct signature *s, gpgme_user_id_t uid)
{
	char *address = address_of(uid);
	if (*address == '\0') {
		g_free(address);
		return;
	}
	struct signature_name *n = g_new0(struct signature_name, 1);
	n->address = address;
	n->user_id = g_utf8_make_valid(uid->uid != NULL ? uid->uid : "", -1);
	g_ptr_array_add(s->names, n);
}

/* Which user ids may speak for the key. A key with one believed id may carry others that nobody
 * vouches for; of a certificate the chain vouches for all. */
static void
add_names(struct signature *s, gpgme_key_t key)
{
	for (gpgme_user_id_t uid = key->uids; uid != NULL; uid = uid->next) {
		if (s->user_id == NULL && uid->uid != NULL && *uid->uid != '\0')
			s->user_id = g_utf8_make_valid(uid->uid, -1);
		if (s->is_smime ? s->status == SIGNATURE_VALID : is_believed(uid))
			add_name(s, uid);
	}
}

static void
look_up_key(struct signature *s, struct engine *e, const char *fpr)
{
	gpgme_key_t key = fpr != NULL ? engine_key(e, fpr) : NULL;
	if (key == NULL) {
		/* what cannot be looked up vouches for nobody */
		if (s->status == SIGNATURE_VALID)
			s->status = SIGNATURE_ERROR;
		return;
	}
	const char *primary =
	    key->fpr != NULL ? key->fpr : key->subkeys != NULL ? key->subkeys->fpr : NULL;
	if (primary != NULL) {
		g_free(s->fingerprint);
		s->fingerprint = g_strdup(primary);
	}
	if (key->revoked && s->status != SIGNATURE_INVALID)
		s->status = SIGNATURE_REVOKED;
	add_names(s, key);
	gpgme_key_unref(key);
}

static char *
algorithm_of(gpgme_signature_t sig)
{
	const char *key = gpgme_pubkey_algo_name(sig->pubkey_algo);
	const char *hash = gpgme_hash_algo_name(sig->hash_algo);
	if (key == NULL && hash == NULL)
		return NULL;
	return g_strdup_printf("%s%s%s", key != NULL ? key : "", key != NULL && hash != NULL ? ", " : "",
	    hash != NULL ? hash : "");
}

void
signature_list_add(GPtrArray *list, struct engine *e, bool is_smime, bool covers_all)
{
	gpgme_verify_result_t result = gpgme_op_verify_result(e->ctx);
	unsigned n = 0;
	if (result == NULL)
		return;
	/* the context's result goes when it is asked for a key */
	gpgme_result_ref(result);
	for (gpgme_signature_t sig = result->signatures; sig != NULL && n < MAX_SIGNATURES;
	     sig = sig->next, n++) {
		struct signature *s = add_new(list, is_smime);
		s->covers_all = covers_all;
		s->status = status_of(sig);
		s->fingerprint = g_strdup(sig->fpr);
		s->created = (gint64)sig->timestamp;
		s->algorithm = algorithm_of(sig);
		if (s->status != SIGNATURE_UNKNOWN_KEY)
			look_up_key(s, e, sig->fpr);
		s->problem = problem_of(s, sig);
	}
	gpgme_result_unref(result);
}

void
signature_list_match(GPtrArray *list, const char *from)
{
	char *author = from != NULL ? g_utf8_strdown(from, -1) : NULL;
	for (size_t i = 0; i < list->len; i++) {
		struct signature *s = list->pdata[i];
		s->matches_from = false;
		for (size_t k = 0; author != NULL && k < s->names->len; k++) {
			const struct signature_name *n = s->names->pdata[k];
			if (s->matches_from || strcmp(n->address, author) != 0)
				continue;
			s->matches_from = true;
			/* a certificate's address alone says less than its subject with it */
			char *old = s->user_id;
			s->user_id = s->is_smime && old != NULL
			    ? g_strdup_printf("%s <%s>", old, n->address)
			    : g_strdup(n->user_id);
			g_free(old);
		}
	}
	g_free(author);
}

const struct signature *
signature_list_best(const GPtrArray *list)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct signature *s = list->pdata[i];
		if (s->status == SIGNATURE_VALID && s->covers_all && s->matches_from)
			return s;
	}
	return NULL;
}

bool
signature_list_has(const GPtrArray *list, enum signature_status status)
{
	for (size_t i = 0; i < list->len; i++)
		if (((const struct signature *)list->pdata[i])->status == status)
			return true;
	return false;
}

json_t *
signature_json(const struct signature *s)
{
	json_t *out = json_pack("{s:s, s:s, s:s, s:o, s:o, s:b}", "type", s->is_smime ? "smime" : "openpgp",
	    "status", signature_status_name(s->status), "covers", s->covers_all ? "all" : "part",
	    "fingerprint", jsonl_text(s->fingerprint, -1), "user_id", jsonl_text(s->user_id, -1),
	    "matches_from", s->matches_from);
	GDateTime *created = s->created > 0 ? g_date_time_new_from_unix_utc(s->created) : NULL;
	char *text = created != NULL ? g_date_time_format_iso8601(created) : NULL;
	json_object_set_new(out, "created", jsonl_text(text, -1));
	json_object_set_new(out, "algorithm", jsonl_text(s->algorithm, -1));
	json_object_set_new(out, "problem", jsonl_text(s->problem, -1));
	g_free(text);
	if (created != NULL)
		g_date_time_unref(created);
	return out;
}

/* Is there a valid signature of the author's that covers a part only? */
static bool
has_part(const GPtrArray *list)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct signature *s = list->pdata[i];
		if (s->status == SIGNATURE_VALID && !s->covers_all)
			return true;
	}
	return false;
}

const char *
signature_shown_as(const GPtrArray *list, bool is_encrypted)
{
	if (signature_list_has(list, SIGNATURE_INVALID))
		return "bad-signature";
	if (signature_list_best(list) != NULL)
		return is_encrypted ? "encrypted-signed" : "signed";
	if (is_encrypted)
		return "encrypted";
	return has_part(list) ? "partly-signed" : "none";
}
