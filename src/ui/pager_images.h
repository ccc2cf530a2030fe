/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pager_images.h - the images of the open message, each below the line that stands for it. */
#ifndef PENFOLD_UI_PAGER_IMAGES_H
#define PENFOLD_UI_PAGER_IMAGES_H

#include "ui/draw.h"

#include <jansson.h>

struct pager;
struct pager_images;

struct pager_images *
pager_images_new(struct pager *p);
void
pager_images_free(struct pager_images *images);
/* Another message: nothing of the last one stays, and nothing of it comes any more. */
void
pager_images_reset(struct pager_images *images);

/* What the renderer is to be asked for: "none", "own", "all". */
const char *
pager_images_wish(const struct pager_images *images);
/* Its lines are asked for anew: until it has answered nothing has a place. */
void
pager_images_forget_lines(struct pager_images *images);
/* What it answered: images, remote_images, trackers. */
void
pager_images_take(struct pager_images *images, const json_t *answer);
/* Load what is in sight of area, and make room for what is there; before the lines are drawn. */
void
pager_images_look(struct pager_images *images, struct area area);
/* "3 remote images, not loaded"; NULL when there is nothing to say. Owned. */
char *
pager_images_describe(const struct pager_images *images);

/* The verdict came, or the sender was trusted: load what loads by itself. */
void
pager_images_consider(struct pager_images *images);
/* The user wants the remote images, or none of any kind; asks first where somebody would learn of it. */
void
pager_images_act(struct pager_images *images);

#endif
