/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_logos.h - logos and mark certificates, fetched once and kept below the state folder. */
#ifndef PENFOLD_PROGRAMS_AUTH_LOGOS_H
#define PENFOLD_PROGRAMS_AUTH_LOGOS_H

#include "auth/bimi.h"
#include "programs/auth_program.h"

enum logos_fetch {
	LOGOS_KEPT,   /* only what is kept */
	LOGOS_ASK,    /* and ask for what is not */
	LOGOS_RENEW,  /* ask anew for all */
};

/* Complete a passing bimi: mark certificate, drawing, revocation, as `[bimi]` wants them. With LOGOS_KEPT
 * what was never fetched leaves it as it is. A logo that may be shown is then kept as
 * STATE/bimi/SHA256.svg. Blocks for at most LIMIT_HTTPS_SECONDS a file. True when LOGOS_KEPT left
 * something out that asking may bring. */
bool
logos_complete(struct auth_program *program, struct bimi *bimi, struct dns_session *dns, gint64 now,
    enum logos_fetch fetch);

/* The authorities: of this file, of `[bimi] roots`, or our own. Owned by the caller. */
struct mark_roots *
logos_roots(const struct auth_program *program, const char *path, GError **error);

#endif
