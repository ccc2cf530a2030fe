/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crypt_dkim.c - operations on DKIM keys: made, told to the world, signed with. The keys
 * are read anew for each request: they stay in memory no longer than that. */
#include "programs/crypt_ops.h"

#include "auth/dkim_private.h"
#include "auth/domain.h"
#include "base/limits.h"
#include "base/paths.h"
#include "base/secret.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define LABEL "._domainkey."

static void
free_key(gpointer key)
{
	dkim_sign_key_free(key);
}

/* --- which keys --- */

/* selector may be a name: SELECTOR._domainkey.DOMAIN. */
static struct dkim_sign_key *
load(const char *path, const char *selector, const char *domain,
    const struct secret *passphrase, GError **error)
{
	struct secret *pem = dkim_private_read(path, error);
	const char *label = strstr(selector, LABEL);
	char *first = label != NULL ? g_strndup(selector, (gsize)(label - selector))
				    : g_strdup(selector);
	struct dkim_sign_key *key = NULL;

	if (label != NULL)
		domain = label + strlen(LABEL);
	if (pem != NULL)
		key = dkim_sign_key_new(domain, first, pem, passphrase, error);
	if (pem != NULL && key == NULL)
		g_prefix_error(error, "%s: ", path);
	secret_free(pem);
	g_free(first);
	return key;
}

/* Keys that the request names itself: [{path, selector, domain}]. */
static bool
load_given(GPtrArray *keys, const json_t *given, GError **error)
{
	size_t i;
	const json_t *one;

	json_array_foreach(given, i, one) {
		const char *path = jsonl_string(one, "path");
		const char *selector = jsonl_string(one, "selector");
		const char *domain = jsonl_string(one, "domain");
		struct dkim_sign_key *key = NULL;

		if (path == NULL || selector == NULL || domain == NULL)
			g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
			    "a key has a path, a selector and a domain");
		else
			key = load(path, selector, domain, NULL, error);
		if (key == NULL)
			return false;
		g_ptr_array_add(keys, key);
	}
	return true;
}

static bool
load_of_account(GPtrArray *keys, const struct rc *rc, const struct rc_account *account,
    GError **error)
{
	const char *const *paths = rc_list(rc, "account", account->name, "dkim-key");
	const char *const *names = rc_list(rc, "account", account->name, "dkim-selector");
	const char *at = strrchr(account->address, '@');
	struct secret *passphrase;
	GError *why = NULL;
	bool is_ok = true;

	if (g_strv_length((char **)(guintptr)paths) !=
	    g_strv_length((char **)(guintptr)names)) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "%s: account \"%s\" must have one dkim-selector for each dkim-key",
		    rc_path(rc), account->name);
		return false;
	}
	if (paths[0] == NULL)
		return true;
	passphrase =
	    secret_of_command(rc, account->name, "dkim-passphrase-command", &why);
	if (why != NULL) {
		g_propagate_error(error, why);
		return false;
	}
	for (size_t i = 0; is_ok && paths[i] != NULL; i++) {
		char *path = paths_expand(paths[i]);
		struct dkim_sign_key *key =
		    load(path, names[i], at != NULL ? at + 1 : "", passphrase, error);

		is_ok = key != NULL;
		if (is_ok)
			g_ptr_array_add(keys, key);
		g_free(path);
	}
	secret_free(passphrase);
	return is_ok;
}

/* Owned; NULL and error. */
static GPtrArray *
load_keys(const struct crypt_program *p, const json_t *args, GError **error)
{
	GPtrArray *keys = g_ptr_array_new_with_free_func(free_key);
	const char *name = jsonl_string(args, "account");
	const json_t *given = json_object_get(args, "keys");
	const struct rc_account *account = name != NULL ? rc_account(p->rc, name) : NULL;
	bool is_ok = false;

	if (given != NULL)
		is_ok = load_given(keys, given, error);
	else if (account != NULL)
		is_ok = load_of_account(keys, p->rc, account, error);
	else
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "%s: there is no account \"%s\"", rc_path(p->rc),
		    name != NULL ? name : "");
	if (is_ok)
		return keys;
	g_ptr_array_unref(keys);
	return NULL;
}

static json_t *
describe(const struct dkim_sign_key *key)
{
	char *name = dkim_private_name(key), *record = dkim_private_record(key);
	char *zone = dkim_private_zone_line(name, record);
	json_t *out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name", name, "domain",
	    dkim_sign_key_domain(key), "selector", dkim_sign_key_selector(key), "type",
	    dkim_sign_key_is_rsa(key) ? "rsa" : "ed25519", "record", record, "zone", zone);

	g_free(name);
	g_free(record);
	g_free(zone);
	return out;
}

void
crypt_dkim_public(struct helper_request *r, void *state)
{
	GError *error = NULL;
	GPtrArray *keys = load_keys(state, helper_args(r), &error);
	json_t *list = json_array();

	for (guint i = 0; keys != NULL && i < keys->len; i++)
		json_array_append_new(list, describe(g_ptr_array_index(keys, i)));
	if (keys != NULL)
		helper_done(r, json_pack("{s:O}", "keys", list));
	else
		helper_fail(r, error);
	json_decref(list);
	g_clear_pointer(&keys, g_ptr_array_unref);
}

/* --- signing --- */

static GBytes *
read_letter(struct helper_request *r, GError **error)
{
	int fd = helper_request_input(r, error);
	struct stat st;
	void *map;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > LIMIT_LITERAL) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_LIMIT,
		    "what is to be signed is no file, or too large");
		return NULL;
	}
	map = st.st_size > 0
		  ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)
		  : MAP_FAILED;
	if (map == MAP_FAILED) {
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_DATA, "the letter is empty or unreadable");
		return NULL;
	}
	/* one request maps one letter; the copy spares an unmapping notifier */
	GBytes *bytes = g_bytes_new(map, (gsize)st.st_size);
	(void)munmap(map, (size_t)st.st_size);
	return bytes;
}

/* The fields, topmost first: those of RSA stand on top, where verifiers that stop at the
 * first one or know no Ed25519 find them. A key that does not speak for the author signs
 * nothing. False and error. */
static bool
sign_all(GPtrArray *keys, GBytes *letter, const struct dkim_sign_options *options,
    bool must_speak, json_t *out, GError **error)
{
	gsize len;
	const char *data = g_bytes_get_data(letter, &len);
	json_t *fields = json_object_get(out, "fields"), *names = json_object_get(out, "keys");

	for (guint i = 0; i < keys->len; i++) {
		const struct dkim_sign_key *key = g_ptr_array_index(keys, i);
		GError *why = NULL;
		char *field = dkim_sign_field(key, data, len, options, &why);

		if (field != NULL) {
			json_array_insert_new(fields,
			    dkim_sign_key_is_rsa(key) ? 0 : json_array_size(fields),
			    json_string(field));
			json_array_insert_new(names,
			    dkim_sign_key_is_rsa(key) ? 0 : json_array_size(names),
			    describe(key));
		} else if (!must_speak && g_error_matches(why, PF_ERROR, PF_ERROR_DATA)) {
			json_array_append_new(
			    json_object_get(out, "skipped"), jsonl_text(why->message, -1));
			g_clear_error(&why);
		} else {
			g_propagate_error(error, why);
			return false;
		}
		g_free(field);
	}
	return true;
}

void
crypt_dkim_sign(struct helper_request *r, void *state)
{
	const json_t *args = helper_args(r);
	const struct dkim_sign_options options = {
	    .now = jsonl_int(args, "now", g_get_real_time() / G_USEC_PER_SEC),
	    .is_to_list = jsonl_bool(args, "to_list", false),
	    .is_any_author = jsonl_bool(args, "any_author", false)};
	json_t *out = json_pack("{s:[], s:[], s:[]}", "fields", "keys", "skipped");
	GError *error = NULL;
	GPtrArray *keys = load_keys(state, args, &error);
	GBytes *letter = keys != NULL ? read_letter(r, &error) : NULL;

	if (letter != NULL &&
	    sign_all(keys, letter, &options, json_object_get(args, "keys") != NULL, out,
		&error))
		helper_done(r, json_incref(out));
	else
		helper_fail(r, error);
	json_decref(out);
	g_clear_pointer(&letter, g_bytes_unref);
	g_clear_pointer(&keys, g_ptr_array_unref);
}

/* --- new keys --- */

/* "pf202611r": the month tells when a key is due for a change. Owned. */
static char *
new_selector(enum dkim_key_type type)
{
	GDateTime *now = g_date_time_new_now_utc();
	char *selector = g_strdup_printf("pf%04d%02d%c", g_date_time_get_year(now),
	    g_date_time_get_month(now), type == DKIM_KEY_RSA ? 'r' : 'e');

	g_date_time_unref(now);
	return selector;
}

static json_t *
make_key(enum dkim_key_type type, const char *domain, const char *selector,
    const char *folder, const struct secret *passphrase, GError **error)
{
	struct secret *pem = dkim_private_generate(type, passphrase, error);
	struct dkim_sign_key *key =
	    pem != NULL ? dkim_sign_key_new(domain, selector, pem, passphrase, error)
			: NULL;
	char *name = key != NULL ? dkim_private_name(key) : NULL;
	char *path = name != NULL ? g_strdup_printf("%s/%s.pem", folder, name) : NULL;
	json_t *out = NULL;

	if (path != NULL && dkim_private_save(path, pem, error)) {
		out = describe(key);
		json_object_set_new(out, "path", jsonl_text(path, -1));
	}
	g_free(path);
	g_free(name);
	dkim_sign_key_free(key);
	secret_free(pem);
	return out;
}

void
crypt_dkim_keygen(struct helper_request *r, void *state)
{
	const struct crypt_program *p = state;
	const json_t *args = helper_args(r);
	const char *domain = jsonl_string(args, "domain");
	const char *folder = jsonl_string(args, "folder");
	const char *account = jsonl_string(args, "account");
	enum dkim_key_type type = g_strcmp0(jsonl_string(args, "type"), "ed25519") == 0
				      ? DKIM_KEY_ED25519
				      : DKIM_KEY_RSA;
	char *selector = jsonl_string(args, "selector") != NULL
			     ? g_strdup(jsonl_string(args, "selector"))
			     : new_selector(type);
	GError *error = NULL;
	struct secret *passphrase =
	    account != NULL
		? secret_of_command(p->rc, account, "dkim-passphrase-command", &error)
		: NULL;
	json_t *made = NULL;

	if (error == NULL && (domain == NULL || folder == NULL))
		g_set_error_literal(&error, PF_ERROR, PF_ERROR_USAGE,
		    "a key needs a domain and a folder");
	if (error == NULL)
		made = make_key(type, domain, selector, folder, passphrase, &error);
	if (made != NULL)
		helper_done(r, json_pack("{s:o}", "key", made));
	else
		helper_fail(r, error);
	secret_free(passphrase);
	g_free(selector);
}
