/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operation of penfold-auth: a pile of messages at once. What costs time is the DNS, and a judgement is a
 * function of the bytes and its answers. So every message of the pile is judged without waiting, which begins
 * its questions; those that were short of an answer are judged again when answers have come in, until none is.
 * Hundreds of questions are then under way together, with no thread of ours. One name that nobody answers for must
 * not hold up the rest: when the caller's patience ends, what is short of an answer is named as late, and the
 * caller asks for it again, behind all others and with all the patience that there is. */
#include "programs/auth_input.h"
#include "programs/auth_judge.h"

#include "base/file.h"

#include <unistd.h>

enum { BATCH_MAX = 256, WAIT_MS = 50, PATIENCE_MS = 20000, LATE_MS = 200, PROBE_MS = 3000 };

struct job {
	struct auth_input input;
	struct auth_order order;
	const char *sha256; /* of the request */
	bool is_open, is_settled;
};

struct batch {
	struct helper_request *request;
	struct auth_program *program;
	struct job *jobs;
	size_t n_jobs, n_left;
	gint64 deadline;
	bool is_hasty; /* what is late is left to the caller */
	bool was_asked, was_answered;
};

static bool
job_open(struct job *job, const json_t *message, const struct auth_program *program, gint64 now)
{
	const char *path = jsonl_string(message, "path");
	int fd = path != NULL ? file_open_regular(path, true) : -1;

	job->sha256 = jsonl_string(message, "sha256");
	job->order = (struct auth_order){ .account = jsonl_string(message, "account"),
		.now = now,
		.is_submitted = jsonl_bool(message, "submitted", false),
		.is_impatient = true,
		.kept = json_object_get(message, "kept") };
	/* a folder of the store need not belong to an account; then no server is trusted */
	if (job->order.account != NULL && rc_account(program->rc, job->order.account) == NULL)
		job->order.account = NULL;
	if (fd < 0 || job->sha256 == NULL)
		return false; /* moved meanwhile: it is named again under its new path */
	job->is_open = auth_input_init(&job->input, fd, NULL);
	if (!job->is_open)
		auth_input_fini(&job->input);
	(void)close(fd); /* read only */
	return job->is_open;
}

static void
settle(struct batch *batch, struct job *job)
{
	job->is_settled = true;
	if (job->is_open)
		auth_input_fini(&job->input);
	job->is_open = false;
	batch->n_left--;
}

/* Judge; false when the message has to be judged again. */
static bool
try_job(struct batch *batch, struct job *job)
{
	struct auth_weather weather = { .is_short = false };
	json_t *verdict = auth_judge_bytes(batch->program, job->input.bytes, job->input.len, &job->order,
	    &weather, NULL);

	batch->was_asked = batch->was_asked || weather.was_asked;
	batch->was_answered = batch->was_answered || weather.was_answered;
	if (verdict == NULL && weather.is_short)
		return false;
	if (verdict != NULL)
		helper_event(batch->request, "judged",
		    json_pack("{s:s, s:o}", "sha256", job->sha256, "verdict", verdict));
	settle(batch, job);
	return true;
}

/* Patience has ended for this one, by the caller's choice. */
static void
leave(struct batch *batch, struct job *job)
{
	helper_event(batch->request, "late", json_pack("{s:s}", "sha256", job->sha256));
	settle(batch, job);
}

static void
run(struct batch *batch)
{
	while (batch->n_left > 0 && !helper_is_cancelled(batch->request)) {
		bool is_late = g_get_monotonic_time() > batch->deadline;

		for (size_t i = 0; i < batch->n_jobs; i++) {
			struct job *job = &batch->jobs[i];

			if (job->is_settled)
				continue;
			/* what has no answer by now is asked for once more, and then told as it is */
			job->order.is_impatient = !is_late;
			job->order.hurry_ms = is_late ? LATE_MS : 0;
			if (is_late && batch->is_hasty)
				leave(batch, job);
			else
				(void)try_job(batch, job); /* settled, or its turn comes again */
		}
		if (batch->n_left > 0)
			dns_wait(batch->program->dns, WAIT_MS);
	}
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
	const json_t *messages = json_object_get(helper_args(r), "messages");
	struct batch batch = { .request = r, .program = state };
	GError *error = NULL;
	gint64 now, patience_ms;

	if (!auth_request_time(helper_args(r), &now, &error) || !auth_open_dns(state, &error)) {
		helper_fail(r, error);
		return;
	}
	batch.n_jobs = batch.n_left = MIN(json_array_size(messages), BATCH_MAX);
	batch.jobs = g_new0(struct job, batch.n_jobs);
	patience_ms = CLAMP(jsonl_int(helper_args(r), "patience_ms", PATIENCE_MS), 0, PATIENCE_MS);
	batch.is_hasty = patience_ms < PATIENCE_MS;
	batch.deadline = g_get_monotonic_time() + patience_ms * 1000;
	for (size_t i = 0; i < batch.n_jobs; i++)
		if (!job_open(&batch.jobs[i], json_array_get(messages, i), state, now))
			settle(&batch, &batch.jobs[i]);
	run(&batch);
	for (size_t i = 0; i < batch.n_jobs; i++)
		if (batch.jobs[i].is_open)
			auth_input_fini(&batch.jobs[i].input);
	g_free(batch.jobs);
	helper_done(r, json_pack("{s:b}", "is_deaf", is_deaf(&batch)));
}
