/* SPDX-License-Identifier: GPL-3.0-or-later */
/* own_file.h - a small file of the user's own (the rc, aliases) that is changed as a whole: it keeps its mode, a link into
 * somebody's dotfiles stays a link, and at no time is there half of it. */
#ifndef PENFOLD_BASE_OWN_FILE_H
#define PENFOLD_BASE_OWN_FILE_H

#include <glib.h>
#include <stdbool.h>
#include <sys/stat.h>

struct own_file {
	char *path;    /* where it really is */
	GString *text; /* its bytes, to be changed; empty for one that is missing */
	mode_t mode;   /* 0600 for one that is missing */
	bool is_new;
};

/* What stands there, of at most `limit` bytes. False with PF_ERROR_IO, PF_ERROR_NO_INPUT or PF_ERROR_LIMIT. */
bool
own_file_read(struct own_file *f, const char *path, size_t limit, GError **error);
/* The text takes its place, durably; the folder is made when missing. */
bool
own_file_write(const struct own_file *f, GError **error);
/* Wipes the text: an rc may hold a password. After a failed own_file_read() too. */
void
own_file_fini(struct own_file *f);
/* The text ends with a line feed, or is empty. */
void
own_file_end_line(struct own_file *f);

#endif
