/* SPDX-License-Identifier: GPL-3.0-or-later */
/* risk.h - attachments that can do harm when they are opened: by their names and their types. */
#ifndef PENFOLD_UI_RISK_H
#define PENFOLD_UI_RISK_H

/* What could happen, as a half sentence ("it is a program"); NULL when nothing is known against it.
 * filename and type as the mail gives them, either may be NULL. Static. */
const char *
risk_of(const char *filename, const char *type);

#endif
