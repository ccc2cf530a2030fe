/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_keys.c - names of keys and what they are bound to, with and without an rc. */
#include "ui/keys.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static void
nothing(struct app *app, const char *arg)
{
	(void)app;
	(void)arg;
}

static const struct action own[] = {
    {"down", "j, Down", NULL, NULL, "down", nothing},
    {"fold", "z a", NULL, NULL, "fold", nothing},
    {"fold-all", "z M, M-V", NULL, NULL, "fold all", nothing},
    {"close", "q", NULL, NULL, "close this", nothing},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};
static const struct action everywhere[] = {
    {"help", "?, F1", NULL, NULL, "help", nothing},
    {"close", "q", NULL, NULL, "close", nothing},
    {"hidden", NULL, NULL, NULL, "no key", nothing},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};
static const struct action_set own_set = {"index", "Own", own};
static const struct action_set common_set = {NULL, "Common", everywhere};

static void
test_names(void)
{
	static const struct {
		const char *name;
		term_key key;
	} cases[] = {
	    {"a", 'a'},
	    {"A", 'A'},
	    {"$", '$'},
	    {"Comma", ','},
	    {"Space", ' '},
	    {"Enter", '\r'},
	    {"Tab", '\t'},
	    {"C-x", 0x18},
	    {"M-v", 'v' | TERM_ALT},
	    {"M--", '-' | TERM_ALT},
	    {"F12", TERM_KEY_F1 + 11},
	    {"C-]", 0x1D},
	    {"C-Left", TERM_KEY_LEFT | TERM_CTRL},
	    {"S-F3", (TERM_KEY_F1 + 2) | TERM_SHIFT},
	    {"M-C-S-Up", TERM_KEY_UP | TERM_ALT | TERM_CTRL | TERM_SHIFT},
	    {"PageDown", TERM_KEY_PAGE_DOWN},
	    {"ø", 0xF8},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		term_key key;
		g_assert_true(key_parse(cases[i].name, &key));
		g_assert_cmpuint(key, ==, cases[i].key);
		char *name = key_name(key);
		g_assert_cmpstr(name, ==, cases[i].name);
		g_free(name);
	}
	static const char *const bad[] = {"", "ab", "C-1", "F13", "F0", "Hyper-x", "C-", "\x01", "\xFF"};
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		term_key key;
		g_assert_false(key_parse(bad[i], &key));
	}
}

/* The rc of a file with this text. */
static struct rc *
rc_of(const char *text)
{
	char *path = NULL;
	int fd = g_file_open_tmp("pf-keys-XXXXXX", &path, NULL);
	g_assert_cmpint(fd, >=, 0);
	close(fd);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	GError *error = NULL;
	struct rc *rc = rc_load(path, NULL, &error);
	g_assert_no_error(error);
	(void)g_unlink(path);
	g_free(path);
	return rc;
}

static const char *
action_of(const struct keymap *m, const char *keys)
{
	term_key steps[KEYS_MAX_STEPS];
	size_t n = 0;
	char **words = g_strsplit(keys, " ", -1);
	for (size_t i = 0; words[i] != NULL; i++)
		g_assert_true(key_parse(words[i], &steps[n++]));
	g_strfreev(words);
	bool is_prefix;
	const char *arg;
	const struct action *a = keymap_find(m, steps, n, &is_prefix, &arg);
	return a != NULL ? a->name : is_prefix ? "(more)" : "(none)";
}

static void
test_defaults(void)
{
	struct rc *rc = rc_of("");
	GPtrArray *complaints = g_ptr_array_new_with_free_func(g_free);
	struct keymap *m = keymap_new(rc, &own_set, &common_set, complaints);
	g_assert_cmpuint(complaints->len, ==, 0);
	g_assert_cmpstr(action_of(m, "j"), ==, "down");
	g_assert_cmpstr(action_of(m, "Down"), ==, "down");
	g_assert_cmpstr(action_of(m, "z"), ==, "(more)");
	g_assert_cmpstr(action_of(m, "z a"), ==, "fold");
	g_assert_cmpstr(action_of(m, "z x"), ==, "(none)");
	g_assert_cmpstr(action_of(m, "M-V"), ==, "fold-all");
	g_assert_cmpstr(action_of(m, "F1"), ==, "help");
	g_assert_cmpstr(action_of(m, "x"), ==, "(none)");
	/* the view's own close hides the common one */
	g_assert_true(keymap_action(m, "close") == &own[3]);
	char *keys = keymap_keys(m, &own[0]);
	g_assert_cmpstr(keys, ==, "j, Down");
	g_free(keys);
	keys = keymap_first_key(m, &own[1]);
	g_assert_cmpstr(keys, ==, "za");
	g_free(keys);
	keymap_free(m);
	g_ptr_array_unref(complaints);
	rc_free(rc);
}

static void
test_rc(void)
{
	struct rc *rc = rc_of("[keys.index]\ndown = C-n, z\nfold = f\nnonsense = x\nhelp = Hyper-x\n");
	GPtrArray *complaints = g_ptr_array_new_with_free_func(g_free);
	struct keymap *m = keymap_new(rc, &own_set, &common_set, complaints);
	g_assert_cmpuint(complaints->len, ==, 2);
	g_assert_nonnull(strstr(complaints->pdata[0], "nonsense"));
	g_assert_nonnull(strstr(complaints->pdata[1], "Hyper-x"));
	g_assert_cmpstr(action_of(m, "C-n"), ==, "down");
	g_assert_cmpstr(action_of(m, "j"), ==, "(none)");
	g_assert_cmpstr(action_of(m, "f"), ==, "fold");
	/* z is a whole key now: what began with it is hidden */
	g_assert_cmpstr(action_of(m, "z"), ==, "down");
	g_assert_cmpstr(action_of(m, "z M"), ==, "(none)");
	g_assert_cmpstr(action_of(m, "M-V"), ==, "fold-all");
	keymap_free(m);
	g_ptr_array_unref(complaints);
	rc_free(rc);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/keys/names", test_names);
	g_test_add_func("/keys/defaults", test_defaults);
	g_test_add_func("/keys/rc", test_rc);
	return g_test_run();
}
