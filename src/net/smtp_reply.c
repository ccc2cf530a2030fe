/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_reply.c - the reply parser and the table of enhanced codes. */
#include "net/smtp_reply.h"

#include "base/error.h"
#include "base/limits.h"

#include <string.h>

#define SHOWN_BYTES 300 /* of a server's text within a sentence */

void
smtp_reply_init(struct smtp_reply *reply)
{
	*reply = (struct smtp_reply){.text = g_string_new(NULL)};
}

void
smtp_reply_fini(struct smtp_reply *reply)
{
	g_string_free(reply->text, TRUE);
	reply->text = NULL;
}

void
smtp_reply_reset(struct smtp_reply *reply)
{
	reply->code = 0;
	reply->is_whole = false;
	memset(reply->enhanced, 0, sizeof(reply->enhanced));
	g_string_truncate(reply->text, 0);
}

/* "ddd", "ddd text" or "ddd-text"; 0 when it is none. */
static int
line_code(const char *line, size_t len)
{
	if (len < 3 || line[0] < '2' || line[0] > '5' || !g_ascii_isdigit(line[1]) ||
	    !g_ascii_isdigit(line[2]) || (len > 3 && line[3] != ' ' && line[3] != '-'))
		return 0;
	return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

/* A number of at most three digits at *p; false when there is none. */
static bool
take_number(const char **p, const char *end, unsigned *out)
{
	const char *start = *p;

	*out = 0;
	while (*p < end && *p - start < 3 && g_ascii_isdigit(**p))
		*out = *out * 10 + (unsigned)(*(*p)++ - '0');
	return *p > start;
}

/* RFC 2034 4: "class.subject.detail SP text", the class being that of the reply. Gives
 * its length. */
static size_t
take_enhanced(struct smtp_reply *reply, const char *text, size_t len)
{
	const char *p = text, *end = text + len;
	unsigned n[3];
	int i;

	for (i = 0; i < 3; i++) {
		if (!take_number(&p, end, &n[i]) || (i < 2 && (p == end || *p++ != '.')))
			return 0;
	}
	if ((p < end && *p != ' ') || (int)n[0] != reply->code / 100)
		return 0;
	memcpy(reply->enhanced, n, sizeof(n));
	return (size_t)(p - text) + (p < end);
}

static void
make_safe(GString *text)
{
	char *valid = g_utf8_make_valid(text->str, (gssize)text->len);
	gsize i;

	g_string_assign(text, valid);
	g_free(valid);
	for (i = 0; i < text->len; i++) {
		unsigned char c = (unsigned char)text->str[i];

		if ((c < 32 && c != '\n') || c == 127)
			text->str[i] = ' ';
	}
}

bool
smtp_reply_feed(struct smtp_reply *reply, const char *line, size_t len, GError **error)
{
	int code = line_code(line, len);
	size_t skip = MIN(len, 4);

	if (code == 0 || (reply->code != 0 && code != reply->code)) {
		g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL,
		    "the server's answer is no SMTP reply");
		return false;
	}
	if (reply->text->len + len > LIMIT_REPLY_TOTAL) {
		g_set_error(
		    error, PF_ERROR, PF_ERROR_LIMIT, "the server's answer has no end");
		return false;
	}
	if (reply->code != 0)
		g_string_append_c(reply->text, '\n');
	reply->code = code;
	skip += take_enhanced(reply, line + skip, len - skip);
	g_string_append_len(reply->text, line + skip, (gssize)(len - skip));
	reply->is_whole = len < 4 || line[3] == ' ';
	if (reply->is_whole)
		make_safe(reply->text);
	return true;
}

/* clang-format off */
static const struct {
	unsigned subject, detail;
	const char *meaning;
} meanings[] = {
	{ 1, 0, "something is wrong with the address" },
	{ 1, 1, "the mailbox does not exist" },
	{ 1, 2, "the domain does not take mail" },
	{ 1, 3, "the address is not written correctly" },
	{ 1, 4, "the address is ambiguous" },
	{ 1, 6, "the mailbox has moved" },
	{ 1, 7, "the sender's address is not written correctly" },
	{ 1, 8, "the sender's domain was not accepted" },
	{ 1, 10, "the domain takes no mail at all" },
	{ 2, 0, "something is wrong with the mailbox" },
	{ 2, 1, "the mailbox is not in use" },
	{ 2, 2, "the mailbox is full" },
	{ 2, 3, "the letter is too large for the mailbox" },
	{ 2, 4, "the mailing list could not be expanded" },
	{ 3, 0, "something is wrong with the mail system" },
	{ 3, 1, "the mail system is full" },
	{ 3, 2, "the system takes no mail at the moment" },
	{ 3, 3, "the system cannot do what the letter needs" },
	{ 3, 4, "the letter is too large" },
	{ 3, 5, "the system is not set up correctly" },
	{ 4, 0, "something is wrong with the network" },
	{ 4, 1, "the recipient's server does not answer" },
	{ 4, 2, "the connection to the recipient's server broke" },
	{ 4, 3, "the name service failed" },
	{ 4, 4, "no way to the recipient's server is known" },
	{ 4, 5, "the mail system is congested" },
	{ 4, 6, "the letter goes round in a loop" },
	{ 4, 7, "the letter could not be delivered in time" },
	{ 5, 0, "something is wrong with the protocol" },
	{ 5, 1, "a command was not valid" },
	{ 5, 2, "a command was not understood" },
	{ 5, 3, "there are too many recipients" },
	{ 5, 4, "a command's arguments were not valid" },
	{ 5, 6, "an authentication line is too long" },
	{ 6, 0, "something is wrong with the content" },
	{ 6, 1, "this kind of content is not taken" },
	{ 6, 2, "the content had to be converted, and may not be" },
	{ 6, 3, "the content had to be converted, and cannot be" },
	{ 6, 7, "the server cannot take addresses beyond ASCII" },
	{ 7, 0, "it was refused for reasons of security or policy" },
	{ 7, 1, "the server does not let you send this" },
	{ 7, 2, "the mailing list does not let you post" },
	{ 7, 7, "the letter was changed on its way" },
	{ 7, 8, "user name or password is wrong" },
	{ 7, 9, "this way to log in is too weak for the server" },
	{ 7, 11, "this way to log in needs encryption" },
	{ 7, 13, "the account is disabled" },
	{ 7, 20, "no valid DKIM signature was found" },
	{ 7, 23, "the SPF check failed" },
	{ 7, 25, "the server's address has no valid name" },
	{ 7, 26, "several authentication checks failed" },
	{ 7, 27, "the sender's domain takes no mail" },
	{ 7, 28, "too many letters were sent" },
};
/* clang-format on */

const char *
smtp_reply_meaning(unsigned subject, unsigned detail)
{
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(meanings); i++) {
		if (meanings[i].subject == subject && meanings[i].detail == detail)
			return meanings[i].meaning;
	}
	return NULL;
}

/* Text on one line, cut at a whole character; owned. */
static char *
one_line(const GString *text)
{
	char *line = g_strdup(text->str);
	const char *end;

	g_strdelimit(line, "\n", ' ');
	if (strlen(line) > SHOWN_BYTES) {
		end = g_utf8_find_prev_char(line, line + SHOWN_BYTES);
		line[end - line] = '\0';
	}
	return g_strstrip(line);
}

/* NULL for none. 4.7.0 and 4.7.1 are what greylists and servers with a limit say: no refusal. */
static const char *
meaning_of(const unsigned enhanced[3])
{
	if (enhanced[0] == 4 && enhanced[1] == 7 && enhanced[2] <= 1)
		return "the server takes it later";
	return enhanced[0] >= 4 ? smtp_reply_meaning(enhanced[1], enhanced[2]) : NULL;
}

char *
smtp_reply_explain(const struct smtp_reply *reply)
{
	const char *meaning = meaning_of(reply->enhanced);
	char *line = one_line(reply->text), *code, *said;

	code = reply->enhanced[0] == 0
		   ? g_strdup_printf("%d", reply->code)
		   : g_strdup_printf("%d %u.%u.%u", reply->code, reply->enhanced[0],
			 reply->enhanced[1], reply->enhanced[2]);
	said = g_strdup_printf("%s%s%s", code, *line != '\0' ? " " : "", line);
	g_free(code);
	g_free(line);
	if (meaning == NULL)
		return said;
	line = g_strdup_printf("%s (%s)", meaning, said);
	g_free(said);
	return line;
}
