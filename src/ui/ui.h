/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ui.h - the screen, from start to quit. */
#ifndef PENFOLD_UI_UI_H
#define PENFOLD_UI_UI_H

#include "base/helper.h"
#include "base/rc.h"

struct ui_opts {
	const struct rc *rc;
	const struct program_options *options; /* handed on to the helpers */
	const char *const *commands; /* actions to do once the screen is there, as `:` does; NULL for none */
	const json_t *compose; /* a draft to open at once, NULL for the list; borrowed. Its member `write_back`
				* {path, whole: bool} names a file that gets the letter, or its text, when it is sent;
				* with `is_whole` no signature is added */
	bool is_read_only;     /* no mail is changed or fetched */
};

/* Run until the user quits. The terminal is restored on return and on every other way out.
 * Returns the exit code; a terminal that cannot be used is an error (PF_ERROR_UNAVAILABLE).
 * may_leave_out is set when the user quits and a letter may be left that only waits to be taken back. */
int
ui_run(const struct ui_opts *opts, bool *may_leave_out, GError **error);

#endif
