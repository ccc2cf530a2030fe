/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_show.h - what a report about mail says, in words and tables, above the letter
 * that brought it. */
#ifndef PENFOLD_MIME_REPORT_SHOW_H
#define PENFOLD_MIME_REPORT_SHOW_H

#include "mime/layout.h"
#include "mime/source.h"

/* Lines of the report that a message is, and an empty one; nothing for other mail.
 * Attached files are looked into only where their names or the message's type say that
 * they are reports. */
void report_show(const struct source *s, struct layout *l);

#endif
