/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_stats.c - the audit as figures: totals, codes, domains, days, delays, and what
 * waits. */
#include "store/queue_attempt.h"

#include "base/jsonl.h"
#include "base/when.h"
#include "store/queue_private.h"

#include <string.h>

#define MAX_ROWS    1000000 /* attempts that are counted */
#define MAX_DOMAINS 1000
#define DAY_S	    86400

struct counts {
	gint64 sent, deferred, failed, uncertain;
	GArray *delays; /* gint64, of what was sent; NULL where nobody asks */
};

struct stats {
	struct counts all;
	GHashTable *domains, *days, *hours, *accounts; /* text to struct counts */
	GHashTable *codes;			       /* "250 2.0.0" to a number */
	gint64 tz_offset_s, hourly_from, last_day_failed, now;
};

static struct counts *
counts_new(void)
{
	struct counts *c = g_new0(struct counts, 1);

	c->delays = g_array_new(FALSE, FALSE, sizeof(gint64));
	return c;
}

static void
counts_free(gpointer data)
{
	struct counts *c = data;

	g_array_unref(c->delays);
	g_free(c);
}

static struct counts *
counts_of(GHashTable *table, const char *key)
{
	struct counts *c = g_hash_table_lookup(table, key);

	if (c == NULL) {
		c = counts_new();
		g_hash_table_insert(table, g_strdup(key), c);
	}
	return c;
}

static void
count_in(struct counts *c, enum queue_fate fate, gint64 delay)
{
	c->sent += fate == QUEUE_FATE_SENT;
	c->deferred += fate == QUEUE_FATE_DEFERRED;
	c->failed += fate == QUEUE_FATE_FAILED;
	c->uncertain += fate == QUEUE_FATE_UNCERTAIN;
	if (fate == QUEUE_FATE_SENT)
		g_array_append_val(c->delays, delay);
}

/* --- reading --- */

static char *
clock_key(gint64 unix_time, gint64 tz_offset_s, const char *format)
{
	GDateTime *t = g_date_time_new_from_unix_utc(unix_time + tz_offset_s);
	char *key = t != NULL ? g_date_time_format(t, format) : g_strdup("?");

	g_clear_pointer(&t, g_date_time_unref);
	return key;
}

static void
take_row(struct stats *s, sqlite3_stmt *st)
{
	gint64 time = sqlite3_column_int64(st, 0), delay = sqlite3_column_int64(st, 11);
	char *account = queue_db_text(st, 2), *domain = queue_db_text(st, 4);
	char *fate_name = queue_db_text(st, 6), *status = queue_db_text(st, 8);
	char *day = clock_key(time, s->tz_offset_s, "%Y-%m-%d");
	char *hour = clock_key(time, s->tz_offset_s, "%Y-%m-%dT%H");
	int known = queue_fate_from_name(fate_name), code = sqlite3_column_int(st, 7);
	enum queue_fate fate = known >= 0 ? (enum queue_fate)known : QUEUE_PENDING;
	char *code_key =
	    code > 0 ? g_strdup_printf("%d%s%s", code, *status != '\0' ? " " : "", status)
		     : g_strdup(fate == QUEUE_FATE_SENT ? "delivered here" : "no answer");
	gsize n = GPOINTER_TO_SIZE(g_hash_table_lookup(s->codes, code_key));

	count_in(&s->all, fate, delay);
	count_in(counts_of(s->accounts, account), fate, delay);
	count_in(counts_of(s->days, day), fate, delay);
	if (time >= s->hourly_from)
		count_in(counts_of(s->hours, hour), fate, delay);
	if (g_hash_table_size(s->domains) < MAX_DOMAINS ||
	    g_hash_table_contains(s->domains, domain))
		count_in(counts_of(s->domains, domain), fate, delay);
	if (time > s->now - DAY_S && fate == QUEUE_FATE_FAILED)
		s->last_day_failed++;
	g_hash_table_insert(s->codes, g_strdup(code_key), GSIZE_TO_POINTER(n + 1));
	g_free(account);
	g_free(domain);
	g_free(fate_name);
	g_free(status);
	g_free(day);
	g_free(hour);
	g_free(code_key);
}

/* --- writing --- */

static gint
by_number(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return x < y ? -1 : x > y;
}

static json_t *
delays_json(GArray *delays)
{
	const gint64 *d = (const gint64 *)(const void *)delays->data;
	guint n = delays->len;

	if (n == 0)
		return json_pack("{s:n, s:n, s:n}", "median", "p95", "max");
	g_array_sort(delays, by_number);
	return json_pack("{s:I, s:I, s:I}", "median", (json_int_t)d[n / 2], "p95",
	    (json_int_t)d[(guint)((guint64)n * 95 / 100)], "max", (json_int_t)d[n - 1]);
}

static json_t *
counts_json(struct counts *c, const char *name, const char *key)
{
	json_t *obj = json_pack("{s:I, s:I, s:I, s:I, s:o}", "sent", (json_int_t)c->sent,
	    "deferred", (json_int_t)c->deferred, "failed", (json_int_t)c->failed,
	    "uncertain", (json_int_t)c->uncertain, "delay", delays_json(c->delays));

	if (name != NULL)
		json_object_set_new(obj, name, jsonl_text(key, -1));
	return obj;
}

/* Sorted by key: days and hours are in order of time then. */
static json_t *
table_json(GHashTable *table, const char *name)
{
	GList *keys = g_list_sort(g_hash_table_get_keys(table), (GCompareFunc)strcmp);
	json_t *list = json_array();
	GList *k;

	for (k = keys; k != NULL; k = k->next)
		json_array_append_new(list,
		    counts_json(g_hash_table_lookup(table, k->data), name, k->data));
	g_list_free(keys);
	return list;
}

static json_t *
codes_json(GHashTable *codes)
{
	GList *keys = g_list_sort(g_hash_table_get_keys(codes), (GCompareFunc)strcmp);
	json_t *obj = json_object();
	GList *k;

	for (k = keys; k != NULL; k = k->next)
		json_object_set_new(obj, k->data,
		    json_integer((json_int_t)GPOINTER_TO_SIZE(
			g_hash_table_lookup(codes, k->data))));
	g_list_free(keys);
	return obj;
}

static json_t *
depth_json(struct queue *q, gint64 now, GError **error)
{
	sqlite3_stmt *st = queue_db_bind(q->db, QUEUE_DB_DEPTH, error, "");
	json_t *states = json_object(), *obj;
	json_int_t total = 0;
	gint64 oldest = 0;
	int row = -1;

	while (st != NULL && (row = queue_db_step(q->db, st, error)) > 0) {
		char *state = queue_db_text(st, 0);
		gint64 created = sqlite3_column_int64(st, 2);

		json_object_set_new(
		    states, state, json_integer(sqlite3_column_int64(st, 1)));
		total += sqlite3_column_int64(st, 1);
		oldest = oldest == 0 ? created : MIN(oldest, created);
		g_free(state);
	}
	obj = json_pack("{s:I, s:o, s:o}", "letters", total, "states", states,
	    "oldest_seconds",
	    oldest > 0 ? json_integer(MAX(now - oldest, 0)) : json_null());
	if (row != 0)
		g_clear_pointer(&obj, json_decref);
	return obj;
}

/* How many letters were in the queue at each of the last 24 hours, the oldest first. */
static json_t *
past_depth(struct queue *q, gint64 now, GError **error)
{
	sqlite3_stmt *st =
	    queue_db_bind(q->db, QUEUE_DB_LIVES, error, "ii", now - DAY_S, now);
	json_int_t count[24] = {0};
	json_t *list = json_array();
	int row = -1, i;

	while (st != NULL && (row = queue_db_step(q->db, st, error)) > 0) {
		gint64 from = sqlite3_column_int64(st, 0),
		       to = sqlite3_column_int64(st, 1);

		for (i = 0; i < 24; i++) {
			gint64 at = now - (23 - i) * 3600;

			count[i] += from <= at && at <= to;
		}
	}
	for (i = 0; i < 24; i++)
		json_array_append_new(list, json_integer(count[i]));
	if (row != 0)
		g_clear_pointer(&list, json_decref);
	return list;
}

static GHashTable *
table_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, counts_free);
}

static json_t *
stats_json(struct stats *s, gint64 since, json_t *depth)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "since",
	    when_json(since), "until", when_json(s->now), "totals",
	    counts_json(&s->all, NULL, NULL), "accounts",
	    table_json(s->accounts, "account"), "domains",
	    table_json(s->domains, "domain"), "days", table_json(s->days, "day"), "hours",
	    table_json(s->hours, "hour"), "codes", codes_json(s->codes), "queue", depth,
	    "failed_last_day", (json_int_t)s->last_day_failed);
}

json_t *
queue_stats_json(
    struct queue *q, gint64 since, gint64 now, gint64 tz_offset_s, GError **error)
{
	struct stats s = {
	    .tz_offset_s = tz_offset_s, .now = now, .hourly_from = now - DAY_S};
	sqlite3_stmt *st =
	    queue_db_bind(q->db, QUEUE_DB_ATTEMPTS_SINCE, error, "i", since);
	json_t *depth, *obj = NULL;
	int row = -1, n = 0;

	s.all.delays = g_array_new(FALSE, FALSE, sizeof(gint64));
	s.domains = table_new();
	s.days = table_new();
	s.hours = table_new();
	s.accounts = table_new();
	s.codes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	while (st != NULL && (row = queue_db_step(q->db, st, error)) > 0) {
		take_row(&s, st);
		if (++n == MAX_ROWS) {
			queue_db_end(st);
			row = 0;
			break;
		}
	}
	depth = row == 0 ? depth_json(q, now, error) : NULL;
	if (depth != NULL) {
		json_t *past = past_depth(q, now, error);

		json_object_set_new(
		    depth, "last_day", past != NULL ? past : json_array());
		obj = stats_json(&s, since, depth);
		if (past == NULL)
			g_clear_pointer(&obj, json_decref);
	}
	g_array_unref(s.all.delays);
	g_hash_table_destroy(s.domains);
	g_hash_table_destroy(s.days);
	g_hash_table_destroy(s.hours);
	g_hash_table_destroy(s.accounts);
	g_hash_table_destroy(s.codes);
	return obj;
}
