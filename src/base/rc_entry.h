/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_entry.h - entries and findings: what a reading of the rc gives. rc_file.c has the syntax, rc.c the
 * meaning. */
#ifndef PENFOLD_BASE_RC_ENTRY_H
#define PENFOLD_BASE_RC_ENTRY_H

#include "base/rc.h"

/* One line `key = value`, or a section header (key NULL). */
struct rc_entry {
	char *file;	/* as it was named; "-o" for an override */
	unsigned line;	/* from 1; 0 for an override */
	char *section;	/* lower case */
	char *name;	/* NULL without one */
	char *key;	/* lower case but in free sections */
	char *value;	/* unquoted and checked; "" unsets */
	const struct rc_setting *setting; /* NULL for a header */
};

struct rc_reading {
	GPtrArray *entries;  /* struct rc_entry, in order */
	GPtrArray *findings; /* char *, "FILE:LINE: sentence", at most LIMIT_RC_FINDINGS */
	GHashTable *opened;  /* "file\nsection\nname" -> line of the header */
};

/* Where something stands. All borrowed. */
struct rc_place {
	const char *file;
	unsigned line;
	const char *section;
	const char *name; /* NULL without one */
};

void
rc_reading_init(struct rc_reading *reading);
void
rc_reading_clear(struct rc_reading *reading);
/* Note a finding; line 0 leaves the number out. */
void
rc_reading_finding(struct rc_reading *reading, const char *file, unsigned line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Are there so many findings that no more are noted? */
bool
rc_reading_is_full(const struct rc_reading *reading);

/* A section header: an entry without key, or a finding and false. The same account opened twice in
 * one file is a finding; opening it again in another file adds to it. */
bool
rc_entry_add_section(struct rc_reading *reading, const struct rc_place *place);
/* `key = raw` in a known section: an entry, or a finding. */
void
rc_entry_add(struct rc_reading *reading, const struct rc_place *place, const char *key,
    const char *raw);
/* One -o option: section.key=value or section.name.key=value. */
void
rc_entry_add_option(struct rc_reading *reading, const char *option);

#endif
