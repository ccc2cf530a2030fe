/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_notice.c - the writer is told in the inbox: a letter failed, or is late. A
 * delivery report as any MTA would send it, delivered on the spot. It is made of the
 * ledger alone, so that a run that was killed between the file and the ledger makes the
 * same bytes again and finds them. */
#include "programs/send_run.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "base/log.h"
#include "mime/compose_dsn.h"
#include "store/folders.h"

#include <string.h>

/* Whom to tell of; recipients borrow from the entry. */
static GArray *
recipients_of(const struct queue_entry *e, bool is_late)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct compose_dsn_recipient));
	guint i;

	for (i = 0; i < e->recipients->len; i++) {
		const struct queue_recipient *r = e->recipients->pdata[i];
		struct compose_dsn_recipient one = {
		    r->address, r->status, r->reply, r->code > 0};

		if (is_late ? send_run_is_open(r)
			    : r->fate == QUEUE_FATE_FAILED && !r->is_told)
			g_array_append_val(list, one);
	}
	return list;
}

static GBytes *
make_notice(struct send_run *run, const struct queue_entry *e, bool is_late)
{
	GArray *list = recipients_of(e, is_late);
	char *path = queue_path(run->queue, e->id);
	GBytes *original = file_read(path, LIMIT_LITERAL, NULL), *bytes;
	const struct rc_account *account = rc_account(run->rc, e->account);
	struct compose_dsn d = {.to = account != NULL ? account->address : e->sender,
	    .id = e->id,
	    .subject = e->subject,
	    .now = e->settled,
	    .arrived = e->created,
	    .retry_until = run->expire_s > 0 ? e->created + run->expire_s : 0,
	    .is_late = is_late,
	    .recipients = (const struct compose_dsn_recipient *)(const void *)list->data,
	    .n_recipients = list->len,
	    .original = original};

	bytes = compose_dsn(&d);
	g_clear_pointer(&original, g_bytes_unref);
	g_free(path);
	g_array_unref(list);
	return bytes;
}

static bool
tell(struct send_run *run, struct queue_entry *e, bool is_late, GError **error)
{
	const struct rc_account *account = rc_account(run->rc, e->account);
	GBytes *bytes = make_notice(run, e, is_late);
	GError *cause = NULL;
	char *path = NULL;
	bool good = true;

	if (send_deliver_bytes(run, bytes, e->account,
		account != NULL ? account->inbox : "INBOX", &path, &cause)) {
		good = queue_told(run->queue, e, is_late, error);
		if (good)
			send_run_event(run, "delivered",
			    json_pack("{s:s, s:o}", "queue_id", e->id, "path",
				jsonl_text(path, -1)));
	} else {
		log_error("send", "id=%s the report waits: %s", e->id, cause->message);
		send_run_event(run, "error",
		    json_pack("{s:s, s:o}", "queue_id", e->id, "message",
			jsonl_text(cause->message, -1)));
		g_error_free(cause);
	}
	send_run_flush(run);
	g_free(path);
	g_bytes_unref(bytes);
	return good;
}

bool
send_notices(struct send_run *run, GError **error)
{
	GPtrArray *entries =
	    queue_to_tell(run->queue, send_run_now(), run->warn_s, error);
	bool good = entries != NULL;
	guint i;

	for (i = 0; good && i < entries->len; i++)
		good = tell(
		    run, entries->pdata[i], !queue_has_untold(entries->pdata[i]), error);
	g_clear_pointer(&entries, g_ptr_array_unref);
	return good;
}
