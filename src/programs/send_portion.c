/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_portion.c - letters over connections that a route opens, in portions that fit into
 * memory. The ledger follows each one: claimed, dot, settled. */
#include "programs/send_route.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "base/log.h"
#include "net/smtp.h"

#include <string.h>

#define PORTION_LETTERS 64
#define PORTION_BYTES	(32u << 20) /* or a single letter of any size */
#define CONNECT_PAUSE_S                                                                  \
	900 /* without a server: no longer than this, whatever the attempt */
#define PROGRESS_BYTES (256u << 10)

/* One letter of the portion. */
struct item {
	struct smtp_letter letter;
	struct queue_entry *entry;
	guint *which;	 /* the entry's recipient for each of the letter's */
	gsize told;	 /* progress */
	bool is_partial; /* the server takes no more recipients at once: others wait their
			    turn */
};

struct portion {
	struct send_run *run;
	const struct send_route *route;
	struct smtp *smtp;  /* NULL: no server */
	GPtrArray *items;   /* struct item */
	GPtrArray *letters; /* their struct smtp_letter */
	GPtrArray
	    *answered; /* struct queue_entry whose answers are not in the ledger yet */
	gsize bytes;
	guint n_answered;
	const GError *broken; /* why the connection ended, when it did */
	GError *ledger;	      /* the first failure of the ledger: ends the run */
};

static void
free_item(gpointer data)
{
	struct item *item = data;

	smtp_letter_clear(&item->letter);
	g_clear_pointer(&item->letter.bytes, g_bytes_unref);
	g_free(item->letter.recipients);
	g_free(item->which);
	g_free(item);
}

/* --- one letter --- */

bool
send_route_takes(const struct send_run *run, const struct send_route *route,
    const struct queue_entry *entry, const struct queue_recipient *r)
{
	const char *at = strrchr(r->address, '@');

	return send_run_is_due(run, entry, r) &&
	       (route->domain == NULL ||
		   (at != NULL && g_ascii_strcasecmp(at + 1, route->domain) == 0));
}

/* The recipients whose turn it is, on this route and in one transaction. */
static struct item *
item_of(const struct portion *p, struct queue_entry *entry, GBytes *bytes)
{
	struct item *item = g_new0(struct item, 1);
	guint64 most = p->smtp != NULL ? smtp_caps(p->smtp)->rcpt_max : 0;
	guint i, n = 0;

	item->entry = entry;
	item->letter.sender = entry->sender;
	item->letter.bytes = g_bytes_ref(bytes);
	item->letter.recipients = g_new0(struct smtp_recipient, entry->recipients->len);
	item->letter.envid = entry->id;
	item->letter.notify = entry->notify;
	item->letter.require_tls = entry->require_tls;
	item->letter.user = item;
	item->which = g_new0(guint, entry->recipients->len);
	for (i = 0; i < entry->recipients->len; i++) {
		const struct queue_recipient *r = entry->recipients->pdata[i];

		if (!send_route_takes(p->run, p->route, entry, r))
			continue;
		item->is_partial = most > 0 && n >= most;
		if (item->is_partial)
			break;
		send_run_touch(p->run, entry, r);
		item->letter.recipients[n].address = r->address;
		item->which[n++] = i;
	}
	item->letter.n_recipients = n;
	return item;
}

/* The frozen bytes, checked against what was queued. */
static GBytes *
read_bytes(struct send_run *run, const struct queue_entry *entry, GError **error)
{
	char *path = queue_path(run->queue, entry->id), *sha256;
	GBytes *bytes = file_read(path, LIMIT_LITERAL, error);

	if (bytes != NULL) {
		sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
		if (strcmp(sha256, entry->sha256) != 0) {
			g_set_error(error, PF_ERROR, PF_ERROR_DATA,
			    "%s is no longer what was queued, and is not sent", path);
			g_clear_pointer(&bytes, g_bytes_unref);
		}
		g_free(sha256);
	}
	g_free(path);
	return bytes;
}

/* Claim and read; a letter that cannot be read fails by itself. False when the ledger
 * fails. */
static bool
add_entry(struct portion *p, struct queue_entry *entry, GError **error)
{
	GError *cause = NULL;
	GBytes *bytes;
	bool claimed, good = true;

	if (!queue_claim(p->run->queue, entry, &claimed, error))
		return false;
	if (!claimed) {
		g_hash_table_add(p->run->tried, g_strdup(entry->id));
		return true;
	}
	bytes = read_bytes(p->run, entry, &cause);
	if (bytes != NULL) {
		struct item *item = item_of(p, entry, bytes);

		p->bytes += g_bytes_get_size(bytes);
		g_ptr_array_add(p->items, item);
		g_ptr_array_add(p->letters, &item->letter);
		g_bytes_unref(bytes);
	} else {
		g_hash_table_add(p->run->tried, g_strdup(entry->id));
		send_run_set_open(entry, QUEUE_FATE_FAILED, cause->message);
		send_run_prepare(p->run, entry, cause->message, 0);
		good = send_run_settle(p->run, &entry, 1, error);
		g_error_free(cause);
	}
	return good;
}

/* --- the session's events --- */

/* Answers go into the ledger with the next dots, in one wait for the disk; before a long
 * wait, and at the end of the portion, by themselves. Until then a crash makes a sent
 * letter uncertain, never the reverse. */
static bool
keep_answers(struct portion *p, GError **error)
{
	struct queue_entry *const *entries =
	    (struct queue_entry *const *)p->answered->pdata;
	bool good = p->answered->len == 0 ||
		    send_run_settle(p->run, entries, p->answered->len, error);

	g_ptr_array_set_size(p->answered, 0);
	return good;
}

static bool
mark_dots(struct portion *p, struct smtp_letter *const *letters, size_t n, GError **error)
{
	bool good = true;
	size_t i;

	for (i = 0; good && i < n; i++) {
		struct item *item = letters[i]->user;
		bool goes;

		good = queue_mark_dot(p->run->queue, item->entry, &goes, error);
		if (good && !goes)
			letters[i]->fate = SMTP_HELD;
	}
	return good;
}

static bool
on_before_dot(struct smtp_letter *const *letters, size_t n, void *user, GError **error)
{
	struct portion *p = user;
	struct queue_entry *const *entries =
	    (struct queue_entry *const *)p->answered->pdata;

	if (!queue_begin(p->run->queue, error) ||
	    !queue_settle(p->run->queue, entries, p->answered->len, error) ||
	    !mark_dots(p, letters, n, error) || !queue_commit(p->run->queue, error)) {
		queue_rollback(p->run->queue);
		return false;
	}
	send_run_tell(p->run, entries, p->answered->len);
	g_ptr_array_set_size(p->answered, 0);
	return true;
}

static void
on_progress(struct smtp_letter *letter, gsize sent, void *user)
{
	struct portion *p = user;
	struct item *item = letter->user;
	gsize size = g_bytes_get_size(letter->bytes);

	if (sent < size && p->ledger == NULL)
		(void)keep_answers(p, &p->ledger);
	if (sent < size && sent - item->told < PROGRESS_BYTES)
		return;
	item->told = sent;
	send_run_event(p->run, "progress",
	    json_pack("{s:s, s:I, s:I}", "queue_id", item->entry->id, "sent",
		(json_int_t)sent, "size", (json_int_t)size));
}

/* open, words: what becomes of those on whom the server said nothing final. */
static void
take_verdicts(struct item *item, enum queue_fate open, const char *words)
{
	const enum queue_fate fates[] = {[SMTP_OPEN] = open,
	    [SMTP_TAKEN] = QUEUE_FATE_SENT,
	    [SMTP_LATER] = QUEUE_FATE_DEFERRED,
	    [SMTP_NEVER] = QUEUE_FATE_FAILED};
	size_t i;

	for (i = 0; i < item->letter.n_recipients; i++) {
		const struct smtp_recipient *from = &item->letter.recipients[i];
		struct queue_recipient *r =
		    item->entry->recipients->pdata[item->which[i]];

		send_run_set_fate(r, fates[from->verdict],
		    from->verdict == SMTP_OPEN ? words : from->reply);
		if (from->verdict != SMTP_OPEN)
			send_run_set_code(r, from->code, from->enhanced);
	}
}

/* Letters without an answer are settled when it is known why the connection ended. */
static void
on_finished(struct smtp_letter *letter, void *user)
{
	struct portion *p = user;
	struct item *item = letter->user;

	if (letter->fate != SMTP_NOT_SENT && !item->is_partial)
		g_hash_table_add(p->run->tried, g_strdup(item->entry->id));
	if (letter->fate != SMTP_ANSWERED)
		return;
	p->n_answered++;
	take_verdicts(item, QUEUE_FATE_DEFERRED, "the server gave no answer");
	send_run_prepare(p->run, item->entry, NULL, 0);
	g_ptr_array_add(p->answered, item->entry);
}

/* --- troubles --- */

static gint64
connect_retry_at(const struct send_run *run, const struct queue_entry *entry)
{
	gint64 pause =
	    queue_state_pause(entry->attempts, MIN(run->retry_s, 60), g_random_double());

	return send_run_now() + MIN(pause, CONNECT_PAUSE_S);
}

/* The session ended before this letter's turn: that was no attempt. */
static void
forget_attempt(struct portion *p, struct item *item)
{
	size_t i;

	for (i = 0; i < item->letter.n_recipients; i++) {
		struct queue_recipient *r =
		    item->entry->recipients->pdata[item->which[i]];

		r->is_tried = false;
		send_run_untouch(p->run, item->entry, r);
	}
}

/* A letter that the connection did not answer. */
static void
prepare_unanswered(struct portion *p, struct item *item)
{
	const char *why = p->broken != NULL ? p->broken->message : "the connection ended";
	bool at_once =
	    p->n_answered > 0; /* a server that ends a session after so many letters */
	char *text;

	if (item->letter.fate == SMTP_LOST) {
		text = g_strdup_printf(
		    "The server's answer did not come, so it may have the letter (%s). "
		    "Retry sends the same bytes again, with the same Message-ID.",
		    why);
		take_verdicts(
		    item, QUEUE_FATE_UNCERTAIN, "the server's answer did not come");
		send_run_prepare(p->run, item->entry, text, 0);
		g_free(text);
		return;
	}
	/* a domain that takes no mail is the one trouble that time does not mend */
	take_verdicts(item,
	    g_error_matches(p->broken, PF_ERROR, PF_ERROR_NOT_FOUND)
		? QUEUE_FATE_FAILED
		: QUEUE_FATE_DEFERRED,
	    why);
	send_run_prepare(p->run, item->entry, why,
	    at_once ? send_run_now() : connect_retry_at(p->run, item->entry));
	if (!at_once)
		g_hash_table_add(p->run->tried, g_strdup(item->entry->id));
	else
		forget_attempt(p, item);
}

static bool
settle_rest(struct portion *p, GError **error)
{
	guint i;

	for (i = 0; i < p->items->len; i++) {
		struct item *item = p->items->pdata[i];

		if (item->letter.fate == SMTP_NOT_SENT ||
		    item->letter.fate == SMTP_LOST) {
			prepare_unanswered(p, item);
			g_ptr_array_add(p->answered, item->entry);
		}
	}
	return keep_answers(p, error);
}

/* --- portions --- */

/* Claim letters from *next on until the portion is full. room: letters at most. */
static bool
fill(struct portion *p, GPtrArray *entries, guint *next, guint room, GError **error)
{
	bool good = queue_begin(p->run->queue, error);

	while (good && *next < entries->len && p->items->len < room &&
	       (p->items->len == 0 || p->bytes < PORTION_BYTES)) {
		struct queue_entry *entry = entries->pdata[(*next)++];
		bool goes = true;

		if (p->route->may_go != NULL)
			good = p->route->may_go(p->run, p->route, entry, &goes, error);
		if (good && goes)
			good = add_entry(p, entry, error);
		else if (good)
			g_hash_table_add(p->run->tried, g_strdup(entry->id));
	}
	good = good && queue_commit(p->run->queue, error);
	if (!good)
		queue_rollback(p->run->queue);
	return good;
}

static bool
send_portion(struct portion *p, const GError *no_server, GError **error)
{
	struct smtp *smtp = p->smtp;
	struct smtp_events events = {on_before_dot, on_progress, on_finished, p};
	GError *broken = NULL;
	bool good;
	guint i;

	p->broken = no_server;
	for (i = 0; i < p->items->len; i++) {
		const struct item *item = p->items->pdata[i];

		if (smtp != NULL)
			send_run_set_via(
			    item->entry, smtp_host(smtp), smtp_tls_name(smtp));
		send_run_event(p->run, "sending",
		    json_pack("{s:s, s:I}", "queue_id", item->entry->id, "size",
			(json_int_t)item->entry->size));
	}
	if (smtp != NULL &&
	    !smtp_send(smtp, (struct smtp_letter *const *)p->letters->pdata,
		p->letters->len, &events, &broken))
		p->broken = broken;
	good = p->ledger == NULL && settle_rest(p, error);
	if (p->ledger != NULL)
		g_propagate_error(error, g_steal_pointer(&p->ledger));
	if (broken != NULL)
		log_info(
		    "send", "account=%s %s", p->route->account->name, broken->message);
	g_clear_error(&broken);
	return good;
}

static void
portion_init(struct portion *p)
{
	p->items = g_ptr_array_new_with_free_func(free_item);
	p->letters = g_ptr_array_new();
	p->answered = g_ptr_array_new();
	p->bytes = 0;
}

static void
portion_fini(struct portion *p)
{
	g_ptr_array_unref(p->items);
	g_ptr_array_unref(p->letters);
	g_ptr_array_unref(p->answered);
}

/* Letters that this connection still takes (RFC 9422); a new one when it takes no more.
 */
static guint
room_of(struct portion *p, guint sent)
{
	guint64 most = p->smtp != NULL ? smtp_caps(p->smtp)->mail_max : 0;

	return most == 0 ? PORTION_LETTERS
			 : (guint)MIN(PORTION_LETTERS, most - MIN(most, sent));
}

/* A server, when there is none yet and none was refused. *sent: letters over this
 * connection. */
static void
ensure_server(struct portion *p, guint *sent, GError **no_server)
{
	if (p->smtp != NULL && room_of(p, *sent) == 0)
		g_clear_pointer(&p->smtp, smtp_close);
	if (p->smtp != NULL || *no_server != NULL)
		return;
	*sent = 0;
	p->smtp = p->route->open(p->run, p->route, no_server);
	if (p->smtp == NULL)
		log_info("send", "account=%s %s", p->route->account->name,
		    (*no_server)->message);
}

bool
send_portions(struct send_run *run, const struct send_route *route, GPtrArray *entries,
    GError **error)
{
	struct portion p = {.run = run, .route = route};
	GError *no_server = NULL;
	bool good = true, is_over = false;
	guint next = 0, sent = 0;

	while (good && !is_over && next < entries->len &&
	       !run->sink->is_cancelled(run->sink->user)) {
		ensure_server(&p, &sent, &no_server);
		portion_init(&p);
		good = fill(&p, entries, &next, room_of(&p, sent), error);
		sent += p.items->len;
		if (good && p.items->len > 0) {
			good = send_portion(&p, no_server, error);
			send_run_landed(run, route->account->name);
			/* without a server the others get the same word; a connection
			 * that broke is made anew by the next round of the run */
			is_over = p.broken != NULL && no_server == NULL;
		}
		portion_fini(&p);
	}
	smtp_close(p.smtp);
	g_clear_error(&no_server);
	return good;
}
