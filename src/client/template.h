/* SPDX-License-Identifier: GPL-3.0-or-later */
/* template.h - variables in the texts that letters begin with: "On ${date}, ${name} wrote:". Pure. */
#ifndef PENFOLD_CLIENT_TEMPLATE_H
#define PENFOLD_CLIENT_TEMPLATE_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* One variable, as penfold-rc(5) has it. */
struct template_variable {
	const char *name;
	bool is_of_original; /* of the letter that is answered or sent on; else of the writer */
	bool is_date;	     /* takes a format of strftime's: ${date:%d %B} */
	bool is_people;	     /* mailboxes, or an address: a header takes it as it stands */
	const char *help;
};

extern const struct template_variable template_variables[];
extern const size_t template_n_variables;

/* Is each ${...} of the text (bytes, as far as a NUL) a variable that has a value there? PF_ERROR_DATA says which one is
 * not, as "LINE: ...", LINE counting from 1. has_original: there is a letter that is answered. */
bool
template_check(const char *text, bool has_original, GError **error);

/* The text with the values (an object of texts by the variables' names; dates as ISO 8601) in place of the variables;
 * $${ stands for ${, and what has no value for nothing. Owned. */
char *
template_fill(const char *text, const json_t *values);
/* The same for a line of the header: what a value has of control characters becomes blanks. With is_people names are
 * quoted where mailboxes need it, so that no name adds a recipient. */
char *
template_fill_field(const char *text, const json_t *values, bool is_people);

/* A display name as a mailbox takes it (RFC 5322 3.2.4): quoted, unless it is plain words. Owned. */
char *
template_mailbox_name(const char *name);

#endif
