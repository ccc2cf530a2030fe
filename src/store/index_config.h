/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_config.h - where the notmuch database is and what its settings say. */
#ifndef PENFOLD_STORE_INDEX_CONFIG_H
#define PENFOLD_STORE_INDEX_CONFIG_H

#include <notmuch.h>

#include <glib.h>
#include <stdbool.h>

struct index_config {
	char *database; /* path for notmuch_database_open_with_config() */
	char *file;	/* the user's notmuch configuration when it is about this root, else "" */
	char **new_tags, **exclude_tags, **ignored;
	bool has_flag_sync;
};

/* Look for a notmuch configuration that names root as its mail root. */
void
index_config_find(const char *root, struct index_config *out);
/* The settings of an open database. */
void
index_config_read(struct index_config *c, notmuch_database_t *db);
/* Make a new database with Penfold's settings stored in it. Fine when another process was faster. */
bool
index_config_create(const struct index_config *c, const char *root, GError **error);
void
index_config_clear(struct index_config *c);

#endif
