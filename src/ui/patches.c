/* SPDX-License-Identifier: GPL-3.0-or-later */
/* patches.c - from threads to an mbox on the standard input of `git am`. */
#include "ui/patches.h"

#include "base/file.h"
#include "base/paths.h"
#include "ui/ask.h"
#include "ui/list_mail.h"
#include "ui/mail.h"
#include "ui/pager.h"
#include "ui/prompt.h"
#include "ui/run.h"
#include "ui/thread_view.h"

#include <string.h>
#include <unistd.h>

#define MAX_PATCH (32u << 20) /* bytes of one message */

/* "3/7" in the words of a subject's brackets. */
static bool
take_number(const char *word, unsigned *number_out, unsigned *total_out)
{
	char *end;
	guint64 n = g_ascii_strtoull(word, &end, 10);
	if (end == word || *end != '/' || !g_ascii_isdigit(end[1]))
		return false;
	guint64 total = g_ascii_strtoull(end + 1, &end, 10);
	if (*end != '\0' || n > 9999 || total > 9999)
		return false;
	*number_out = (unsigned)n;
	*total_out = (unsigned)total;
	return true;
}

bool
patches_parse(const char *subject, unsigned *version_out, unsigned *number_out, unsigned *total_out)
{
	const char *open = subject != NULL ? subject + strspn(subject, " ") : "";
	const char *close = *open == '[' ? strchr(open, ']') : NULL;
	bool is_patch = false;
	*version_out = *number_out = *total_out = 1;
	while (close != NULL && !is_patch) { /* "[list] [PATCH 1/2]" */
		char *inside = g_strndup(open + 1, (size_t)(close - open - 1));
		char **words = g_strsplit_set(inside, " ,", -1);
		for (size_t i = 0; words[i] != NULL; i++) {
			if (strstr(words[i], "PATCH") != NULL)
				is_patch = true;
			else if ((words[i][0] == 'v' || words[i][0] == 'V') &&
			    g_ascii_isdigit(words[i][1]))
				*version_out = (unsigned)MIN(g_ascii_strtoull(words[i] + 1, NULL, 10), 9999);
			else
				(void)take_number(words[i], number_out, total_out);
		}
		g_strfreev(words);
		g_free(inside);
		open = close + 1 + strspn(close + 1, " ");
		close = *open == '[' ? strchr(open, ']') : NULL;
	}
	return is_patch && *number_out > 0;
}

/* gathering */

struct patch {
	char *path, *subject;
	unsigned version, number;
	gint64 date;
};

struct applying {
	struct app *app;
	GPtrArray *threads; /* of ids */
	guint at;
	struct thread *thread; /* that is being read */
	GArray *patches;       /* struct patch */
	GArray *singles;       /* of threads with one patch: a series that is in no thread */
	guint n_told;	       /* threads that have answered: each counts once */
	char *dir;
};

static void
patch_clear(gpointer data)
{
	struct patch *p = data;
	g_free(p->path);
	g_free(p->subject);
}

static void
applying_free(struct applying *a)
{
	if (a->thread != NULL)
		thread_forget(a->thread, a);
	thread_unref(a->thread);
	g_ptr_array_unref(a->threads);
	g_array_unref(a->patches);
	g_array_unref(a->singles);
	g_free(a->dir);
	g_free(a);
}

static int
compare(gconstpointer a, gconstpointer b)
{
	const struct patch *x = a, *y = b;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->date < y->date ? -1 : x->date > y->date;
}

/* Those of the newest version, in order, behind those there are; the others are dropped. */
static void
add_series(struct applying *a, GArray *found)
{
	unsigned newest = 0;
	for (guint i = 0; i < found->len; i++)
		newest = MAX(newest, g_array_index(found, struct patch, i).version);
	g_array_sort(found, compare);
	for (guint i = 0; i < found->len; i++) {
		struct patch *p = &g_array_index(found, struct patch, i);
		if (p->version == newest)
			g_array_append_vals(a->patches, p, 1);
		else
			patch_clear(p);
	}
	g_array_set_size(found, 0);
}

static void
add_thread(struct applying *a)
{
	GArray *found = g_array_new(FALSE, FALSE, sizeof(struct patch));
	for (guint i = 0; i < thread_count(a->thread); i++) {
		const struct message *m = thread_message(a->thread, i);
		struct patch p = {.date = m->date};
		unsigned total;
		if (m->path == NULL || !patches_parse(m->subject, &p.version, &p.number, &total))
			continue;
		p.path = g_strdup(m->path);
		p.subject = g_strdup(m->subject);
		g_array_append_val(found, p);
	}
	if (found->len == 1)
		g_array_append_vals(a->singles, found->data, 1);
	else
		add_series(a, found);
	g_array_unref(found);
}

/* An mbox of the files: "From " lines in a text are stuffed, as `git am` is told. */
static GString *
mbox_of(const struct applying *a, GError **error)
{
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < a->patches->len; i++) {
		GBytes *bytes = file_read(g_array_index(a->patches, struct patch, i).path, MAX_PATCH, error);
		gsize len = 0;
		if (bytes == NULL) {
			g_string_free(out, TRUE);
			return NULL;
		}
		const char *p = g_bytes_get_data(bytes, &len);
		g_string_append(out, "From mboxrd@z Thu Jan  1 00:00:00 1970\n");
		for (const char *end = p + len; p < end;) {
			const char *nl = memchr(p, '\n', (size_t)(end - p));
			size_t n = nl != NULL ? (size_t)(nl + 1 - p) : (size_t)(end - p);
			size_t stuffed = strspn(p, ">");
			if (stuffed + 5 <= n && memcmp(p + stuffed, "From ", 5) == 0)
				g_string_append_c(out, '>');
			g_string_append_len(out, p, (gssize)n);
			p += n;
		}
		g_string_append_c(out, '\n');
		g_bytes_unref(bytes);
	}
	return out;
}

static void
run_git(struct applying *a)
{
	char git[] = "git", am[] = "am", three[] = "-3", format[] = "--patch-format=mboxrd";
	char *argv[] = {git, am, three, format, NULL};
	GError *error = NULL;
	GString *mbox = mbox_of(a, &error);
	int fd = mbox != NULL ? file_memory(mbox->str, mbox->len, &error) : -1;
	char *title = g_strdup_printf(a->patches->len == 1 ? "git am, %u patch" : "git am, %u patches",
	    a->patches->len);
	if (fd < 0 || !run_to_page(a->app, argv, a->dir, fd, title, &error))
		app_error(a->app, "not applied: %s", error->message);
	if (fd >= 0)
		close(fd);
	if (mbox != NULL)
		g_string_free(mbox, TRUE);
	g_clear_error(&error);
	g_free(title);
}

static void
next(struct applying *a);

static gboolean
on_idle(gpointer data)
{
	struct applying *a = data;
	thread_forget(a->thread, a);
	g_clear_pointer(&a->thread, thread_unref);
	next(a);
	return G_SOURCE_REMOVE;
}

static void
on_thread(struct thread *t, void *user)
{
	struct applying *a = user;
	if (!thread_is_loaded(t) || a->n_told > a->at)
		return;
	a->n_told = a->at + 1;
	add_thread(a);
	a->at++;
	g_idle_add(on_idle, a);
}

static void
next(struct applying *a)
{
	if (a->at < a->threads->len) {
		a->thread = thread_read(a->app, a->threads->pdata[a->at]);
		thread_listen(a->thread, on_thread, a);
		return;
	}
	add_series(a, a->singles);
	if (a->patches->len == 0)
		app_say(a->app, "there is no [PATCH] among these messages");
	else
		run_git(a);
	applying_free(a);
}

static void
on_dir(struct app *app, const char *text, void *user)
{
	struct applying *a = user;
	if (text == NULL || *text == '\0') {
		applying_free(a);
		return;
	}
	a->dir = paths_expand(text);
	app_say(app, "one moment");
	next(a);
}

void
patches_apply(struct app *app, GPtrArray *threads, const char *dir)
{
	struct applying *a = g_new0(struct applying, 1);
	a->app = app;
	a->threads = threads;
	a->patches = g_array_new(FALSE, FALSE, sizeof(struct patch));
	g_array_set_clear_func(a->patches, patch_clear);
	a->singles = g_array_new(FALSE, FALSE, sizeof(struct patch));
	if (dir != NULL)
		on_dir(app, dir, a);
	else
		prompt_ask(app, PROMPT_PATH, "Apply the patches in: ", ".", on_dir, a, NULL);
}

void
act_apply_patches(struct app *app, const char *arg)
{
	GPtrArray *threads = g_ptr_array_new_with_free_func(g_free);
	struct pager *p = pager_top(app);
	struct thread *t = p != NULL ? p->thread : NULL;
	guint i;
	if (t == NULL && app_top_of(app, &thread_view_class) != NULL)
		(void)thread_view_selected(app, &t, &i);
	if (t != NULL && thread_id(t) != NULL) {
		g_ptr_array_add(threads, g_strdup(thread_id(t)));
	} else if (t == NULL) {
		struct mail_target *target = list_mail_target(app);
		for (i = 0; target != NULL && i < target->threads->len; i++)
			g_ptr_array_add(threads, g_strdup(target->threads->pdata[i]));
		mail_target_free(target);
	}
	if (threads->len > 0)
		patches_apply(app, threads, arg);
	else
		g_ptr_array_unref(threads);
}
