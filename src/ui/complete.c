/* SPDX-License-Identifier: GPL-3.0-or-later */
/* complete.c - completions: commands, folders and paths are known here; addresses, tags and query
 * terms are asked of the store. */
#include "ui/complete.h"

#include "base/paths.h"
#include "client/template.h"
#include "ui/ask.h"
#include "ui/command.h"
#include "ui/mailbox.h"
#include "ui/run.h"
#include "ui/settings.h"

#include <string.h>

#define MAX_ITEMS 100

struct complete {
	struct app *app;
	struct ask ask;
	complete_fn fn;
	void *user;
	char *word;	     /* of an address, for the user's own program; else NULL */
	struct query *query; /* that runs, or NULL */
};

/* The answer of the user's own program for people: "address TAB name TAB more", after a first line. */
struct query {
	struct complete *complete; /* NULL when nobody waits any more */
	GPtrArray *items;
};

size_t
complete_word_start(enum prompt_kind kind, const char *text, size_t cursor)
{
	static const char *const separators[PROMPT_KINDS] = {
	    [PROMPT_ADDRESSES] = ",",
	    [PROMPT_TAGS] = " ",
	    [PROMPT_QUERY] = " (",
	};
	const char *set = separators[kind];
	size_t at = cursor;
	if (set == NULL)
		return 0;
	while (at > 0 && strchr(set, text[at - 1]) == NULL)
		at--;
	while (at < cursor && text[at] == ' ')
		at++;
	/* "+todo -inbox": the sign is no part of the tag */
	if (kind == PROMPT_TAGS && at < cursor && (text[at] == '+' || text[at] == '-'))
		at++;
	return at;
}

void
complete_cancel(struct complete *c)
{
	if (c == NULL)
		return;
	ask_drop(&c->ask);
	if (c->query != NULL)
		c->query->complete = NULL;
	g_free(c->word);
	g_free(c);
}

static void
give(struct complete *c, GPtrArray *items)
{
	c->fn(c->app, items, c->user);
	g_ptr_array_unref(items);
	g_free(c->word);
	g_free(c);
}

static void
on_query(struct app *app, int status, const char *bytes, size_t len, void *user)
{
	struct query *q = user;
	char *text = g_utf8_make_valid(bytes, (gssize)len);
	char **lines = g_strsplit(text, "\n", -1);
	(void)app;
	(void)status;
	for (size_t i = 1; lines[0] != NULL && lines[i] != NULL && q->items->len < MAX_ITEMS; i++) {
		char **fields = g_strsplit(g_strchomp(lines[i]), "\t", 3);
		bool has_name = fields[0] != NULL && fields[1] != NULL && *fields[1] != '\0';
		char *name = has_name ? template_mailbox_name(fields[1]) : NULL;
		if (fields[0] != NULL && strchr(fields[0], '@') != NULL)
			g_ptr_array_add(q->items,
			    name != NULL ? g_strdup_printf("%s <%s>", name, fields[0]) : g_strdup(fields[0]));
		g_free(name);
		g_strfreev(fields);
	}
	g_strfreev(lines);
	g_free(text);
	if (q->complete != NULL)
		give(q->complete, q->items);
	else
		g_ptr_array_unref(q->items);
	g_free(q);
}

/* False when there is no such program. */
static bool
start_query(struct complete *c, GPtrArray *items)
{
	char **words = rc_argv(c->app->rc, "addresses", NULL, "query-command");
	if (words == NULL)
		return false;
	guint n = g_strv_length(words);
	words = g_renew(char *, words, n + 2);
	words[n] = g_strdup(c->word);
	words[n + 1] = NULL;
	c->query = g_new0(struct query, 1);
	c->query->complete = c;
	c->query->items = items;
	bool started = run_capture(c->app, words, NULL, -1, on_query, c->query, NULL);
	if (!started)
		g_clear_pointer(&c->query, g_free);
	g_strfreev(words);
	return started;
}

static void
on_store_items(const struct reply *reply, void *user)
{
	struct complete *c = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&c->ask);
	GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
	if (reply->kind == REPLY_DONE) {
		size_t i;
		json_t *item;
		json_array_foreach(json_object_get(reply->obj, "items"), i, item)
		{
			if (json_is_string(item) && items->len < MAX_ITEMS)
				g_ptr_array_add(items, g_strdup(json_string_value(item)));
		}
	}
	if (c->word != NULL && start_query(c, items))
		return;
	give(c, items);
}

static struct complete *
ask_store_items(struct app *app, const char *what, const char *word, complete_fn fn, void *user)
{
	struct complete *c = g_new0(struct complete, 1);
	c->app = app;
	c->fn = fn;
	c->user = user;
	if (g_str_equal(what, "address") && *word != '-')
		c->word = g_strdup(word);
	json_t *obj = json_pack("{s:s, s:s, s:o}", "op", "complete", "what", what, "prefix",
	    jsonl_text(word, -1));
	ask_reader(app, &c->ask, obj, on_store_items, c);
	return c;
}

static int
compare_items(gconstpointer a, gconstpointer b)
{
	return g_utf8_collate(*(const char *const *)a, *(const char *const *)b);
}

/* Names in the folder that the path names so far; folders with a slash behind. */
static GPtrArray *
path_items(const char *word)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
	const char *slash = strrchr(word, '/');
	char *typed_dir = slash != NULL ? g_strndup(word, (size_t)(slash - word) + 1) : g_strdup("");
	const char *stem = slash != NULL ? slash + 1 : word;
	char *dir_path = paths_expand(*typed_dir != '\0' ? typed_dir : ".");
	GDir *dir = g_dir_open(dir_path, 0, NULL);
	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		if (!g_str_has_prefix(name, stem) || (name[0] == '.' && stem[0] != '.') ||
		    !g_utf8_validate(name, -1, NULL) || items->len >= MAX_ITEMS)
			continue;
		char *full = g_build_filename(dir_path, name, NULL);
		bool is_dir = g_file_test(full, G_FILE_TEST_IS_DIR);
		g_ptr_array_add(items, g_strconcat(typed_dir, name, is_dir ? "/" : "", NULL));
		g_free(full);
	}
	if (dir != NULL)
		g_dir_close(dir);
	g_free(dir_path);
	g_free(typed_dir);
	g_ptr_array_sort(items, compare_items);
	return items;
}

/* Times that people name, those that begin with the word. */
static GPtrArray *
time_items(const char *word)
{
	static const char *const times[] = {"tonight", "tomorrow", "tomorrow 18:00", "weekend", "next week",
	    "next month", "1h", "3h", "2d", "1w"};
	GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; i < G_N_ELEMENTS(times); i++)
		if (g_str_has_prefix(times[i], word))
			g_ptr_array_add(items, g_strdup(times[i]));
	return items;
}

static GPtrArray *
template_items(const struct app *app, const char *word)
{
	const char *const *names = rc_names(app->rc, "template");
	GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; names[i] != NULL; i++)
		if (g_str_has_prefix(names[i], word))
			g_ptr_array_add(items, g_strdup(names[i]));
	return items;
}

struct complete *
complete_start(struct app *app, enum prompt_kind kind, const char *word, complete_fn fn, void *user)
{
	GPtrArray *items = NULL;
	switch (kind) {
	case PROMPT_ADDRESSES:
		if (*word != '\0')
			return ask_store_items(app, "address", word, fn, user);
		break;
	case PROMPT_TAGS:
		return ask_store_items(app, "tag", word, fn, user);
	case PROMPT_QUERY:
		if (*word != '\0')
			return ask_store_items(app, "query", word, fn, user);
		break;
	case PROMPT_FOLDER:
		items = mailbox_folder_names(app, word, false);
		break;
	case PROMPT_TARGET:
		items = mailbox_folder_names(app, word, true);
		break;
	case PROMPT_PATH:
		items = path_items(word);
		break;
	case PROMPT_TIME:
		items = time_items(word);
		break;
	case PROMPT_TEMPLATE:
		items = template_items(app, word);
		break;
	case PROMPT_SETTING:
		items = settings_items(app, word);
		break;
	case PROMPT_COMMAND:
		items = command_items(app, word);
		break;
	case PROMPT_TEXT:
	case PROMPT_SECRET:
	case PROMPT_KINDS:
		break;
	}
	if (items == NULL)
		items = g_ptr_array_new_with_free_func(g_free);
	fn(app, items, user);
	g_ptr_array_unref(items);
	return NULL;
}
