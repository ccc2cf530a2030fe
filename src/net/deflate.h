/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deflate.h - both directions of a compressed connection (RFC 4978, RFC 1951). Bytes are
 * unpacked as they are asked for, never more: a bomb costs no memory, and what reads them has
 * its own limits. */
#ifndef PENFOLD_NET_DEFLATE_H
#define PENFOLD_NET_DEFLATE_H

#include <glib.h>
#include <stdbool.h>

struct deflate;

struct deflate *deflate_new(void);
void deflate_free(struct deflate *d);

/* Bytes of the peer, at most 64 kB and only when deflate_take() has given 0. Copied. */
void deflate_give(struct deflate *d, const char *bytes, size_t len);
/* Unpacked bytes: their number, 0 when more are to be given, -1 when they make no sense or
 * the stream has ended. */
gssize deflate_take(struct deflate *d, char *buf, size_t len);
/* Does something wait to be taken? */
bool deflate_has_more(const struct deflate *d);

/* len bytes packed, so that the peer can unpack all of them now. Borrowed until the next
 * call. */
const GByteArray *deflate_pack(struct deflate *d, const char *bytes, size_t len);

#endif
