/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attachment.h - a file for a draft's list of attachments. */
#ifndef PENFOLD_CLIENT_ATTACHMENT_H
#define PENFOLD_CLIENT_ATTACHMENT_H

#include <jansson.h>

/* {path, size, modified: Unix seconds}: by the last two it is seen when the file changes
 * before the letter leaves. They are left out when the file cannot be looked at. New
 * reference. */
json_t *client_attachment(const char *path);

#endif
