/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail_ask.c - see mail_ask.h. */
#include "ui/mail_ask.h"

#include "ui/list_view.h"
#include "ui/prompt.h"

#include <string.h>

enum what { MOVE, COPY, TAG, DELETE };

struct asking {
	struct mail_target *target;
	enum what what;
	char sign; /* of tags */
	mail_ask_fn before;
};

static void
asking_free(gpointer data)
{
	struct asking *a = data;
	mail_target_free(a->target);
	g_free(a);
}

static struct asking *
asking_new(struct mail_target *t, enum what what)
{
	struct asking *a = g_new0(struct asking, 1);
	a->target = t;
	a->what = what;
	return a;
}

void
mail_ask_give_up(struct app *app, const struct mail_target *t)
{
	struct list_view *l = list_view_of(app);
	for (guint i = 0; t->was_marked && i < t->threads->len; i++)
		(void)list_view_set_mark(l, t->threads->pdata[i], true);
	app_redraw(app);
}

char *
mail_ask_changes(const char *text, char sign)
{
	GString *out = g_string_new(NULL);
	char **words = g_strsplit_set(text, " ,", -1);
	for (size_t i = 0; words[i] != NULL; i++) {
		const char *word = words[i];
		if (*word == '+' || *word == '-')
			sign = *word++;
		if (*word != '\0')
			g_string_append_printf(out, "%s%c%s", out->len > 0 ? " " : "", sign, word);
	}
	g_strfreev(words);
	return g_string_free(out, FALSE);
}

/* The target goes over to the deed. False when the text says nothing to do. */
static bool
act(struct app *app, struct asking *a, const char *text)
{
	char *changes = a->what == TAG ? mail_ask_changes(text, a->sign) : g_strdup(text);
	bool has_text = *changes != '\0';
	struct mail_target *t = has_text ? g_steal_pointer(&a->target) : NULL;
	if (t != NULL && a->before != NULL)
		a->before(app);
	if (t != NULL && a->what == TAG)
		mail_tag(app, t, changes, 0, "tagged");
	else if (t != NULL && a->what == COPY)
		mail_copy_named(app, t, changes);
	else if (t != NULL)
		mail_move_named(app, t, changes);
	g_free(changes);
	return has_text;
}

static void
on_text(struct app *app, const char *text, void *user)
{
	struct asking *a = user;
	if (text == NULL || !act(app, a, text))
		mail_ask_give_up(app, a->target);
}

/* Consumes the question. */
static void
ask(struct app *app, struct asking *a, enum prompt_kind kind, const char *label, const char *initial, const char *arg)
{
	if (arg == NULL) {
		prompt_ask(app, kind, label, initial, on_text, a, asking_free);
		return;
	}
	on_text(app, arg, a);
	asking_free(a);
}

void
mail_ask_move(struct app *app, struct mail_target *t, const char *arg, mail_ask_fn before)
{
	struct asking *a = asking_new(t, MOVE);
	a->before = before;
	ask(app, a, PROMPT_TARGET, "Move to: ", NULL, arg);
}

void
mail_ask_copy(struct app *app, struct mail_target *t, const char *arg)
{
	ask(app, asking_new(t, COPY), PROMPT_TARGET, "Copy to: ", NULL, arg);
}

void
mail_ask_tags(struct app *app, struct mail_target *t, char sign, const char *arg)
{
	const char initial[] = {sign, '\0'};
	struct asking *a = asking_new(t, TAG);
	a->sign = sign;
	ask(app, a, PROMPT_TAGS, "Tags: ", initial, arg);
}

static void
on_sure(struct app *app, char answer, void *user)
{
	struct asking *a = user;
	if (answer != 'y') {
		mail_ask_give_up(app, a->target);
		return;
	}
	if (a->before != NULL)
		a->before(app);
	mail_delete(app, g_steal_pointer(&a->target));
}

void
mail_ask_delete(struct app *app, struct mail_target *t, mail_ask_fn before)
{
	if (t->place == NULL || g_strcmp0(t->place->role, "trash") != 0) {
		if (before != NULL)
			before(app);
		mail_move_role(app, t, "trash", "moved to the trash");
		return;
	}
	struct asking *a = asking_new(t, DELETE);
	a->before = before;
	char *words = mail_target_words(t);
	char *question = g_strdup_printf("Delete %s for ever? That cannot be taken back. (y/n) ", words);
	/* Enter is the harmless answer */
	prompt_choose(app, question, "ny", on_sure, a, asking_free);
	g_free(question);
	g_free(words);
}
