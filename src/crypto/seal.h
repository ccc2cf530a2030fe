/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seal.h - a text, such as the draft of an encrypted letter, that its author alone can read. */
#ifndef PENFOLD_CRYPTO_SEAL_H
#define PENFOLD_CRYPTO_SEAL_H

#include "crypto/engine.h"

/* Armoured, for a key of this address (addr-spec), OpenPGP before S/MIME. Owned. */
GBytes *
seal_for(GBytes *text, const char *author, const struct engine_opts *engine, GError **error);
/* The text again; PF_ERROR_DATA when an OpenPGP one was changed. Owned. */
GBytes *
seal_open(GBytes *cipher, const struct engine_opts *opts, GError **error);

#endif
