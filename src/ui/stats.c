/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stats.c - the page of charts: the store's figures, drawn as bars. */
#include "ui/stats.h"

#include "ui/format.h"
#include "ui/page.h"

#include <string.h>

#define BAR_MAX	    40 /* columns of the longest bar */
#define MAX_DOMAINS 12
#define DAYS	    30

struct chart {
	supervisor_reply_fn fn; /* of the page */
	void *user;
	bool is_ascii;
	int cols;
};

/* Of the styles that a page takes from outside, those of a change for better and for
 * worse. */
#define GOOD "diff-add"
#define BAD  "diff-del"
#define QUIET "image" /* where there is nothing to tell */

static void
add_line(json_t *lines, const char *style, char *text)
{
	json_array_append_new(
	    lines, json_pack("{s:o, s:s}", "t", jsonl_text(text, -1), "s", style));
	g_free(text);
}

static gint64
number(const json_t *obj, const char *key)
{
	return jsonl_int(obj, key, 0);
}

static gint64
total(const json_t *counts)
{
	return number(counts, "sent") + number(counts, "deferred") +
	       number(counts, "failed") + number(counts, "uncertain");
}

/* n of most, as a bar of at most cols columns; owned. */
static char *
bar(gint64 n, gint64 most, int cols, const char *sign)
{
	GString *out = g_string_new(NULL);
	int width = most > 0 ? (int)((n * cols + most - 1) / most) : 0;
	for (int i = 0; i < width; i++)
		g_string_append(out, sign);
	return g_string_free(out, FALSE);
}

/* "12 sent, 3 tried again, 1 failed" */
static char *
words(const json_t *counts)
{
	static const struct {
		const char *key, *word;
	} parts[] = {
	    {"sent", "sent"},
	    {"deferred", "later"},
	    {"failed", "failed"},
	    {"uncertain", "uncertain"},
	};
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		if (number(counts, parts[i].key) > 0)
			g_string_append_printf(out, "%s%" G_GINT64_FORMAT " %s",
			    out->len > 0 ? ", " : "", number(counts, parts[i].key),
			    parts[i].word);
	if (out->len == 0)
		g_string_append(out, "nothing");
	return g_string_free(out, FALSE);
}

/* Good when all went well, bad when someone was refused, else in between. */
static const char *
style_of(const json_t *counts)
{
	if (number(counts, "failed") + number(counts, "uncertain") > 0)
		return BAD;
	return number(counts, "deferred") > 0 ? "note" : GOOD;
}

static void
add_bars(
    const struct chart *c, json_t *lines, const json_t *list, const char *key, size_t max)
{
	size_t n = json_array_size(list), first = n > max ? n - max : 0;
	gint64 most = 0;
	int name_cols = c->cols < NARROW_COLS ? 14 : 22;
	int room = CLAMP(c->cols - 70, c->cols < NARROW_COLS ? 4 : 8, BAR_MAX);
	for (size_t i = first; i < n; i++)
		most = MAX(most, total(json_array_get(list, i)));
	for (size_t i = first; i < n; i++) {
		const json_t *one = json_array_get(list, i);
		char *good =
		    bar(number(one, "sent"), most, room, c->is_ascii ? "#" : "█");
		char *rest = bar(total(one) - number(one, "sent"), most, room,
		    c->is_ascii ? "-" : "░");
		char *text = words(one);
		add_line(lines, style_of(one),
		    g_strdup_printf(
			"  %-*.*s %s%s  %s", name_cols, name_cols, jsonl_string(one, key), good, rest, text));
		g_free(good);
		g_free(rest);
		g_free(text);
	}
	if (n == 0)
		add_line(lines, QUIET, g_strdup("  nothing was sent"));
}

/* The eight heights of a line of blocks. */
static const char *
height(const struct chart *c, gint64 n, gint64 most)
{
	static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const letters[] = {
	    " ", ".", ".", ":", ":", "+", "+", "#", "#"};
	gint64 step = most > 0 ? (n * 8 + most - 1) / most : 0;
	return (c->is_ascii ? letters : blocks)[CLAMP(step, 0, 8)];
}

/* Columns of an hour in the line of a day. */
static int
hour_cols(const struct chart *c)
{
	return c->cols < NARROW_COLS ? 1 : 2;
}

/* 24 hours as one line. */
static void
add_day(const struct chart *c, json_t *lines, const char *what, const char *style, const gint64 *values)
{
	GString *out = g_string_new(NULL);
	gint64 most = 0;
	for (int i = 0; i < 24; i++)
		most = MAX(most, values[i]);
	for (int i = 0; i < 24 * hour_cols(c); i++)
		g_string_append(out, height(c, values[i / hour_cols(c)], most));
	add_line(lines, most > 0 ? style : QUIET,
	    most > 0 ? g_strdup_printf("  %-*s %s %s%" G_GINT64_FORMAT, hour_cols(c) > 1 ? 10 : 7, what, out->str,
			   hour_cols(c) > 1 ? " up to " : "", most)
		     : g_strdup_printf("  %-10s none", what));
	g_string_free(out, TRUE);
}

/* The figures of the hours that there are, in the places of the last 24. */
static void
add_hours(const struct chart *c, json_t *lines, const json_t *stats)
{
	const json_t *hours = json_object_get(stats, "hours");
	const json_t *depth =
	    json_object_get(json_object_get(stats, "queue"), "last_day");
	GDateTime *now = g_date_time_new_now_local();
	gint64 sent[24] = {0}, waiting[24] = {0}, failed[24] = {0};
	for (int i = 0; i < 24; i++) {
		GDateTime *at = g_date_time_add_hours(now, i - 23);
		char *key = g_date_time_format(at, "%Y-%m-%dT%H");
		for (size_t k = 0; k < json_array_size(hours); k++) {
			const json_t *one = json_array_get(hours, k);
			if (g_strcmp0(jsonl_string(one, "hour"), key) != 0)
				continue;
			sent[i] = number(one, "sent");
			failed[i] = number(one, "failed");
		}
		waiting[i] = json_integer_value(json_array_get(depth, (size_t)i));
		g_free(key);
		g_date_time_unref(at);
	}
	g_date_time_unref(now);
	add_day(c, lines, "sent", GOOD, sent);
	add_day(c, lines, "failed", BAD, failed);
	add_day(c, lines, "waiting", "diff-hunk", waiting);
	bool has_any = false;
	for (int i = 0; i < 24; i++)
		has_any = has_any || sent[i] + failed[i] + waiting[i] > 0;
	if (has_any)
		add_line(lines, QUIET, g_strdup_printf("%*s%-*snow", hour_cols(c) > 1 ? 13 : 10, "", 24 * hour_cols(c) - 3,
					   "24 hours ago"));
}

static void
add_delays(json_t *lines, const json_t *stats)
{
	const json_t *delay = json_object_get(json_object_get(stats, "totals"), "delay");
	if (!json_is_integer(json_object_get(delay, "median")))
		return;
	char *median = format_duration(number(delay, "median"));
	char *p95 = format_duration(number(delay, "p95"));
	char *max = format_duration(number(delay, "max"));
	add_line(lines, "text",
	    g_strdup_printf("  Half of all letters left within %s, 95 of 100 within %s, "
			    "the slowest after %s.",
		median, p95, max));
	g_free(median);
	g_free(p95);
	g_free(max);
}

static void
add_codes(json_t *lines, json_t *codes)
{
	const char *code;
	json_t *n;
	json_object_foreach(codes, code, n)
	{
		add_line(lines,
		    *code == '2'   ? GOOD
		    : *code == '5' ? BAD
				   : "note",
		    g_strdup_printf(
			"  %-14s %6" JSON_INTEGER_FORMAT, code, json_integer_value(n)));
	}
}

static void
add_queue(json_t *lines, const json_t *queue)
{
	json_t *states = json_object_get(queue, "states"), *n;
	const char *state;
	if (json_object_size(states) == 0)
		add_line(lines, QUIET, g_strdup("  nothing waits"));
	json_object_foreach(states, state, n)
	{
		bool is_bad =
		    g_str_equal(state, "failed") || g_str_equal(state, "uncertain");
		add_line(lines, is_bad ? BAD : "text",
		    g_strdup_printf(
			"  %-14s %6" JSON_INTEGER_FORMAT, state, json_integer_value(n)));
	}
}

static json_t *
lines_of(const struct chart *c, const json_t *stats)
{
	json_t *lines = json_array();
	add_line(lines, "heading", g_strdup("In the outbox now"));
	add_queue(lines, json_object_get(stats, "queue"));
	add_line(lines, "text", g_strdup(""));
	add_line(lines, "heading", g_strdup("The last 24 hours"));
	add_hours(c, lines, stats);
	add_line(lines, "text", g_strdup(""));
	add_line(lines, "heading", g_strdup_printf("The last %d days", DAYS));
	add_bars(c, lines, json_object_get(stats, "days"), "day", DAYS);
	add_delays(lines, stats);
	add_line(lines, "text", g_strdup(""));
	add_line(lines, "heading", g_strdup("By domain"));
	add_bars(c, lines, json_object_get(stats, "domains"), "domain", MAX_DOMAINS);
	if (json_object_size(json_object_get(stats, "codes")) > 0) {
		add_line(lines, "text", g_strdup(""));
		add_line(lines, "heading", g_strdup("What servers said"));
	}
	add_codes(lines, json_object_get(stats, "codes"));
	return lines;
}

static void
on_stats(const struct reply *reply, void *user)
{
	const struct chart *c = user;
	struct reply drawn = *reply;
	json_t *obj = NULL;
	if (reply->kind == REPLY_DONE) {
		obj = json_pack(
		    "{s:o}", "lines", lines_of(c, json_object_get(reply->obj, "stats")));
		drawn.obj = obj;
	}
	c->fn(&drawn, c->user);
	json_decref(obj);
}

static void
start(struct app *app, struct ask *ask, int cols, supervisor_reply_fn fn, void *user,
    void *start_user)
{
	struct chart *c = start_user;
	c->fn = fn;
	c->user = user;
	c->cols = cols;
	c->is_ascii = app->canvas.is_ascii;
	ask_reader(app, ask, json_pack("{s:s, s:i}", "op", "queue-stats", "days", DAYS),
	    on_stats, c);
}

void
stats_open(struct app *app)
{
	page_open_asked(app, "What was sent", start, g_new0(struct chart, 1), g_free);
}
