/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign_thunderbird.c - prefs.js of a profile: one value a line, user_pref("mail.server.server1.hostname", "..."), which
 * are put together by the names of servers and identities. Passwords are in another file, which is not read. */
#include "cmd/foreign.h"

#include <jansson.h>
#include <string.h>

struct prefs {
	struct foreign_line *l;
	GHashTable *values; /* key -> text, owned */
};

/* The two between the brackets are JSON, but for those. */
static void
take_line(struct prefs *p, const char *text)
{
	static const char start[] = "user_pref(";
	const char *open = g_str_has_prefix(text, start) ? text + sizeof(start) - 1 : NULL, *close = strrchr(text, ')');
	char *inside, *value = NULL;
	json_t *pair, *second;

	if (open == NULL || close == NULL)
		return;
	inside = g_strdup_printf("[%.*s]", (int)(close - open), open);
	pair = json_loads(inside, 0, NULL);
	second = json_array_get(pair, 1);
	if (json_is_string(second))
		value = g_strdup(json_string_value(second));
	else if (json_is_integer(second))
		value = g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(second));
	else if (json_is_boolean(second))
		value = g_strdup(json_is_true(second) ? "true" : "false");
	if (value != NULL && json_is_string(json_array_get(pair, 0)))
		g_hash_table_insert(p->values, g_strdup(json_string_value(json_array_get(pair, 0))), g_steal_pointer(&value));
	g_free(value);
	json_decref(pair);
	g_free(inside);
}

/* "mail.KIND.NAME.KEY"; NULL. Borrowed. */
static const char *
get(const struct prefs *p, const char *kind, const char *name, const char *key)
{
	char *whole = g_strjoin(".", "mail", kind, name, key, NULL);
	const char *value = g_hash_table_lookup(p->values, whole);

	g_free(whole);
	return value;
}

static bool
is(const char *value, const char *wanted)
{
	return g_strcmp0(value, wanted) == 0;
}

static const char *
either(const char *first, const char *second)
{
	return first != NULL ? first : second;
}

/* The path of imap://USER@HOST/Sent%20Items, if that is this account's host. */
static void
put_folder(char **where, const char *uri, const char *host)
{
	const char *at = uri != NULL ? strstr(uri, "://") : NULL, *slash = at != NULL ? strchr(at + 3, '/') : NULL;
	const char *named = slash != NULL ? g_strrstr_len(at, slash - at, "@") : NULL;
	bool is_own = named != NULL && host != NULL && strlen(host) == (size_t)(slash - named - 1) &&
		      g_ascii_strncasecmp(named + 1, host, strlen(host)) == 0;

	g_free(*where);
	*where = is_own ? g_uri_unescape_string(slash + 1, NULL) : NULL;
}

static void
take_incoming(const struct prefs *p, const char *server, struct foreign_account *a)
{
	bool is_pop3 = is(get(p, "server", server, "type"), "pop3"), is_tls = is(get(p, "server", server, "socketType"), "3");
	const char *port = get(p, "server", server, "port");

	foreign_put(&a->in.host, either(get(p, "server", server, "realhostname"), get(p, "server", server, "hostname")));
	foreign_put(&a->in.user, either(get(p, "server", server, "realuserName"), get(p, "server", server, "userName")));
	foreign_put(&a->in.scheme, is_pop3 ? (is_tls ? "pop3s" : "pop3") : is_tls ? "imaps" : "imap");
	if (port != NULL)
		foreign_put_port(&a->in, port);
	a->in.is_clear = is(get(p, "server", server, "socketType"), "0");
	a->in.is_oauth = is(get(p, "server", server, "authMethod"), "10");
	if (is_pop3 && is(get(p, "server", server, "leave_on_server"), "false"))
		foreign_put(&a->delete_after, "0");
}

static void
take_outgoing(const struct prefs *p, const char *id, struct foreign_account *a)
{
	const char *usual = g_hash_table_lookup(p->values, "mail.smtp.defaultserver");
	const char *name = either(get(p, "identity", id, "smtpServer"), usual);
	const char *port = get(p, "smtpserver", either(name, ""), "port");

	if (name == NULL)
		return;
	foreign_put(&a->out.host, get(p, "smtpserver", name, "hostname"));
	foreign_put(&a->out.user, get(p, "smtpserver", name, "username"));
	foreign_put(&a->out.scheme, is(get(p, "smtpserver", name, "try_ssl"), "3") ? "smtps" : "submission");
	if (port != NULL)
		foreign_put_port(&a->out, port);
	a->out.is_clear = is(get(p, "smtpserver", name, "try_ssl"), "0");
}

static void
take_identities(const struct prefs *p, const char *ids, struct foreign_account *a)
{
	char **all = g_strsplit(ids != NULL ? ids : "", ",", -1);

	for (char **id = all; *id != NULL; id++) {
		const char *address = get(p, "identity", *id, "useremail"), *name = get(p, "identity", *id, "fullName");
		char *quoted = name != NULL && strpbrk(name, ",<>@\"") != NULL ? g_strdup_printf("\"%s\"", name) : g_strdup(name);

		if (id != all && address != NULL && quoted != NULL)
			g_ptr_array_add(a->aliases, g_strdup_printf("%s <%s>", quoted, address));
		else if (id != all && address != NULL)
			g_ptr_array_add(a->aliases, g_strdup(address));
		g_free(quoted);
		if (id != all)
			continue;
		foreign_put(&a->address, address);
		foreign_put(&a->display, name);
		if (is(get(p, "identity", *id, "attach_signature"), "true"))
			foreign_put(&a->signature, get(p, "identity", *id, "sig_file"));
		put_folder(&a->sent, get(p, "identity", *id, "fcc_folder"), a->in.host);
		put_folder(&a->drafts, get(p, "identity", *id, "draft_folder"), a->in.host);
		put_folder(&a->archive, get(p, "identity", *id, "archive_folder"), a->in.host);
		take_outgoing(p, *id, a);
	}
	g_strfreev(all);
}

/* What a section of the rc may be called. Owned. */
static char *
account_name(const struct prefs *p, const char *server)
{
	const char *user = get(p, "server", server, "userName");
	char **words = g_strsplit_set(either(get(p, "server", server, "name"), either(user, server)), " \"\\\n/", -1);
	GString *out = g_string_new(NULL);

	for (char **word = words; *word != NULL; word++)
		if (**word != '\0')
			g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", *word);
	g_strfreev(words);
	return g_string_free(out, FALSE);
}

static void
take_account(const struct prefs *p, const char *account)
{
	const char *server = get(p, "account", account, "server");
	const char *type = server != NULL ? get(p, "server", server, "type") : NULL;
	char *name = server != NULL ? account_name(p, server) : NULL;

	if (type == NULL || (!is(type, "imap") && !is(type, "pop3"))) {
		foreign_note(p->l, either(name, account), is(type, "none")
			? "no server: its mail is in files below Mail in the profile, which `penfold import` takes in"
			: "left out: Penfold reads neither news nor feeds");
	} else {
		struct foreign_account *a = foreign_account(p->l->f, name);

		take_incoming(p, server, a);
		take_identities(p, get(p, "account", account, "identities"), a);
		foreign_note(p->l, name, "understood; its password stays with Thunderbird, and Penfold asks for it");
	}
	g_free(name);
}

void
foreign_read_thunderbird(struct foreign_line *l, char *text)
{
	struct prefs p = {l, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
	char **lines = g_strsplit(text, "\n", -1), **accounts;
	const char *list;

	for (char **line = lines; *line != NULL; line++)
		take_line(&p, *line);
	l->number = (unsigned)g_strv_length(lines);
	list = g_hash_table_lookup(p.values, "mail.accountmanager.accounts");
	accounts = g_strsplit(list != NULL ? list : "", ",", -1);
	for (char **account = accounts; *account != NULL; account++)
		take_account(&p, *account);
	foreign_note(l, "filters, addresses, colours", "not understood, and left out; a vCard file of the addresses is for "
		"`vcard-folder` in [addresses]");
	g_strfreev(accounts);
	g_strfreev(lines);
	g_hash_table_unref(p.values);
}
