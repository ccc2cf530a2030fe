/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server offered the last time, so that the next session need not ask first. */
#include "programs/sync_private.h"

#define STEPWISE   '-'
#define STEPWISE_S (30 * 24 * 3600) /* then it is tried again */

/* "-" and the time since when. */
static bool
is_stepwise(const char *known)
{
	return known != NULL && *known == STEPWISE &&
	       g_ascii_strtoll(known + 1, NULL, 10) + STEPWISE_S > g_get_real_time() / G_USEC_PER_SEC;
}

char *
sync_sink_foreseen(const struct sync_sink *s)
{
	char *known = sync_state_capabilities(s->state);

	if (known == NULL)
		return g_strdup("");
	if (*known != STEPWISE)
		return known;
	if (is_stepwise(known))
		g_clear_pointer(&known, g_free);
	else
		*known = '\0';
	return known;
}

void
sync_sink_set_foreseen(struct sync_sink *s, const char *capabilities)
{
	char *known = sync_state_capabilities(s->state);
	char *now = capabilities != NULL ? g_strdup(capabilities)
					 : g_strdup_printf("%c%" G_GINT64_FORMAT, STEPWISE,
					       g_get_real_time() / G_USEC_PER_SEC);

	if (!is_stepwise(known) && g_strcmp0(known, now) != 0)
		(void)sync_state_set_capabilities(s->state, now, NULL);
	g_free(now);
	g_free(known);
}
