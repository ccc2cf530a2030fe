/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_value.h - the text of one value of the rc file to what it means. Pure functions; errors are
 * PF_ERROR_CONFIG, a sentence without file and line, which the caller knows. */
#ifndef PENFOLD_BASE_RC_VALUE_H
#define PENFOLD_BASE_RC_VALUE_H

#include "base/rc.h"

/* Take off double quotes that stand around the whole value and resolve the escapes in them; any
 * other value is returned as it is. NULL and error when a quote is never closed. Owned. */
char *
rc_value_unquote(const char *raw, GError **error);

/* yes, no, true, false, on, off, 1, 0; ASCII case does not count. */
bool
rc_value_bool(const char *text, bool *value_out, GError **error);
/* RC_INT: decimal, may be negative. RC_DURATION: seconds, with suffix s m h d w. RC_SIZE: bytes,
 * with suffix k M G. The latter two are never negative. */
bool
rc_value_int(enum rc_type type, const char *text, int64_t *value_out, GError **error);
/* Words as a shell would split them: blanks part them; '...' as it stands; "..." with \" and \\; a
 * backslash takes the next character as it is. Nothing is expanded, save "~/" that starts the first
 * word. NULL-terminated, at least one word, owned (g_strfreev). */
char **
rc_value_argv(const char *text, GError **error);
/* "Name <addr-spec>", "\"Name, with comma\" <addr-spec>" or a bare addr-spec. Both owned; the name is
 * "" when there is none. The addr-spec is checked: one address, no blanks, a domain. */
bool
rc_value_mailbox(const char *text, char **name_out, char **address_out, GError **error);

/* scheme://[user@]host[:port] in its pieces. */
struct rc_url {
	char *scheme; /* lower case */
	char *user;   /* percent-decoded, NULL when absent */
	char *host;   /* lower case; an IPv6 address without its brackets */
	uint16_t port; /* the scheme's own when absent */
};

/* schemes: those that are allowed, "imaps|imap". No password, path, query or fragment. */
bool
rc_value_url(const char *text, const char *schemes, struct rc_url *url_out, GError **error);
void
rc_value_url_clear(struct rc_url *url);
/* The word that may stand in place of a URL, with which `schemes` ends ("mx", "none"); NULL when all of it are schemes. */
const char *
rc_value_url_word(const char *schemes);
/* localhost, 127.0.0.0/8 or ::1: the names that never leave the machine. */
bool
rc_value_is_loopback(const char *host);

/* Is this text a good value for the setting? */
bool
rc_value_check(const struct rc_setting *setting, const char *text, GError **error);

#endif
