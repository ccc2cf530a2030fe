/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inline_file.h - files that stand within a text as programs from before MIME wrote them: uuencoded (POSIX uuencode(1))
 * and yEnc (1.3). Only what is whole, from its first line to its last, counts as a file. */
#ifndef PENFOLD_MIME_INLINE_FILE_H
#define PENFOLD_MIME_INLINE_FILE_H

#include "mime/content.h"

struct inline_file {
	size_t start, len;	/* all of it within the text, lines of its own */
	struct content content; /* borrows the text */
	char *name;		/* UTF-8, no safe path; never empty */
};

/* Those in text, in order, at most LIMIT_INLINE_FILES; NULL when there is none. Elements are struct inline_file *,
 * owned by the array. */
GPtrArray *
inline_files_find(const char *text, size_t len);

#endif
