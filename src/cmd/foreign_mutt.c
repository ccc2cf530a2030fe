/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign_mutt.c - muttrc and neomuttrc with the files that they source: `set` lines, and variables of the user's own.
 * Hooks are programs and are not followed. */
#include "cmd/foreign.h"

#include "base/paths.h"

#include <string.h>

#define ROUNDS 20 /* $variables in a value */

static const struct foreign_word mutt_words[] = {
	{"imap_user", KEY_IN_USER}, {"imap_pass", KEY_OTHER}, {"folder", KEY_OTHER}, {"spoolfile", KEY_OTHER},
	{"spool_file", KEY_OTHER}, {"pop_host", KEY_OTHER}, {"pop_user", KEY_IN_USER}, {"pop_pass", KEY_OTHER},
	{"smtp_url", KEY_OUT_URL}, {"smtp_pass", KEY_OTHER}, {"smtp_user", KEY_OUT_USER}, {"from", KEY_FROM},
	{"realname", KEY_DISPLAY}, {"real_name", KEY_DISPLAY}, {"signature", KEY_SIGNATURE}, {"record", KEY_SENT},
	{"postponed", KEY_DRAFTS}, {"trash", KEY_TRASH}, {"mbox", KEY_ARCHIVE}, {"sendmail", KEY_OTHER},
	{"attribution", KEY_OTHER}, {"attribution_intro", KEY_OTHER},
	{"header_cache", KEY_NONE}, {"message_cachedir", KEY_NONE}, {"certificate_file", KEY_NONE}, {"sort", KEY_NONE},
	{"ssl_force_tls", KEY_NONE}, {"ssl_starttls", KEY_NONE}, {"imap_keepalive", KEY_NONE}, {"mail_check", KEY_NONE},
	{"mbox_type", KEY_NONE}, {"use_from", KEY_NONE}, {"edit_headers", KEY_NONE}, {"charset", KEY_NONE}, {"editor", KEY_OTHER},
	{"alias_file", KEY_OTHER}, {"query_command", KEY_OTHER}, {"crypt_autosign", KEY_OTHER}, {"crypt_auto_sign", KEY_OTHER}, {"reverse_name", KEY_NONE},
	{NULL, KEY_NONE},
};

struct mutt {
	GHashTable *variables; /* of what was set: name -> value, owned */
	GHashTable *told;      /* commands of which it was said that they are left out */
};

/* "$my_name" and "${my_name}" by what was set before. Owned. */
static char *
expand(const struct mutt *m, const char *value)
{
	GString *out = g_string_new(value);
	const char *dollar;

	for (int i = 0; i < ROUNDS && (dollar = strchr(out->str, '$')) != NULL; i++) {
		gssize at = dollar - out->str;
		bool is_braced = dollar[1] == '{';
		const char *start = dollar + 1 + is_braced;
		size_t len = strspn(start, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_");
		char *name = g_strndup(start, len);
		const char *known = g_hash_table_lookup(m->variables, name);

		if (known == NULL)
			known = "";
		g_string_erase(out, at, (gssize)(1 + 2 * (size_t)is_braced + len));
		g_string_insert(out, at, known);
		g_free(name);
	}
	return g_string_free(out, FALSE);
}

/* A password, or `a command` that gives it. */
static void
take_password(struct foreign_line *l, struct foreign_server *s, const char *word, const char *value)
{
	size_t len = strlen(value);

	if (len > 2 && value[0] == '`' && value[len - 1] == '`') {
		g_free(s->command);
		s->command = g_strndup(value + 1, len - 2);
		foreign_note(l, word, "understood");
		return;
	}
	s->has_password = true;
	foreign_note(l, word, "a password in clear: it stays there and is not taken; Penfold asks for it, or name a "
		"password-command");
}

/* "%{%d %B}" of a date, with what stands between the brackets; how long it is through len_out. */
static bool
add_date(GString *out, const char *p, size_t *len_out)
{
	const char *end = strchr("{[(", *p) != NULL ? strpbrk(p, "}])") : NULL;
	const char *format = p + 1 + (p[1] == '!'); /* "!": in no language */

	if (end == NULL || memchr(format, '\n', (size_t)(end - format)) != NULL)
		return false;
	g_string_append_printf(out, "${date:%.*s}", (int)(end - format), format);
	*len_out = (size_t)(end - p) + 1;
	return true;
}

/* mutt's letters as our variables; NULL where one has none. Owned. */
static char *
attribution(const char *value)
{
	static const struct {
		char letter;
		const char *text;
	} known[] = {{'d', "${date}"}, {'D', "${date}"}, {'n', "${name}"}, {'a', "${address}"}, {'f', "${name} <${address}>"},
	    {'v', "${first-name}"}, {'s', "${subject}"}, {'i', "<${id}>"}, {'%', "%"}};
	GString *out = g_string_new(NULL);
	bool is_known = strchr(value, '\n') == NULL;

	for (const char *p = value; is_known && *p != '\0'; p++) {
		size_t i = 0, len = 1;

		if (*p != '%') {
			g_string_append_c(out, *p);
			continue;
		}
		p++;
		while (i < G_N_ELEMENTS(known) && known[i].letter != *p)
			i++;
		if (i < G_N_ELEMENTS(known))
			g_string_append(out, known[i].text);
		else
			is_known = *p != '\0' && add_date(out, p, &len);
		p += len - 1;
	}
	return g_string_free(out, !is_known);
}

static void
take_attribution(struct foreign_line *l, struct foreign_account *a, const char *word, const char *value)
{
	char *own = attribution(value);

	foreign_note(l, word, own != NULL ? "understood" : "not understood, and left out");
	if (own != NULL)
		foreign_put(&a->attribution, own);
	g_free(own);
}

static bool
is_yes(const char *value)
{
	return *value == '\0' || g_ascii_strcasecmp(value, "yes") == 0;
}

static void
take_alias_file(struct foreign_line *l, const char *word, const char *path)
{
	bool is_other = l->f->alias_file != NULL && !g_str_equal(l->f->alias_file, path);

	foreign_note(l, word, is_other ? "left out: one file of aliases is read, and another one was named" : "understood");
	if (!is_other)
		foreign_put(&l->f->alias_file, path);
}

/* What is not about an account; false: it is. */
static bool
general(struct foreign_line *l, struct foreign_account *a, const char *word, const char *value)
{
	if (g_str_equal(word, "alias_file")) {
		char *path = paths_expand(value);
		take_alias_file(l, word, path);
		g_free(path);
	} else if (g_str_equal(word, "query_command")) {
		size_t end = strlen(value);
		char *command = g_str_has_suffix(value, "'%s'") ? g_strndup(value, end - 4)
			      : g_str_has_suffix(value, "%s")	? g_strndup(value, end - 2)
								: g_strdup(value);
		foreign_put(&l->f->query_command, g_strchomp(command));
		g_free(command);
		foreign_note(l, word, "understood");
	} else if (g_str_has_prefix(word, "crypt_auto")) {
		a->does_sign = is_yes(value);
		foreign_note(l, word, "understood");
	} else if (g_str_equal(word, "editor")) {
		foreign_note(l, word, "left out: $VISUAL or $EDITOR is taken, or `editor` in [ui]");
	} else {
		return false;
	}
	return true;
}

static void
other(struct foreign_line *l, struct foreign_account *a, const char *word, const char *value)
{
	static const struct foreign_word url[] = {{"server", KEY_IN_URL}, {NULL, KEY_NONE}};
	bool is_url = strstr(value, "://") != NULL;

	if (general(l, a, word, value)) {
		;
	} else if (g_str_has_suffix(word, "_pass")) {
		take_password(l, g_str_equal(word, "smtp_pass") ? &a->out : &a->in, word, value);
	} else if (g_str_has_prefix(word, "attribution")) {
		take_attribution(l, a, word, value);
	} else if (g_str_equal(word, "sendmail")) {
		foreign_note(l, word,
		    strstr(value, "msmtp") != NULL ? "letters go out by msmtp: name its file, too, by another --from"
						   : "not understood, and left out");
	} else if (is_url) {
		(void)foreign_take(l, url, "server", value, a);
	} else if (g_str_equal(word, "folder")) {
		g_free(a->maildir);
		a->maildir = paths_expand(value);
		foreign_note(l, word, "understood");
	} else {
		foreign_note(l, word, "not needed here");
	}
}

static void
set(struct foreign_line *l, struct mutt *m, const char *name, const char *raw)
{
	char *value = expand(m, raw);

	if (g_str_has_prefix(name, "my_"))
		foreign_note(l, name, "understood");
	else if (foreign_take(l, mutt_words, name, value, foreign_account(l->f, "")))
		other(l, foreign_account(l->f, ""), name, value);
	g_hash_table_insert(m->variables, g_strdup(name), g_steal_pointer(&value));
}

/* The words behind `set`: name=value, name = value, name. */
static void
set_all(struct foreign_line *l, struct mutt *m, char **words)
{
	for (; *words != NULL; words++) {
		char *equals = strchr(*words, '=');
		char *name = equals != NULL ? g_strndup(*words, (gsize)(equals - *words)) : g_strdup(*words);
		const char *value = equals != NULL ? equals + 1 : "";

		if (equals == NULL && words[1] != NULL && words[1][0] == '=') {
			words++;
			value = *words + 1;
		}
		if (*value == '\0' && words[1] != NULL && (equals != NULL || words[0][0] == '='))
			value = *++words;
		if (*name != '\0')
			set(l, m, name, value);
		g_free(name);
	}
}

static void
source(struct foreign_line *l, struct mutt *m, const char *raw)
{
	char *value = expand(m, raw), *path;
	GError *why = NULL;

	path = value[0] == '/' || value[0] == '~' ? paths_expand(value) : NULL;
	if (path == NULL) {
		char *dir = g_path_get_dirname(l->path);
		path = g_build_filename(dir, value, NULL);
		g_free(dir);
	}
	if (g_str_has_suffix(path, "|"))
		foreign_note(l, "source", "a program's output, which is not read");
	else
		foreign_note(l, "source", "understood");
	if (!g_str_has_suffix(path, "|") && !foreign_read(l->f, path, foreign_read_mutt, &why)) {
		foreign_note(l, "source", why->message);
		g_error_free(why);
	}
	g_free(path);
	g_free(value);
}

static void
aliases(struct foreign_line *l, char **words)
{
	struct foreign_account *a = foreign_account(l->f, "");
	bool is_plain = true;

	for (; *words != NULL; words++) {
		char *address = g_strdup(*words), *out = address;
		for (const char *p = *words; *p != '\0'; p++)
			if (*p != '\\' && *p != '^' && *p != '$')
				*out++ = *p;
		*out = '\0';
		if (strchr(address, '@') != NULL && strpbrk(address, "*+?[(|") == NULL)
			g_ptr_array_add(a->aliases, g_steal_pointer(&address));
		else
			is_plain = false;
		g_free(address);
	}
	foreign_note(l, "alternates", is_plain ? "understood" : "patterns are left out: aliases are addresses");
}

/* Commands that are not followed are told once for each file: there may be a hundred of a kind. */
static void
leave_out(struct foreign_line *l, struct mutt *m, const char *word)
{
	static const struct {
		const char *word, *why;
	} known[] = {{"bind", "keys are not taken over: see [keys.*] in penfold-rc(5)"},
	    {"macro", "keys are not taken over: see [keys.*] in penfold-rc(5)"},
	    {"color", "colours are not taken over: see [theme] in penfold-rc(5)"},
	    {"mono", "colours are not taken over: see [theme] in penfold-rc(5)"},
	    {"lists", "not needed here: a list says itself that it is one"},
	    {"subscribe", "not needed here: a list says itself that it is one"},
	    {"mailboxes", "not needed here: all folders are shown"},
	    {"unset", "not needed here"}, {"reset", "not needed here"}, {"auto_view", "not needed here"},
	    {"alternative_order", "not needed here"}, {"ignore", "not needed here"}, {"unignore", "not needed here"},
	    {"hdr_order", "not needed here"}};
	const char *why = "not understood, and left out, as all that follow";

	if (!g_hash_table_add(m->told, g_strdup(word)))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if (g_str_equal(known[i].word, word))
			why = known[i].why;
	foreign_note(l, word, why);
}

static void
mutt_line(struct foreign_line *l, struct mutt *m, char **words)
{
	if (g_str_equal(words[0], "set"))
		set_all(l, m, words + 1);
	else if (g_str_equal(words[0], "source") && words[1] != NULL)
		source(l, m, words[1]);
	else if (g_str_equal(words[0], "alternates"))
		aliases(l, words + 1);
	else if (g_str_has_suffix(words[0], "-hook"))
		foreign_note(l, words[0], "hooks are not followed; give the file of each account by a --from of its own");
	else if (g_str_equal(words[0], "alias") && !g_hash_table_add(m->told, g_strdup("alias")))
		;
	else if (g_str_equal(words[0], "alias"))
		take_alias_file(l, "alias", l->path);
	else
		leave_out(l, m, words[0]);
}

void
foreign_read_mutt(struct foreign_line *l, char *text)
{
	struct mutt m = {g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
	char **lines = g_strsplit(text, "\n", -1);

	for (char **p = lines; *p != NULL; p++) {
		char **words = foreign_words(*p);
		l->number++;
		if (words[0] != NULL)
			mutt_line(l, &m, words);
		g_strfreev(words);
	}
	g_strfreev(lines);
	g_hash_table_unref(m.told);
	g_hash_table_unref(m.variables);
}
