/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svg_rules.h - what SVG Tiny PS lets stand in a logo (draft-svg-tiny-ps-abrotman-12): elements,
 * their attributes, fixed values. Tables and look-ups only. */
#ifndef PENFOLD_AUTH_SVG_RULES_H
#define PENFOLD_AUTH_SVG_RULES_H

#include <stdbool.h>
#include <stddef.h>

/* Bits for the groups of attributes that an element takes beside its own. */
enum svg_group {
	SVG_CORE = 1u << 0,	 /* id, class and metadata attributes */
	SVG_PAINT = 1u << 1,	 /* presentation: fill, stroke, fonts */
	SVG_CONDITION = 1u << 2, /* requiredFonts, systemLanguage */
	SVG_MEDIA = 1u << 3,	 /* display, visibility, rendering hints */
	SVG_TRANSFORM = 1u << 4,
};

struct svg_element {
	const char *name;
	unsigned groups;	  /* enum svg_group */
	const char *own;	  /* further attributes, each with a blank before and after */
	bool is_drawn;		  /* may stand in svg, g and defs */
	const char *inside;	  /* the only parent that it may have; NULL: see is_drawn */
};

/* NULL for an element that is not of the profile. Static. */
const struct svg_element *svg_rules_element(const char *name);

/* May element have this attribute (local name, no namespace or xml:)? */
bool svg_rules_has_attribute(const struct svg_element *element, const char *name);

/* What an attribute of the root must say where it is there; NULL when it may say anything. Static. */
const char *svg_rules_fixed(const char *name);

/* Why an element is forbidden, where there is more to say than that it is unknown: NULL otherwise. */
const char *svg_rules_reason(const char *element);

#endif
