/* SPDX-License-Identifier: GPL-3.0-or-later */
/* content.h - the bytes of one part, decoded from its transfer encoding as they are read. */
#ifndef PENFOLD_MIME_CONTENT_H
#define PENFOLD_MIME_CONTENT_H

#include <gmime/gmime.h>
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct content {
	const char *bytes; /* encoded; borrowed from the message */
	size_t len;
	GMimeContentEncoding encoding;
	bool is_yenc; /* the lines between =ybegin and =yend; encoding says nothing then */
};

/* Takes decoded bytes; false stops the reading. */
typedef bool (*content_fn)(const char *bytes, size_t len, void *user);

/* Decode in blocks of at most 64 kB. False when fn stopped it. */
bool
content_read(const struct content *c, content_fn fn, void *user);

/* The decoded size in bytes, without keeping anything; of large base64 what its letters stand for. */
guint64
content_size(const struct content *c);

/* Decoded and in `charset` (NULL: guessed) made UTF-8, line by line: text has no line end, is valid
 * UTF-8 but not display text, and is cut into pieces of at most 64 kB. Returns false when fn
 * stopped it. is_guess_out and is_damaged_out (may be NULL) say what charset.h says. */
typedef bool (*content_line_fn)(const char *text, size_t len, void *user);
bool
content_lines(const struct content *c, const char *charset, content_line_fn fn, void *user,
    bool *is_guess_out, bool *is_damaged_out);

/* All of it as UTF-8, at most limit bytes. is_cut_out tells whether there was more. Owned. */
GString *
content_text(const struct content *c, const char *charset, size_t limit, bool *is_cut_out);

#endif
