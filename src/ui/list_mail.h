/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_mail.h - the keys of the list that do something to mail: to the selected thread, or after `;`
 * to all marked ones. */
#ifndef PENFOLD_UI_LIST_MAIL_H
#define PENFOLD_UI_LIST_MAIL_H

#include "base/row_index.h"
#include "ui/app.h"
#include "ui/patches.h"

struct mail_target;
/* The selected thread, or after `;` all marked ones; NULL (and a word to the user) when there is none. */
struct mail_target *
list_mail_target(struct app *app);

/* The row of such a target's first thread; false when the list has it no more. */
bool
list_mail_row(struct app *app, const struct mail_target *t, struct row *out);

/* Functions of the action table below; arg as in struct action. */
void
act_list_reply(struct app *app, const char *arg);
void
act_list_reply_all(struct app *app, const char *arg);
void
act_list_reply_list(struct app *app, const char *arg);
void
act_list_forward(struct app *app, const char *arg);
void
act_list_archive(struct app *app, const char *arg);
void
act_list_delete(struct app *app, const char *arg);
void
act_list_move(struct app *app, const char *arg);
void
act_list_copy(struct app *app, const char *arg);
void
act_list_flag(struct app *app, const char *arg);
void
act_list_unread(struct app *app, const char *arg);
void
act_list_tag_add(struct app *app, const char *arg);
void
act_list_tag_remove(struct app *app, const char *arg);
void
act_list_link(struct app *app, const char *arg);
void
act_list_mark(struct app *app, const char *arg);
void
act_list_mark_matching(struct app *app, const char *arg);
void
act_list_repeat(struct app *app, const char *arg);
void
act_list_unmark_matching(struct app *app, const char *arg);
void
act_list_apply(struct app *app, const char *arg);
void
act_list_sender(struct app *app, const char *arg);

/* clang-format off */
#define LIST_MAIL_ACTIONS \
	{"reply",	"r",	"reply",   "TEMPLATE", "reply to the newest message of the thread", act_list_reply}, \
	{"reply-all",	"g",	NULL,	   "TEMPLATE", "reply to everybody",			act_list_reply_all}, \
	{"reply-list",	"L",	NULL,	   "TEMPLATE", "reply to the list",			act_list_reply_list}, \
	{"forward",	"f",	NULL,	   "TEMPLATE", "forward the newest message",		act_list_forward}, \
	{"archive",	"a",	"archive", NULL,     "archive the thread",			act_list_archive}, \
	{"delete",	"d",	"delete",  NULL,     "to the trash; from there, for ever", act_list_delete}, \
	{"sender",	"@",	"sender",  NULL,     "who sent this: the verdict in full",	act_list_sender}, \
	{"move",	"s",	NULL,	   "FOLDER", "move the thread to a folder",		act_list_move}, \
	{"copy",	"C",	NULL,	   "FOLDER", "copy the thread to a folder",		act_list_copy}, \
	{"flag",	"F",	NULL,	   NULL,     "flag, or take the flag away",		act_list_flag}, \
	{"unread",	"U",	NULL,	   NULL,     "mark as read, or as unread",		act_list_unread}, \
	{"tag-add",	"+",	NULL,	   "TAG",    "add tags",				act_list_tag_add}, \
	{"tag-remove",	"-",	NULL,	   "TAG",    "take tags away",				act_list_tag_remove}, \
	{"link-thread",	"&",	NULL,	   NULL,     "link the marked threads to this one", act_list_link}, \
	{"apply-patches", "M-p", NULL,	   "FOLDER", "apply the patches of the thread by git am",	act_apply_patches}, \
	{"mark",	"t",	NULL,	   NULL,     "mark the thread for ;",			act_list_mark}, \
	{"mark-matching", "T",	NULL,	   "QUERY",  "mark all that match; * is every one", act_list_mark_matching}, \
	{"unmark-matching", "M-t", NULL,   "QUERY",  "take the marks from all that match", act_list_unmark_matching}, \
	{"repeat",	".",	NULL,	   NULL,     "do the last deed to this thread too", act_list_repeat}, \
	{"apply",	";",	NULL,	   NULL,     "the next key is for all marked",	act_list_apply},
/* clang-format on */

#endif
