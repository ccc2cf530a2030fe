/* SPDX-License-Identifier: GPL-3.0-or-later */
/* patches.c - from threads to an mbox on the standard input of `git am`. */
#include "ui/patches.h"

#include "base/paths.h"
#include "ui/gather.h"
#include "ui/list_mail.h"
#include "ui/mail.h"
#include "ui/pager.h"
#include "ui/prompt.h"
#include "ui/run.h"
#include "ui/thread_view.h"

#include <string.h>
#include <unistd.h>

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

/* series */

struct patch {
	struct gathered *letter; /* borrowed */
	unsigned version, number;
};

struct applying {
	struct app *app;
	GPtrArray *threads; /* of ids */
	GPtrArray *letters; /* struct gathered; NULL before they are there */
	char *dir;
	guint n_patches;
};

static void
applying_free(struct applying *a)
{
	g_ptr_array_unref(a->threads);
	g_clear_pointer(&a->letters, g_ptr_array_unref);
	g_free(a->dir);
	g_free(a);
}

static int
compare(gconstpointer a, gconstpointer b)
{
	const struct patch *x = a, *y = b;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->letter->date < y->letter->date ? -1 : x->letter->date > y->letter->date;
}

/* Those of the newest version, in order, behind those there are; the others are dropped. */
static void
add_series(GPtrArray *out, GArray *found)
{
	unsigned newest = 0;
	for (guint i = 0; i < found->len; i++)
		newest = MAX(newest, g_array_index(found, struct patch, i).version);
	g_array_sort(found, compare);
	for (guint i = 0; i < found->len; i++) {
		const struct patch *p = &g_array_index(found, struct patch, i);
		if (p->version == newest)
			g_ptr_array_add(out, p->letter);
	}
}

static GArray *
patches_of(const GPtrArray *letters, const char *thread)
{
	GArray *found = g_array_new(FALSE, FALSE, sizeof(struct patch));
	for (guint i = 0; i < letters->len; i++) {
		struct patch p = {.letter = letters->pdata[i]};
		unsigned total;
		if (g_strcmp0(p.letter->thread, thread) == 0 &&
		    patches_parse(p.letter->subject, &p.version, &p.number, &total))
			g_array_append_val(found, p);
	}
	return found;
}

/* The patches of the threads in the order in which they apply, borrowed. Threads of one patch each are a series that is in
 * no thread. */
static GPtrArray *
in_order(const GPtrArray *letters, const GPtrArray *threads)
{
	GPtrArray *out = g_ptr_array_new();
	GArray *singles = g_array_new(FALSE, FALSE, sizeof(struct patch));
	for (guint i = 0; i < threads->len; i++) {
		GArray *found = patches_of(letters, threads->pdata[i]);
		if (found->len == 1)
			g_array_append_vals(singles, found->data, 1);
		else
			add_series(out, found);
		g_array_unref(found);
	}
	add_series(out, singles);
	g_array_unref(singles);
	return out;
}

/* git */

static void
on_mbox(struct app *app, int fd, const GError *why, void *user)
{
	struct applying *a = user;
	char git[] = "git", am[] = "am", three[] = "-3", format[] = "--patch-format=mboxrd";
	char *argv[] = {git, am, three, format, NULL};
	char *title = g_strdup_printf(a->n_patches == 1 ? "git am, %u patch" : "git am, %u patches", a->n_patches);
	GError *error = NULL;
	if (fd < 0 || !run_to_page(app, argv, a->dir, fd, title, &error))
		app_error(app, "not applied: %s", fd < 0 ? why->message : error->message);
	if (fd >= 0)
		close(fd);
	g_clear_error(&error);
	g_free(title);
	applying_free(a);
}

static void
on_letters(struct app *app, GPtrArray *letters, void *user)
{
	struct applying *a = user;
	a->letters = letters;
	if (letters == NULL) {
		applying_free(a);
		return;
	}
	GPtrArray *patches = in_order(letters, a->threads);
	a->n_patches = patches->len;
	if (patches->len > 0) {
		gather_mbox(app, patches, -1, on_mbox, a);
		return;
	}
	app_say(app, "there is no [PATCH] among these messages");
	g_ptr_array_unref(patches);
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
	gather_threads(app, a->threads, on_letters, a);
}

void
patches_apply(struct app *app, GPtrArray *threads, const char *dir)
{
	struct applying *a = g_new0(struct applying, 1);
	a->app = app;
	a->threads = threads;
	if (dir != NULL)
		on_dir(app, dir, a);
	else
		prompt_ask(app, PROMPT_PATH, "Apply the patches in: ", "./", on_dir, a, NULL);
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
