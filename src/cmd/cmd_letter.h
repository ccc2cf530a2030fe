/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_letter.h - a letter from the command line: mutt's letters and mailto: become a draft. */
#ifndef PENFOLD_CMD_CMD_LETTER_H
#define PENFOLD_CMD_CMD_LETTER_H

#include "cmd/cmd.h"

/* Does this command line ask for a letter rather than for a sub-command? */
bool
cmd_letter_is_asked(int argc, char **argv);

/* How the screen opens on it. */
struct cmd_screen {
	const char *const *commands; /* actions to do then, or NULL */
	bool is_read_only;	     /* mail is looked at only */
	bool is_batch;		     /* no screen at all */
	bool wants_write_back;	     /* what was edited goes back to the file of -H or -i */
};

/* `penfold [ADDR... | mailto:URL] [-s SUBJ] [-c CC] [-b BCC] [-a FILE...] [-H DRAFT]`: with a body on
 * standard input it is checked and queued without a screen, else the screen opens on it. */
int
cmd_letter(struct cmd_context *ctx, const struct cmd_screen *screen, int argc, char **argv);

/* Print findings ({code, level, where, text}) on stderr, one a line. */
void
cmd_letter_print_findings(const json_t *findings);

/* An event callback for queue-add: the findings that refuse a letter come before its error. */
void
cmd_letter_on_event(const struct reply *reply, void *user);

/* Start `penfold queue run` on its own, with no terminal: what is queued leaves by itself. */
void
cmd_letter_send_later(const struct program_options *opts);

#endif
