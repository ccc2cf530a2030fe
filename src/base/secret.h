/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret.h - passwords: locked memory, wiped when freed, unprintable. */
#ifndef PENFOLD_BASE_SECRET_H
#define PENFOLD_BASE_SECRET_H

#include "base/rc.h"

struct secret;

struct secret *
secret_new(const char *bytes, size_t len);
/* Bytes, NUL-terminated, borrowed. */
const char *
secret_bytes(const struct secret *secret);
size_t
secret_len(const struct secret *secret);
void
secret_free(struct secret *secret);

/* The password of an account: `password`, else the first line that `password-command` prints
 * (run by argv without a shell, at most 60 s). PF_ERROR_AUTH when there is none, naming account
 * and command. */
struct secret *
secret_of_account(const struct rc *rc, const char *account, GError **error);

/* The first line that the command of this RC_COMMAND setting of an account prints, as above; NULL
 * without error when the setting is not there. */
struct secret *
secret_of_command(const struct rc *rc, const char *account, const char *setting, GError **error);

#endif
