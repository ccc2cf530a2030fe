/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts.c - a list of signatures grows by what each entity has to show. */
#include "crypto/parts.h"

#include "base/limits.h"
#include "mime/boundary.h"

#include <string.h>

#define MAX_CHILDREN 64 /* of one multipart that are looked into */
#define MAX_SIGNED   8	/* signed parts of one message that are verified */

/* Is one of the signatures from this one on valid? */
static bool
is_valid_from(const GPtrArray *list, size_t first)
{
	for (size_t i = first; i < list->len; i++)
		if (((const struct signature *)list->pdata[i])->status == SIGNATURE_VALID)
			return true;
	return false;
}

bool
parts_verify(GPtrArray *list, GBytes *signature, const char *bytes, size_t len, bool is_smime,
    bool covers_all, const struct engine_opts *opts)
{
	GByteArray *canonical = g_byte_array_sized_new((guint)(len + len / 32));
	GError *error = NULL;
	struct engine e;
	size_t before = list->len;
	entity_canonical(bytes, len, canonical);
	GBytes *text = g_byte_array_free_to_bytes(canonical);
	if (engine_open(&e, is_smime ? GPGME_PROTOCOL_CMS : GPGME_PROTOCOL_OpenPGP, opts, len, &error)) {
		if (engine_verify(&e, signature, text, NULL, &error))
			signature_list_add(list, &e, is_smime, covers_all);
		engine_close(&e);
	}
	if (list->len == before)
		signature_list_add_error(list, is_smime,
		    error != NULL ? error->message : "could not verify: there is no signature in it");
	g_clear_error(&error);
	g_bytes_unref(text);
	return is_valid_from(list, before);
}

static void
append(GByteArray *out, const char *text, size_t len)
{
	g_byte_array_append(out, (const guint8 *)text, (guint)len);
}

static void
append_head(GByteArray *out, const char *charset)
{
	char *head = g_strdup_printf("Content-Type: text/plain; charset=\"%s\"\r\n"
				     "Content-Transfer-Encoding: 8bit\r\n\r\n",
	    charset);
	append(out, head, strlen(head));
	g_free(head);
}

static bool
is_blank(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!g_ascii_isspace(text[i]))
			return false;
	return true;
}

/* The charset that the text was declared in, when it is a plain name. */
static const char *
charset_of(const struct entity *e)
{
	const char *name = entity_param(e, "charset");
	for (const char *p = name; p != NULL && *p != '\0'; p++)
		if (!g_ascii_isalnum(*p) && strchr("-_.:", *p) == NULL)
			return "utf-8";
	return name != NULL && *name != '\0' ? name : "utf-8";
}

/* A part of its own for text that nobody signed. */
static void
append_outside(GByteArray *out, const char *boundary, const char *charset, const char *text, size_t len)
{
	if (is_blank(text, len))
		return;
	append(out, "--", 2);
	append(out, boundary, strlen(boundary));
	append(out, "\r\n", 2);
	append_head(out, charset);
	append(out, text, len);
	append(out, "\r\n", 2);
}

static GByteArray *
around(const struct entity *e, const struct layer *l, const GByteArray *text, bool is_valid,
    struct say *say)
{
	const char *charset = charset_of(e);
	char *boundary = boundary_new();
	GByteArray *out = g_byte_array_new();
	gsize len;
	const char *all = g_bytes_get_data(l->text, &len);
	char *type = g_strdup_printf("Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n", boundary);
	append(out, type, strlen(type));
	append_outside(out, boundary, charset, all, l->armor.start);
	append(out, "--", 2);
	append(out, boundary, strlen(boundary));
	append(out, "\r\n", 2);
	size_t start = out->len;
	append_head(out, charset);
	append(out, (const char *)text->data, text->len);
	if (is_valid)
		say_add_region(say, start, out->len, 0);
	append(out, "\r\n", 2);
	append_outside(out, boundary, charset, all + l->armor.end, len - l->armor.end);
	append(out, "--", 2);
	append(out, boundary, strlen(boundary));
	append(out, "--\r\n", 4);
	g_free(type);
	g_free(boundary);
	return out;
}

GByteArray *
parts_clearsigned(GPtrArray *list, const struct entity *e, const struct layer *l, struct say *say,
    const struct engine_opts *opts, GByteArray **text_out)
{
	gsize len;
	const char *all = g_bytes_get_data(l->text, &len);
	bool is_alone = is_blank(all, l->armor.start) && is_blank(all + l->armor.end, len - l->armor.end);
	GError *error = NULL;
	GByteArray *out = NULL;
	struct engine engine;
	size_t before = list->len;
	if (engine_open(&engine, GPGME_PROTOCOL_OpenPGP, opts, len, &error)) {
		if (engine_verify(&engine, l->data, NULL, text_out, &error))
			signature_list_add(list, &engine, false, is_alone);
		engine_close(&engine);
	}
	if (list->len == before)
		signature_list_add_error(list, false,
		    error != NULL ? error->message : "could not verify: there is no signature in it");
	g_clear_error(&error);
	if (*text_out != NULL && (*text_out)->len > 0) {
		if (is_alone) {
			out = g_byte_array_new();
			append_head(out, charset_of(e));
			append(out, (const char *)(*text_out)->data, (*text_out)->len);
		} else {
			out = around(e, l, *text_out, is_valid_from(list, before), say);
		}
	}
	g_clear_pointer(text_out, g_byte_array_unref);
	return out;
}

/* --- somewhere within --- */

struct search {
	GPtrArray *list;
	const char *base; /* what regions are counted from */
	struct say *say;
	const struct engine_opts *opts;
	GArray *stack; /* of struct entity_range, to be looked at */
	unsigned n_signed;
};

static void
push_children(struct search *s, const struct entity *e)
{
	struct entity_range parts[MAX_CHILDREN];
	size_t n = MIN(entity_children(e, parts, MAX_CHILDREN), MAX_CHILDREN);
	size_t at = (size_t)(e->bytes - s->base);
	for (size_t i = n; i > 0 && s->stack->len < LIMIT_MIME_PARTS; i--) {
		struct entity_range r = { at + parts[i - 1].start, at + parts[i - 1].end };
		g_array_append_val(s->stack, r);
	}
}

static void
look(struct search *s, const struct entity *e)
{
	struct layer l;
	layer_find(e, &l);
	if (l.kind == LAYER_SIGNED && s->n_signed++ < MAX_SIGNED) {
		size_t start = (size_t)(e->bytes - s->base) + l.content.start;
		size_t at = s->list->len;
		if (parts_verify(s->list, l.data, e->bytes + l.content.start,
			l.content.end - l.content.start, l.is_smime, false, s->opts))
			say_add_region(s->say, start, start + l.content.end - l.content.start, at);
	} else if (l.kind == LAYER_ENCRYPTED || l.kind == LAYER_SMIME_ENCRYPTED ||
	    l.kind == LAYER_SMIME_AUTHENTICATED) {
		s->say->has_closed_part = true;
	} else if (l.kind == LAYER_NONE) {
		push_children(s, e);
	}
	layer_clear(&l);
}

void
parts_find(GPtrArray *list, const struct entity *e, struct say *say, const struct engine_opts *opts)
{
	struct search s = {
		.list = list,
		.base = e->bytes,
		.say = say,
		.opts = opts,
		.stack = g_array_new(FALSE, FALSE, sizeof(struct entity_range)),
	};
	if (strcmp(e->type, "multipart/signed") == 0 && list->len == 0)
		signature_list_add_error(list, false,
		    "could not verify: it has not the form of a signed message");
	push_children(&s, e);
	while (s.stack->len > 0) {
		struct entity_range r =
		    g_array_index(s.stack, struct entity_range, s.stack->len - 1);
		struct entity part;
		g_array_set_size(s.stack, s.stack->len - 1);
		entity_init(&part, e->bytes + r.start, r.end - r.start);
		if (g_str_has_prefix(part.type, "multipart/") ||
		    strstr(part.type, "pkcs7-mime") != NULL)
			look(&s, &part);
		entity_fini(&part);
	}
	g_array_unref(s.stack);
}
