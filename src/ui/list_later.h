/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_later.h - the keys of the list that put a thread off: mute, snooze, "no reply by". */
#ifndef PENFOLD_UI_LIST_LATER_H
#define PENFOLD_UI_LIST_LATER_H

#include "ui/app.h"

/* Functions of the action table below; arg as in struct action. */
void
act_list_mute(struct app *app, const char *arg);
void
act_list_snooze(struct app *app, const char *arg);
void
act_list_await(struct app *app, const char *arg);

/* clang-format off */
#define LIST_LATER_ACTIONS \
	{"mute",	"M",	NULL, NULL,   "keep the thread and its future letters out of the inbox", act_list_mute}, \
	{"snooze",	"S",	NULL, "TIME", "out of the inbox until then, or until somebody answers", act_list_snooze}, \
	{"await-reply",	"W",	NULL, "TIME", "show the thread again when nobody answers by then", act_list_await},
/* clang-format on */

#endif
