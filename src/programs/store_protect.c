/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_protect.c - who reads the letter in whose sight, and what the account wishes; the keys and the
 * work are penfold-crypt's. */
#include "programs/store_protect.h"

#include "base/file.h"
#include "base/supervisor.h"
#include "mime/compose_address.h"
#include "mime/compose_facts.h"
#include "net/msa_check.h"
#include "programs/store_sign.h"
#include "store/peers.h"

#include <string.h>
#include <unistd.h>

#define AUTOCRYPT_DECIDES "autocrypt" /* in place of no, auto, yes, while a request is made */

#define QUIET_MS 60000
#define ASK_MS	 600000 /* a person looks for a passphrase */

/* Is it a reader that the others see: in To or Cc? */
static bool
is_visible(const GPtrArray *lists, const char *recipient)
{
	for (guint i = 0; i < lists->len; i++) {
		const GPtrArray *list = lists->pdata[i];

		for (guint k = 0; k < list->len; k++) {
			const struct compose_address *a = list->pdata[k];
			char *ascii = compose_address_ascii(a->spec, NULL);
			bool same = ascii != NULL && compose_address_equal(ascii, recipient);

			g_free(ascii);
			if (same)
				return true;
		}
	}
	return false;
}

static void
add_list(GPtrArray *lists, GBytes *letter, const char *field)
{
	char *value = compose_facts_field(letter, field, false);
	GPtrArray *list = value != NULL ? compose_address_list(value, NULL) : NULL;

	if (list != NULL)
		g_ptr_array_add(lists, list);
	g_free(value);
}

/* The envelope's recipients by whether the header names them. */
static void
add_readers(json_t *request, const struct store_letter *letter)
{
	GPtrArray *lists =
	    g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	json_t *seen = json_array(), *hidden = json_array();

	add_list(lists, letter->bytes, "To");
	add_list(lists, letter->bytes, "Cc");
	for (guint i = 0; letter->recipients != NULL && i < letter->recipients->len; i++) {
		const char *one = letter->recipients->pdata[i];

		if (one != NULL)
			json_array_append_new(is_visible(lists, one) ? seen : hidden,
			    jsonl_text(one, -1));
	}
	json_object_set_new(request, "recipients", seen);
	json_object_set_new(request, "hidden", hidden);
	g_ptr_array_unref(lists);
}

/* What the letter says, or else the account: no, auto, yes. */
static const char *
encrypt_wish(const struct store_program *p, const struct store_letter *letter,
    const json_t *wish)
{
	const json_t *value = json_object_get(wish, "encrypt");

	if (json_is_boolean(value))
		return json_is_true(value) ? "yes" : "no";
	if (json_is_string(value) && strcmp(json_string_value(value), "auto") == 0)
		return "auto";
	/* Autocrypt Level 1, 2.4: who prefers it encrypts by himself where it recommends that */
	if (!rc_is_set(p->rc, "account", letter->account->name, "encrypt") &&
	    strcmp(rc_string(p->rc, "account", letter->account->name, "autocrypt"), "mutual") == 0)
		return AUTOCRYPT_DECIDES;
	return rc_string(p->rc, "account", letter->account->name, "encrypt");
}

static bool
sign_wish(const struct store_program *p, const struct store_letter *letter,
    const json_t *wish)
{
	const json_t *value = json_object_get(wish, "sign");

	return json_is_boolean(value)
		   ? json_is_true(value)
		   : rc_bool(p->rc, "account", letter->account->name, "sign");
}

/* The author's addr-spec; who sends for him does not sign for him. Owned. */
static char *
author_of(const struct store_letter *letter)
{
	char *from = compose_facts_field(letter->bytes, "From", false), *out = NULL;
	GPtrArray *list = from != NULL ? compose_address_list(from, NULL) : NULL;

	if (list != NULL && list->len > 0)
		out = g_strdup(((const struct compose_address *)list->pdata[0])->spec);
	g_clear_pointer(&list, g_ptr_array_unref);
	g_free(from);
	return out != NULL ? out : g_strdup(letter->sender);
}

/* Keys that came by Autocrypt, and what it recommends for all readers together (Level 1, 2.4.4: the least of
 * the recommendations). By itself (auto) a letter is encrypted with them only when it says encrypt. */
static void
add_peers(const struct store_program *p, json_t *request, const struct store_letter *letter,
    const json_t *wish)
{
	const char *own = rc_string(p->rc, "account", letter->account->name, "autocrypt");
	bool is_answer = jsonl_bool(wish, "quotes_encrypted", false);
	bool is_wish = strcmp(jsonl_string(request, "encrypt"), "yes") == 0;
	enum peer_advice all = PEER_ENCRYPT;
	json_t *keys = json_object();

	for (guint i = 0; letter->recipients != NULL && i < letter->recipients->len; i++) {
		const char *one = letter->recipients->pdata[i];
		enum peer_advice advice;
		char *keydata = NULL, *lower;

		if (one == NULL)
			continue;
		advice =
		    peer_advise(p->state, one, is_answer, strcmp(own, "mutual") == 0, &keydata);
		all = MIN(all, advice);
		lower = g_utf8_strdown(one, -1);
		if (keydata != NULL && (is_wish || advice == PEER_ENCRYPT))
			json_object_set_new(keys, lower, jsonl_text(keydata, -1));
		g_free(lower);
		g_free(keydata);
	}
	/* nobody to write to: nothing is recommended */
	if (letter->recipients == NULL || letter->recipients->len < 2)
		all = PEER_DISABLE;
	if (strcmp(jsonl_string(request, "encrypt"), AUTOCRYPT_DECIDES) == 0)
		json_object_set_new(request, "encrypt", json_string(all == PEER_ENCRYPT ? "auto" : "no"));
	json_object_set_new(request, "autocrypt", keys);
	json_object_set_new(request, "recommendation", json_string(peer_advice_name(all)));
}

static json_t *
make_request(const struct store_program *p, const struct store_letter *letter,
    const json_t *wish, const char *op)
{
	char *author = author_of(letter);
	json_t *out = json_pack("{s:s, s:s, s:o, s:b, s:s, s:s*}", "op", op, "account",
	    letter->account->name, "author", jsonl_text(author, -1), "sign",
	    sign_wish(p, letter, wish), "encrypt", encrypt_wish(p, letter, wish), "protocol",
	    jsonl_string(wish, "protocol"));

	if (json_is_object(json_object_get(wish, "keys")))
		json_object_set(out, "chosen", json_object_get(wish, "keys"));

	add_readers(out, letter);
	add_peers(p, out, letter, wish);
	g_free(author);
	return out;
}

bool
store_protect_is_wanted(
    const struct store_program *p, const struct store_letter *letter, const json_t *wish)
{
	return sign_wish(p, letter, wish) || strcmp(encrypt_wish(p, letter, wish), "no") != 0 ||
	       strcmp(rc_string(p->rc, "account", letter->account->name, "autocrypt"), "no") !=
		   0;
}

/* All that is in a file in memory. */
static GBytes *
take_file(int fd, GError **error)
{
	char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	GBytes *out = file_read(path, (size_t)512 << 20, error);

	g_free(path);
	return out;
}

/* Have the bytes gone through; NULL and error. */
static GBytes *
pass(struct store_program *p, json_t *request, GBytes *bytes, bool ask, json_t **answer_out,
    GError **error)
{
	int fds[2] = {file_in_memory(error), -1};
	GBytes *out = NULL;
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	if (fds[0] >= 0)
		fds[1] = file_in_memory(error);
	json_object_set_new(request, "ask", json_boolean(ask));
	if (fds[1] >= 0 && file_write_all(fds[0], data, len, error)) {
		*answer_out = supervisor_call(store_sign_crypt(p), json_incref(request), fds, 2,
		    ask ? ASK_MS : QUIET_MS, NULL, NULL, error);
		if (*answer_out != NULL)
			out = take_file(fds[1], error);
	}
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return out;
}

static void
find(json_t *findings, const char *code, const char *text)
{
	json_array_append_new(findings,
	    json_pack("{s:s, s:s, s:s, s:o, s:s}", "code", code, "level", "warn", "where", "To",
		"text", jsonl_text(text, -1), "ref", "RFC 3156 4"));
}

/* Keys of nobody knows whom, and why it goes in clear. */
static void
tell(const json_t *report, json_t *findings)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(report, "recipients"), i, one) {
		const char *address = jsonl_string(one, "address");
		char *text;

		if (!jsonl_bool(report, "encrypt", false) || jsonl_bool(one, "believed", true))
			continue;
		text = g_strdup_printf(
		    "nobody you trust vouches for the key of %s", address != NULL ? address : "?");
		find(findings, "key-unverified", text);
		g_free(text);
	}
	if (!jsonl_bool(report, "encrypt", false) && jsonl_string(report, "problem") != NULL) {
		char *text =
		    g_strdup_printf("not encrypted: %s", jsonl_string(report, "problem"));

		find(findings, "not-encrypted", text);
		g_free(text);
	}
}

static bool
refuse_quote(const json_t *wish, const json_t *report, GError **error)
{
	if (!jsonl_bool(wish, "quotes_encrypted", false) ||
	    jsonl_bool(report, "encrypt", false) || jsonl_bool(wish, "may_disclose", false))
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_DATA,
	    "the letter answers an encrypted one and would leave in clear; encrypt it, or take "
	    "the quoted text out");
	return false;
}

/* What stays on this disk of an encrypted letter is for its author's key alone. */
static bool
hide(struct store_program *p, struct store_letter *letter, GError **error)
{
	json_t *draft = letter->draft != NULL ? json_loads(letter->draft, 0, NULL) : NULL;

	g_free(letter->subject);
	letter->subject = g_strdup("(encrypted)");
	if (draft != NULL) {
		json_t *sealed;

		json_object_set_new(draft, "encrypt", json_true());
		sealed = store_protect_seal(p, draft, error);
		g_free(letter->draft);
		letter->draft = sealed != NULL ? json_dumps(sealed, JSON_COMPACT) : NULL;
		json_decref(sealed);
		json_decref(draft);
		return letter->draft != NULL;
	}
	return true;
}

bool
store_protect(struct store_program *p, struct store_letter *letter, const json_t *wish,
    bool ask, json_t *findings, GError **error)
{
	json_t *request = make_request(p, letter, wish, "protect"), *answer = NULL;
	const json_t *report;
	GBytes *bytes = NULL;
	bool good;

	if (store_protect_is_wanted(p, letter, wish)) {
		bytes = pass(p, request, letter->bytes, ask, &answer, error);
		good = bytes != NULL;
	} else {
		good = true;
	}
	report = json_object_get(answer, "report");
	good = good && refuse_quote(wish, report, error);
	if (good && bytes != NULL) {
		g_bytes_unref(letter->bytes);
		letter->bytes = g_bytes_ref(bytes);
		tell(report, findings);
		if (jsonl_bool(report, "encrypt", false))
			good = hide(p, letter, error);
	}
	g_clear_pointer(&bytes, g_bytes_unref);
	json_decref(answer);
	json_decref(request);
	return good;
}

json_t *
store_protect_plan(struct store_program *p, const struct store_letter *letter,
    const json_t *wish, GError **error)
{
	json_t *request = make_request(p, letter, wish, "protect-plan"), *answer, *report;
	json_t *advice = json_incref(json_object_get(request, "recommendation"));

	answer = supervisor_call(
	    store_sign_crypt(p), request, NULL, 0, QUIET_MS, NULL, NULL, error);
	report = json_incref(json_object_get(answer, "report"));
	if (report != NULL)
		json_object_set_new(report, "recommendation", advice);
	else
		json_decref(advice);
	json_decref(answer);
	return report;
}

json_t *
store_protect_seal(struct store_program *p, const json_t *draft, GError **error)
{
	const char *account = jsonl_string(draft, "account");
	json_t *request, *answer = NULL, *out = NULL;
	const json_t *encrypt = json_object_get(draft, "encrypt");
	char *text;
	GBytes *bytes, *sealed;

	bool by_account = account != NULL && rc_account(p->rc, account) != NULL &&
			  strcmp(rc_string(p->rc, "account", account, "encrypt"), "yes") == 0;

	if (json_object_get(draft, "sealed") != NULL ||
	    !(json_is_boolean(encrypt) ? json_is_true(encrypt) : by_account))
		return json_incref((json_t *)(guintptr)draft);
	text = json_dumps(draft, JSON_COMPACT);
	bytes = g_bytes_new_take(text, text != NULL ? strlen(text) : 0);
	request = json_pack("{s:s, s:s*, s:O*}", "op", "seal", "account", account, "author",
	    json_object_get(draft, "from"));
	sealed = pass(p, request, bytes, false, &answer, error);
	if (sealed != NULL) {
		gsize len;
		const char *data = g_bytes_get_data(sealed, &len);

		out = json_pack("{s:o, s:s*, s:b, s:s}", "sealed", jsonl_text(data, (gssize)len),
		    "account", account, "encrypt", true, "subject", "(encrypted)");
		g_bytes_unref(sealed);
	}
	json_decref(answer);
	json_decref(request);
	g_bytes_unref(bytes);
	return out;
}

GBytes *
store_protect_unseal_bytes(
    struct store_program *p, GBytes *cipher, bool ask, GError **error)
{
	json_t *request = json_pack("{s:s}", "op", "unseal"), *answer = NULL;
	GBytes *text = pass(p, request, cipher, ask, &answer, error);

	json_decref(answer);
	json_decref(request);
	return text;
}

json_t *
store_protect_unseal(struct store_program *p, json_t *draft, bool ask, GError **error)
{
	const char *sealed = jsonl_string(draft, "sealed");
	json_t *out = NULL;
	GBytes *bytes, *text;

	if (sealed == NULL)
		return draft;
	bytes = g_bytes_new(sealed, strlen(sealed));
	text = store_protect_unseal_bytes(p, bytes, ask, error);
	if (text != NULL) {
		gsize len;
		const char *data = g_bytes_get_data(text, &len);

		out = json_loadb(data != NULL ? data : "", len, 0, NULL);
		if (!json_is_object(out))
			g_set_error(
			    error, PF_ERROR, PF_ERROR_DATA, "what was sealed is no draft");
		g_bytes_unref(text);
	}
	json_decref(draft);
	g_bytes_unref(bytes);
	return json_is_object(out) ? out : NULL;
}

void
store_op_protect_plan(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	const json_t *draft = json_object_get(helper_args(r), "draft");
	struct store_letter letter = {0};
	GError *error = NULL;
	json_t *report = NULL;

	if (store_letter_from_draft(
		&letter, p->rc, draft, g_get_real_time() / G_USEC_PER_SEC, &error))
		report = store_protect_plan(p, &letter, draft, &error);
	store_letter_clear(&letter);
	if (report != NULL)
		helper_done(r, json_pack("{s:o}", "report", report));
	else
		helper_fail(r, error);
}
