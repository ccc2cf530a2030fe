/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_certificate.h - certificates that nobody vouches for, and the user's word on them. */
#ifndef PENFOLD_CMD_CMD_CERTIFICATE_H
#define PENFOLD_CMD_CMD_CERTIFICATE_H

#include "cmd/cmd.h"

/* What the servers of an account show; the object {servers: [...]}, NULL and error. about: {account}, with imap, pop3
 * and smtp of one that is not in the rc yet; borrowed. New reference. */
json_t *
cmd_certificate_look(struct cmd_context *ctx, const json_t *about, GError **error);

/* Show on standard error each certificate that is not trusted, ask whether it is the server's, and keep what is said.
 * The number that was taken; -1 and error. */
int
cmd_certificate_ask(struct cmd_context *ctx, const json_t *about, const json_t *found, GError **error);

/* A log-in failed by why: when that is a certificate, and questions may be asked, ask. True: one was taken, and it is
 * to be tried again. */
bool
cmd_certificate_settle(struct cmd_context *ctx, const json_t *about, const GError *why);

#endif
