/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_fresh.c - see rc_fresh.h. Only the file itself is looked at, not those that it includes. */
#include "base/rc_fresh.h"

#include "base/file.h"

const struct rc *
rc_fresh_get(struct rc_fresh *fresh, const struct rc *at_start)
{
	gint64 stamp = file_stamp(rc_path(at_start));
	struct rc *now = stamp != fresh->stamp ? rc_load(fresh->path, fresh->overrides, NULL) : NULL;

	fresh->stamp = stamp;
	if (now != NULL) {
		rc_free(fresh->now);
		fresh->now = now;
	}
	return fresh->now != NULL ? fresh->now : at_start;
}

void
rc_fresh_fini(struct rc_fresh *fresh)
{
	rc_free(fresh->now);
}
