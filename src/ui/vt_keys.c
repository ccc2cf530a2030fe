/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vt_keys.c - keys as a program on a terminal like xterm expects them. */
#include "ui/vt_private.h"

#define WHEEL_LINES 3

static const struct {
	term_key key;
	VTermKey vterm;
} specials[] = {
    {TERM_KEY_UP, VTERM_KEY_UP},
    {TERM_KEY_DOWN, VTERM_KEY_DOWN},
    {TERM_KEY_LEFT, VTERM_KEY_LEFT},
    {TERM_KEY_RIGHT, VTERM_KEY_RIGHT},
    {TERM_KEY_HOME, VTERM_KEY_HOME},
    {TERM_KEY_END, VTERM_KEY_END},
    {TERM_KEY_PAGE_UP, VTERM_KEY_PAGEUP},
    {TERM_KEY_PAGE_DOWN, VTERM_KEY_PAGEDOWN},
    {TERM_KEY_INSERT, VTERM_KEY_INS},
    {TERM_KEY_DELETE, VTERM_KEY_DEL},
};

static void
send(struct vt *vt, const char *bytes, size_t len)
{
	vt->reply(bytes, len, vt->user);
}

static VTermModifier
modifiers(term_key key)
{
	return (VTermModifier)((key & TERM_ALT ? VTERM_MOD_ALT : 0) | (key & TERM_SHIFT ? VTERM_MOD_SHIFT : 0) |
	    (key & TERM_CTRL ? VTERM_MOD_CTRL : 0));
}

/* A character as it was typed: control keys and all others have a code of their own, Alt is an ESC. */
static void
send_char(struct vt *vt, term_key key)
{
	char bytes[8] = "\033";
	int n = key & TERM_ALT ? 1 : 0;
	n += g_unichar_to_utf8(key & TERM_BARE, bytes + n);
	send(vt, bytes, (size_t)n);
}

/* A program that does not ask for the mouse has the wheel as arrow keys, as xterm gives them. */
static void
send_wheel(struct vt *vt, const struct term_event *event)
{
	if (vt->mouse != VTERM_PROP_MOUSE_NONE) {
		vterm_mouse_button(vt->term, event->wheel < 0 ? 4 : 5, true, VTERM_MOD_NONE);
		return;
	}
	for (int i = 0; i < WHEEL_LINES; i++)
		vterm_keyboard_key(vt->term, event->wheel < 0 ? VTERM_KEY_UP : VTERM_KEY_DOWN, VTERM_MOD_NONE);
}

static void
send_mouse(struct vt *vt, const struct term_event *event)
{
	if (event->y < 0 || event->x < 0 || event->y >= vt->rows || event->x >= vt->cols)
		return;
	if (vt->mouse != VTERM_PROP_MOUSE_NONE)
		vterm_mouse_move(vt->term, event->y, event->x, VTERM_MOD_NONE);
	if (event->wheel != 0)
		send_wheel(vt, event);
	if (event->wheel != 0 || vt->mouse == VTERM_PROP_MOUSE_NONE)
		return;
	vterm_mouse_button(vt->term, 1, true, VTERM_MOD_NONE);
	vterm_mouse_button(vt->term, 1, false, VTERM_MOD_NONE);
}

void
vt_key(struct vt *vt, const struct term_event *event, bool is_pasted)
{
	term_key bare = event->key & TERM_BARE;
	if (event->key == TERM_KEY_MOUSE) {
		send_mouse(vt, event);
	} else if (event->key == TERM_KEY_PASTE_BEGIN) {
		vterm_keyboard_start_paste(vt->term);
	} else if (event->key == TERM_KEY_PASTE_END) {
		vterm_keyboard_end_paste(vt->term);
	} else if (bare == TERM_KEY_BACKSPACE) {
		/* C-h and Backspace are two keys to an editor */
		send_char(vt, (event->typed != 0 ? event->typed : 0x7F) | (event->key & TERM_ALT));
	} else if (bare == TERM_KEY_BACKTAB) {
		send(vt, "\033[Z", 3);
	} else if (bare >= TERM_KEY_F1 && bare < TERM_KEY_F1 + 12) {
		vterm_keyboard_key(vt->term, (VTermKey)VTERM_KEY_FUNCTION(bare - TERM_KEY_F1 + 1),
		    modifiers(event->key));
	} else if (bare < TERM_KEY_FIRST) {
		if (bare != 0 || !is_pasted)
			send_char(vt, event->key);
	} else {
		for (size_t i = 0; i < G_N_ELEMENTS(specials); i++)
			if (specials[i].key == bare)
				vterm_keyboard_key(vt->term, specials[i].vterm, modifiers(event->key));
	}
}
