/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync_log.h - the events of a run as lines of the account's log, for people. */
#ifndef PENFOLD_PROGRAMS_SYNC_LOG_H
#define PENFOLD_PROGRAMS_SYNC_LOG_H

#include "base/account_log.h"

#include <jansson.h>

/* An event of the run that is worth a line: new mail in a folder, what went up, errors.
 */
void sync_log_event(struct account_log *log, const char *event, const json_t *obj);
/* The end: done (borrowed), or why not. */
void sync_log_end(struct account_log *log, const json_t *done, const GError *error);

#endif
