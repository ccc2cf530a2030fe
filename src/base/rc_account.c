/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_account.c - accounts as programs want them: address, servers with ports and TLS
 * decided, local folder names. Here is the rule that nothing leaves the machine in clear.
 */
#include "base/rc_account.h"

#include "base/rc_value.h"

#include <string.h>

/* An account with everything it owns. */
struct holder {
	struct rc_account account; /* what others see */
	char *address, *display;
	struct rc_url urls[3]; /* imap, pop3, smtp */
	struct rc_server servers[3];
	struct rc_url *fallback_urls; /* n_fallbacks of both */
	struct rc_server *fallbacks;
	const struct rc_server **fallback_list; /* NULL-terminated */
	size_t n_fallbacks;
	char **addresses; /* address and aliases, addr-specs, NULL-terminated */
};

struct rc_account_set {
	GPtrArray *holders; /* struct holder */
	GPtrArray *list;    /* their accounts, and NULL */
};

static void
holder_free(gpointer data)
{
	struct holder *h = data;

	for (size_t i = 0; i < G_N_ELEMENTS(h->urls); i++)
		rc_value_url_clear(&h->urls[i]);
	for (size_t i = 0; i < h->n_fallbacks; i++)
		rc_value_url_clear(&h->fallback_urls[i]);
	g_free(h->fallback_urls);
	g_free(h->fallbacks);
	g_free(h->fallback_list);
	g_free(h->address);
	g_free(h->display);
	g_strfreev(h->addresses);
	g_free(h);
}

/* The entry that decides account.key, or with key NULL the account's first header. */
static const struct rc_entry *
find_entry(const struct rc_reading *reading, const char *name, const char *key)
{
	const struct rc_entry *found = NULL;

	for (guint i = 0; i < reading->entries->len; i++) {
		const struct rc_entry *e = reading->entries->pdata[i];

		if (strcmp(e->section, "account") == 0 && g_strcmp0(e->name, name) == 0 &&
		    g_strcmp0(e->key, key) == 0 && (found == NULL || key != NULL))
			found = e;
	}
	return found;
}

static void
account_finding(
    struct rc_reading *reading, const char *name, const char *key, const char *text)
{
	const struct rc_entry *e = find_entry(reading, name, key);

	rc_reading_finding(reading, e != NULL ? e->file : "rc", e != NULL ? e->line : 0,
	    "account \"%s\" %s", name, text);
}

const char *
rc_proxy(const struct rc *rc, const char *account)
{
	const char *text =
	    account != NULL ? rc_string(rc, "account", account, "proxy") : NULL;

	if (text == NULL)
		text = rc_string(rc, "net", NULL, "proxy");
	return text != NULL && g_ascii_strcasecmp(text, "none") != 0 ? text : NULL;
}

const char *
rc_proxy_to(const struct rc *rc, const char *account, const char *host)
{
	return rc_value_is_loopback(host) ? NULL : rc_proxy(rc, account);
}

struct rc_server
rc_server_of(const struct rc *rc, const char *account, const struct rc_url *url, const char *user, bool want_tls)
{
	return (struct rc_server){.scheme = url->scheme,
	    .user = user,
	    .host = url->host,
	    .port = url->port,
	    .tls = g_str_has_suffix(url->scheme, "s") ? RC_TLS_IMPLICIT : want_tls ? RC_TLS_STARTTLS : RC_TLS_NONE,
	    .proxy = rc_proxy_to(rc, account, url->host)};
}

static struct rc_server
server_of(const struct rc_url *url, const struct holder *h, const struct rc *rc)
{
	return rc_server_of(rc, h->account.name, url, url->user != NULL ? url->user : h->address,
	    rc_bool(rc, "account", h->account.name, "tls"));
}

static void
resolve_fallbacks(struct holder *h, const struct rc *rc)
{
	const char *const *texts =
	    rc_list(rc, "account", h->account.name, "smtp-fallback");
	const struct rc_setting *setting = rc_setting_find("account", "smtp-fallback");
	size_t n = g_strv_length((char **)(guintptr)texts);

	h->fallback_urls = g_new0(struct rc_url, n + 1);
	h->fallbacks = g_new0(struct rc_server, n + 1);
	h->fallback_list = g_new0(const struct rc_server *, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct rc_url *url = &h->fallback_urls[h->n_fallbacks];

		if (!rc_value_url(texts[i], setting->choices, url, NULL))
			continue; /* cannot be: values were checked as they were read */
		h->fallbacks[h->n_fallbacks] = server_of(url, h, rc);
		h->fallback_list[h->n_fallbacks] = &h->fallbacks[h->n_fallbacks];
		h->n_fallbacks++;
	}
	h->account.smtp_fallbacks = h->fallback_list;
}

/* Fill the i-th server from its key. NULL when the key is not set. */
static const struct rc_server *
resolve_server(struct holder *h, size_t i, const struct rc *rc, const char *key)
{
	const char *text = rc_string(rc, "account", h->account.name, key);
	const struct rc_setting *setting = rc_setting_find("account", key);
	struct rc_url *url = &h->urls[i];
	struct rc_server *server = &h->servers[i];

	if (text == NULL || !rc_value_url(text, setting->choices, url, NULL))
		return NULL;
	*server = server_of(url, h, rc);
	return server;
}

/* Law 1: a server without TLS is one on this machine. */
static void
check_clear(const struct holder *h, struct rc_reading *reading)
{
	for (size_t i = 0; i < G_N_ELEMENTS(h->servers) + h->n_fallbacks; i++) {
		const struct rc_server *s =
		    i < G_N_ELEMENTS(h->servers)
			? &h->servers[i]
			: &h->fallbacks[i - G_N_ELEMENTS(h->servers)];
		char *text;

		if (s->host == NULL || s->tls != RC_TLS_NONE || *s->host == '\0' ||
		    rc_value_is_loopback(s->host))
			continue;
		text = g_strdup_printf(
		    "has tls = no, which is for servers on this machine only, "
		    "not for %s",
		    s->host);
		account_finding(reading, h->account.name, "tls", text);
		g_free(text);
	}
}

/* Address and aliases as addr-specs. */
static char **
own_addresses(const struct holder *h, const struct rc *rc)
{
	const char *const *aliases = rc_list(rc, "account", h->account.name, "aliases");
	GPtrArray *list = g_ptr_array_new();

	g_ptr_array_add(list, g_strdup(h->address));
	for (; *aliases != NULL; aliases++) {
		char *name, *address;

		if (!rc_value_mailbox(*aliases, &name, &address, NULL))
			continue;
		g_ptr_array_add(list, address);
		g_free(name);
	}
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(list, FALSE);
}

static void
resolve_folders(struct rc_account *a, const struct rc *rc)
{
	const struct {
		const char *key;
		const char **folder;
	} roles[] = {
	    {"inbox", &a->inbox},
	    {"sent", &a->sent},
	    {"drafts", &a->drafts},
	    {"trash", &a->trash},
	    {"archive", &a->archive},
	    {"junk", &a->junk},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
		*roles[i].folder = rc_string(rc, "account", a->name, roles[i].key);
}

/* NULL when the account has no address, which is noted. */
static struct holder *
resolve(const struct rc *rc, const char *name, struct rc_reading *reading)
{
	const char *mailbox = rc_string(rc, "account", name, "address");
	struct holder *h;

	if (mailbox == NULL) {
		account_finding(reading, name, NULL,
		    "has no address; write address = Your Name <you@example.org>");
		return NULL;
	}
	h = g_new0(struct holder, 1);
	h->account.name = name;
	if (!rc_value_mailbox(mailbox, &h->display, &h->address, NULL)) {
		holder_free(h); /* cannot be: values were checked as they were read */
		return NULL;
	}
	h->account.address = h->address;
	h->account.display = h->display;
	h->account.imap = resolve_server(h, 0, rc, "imap");
	h->account.pop3 = resolve_server(h, 1, rc, "pop3");
	h->account.smtp = resolve_server(h, 2, rc, "smtp");
	h->account.is_mx =
	    h->account.smtp != NULL && strcmp(h->account.smtp->scheme, "mx") == 0;
	resolve_fallbacks(h, rc);
	h->account.is_local = h->account.imap == NULL && h->account.pop3 == NULL;
	h->addresses = own_addresses(h, rc);
	resolve_folders(&h->account, rc);
	check_clear(h, reading);
	if (h->account.imap != NULL && h->account.pop3 != NULL)
		account_finding(
		    reading, name, "pop3", "has both imap and pop3: keep one of them");
	return h;
}

struct rc_account_set *
rc_account_set_new(const struct rc *rc, struct rc_reading *reading)
{
	struct rc_account_set *set = g_new0(struct rc_account_set, 1);
	const char *const *names = rc_names(rc, "account");

	set->holders = g_ptr_array_new_with_free_func(holder_free);
	set->list = g_ptr_array_new();
	for (; *names != NULL && !rc_reading_is_full(reading); names++) {
		struct holder *h = resolve(rc, *names, reading);

		if (h == NULL)
			continue;
		g_ptr_array_add(set->holders, h);
		g_ptr_array_add(set->list, &h->account);
	}
	g_ptr_array_add(set->list, NULL);
	return set;
}

void
rc_account_set_free(struct rc_account_set *set)
{
	if (set == NULL)
		return;
	g_ptr_array_unref(set->list);
	g_ptr_array_unref(set->holders);
	g_free(set);
}

const struct rc_account *const *
rc_account_set_list(const struct rc_account_set *set)
{
	return (const struct rc_account *const *)set->list->pdata;
}

/* RFC 5321 2.4: domains are compared without case. Local parts are compared exactly
 * first; no two people are told apart by case alone, so the second round lets case go. */
static bool
is_same_address(const char *a, const char *b, bool exact)
{
	const char *at_a = strrchr(a, '@'), *at_b = strrchr(b, '@');

	if (at_a == NULL || at_b == NULL || g_ascii_strcasecmp(at_a, at_b) != 0 ||
	    at_a - a != at_b - b)
		return false;
	return exact ? strncmp(a, b, (size_t)(at_a - a)) == 0
		     : g_ascii_strncasecmp(a, b, (gsize)(at_a - a)) == 0;
}

static bool
has_address(const struct holder *h, const char *addr_spec, bool exact)
{
	for (char **own = h->addresses; *own != NULL; own++)
		if (is_same_address(*own, addr_spec, exact))
			return true;
	return false;
}

const struct rc_account *
rc_account_set_find(const struct rc_account_set *set, const char *addr_spec)
{
	for (int exact = 1; exact >= 0; exact--) {
		for (guint i = 0; i < set->holders->len; i++) {
			const struct holder *h = set->holders->pdata[i];

			if (has_address(h, addr_spec, exact))
				return &h->account;
		}
	}
	return NULL;
}
