/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_facts.h - what a letter holds, for the checks before it leaves: its text as the
 * writer sees it and how many attachments it has. Reads by GMime behind the pre-screen.
 */
#ifndef PENFOLD_MIME_COMPOSE_FACTS_H
#define PENFOLD_MIME_COMPOSE_FACTS_H

#include <glib.h>
#include <stdbool.h>

struct compose_facts {
	bool is_readable; /* false: past a limit of the pre-screen, the rest is empty */
	char *text; /* the first text part, UTF-8, LF line ends; "" when there is none */
	guint attachments; /* parts with a file name or that are no text */
};

/* Fill out; compose_facts_clear() frees what it holds. */
void compose_facts_read(GBytes *letter, struct compose_facts *out);
void compose_facts_clear(struct compose_facts *facts);

/* The value of the first field of this name, unfolded, UTF-8, one line without control
 * characters. decode: RFC 2047 words are decoded; not for addresses, where they may hold
 * commas. Owned; NULL when there is none or the letter is past a limit. */
char *compose_facts_field(GBytes *letter, const char *name, bool decode);
/* The values of all fields of this name, not decoded, as one list with commas: some write a Bcc for each reader. Owned;
 * NULL when there is none, or no more than blanks, or the letter is past a limit. */
char *compose_facts_list(GBytes *letter, const char *name);

/* A raw value as text: encoded words decoded, on one line, UTF-8. Owned. */
char *compose_facts_text(const char *raw);

/* Unix seconds of a Date field's value; false when it is none. */
bool compose_facts_date(const char *value, gint64 *unix_time_out);

#endif
