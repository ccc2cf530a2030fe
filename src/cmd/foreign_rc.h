/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign_rc.h - what other programs' settings say about accounts: a muttrc, aerc's accounts.conf, an mbsyncrc,
 * an msmtprc. The file is only read; nothing in it is run, and no password is taken over. */
#ifndef PENFOLD_CMD_FOREIGN_RC_H
#define PENFOLD_CMD_FOREIGN_RC_H

#include <glib.h>
#include <stdbool.h>

struct foreign_account {
	char *name;
	GPtrArray *settings; /* of char *: key, value, key, value; of [account] */
	/* parts of URLs, put together at the end */
	char *host, *port, *user, *real_name;
	bool is_plain_start, is_smtp; /* STARTTLS rather than TLS from the first byte; the host is SMTP's */
};

struct foreign_rc {
	const char *kind;    /* "mutt", "aerc", "mbsync", "msmtp" */
	GPtrArray *accounts; /* of struct foreign_account */
	GPtrArray *others;   /* of char *: lines of other sections, "[addresses]\nalias-file = ..." */
	GPtrArray *unknown;  /* of char *: "12: set index_format = ...", what has no counterpart here */
};

/* Read text (utf8) of a file of that name, which helps to tell what it is; kind may be NULL. NULL when it is
 * none of those that are known. Owned. */
struct foreign_rc *
foreign_rc_read(const char *text, const char *file_name, const char *kind);
void
foreign_rc_free(struct foreign_rc *f);
/* As an rc file of Penfold's; owned. */
char *
foreign_rc_text(const struct foreign_rc *f);

#endif
