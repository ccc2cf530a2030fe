/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_sts.h - MTA-STS policies as the sender keeps them: asked for when the DNS names a
 * new one, remembered for as long as they say (RFC 8461 3.3), in STATE/mta-sts/DOMAIN. */
#ifndef PENFOLD_PROGRAMS_SEND_STS_H
#define PENFOLD_PROGRAMS_SEND_STS_H

#include "lookup/mta_sts.h"
#include "programs/send_run.h"

/* The domain's policy; mode MTA_STS_NONE when it has none or none can be had.
 * mta_sts_clear(). */
void send_sts_policy(const struct send_run *run, struct dns_session *dns,
    const char *domain, struct mta_sts *out);

#endif
