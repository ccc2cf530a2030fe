/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svg.h - is a drawing fit to be a logo? The rules of SVG Tiny PS
 * (draft-svg-tiny-ps-abrotman-12), and what a careful reader adds: nothing that runs, moves or
 * leads out of the file. */
#ifndef PENFOLD_AUTH_SVG_H
#define PENFOLD_AUTH_SVG_H

#include <glib.h>
#include <stdbool.h>

struct svg_finding {
	const char *code; /* "element" and so on; static */
	bool is_error;	  /* else a warning */
	int line;	  /* from 1 */
	char *text;	  /* utf8, one line: what is wrong and how to mend it */
};

/* The drawing without its gzip wrapping, if it has one (RFC 1952); else the bytes themselves.
 * PF_ERROR_LIMIT above LIMIT_LOGO_BYTES, PF_ERROR_DATA when the wrapping is broken. Owned. */
GBytes *
svg_unpack(GBytes *bytes, GError **error);

/* Does its XML declaration name another encoding than UTF-8? What was looked at as UTF-8 would be read otherwise. */
bool
svg_has_other_encoding(const char *bytes, size_t len);

/* Every broken rule, in order of lines, at most LIMIT_LOGO_FINDINGS; struct svg_finding, owned. The
 * bytes are those of svg_unpack(). Asks nobody, opens nothing, never fails. */
GPtrArray *
svg_check(GBytes *bytes);

/* Is there no error among the findings? */
bool
svg_is_fit(const GPtrArray *findings);

#endif
