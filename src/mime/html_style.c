/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_style.c - declarations, as far as they hide text. Senders hide text to get past
 * filters, and lines for the list of a mail program; a reader should see what a browser
 * would show. */
#include "mime/html_style.h"

#include "mime/html_colour.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STYLE 4096	 /* bytes of declarations that are read */
#define OFF_PAGE  -500.0 /* pixels or so */

static enum html_seen
seen_unless(bool is_unseen)
{
	return is_unseen ? HTML_UNSEEN : HTML_SEEN;
}

static enum html_seen
display(const char *value)
{
	return seen_unless(strcmp(value, "none") == 0);
}

static enum html_seen
visibility(const char *value)
{
	if (strcmp(value, "inherit") == 0)
		return HTML_AS_OUTSIDE;
	return seen_unless(
	    strcmp(value, "hidden") == 0 || strcmp(value, "collapse") == 0);
}

/* "0", "0px", "0.0em", "1px": preheaders are often a pixel high. */
static enum html_seen
font_size(const char *value)
{
	char *unit;
	double n = g_ascii_strtod(value, &unit);
	if (unit == value)
		return strcmp(value, "inherit") == 0 || strcmp(value, "larger") == 0 ||
			       strcmp(value, "smaller") == 0
			   ? HTML_AS_OUTSIDE
			   : HTML_SEEN;
	if (n == 0 || (n <= 1 && strcmp(unit, "px") == 0))
		return HTML_UNSEEN;
	return *unit == '%' || strcmp(unit, "em") == 0 ? HTML_AS_OUTSIDE : HTML_SEEN;
}

/* "bold 14px/20px Arial, sans-serif": the first number that has a unit. */
static enum html_seen
font(const char *value)
{
	enum html_seen seen = HTML_AS_OUTSIDE;
	char **words = g_strsplit_set(value, " /", 16);
	for (size_t i = 0; words[i] && seen == HTML_AS_OUTSIDE; i++) {
		char *unit;
		(void)g_ascii_strtod(words[i], &unit);
		if (unit != words[i] && (*unit || strcmp(words[i], "0") == 0))
			seen = font_size(words[i]);
	}
	g_strfreev(words);
	return seen;
}

static enum html_seen
opacity(const char *value)
{
	char *end;
	double n = g_ascii_strtod(value, &end);
	return seen_unless(end != value && n == 0);
}

static enum html_seen
mso_hide(const char *value)
{
	return seen_unless(strcmp(value, "all") == 0);
}

static enum html_seen
off_page(const char *value)
{
	return seen_unless(g_ascii_strtod(value, NULL) < OFF_PAGE);
}

static enum html_seen
overflow(const char *value)
{
	return seen_unless(strcmp(value, "hidden") == 0);
}

static enum html_seen
right(const char *value)
{
	return strcmp(value, "right") == 0 || strcmp(value, "end") == 0 ? HTML_SEEN
									: HTML_AS_OUTSIDE;
}

static const struct {
	const char *name;
	enum html_trait trait;
	enum html_seen (*read)(const char *value);
} properties[] = {
    {"display", HTML_DISPLAY, display},
    {"visibility", HTML_VISIBILITY, visibility},
    {"font-size", HTML_FONT_SIZE, font_size},
    {"font", HTML_FONT_SIZE, font},
    {"opacity", HTML_OPACITY, opacity},
    {"mso-hide", HTML_MSO_HIDE, mso_hide},
    {"text-indent", HTML_OFF_PAGE, off_page},
    {"left", HTML_OFF_PAGE, off_page},
    {"overflow", HTML_OVERFLOW, overflow},
    {"height", HTML_NO_ROOM, opacity},
    {"max-height", HTML_NO_ROOM, opacity},
    {"width", HTML_NO_ROOM, opacity},
    {"max-width", HTML_NO_ROOM, opacity},
    {"text-align", HTML_RIGHT, right},
};

static void
set(struct html_style *style, enum html_trait trait, enum html_seen seen,
    bool is_important)
{
	if (style->is_important[trait] && !is_important)
		return;
	/* one side without room is enough, whatever the others have */
	if (trait == HTML_NO_ROOM && style->traits[trait] == HTML_UNSEEN &&
	    seen == HTML_SEEN)
		return;
	style->traits[trait] = seen;
	style->is_important[trait] = is_important;
}

static bool
set_colour(struct html_style *style, const char *name, const char *value)
{
	bool is_picture = strcmp(name, "background-image") == 0;
	if (strcmp(name, "color") == 0)
		style->ink = html_colour(value);
	else if (strcmp(name, "background-color") == 0) /* below a picture it is not seen */
		style->ground = style->ground == HTML_COLOUR_UNKNOWN ? HTML_COLOUR_UNKNOWN : html_colour(value);
	else if (strcmp(name, "background") == 0 || (is_picture && strcmp(value, "none") != 0))
		style->ground = html_colour_of_ground(value);
	else
		return is_picture;
	return true;
}

/* One declaration, in lower case; it is changed. */
static bool
declare(struct html_style *style, char *text)
{
	char *value = strchr(text, ':');
	if (!value)
		return false;
	*value++ = '\0';
	char *mark = strchr(value, '!');
	bool is_important = mark && strstr(mark, "important");
	if (mark)
		*mark = '\0';
	const char *name = g_strstrip(text);
	value = g_strstrip(value);
	for (size_t i = 0; i < G_N_ELEMENTS(properties); i++) {
		if (strcmp(properties[i].name, name) != 0)
			continue;
		set(style, properties[i].trait, properties[i].read(value), is_important);
		return true;
	}
	return set_colour(style, name, value);
}

bool
html_style_declare(struct html_style *style, const char *text)
{
	bool matters = false;
	if (!text || !*text)
		return false;
	char *lower = g_ascii_strdown(text, (gssize)MIN(strlen(text), MAX_STYLE));
	char *rest = lower;
	while (rest) {
		char *next = strchr(rest, ';');
		if (next)
			*next++ = '\0';
		matters = declare(style, rest) || matters;
		rest = next;
	}
	g_free(lower);
	return matters;
}

void
html_style_over(struct html_style *style, const struct html_style *other)
{
	for (int i = 0; i < HTML_TRAITS; i++)
		if (other->traits[i] != HTML_AS_OUTSIDE)
			set(style, (enum html_trait)i, other->traits[i],
			    other->is_important[i]);
	if (other->ink != HTML_COLOUR_OUTSIDE)
		style->ink = other->ink;
	/* a picture lies over the colours that other rules give */
	if (other->ground != HTML_COLOUR_OUTSIDE && style->ground != HTML_COLOUR_UNKNOWN)
		style->ground = other->ground;
}

bool
html_style_hides(const struct html_style *style)
{
	static const enum html_trait whole[] = {
	    HTML_DISPLAY, HTML_OPACITY, HTML_MSO_HIDE, HTML_OFF_PAGE};
	for (size_t i = 0; i < G_N_ELEMENTS(whole); i++)
		if (style->traits[whole[i]] == HTML_UNSEEN)
			return true;
	return style->traits[HTML_OVERFLOW] == HTML_UNSEEN &&
	       style->traits[HTML_NO_ROOM] == HTML_UNSEEN;
}
