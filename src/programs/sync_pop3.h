/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync_pop3.h - the sink of a POP3 account: the account's inbox and which ids of the
 * maildrop are in it. */
#ifndef PENFOLD_PROGRAMS_SYNC_POP3_H
#define PENFOLD_PROGRAMS_SYNC_POP3_H

#include "net/pop3_sync.h"
#include "programs/sync_sink.h"

/* One run over an open session into the sink. *waiting_out: how many messages are to be
 * deleted there as soon as they are indexed here. */
bool sync_pop3_run(
    struct sync_sink *sink, struct pop3 *pop3, guint *waiting_out, GError **error);

#endif
