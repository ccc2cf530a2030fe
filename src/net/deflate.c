/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compression by zlib, without header and checksum as RFC 4978 wants it. */
#include "net/deflate.h"

#include <string.h>
#include <zlib.h>

#define RAW_BITS (-15)
#define LEVEL	 3 /* commands are short; a letter on its way up is seldom worth more */

struct deflate {
	z_stream in, out;
	unsigned char given[65536];
	bool is_full; /* the last take filled its buffer: zlib may hold more */
	GByteArray *packed;
};

struct deflate *
deflate_new(void)
{
	struct deflate *d = g_new0(struct deflate, 1);

	if (inflateInit2(&d->in, RAW_BITS) != Z_OK ||
	    deflateInit2(&d->out, LEVEL, Z_DEFLATED, RAW_BITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		g_error("out of memory");
	d->packed = g_byte_array_new();
	return d;
}

void
deflate_free(struct deflate *d)
{
	if (d == NULL)
		return;
	(void)inflateEnd(&d->in); /* frees, whatever the stream's state */
	(void)deflateEnd(&d->out);
	g_byte_array_unref(d->packed);
	g_free(d);
}

void
deflate_give(struct deflate *d, const char *bytes, size_t len)
{
	g_assert(d->in.avail_in == 0 && len <= sizeof(d->given));
	memcpy(d->given, bytes, len);
	d->in.next_in = d->given;
	d->in.avail_in = (uInt)len;
}

gssize
deflate_take(struct deflate *d, char *buf, size_t len)
{
	int r;

	if (!deflate_has_more(d) || len == 0)
		return 0;
	d->in.next_out = (unsigned char *)buf;
	d->in.avail_out = (uInt)MIN(len, 1u << 30);
	r = inflate(&d->in, Z_SYNC_FLUSH);
	d->is_full = d->in.avail_out == 0;
	if (r != Z_OK && r != Z_BUF_ERROR)
		return -1;
	return (gssize)(len - d->in.avail_out);
}

bool
deflate_has_more(const struct deflate *d)
{
	return d->in.avail_in > 0 || d->is_full;
}

const GByteArray *
deflate_pack(struct deflate *d, const char *bytes, size_t len)
{
	unsigned char buf[4096];

	g_byte_array_set_size(d->packed, 0);
	d->out.next_in = (unsigned char *)(guintptr)bytes;
	d->out.avail_in = (uInt)len;
	do {
		d->out.next_out = buf;
		d->out.avail_out = sizeof(buf);
		(void)deflate(&d->out, Z_SYNC_FLUSH); /* fails only on a wrong use */
		g_byte_array_append(d->packed, buf, sizeof(buf) - d->out.avail_out);
	} while (d->out.avail_out == 0);
	return d->packed;
}
