/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold setup --from FILE: accounts from the configuration of other programs. Line by line it is said what was
 * understood; what would be written is shown, and written when that is wanted. */
#include "base/paths.h"
#include "base/rc_value.h"
#include "base/rc_write.h"
#include "base/safe_text.h"
#include "cmd/cmd_ask.h"
#include "cmd/cmd_setup.h"
#include "cmd/foreign.h"

#include <stdio.h>
#include <string.h>

struct taking {
	struct cmd_context *ctx;
	struct foreign *f;
	bool is_yes, is_untested;
	char *store; /* [store] path that the accounts need; NULL: as it is */
	guint n_written;
};

static void
tell(const struct taking *t, const char *event, const char *text)
{
	char *line = safe_line(text);

	if (t->ctx->opts->json)
		cmd_print_json(json_pack("{s:s, s:o}", "event", event, "text", jsonl_text(text, -1)));
	else
		(void)printf("%s%s\n", g_str_equal(event, "note") ? "  " : "", line);
	g_free(line);
}

static void
line(GString *out, const char *key, const char *text)
{
	char *value;

	if (text == NULL || strstr(text, "://") != NULL)
		return;
	value = rc_write_value(text);
	g_string_append_printf(out, "%s = %s\n", key, value);
	g_free(value);
}

static void
lines(GString *out, const char *key, const GPtrArray *list)
{
	bool is_all = list->len == 1 && g_str_equal(g_ptr_array_index(list, 0), "*");

	for (guint i = 0; i < list->len && !is_all; i++) {
		char *text = g_strdelimit(g_strdup(g_ptr_array_index(list, i)), "%", '*');
		line(out, key, text);
		g_free(text);
	}
}

/* The mail that mbsync or offlineimap has here already stays where it is: DIR/INBOX is the folder INBOX of the account
 * DIR. Otherwise it would be fetched a second time. */
static void
take_maildir(struct taking *t, const struct foreign_account *a, struct setup *s)
{
	const struct rc *rc = cmd_rc(t->ctx);
	char *dir, *parent, *name, *inbox, *root = rc_mail_root(rc), *text;
	bool is_free = t->store == NULL && !rc_is_set(rc, "store", NULL, "path");

	if (a->maildir == NULL || a->in.host == NULL) {
		g_free(root);
		return;
	}
	dir = paths_expand(a->maildir);
	while (strlen(dir) > 1 && g_str_has_suffix(dir, "/"))
		dir[strlen(dir) - 1] = '\0';
	parent = g_path_get_dirname(dir);
	name = g_path_get_basename(dir);
	inbox = g_build_filename(dir, "INBOX", "cur", NULL);
	if (!g_file_test(inbox, G_FILE_TEST_IS_DIR)) {
		text = g_strdup_printf(
		    "%s has no folder INBOX as Penfold names it: its mail stays there, and is fetched anew", dir);
	} else if (!is_free && !g_str_equal(parent, t->store != NULL ? t->store : root)) {
		text = g_strdup_printf("%s is not below the store of Penfold, %s: its mail stays there, and is fetched anew. "
				       "Moved to %s/%s beforehand it is taken over",
		    dir, t->store != NULL ? t->store : root, t->store != NULL ? t->store : root, name);
	} else {
		if (is_free && !g_str_equal(parent, root))
			t->store = g_strdup(parent);
		g_free(s->account);
		s->account = g_strdup(name);
		text = g_strdup_printf("the mail in %s is taken over: nothing of it is fetched or sent again", dir);
	}
	tell(t, "note", text);
	g_free(text);
	g_free(inbox);
	g_free(name);
	g_free(parent);
	g_free(dir);
	g_free(root);
}

static void
put_server(struct setup *s, const char *key, const struct foreign_server *server, const char *scheme)
{
	struct foreign_server copy = *server;
	char *url;

	if (copy.scheme == NULL)
		copy.scheme = (char *)(guintptr)scheme;
	url = foreign_url(&copy);
	if (url != NULL)
		json_object_set_new(s->servers, key, jsonl_text(url, -1));
	g_free(url);
}

/* What `penfold setup` would have found out by asking. */
static void
fill(struct taking *t, const struct foreign_account *a, struct setup *s)
{
	bool is_pop3 = a->in.scheme != NULL && g_str_has_prefix(a->in.scheme, "pop3");
	const struct foreign_server *secret = a->in.command != NULL ? &a->in : &a->out;

	*s = (struct setup){.ctx = t->ctx, .servers = json_object(), .more = g_string_new(NULL),
	    .may_ask = cmd_ask_may() && !t->is_yes, .is_untested = t->is_untested};
	s->address = g_strdup(a->address);
	s->display = g_strdup(a->display != NULL ? a->display : "");
	s->account = g_strdup(
	    *a->name != '\0' && !g_str_equal(a->name, "getmail") && !g_str_equal(a->name, "default") ? a->name : NULL);
	s->command = foreign_command(secret->command);
	put_server(s, is_pop3 ? "pop3" : "imap", &a->in, "imaps");
	put_server(s, "smtp", &a->out, "submission");
	if (a->in.is_oauth || a->out.is_oauth)
		json_object_set_new(s->servers, "auth", json_string("oauth2"));
	json_object_set_new(s->servers, "source", json_string(g_ptr_array_index(t->f->files, 0)));
	take_maildir(t, a, s);
	lines(s->more, "aliases", a->aliases);
	lines(s->more, "folders", a->folders);
	line(s->more, "signature", a->signature);
	line(s->more, "attribution", a->attribution);
	line(s->more, "sign", a->does_sign ? "yes" : NULL);
	line(s->more, "sent", a->sent);
	line(s->more, "drafts", a->drafts);
	line(s->more, "archive", a->archive);
	line(s->more, "trash", a->trash);
	if (is_pop3)
		line(s->more, "pop3-delete-after", a->delete_after);
}

/* The section without what it keeps secret. */
static void
show(const struct taking *t, const struct setup *s)
{
	GString *text = cmd_setup_text(s);
	char **all = g_strsplit(text->str, "\n", -1);

	for (char **p = all; *p != NULL; p++)
		if (**p != '\0')
			tell(t, "line", g_str_has_prefix(*p, "password =") ? "password = ..." : *p);
	for (char **p = all; *p != NULL; p++)
		explicit_bzero(*p, strlen(*p));
	explicit_bzero(text->str, text->len);
	g_strfreev(all);
	g_string_free(text, TRUE);
}

static bool
may_write(const struct taking *t)
{
	char *question, answer;

	if (t->is_yes || !cmd_ask_may())
		return t->is_yes;
	question = g_strdup_printf("Write this to %s? [y/n]", rc_path(cmd_rc(t->ctx)));
	answer = cmd_ask_letter(question, "yn");
	g_free(question);
	return answer == 'y';
}

static bool
write_store(struct taking *t, GError **error)
{
	char *value, *text;
	bool is_good;

	if (t->store == NULL || t->n_written > 0)
		return true;
	value = rc_write_value(t->store);
	text = g_strdup_printf("[store]\npath = %s\n", value);
	is_good = rc_write_append(rc_path(cmd_rc(t->ctx)), text, false, error);
	g_free(text);
	g_free(value);
	return is_good;
}

static bool
take_account(struct taking *t, const struct foreign_account *a, GError **error)
{
	struct setup s;
	bool is_good;

	if (a->in.is_clear || a->out.is_clear) {
		char *text = g_strdup_printf(
		    "account \"%s\": the file asks for no TLS; Penfold demands it all the same", a->name);
		tell(t, "note", text);
		g_free(text);
	}
	fill(t, a, &s);
	is_good = cmd_setup_known(&s, error);
	if (is_good)
		show(t, &s);
	if (is_good && t->store != NULL && t->n_written == 0) {
		tell(t, "line", "[store]");
		char *path = g_strconcat("path = ", t->store, NULL);
		tell(t, "line", path);
		g_free(path);
	}
	if (is_good && may_write(t)) {
		bool has_secret = s.command != NULL ? !s.is_untested : s.may_ask;
		is_good = !has_secret || cmd_setup_login(&s, error);
		is_good = is_good && write_store(t, error) && cmd_setup_write(&s, error);
		t->n_written += is_good;
	}
	cmd_setup_free(&s);
	return is_good;
}

/* [addresses] as far as the rc has none of it. */
static GString *
addresses(const struct taking *t)
{
	const struct rc *rc = cmd_rc(t->ctx);
	GString *out = g_string_new(NULL);
	const char *aliases = rc_is_set(rc, "addresses", NULL, "alias-file") ? NULL : t->f->alias_file;
	char *command = rc_is_set(rc, "addresses", NULL, "query-command") ? NULL : foreign_command(t->f->query_command);

	if (aliases != NULL || command != NULL)
		g_string_append(out, "[addresses]\n");
	line(out, "alias-file", aliases);
	line(out, "query-command", command);
	g_free(command);
	return out;
}

/* Once, before the first account is asked about; written with it. */
static bool
take_addresses(struct taking *t, bool do_write, GError **error)
{
	GString *out = addresses(t);
	char **all = g_strsplit(out->str, "\n", -1);
	bool is_good = true;

	for (char **p = all; *p != NULL && !do_write; p++)
		if (**p != '\0')
			tell(t, "line", *p);
	if (do_write && out->len > 0)
		is_good = rc_write_append(rc_path(cmd_rc(t->ctx)), out->str, false, error);
	g_strfreev(all);
	g_string_free(out, TRUE);
	return is_good;
}

static void
tell_notes(struct taking *t)
{
	for (guint i = 0; i < t->f->notes->len; i++)
		tell(t, "note", g_ptr_array_index(t->f->notes, i));
}

static void
tell_end(struct taking *t)
{
	char *text = t->n_written > 0
	    ? g_strdup_printf("%u account%s written to %s. Now: penfold sync", t->n_written, t->n_written == 1 ? " is" : "s are",
		  rc_path(cmd_rc(t->ctx)))
	    : g_strdup_printf("nothing was written%s", cmd_ask_may() ? "" : "; --yes writes it");

	tell(t, "done", text);
	g_free(text);
}

static int
take_all(struct cmd_context *ctx, const GPtrArray *files, bool is_yes, bool is_untested, guint *n_out)
{
	struct taking t = {.ctx = ctx, .f = foreign_new(), .is_yes = is_yes, .is_untested = is_untested};
	GError *error = NULL;
	int code = 0;

	for (guint i = 0; i < files->len && error == NULL; i++)
		(void)foreign_read(t.f, g_ptr_array_index(files, i), NULL, &error);
	foreign_join(t.f);
	tell_notes(&t);
	if (error == NULL && t.f->accounts->len == 0)
		g_set_error(&error, PF_ERROR, PF_ERROR_DATA, "%s: no server stands there",
		    (char *)g_ptr_array_index(t.f->files, 0));
	if (error == NULL)
		(void)take_addresses(&t, false, NULL);
	if (error != NULL)
		code = cmd_fail(g_steal_pointer(&error));
	for (guint i = 0; code == 0 && i < t.f->accounts->len; i++)
		if (!take_account(&t, g_ptr_array_index(t.f->accounts, i), &error))
			code = cmd_fail(g_steal_pointer(&error));
	if (t.n_written > 0 && !take_addresses(&t, true, &error))
		code = cmd_fail(error);
	if (t.f->accounts->len > 0)
		tell_end(&t);
	*n_out = t.n_written;
	g_free(t.store);
	foreign_free(t.f);
	return code;
}

int
cmd_setup_from(struct cmd_context *ctx, const GPtrArray *files, bool is_yes, bool is_untested)
{
	guint n;

	return take_all(ctx, files, is_yes, is_untested, &n);
}

bool
cmd_setup_offer(struct cmd_context *ctx)
{
	GPtrArray *files = foreign_found();
	GString *names = g_string_new(NULL);
	char *question;
	guint n = 0;

	for (guint i = 0; i < files->len; i++)
		g_string_append_printf(names, "%s%s", i == 0 ? "" : i + 1 == files->len ? " and " : ", ",
		    (char *)g_ptr_array_index(files, i));
	question = g_strdup_printf("Found %s: take accounts from there? [y/n]", names->str);
	if (files->len > 0 && cmd_ask_letter(question, "yn") == 'y')
		(void)take_all(ctx, files, false, false, &n);
	g_free(question);
	g_string_free(names, TRUE);
	g_ptr_array_unref(files);
	return n > 0;
}
