/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_empty.c - what a list says that has nothing to show. */
#include "ui/list_view_private.h"
#include "ui/mailbox.h"

/* What an empty list says. */
static void
empty_text(struct list_view *l, const char **what_out, char **hint_out)
{
	*hint_out = NULL;
	if (rc_accounts(l->app->rc)[0] == NULL) {
		*what_out = "No account yet.";
		*hint_out = g_strdup_printf("Leave by q and run `penfold setup`: an address and a password are enough. "
					    "Or write one by `:settings` into %s:\n\n"
					    "[account \"home\"]\n"
					    "address          = Your Name <you@example.org>\n"
					    "password-command = pass mail/home\n"
					    "imap             = imaps://imap.example.org\n"
					    "smtp             = submission://smtp.example.org\n\n"
					    "It is taken in at once. Without imap and smtp the account is local: its mail "
					    "comes by penfold deliver.",
		    rc_path(l->app->rc));
	} else if (rows_is_busy(l->rows)) {
		*what_out = "Searching";
	} else if (rows_error(l->rows) != NULL) {
		*what_out = "The search failed.";
		*hint_out = g_strdup(rows_error(l->rows));
	} else if (l->query != NULL || l->place->kind == PLACE_SEARCH) {
		*what_out = "Nothing matches.";
		*hint_out = l->query != NULL
		    ? g_strdup_printf("%s\n\nq shows all of %s again, \\ searches all mail", l->query, l->place->name)
		    : g_strdup_printf("%s\n\nq leads back, \\ searches for something else", l->place->query);
	} else if (mailbox_index(l->app->mailbox) == NULL && mailbox_trouble(l->app->mailbox) != NULL) {
		*what_out = "The list cannot be made.";
		*hint_out = g_strdup_printf("%s\n\n\\ searches the mail", mailbox_trouble(l->app->mailbox));
	} else if (mailbox_index(l->app->mailbox) == NULL) {
		*what_out = "The list is being made";
	} else if (client_is_syncing(l->app->client)) {
		*what_out = "No mail here yet; it is being fetched.";
	} else {
		*what_out = "No mail here.";
		*hint_out = g_strdup("$ fetches, c goes to another folder");
	}
}

void
list_view_draw_empty(struct list_view *l, struct area a)
{
	const char *what;
	char *hint;
	empty_text(l, &what, &hint);
	int y = a.rows / 4;
	y += ui_say(&l->app->canvas, a, y, STYLE_STRONG, what) + 1;
	char **lines = g_strsplit(hint != NULL ? hint : "", "\n", -1);
	for (int i = 0; lines[i] != NULL && y < a.rows; i++)
		y += *lines[i] != '\0' ? ui_say(&l->app->canvas, a, y, STYLE_DIM, lines[i]) : 1;
	g_strfreev(lines);
	g_free(hint);
}
