/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_letters.c - a question says of how many messages it is; behind the answer they are gathered. */
#include "ui/list_letters.h"

#include "base/file.h"
#include "base/paths.h"
#include "base/safe_name.h"
#include "ui/gather.h"
#include "ui/letter.h"
#include "ui/list_mail.h"
#include "ui/list_view.h"
#include "ui/mail_ask.h"
#include "ui/opener.h"
#include "ui/print.h"
#include "ui/prompt.h"
#include "ui/save_file.h"
#include "ui/thread.h"
#include "ui/thread_view.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_COUNTED 20000 /* rows that are looked through for a number */

struct taking {
	enum list_letters_what what;
	GPtrArray *threads; /* ids */
	GHashTable *only;   /* ids of their messages; NULL for all */
	char *name;	    /* of a file in a folder */
	char *arg;	    /* the command or the file; NULL: to be asked for */
	char *words;	    /* "3 messages" */
	GPtrArray *letters; /* struct gathered; NULL for not yet */
};

static void
taking_free(gpointer data)
{
	struct taking *t = data;
	g_clear_pointer(&t->letters, g_ptr_array_unref);
	g_clear_pointer(&t->threads, g_ptr_array_unref);
	g_clear_pointer(&t->only, g_hash_table_unref);
	g_free(t->words);
	g_free(t->name);
	g_free(t->arg);
	g_free(t);
}

/* to a command, into a file */

/* fd: at its start, closed here. t: used up. */
static void
give(struct app *app, int fd, struct taking *t)
{
	char *words = gather_words(t->letters->len);
	const struct gathered *first = t->letters->pdata[0];
	if (t->what == LIST_LETTERS_SAVE) {
		save_file_copy(app, fd, t->arg, words);
		close(fd);
	} else {
		opener_pipe(app, fd, t->letters->len == 1 && first->subject != NULL ? first->subject : words, t->arg);
	}
	g_free(words);
	taking_free(t);
}

static void
on_mbox(struct app *app, int fd, const GError *error, void *user)
{
	struct taking *t = user;
	if (fd >= 0) {
		give(app, fd, t);
		return;
	}
	app_error(app, "%s", error->message);
	taking_free(t);
}

static void
on_saved(struct app *app, int fd, const GError *error, void *user)
{
	struct taking *t = user;
	char *words = gather_words(t->letters->len);
	if (fd >= 0) {
		app_say(app, "%s saved as %s", words, t->arg);
		close(fd);
	} else {
		(void)g_unlink(t->arg); /* a part of them would be taken for all */
		app_error(app, "%s: not saved: %s", t->arg, error->message);
	}
	g_free(words);
	taking_free(t);
	app_write_ends(app);
}

/* However much it is, it is written once, and no key waits for it. */
static void
save_several(struct app *app, struct taking *t)
{
	int fd = file_open_new(t->arg);
	if (fd < 0) {
		save_file_say_not(app, t->arg);
		taking_free(t);
		return;
	}
	app_write_begins(app);
	gather_mbox(app, g_ptr_array_ref(t->letters), fd, on_saved, t);
	close(fd);
}

/* One message goes as it is. */
static void
take_one(struct app *app, struct taking *t)
{
	const struct gathered *g = t->letters->pdata[0];
	GError *error = NULL;
	struct letter *letter = letter_open(g->path, &error);
	int fd = letter != NULL ? fcntl(letter_fd(letter), F_DUPFD_CLOEXEC, 3) : -1;
	letter_unref(letter);
	if (fd >= 0) {
		give(app, fd, t);
		return;
	}
	app_error(app, "%s", error != NULL ? error->message : g_strerror(errno));
	g_clear_error(&error);
	taking_free(t);
}

static void
leave_only(GPtrArray *letters, GHashTable *wanted)
{
	for (guint i = letters->len; i > 0; i--) {
		const struct gathered *g = letters->pdata[i - 1];
		if (!g_hash_table_contains(wanted, g->id))
			g_ptr_array_remove_index(letters, i - 1);
	}
}

static void
on_gathered(struct app *app, GPtrArray *letters, void *user)
{
	struct taking *t = user;
	t->letters = letters;
	if (letters != NULL && t->only != NULL)
		leave_only(letters, t->only);
	if (letters == NULL || letters->len == 0) {
		if (letters != NULL)
			app_say(app, "there is no message here");
		taking_free(t);
	} else if (t->what == LIST_LETTERS_PRINT) {
		print_gathered(app, g_ptr_array_ref(letters));
		taking_free(t);
	} else if (letters->len == 1) {
		take_one(app, t);
	} else if (t->what == LIST_LETTERS_SAVE) {
		save_several(app, t);
	} else {
		gather_mbox(app, g_ptr_array_ref(letters), -1, on_mbox, t);
	}
}

static void
on_answer(struct app *app, const char *text, void *user)
{
	struct taking *t = user;
	if (text == NULL || *text == '\0') {
		taking_free(t);
		return;
	}
	char *arg = t->what == LIST_LETTERS_SAVE ? paths_target(text, t->name) : g_strdup(text);
	g_free(t->arg);
	t->arg = arg;
	gather_threads(app, t->threads, on_gathered, t);
}

static void
on_print_answer(struct app *app, char answer, void *user)
{
	struct taking *t = user;
	if (answer == 'y')
		gather_threads(app, t->threads, on_gathered, t);
	else
		taking_free(t);
}

/* questions: at once, so that what is typed behind the key goes there */

/* Messages of these threads; 0: it would take a while to know. subject_out: of the last one that is found. Owned. */
static guint
count(struct list_view *l, const GPtrArray *threads, char **subject_out)
{
	GHashTable *wanted = g_hash_table_new(g_str_hash, g_str_equal);
	struct row row;
	guint n = 0, left = threads->len;
	if (left == 1 && list_view_selected(l, &row) && g_str_equal(row.thread, threads->pdata[0])) {
		*subject_out = g_strdup(row.subject);
		g_hash_table_unref(wanted);
		return row.total;
	}
	for (guint i = 0; i < threads->len; i++)
		g_hash_table_add(wanted, threads->pdata[i]);
	for (guint i = 0; left > 0 && i < MAX_COUNTED && rows_get(list_view_rows(l), i, &row); i++) {
		if (!g_hash_table_contains(wanted, row.thread))
			continue;
		n += row.total;
		left--;
		g_free(*subject_out);
		*subject_out = g_strdup(row.subject);
	}
	g_hash_table_unref(wanted);
	return left == 0 ? n : 0;
}

static void
ask(struct app *app, struct taking *t)
{
	static const char *const before[] = {
	    [LIST_LETTERS_PIPE] = "Pipe ", [LIST_LETTERS_PRINT] = "Print ", [LIST_LETTERS_SAVE] = "Save "};
	static const char *const behind[] = {
	    [LIST_LETTERS_PIPE] = " to: ", [LIST_LETTERS_PRINT] = "? (y/n) ", [LIST_LETTERS_SAVE] = " as: "};
	char *label = g_strconcat(before[t->what], t->words, behind[t->what], NULL);
	if (t->what == LIST_LETTERS_PRINT)
		prompt_choose(app, label, "ny", on_print_answer, t, NULL);
	else if (t->what == LIST_LETTERS_SAVE)
		prompt_ask(app, PROMPT_PATH, label, t->name, on_answer, t, NULL);
	else
		prompt_ask(app, PROMPT_TEXT, label, NULL, on_answer, t, NULL);
	g_free(label);
}

static void
begin(struct app *app, struct taking *t, guint n, const char *subject, const char *arg)
{
	t->name = safe_name_of_subject(subject, "messages", n == 1 ? "eml" : "mbox");
	if (arg != NULL)
		on_answer(app, arg, t);
	else if (t->what == LIST_LETTERS_PRINT && n == 1)
		gather_threads(app, t->threads, on_gathered, t);
	else
		ask(app, t);
}

static void
take(struct app *app, enum list_letters_what what, const char *arg)
{
	struct mail_target *target = list_mail_target(app);
	char *subject = NULL;
	if (target == NULL)
		return;
	struct taking *t = g_new0(struct taking, 1);
	guint n = count(list_view_of(app), target->threads, &subject);
	t->what = what;
	t->threads = g_ptr_array_ref(target->threads);
	t->words = n > 0 ? gather_words(n) : g_strdup_printf("the messages of %u thread%s", target->threads->len,
						 target->threads->len == 1 ? "" : "s");
	mail_ask_give_up(app, target); /* nothing is done to them: they stay marked */
	mail_target_free(target);
	begin(app, t, n, subject, arg);
	g_free(subject);
}

bool
list_letters_of_marked(struct app *app, enum list_letters_what what, const char *arg)
{
	GArray *marked = thread_view_marked(app, true);
	struct thread *thread;
	guint at;
	if (marked == NULL || !thread_view_selected(app, &thread, &at)) {
		g_clear_pointer(&marked, g_array_unref);
		return false;
	}
	struct taking *t = g_new0(struct taking, 1);
	char *subject = NULL;
	t->what = what;
	t->threads = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(t->threads, g_strdup(thread_id(thread)));
	t->only = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < marked->len; i++) {
		const struct message *m = thread_message(thread, g_array_index(marked, guint, i));
		if (m->path == NULL)
			continue;
		g_hash_table_add(t->only, g_strdup(m->id)); /* where it lies is asked for last: it may be moving */
		if (subject == NULL)
			subject = g_strdup(m->subject);
	}
	g_array_unref(marked);
	guint n = g_hash_table_size(t->only);
	t->words = gather_words(n);
	begin(app, t, n, subject, arg);
	g_free(subject);
	return true;
}

void
act_list_pipe(struct app *app, const char *arg)
{
	take(app, LIST_LETTERS_PIPE, arg);
}

void
act_list_print(struct app *app, const char *arg)
{
	take(app, LIST_LETTERS_PRINT, arg);
}

void
act_list_save(struct app *app, const char *arg)
{
	take(app, LIST_LETTERS_SAVE, arg);
}
