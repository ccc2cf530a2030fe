/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_mend.h - a letter taken apart into its fields and its body, to be mended and put
 * together again; private to msa_*.c. Line ends are CRLF from the start. */
#ifndef PENFOLD_NET_MSA_MEND_H
#define PENFOLD_NET_MSA_MEND_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct msa_envelope;

struct msa_mend {
	GPtrArray *fields; /* GString, each with its line ends; lines that are none too */
	GBytes *body;	   /* from the empty line on */
	const struct msa_envelope *envelope;
	bool wants_recoding; /* set by a fix: parts in other transfer encodings */
};

void msa_mend_init(
    struct msa_mend *mend, GBytes *letter, const struct msa_envelope *envelope);
/* The letter as it is now. Owned. */
GBytes *msa_mend_letter(const struct msa_mend *mend);
void msa_mend_fini(struct msa_mend *mend);

/* Is the i-th field one of this name? The last such, -1 when there is none. */
bool msa_mend_is(const struct msa_mend *mend, guint i, const char *name);
int msa_mend_find(const struct msa_mend *mend, const char *name);
/* Its value on one line, without blanks at the ends. Owned. */
char *msa_mend_value(const struct msa_mend *mend, guint i);
/* Put text (whole lines) in the place of a field; "" takes it out. */
void msa_mend_set(struct msa_mend *mend, guint i, const char *text);
/* The same with text that may hold NUL; consumes it. */
void msa_mend_take(struct msa_mend *mend, guint i, GString *text);
/* The number of fields before the first line that is none: from there on all may be text. */
guint msa_mend_header_end(const struct msa_mend *mend);
/* Add a field (whole lines) at that end of the header; consumes text. */
void msa_mend_add(struct msa_mend *mend, GString *text);

#endif
