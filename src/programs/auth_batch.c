/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operation of penfold-auth: a pile of messages at once. What costs time is the DNS, and a judgement is a
 * function of the bytes and its answers. So a message is judged without waiting, which begins its questions, and
 * judged again when what it was short of has come in. A window of messages is open at a time, and where one is
 * done the next is opened: hundreds of questions are under way together all the while, with no thread of ours.
 * The caller adds to the pile while it is worked on, so that the window never runs empty between two piles.
 * One name that nobody answers for must not hold up the rest: when the caller's patience with a message ends, it
 * is named as late, and the caller asks for it again, behind all others and with all the patience that there is. */
#include "programs/auth_again.h"
#include "programs/auth_input.h"
#include "programs/auth_judge.h"

#include "base/file.h"

#include <poll.h>
#include <unistd.h>

enum {
	BATCH_MAX = 4096,
	WINDOW = 256,
	WAIT_MS = 50,
	LISTEN_MS = 5, /* while there is room for more */
	PATIENCE_MS = 20000,
	LATE_MS = 50,
	PROBE_MS = 3000,
};

struct job {
	json_t *message; /* of the request; owned */
	struct auth_input input;
	struct auth_order order; /* borrows of it */
	char *sha256;		 /* of the request, or of the bytes where it does not know it */
	bool is_named_by_path;
	char **missing;	    /* questions that it waits for; NULL before the first try */
	size_t n_there;	    /* of these, answered by now */
	gint64 deadline;    /* monotonic microseconds: the end of patience */
	bool is_open;
};

struct batch {
	struct helper_request *request;
	struct auth_program *program;
	GQueue pile; /* json_t: messages that wait to be opened */
	gint64 now, patience_us;
	struct job window[WINDOW];
	size_t n_open;
	bool is_hasty; /* what is late is left to the caller */
	bool is_growing; /* the caller has not said yet that this is all */
	bool is_as_text; /* verdicts are told as text behind the line */
	bool was_asked, was_answered, is_ending; /* no more are opened */
};

/* Open the next message of the pile, whose reference it takes; false when its file is gone. */
static bool
job_open(struct batch *batch, struct job *job, json_t *message)
{
	const char *path = jsonl_string(message, "path");
	int fd = path != NULL ? file_open_regular(path, true) : -1;

	*job = (struct job){ .message = message,
		.sha256 = g_strdup(jsonl_string(message, "sha256")),
		.is_named_by_path = jsonl_string(message, "sha256") == NULL,
		.deadline = g_get_monotonic_time() + batch->patience_us,
		.order = { .account = jsonl_string(message, "account"),
		    .now = batch->now,
		    .is_submitted = jsonl_bool(message, "submitted", false),
		    .is_impatient = true,
		    .kept = json_object_get(message, "kept") } };
	/* a folder of the store need not belong to an account; then no server is trusted */
	if (job->order.account != NULL && rc_account(batch->program->rc, job->order.account) == NULL)
		job->order.account = NULL;
	if (fd >= 0) {
		job->is_open = auth_input_init(&job->input, fd, NULL);
		(void)close(fd); /* read only */
		if (!job->is_open)
			auth_input_fini(&job->input);
	}
	if (job->is_open && job->is_named_by_path)
		job->sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)job->input.bytes,
		    job->input.len);
	return job->is_open;
}

/* Tell of it by the name that the request has for it. obj is stolen. */
static void
tell(struct batch *batch, const struct job *job, const char *event, json_t *obj)
{
	if (job->is_named_by_path)
		json_object_set(obj, "path", json_object_get(job->message, "path"));
	if (job->sha256 != NULL)
		json_object_set_new(obj, "sha256", json_string(job->sha256));
	helper_event(batch->request, event, obj);
}

static void
job_clear(struct job *job)
{
	g_clear_pointer(&job->message, json_decref);
	g_clear_pointer(&job->sha256, g_free);
}

static void
settle(struct batch *batch, struct job *job)
{
	auth_input_fini(&job->input);
	g_strfreev(job->missing);
	job->missing = NULL;
	job_clear(job);
	job->is_open = false;
	batch->n_open--;
}

/* Judge, and tell unless the message has to be judged again. */
static void
try_job(struct batch *batch, struct job *job)
{
	struct auth_weather weather = { .is_short = false };
	json_t *verdict = auth_judge_bytes(batch->program, job->input.bytes, job->input.len, &job->order,
	    &weather, NULL);

	batch->was_asked = batch->was_asked || weather.was_asked;
	batch->was_answered = batch->was_answered || weather.was_answered;
	if (verdict == NULL && weather.is_short) {
		g_strfreev(job->missing);
		job->missing = weather.missing;
		job->n_there = 0;
		return;
	}
	g_strfreev(weather.missing);
	if (verdict != NULL) {
		auth_again_note(batch->program->again, job->sha256, verdict, batch->program->contacts);
		tell(batch, job, "judged",
		    batch->is_as_text ? auth_judged(verdict) : json_pack("{s:O}", "verdict", verdict));
	}
	json_decref(verdict);
	settle(batch, job);
}

/* Has all come in that the last try was short of? */
static bool
is_ready(const struct batch *batch, struct job *job)
{
	while (job->missing != NULL && job->missing[job->n_there] != NULL) {
		if (!dns_is_ready(batch->program->dns, job->missing[job->n_there]))
			return false;
		job->n_there++;
	}
	return true;
}

/* One more step with an open message. */
static void
step(struct batch *batch, struct job *job)
{
	bool is_late = g_get_monotonic_time() > job->deadline;

	if (is_late && batch->is_hasty) {
		/* patience has ended for this one, by the caller's choice */
		tell(batch, job, "late", json_object());
		settle(batch, job);
	} else if (is_late || is_ready(batch, job)) {
		/* what has no answer by now is asked for once more, and then told as it is */
		job->order.is_impatient = !is_late;
		job->order.hurry_ms = is_late ? LATE_MS : 0;
		try_job(batch, job);
	}
	/* where nobody answers, the rest of the pile would only wait for the same */
	if (is_late && batch->was_asked && !batch->was_answered)
		batch->is_ending = true;
}

/* Open messages until the window is full; each begins its questions. */
static void
fill(struct batch *batch)
{
	for (size_t i = 0; i < WINDOW && !g_queue_is_empty(&batch->pile) && !batch->is_ending; i++) {
		struct job *job = &batch->window[i];

		while (!job->is_open && !g_queue_is_empty(&batch->pile)) {
			if (job_open(batch, job, g_queue_pop_head(&batch->pile))) {
				batch->n_open++;
				try_job(batch, job);
			} else {
				/* moved meanwhile: it is named again under its new path */
				tell(batch, job, "gone", json_object());
				job_clear(job);
			}
		}
	}
}

static void
add(struct batch *batch, const json_t *messages)
{
	json_t *message;
	size_t i;

	json_array_foreach(messages, i, message)
		if (g_queue_get_length(&batch->pile) < BATCH_MAX)
			g_queue_push_tail(&batch->pile, json_incref(message));
}

/* What the caller has added meanwhile. */
static void
listen_for_more(struct batch *batch)
{
	json_t *more;

	while (batch->is_growing && (more = helper_more(batch->request)) != NULL) {
		add(batch, json_object_get(more, "messages"));
		batch->is_growing = !jsonl_bool(more, "last", false);
		json_decref(more);
	}
}

/* For an answer of the DNS, or, where no question is open, for a word of the caller. */
static void
wait_for_news(struct batch *batch)
{
	struct pollfd fd = { .fd = helper_request_poll_fd(batch->request), .events = POLLIN };

	if (batch->n_open > 0)
		dns_wait(batch->program->dns, batch->n_open < WINDOW && batch->is_growing ? LISTEN_MS : WAIT_MS);
	else if (fd.fd >= 0)
		(void)poll(&fd, 1, WAIT_MS);
	else
		batch->is_growing = false;
}

static void
run(struct batch *batch)
{
	helper_hold(batch->request);
	fill(batch);
	while (batch->n_open > 0 || (batch->is_growing && !batch->is_ending)) {
		if (helper_is_cancelled(batch->request))
			batch->is_ending = true; /* what is open is finished: its answers are on their way */
		helper_release(batch->request);
		wait_for_news(batch);
		helper_hold(batch->request);
		for (size_t i = 0; i < WINDOW; i++)
			if (batch->window[i].is_open)
				step(batch, &batch->window[i]);
		listen_for_more(batch);
		fill(batch);
	}
	helper_release(batch->request);
}

/* Nothing was answered: is it the names, or is there no resolver? The root answers where there is one. */
static bool
is_deaf(const struct batch *batch)
{
	struct dns_session *session;
	bool is_silent;

	if (!batch->was_asked || batch->was_answered)
		return false;
	session = dns_session_new(batch->program->dns);
	dns_session_hurry(session, PROBE_MS);
	is_silent = dns_is_temporary(dns_ask(session, ".", DNS_TXT)->status);
	dns_session_free(session);
	return is_silent;
}

void
auth_op_judge_batch(struct helper_request *r, void *state)
{
	struct batch *batch;
	GError *error = NULL;
	gint64 now, patience_ms;

	if (!auth_request_time(helper_args(r), &now, &error) || !auth_open_dns(state, &error)) {
		helper_fail(r, error);
		return;
	}
	patience_ms = CLAMP(jsonl_int(helper_args(r), "patience_ms", PATIENCE_MS), 0, PATIENCE_MS);
	batch = g_new0(struct batch, 1);
	batch->request = r;
	batch->program = state;
	g_queue_init(&batch->pile);
	add(batch, json_object_get(helper_args(r), "messages"));
	batch->is_growing = jsonl_bool(helper_args(r), "growing", false);
	batch->is_as_text = jsonl_bool(helper_args(r), "as_text", false);
	batch->now = now;
	batch->patience_us = patience_ms * 1000;
	batch->is_hasty = patience_ms < PATIENCE_MS;
	run(batch);
	helper_done(r, json_pack("{s:b}", "is_deaf", is_deaf(batch)));
	for (json_t *left; (left = g_queue_pop_head(&batch->pile)) != NULL;)
		json_decref(left);
	g_free(batch);
}
