/* SPDX-License-Identifier: GPL-3.0-or-later */
/* images.h - the images that a message shows within its text: where each comes from, which of them would
 * tell somebody that the message was read. Nothing is fetched and nothing decoded here. */
#ifndef PENFOLD_MIME_IMAGES_H
#define PENFOLD_MIME_IMAGES_H

#include "mime/mail.h"

#include <jansson.h>

struct images;

/* No images yet. Never NULL. */
struct images *
images_new(void);
void
images_free(struct images *images);

/* The image at src: "cid:ID" (RFC 2392), or http, https or without a scheme on another host. The same number,
 * from 1, for the same source; 0 for any other source, and when there are too many. */
unsigned
images_add(struct images *images, const char *src);
/* The image that a part is. */
unsigned
images_add_part(struct images *images, const struct mail_part *part);

/* Would a browser go to the network for it? */
bool
images_is_remote(const char *src);

/* Is the part shown already, by its Content-ID? */
bool
images_has_part(const struct images *images, const struct mail_part *part);

/* [{n, part} or {n, url: https alone, host}], those that are in the message or can be fetched. m may be NULL.
 * New reference. */
json_t *
images_json(const struct images *images, const struct mail *m);

#endif
