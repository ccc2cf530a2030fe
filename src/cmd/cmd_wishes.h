/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_wishes.h - the options of a letter that every way to hand one over has. */
#ifndef PENFOLD_CMD_CMD_WISHES_H
#define PENFOLD_CMD_CMD_WISHES_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* Take --at TIME, --dsn WHEN, --priority P and --require-tls out of argv, as members for the requests
 * queue-add and queue-add-raw. New reference; NULL with error for a time or a priority that is none. */
json_t *
cmd_wishes_take(int *argc, char **argv, GError **error);

/* --sign, --encrypt and their --no- forms, into a draft or a request. False when arg is none. */
bool
cmd_wishes_protection(json_t *letter, const char *arg);

#endif
