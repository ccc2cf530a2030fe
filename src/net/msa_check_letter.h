/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_letter.h - the header of a letter as fields over its bytes; private to
 * msa_check*.c. */
#ifndef PENFOLD_NET_MSA_CHECK_LETTER_H
#define PENFOLD_NET_MSA_CHECK_LETTER_H

#include "mime/compose_facts.h"
#include "mime/compose_wire.h"
#include "net/msa_check.h"

/* One field: borrowed slices of the letter's bytes. */
struct msa_field {
	const char *start; /* of its first line */
	size_t len;	   /* all its lines, line ends included */
	size_t name_len;   /* 0: the line is no field */
	size_t line;	   /* number of its first line, from 1 */
};

struct msa_letter {
	GBytes *bytes;
	GArray *fields; /* struct msa_field */
	struct compose_wire wire;
	struct compose_facts facts;
};

/* Scan bytes (borrowed while the letter lives); msa_letter_fini() frees what was found.
 */
void msa_letter_init(struct msa_letter *letter, GBytes *bytes);
void msa_letter_fini(struct msa_letter *letter);

bool msa_field_is(const struct msa_field *field, const char *name);
/* Unfolded value without white space at its ends; owned. NUL bytes become spaces. */
char *msa_field_value(const struct msa_field *field);
/* How often a field stands there, and the last one of them (NULL when none). */
size_t msa_letter_count(const struct msa_letter *letter, const char *name);
const struct msa_field *msa_letter_find(
    const struct msa_letter *letter, const char *name);

/* A check under way. */
struct msa_checker {
	const struct msa_letter *letter;
	const struct msa_envelope *envelope;
	json_t *findings;
	const struct msa_check_row *row;
};

struct msa_check_row {
	const char *code;
	enum msa_check_level level;
	const char *ref;
	void (*run)(struct msa_checker *c);
};

/* Add a finding of the running row. where: a field's name, "line 12", "recipient",
 * "body". */
void msa_check_find(struct msa_checker *c, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The rows; each ends with a NULL code. */
extern const struct msa_check_row msa_check_header_rows[];
extern const struct msa_check_row msa_check_content_rows[];

#endif
