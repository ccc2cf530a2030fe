/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_private.h - what report*.c share. Each reader gives NULL when the bytes are no
 * such report. */
#ifndef PENFOLD_MIME_REPORT_PRIVATE_H
#define PENFOLD_MIME_REPORT_PRIVATE_H

#include "mime/report.h"

/* report_fields.c: groups of fields with empty lines between them (RFC 3464 2.1) */

struct report_groups {
	GPtrArray
	    *list; /* struct header *, in order; at most LIMIT_REPORT_RECIPIENTS + 1 */
};

void report_groups_init(struct report_groups *g, const char *text, size_t len);
void report_groups_fini(struct report_groups *g);
/* The decoded text of a part, at most LIMIT_REPORT_FIELDS bytes. Owned. */
GString *report_part_text(const struct mail_part *part);
/* A field's value as JSON text, null when it is absent. */
json_t *report_field(const struct header *h, const char *name);
/* What follows the type and the semicolon of "dns; mx.example.org" (RFC 3464 2.1.2),
 * without comments; utf-8 addresses decoded (RFC 6533 3). Owned; NULL when the field is
 * absent. */
char *report_typed(const struct header *h, const char *name);
/* As report_typed(), JSON null for NULL. */
json_t *report_typed_json(const struct header *h, const char *name);
/* The addr-spec of a field such as Original-Mail-From; JSON null when it is absent. */
json_t *report_address(const struct header *h, const char *name);
/* The message that a report is about, as {message_id, from, to, subject, date,
 * envelope_id?}: its attached header or the message itself. JSON null when it is not
 * there. */
json_t *report_original(const struct mail *m);
/* The first part of this type that is not within an attached message, or NULL. */
const struct mail_part *report_find(const struct mail *m, const char *type);

/* readers */

/* report_dsn.c: text is that of a message/delivery-status part, or of what stands for
 * one. */
json_t *report_dsn(const char *text, size_t len);
/* report_mdn.c */
json_t *report_mdn(const char *text, size_t len);
/* report_arf.c */
json_t *report_arf(const char *text, size_t len);
/* report_bounce.c: a bounce of no known form. */
json_t *report_bounce(const struct source *s);
/* report_dmarc.c: XML. */
json_t *report_dmarc(const char *xml, size_t len);
/* report_tlsrpt.c: JSON. */
json_t *report_tlsrpt(const char *text, size_t len);

/* report_unpack.c: what is packed in gzip or zip, or the bytes themselves when they are
 * text. NULL when nothing that could be a report is in them, or more than the limits
 * allow. */
GBytes *report_unpack(const char *bytes, size_t len);

#endif
