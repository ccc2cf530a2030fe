/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_rc.c - the rc file: syntax, errors with line and nearest name, includes, -o
 * options. */
#include "base/error.h"
#include "base/limits.h"
#include "base/paths.h"
#include "base/rc.h"
#include "rc_home.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* The message of the error that text gives, without the folder: "rc:2: ...". Owned. */
static char *
error_of(struct home *h, const char *text)
{
	GError *error = NULL;
	struct rc *rc = rc_load(put(h, "rc", text), NULL, &error);
	char *message;

	g_assert_null(rc);
	g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
	g_assert_cmpint(pf_error_exit_code(error), ==, 78);
	g_assert_true(g_str_has_prefix(error->message, h->dir));
	message = g_strdup(error->message + strlen(h->dir) + 1);
	g_error_free(error);
	return message;
}

static void
test_values(struct home *h, gconstpointer data)
{
	static const struct {
		const char *text, *query;
	} cases[] = {
	    {"query = tag:inbox", "tag:inbox"},
	    {"query=tag:inbox", "tag:inbox"},
	    {"\tQUERY\t=  a b \t", "a b"},
	    {"query = a # comment", "a"},
	    {"query = a ; comment", "a"},
	    {"query = a#b;c", "a#b;c"},
	    {"query = \"a # b\" ; c", "a # b"},
	    {"query = subject:\"a # b\"",
		"subject:\"a"}, /* the quote does not start a word */
	    {"query = from:x \"a # b\" or y", "from:x \"a # b\" or y"},
	    {"query = \"  blanks kept \"", "  blanks kept "},
	    {"query = \"a \\\"b\\\" \\\\ \\n\\t \\q\"", "a \"b\" \\ \n\t \\q"},
	    {"query = a\\b\\\\", "a\\b\\\\"},
	    {"query = one \\\n   two", "one two"},
	    {"query = one\\\n\\\ntwo", "onetwo"},
	    {"query = one\r\n", "one"},
	    {"query = \xd0\xbf\xd0\xb8\xd1\x81\xd1\x8c\xd0\xbc\xd0\xbe",
		"\xd0\xbf\xd0\xb8\xd1\x81\xd1\x8c\xd0\xbc\xd0\xbe"},
	    {"query = first\nquery = last", "last"},
	    {"query = first\nquery =", NULL},
	    {"# query = a \\\nquery = b", "b"},
	    {"query = a = b", "a = b"},
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = g_strdup_printf("[search \"x\"] # why\n%s", cases[i].text);
		struct rc *rc = load(h, text);

		g_test_message("case %zu", i);
		g_assert_cmpstr(
		    rc_string(rc, "search", "x", "query"), ==, cases[i].query);
		rc_free(rc);
		g_free(text);
	}
}

static void
test_errors(struct home *h, gconstpointer data)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
	    {"[account \"w\"]\nadress = a@b.example\n",
		"rc:2: unknown key \"adress\", did you mean \"address\"?"},
	    {"[account \"w\"]\nauthserv = a\n",
		"rc:2: unknown key \"authserv\", did you mean \"authserv-id\"?"},
	    {"[account \"w\"]\nzzzzzz = a\n", "rc:2: unknown key \"zzzzzz\""},
	    {"[ui]\n\n\nserver = 1\n",
		"rc:4: unknown key \"server\"; it belongs in [dns]"},
	    {"[acount \"w\"]\n",
		"rc:1: unknown section \"acount\", did you mean \"account\"?"},
	    {"[whatever]\nx = y\n", "rc:1: unknown section \"whatever\""},
	    {"[account]\n",
		"rc:1: section [account] needs a name, as in [account \"work\"]"},
	    {"[ui \"x\"]\n", "rc:1: section [ui] takes no name"},
	    {"[account \"../x\"]\n",
		"rc:1: section [account] has a name that cannot be a folder's: no \"/\", "
		"no dot at its start, at most 64 bytes"},
	    {"[account \"w\"\n", "rc:1: expected [section] or [section \"name\"]"},
	    {"[]\n", "rc:1: expected [section] or [section \"name\"]"},
	    {"[ui] mouse = no\n", "rc:1: expected [section] or [section \"name\"]"},
	    {"[ui]\nmouse\n", "rc:2: expected \"key = value\""},
	    {"[ui]\n= no\n", "rc:2: expected \"key = value\""},
	    {"[ui]\nmou se = no\n", "rc:2: expected \"key = value\""},
	    {"mouse = no\n", "rc:1: \"mouse\" stands before the first [section]"},
	    {"[ui]\nmouse = maybe\n", "rc:2: mouse: \"maybe\" is neither yes nor no"},
	    {"[ui]\ntheme = pink\n", "rc:2: theme: \"pink\" is none of: "},
	    {"[queue]\nundo-delay = 10 s\n",
		"rc:2: undo-delay: \"10 s\" is not a time such as 10s, 5m, 2h, 1d or 1w"},
	    {"[queue]\nundo-delay = -1\n", "rc:2: undo-delay: \"-1\" is not a time"},
	    {"[queue]\nundo-delay = 99999999999999999w\n",
		"rc:2: undo-delay: \"99999999999999999w\" is not a time"},
	    {"[search \"x\"]\nquery = \"open\n",
		"rc:2: query: the quote at the start of the value is never closed"},
	    {"[search \"x\"]\nquery = a # b \\\n c\n",
		"rc:2: a comment cannot go on in the next line: take the backslash away"},
	    {"[account \"w\"]\naddress = Ann\n", "rc:2: address: \"Ann\" is no address; "
						 "write it as Name <user@example.org>"},
	    {"[account \"w\"]\npassword-command = pass 'x\n",
		"rc:2: password-command: a quote or backslash in the command is left "
		"open"},
	    {"[account \"w\"]\npassword-command = \"pass mail\"\n",
		"rc:2: password-command: the quotes make one word of the whole command: "
		"write pass mail"},
	    {"[account \"w\"]\n", "rc:1: account \"w\" has no address; write address = "
				  "Your Name <you@example.org>"},
	    {ANN "[account \"work\"]\n",
		"rc:3: account \"work\" stands here twice, first in line 1"},
	    {ANN "imap = imaps://h\npop3 = pop3s://h\n",
		"rc:4: account \"work\" has both imap and pop3: keep one of them"},
	    {ANN "imap = imap://h.example\ntls = no\n",
		"rc:4: account \"work\" has tls = no, which is for servers on "
		"this machine only, not for h.example"},
	    {"[ui]\nmouse = \x1b[2J\n",
		"rc:2: a control character (0x1b) stands in this line"},
	    {"[ui]\nmouse = no\rtheme = mono\n",
		"rc:2: a control character (0x0d) stands in this line"},
	    {"[ui]\n# \xff\n", "rc:2: this line is not UTF-8"},
	    {"include = gone\n", "gone: No such file or directory"},
	    {"include = rc\n", "rc:1: "},
	    {"include =\n", "rc:1: include wants the path of a file"},
	    {"[include]\npaht = x\n",
		"rc:2: unknown key \"paht\", did you mean \"path\"?"},
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *message = error_of(h, cases[i].text);

		if (!g_str_has_prefix(message, cases[i].message))
			g_assert_cmpstr(message, ==, cases[i].message);
		g_free(message);
	}
}

static void
test_bytes(struct home *h, gconstpointer data)
{
	GError *error = NULL;
	char *large = g_malloc(LIMIT_RC_FILE + 1);
	struct rc *rc;

	(void)data;
	memset(large, '#', LIMIT_RC_FILE + 1);
	rc = rc_load(put_bytes(h, "limit", large, LIMIT_RC_FILE), NULL, &error);
	g_assert_no_error(error);
	rc_free(rc);
	g_assert_null(
	    rc_load(put_bytes(h, "large", large, LIMIT_RC_FILE + 1), NULL, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
	g_clear_error(&error);
	g_assert_null(rc_load(put_bytes(h, "nul", "[ui]\n\0", 6), NULL, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
	g_clear_error(&error);
	g_assert_null(rc_load(h->dir, NULL, &error)); /* a folder */
	g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
	g_clear_error(&error);
	rc = rc_load(put(h, "bom", "\xef\xbb\xbf[ui]\r\nmouse = no"), NULL, &error);
	g_assert_no_error(error);
	g_assert_false(rc_bool(rc, "ui", NULL, "mouse"));
	rc_free(rc);
	g_free(large);
}

static void
test_types(struct home *h, gconstpointer data)
{
	struct rc *rc = load(h,
	    "[queue]\nundo-delay = 2m\nretry = 0\nexpire = 1w\n[store]\npath = ~/x\n"
	    "[UI]\nMouse = off\neditor = '/a b/vi' -c \"set \\\"tw\\\"\" x\\ y '' \n");
	char *home = paths_expand("~/x");
	char *path = rc_mail_root(rc);
	char **argv = rc_argv(rc, "ui", NULL, "editor");

	(void)data;
	g_assert_cmpint(rc_int(rc, "queue", NULL, "undo-delay"), ==, 120);
	g_assert_cmpint(rc_int(rc, "queue", NULL, "retry"), ==, 0);
	g_assert_cmpint(rc_int(rc, "queue", NULL, "expire"), ==, 604800);
	g_assert_cmpstr(path, ==, home);
	g_assert_false(rc_bool(rc, "ui", NULL, "mouse"));
	g_assert_true(rc_is_set(rc, "ui", NULL, "mouse"));
	g_assert_false(rc_is_set(rc, "ui", NULL, "theme"));
	g_assert_cmpuint(g_strv_length(argv), ==, 5);
	g_assert_cmpstr(argv[0], ==, "/a b/vi");
	g_assert_cmpstr(argv[2], ==, "set \"tw\"");
	g_assert_cmpstr(argv[3], ==, "x y");
	g_assert_cmpstr(argv[4], ==, "");
	g_strfreev(argv);
	g_free(path);
	g_free(home);
	rc_free(rc);
}

static void
test_privacy(struct home *h, gconstpointer data)
{
	static const int open_modes[] = {0644, 0640, 0604};
	const char *path = put(h, "rc", ANN "password = s3cret\n");
	GError *error = NULL;

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(open_modes); i++) {
		g_chmod(path, (mode_t)open_modes[i]);
		g_assert_null(rc_load(path, NULL, &error));
		g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
		g_assert_nonnull(strstr(error->message, "rc:3: "));
		g_assert_nonnull(strstr(error->message, "chmod 600 "));
		g_assert_null(strstr(error->message, "s3cret"));
		g_clear_error(&error);
	}
	g_chmod(path, 0600);
	rc_free(rc_load(path, NULL, &error));
	g_assert_no_error(error);
	path = put(h, "rc", ANN "password-command = pass mail\n");
	g_chmod(path, 0644);
	rc_free(rc_load(path, NULL, &error));
	g_assert_no_error(error);
}

static void
test_include(struct home *h, gconstpointer data)
{
	GError *error = NULL;
	struct rc *rc;
	const char *path;

	(void)data;
	put(h, "ui.rc", "[ui]\nmouse = no\n");
	put(h, "secret.rc", "[account \"work\"]\npassword = x\n");
	rc = load(h, "include = ui.rc\n" ANN
		     "[include]\npath = \"secret.rc\"\n[ui]\ntheme = mono\n");
	g_assert_false(rc_bool(rc, "ui", NULL, "mouse"));
	g_assert_cmpstr(rc_string(rc, "ui", NULL, "theme"), ==, "mono");
	g_assert_cmpstr(rc_string(rc, "account", "work", "password"), ==, "x");
	rc_free(rc);
	put(h, "bad.rc", "[ui]\nmuose = no\n");
	path = put(h, "rc", "include = bad.rc\n");
	g_assert_null(rc_load(path, NULL, &error));
	g_assert_nonnull(strstr(
	    error->message, "bad.rc:2: unknown key \"muose\", did you mean \"mouse\"?"));
	g_clear_error(&error);
	put(h, "a.rc", "include = b.rc\n");
	put(h, "b.rc", "include = a.rc\n");
	path = put(h, "rc", "include = a.rc\n");
	g_assert_null(rc_load(path, NULL, &error));
	g_assert_nonnull(strstr(error->message, "includes itself"));
	g_clear_error(&error);
}

/* A chain of n files, and the file that includes another n times. */
static void
test_include_limits(struct home *h, gconstpointer data)
{
	GString *many = g_string_new(NULL);
	GError *error = NULL;

	(void)data;
	for (int i = 0; i < LIMIT_RC_INCLUDES; i++) {
		char *name = g_strdup_printf("%d", i),
		     *text = g_strdup_printf("include = %d\n", i + 1);

		put(h, name, i == LIMIT_RC_INCLUDES - 1 ? "[ui]\nmouse = no\n" : text);
		g_free(name);
		g_free(text);
	}
	rc_free(rc_load(h->files->pdata[0], NULL, &error));
	g_assert_no_error(error);
	put(h, "15", "include = 16\n");
	put(h, "16", "[ui]\nmouse = no\n");
	g_assert_null(rc_load(h->files->pdata[0], NULL, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
	g_clear_error(&error);
	for (int i = 0; i < LIMIT_RC_FILES; i++)
		g_string_append(many, "include = 16\n");
	rc_free(rc_load(put(h, "rc", many->str), NULL, &error));
	g_assert_no_error(error);
	g_string_append(many, "include = 16\n");
	g_assert_null(rc_load(put(h, "rc", many->str), NULL, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
	g_clear_error(&error);
	g_string_free(many, TRUE);
}

static void
test_options(struct home *h, gconstpointer data)
{
	static const char *const good[] = {"dns.server=127.0.0.1@5353",
	    "account.work.smtp = smtps://h", "account.my.home.address=me@example.net",
	    "UI.MOUSE=no", "keys.index.D=trash", NULL};
	static const struct {
		const char *option, *message;
	} bad[] = {
	    {"dns.servre=x", "-o: unknown key \"servre\", did you mean \"server\"?"},
	    {"dsn.server=x", "-o: unknown section \"dsn\", did you mean \"dns\"?"},
	    {"dns", "-o: \"dns\" is not section.key=value"},
	    {"=x", "-o: \"=x\" is not section.key=value"},
	    {"account.address=x@y.example",
		"-o: section [account] needs a name, as in [account \"work\"]"},
	    {"ui.mouse=perhaps", "-o: mouse: \"perhaps\" is neither yes nor no"},
	};
	const char *path = put(h, "rc", ANN "[dns]\nserver = 9.9.9.9\n");
	GError *error = NULL;
	struct rc *rc = rc_load(path, good, &error);

	(void)data;
	g_assert_no_error(error);
	g_assert_cmpstr(rc_string(rc, "dns", NULL, "server"), ==, "127.0.0.1@5353");
	g_assert_cmpstr(rc_account(rc, "work")->smtp->host, ==, "h");
	g_assert_cmpstr(rc_account(rc, "my.home")->address, ==, "me@example.net");
	g_assert_false(rc_bool(rc, "ui", NULL, "mouse"));
	g_assert_cmpstr(rc_pairs(rc, "keys.index")[0], ==, "D");
	rc_free(rc);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		const char *options[] = {bad[i].option, NULL};

		g_assert_null(rc_load(path, options, &error));
		g_assert_cmpstr(error->message, ==, bad[i].message);
		g_clear_error(&error);
	}
}

static void
test_free_sections(struct home *h, gconstpointer data)
{
	struct rc *rc = load(h, "[keys.index]\nd = trash\nD = delete\n\"#\" = "
				"number\n\"=\" = first\n$ = sync\n? =\n");
	static const char *const wanted[] = {"d", "trash", "D", "delete", "#", "number",
	    "=", "first", "$", "sync", "?", "", NULL};
	const char *const *pairs = rc_pairs(rc, "keys.index");

	(void)data;
	for (size_t i = 0; wanted[i] != NULL; i++)
		g_assert_cmpstr(pairs[i], ==, wanted[i]);
	g_assert_null(pairs[G_N_ELEMENTS(wanted) - 1]);
	g_assert_null(rc_pairs(rc, "keys.pager")[0]);
	rc_free(rc);
}

static void
test_lists(struct home *h, gconstpointer data)
{
	struct rc *rc = load(h, ANN "authserv-id = a\nauthserv-id =\nauthserv-id = "
				    "b.example\nauthserv-id = *.c.example\n");
	const char *const *ids = rc_list(rc, "account", "work", "authserv-id");

	(void)data;
	g_assert_cmpstr(ids[0], ==, "b.example");
	g_assert_cmpstr(ids[1], ==, "*.c.example");
	g_assert_null(ids[2]);
	g_assert_null(rc_list(rc, "account", "work", "aliases")[0]);
	g_assert_cmpstr(
	    rc_string(rc, "account", "work", "authserv-id"), ==, "*.c.example");
	rc_free(rc);
}

static void
test_missing(struct home *h, gconstpointer data)
{
	char *path = g_build_filename(h->dir, "none", NULL);
	GError *error = NULL;
	struct rc *rc;

	(void)data;
	g_assert_null(rc_load(path, NULL, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
	g_clear_error(&error);
	g_setenv("PENFOLD_RC", path, TRUE);
	rc = rc_load(NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(rc_path(rc), ==, path);
	g_assert_null(rc_accounts(rc)[0]);
	g_assert_true(rc_bool(rc, "ui", NULL, "mouse")); /* the table's fallback */
	rc_free(rc);
	g_unsetenv("PENFOLD_RC");
	g_free(path);
}

static void
test_check(struct home *h, gconstpointer data)
{
	GPtrArray *findings = rc_check(
	    put(h, "rc", "[ui]\nmouse = perhaps\nthme = dark\n[account \"w\"]\n"), NULL);

	(void)data;
	g_assert_cmpuint(findings->len, ==, 3);
	g_assert_true(g_str_has_suffix(
	    findings->pdata[0], "/rc:2: mouse: \"perhaps\" is neither yes nor no"));
	g_assert_true(g_str_has_suffix(
	    findings->pdata[1], "/rc:3: unknown key \"thme\", did you mean \"theme\"?"));
	g_assert_nonnull(
	    strstr(findings->pdata[2], "/rc:4: account \"w\" has no address"));
	g_ptr_array_unref(findings);
}

/* The largest files of the worst kinds are read in no time: nothing grows with the
 * square. */
static void
test_large(struct home *h, gconstpointer data)
{
	static const char *const lines[] = {
	    "[search \"%d\"]\n", "[account \"%d\"]\n", "[x%d]\n", "x%d\\\n", "%d = \"\n"};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		GString *text = g_string_new("[keys.index]\n");
		GPtrArray *findings;

		for (int n = 0; text->len < LIMIT_RC_FILE - 30; n++) {
			char **parts = g_strsplit(lines[i], "%d", 2);

			g_string_append_printf(text, "%s%d%s", parts[0], n, parts[1]);
			g_strfreev(parts);
		}
		put(h, "rc", text->str);
		g_test_timer_start();
		findings = rc_check(h->files->pdata[h->files->len - 1], NULL);
		g_assert_cmpuint(findings->len, <=, LIMIT_RC_FINDINGS);
		g_assert_cmpfloat(g_test_timer_elapsed(), <, 20);
		g_test_message("%.2f s, %u findings: %s", g_test_timer_elapsed(),
		    findings->len, lines[i]);
		g_ptr_array_unref(findings);
		g_string_free(text, TRUE);
	}
}

/* The table itself: fallbacks are good values, sections are known, texts are sentences.
 */
static void
test_table(void)
{
	for (size_t i = 0; i < rc_n_settings; i++) {
		const struct rc_setting *s = &rc_settings[i];
		char *option = g_strdup_printf("%s.%s%s=%s", s->section,
		    rc_section_is_named(s->section) ? "x." : "", s->key,
		    s->fallback != NULL ? s->fallback : "");
		const char *options[] = {option, "account.x.address=a@b.example", NULL};
		GError *error = NULL;
		struct rc *rc;

		g_test_message("%s", option);
		g_assert_nonnull(rc_section_help(s->section));
		g_assert_true(
		    rc_section_is_free(s->section) || g_str_has_suffix(s->help, "."));
		g_assert_cmpint(
		    s->choices != NULL, ==, s->type == RC_CHOICE || s->type == RC_URL);
		rc = rc_load("/dev/null", options, &error);
		g_assert_no_error(error);
		rc_free(rc);
		g_free(option);
	}
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(struct home *, gconstpointer);
	} tests[] = {
	    {"/rc/values", test_values},
	    {"/rc/errors", test_errors},
	    {"/rc/bytes", test_bytes},
	    {"/rc/types", test_types},
	    {"/rc/privacy", test_privacy},
	    {"/rc/include", test_include},
	    {"/rc/include-limits", test_include_limits},
	    {"/rc/options", test_options},
	    {"/rc/free-sections", test_free_sections},
	    {"/rc/lists", test_lists},
	    {"/rc/missing", test_missing},
	    {"/rc/large", test_large},
	    {"/rc/check", test_check},
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(
		    tests[i].path, struct home, NULL, home_up, tests[i].run, home_down);
	g_test_add_func("/rc/table", test_table);
	return g_test_run();
}
