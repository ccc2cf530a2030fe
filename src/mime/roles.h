/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roles.h - which parts of a message are its body. */
#ifndef PENFOLD_MIME_ROLES_H
#define PENFOLD_MIME_ROLES_H

#include <glib.h>

/* Set the role of each struct mail_part, given in reading order with parents before children and
 * containers already marked. text/plain is preferred in multipart/alternative, else HTML; of
 * multipart/related only the root is body (RFC 2387). */
void
roles_assign(GPtrArray *parts);

#endif
