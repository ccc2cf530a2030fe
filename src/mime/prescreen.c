/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prescreen.c - one pass over the lines of a message that counts what would hurt a MIME library:
 * header fields, group colons, comments, boundary lines, nesting. It allocates nothing, and where it
 * cannot know what a parser would do it counts more, never less. */
#include "mime/prescreen.h"

#include "base/limits.h"

#include <string.h>

#define HASH_BASIS 14695981039346656037u /* FNV-1a, 64 bits */
#define HASH_PRIME 1099511628211u
#define LEVEL_WILD 1u /* a level whose boundary could not be read plainly */
#define MAX_ADDRESS_NAME 256u /* bytes of a line in a body that are looked at for a field name */
#define MAX_TYPES 4   /* Content-Type fields of one header block that are looked at */
#define MAX_PENDING (2 * MAX_TYPES)
#define TABLE_SLOTS 8192u /* declared boundaries: a power of two */
#define TABLE_MAX 4096u

enum field_kind { FIELD_OTHER, FIELD_ADDRESS, FIELD_STRUCTURED, FIELD_REFERENCES, FIELD_TYPE };

static const struct {
	const char *name;
	enum field_kind kind;
} known_fields[] = {
	{ "from", FIELD_ADDRESS },
	{ "to", FIELD_ADDRESS },
	{ "cc", FIELD_ADDRESS },
	{ "bcc", FIELD_ADDRESS },
	{ "sender", FIELD_ADDRESS },
	{ "reply-to", FIELD_ADDRESS },
	{ "resent-from", FIELD_ADDRESS },
	{ "resent-to", FIELD_ADDRESS },
	{ "resent-cc", FIELD_ADDRESS },
	{ "resent-bcc", FIELD_ADDRESS },
	{ "resent-sender", FIELD_ADDRESS },
	{ "resent-reply-to", FIELD_ADDRESS },
	{ "mail-followup-to", FIELD_ADDRESS },
	{ "mail-reply-to", FIELD_ADDRESS },
	{ "disposition-notification-to", FIELD_ADDRESS },
	{ "references", FIELD_REFERENCES },
	{ "in-reply-to", FIELD_REFERENCES },
	{ "content-type", FIELD_TYPE },
	{ "content-disposition", FIELD_STRUCTURED },
	{ "content-transfer-encoding", FIELD_STRUCTURED },
	{ "message-id", FIELD_STRUCTURED },
	{ "date", FIELD_STRUCTURED },
};

struct level {
	guint64 hash; /* of its boundary; 0 for an attached message */
	bool digest;
};

/* The field that is being read; its value may go on over folded lines. */
struct field {
	enum field_kind kind;
	const char *value;
	const char *end;
	guint64 colons, ids;
	unsigned depth, depth_escaped; /* of "(" with "\" taken as a letter and as an escape */
	bool escape;
};

struct scan {
	const char *bytes;
	struct prescreen *out;
	bool top;    /* in the header block of the message itself */
	bool region; /* in a header block */
	struct field field;
	guint64 region_fields;
	struct level pending[MAX_PENDING];
	size_t n_pending;
	bool has_type;
	struct level levels[LIMIT_MIME_DEPTH + 1];
	size_t n_levels;
};

static guint64
hash_bytes(const char *p, size_t len)
{
	guint64 h = HASH_BASIS;
	for (size_t i = 0; i < len; i++)
		h = (h ^ (guchar)p[i]) * HASH_PRIME;
	return h > LEVEL_WILD ? h : HASH_BASIS;
}

static bool
is_blank_char(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t
trim_end(const char *p, size_t len)
{
	while (len > 0 && is_blank_char(p[len - 1]))
		len--;
	return len;
}

/* Position of an ASCII word, in any case, or NULL. */
static const char *
find_word(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);
	for (; (size_t)(end - p) >= n; p++)
		if (g_ascii_tolower(*p) == word[0] && g_ascii_strncasecmp(p, word, n) == 0)
			return p;
	return NULL;
}

static bool
found(struct scan *s, enum prescreen_finding finding, const char *at)
{
	s->out->finding = finding;
	s->out->offset = (guint64)(at - s->bytes);
	return false;
}

static enum field_kind
kind_of(const char *name, size_t len)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known_fields); i++)
		if (strlen(known_fields[i].name) == len &&
		    g_ascii_strncasecmp(known_fields[i].name, name, len) == 0)
			return known_fields[i].kind;
	return FIELD_OTHER;
}

/* Length of a field name at the start of a line, 0 when it is none. Blanks before the colon are
 * the obsolete syntax (RFC 5322 4.5) and do not count. */
static size_t
name_length(const char *line, size_t len)
{
	size_t n = 0;
	while (n < len && line[n] > ' ' && line[n] != 127 && line[n] != ':')
		n++;
	size_t colon = n;
	while (colon < len && (line[colon] == ' ' || line[colon] == '\t'))
		colon++;
	return colon < len && line[colon] == ':' ? n : 0;
}

/* The value of a plain boundary parameter after "boundary"; false for anything else than
 * ="..." and =token, which then counts as unknown. */
static bool
plain_boundary(const char *p, const char *end, guint64 *hash_out)
{
	if (p == end || *p != '=')
		return false;
	const char *start = ++p;
	if (p < end && *p == '"') {
		start = ++p;
		while (p < end && *p != '"' && *p != '\\' && *p != '\n')
			p++;
		if (p == end || *p != '"')
			return false;
	} else {
		while (p < end && !is_blank_char(*p) && *p != ';' && *p != '(' && *p != '"')
			p++;
		if (p < end && (*p == '(' || *p == '"'))
			return false;
	}
	size_t len = trim_end(start, (size_t)(p - start));
	*hash_out = hash_bytes(start, len);
	return len > 0;
}

static void
add_pending(struct scan *s, guint64 hash, bool digest)
{
	if (s->n_pending < MAX_PENDING)
		s->pending[s->n_pending++] = (struct level){ hash, digest };
}

/* What a Content-Type opens. Words are looked for anywhere in the value: comments and quotes that
 * would hide them from us might not hide them from a parser. */
static void
note_type(struct scan *s, const char *p, const char *end)
{
	static const char *const messages[] = { "message/rfc822", "message/rfc2822",
		"message/global", "message/news" };
	s->has_type = true;
	for (size_t i = 0; i < G_N_ELEMENTS(messages); i++)
		if (find_word(p, end, messages[i]))
			add_pending(s, 0, false);
	if (!find_word(p, end, "multipart"))
		return;
	guint64 hash = LEVEL_WILD;
	const char *at = find_word(p, end, "boundary");
	if (!at || !plain_boundary(at + strlen("boundary"), end, &hash))
		hash = LEVEL_WILD;
	add_pending(s, hash, find_word(p, end, "digest") != NULL);
}

static void
end_field(struct scan *s)
{
	if (s->field.kind == FIELD_TYPE && s->region)
		note_type(s, s->field.value, s->field.end);
	s->field.kind = FIELD_OTHER;
	s->field.value = NULL;
}

static unsigned
paren(unsigned depth, char c)
{
	if (c == '(')
		return depth + 1;
	return c == ')' && depth > 0 ? depth - 1 : depth;
}

static bool
check_char(struct scan *s, const char *p)
{
	struct field *f = &s->field;
	f->colons += *p == ':';
	f->ids += *p == '<';
	f->depth = paren(f->depth, *p);
	if (!f->escape)
		f->depth_escaped = paren(f->depth_escaped, *p);
	f->escape = !f->escape && *p == '\\';
	if (f->depth > LIMIT_COMMENT_DEPTH || f->depth_escaped > LIMIT_COMMENT_DEPTH)
		return found(s, PRESCREEN_COMMENTS, p);
	/* quotes are not looked at: a quote inside a comment is none, and to take it for one would
	 * hide the colons behind it */
	if (f->kind == FIELD_ADDRESS && f->colons > LIMIT_GROUP_COLONS)
		return found(s, PRESCREEN_GROUPS, p);
	return true;
}

/* One more line of the current field's value. */
static bool
feed_field(struct scan *s, const char *p, const char *end)
{
	struct field *f = &s->field;
	f->end = end;
	if (f->kind == FIELD_OTHER)
		return true;
	size_t limit = f->kind == FIELD_REFERENCES ? 4 * LIMIT_HEADER_VALUE : LIMIT_HEADER_VALUE;
	if ((size_t)(end - f->value) > limit)
		return found(s, PRESCREEN_HEADER_VALUE, f->value + limit);
	for (; p < end; p++)
		if (!check_char(s, p))
			return false;
	if (f->kind != FIELD_REFERENCES || !s->top)
		return true;
	s->out->references = MAX(s->out->references, f->ids);
	return f->ids <= LIMIT_REFERENCES || found(s, PRESCREEN_REFERENCES, end);
}

/* A line that does not continue another. Outside header blocks only address fields are followed,
 * since a parser may see a header block where we do not. */
static bool
start_field(struct scan *s, const char *line, const char *end)
{
	end_field(s);
	size_t len = (size_t)(end - line);
	/* most lines are base64: one look tells that there is no field name in them */
	if (!s->region && !memchr(line, ':', MIN(len, MAX_ADDRESS_NAME)))
		return true;
	size_t n = name_length(line, len);
	if (n == 0)
		return true;
	enum field_kind kind = kind_of(line, n);
	if (!s->region && kind != FIELD_ADDRESS)
		return true;
	const char *colon = memchr(line + n, ':', (size_t)(end - line) - n);
	s->field = (struct field){ .kind = kind, .value = colon + 1 };
	if (s->top)
		s->out->fields++;
	if (s->region && ++s->region_fields > LIMIT_HEADER_FIELDS)
		return found(s, PRESCREEN_HEADER_FIELDS, line);
	return feed_field(s, colon + 1, end);
}

static bool
push_level(struct scan *s, struct level level, const char *at)
{
	if (s->n_levels == LIMIT_MIME_DEPTH)
		return found(s, PRESCREEN_DEPTH, at);
	s->levels[s->n_levels++] = level;
	return true;
}

static void
open_region(struct scan *s, bool open)
{
	s->region = open;
	s->region_fields = 0;
	s->n_pending = 0;
	s->has_type = false;
	s->top = false;
}

/* The blank line after a header block: go one level down for what its Content-Type opens. */
static bool
close_region(struct scan *s, const char *at)
{
	end_field(s);
	bool message = false;
	if (!s->has_type && s->n_levels > 0 && s->levels[s->n_levels - 1].digest)
		add_pending(s, 0, false); /* RFC 2046 5.1.5: a digest's parts are messages */
	for (size_t i = 0; i < s->n_pending; i++) {
		message = message || s->pending[i].hash == 0;
		if (!push_level(s, s->pending[i], at))
			return false;
	}
	open_region(s, message);
	return true;
}

/* A line that begins with "--": pop to the level it may belong to. */
static void
boundary_line(struct scan *s, const char *p, const char *end)
{
	end_field(s);
	s->out->parts++;
	size_t len = trim_end(p + 2, (size_t)(end - p) - 2);
	guint64 hash = hash_bytes(p + 2, len);
	bool closing = len >= 2 && p[len] == '-' && p[len + 1] == '-';
	guint64 closing_hash = closing ? hash_bytes(p + 2, trim_end(p + 2, len - 2)) : 0;
	for (size_t i = s->n_levels; i-- > 0;) {
		if (s->levels[i].hash <= LEVEL_WILD)
			continue;
		if (s->levels[i].hash == hash) {
			s->n_levels = i + 1;
			break;
		}
		if (closing && s->levels[i].hash == closing_hash) {
			s->n_levels = i;
			break;
		}
	}
	open_region(s, true);
}

static bool
scan_line(struct scan *s, const char *line, const char *end)
{
	while (end > line && end[-1] == '\r')
		end--;
	if (line == end) {
		if (s->region)
			return close_region(s, line);
		end_field(s);
		return true;
	}
	if (s->top && line - s->bytes > (ptrdiff_t)LIMIT_HEADER_BLOCK)
		return found(s, PRESCREEN_HEADER_BLOCK, line);
	if (!s->top && end - line >= 2 && line[0] == '-' && line[1] == '-') {
		boundary_line(s, line, end);
		return true;
	}
	if (*line == ' ' || *line == '\t')
		return !s->field.value || feed_field(s, line, end);
	return start_field(s, line, end);
}

/* A set of boundary hashes with open addressing. */
struct table {
	guint64 slots[TABLE_SLOTS];
	size_t n;
};

static guint64 *
table_slot(struct table *t, guint64 hash)
{
	size_t i = hash & (TABLE_SLOTS - 1);
	while (t->slots[i] != 0 && t->slots[i] != hash)
		i = (i + 1) & (TABLE_SLOTS - 1);
	return &t->slots[i];
}

/* All boundaries that the bytes declare anywhere; false when one cannot be read plainly or there
 * are too many, so that nothing can be said. */
static bool
collect_boundaries(struct table *t, const char *bytes, size_t len)
{
	const char *end = bytes + len;
	for (const char *p = bytes; (p = find_word(p, end, "boundary")) != NULL;) {
		guint64 hash;
		p += strlen("boundary");
		const char *next = p;
		while (next < end && is_blank_char(*next))
			next++;
		if (next == end || !strchr("=*(", *next))
			continue; /* the word in some text */
		if (!plain_boundary(p, end, &hash) || t->n == TABLE_MAX)
			return false;
		guint64 *slot = table_slot(t, hash);
		t->n += *slot == 0;
		*slot = hash;
	}
	return true;
}

/* Many lines begin with "--": do more than the limit of them stand for a declared boundary? Tables
 * and patches have such lines too. */
static bool
has_many_parts(const char *bytes, size_t len)
{
	struct table t = { .n = 0 };
	if (!collect_boundaries(&t, bytes, len))
		return true;
	guint64 n = 0;
	const char *end = bytes + len;
	for (const char *p = bytes; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end;
		if (stop - p > 2 && p[0] == '-' && p[1] == '-') {
			size_t n_token = trim_end(p + 2, (size_t)(stop - p) - 2);
			bool hit = *table_slot(&t, hash_bytes(p + 2, n_token)) != 0;
			if (!hit && n_token > 2 && memcmp(p + n_token, "--", 2) == 0)
				hit = *table_slot(&t, hash_bytes(p + 2, n_token - 2)) != 0;
			n += hit;
		}
		p = stop + 1;
	}
	return n > LIMIT_MIME_PARTS;
}

void
prescreen_scan(const char *bytes, size_t len, struct prescreen *out)
{
	struct scan s = { .bytes = bytes, .out = out, .top = true, .region = true };
	*out = (struct prescreen){ .finding = PRESCREEN_OK };
	if (len == 0) {
		out->finding = PRESCREEN_EMPTY;
		return;
	}
	const char *end = bytes + len;
	guint64 mark = 0;
	for (const char *p = bytes; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end;
		if (!scan_line(&s, p, stop))
			return;
		if (mark == 0 && out->parts > LIMIT_MIME_PARTS)
			mark = (guint64)(p - bytes);
		p = stop + 1;
	}
	if (mark != 0 && has_many_parts(bytes, len)) {
		out->finding = PRESCREEN_PARTS;
		out->offset = mark;
	}
}

const char *
prescreen_text(enum prescreen_finding finding)
{
	switch (finding) {
	case PRESCREEN_OK:
		return "within the limits";
	case PRESCREEN_EMPTY:
		return "the file is empty";
	case PRESCREEN_HEADER_BLOCK:
		return "the header is too large";
	case PRESCREEN_HEADER_FIELDS:
		return "too many header fields";
	case PRESCREEN_HEADER_VALUE:
		return "a header field is too long";
	case PRESCREEN_GROUPS:
		return "too many groups in an address field";
	case PRESCREEN_COMMENTS:
		return "comments are nested too deep in a header field";
	case PRESCREEN_PARTS:
		return "too many parts";
	case PRESCREEN_DEPTH:
		return "parts are nested too deep";
	case PRESCREEN_REFERENCES:
		return "too many references";
	}
	return "over a limit";
}
