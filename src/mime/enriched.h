/* SPDX-License-Identifier: GPL-3.0-or-later */
/* enriched.h - text/enriched (RFC 1896) and the older text/richtext (RFC 1341 7.1.3) as plain lines. */
#ifndef PENFOLD_MIME_ENRICHED_H
#define PENFOLD_MIME_ENRICHED_H

#include "mime/layout.h"

/* utf8: the whole text of the part. */
void
enriched_render(const char *utf8, size_t len, bool is_richtext, struct layout *l);

#endif
