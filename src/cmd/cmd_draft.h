/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_draft.h - the draft of -H FILE. */
#ifndef PENFOLD_CMD_CMD_DRAFT_H
#define PENFOLD_CMD_CMD_DRAFT_H

#include <glib.h>
#include <jansson.h>

/* A draft from a file (- is standard input): our own JSON, or mutt's form, which is header, empty line, text. Of
 * the header In-Reply-To and References count, too; fields that a draft does not have are left out and named
 * in *ignored_out (owned, NULL when there are none). New reference; NULL and error when it cannot be read. */
json_t *
cmd_draft_load(const char *path, char **ignored_out, GError **error);

#endif
