/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files.h - what a folder holds, in the order and the choice that a person wants to see. No screen. */
#ifndef PENFOLD_UI_FILES_H
#define PENFOLD_UI_FILES_H

#include <glib.h>
#include <stdbool.h>

struct file {
	char *name; /* bytes, as the folder has it */
	bool is_folder;
	guint64 size; /* bytes */
	gint64 mtime; /* Unix seconds */
};

enum files_order { FILES_BY_NAME, FILES_BY_DATE, FILES_BY_SIZE, FILES_N_ORDERS };

struct files {
	char *dir;	  /* absolute */
	GPtrArray *all;	  /* struct file, owned */
	GPtrArray *shown; /* those of them that are wanted, in order; borrowed */
	char *filter;	  /* utf8: what a name must hold, in any case; "" for all */
	bool wants_hidden;
	enum files_order order;
	bool is_cut; /* the folder holds more than FILES_MAX */
};

#define FILES_MAX 20000

void
files_init(struct files *f);
void
files_fini(struct files *f);
/* Read a folder; "~" is the home, a relative path begins at the current one. The old one stays when it fails
 * (PF_ERROR_NOT_FOUND). The filter is emptied. */
bool
files_read(struct files *f, const char *dir, GError **error);
/* After a change of filter, hidden or order. Folders come first; newest and largest first. */
void
files_choose(struct files *f);
/* The index among those shown of the one with this name, -1 when it is not there. */
int
files_find(const struct files *f, const char *name);

#endif
