/* SPDX-License-Identifier: GPL-3.0-or-later */
/* usage.c - the page about the store, drawn as bars. */
#include "ui/usage.h"

#include "ui/ask.h"
#include "ui/format.h"
#include "ui/page.h"

#define MONTHS	  36
#define MAX_SYNCS 30
#define NAME_COLS 24

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
	int room = CLAMP(c->cols - NAME_COLS - 26, 5, 40);
	int width = most > 0 ? (int)((value * room + most - 1) / most) : 0;
	GString *bar = g_string_new(NULL);
	for (int i = 0; i < room; i++)
		g_string_append(bar, i < width ? (c->app->canvas.is_ascii ? "#" : "\xE2\x96\x88") : " ");
	char *display = g_utf8_substring(name, 0, MIN(g_utf8_strlen(name, -1), NAME_COLS));
	int pad = NAME_COLS - (int)g_utf8_strlen(display, -1);
	add_line(lines, "text", g_strdup_printf("  %s%*s %s %s", display, pad, "", bar->str, words));
	g_string_free(bar, TRUE);
	g_free(display);
	g_free(words);
}

static void
add_sums(const struct chart *c, json_t *lines, const json_t *list, size_t from)
{
	gint64 most = 0;
	size_t i;
	json_t *one;
	json_array_foreach(list, i, one)
		most = i >= from ? MAX(most, jsonl_int(one, "bytes", 0)) : most;
	json_array_foreach(list, i, one)
	{
		gint64 bytes = jsonl_int(one, "bytes", 0);
		if (i < from)
			continue;
		char *size = format_size((guint64)MAX(bytes, 0));
		char *count = format_count((guint64)MAX(jsonl_int(one, "messages", 0), 0));
		add_bar(c, lines, jsonl_string(one, "name"), bytes, most,
		    g_strdup_printf("%6s  %s letters", size, count));
		g_free(size);
		g_free(count);
	}
}

/* Bytes a second of the fetches of this session, oldest first. */
static void
add_syncs(const struct chart *c, json_t *lines)
{
	gint64 most = 0;
	size_t i;
	json_t *one;
	json_array_foreach(c->app->syncs, i, one)
		most = MAX(most, jsonl_int(one, "rate", 0));
	json_array_foreach(c->app->syncs, i, one)
	{
		gint64 rate = jsonl_int(one, "rate", 0);
		char *speed = format_size((guint64)rate);
		char *bytes = format_size((guint64)jsonl_int(one, "bytes", 0));
		char *name = g_strdup_printf("%s %s", jsonl_string(one, "time"), jsonl_string(one, "account"));
		add_bar(c, lines, name, rate, most,
		    g_strdup_printf("%6s/s  %s, %d new", speed, bytes, (int)jsonl_int(one, "new", 0)));
		g_free(name);
		g_free(bytes);
		g_free(speed);
	}
	if (json_array_size(c->app->syncs) == 0)
		add_line(lines, "note", g_strdup("  Nothing has been fetched in this session."));
}

static json_t *
lines_of(const struct chart *c, const json_t *usage)
{
	json_t *lines = json_array();
	const json_t *months = json_object_get(usage, "months");
	size_t n = json_array_size(months);
	add_line(lines, "heading", g_strdup("On this disk, by folder"));
	add_sums(c, lines, json_object_get(usage, "folders"), 0);
	add_line(lines, "text", g_strdup(""));
	add_line(lines, "heading", g_strdup("By month of the letter"));
	add_sums(c, lines, months, n > MONTHS ? n - MONTHS : 0);
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

void
usage_note(struct app *app, const struct client_notice *notice)
{
	if (notice->kind != CLIENT_SYNC_DONE || jsonl_int(notice->obj, "bytes", 0) <= 0)
		return;
	gint64 bytes = jsonl_int(notice->obj, "bytes", 0);
	double seconds = json_number_value(json_object_get(notice->obj, "seconds"));
	GDateTime *now = g_date_time_new_now_local();
	char *time = g_date_time_format(now, "%H:%M");
	json_array_append_new(app->syncs,
	    json_pack("{s:s, s:s*, s:I, s:I, s:I}", "time", time, "account",
		jsonl_string(notice->obj, "account"), "bytes", (json_int_t)bytes, "rate",
		(json_int_t)((double)bytes / MAX(seconds, 0.001)), "new",
		(json_int_t)jsonl_int(notice->obj, "new", 0)));
	if (json_array_size(app->syncs) > MAX_SYNCS)
		json_array_remove(app->syncs, 0);
	g_date_time_unref(now);
	g_free(time);
}
