/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_later.c - putting threads off, by the tags of base/later.h. */
#include "ui/list_later.h"

#include "base/later.h"
#include "ui/list_mail.h"
#include "ui/list_view.h"
#include "ui/mail_ask.h"
#include "ui/prompt.h"

#include <string.h>

/* In the inbox the row goes at once; elsewhere it stays. */
static unsigned
leaves(struct app *app)
{
	const struct place *p = list_view_place(list_view_of(app));
	return g_strcmp0(p->role, "inbox") == 0 ? (unsigned)ROWS_GONE : 0;
}

void
act_list_mute(struct app *app, const char *arg)
{
	struct mail_target *t = list_mail_target(app);
	struct row row;
	(void)arg;
	if (t == NULL)
		return;
	if (list_mail_row(app, t, &row) && row_has_tag(&row, LATER_MUTED))
		mail_tag(app, t, "-" LATER_MUTED, 0, "heard again");
	else
		mail_tag(app, t, "+" LATER_MUTED " -unread", leaves(app) | ROWS_READ, "muted");
}

/* What is asked for: one of the two kinds, on these threads. */
struct putting_off {
	struct mail_target *target;
	bool is_snooze;
};

static void
putting_off_free(gpointer data)
{
	struct putting_off *p = data;
	mail_target_free(p->target);
	g_free(p);
}

static void
put_off(struct app *app, const struct putting_off *p, gint64 when)
{
	char *tag = later_tag(p->is_snooze ? LATER_SNOOZE : LATER_REPLY_BY, when);
	char *words = later_words(when);
	/* whatever stood on any of them before */
	char *changes = g_strdup_printf("%s +%s", p->is_snooze ? "+" LATER_SNOOZED " -unread -" LATER_SNOOZE "*"
			: "+" LATER_AWAITING " -" LATER_NO_REPLY " -" LATER_REPLY_BY "*", tag);
	char *done = g_strdup_printf(p->is_snooze ? "asleep until %s" : "an answer is awaited by %s", words);
	mail_tag(app, mail_target_copy(p->target), changes,
	    p->is_snooze ? leaves(app) | ROWS_READ : 0, done);
	g_free(done);
	g_free(changes);
	g_free(words);
	g_free(tag);
}

/* An empty answer takes back what stood there. */
static void
take_off(struct app *app, const struct putting_off *p)
{
	mail_tag(app, mail_target_copy(p->target),
	    p->is_snooze ? "-" LATER_SNOOZED " -" LATER_SNOOZE "*" : "-" LATER_AWAITING " -" LATER_REPLY_BY "*", 0,
	    p->is_snooze ? "awake" : "waiting for no answer");
}

static void
on_time(struct app *app, const char *text, void *user)
{
	const struct putting_off *p = user;
	gint64 when;
	GError *error = NULL;
	if (text == NULL) {
		mail_ask_give_up(app, p->target);
		return;
	}
	if (*text == '\0') {
		take_off(app, p);
	} else if (later_parse(text, g_get_real_time() / G_USEC_PER_SEC, &when, &error)) {
		put_off(app, p, when);
	} else {
		app_error(app, "%s", error->message);
		g_error_free(error);
	}
}

/* Until when the thread is put off already, -1 for not, or for several threads. */
static gint64
put_off_until(struct app *app, const struct putting_off *p)
{
	struct row row;
	if (p->target->threads->len > 1 || !list_mail_row(app, p->target, &row))
		return -1;
	return later_of_tags(row.tags, p->is_snooze ? LATER_SNOOZE : LATER_REPLY_BY);
}

static void
begin(struct app *app, bool is_snooze, const char *arg)
{
	struct mail_target *t = list_mail_target(app);
	if (t == NULL)
		return;
	struct putting_off *p = g_new0(struct putting_off, 1);
	p->is_snooze = is_snooze;
	p->target = t;
	if (arg != NULL) {
		on_time(app, arg, p);
		putting_off_free(p);
		return;
	}
	gint64 old = put_off_until(app, p);
	char *until = old >= 0 ? later_words(old) : NULL;
	char *label = until != NULL
	    ? g_strdup_printf("%s until %s; until (nothing: not at all): ",
		  is_snooze ? "Asleep" : "Awaited", until)
	    : g_strdup(is_snooze ? "Sleep until: " : "Show again without an answer by: ");
	prompt_ask(app, PROMPT_TIME, label, NULL, on_time, p, putting_off_free);
	g_free(label);
	g_free(until);
}

void
act_list_snooze(struct app *app, const char *arg)
{
	begin(app, true, arg);
}

void
act_list_await(struct app *app, const char *arg)
{
	begin(app, false, arg);
}
