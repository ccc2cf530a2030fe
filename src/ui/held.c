/* SPDX-License-Identifier: GPL-3.0-or-later */
/* held.c - the question about what is held back. */
#include "ui/held.h"

#include "ui/prompt.h"

struct held {
	GHashTable *asked; /* "account folder number" */
};

struct held *
held_new(void)
{
	struct held *h = g_new0(struct held, 1);
	h->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return h;
}

void
held_free(struct held *h)
{
	if (h == NULL)
		return;
	g_hash_table_unref(h->asked);
	g_free(h);
}

static void
on_answer(struct app *app, char answer, void *user)
{
	const char *account = user;
	if (answer == 0) {
		app_say(app, "nothing is removed; `penfold sync --yes` or `--no` decides it");
		return;
	}
	client_sync_answer(app->client, account, answer == 'y');
	client_sync_account(app->client, account);
}

static char *
question(const json_t *obj)
{
	const char *account = jsonl_string(obj, "account"), *folder = jsonl_string(obj, "folder");
	bool is_here = g_strcmp0(jsonl_string(obj, "side"), "here") == 0;
	return g_strdup_printf(is_here
		? "%s %s: %d messages are gone here. (y) delete them on the server too, (n) fetch them again? "
		: "%s %s: the server lost %d messages. (y) move them to the trash here too, (n) put them back? ",
	    account, folder, (int)jsonl_int(obj, "held_back", 0));
}

void
held_notice(struct app *app, const struct client_notice *notice)
{
	const json_t *obj = notice->obj;
	const char *account = jsonl_string(obj, "account"), *folder = jsonl_string(obj, "folder");
	if (notice->kind != CLIENT_SYNC_ERROR || account == NULL || folder == NULL ||
	    jsonl_int(obj, "held_back", 0) <= 0)
		return;
	char *key = g_strdup_printf("%s %s %d", account, folder, (int)jsonl_int(obj, "held_back", 0));
	if (!g_hash_table_add(app->held->asked, key))
		return;
	char *label = question(obj);
	prompt_choose(app, label, "yn", on_answer, g_strdup(account), g_free);
	g_free(label);
}
