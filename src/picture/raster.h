/* SPDX-License-Identifier: GPL-3.0-or-later */
/* raster.h - a picture file as pixels. */
#ifndef PENFOLD_PICTURE_RASTER_H
#define PENFOLD_PICTURE_RASTER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct raster {
	int width, height;   /* pixels of `rgba` */
	int stride;	     /* bytes from row to row */
	uint8_t *rgba;	     /* 8 bits each, not premultiplied */
	int own_width, own_height; /* of the picture itself; 0 for drawings without a size */
	const char *type;    /* "image/png" and so on; static */
	void *keeper;	     /* private */
};

/* What the libraries load from files, they load now. */
void
raster_preload(void);

/* Decode; the type is told by the bytes, not by a name. A drawing is drawn to fit max pixels in width and
 * height, on white; a photograph is made smaller to fit. PF_ERROR_DATA when it cannot be read,
 * PF_ERROR_LIMIT above LIMIT_PICTURE_PIXELS, PF_ERROR_UNAVAILABLE for a format that is not read here. */
bool
raster_init(struct raster *out, GBytes *bytes, int max, GError **error);
void
raster_fini(struct raster *raster);

#endif
