/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_recipients.h - the recipients of op queue-add-raw. */
#ifndef PENFOLD_PROGRAMS_STORE_RECIPIENTS_H
#define PENFOLD_PROGRAMS_STORE_RECIPIENTS_H

#include <glib.h>
#include <jansson.h>

/* Those of the request (args), and with "extract" those of the header: owned addr-specs, or words that are none and are
 * complained of later. NULL with PF_ERROR_DATA. */
GPtrArray *store_recipients(const json_t *args, GBytes *bytes, GError **error);

#endif
