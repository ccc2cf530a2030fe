/* SPDX-License-Identifier: GPL-3.0-or-later */
/* author.h - name, address and domain out of a From value as the index keeps it: decoded, one line,
 * made by GMime from a parsed address list. For lists only: what a message really says is the
 * renderer's and the judge's to tell. */
#ifndef PENFOLD_STORE_AUTHOR_H
#define PENFOLD_STORE_AUTHOR_H

#include <glib.h>

/* The first mailbox's display name, else its address; UTF-8, "" for none. Owned. */
char *
author_display(const char *from);
/* Its addr-spec, "" for none. Owned. */
char *
author_address(const char *from);
/* The address's domain, lower case, "" for none. Owned. */
char *
author_domain(const char *from);

#endif
