/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the terminal one that a screen can be drawn on? */
#include "ui/term.h"

#include "base/error.h"

#include <curses.h>
#include <stdlib.h>
#include <term.h>
#include <unistd.h>

bool
term_can_draw(GError **error)
{
	const char *name = g_getenv("TERM");
	int status;
	if (setupterm(NULL, STDOUT_FILENO, &status) != OK) {
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "the terminal \"%s\" is not known here; set TERM, for example to xterm", name != NULL ? name : "");
		return false;
	}
	if (cursor_address != NULL)
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
	    "the terminal \"%s\" has no cursor that can be moved, and no screen can be drawn on it; `penfold help` lists the "
	    "commands", name != NULL ? name : "");
	(void)del_curterm(cur_term);
	return false;
}
