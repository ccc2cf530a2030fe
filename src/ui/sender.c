/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sender.c - see sender.h. The store's facts stand above the judge's page; each is asked for by itself, and
 * the panel is filled anew when one of them comes. */
#include "ui/sender.h"

#include "base/rc_write.h"
#include "ui/ask.h"
#include "ui/lines.h"
#include "ui/logo.h"
#include "ui/message_actions.h"
#include "ui/prompt.h"
#include "ui/scroll.h"
#include "ui/typeahead.h"

#include <string.h>

#define MAX_COLS 100

struct sender_view {
	struct view base;
	struct app *app;
	struct letter *letter;
	char *account, *sha256, *address, *name;
	json_t *facts, *verdict, *detail; /* NULL: not there yet */
	char *trouble;			  /* why there is no detail */
	struct lines *lines;
	struct logo *logo;
	struct ask facts_ask, verdict_ask, detail_ask;
	int cols; /* that the detail was laid out for */
};

static const struct view_class sender_class;

static struct sender_view *
cast(struct view *v)
{
	return (struct sender_view *)v;
}

static struct sender_view *
top(const struct app *app)
{
	return cast(app_top_of(app, &sender_class));
}

/* lines */

static void
pair(struct sender_view *s, const char *label, enum style style, char *text)
{
	char *padded = g_strdup_printf("  %-14s", label);
	lines_add_wrapped(s->lines, STYLE_DIM, padded, style, text, MAX(s->cols, 20));
	g_free(padded);
	g_free(text);
}

/* "2024-03-01" of an RFC 3339 time. */
static char *
day_of(const json_t *object, const char *key)
{
	const char *text = jsonl_string(object, key);
	return text != NULL ? g_strndup(text, 10) : g_strdup("never");
}

static char *
history(const json_t *verdicts)
{
	GString *out = g_string_new(NULL);
	const char *word;
	json_t *n;
	json_object_foreach((json_t *)(guintptr)verdicts, word, n)
		g_string_append_printf(out, "%s%" JSON_INTEGER_FORMAT " %s", out->len > 0 ? ", " : "",
		    json_integer_value(n), word);
	return g_string_free(out, FALSE);
}

static void
add_keys(struct sender_view *s)
{
	const json_t *keys = json_object_get(s->facts, "keys"), *key;
	size_t i;
	json_array_foreach(keys, i, key)
	{
		char *first = day_of(key, "first_seen"), *last = day_of(key, "last_seen");
		bool is_one_day = g_str_equal(first, last);
		pair(s, i == 0 ? "keys" : "", STYLE_NORMAL,
		    g_strdup_printf("%s, seen %s %s%s%s%s", jsonl_string(key, "name"), is_one_day ? "on" : "from", first,
			is_one_day ? "" : " to ", is_one_day ? "" : last,
			jsonl_bool(key, "secure", false) ? ", by DNSSEC" : ""));
		g_free(first);
		g_free(last);
	}
}

static void
add_facts(struct sender_view *s)
{
	gint64 n = jsonl_int(s->facts, "messages", 0);
	gint64 written = jsonl_int(s->facts, "written_to", 0);
	char *first = day_of(s->facts, "first_seen"), *last = day_of(s->facts, "last_seen");
	pair(s, "first seen", n <= 1 ? STYLE_WARN : STYLE_NORMAL,
	    n <= 1 ? g_strdup("this is the first letter from this address")
		   : g_strdup_printf("%s, %" G_GINT64_FORMAT " letters since, the last on %s", first, n, last));
	pair(s, "written to", STYLE_NORMAL,
	    written == 0 ? g_strdup("never")
			 : g_strdup_printf("%" G_GINT64_FORMAT " of your letters", written));
	pair(s, "verdicts", STYLE_NORMAL, history(json_object_get(s->facts, "verdicts")));
	add_keys(s);
	g_free(first);
	g_free(last);
}

/* Who vouches for the logo; the picture stands at the right. */
static void
add_logo(struct sender_view *s)
{
	const json_t *mark = json_object_get(json_object_get(s->verdict, "bimi"), "mark");
	char *text = logo_text(&s->app->canvas, s->verdict);
	if (*text == '\0')
		g_free(text);
	else
		pair(s, "logo", jsonl_bool(mark, "valid", false) ? STYLE_GOOD : STYLE_NORMAL, text);
}

/* The judge's own page: unlike the text of a letter it may speak in the colours of verdicts. */
static void
add_detail(struct sender_view *s)
{
	static const struct {
		const char *word;
		enum style style;
	} styles[] = {{"heading", STYLE_HEADING}, {"good", STYLE_GOOD}, {"warn", STYLE_WARN},
	    {"bad", STYLE_BAD}, {"note", STYLE_DIM}};
	const json_t *line;
	size_t i;
	json_array_foreach(s->detail, i, line)
	{
		enum style style = STYLE_TEXT;
		for (size_t k = 0; k < G_N_ELEMENTS(styles); k++)
			if (g_strcmp0(jsonl_string(line, "s"), styles[k].word) == 0)
				style = styles[k].style;
		const char *text = jsonl_string(line, "t");
		lines_add(s->lines, style, text != NULL ? text : "");
	}
}

static void
fill(struct sender_view *s)
{
	guint at = lines_top(s->lines);
	lines_clear(s->lines);
	lines_add(s->lines, STYLE_HEADING, "Sender");
	pair(s, "address", STYLE_STRONG, g_strdup(*s->address != '\0' ? s->address : "-"));
	if (*s->name != '\0')
		pair(s, "name", STYLE_NORMAL, g_strdup(s->name));
	if (s->facts != NULL)
		add_facts(s);
	add_logo(s);
	lines_add(s->lines, STYLE_NORMAL, "");
	if (s->detail != NULL)
		add_detail(s);
	else
		lines_add(s->lines, s->trouble != NULL ? STYLE_WARN : STYLE_DIM,
		    s->trouble != NULL ? s->trouble : "One moment");
	lines_scroll_to(s->lines, (int)at, MAX(s->base.area.rows, 1));
	app_redraw(s->app);
}

/* questions */

static void
on_detail(const struct reply *reply, void *user)
{
	struct sender_view *s = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&s->detail_ask);
	if (reply->kind == REPLY_FAILED)
		s->trouble = g_strdup(reply->error->message);
	else
		s->detail = json_deep_copy(json_object_get(reply->obj, "lines"));
	fill(s);
}

static void
ask_detail(struct sender_view *s)
{
	json_t *obj = json_pack("{s:s, s:i, s:O*}", "op", "detail", "width", s->cols, "verdict", s->verdict);
	if (s->account != NULL)
		json_object_set_new(obj, "account", jsonl_text(s->account, -1));
	g_clear_pointer(&s->detail, json_decref);
	g_clear_pointer(&s->trouble, g_free);
	ask_auth(s->app, &s->detail_ask, s->letter, obj, on_detail, s);
}

static void
on_verdict(const struct reply *reply, void *user)
{
	struct sender_view *s = user;
	json_t *verdict = json_object_get(reply->obj, "verdict");
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&s->verdict_ask);
	if (reply->kind == REPLY_DONE && json_is_object(verdict)) {
		json_decref(s->verdict);
		s->verdict = json_deep_copy(verdict);
	}
	if (s->cols > 0)
		ask_detail(s);
	fill(s);
}

static void
on_facts(const struct reply *reply, void *user)
{
	struct sender_view *s = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&s->facts_ask);
	if (reply->kind == REPLY_DONE)
		s->facts = json_deep_copy(reply->obj);
	fill(s);
}

/* view */

static void
draw(struct app *app, struct view *v, struct area a)
{
	struct sender_view *s = cast(v);
	logo_set(s->logo, s->verdict);
	struct area inner = {a.y, a.x + 1, a.rows,
	    CLAMP(a.cols - 2 - logo_cols(s->logo), 1, MAX_COLS)};
	if (s->cols != inner.cols) {
		s->cols = inner.cols;
		if (!ask_is_open(&s->verdict_ask))
			ask_detail(s);
		fill(s);
	}
	lines_draw(s->lines, &app->canvas, inner);
	logo_draw(s->logo, a);
}

static char *
title(struct app *app, struct view *v)
{
	(void)app;
	(void)v;
	return g_strdup("Who sent this");
}

static char *
position(struct app *app, struct view *v)
{
	(void)app;
	return scroll_position(cast(v)->lines, v->area.rows);
}

static void
scroll(struct app *app, struct view *v, int by)
{
	lines_scroll(cast(v)->lines, by, v->area.rows);
	app_redraw(app);
}

static void
free_view(struct app *app, struct view *v)
{
	struct sender_view *s = cast(v);
	(void)app;
	ask_drop(&s->facts_ask);
	ask_drop(&s->verdict_ask);
	ask_drop(&s->detail_ask);
	json_decref(s->facts);
	json_decref(s->verdict);
	json_decref(s->detail);
	lines_free(s->lines);
	logo_free(s->logo);
	letter_unref(s->letter);
	g_free(s->trouble);
	g_free(s->account);
	g_free(s->sha256);
	g_free(s->address);
	g_free(s->name);
	g_free(s);
}

/* actions */

static struct lines *
lines_of(struct app *app)
{
	return top(app)->lines;
}

static struct view *
view_of(struct app *app)
{
	return &top(app)->base;
}

SCROLL_MOVES(lines_of, view_of)

/* Without its verdict no offer of a letter counts. */
static bool
has_verdict(const struct app *app)
{
	const struct sender_view *s = top(app);
	return s != NULL && !ask_is_open(&s->verdict_ask);
}

static void
act_unsubscribe(struct app *app, const char *arg)
{
	(void)arg;
	if (!has_verdict(app) && typeahead_again(app, has_verdict))
		return;
	letter_leave_list(app, top(app)->letter, top(app)->verdict);
}

static void
on_moved(const struct reply *reply, void *user)
{
	struct app *app = user;
	if (reply->kind == REPLY_FAILED)
		app_error(app, "%s", reply->error->message);
	else if (reply->kind == REPLY_DONE)
		app_say(app, "blocked; what was here of this sender is in Junk");
}

static void
on_block_answer(struct app *app, char answer, void *user)
{
	const char *address = user;
	GError *error = NULL;
	if (answer != 'y')
		return;
	char *query = g_strdup_printf("from:%s", address);
	char *rule = g_strdup_printf("\n[filter \"block %s\"]\nquery = %s\nmove = junk\nstop = yes\n",
	    address, query);
	if (rc_write_append(rc_path(app->rc), rule, false, &error))
		ask_store(app, NULL, json_pack("{s:s, s:s, s:s}", "op", "move", "query", query, "role", "junk"),
		    on_moved, app);
	else
		app_error(app, "%s", error->message);
	g_clear_error(&error);
	g_free(rule);
	g_free(query);
}

/* An address that can stand in a rule as it is. */
static bool
is_plain_address(const char *address)
{
	for (const char *p = address; *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && strchr("@.+-_=", *p) == NULL)
			return false;
	return strchr(address, '@') != NULL;
}

/* The rc may have been read before the rule was written: the file itself is asked. */
static bool
is_blocked(const struct app *app, const char *address)
{
	char *text = NULL, *rule = g_strdup_printf("[filter \"block %s\"]", address);
	bool is = g_file_get_contents(rc_path(app->rc), &text, NULL, NULL) && strstr(text, rule) != NULL;
	g_free(text);
	g_free(rule);
	return is;
}

static void
act_block(struct app *app, const char *arg)
{
	struct sender_view *s = top(app);
	(void)arg;
	if (is_blocked(app, s->address)) {
		app_say(app, "%s is blocked already, by a rule in %s", s->address, rc_path(app->rc));
		return;
	}
	if (!is_plain_address(s->address)) {
		app_error(app, "%s cannot be blocked by a rule",
		    *s->address != '\0' ? s->address : "a letter without an address");
		return;
	}
	char *question = g_strdup_printf("Block %s: its letters go to Junk, from now on and those that are "
					 "here? (y/n) ", s->address);
	prompt_choose(app, question, "ny", on_block_answer, g_strdup(s->address), g_free);
	g_free(question);
}

static void
act_recheck(struct app *app, const char *arg)
{
	struct sender_view *s = top(app);
	(void)arg;
	g_clear_pointer(&s->verdict, json_decref);
	ask_detail(s);
	fill(s);
	app_say(app, "judged anew, as it looks today; `penfold auth --recheck` keeps it");
}

/* clang-format off */
static const struct action actions[] = {
	SCROLL_ACTIONS
	{"unsubscribe",	"u",			"unsubscribe", NULL, "leave the mailing list",	act_unsubscribe},
	{"block",	"B",			"block",  NULL, "send this sender's mail to Junk", act_block},
	{"recheck",	"R",			"recheck", NULL, "judge it anew, as the DNS answers today", act_recheck},
	{NULL,		NULL,			NULL,	  NULL, NULL,				NULL},
};
/* clang-format on */

const struct action_set sender_actions = {"sender", "Who sent this", actions};

static const struct view_class sender_class = {
    .set = &sender_actions,
    .draw = draw,
    .title = title,
    .position = position,
    .scroll = scroll,
    .free = free_view,
};

void
sender_open(struct app *app, struct letter *letter, const struct message *m)
{
	struct sender_view *s = g_new0(struct sender_view, 1);
	s->base.class = &sender_class;
	s->app = app;
	s->letter = letter_ref(letter);
	s->account = g_strdup(m->account);
	s->sha256 = g_strdup(m->sha256);
	s->address = g_strdup(m->from_address != NULL ? m->from_address : "");
	s->name = g_strdup(m->from_name != NULL && g_strcmp0(m->from_name, m->from_address) != 0
			       ? m->from_name
			       : "");
	s->lines = lines_new();
	s->logo = logo_new(app);
	app_push(app, &s->base);
	if (*s->address != '\0')
		ask_reader(app, &s->facts_ask,
		    json_pack("{s:s, s:o}", "op", "sender", "address", jsonl_text(s->address, -1)), on_facts, s);
	if (s->sha256 != NULL)
		ask_reader(app, &s->verdict_ask,
		    json_pack("{s:s, s:o}", "op", "verdict-get", "sha256", jsonl_text(s->sha256, -1)),
		    on_verdict, s);
	fill(s);
}
