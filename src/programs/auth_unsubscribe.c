/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_unsubscribe.c - leaving a list with one click: the offer is read from the message, the request is one
 * POST, without cookies or redirects (RFC 8058 section 3.2). */
#include "programs/auth_program.h"

#include "auth/unsubscribe.h"
#include "base/safe_text.h"
#include "lookup/https.h"
#include "programs/auth_input.h"
#include "programs/auth_judge.h"

#include <string.h>

static char *
host_of(const char *url)
{
	char *host = NULL;

	if (url != NULL)
		(void)g_uri_split_network(url, G_URI_FLAGS_NONE, NULL, &host, NULL, NULL);
	return host;
}

static json_t *
offer_json(const struct unsubscribe *offer)
{
	json_t *out = json_object();
	char *host = host_of(offer->url);

	json_object_set_new(out, "one_click", json_boolean(offer->url != NULL));
	json_object_set_new(out, "url", safe_json(offer->url));
	json_object_set_new(out, "host", safe_json(host));
	json_object_set_new(out, "mailto", safe_json(offer->mailto));
	json_object_set_new(out, "domain", safe_json(offer->domain));
	json_object_set_new(out, "reason", safe_json(offer->reason));
	g_free(host);
	return out;
}

/* The one request. The server's answer to `out`. */
static bool
say_so(const struct auth_program *program, const struct unsubscribe *offer, json_t *out, GError **error)
{
	char *ca_file = rc_path_value(program->rc, "tls", NULL, "ca-file");
	const struct https_request request = {.url = offer->url, .post = UNSUBSCRIBE_BODY,
	    .ca_file = ca_file, .proxy = rc_proxy(program->rc, NULL), .may_be_local = ca_file != NULL};
	struct https_response response = {0};
	bool is_ok = https_fetch(&request, &response, error);

	if (is_ok) {
		json_object_set_new(out, "status", json_integer(response.status));
		json_object_set_new(out, "done", json_boolean(response.status / 100 == 2));
		https_response_clear(&response);
	}
	g_free(ca_file);
	return is_ok;
}

/* The verdict of the request, else one made now. New reference; NULL and error. */
static json_t *
verdict_for(struct helper_request *r, struct auth_program *program, int fd, GError **error)
{
	json_t *given = json_object_get(helper_args(r), "verdict");
	struct auth_order order = {.now = auth_current_time(),
	    .account = jsonl_string(helper_args(r), "account")};

	return json_is_object(given) ? json_incref(given) : auth_judge_fd(program, fd, &order, error);
}

void
auth_op_unsubscribe(struct helper_request *r, void *state)
{
	struct auth_program *program = state;
	GError *error = NULL;
	int fd = helper_request_input(r, &error);
	json_t *verdict = fd < 0 ? NULL : verdict_for(r, program, fd, &error);
	struct auth_input input;

	if (verdict == NULL) {
		helper_fail(r, error);
		return;
	}
	if (auth_input_init(&input, fd, &error)) {
		struct unsubscribe offer;
		unsubscribe_init(&offer, input.bytes, input.len, verdict);
		json_t *out = offer_json(&offer);
		if (jsonl_bool(helper_args(r), "post", false) && offer.url != NULL)
			(void)say_so(program, &offer, out, &error); /* told below */
		if (error == NULL)
			helper_done(r, json_pack("{s:o}", "offer", out));
		else
			json_decref(out);
		unsubscribe_fini(&offer);
	}
	auth_input_fini(&input);
	json_decref(verdict);
	if (error != NULL)
		helper_fail(r, error);
}
