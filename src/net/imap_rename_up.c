/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that was given another name here is renamed on the server (RFC 3501 6.3.5), which takes along those below it:
 * nothing travels, and no empty folder stays there. Where the server refuses, its messages are moved like any others. */
#include "net/imap_sync_job.h"

#include "net/mailbox_name.h"

#include <string.h>

void
imap_renaming_free(struct imap_renaming *r)
{
	if (r == NULL)
		return;
	g_free(r->from);
	g_free(r->to);
	g_free(r);
}

static bool
on_renamed(void *user, const struct guard_event *ev, GError **error)
{
	char **refusal = user;

	(void)error;
	if (ev->status != GUARD_OK)
		*refusal = g_strdup(ev->text);
	return true;
}

static char
delimiter_of(const struct sync *s)
{
	char delimiter = '\0';

	for (guint i = 0; i < s->boxes->len; i++) {
		const struct imap_mailbox *box = g_ptr_array_index(s->boxes, i);
		if (box->delimiter != '\0')
			delimiter = box->delimiter;
	}
	return delimiter;
}

/* A subscription does not go with the mailbox (RFC 3501 6.3.6). */
static bool
subscribe(struct sync *s, const char *verb, const char *quoted, GError **error)
{
	struct imap_command ignored = {.on_done = sync_any_result};
	char *text = g_strconcat(verb, " ", quoted, NULL);
	bool is_good = imap_submit(s->imap, &ignored, text, error);

	g_free(text);
	return is_good;
}

/* *refusal_out: what the server says against it, owned; NULL: it is done. */
static bool
ask(struct sync *s, const char *from, const char *to, char **refusal_out, GError **error)
{
	struct imap_command command = {.on_done = on_renamed, .user = refusal_out};
	char *old = mailbox_name_quote(from), *new = mailbox_name_quote(to);
	char *text = g_strdup_printf("RENAME %s %s", old, new);
	bool is_good = imap_submit(s->imap, &command, text, error) && imap_drain(s->imap, 0, error);

	if (is_good && *refusal_out == NULL)
		is_good = subscribe(s, "SUBSCRIBE", new, error) && subscribe(s, "UNSUBSCRIBE", old, error) &&
			  imap_drain(s->imap, 0, error);
	g_free(text);
	g_free(new);
	g_free(old);
	return is_good;
}

static void
tell_refused(const struct sync *s, const struct imap_renaming *r, const char *text)
{
	char *line = g_strdup_printf("the server refused to rename this folder to \"%s\", as it is called here: its "
				     "messages are moved one by one. The empty folder stays there, since what might arrive in it "
				     "meanwhile would be deleted with it; it can be removed on the server's own pages. "
				     "The server says: %s",
	    r->to, text);

	s->sink->on_error(s->sink->user, r->from, line);
	g_free(line);
}

static bool
note(struct sync *s, const struct imap_renaming *r, GError **error)
{
	char *wire = imap_names_wire(&s->names, r->to, delimiter_of(s));
	bool is_good =
	    wire == NULL || s->sink->renamed_there(s->sink->user, r->from, r->to, wire, error);

	g_free(wire);
	return is_good;
}

/* The folder at this index of the list, and those that are below it. */
static bool
rename_tree(struct sync *s, const GPtrArray *list, guint at, bool *is_done_out, GError **error)
{
	const struct imap_renaming *r = g_ptr_array_index(list, at);
	const struct job *job = sync_find_job(s, r->from);
	char *wire = imap_names_wire(&s->names, r->to, delimiter_of(s)), *refusal = NULL;
	bool is_good = true;

	*is_done_out = false;
	if (job != NULL && wire != NULL) {
		is_good = ask(s, job->folder.wire, wire, &refusal, error);
		*is_done_out = is_good && refusal == NULL;
	}
	if (refusal != NULL)
		tell_refused(s, r, refusal);
	is_good = is_good && (!*is_done_out || note(s, r, error));
	for (guint i = at + 1; is_good && *is_done_out && i < list->len; i++) {
		const struct imap_renaming *below = g_ptr_array_index(list, i);
		if (below->is_below && g_str_has_prefix(below->from, r->from) && below->from[strlen(r->from)] == '/')
			is_good = note(s, below, error);
	}
	g_free(refusal);
	g_free(wire);
	return is_good;
}

bool
sync_push_renames(struct sync *s, bool *is_any_out, GError **error)
{
	GPtrArray *list = s->sink->renamings(s->sink->user, error);
	bool is_good = list != NULL, is_done;

	*is_any_out = false;
	for (guint i = 0; is_good && i < list->len; i++) {
		if (((const struct imap_renaming *)g_ptr_array_index(list, i))->is_below)
			continue;
		is_good = rename_tree(s, list, i, &is_done, error);
		*is_any_out = *is_any_out || is_done;
	}
	if (list != NULL)
		g_ptr_array_unref(list);
	return is_good;
}
