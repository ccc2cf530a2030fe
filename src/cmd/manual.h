/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manual.h - the reference pages, made from the tables of commands and of settings. */
#ifndef PENFOLD_CMD_MANUAL_H
#define PENFOLD_CMD_MANUAL_H

#include "base/rc.h"

/* "penfold" for penfold(1), "penfold-rc" for penfold-rc(5), "penfold-keys", "penfold-search" and "penfold-tutorial" for
 * those of section 7, in mdoc(7); NULL for another name. The caller frees it. */
GString *
manual_page(const char *name);

/* What a value looks like, in a few words: "yes or no", "imaps:// or imap:// URL". Owned. */
char *
manual_type(const struct rc_setting *setting);

#endif
