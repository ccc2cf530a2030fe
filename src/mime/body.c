/* SPDX-License-Identifier: GPL-3.0-or-later */
/* body.c - what of a message is shown, in which order, and what is said about it. */
#include "mime/body.h"

#include "base/safe_text.h"
#include "mime/body_part.h"
#include "mime/images.h"

#include <string.h>

#define MAX_DIGEST 100u /* messages of a digest that are shown in one go */

static void
divider(const struct mail_part *part, bool first, struct layout *l)
{
	char *name = safe_line(part->filename);
	char *type = safe_line(part->type);
	char *line = g_strdup_printf("\342\224\200\342\224\200 part %s: %s%s%s", part->id, type,
	    *name ? ", " : "", name);
	if (!first)
		layout_line(l, "", LINE_TEXT);
	layout_line(l, line, LINE_PART);
	g_free(line);
	g_free(type);
	g_free(name);
}

/* Why there is nothing to read. */
static void
note_empty(const struct mail *m, struct layout *l)
{
	const struct mail_part *root =
	    mail_n_parts(m) > 0 ? mail_part(m, 0) : NULL;
	if (root && strcmp(root->type, "multipart/encrypted") == 0)
		layout_note(l, "the message is encrypted");
	else if (root && (strcmp(root->type, "application/pkcs7-mime") == 0 ||
			     strcmp(root->type, "application/x-pkcs7-mime") == 0))
		layout_note(l, "the message is signed or encrypted (S/MIME)");
	else
		layout_note(l, "there is no text in this message");
}

/* The draft's part with the header for old readers: the first one of the payload. */
static bool
is_legacy_copy(const struct mail *m, size_t i)
{
	const struct mail_part *part = mail_part(m, i);
	return part->parent == 0 && i == 1 &&
	    (strcmp(part->type, "text/plain") == 0 ||
		strcmp(part->type, "text/rfc822-headers") == 0) &&
	    body_part_has(part, "protected-headers", "v1") &&
	    body_part_has(mail_part(m, 0), "protected-headers", "v1");
}

static unsigned
count_body(const struct mail *m, bool skips_copy)
{
	unsigned n = 0;
	for (size_t i = 0; i < mail_n_parts(m); i++) {
		const struct mail_part *part = mail_part(m, i);
		n += part->role == MAIL_BODY && part->content.len > 0 &&
		    !(skips_copy && is_legacy_copy(m, i));
	}
	return n;
}

/* The seal that a part lies under, -1 for none. */
static int
seal_of(const struct mail *m, const struct mail_part *part, const GArray *seals)
{
	size_t header;
	size_t body;
	mail_part_place(m, part, &header, &body);
	for (guint i = 0; seals && i < seals->len && header != G_MAXSIZE && body != G_MAXSIZE; i++) {
		const struct body_seal *seal = &g_array_index(seals, struct body_seal, i);
		if (header >= seal->start && body >= header && body <= seal->end &&
		    part->content.len <= seal->end - body)
			return (int)i;
	}
	return -1;
}

static void
seal_line(const GArray *seals, int i, struct layout *l)
{
	const char *text =
	    i >= 0 ? g_array_index(seals, struct body_seal, i).text : "not signed by anybody";
	char *safe = safe_line(text);
	char *line = g_strdup_printf("\342\225\220\342\225\220 %s", safe);
	layout_cut(l, "", line, i >= 0 ? LINE_SEAL : LINE_UNSEALED);
	g_free(line);
	g_free(safe);
}

struct calendar *
body_calendar(const struct mail *m, bool *is_body_out)
{
	for (size_t i = 0; i < mail_n_parts(m); i++) {
		const struct mail_part *part = mail_part(m, i);
		if (part->role == MAIL_WITHIN || part->role == MAIL_CONTAINER ||
		    !body_part_is_calendar(part))
			continue;
		*is_body_out = part->role == MAIL_BODY;
		return body_part_calendar(part);
	}
	return NULL;
}

/* What an invitation says, above the words that came with it. */
static void
invitation(const struct mail *m, struct layout *l)
{
	bool is_body;
	struct calendar *c = body_calendar(m, &is_body);
	if (c && !is_body && c->events->len > 0) {
		calendar_lines(c, l);
		layout_line(l, "", LINE_TEXT);
	}
	calendar_free(c);
}

static bool
is_in_digest(const struct mail *m, const struct mail_part *part)
{
	return part->is_message && part->role == MAIL_ATTACHMENT && part->parent >= 0 &&
	    strcmp(mail_part(m, (size_t)part->parent)->type, "multipart/digest") == 0;
}

/* The messages of a digest are what it is about (RFC 2046 5.1.5). */
static unsigned
digest(const struct mail *m, struct layout *l)
{
	unsigned n = 0;
	for (size_t i = 0; i < mail_n_parts(m) && !l->stopped; i++) {
		const struct mail_part *part = mail_part(m, i);
		if (!is_in_digest(m, part))
			continue;
		if (n++ == MAX_DIGEST) {
			layout_note(l, "the digest is longer; its other messages are listed as parts");
			break;
		}
		divider(part, false, l);
		body_message(m, part, l);
	}
	return n;
}

/* Is it a picture of its own, and not one that another form of the text would show? */
static bool
is_picture(const struct mail *m, const struct mail_part *part, const struct images *images)
{
	const struct mail_part *holder =
	    part->parent >= 0 ? mail_part(m, (size_t)part->parent) : NULL;
	if (part->role != MAIL_ATTACHMENT || !g_str_has_prefix(part->type, "image/") ||
	    images_has_part(images, part))
		return false;
	return !part->content_id || !holder || strcmp(holder->type, "multipart/related") != 0;
}

/* What is attached and can be looked at stands below the text. */
static void
pictures(const struct mail *m, struct layout *l)
{
	for (size_t i = 0; i < mail_n_parts(m) && !l->stopped; i++) {
		const struct mail_part *part = mail_part(m, i);
		unsigned n = is_picture(m, part, l->images) ? images_add_part(l->images, part) : 0;
		if (n == 0)
			continue;
		char *name = safe_line(part->filename ? part->filename : part->type);
		char *text = g_strdup_printf("[%s]", name);
		layout_line(l, "", LINE_TEXT);
		layout_image(l, "", text, n);
		g_free(text);
		g_free(name);
	}
}

void
body_render(const struct mail *m, const struct body_opts *opts, struct layout *l,
    struct body_result *out)
{
	const GArray *seals = opts ? opts->seals : NULL;
	bool is_page = l->is_page;
	*out = (struct body_result){ 0 };
	unsigned n = count_body(m, opts && opts->is_protected);
	int seal = -2;
	l->is_page = false; /* once, not within what is attached */
	if (is_page)
		invitation(m, l);
	for (size_t i = 0; i < mail_n_parts(m) && !l->stopped; i++) {
		const struct mail_part *part = mail_part(m, i);
		if (part->role != MAIL_BODY || part->content.len == 0)
			continue;
		if (opts && opts->is_protected && is_legacy_copy(m, i))
			continue;
		out->skips_copy = opts && opts->is_protected;
		if (seals && seals->len > 0 && seal_of(m, part, seals) != seal) {
			seal = seal_of(m, part, seals);
			seal_line(seals, seal, l);
		}
		if (n > 1)
			divider(part, out->n_parts == 0, l);
		body_render_part(part, l, out);
	}
	unsigned n_digest = is_page ? digest(m, l) : 0;
	if (is_page && l->images && l->shows_images != LAYOUT_IMAGES_NONE)
		pictures(m, l);
	l->is_page = is_page;
	if (n + n_digest == 0)
		note_empty(m, l);
	if (out->is_guess)
		layout_note(l, "the text names no charset that fits it: windows-1252 was assumed");
	if (out->is_damaged)
		layout_note(l, "bytes that are no text in the charset named were replaced");
}

static void
give_field(struct layout *l, const struct header *h, const char *name)
{
	const char *raw = header_last(h, name);
	char *text = raw ? header_text(raw, NULL) : NULL;
	char *display = text ? safe_line(text) : NULL;
	char *line = display ? g_strdup_printf("%s: %s", name, display) : NULL;
	if (line)
		layout_wrap(l, "", "    ", line, LINE_HEADING);
	g_free(line);
	g_free(display);
	g_free(text);
}

void
body_head_lines(const struct header *h, struct layout *l)
{
	static const char *const names[] = { "From", "To", "Cc", "Date", "Subject" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		give_field(l, h, names[i]);
	layout_line(l, "", LINE_TEXT);
}

void
body_message(const struct mail *m, const struct mail_part *part, struct layout *l)
{
	struct mail *inner = mail_inner(m, part);
	struct body_result result;
	body_head_lines(mail_header(inner), l);
	body_render(inner, NULL, l, &result);
	mail_free(inner);
}

static bool
raw_line(const char *utf8, size_t len, void *user)
{
	struct layout *l = user;
	char *display = safe_text(utf8, len, SAFE_TEXT_BODY);
	layout_cut(l, "", display, LINE_TEXT);
	g_free(display);
	return !l->stopped;
}

void
body_render_raw(const char *bytes, size_t len, struct layout *l)
{
	struct content c = { bytes, len, GMIME_CONTENT_ENCODING_DEFAULT, false };
	(void)content_lines(&c, NULL, raw_line, l, NULL, NULL); /* raw text makes no promise */
}
