/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is there room for a letter that was refused for want of it (RFC 9208)? */
#include "net/imap_sync_job.h"

#include "net/mailbox_name.h"

#include <string.h>

/* QUOTA root (STORAGE used limit MESSAGE used limit): of all roots the least is left. */
static bool
on_quota(void *user, const struct guard_event *ev, GError **error)
{
	guint64 *room = user, used, limit;
	const struct imap_token *list = imap_tokens_at(ev->tokens, 2);

	(void)error;
	if (ev->kind != GUARD_DATA || !imap_token_is(imap_tokens_at(ev->tokens, 0), "QUOTA") ||
	    list == NULL || list->type != IMAP_TOKEN_LIST)
		return true;
	for (size_t i = 3; i + 2 < list->next; i += 3) {
		const struct imap_token *what = imap_tokens_at(ev->tokens, i);
		bool is_storage = imap_token_is(what, "STORAGE"); /* in units of 1,024 octets */

		if ((!is_storage && !imap_token_is(what, "MESSAGE")) ||
		    !imap_token_number(imap_tokens_at(ev->tokens, i + 1), G_MAXUINT64 >> 12, &used) ||
		    !imap_token_number(imap_tokens_at(ev->tokens, i + 2), G_MAXUINT64 >> 12, &limit))
			continue;
		if (is_storage)
			*room = MIN(*room, limit > used ? (limit - used) * 1024 : 0);
		else if (used >= limit)
			*room = 0;
	}
	return true;
}

bool
sync_quota_room(struct sync *s, const char *wire, guint64 *room_out, GError **error)
{
	struct imap_command command = {
	    .on_data = on_quota, .on_done = sync_any_result, .user = room_out};
	char *quoted = mailbox_name_quote(wire);
	char *text = g_strconcat("GETQUOTAROOT ", quoted, NULL);
	bool is_good;

	*room_out = G_MAXUINT64;
	is_good = imap_submit(s->imap, &command, text, error) && imap_drain(s->imap, 0, error);
	g_free(text);
	g_free(quoted);
	return is_good;
}
