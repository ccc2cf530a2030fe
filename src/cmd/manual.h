/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manual.h - the reference pages, made from the tables of commands and of settings. */
#ifndef PENFOLD_CMD_MANUAL_H
#define PENFOLD_CMD_MANUAL_H

#include "base/rc.h"

/* The page of this name, "penfold" or "penfold-rc", in mdoc(7). PF_ERROR_USAGE, which lists them, for another. Owned. */
GString *
manual_page(const char *name, GError **error);

/* What a value looks like, in a few words: "yes or no", "imaps:// or imap:// URL". Owned. */
char *
manual_type(const struct rc_setting *setting);

#endif
