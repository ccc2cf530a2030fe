/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server has: who it is told it talks to, its namespaces, its mailboxes and their
 * counters. All in one round trip where it can (RFC 5258, 5819, 6154); each part is left out where it
 * cannot. */
#include "net/imap_sync_job.h"

#include "net/imap_session.h"

#include "net/mailbox_name.h"

#include "base/version.h"

#include <string.h>

#define STATUS_ITEMS "MESSAGES UIDNEXT UIDVALIDITY"

static bool
on_list(void *user, const struct guard_event *ev, GError **error)
{
	struct sync *s = user;
	struct imap_mailbox *box;

	(void)error; /* a mailbox that cannot be understood is as good as none */
	if (ev->kind != GUARD_DATA || imap_reply_status(ev->tokens, s->boxes) ||
	    imap_names_read(&s->names, ev->tokens))
		return true;
	box = imap_reply_list(ev->tokens);
	if (box != NULL)
		g_ptr_array_add(s->boxes, box);
	return true;
}

bool
sync_any_result(void *user, const struct guard_event *ev, GError **error)
{
	(void)user;
	(void)ev;
	(void)error;
	return true;
}

static const char *
status_extras(const struct sync *s)
{
	bool has_ids = imap_has(s->imap, "OBJECTID"); /* RFC 8474 */

	if (s->can.condstore)
		return has_ids ? " HIGHESTMODSEQ MAILBOXID" : " HIGHESTMODSEQ";
	return has_ids ? " MAILBOXID" : "";
}

/* One command tells everything, where the server can. */
char *
sync_list_command(const struct sync *s)
{
	GString *text = g_string_new("LIST \"\" \"*\"");

	if (!imap_has(s->imap, "LIST-EXTENDED"))
		return g_string_free(text, FALSE);
	g_string_append(text, " RETURN (");
	if (imap_has(s->imap, "SPECIAL-USE"))
		g_string_append(text, "SPECIAL-USE ");
	if (imap_has(s->imap, "LIST-STATUS"))
		g_string_append_printf(
		    text, "STATUS (%s%s)", STATUS_ITEMS, status_extras(s));
	else
		g_string_append(text, "CHILDREN");
	g_string_append_c(text, ')');
	return g_string_free(text, FALSE);
}

/* RFC 5161: only what is offered and not yet on. NULL when there is nothing to enable. Owned. */
static char *
enable_command(const struct sync *s)
{
	static const char *const names[] = {"QRESYNC", "UTF8=ACCEPT", NULL};
	GString *text = g_string_new("ENABLE");

	for (size_t i = 0; imap_has(s->imap, "ENABLE") && names[i] != NULL; i++) {
		/* RFC 6855 6: a server that says ONLY need not say ACCEPT */
		bool is_offered = imap_has(s->imap, names[i]) ||
				  (i == 1 && imap_has(s->imap, "UTF8=ONLY"));
		if (is_offered && !imap_is_enabled(s->imap, names[i]))
			g_string_append_printf(text, " %s", names[i]);
	}
	return g_string_free(text, text->len == strlen("ENABLE"));
}

/* RFC 2971: the name and the version are all that a server learns. Some refuse to open a mailbox
 * for a client that does not say. */
#define ID_COMMAND "ID (\"name\" \"Penfold\" \"version\" \"" PENFOLD_VERSION "\")"

/* What comes before the first list, in the same round trip. */
static bool
introduce(struct sync *s, GError **error)
{
	struct imap_command ignored = {.on_data = on_list, .on_done = sync_any_result, .user = s};
	char *enable = enable_command(s);
	bool is_good = true;

	if (imap_has(s->imap, "ID") && !s->is_surveyed)
		is_good = imap_submit(s->imap, &ignored, ID_COMMAND, error);
	if (is_good && enable != NULL && !s->is_surveyed)
		is_good = imap_submit(s->imap, &ignored, enable, error);
	if (is_good && imap_has(s->imap, "NAMESPACE") && s->names.personal == NULL)
		is_good = imap_submit(s->imap, &ignored, "NAMESPACE", error);
	g_free(enable);
	return is_good;
}

/* Gmail lets its users hide All Mail from IMAP: then each label is a mailbox like any other. */
static bool
has_all_mail(const struct sync *s)
{
	for (guint i = 0; imap_has(s->imap, "X-GM-EXT-1") && i < s->boxes->len; i++) {
		const struct imap_mailbox *box = g_ptr_array_index(s->boxes, i);
		if (box->is_all && box->is_selectable)
			return true;
	}
	return false;
}

/* Of Gmail's mailboxes those that hold mail together, each message once; the others are labels. */
bool
sync_is_label(const struct sync *s, const struct imap_mailbox *box)
{
	return s->is_gmail && !box->is_all && box->role == IMAP_ROLE_NONE;
}

bool
sync_submit_list(struct sync *s, const char *text,
    bool (*on_done)(void *, const struct guard_event *, GError **), GError **error)
{
	struct imap_command list = {.on_data = on_list, .on_done = on_done, .user = s};

	return introduce(s, error) && imap_submit(s->imap, &list, text, error);
}

static bool
ask_list(struct sync *s, GError **error)
{
	char *text = sync_list_command(s);
	GError *why = NULL;
	bool is_good = imap_ahead_take(s->imap, s, &why);

	if (!is_good && why == NULL)
		is_good = sync_submit_list(s, text, NULL, &why) && imap_drain(s->imap, 0, &why);
	if (why != NULL)
		g_propagate_error(error, why);
	s->can.qresync = imap_is_enabled(s->imap, "QRESYNC");
	s->names.code =
	    imap_is_enabled(s->imap, "UTF8=ACCEPT") ? MAILBOX_UTF8 : MAILBOX_UTF7;
	s->is_gmail = has_all_mail(s);
	s->sink->labels(s->sink->user, s->is_gmail);
	g_free(text);
	return is_good;
}

/* The counters of mailboxes that LIST did not give: where it could, their ids may have been what was wrong. */
static bool
ask_status(struct sync *s, GError **error)
{
	struct imap_command status = {
	    .on_data = on_list, .on_done = sync_any_result, .user = s};

	for (guint i = 0; i < s->boxes->len; i++) {
		const struct imap_mailbox *box = g_ptr_array_index(s->boxes, i);
		char *quoted = mailbox_name_quote(box->wire);
		char *text = g_strdup_printf(
		    "STATUS %s (%s%s)", quoted, STATUS_ITEMS,
		    !imap_has(s->imap, "LIST-STATUS") ? status_extras(s)
		    : s->can.condstore		      ? " HIGHESTMODSEQ"
						      : "");
		char *name = imap_names_folder(&s->names, box->wire, box->delimiter);
		bool is_good = box->has_status || !box->is_selectable || name == NULL ||
			       imap_submit(s->imap, &status, text, error);

		g_free(name);
		g_free(text);
		g_free(quoted);
		if (!is_good || !imap_make_room(s->imap, error))
			return false;
	}
	return imap_drain(s->imap, 0, error);
}

bool
sync_ask(struct sync *s, GError **error)
{
	return ask_list(s, error) && ask_status(s, error);
}
