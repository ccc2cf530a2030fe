/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Autoconfig files, element by element. */
#include "net/autoconfig.h"

#include "base/error.h"

#include <string.h>

#define DEPTH_MAX   16
#define SERVERS_MAX 32
#define TEXT_MAX    512

struct reader {
	const char *address;
	GPtrArray *servers;
	struct discovered *now; /* the server that is read, NULL between them */
	bool has_tls, has_host, has_password, has_token;
	GString *text;
	unsigned depth;
};

static void
free_discovered(gpointer d)
{
	discovered_free(d);
}

static const char *
attribute(const char **names, const char **values, const char *name)
{
	for (; *names != NULL; names++, values++)
		if (g_ascii_strcasecmp(*names, name) == 0)
			return *values;
	return "";
}

/* The kind of a server element; false for any other. */
static bool
is_server(const char *element, const char *type, enum discover_kind *kind_out)
{
	bool is_in = g_str_equal(element, "incomingServer");

	if (is_in && g_ascii_strcasecmp(type, "imap") == 0)
		*kind_out = DISCOVER_IMAP;
	else if (is_in && g_ascii_strcasecmp(type, "pop3") == 0)
		*kind_out = DISCOVER_POP3;
	else if (g_str_equal(element, "outgoingServer") &&
		 g_ascii_strcasecmp(type, "smtp") == 0)
		*kind_out = DISCOVER_SMTP;
	else
		return false;
	return true;
}

static void
on_start(GMarkupParseContext *context, const gchar *element, const gchar **names,
    const gchar **values, gpointer user, GError **error)
{
	struct reader *r = user;
	enum discover_kind kind;

	(void)context;
	if (++r->depth > DEPTH_MAX)
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT,
		    "the autoconfig file is nested too deeply");
	g_string_truncate(r->text, 0);
	if (r->now != NULL || r->servers->len >= SERVERS_MAX ||
	    !is_server(element, attribute(names, values, "type"), &kind))
		return;
	r->now = g_new0(struct discovered, 1);
	r->now->kind = kind;
	r->now->source = DISCOVER_AUTOCONFIG;
	r->has_tls = r->has_host = r->has_password = r->has_token = false;
}

static void
on_text(GMarkupParseContext *context, const gchar *text, gsize len, gpointer user,
    GError **error)
{
	struct reader *r = user;

	(void)context;
	(void)error;
	if (r->text->len + len <= TEXT_MAX)
		g_string_append_len(r->text, text, (gssize)len);
}

/* %EMAILADDRESS%, %EMAILLOCALPART% and %EMAILDOMAIN% in names. Owned. */
static char *
fill_in(const char *text, const char *address)
{
	const char *at = strrchr(address, '@');
	char *local = g_strndup(address, (gsize)(at - address));
	GString *out = g_string_new(text);

	g_string_replace(out, "%EMAILADDRESS%", address, 4);
	g_string_replace(out, "%EMAILLOCALPART%", local, 4);
	g_string_replace(out, "%EMAILDOMAIN%", at + 1, 4);
	g_free(local);
	return g_string_free(out, FALSE);
}

static void
take_socket_type(struct reader *r, const char *text)
{
	r->now->has_starttls = g_ascii_strcasecmp(text, "STARTTLS") == 0;
	r->has_tls = r->now->has_starttls || g_ascii_strcasecmp(text, "SSL") == 0;
}

/* The end of an element within a server. */
static void
take_value(struct reader *r, const char *element, const char *text)
{
	guint64 port;

	if (g_str_equal(element, "hostname")) {
		g_free(r->now->host);
		r->now->host = fill_in(text, r->address);
		r->has_host = *text != '\0';
	} else if (g_str_equal(element, "port")) {
		if (g_ascii_string_to_unsigned(text, 10, 1, 65535, &port, NULL))
			r->now->port = (uint16_t)port;
	} else if (g_str_equal(element, "socketType")) {
		take_socket_type(r, text);
	} else if (g_str_equal(element, "username") && *text != '\0') {
		g_free(r->now->user);
		r->now->user = fill_in(text, r->address);
	} else if (g_str_equal(element, "authentication")) {
		r->has_token = r->has_token || g_ascii_strcasecmp(text, "OAuth2") == 0;
		r->has_password = r->has_password ||
				  g_str_has_prefix(text, "password-") ||
				  g_ascii_strcasecmp(text, "plain") == 0;
	}
}

/* Servers without TLS are passed over: nothing of ours goes there. */
static void
end_server(struct reader *r)
{
	r->now->is_token = r->has_token && !r->has_password;
	if (r->has_host && r->has_tls && r->now->port != 0)
		g_ptr_array_add(r->servers, r->now);
	else
		discovered_free(r->now);
	r->now = NULL;
}

static void
on_end(GMarkupParseContext *context, const gchar *element, gpointer user, GError **error)
{
	struct reader *r = user;

	(void)context;
	(void)error;
	r->depth--;
	if (r->now != NULL && (g_str_equal(element, "incomingServer") ||
				  g_str_equal(element, "outgoingServer")))
		end_server(r);
	else if (r->now != NULL)
		take_value(r, element, g_strstrip(r->text->str));
	g_string_truncate(r->text, 0);
}

GPtrArray *
autoconfig_parse(const char *xml, size_t len, const char *address, GError **error)
{
	static const GMarkupParser parser = {
	    .start_element = on_start, .end_element = on_end, .text = on_text};
	struct reader r = {.address = address,
	    .servers = g_ptr_array_new_with_free_func(free_discovered),
	    .text = g_string_new(NULL)};
	GError *why = NULL;
	GMarkupParseContext *context =
	    g_markup_parse_context_new(&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &r, NULL);

	if (!g_markup_parse_context_parse(context, xml, (gssize)len, &why) ||
	    !g_markup_parse_context_end_parse(context, &why) || r.servers->len == 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    "the answer is no autoconfig file with servers that use TLS%s%s",
		    why != NULL ? ": " : "", why != NULL ? why->message : "");
		g_clear_error(&why);
		g_clear_pointer(&r.servers, g_ptr_array_unref);
	}
	g_markup_parse_context_free(context);
	discovered_free(r.now);
	g_string_free(r.text, TRUE);
	return r.servers;
}
