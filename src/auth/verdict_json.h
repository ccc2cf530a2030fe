/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict_json.h - the verdict as the JSON object that is printed, kept and shown. */
#ifndef PENFOLD_AUTH_VERDICT_JSON_H
#define PENFOLD_AUTH_VERDICT_JSON_H

#include "auth/verdict.h"

#include <jansson.h>

/* The object. Every string in it is display text (base/safe_text.h), times are Unix
 * seconds but `evaluated`, which is RFC 3339. New reference. */
json_t *verdict_json(const struct verdict *verdict);

#endif
