/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_file.h - the syntax of the rc file: bytes to entries, includes followed, every finding kept. */
#ifndef PENFOLD_BASE_RC_FILE_H
#define PENFOLD_BASE_RC_FILE_H

#include "base/rc_entry.h"

/* Read path and what it includes into reading. A missing file is a finding unless may_be_missing. A
 * file that others can read and that holds a secret setting is a finding too. */
void
rc_file_read(struct rc_reading *reading, const char *path, bool may_be_missing);

#endif
