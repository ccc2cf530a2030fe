/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run tells the one who asked. */
#include "programs/sync_private.h"

#include "base/jsonl.h"

#define PROGRESS_USEC (G_USEC_PER_SEC / 5)

void
sync_sink_tell_renamed(
    struct sync_sink *s, const char *folder, const char *from, const char *to)
{
	g_hash_table_add(s->touched, maildir_base(to));
	s->on_event(s->user, "flags",
	    json_pack("{s:s, s:o, s:o}", "folder", folder, "from", jsonl_text(from, -1),
		"to", jsonl_text(to, -1)));
}

void
sync_sink_tell_held(
    struct sync_sink *s, const char *folder, const char *side, guint n, const char *text)
{
	s->on_event(s->user, "error",
	    json_pack("{s:s, s:s, s:s, s:i}", "folder", folder, "message", text, "side", side,
		"held_back", (int)n));
}

void
sync_sink_tell_removed(struct sync_sink *s, const char *folder, const char *path)
{
	s->on_event(s->user, "removed",
	    json_pack("{s:s, s:o}", "folder", folder, "path", jsonl_text(path, -1)));
}

void
sync_sink_tell_pushed(struct sync_sink *s, const char *folder, const char *to, guint n)
{
	json_t *obj = json_pack("{s:s, s:i}", "folder", folder, "messages", (int)n);

	if (to != NULL)
		json_object_set_new(obj, "to", json_string(to));
	s->on_event(s->user, "pushed", obj);
}

void
sync_tell_folder(void *user, const struct imap_sync_folder *f, guint n_new)
{
	struct sync_sink *s = user;
	struct place *place = sync_sink_place(s, f->name);

	/* some servers estimate sizes for all that they have: no trouble, but said */
	if (place->n_odd > 0)
		s->on_event(s->user, "sizes",
		    json_pack("{s:s, s:I}", "folder", f->name, "messages",
			(json_int_t)place->n_odd));
	place->n_odd = place->n_short = 0;
	s->on_event(s->user, "folder",
	    json_pack("{s:s, s:s, s:I, s:I}", "folder", f->name, "role",
		imap_role_name(f->role), "messages", (json_int_t)f->messages, "new",
		(json_int_t)n_new));
}

void
sync_tell_progress(void *user, const char *folder, guint64 done, guint64 total)
{
	struct sync_sink *s = user;
	gint64 now = g_get_monotonic_time();
	double seconds = (double)(now - s->started) / G_USEC_PER_SEC;
	guint64 bytes = s->counts.bytes + s->bytes_waiting;

	if (now - s->last_progress < PROGRESS_USEC || seconds <= 0 || done == 0)
		return;
	total = MAX(total, done); /* the server's count may have been too low */
	s->last_progress = now;
	s->on_event(s->user, "progress",
	    json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "folder", folder, "done",
		(json_int_t)done, "total", (json_int_t)total, "bytes", (json_int_t)bytes,
		"rate", (json_int_t)((double)bytes / seconds), "seconds_left",
		(json_int_t)((double)(total - done) * seconds / (double)done)));
}

void
sync_tell_error(void *user, const char *folder, const char *text)
{
	struct sync_sink *s = user;

	s->on_event(s->user, "error",
	    json_pack("{s:o, s:o}", "folder", jsonl_text(folder, -1), "message",
		jsonl_text(text, -1)));
}

bool
sync_sink_has_touched(const struct sync_sink *s, const char *base)
{
	return g_hash_table_contains(s->touched, base);
}

void
sync_sink_inbox(const struct sync_sink *s, struct imap_wait_known *out)
{
	const struct place *place = g_hash_table_lookup(s->places, "INBOX");

	*out = (struct imap_wait_known){0};
	if (place != NULL)
		*out = (struct imap_wait_known){place->state.uidnext, place->state.messages,
		    place->state.modseq};
}
