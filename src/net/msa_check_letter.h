/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_letter.h - the header of a letter as fields over its bytes, and the form of a
 * check; private to msa_*.c. */
#ifndef PENFOLD_NET_MSA_CHECK_LETTER_H
#define PENFOLD_NET_MSA_CHECK_LETTER_H

#include "mime/compose_facts.h"
#include "mime/compose_wire.h"
#include "net/msa_check.h"
#include "net/msa_mend.h"

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
	GArray *parts;	/* struct part (mime/part_scan.h) */
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
const struct msa_field *msa_letter_field(const struct msa_letter *letter, guint i);
/* The value of the last one, "" when there is none. Owned. */
char *msa_letter_value(const struct msa_letter *letter, const char *name);
/* The mailboxes of the last one, empty when there is none or it does not parse. Owned;
 * elements are struct compose_address. */
GPtrArray *msa_letter_addresses(const struct msa_letter *letter, const char *name);

/* A check under way. */
struct msa_checker {
	const struct msa_letter *letter;
	const struct msa_envelope *envelope;
	const char *const *recipients; /* the envelope's, else those of the header */
	json_t *findings;
	const struct msa_check_row *row;
};

struct msa_check_row {
	const char *code;
	enum msa_check_level level;
	const char *where; /* the usual place */
	const char *text;  /* what is wrong, for the list of checks */
	const char *ref;   /* "RFC 5322 3.6.2" */
	void (*run)(struct msa_checker *c);
	void (*fix)(struct msa_mend *mend); /* NULL: nothing mends it */
};

/* Add a finding of the running row. where: a field's name, "line 12", "recipient",
 * "body"; NULL for the row's own. */
void msa_check_find(struct msa_checker *c, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The rows; each table ends with a NULL code. */
extern const struct msa_check_row msa_check_header_rows[];
extern const struct msa_check_row msa_check_word_rows[];
extern const struct msa_check_row msa_check_value_rows[];
extern const struct msa_check_row msa_check_address_rows[];
extern const struct msa_check_row msa_check_people_rows[];
extern const struct msa_check_row msa_check_mime_rows[];
extern const struct msa_check_row msa_check_content_rows[];
extern const struct msa_check_row msa_check_reply_rows[];

/* All of them, NULL at the end. */
extern const struct msa_check_row *const msa_check_tables[];

#endif
