/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_queue_kept.h - a letter of another program's that is taken back out of the queue: it has no draft here. */
#ifndef PENFOLD_PROGRAMS_STORE_QUEUE_KEPT_H
#define PENFOLD_PROGRAMS_STORE_QUEUE_KEPT_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

struct queue;
struct queue_entry;
struct store_program;

/* The letter as a message in its account's drafts folder, durable on return and not indexed yet; whom its header does not
 * name, and who does not have it, is a Bcc of it. path_out: owned; NULL where there is nothing to keep, since the
 * queue has its bytes no more, or it was sent on and whoever did so has the message. */
bool store_queue_keep(struct store_program *p, struct queue *q, const struct queue_entry *entry, char **path_out,
    GError **error);
/* {path, account, folder, id: null until the next scan, where the index is locked}: it is found now. */
json_t *store_queue_kept(struct store_program *p, const struct queue_entry *entry, const char *path);

#endif
