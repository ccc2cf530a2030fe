/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders that exist here and not yet there (RFC 3501 6.3.3). */
#include "net/imap_sync_job.h"

#include "net/mailbox_name.h"

#include <string.h>

static bool
on_created(void *user, const struct guard_event *ev, GError **error)
{
	char **refusal = user;

	(void)error;
	if (ev->status != GUARD_OK)
		*refusal = g_strdup(ev->text);
	return true;
}

static void
tell_refused(const struct sync *s, const char *folder, const char *text)
{
	char *line = g_strdup_printf(
	    "the server refused to make this folder; it says: %s", text);

	s->sink->on_error(s->sink->user, folder, line);
	g_free(line);
}

/* Make the mailbox; special-use attributes are the server's business. */
static bool
create(struct sync *s, const char *folder, const char *wire, GError **error)
{
	char *refusal = NULL, *quoted = mailbox_name_quote(wire);
	char *make = g_strconcat("CREATE ", quoted, NULL);
	char *subscribe = g_strconcat("SUBSCRIBE ", quoted, NULL);
	struct imap_command created = {.on_done = on_created, .user = &refusal};
	struct imap_command ignored = {.on_done = sync_any_result};
	bool is_good = imap_submit(s->imap, &created, make, error) &&
		       imap_submit(s->imap, &ignored, subscribe, error) &&
		       imap_drain(s->imap, 0, error);

	s->has_pushed = true;
	if (refusal != NULL)
		tell_refused(s, folder, refusal);
	if (is_good)
		g_hash_table_insert(s->created, g_strdup(folder),
		    refusal == NULL ? g_strdup(wire) : NULL);
	g_free(refusal);
	g_free(subscribe);
	g_free(make);
	g_free(quoted);
	return is_good;
}

/* The mailbox among those that the server listed; owned, NULL. *delimiter_out is what it
 * parts names by. */
static char *
find_listed(const struct sync *s, const char *folder, char *delimiter_out)
{
	char *wire = NULL;

	*delimiter_out = '\0';
	for (guint i = 0; wire == NULL && i < s->boxes->len; i++) {
		const struct imap_mailbox *box = g_ptr_array_index(s->boxes, i);
		char *name = imap_names_folder(&s->names, box->wire, box->delimiter);

		if (g_strcmp0(name, folder) == 0 && box->is_selectable)
			wire = g_strdup(box->wire);
		if (box->delimiter != '\0')
			*delimiter_out = box->delimiter;
		g_free(name);
	}
	return wire;
}

bool
sync_find_mailbox(struct sync *s, const char *folder, char **wire_out, GError **error)
{
	char delimiter, *wire;
	bool is_good = true;

	if (g_hash_table_contains(s->created, folder)) {
		*wire_out = g_strdup(g_hash_table_lookup(s->created, folder));
		return true;
	}
	*wire_out = find_listed(s, folder, &delimiter);
	if (*wire_out != NULL)
		return true;
	wire = imap_names_wire(&s->names, folder, delimiter);
	if (wire == NULL)
		s->sink->on_error(s->sink->user, folder,
		    "the server cannot have a folder of this name; it stays here alone");
	else
		is_good = create(s, folder, wire, error);
	*wire_out = g_strdup(g_hash_table_lookup(s->created, folder));
	g_free(wire);
	return is_good;
}
