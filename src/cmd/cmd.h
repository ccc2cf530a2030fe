/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd.h - one descriptor a sub-command: dispatch, usage, completion and penfold(1) come from it. */
#ifndef PENFOLD_CMD_CMD_H
#define PENFOLD_CMD_CMD_H

#include "base/version.h"
#include "base/helper.h"
#include "client/client.h"

struct cmd_option {
	const char *name;     /* "--width", "-t" */
	const char *argument; /* "N", or NULL for a switch */
	const char *help;     /* one sentence */
};

/* What a command runs with. rc and client are made when first asked for. */
struct cmd_context {
	const struct program_options *opts;
	struct rc *rc;
	struct client *client;
};

struct command {
	const char *name;
	const char *usage;   /* what follows the name: "[list | run | show ID]" */
	const char *summary; /* one line, no full stop */
	const char *help;    /* paragraphs for penfold(1), separated by \n\n */
	const struct cmd_option *options; /* ends with a NULL name; may be NULL */
	int (*run)(struct cmd_context *ctx, int argc, char **argv); /* argv[0] is the name */
};

extern const struct command cmd_table[];
extern const size_t cmd_n_commands;
/* The command of this name, NULL when there is none. */
const struct command *
cmd_find(const char *name);
/* Options that every command takes. */
extern const struct cmd_option cmd_common_options[];
extern const struct cmd_option cmd_letter_options[]; /* of `penfold ADDRESS...` */

/* The rc, loaded once; on error prints it and exits 78. */
const struct rc *
cmd_rc(struct cmd_context *ctx);
struct client *
cmd_client(struct cmd_context *ctx);

/* Both are gone; the next call makes them anew. */
void
cmd_forget(struct cmd_context *ctx);

/* "penfold: message" on stderr, the exit code of the error; consumes it. */
int
cmd_fail(GError *error);
/* Print a JSON object as one line on stdout (stolen). */
void
cmd_print_json(json_t *obj);
/* What has been printed cannot be read any more: the reader of standard output has left, as head does. */
bool
cmd_reader_left(void);
/* Between the items of a list: where the reader has left that is the end, and no error. For what only looks. */
void
cmd_end_unread(void);
/* Columns of the terminal, never so few or so many that lines cannot be read; 0 where there is none. */
int
cmd_columns(void);
/* The text made safe behind `first`, in lines of that many columns (0: one) that go on below where it begins; nothing
 * without a text. */
void
cmd_print_wrapped(const char *first, const char *text, int cols);
/* The same, not to standard output. */
void
cmd_write_wrapped(FILE *to, const char *first, const char *text, int cols);
/* "label     text" on a line, the text made safe; nothing without a text. */
void
cmd_print_item(const char *label, const char *text);
/* Take `name VALUE` / `name=VALUE` out of argv; the value or NULL. cmd_take_switch: was it there? */
const char *
cmd_take_option(int *argc, char **argv, const char *name);
bool
cmd_take_switch(int *argc, char **argv, const char *name);
/* First argument that looks like an unknown option ("-x"), or NULL; "-" and what follows "--" are
 * none. Removes "--". */
const char *
cmd_unknown_option(int *argc, char **argv);
/* `--dns ZONE`: between the two the helpers answer DNS questions from that file (setting dns.zone). zone may
 * be NULL: then nothing changes. */
struct cmd_zone {
	struct program_options opts;
	const struct program_options *given; /* NULL: no zone */
	char *setting;
};
void
cmd_zone_begin(struct cmd_context *ctx, struct cmd_zone *own, const char *zone);
void
cmd_zone_end(struct cmd_context *ctx, struct cmd_zone *own);
/* Tell the judge whom the user writes to; without a store nobody is known. */
void
cmd_tell_contacts(struct cmd_context *ctx);
/* Open FILE, "-" or "id:MESSAGE-ID" (through penfold-store) for reading. message_out (may be NULL)
 * gets the store's message object, or NULL. */
int
cmd_open_message(struct cmd_context *ctx, const char *name, json_t **message_out, GError **error);

/* the commands, one file each */
int cmd_sync(struct cmd_context *ctx, int argc, char **argv);
int cmd_search(struct cmd_context *ctx, int argc, char **argv);
int cmd_count(struct cmd_context *ctx, int argc, char **argv);
int cmd_tag(struct cmd_context *ctx, int argc, char **argv);
int cmd_thread(struct cmd_context *ctx, int argc, char **argv);
int cmd_show(struct cmd_context *ctx, int argc, char **argv);
int cmd_deliver(struct cmd_context *ctx, int argc, char **argv);
int cmd_queue(struct cmd_context *ctx, int argc, char **argv);
int cmd_send(struct cmd_context *ctx, int argc, char **argv);
int cmd_auth(struct cmd_context *ctx, int argc, char **argv);
int cmd_tell(struct cmd_context *ctx, int argc, char **argv);
int cmd_sieve(struct cmd_context *ctx, int argc, char **argv);
int cmd_certificate(struct cmd_context *ctx, int argc, char **argv);
int cmd_auth_trust(struct cmd_context *ctx, int argc, char **argv);
int cmd_auth_probe(struct cmd_context *ctx, int argc, char **argv);
int cmd_domain(struct cmd_context *ctx, int argc, char **argv);
int cmd_spf(struct cmd_context *ctx, int argc, char **argv);
int cmd_key(struct cmd_context *ctx, int argc, char **argv);
int cmd_dkim(struct cmd_context *ctx, int argc, char **argv);
int cmd_unsubscribe(struct cmd_context *ctx, int argc, char **argv);
int cmd_bimi(struct cmd_context *ctx, int argc, char **argv);
int cmd_check(struct cmd_context *ctx, int argc, char **argv);
int cmd_stats(struct cmd_context *ctx, int argc, char **argv);
int cmd_report(struct cmd_context *ctx, int argc, char **argv);
int cmd_config(struct cmd_context *ctx, int argc, char **argv);
int cmd_doctor(struct cmd_context *ctx, int argc, char **argv);
int cmd_filter(struct cmd_context *ctx, int argc, char **argv);
int cmd_login(struct cmd_context *ctx, int argc, char **argv);
int cmd_setup(struct cmd_context *ctx, int argc, char **argv);
int cmd_help(struct cmd_context *ctx, int argc, char **argv);
int cmd_import(struct cmd_context *ctx, int argc, char **argv);
int cmd_export(struct cmd_context *ctx, int argc, char **argv);

#endif
