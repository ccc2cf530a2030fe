/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes back about letters that were sent: reports are read by a sealed penfold-render and
 * given to the store, which knows the letters; and letters whose answer was lost are looked for
 * among what the servers filed. */
#include "client/client_private.h"

#include "base/file.h"

#include <unistd.h>

#define REPORT_DEADLINE_MS 60000

static void
on_matched(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind == REPLY_EVENT)
		return;
	c->reading--;
	if (reply->kind == REPLY_FAILED) {
		client_tell(c, CLIENT_HELPER, reply->error->message, NULL);
	} else if (json_is_object(json_object_get(reply->obj, "match"))) {
		client_tell(c, CLIENT_QUEUE_CHANGED, NULL, NULL);
		client_refresh_rows(c);
	}
}

static void
on_report(const struct reply *reply, void *user)
{
	struct client *c = user;
	json_t *report = reply->kind == REPLY_DONE ? json_object_get(reply->obj, "report") : NULL;

	if (reply->kind == REPLY_EVENT)
		return;
	/* one that cannot be read is a letter like any other */
	if (jsonl_string(report, "kind") == NULL) {
		c->reading--;
		return;
	}
	supervisor_request(client_store(c),
	    json_pack("{s:s, s:O}", "op", "queue-report", "report", report), NULL, 0, 0, NULL,
	    on_matched, c);
}

void
client_read_report(struct client *c, const char *path)
{
	int fd = path != NULL ? file_open_regular(path, true) : -1;

	if (fd < 0)
		return; /* it moved: a report that is not read changes nothing */
	c->reading++;
	supervisor_request(client_reporter(c), json_pack("{s:s}", "op", "report"), &fd, 1,
	    REPORT_DEADLINE_MS, NULL, on_report, c);
	close(fd);
}

static void
on_reconciled(const struct reply *reply, void *user)
{
	struct client *c = user;

	if (reply->kind != REPLY_DONE)
		return;
	c->is_unsure = jsonl_int(reply->obj, "uncertain", 0) > 0;
	if (json_array_size(json_object_get(reply->obj, "found")) > 0)
		client_tell(c, CLIENT_QUEUE_CHANGED, NULL, NULL);
}

void
client_reconcile(struct client *c)
{
	supervisor_request(client_store(c), json_pack("{s:s}", "op", "queue-reconcile"), NULL, 0, 0,
	    NULL, on_reconciled, c);
}
