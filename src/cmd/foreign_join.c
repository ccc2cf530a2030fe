/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign_join.c - from what files say to accounts: whose server for sending is whose, URLs, commands. */
#include "cmd/foreign.h"

#include "base/paths.h"
#include "base/rc_value.h"

#include <string.h>

/* "example.org" of "imap.mail.example.org", and of an address. */
static const char *
domain_of(const char *host)
{
	const char *at = strrchr(host, '@'), *p;

	host = at != NULL ? at + 1 : host;
	p = strrchr(host, '.');
	while (p != NULL && p > host && p[-1] != '.')
		p--;
	return p != NULL ? p : host;
}

static bool
is_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && g_ascii_strcasecmp(a, b) == 0;
}

/* How surely does b tell how a's letters go out? 0: not at all. */
static int
likeness(const struct foreign_account *a, const struct foreign_account *b)
{
	if (a->in.host == NULL || a->out.host != NULL || b->out.host == NULL || b->in.host != NULL)
		return 0;
	if (is_same(a->address, b->address) || is_same(a->in.user, b->address))
		return 4;
	if (is_same(a->name, b->name) || is_same(a->in.user, b->out.user))
		return 3;
	if (is_same(a->in.host, b->out.host) || is_same(domain_of(a->in.host), domain_of(b->out.host)))
		return 2;
	return 0;
}

static void
take_over(struct foreign_account *a, struct foreign_account *b)
{
	a->out = b->out;
	b->out = (struct foreign_server){0};
	if (a->address == NULL)
		a->address = g_steal_pointer(&b->address);
	if (a->display == NULL)
		a->display = g_steal_pointer(&b->display);
}

static guint
count(const struct foreign *f, bool is_in)
{
	guint n = 0;

	for (guint i = 0; i < f->accounts->len; i++) {
		const struct foreign_account *a = g_ptr_array_index(f->accounts, i);
		n += is_in ? a->in.host != NULL && a->out.host == NULL : a->out.host != NULL && a->in.host == NULL;
	}
	return n;
}

/* One of each belong together; else the likest. */
static void
join_sending(struct foreign *f)
{
	bool is_one = count(f, true) == 1 && count(f, false) == 1;

	for (int least = 4; least >= (is_one ? 0 : 1); least--)
		for (guint i = 0; i < f->accounts->len; i++)
			for (guint k = 0; k < f->accounts->len; k++) {
				struct foreign_account *a = g_ptr_array_index(f->accounts, i);
				struct foreign_account *b = g_ptr_array_index(f->accounts, k);
				bool fits = least > 0 ? likeness(a, b) >= least
						      : a->in.host != NULL && a->out.host == NULL && b->out.host != NULL &&
						b->in.host == NULL;
				if (i != k && fits)
					take_over(a, b);
			}
}

/* What mutt says of the one who writes, where another program fetches the mail. */
static void
join_person(struct foreign *f)
{
	struct foreign_account *person = NULL, *only = NULL;
	guint n = 0;

	for (guint i = 0; i < f->accounts->len; i++) {
		struct foreign_account *a = g_ptr_array_index(f->accounts, i);
		if (a->in.host != NULL || a->out.host != NULL) {
			only = a;
			n++;
		} else if (a->address != NULL || a->display != NULL) {
			person = a;
		}
	}
	if (n != 1 || person == NULL)
		return;
	if (only->address == NULL)
		only->address = g_steal_pointer(&person->address);
	if (only->display == NULL)
		only->display = g_steal_pointer(&person->display);
	if (only->signature == NULL)
		only->signature = g_steal_pointer(&person->signature);
	for (guint i = 0; i < person->aliases->len; i++)
		g_ptr_array_add(only->aliases, g_strdup(g_ptr_array_index(person->aliases, i)));
}

/* A user's name that is an address is his. */
static void
guess_address(struct foreign_account *a)
{
	if (a->address == NULL && a->in.user != NULL && strchr(a->in.user, '@') != NULL)
		a->address = g_strdup(a->in.user);
	if (a->address == NULL && a->in.user != NULL && a->in.host != NULL && strchr(a->in.host, '.') != NULL)
		a->address = g_strconcat(a->in.user, "@", domain_of(a->in.host), NULL);
}

static void
fill(char **where, char **from)
{
	if (*where == NULL)
		*where = g_steal_pointer(from);
}

/* a and b are one mailbox: what b says more is a's. */
static void
take_in(struct foreign_account *a, struct foreign_account *b)
{
	char **to[] = {&a->address, &a->display, &a->signature, &a->attribution, &a->maildir, &a->delete_after, &a->sent,
	    &a->drafts, &a->archive, &a->trash, &a->in.command};
	char **from[] = {&b->address, &b->display, &b->signature, &b->attribution, &b->maildir, &b->delete_after, &b->sent,
	    &b->drafts, &b->archive, &b->trash, &b->in.command};

	for (size_t i = 0; i < G_N_ELEMENTS(to); i++)
		fill(to[i], from[i]);
	if (a->out.host == NULL && b->out.host != NULL)
		take_over(a, b);
	if (a->folders->len == 0) {
		g_ptr_array_unref(a->folders);
		a->folders = g_ptr_array_ref(b->folders);
	}
	for (guint i = 0; i < b->aliases->len; i++)
		g_ptr_array_add(a->aliases, g_strdup(g_ptr_array_index(b->aliases, i)));
	a->does_sign = a->does_sign || b->does_sign;
	fill(&a->in.user, &b->in.user);
	if (*a->name == '\0')
		foreign_put(&a->name, b->name);
}

static void
join_same(struct foreign *f)
{
	for (guint i = 0; i < f->accounts->len; i++)
		for (guint k = i + 1; k < f->accounts->len;) {
			struct foreign_account *a = g_ptr_array_index(f->accounts, i), *b = g_ptr_array_index(f->accounts, k);

			if (is_same(a->in.host, b->in.host) && is_same(a->in.user, b->in.user)) {
				take_in(a, b);
				g_ptr_array_remove_index(f->accounts, k);
			} else {
				k++;
			}
		}
}

/* One of which something was understood, but no server. */
static void
tell_left_out(struct foreign *f, const struct foreign_account *a)
{
	if (*a->name != '\0' && *a->name != '(' && (a->address != NULL || a->in.user != NULL))
		g_ptr_array_add(f->notes,
		    g_strdup_printf("account \"%s\": no server that Penfold can speak with: left out", a->name));
}

void
foreign_join(struct foreign *f)
{
	join_same(f);
	join_sending(f);
	join_person(f);
	for (guint i = 0; i < f->accounts->len;) {
		struct foreign_account *a = g_ptr_array_index(f->accounts, i);
		guess_address(a);
		if ((a->in.host == NULL && a->out.host == NULL) || a->name[0] == '(') {
			tell_left_out(f, a);
			g_ptr_array_remove_index(f->accounts, i);
		} else {
			i++;
		}
	}
}

char *
foreign_url(const struct foreign_server *s)
{
	GString *url;
	char *user;

	if (s->host == NULL)
		return NULL;
	user = s->user != NULL ? g_uri_escape_string(s->user, "@", FALSE) : NULL;
	url = g_string_new(s->scheme != NULL ? s->scheme : "imaps");
	g_string_append(url, "://");
	if (user != NULL)
		g_string_append_printf(url, "%s@", user);
	g_string_append(url, s->host);
	if (s->port != 0)
		g_string_append_printf(url, ":%u", s->port);
	g_free(user);
	return g_string_free(url, FALSE);
}

char *
foreign_command(const char *text)
{
	char *quoted, *out;

	if (text == NULL)
		return NULL;
	if (*text == '+') /* mbsync's mark for what is run without noise */
		text++;
	if (strpbrk(text, "|;&$`<>*?#\"'\\(){}~=") == NULL)
		return g_strdup(text);
	quoted = g_shell_quote(text);
	out = g_strconcat("sh -c ", quoted, NULL);
	g_free(quoted);
	return out;
}

GPtrArray *
foreign_found(void)
{
	static const char *const paths[] = {"~/.mbsyncrc", "~/.config/isyncrc", "~/.offlineimaprc",
	    "~/.config/offlineimap/config", "~/.getmail/getmailrc", "~/.config/getmail/getmailrc", "~/.fetchmailrc",
	    "~/.msmtprc", "~/.config/msmtp/config", "~/.config/neomutt/neomuttrc", "~/.neomuttrc",
	    "~/.config/mutt/muttrc", "~/.mutt/muttrc", "~/.muttrc", "~/.config/aerc/accounts.conf", "~/.pinerc", NULL};
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

	for (const char *const *p = paths; *p != NULL; p++) {
		char *full = paths_expand(*p);
		if (g_file_test(full, G_FILE_TEST_IS_REGULAR))
			g_ptr_array_add(out, g_strdup(*p));
		g_free(full);
	}
	return out;
}
