/* SPDX-License-Identifier: GPL-3.0-or-later */
/* syncer.h - deliveries become durable while others still come in: a process of its own waits for
 * syncfs(2), which takes as long as the disk wants, and tells how it ended. */
#ifndef PENFOLD_STORE_SYNCER_H
#define PENFOLD_STORE_SYNCER_H

#include <glib.h>
#include <stdbool.h>

struct syncer;

/* For the file system that this folder is on. It is held open, so that what goes wrong with any write from now
 * on is told (syncfs(2)). NULL with error. */
struct syncer *syncer_new(const char *folder_path, GError **error);
/* Waits for what is under way. */
void syncer_free(struct syncer *s);

/* Make durable what has been written up to now; one at a time. It happens beside the caller, or at once where no
 * process is to be had. */
void syncer_begin(struct syncer *s);
/* Would syncer_end() wait? */
bool syncer_is_busy(const struct syncer *s);
/* The end of what was begun. With error (PF_ERROR_IO) nothing of it counts as durable. */
bool syncer_end(struct syncer *s, GError **error);

/* Both, by the caller himself. */
bool syncer_now(struct syncer *s, GError **error);

#endif
