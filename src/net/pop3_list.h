/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pop3_list.h - what lies in a maildrop: UIDL and LIST, or what stands in for UIDL. */
#ifndef PENFOLD_NET_POP3_LIST_H
#define PENFOLD_NET_POP3_LIST_H

#include "net/pop3_sync.h"

/* All messages, by number: array of struct pop3_item * with free function; NULL with
 * error. Items without an id: the server has neither UIDL nor TOP. What looks odd is told
 * by sink->on_error. */
GPtrArray *pop3_list(struct pop3 *pop3, const struct pop3_sink *sink, GError **error);

/* The pure half: UIDL and LIST as they came, merged into items. */
struct pop3_listing;

struct pop3_listing *pop3_listing_new(void);
void pop3_listing_free(struct pop3_listing *l);
/* One line of UIDL, one of LIST. False with error past LIMIT_POP3_MESSAGES; a line that
 * makes no sense is counted and passed over. */
bool pop3_listing_uidl(struct pop3_listing *l, const char *line, GError **error);
bool pop3_listing_size(struct pop3_listing *l, const char *line, GError **error);
/* has_uidl: messages without an id in it are left out and counted. As of pop3_list(). */
GPtrArray *pop3_listing_items(struct pop3_listing *l, bool has_uidl, guint *n_odd_out);

#endif
