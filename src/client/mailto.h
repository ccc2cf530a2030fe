/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailto.h - mailto: URLs (RFC 6068) become drafts. */
#ifndef PENFOLD_CLIENT_MAILTO_H
#define PENFOLD_CLIENT_MAILTO_H

#include <glib.h>
#include <jansson.h>

/* A draft from a mailto: URL: to, cc, subject, body, in-reply-to; anything else is left out and named
 * in *ignored_out (owned, NULL when nothing). NULL and PF_ERROR_DATA for NUL, a bad escape, text that
 * is no UTF-8, or CR and LF outside the body. */
json_t *
mailto_draft(const char *url, char **ignored_out, GError **error);

#endif
