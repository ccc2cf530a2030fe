/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_logos.c - what BIMI records lead to. Each URL is asked at most once a day, and once an hour where it fails;
 * the hosts are named by strangers, so that asking is off unless the user wants it, and guarded. */
#include "programs/auth_logos.h"

#include "auth/svg.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/paths.h"
#include "programs/auth_fetch.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FRESH_SECONDS = 24 * 3600, FAILED_SECONDS = 3600, CRL_MAX_BYTES = 1 << 20 };

/* One file to get. */
struct errand {
	struct auth_program *program;
	struct dns_session *dns;
	enum logos_fetch fetch;
	size_t max_bytes;
	bool may_be_clear; /* http: for revocation lists, which are signed */
	bool *is_wanted;   /* something was not asked for that might be */
};

/* What came of it. */
struct finding {
	GBytes *bytes; /* NULL: nothing */
	bool is_known; /* asked now, or a kept answer; else nobody was asked */
	bool is_temporary;
	char *problem;
};

static void
finding_fini(struct finding *finding)
{
	g_clear_pointer(&finding->bytes, g_bytes_unref);
	g_clear_pointer(&finding->problem, g_free);
}

static char *
kept_path(const struct auth_program *program, const char *name, const char *suffix)
{
	char *state = rc_state_dir(program->rc);
	char *file = g_strconcat(name, suffix, NULL);
	char *path = g_build_filename(state, "bimi", file, NULL);

	g_free(file);
	g_free(state);
	return path;
}

static char *
url_path(const struct auth_program *program, const char *url)
{
	char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, url, -1);
	char *path = kept_path(program, hash, ".got");

	g_free(hash);
	return path;
}

static void
keep(const char *path, GBytes *bytes)
{
	char *folder = g_path_get_dirname(path);
	size_t len = 0;
	const void *data = bytes == NULL ? "" : g_bytes_get_data(bytes, &len);

	/* a cache: what cannot be kept is asked for again */
	if (file_make_dir(folder, NULL))
		(void)file_write_durable(path, data, len, 0600, NULL);
	g_free(folder);
}

/* A mark beside the kept answers: the server failed, and is left alone for a while. */
static char *
failed_path(const struct auth_program *program, const char *url)
{
	char *path = url_path(program, url), *out = g_strconcat(path, ".failed", NULL);

	g_free(path);
	return out;
}

static bool
is_younger(const char *path, gint64 seconds)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_mtime + seconds >= auth_current_time();
}

/* It failed not long ago: that is all that is known, and nobody is asked. */
static bool
has_failed(const struct errand *errand, const char *url, struct finding *out)
{
	char *path = failed_path(errand->program, url);
	bool has = errand->fetch != LOGOS_RENEW && is_younger(path, FAILED_SECONDS);

	if (has && errand->fetch == LOGOS_ASK)
		*out = (struct finding){.is_known = true, .is_temporary = true,
		    .problem = g_strdup("the server did not answer when it was asked last; it is asked again in an hour")};
	g_free(path);
	return has;
}

/* A kept answer that is fresh. An empty file: the server had nothing. */
static bool
find_kept(const char *path, enum logos_fetch fetch, size_t max_bytes, struct finding *out)
{
	if (fetch == LOGOS_RENEW || (fetch == LOGOS_ASK && !is_younger(path, FRESH_SECONDS)))
		return false;
	out->bytes = file_read(path, max_bytes, NULL);
	out->is_known = out->bytes != NULL;
	if (out->bytes != NULL && g_bytes_get_size(out->bytes) == 0) {
		g_clear_pointer(&out->bytes, g_bytes_unref);
		out->problem = g_strdup("the server had no such file when it was asked last");
	}
	return out->is_known;
}

static void
take_response(const char *url, const struct https_response *response, struct finding *out)
{
	if (response->status == 200) {
		out->bytes = g_bytes_ref(response->body);
		return;
	}
	out->is_temporary = response->status >= 500;
	out->problem = g_strdup_printf("%s answers %d", url, response->status);
}

/* Without asking anybody: what is kept, or that it failed. False: one has to ask. */
static bool
is_settled(const struct errand *errand, const char *url, const char *path, struct finding *out)
{
	if (find_kept(path, errand->fetch, errand->max_bytes, out)) {
		*errand->is_wanted = *errand->is_wanted || !is_younger(path, FRESH_SECONDS);
		return true;
	}
	if (has_failed(errand, url, out))
		return true;
	*errand->is_wanted = true;
	return errand->fetch == LOGOS_KEPT;
}

static void
note_failure(const struct errand *errand, const char *url, bool has_failed_now)
{
	char *path = failed_path(errand->program, url);

	if (has_failed_now)
		keep(path, NULL);
	else
		(void)unlink(path); /* mostly there is none */
	g_free(path);
}

static void
get(const struct errand *errand, const char *url, struct finding *out)
{
	const struct auth_errand wish = {.program = errand->program, .dns = errand->dns,
	    .max_bytes = errand->max_bytes, .may_be_clear = errand->may_be_clear};
	char *path = url_path(errand->program, url);
	struct https_response response;
	GError *error = NULL;

	*out = (struct finding){0};
	if (is_settled(errand, url, path, out)) {
		g_free(path);
		return;
	}
	out->is_known = true;
	if (auth_fetch(&wish, url, &response, &error)) {
		take_response(url, &response, out);
		https_response_clear(&response);
	} else {
		out->is_temporary = error->code != PF_ERROR_LIMIT && error->code != PF_ERROR_UNAVAILABLE;
		out->problem = g_strdup(error->message);
		g_error_free(error);
	}
	if (!out->is_temporary)
		keep(path, out->bytes);
	note_failure(errand, url, out->is_temporary);
	g_free(path);
}

struct mark_roots *
logos_roots(const struct auth_program *program, const char *path, GError **error)
{
	char *set = path != NULL ? g_strdup(path) : rc_path_value(program->rc, "bimi", NULL, "roots");
	char *own = set == NULL ? paths_data("mark-roots.pem") : NULL;
	struct mark_roots *roots = mark_roots_open(set != NULL ? set : own, set == NULL, error);
	char *logs = rc_path_value(program->rc, "bimi", NULL, "logs");

	if (logs == NULL)
		logs = paths_data("mark-logs.conf");
	if (roots != NULL && !mark_roots_logs(roots, logs, error))
		g_clear_pointer(&roots, mark_roots_free);
	g_free(logs);
	g_free(set);
	g_free(own);
	return roots;
}

/* Is it still what its authority stands by? An unreachable list counts as silence unless the user wants
 * to know for sure. */
static void
check_revocation(const struct errand *errand, struct bimi *bimi, struct mark *mark, gint64 now)
{
	const char *url = g_ptr_array_index(mark->crls, 0);
	struct errand own = *errand;
	struct finding got;
	gint64 until = 0;
	GError *error = NULL;
	bool is_needed =
	    g_strcmp0(rc_string(errand->program->rc, "bimi", NULL, "revocation"), "hard") == 0;

	own.may_be_clear = true;
	own.max_bytes = CRL_MAX_BYTES;
	get(&own, url, &got);
	bool is_checked = got.bytes != NULL && mark_revoke(mark, got.bytes, now, &until, &error);
	bimi_add_mark(bimi, mark);
	if (!is_checked && is_needed)
		bimi_set_missing(bimi, true, error != NULL ? error->message
					     : got.problem != NULL ? got.problem
								   : "the revocation list was not asked for");
	g_clear_error(&error);
	finding_fini(&got);
}

static void
complete_mark(const struct errand *errand, struct bimi *bimi, gint64 now)
{
	const struct mark_wish wish = {.domain = bimi->place.domain, .selector = bimi->place.selector, .now = now};
	struct finding got;
	GError *error = NULL;
	struct mark_roots *roots = logos_roots(errand->program, NULL, &error);

	if (roots == NULL) {
		bimi_set_missing(bimi, true, error->message);
		g_error_free(error);
		return;
	}
	get(errand, bimi->place.record->authority, &got);
	if (got.bytes != NULL) {
		struct mark *mark = mark_new(got.bytes, roots, &wish);
		if (mark->is_valid)
			check_revocation(errand, bimi, mark, now);
		else
			bimi_add_mark(bimi, mark);
	} else if (got.is_known) {
		bimi_set_missing(bimi, got.is_temporary, got.problem);
	}
	finding_fini(&got);
	mark_roots_free(roots);
}

static void
complete_drawing(const struct errand *errand, struct bimi *bimi)
{
	struct finding got;
	GError *error = NULL;

	get(errand, bimi->place.record->location, &got);
	GBytes *drawing = got.bytes == NULL ? NULL : svg_unpack(got.bytes, &error);
	if (drawing != NULL)
		bimi_add_drawing(bimi, drawing);
	else if (got.is_known)
		bimi_set_missing(bimi, got.is_temporary, error != NULL ? error->message : got.problem);
	g_clear_error(&error);
	g_clear_pointer(&drawing, g_bytes_unref);
	finding_fini(&got);
}

static void
keep_logo(struct auth_program *program, const struct bimi *bimi)
{
	char *hash = bimi_hash(bimi->logo);
	char *path = kept_path(program, hash, ".svg");

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		keep(path, bimi->logo);
	g_free(path);
	g_free(hash);
}

bool
logos_complete(struct auth_program *program, struct bimi *bimi, struct dns_session *dns, gint64 now,
    enum logos_fetch fetch)
{
	bool is_wanted = false;
	const struct errand errand = {.program = program, .dns = dns, .fetch = fetch,
	    .max_bytes = LIMIT_MARK_BYTES, .is_wanted = &is_wanted};
	const struct bimi_record *record = bimi->place.record;

	if (bimi->result == BIMI_PASS && bimi->logo == NULL && record != NULL) {
		if (record->authority != NULL)
			complete_mark(&errand, bimi, now);
		else if (!rc_bool(program->rc, "bimi", NULL, "require-mark") && record->location != NULL)
			complete_drawing(&errand, bimi);
	}
	if (bimi->result == BIMI_PASS && bimi->logo != NULL)
		keep_logo(program, bimi);
	return fetch == LOGOS_KEPT && is_wanted;
}
