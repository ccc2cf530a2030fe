/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailcap.h - which program shows a type (RFC 1524), as an argv: entries that need a shell, with pipes,
 * redirections or substitutions, are passed over. */
#ifndef PENFOLD_UI_MAILCAP_H
#define PENFOLD_UI_MAILCAP_H

#include <glib.h>
#include <stdbool.h>

struct mailcap_program {
	char **argv;	    /* with the file's path in it */
	bool is_terminal;   /* needs the terminal */
	bool is_text;	    /* writes text that is to be shown (copiousoutput) */
	bool takes_stdin;   /* reads the file from standard input */
};

/* The first entry of a mailcap's text for a type ("image/png") whose test holds; path stands for %s.
 * False when there is none. */
bool
mailcap_find(const char *mailcap, const char *type, const char *path, struct mailcap_program *out);
/* The same over $MAILCAPS, or ~/.mailcap and the system's. */
bool
mailcap_lookup(const char *type, const char *path, struct mailcap_program *out);
void
mailcap_program_clear(struct mailcap_program *p);

#endif
