/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paths.h - where Penfold keeps its files. All results are owned by the caller. */
#ifndef PENFOLD_BASE_PATHS_H
#define PENFOLD_BASE_PATHS_H

#include <glib.h>

/* $PENFOLD_RC, else $XDG_CONFIG_HOME/penfold/rc, else ~/.config/penfold/rc. */
char *
paths_rc(void);

/* $XDG_STATE_HOME/penfold, else ~/.local/state/penfold; the rc's `[store] state` overrides it
 * (see rc_state_dir() in rc.h, which is what programs use). */
char *
paths_state(void);

/* STATE/WHAT-ACCOUNT.SUFFIX, what is kept of one account: its name may hold what no file name can, and is escaped. */
char *
paths_of_account(const char *state_dir, const char *what, const char *account, const char *suffix);

/* "~" and "~/x" to the home folder; everything else as it is. */
char *
paths_expand(const char *path);
/* Where a file of this name goes when the user typed this: into it, if it is a folder. Owned. */
char *
paths_target(const char *typed, const char *name);

/* The helper `name` ("penfold-sync"): $PENFOLD_LIBEXEC, else beside the running program when it
 * stands there (build tree), else PREFIX/libexec/penfold. */
char *
paths_helper(const char *name);

/* The data file `name` that comes with the program: in $PENFOLD_DATA, else in data/ beside the
 * running program when it stands there (build tree), else in PREFIX/share/penfold. */
char *
paths_data(const char *name);

#endif
