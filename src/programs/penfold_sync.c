/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold-sync: fetches the mail of one account by IMAP or POP3. `penfold-sync ACCOUNT` runs
 * once and prints events as JSON lines; with --serve it answers the ops `sync` and `watch` as
 * a helper. */
#include "base/helper.h"
#include "base/log.h"
#include "net/credential.h"
#include "programs/sync_log.h"
#include "programs/sync_pop3.h"
#include "programs/sync_watch.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOCK_WAIT_S 30 /* another Penfold is at work on the account */

struct program {
	struct rc *rc;
	const struct rc_account *account;
	struct helper_request *request; /* being served; NULL: none, or by hand */
	struct sync_watch *watch;	/* NULL: does not stay */
	struct imap *imap;		/* kept between the runs of a watch */
	struct imap_wait_known inbox;	/* as the last run left it */
	struct account_log *log;
	struct secret *given; /* a password that came with the request; NULL: the rc's */
};

/* One run and where its events go. */
struct run {
	struct helper_request *request; /* NULL: by hand, to stdout */
	const char *account;
	const char *const *folders; /* NULL: as the rc says */
	enum sync_answer answer;
	struct account_log *log;
	const json_t *bodies; /* paths of placeholders to be fetched whole; NULL: none */
	bool is_retry;	      /* what the server refused is offered again */
};

static void
print_object(json_t *obj)
{
	char *line = json_dumps(obj, JSON_COMPACT);

	(void)puts(line);
	(void)fflush(stdout); /* a reader that has gone away shows by SIGPIPE's EPIPE:
				 nothing to do */
	free(line);
	json_decref(obj);
}

static void
on_event(void *user, const char *event, json_t *obj)
{
	struct run *run = user;

	json_object_set_new(obj, "account", json_string(run->account));
	if (run->log != NULL)
		sync_log_event(run->log, event, obj);
	if (run->request != NULL) {
		helper_event(run->request, event, obj);
		return;
	}
	json_object_set_new(obj, "event", json_string(event));
	print_object(obj);
}

static bool
is_cancelled(void *user)
{
	const struct program *p = user;

	return p->request != NULL && helper_is_cancelled(p->request);
}

/* One conversation with the server, and what it took. */
struct talk {
	struct imap *imap;
	struct pop3 *pop3;
	guint64 received, turns;
	bool is_reused; /* of an earlier run */
	guint waiting; /* to be deleted there as soon as they are indexed */
};

static bool
open_session(struct program *p, struct talk *talk, struct sync_sink *sink, GError **error)
{
	const struct rc_account *a = p->account;
	GError *why = NULL;
	struct secret *secret = p->given != NULL ? secret_copy(p->given)
						 : credential_secret(p->rc, a->name, &why);
	struct session_opts opts;
	struct credential c;
	char *foreseen = sync_sink_foreseen(sink);

	account_log_hide(p->log, secret, (a->imap != NULL ? a->imap : a->pop3)->user);
	credential_init(&c, p->rc, a->name);
	opts = credential_session(&c, a->name, a->imap != NULL ? a->imap : a->pop3, secret);
	opts.is_cancelled = is_cancelled;
	opts.user = p;
	opts.foreseen = foreseen;
	if (why == NULL && a->imap != NULL)
		talk->imap = imap_open(&opts, &why);
	else if (why == NULL)
		talk->pop3 = pop3_open(&opts, &why);
	credential_fini(&c);
	g_free(foreseen);
	secret_free(secret);
	if (why == NULL)
		return true;
	if (g_error_matches(why, PF_ERROR, PF_ERROR_AUTH))
		credential_refused(p->rc, a->name);
	g_propagate_error(error, why);
	return false;
}

/* What came back by the first run goes up by the second. */
static bool
run_session(struct imap *imap, struct sync_sink *sink, GError **error)
{
	bool is_again = true;

	for (unsigned i = 0; is_again && i < 3; i++)
		if (!imap_sync_run(imap, sync_sink_table(sink), error) ||
		    !sync_sink_finish(sink, &is_again, error))
			return false;
	return true;
}

static bool
converse(struct talk *talk, struct sync_sink *sink, GError **error)
{
	guint64 received = 0, turns = 0;
	bool is_good;

	if (talk->imap != NULL) {
		imap_counters(talk->imap, &received, &turns);
		/* a log-in belongs to the run that it was made for */
		if (!talk->is_reused)
			received = turns = 0;
		is_good = run_session(talk->imap, sink, error);
		imap_counters(talk->imap, &talk->received, &talk->turns);
	} else {
		is_good = sync_pop3_run(sink, talk->pop3, &talk->waiting, error);
		pop3_counters(talk->pop3, &talk->received, &talk->turns);
	}
	talk->received -= received;
	talk->turns -= turns;
	return is_good;
}

/* The session of a watch stays. */
static void
end_talk(struct program *p, struct talk *talk, bool is_good)
{
	if (is_good && p->watch != NULL)
		p->imap = g_steal_pointer(&talk->imap);
	imap_free(talk->imap);
	pop3_free(talk->pop3);
	talk->imap = NULL;
	talk->pop3 = NULL;
}

static void
remember_server(const struct talk *talk, struct sync_sink *sink)
{
	char *offered;

	if (talk->imap == NULL)
		return;
	offered = imap_is_stuck(talk->imap) ? NULL : imap_capabilities(talk->imap);
	sync_sink_set_foreseen(sink, offered);
	g_free(offered);
}

/* A session that was kept may have died unnoticed: then a new one takes its place. */
static bool
talk(struct program *p, struct talk *talk, struct sync_sink *sink, GError **error)
{
	GError *why = NULL;
	bool is_good;

	if (p->imap != NULL) {
		*talk = (struct talk){.imap = g_steal_pointer(&p->imap), .is_reused = true};
		is_good = converse(talk, sink, &why);
		end_talk(p, talk, is_good);
		if (is_good || !g_error_matches(why, PF_ERROR, PF_ERROR_TEMPORARY)) {
			if (why != NULL)
				g_propagate_error(error, why);
			return is_good;
		}
		g_clear_error(&why);
		*talk = (struct talk){0};
	}
	is_good = open_session(p, talk, sink, &why) && converse(talk, sink, &why);
	if (talk->imap != NULL && !is_good && imap_is_stuck(talk->imap) &&
	    g_error_matches(why, PF_ERROR, PF_ERROR_TIMEOUT)) {
		sync_sink_set_foreseen(sink, NULL);
		end_talk(p, talk, false);
		g_clear_error(&why);
		is_good = open_session(p, talk, sink, &why) && converse(talk, sink, &why);
	}
	remember_server(talk, sink);
	end_talk(p, talk, is_good);
	if (why != NULL)
		g_propagate_error(error, why);
	return is_good;
}

static json_t *
done_object(const struct sync_counts *c, const struct talk *talk, gint64 started)
{
	double seconds = (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC;
	json_t *obj = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f}", "new",
	    (json_int_t)c->new_messages, "flags", (json_int_t)c->flags, "deleted",
	    (json_int_t)c->deleted, "pushed", (json_int_t)c->pushed, "bytes",
	    (json_int_t)c->bytes, "received", (json_int_t)talk->received, "round_trips",
	    (json_int_t)talk->turns, "seconds", seconds);

	if (talk->waiting > 0)
		json_object_set_new(obj, "waiting", json_integer(talk->waiting));
	return obj;
}

/* Waits while another Penfold has the account. */
static struct sync_sink *
open_sink(struct program *p, struct run *run, GError **error)
{
	gint64 end = g_get_monotonic_time() + LOCK_WAIT_S * G_USEC_PER_SEC;

	for (;;) {
		GError *why = NULL;
		struct sync_sink *sink =
		    sync_sink_new(p->rc, p->account, run->folders, on_event, run, &why);

		if (sink != NULL)
			return sink;
		if (!g_error_matches(why, PF_ERROR, PF_ERROR_TEMPORARY) ||
		    g_get_monotonic_time() > end || is_cancelled(p)) {
			g_propagate_error(error, why);
			return NULL;
		}
		g_error_free(why);
		(void)poll(NULL, 0, 100);
	}
}

static bool
want_bodies(struct sync_sink *sink, struct run *run, GError **error)
{
	bool is_good = true;

	for (size_t i = 0; is_good && i < json_array_size(run->bodies); i++) {
		const char *path = json_string_value(json_array_get(run->bodies, i));
		is_good = path == NULL || sync_sink_want(sink, path, error);
	}
	run->bodies = NULL;
	return is_good;
}

/* The result object, or NULL with error. */
static json_t *
sync_once(struct program *p, struct run *run, GError **error)
{
	gint64 started = g_get_monotonic_time();
	struct talk t = {0};
	struct sync_sink *sink;
	json_t *done = NULL;

	if (p->account->is_local) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
		    "account \"%s\" is local: its mail comes by `penfold deliver`",
		    p->account->name);
		return NULL;
	}
	sink = open_sink(p, run, error);
	if (sink == NULL)
		return NULL;
	sync_sink_answer(sink, run->answer);
	sync_sink_retry(sink, run->is_retry);
	if (!want_bodies(sink, run, error)) {
		sync_sink_free(sink);
		return NULL;
	}
	on_event(run, "started", json_object());
	if (talk(p, &t, sink, error))
		done = done_object(sync_sink_counts(sink), &t, started);
	sync_log_end(p->log, done, *error);
	if (p->watch != NULL) {
		sync_watch_settle(p->watch, sink);
		sync_sink_inbox(sink, &p->inbox);
	}
	sync_sink_free(sink);
	return done;
}

/* The request's "folders" as a NULL-terminated array of borrowed strings; NULL when
 * absent. Owned. */
static const char **
asked_folders(const json_t *args)
{
	const json_t *list = json_object_get(args, "folders");
	GPtrArray *names;

	if (!json_is_array(list))
		return NULL;
	names = g_ptr_array_new();
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_is_string(json_array_get(list, i)))
			g_ptr_array_add(names, (gpointer)(guintptr)json_string_value(json_array_get(list, i)));
	g_ptr_array_add(names, NULL);
	return (const char **)g_ptr_array_free(names, FALSE);
}

/* answer: "yes", "no", "retry", NULL. r is NULL by hand. */
static struct run
run_of(struct program *p, struct helper_request *r, const char *const *folders, const char *answer)
{
	return (struct run){.request = r,
	    .account = p->account->name,
	    .folders = folders,
	    .answer = sync_answer_of(answer),
	    .log = p->log,
	    .bodies = r != NULL ? json_object_get(helper_args(r), "bodies") : NULL,
	    .is_retry = g_strcmp0(answer, "retry") == 0};
}

/* A password that a person gave comes along behind a descriptor. */
static void
begin_request(struct program *p, struct helper_request *r)
{
	p->request = r;
	if (helper_request_fd(r, 0) >= 0)
		p->given = secret_of_fd(helper_request_fd(r, 0), NULL);
}

static void
end_request(struct program *p)
{
	p->request = NULL;
	g_clear_pointer(&p->given, secret_free);
}

static void
op_sync(struct helper_request *r, void *state)
{
	struct program *p = state;
	const char **folders = asked_folders(helper_args(r));
	struct run run = run_of(p, r, folders, jsonl_string(helper_args(r), "answer"));
	GError *error = NULL;
	json_t *done;

	begin_request(p, r);
	done = sync_once(p, &run, &error);
	end_request(p);
	g_free(folders);
	if (done != NULL)
		helper_done(r, done);
	else
		helper_fail(r, error);
}

/* Runs, and waits for the next, until it is cancelled or a run fails. Cancelled while it waits it
 * keeps the connection for the next request. A connection that is lost while waiting is only told when no new one can be had. */
static bool
watch(struct program *p, struct run *run, GError **error)
{
	gint64 interval = rc_int(p->rc, "sync", NULL, "interval");
	enum sync_wake why;
	GError *lost = NULL;

	do {
		json_t *done = sync_once(p, run, error);

		if (done == NULL)
			return false;
		run->answer = SYNC_ANSWER_ASK;
		run->is_retry = false;
		on_event(run, "synced", done);
		why = sync_watch_wait(
		    p->watch, p->imap, run->request, &p->inbox, interval, &lost);
		if (why == SYNC_WAKE_LOST) {
			log_info("sync", "account=%s lost=%s", p->account->name, lost->message);
			g_clear_error(&lost);
			g_clear_pointer(&p->imap, imap_free);
		}
	} while (why != SYNC_WAKE_REQUEST && !is_cancelled(p));
	return true;
}

static void
op_watch(struct helper_request *r, void *state)
{
	struct program *p = state;
	struct run run = run_of(p, r, NULL, jsonl_string(helper_args(r), "answer"));
	GError *error = NULL;
	char *root;
	bool is_good;

	if (p->account->imap == NULL) {
		helper_fail(r, g_error_new(PF_ERROR, PF_ERROR_USAGE,
				   "account \"%s\" has no IMAP server to wait for",
				   p->account->name));
		return;
	}
	if (p->watch == NULL) {
		root = rc_mail_root(p->rc);
		p->watch = sync_watch_new(root, p->account->name);
		g_free(root);
	}
	begin_request(p, r);
	is_good = watch(p, &run, &error);
	end_request(p);
	if (is_good)
		helper_done(r, NULL);
	else
		helper_fail(r, error);
}

static int
run_by_hand(struct program *p, const char *answer)
{
	struct run run = run_of(p, NULL, NULL, answer);
	GError *error = NULL;
	json_t *done = sync_once(p, &run, &error);

	if (done != NULL) {
		on_event(&run, "done", done);
		return 0;
	}
	on_event(&run, "error",
	    json_pack("{s:s, s:o}", "code", pf_error_name(error->code), "message",
		jsonl_text(error->message, -1)));
	return program_fail(error);
}

static int
usage(void)
{
	(void)fputs(
	    "usage: penfold-sync [--rc FILE] [-o section.key=value] [--serve | --yes | --no | --retry] "
	    "ACCOUNT\n",
	    stderr);
	return 64;
}

static int
run(struct program *p, const char *account, const char *how)
{
	static const struct helper_op ops[] = {
	    {"sync", op_sync}, {"watch", op_watch}, {NULL, NULL}};

	p->account = rc_account(p->rc, account);
	if (p->account == NULL) {
		(void)fprintf(stderr, "penfold-sync: %s: there is no account \"%s\"\n",
		    rc_path(p->rc), account);
		return 78;
	}
	p->log = account_log_new(p->rc, account);
	if (g_strcmp0(how, "--serve") == 0)
		return helper_serve(ops, p);
	return run_by_hand(p, how != NULL ? how + 2 : NULL);
}

int
main(int argc, char **argv)
{
	static const char *const ways[] = {"--serve", "--yes", "--no", "--retry", NULL};
	struct program_options opts;
	struct program p = {0};
	const char *how = NULL;
	char **arg;
	int code;

	program_options(argc, argv, &opts);
	arg = opts.rest;
	if (*arg != NULL && g_strv_contains(ways, *arg))
		how = *arg++;
	arg += *arg != NULL && strcmp(*arg, "--") == 0;
	if (arg[0] == NULL || arg[1] != NULL || arg[0][0] == '-') {
		code = usage();
	} else {
		p.rc = program_rc(&opts);
		code = run(&p, arg[0], how);
		imap_free(p.imap);
		sync_watch_free(p.watch);
		account_log_free(p.log);
		rc_free(p.rc);
	}
	program_options_free(&opts);
	return code;
}
