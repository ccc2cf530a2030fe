/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path_json.h - the way that a message took, hop by hop, as JSON. */
#ifndef PENFOLD_AUTH_PATH_JSON_H
#define PENFOLD_AUTH_PATH_JSON_H

#include "auth/trust.h"

#include <jansson.h>

/* [{from, client, by, with, tls, time, delay, certain}], the topmost Received field
 * first: from and by names, client what the server saw, tls null when the field names
 * none, time in Unix seconds, delay in seconds since the hop below (null when either has
 * no time), certain: written by the receiving side. At most 50. Strings are display text.
 * New reference. */
json_t *path_json(const struct message *message, const struct trust *trust);

#endif
