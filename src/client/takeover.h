/* SPDX-License-Identifier: GPL-3.0-or-later */
/* takeover.h - the screen that runs takes over what another start of Penfold was asked for, such as
 * `penfold mailto:ann@example.org`. A socket in the state folder, one JSON line each way; both sides check
 * that the other one is the same user. Nothing of it goes over a network. */
#ifndef PENFOLD_CLIENT_TAKEOVER_H
#define PENFOLD_CLIENT_TAKEOVER_H

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>

struct takeover;

/* Hears what was asked for (borrowed); true when it is done or begun. Called from the main loop. */
typedef bool (*takeover_fn)(const json_t *obj, void *user);

/* Listen. NULL when another screen does already, or the socket cannot be made; then this one simply takes
 * nothing over. */
struct takeover *
takeover_listen(const char *state_dir, takeover_fn fn, void *user);
void
takeover_free(struct takeover *t);

/* Ask the screen that runs; blocks for two seconds at most. False when there is none or it did not want to. */
bool
takeover_ask(const char *state_dir, const json_t *obj);

#endif
