/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part_scan.c - one pass over the lines with a stack of the multiparts that are open. */
#include "mime/part_scan.h"

#include "base/limits.h"
#include "mime/part_type.h"

#include <string.h>

enum state { IN_HEAD, IN_BODY, BETWEEN };

struct scan {
	const char *bytes;
	size_t len;
	GArray *parts;
	guint open[LIMIT_MIME_DEPTH]; /* indices of open multiparts, outermost first */
	guint n_open;
	guint current; /* the part being read */
	enum state state;
	size_t line;
};

static struct part *
part_at(const GArray *parts, guint i)
{
	return &g_array_index(parts, struct part, i);
}

static void
clear_part(gpointer item)
{
	struct part *part = item;

	g_free(part->type);
	g_free(part->boundary);
	g_free(part->charset);
	g_free(part->name);
	g_free(part->encoding);
}

/* --- header --- */

static bool
is_named(const char *line, size_t len, const char *name, size_t *value_out)
{
	size_t n = strlen(name);

	if (len <= n || g_ascii_strncasecmp(line, name, n) != 0)
		return false;
	*value_out = n;
	while (*value_out < len && (line[*value_out] == ' ' || line[*value_out] == '\t'))
		(*value_out)++;
	return *value_out < len && line[(*value_out)++] == ':';
}

static void
append_line(GString *value, const char *from, const char *to)
{
	for (; from < to && value->len < LIMIT_HEADER_VALUE; from++)
		if (*from != '\r' && *from != '\n')
			g_string_append_c(value, *from != '\0' ? *from : ' ');
}

char *
part_field(const char *head, size_t len, const char *name, guint *n_out)
{
	const char *p = head, *end = head + len;
	GString *value = NULL;
	bool is_in = false;
	guint n = 0;

	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		const char *next = lf != NULL ? lf + 1 : end;
		size_t at;

		if (*p == ' ' || *p == '\t') {
			if (is_in)
				append_line(value, p, next);
		} else if ((is_in = is_named(p, (size_t)(next - p), name, &at))) {
			n++;
			if (value == NULL)
				value = g_string_new(NULL);
			g_string_truncate(value, 0);
			append_line(value, p + at, next);
		}
		p = next;
	}
	if (n_out != NULL)
		*n_out = n;
	return value != NULL ? g_strstrip(g_string_free(value, FALSE)) : NULL;
}

static void
take_type_parameter(const char *name, const char *value, void *user)
{
	struct part *part = user;
	char **slot = strcmp(name, "boundary") == 0  ? &part->boundary
		      : strcmp(name, "charset") == 0 ? &part->charset
		      : g_str_has_prefix(name, "name") ? &part->name
						       : NULL;

	if (slot != NULL && *slot == NULL)
		*slot = g_strdup(value);
}

static void
take_name_parameter(const char *name, const char *value, void *user)
{
	struct part *part = user;

	if (g_str_has_prefix(name, "filename") && part->name == NULL)
		part->name = g_strdup(value);
}

/* RFC 2046 5.1.1: bchars, not ending in a space. */
static bool
is_boundary(const char *b)
{
	size_t len = strlen(b);

	if (len < 1 || len > 70 || b[len - 1] == ' ')
		return false;
	for (; *b != '\0'; b++)
		if (!g_ascii_isalnum(*b) && strchr("'()+_,-./:=? ", *b) == NULL)
			return false;
	return true;
}

/* A delimiter of one would be taken for one of the other. */
static bool
is_confused(const struct scan *s, const char *boundary)
{
	for (guint i = 0; i < s->n_open; i++) {
		const char *outer = part_at(s->parts, s->open[i])->boundary;

		if (g_str_has_prefix(boundary, outer) || g_str_has_prefix(outer, boundary))
			return true;
	}
	return false;
}

static void
read_head(const struct scan *s, struct part *part)
{
	const char *head = s->bytes + part->head;
	size_t len = part->body - part->head;
	const char *parent =
	    part->parent != PART_NONE ? part_at(s->parts, part->parent)->type : "";
	guint n;
	char *type = part_field(head, len, "Content-Type", &n), *word = NULL;
	char *place = part_field(head, len, "Content-Disposition", NULL);
	char *encoding = part_field(head, len, "Content-Transfer-Encoding", NULL);

	part->has_type = type != NULL;
	if (type != NULL &&
	    !part_type_read(type, true, &part->type, take_type_parameter, part))
		part->fault = PART_TYPE_SYNTAX;
	else if (n > 1)
		part->fault = PART_TYPE_REPEATED;
	if (part->type == NULL)
		part->type = g_strdup(strcmp(parent, "multipart/digest") == 0
					  ? "message/rfc822"
					  : "text/plain");
	if (place != NULL)
		(void)part_type_read(place, false, &word, take_name_parameter, part);
	part->is_attachment =
	    part->name != NULL || g_strcmp0(word, "attachment") == 0;
	part->encoding = encoding != NULL ? g_ascii_strdown(encoding, -1) : NULL;
	g_free(encoding);
	g_free(place);
	g_free(type);
	g_free(word);
}

/* --- structure --- */

static void
begin_part(struct scan *s, size_t at, guint parent)
{
	struct part part = {.parent = parent, .head = at, .body = at, .end = s->len,
	    .line = s->line};

	g_array_append_val(s->parts, part);
	s->current = s->parts->len - 1;
	s->state = IN_HEAD;
}

/* The header has ended; what follows is content, or parts. */
static void
begin_body(struct scan *s, size_t at)
{
	struct part *part = part_at(s->parts, s->current);

	part->body = at;
	read_head(s, part);
	s->state = IN_BODY;
	if (!g_str_has_prefix(part->type, "multipart/") ||
	    (part->fault != PART_OK && part->fault != PART_TYPE_REPEATED))
		return;
	if (part->boundary == NULL)
		part->fault = PART_BOUNDARY_MISSING;
	else if (!is_boundary(part->boundary))
		part->fault = PART_BOUNDARY_SYNTAX;
	else if (is_confused(s, part->boundary))
		part->fault = PART_BOUNDARY_REPEATED;
	if (part->boundary == NULL || *part->boundary == '\0' ||
	    s->n_open >= LIMIT_MIME_DEPTH)
		return;
	if (part->fault == PART_OK)
		part->fault = PART_BOUNDARY_UNUSED;
	s->open[s->n_open++] = s->current;
	s->state = BETWEEN;
}

/* The line end before a delimiter belongs to the delimiter. */
static size_t
content_end(const struct scan *s, size_t at, size_t from)
{
	if (at > from && s->bytes[at - 1] == '\n')
		at--;
	if (at > from && s->bytes[at - 1] == '\r')
		at--;
	return at;
}

static void
close_part(struct scan *s, guint index, size_t at)
{
	struct part *part = part_at(s->parts, index);

	part->end = MAX(content_end(s, at, part->body), part->body);
}

/* Which open multipart does this line delimit? Its level, or -1; *closes_out: the last. */
static int
delimited(const struct scan *s, const char *line, size_t len, bool *closes_out)
{
	if (len < 3 || line[0] != '-' || line[1] != '-')
		return -1;
	for (guint level = s->n_open; level > 0; level--) {
		const char *b = part_at(s->parts, s->open[level - 1])->boundary;
		size_t n = strlen(b), at = n + 2;

		if (len < at || memcmp(line + 2, b, n) != 0)
			continue;
		*closes_out = len >= at + 2 && line[at] == '-' && line[at + 1] == '-';
		at += *closes_out ? 2 : 0;
		while (at < len && (line[at] == ' ' || line[at] == '\t'))
			at++;
		if (at == len)
			return (int)level - 1;
	}
	return -1;
}

static void
delimiter(struct scan *s, guint level, bool closes, size_t at, size_t next)
{
	if (s->state == IN_HEAD)
		begin_body(s, at);
	if (s->state == IN_BODY)
		close_part(s, s->current, at);
	for (; s->n_open > level + 1; s->n_open--)
		close_part(s, s->open[s->n_open - 1], at);

	struct part *owner = part_at(s->parts, s->open[level]);
	if (owner->fault == PART_BOUNDARY_UNUSED)
		owner->fault = PART_NOT_CLOSED;
	s->state = BETWEEN;
	if (closes) {
		if (owner->fault == PART_NOT_CLOSED)
			owner->fault = PART_OK;
		s->n_open--;
	} else if (s->parts->len < LIMIT_MIME_PARTS) {
		begin_part(s, next, s->open[level]);
	}
}

static void
take_line(struct scan *s, size_t at, size_t len, size_t next)
{
	bool closes = false;
	int level = delimited(s, s->bytes + at, len, &closes);

	if (level >= 0) {
		s->line++;
		delimiter(s, (guint)level, closes, at, next);
		return;
	}
	if (s->state == IN_HEAD && len == 0)
		begin_body(s, next);
	s->line++;
}

GArray *
part_scan(const char *bytes, size_t len)
{
	struct scan s = {.bytes = bytes, .len = len, .line = 1};
	size_t at = 0;

	s.parts = g_array_new(FALSE, FALSE, sizeof(struct part));
	g_array_set_clear_func(s.parts, clear_part);
	begin_part(&s, 0, PART_NONE);
	while (at < len) {
		const char *lf = memchr(bytes + at, '\n', len - at);
		size_t next = lf != NULL ? (size_t)(lf - bytes) + 1 : len;
		size_t n = lf != NULL ? next - at - 1 : len - at;

		if (n > 0 && bytes[at + n - 1] == '\r')
			n--;
		take_line(&s, at, n, next);
		at = next;
	}
	if (s.state == IN_HEAD)
		begin_body(&s, len);
	return s.parts;
}

bool
part_is_sealed(const GArray *parts, guint index)
{
	for (; index != PART_NONE; index = part_at(parts, index)->parent) {
		const char *type = part_at(parts, index)->type;

		if (strcmp(type, "multipart/signed") == 0 ||
		    strcmp(type, "multipart/encrypted") == 0)
			return true;
	}
	return false;
}

bool
part_is_composite(const struct part *part)
{
	return g_str_has_prefix(part->type, "multipart/") ||
	       g_str_has_prefix(part->type, "message/");
}
