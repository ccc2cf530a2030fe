/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt.c - the line editor of the last line, with live completions above it. */
#include "ui/prompt_private.h"

#include "ui/command.h"
#include "ui/complete.h"

#include <string.h>

#define HISTORY_SIZE 100
#define MAX_LINE     (64u << 10) /* bytes; some thousand addresses */

struct prompt *
prompt_new(void)
{
	struct prompt *p = g_new0(struct prompt, 1);
	p->text = g_string_sized_new(4096); /* grows not, leaves no copy of a password */
	g_queue_init(&p->waiting);
	for (int i = 0; i < PROMPT_KINDS; i++)
		p->history[i] = g_ptr_array_new_with_free_func(g_free);
	return p;
}

bool
prompt_is_open(const struct app *app)
{
	return app->prompt->is_open;
}

static void
drop_items(struct prompt *p)
{
	complete_cancel(p->asking);
	p->asking = NULL;
	g_clear_pointer(&p->items, g_ptr_array_unref);
	g_clear_pointer(&p->typed, g_free);
	p->selected = -1;
}

/* Are there completions and a history? */
static bool
is_assisted(enum prompt_kind kind)
{
	return kind != PROMPT_TEXT && kind != PROMPT_SECRET;
}

/* Close, then answer: the answer may open the next question. */
static void
finish(struct app *app, bool is_accepted, char answer)
{
	struct prompt *p = app->prompt;
	if (!p->is_open)
		return;
	char *text = is_accepted ? g_strdup(p->text->str) : NULL;
	prompt_fn done = p->done;
	prompt_choice_fn chosen = p->chosen;
	void *user = p->user;
	GDestroyNotify free_user = p->free_user;
	GPtrArray *history = p->history[p->kind];

	p->is_open = false;
	/* what was rubbed out lies behind the end */
	explicit_bzero(p->text->str, p->text->allocated_len);
	g_string_truncate(p->text, 0);
	g_clear_pointer(&p->unfinished, g_free);
	drop_items(p);
	g_clear_pointer(&p->label, g_free);
	g_clear_pointer(&p->letters, g_free);
	if (text != NULL && *text != '\0' && chosen == NULL && is_assisted(p->kind)) {
		if (history->len >= HISTORY_SIZE)
			g_ptr_array_remove_index(history, 0);
		g_ptr_array_add(history, g_strdup(text));
	}
	if (chosen != NULL)
		chosen(app, is_accepted ? answer : 0, user);
	else
		done(app, text, user);
	if (free_user != NULL)
		free_user(user);
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	g_free(text);
	app_redraw(app);
}

void
prompt_cancel(struct app *app)
{
	finish(app, false, 0);
	prompt_wait_drop(app);
}

void
prompt_free(struct app *app)
{
	struct prompt *p = app->prompt;
	if (p == NULL)
		return;
	for (int i = 0; i < PROMPT_KINDS; i++)
		g_ptr_array_unref(p->history[i]);
	g_string_free(p->text, TRUE);
	g_free(p);
	app->prompt = NULL;
}

/* completion */

static void
replace_word(struct prompt *p, const char *with)
{
	g_string_erase(p->text, (gssize)p->word_start, (gssize)(p->cursor - p->word_start));
	g_string_insert(p->text, (gssize)p->word_start, with);
	p->cursor = p->word_start + strlen(with);
}

/* Tab: through the items and back to what was typed. */
static void
cycle(struct app *app, int step)
{
	struct prompt *p = app->prompt;
	if (p->asking != NULL)
		p->early += step; /* those on the screen belong to another word */
	if (p->asking != NULL || p->items == NULL || p->items->len == 0)
		return;
	if (p->typed == NULL)
		p->typed = g_strndup(p->text->str + p->word_start, p->cursor - p->word_start);
	int n = (int)p->items->len + 1; /* one place is the typed word */
	p->selected = (p->selected + 1 + step + n) % n - 1;
	replace_word(p, p->selected < 0 ? p->typed : p->items->pdata[p->selected]);
}

static void
on_items(struct app *app, GPtrArray *items, void *user)
{
	struct prompt *p = app->prompt;
	int early = p->early;
	(void)user;
	p->asking = NULL;
	p->early = 0;
	g_clear_pointer(&p->items, g_ptr_array_unref);
	if (items->len > 0)
		p->items = g_ptr_array_ref(items);
	p->selected = -1;
	if (early != 0)
		cycle(app, early);
	app_redraw(app);
}

static void
ask_items(struct app *app)
{
	struct prompt *p = app->prompt;
	/* the old items stay on the screen until the new ones are there: no flicker */
	complete_cancel(p->asking);
	p->asking = NULL;
	p->early = 0;
	g_clear_pointer(&p->typed, g_free);
	p->selected = -1;
	char *before = g_strndup(p->text->str, p->cursor);
	enum prompt_kind kind = p->kind;
	size_t start = 0;
	GPtrArray *items = NULL;
	/* behind a command's name stands what it takes */
	if (kind == PROMPT_COMMAND && !command_argument(app, before, &start, &kind, &items))
		start = 0;
	p->word_start = start + complete_word_start(kind, before + start, p->cursor - start);
	if (items != NULL) {
		on_items(app, items, NULL);
		g_ptr_array_unref(items);
	} else {
		p->asking = complete_start(app, kind, before + p->word_start, on_items, NULL);
	}
	g_free(before);
}

/* opening */

static void
open_prompt(struct app *app, const char *label, void *user, GDestroyNotify free_user)
{
	struct prompt *p = app->prompt;
	finish(app, false, 0);
	p->is_open = true;
	p->label = g_strdup(label);
	p->user = user;
	p->free_user = free_user;
	p->done = NULL;
	p->chosen = NULL;
	p->changed = NULL;
	g_string_truncate(p->text, 0);
	p->cursor = 0;
	app->n_steps = 0;
	app_redraw(app);
}

void
prompt_ask(struct app *app, enum prompt_kind kind, const char *label, const char *initial,
    prompt_fn done, void *user, GDestroyNotify free_user)
{
	struct prompt *p = app->prompt;
	p->is_last_queued = prompt_must_wait(app);
	if (p->is_last_queued) {
		prompt_queue(app, &(struct question){.kind = kind,
			       .label = (char *)(guintptr)label,
			       .initial = (char *)(guintptr)initial,
			       .done = done,
			       .user = user,
			       .free_user = free_user});
		return;
	}
	open_prompt(app, label, user, free_user);
	p->kind = kind;
	p->done = done;
	if (initial != NULL)
		g_string_assign(p->text, initial);
	p->cursor = p->text->len;
	p->history_at = p->history[kind]->len;
	if (is_assisted(kind))
		ask_items(app);
}

void
prompt_on_change(struct app *app, prompt_change_fn changed)
{
	if (!app->prompt->is_last_queued)
		app->prompt->changed = changed;
}

void
prompt_choose(struct app *app, const char *label, const char *letters, prompt_choice_fn done,
    void *user, GDestroyNotify free_user)
{
	if (prompt_must_wait(app)) {
		prompt_queue(app, &(struct question){.label = (char *)(guintptr)label,
			       .letters = (char *)(guintptr)letters,
			       .chosen = done,
			       .user = user,
			       .free_user = free_user});
		return;
	}
	open_prompt(app, label, user, free_user);
	app->prompt->kind = PROMPT_TEXT;
	app->prompt->chosen = done;
	app->prompt->letters = g_strdup(letters);
}

/* editing */

static size_t
previous(const struct prompt *p, size_t at)
{
	const char *before = g_utf8_find_prev_char(p->text->str, p->text->str + at);
	return before != NULL ? (size_t)(before - p->text->str) : 0;
}

static size_t
next(const struct prompt *p, size_t at)
{
	if (at >= p->text->len)
		return p->text->len;
	return (size_t)(g_utf8_next_char(p->text->str + at) - p->text->str);
}

static void
erase_between(struct prompt *p, size_t from, size_t to)
{
	g_string_erase(p->text, (gssize)from, (gssize)(to - from));
	p->cursor = from;
}

static size_t
word_before(const struct prompt *p)
{
	size_t at = p->cursor;
	while (at > 0 && p->text->str[at - 1] == ' ')
		at--;
	while (at > 0 && p->text->str[at - 1] != ' ')
		at--;
	return at;
}

/* "/" or "~" behind the "/" at the end begins another path, as in Emacs: a folder that is proposed need not be rubbed out. */
static void
start_path_anew(struct prompt *p, term_key key)
{
	if (p->kind != PROMPT_PATH || (key != '/' && key != '~') || p->cursor != p->text->len || p->cursor == 0 ||
	    p->text->str[p->cursor - 1] != '/')
		return;
	g_string_truncate(p->text, 0);
	p->cursor = 0;
}

static void
insert(struct prompt *p, term_key key)
{
	if (key < 0x20 || key >= TERM_KEY_FIRST || !g_unichar_validate(key) || p->text->len >= MAX_LINE)
		return;
	char utf8[8];
	int n = g_unichar_to_utf8(key, utf8);
	start_path_anew(p, key);
	g_string_insert_len(p->text, (gssize)p->cursor, utf8, n);
	p->cursor += (size_t)n;
}

static void
recall(struct prompt *p, int step)
{
	const GPtrArray *h = p->history[p->kind];
	if (p->kind == PROMPT_SECRET || (step < 0 && p->history_at == 0) ||
	    (step > 0 && p->history_at >= h->len))
		return;
	if (p->history_at == h->len) {
		g_free(p->unfinished);
		p->unfinished = g_strdup(p->text->str);
	}
	p->history_at = (guint)((int)p->history_at + step);
	const char *line = p->history_at < h->len ? h->pdata[p->history_at] : p->unfinished;
	g_string_assign(p->text, line != NULL ? line : "");
	p->cursor = p->text->len;
}

/* Keys that move; true when it was one. */
static bool
move_key(struct prompt *p, term_key key)
{
	switch (key) {
	case TERM_KEY_LEFT:
	case 0x02: /* ^B */
		p->cursor = previous(p, p->cursor);
		return true;
	case TERM_KEY_RIGHT:
	case 0x06: /* ^F */
		p->cursor = next(p, p->cursor);
		return true;
	case TERM_KEY_HOME:
	case 0x01: /* ^A */
		p->cursor = 0;
		return true;
	case TERM_KEY_END:
	case 0x05: /* ^E */
		p->cursor = p->text->len;
		return true;
	default:
		return false;
	}
}

/* Keys that change the text. */
static void
edit_key(struct prompt *p, term_key key)
{
	switch (key) {
	case TERM_KEY_BACKSPACE:
		erase_between(p, previous(p, p->cursor), p->cursor);
		break;
	case TERM_KEY_DELETE:
	case 0x04: /* ^D */
		erase_between(p, p->cursor, next(p, p->cursor));
		break;
	case 0x0B: /* ^K */
		g_string_truncate(p->text, p->cursor);
		break;
	case 0x15: /* ^U */
		erase_between(p, 0, p->cursor);
		break;
	case 0x17: /* ^W */
		erase_between(p, word_before(p), p->cursor);
		break;
	case TERM_KEY_UP:
	case TERM_KEY_DOWN:
		recall(p, key == TERM_KEY_UP ? -1 : 1);
		break;
	default:
		insert(p, key);
		break;
	}
}

static bool
is_cancel(term_key key)
{
	return key == 0x1B || key == 0x07 || key == 0x03; /* Esc, ^G, ^C */
}

static void
choice_event(struct app *app, term_key key)
{
	const char *letters = app->prompt->letters;
	char c = key < 0x80 ? g_ascii_tolower((char)key) : 0;
	if (is_cancel(key))
		finish(app, false, 0);
	else if (key == '\r')
		finish(app, true, letters[0]);
	else if (c > 0x20 && strchr(letters, c) != NULL)
		finish(app, true, c);
}

static void
tell_change(struct app *app)
{
	struct prompt *p = app->prompt;
	if (p->changed != NULL)
		p->changed(app, p->text->str, p->user);
}

void
prompt_paste(struct app *app, term_key key)
{
	struct prompt *p = app->prompt;
	if (p->chosen == NULL) /* a pasted line end is no answer, and no other control character a key */
		insert(p, key == '\r' || key == '\n' || key == '\t' ? ' ' : key);
}

void
prompt_paste_ends(struct app *app)
{
	struct prompt *p = app->prompt;
	if (p->chosen != NULL)
		return;
	if (p->text->len >= MAX_LINE)
		app_error(app, "what was pasted is longer than a line may be: its first %u bytes are there", MAX_LINE);
	if (is_assisted(p->kind))
		ask_items(app);
	tell_change(app);
}

void
prompt_event(struct app *app, const struct term_event *event)
{
	struct prompt *p = app->prompt;
	term_key key = event->key;
	if (p->chosen != NULL) {
		choice_event(app, key);
		return;
	}
	if (is_cancel(key)) {
		finish(app, false, 0);
	} else if (key == '\r') {
		finish(app, true, 0);
	} else if (key == '\t' || key == TERM_KEY_BACKTAB) {
		cycle(app, key == '\t' ? 1 : -1);
		tell_change(app);
	} else {
		bool is_move = move_key(p, key);
		if (!is_move)
			edit_key(p, key);
		/* of the word where the cursor is now */
		if (is_assisted(p->kind))
			ask_items(app);
		if (!is_move)
			tell_change(app);
	}
}
