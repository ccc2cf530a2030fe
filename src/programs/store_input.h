/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_input.h - the bytes of a letter that was made elsewhere. */
#ifndef PENFOLD_PROGRAMS_STORE_INPUT_H
#define PENFOLD_PROGRAMS_STORE_INPUT_H

#include "base/helper.h"

#include <glib.h>

/* All that is behind the request's descriptor or path; owned. NULL with PF_ERROR_IO, or with
 * PF_ERROR_LIMIT over LIMIT_LITERAL. */
GBytes *store_input_read(struct helper_request *r, GError **error);

#endif
