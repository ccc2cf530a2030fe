/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watchdog.c - SIGALRM, and SIGTERM for all of the group but ourselves. */
#include "crypto/watchdog.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

void
watchdog_bite(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	if (getpgrp() != getpid() || sigaction(SIGTERM, &ignore, &before) != 0)
		return;
	(void)kill(0, SIGTERM); /* who is there gets it */
	(void)sigaction(SIGTERM, &before, NULL);
}

static void
on_alarm(int number)
{
	int saved = errno;
	(void)number;
	watchdog_bite(); /* nothing but system calls */
	errno = saved;
}

void
watchdog_init(void)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	if (!isatty(STDIN_FILENO))
		(void)setpgid(0, 0); /* else it is a leader already, which does as well */
	(void)sigaction(SIGALRM, &action, NULL);
}

void
watchdog_set(gint64 deadline)
{
	gint64 left = MAX(deadline - g_get_monotonic_time(), 1000);
	struct itimerval timer = {
		.it_value = { left / G_USEC_PER_SEC, left % G_USEC_PER_SEC },
		.it_interval = { 1, 0 },
	};
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

void
watchdog_clear(void)
{
	struct itimerval off = { 0 };
	(void)setitimer(ITIMER_REAL, &off, NULL);
}
