/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines for people out of events for programs. */
#include "programs/sync_log.h"

#include "base/jsonl.h"

#include <string.h>

static int
number(const json_t *obj, const char *key)
{
	return (int)jsonl_int(obj, key, 0);
}

void
sync_log_event(struct account_log *log, const char *event, const json_t *obj)
{
	const char *folder = jsonl_string(obj, "folder");

	if (strcmp(event, "started") == 0)
		account_log_line(log, "sync", "started");
	else if (strcmp(event, "folder") == 0 && number(obj, "new") > 0)
		account_log_line(log, "sync", "%s: %d new of %d", folder,
		    number(obj, "new"), number(obj, "messages"));
	else if (strcmp(event, "pushed") == 0 && jsonl_string(obj, "to") != NULL)
		account_log_line(log, "sync", "%s: %d moved to %s on the server", folder,
		    number(obj, "messages"), jsonl_string(obj, "to"));
	else if (strcmp(event, "pushed") == 0)
		account_log_line(log, "sync", "%s: %d brought to the server", folder,
		    number(obj, "messages"));
	else if (strcmp(event, "sizes") == 0)
		account_log_line(log, "sync",
		    "%s: the server announced other sizes than it sent for %d messages; they are kept "
		    "as they came",
		    folder, number(obj, "messages"));
	else if (strcmp(event, "renamed") == 0)
		account_log_line(log, "sync", "%s: was %s; %s", folder, jsonl_string(obj, "from"),
		    g_strcmp0(jsonl_string(obj, "side"), "here") == 0 ? "it was renamed here, and on the server too"
								      : "the server renamed it");
	else if (strcmp(event, "error") == 0)
		account_log_line(log, "sync", "%s%s%s", folder != NULL ? folder : "",
		    folder != NULL ? ": " : "", jsonl_string(obj, "message"));
}

void
sync_log_end(struct account_log *log, const json_t *done, const GError *error)
{
	if (done == NULL) {
		account_log_line(log, "sync", "failed: %s", error->message);
		return;
	}
	account_log_line(log, "sync",
	    "done: %d new, %d flags, %d deleted, %d pushed; %.1f MB, %d round trips, "
	    "%.1f s",
	    number(done, "new"), number(done, "flags"), number(done, "deleted"),
	    number(done, "pushed"), (double)jsonl_int(done, "bytes", 0) / 1e6,
	    number(done, "round_trips"),
	    json_number_value(json_object_get(done, "seconds")));
}
