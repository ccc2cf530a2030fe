/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_bimi.c - logos as operations: of a domain, of a drawing, of a mark certificate. */
#include "programs/auth_logos.h"

#include "auth/domain.h"
#include "auth/svg.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/safe_text.h"

#include <string.h>
#include <unistd.h>

enum { QUERIES = 40, SECONDS = 20 };

/* All of a small file. */
static GBytes *
read_small(struct helper_request *request, size_t max, GError **error)
{
	int fd = helper_request_input(request, error);
	GByteArray *all;
	guint8 chunk[8192];
	ssize_t n = -1;

	if (fd < 0)
		return NULL;
	all = g_byte_array_new();
	while (all->len <= max && (n = read(fd, chunk, sizeof chunk)) > 0)
		g_byte_array_append(all, chunk, (guint)n);
	GBytes *bytes = g_byte_array_free_to_bytes(all);
	if (n == 0)
		return bytes;
	g_set_error(error, PF_ERROR, n < 0 ? PF_ERROR_IO : PF_ERROR_LIMIT,
	    n < 0 ? "the file cannot be read" : "the file is larger than %zu bytes", max);
	g_bytes_unref(bytes);
	return NULL;
}

/* ---- a drawing */

static json_t *
findings_json(const GPtrArray *findings)
{
	json_t *out = json_array();

	for (guint i = 0; i < findings->len; i++) {
		const struct svg_finding *one = g_ptr_array_index(findings, i);
		char *safe = safe_line(one->text);
		json_array_append_new(out,
		    json_pack("{s:s, s:s, s:i, s:s}", "code", one->code, "level",
			one->is_error ? "error" : "warn", "line", one->line, "text", safe));
		g_free(safe);
	}
	return out;
}

void
auth_op_svg(struct helper_request *r, void *state)
{
	GError *error = NULL;
	GBytes *bytes = read_small(r, LIMIT_MARK_BYTES, &error);
	GBytes *plain = bytes == NULL ? NULL : svg_unpack(bytes, &error);
	json_t *answer = NULL;

	(void)state;
	if (plain != NULL) {
		GPtrArray *findings = svg_check(plain);
		char *hash = bimi_hash(plain);
		answer = json_pack("{s:s, s:o, s:I, s:s}", "result",
		    svg_is_fit(findings) ? "pass" : "fail", "findings", findings_json(findings), "size",
		    (json_int_t)g_bytes_get_size(plain), "sha256", hash);
		g_free(hash);
		g_ptr_array_unref(findings);
	} else if (bytes != NULL) {
		/* too large or not unpackable is what is wrong with the drawing, not with the question */
		answer = json_pack("{s:s, s:[{s:s, s:s, s:i, s:s}]}", "result", "fail", "findings", "code",
		    "size", "level", "error", "line", 1, "text", error->message);
		g_clear_error(&error);
	}
	g_clear_pointer(&plain, g_bytes_unref);
	g_clear_pointer(&bytes, g_bytes_unref);
	if (answer != NULL)
		helper_done(r, answer);
	else
		helper_fail(r, error);
}

/* ---- a mark certificate */

static bool
wish_init(struct mark_wish *wish, const json_t *args, char **domain_out, GError **error)
{
	const char *domain = jsonl_string(args, "domain");
	const char *selector = jsonl_string(args, "selector");

	*domain_out = domain == NULL ? NULL : domain_ascii(domain, -1);
	*wish = (struct mark_wish){.domain = *domain_out, .selector = selector};
	if (!auth_request_time(args, &wish->now, error))
		return false;
	if (*domain_out == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "\"%s\" is no domain name",
		    domain == NULL ? "" : domain);
	else if (selector != NULL && !bimi_is_selector(selector))
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "\"%s\" is no selector", selector);
	else
		return true;
	return false;
}

void
auth_op_mark(struct helper_request *r, void *state)
{
	struct auth_program *program = state;
	const json_t *args = helper_args(r);
	GError *error = NULL;
	struct mark_wish wish;
	char *domain = NULL;
	struct mark_roots *roots = NULL;
	GBytes *pem = NULL;

	if (wish_init(&wish, args, &domain, &error))
		roots = logos_roots(program, jsonl_string(args, "roots"), &error);
	if (roots != NULL)
		pem = read_small(r, 4 * LIMIT_MARK_BYTES, &error);
	if (pem != NULL) {
		struct mark *mark = mark_new(pem, roots, &wish);
		helper_done(r, bimi_mark_json(mark));
		mark_free(mark);
	} else {
		helper_fail(r, error);
	}
	g_clear_pointer(&pem, g_bytes_unref);
	mark_roots_free(roots);
	g_free(domain);
}

/* ---- a domain */

void
auth_op_bimi(struct helper_request *r, void *state)
{
	struct auth_program *program = state;
	const json_t *args = helper_args(r);
	struct mark_wish wish;
	char *domain = NULL;
	GError *error = NULL;

	if (!wish_init(&wish, args, &domain, &error) || !auth_open_dns(program, &error)) {
		g_free(domain);
		helper_fail(r, error);
		return;
	}
	struct dns_session *session = dns_session_new(program->dns);
	dns_session_allow(session, QUERIES, SECONDS);
	struct bimi *bimi =
	    bimi_of_domain(domain, wish.selector, jsonl_string(args, "local_part"), session);
	(void)logos_complete(program, bimi, session, wish.now,
	    jsonl_bool(args, "fetch", false) ? LOGOS_RENEW : LOGOS_KEPT);
	json_t *answer = bimi_json(bimi);
	const GPtrArray *log = dns_session_log(session);
	json_t *queries = json_array();
	for (guint i = 0; i < log->len; i++)
		json_array_append_new(queries, json_string(g_ptr_array_index(log, i)));
	json_object_set_new(answer, "queries", queries);
	helper_done(r, answer);
	bimi_free(bimi);
	dns_session_free(session);
	g_free(domain);
}

json_t *
auth_bimi_of_message(struct auth_program *program, const struct verdict *verdict, bool may_fetch)
{
	bool is_allowed = g_strcmp0(rc_string(program->rc, "bimi", NULL, "fetch"), "arrival") == 0;
	struct bimi *bimi = bimi_of_message(verdict);
	bool is_wanted = logos_complete(program, bimi, verdict->session, verdict->evaluated,
	    is_allowed && may_fetch ? LOGOS_ASK : LOGOS_KEPT);
	json_t *out = bimi_json(bimi);

	json_object_set_new(out, "wanted", json_boolean(is_allowed && is_wanted));
	bimi_free(bimi);
	return out;
}
