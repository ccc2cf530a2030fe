/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watchdog.h - the end of an engine that hangs. GPGME starts gpg and gpgsm so that nobody knows their numbers,
 * and talks to gpgsm without a deadline; so they get a process group, which a timer ends. */
#ifndef PENFOLD_CRYPTO_WATCHDOG_H
#define PENFOLD_CRYPTO_WATCHDOG_H

#include <glib.h>

/* Once, before the first engine. A program that was started by hand on a terminal stays where it is, and then
 * engines are not ended. gpg-agent has left the group by itself. */
void
watchdog_init(void);
/* From this moment (monotonic microseconds) on end the engines, every second. Not nested. */
void
watchdog_set(gint64 deadline);
void
watchdog_clear(void);
/* End them now. */
void
watchdog_bite(void);

#endif
