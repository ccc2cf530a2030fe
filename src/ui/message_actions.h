/* SPDX-License-Identifier: GPL-3.0-or-later */
/* message_actions.h - what can be done to one message, in a thread's page and in the open message
 * alike. */
#ifndef PENFOLD_UI_MESSAGE_ACTIONS_H
#define PENFOLD_UI_MESSAGE_ACTIONS_H

#include "ui/app.h"
#include "ui/patches.h"
#include "ui/place_actions.h"
#include "ui/reply.h"

/* Functions of the action table below; arg as in struct action. */
void
act_message_reply(struct app *app, const char *arg);
void
act_message_reply_all(struct app *app, const char *arg);
void
act_message_reply_list(struct app *app, const char *arg);
void
act_message_forward(struct app *app, const char *arg);
void
act_message_forward_attached(struct app *app, const char *arg);
void
act_message_delete(struct app *app, const char *arg);
void
act_message_archive(struct app *app, const char *arg);
void
act_message_move(struct app *app, const char *arg);
void
act_message_copy(struct app *app, const char *arg);
void
act_message_flag(struct app *app, const char *arg);
void
act_message_unread(struct app *app, const char *arg);
void
act_message_tag_add(struct app *app, const char *arg);
void
act_message_tag_remove(struct app *app, const char *arg);
void
act_message_repeat(struct app *app, const char *arg);
void
act_message_sender(struct app *app, const char *arg);
void
act_message_attachments(struct app *app, const char *arg);

/* Threads put together and parted. */
void
act_message_link(struct app *app, const char *arg);
void
act_message_break(struct app *app, const char *arg);

/* Of all letters of the thread. */
void
act_thread_attachments(struct app *app, const char *arg);

/* letter_actions.c: what is done with a message's own bytes and links */
void
act_message_pipe(struct app *app, const char *arg);
void
act_message_print(struct app *app, const char *arg);
void
act_message_save(struct app *app, const char *arg);
void
act_message_save_attachments(struct app *app, const char *arg);
void
act_message_list_menu(struct app *app, const char *arg);
/* unsubscribe.c: asks, then leaves with one click (RFC 8058) where a signature covers the offer. */
void
act_message_unsubscribe(struct app *app, const char *arg);
void
act_message_invitation(struct app *app, const char *arg);
void
act_message_bounce(struct app *app, const char *arg);
void
act_message_edit_as_new(struct app *app, const char *arg);

/* message_keys.c: the keys that came along, to be looked at and taken in. */
void
act_message_keys(struct app *app, const char *arg);

/* alias.c: the author gets a short name, in the file of aliases. */
void
act_message_alias(struct app *app, const char *arg);

struct message;
/* The addresses of a letter's mailing list, to leave it. */
void
letter_list_menu(struct app *app, struct letter *letter);
/* Leave it with one click where that may be believed, after a question; else by that menu. verdict: the kept one; NULL. */
void
letter_leave_list(struct app *app, struct letter *letter, const json_t *verdict);
/* Answer a message (how as reply_start()); one whose sender is doubtful after a question. verdict: the whole
 * object or NULL. */
void
message_answer(struct app *app, struct letter *letter, const struct message *m, const json_t *verdict,
    struct reply_how how);
/* The message that the top view is about, with its file: one reference; NULL and a word to the user when
 * there is none. */
struct letter *
message_letter(struct app *app, struct message **message_out);
/* The same, but what was opened of a signed or encrypted one. NULL and a word to the user while that is under way. */
struct letter *
message_shown(struct app *app, struct message **message_out);

/* clang-format off */
#define MESSAGE_ACTIONS \
	{"reply",	"r",	"reply",  "TEMPLATE", "reply to the sender",		act_message_reply}, \
	{"reply-all",	"g",	NULL,	  "TEMPLATE", "reply to everybody",		act_message_reply_all}, \
	{"reply-list",	"L",	NULL,	  "TEMPLATE", "reply to the list",		act_message_reply_list}, \
	{"forward",	"f",	NULL,	  "TEMPLATE", "forward, text inline",		act_message_forward}, \
	{"forward-attached", "M-f", NULL, "TEMPLATE", "forward as an attached message",	act_message_forward_attached}, \
	{"archive",	"a",	"archive", NULL,    "archive the message",		act_message_archive}, \
	{"delete",	"d",	"delete", NULL,	    "to the trash; from there, for ever",	act_message_delete}, \
	{"move",	"s",	NULL,	  "FOLDER", "move the message to a folder",	act_message_move}, \
	{"copy",	"C",	NULL,	  "FOLDER", "copy the message to a folder",	act_message_copy}, \
	{"flag",	"F",	NULL,	  NULL,	    "flag, or take the flag away",	act_message_flag}, \
	{"unread",	"U",	NULL,	  NULL,	    "mark as unread, or read",		act_message_unread}, \
	{"tag-add",	"+",	NULL,	  "TAG",    "add tags",				act_message_tag_add}, \
	{"tag-remove",	"-",	NULL,	  "TAG",    "take tags away",			act_message_tag_remove}, \
	{"repeat",	".",	NULL,	  NULL,	    "do the last deed to this message too", act_message_repeat}, \
	{"sender",	"@",	"sender", NULL,	    "who sent this: the sender, and the verdict in full", act_message_sender}, \
	{"attachments",	"v",	NULL,	  NULL,	    "attachments: look, open, save",	act_message_attachments}, \
	{"save-attachments", "M-s", NULL, "FOLDER", "save all attachments",		act_message_save_attachments}, \
	{"save-thread-attachments", "M-S", NULL, "FOLDER", "save all attachments of the thread", act_thread_attachments}, \
	{"bounce",	"b",	NULL,	  "ADDRESSES", "send it on as it is (Resent)",	act_message_bounce}, \
	{"edit-as-new",	"M-e",	NULL,	  NULL,	    "write a new letter with its text",	act_message_edit_as_new}, \
	{"invitation",	"i",	NULL,	  "ANSWER", "answer an invitation",		act_message_invitation}, \
	{"list-menu",	"M-l",	NULL,	  NULL,	    "the mailing list: leave, help, archive", act_message_list_menu}, \
	{"unsubscribe",	"M-u",	NULL,	  NULL,	    "leave the list with one click",	act_message_unsubscribe}, \
	{"alias",	"M-a",	NULL,	  "WORD",   "a short name for the sender", act_message_alias}, \
	{"message-keys", "M-k",	NULL,	  NULL,	    "look at the keys that came along, take them in", act_message_keys}, \
	{"folder",	"c",	NULL,	  "FOLDER", "go to a folder",			act_folder}, \
	{"link-thread",	"&",	NULL,	  NULL,	    "link the threads marked in the list to this message", act_message_link}, \
	{"break-thread", "#",	NULL,	  NULL,	    "make the message and its answers a thread of their own", act_message_break}, \
	{"apply-patches", "M-p", NULL,	  "FOLDER", "apply the patches of the thread by git am", act_apply_patches}, \
	{"pipe",	"|",	NULL,	  "COMMAND", "pipe the message to a command",	act_message_pipe}, \
	{"print",	"p",	NULL,	  NULL,	    "print the message",		act_message_print}, \
	{"save-message", "w",	NULL,	  "FILE",   "save the message as a file",	act_message_save},
/* clang-format on */

#endif
