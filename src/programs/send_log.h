/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_log.h - what became of letters, as lines of their account's log, for people. */
#ifndef PENFOLD_PROGRAMS_SEND_LOG_H
#define PENFOLD_PROGRAMS_SEND_LOG_H

#include "programs/send_run.h"

/* The logs of a run by account; owned. */
GHashTable *send_log_table(void);
/* The log of an account; borrowed. */
struct account_log *send_log_of(const struct send_run *run, const char *account);
/* After an attempt: each recipient and the server's words. */
void send_log_entry(const struct send_run *run, const struct queue_entry *entry);

#endif
