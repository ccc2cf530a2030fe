/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.h - reports that machines send about mail: delivery status (RFC 3464),
 * disposition (RFC 8098), abuse and authentication failure (RFC 5965, 6591), DMARC
 * aggregates (RFC 7489 appendix C, RFC 9990) and TLS-RPT (RFC 8460). All of it is a
 * stranger's data.
 *
 * Found by structure, never by subject. Bounces that follow no RFC are read by what such
 * letters have in common, and say so: "format": "guessed". */
#ifndef PENFOLD_MIME_REPORT_H
#define PENFOLD_MIME_REPORT_H

#include "mime/source.h"

#include <jansson.h>

/* {"kind": "dsn" | "mdn" | "arf" | "dmarc" | "tlsrpt", ...}, or {"kind": null} when it is
 * no report. The bytes may be a message, or the bare XML, JSON, gzip or zip of a report.
 * Keys: see doc/ARCHITECTURE.md, op report. Strict UTF-8, not display text. New
 * reference. */
json_t *report_json(const struct source *s);

/* Does the header say that this may be a report: multipart/report, a null return path, a
 * machine's marks? Cheap; for finding them among much mail. bytes: as much as is there. */
bool report_is_likely(const char *bytes, size_t len);

#endif
