/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vt.h - what a program has drawn on the terminal that we are to it: its bytes in, cells out, and our keys
 * as the bytes that it expects. libvterm does both; nothing that the program writes reaches the outer
 * terminal but as cells. */
#ifndef PENFOLD_UI_VT_H
#define PENFOLD_UI_VT_H

#include "ui/draw.h"
#include "ui/term.h"

struct vt;

/* Bytes for the program: keys, and answers to what it asks its terminal. */
typedef void (*vt_reply_fn)(const char *bytes, size_t len, void *user);

struct vt *
vt_new(int rows, int cols, vt_reply_fn reply, void *user);
void
vt_free(struct vt *vt);
/* The program's output (bytes). */
void
vt_feed(struct vt *vt, const char *bytes, size_t len);
/* At least 1 by 1. */
void
vt_resize(struct vt *vt, int rows, int cols);
/* Has a bell rung since the last call? */
bool
vt_take_bell(struct vt *vt);

/* A key, the wheel or a click for the program; is_pasted: between the two marks of a paste. y and x of the
 * mouse count from the program's first cell. */
void
vt_key(struct vt *vt, const struct term_event *event, bool is_pasted);

/* Draw it at the area's first cell, as far as there is room, and put the cursor where the program has it. */
void
vt_draw(const struct vt *vt, struct canvas *c, struct area a);

#endif
