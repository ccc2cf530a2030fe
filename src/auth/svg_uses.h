/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svg_uses.h - what <use> multiplies: a drawing of a kilobyte can be one of a million shapes, or
 * one without end. Counts before anybody draws. */
#ifndef PENFOLD_AUTH_SVG_USES_H
#define PENFOLD_AUTH_SVG_USES_H

struct svg_uses;

struct svg_uses *svg_uses_new(void);
void svg_uses_free(struct svg_uses *uses);

/* An element begins, with this id or NULL; one ends. */
void svg_uses_open(struct svg_uses *uses, const char *id);
void svg_uses_close(struct svg_uses *uses);

/* The open element draws the one with this id once more. */
void svg_uses_add(struct svg_uses *uses, const char *target);

/* The sentence about a reference to nothing, a circle, one nested deeper than LIMIT_LOGO_USES, or
 * more than LIMIT_LOGO_SHAPES shapes in all; NULL when there is none. Static. */
const char *svg_uses_problem(struct svg_uses *uses);

#endif
