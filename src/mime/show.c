/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.c - puts header, parts and text together, for programs and for the screen alike. */
#include "mime/show.h"
#include "mime/autocrypt.h"

#include "base/error.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "base/safe_text.h"
#include "mime/head.h"
#include "mime/report_show.h"

#include <string.h>

#define MAX_PARTS_BYTES (1u << 20) /* of the list of parts: it must fit in a line of JSON */
#define PART_OVERHEAD 120	   /* bytes of keys and numbers */
#define MAX_NAMED 200u		   /* messages within whose subjects are read */

static const char *
role_name(enum mail_role role)
{
	switch (role) {
	case MAIL_CONTAINER:
		return "container";
	case MAIL_BODY:
		return "body";
	case MAIL_ALTERNATIVE:
		return "alternative";
	case MAIL_ATTACHMENT:
		return "attachment";
	case MAIL_WITHIN:
		return "within";
	}
	return "attachment";
}

static json_t *
part_json(const struct mail_part *p)
{
	json_t *out = json_pack("{s:o, s:o, s:I, s:o, s:o}", "id", jsonl_text(p->id, -1),
	    "type", jsonl_text(p->type, -1), "size", (json_int_t)p->size, "filename",
	    jsonl_text(p->filename, -1), "disposition", jsonl_text(p->disposition, -1));
	json_object_set_new(out, "role", json_string(role_name(p->role)));
	if (p->content_id)
		json_object_set_new(out, "content_id", jsonl_text(p->content_id, -1));
	return out;
}

/* A message within has no name, but people know it by these. */
static void
add_names(json_t *out, const struct mail *m, const struct mail_part *p)
{
	struct mail *inner = mail_inner(m, p);
	if (!inner)
		return;
	char *subject = header_text(header_last(mail_header(inner), "Subject"), mail_charset(inner));
	GPtrArray *from = header_addresses(header_last(mail_header(inner), "From"), mail_charset(inner));
	const struct header_address *first = from->len > 0 ? from->pdata[0] : NULL;
	json_object_set_new(out, "subject", jsonl_text(subject, -1));
	json_object_set_new(out, "from", jsonl_text(!first ? NULL : first->name ? first->name : first->address, -1));
	g_ptr_array_unref(from);
	g_free(subject);
	mail_free(inner);
}

/* Both lists; past their bound they end, and a flag says so. */
static void
add_parts(json_t *out, const struct mail *m, json_t *flags)
{
	json_t *parts = json_array();
	json_t *attachments = json_array();
	size_t bytes = 0;
	size_t n = m ? mail_n_parts(m) : 0;
	unsigned n_named = 0;
	for (size_t i = 0; i < n && bytes < MAX_PARTS_BYTES; i++) {
		const struct mail_part *p = mail_part(m, i);
		if (p->role == MAIL_CONTAINER)
			continue;
		bytes += PART_OVERHEAD + strlen(p->type) + (p->filename ? strlen(p->filename) : 0);
		json_t *part = part_json(p);
		if (p->is_message && n_named++ < MAX_NAMED)
			add_names(part, m, p);
		json_array_append_new(parts, part);
		if (p->role != MAIL_ATTACHMENT)
			continue;
		part = json_copy(part); /* its names are not read again */
		(void)json_object_del(part, "id");
		json_object_set_new(part, "part", jsonl_text(p->id, -1));
		json_array_append_new(attachments, part);
	}
	if (bytes >= MAX_PARTS_BYTES)
		json_array_append_new(flags, json_string("parts-cut"));
	json_object_set_new(out, "parts", parts);
	json_object_set_new(out, "attachments", attachments);
}

/* Fields that draw attention: control or bidi characters in what the eye reads first. */
static bool
is_hostile(const struct source *s)
{
	static const char *const names[] = { "Subject", "From", "To", "Cc", "Reply-To", "Sender" };
	bool hostile = false;
	for (size_t i = 0; i < G_N_ELEMENTS(names) && !hostile; i++) {
		char *text = header_text(header_last(s->header, names[i]), NULL);
		hostile = safe_text_is_hostile(text, strlen(text));
		g_free(text);
	}
	return hostile;
}

#define ARMOR_LOOK (64u << 10) /* decoded bytes in which a text's armour is looked for */

static bool
keep_some(const char *bytes, size_t len, void *user)
{
	GString *text = user;
	g_string_append_len(text, bytes, (gssize)MIN(len, ARMOR_LOOK - text->len));
	return text->len < ARMOR_LOOK;
}

/* Does the message's only text hold PGP armour (RFC 9580 6.2)? */
static bool
has_armor(const struct mail_part *part)
{
	static const char mark[] = "-----BEGIN PGP ";
	if (part->content.encoding != GMIME_CONTENT_ENCODING_BASE64)
		return part->content.len > 0 &&
		    g_strstr_len(part->content.bytes, (gssize)part->content.len, mark) != NULL;
	GString *text = g_string_new(NULL);
	(void)content_read(&part->content, keep_some, text); /* its start will do */
	bool found = strstr(text->str, mark) != NULL;
	g_string_free(text, TRUE);
	return found;
}

/* Is there something for penfold-crypt to look at? */
static bool
is_crypto(const struct mail *m)
{
	static const char *const types[] = { "multipart/signed", "multipart/encrypted",
		"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted" };
	size_t n = m ? mail_n_parts(m) : 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < G_N_ELEMENTS(types); k++)
			if (strcmp(mail_part(m, i)->type, types[k]) == 0)
				return true;
	size_t n_own = n;
	for (size_t i = 0; i < n; i++)
		n_own -= mail_part(m, i)->text_of >= 0;
	return n_own == 1 && strcmp(mail_part(m, 0)->type, "text/plain") == 0 && has_armor(mail_part(m, 0));
}

static void
add_calendar(json_t *out, const struct mail *m)
{
	bool is_body;
	struct calendar *c = m ? body_calendar(m, &is_body) : NULL;
	json_t *json = c ? calendar_json(c) : NULL;
	if (json)
		json_object_set_new(out, "calendar", json);
	calendar_free(c);
}

/* {address, prefer_encrypt} of a valid Autocrypt field; nothing without one. */
static void
add_autocrypt(json_t *out, const struct header *h)
{
	struct autocrypt a;
	if (!autocrypt_of_header(h, &a))
		return;
	json_object_set_new(out, "autocrypt",
	    json_pack("{s:o, s:s}", "address", jsonl_text(a.address, -1), "prefer_encrypt",
		a.is_mutual ? "mutual" : "nopreference"));
	autocrypt_clear(&a);
}

bool
show_is_crypto(const struct source *s)
{
	return is_crypto(s->message);
}

json_t *
show_head(const struct source *s, bool all_headers)
{
	const char *charset = s->message ? mail_charset(s->message) : NULL;
	json_t *out = json_object();
	json_t *flags = json_array();
	json_t *headers = head_json(s->header, charset);
	if (json_array_size(json_object_get(headers, "repeated")) > 0)
		json_array_append_new(flags, json_string("repeated-field"));
	if (is_hostile(s))
		json_array_append_new(flags, json_string("hostile-text"));
	json_object_set_new(out, "headers", headers);
	add_autocrypt(out, s->header);
	add_parts(out, s->message, flags);
	if (is_crypto(s->message))
		json_array_append_new(flags, json_string("crypto"));
	if (s->is_broken)
		json_array_append_new(flags, json_string("header-broken"));
	else if (s->mended) /* line ends, or NULs in the header */
		json_array_append_new(flags, json_string("line-ends-mended"));
	if (s->limited) {
		json_array_append_new(flags, json_string("limited"));
		json_object_set_new(out, "limited", json_string(s->limited));
	}
	add_calendar(out, s->message);
	if (all_headers)
		json_object_set_new(out, "all_headers", head_all_json(s->header, charset));
	json_object_set_new(out, "flags", flags);
	return out;
}

/* The mail's own words and ours, apart: nobody wants our notes in an answer. */
struct text_sink {
	GString *text;
	json_t *notes;
};

static bool
add_line(const char *display, enum line_style style, void *user)
{
	struct text_sink *sink = user;
	if (style == LINE_NOTE) {
		json_array_append_new(sink->notes, jsonl_text(display, -1));
		return true;
	}
	g_string_append(sink->text, display);
	g_string_append_c(sink->text, '\n');
	return true;
}

/* The text, owned; notes are appended to the array. */
static char *
collect_text(const struct source *s, int width, size_t max_body, json_t *notes)
{
	struct text_sink sink = { g_string_new(NULL), notes };
	struct layout l;
	struct body_result result;
	layout_init(&l, width, max_body, add_line, &sink);
	(void)show_lines(s, NULL, false, &l, &result, NULL); /* only a part can be missing */
	return g_string_free(sink.text, FALSE);
}

char *
show_text(const struct source *s, int width, size_t max_body)
{
	json_t *notes = json_array();
	char *text = collect_text(s, width, max_body, notes);
	json_decref(notes);
	return text;
}

json_t *
show_json(const struct source *s, int width, size_t max_body)
{
	json_t *out = show_head(s, false);
	json_t *notes = json_array();
	char *text = collect_text(s, width, max_body, notes);
	json_object_set_new(out, "notes", notes);
	json_object_set_new(out, "body", jsonl_text(text, -1));
	g_free(text);
	char *sum =
	    g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)s->bytes, s->len);
	json_object_set_new(out, "sha256", json_string(sum));
	g_free(sum);
	return out;
}

static bool
part_lines(const struct mail *m, const char *id, struct layout *l, struct body_result *out,
    GError **error)
{
	const struct mail_part *part = m ? mail_find(m, id) : NULL;
	if (!part) {
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "the message has no part %s", id);
		return false;
	}
	if (part->is_message)
		body_message(m, part, l);
	else
		body_render_part(part, l, out);
	return true;
}

bool
show_lines(const struct source *s, const char *part, bool raw, struct layout *l,
    struct body_result *out, GError **error)
{
	*out = (struct body_result){ 0 };
	if (part && !raw)
		return part_lines(s->message, part, l, out, error);
	if (s->limited)
		layout_note(l, "shown as raw text: %s", s->limited);
	if (l->is_page && !s->limited && !raw)
		report_show(s, l);
	if (s->limited || raw)
		body_render_raw(s->bytes, s->len, l);
	else
		body_render(s->message, &(struct body_opts){ s->seals, s->is_protected }, l, out);
	return true;
}
