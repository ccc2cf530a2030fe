/* SPDX-License-Identifier: GPL-3.0-or-later */
/* body.h - the text of a message as display lines. */
#ifndef PENFOLD_MIME_BODY_H
#define PENFOLD_MIME_BODY_H

#include "mime/calendar.h"
#include "mime/layout.h"
#include "mime/mail.h"

struct body_result {
	bool is_guess;	   /* a charset had to be guessed */
	bool is_damaged;   /* bytes were replaced */
	unsigned n_remote; /* images that the network has */
	unsigned n_trackers; /* of these: too small to be seen */
	unsigned n_parts;  /* shown */
	bool skips_copy;   /* private */
};

/* Bytes of the message under a valid signature, and what is written above them. */
struct body_seal {
	size_t start, end;
	char *text; /* utf8 */
};

struct body_opts {
	const GArray *seals; /* of struct body_seal, or NULL */
	bool is_protected; /* copies of header fields put before the text for old readers are left out
			      (RFC 9788 5.2, and the older draft) */
};

/* All parts that are body, with a divider before each when there are several. Notes say what was
 * guessed, left out or is missing. opts may be NULL; a part lies under a seal when all
 * its bytes do, header and body, and a divider of style seal stands wherever that changes. */
void
body_render(const struct mail *m, const struct body_opts *opts, struct layout *l,
    struct body_result *out);

/* The lines of an attached message: its header in short, then its text. */
void
body_message(const struct mail *m, const struct mail_part *part, struct layout *l);
void
body_head_lines(const struct header *h, struct layout *l);

/* The first calendar that the message carries, not one within what is attached; NULL when there is
 * none. is_body_out: it is shown as a part of the body anyway. Free it with calendar_free(). */
struct calendar *
body_calendar(const struct mail *m, bool *is_body_out);

/* One part as text, whatever its role and type. */
void
body_render_part(const struct mail_part *part, struct layout *l, struct body_result *out);

/* Bytes as they are, line by line. */
void
body_render_raw(const char *bytes, size_t len, struct layout *l);

#endif
