/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_search.c - looking for something in the list, and its order. What is found is shown while the text is
 * being typed; changing one's mind brings back what was there. */
#include "ui/list_search.h"

#include "base/query.h"

#include "ui/ask.h"
#include "ui/list_sweep.h"
#include "ui/list_view.h"
#include "ui/mailbox.h"
#include "ui/pattern.h"
#include "ui/prompt.h"
#include "ui/sidebar.h"
#include "ui/text_find.h"
#include "ui/typeahead.h"

#include <string.h>

#define LIVE_MS	 120 /* a pause in typing */
#define LIVE_MIN 3   /* letters of a word that is completed by * */

static struct list_view *
list(struct app *app)
{
	return list_view_of(app);
}

/* in the rows that are here */

/* A word that is looked for. */
struct hunt {
	struct text_find *word;
	char *text; /* to be named when it is nowhere; NULL: nothing is said */
	int start;  /* the row that was selected */
};

static void
hunt_free(void *user)
{
	struct hunt *h = user;
	text_find_free(h->word);
	g_free(h->text);
	g_free(h);
}

static bool
has_text(struct list_view *l, const struct row *row, void *user)
{
	const struct hunt *h = user;
	(void)l;
	return text_find_in(h->word, row->subject) || text_find_in(h->word, row->authors) ||
	    text_find_in(h->word, row->domain);
}

static void
on_hunted(struct app *app, struct list_view *l, int i, void *user)
{
	const struct hunt *h = user;
	/* who has moved on meanwhile is not called back */
	if (list_view_index(l) != h->start)
		return;
	if (i >= 0)
		list_view_select(app, l, i);
	else if (h->text != NULL) {
		typeahead_fails(app);
		app_say(app, "\"%s\" is in no sender or subject here; \\ searches all mail", h->text);
	}
	app_redraw(app);
}

static void
on_hunting(struct app *app, void *user)
{
	const struct hunt *h = user;
	if (h->text != NULL)
		app_say(app, "looking for \"%s\"", h->text);
}

static void
find(struct app *app, const char *text, int by, bool from_here, bool is_said)
{
	struct hunt *h = g_new0(struct hunt, 1);
	h->word = text_find_new(text);
	h->text = is_said ? g_strdup(text) : NULL;
	h->start = list_view_index(list(app));
	const struct sweep_job job = {.step = by,
	    .is_from_here = from_here,
	    .wants_whole = true,
	    .keeps_keys = is_said,
	    .visit = has_text,
	    .done = on_hunted,
	    .wait = on_hunting,
	    .free = hunt_free,
	    .user = h};
	list_sweep(list(app), &job);
}

/* Where the search began. */
static void
on_find_typed(struct app *app, const char *text, void *user)
{
	const int *start = user;
	list_view_select(app, list(app), *start);
	if (*text != '\0')
		find(app, text, 1, true, false);
	else
		(void)list_sweep_stop(list(app));
}

static void
on_find(struct app *app, const char *text, void *user)
{
	const int *start = user;
	list_view_select(app, list(app), *start);
	(void)list_sweep_stop(list(app));
	if (text == NULL || *text == '\0')
		return;
	list_view_remember(list(app), text);
	find(app, text, 1, true, true);
}

void
act_list_search(struct app *app, const char *arg)
{
	int *start = g_new(int, 1);
	*start = list_view_index(list(app));
	if (arg != NULL) {
		on_find(app, arg, start);
		g_free(start);
		return;
	}
	prompt_ask(app, PROMPT_TEXT, "Search in the list: ", NULL, on_find, start, g_free);
	prompt_on_change(app, on_find_typed);
}

static void
find_again(struct app *app, int by)
{
	const char *text = list_view_remembered(list(app));
	if (text == NULL)
		app_say(app, "nothing to search again; / begins");
	else
		find(app, text, by, false, true);
}

void
act_list_search_next(struct app *app, const char *arg)
{
	(void)arg;
	find_again(app, 1);
}

void
act_list_search_previous(struct app *app, const char *arg)
{
	(void)arg;
	find_again(app, -1);
}

/* by the store, as it is typed */

struct live {
	struct app *app;
	struct place *place; /* what was shown before */
	char *limit;
	int selected;
	bool is_limit; /* of that place; else of all mail */
	char *text;    /* to be looked for after a pause */
	char *shown;   /* looked for */
	guint timer;
};

static void
live_free(gpointer data)
{
	struct live *l = data;
	if (l->timer != 0)
		g_source_remove(l->timer);
	place_free(l->place);
	g_free(l->limit);
	g_free(l->text);
	g_free(l->shown);
	g_free(l);
}

/* The query of a text that is still being typed: its last word may be a beginning. NULL while it makes no
 * sense. */
static char *
live_query(const char *typed)
{
	static const char *const whole[] = {"tag:", "is:", "id:", "mid:", "thread:", "folder:", "path:",
	    "property:", "query:", "date:", "lastmod:"};
	char *query = pattern_to_query(typed);
	const char *word = query, *colon;
	unsigned n_quotes = 0;
	for (const char *p = query; *p != '\0'; p++) {
		n_quotes += *p == '"';
		if (*p == ' ' || *p == '(')
			word = p + 1;
	}
	bool is_open = n_quotes % 2 != 0 || *word == '\0';
	for (size_t i = 0; i < G_N_ELEMENTS(whole); i++)
		if (g_str_has_prefix(word, whole[i]))
			return is_open ? (g_free(query), NULL) : query;
	colon = strchr(word, ':');
	size_t len = strlen(colon != NULL ? colon + 1 : word);
	if (is_open || len < LIVE_MIN) {
		g_free(query);
		return NULL;
	}
	if (!g_ascii_isalnum(query[strlen(query) - 1]) && (guchar)query[strlen(query) - 1] < 0x80)
		return query;
	char *open = g_strconcat(query, "*", NULL);
	g_free(query);
	return open;
}

static void
show_live(struct live *l, const char *query)
{
	if (g_strcmp0(l->shown, query) == 0)
		return;
	g_free(l->shown);
	l->shown = g_strdup(query);
	if (l->is_limit) {
		list_view_show(l->app, l->place, query);
	} else {
		struct place *p = place_search(query, query);
		list_view_show(l->app, p, NULL);
		place_free(p);
	}
}

static gboolean
on_pause(gpointer user)
{
	struct live *l = user;
	char *query = live_query(l->text);
	l->timer = 0;
	if (query != NULL)
		show_live(l, query);
	g_free(query);
	return G_SOURCE_REMOVE;
}

static void
on_typed(struct app *app, const char *text, void *user)
{
	struct live *l = user;
	(void)app;
	g_free(l->text);
	l->text = g_strdup(text);
	if (l->timer != 0)
		g_source_remove(l->timer);
	l->timer = g_timeout_add(LIVE_MS, on_pause, l);
}

/* The user changed his mind. */
static void
bring_back(struct live *l)
{
	if (l->shown == NULL)
		return;
	list_view_show(l->app, l->place, l->limit);
	list_view_select(l->app, list(l->app), l->selected);
}

static void
go_search(struct app *app, const char *text)
{
	char *query = pattern_to_query(text);
	struct place *p = place_search(query, query);
	sidebar_go(app, p);
	place_free(p);
	g_free(query);
}

static void
go_limit(struct app *app, const char *text)
{
	char *query = pattern_to_query(text);
	list_view_limit(app, *query != '\0' ? query : NULL);
	g_free(query);
}

static void
on_live_answer(struct app *app, const char *text, void *user)
{
	struct live *l = user;
	if (text == NULL || (*text == '\0' && !l->is_limit)) {
		bring_back(l);
	} else if (l->is_limit) {
		if (l->shown != NULL)
			list_view_show(app, l->place, l->limit);
		go_limit(app, text);
	} else {
		go_search(app, text);
	}
}

static void
ask_live(struct app *app, bool is_limit, const char *label, const char *initial)
{
	struct live *l = g_new0(struct live, 1);
	l->app = app;
	l->is_limit = is_limit;
	l->place = place_copy(list_view_place(list(app)));
	l->limit = g_strdup(list_view_query(list(app)));
	l->selected = list_view_index(list(app));
	prompt_ask(app, PROMPT_QUERY, label, initial, on_live_answer, l, live_free);
	prompt_on_change(app, on_typed);
}

void
act_list_limit(struct app *app, const char *arg)
{
	if (arg != NULL)
		go_limit(app, arg);
	else
		ask_live(app, true, "Show only: ", list_view_query(list(app)));
}

void
act_list_search_all(struct app *app, const char *arg)
{
	if (arg != NULL)
		go_search(app, arg);
	else
		ask_live(app, false, "Search all mail: ", NULL);
}

/* "subject:budget and spring*": the longest word that stands in the text, without its prefix and star. */
char *
list_view_search_word(const struct list_view *l)
{
	static const char *const in_text[] = {"subject:", "body:", "from:", "to:"};
	const char *query = list_view_query(l);
	if (query == NULL && list_view_place(l)->kind == PLACE_SEARCH)
		query = list_view_place(l)->query;
	char **words = g_strsplit_set(query != NULL ? query : "", " ()\"", -1);
	const char *best = "";
	for (size_t i = 0; words[i] != NULL; i++) {
		char *word = words[i];
		for (size_t k = 0; k < G_N_ELEMENTS(in_text); k++)
			if (g_str_has_prefix(word, in_text[k]))
				word += strlen(in_text[k]);
		if (g_str_has_suffix(word, "*"))
			word[strlen(word) - 1] = '\0';
		bool is_word = strchr(word, ':') == NULL && !g_str_equal(word, "and") &&
		    !g_str_equal(word, "not") && !g_str_equal(word, "or");
		if (is_word && strlen(word) >= LIVE_MIN && strlen(word) > strlen(best))
			best = word;
	}
	char *found = *best != '\0' ? g_strdup(best) : NULL;
	g_strfreev(words);
	return found;
}

/* kept searches */

static void
save(struct app *app, const char *name)
{
	const struct place *p = list_view_place(list(app));
	const char *limit = list_view_query(list(app));
	char *query = p->kind == PLACE_SEARCH && limit != NULL
	    ? query_and(p->query, limit)
	    : g_strdup(p->kind == PLACE_SEARCH ? p->query : limit);
	if (query == NULL && !mailbox_has_query(app->mailbox, name))
		app_say(app, "this is no search; \\ or l makes one, and save-search NAME keeps it");
	else
		mailbox_save_query(app, name, query != NULL ? query : "");
	g_free(query);
}

static void
on_name(struct app *app, const char *name, void *user)
{
	(void)user;
	if (name != NULL && *name != '\0')
		save(app, name);
}

void
act_list_save_search(struct app *app, const char *arg)
{
	if (arg != NULL)
		save(app, arg);
	else
		prompt_ask(app, PROMPT_TEXT, "Keep this search as: ", NULL, on_name, NULL, NULL);
}

/* order */

static void
sort_by(struct app *app, enum rows_order order)
{
	struct rows *r = list_view_rows(list(app));
	bool was_reversed;
	bool is_same = rows_order(r, &was_reversed) == order;
	bool is_reversed = is_same && !was_reversed;
	rows_set_order(r, order, is_reversed);
	list_view_keep(list(app));
	app_say(app, "sorted by %s%s", rows_order_name(order), is_reversed ? ", the other way round" : "");
	app_redraw(app);
}

static void
on_order(struct app *app, char letter, void *user)
{
	static const char letters[] = "dfszcu"; /* enum rows_order */
	const char *at = letter != 0 ? strchr(letters, letter) : NULL;
	(void)user;
	if (at != NULL)
		sort_by(app, (enum rows_order)(at - letters));
}

void
act_list_sort(struct app *app, const char *arg)
{
	if (arg == NULL) {
		prompt_choose(app, "Sort by (d)ate (f)rom (s)ubject si(z)e (c)ount (u)nread: ", "dfszcu",
		    on_order, NULL, NULL);
		return;
	}
	for (int i = 0; rows_order_name((enum rows_order)i) != NULL; i++) {
		if (g_str_equal(rows_order_name((enum rows_order)i), arg)) {
			sort_by(app, (enum rows_order)i);
			return;
		}
	}
	app_error(app, "there is no order \"%s\"; date, from, subject, size, count and unread are", arg);
}
