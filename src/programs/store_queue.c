/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_queue.c - a letter enters the queue: frozen once, checked on exactly these bytes,
 * durable before it is called queued. */
#include "programs/store_queue.h"

#include "base/file.h"
#include "base/log.h"
#include "net/msa_check.h"
#include "programs/store_answered.h"
#include "programs/store_letter.h"
#include "programs/store_program.h"
#include "programs/store_protect.h"
#include "programs/store_sealed.h"
#include "programs/store_sign.h"
#include "programs/store_wishes.h"
#include "store/drafts.h"
#include "store/queue.h"

#include <string.h>

static gint64
now_seconds(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

/* On a disk for reading only the outbox can be looked at; each request looks whether that is over. */
static void
open_queue(struct store_program *p, bool will_write, GError **error)
{
	GError *why = NULL;
	struct queue *opened = queue_open(p->state_dir, &why);

	if (opened != NULL) {
		queue_close(p->queue);
		p->queue = opened;
		return;
	}
	if (!will_write && p->queue == NULL && g_error_matches(why, PF_ERROR, PF_ERROR_IO))
		p->queue = queue_open_frozen(p->state_dir, NULL);
	if (will_write || p->queue == NULL)
		g_propagate_error(error, g_steal_pointer(&why));
	g_clear_error(&why);
}

struct queue *
store_queue_open(struct store_program *p, bool will_write, GError **error)
{
	if (will_write && p->is_read_only) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
		    "this store is open for reading only");
		return NULL;
	}
	if (p->queue == NULL || queue_is_frozen(p->queue))
		open_queue(p, will_write, error);
	return p->queue != NULL && will_write && queue_is_frozen(p->queue) ? NULL : p->queue;
}

/* --- check --- */

static bool
write_mended(struct helper_request *r, const struct store_letter *letter, GError **error)
{
	struct msa_envelope envelope = store_letter_envelope(letter, now_seconds());
	int fd = helper_request_fd(r, 1);
	GBytes *fixed;
	const void *data;
	gsize len;
	bool good;

	if (fd < 0 || !jsonl_bool(helper_args(r), "fix", false))
		return true;
	fixed = msa_check_fix(letter->bytes, &envelope);
	data = g_bytes_get_data(fixed, &len);
	good = file_write_all(fd, data, len, error);
	g_bytes_unref(fixed);
	return good;
}

/* The findings about a letter, about what it answers, and about whom it goes to. */
static json_t *
look(struct store_program *p, const struct store_letter *letter, const json_t *draft)
{
	GPtrArray *readers = letter->recipients != NULL
				 ? g_ptr_array_ref(letter->recipients)
				 : msa_check_recipients(letter->bytes);
	struct msa_envelope envelope = store_letter_envelope(letter, now_seconds());
	struct store_answered answered;
	json_t *findings;

	store_answered_init(&answered, p->index, draft, letter->bytes);
	if (answered.message != NULL)
		envelope.answered = &answered.facts;
	findings = msa_check(letter->bytes, &envelope);
	store_answered_fini(&answered);
	store_queue_warn(p, readers, findings);
	g_ptr_array_unref(readers);
	return findings;
}

void
store_queue_check(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	const json_t *args = helper_args(r), *draft = json_object_get(args, "draft");
	struct store_letter letter = {0};
	GError *error = NULL;
	json_t *findings = NULL;
	bool good;

	good = draft != NULL
		   ? store_letter_from_draft(&letter, p->rc, draft, now_seconds(), &error)
		   : store_letter_for_check(&letter, p->rc, r, &error);
	if (good && write_mended(r, &letter, &error)) {
		findings = look(p, &letter, draft);
	} else if (draft != NULL && error->domain == PF_ERROR &&
		   error->code != PF_ERROR_IO) {
		/* a draft that cannot be frozen yet: that is its finding */
		findings = json_pack("[{s:s, s:s, s:s, s:o, s:s}]", "code", "draft",
		    "level", "error", "where", "draft", "text",
		    jsonl_text(error->message, -1), "ref", "RFC 5322 3.4");
		g_clear_error(&error);
	}
	store_letter_clear(&letter);
	if (findings == NULL)
		helper_fail(r, error);
	else
		helper_done(r, json_pack("{s:b, s:o}", "ok", msa_check_ok(findings),
				   "findings", findings));
}

/* --- add --- */

/* Some providers file what they take themselves: a copy of ours would be a second one. */
static bool
wants_copy(const struct rc *rc, const struct rc_account *account)
{
	static const char *const hosts[] = {"smtp.gmail.com", "smtp.googlemail.com",
	    "smtp.office365.com", "outlook.office365.com", "smtp-mail.outlook.com",
	    "smtp.live.com"};
	const char *wish = rc_string(rc, "account", account->name, "sent-copy");
	size_t i;

	if (g_strcmp0(wish, "auto") != 0)
		return g_strcmp0(wish, "no") != 0;
	for (i = 0;
	     account->smtp != NULL && account->imap != NULL && i < G_N_ELEMENTS(hosts);
	     i++) {
		if (g_ascii_strcasecmp(account->smtp->host, hosts[i]) == 0)
			return false;
	}
	return true;
}

static char *
add_letter(struct store_program *p, const struct store_letter *letter,
    const struct store_wishes *wishes, GError **error)
{
	struct queue *q = store_queue_open(p, true, error);
	struct queue_letter entry = {.account = letter->account->name,
	    .sender = letter->sender,
	    .recipients = (const char *const *)letter->recipients->pdata,
	    .from = letter->from,
	    .to = letter->to,
	    .subject = letter->subject,
	    .message_id = letter->message_id,
	    .draft = letter->draft,
	    .answers = letter->answers,
	    .leave_at = wishes->leave_at,
	    .is_undo = wishes->is_undo,
	    .priority = wishes->priority,
	    .notify = wishes->notify,
	    .require_tls = wishes->require_tls,
	    .want_copy = wants_copy(p->rc, letter->account),
	    .bytes = letter->bytes};
	char *id = NULL;

	if (q != NULL)
		id = queue_add(q, &entry, now_seconds(), error);
	return id;
}

void
store_queue_forget_draft(const struct store_program *p, const char *draft_id)
{
	GError *error = NULL;

	if (draft_id != NULL && !drafts_delete(p->state_dir, draft_id, &error)) {
		log_warn("queue", "draft=%s %s", draft_id, error->message);
		g_error_free(error);
	}
}

static void
refuse(struct helper_request *r, json_t *findings)
{
	const json_t *first = json_array_get(findings, 0);
	GError *error = g_error_new(PF_ERROR, PF_ERROR_DATA,
	    "the letter was not queued: %s", jsonl_string(first, "text"));

	helper_event(r, "findings", json_pack("{s:o}", "findings", findings));
	helper_fail(r, error);
}

/* What the encoding of a signed or encrypted letter mends is not found fault with. */
static void
drop_wire(json_t *findings)
{
	for (size_t i = json_array_size(findings); i > 0; i--) {
		const char *code = jsonl_string(json_array_get(findings, i - 1), "code");

		if (strcmp(code, "line-long") == 0 || strcmp(code, "eight-bit") == 0)
			json_array_remove(findings, i - 1);
	}
}

/* The bytes that leave are checked too, once they are made. */
static bool
check_protected(const struct store_letter *letter, gint64 now, GError **error)
{
	struct msa_envelope envelope = store_letter_envelope(letter, now);
	json_t *findings = msa_check(letter->bytes, &envelope);
	bool is_ok = msa_check_ok(findings);

	if (!is_ok)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    "the letter was not queued: once signed or encrypted it has a fault: "
		    "%s",
		    jsonl_string(json_array_get(findings, 0), "text"));
	json_decref(findings);
	return is_ok;
}

/* Check, add, answer. */
static void
finish_add(struct helper_request *r, struct store_program *p, struct store_letter *letter)
{
	const json_t *args = helper_args(r), *draft = json_object_get(args, "draft");
	json_t *findings = look(p, letter, draft);
	bool is_protected =
	    store_protect_is_wanted(p, letter, draft != NULL ? draft : args);
	struct store_wishes wishes;
	GError *error = NULL;
	char *id = NULL;
	enum queue_state queued_as;

	if (is_protected)
		drop_wire(findings);
	if (!msa_check_ok(findings) && !jsonl_bool(args, "override", false)) {
		refuse(r, findings);
		return;
	}
	if (store_wishes_take(&wishes, p, args, letter, &error) &&
	    store_protect(p, letter, draft != NULL ? draft : args,
		jsonl_bool(args, "ask", false), findings, &error) &&
	    (!is_protected || jsonl_bool(args, "override", false) ||
		check_protected(letter, now_seconds(), &error)) &&
	    store_sign(p, letter, now_seconds(), findings, &error))
		id = add_letter(p, letter, &wishes, &error);
	queued_as = wishes.leave_at <= now_seconds() ? QUEUE_READY : wishes.is_undo ? QUEUE_HELD : QUEUE_SCHEDULED;
	store_wishes_clear(&wishes);
	if (id == NULL) {
		json_decref(findings);
		helper_fail(r, error);
		return;
	}
	/* it is in the ledger now; its file is no longer needed */
	store_queue_forget_draft(p, jsonl_string(args, "draft_id"));
	helper_done(r,
	    json_pack("{s:s, s:s, s:o}", "queue_id", id, "state", queue_state_name(queued_as), "findings", findings));
	g_free(id);
}

void
store_queue_add(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	const json_t *draft = json_object_get(helper_args(r), "draft");
	struct store_letter letter = {0};
	struct store_sealed sealed;
	GError *error = NULL;
	bool ask = jsonl_bool(helper_args(r), "ask", false);

	if (store_sealed_open(&sealed, p, draft, ask, &error) &&
	    store_letter_from_draft(&letter, p->rc, sealed.draft, now_seconds(), &error)) {
		g_free(letter.draft); /* it comes back as it was */
		letter.draft = json_dumps(draft, JSON_COMPACT);
		finish_add(r, p, &letter);
	} else {
		helper_fail(r, error);
	}
	store_sealed_close(&sealed);
	store_letter_clear(&letter);
}

void
store_queue_add_raw(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	struct store_letter letter = {0};
	GError *error = NULL;

	if (store_letter_from_bytes(&letter, p->rc, r, now_seconds(), &error))
		finish_add(r, p, &letter);
	else
		helper_fail(r, error);
	store_letter_clear(&letter);
}

/* --- list, show, set --- */

void
store_queue_list(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	struct queue *q = store_queue_open(p, false, &error);
	bool all = jsonl_bool(helper_args(r), "all", false);
	GPtrArray *entries = q != NULL ? queue_list(q, all, &error) : NULL;
	json_t *list = json_array();
	guint i;

	for (i = 0; entries != NULL && i < entries->len; i++)
		json_array_append_new(list, queue_entry_json(entries->pdata[i]));
	if (entries != NULL)
		helper_done(r, json_pack("{s:O}", "entries", list));
	else
		helper_fail(r, error);
	json_decref(list);
	g_clear_pointer(&entries, g_ptr_array_unref);
}

struct queue_entry *
store_queue_entry_of(struct helper_request *r, struct queue *q, GError **error)
{
	const char *id = jsonl_string(helper_args(r), "queue_id");

	if (id != NULL)
		return queue_get(q, id, error);
	g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "which letter? queue_id is missing");
	return NULL;
}

void
store_queue_show(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	GError *error = NULL;
	struct queue *q = store_queue_open(p, false, &error);
	struct queue_entry *entry = q != NULL ? store_queue_entry_of(r, q, &error) : NULL;
	char *path = NULL;

	if (entry == NULL) {
		helper_fail(r, error);
	} else {
		path = queue_path(q, entry->id);
		helper_done(
		    r, json_pack("{s:o, s:s, s:o}", "entry", queue_entry_json(entry), "says",
			   queue_says(entry->state), "path",
			   g_file_test(path, G_FILE_TEST_EXISTS) ? json_string(path)
								 : json_null()));
	}
	g_free(path);
	queue_entry_free(entry);
}
