/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status_title.c - the first line: what is shown, and what the helpers are at. */
#include "base/safe_text.h"
#include "ui/format.h"
#include "ui/outbox.h"
#include "ui/status_private.h"
#include "ui/tabs.h"

/* " 3.4M 220k/s  12 s left" */
static void
add_speed(GString *out, const struct progress *p)
{
	if (p->bytes > 0) {
		char *bytes = format_size((guint64)p->bytes);
		char *rate = format_size((guint64)MAX(p->rate, 0));
		g_string_append_printf(out, "  %s %s/s", bytes, rate);
		g_free(bytes);
		g_free(rate);
	}
	if (p->seconds_left >= 0) {
		char *left = format_duration(p->seconds_left);
		g_string_append_printf(out, "  %s left", left);
		g_free(left);
	}
}

#define QUIET_S 5 /* of a line that lives, more is heard */

gint64
status_quiet_s(const struct progress *p)
{
	gint64 seconds = (g_get_monotonic_time() - p->heard_us) / G_USEC_PER_SEC;
	return seconds >= QUIET_S ? seconds : 0;
}

static void
add_quiet(GString *out, gint64 seconds)
{
	char *text = format_duration(seconds);
	g_string_append_printf(out, ", quiet for %s", text);
	g_free(text);
}

/* "↓ work 412/9 310  3.4M 220k/s  12 s left", one account after another. */
static void
add_fetching(struct app *app, GString *out)
{
	GHashTableIter iter;
	gpointer account, value;
	g_hash_table_iter_init(&iter, app->status->progress);
	while (g_hash_table_iter_next(&iter, &account, &value)) {
		const struct progress *p = value;
		g_string_append_printf(out, "  %s %s", app->canvas.signs->down, (char *)account);
		if (p->total > 0) {
			char *done = format_count((guint64)MAX(p->done, 0));
			char *total = format_count((guint64)p->total);
			g_string_append_printf(out, " %s/%s", done, total);
			g_free(done);
			g_free(total);
		}
		if (status_quiet_s(p) > 0)
			add_quiet(out, status_quiet_s(p));
		else if (p->total > 0)
			add_speed(out, p);
	}
}

/* Accounts with the same trouble. */
struct trouble {
	GString *names;
	guint n;
	const char *words; /* "offline, next try 10:42", of the one that is tried first */
};

static void
trouble_free(gpointer data)
{
	struct trouble *t = data;
	g_string_free(t->names, TRUE);
	g_free(t);
}

/* "home, work offline, next try 10:42": without a network there is one reason, and the title wants room as well. */
static void
add_failed(struct app *app, GString *out)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(trouble_free);
	GList *accounts = g_list_sort(g_hash_table_get_keys(app->status->failed), (GCompareFunc)(void (*)(void))strcmp);
	for (GList *l = accounts; l != NULL; l = l->next) {
		const char *words = g_hash_table_lookup(app->status->failed, l->data);
		size_t what = strcspn(words, ",") + 1;
		struct trouble *t = NULL;
		for (guint i = 0; t == NULL && i < all->len; i++)
			if (strncmp(((struct trouble *)all->pdata[i])->words, words, what) == 0)
				t = all->pdata[i];
		if (t == NULL) {
			t = g_new0(struct trouble, 1);
			t->names = g_string_new(l->data);
			t->n = 1;
			t->words = words;
			g_ptr_array_add(all, t);
			continue;
		}
		t->n++;
		g_string_append_printf(t->names, ", %s", (char *)l->data);
		t->words = strcmp(words, t->words) < 0 ? words : t->words;
	}
	for (guint i = 0; i < all->len; i++) {
		const struct trouble *t = all->pdata[i];
		int what = (int)strcspn(t->words, ",");
		if (term_cols() >= NARROW_COLS)
			g_string_append_printf(out, "  %s %s", t->names->str, t->words);
		else if (t->n > 1)
			g_string_append_printf(out, "  %u %.*s", t->n, what, t->words);
		else
			g_string_append_printf(out, "  %s %.*s", t->names->str, what, t->words);
	}
	g_list_free(accounts);
	g_ptr_array_unref(all);
}

/* "work 2 wait (server quota)" */
static void
add_refused(struct app *app, GString *out)
{
	GHashTableIter iter;
	gpointer account, value;
	g_hash_table_iter_init(&iter, app->status->refused);
	while (g_hash_table_iter_next(&iter, &account, &value)) {
		const struct refused *r = value;
		g_string_append_printf(out, "  %s %d %s (%s)", (char *)account, (int)r->n, r->n == 1 ? "waits" : "wait",
		    r->reason != NULL ? r->reason : "");
	}
}

void
status_until_sending(struct app *app)
{
	struct status *s = app->status;
	s->is_of_sending = s->message != NULL && !s->is_error;
}

void
status_sending(struct status *s, const json_t *event)
{
	const char *name = jsonl_string(event, "event");
	gint64 sent = jsonl_int(event, "sent", -1), size = jsonl_int(event, "size", 0);
	g_clear_pointer(&s->sending, g_free);
	if (g_strcmp0(name, "progress") == 0 && size > 0 && sent < size)
		s->sending = g_strdup_printf(" %d%%", (int)(sent * 100 / size));
	else if (g_strcmp0(name, "progress") == 0 || g_strcmp0(name, "sending") == 0)
		s->sending = g_strdup("");
	if (g_strcmp0(name, "sending") == 0 && s->is_of_sending) {
		s->is_of_sending = false;
		status_clear_message(s->app);
	}
}

static void
add_outbox(struct app *app, GString *out)
{
	struct status *s = app->status;
	guint n = outbox_n_waiting(app);
	bool is_narrow = term_cols() < NARROW_COLS, is_sending = s->sending != NULL && client_is_sending(app->client);
	if (is_sending)
		g_string_append_printf(out, "  %s sending%s", app->canvas.signs->up, s->sending);
	if (n == 0 || (is_sending && is_narrow))
		return;
	guint troubled = outbox_n_troubled(app), uncertain = outbox_n_uncertain(app);
	const char *words = uncertain == 0 ? " failed" : uncertain == troubled ? " uncertain" : " failed or uncertain";
	g_string_append_printf(out, "  outbox %u", n);
	if (troubled > 0) /* they go nowhere by themselves: O shows why */
		g_string_append_printf(out, "%s ! %u%s", is_narrow ? "" : ",", troubled, is_narrow ? "" : words);
	if (troubled == n || is_narrow || is_sending)
		return;
	bool is_again;
	gint64 next = outbox_next_try(app, &is_again), now = g_get_real_time() / G_USEC_PER_SEC;
	if (next >= 0) {
		char *when = format_coming(next, now);
		g_string_append_printf(out, " (%s %s)", is_again ? "next try" : "leaves", when);
		g_free(when);
	}
}

/* Green is for what goes on as it should. */
static enum style
style_of_right(const struct app *app)
{
	bool has_trouble = g_hash_table_size(app->status->failed) > 0 || g_hash_table_size(app->status->refused) > 0;
	return outbox_n_troubled(app) > 0 ? STYLE_ERROR : has_trouble ? STYLE_BAR_WARN : STYLE_BAR_BUSY;
}

void
status_draw_title(struct app *app)
{
	const struct canvas *c = &app->canvas;
	struct view *top = app_top(app);
	int cols = term_cols();
	GString *right = g_string_new(NULL);
	add_fetching(app, right);
	add_failed(app, right);
	add_refused(app, right);
	add_outbox(app, right);
	g_string_append_c(right, ' ');
	char *title = top->class->title(app, top);

	ui_fill(c, 0, 0, cols, STYLE_BAR, false);
	int x = ui_text(c, 0, 0, cols, STYLE_BAR_STRONG, false, " Penfold ");
	char *display = safe_line(right->str);
	int right_cols = MIN(safe_text_columns(display), MAX(cols - x - 12, 0));
	if (tabs_count(app) > 1)
		tabs_draw(app, 0, x, cols - x - 1 - right_cols);
	else
		ui_text(c, 0, x + 1, cols - x - 2 - right_cols, STYLE_BAR, false, title);
	ui_right(c, 0, cols - right_cols, right_cols, style_of_right(app), false, right->str);
	g_free(display);
	g_free(title);
	g_string_free(right, TRUE);
}
