/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_search.h - the keys of the list that look for something, showing it while it is typed, and that put
 * the list in order. */
#ifndef PENFOLD_UI_LIST_SEARCH_H
#define PENFOLD_UI_LIST_SEARCH_H

#include "ui/app.h"

/* Functions of the action table below; arg as in struct action. */
void
act_list_search(struct app *app, const char *arg);
void
act_list_search_next(struct app *app, const char *arg);
void
act_list_search_previous(struct app *app, const char *arg);
void
act_list_limit(struct app *app, const char *arg);
void
act_list_search_all(struct app *app, const char *arg);
void
act_list_save_search(struct app *app, const char *arg);
void
act_list_sort(struct app *app, const char *arg);

/* clang-format off */
#define LIST_SEARCH_ACTIONS \
	{"search",	"/",	"search", "TEXT",  "search senders and subjects here",	act_list_search}, \
	{"search-next",	"n",	NULL,	  NULL,	   "next hit",				act_list_search_next}, \
	{"search-previous", "N", NULL,	  NULL,	   "previous hit",			act_list_search_previous}, \
	{"limit",	"l",	NULL,	  "QUERY", "show only what matches",		act_list_limit}, \
	{"search-all",	"\\",	NULL,	  "QUERY", "search all mail",			act_list_search_all}, \
	{"save-search",	NULL,	NULL,	  "NAME",  "keep this search in the sidebar, or take it away", act_list_save_search}, \
	{"sort",	"o",	NULL,	  "date|from|subject|size|count|unread", "order; the same again turns it round", act_list_sort},
/* clang-format on */

#endif
