/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret.h - passwords: locked memory, wiped when freed, unprintable. */
#ifndef PENFOLD_BASE_SECRET_H
#define PENFOLD_BASE_SECRET_H

#include "base/rc.h"

struct secret;

struct secret *
secret_new(const char *bytes, size_t len);
struct secret *
secret_copy(const struct secret *secret);
/* Bytes, NUL-terminated, borrowed. */
const char *
secret_bytes(const struct secret *secret);
size_t
secret_len(const struct secret *secret);
void
secret_free(struct secret *secret);

/* The password of an account: `password`, else the first line that `password-command` prints
 * (run by argv without a shell, at most 60 s), else what the desktop's keyring has. PF_ERROR_NO_SECRET
 * when there is none, PF_ERROR_AUTH naming account and command when one of these fails. */
struct secret *
secret_of_account(const struct rc *rc, const char *account, GError **error);

/* The first line that this command prints, as above; setting stands in the errors. */
struct secret *
secret_of_argv(const char *account, const char *setting, char **argv, GError **error);

/* Secrets go from one of our programs to another in memory behind a descriptor, never in a line of
 * JSON. The descriptor is the caller's to close; -1 with error. Reading leaves it open. */
int
secret_to_fd(const struct secret *secret, GError **error);
struct secret *
secret_of_fd(int fd, GError **error);

/* The first line that the command of this RC_COMMAND setting of an account prints, as above; NULL
 * without error when the setting is not there. */
struct secret *
secret_of_command(const struct rc *rc, const char *account, const char *setting, GError **error);

#endif
