/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vt_private.h - what vt.c and vt_keys.c share. */
#ifndef PENFOLD_UI_VT_PRIVATE_H
#define PENFOLD_UI_VT_PRIVATE_H

#include "ui/vt.h"

#include <vterm.h>

struct vt {
	VTerm *term;
	VTermScreen *screen;
	int rows, cols;
	VTermPos cursor;
	bool has_cursor, has_bell;
	int shape; /* of the cursor, as in DECSCUSR; 0: the program has not said */
	bool is_blinking;
	int mouse; /* VTERM_PROP_MOUSE_*: what the program wants to hear of it */
	vt_reply_fn reply;
	void *user;
};

#endif
