/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card.c - vCards, a line at a time: what people put on a card is in one table. */
#include "mime/card.h"

#include "base/safe_text.h"
#include "mime/content_line.h"
#include "mime/links.h"

#include <string.h>

static const struct {
	const char *name, *label;
	char separator; /* of a structured value, '\0' for text */
} rows[] = {
	{ "FN", "Name", '\0' },
	{ "NICKNAME", "Nickname", '\0' },
	{ "ORG", "Company", ';' },
	{ "TITLE", "Title", '\0' },
	{ "ROLE", "Role", '\0' },
	{ "EMAIL", "Mail", '\0' },
	{ "TEL", "Telephone", '\0' },
	{ "IMPP", "Chat", '\0' },
	{ "ADR", "Address", ';' },
	{ "BDAY", "Birthday", '\0' },
	{ "URL", "Page", '\0' },
	{ "NOTE", "Note", '\0' },
};

/* The value in words; vCard 2.1 may have it in quoted-printable. Owned. */
static char *
value_words(const struct content_line *line, char separator)
{
	const char *encoding = content_line_param(line, "ENCODING");
	char *plain = g_strdup(line->value);
	if (encoding && g_ascii_strcasecmp(encoding, "QUOTED-PRINTABLE") == 0) {
		g_strdelimit(plain, "%", ' ');
		g_strdelimit(plain, "=", '%');
		char *bytes = g_uri_unescape_string(plain, NULL);
		g_free(plain);
		plain = g_utf8_make_valid(bytes ? bytes : "", -1);
		g_free(bytes);
	}
	if (separator == '\0') {
		char *text = content_line_text(plain);
		g_free(plain);
		return text;
	}
	char **parts = content_line_split(plain, separator);
	GString *out = g_string_new(NULL);
	for (size_t i = 0; parts[i]; i++)
		if (*parts[i])
			g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", parts[i]);
	g_strfreev(parts);
	g_free(plain);
	return g_string_free(out, FALSE);
}

struct showing {
	struct layout *layout;
	unsigned n_cards;
};

static bool
show_line(const struct content_line *line, void *user)
{
	struct showing *s = user;
	if (strcmp(line->name, "BEGIN") == 0 && s->n_cards++ > 0)
		layout_line(s->layout, "", LINE_TEXT);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (strcmp(rows[i].name, line->name) != 0)
			continue;
		const char *type = content_line_param(line, "TYPE");
		char *value = value_words(line, rows[i].separator);
		char *text = type ? g_strdup_printf("%s (%s)", value, type) : g_strdup(value);
		char *display = safe_line(text);
		char *prefix = g_strdup_printf("%-11s", rows[i].label);
		if (s->layout->links)
			links_find(s->layout->links, display);
		layout_wrap(s->layout, prefix, "           ", display,
		    i == 0 ? LINE_HEADING : LINE_TEXT);
		g_free(prefix);
		g_free(display);
		g_free(text);
		g_free(value);
	}
	return !s->layout->stopped;
}

void
card_lines(const char *utf8, size_t len, struct layout *l)
{
	struct showing s = { l, 0 };
	(void)content_line_each(utf8, len, show_line, &s); /* past the limits: not shown */
	if (s.n_cards == 0)
		layout_note(l, "there is no card in this part");
}

struct collecting {
	card_address_fn fn;
	void *user;
	char *name;
	GPtrArray *addresses; /* of the open card */
	bool stopped;
};

/* The name of a card may stand behind its addresses: they are given at its end. */
static void
end_card(struct collecting *c)
{
	for (guint i = 0; i < c->addresses->len && !c->stopped; i++)
		c->stopped = !c->fn(c->name ? c->name : "", c->addresses->pdata[i], c->user);
	g_ptr_array_set_size(c->addresses, 0);
	g_clear_pointer(&c->name, g_free);
}

static bool
collect_line(const struct content_line *line, void *user)
{
	struct collecting *c = user;
	if (strcmp(line->name, "END") == 0) {
		end_card(c);
	} else if (strcmp(line->name, "FN") == 0) {
		g_free(c->name);
		c->name = value_words(line, '\0');
	} else if (strcmp(line->name, "EMAIL") == 0) {
		g_ptr_array_add(c->addresses, value_words(line, '\0'));
	}
	return !c->stopped;
}

void
card_addresses(const char *utf8, size_t len, card_address_fn fn, void *user)
{
	struct collecting c = { .fn = fn, .user = user,
		.addresses = g_ptr_array_new_with_free_func(g_free) };
	(void)content_line_each(utf8, len, collect_line, &c); /* what was read counts */
	g_ptr_array_unref(c.addresses);
	g_free(c.name);
}
