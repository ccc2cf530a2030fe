/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines for people out of the fates of recipients. */
#include "programs/send_log.h"

#include "base/account_log.h"
#include "store/queue_state.h"

static void
log_free(gpointer log)
{
	account_log_free(log);
}

GHashTable *
send_log_table(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, log_free);
}

struct account_log *
send_log_of(const struct send_run *run, const char *account)
{
	struct account_log *log = g_hash_table_lookup(run->logs, account);

	if (log == NULL) {
		log = account_log_new(run->rc, account);
		g_hash_table_insert(run->logs, g_strdup(account), log);
	}
	return log;
}

void
send_log_entry(const struct send_run *run, const struct queue_entry *entry)
{
	struct account_log *log = send_log_of(run, entry->account);

	guint n_told = 0;

	for (guint i = 0; i < entry->recipients->len; i++) {
		const struct queue_recipient *r = entry->recipients->pdata[i];
		char *key = g_strdup_printf("%s %s", entry->id, r->address); /* of run->touched */

		if (g_hash_table_contains(run->touched, key)) {
			account_log_line(log, "send", "%s to %s: %s%s%s", entry->id, r->address,
			    queue_fate_name(r->fate), r->reply[0] != '\0' ? "; " : "", r->reply);
			n_told++;
		}
		g_free(key);
	}
	if (n_told == 0 && entry->said != NULL && entry->said[0] != '\0')
		account_log_line(log, "send", "%s is %s: %s", entry->id,
		    queue_state_name(entry->state), entry->said);
}
