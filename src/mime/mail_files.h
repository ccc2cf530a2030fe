/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail_files.h - the files within a text (inline_file.h) as parts of the message; private to mail.c. */
#ifndef PENFOLD_MIME_MAIL_FILES_H
#define PENFOLD_MIME_MAIL_FILES_H

#include "mime/mail.h"

/* Add those within the text parts[index] behind it. One in base64 or quoted-printable is decoded for it, when it is not
 * larger than LIMIT_INLINE_TEXT. */
void
mail_files_list(GPtrArray *parts, int index);

/* A file name that a message gives, cut between characters. Takes and gives an owned string. */
char *
mail_files_name(char *name);

#endif
