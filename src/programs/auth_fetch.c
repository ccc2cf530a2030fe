/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_fetch.c - see auth_fetch.h; and the operation that fetches one image that the user asked for. The host
 * learns the address that is asked for, this machine's, and that it is Penfold: no cookie, no referer, no
 * language, nothing of the message or its reader. */
#include "programs/auth_fetch.h"

#include "auth/domain.h"
#include "base/file.h"
#include "base/limits.h"

#include <string.h>

enum { REDIRECTS_MAX = 3, QUERIES = 12, SECONDS = 10 };

/* The host's addresses by our own resolver, so that what was asked and what is connected to are the
 * same. NULL-terminated, owned; NULL when there are none. */
static GPtrArray *
addresses_of(const struct auth_errand *errand, const char *url)
{
	const char *host = strstr(url, "://") == NULL ? url : strstr(url, "://") + 3;
	char *ascii = domain_ascii(host, (long)strcspn(host, ":/?#"));
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	static const enum dns_type types[] = {DNS_AAAA, DNS_A};

	for (size_t i = 0; ascii != NULL && i < G_N_ELEMENTS(types); i++) {
		const struct dns_answer *answer = dns_ask(errand->dns, ascii, types[i]);
		for (guint k = 0; k < answer->strings->len; k++)
			g_ptr_array_add(all, g_strdup(g_ptr_array_index(answer->strings, k)));
	}
	g_free(ascii);
	if (all->len == 0)
		g_clear_pointer(&all, g_ptr_array_unref);
	else
		g_ptr_array_add(all, NULL);
	return all;
}

/* One hop. */
static bool
ask_once(const struct auth_errand *errand, const char *url, struct https_response *out, GError **error)
{
	GPtrArray *addresses = addresses_of(errand, url);
	char *ca_file = rc_path_value(errand->program->rc, "tls", NULL, "ca-file");
	/* with authorities of the user's own no stranger's host can answer, here or anywhere */
	const struct https_request request = {.url = url, .ca_file = ca_file, .proxy = rc_proxy(errand->program->rc, NULL),
	    .accept = errand->accept,
	    .may_be_local = ca_file != NULL, .max_bytes = errand->max_bytes,
	    .may_be_clear = errand->may_be_clear,
	    .addresses = addresses == NULL ? NULL : (const char *const *)addresses->pdata};
	bool is_ok = false;

	if (addresses == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY, "%s: the host's address cannot be found", url);
	else
		is_ok = https_fetch(&request, out, error);
	g_clear_pointer(&addresses, g_ptr_array_unref);
	g_free(ca_file);
	return is_ok;
}

bool
auth_fetch(const struct auth_errand *errand, const char *url, struct https_response *out, GError **error)
{
	char *at = g_strdup(url);
	bool is_ok = false, is_redirect = true;

	for (unsigned i = 0; is_redirect && i <= REDIRECTS_MAX; i++) {
		is_ok = ask_once(errand, at, out, error);
		is_redirect = is_ok && out->status / 100 == 3 && out->location != NULL;
		if (!is_redirect)
			break;
		g_free(at);
		at = g_strdup(out->location);
		https_response_clear(out);
	}
	if (is_redirect) {
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT, "%s leads on and on", url);
		is_ok = false;
	}
	g_free(at);
	return is_ok;
}

/* What came is a picture, or said to be one. */
static bool
check_image(const struct https_response *response, GError **error)
{
	if (response->status != 200)
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE, "the server answers %d", response->status);
	else if (response->type == NULL || !g_str_has_prefix(response->type, "image/"))
		g_set_error_literal(error, PF_ERROR, PF_ERROR_DATA, "what the server has there is no picture");
	else
		return true;
	return false;
}

static bool
fetch_image(struct auth_program *program, const char *url, int fd, gsize *size_out, GError **error)
{
	if (url == NULL || !g_str_has_prefix(url, "https://") || strlen(url) > LIMIT_URL || fd < 0) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_USAGE, "an https address and a descriptor are wanted");
		return false;
	}
	if (!auth_open_dns(program, error))
		return false;
	struct dns_session *session = dns_session_new(program->dns);
	dns_session_allow(session, QUERIES, SECONDS);
	const struct auth_errand errand = {.program = program, .dns = session, .max_bytes = LIMIT_IMAGE_BYTES,
	    .accept = "image/png, image/jpeg, image/gif, image/webp"};
	struct https_response response;
	bool is_ok = auth_fetch(&errand, url, &response, error);
	if (is_ok) {
		const void *bytes = g_bytes_get_data(response.body, size_out);
		is_ok = check_image(&response, error) && file_write_all(fd, bytes, *size_out, error);
		https_response_clear(&response);
	}
	dns_session_free(session);
	return is_ok;
}

void
auth_op_image(struct helper_request *r, void *state)
{
	GError *error = NULL;
	gsize size = 0;

	if (fetch_image(state, jsonl_string(helper_args(r), "url"), helper_request_fd(r, 0), &size, &error))
		helper_done(r, json_pack("{s:I}", "size", (json_int_t)size));
	else
		helper_fail(r, error);
}
