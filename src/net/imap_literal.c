/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters on their way up as literals (RFC 3501 4.3, RFC 7888, RFC 6855 4). */
#include "net/imap_session.h"

#include "base/error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define LITERAL_MINUS_MAX 4096 /* RFC 7888 5 */

/* The file's bytes with CRLF at each line end (RFC 3501 wants a letter in its form on the
 * wire; local files may have LF). Without a session they are only counted into *total. */
static bool
send_file(struct imap *s, int fd, guint64 *total, GError **error)
{
	char buf[8192], out[2 * sizeof(buf)], last = '\0';
	ssize_t n;

	for (off_t at = 0; (n = pread(fd, buf, sizeof(buf), at)) != 0; at += MAX(n, 0)) {
		size_t len = 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			g_set_error(error, PF_ERROR, PF_ERROR_IO,
			    "a letter cannot be read: %s", g_strerror(errno));
			return false;
		}
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] == '\n' && last != '\r')
				out[len++] = '\r';
			out[len++] = last = buf[i];
		}
		*total += len;
		if (s != NULL && !imap_write(s, out, len, error))
			return false;
	}
	return true;
}

/* The literal that was announced with this size, and what comes behind it. */
static bool
send_literal(struct imap *s, int fd, guint64 size, const char *tail, GError **error)
{
	guint64 sent = 0;

	if (!send_file(s, fd, &sent, error) || sent != size) {
		if (error != NULL && *error == NULL)
			g_set_error(error, PF_ERROR, PF_ERROR_IO,
			    "a letter changed while it was sent");
		transport_cancel(s->transport); /* a literal cannot be taken back */
		return false;
	}
	return imap_write(s, tail, strlen(tail), error);
}

/* Has the header bytes that only UTF8 may carry? */
static bool
has_utf8_header(int fd)
{
	char head[8192];
	ssize_t n = pread(fd, head, sizeof(head), 0);
	char last = '\0';

	for (ssize_t i = 0; i < n; i++) {
		if ((guchar)head[i] >= 0x80)
			return true;
		if (head[i] == '\n' && last == '\n')
			break;
		if (head[i] != '\r')
			last = head[i];
	}
	return false;
}

bool
imap_submit_literal(struct imap *s, const struct imap_command *command, const char *text,
    int fd, GError **error)
{
	bool is_utf8 = imap_is_enabled(s, "UTF8=ACCEPT") && has_utf8_header(fd);
	bool may_wait;
	char *head, *consent = NULL;
	guint64 size = 0;
	bool is_good;
	int turn = 1;

	if (!send_file(NULL, fd, &size, error))
		return false;
	may_wait = !imap_has(s, "LITERAL+") &&
		   !(imap_has(s, "LITERAL-") && size <= LITERAL_MINUS_MAX);
	head = g_strdup_printf("%s %s{%" G_GUINT64_FORMAT "%s}", text,
	    is_utf8 ? "UTF8 (~" : "", size, may_wait ? "" : "+");

	is_good = (!may_wait || imap_drain(s, 0, error)) &&
		  imap_submit_open(s, command, head, error) && imap_write(s, "\r\n", 2, error);
	if (is_good && may_wait)
		turn = imap_read_turn(s, &consent, error);
	g_free(consent);
	g_free(head);
	if (!is_good || turn <= 0)
		return is_good &&
		       turn == 0; /* 0: refused, and its on_done has been called */
	return send_literal(s, fd, size, is_utf8 ? ")\r\n" : "\r\n", error);
}
