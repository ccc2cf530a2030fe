/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_portion.c - a portion of letters that fits into memory, and the ledger that
 * follows each one: claimed, dot, settled. */
#include "programs/send_portion_private.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "base/log.h"
#include "net/digest.h"
#include "net/smtp.h"

#include <string.h>

#define PORTION_BYTES	   (32u << 20) /* or a single letter of any size */
#define PORTION_RECIPIENTS 4096	       /* likewise */
#define PROGRESS_BYTES (256u << 10)

static void
free_item(gpointer data)
{
	struct send_item *item = data;

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

/* At the @ of two addresses; NULL for none. */
static bool
same_domain(const char *a, const char *b)
{
	return a != NULL && b != NULL && g_ascii_strcasecmp(a, b) == 0;
}

/* Would this recipient be one too many for one transaction (RFC 9422 4)? */
static bool
is_past_limits(const struct send_session *s, const struct smtp_letter *l, size_t n,
    const char *address)
{
	const char *domain = strrchr(address, '@');
	size_t i, k, n_domains = 1;

	if (s->rcpt_max > 0 && n >= s->rcpt_max)
		return true;
	for (i = 0; s->rcpt_domain_max > 0 && i < n; i++) {
		const char *one = strrchr(l->recipients[i].address, '@');

		if (same_domain(one, domain))
			return false;
		for (k = 0; k < i; k++) {
			if (same_domain(one, strrchr(l->recipients[k].address, '@')))
				break;
		}
		n_domains += k == i;
	}
	return s->rcpt_domain_max > 0 && n_domains > s->rcpt_domain_max;
}

/* The recipients whose turn it is, on this route and in one transaction. */
static struct send_item *
item_of(struct send_portion *p, struct queue_entry *entry, GBytes *bytes)
{
	struct send_item *item = g_new0(struct send_item, 1);
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
		if (is_past_limits(&p->session, &item->letter, n, r->address)) {
			item->is_partial = true;
			g_hash_table_add(p->left, g_ascii_strdown(r->address, -1));
			continue;
		}
		send_run_touch(p->run, entry, r);
		item->letter.recipients[n].address = r->address;
		item->which[n++] = i;
	}
	item->letter.n_recipients = n;
	return item;
}

GBytes *
send_frozen_bytes(struct send_run *run, const char *id, const char *sha256, GError **error)
{
	char *path = queue_path(run->queue, id), *found;
	GBytes *bytes = file_read(path, LIMIT_LITERAL, error);

	if (bytes != NULL) {
		found = digest_sha256(bytes);
		if (found == NULL || g_strcmp0(found, sha256) != 0) {
			g_set_error(error, PF_ERROR, PF_ERROR_DATA,
			    "%s is no longer what was queued, and is not sent", path);
			g_clear_pointer(&bytes, g_bytes_unref);
		}
		g_free(found);
	}
	g_free(path);
	return bytes;
}

/* Claim and read; a letter that cannot be read fails by itself. False when the ledger
 * fails. */
static bool
add_entry(struct send_portion *p, struct queue_entry *entry, GError **error)
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
	bytes = send_frozen_bytes(p->run, entry->id, entry->sha256, &cause);
	if (bytes != NULL) {
		struct send_item *item = item_of(p, entry, bytes);

		p->bytes += g_bytes_get_size(bytes);
		p->n_recipients += item->letter.n_recipients;
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
bool
send_portion_keep_answers(struct send_portion *p, GError **error)
{
	struct queue_entry *const *entries =
	    (struct queue_entry *const *)p->answered->pdata;
	bool good = p->answered->len == 0 ||
		    send_run_settle(p->run, entries, p->answered->len, error);

	g_ptr_array_set_size(p->answered, 0);
	return good;
}

static bool
mark_dots(
    struct send_portion *p, struct smtp_letter *const *letters, size_t n, GError **error)
{
	bool good = true;
	size_t i;

	for (i = 0; good && i < n; i++) {
		struct send_item *item = letters[i]->user;
		bool goes;

		good = queue_mark_dot(p->run->queue, item->entry, &goes, error);
		if (good && !goes)
			letters[i]->fate = SMTP_HELD;
	}
	return good;
}

bool
send_portion_record(
    struct send_portion *p, struct smtp_letter *const *letters, size_t n, GError **error)
{
	return queue_settle(p->run->queue,
		   (struct queue_entry *const *)p->answered->pdata, p->answered->len,
		   error) &&
	       mark_dots(p, letters, n, error);
}

void
send_portion_tell(struct send_portion *p)
{
	send_run_tell(
	    p->run, (struct queue_entry *const *)p->answered->pdata, p->answered->len);
	g_ptr_array_set_size(p->answered, 0);
}

static bool
on_before_dot(struct smtp_letter *const *letters, size_t n, void *user, GError **error)
{
	struct send_portion *p = user;

	if (!queue_begin(p->run->queue, error) ||
	    !send_portion_record(p, letters, n, error) ||
	    !queue_commit(p->run->queue, error)) {
		queue_rollback(p->run->queue);
		return false;
	}
	send_portion_tell(p);
	return true;
}

/* Is the letter still to be sent, or did the user take it back meanwhile? */
static bool
is_wanted(const struct send_portion *p, const struct send_item *item)
{
	struct queue_entry *now = queue_get(p->run->queue, item->entry->id, NULL);
	bool is_taken_back =
	    now != NULL && now->state != QUEUE_SENDING && now->state != QUEUE_DOT;

	queue_entry_free(now);
	return !is_taken_back;
}

static bool
on_progress(struct smtp_letter *letter, gsize sent, void *user)
{
	struct send_portion *p = user;
	struct send_item *item = letter->user;
	gsize size = g_bytes_get_size(letter->bytes);

	if (sent < size && p->ledger == NULL)
		(void)send_portion_keep_answers(p, &p->ledger);
	if (sent < size && sent - item->told < PROGRESS_BYTES)
		return true;
	item->told = sent;
	send_run_event(p->run, "progress",
	    json_pack("{s:s, s:I, s:I}", "queue_id", item->entry->id, "sent",
		(json_int_t)sent, "size", (json_int_t)size));
	if (sent < size)
		send_run_flush(p->run);
	return sent >= size || is_wanted(p, item);
}

/* Letters without an answer are settled when it is known why the connection ended. */
static void
on_finished(struct smtp_letter *letter, void *user)
{
	struct send_portion *p = user;
	struct send_item *item = letter->user;

	if (letter->fate == SMTP_ANSWERED) {
		send_item_take_verdicts(
		    item, QUEUE_FATE_DEFERRED, "the server gave no answer");
		send_item_spare_too_many(p, item);
	}
	if (letter->fate != SMTP_NOT_SENT && !item->is_partial)
		g_hash_table_add(p->run->tried, g_strdup(item->entry->id));
	if (letter->fate != SMTP_ANSWERED)
		return;
	p->n_answered++;
	send_run_prepare(p->run, item->entry, NULL, 0);
	g_ptr_array_add(p->answered, item->entry);
}

/* --- portions --- */

struct queue_entry *
send_portion_entry(const struct smtp_letter *letter)
{
	return ((const struct send_item *)letter->user)->entry;
}

void
send_portion_init(struct send_portion *p, struct send_run *run,
    const struct send_route *route, const struct send_session *session)
{
	*p = (struct send_portion){.run = run,
	    .route = route,
	    .items = g_ptr_array_new_with_free_func(free_item),
	    .letters = g_ptr_array_new(),
	    .answered = g_ptr_array_new(),
	    .left = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
	if (session != NULL)
		p->session = *session;
}

void
send_portion_fini(struct send_portion *p)
{
	g_clear_pointer(&p->items, g_ptr_array_unref);
	g_clear_pointer(&p->letters, g_ptr_array_unref);
	g_clear_pointer(&p->answered, g_ptr_array_unref);
	g_clear_pointer(&p->left, g_hash_table_destroy);
	g_clear_error(&p->ledger);
}

static bool
is_full(const struct send_portion *p, guint room)
{
	return p->items->len >= room || p->bytes >= PORTION_BYTES ||
	       p->n_recipients >= PORTION_RECIPIENTS;
}

/* Does it wait for someone who has not got an earlier letter yet? Then so do the others whom it is for. */
static bool
has_left(struct send_portion *p, const struct queue_entry *entry)
{
	bool found = false;
	guint pass, i;

	for (pass = 0; g_hash_table_size(p->left) > 0 && pass < 2; pass++) {
		for (i = 0; i < entry->recipients->len; i++) {
			const struct queue_recipient *r = entry->recipients->pdata[i];
			char *key = send_route_takes(p->run, p->route, entry, r)
					? g_ascii_strdown(r->address, -1)
					: NULL;

			found = found || (key != NULL && g_hash_table_contains(p->left, key));
			if (key != NULL && pass == 1 && found)
				g_hash_table_add(p->left, g_steal_pointer(&key));
			g_free(key);
		}
	}
	return found;
}

/* May it leave, by the route's rules? Then it counts as under way. */
static bool
may_go(struct send_portion *p, struct queue_entry *entry, bool *goes_out, GError **error)
{
	const char *account = p->route->account->name;
	gint64 before = send_run_in_flight(p->run, account);
	bool good = true;

	*goes_out = true;
	if (p->route->may_go != NULL)
		good = p->route->may_go(p->run, p->route, entry, goes_out, error);
	p->n_off += send_run_in_flight(p->run, account) - before;
	return good;
}

bool
send_portion_fill(
    struct send_portion *p, GPtrArray *entries, guint *next, guint room, GError **error)
{
	bool good = queue_begin(p->run->queue, error);

	while (good && *next < entries->len && !is_full(p, room)) {
		struct queue_entry *entry = entries->pdata[(*next)++];
		bool goes;

		if (has_left(p, entry))
			continue; /* the next round of the run has it */
		good = may_go(p, entry, &goes, error);
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

void
send_portion_begin(struct send_portion *p)
{
	guint i;

	for (i = 0; i < p->items->len; i++) {
		const struct send_item *item = p->items->pdata[i];

		if (p->session.host != NULL)
			send_run_set_via(item->entry, p->session.host, p->session.tls);
		send_run_event(p->run, "sending",
		    json_pack("{s:s, s:I}", "queue_id", item->entry->id, "size",
			(json_int_t)item->entry->size));
	}
	send_run_flush(p->run);
}

struct smtp_events
send_portion_events(struct send_portion *p)
{
	return (struct smtp_events){on_before_dot, on_progress, on_finished, p};
}

bool
send_portion_end(struct send_portion *p, const GError *broken, GError **error)
{
	bool good;

	p->broken = broken;
	good = p->ledger == NULL && send_broken_settle(p, error);
	if (p->ledger != NULL)
		g_propagate_error(error, g_steal_pointer(&p->ledger));
	send_run_landed(p->run, p->route->account->name, p->n_off);
	return good;
}
