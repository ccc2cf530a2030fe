/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters of another size than the server announced (RFC 3501 2.3.4). More bytes than that lack
 * nothing. Fewer may be half a letter: it is kept, and fetched once more. When it comes as before
 * the server only misjudges, and its other letters in the folder are not doubted any more. */
#include "programs/sync_private.h"

#include "base/limits.h"
#include "base/log.h"

#include <string.h>

enum sync_part
sync_size_judge(struct sync_sink *s, const struct imap_fetched *meta, guint64 received)
{
	struct place *place = s->place;
	struct sync_message before = {0};
	bool is_second;

	if (!meta->has_size || meta->size == received)
		return SYNC_WHOLE;
	is_second = sync_state_message(s->state, place->state.id, meta->uid, &before, NULL) &&
		    before.part == SYNC_SHORT;
	sync_message_clear(&before);
	place->n_odd += !is_second;
	log_warn("sync", "account=%s folder=%s uid=%u announced=%u received=%" G_GUINT64_FORMAT,
	    s->account->name, place->name, meta->uid, meta->size, received);
	if (received > meta->size)
		return SYNC_WHOLE;
	if (is_second || place->n_short >= LIMIT_SHORT_AGAIN ||
	    sync_state_misjudges(s->state, place->state.id))
		return SYNC_MISJUDGED;
	place->n_short++;
	s->is_again = true;
	return SYNC_SHORT;
}

bool
sync_size_settle(struct sync_sink *s, struct arrival *a, const struct sync_message *before,
    const struct imap_fetched *meta)
{
	const char *path = sync_files_find(a->place, before->base);
	bool is_whole = a->message.part == SYNC_WHOLE;
	bool is_same = path != NULL && sync_files_is_like_delivery(a->delivery, a->place, path);

	/* what was moved or deleted here meanwhile stays as it is */
	if (path != NULL && !is_same && (is_whole || a->message.size > before->size))
		return false;
	maildir_abort(a->delivery);
	a->delivery = NULL;
	g_free(a->message.base);
	g_free(a->message.flags);
	a->message.base = g_strdup(before->base);
	a->message.flags = g_strdup(before->flags);
	a->message.size = before->size;
	a->message.part = SYNC_MISJUDGED;
	log_info("sync", "account=%s folder=%s uid=%u: the second time as the first",
	    s->account->name, a->place->name, meta->uid);
	return true;
}
