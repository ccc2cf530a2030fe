/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_letter.c - which account a letter belongs to and what its envelope is. */
#include "programs/store_letter.h"

#include "programs/store_input.h"
#include "programs/store_recipients.h"

#include "base/limits.h"
#include "mime/compose_address.h"
#include "mime/compose_facts.h"
#include "mime/draft.h"
#include "net/msa_qualify.h"
#include "net/pin.h"
#include "mime/resend.h"

#include <glib/gstdio.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

void
store_letter_clear(struct store_letter *letter)
{
	g_clear_pointer(&letter->bytes, g_bytes_unref);
	g_clear_pointer(&letter->recipients, g_ptr_array_unref);
	g_clear_pointer(&letter->own, g_ptr_array_unref);
	g_clear_pointer(&letter->changed, g_ptr_array_unref);
	g_free(letter->sender);
	g_free(letter->wish);
	g_free(letter->from);
	g_free(letter->to);
	g_free(letter->pinned);
	g_free(letter->subject);
	g_free(letter->message_id);
	g_free(letter->draft);
	g_free(letter->answers);
	*letter = (struct store_letter){0};
}

struct msa_envelope
store_letter_envelope(const struct store_letter *letter, gint64 now)
{
	struct msa_envelope envelope = {
	    .now = now, .sender = letter->sender, .wish = letter->wish};

	if (letter->recipients != NULL)
		envelope.recipients = (const char *const *)letter->recipients->pdata;
	if (letter->own != NULL)
		envelope.own = (const char *const *)letter->own->pdata;
	if (letter->changed != NULL)
		envelope.changed = (const char *const *)letter->changed->pdata;
	envelope.offer = &letter->offer;
	envelope.pinned = letter->pinned;
	envelope.is_local = letter->account != NULL && letter->account->smtp == NULL;
	return envelope;
}

/* --- account --- */

static void
add_own(GPtrArray *own, const char *mailbox)
{
	GPtrArray *list = compose_address_list(mailbox, NULL);
	guint i;

	for (i = 0; list != NULL && i < list->len; i++)
		g_ptr_array_add(own,
		    g_strdup(((const struct compose_address *)list->pdata[i])->spec));
	g_clear_pointer(&list, g_ptr_array_unref);
}

static void
set_account(
    struct store_letter *letter, const struct rc *rc, const struct rc_account *account)
{
	const char *const *alias = rc_list(rc, "account", account->name, "aliases");
	char *state = rc_state_dir(rc);

	if (account->smtp != NULL && !account->is_mx)
		smtp_offer_load(state, account->name, account->smtp->host, &letter->offer);
	g_free(state);
	letter->account = account;
	letter->own = g_ptr_array_new_with_free_func(g_free);
	add_own(letter->own, account->address);
	for (; *alias != NULL; alias++)
		add_own(letter->own, *alias);
	g_ptr_array_add(letter->own, NULL);
}

/* By name, else by the author's address, else the first one. */
static bool
find_account(struct store_letter *letter, const struct rc *rc, const char *name,
    const char *spec, GError **error)
{
	const struct rc_account *account = NULL;

	if (name != NULL && *name != '\0') {
		account = rc_account(rc, name);
		if (account == NULL) {
			g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
			    "%s: there is no account \"%s\"", rc_path(rc), name);
			return false;
		}
	}
	if (account == NULL && spec != NULL)
		account = rc_account_of_address(rc, spec);
	if (account == NULL)
		account = rc_accounts(rc)[0];
	if (account == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "%s: there is no account to send from; add [account \"name\"] with "
		    "an address",
		    rc_path(rc));
		return false;
	}
	set_account(letter, rc, account);
	return true;
}

/* The envelope's sender: the author where the account is his, else the account's own
 * address, so that bounces and SPF go where the account is (RFC 6409 6.1). */
static bool
set_sender(struct store_letter *letter, const char *spec, GError **error)
{
	const char *const *own = (const char *const *)letter->own->pdata;

	while (*own != NULL && (spec == NULL || !compose_address_equal(*own, spec)))
		own++;
	letter->sender =
	    compose_address_ascii(*own != NULL ? spec : letter->account->address, error);
	return letter->sender != NULL;
}

/* The sender that sendmail's -f asked for. "" is the null sender: no report comes back
 * (RFC 5321 4.5.5). A name without a domain is a user of this machine, whose mail is the
 * account's; another address that is not the account's own is not taken, and that is said. */
static bool
set_asked_sender(struct store_letter *letter, const char *from, GError **error)
{
	const char *const *own = (const char *const *)letter->own->pdata;

	if (*from == '\0') {
		letter->sender = g_strdup("");
		return true;
	}
	while (*own != NULL && !compose_address_equal(*own, from))
		own++;
	if (*own == NULL && strchr(from, '@') != NULL)
		letter->wish = g_strdup(from);
	return set_sender(letter, from, error);
}

/* Take a list of addr-specs (stolen) as the envelope's, domains in A-labels, each once.
 */
static bool
set_recipients(struct store_letter *letter, GPtrArray *specs, GError **error)
{
	guint i, k;

	letter->recipients = g_ptr_array_new_with_free_func(g_free);
	for (i = 0; i < specs->len; i++) {
		char *ascii = compose_address_check(specs->pdata[i], NULL, error)
				  ? compose_address_ascii(specs->pdata[i], error)
				  : NULL;

		if (ascii == NULL)
			break;
		for (k = 0; k < letter->recipients->len; k++) {
			if (compose_address_equal(letter->recipients->pdata[k], ascii))
				break;
		}
		if (k == letter->recipients->len)
			g_ptr_array_add(letter->recipients, ascii);
		else
			g_free(ascii);
	}
	k = specs->len;
	g_ptr_array_unref(specs);
	g_ptr_array_add(letter->recipients, NULL);
	return i == k;
}

/* --- header --- */

static void
set_message_id(struct store_letter *letter)
{
	letter->message_id = compose_facts_field(letter->bytes, "Message-ID", false);
	if (letter->message_id == NULL)
		letter->message_id = g_strdup("");
}

/* --- drafts --- */

static void
append_list(GString *to, const json_t *value)
{
	size_t i;

	if (json_is_string(value) && json_string_length(value) > 0)
		g_string_append_printf(
		    to, "%s%s", to->len > 0 ? ", " : "", json_string_value(value));
	for (i = 0; i < json_array_size(value); i++) {
		const char *text = json_string_value(json_array_get(value, i));

		if (text != NULL && *text != '\0')
			g_string_append_printf(to, "%s%s", to->len > 0 ? ", " : "", text);
	}
}

static void
set_lists(struct store_letter *letter, const json_t *draft)
{
	GString *to = g_string_new(NULL), *from = g_string_new(NULL);
	const char *answers = jsonl_string(draft, "answers");
	const char *subject = jsonl_string(draft, "subject");

	append_list(from, json_object_get(draft, "from"));
	append_list(to, json_object_get(draft, "to"));
	append_list(to, json_object_get(draft, "cc"));
	append_list(to, json_object_get(draft, "bcc"));
	letter->from = g_string_free(from, FALSE);
	letter->to = g_string_free(to, FALSE);
	letter->subject = g_strdup(subject != NULL ? subject : "");
	letter->answers = answers != NULL && *answers != '\0' ? g_strdup(answers) : NULL;
	letter->draft = json_dumps(draft, JSON_COMPACT);
}

/* Attachments whose file is another than when it was attached (its `size` and `modified` in
 * the draft, where they are known). */
static GPtrArray *
changed_files(const json_t *draft)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(draft, "attachments"), i, item)
	{
		const char *path = jsonl_string(item, "path");
		gint64 size = jsonl_int(item, "size", -1);
		gint64 modified = jsonl_int(item, "modified", -1);
		bool is_sealed = jsonl_bool(item, "sealed", false); /* its size is that of what is in the file */
		GStatBuf st;

		if (path != NULL && size >= 0 && !is_sealed && g_stat(path, &st) == 0 &&
		    ((gint64)st.st_size != size ||
			(modified >= 0 && (gint64)st.st_mtime != modified)))
			g_ptr_array_add(list, g_path_get_basename(path));
	}
	g_ptr_array_add(list, NULL);
	return list;
}

bool
store_letter_from_draft(struct store_letter *letter, const struct rc *rc,
    const json_t *draft, gint64 now, GError **error)
{
	GPtrArray *recipients = NULL;
	char *spec = NULL;
	bool good = false;

	if (!json_is_object(draft)) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "the draft is missing");
		return false;
	}
	letter->bytes = draft_freeze(draft, now, error);
	if (letter->bytes != NULL && (spec = draft_sender(draft, error)) != NULL)
		recipients = draft_recipients(draft, error);
	if (recipients != NULL) {
		good = set_recipients(letter, recipients, error) &&
		       find_account(
			   letter, rc, jsonl_string(draft, "account"), spec, error) &&
		       set_sender(letter, spec, error);
	}
	if (good) {
		set_lists(letter, draft);
		letter->changed = changed_files(draft);
		set_message_id(letter);
	}
	g_free(spec);
	return good;
}

/* --- bytes made elsewhere --- */

/* The addr-spec of the first author, or of who sends the letter on; owned, NULL when there is
 * none. */
static char *
author_of(GBytes *bytes)
{
	char *resent_from = compose_facts_field(bytes, "Resent-From", false);
	char *from = resent_from != NULL ? resent_from
					 : compose_facts_field(bytes, "From", false),
	     *spec = NULL;
	GPtrArray *list = from != NULL ? compose_address_list(from, NULL) : NULL;

	if (list != NULL && list->len > 0)
		spec = g_strdup(((const struct compose_address *)list->pdata[0])->spec);
	g_clear_pointer(&list, g_ptr_array_unref);
	g_free(from);
	return spec;
}

static void
set_raw_lists(struct store_letter *letter)
{
	char *from = compose_facts_field(letter->bytes, "From", true);
	char *subject = compose_facts_field(letter->bytes, "Subject", true);

	letter->from = from != NULL ? from : g_strdup(letter->sender);
	letter->subject = subject != NULL ? subject : g_strdup("");
	letter->to = g_strjoinv(", ", (char **)letter->recipients->pdata);
	set_message_id(letter);
}

/* A message that is sent on: Resent fields in front, and their people are the envelope's. */
static GBytes *
resent(GBytes *raw, const json_t *args, gint64 now, GError **error)
{
	const char *from = jsonl_string(args, "resend_from");
	const char *to = jsonl_string(args, "resend_to");
	GBytes *out;

	if (raw == NULL || from == NULL)
		return raw;
	out = resend_bytes(raw, from, to != NULL ? to : "", now, error);
	g_bytes_unref(raw);
	return out;
}

/* A user of this machine's own files: mail to one is mail to whoever sits here. */
static bool
is_local_user(const char *name)
{
	return strcmp(name, "postmaster") == 0 || getpwnam(name) != NULL;
}

/* The account: named, that of the envelope's sender, that of the author, the first one. */
static bool
find_raw_account(struct store_letter *letter, const struct rc *rc, const json_t *args,
    GBytes *raw, GError **error)
{
	const char *from = jsonl_string(args, "from");
	char *author = author_of(raw);
	bool knows_from = from != NULL && rc_account_of_address(rc, from) != NULL;
	bool good = find_account(letter, rc, jsonl_string(args, "account"),
	    knows_from || author == NULL ? from : author, error);

	g_free(author);
	return good;
}

/* Addresses completed, an author found; NULL and error. */
static GBytes *
qualified(GBytes *raw, const struct store_letter *letter, const json_t *args)
{
	const struct rc_account *account = letter->account;
	const char *name = jsonl_string(args, "full_name"), *from = jsonl_string(args, "from");
	const struct msa_identity who = {
	    .address = from != NULL && strchr(from, '@') != NULL ? from : account->address,
	    .full_name = name != NULL ? name : account->display,
	    .is_local_user = is_local_user};

	return msa_qualify(raw, &who);
}

static bool
set_raw_envelope(struct store_letter *letter, const json_t *args, GBytes *whole,
    GError **error)
{
	const char *from = jsonl_string(args, "from");
	GPtrArray *specs = store_recipients(args, whole, error);
	char *author = author_of(whole);
	const struct msa_identity who = {
	    .address = letter->account->address, .is_local_user = is_local_user};
	bool good;

	for (guint i = 0; specs != NULL && i < specs->len; i++) {
		char *full = msa_qualify_address(specs->pdata[i], &who);

		g_free(specs->pdata[i]);
		specs->pdata[i] = full;
	}
	good = specs != NULL && set_recipients(letter, specs, error) &&
	       (from != NULL ? set_asked_sender(letter, from, error)
			     : set_sender(letter, author, error));
	g_free(author);
	return good;
}

bool
store_letter_from_bytes(struct store_letter *letter, const struct rc *rc,
    struct helper_request *r, gint64 now, GError **error)
{
	const json_t *args = helper_args(r);
	GBytes *raw = resent(store_input_read(r, error), args, now, error);
	GBytes *whole = NULL;
	bool good = raw != NULL && find_raw_account(letter, rc, args, raw, error);

	if (good) {
		whole = qualified(raw, letter, args);
		good = set_raw_envelope(letter, args, whole, error);
	}
	if (good) {
		struct msa_envelope envelope = store_letter_envelope(letter, now);

		letter->bytes = msa_check_fix(whole, &envelope);
		set_raw_lists(letter);
	}
	g_clear_pointer(&whole, g_bytes_unref);
	g_clear_pointer(&raw, g_bytes_unref);
	return good;
}

bool
store_letter_for_check(struct store_letter *letter, const struct rc *rc,
    struct helper_request *r, GError **error)
{
	const char *name = jsonl_string(helper_args(r), "account");
	const struct rc_account *account;
	char *spec;

	letter->bytes = store_input_read(r, error);
	if (letter->bytes == NULL)
		return false;
	letter->recipients = msa_check_recipients(letter->bytes);
	if (letter->recipients->len <= 1) /* the NULL at the end */
		g_clear_pointer(&letter->recipients, g_ptr_array_unref);
	if (name != NULL) {
		bool is_good = find_account(letter, rc, name, NULL, error);

		letter->pinned = pin_of_submission(rc, letter->account);
		return is_good;
	}
	/* a letter of nobody here is checked without asking whose it may be */
	spec = author_of(letter->bytes);
	account = spec != NULL ? rc_account_of_address(rc, spec) : NULL;
	if (account != NULL)
		set_account(letter, rc, account);
	letter->pinned = pin_of_submission(rc, letter->account);
	g_free(spec);
	return true;
}
