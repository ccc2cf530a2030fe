/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret_service.h - the desktop's keyring (org.freedesktop.secrets) over the session bus. An item is
 * known by its attributes application = penfold and account = NAME, so that `secret-tool store
 * --label=Mail application penfold account NAME` makes one too. Blocking; for helpers. */
#ifndef PENFOLD_BASE_SECRET_SERVICE_H
#define PENFOLD_BASE_SECRET_SERVICE_H

#include "base/secret.h"

/* Is there a session bus with such a service, running or to be started? Never waits for long. */
bool
secret_service_is_there(void);

/* The password of an account; NULL without error when there is none or no service. A locked keyring
 * is asked to unlock, which may show its own window and wait for the user. PF_ERROR_AUTH when he
 * declines or the service fails. */
struct secret *
secret_service_get(const char *account, GError **error);

/* Keep it, in place of an older one. PF_ERROR_UNAVAILABLE without a service. */
bool
secret_service_put(const char *account, const struct secret *secret, GError **error);

#endif
