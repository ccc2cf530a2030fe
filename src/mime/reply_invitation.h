/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply_invitation.h - the draft that accepts or declines an invitation (RFC 5546 3.2.3, RFC 6047). */
#ifndef PENFOLD_MIME_REPLY_INVITATION_H
#define PENFOLD_MIME_REPLY_INVITATION_H

#include "mime/reply.h"

/* opts->mode is one of the three answers. PF_ERROR_NOT_FOUND when there is no invitation in the message.
 * New reference. */
json_t *
reply_invitation(const struct source *s, const struct reply_opts *opts, GError **error);

#endif
