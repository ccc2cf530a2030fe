/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POP3 answers, read without trust. */
#include "net/pop3_reply.h"

#include "base/limits.h"

#include <string.h>

/* The text of a line that begins with word, alone or before a blank; NULL when not. */
static const char *
after_word(const char *line, const char *word)
{
	size_t len = strlen(word);

	if (g_ascii_strncasecmp(line, word, len) != 0 ||
	    (line[len] != '\0' && line[len] != ' ' && line[len] != '\t'))
		return NULL;
	line += len;
	return line + strspn(line, " \t");
}

static bool
has_code(const char *text, const char *code)
{
	size_t len = strlen(code);

	return text[0] == '[' && g_ascii_strncasecmp(text + 1, code, len) == 0 &&
	       (text[1 + len] == ']' || text[1 + len] == '/');
}

void
pop3_reply_parse(const char *line, struct pop3_reply *out)
{
	const char *text;

	*out = (struct pop3_reply){.status = POP3_BROKEN, .text = line};
	if ((text = after_word(line, "+OK")) != NULL)
		out->status = POP3_OK;
	else if ((text = after_word(line, "-ERR")) != NULL)
		out->status = POP3_ERR;
	else if ((text = after_word(line, "+")) != NULL)
		out->status = POP3_GO_ON;
	else
		return;
	out->text = text;
	out->is_temporary = has_code(text, "IN-USE") || has_code(text, "LOGIN-DELAY") ||
			    has_code(text, "SYS/TEMP");
	out->is_auth = has_code(text, "AUTH");
}

char *
pop3_reply_timestamp(const char *greeting)
{
	const char *start = strchr(greeting, '<');
	const char *end = start != NULL ? strchr(start, '>') : NULL;
	bool has_at = false;

	if (end == NULL)
		return NULL;
	for (const char *p = start; p <= end; p++) {
		if (*p <= ' ' || *p >= 0x7f)
			return NULL;
		has_at = has_at || *p == '@';
	}
	return has_at ? g_strndup(start, (gsize)(end + 1 - start)) : NULL;
}

/* Decimal digits up to max; the rest of the line in *rest_out. */
static bool
take_number(const char *text, guint64 max, guint64 *out, const char **rest_out)
{
	guint64 value = 0;
	const char *p = text;

	for (; g_ascii_isdigit(*p); p++) {
		value = value * 10 + (guint64)(*p - '0');
		if (value > max)
			return false;
	}
	if (p == text || (*p != '\0' && *p != ' ' && *p != '\t'))
		return false;
	*out = value;
	*rest_out = p + strspn(p, " \t");
	return true;
}

static bool
take_index(const char *line, guint32 *number_out, const char **rest_out)
{
	guint64 number;

	if (!take_number(line, G_MAXINT32, &number, rest_out) || number == 0)
		return false;
	*number_out = (guint32)number;
	return true;
}

bool
pop3_reply_size(const char *line, guint32 *number_out, guint64 *size_out)
{
	const char *rest;

	return take_index(line, number_out, &rest) &&
	       take_number(rest, G_MAXINT64, size_out, &rest);
}

bool
pop3_reply_uidl(const char *line, guint32 *number_out, const char **uidl_out)
{
	size_t len;

	if (!take_index(line, number_out, uidl_out))
		return false;
	for (len = 0; (*uidl_out)[len] != '\0'; len++)
		if ((*uidl_out)[len] <= ' ' || (*uidl_out)[len] >= 0x7f)
			return false;
	return len > 0 && len <= POP3_UIDL_MAX;
}

void
pop3_caps_init(struct pop3_caps *caps)
{
	*caps = (struct pop3_caps){.sasl = g_ptr_array_new_with_free_func(g_free)};
	g_ptr_array_add(caps->sasl, NULL);
}

void
pop3_caps_fini(struct pop3_caps *caps)
{
	g_ptr_array_unref(caps->sasl);
}

void
pop3_caps_reset(struct pop3_caps *caps)
{
	pop3_caps_fini(caps);
	pop3_caps_init(caps);
}

static void
take_mechanisms(struct pop3_caps *caps, const char *names)
{
	char **list = g_strsplit_set(names, " \t", LIMIT_SASL_NAMES);

	g_ptr_array_set_size(caps->sasl, 0);
	for (char **name = list; *name != NULL; name++)
		if (**name != '\0')
			g_ptr_array_add(caps->sasl, g_strdup(*name));
	g_ptr_array_add(caps->sasl, NULL);
	g_strfreev(list);
}

void
pop3_caps_feed(struct pop3_caps *caps, const char *line)
{
	const char *names = after_word(line, "SASL");

	if (names != NULL)
		take_mechanisms(caps, names);
	caps->has_uidl = caps->has_uidl || after_word(line, "UIDL") != NULL;
	caps->has_top = caps->has_top || after_word(line, "TOP") != NULL;
	caps->has_user = caps->has_user || after_word(line, "USER") != NULL;
	caps->has_stls = caps->has_stls || after_word(line, "STLS") != NULL;
	caps->has_pipelining =
	    caps->has_pipelining || after_word(line, "PIPELINING") != NULL;
}

/* Where in a line the reader stands. */
enum {
	AT_START,  /* of a line */
	AFTER_DOT, /* a line that begins with a dot, which is not text */
	AFTER_DOT_CR,
	IN_LINE,
	AFTER_CR, /* within a line */
};

void
pop3_body_init(struct pop3_body *b, bool is_loose)
{
	*b = (struct pop3_body){.is_loose = is_loose, .state = AT_START};
}

static void
put(GByteArray *out, char c)
{
	g_byte_array_append(out, (const guint8 *)&c, 1);
}

/* A line that began with a dot turns out to be text: what was held back is part of it. */
static int
in_text(const struct pop3_body *b, char c, GByteArray *out)
{
	put(out, c);
	if (c == '\r')
		return AFTER_CR;
	return c == '\n' && (b->is_loose || b->state == AFTER_CR) ? AT_START : IN_LINE;
}

static int
after_dot(struct pop3_body *b, char c, GByteArray *out)
{
	if (b->state == AFTER_DOT && c == '\r')
		return AFTER_DOT_CR;
	if (c == '\n' && (b->state == AFTER_DOT_CR || b->is_loose)) {
		b->is_over = true;
		return AT_START;
	}
	if (b->state == AFTER_DOT_CR) {
		put(out, '\r'); /* ".\rx": the dot was stuffing */
		b->state = AFTER_CR;
	}
	return in_text(b, c, out);
}

/* Whole runs of text within a line at once: bodies are large. */
static size_t
copy_run(const char *in, size_t len, GByteArray *out)
{
	const char *cr = memchr(in, '\r', len), *lf = memchr(in, '\n', len);
	const char *end = in + len;

	if (cr != NULL)
		end = cr;
	if (lf != NULL && lf < end)
		end = lf;
	g_byte_array_append(out, (const guint8 *)in, (guint)(end - in));
	return (size_t)(end - in);
}

size_t
pop3_body_feed(struct pop3_body *b, const char *in, size_t len, GByteArray *out)
{
	size_t i = 0;

	while (i < len && !b->is_over) {
		if (b->state == IN_LINE) {
			i += copy_run(in + i, len - i, out);
			if (i == len)
				break;
		}
		if (b->state == AFTER_DOT || b->state == AFTER_DOT_CR)
			b->state = after_dot(b, in[i], out);
		else if (b->state == AT_START && in[i] == '.')
			b->state = AFTER_DOT;
		else
			b->state = in_text(b, in[i], out);
		i++;
	}
	return i;
}
