/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_header.c - header fields token by token. A token is never split, so a field is
 * folded only where white space already stands, and unfolding gives the text back to the
 * byte. */
#include "mime/compose_header.h"

#include "base/limits.h"
#include "base/when.h"
#include "mime/compose_address.h"

#include <string.h>

#define LINE_COLS 78 /* RFC 5322 2.1.1 */
#define LONGEST_TOKEN                                                                    \
	66 /* more would not fit behind a name: then encoded words, which can be cut */
#define WORD_PAYLOAD                                                                     \
	56 /* RFC 2047 2: 75 with =?utf-8?q? and ?=, less a closing comma or so */
#define WORD_PREFIX 10 /* "=?utf-8?q?" */

struct fold {
	GString *out;
	size_t cols;   /* of the current line */
	bool is_empty; /* nothing after the field's name yet */
};

static void
fold_begin(struct fold *f, GString *out, const char *name)
{
	f->out = out;
	f->is_empty = true;
	f->cols = strlen(name) + 1;
	g_string_append(out, name);
	g_string_append_c(out, ':');
}

/* Append white space, folded if need be, and a token. */
static void
fold_token(struct fold *f, const char *token, size_t len)
{
	if (!f->is_empty && f->cols + 1 + len > LINE_COLS) {
		g_string_append(f->out, "\r\n");
		f->cols = 0;
	}
	g_string_append_c(f->out, ' ');
	g_string_append_len(f->out, token, (gssize)len);
	f->cols += 1 + len;
	f->is_empty = false;
}

static void
fold_end(struct fold *f)
{
	g_string_append(f->out, "\r\n");
}

/* --- encoded words (RFC 2047) --- */

/* Bytes that stand for themselves in "Q" even within a phrase (RFC 2047 5 (3)). */
static bool
is_q_plain(unsigned char c)
{
	return g_ascii_isalnum((gchar)c) || (c != '\0' && strchr("!*+-/", c) != NULL);
}

static size_t
q_cost(const char *text, size_t len)
{
	size_t cost = 0, i;

	for (i = 0; i < len; i++)
		cost += is_q_plain((unsigned char)text[i]) || text[i] == ' ' ? 1 : 3;
	return cost;
}

static void
append_q(GString *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == ' ')
			g_string_append_c(out, '_');
		else if (is_q_plain((unsigned char)text[i]))
			g_string_append_c(out, text[i]);
		else
			g_string_append_printf(out, "=%02X", (unsigned char)text[i]);
	}
}

static void
append_word(GString *word, const char *text, size_t len, bool is_q)
{
	char *base64;

	g_string_assign(word, is_q ? "=?utf-8?q?" : "=?utf-8?b?");
	if (is_q) {
		append_q(word, text, len);
	} else {
		base64 = g_base64_encode((const guchar *)text, len);
		g_string_append(word, base64);
		g_free(base64);
	}
	g_string_append(word, "?=");
}

/* How many bytes of text, whole characters, fit into a payload of `room`. At least one
 * character. In "B" a word that others follow ends on a multiple of three bytes where it
 * can: some readers, GMime 3.2 among them, lose what comes behind a word that ends in
 * padding. */
static size_t
word_fit(const char *text, const char *end, size_t room, bool is_q)
{
	const char *p = text, *whole = NULL;

	while (p < end) {
		const char *next = p + g_utf8_skip[(guchar)*p];
		size_t len = (size_t)(next - text);
		size_t cost = is_q ? q_cost(text, len) : (len + 2) / 3 * 4;

		if (cost > room && p > text)
			break;
		p = next;
		if (len % 3 == 0)
			whole = p;
	}
	return (size_t)((is_q || p == end || whole == NULL ? p : whole) - text);
}

/* Text as encoded words; each holds whole characters (RFC 2047 5). The first one fills
 * what is left of the line. */
static void
fold_encoded(struct fold *f, const char *text, size_t len, const char *suffix)
{
	bool is_q = q_cost(text, len) <= (len + 2) / 3 * 4;
	const char *end = text + len;
	GString *word = g_string_new(NULL);

	while (text < end) {
		size_t used = f->cols + 1 + WORD_PREFIX + 2 + strlen(suffix);
		size_t room = used + 12 < LINE_COLS ? LINE_COLS - used : WORD_PAYLOAD;
		size_t n = word_fit(text, end, MIN(room, WORD_PAYLOAD), is_q);

		append_word(word, text, n, is_q);
		text += n;
		if (text == end)
			g_string_append(word, suffix);
		fold_token(f, word->str, word->len);
	}
	g_string_free(word, TRUE);
}

/* --- unstructured text --- */

/* The next token: non-spaces, then all spaces but the last one before the next token. */
static size_t
token_len(const char *text)
{
	size_t len = strcspn(text, " ");
	size_t spaces = strspn(text + len, " ");

	return len + (spaces > 0 && text[len + spaces] != '\0' ? spaces - 1 : spaces);
}

static bool
needs_encoding(const char *token, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)token[i];

		if (c < 32 || c >= 127 ||
		    (c == '=' && i + 1 < len && token[i + 1] == '?'))
			return true;
	}
	return len > LONGEST_TOKEN;
}

/* First and past-the-last byte of what must be encoded; false when nothing must. */
static bool
encoded_range(const char *text, const char **first_out, const char **last_out)
{
	const char *p = text;

	*first_out = NULL;
	while (*p != '\0') {
		size_t len = token_len(p);

		if (needs_encoding(p, len)) {
			if (*first_out == NULL)
				*first_out = p;
			*last_out = p + len;
		}
		p += len;
		p += *p == ' ';
	}
	return *first_out != NULL;
}

static void
fold_plain(struct fold *f, const char *text, const char *end)
{
	while (text < end) {
		size_t len = token_len(text);

		fold_token(f, text, MIN(len, (size_t)(end - text)));
		text += len;
		text += *text == ' ';
	}
}

void
compose_header_text(GString *out, const char *name, const char *text)
{
	char *copy = g_strstrip(g_strdup(text));
	const char *first, *last;
	struct fold f;

	fold_begin(&f, out, name);
	if (encoded_range(copy, &first, &last)) {
		fold_plain(&f, copy, first);
		fold_encoded(&f, first, (size_t)(last - first), "");
		if (*last != '\0')
			fold_plain(&f, last + 1, copy + strlen(copy));
	} else {
		fold_plain(&f, copy, copy + strlen(copy));
	}
	if (f.is_empty)
		g_string_append_c(out, ' ');
	fold_end(&f);
	g_free(copy);
}

/* --- addresses --- */

static bool
is_plain_phrase(const char *name)
{
	const char *p;

	for (p = name; *p != '\0'; p++) {
		if (*p == ' '
			? p[1] == ' '
			: !g_ascii_isalnum(*p) && strchr("!#$%&'*+-/^_`{|}~", *p) == NULL)
			return false;
	}
	return true;
}

static char *
quoted(const char *name)
{
	GString *s = g_string_new("\"");

	for (; *name != '\0'; name++) {
		if (*name == '"' || *name == '\\')
			g_string_append_c(s, '\\');
		g_string_append_c(s, *name);
	}
	g_string_append_c(s, '"');
	return g_string_free(s, FALSE);
}

static void
fold_name(struct fold *f, const char *name)
{
	char *text;

	if (needs_encoding(name, strlen(name)) && !is_plain_phrase(name)) {
		fold_encoded(f, name, strlen(name), "");
	} else if (is_plain_phrase(name)) {
		fold_plain(f, name, name + strlen(name));
	} else {
		text = quoted(name);
		fold_token(f, text, strlen(text));
		g_free(text);
	}
}

static void
fold_mailbox(struct fold *f, const struct compose_address *a, bool is_last)
{
	char *ascii = compose_address_ascii(a->spec, NULL);
	const char *spec = ascii != NULL ? ascii : a->spec;
	char *token;

	if (*a->name != '\0') {
		fold_name(f, a->name);
		token = g_strdup_printf("<%s>%s", spec, is_last ? "" : ",");
	} else {
		token = g_strdup_printf("%s%s", spec, is_last ? "" : ",");
	}
	fold_token(f, token, strlen(token));
	g_free(token);
	g_free(ascii);
}

void
compose_header_addresses(GString *out, const char *name, const GPtrArray *addresses)
{
	struct fold f;
	guint i;

	if (addresses->len == 0)
		return;
	fold_begin(&f, out, name);
	for (i = 0; i < addresses->len; i++)
		fold_mailbox(&f, addresses->pdata[i], i + 1 == addresses->len);
	fold_end(&f);
}

/* --- ids and dates --- */

/* Is this "<left@right>" with nothing in it that would need a comment or a fold? */
static bool
is_message_id(const char *token, size_t len)
{
	const char *at = memchr(token, '@', len);
	size_t i;

	if (len < 5 || len > 900 || token[0] != '<' || token[len - 1] != '>' ||
	    at == NULL || at == token + 1 || at == token + len - 2)
		return false;
	for (i = 1; i < len - 1; i++) {
		if ((unsigned char)token[i] <= 32 || (unsigned char)token[i] >= 127 ||
		    token[i] == '<' || token[i] == '>')
			return false;
	}
	return true;
}

static GPtrArray *
collect_ids(const char *text)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
	const char *p = text, *end;

	while ((p = strchr(p, '<')) != NULL && (end = strchr(p, '>')) != NULL) {
		size_t len = (size_t)(end + 1 - p);

		if (is_message_id(p, len)) {
			g_ptr_array_add(ids, g_strndup(p, len));
			/* the first id is the thread's root: it outlives the middle ones
			 */
			if (ids->len > LIMIT_REFERENCES)
				g_ptr_array_remove_index(ids, 1);
		}
		p = is_message_id(p, len) ? end : p + 1;
	}
	return ids;
}

void
compose_header_ids(GString *out, const char *name, const char *text)
{
	GPtrArray *ids = collect_ids(text);
	struct fold f;
	guint i;

	if (ids->len > 0) {
		fold_begin(&f, out, name);
		for (i = 0; i < ids->len; i++)
			fold_token(&f, ids->pdata[i], strlen(ids->pdata[i]));
		fold_end(&f);
	}
	g_ptr_array_unref(ids);
}

void
compose_header_date(GString *out, gint64 unix_time)
{
	GDateTime *t = g_date_time_new_from_unix_local(unix_time);
	int minutes;

	if (t == NULL) /* past the year 9999 */
		t = g_date_time_new_from_unix_utc(0);
	minutes = (int)(g_date_time_get_utc_offset(t) / G_TIME_SPAN_MINUTE);
	g_string_append_printf(out, "Date: %s, %d %s %04d %02d:%02d:%02d %c%02d%02d\r\n",
	    when_day(t), g_date_time_get_day_of_month(t), when_month(t), g_date_time_get_year(t),
	    g_date_time_get_hour(t), g_date_time_get_minute(t), g_date_time_get_second(t),
	    minutes < 0 ? '-' : '+', ABS(minutes) / 60, ABS(minutes) % 60);
	g_date_time_unref(t);
}
