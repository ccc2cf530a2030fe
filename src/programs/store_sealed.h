/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_sealed.h - files of a draft that lie on the disk for its author's key alone: parts of an encrypted message
 * that is being forwarded. */
#ifndef PENFOLD_PROGRAMS_STORE_SEALED_H
#define PENFOLD_PROGRAMS_STORE_SEALED_H

#include "programs/store_letter.h"
#include "programs/store_program.h"

struct store_sealed {
	json_t *draft; /* with paths of files in memory in place of the sealed ones */
	GArray *fds;   /* int: these files, open while the draft is in use */
};

/* Open what is sealed; a draft without such files costs nothing. store_sealed_close() also after a failure.
 * PF_ERROR_AUTH when a passphrase is needed and ask was not set. */
bool store_sealed_open(struct store_sealed *out, struct store_program *p, const json_t *draft, bool ask,
    GError **error);
void store_sealed_close(struct store_sealed *s);

#endif
