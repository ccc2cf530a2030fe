/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image_trust.h - senders whose remote images load by themselves: addresses in the state folder, one a line. */
#ifndef PENFOLD_UI_IMAGE_TRUST_H
#define PENFOLD_UI_IMAGE_TRUST_H

#include "ui/app.h"

bool
image_trust_has(const struct app *app, const char *address);
/* Durable when it returns. PF_ERROR_IO. */
bool
image_trust_set(const struct app *app, const char *address, bool want, GError **error);

#endif
