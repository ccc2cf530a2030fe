/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperlink.h - links that the terminal itself opens (OSC 8): over words that name the host they lead to, and no others. */
#ifndef PENFOLD_UI_HYPERLINK_H
#define PENFOLD_UI_HYPERLINK_H

#include "base/rc.h"

#include <jansson.h>

struct hyperlinks;

/* By `[ui] hyperlinks`, else by what the terminal says of itself in the environment. Never NULL. */
struct hyperlinks *
hyperlinks_new(const struct rc *rc);
void
hyperlinks_free(struct hyperlinks *h);

/* One frame: begin, place what is drawn, and end it when curses has painted. force: the terminal was wiped. */
void
hyperlinks_begin(struct hyperlinks *h);
/* Those cells lead to the URL. What is drawn over them later, or is no longer there, is no link. */
void
hyperlinks_place(struct hyperlinks *h, int y, int x, int cols, const char *url);
/* Of a line of display text that was drawn from column x on, the URLs of `links` (as penfold-render gives them) that
 * stand there in full and name their true host. */
void
hyperlinks_in_text(struct hyperlinks *h, int y, int x, const char *text, const json_t *links);
/* The same for a line of the renderer's list of links, "[3] host  url", or one that such a line goes on in. Lines of
 * that list are given in their order. */
void
hyperlinks_in_list(struct hyperlinks *h, int y, int x, const char *text, const json_t *links);
bool
hyperlinks_any(const struct hyperlinks *h);
/* This frame shall have none. */
void
hyperlinks_drop(struct hyperlinks *h);
void
hyperlinks_end(struct hyperlinks *h, bool force);

/* Pure. The URL as it may be sent: printable ASCII, all else percent-encoded, an absolute http, https or mailto URL of at
 * most 2000 bytes; owned, NULL for any other. */
char *
hyperlink_clean(const char *url);
/* Pure. Does the URL name this host (of ASCII) right behind its scheme, with no user name in front? */
bool
hyperlink_names_host(const char *url, const char *host);

#endif
