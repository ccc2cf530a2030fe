/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app.h - the running screen: what the files of this room share, and its one loop. */
#ifndef PENFOLD_UI_APP_H
#define PENFOLD_UI_APP_H

#include "ui/keys.h"
#include "ui/view.h"

#include <signal.h>

#define MAX_TABS 20

struct ahead;
struct mail;
struct mailbox;
struct news;
struct outbox;
struct prompt;
struct sidebar;
struct status;
struct typeahead;
struct undo;

struct app {
	const struct rc *rc;
	const struct program_options *options;
	struct client *client;
	GMainLoop *loop;
	struct canvas canvas;
	struct graphics *graphics; /* pictures in pixels */
	char *mail_root, *state_dir;

	struct mailbox *mailbox; /* the row index */
	struct outbox *outbox;	 /* the queue's entries */
	struct sidebar *sidebar;
	struct status *status;
	struct held *held;
	bool declines_secrets; /* the user was asked for a password, and would not */
	char *last_attached_from; /* the file picker's folder, NULL before it was open */
	char *wants_secret;    /* an account to be asked for when no other question is open; NULL */
	struct prompt *prompt;
	struct typeahead *typeahead; /* keys that wait for their message */
	struct undo *undo;
	struct news *news;
	struct mail *mail; /* deeds on their way */
	GQueue effects;	   /* of deeds, to be shown in the lists (list_effects.c) */
	guint effects_source; /* 0 for none */
	struct ahead *ahead;   /* what may be opened next */
	int reading_step;      /* how the reader went on last: 1, -1, or 0 for the next unread message */
	GQueue renderings;     /* struct rendering, the one used last first */
	GPtrArray *views;      /* struct view of the tab in front, the top one last */
	GPtrArray *tabs;       /* the stacks of all tabs, see tabs.h */
	guint tab;	       /* the one in front */
	const GPtrArray *last_mail, *last_letter; /* the tabs of each kind in front last; NULL for none */
	int tab_ends[MAX_TABS]; /* as drawn last, columns of the first line */
	GHashTable *keymaps;   /* struct action_set -> struct keymap */
	GPtrArray *complaints; /* of the rc's keys and theme */

	term_key steps[KEYS_MAX_STEPS]; /* of a key sequence that is being typed */
	size_t n_steps;
	term_key last_key;   /* that led to the action which runs now */
	guint count;	     /* typed before a key: "12d"; 0 for none */
	guint running_count; /* of the action that runs now, see app_count() */
	guint macro_depth;   /* macros within macros */
	guint n_acting;	     /* keys and clicks that are being acted on: what opens now was asked for */
	bool is_pasting;
	GString *pasted; /* for a view, so far; NULL for none */
	bool applies_to_marked; /* `;` was pressed: the next action is for the marked threads */
	bool wants_repaint; /* redraw from scratch */
	guint draw_source, tty_source;
	gint64 draw_asked; /* monotonic: since when draw_source waits */
	bool is_draw_due;  /* it waits no longer for what else is ready */
	guint last_serial; /* of review pages */
	guint n_started;   /* steps of the start that are done */
	guint start_source; /* that does them; 0 for none */
	int exit_code;
	const char *const *first_commands; /* to be done at the start, or NULL */
	guint n_handed; /* programs that have the terminal, see handover.h */
	struct sigaction old_int, old_quit; /* while there are any */
	guint n_writes; /* changes that are not on the disk yet */
	bool is_read_only; /* no mail is changed or fetched */
	bool wants_reload; /* the screen ends to begin again, see settings.h */
	char *reload_place; /* where; as -f takes it, or NULL */
	bool is_quitting, is_ended; /* waiting for them; the loop is over */
	guint end_timer;
};

/* views */

/* The view becomes the top one; owned by the stack. */
void
app_push(struct app *app, struct view *v);
/* Close the top view. The lowest one stays: closing it quits. */
void
app_pop(struct app *app);
/* Close a view wherever it lies. */
void
app_remove(struct app *app, struct view *v);
struct view *
app_top(const struct app *app);
/* The top view if it is of this class, else NULL. */
struct view *
app_top_of(const struct app *app, const struct view_class *class);

/* The top view takes all keys: nothing may open a question over it by itself. */
bool
app_is_typed_into(const struct app *app);

/* picture and keys */

/* Paint soon, once, however often this is called. */
void
app_redraw(struct app *app);
const struct keymap *
app_keymap(struct app *app, const struct action_set *set);
/* The map of the top view. */
const struct keymap *
app_top_keymap(struct app *app);
/* Do what the top view's action of this name does. */
void
app_run(struct app *app, const char *action);
/* Run an action as a key does: as often as the count says, until it opens something or takes the count. */
void
app_act(struct app *app, const struct action *action, const char *arg, guint count);
/* The same, whether what it is about is there or not. */
void
app_act_now(struct app *app, const struct action *action, const char *arg, guint count);
/* For an action that does something better with a count than being run so often: the count, 0 when none
 * was typed. */
guint
app_count(struct app *app);
/* Keys as if they were typed. */
void
app_feed(struct app *app, term_key key);
/* An event of the terminal's, as if it came now. */
void
app_feed_event(struct app *app, const struct term_event *event);
/* Put the terminal's events into the loop or take them out (while an editor has it). */
void
app_listen(struct app *app, bool want);

/* messages */

/* A sentence in the last line; an error stays there until a key is pressed. */
void
app_say(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));
void
app_error(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The account that an action's argument names, the first one for none. NULL, which is said, where there is no such. */
const struct rc_account *
app_account(struct app *app, const char *name);

/* Leave the loop, once what was done is written; a second call does not wait. */
void
app_quit(struct app *app, int exit_code);

/* The terminal is gone, or the session ends: the same, and telling it twice is one wish. A window that is closed hangs up
 * by a signal and by its line, in any order. */
void
app_hang_up(struct app *app);
/* A change of the user's is on its way to the disk; it is there, or has failed. */
void
app_write_begins(struct app *app);
void
app_write_ends(struct app *app);

#endif
