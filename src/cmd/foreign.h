/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign.h - accounts as other programs' configuration files describe them. Only read: no command of theirs is run, no
 * password is taken. */
#ifndef PENFOLD_CMD_FOREIGN_H
#define PENFOLD_CMD_FOREIGN_H

#include <glib.h>
#include <stdbool.h>

/* Whose files are read, for people. */
#define FOREIGN_PROGRAMS "mbsync, mutt, neomutt, offlineimap, msmtp, getmail, fetchmail, aerc, alpine, Thunderbird or notmuch"

/* One server; strings are owned, NULL where the file does not say. */
struct foreign_server {
	char *host, *user;
	char *command;	     /* gives the password: a line for a shell */
	char *scheme;	     /* as in Penfold's URLs: "imaps", "submission" ... */
	unsigned port;	     /* 0: the scheme's own */
	bool has_password;   /* one stands in the file: it is left there */
	bool is_clear;	     /* the file asks for no TLS */
	bool is_oauth;	     /* it logs in by OAuth */
};

struct foreign_account {
	char *name, *address, *display;
	char *signature, *attribution, *maildir, *delete_after;
	char *sent, *drafts, *archive, *trash;
	bool does_sign;
	GPtrArray *aliases, *folders; /* owned strings */
	struct foreign_server in, out;
};

struct foreign {
	GPtrArray *accounts; /* struct foreign_account *, owned */
	GPtrArray *notes;    /* "FILE:LINE  understood or not", in reading order */
	GPtrArray *files;    /* paths that were read */
	char *alias_file, *query_command; /* for [addresses] */
};

struct foreign *foreign_new(void);
void foreign_free(struct foreign *f);

struct foreign_line;
typedef void (*foreign_reader)(struct foreign_line *l, char *text);

/* Read a file into f, or the prefs.js of a folder. reader NULL: which program's it is shows by its name, else by what
 * stands in it. PF_ERROR_NOT_FOUND, PF_ERROR_DATA when nobody's. */
bool foreign_read(struct foreign *f, const char *path, foreign_reader reader, GError **error);
/* Bring together what several files say of one account, and drop what names no server. */
void foreign_join(struct foreign *f);
/* imaps://user@host:port; NULL without a host. Owned. */
char *foreign_url(const struct foreign_server *s);
/* The command as an rc file has it, a shell before it where it needs one; NULL. Owned. */
char *foreign_command(const char *shell_text);
/* Files of other programs that are in this home, at most n of them: owned strings. */
GPtrArray *foreign_found(void);

/* --- for the readers, foreign_*.c --- */

/* One line of a file. */
struct foreign_line {
	struct foreign *f;
	const char *path;
	unsigned number;
	void *state; /* of the reader */
};

/* What a word stands for. */
enum foreign_key {
	KEY_NONE, /* known and of no use to Penfold */
	KEY_IN_HOST, KEY_IN_PORT, KEY_IN_USER, KEY_IN_COMMAND, KEY_IN_PASSWORD, KEY_IN_URL,
	KEY_OUT_HOST, KEY_OUT_PORT, KEY_OUT_USER, KEY_OUT_COMMAND, KEY_OUT_PASSWORD, KEY_OUT_URL,
	KEY_ADDRESS, KEY_FROM, KEY_DISPLAY, KEY_ALIASES, KEY_SIGNATURE, KEY_MAILDIR,
	KEY_SENT, KEY_DRAFTS, KEY_ARCHIVE, KEY_TRASH, KEY_FOLDERS,
	KEY_OTHER, /* the reader's own */
};
struct foreign_word {
	const char *word;
	enum foreign_key key;
};

/* The account of this name, made when it is new; "": the one without a name. */
struct foreign_account *foreign_account(struct foreign *f, const char *name);
/* Look the word up (in any case) and take the value in; the note is made. KEY_OTHER is left to the
 * caller, who is told so by true. */
bool foreign_take(const struct foreign_line *l, const struct foreign_word *table, const char *word,
    const char *value, struct foreign_account *a);
void foreign_note(const struct foreign_line *l, const char *word, const char *meaning);
/* The words of a line, quotes and backslashes taken away; "#" begins a comment. Owned. */
char **foreign_words(const char *line);

/* What is no port is left out. */
void foreign_put_port(struct foreign_server *s, const char *value);
/* Have *where, owned, be a copy of value; NULL for none. */
void foreign_put(char **where, const char *value);

void foreign_read_mbsync(struct foreign_line *l, char *text);
void foreign_read_msmtp(struct foreign_line *l, char *text);
void foreign_read_fetchmail(struct foreign_line *l, char *text);
void foreign_read_mutt(struct foreign_line *l, char *text);
void foreign_read_ini(struct foreign_line *l, char *text); /* offlineimap, getmail, aerc, notmuch */
void foreign_read_thunderbird(struct foreign_line *l, char *text);
void foreign_read_alpine(struct foreign_line *l, char *text);

#endif
