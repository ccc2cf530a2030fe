/* SPDX-License-Identifier: GPL-3.0-or-later */
/* usage.c - the page about the store, drawn as bars. */
#include "ui/usage.h"

#include "base/safe_text.h"
#include "client/fetched.h"
#include "ui/ask.h"
#include "ui/format.h"
#include "ui/page.h"

#define MONTHS	  36
#define MAX_SYNCS 30
#define BAR_STYLE "diff-hunk" /* of the styles that a page takes, a calm one */
#define NAME_COLS 24	 /* in a wide window; in a narrow one the bar goes first */
#define WORDS_COLS 26

struct chart {
	struct app *app;
	supervisor_reply_fn fn; /* of the page */
	void *user;
	int cols;
};

static void
add_line(json_t *lines, const char *style, char *text)
{
	json_array_append_new(lines, json_pack("{s:o, s:s}", "t", jsonl_text(text, -1), "s", style));
	g_free(text);
}

/* "work/INBOX          ██████████ 1.2G  12 310" */
static void
add_bar(const struct chart *c, json_t *lines, const char *name, gint64 value, gint64 most, char *words)
{
	int name_cols = CLAMP(c->cols - WORDS_COLS, 14, NAME_COLS);
	int room = CLAMP(c->cols - name_cols - WORDS_COLS, 0, 40);
	int width = most > 0 ? (int)((value * room + most - 1) / most) : 0;
	GString *bar = g_string_new(NULL);
	for (int i = 0; i < room; i++)
		g_string_append(bar, i < width ? (c->app->canvas.is_ascii ? "#" : "\xE2\x96\x88") : " ");
	char *display = safe_line(name), *padded = safe_text_pad(display, name_cols, c->app->canvas.is_ascii);
	add_line(lines, BAR_STYLE, g_strdup_printf("  %s %s %s", padded, bar->str, words));
	g_string_free(bar, TRUE);
	g_free(padded);
	g_free(display);
	g_free(words);
}

static gint
by_bytes(gconstpointer a, gconstpointer b)
{
	gint64 x = jsonl_int(*(json_t *const *)a, "bytes", 0), y = jsonl_int(*(json_t *const *)b, "bytes", 0);
	return x < y ? 1 : x > y ? -1 : 0;
}

static void
add_sums(const struct chart *c, json_t *lines, const json_t *list, size_t from, bool by_size)
{
	GPtrArray *rows = g_ptr_array_new();
	gint64 most = 0;
	size_t i;
	json_t *one;
	json_array_foreach(list, i, one)
	{
		if (i < from)
			continue;
		g_ptr_array_add(rows, one);
		most = MAX(most, jsonl_int(one, "bytes", 0));
	}
	if (by_size)
		g_ptr_array_sort(rows, by_bytes);
	for (i = 0; i < rows->len; i++) {
		gint64 bytes = jsonl_int(rows->pdata[i], "bytes", 0), n = jsonl_int(rows->pdata[i], "messages", 0);
		char *size = format_size((guint64)MAX(bytes, 0));
		char *count = format_count((guint64)MAX(n, 0));
		add_bar(c, lines, jsonl_string(rows->pdata[i], "name"), bytes, most,
		    g_strdup_printf("%6s  %s letter%s", size, count, n == 1 ? "" : "s"));
		g_free(size);
		g_free(count);
	}
	if (rows->len == 0)
		add_line(lines, "image", g_strdup("  nothing yet"));
	g_ptr_array_unref(rows);
}

/* "03 Nov 10:31 work" of a time in RFC 3339 */
static char *
run_name(const json_t *one)
{
	GDateTime *utc = g_date_time_new_from_iso8601(jsonl_string(one, "time"), NULL);
	GDateTime *local = utc != NULL ? g_date_time_to_local(utc) : NULL;
	char *time = local != NULL ? g_date_time_format(local, "%d %b %H:%M") : g_strdup("");
	char *name = g_strdup_printf("%s %s", time, jsonl_string(one, "account"));
	g_free(time);
	if (local != NULL)
		g_date_time_unref(local);
	if (utc != NULL)
		g_date_time_unref(utc);
	return name;
}

static gint64
rate_of(const json_t *one)
{
	double seconds = json_number_value(json_object_get(one, "seconds"));
	return (gint64)((double)jsonl_int(one, "bytes", 0) / MAX(seconds, 0.001));
}

/* Bytes a second of the last fetches, oldest first. */
static void
add_syncs(const struct chart *c, json_t *lines)
{
	json_t *runs = fetched_list(c->app->rc, MAX_SYNCS), *one;
	gint64 most = 0;
	size_t i;
	json_array_foreach(runs, i, one)
		most = MAX(most, rate_of(one));
	json_array_foreach(runs, i, one)
	{
		char *speed = format_size((guint64)rate_of(one));
		char *bytes = format_size((guint64)jsonl_int(one, "bytes", 0));
		char *name = run_name(one);
		add_bar(c, lines, name, rate_of(one), most,
		    g_strdup_printf("%6s/s  %s, %d new", speed, bytes, (int)jsonl_int(one, "new", 0)));
		g_free(name);
		g_free(bytes);
		g_free(speed);
	}
	if (json_array_size(runs) == 0)
		add_line(lines, "image", g_strdup("  nothing has been fetched yet"));
	json_decref(runs);
}

static json_t *
lines_of(const struct chart *c, const json_t *usage)
{
	json_t *lines = json_array();
	const json_t *months = json_object_get(usage, "months");
	size_t n = json_array_size(months);
	add_line(lines, "heading", g_strdup("On this disk, by folder"));
	add_sums(c, lines, json_object_get(usage, "folders"), 0, true);
	add_line(lines, "text", g_strdup(""));
	add_line(lines, "heading", g_strdup("By month of the letter"));
	add_sums(c, lines, months, n > MONTHS ? n - MONTHS : 0, false);
	add_line(lines, "text", g_strdup(""));
	add_line(lines, "heading", g_strdup("How fast it was fetched"));
	add_syncs(c, lines);
	return lines;
}

static void
on_usage(const struct reply *reply, void *user)
{
	const struct chart *c = user;
	if (reply->kind != REPLY_DONE) {
		c->fn(reply, c->user);
		return;
	}
	json_t *obj = json_pack("{s:o}", "lines", lines_of(c, reply->obj));
	const struct reply drawn = {.kind = REPLY_DONE, .obj = obj};
	c->fn(&drawn, c->user);
	json_decref(obj);
}

static void
start(struct app *app, struct ask *ask, int cols, supervisor_reply_fn fn, void *user, void *start_user)
{
	struct chart *c = start_user;
	c->app = app;
	c->fn = fn;
	c->user = user;
	c->cols = cols;
	ask_reader(app, ask, json_pack("{s:s}", "op", "usage"), on_usage, c);
}

void
usage_open(struct app *app)
{
	page_open_asked(app, "The store", start, g_new0(struct chart, 1), g_free);
}
