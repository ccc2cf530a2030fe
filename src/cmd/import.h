/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import.h - old mail on its way in: what its forms share. */
#ifndef PENFOLD_CMD_IMPORT_H
#define PENFOLD_CMD_IMPORT_H

#include "cmd/cmd.h"

struct import {
	struct cmd_context *ctx;
	const char *account, *folder; /* --account, --folder */
	bool is_read;		      /* --read */
	char *into;		      /* the folder that is being filled */
	GPtrArray *lot;		      /* paths that are on the disk and not indexed; owned */
	unsigned n_taken, n_known, n_removed;
	int code;		      /* of the first that could not be taken in; 0 */
	bool is_stopped;	      /* nothing more can be taken in */
};

/* One message, durable when this returns and indexed soon. flags: of DFPRST, NULL where nothing is known of it. where
 * and number are named if it cannot be taken in; false then. */
bool
import_message(struct import *in, const char *text, size_t len, const char *flags, const char *where, unsigned number);
/* "penfold: WHERE: why" on stderr; consumes the error. */
void
import_tell(struct import *in, const char *where, GError *error);
/* A file that is an mbox or one message; is_named: an mbox fills the folder of its own name below `into`. */
void
import_file(struct import *in, const char *path, bool is_named);
/* import_tree.c: all that is in this folder and below it. */
void
import_tree(struct import *in, const char *path);

#endif
