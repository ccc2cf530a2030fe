/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svg_rules.c - the profile as tables. What stands here is allowed, all else is not: a blacklist
 * would have to know what the next drawing program invents. */
#include "auth/svg_rules.h"

#include <glib.h>
#include <string.h>

#define SHAPE	(SVG_CORE | SVG_PAINT | SVG_CONDITION | SVG_TRANSFORM)
#define SERVER	(SVG_CORE | SVG_PAINT)
#define TEXTUAL (SVG_CORE | SVG_CONDITION | SVG_MEDIA)

/* clang-format off */
static const struct svg_element elements[] = {
	{"svg", SVG_CORE | SVG_PAINT, " version baseProfile viewBox width height preserveAspectRatio zoomAndPan "
	    "playbackOrder timelineBegin snapshotTime externalResourcesRequired focusable "
	    "contentScriptType ", false, NULL},
	{"title", TEXTUAL, "", false, "svg"},
	{"desc", TEXTUAL, "", false, "svg"},
	{"metadata", 0, "", false, "svg"},
	{"g", SHAPE, "", true, NULL},
	{"defs", SERVER, "", true, NULL},
	{"use", SHAPE, " href x y ", true, NULL},
	{"path", SHAPE, " d pathLength ", true, NULL},
	{"rect", SHAPE, " x y width height rx ry ", true, NULL},
	{"circle", SHAPE, " cx cy r ", true, NULL},
	{"ellipse", SHAPE, " cx cy rx ry ", true, NULL},
	{"line", SHAPE, " x1 x2 y1 y2 ", true, NULL},
	{"polyline", SHAPE, " points ", true, NULL},
	{"polygon", SHAPE, " points ", true, NULL},
	{"linearGradient", SERVER, " gradientUnits x1 x2 y1 y2 ", true, NULL},
	{"radialGradient", SERVER, " gradientUnits cx cy r ", true, NULL},
	{"stop", SERVER, " offset ", false, "Gradient"},
	{"solidColor", SERVER, "", true, NULL},
	{"text", SHAPE, " x y rotate editable ", true, NULL},
	{"textArea", SHAPE, " x y width height ", true, NULL},
};

static const struct {
	unsigned group;
	const char *names;
} groups[] = {
	{SVG_CORE, " id class about content datatype property rel resource rev role typeof "},
	{SVG_PAINT, " color color-rendering direction display-align fill fill-opacity fill-rule font-family "
	    "font-size font-style font-variant font-weight line-increment solid-color solid-opacity "
	    "stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap "
	    "stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-align text-anchor "
	    "unicode-bidi vector-effect "},
	{SVG_CONDITION, " requiredFonts systemLanguage "},
	{SVG_MEDIA, " buffered-rendering display image-rendering shape-rendering text-rendering "
	    "viewport-fill viewport-fill-opacity visibility "},
	{SVG_TRANSFORM, " transform "},
};

static const struct {
	const char *name, *value;
} fixed[] = {
	{"version", "1.2"},
	{"baseProfile", "tiny-ps"},
	{"zoomAndPan", "disable"},
	{"playbackOrder", "all"},
	{"timelineBegin", "onLoad"},
	{"snapshotTime", "none"},
	{"externalResourcesRequired", "false"},
	{"focusable", "false"},
};

static const struct {
	const char *names, *reason;
} reasons[] = {
	{" script handler listener ", "a logo runs nothing"},
	{" animate animateColor animateMotion animateTransform animation set discard mpath prefetch ",
	    "a logo does not move"},
	{" image video audio foreignObject a iframe ", "a logo holds nothing but its own shapes"},
	{" style ", "write the properties as attributes of the shapes"},
	{" filter mask clipPath pattern symbol switch marker ", "flatten it in the drawing program"},
	{" tspan textPath tbreak ", "convert text to paths"},
};
/* clang-format on */

/* Is the word in the list, in which each has a blank before and after? */
static bool
has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; (at = strstr(at, word)) != NULL; at++)
		if (at > list && at[-1] == ' ' && at[len] == ' ')
			return len > 0;
	return false;
}

const struct svg_element *
svg_rules_element(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(elements); i++)
		if (strcmp(elements[i].name, name) == 0)
			return &elements[i];
	return NULL;
}

bool
svg_rules_has_attribute(const struct svg_element *element, const char *name)
{
	if (has_word(element->own, name))
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(groups); i++)
		if ((element->groups & groups[i].group) != 0 && has_word(groups[i].names, name))
			return true;
	return false;
}

const char *
svg_rules_fixed(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++)
		if (strcmp(fixed[i].name, name) == 0)
			return fixed[i].value;
	return NULL;
}

const char *
svg_rules_reason(const char *element)
{
	for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++)
		if (has_word(reasons[i].names, element))
			return reasons[i].reason;
	return NULL;
}
