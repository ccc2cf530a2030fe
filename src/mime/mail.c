/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail.c - from GMime's tree to a flat list of parts, walked with a stack of our own. */
#include "mime/mail.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "mime/mail_files.h"
#include "mime/param.h"
#include "mime/roles.h"

#include <string.h>

struct mail {
	const char *bytes;
	size_t len;
	GByteArray *array; /* a view of bytes for GMime; its data is never freed */
	GMimeMessage *gm;
	struct header *header;
	GPtrArray *parts; /* of struct mail_part */
};

/* An object that waits to be listed. */
struct pending {
	GMimeObject *object;
	char *id;
	int parent;
	unsigned depth;
};

static void
part_free(void *p)
{
	struct mail_part *part = p;
	g_free(part->id);
	g_free(part->type);
	g_free(part->charset);
	g_free(part->filename);
	g_free(part->disposition);
	g_free(part->content_id);
	g_clear_pointer(&part->files, g_ptr_array_unref);
	g_clear_pointer(&part->decoded, g_bytes_unref);
	g_free(part);
}

void
mail_init(void)
{
	g_mime_init();
}

/* The value of a field with a NUL in it, which ends it for GMime: with "?" in its place. Owned; NULL for others. */
static char *
value_with_nul(const struct mail *m, GMimeHeader *h)
{
	gint64 at = g_mime_header_get_offset(h);
	if (at < 0 || (size_t)at >= m->len)
		return NULL;
	const char *start = m->bytes + at, *end = start + MIN(m->len - (size_t)at, LIMIT_HEADER_BLOCK), *p = start;
	do {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		p = nl ? nl + 1 : end;
	} while (p < end && (*p == ' ' || *p == '\t'));
	const char *colon = memchr(start, ':', (size_t)(p - start));
	if (!colon || !memchr(colon, '\0', (size_t)(p - colon)))
		return NULL;
	size_t n = (size_t)(p - colon - 1);
	char *value = g_malloc(n + 1);
	for (size_t i = 0; i < n; i++)
		value[i] = colon[1 + i] != '\0' ? colon[1 + i] : '?';
	value[n] = '\0';
	return value;
}

/* Of the field of a part, which GMime holds as raw bytes. */
static char *
param_of(const struct mail *m, GMimeObject *object, const char *field, const char *name)
{
	GMimeHeader *h =
	    g_mime_header_list_get_header(g_mime_object_get_header_list(object), field);
	const char *raw = h ? g_mime_header_get_raw_value(h) : NULL;
	char *whole = raw ? value_with_nul(m, h) : NULL;
	char *value = raw ? param_text(whole ? whole : raw, name) : NULL;
	g_free(whole);
	return value;
}

static char *
filename_of(const struct mail *m, GMimeObject *object)
{
	char *name = param_of(m, object, "Content-Disposition", "filename");
	if (!name)
		name = param_of(m, object, "Content-Type", "name");
	return name ? mail_files_name(name) : NULL;
}

static char *
lower_or_null(const char *text)
{
	if (!text || !*text)
		return NULL;
	char *valid = g_utf8_make_valid(text, -1);
	char *out = g_ascii_strdown(valid, -1);
	g_free(valid);
	return out;
}

static char *
type_of(GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	char *name = type ? g_mime_content_type_get_mime_type(type) : NULL;
	char *out = lower_or_null(name);
	g_free(name);
	return out ? out : g_strdup("text/plain");
}

/* GMime takes a Content-Type that breaks the grammar for bytes of no kind. It is text (RFC 2045 5.2), unless
 * the part says otherwise by its name, its disposition or its encoding. */
static bool
is_mistyped(const struct mail_part *part)
{
	static const char octets[] = "application/octet-stream";
	if (strcmp(part->type, octets) != 0 || part->filename ||
	    g_strcmp0(part->disposition, "attachment") == 0 || !GMIME_IS_PART(part->object))
		return false;
	GMimeContentEncoding encoding = g_mime_part_get_content_encoding(GMIME_PART(part->object));
	GMimeHeader *h = g_mime_header_list_get_header(
	    g_mime_object_get_header_list(part->object), "Content-Type");
	const char *raw = h ? g_mime_header_get_raw_value(h) : NULL;
	return raw && encoding != GMIME_CONTENT_ENCODING_BASE64 &&
	    encoding != GMIME_CONTENT_ENCODING_UUENCODE &&
	    !memchr(raw, '/', strcspn(raw, ";"));
}

/* Where a part's encoded bytes lie in the message. */
static struct content
content_of(GMimeObject *object, const char *bytes, size_t len)
{
	struct content c = { bytes, 0, GMIME_CONTENT_ENCODING_DEFAULT, false };
	if (GMIME_IS_MULTIPART(object)) { /* without parts: what stands in it is all there is */
		const char *text = g_mime_multipart_get_prologue(GMIME_MULTIPART(object));
		c.bytes = text ? text : "";
		c.len = strlen(c.bytes);
		return c;
	}
	GMimeDataWrapper *wrapper =
	    GMIME_IS_PART(object) ? g_mime_part_get_content(GMIME_PART(object)) : NULL;
	GMimeStream *stream = wrapper ? g_mime_data_wrapper_get_stream(wrapper) : NULL;
	if (!stream || stream->bound_start < 0)
		return c;
	size_t start = MIN((size_t)stream->bound_start, len);
	size_t end = stream->bound_end < 0 ? len : MIN((size_t)stream->bound_end, len);
	c.bytes = bytes + start;
	c.len = end > start ? end - start : 0;
	c.encoding = g_mime_data_wrapper_get_encoding(wrapper);
	return c;
}

static int
n_children(GMimeObject *object)
{
	return GMIME_IS_MULTIPART(object) ? g_mime_multipart_get_count(GMIME_MULTIPART(object)) : 0;
}

static GMimeMessage *
inner_of(GMimeObject *object)
{
	return GMIME_IS_MESSAGE_PART(object)
	    ? g_mime_message_part_get_message(GMIME_MESSAGE_PART(object))
	    : NULL;
}

static struct mail_part *
part_new(const struct mail *m, const struct pending *p)
{
	struct mail_part *part = g_new0(struct mail_part, 1);
	GMimeObject *object = p->object;
	part->id = g_strdup(p->id);
	part->object = object;
	part->text_of = -1;
	part->parent = p->parent;
	part->depth = p->depth;
	part->type = type_of(object);
	part->charset =
	    lower_or_null(g_mime_object_get_content_type_parameter(object, "charset"));
	part->filename = filename_of(m, object);
	part->disposition = lower_or_null(g_mime_object_get_disposition(object));
	if (is_mistyped(part)) {
		g_free(part->type);
		part->type = g_strdup("text/plain");
		char *charset = part->charset ? NULL : param_of(m, object, "Content-Type", "charset");
		part->charset = charset ? lower_or_null(charset) : part->charset;
		g_free(charset);
	}
	const char *cid = g_mime_object_get_content_id(object);
	part->content_id = cid ? g_utf8_make_valid(cid, -1) : NULL;
	part->is_message = inner_of(object) != NULL;
	part->role = n_children(object) > 0 ? MAIL_CONTAINER : MAIL_ATTACHMENT;
	if (part->role != MAIL_CONTAINER && !part->is_message) {
		part->content = content_of(object, m->bytes, m->len);
		part->size = content_size(&part->content);
	}
	return part;
}

static void
push(GArray *stack, GMimeObject *object, char *id, int parent, unsigned depth)
{
	struct pending p = { object, id, parent, depth };
	g_array_append_val(stack, p);
}

static char *
child_id(const char *id, int n)
{
	return *id ? g_strdup_printf("%s.%d", id, n) : g_strdup_printf("%d", n);
}

/* What an attached message holds: a multipart takes the message's number, anything else is its
 * part 1 (RFC 3501 6.4.5). */
static void
push_inner(GArray *stack, GMimeMessage *inner, const struct pending *p, int index)
{
	GMimeObject *root = inner ? g_mime_message_get_mime_part(inner) : NULL;
	if (root)
		push(stack, root, n_children(root) > 0 ? g_strdup(p->id) : child_id(p->id, 1),
		    index, p->depth + 1);
}

static void
push_children(GArray *stack, const struct pending *p, int index)
{
	for (int i = n_children(p->object); i > 0; i--)
		push(stack, g_mime_multipart_get_part(GMIME_MULTIPART(p->object), i - 1),
		    child_id(p->id, i), index, p->depth + 1);
}

/* Depth first, in reading order. What lies deeper than the limits is left out. */
static void
list_parts(struct mail *m, GMimeObject *root, const char *id)
{
	GArray *stack = g_array_new(FALSE, FALSE, sizeof(struct pending));
	if (root)
		push(stack, root, n_children(root) > 0 ? g_strdup(id) : child_id(id, 1), -1, 0);
	while (stack->len > 0) {
		struct pending p = g_array_index(stack, struct pending, stack->len - 1);
		g_array_set_size(stack, stack->len - 1);
		if (m->parts->len < LIMIT_MIME_PARTS && p.depth <= LIMIT_MIME_DEPTH && p.object) {
			int index = (int)m->parts->len;
			g_ptr_array_add(m->parts, part_new(m, &p));
			mail_files_list(m->parts, index);
			push_inner(stack, inner_of(p.object), &p, index);
			push_children(stack, &p, index);
		}
		g_free(p.id);
	}
	g_array_free(stack, TRUE);
}

/* CR LF files are written back with CR LF between parts. */
static GMimeFormatOptions *
format_for(const struct mail *m)
{
	const char *nl = memchr(m->bytes, '\n', m->len);
	GMimeFormatOptions *format = g_mime_format_options_new();
	bool dos = nl && nl > m->bytes && nl[-1] == '\r';
	g_mime_format_options_set_newline_format(format,
	    dos ? GMIME_NEWLINE_FORMAT_DOS : GMIME_NEWLINE_FORMAT_UNIX);
	return format;
}

static guint64
message_size(const struct mail *m, GMimeObject *inner)
{
	GMimeStream *null = g_mime_stream_null_new();
	GMimeFormatOptions *format = format_for(m);
	(void)g_mime_object_write_to_stream(inner, format, null); /* a null stream takes all */
	gint64 n = (gint64)GMIME_STREAM_NULL(null)->written;
	g_mime_format_options_free(format);
	g_object_unref(null);
	return n > 0 ? (guint64)n : 0;
}

/* Sizes of attached messages: of the outer ones what would be written; of those within them, where
 * writing each again would take quadratic time, the sum of their parts. */
static void
size_messages(struct mail *m)
{
	for (size_t i = m->parts->len; i-- > 0;) {
		struct mail_part *part = m->parts->pdata[i];
		if (part->is_message && part->role != MAIL_WITHIN)
			part->size = message_size(m, GMIME_OBJECT(inner_of(part->object)));
		if (part->parent < 0)
			continue;
		struct mail_part *holder = m->parts->pdata[part->parent];
		holder->size += part->size;
	}
}

static struct mail *
build(GMimeMessage *gm, const char *bytes, size_t len, const char *id)
{
	struct mail *m = g_new0(struct mail, 1);
	m->bytes = bytes;
	m->len = len;
	m->gm = gm;
	m->header = header_of_object(GMIME_OBJECT(gm));
	m->parts = g_ptr_array_new_with_free_func(part_free);
	list_parts(m, g_mime_message_get_mime_part(gm), id);
	roles_assign(m->parts);
	size_messages(m);
	return m;
}

struct mail *
mail_new(const char *bytes, size_t len, GError **error)
{
	/* GMime wants an array that may be written to; its memory stream only reads */
	GByteArray *array = g_byte_array_new_take((guint8 *)(guintptr)bytes, len);
	GMimeStream *stream = g_mime_stream_mem_new();
	g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), array);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_persist_stream(parser, TRUE);
	GMimeMessage *gm = len > 0 ? g_mime_parser_construct_message(parser, NULL) : NULL;
	g_object_unref(parser);
	g_object_unref(stream);
	if (!gm) {
		g_byte_array_free(array, FALSE);
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "there is no message in the file");
		return NULL;
	}
	struct mail *m = build(gm, bytes, len, "");
	m->array = array;
	return m;
}

struct mail *
mail_inner(const struct mail *m, const struct mail_part *part)
{
	GMimeMessage *inner = inner_of(part->object);
	return inner ? build(g_object_ref(inner), m->bytes, m->len, part->id) : NULL;
}

void
mail_free(struct mail *m)
{
	if (!m)
		return;
	g_ptr_array_unref(m->parts);
	header_free(m->header);
	g_object_unref(m->gm);
	if (m->array)
		g_byte_array_free(m->array, FALSE);
	g_free(m);
}

void
mail_part_place(const struct mail *m, const struct mail_part *part, size_t *header_out,
    size_t *body_out)
{
	/* a file within a text lies where the text does */
	if (part->text_of >= 0)
		part = m->parts->pdata[part->text_of];
	GMimeHeaderList *list = g_mime_object_get_header_list(part->object);
	GMimeHeader *first = g_mime_header_list_get_count(list) > 0
	    ? g_mime_header_list_get_header_at(list, 0)
	    : NULL;
	gint64 at = first ? g_mime_header_get_offset(first) : -1;
	*body_out = part->content.bytes ? (size_t)(part->content.bytes - m->bytes) : G_MAXSIZE;
	*header_out = !first ? *body_out : at >= 0 ? (size_t)at : G_MAXSIZE;
}

const struct header *
mail_header(const struct mail *m)
{
	return m->header;
}

size_t
mail_n_parts(const struct mail *m)
{
	return m->parts->len;
}

const struct mail_part *
mail_part(const struct mail *m, size_t i)
{
	g_assert(i < m->parts->len);
	return m->parts->pdata[i];
}

const struct mail_part *
mail_find(const struct mail *m, const char *id)
{
	for (size_t i = 0; i < m->parts->len; i++) {
		const struct mail_part *part = m->parts->pdata[i];
		if (part->role != MAIL_CONTAINER && strcmp(part->id, id) == 0)
			return part;
	}
	return NULL;
}

const char *
mail_charset(const struct mail *m)
{
	for (size_t i = 0; i < m->parts->len; i++) {
		const struct mail_part *part = m->parts->pdata[i];
		if (part->charset && g_str_has_prefix(part->type, "text/"))
			return part->charset;
	}
	return NULL;
}

struct writer {
	int fd;
	GError **error;
};

static bool
write_block(const char *bytes, size_t len, void *user)
{
	struct writer *w = user;
	return file_write_all(w->fd, bytes, len, w->error);
}

bool
mail_write_part(const struct mail *m, const struct mail_part *part, int fd,
    GError **error)
{
	struct writer w = { fd, error };
	if (!part->is_message)
		return content_read(&part->content, write_block, &w);
	GMimeStream *mem = g_mime_stream_mem_new();
	GMimeFormatOptions *format = format_for(m);
	GMimeObject *inner = GMIME_OBJECT(inner_of(part->object));
	(void)g_mime_object_write_to_stream(inner, format, mem); /* memory takes all */
	GByteArray *all = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(mem));
	bool ok = file_write_all(fd, all->data, all->len, error);
	g_mime_format_options_free(format);
	g_object_unref(mem);
	return ok;
}
