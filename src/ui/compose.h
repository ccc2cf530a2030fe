/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose.h - writing a letter: questions, the editor, the review page, queued or kept. */
#ifndef PENFOLD_UI_COMPOSE_H
#define PENFOLD_UI_COMPOSE_H

#include "ui/app.h"
#include "ui/handover.h"
#include "ui/lines.h"

extern const struct view_class compose_class;	/* compose_view.c */
extern const struct action_set compose_actions; /* compose_actions.c */

/* Who looks a letter over: the store at its bytes, the judge at its domains. */
enum compose_eye { COMPOSE_EYE_BYTES, COMPOSE_EYE_DOMAINS, COMPOSE_N_EYES };

/* The review page of one letter. */
struct compose {
	struct view base;
	struct app *app;
	guint serial;	/* answers that come late find it by this, or find it gone */
	json_t *draft;	/* src/mime/draft.h */
	char *draft_id; /* never NULL; the store may not have it yet */
	json_t *seen[COMPOSE_N_EYES]; /* findings of each; NULL until they come */
	json_t *findings; /* all of them, errors first; NULL until the store has looked */
	struct lines *body;
	int body_rows;
	guint n_saving;	     /* saves on their way: 0 or 1 */
	bool is_changed;     /* since the last save was sent */
	bool is_unsaved;     /* the last save failed: the letter is nowhere but here */
	bool is_closing;     /* P was pressed: the page goes once the letter is saved */
	bool is_queueing;    /* y was pressed */
	bool is_looked_at;   /* the store has looked at the letter as it is now */
	bool is_send_waiting; /* y was pressed before it had */
	bool wants_override; /* the user knows the errors */
	gint64 send_at;	     /* Unix seconds; 0: as soon as it may */
	char *check_error;   /* why there are no findings */
	json_t *plan; /* with which keys it would be signed and encrypted; NULL: not asked */
	char *plan_error; /* why that cannot be */
	char *in_clear;	  /* why the draft of an encrypted letter is readable on the disk; NULL when it is not */
	struct handover handover; /* while a passphrase is asked for */
	json_t *write_back;  /* a file that gets the letter when it is sent, see ui.h; NULL for none */
	json_t *expanded;    /* names that were asked about last; NULL for none */
	GPtrArray *edited;   /* the editor's files, until the store has what they say */
};

/* opening */

/* Ask for recipient (unless to is given) and subject, then the editor, then the review page. */
void
compose_new(struct app *app, const char *to);
/* Open the start of a letter (stolen): its account, From and signature are filled in where they are
 * missing. The editor comes first. */
void
compose_from(struct app *app, json_t *draft);
/* Open a letter that was asked for from outside (stolen), in the editor: `write_back` in it is taken out,
 * see ui.h. */
void
compose_asked(struct app *app, json_t *draft);
/* Open a draft (stolen). draft_id may be NULL. wants_editor: the editor first. */
void
compose_open(struct app *app, json_t *draft, const char *draft_id, bool wants_editor);
/* Is this draft on a page already? Then that comes to the front. */
bool
compose_show_open(struct app *app, const char *draft_id);
/* Open a stored draft. */
void
compose_recall(struct app *app, const char *draft_id);
/* Keep a letter that came back (stolen) as a draft, and open it if asked. draft_id: the one that the store has
 * of it, NULL for none. */
void
compose_keep(struct app *app, json_t *draft, const char *draft_id, bool wants_open);
/* Say which letters were open or in the editor when Penfold ended without being told. */
void
compose_recover(struct app *app);

/* inside */

/* The page on top, NULL when another is. */
struct compose *
compose_top(struct app *app);
/* The same as long as it may be changed; says so and gives NULL once it is on its way to the queue. */
struct compose *
compose_editable(struct app *app);
/* The addr-spec of "Ann <ann@example.org>". Owned; NULL for NULL. */
char *
compose_spec(const char *mailbox);
/* Of an account that names no server for sending: the first recipient whom nobody of this machine is. Owned addr-spec,
 * NULL for none. */
char *
compose_unreached(const struct compose *c);
/* All of To, Cc and Bcc. New reference to an array of texts. */
json_t *
compose_recipients(const json_t *draft);
/* The draft has changed: save it, check it, show it. */
void
compose_changed(struct compose *c);
void
compose_save(struct compose *c);
void
compose_edit(struct compose *c);
/* With another program than the editor: a spell checker. */
void
compose_edit_with(struct compose *c, char **command);
void
compose_queue(struct compose *c);
/* Attach a file; false and a word to the user when it is none. */
bool
compose_attach(struct compose *c, const char *path);
/* Text was pasted over the page: paths of files, as a drag gives them, are attached. */
void
compose_pasted(struct app *app, struct view *v, const char *text);
/* Names of aliases among the recipients become their people, as soon as the store has said who they are. */
void
compose_expand(struct compose *c);
/* Put the signature of the letter's sender below its text; was (or NULL): in place of that one's. */
void
compose_sign(struct app *app, json_t *draft, const char *was);
/* The text of the signature that belongs to a sender, from its line break and `-- ` on: his identity's, else his account's.
 * Owned, NULL for none. */
char *
compose_signature(struct app *app, const char *from);
/* Functions of the action table (compose_more.c). */
void
act_compose_from(struct app *app, const char *arg);
void
act_compose_markdown(struct app *app, const char *arg);
void
act_compose_inline(struct app *app, const char *arg);
void
act_compose_send_later(struct app *app, const char *arg);
void
act_compose_attach_output(struct app *app, const char *arg);
void
act_compose_spell(struct app *app, const char *arg);
/* A new letter from a template of the rc. */
void
compose_template(struct app *app, const char *name);
/* compose_secure.c: what the letter or its account wishes; the plan is asked for anew. */
void
compose_secure_plan(struct compose *c);
bool
compose_signs(const struct compose *c);
/* Will it be encrypted, as far as is known? */
bool
compose_is_encrypting(const struct compose *c);
/* Actions: a reader's key, and one's own. */
void
act_compose_choose_key(struct app *app, const char *arg);
void
act_compose_attach_key(struct app *app, const char *arg);
/* no, auto, yes */
const char *
compose_encrypts(const struct compose *c);
/* The line of the review page; owned. */
char *
compose_secure_line(const struct compose *c, enum style *style_out);
/* The page that a late answer belongs to, NULL when it is gone. */
struct compose *
compose_of_serial(struct app *app, guint serial);
/* Send the letter, after a question when checks say no. at: Unix seconds, 0 for as soon as it may. */
void
compose_send(struct compose *c, gint64 at);
/* Close the page once the store has the letter as it is now: at once, or when the save that is under way has
 * ended. When it cannot be saved the page stays. */
void
compose_postpone(struct compose *c);
/* Close the page of a letter that is elsewhere now; the editor's files go. */
void
compose_end(struct compose *c);
/* Close the page; discard: forget the stored draft too. */
void
compose_close(struct compose *c, bool discard);
/* Give the draft the account whose address stands in its From, if there is one. */
void
compose_fit_account(struct app *app, json_t *draft);
/* How many letters an earlier Penfold has left open; the note of it is taken away. */
guint
compose_take_open_note(const struct app *app);
/* The page of this serial, wherever it lies; NULL when it was closed. */
struct compose *
compose_of_serial(struct app *app, guint serial);
/* Look it over (compose_check.c); the findings come later. */
void
compose_check(struct compose *c);
/* The worst finding about the field with this label and value: "error", "warn" or NULL. */
const char *
compose_worst(const struct compose *c, const char *label, const char *value);
/* What is wrong with it that one would want to be asked about before it leaves: errors, and what is usually forgotten
 * or slipped. The question, owned; NULL: nothing. */
char *
compose_doubt(const struct compose *c);
/* Errors among the findings. */
guint
compose_n_errors(const struct compose *c);
/* A few words for a tab: its subject; owned. */
char *
compose_title(const struct compose *c);
/* One address field or the subject as text; owned. */
char *
compose_field(const struct compose *c, const char *key);

#endif
