/* SPDX-License-Identifier: GPL-3.0-or-later */
/* charset.h - bytes of a body in some charset, made UTF-8 as they stream past. */
#ifndef PENFOLD_MIME_CHARSET_H
#define PENFOLD_MIME_CHARSET_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Open a converter for every charset that mail is written in and keep it for the life of the
 * process, so that a sealed process finds its tables in memory. Call before sandbox_seal(). */
void
charset_preload(void);

/* The charset that real mail means when it names this one: a superset, or the name that is known here. Static, or
 * the name itself. */
const char *
charset_meant(const char *name);

struct charset;

/* A decoder for the charset named by a Content-Type (NULL, unknown or us-ascii: UTF-8 where a line
 * is valid UTF-8, else windows-1252). Never NULL. */
struct charset *
charset_new(const char *name);

/* Convert; the UTF-8 is appended to out. What is no character in the charset becomes U+FFFD. With
 * is_end, an unfinished character is one too. Guessing goes line by line, so a caller should pass
 * whole lines where it can. */
void
charset_feed(struct charset *c, const char *bytes, size_t len, bool is_end, GString *out);

/* Was the name unknown, a guess needed, or a byte replaced? For a note to the reader. */
bool
charset_is_guess(const struct charset *c);
bool
charset_is_damaged(const struct charset *c);

/* NULL is fine. */
void
charset_free(struct charset *c);

#endif
