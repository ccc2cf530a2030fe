/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_part.h - an attachment of a letter as a MIME part. */
#ifndef PENFOLD_MIME_COMPOSE_PART_H
#define PENFOLD_MIME_COMPOSE_PART_H

#include <glib.h>
#include <gmime/gmime.h>
#include <jansson.h>

/* Give a part its bytes and their transfer encoding. */
void
compose_part_content(GMimePart *part, GBytes *bytes, GMimeContentEncoding encoding);

/* {path, filename?, type?, inline?, content_id?}: the file is read here. PF_ERROR_NOT_FOUND names a
 * missing one, PF_ERROR_DATA a bad type or a folder. The caller's reference. */
GMimeObject *
compose_part_attachment(const json_t *item, GError **error);

#endif
