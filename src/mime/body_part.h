/* SPDX-License-Identifier: GPL-3.0-or-later */
/* body_part.h - the readers of single parts, by type; body.h has the one to call. */
#ifndef PENFOLD_MIME_BODY_PART_H
#define PENFOLD_MIME_BODY_PART_H

#include "mime/body.h"
#include "mime/calendar.h"

/* Has the part's Content-Type this parameter with this value, in any case? */
bool
body_part_has(const struct mail_part *part, const char *name, const char *value);
bool
body_part_is_calendar(const struct mail_part *part);
/* What the part says; never NULL. */
struct calendar *
body_part_calendar(const struct mail_part *part);

#endif
