/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sandbox_linux.h - the two mechanisms of Linux behind sandbox.h. */
#ifndef PENFOLD_BASE_SANDBOX_LINUX_H
#define PENFOLD_BASE_SANDBOX_LINUX_H

#include <glib.h>
#include <stdbool.h>

/* The version of Landlock's interface that the kernel offers, 0 for none. */
int
sandbox_linux_landlock_abi(void);
/* Give up every right that Landlock knows of. True where the kernel has no Landlock. */
bool
sandbox_linux_landlock(GError **error);

/* Can a seccomp filter be set here? */
bool
sandbox_linux_has_seccomp(void);
/* From here on only the system calls on the list of sandbox_linux.c; others fail with EPERM. */
bool
sandbox_linux_seccomp(GError **error);

#endif
