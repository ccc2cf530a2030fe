/* SPDX-License-Identifier: GPL-3.0-or-later */
/* edit_file.h - a draft as the text file that the editor sees, and back. Pure. */
#ifndef PENFOLD_UI_EDIT_FILE_H
#define PENFOLD_UI_EDIT_FILE_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* From, To, Cc, Bcc, Subject, Reply-To and one Attach line a file, an empty line, the body. Owned. */
char *
edit_file_from_draft(const json_t *draft);
/* The line of such a text where a person begins: To while it is empty, else the first below the header. */
unsigned
edit_file_first_line(const char *text);
/* Put what the file says into the draft; fields that the file has not are emptied, those that it
 * cannot have (In-Reply-To, ...) stay. Header lines nobody knows are kept in the body, in front, so
 * that nothing typed is lost. Bytes that are no UTF-8 are taken as Windows-1252. */
void
edit_file_to_draft(const char *bytes, size_t len, json_t *draft);

/* Bytes of a text file as text, as edit_file_to_draft() takes them. Owned. */
char *
edit_file_utf8(const char *bytes, size_t len);

/* Is this line one of a header, such as "To: x"? is_people_out: of mailboxes. */
bool
edit_file_is_field(const char *line, bool *is_people_out);

/* "Ann <a@b>, \"B, C\" <c@d>" to an array of mailboxes; new reference. */
json_t *
edit_file_split_addresses(const char *text);
/* And back; owned. */
char *
edit_file_join_addresses(const json_t *list);

/* The recipients that are no addresses: names of aliases, perhaps. New reference to an array of texts. */
json_t *
edit_file_short_names(const json_t *draft);
/* Put people ({name: "a@b, C <c@d>"}) in the place of such names; false when none of them is there. */
bool
edit_file_expand(json_t *draft, const json_t *people);

#endif
