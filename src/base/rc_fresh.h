/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_fresh.h - the rc file as it is now, for programs that run on while their user, or another Penfold, adds to it. */
#ifndef PENFOLD_BASE_RC_FRESH_H
#define PENFOLD_BASE_RC_FRESH_H

#include "base/rc.h"

/* To be zeroed, then path and overrides (of rc_load(), borrowed, may be NULL) set. */
struct rc_fresh {
	const char *path;
	const char *const *overrides;
	struct rc *now;	/* as it was read last; NULL: as at the start */
	gint64 stamp;	/* of the file that was read, or that could not be */
};

/* The file as it is now, read anew when it has changed; one that cannot be read now changes nothing (`penfold config
 * check` tells what is wrong with it). at_start: what the program began with. Borrowed until the next call. */
const struct rc *
rc_fresh_get(struct rc_fresh *fresh, const struct rc *at_start);
void
rc_fresh_fini(struct rc_fresh *fresh);

#endif
