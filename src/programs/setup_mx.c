/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The op mx-certificates: what the mail hosts of a domain show on port 25, as one who sends to them is shown it. Nothing
 * is handed in: EHLO, STARTTLS, QUIT. */
#include "programs/setup_program.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/rc.h"
#include "base/safe_text.h"
#include "net/smtp.h"

#include <string.h>

#define MAX_HOSTS 10
#define MAX_TLSA  64
#define MX_PORT	  25

struct mx_look {
	struct helper_request *r;
	const struct rc *rc;
	const char *domain;
	char *ca_file;
	guint16 port;
	json_t *checks;
};

/* The strings of an array, NULL-terminated; borrowed from it. Owned. */
static GPtrArray *
strings_of(const json_t *array, guint max)
{
	GPtrArray *out = g_ptr_array_new();
	const json_t *one;
	size_t i;

	json_array_foreach(array, i, one)
		if (json_is_string(one) && out->len < max)
			g_ptr_array_add(out, (gpointer)(guintptr)json_string_value(one));
	g_ptr_array_add(out, NULL);
	return out;
}

/* text is stolen, utf8. */
static void
add_check(struct mx_look *l, const char *result, char *text, const char *fix)
{
	json_array_append_new(l->checks, json_pack("{s:s, s:s, s:n, s:o, s:s?}", "name", "certificate", "result", result,
	    "record", "text", safe_json(text), "fix", fix));
	g_free(text);
}

/* What is wrong, without the server's label before it and what a sender is told behind it. Owned. */
static char *
reason_of(const GError *error)
{
	const char *colon = strstr(error->message, ": ");
	char *text = g_strdup(colon == NULL ? error->message : colon + 2), *end = strstr(text, "; nothing was sent");

	if (end != NULL)
		*end = '\0';
	return text;
}

static void
tell_failure(struct mx_look *l, const char *host, bool has_tlsa, const GError *error)
{
	char *reason = reason_of(error);

	if (!g_error_matches(error, PF_ERROR, PF_ERROR_TLS))
		add_check(l, "unknown", g_strdup_printf("%s was not looked at: %s", host, error->message), NULL);
	else if (strstr(reason, "no STARTTLS") != NULL)
		add_check(l, has_tlsa ? "fail" : "warn", g_strdup_printf("%s offers no STARTTLS", host),
		    "offer it, with a certificate: who heeds DANE or MTA-STS does not deliver there, all others in clear");
	else if (has_tlsa)
		add_check(l, "fail", g_strdup_printf("what %s shows fits none of its TLSA records: %s", host, reason),
		    "publish the digest of the key that the host uses, beside the old one, before it changes: who heeds DANE "
		    "does not deliver there");
	else
		add_check(l, "warn", g_strdup_printf("%s shows no certificate that verifies: %s", host, reason),
		    "give the host a certificate of its own name from a public authority: who heeds MTA-STS does not deliver there");
	g_free(reason);
}

static void
look_at(struct mx_look *l, const json_t *mx)
{
	GPtrArray *addresses = strings_of(json_object_get(mx, "addresses"), LIMIT_HOST_ADDRESSES);
	GPtrArray *tlsa = strings_of(json_object_get(mx, "tlsa"), MAX_TLSA);
	const char *host = jsonl_string(mx, "host");
	bool has_tlsa = tlsa->len > 1;
	struct rc_server server = {.scheme = "mx", .user = "", .host = host, .port = l->port, .tls = RC_TLS_STARTTLS,
	    .proxy = rc_proxy(l->rc, NULL)};
	struct smtp_relay relay = {.ehlo_name = l->domain, .addresses = (const char *const *)addresses->pdata,
	    .must_encrypt = true, .trust = has_tlsa ? TLS_TRUST_DANE : TLS_TRUST_CHAIN,
	    .tlsa = has_tlsa ? (const char *const *)tlsa->pdata : NULL};
	struct smtp_opts opts = {.session = {.server = &server, .ca_file = l->ca_file, .is_cancelled = setup_is_cancelled,
	    .user = l->r}, .relay = &relay};
	GError *error = NULL;
	struct smtp *smtp = host == NULL || addresses->len == 1 ? NULL : smtp_open(&opts, &error);

	if (smtp != NULL)
		add_check(l, "ok", g_strdup_printf(has_tlsa ? "what %s shows fits its TLSA records (%s)"
							    : "%s shows a certificate of its name that verifies (%s)",
		    host, smtp_tls_name(smtp)), NULL);
	else if (error != NULL)
		tell_failure(l, host, has_tlsa, error);
	else if (host != NULL)
		add_check(l, "unknown",
		    g_strdup_printf("%s was not looked at: it has no address that can be reached", host), NULL);
	smtp_close(smtp);
	g_clear_error(&error);
	g_ptr_array_unref(addresses);
	g_ptr_array_unref(tlsa);
}

void
setup_mx_certificates(struct helper_request *r, void *state)
{
	const struct setup_program *p = state;
	const json_t *args = helper_args(r), *hosts = json_object_get(args, "hosts"), *one;
	gint64 port = jsonl_int(args, "port", MX_PORT);
	struct mx_look look = {.r = r, .rc = p->rc, .domain = jsonl_string(args, "domain"), .port = (guint16)port};
	size_t i;

	if (look.domain == NULL || !json_is_array(hosts) || port < 1 || port > 65535) {
		helper_fail(r, g_error_new(PF_ERROR, PF_ERROR_USAGE, "mx-certificates needs a domain, its hosts and a port"));
		return;
	}
	look.ca_file = rc_path_value(p->rc, "tls", NULL, "ca-file");
	look.checks = json_array();
	json_array_foreach(hosts, i, one)
		if (i < MAX_HOSTS && !helper_is_cancelled(r))
			look_at(&look, one);
	helper_done(r, json_pack("{s:o}", "checks", look.checks));
	g_free(look.ca_file);
}
