/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_lock.h - notmuch's lock for its one writer: who has it, and who waits for it. */
#ifndef PENFOLD_STORE_INDEX_LOCK_H
#define PENFOLD_STORE_INDEX_LOCK_H

#include <stdbool.h>

/* Wait until no other process has the lock of the database in this folder; false when that took longer. Who has it
 * is told that somebody waits. */
bool
index_lock_wait(const char *database, int patience_ms);
/* Has another process the lock just now? */
bool
index_lock_is_held(const char *database);
/* Does another process wait for the lock, which this one has? Where that cannot be known: yes. */
bool
index_lock_is_wanted(const char *database);

#endif
