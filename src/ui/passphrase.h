/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passphrase.h - a request for which a passphrase may be needed. It is sent so that nobody is asked;
 * only when that does not do is the terminal handed to the pinentry, and the request sent again. So no
 * key that was meant for the screen ends up in a passphrase, nor the other way round. */
#ifndef PENFOLD_UI_PASSPHRASE_H
#define PENFOLD_UI_PASSPHRASE_H

#include "ui/app.h"

struct passphrase;

/* obj is stolen, fds are duplicated. fn gets events and exactly one final reply. The handle is good
 * until then. */
struct passphrase *
passphrase_ask(struct app *app, struct supervisor *helper, json_t *obj, const int *fds, size_t n_fds,
    const char *subject, supervisor_reply_fn fn, void *user);
/* fn is never called again. NULL is fine. */
void
passphrase_drop(struct passphrase *p);

#endif
