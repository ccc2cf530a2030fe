/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold doctor: is this installation sound? Each line is looked up or tried when it is
 * printed. */
#include "base/account_log.h"
#include "cmd/cmd.h"
#include "base/paths.h"
#include "base/safe_text.h"
#include "base/sandbox.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum level { LEVEL_OK, LEVEL_WARN, LEVEL_ERROR };

/* What was found so far. */
struct doctor {
	struct cmd_context *ctx;
	json_t *items; /* [{what, level, text}] */
	bool has_error;
};

static void say(struct doctor *d, enum level level, const char *what, const char *format,
    ...) __attribute__((format(printf, 4, 5)));

static void
say(struct doctor *d, enum level level, const char *what, const char *format, ...)
{
	static const char *const words[] = {"ok", "warn", "error"};
	va_list args;
	char *text;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	json_array_append_new(
	    d->items, json_pack("{s:s, s:s, s:o}", "what", what, "level", words[level],
			  "text", jsonl_text(text, -1)));
	if (level == LEVEL_ERROR)
		d->has_error = true;
	if (!d->ctx->opts->json) {
		char *safe = safe_line(text);

		(void)printf("%-5s  %-15s  %s\n", words[level], what, safe);
		(void)fflush(stdout);
		g_free(safe);
	}
	g_free(text);
}

/* ---- programs and libraries */

/* One line of the loader's list, "libx.so.1 => /path/libx.so.1 (0x..)". The file that it
 * leads to, by its full name, which holds the version; owned. NULL for lines of another
 * kind; "" when not found. */
static char *
library_of_line(const char *line)
{
	const char *arrow = strstr(line, " => ");
	char *path, *real, *name;

	if (arrow == NULL)
		return NULL;
	if (g_str_has_prefix(arrow, " => not found"))
		return g_strdup("");
	path = g_strndup(arrow + 4, strcspn(arrow + 4, " ("));
	real = realpath(path, NULL);
	name = g_path_get_basename(real != NULL ? real : path);
	free(real);
	g_free(path);
	return name;
}

/* The libraries whose versions matter to a report of a fault. */
static bool
is_of_interest(const char *library)
{
	static const char *const names[] = {"libnotmuch.", "libxapian.", "libgmime-",
	    "libglib-", "libetpan.", "libssl.", "libunbound.", "libsqlite3.", "libxml2.",
	    "libjansson.", "libncursesw.", "libseccomp."};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_has_prefix(library, names[i]))
			return true;
	return false;
}

static void
take_libraries(
    struct doctor *d, const char *program, const char *listing, GHashTable *seen)
{
	char **lines = g_strsplit(listing, "\n", -1);

	for (size_t i = 0; lines[i] != NULL; i++) {
		char *line = g_strstrip(lines[i]);
		char *library = library_of_line(line);

		if (library != NULL && library[0] == '\0')
			say(d, LEVEL_ERROR, program, "library %.*s is not found",
			    (int)strcspn(line, " "), line);
		if (library != NULL && is_of_interest(library))
			g_hash_table_add(seen, g_strdup(library));
		g_free(library);
	}
	g_strfreev(lines);
}

/* Let the loader list what a program would be linked with; the program itself does not
 * run. */
static void
ask_loader(struct doctor *d, const char *name, const char *path, GHashTable *seen)
{
	char *argv[] = {g_strdup(path), NULL};
	char **env =
	    g_environ_setenv(g_get_environ(), "LD_TRACE_LOADED_OBJECTS", "1", TRUE);
	char *listing = NULL;
	GError *error = NULL;

	if (g_spawn_sync(NULL, argv, env, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
		&listing, NULL, NULL, &error)) {
		take_libraries(d, name, listing, seen);
	} else {
		say(d, LEVEL_ERROR, name, "%s", error->message);
		g_error_free(error);
	}
	g_free(listing);
	g_strfreev(env);
	g_free(argv[0]);
}

static void
check_programs(struct doctor *d)
{
	static const char *const helpers[] = {"penfold-sync", "penfold-store", "penfold-auth", "penfold-crypt",
	    "penfold-send", "penfold-setup", "penfold-render", "penfold-picture", "penfold-notify"};
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GList *names;
	GString *line = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(helpers); i++) {
		char *path = paths_helper(helpers[i]);

		if (access(path, X_OK) != 0) {
			say(d, LEVEL_ERROR, helpers[i], "%s: %s", path,
			    g_strerror(errno));
		} else {
			say(d, LEVEL_OK, helpers[i], "%s", path);
			ask_loader(d, helpers[i], path, seen);
		}
		g_free(path);
	}
	ask_loader(d, "penfold", "/proc/self/exe", seen);
	names = g_list_sort(g_hash_table_get_keys(seen), (GCompareFunc)strcmp);
	for (GList *n = names; n != NULL; n = n->next)
		g_string_append_printf(
		    line, "%s%s", n == names ? "" : ", ", (char *)n->data);
	say(d, names != NULL ? LEVEL_OK : LEVEL_WARN, "libraries", "%s",
	    names != NULL ? line->str : "the loader does not name them");
	g_list_free(names);
	g_string_free(line, TRUE);
	g_hash_table_unref(seen);
}

/* ---- places */

static void
check_sandbox(struct doctor *d)
{
	char *text = sandbox_describe();

	say(d, LEVEL_OK, "sandbox", "%s", text);
	g_free(text);
}

/* The nearest folder on the way to path that exists; owned. */
static char *
existing_parent(const char *path)
{
	char *folder = g_strdup(path);

	while (access(folder, F_OK) != 0 && strcmp(folder, "/") != 0 &&
	       strcmp(folder, ".") != 0) {
		char *up = g_path_get_dirname(folder);

		g_free(folder);
		folder = up;
	}
	return folder;
}

/* A folder that Penfold writes to: there or still to be made, writable, with room. True
 * when there. */
static bool
check_folder(struct doctor *d, const char *what, const char *path)
{
	char *parent = existing_parent(path);
	bool is_there = strcmp(parent, path) == 0;
	struct stat st;
	struct statvfs fs;

	if (is_there && (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)))
		say(d, LEVEL_ERROR, what, "%s is not a folder", path);
	else if (access(parent, W_OK | X_OK) != 0)
		say(d, LEVEL_ERROR, what, "%s: %s is not writable", path, parent);
	else if (statvfs(parent, &fs) == 0 &&
		 (guint64)fs.f_bavail * fs.f_frsize < (64u << 20))
		say(d, LEVEL_WARN, what, "%s: less than 64 MB are free", path);
	else if (!is_there)
		say(d, LEVEL_OK, what,
		    "%s does not exist yet; it is made when it is needed", path);
	else
		say(d, LEVEL_OK, what, "%s", path);
	g_free(parent);
	return is_there;
}

/* Open the database as a search does: through a penfold-store that only reads. */
static void
check_index(struct doctor *d)
{
	GError *error = NULL;
	json_t *answer = supervisor_call(client_search(cmd_client(d->ctx)),
	    json_pack("{s:s, s:s}", "op", "count", "query", "*"), NULL, 0, 30000, NULL,
	    NULL, &error);

	if (answer == NULL) {
		say(d, LEVEL_ERROR, "index", "%s", error->message);
		g_error_free(error);
		return;
	}
	say(d, LEVEL_OK, "index", "%" G_GINT64_FORMAT " messages that searches find",
	    jsonl_int(answer, "messages", 0));
	json_decref(answer);
}

/* What the server, or we, said of somebody who has not got it. */
static const char *
why_of(const json_t *entry)
{
	const char *reason = jsonl_string(entry, "reason");
	const json_t *recipient;
	size_t i;

	json_array_foreach(json_object_get(entry, "recipients"), i, recipient)
	{
		const char *reply = jsonl_string(recipient, "reply");

		if (g_strcmp0(jsonl_string(recipient, "state"), "sent") != 0 &&
		    reply != NULL && reply[0] != '\0')
			return reply;
	}
	return reason != NULL && reason[0] != '\0' ? reason : NULL;
}

static void
show_letter(struct doctor *d, const json_t *entry)
{
	const char *state = jsonl_string(entry, "state"), *why = why_of(entry);
	const char *next = jsonl_string(entry, "next_try");
	bool is_trouble = g_strcmp0(state, "deferred") == 0 ||
			  g_strcmp0(state, "failed") == 0 ||
			  g_strcmp0(state, "uncertain") == 0;

	say(d, is_trouble ? LEVEL_WARN : LEVEL_OK, "outbox",
	    "%s to %s: %s, queued %s, %" G_GINT64_FORMAT " attempts%s%s%s%s",
	    jsonl_string(entry, "id"), jsonl_string(entry, "to"), state,
	    jsonl_string(entry, "created"), jsonl_int(entry, "attempts", 0),
	    next != NULL ? ", next " : "", next != NULL ? next : "",
	    why != NULL ? ": " : "", why != NULL ? why : "");
}

/* The letters that have not left. A queue that is not there yet is not made. */
static void
check_outbox(struct doctor *d, const char *state)
{
	char *path = g_build_filename(state, "queue", "queue.db", NULL);
	const json_t *entries, *entry;
	GError *error = NULL;
	json_t *answer = NULL;
	size_t i;

	if (access(path, F_OK) == 0)
		answer = supervisor_call(client_store(cmd_client(d->ctx)),
		    json_pack("{s:s, s:b}", "op", "queue-list", "all", false), NULL, 0,
		    30000, NULL, NULL, &error);
	g_free(path);
	if (error != NULL) {
		say(d, LEVEL_ERROR, "outbox", "%s", error->message);
		g_error_free(error);
		return;
	}
	entries = json_object_get(answer, "entries");
	json_array_foreach(entries, i, entry) show_letter(d, entry);
	if (json_array_size(entries) == 0)
		say(d, LEVEL_OK, "outbox", "no letter waits");
	json_decref(answer);
}

static void
check_terminal(struct doctor *d)
{
	const char *term = g_getenv("TERM");
	const char *codeset = nl_langinfo(CODESET);

	if (strcmp(codeset, "UTF-8") != 0)
		say(d, LEVEL_WARN, "locale",
		    "%s: other scripts cannot be shown; set LANG to a UTF-8 locale",
		    codeset);
	else
		say(d, LEVEL_OK, "locale", "%s", codeset);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		say(d, LEVEL_OK, "terminal", "none here");
	else if (term == NULL || strcmp(term, "dumb") == 0)
		say(d, LEVEL_WARN, "terminal", "TERM is %s: the screen cannot be drawn",
		    term != NULL ? term : "not set");
	else
		say(d, LEVEL_OK, "terminal", "%s", term);
}

/* ---- configuration */

static void
check_command(struct doctor *d, const char *what, const char *of, char **argv)
{
	char *path;

	if (argv == NULL)
		return;
	path = g_find_program_in_path(argv[0]);
	if (path == NULL)
		say(d, LEVEL_ERROR, what, "%s: there is no program \"%s\"", of, argv[0]);
	else
		say(d, LEVEL_OK, what, "%s: %s", of, path);
	g_free(path);
	g_strfreev(argv);
}

static void
add_server(GString *line, const char *what, const struct rc_server *s)
{
	static const char *const words[] = {[RC_TLS_IMPLICIT] = "TLS",
	    [RC_TLS_STARTTLS] = "STARTTLS",
	    [RC_TLS_NONE] = "in clear"};

	if (s != NULL)
		g_string_append_printf(
		    line, "; %s %s port %u, %s", what, s->host, s->port, words[s->tls]);
}

/* What happened last, from the account's own log. */
static void
show_log(struct doctor *d, const struct rc *rc, const char *account)
{
	GPtrArray *lines = account_log_last(rc, account, 3);
	char *path = account_log_path(rc, account);

	for (guint i = 0; i < lines->len; i++) {
		const char *line = g_ptr_array_index(lines, i);

		say(d, strstr(line, "  failed: ") != NULL ? LEVEL_WARN : LEVEL_OK, "log", "%s: %s",
		    account, line);
	}
	if (lines->len > 0)
		say(d, LEVEL_OK, "log", "%s: more in %s", account, path);
	g_free(path);
	g_ptr_array_unref(lines);
}

/* Servers that are trusted by their fingerprint alone: the file is the account's (src/net/pin.h). */
static void
check_certificates(struct doctor *d, const char *account)
{
	json_t *request = json_pack("{s:s, s:s}", "op", "certificates-taken", "account", account);
	json_t *done = supervisor_call(client_setup(cmd_client(d->ctx)), request, NULL, 0, 0, NULL, NULL, NULL);
	json_t *one;
	const char *server;

	json_object_foreach(json_object_get(done, "taken"), server, one)
		say(d, LEVEL_WARN, "certificate",
		    "%s: %s is trusted by its fingerprint alone since %.10s; `penfold certificate %s` shows it", account,
		    server, jsonl_string(one, "since") != NULL ? jsonl_string(one, "since") : "a day unknown", account);
	json_decref(done);
}

static void
check_account(struct doctor *d, const struct rc *rc, const struct rc_account *a)
{
	GString *line = g_string_new(NULL);
	bool needs_password = a->imap != NULL || a->pop3 != NULL || a->smtp != NULL;

	g_string_append_printf(line, "%s: %s", a->name, a->address);
	if (a->is_local)
		g_string_append(line, "; local");
	add_server(line, "imap", a->imap);
	add_server(line, "pop3", a->pop3);
	add_server(line, "smtp", a->smtp);
	if (needs_password && !rc_is_set(rc, "account", a->name, "password") &&
	    !rc_is_set(rc, "account", a->name, "password-command"))
		say(d, LEVEL_WARN, "account", "%s; no password-command", line->str);
	else
		say(d, LEVEL_OK, "account", "%s", line->str);
	check_command(
	    d, "password", a->name, rc_argv(rc, "account", a->name, "password-command"));
	g_string_free(line, TRUE);
	check_certificates(d, a->name);
	show_log(d, rc, a->name);
}

/* True when the rc can be used. */
static bool
check_rc(struct doctor *d)
{
	GPtrArray *findings = rc_check(d->ctx->opts->rc_path, d->ctx->opts->overrides);
	bool is_good = findings->len == 0;

	for (guint i = 0; i < findings->len; i++)
		say(d, LEVEL_ERROR, "rc", "%s", (char *)findings->pdata[i]);
	if (is_good) {
		const struct rc *rc = cmd_rc(d->ctx);
		bool is_there = access(rc_path(rc), F_OK) == 0;

		say(d, is_there ? LEVEL_OK : LEVEL_WARN, "rc", "%s%s", rc_path(rc),
		    is_there ? "" : " does not exist: there is no account yet");
		check_command(
		    d, "editor", "ui.editor", rc_argv(rc, "ui", NULL, "editor"));
		for (const struct rc_account *const *a = rc_accounts(rc); *a != NULL; a++)
			check_account(d, rc, *a);
	}
	g_ptr_array_unref(findings);
	return is_good;
}

static void
check_places(struct doctor *d)
{
	char *root = rc_mail_root(cmd_rc(d->ctx));
	char *state = rc_state_dir(cmd_rc(d->ctx));

	if (check_folder(d, "state", state))
		check_outbox(d, state);
	if (check_folder(d, "mail", root))
		check_index(d);
	g_free(root);
	g_free(state);
}

int
cmd_doctor(struct cmd_context *ctx, int argc, char **argv)
{
	struct doctor d = {.ctx = ctx, .items = json_array()};

	(void)argv;
	if (argc > 1) {
		json_decref(d.items);
		return cmd_fail(
		    g_error_new(PF_ERROR, PF_ERROR_USAGE, "usage: penfold doctor"));
	}
	check_programs(&d);
	check_sandbox(&d);
	check_terminal(&d);
	if (check_rc(&d))
		check_places(&d);
	if (ctx->opts->json)
		cmd_print_json(
		    json_pack("{s:b, s:O}", "ok", !d.has_error, "items", d.items));
	json_decref(d.items);
	return d.has_error ? 1 : 0;
}
