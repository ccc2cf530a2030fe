/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold setup: where the mail of an address is. When nobody tells, the person is asked for the server. */
#include "cmd/cmd_setup.h"

#include "cmd/cmd_ask.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
setup_say(const char *format, ...)
{
	va_list args;
	char *raw, *indent;
	size_t n;

	va_start(args, format);
	raw = g_strdup_vprintf(format, args);
	va_end(args);
	n = strspn(raw, " ");
	indent = g_strndup(raw, n);
	if (raw[n] == '\0')
		(void)fputc('\n', stderr);
	cmd_write_wrapped(stderr, indent, raw + n, isatty(STDERR_FILENO) ? cmd_columns() : 0);
	g_free(indent);
	g_free(raw);
}

void
setup_event(const struct reply *reply, void *user)
{
	const struct setup *s = user;
	const char *event = jsonl_string(reply->obj, "event");

	if (s->ctx->opts->json) {
		cmd_print_json(json_incref((json_t *)(guintptr)reply->obj));
	} else if (g_strcmp0(event, "step") == 0) {
		setup_say("  %s", jsonl_string(reply->obj, "text"));
	} else if (json_is_false(json_object_get(reply->obj, "works")) &&
	    g_strcmp0(jsonl_string(reply->obj, "source"), "a guess") != 0) {
		setup_say("    no: %s", jsonl_string(reply->obj, "reason"));
	}
}

static bool
confirm_doubtful(const struct setup *s, GError **error)
{
	const char *url = jsonl_string(s->servers, "imap");
	char *question;
	char answer = 0;

	if (!json_is_true(json_object_get(s->servers, "is_doubtful")))
		return true;
	if (url == NULL)
		url = jsonl_string(s->servers, "pop3");
	question = g_strdup_printf("The DNS, which nobody signed, names %s for %s. Is that your "
				   "provider? [n/y]",
	    url, s->address);
	if (s->may_ask)
		answer = cmd_ask_letter(question, "ny");
	g_free(question);
	if (answer == 'y')
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
	    "the DNS, which nobody signed, names %s, outside of the domain of %s; if that is your "
	    "provider, say so by --imap and --smtp",
	    url, s->address);
	return false;
}

/* Of a provider, or of the server that the person names (NULL: none). Owned; NULL and error. */
static json_t *
discover(struct setup *s, const char *server, GError **error)
{
	json_t *request = json_pack("{s:s, s:s, s:b}", "op", "discover", "address", s->address, "untrusted", s->may_ask);

	if (server != NULL)
		json_object_set_new(request, "server", jsonl_text(server, -1));
	return supervisor_call(
	    client_setup(cmd_client(s->ctx)), request, NULL, 0, 0, setup_event, s, error);
}

/* What a person answers who is asked for the server: it, or the address again, which was mistyped. */
static json_t *
follow(struct setup *s, const char *text, GError **why)
{
	if (strchr(text, '@') == NULL)
		return discover(s, text, why);
	if (!cmd_setup_readdress(s, text, why))
		return NULL;
	setup_say("Looking for the servers of %s", strrchr(s->address, '@') + 1);
	return discover(s, NULL, why);
}

/* Again and again, until one is found or the answer is empty. */
static json_t *
ask_server(struct setup *s, GError **why)
{
	json_t *found = NULL;

	while (found == NULL && s->may_ask && *why != NULL && (*why)->domain == PF_ERROR && (*why)->code != PF_ERROR_CANCELLED) {
		char *text;

		setup_say("%s", (*why)->message);
		text = cmd_ask_line("The server that your mail is fetched from, as imap.example.org, or the address again:",
		    NULL);
		if (text == NULL || *text == '\0') {
			g_free(text);
			break;
		}
		g_clear_error(why);
		found = follow(s, text, why);
		g_free(text);
	}
	return found;
}

bool
setup_find(struct setup *s, GError **error)
{
	GError *why = NULL;

	if (jsonl_string(s->servers, "imap") != NULL || jsonl_string(s->servers, "pop3") != NULL)
		return true;
	if (!s->ctx->opts->json)
		setup_say("Looking for the servers of %s", strrchr(s->address, '@') + 1);
	json_decref(s->servers);
	s->servers = discover(s, NULL, &why);
	if (g_error_matches(why, PF_ERROR, PF_ERROR_NOT_FOUND))
		s->servers = ask_server(s, &why);
	if (g_error_matches(why, PF_ERROR, PF_ERROR_NOT_FOUND)) {
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "%s. Name it yourself: penfold setup --imap imaps://HOST --smtp smtps://HOST %s", why->message,
		    s->address);
		g_clear_error(&why);
	}
	if (why != NULL)
		g_propagate_error(error, why);
	return s->servers != NULL && confirm_doubtful(s, error);
}
