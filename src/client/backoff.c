/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The interval of the rc after a good run, sooner after a bad one. */
#include "client/backoff.h"

gint64
backoff_seconds(unsigned failures, gint64 interval, bool is_refused)
{
	gint64 last = is_refused || interval <= 0 ? BACKOFF_LAST_S : interval;
	gint64 wait = BACKOFF_FIRST_S;

	if (failures == 0)
		return MAX(interval, 0);
	for (unsigned i = 1; i < failures && wait < last; i++)
		wait *= 2;
	return MIN(wait, last);
}

gint64
backoff_jitter(gint64 seconds, double roll)
{
	return seconds >= 10 ? seconds - seconds / 10 + (gint64)(roll * (double)(seconds / 5 + 1)) : seconds;
}
