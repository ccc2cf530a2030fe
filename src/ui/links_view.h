/* SPDX-License-Identifier: GPL-3.0-or-later */
/* links_view.h - the links of a message, or the addresses of its mailing list, to open or copy. */
#ifndef PENFOLD_UI_LINKS_VIEW_H
#define PENFOLD_UI_LINKS_VIEW_H

#include "ui/app.h"

#include <jansson.h>

/* links: [{url, host?, claim?, label?}] as penfold-render gives them (borrowed). label: what the link
 * is for, in our words; "[n]" when there is none. */
void
links_view_open(struct app *app, const char *title, const json_t *links);

extern const struct action_set links_actions; /* for the help */

#endif
