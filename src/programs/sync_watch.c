/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting by poll on everything at once. Time is the monotonic clock's; that the machine was
 * suspended shows by the boot clock having gone further. */
#include "programs/sync_watch.h"

#include "base/error.h"
#include "base/log.h"
#include "store/maildir.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SLICE_MS     10000 /* the clocks are compared as often */
#define FAR_S	     (365 * 24 * 3600)
#define SETTLE_MS    400   /* other programs rename many files in a row */
#define SUSPENDED_US (5 * G_USEC_PER_SEC)
#define END_MS	     8000 /* a peer that does not answer in this time is gone */
#define LONGEST_S    (25 * 60) /* RFC 2177: IDLE is to be renewed within 29 minutes */
#define POLL_S	     120       /* without IDLE the server is asked as often */

struct sync_watch {
	char *root, *account;
	int fd;
	int clock; /* readable when the clock was set, as it is after a suspend; -1: not to be had */
	GHashTable *paths; /* folders that are watched */
	bool is_dirty;	   /* another program has changed something */
};

/* A timer that never ends, but is cancelled when the clock is set (timerfd_create(2)). */
static void
wait_for_clock(struct sync_watch *w)
{
	struct itimerspec never = {.it_value.tv_sec = (time_t)(g_get_real_time() / G_USEC_PER_SEC) + FAR_S};
	guint64 count;

	if (w->clock < 0)
		return;
	(void)!read(w->clock, &count, sizeof(count)); /* ECANCELED is what it is for */
	if (timerfd_settime(w->clock, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) != 0) {
		close(w->clock);
		w->clock = -1;
	}
}

struct sync_watch *
sync_watch_new(const char *root, const char *account)
{
	struct sync_watch *w = g_new0(struct sync_watch, 1);

	w->root = g_strdup(root);
	w->account = g_strdup(account);
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	w->clock = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	wait_for_clock(w);
	w->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return w;
}

void
sync_watch_free(struct sync_watch *w)
{
	if (w == NULL)
		return;
	if (w->fd >= 0)
		close(w->fd);
	if (w->clock >= 0)
		close(w->clock);
	g_hash_table_unref(w->paths);
	g_free(w->account);
	g_free(w->root);
	g_free(w);
}

static void
watch_path(struct sync_watch *w, const char *folder, const char *sub)
{
	char *path = g_build_filename(folder, sub, NULL);

	if (!g_hash_table_contains(w->paths, path) &&
	    inotify_add_watch(w->fd, path,
		IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_CREATE | IN_ONLYDIR) >= 0)
		g_hash_table_add(w->paths, g_strdup(path));
	g_free(path);
}

static void
watch_folders(struct sync_watch *w)
{
	GPtrArray *names = maildir_list(w->root, w->account);

	for (guint i = 0; w->fd >= 0 && i < names->len; i++) {
		char *path =
		    maildir_path(w->root, w->account, g_ptr_array_index(names, i), NULL);
		if (path != NULL) {
			watch_path(w, path, "cur");
			watch_path(w, path, "new");
		}
		g_free(path);
	}
	g_ptr_array_unref(names);
}

/* Take what inotify has; names that the sink has touched are no news. */
static void
take_events(struct sync_watch *w, const struct sync_sink *sink)
{
	union {
		char bytes[16384];
		struct inotify_event align;
	} buf;
	ssize_t n;

	while (w->fd >= 0 && (n = read(w->fd, buf.bytes, sizeof(buf.bytes))) > 0)
		for (const char *p = buf.bytes; p < buf.bytes + n;) {
			const struct inotify_event *ev = (const void *)p;
			char *base = ev->len > 0 ? maildir_base(ev->name) : NULL;

			if (base == NULL) /* an overflow, or a folder that has gone */
				w->is_dirty = w->is_dirty || (ev->mask & IN_IGNORED) == 0;
			else if (sink == NULL || !sync_sink_has_touched(sink, base))
				w->is_dirty = true;
			g_free(base);
			p += sizeof(*ev) + ev->len;
		}
}

void
sync_watch_settle(struct sync_watch *w, const struct sync_sink *sink)
{
	w->is_dirty = false;
	take_events(w, sink);
	watch_folders(w);
}

/* Microseconds by which the boot clock is ahead of the monotonic one: the time spent asleep. */
static gint64
time_asleep(void)
{
	struct timespec boot, mono;

	if (clock_gettime(CLOCK_BOOTTIME, &boot) != 0 ||
	    clock_gettime(CLOCK_MONOTONIC, &mono) != 0)
		return 0;
	return ((gint64)boot.tv_sec - mono.tv_sec) * G_USEC_PER_SEC +
	       (boot.tv_nsec - mono.tv_nsec) / 1000;
}

/* What has happened, if anything; *is_over_out false when nothing has. */
static enum sync_wake
look(struct sync_watch *w, struct imap *imap, struct helper_request *r, bool *is_over_out,
    GError **error)
{
	bool is_woken = false;

	*is_over_out = true;
	if (helper_is_cancelled(r))
		return SYNC_WAKE_REQUEST;
	if (!imap_wait_look(imap, &is_woken, error))
		return SYNC_WAKE_LOST;
	if (is_woken)
		return SYNC_WAKE_SERVER;
	take_events(w, NULL);
	if (w->is_dirty)
		return SYNC_WAKE_FILES;
	*is_over_out = false;
	return SYNC_WAKE_CLOCK;
}

static enum sync_wake
wait_until(struct sync_watch *w, struct imap *imap, struct helper_request *r, gint64 end,
    GError **error)
{
	gint64 asleep = time_asleep();
	enum sync_wake why;
	bool is_over;

	for (;;) {
		gint64 left = (end - g_get_monotonic_time() + 999) / 1000;
		struct pollfd fds[] = {{.fd = imap_fd(imap), .events = POLLIN},
		    {.fd = helper_request_poll_fd(r), .events = POLLIN},
		    {.fd = w->fd, .events = POLLIN}, {.fd = w->clock, .events = POLLIN}};

		why = look(w, imap, r, &is_over, error);
		if (is_over)
			return why;
		if (time_asleep() - asleep > SUSPENDED_US)
			return SYNC_WAKE_RESUME;
		if (left <= 0)
			return SYNC_WAKE_CLOCK;
		(void)poll(fds, G_N_ELEMENTS(fds), (int)MIN(left, SLICE_MS)); /* looked at anew */
		if (fds[3].revents != 0)
			wait_for_clock(w);
	}
}

/* Other programs rename many files in a row: a moment of quiet is awaited. */
static void
await_quiet(struct sync_watch *w)
{
	struct pollfd p = {.fd = w->fd, .events = POLLIN};

	for (int i = 0; i < 10 && poll(&p, 1, SETTLE_MS) > 0; i++)
		take_events(w, NULL);
}

enum sync_wake
sync_watch_wait(struct sync_watch *w, struct imap *imap, struct helper_request *r,
    const struct imap_wait_known *known, gint64 interval_s, GError **error)
{
	static const char *const names[] = {
	    [IMAP_WAIT_NOTIFY] = "notify", [IMAP_WAIT_IDLE] = "idle", [IMAP_WAIT_NONE] = "poll"};
	gint64 most = interval_s > 0 ? MIN(interval_s, LONGEST_S) : LONGEST_S;
	enum sync_wake why = SYNC_WAKE_SERVER;
	enum imap_wait how;
	bool is_woken;

	if (!imap_wait_begin(imap, known, &how, &is_woken, error))
		return SYNC_WAKE_LOST;
	helper_event(r, "waiting", json_pack("{s:s}", "how", names[how]));
	if (how == IMAP_WAIT_NONE)
		most = MIN(most, POLL_S);
	if (!is_woken)
		why = wait_until(w, imap, r,
		    g_get_monotonic_time() + most * G_USEC_PER_SEC, error);
	if (why == SYNC_WAKE_FILES)
		await_quiet(w);
	log_debug("sync", "account=%s woken=%d", w->account, (int)why);
	if (why == SYNC_WAKE_LOST || !imap_wait_end(imap, END_MS, error))
		return SYNC_WAKE_LOST;
	return why;
}
