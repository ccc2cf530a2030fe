/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_security.h - what an opening of a signed or encrypted message found, as the property `security`. */
#ifndef PENFOLD_STORE_INDEX_SECURITY_H
#define PENFOLD_STORE_INDEX_SECURITY_H

#include "store/index.h"

/* shown_as: the word of `security`, "" takes the property away. An unknown id is fine. */
bool
index_security_put(struct index *ix, const char *id, const char *shown_as, GError **error);

#endif
