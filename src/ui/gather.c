/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gather.c - one thread after the other is asked for; then one message after the other is copied, in slices, so
 * that no key waits for a large one. */
#include "ui/gather.h"

#include "base/error.h"
#include "base/file.h"
#include "base/mbox.h"
#include "ui/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLICE_USEC 8000

static void
gathered_free(gpointer data)
{
	struct gathered *g = data;
	g_free(g->id);
	g_free(g->path);
	g_free(g->subject);
	g_free(g->address);
	g_free(g->thread);
	g_free(g);
}

static struct gathered *
gathered_of(const struct message *m)
{
	struct gathered *out = g_new0(struct gathered, 1);
	*out = (struct gathered){.id = g_strdup(m->id), .path = g_strdup(m->path), .subject = g_strdup(m->subject),
	    .address = g_strdup(m->from_address), .date = m->date};
	return out;
}

char *
gather_words(guint n)
{
	return n == 1 ? g_strdup("the message") : g_strdup_printf("%u messages", n);
}

/* threads */

struct gathering {
	struct app *app;
	GPtrArray *threads; /* of ids */
	guint at, n_told;   /* threads that have answered: each counts once */
	struct thread *thread;
	GPtrArray *letters;
	char *error; /* why a thread could not be read: then nothing is given, rather than less */
	gather_fn fn;
	void *user;
};

static void
next_thread(struct gathering *g);

/* Equal times keep the order of the thread: sorting is stable. */
static int
compare(gconstpointer a, gconstpointer b)
{
	const struct gathered *x = *(const struct gathered *const *)a, *y = *(const struct gathered *const *)b;
	return x->date < y->date ? -1 : x->date > y->date;
}

static void
end_threads(struct gathering *g)
{
	bool is_too_much = g->letters->len > GATHER_MAX;
	GPtrArray *letters = g->letters;
	g_ptr_array_sort(letters, compare);
	if (g->error != NULL)
		app_error(g->app, "%s", g->error);
	else if (is_too_much)
		app_error(g->app, "more than %u messages: penfold export writes as many as there are", GATHER_MAX);
	if (g->error != NULL || is_too_much)
		g_ptr_array_unref(g_steal_pointer(&letters));
	g->fn(g->app, letters, g->user);
	g_ptr_array_unref(g->threads);
	g_free(g->error);
	g_free(g);
}

static void
add_thread(struct gathering *g)
{
	for (guint i = 0; i < thread_count(g->thread) && g->letters->len <= GATHER_MAX; i++) {
		const struct message *m = thread_message(g->thread, i);
		if (m->path == NULL)
			continue;
		struct gathered *letter = gathered_of(m);
		letter->thread = g_strdup(g->threads->pdata[g->at]);
		g_ptr_array_add(g->letters, letter);
	}
}

static gboolean
on_idle_thread(gpointer data)
{
	struct gathering *g = data;
	thread_forget(g->thread, g);
	g_clear_pointer(&g->thread, thread_unref);
	next_thread(g);
	return G_SOURCE_REMOVE;
}

static void
on_thread(struct thread *t, void *user)
{
	struct gathering *g = user;
	if (!thread_is_loaded(t) || g->n_told > g->at)
		return;
	g->n_told = g->at + 1;
	if (thread_error(t) != NULL && g->error == NULL)
		g->error = g_strdup(thread_error(t));
	add_thread(g);
	g->at++;
	g_idle_add(on_idle_thread, g);
}

static void
next_thread(struct gathering *g)
{
	if (g->at >= g->threads->len || g->letters->len > GATHER_MAX || g->error != NULL) {
		end_threads(g);
		return;
	}
	g->thread = thread_read(g->app, g->threads->pdata[g->at]);
	thread_listen(g->thread, on_thread, g);
}

void
gather_threads(struct app *app, const GPtrArray *threads, gather_fn fn, void *user)
{
	struct gathering *g = g_new0(struct gathering, 1);
	g->app = app;
	g->threads = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < threads->len; i++)
		g_ptr_array_add(g->threads, g_strdup(threads->pdata[i]));
	g->letters = g_ptr_array_new_with_free_func(gathered_free);
	g->fn = fn;
	g->user = user;
	app_say(app, "one moment");
	next_thread(g);
}

/* an mbox */

struct making {
	struct app *app;
	GPtrArray *letters; /* struct gathered */
	guint at;
	FILE *in, *out; /* in: the message `at`, NULL for not yet */
	char *line;
	size_t room;
	bool has_end; /* the last line ended with a line feed */
	GError *error; /* why there is no `out` */
	gather_mbox_fn fn;
	void *user;
};

static void
set_errno(GError **error, const char *what)
{
	g_set_error(error, PF_ERROR, errno == ENOENT ? PF_ERROR_NOT_FOUND : PF_ERROR_IO, "%s: %s", what, g_strerror(errno));
}

static bool
begin_message(struct making *m, GError **error)
{
	const struct gathered *g = m->letters->pdata[m->at];
	int fd = file_open_regular(g->path, false);
	m->in = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (m->in == NULL) {
		set_errno(error, g->path);
		if (fd >= 0)
			close(fd);
		return false;
	}
	char *line = mbox_from_line(g->address, g->date);
	(void)fputs(line, m->out);
	g_free(line);
	m->has_end = true;
	return true;
}

/* Until the time is over: true; or the last message is written. */
static bool
slice(struct making *m, gint64 until, GError **error)
{
	while (m->at < m->letters->len && g_get_monotonic_time() < until) {
		ssize_t len;
		if (m->in == NULL && !begin_message(m, error))
			return false;
		len = getline(&m->line, &m->room, m->in);
		if (len >= 0) {
			mbox_put_line(m->out, m->line, (size_t)len);
			m->has_end = len > 0 && m->line[len - 1] == '\n';
			continue;
		}
		bool failed = ferror(m->in) || ferror(m->out);
		if (failed)
			set_errno(error, "the messages could not be put together");
		mbox_put_end(m->out, m->has_end);
		(void)fclose(g_steal_pointer(&m->in));
		m->at++;
		if (failed)
			return false;
	}
	return m->at < m->letters->len;
}

static void
end_mbox(struct making *m, GError *error)
{
	int fd = -1;
	if (error == NULL &&
	    (fflush(m->out) != 0 || (fd = fcntl(fileno(m->out), F_DUPFD_CLOEXEC, 3)) < 0 || lseek(fd, 0, SEEK_SET) < 0))
		set_errno(&error, "the messages could not be put together");
	if (error != NULL && fd >= 0) {
		close(fd);
		fd = -1;
	}
	m->fn(m->app, fd, error, m->user);
	g_clear_error(&error);
	if (m->in != NULL)
		(void)fclose(m->in);
	if (m->out != NULL)
		(void)fclose(m->out);
	free(m->line);
	g_ptr_array_unref(m->letters);
	g_free(m);
}

static gboolean
on_idle_mbox(gpointer data)
{
	struct making *m = data;
	GError *error = NULL;
	if (slice(m, g_get_monotonic_time() + SLICE_USEC, &error))
		return G_SOURCE_CONTINUE;
	end_mbox(m, error);
	return G_SOURCE_REMOVE;
}

static gboolean
on_no_file(gpointer data)
{
	struct making *m = data;
	end_mbox(m, g_steal_pointer(&m->error));
	return G_SOURCE_REMOVE;
}

void
gather_mbox(struct app *app, GPtrArray *letters, int to, gather_mbox_fn fn, void *user)
{
	struct making *m = g_new0(struct making, 1);
	int fd = to >= 0 ? fcntl(to, F_DUPFD_CLOEXEC, 3) : file_unnamed(&m->error);
	m->app = app;
	m->letters = letters;
	m->fn = fn;
	m->user = user;
	m->out = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (m->out == NULL && m->error == NULL)
		set_errno(&m->error, "no room to put the messages together");
	g_idle_add(m->out != NULL ? on_idle_mbox : on_no_file, m);
}
