/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc.h - the rc file: sections as in git's config, one table of settings (rc_settings.c) from
 * which parser, errors, `penfold config` and penfold-rc(5) come. UTF-8. */
#ifndef PENFOLD_BASE_RC_H
#define PENFOLD_BASE_RC_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rc_type {
	RC_STRING,
	RC_BOOL,     /* yes, no, true, false, on, off, 1, 0 */
	RC_INT,	     /* decimal */
	RC_DURATION, /* seconds; suffixes s m h d w */
	RC_SIZE,     /* bytes; suffixes k M G (1024) */
	RC_PATH,     /* ~ is expanded */
	RC_MAILBOX,  /* Name <addr-spec> or addr-spec */
	RC_URL,	     /* scheme://[user@]host[:port] */
	RC_COMMAND,  /* argv, split as a shell would but run without one */
	RC_CHOICE,   /* one of `choices`, separated by | */
};

/* One setting. `section` is "account", "store", ...; settings whose key is free (keys.index,
 * theme) have key "*". */
struct rc_setting {
	const char *section;
	const char *key;
	enum rc_type type;
	const char *choices;  /* RC_CHOICE "a|b|c"; RC_URL: the schemes, "imaps|imap" */
	const char *fallback; /* the default as it would be written, NULL for none */
	bool repeat;	      /* may stand several times; all values count */
	bool secret;	      /* hidden by `config show` */
	const char *help;     /* one or more plain sentences, for penfold-rc(5) */
};

extern const struct rc_setting rc_settings[];
extern const size_t rc_n_settings;

/* The setting for section and key, with "*" matching any key of a free section; NULL when there is
 * none. Both are lower case but for the keys of free sections. */
const struct rc_setting *
rc_setting_find(const char *section, const char *key);
/* What a section is for, one or more plain sentences for penfold-rc(5); NULL for an unknown section. */
const char *
rc_section_help(const char *section);
/* Does the section stand with a name, as [account "work"]? Are its keys free? */
bool
rc_section_is_named(const char *section);
bool
rc_section_is_free(const char *section);

struct rc; /* a whole parsed configuration; immutable after rc_load() */

/* The file in short: `[section]` or `[section "name"]` headers, `key = value` lines, comments that
 * start with "#" or ";" at the start of a line or after a blank, a backslash at the end of a line
 * to go on in the next, `include = FILE` before any section or `[include] path = FILE` (relative
 * to the including file). Values are taken as they stand; one that is wholly in double quotes is
 * unquoted, with \\ \" \n \t in it. An empty value unsets what stood before. CRLF is tolerated. */

/* Load the rc file. path NULL: paths_rc(), and a missing default file is an empty configuration.
 * overrides (may be NULL) is a NULL-terminated list of "section.key=value" or
 * "section.name.key=value" (the -o options), which win over the file. Errors are PF_ERROR_CONFIG
 * with messages such as: rc:12: unknown key "adress", did you mean "address"? */
struct rc *
rc_load(const char *path, const char *const *overrides, GError **error);
void
rc_free(struct rc *rc);

/* The path that was loaded (borrowed; also when the file does not exist). */
const char *
rc_path(const struct rc *rc);

/* All findings, not only the first, as "rc:LINE: text" strings; empty when all is well. For
 * `penfold config check`. Owned by the caller (GStrv in a GPtrArray with free function). */
GPtrArray *
rc_check(const char *path, const char *const *overrides);

/* Does the file or -o set this key itself, so that the value is not the table's fallback? */
bool
rc_is_set(const struct rc *rc, const char *section, const char *name, const char *key);

/* Values. name is the subsection ("work" of [account "work"]) or NULL. The last one set wins;
 * without one, the table's fallback, else NULL/0/false. Borrowed strings. A key that is not in
 * the table is a programming error (assert). */
const char *
rc_string(const struct rc *rc, const char *section, const char *name, const char *key);
bool
rc_bool(const struct rc *rc, const char *section, const char *name, const char *key);
int64_t
rc_int(const struct rc *rc, const char *section, const char *name, const char *key);
/* All values of a repeating key in order, NULL-terminated; never NULL. Borrowed. */
const char *const *
rc_list(const struct rc *rc, const char *section, const char *name, const char *key);
/* RC_PATH with ~ expanded; owned by the caller, NULL when unset. */
char *
rc_path_value(const struct rc *rc, const char *section, const char *name, const char *key);
/* RC_COMMAND split to argv; owned (g_strfreev), NULL when unset. */
char **
rc_argv(const struct rc *rc, const char *section, const char *name, const char *key);
/* The user's editor: [ui] editor, else VISUAL, EDITOR, vi. Owned (g_strfreev); NULL with error where the environment's
 * cannot be split. */
char **
rc_editor(const struct rc *rc, GError **error);

/* The names of the subsections of a section, in file order, NULL-terminated. Borrowed. */
const char *const *
rc_names(const struct rc *rc, const char *section);
/* Keys of a free section such as [keys.index], as pairs key, value, key, value, NULL. Borrowed. */
const char *const *
rc_pairs(const struct rc *rc, const char *section);

enum rc_tls {
	RC_TLS_IMPLICIT, /* imaps: pop3s: smtps: */
	RC_TLS_STARTTLS, /* imap: pop3: submission: smtp:, required */
	RC_TLS_NONE,	 /* `tls = no` and a loopback host: the only way out in clear */
};

/* A server of an account. All strings borrowed from the rc. */
struct rc_server {
	const char *scheme; /* "imaps" as written */
	const char *user;   /* percent-decoded; defaults to the account's addr-spec */
	const char *host;
	uint16_t port; /* the scheme's default when absent: 993 143 995 110 465 587 */
	enum rc_tls tls;
	const char *proxy; /* rc_proxy(); NULL: reached directly */
};

struct rc_url;
/* The server of a URL, whose strings and user it borrows. want_tls: STARTTLS is required where the scheme is not TLS
 * from the first byte. account: whose proxy leads there; NULL for none of the rc. */
struct rc_server
rc_server_of(const struct rc *rc, const char *account, const struct rc_url *url, const char *user, bool want_tls);

/* An account, resolved. Borrowed from the rc. */
struct rc_account {
	const char *name;    /* "work" */
	const char *address; /* addr-spec */
	const char *display; /* display name, "" when none */
	const struct rc_server *imap; /* NULL when absent */
	const struct rc_server *pop3;
	const struct rc_server *smtp;
	const struct rc_server *const *smtp_fallbacks; /* NULL-terminated, in order; never NULL */
	bool is_mx; /* smtp = mx: letters go to their domains' own servers; smtp has no host */
	bool is_local; /* neither imap nor pop3: mail comes by `penfold deliver` */
	/* local folder names below the account's own folder; roles of RFC 6154 found on the server
	 * win over the fallback, a value in the rc wins over both */
	const char *inbox, *sent, *drafts, *trash, *archive, *junk;
};

const struct rc_account *
rc_account(const struct rc *rc, const char *name);
/* NULL-terminated, in file order; never NULL. Borrowed. */
const struct rc_account *const *
rc_accounts(const struct rc *rc);
/* The account whose address (or alias) is this addr-spec, domain compared case-insensitively;
 * NULL when none. */
const struct rc_account *
rc_account_of_address(const struct rc *rc, const char *addr_spec);

/* The proxy of an account, or with NULL of what belongs to none, as a URL that rc_value_url() reads with
 * RC_PROXY_SCHEMES; NULL for none. Borrowed. */
#define RC_PROXY_SCHEMES "socks5h|socks5|http|none"
const char *
rc_proxy(const struct rc *rc, const char *account);
/* The same for one server: what is on this machine is reached without it. */
const char *
rc_proxy_to(const struct rc *rc, const char *account, const char *host);

/* [store] path, expanded: the Maildir root with the notmuch database in it (default ~/Mail). */
char *
rc_mail_root(const struct rc *rc);
/* [store] state, expanded, else paths_state(). */
char *
rc_state_dir(const struct rc *rc);

#endif
