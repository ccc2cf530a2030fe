/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which messages of a mailbox are fetched at all: not those that are older or larger than the user
 * wants, and of Gmail's archive not those that another mailbox shows too. The server is asked by SEARCH
 * (RFC 3501 6.4.4), for all mailboxes in one round trip. */
#include "net/imap_sync_job.h"

#include "base/when.h"

#include <string.h>

/* The rest of [Gmail]/All Mail is the archive: what is in none of these. */
#define NOT_ELSEWHERE                                                                    \
	" NOT X-GM-LABELS \"\\\\Inbox\" NOT X-GM-LABELS \"\\\\Sent\" NOT X-GM-LABELS \"\\\\Draft\""

/* RFC 3501 date of a moment, in UTC; what the server takes it for may be a day off. Owned. */
static char *
date_of(gint64 unix_time)
{
	GDateTime *when = g_date_time_new_from_unix_utc(MAX(unix_time, 0));
	char *text = g_strdup_printf("%d-%s-%04d", g_date_time_get_day_of_month(when),
	    when_month(when), g_date_time_get_year(when));

	g_date_time_unref(when);
	return text;
}

/* What a search is to find; NULL when everything is wanted. Owned. */
static char *
criteria_of(const struct job *job, bool is_large)
{
	const struct imap_limits *limits = &job->known.limits;
	GString *text = g_string_new(NULL);

	if (limits->since > 0) {
		char *date = date_of(limits->since - 86400);
		g_string_append_printf(text, " SINCE %s", date);
		g_free(date);
	}
	if (limits->max_size > 0)
		g_string_append_printf(text, " NOT LARGER %u", limits->max_size);
	if (limits->whole > 0)
		g_string_append_printf(
		    text, " %sLARGER %u", is_large ? "" : "NOT ", limits->whole);
	if (job->is_archive)
		g_string_append(text, NOT_ELSEWHERE);
	return g_string_free(text, text->len == 0);
}

static bool
on_found(void *user, const struct guard_event *ev, GError **error)
{
	struct job *job = user;

	(void)error;
	if (ev->kind == GUARD_DATA && job->is_selected && !job->has_failed)
		(void)imap_reply_uids(
		    ev->tokens, G_MAXUINT32 - 1, job->chosen); /* else unasked data */
	return true;
}

static bool
on_found_large(void *user, const struct guard_event *ev, GError **error)
{
	struct job *job = user;

	(void)error;
	if (ev->kind == GUARD_DATA && job->is_selected && !job->has_failed)
		(void)imap_reply_uids(ev->tokens, G_MAXUINT32 - 1, job->large);
	return true;
}

static bool
search(struct job *job, bool is_large, GError **error)
{
	struct imap_command command = {.on_data = is_large ? on_found_large : on_found,
	    .on_done = job_on_done,
	    .user = job};
	char *criteria = criteria_of(job, is_large);
	char *set = job->is_archive			? g_strdup("1:*")
		    : job->plan.last == G_MAXUINT32 ? g_strdup_printf("%u:*", job->plan.first)
						    : g_strdup_printf("%u:%u", job->plan.first,
							  job->plan.last);
	char *text = g_strdup_printf("UID SEARCH %sUID %s%s",
	    imap_has(job->sync->imap, "ESEARCH") ? "RETURN (ALL) " : "", set, criteria);
	bool is_good = job_command(job, &command, text, error);

	g_free(text);
	g_free(set);
	g_free(criteria);
	return is_good;
}

/* In two rounds where large letters are another matter: of two searches under way a server may answer the
 * second before the first has its result. */
static bool
ask_all(struct sync *s, const GPtrArray *asked, bool is_large, GError **error)
{
	bool is_good = true;

	for (guint i = 0; is_good && i < asked->len; i++) {
		struct job *job = g_ptr_array_index(asked, i);
		if (!is_large || job->known.limits.whole > 0)
			is_good = job_examine(job, error) && search(job, is_large, error);
	}
	return is_good && imap_drain(s->imap, 0, error);
}

/* What was found and is not here, without what was not asked for. Owned. */
static GArray *
take_missing(const struct job *job, GArray *found)
{
	GArray *missing = imap_plan_missing(found, job->known.uids);

	for (guint i = 0; !job->is_archive && i < missing->len;) {
		guint32 uid = g_array_index(missing, guint32, i);
		if (uid < job->plan.first || uid > job->plan.last)
			g_array_remove_index(missing, i);
		else
			i++;
	}
	g_array_free(found, TRUE);
	return missing;
}

/* What was found and is not here; of the archive also what is here and was not found. */
static void
settle(struct job *job)
{
	imap_plan_sort(job->chosen);
	imap_plan_sort(job->large);
	if (job->is_archive) {
		g_array_set_size(job->present, 0);
		g_array_append_vals(job->present, job->chosen->data, job->chosen->len);
		g_array_append_vals(job->present, job->large->data, job->large->len);
		job->has_listing = true;
		job->plan.action = IMAP_ACTION_UPDATE;
	}
	job->chosen = take_missing(job, job->chosen);
	job->large = take_missing(job, job->large);
	job->is_chosen = true;
}

/* Has anything changed anywhere? Then the archive may be another, too. */
static bool
is_any_change(const struct sync *s)
{
	for (guint i = 0; i < s->jobs->len; i++) {
		const struct job *job = g_ptr_array_index(s->jobs, i);
		if (job->plan.action == IMAP_ACTION_UPDATE)
			return true;
	}
	return false;
}

static bool
is_asked(const struct job *job, bool is_any)
{
	if (job->has_failed || job->plan.action == IMAP_ACTION_REMATCH)
		return false;
	return job->is_archive ? is_any && job->folder.messages > 0
			       : job->plan.first <= job->plan.last;
}

bool
sync_choose(struct sync *s, GError **error)
{
	bool is_any = is_any_change(s), is_good;
	GPtrArray *asked = g_ptr_array_new();

	for (guint i = 0; i < s->jobs->len; i++) {
		struct job *job = g_ptr_array_index(s->jobs, i);
		char *criteria = is_asked(job, is_any) ? criteria_of(job, false) : NULL;

		if (criteria != NULL)
			g_ptr_array_add(asked, job);
		g_free(criteria);
	}
	is_good = ask_all(s, asked, false, error) && ask_all(s, asked, true, error);
	for (guint i = 0; is_good && i < asked->len; i++) {
		struct job *job = g_ptr_array_index(asked, i);
		guint estimate = job->plan.first <= job->plan.last ? job->plan.estimate : 0;

		if (job->has_failed)
			continue;
		settle(job);
		s->total = s->total - estimate + job->chosen->len + job->large->len;
	}
	g_ptr_array_unref(asked);
	return is_good;
}
