/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_security.h - what an opening of a signed or encrypted message found, as the property `security`. */
#ifndef PENFOLD_STORE_INDEX_SECURITY_H
#define PENFOLD_STORE_INDEX_SECURITY_H

#include "store/index.h"

#include <jansson.h>

/* DESIGN's words for shown_as; ends with NULL. */
extern const char *const index_security_words[];

struct index_security {
	const char *id, *shown_as; /* the word of `security` */
};

/* Unknown ids are fine. */
bool
index_security_put(struct index *ix, const struct index_security *items, guint n, GError **error);
/* The newest messages with a signature and no encryption that have no such property: [{path, id}]. NULL and error. */
json_t *
index_security_unverified(struct index *ix, guint limit, GError **error);

#endif
