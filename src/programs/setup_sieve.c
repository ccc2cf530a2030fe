/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The op sieve: the filter scripts that an account's server keeps. It is asked by ManageSieve, where `sieve` says or on
 * the host that mail is fetched from. */
#include "programs/setup_program.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/rc_account.h"
#include "base/rc_value.h"
#include "net/credential.h"
#include "net/sieve.h"

#include <string.h>

#define PORT 4190

struct deed {
	struct helper_request *r;
	struct sieve *session;
	const char *name; /* of the script; NULL: none is needed */
	json_t *done;
};

static bool
do_list(struct deed *d, GError **error)
{
	char *active;
	GPtrArray *names = sieve_list(d->session, &active, error);
	json_t *scripts = json_array();

	for (guint i = 0; names != NULL && i < names->len; i++)
		json_array_append_new(scripts, json_pack("{s:o, s:b}", "name", jsonl_text(names->pdata[i], -1), "active",
						   g_strcmp0(active, names->pdata[i]) == 0));
	json_object_set_new(d->done, "scripts", scripts);
	json_object_set_new(d->done, "extensions", jsonl_text(sieve_extensions(d->session), -1));
	g_free(active);
	if (names == NULL)
		return false;
	g_ptr_array_unref(names);
	return true;
}

static bool
do_get(struct deed *d, GError **error)
{
	GBytes *script = sieve_get(d->session, d->name, error);
	gsize len = 0;
	const char *bytes = script != NULL ? g_bytes_get_data(script, &len) : NULL;
	bool is_good = script != NULL && file_write_all(helper_request_fd(d->r, 0), bytes, len, error);

	json_object_set_new(d->done, "size", json_integer((json_int_t)len));
	g_clear_pointer(&script, g_bytes_unref);
	return is_good;
}

static GBytes *
read_script(int fd, GError **error)
{
	GMappedFile *file = g_mapped_file_new_from_fd(fd, FALSE, error);
	GBytes *script = file != NULL ? g_mapped_file_get_bytes(file) : NULL;

	if (file != NULL)
		g_mapped_file_unref(file);
	if (script != NULL && g_bytes_get_size(script) > LIMIT_SIEVE_SCRIPT) {
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT, "a script of more than %u kB is not sent",
		    LIMIT_SIEVE_SCRIPT >> 10);
		g_clear_pointer(&script, g_bytes_unref);
	}
	return script;
}

/* Keep it, or only have it looked at; that the server finds it wrong is an answer. */
static bool
send_script(struct deed *d, const char *name, GError **error)
{
	GBytes *script = read_script(helper_request_fd(d->r, 0), error);
	GError *why = NULL;
	char *said = NULL;
	bool is_good;

	if (script == NULL)
		return false;
	is_good = sieve_put(d->session, name, script, &said, &why);
	json_object_set_new(d->done, "is_good", json_boolean(is_good));
	if (said != NULL)
		json_object_set_new(d->done, "said", jsonl_text(said, -1));
	g_free(said);
	g_bytes_unref(script);
	if (why == NULL)
		return true;
	g_propagate_error(error, why);
	return false;
}

static bool
do_put(struct deed *d, GError **error)
{
	return send_script(d, d->name, error);
}

static bool
do_check(struct deed *d, GError **error)
{
	return send_script(d, NULL, error);
}

static bool
do_activate(struct deed *d, GError **error)
{
	return sieve_activate(d->session, d->name, error);
}

static bool
do_delete(struct deed *d, GError **error)
{
	return sieve_delete(d->session, d->name, error);
}

static const struct {
	const char *name;
	bool (*run)(struct deed *d, GError **error);
	bool wants_name, wants_fd;
} deeds[] = {
	{ "list", do_list, false, false },
	{ "get", do_get, true, true },
	{ "put", do_put, true, true },
	{ "check", do_check, false, true },
	{ "activate", do_activate, true, false },
	{ "delete", do_delete, true, false },
};

/* Where the account's scripts are; url owns what the server borrows. */
static bool
find_server(const struct rc *rc, const struct rc_account *a, struct rc_url *url, struct rc_server *out, GError **error)
{
	const char *text = rc_string(rc, "account", a->name, "sieve");
	bool want_tls = rc_bool(rc, "account", a->name, "tls");
	const struct rc_server *mail = a->imap != NULL ? a->imap : a->pop3;

	if (text != NULL) {
		if (!rc_value_url(text, rc_setting_find("account", "sieve")->choices, url, error))
			return false;
		*out = rc_server_of(rc, a->name, url,
		    url->user != NULL ? url->user : mail != NULL ? mail->user : a->address, want_tls);
		return true;
	}
	if (mail == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "account \"%s\" fetches from no server; `sieve` in %s names one with scripts", a->name, rc_path(rc));
		return false;
	}
	*out = *mail;
	out->scheme = "sieve";
	out->port = PORT;
	out->tls = mail->tls == RC_TLS_NONE ? RC_TLS_NONE : RC_TLS_STARTTLS;
	return true;
}

static struct sieve *
open_session(const struct rc *rc, const struct rc_account *a, const struct rc_server *server, struct helper_request *r,
    GError **error)
{
	struct credential c;
	GError *why = NULL;
	struct secret *secret = credential_secret(rc, a->name, &why);
	struct sieve *s = NULL;

	credential_init(&c, rc, a->name);
	if (why == NULL) {
		struct session_opts opts = credential_session(&c, a->name, server, secret);

		opts.is_cancelled = setup_is_cancelled;
		opts.user = r;
		s = sieve_open(&opts, &why);
		if (g_error_matches(why, PF_ERROR, PF_ERROR_AUTH))
			credential_refused(rc, a->name);
	}
	if (why != NULL)
		g_propagate_error(error, why);
	secret_free(secret);
	credential_fini(&c);
	return s;
}

static size_t
find_deed(const char *name)
{
	size_t i = 0;

	while (i < G_N_ELEMENTS(deeds) && g_strcmp0(deeds[i].name, name) != 0)
		i++;
	return i;
}

static bool
run(struct deed *d, const struct rc *rc, size_t i, GError **error)
{
	const char *account = jsonl_string(helper_args(d->r), "account");
	const struct rc_account *a = account != NULL ? rc_account(rc, account) : NULL;
	struct rc_url url = {0};
	struct rc_server server;
	bool is_good = false;

	if (a == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "%s: there is no [account \"%s\"]", rc_path(rc),
		    account != NULL ? account : "");
	else if (find_server(rc, a, &url, &server, error))
		d->session = open_session(rc, a, &server, d->r, error);
	if (d->session != NULL)
		is_good = deeds[i].run(d, error);
	sieve_free(d->session);
	rc_value_url_clear(&url);
	return is_good;
}

void
setup_sieve(struct helper_request *r, void *state)
{
	const struct setup_program *p = state;
	struct deed d = {.r = r, .name = jsonl_string(helper_args(r), "name"), .done = json_object()};
	size_t i = find_deed(jsonl_string(helper_args(r), "do"));
	GError *error = NULL;
	bool is_good = false;

	if (i == G_N_ELEMENTS(deeds) || (deeds[i].wants_name && d.name == NULL) ||
	    (deeds[i].wants_fd && helper_request_fd(r, 0) < 0))
		g_set_error(&error, PF_ERROR, PF_ERROR_USAGE, "sieve wants a deed, and its script's name and descriptor");
	else
		is_good = run(&d, p->rc, i, &error);
	if (is_good) {
		helper_done(r, d.done);
	} else {
		json_decref(d.done);
		helper_fail(r, error);
	}
}
