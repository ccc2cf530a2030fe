/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Along with the last words of the log-in goes what every run asks first: who we are, what is to be
 * enabled, namespaces, mailboxes with their counters. RFC 3501 5.5 allows it, since nothing in it depends on
 * what the log-in says. What the server offers is foreseen from an earlier session; at the
 * first contact it is a guess, which an old server answers by BAD. Whether the answers serve is
 * seen afterwards: the same LIST must come of what the server really offers. */
#include "net/imap_session.h"

#include "net/imap_sync_job.h"

#include <string.h>

/* RFC 5161, 5258, 5819, 6154, 7162: servers that know SASL-IR mostly know these. */
#define GUESS                                                                            \
	"LIST-EXTENDED LIST-STATUS SPECIAL-USE CONDSTORE QRESYNC ENABLE NAMESPACE ID"

static void
free_box(gpointer box)
{
	imap_mailbox_free(box);
}

#define ANSWER_MS 20000u /* many mailboxes are slow to count; else what came early was lost */

/* They hold until the server tells its own. */
static void
assume(struct imap *s, const char *capabilities)
{
	char **names = g_strsplit(capabilities, " ", -1);

	for (char **p = names; *p != NULL; p++)
		if (**p != '\0')
			g_hash_table_add(s->capabilities, g_strdup(*p));
	g_strfreev(names);
}

static bool
on_listed(void *user, const struct guard_event *ev, GError **error)
{
	struct sync *ahead = user;

	(void)error;
	ahead->is_listed = ev->status == GUARD_OK;
	ahead->is_surveyed = true; /* answered, if not by OK */
	return true;
}

bool
imap_ahead_ask(struct imap *s, const char *foreseen, GError **error)
{
	struct sync *ahead = g_new0(struct sync, 1);

	assume(s, *foreseen != '\0' ? foreseen : GUESS);
	ahead->imap = s;
	ahead->boxes = g_ptr_array_new_with_free_func(free_box);
	ahead->can.condstore = imap_has(s, "CONDSTORE") || imap_has(s, "QRESYNC");
	s->ahead = ahead;
	s->has_gone_ahead = true;
	s->ahead_list = sync_list_command(ahead);
	return sync_submit_list(ahead, s->ahead_list, on_listed, error);
}

/* Is on what the server offers, and nothing else? */
static bool
is_switched(const struct imap *s, const char *name)
{
	bool is_offered = imap_has(s, name) ||
			  (g_str_equal(name, "UTF8=ACCEPT") && imap_has(s, "UTF8=ONLY"));

	return imap_is_enabled(s, name) == is_offered;
}

bool
imap_ahead_take(struct imap *s, struct sync *sync, GError **error)
{
	char *list;
	bool is_good;

	if (s->ahead == NULL)
		return false;
	s->is_bounded = true;
	transport_set_deadline(s->transport, ANSWER_MS);
	is_good = imap_drain(s, 0, error);
	s->is_bounded = false;
	if (!is_good)
		return false;
	list = sync_list_command(sync);
	is_good = s->ahead->is_listed && g_str_equal(list, s->ahead_list) &&
		  is_switched(s, "QRESYNC") && is_switched(s, "UTF8=ACCEPT") &&
		  (s->ahead->names.personal != NULL || !imap_has(s, "NAMESPACE"));
	g_free(list);
	if (is_good) {
		GPtrArray *boxes = sync->boxes;
		sync->boxes = s->ahead->boxes;
		s->ahead->boxes = boxes;
		imap_names_clear(&sync->names);
		sync->names = s->ahead->names;
		s->ahead->names = (struct imap_names){0};
	}
	imap_ahead_drop(s);
	return is_good;
}

void
imap_ahead_drop(struct imap *s)
{
	if (s->ahead == NULL)
		return;
	imap_names_clear(&s->ahead->names);
	g_ptr_array_unref(s->ahead->boxes);
	g_clear_pointer(&s->ahead, g_free);
	g_clear_pointer(&s->ahead_list, g_free);
}

bool
imap_is_stuck(const struct imap *s)
{
	return s->is_lossy || (s->ahead != NULL && !s->ahead->is_surveyed);
}
