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
/* Put what the file says into the draft; fields that the file has not are emptied, those that it
 * cannot have (In-Reply-To, ...) stay. Header lines nobody knows are kept in the body, in front, so
 * that nothing typed is lost. Bytes that are no UTF-8 are taken as Windows-1252. */
void
edit_file_to_draft(const char *bytes, size_t len, json_t *draft);

/* "Ann <a@b>, \"B, C\" <c@d>" to an array of mailboxes; new reference. */
json_t *
edit_file_split_addresses(const char *text);
/* And back; owned. */
char *
edit_file_join_addresses(const json_t *list);

#endif
