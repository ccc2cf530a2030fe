/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys.c - key names and bindings. */
#include "ui/keys.h"

#include "base/rc_nearest.h"
#include "ui/presets.h"

#include <string.h>

static const struct {
	const char *name;
	term_key key;
} names[] = {
    {"Space", ' '},
    {"Enter", '\r'},
    {"Tab", '\t'},
    {"Esc", 0x1B},
    {"Comma", ','},
    {"Up", TERM_KEY_UP},
    {"Down", TERM_KEY_DOWN},
    {"Left", TERM_KEY_LEFT},
    {"Right", TERM_KEY_RIGHT},
    {"Home", TERM_KEY_HOME},
    {"End", TERM_KEY_END},
    {"PageUp", TERM_KEY_PAGE_UP},
    {"PageDown", TERM_KEY_PAGE_DOWN},
    {"Insert", TERM_KEY_INSERT},
    {"Delete", TERM_KEY_DELETE},
    {"Backspace", TERM_KEY_BACKSPACE},
    {"BackTab", TERM_KEY_BACKTAB},
};

char *
key_name(term_key key)
{
	static const char *const modifiers[] = {"", "M-", "C-", "M-C-", "S-", "M-S-", "C-S-", "M-C-S-"};
	const char *alt = modifiers[(key & TERM_ALT ? 1 : 0) | (key & TERM_CTRL ? 2 : 0) | (key & TERM_SHIFT ? 4 : 0)];
	term_key bare = key & TERM_BARE;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (names[i].key == bare)
			return g_strdup_printf("%s%s", alt, names[i].name);
	if (bare >= TERM_KEY_F1 && bare < TERM_KEY_F1 + 12)
		return g_strdup_printf("%sF%u", alt, bare - TERM_KEY_F1 + 1);
	if (bare > 0 && bare < 0x20)
		return g_strdup_printf("%sC-%c", alt, g_ascii_tolower((char)(bare + 0x40)));
	if (!g_unichar_validate(bare) || bare >= TERM_KEY_FIRST)
		return g_strdup("?");
	char utf8[8] = "";
	utf8[g_unichar_to_utf8(bare, utf8)] = '\0';
	return g_strdup_printf("%s%s", alt, utf8);
}

/* A key that has a name of more than one sign. */
static bool
parse_named(const char *name, term_key *key_out)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (g_ascii_strcasecmp(names[i].name, name) == 0) {
			*key_out = names[i].key;
			return true;
		}
	}
	guint64 n;
	if (name[0] != 'F' || !g_ascii_string_to_unsigned(name + 1, 10, 1, 12, &n, NULL))
		return false;
	*key_out = TERM_KEY_F1 + (term_key)n - 1;
	return true;
}

bool
key_parse(const char *name, term_key *key_out)
{
	term_key alt = 0, more = 0;
	if (g_str_has_prefix(name, "M-") && name[2] != '\0') {
		alt = TERM_ALT;
		name += 2;
	}
	if (parse_named(name, key_out)) {
		*key_out |= alt;
		return true;
	}
	char control = name[0] == 'C' && name[1] == '-' ? g_ascii_toupper(name[2]) : '\0';
	if (control > 0x40 && control < 0x60 && name[3] == '\0') {
		*key_out = (term_key)(control - 0x40) | alt;
		return true;
	}
	const char *rest = name;
	for (; (rest[0] == 'C' || rest[0] == 'S') && rest[1] == '-'; rest += 2)
		more |= rest[0] == 'C' ? TERM_CTRL : TERM_SHIFT;
	if (more != 0) {
		bool ok = parse_named(rest, key_out) && *key_out >= TERM_KEY_FIRST;
		*key_out |= alt | more;
		return ok;
	}
	gunichar c = g_utf8_get_char_validated(name, -1);
	if (c == (gunichar)-1 || c == (gunichar)-2 || c < 0x20 ||
	    *g_utf8_next_char(name) != '\0')
		return false;
	*key_out = c | alt;
	return true;
}

struct binding {
	term_key steps[KEYS_MAX_STEPS];
	size_t n;
	const struct action *action;
	const char *arg;    /* borrowed from the rc */
	const char *origin; /* "rc", or the preset's name; NULL for a default */
};

struct keymap {
	const struct action_set *sets[2];
	const char *preset; /* borrowed from the rc */
	GArray *bindings; /* struct binding; earlier ones win */
};

static bool
parse_steps(const char *spec, struct binding *out)
{
	char **words = g_strsplit(spec, " ", -1);
	bool ok = true;
	out->n = 0;
	for (size_t i = 0; ok && words[i] != NULL; i++) {
		if (*words[i] == '\0')
			continue;
		ok = out->n < KEYS_MAX_STEPS && key_parse(words[i], &out->steps[out->n]);
		out->n++;
	}
	g_strfreev(words);
	return ok && out->n > 0;
}

/* Is another binding there already that these steps would hide? */
static bool
is_taken(const struct keymap *m, const struct binding *b)
{
	for (guint i = 0; i < m->bindings->len; i++) {
		const struct binding *old = &g_array_index(m->bindings, struct binding, i);
		size_t n = MIN(old->n, b->n);
		if (memcmp(old->steps, b->steps, n * sizeof(term_key)) == 0)
			return true;
	}
	return false;
}

/* Bind all alternatives of keys as like says; the first bad one is returned through bad_out. */
static bool
bind(struct keymap *m, const struct binding *like, const char *keys, char **bad_out)
{
	char **alternatives = g_strsplit(keys, ",", -1);
	bool ok = true;
	for (size_t i = 0; ok && alternatives[i] != NULL; i++) {
		struct binding b = *like;
		char *spec = g_strstrip(alternatives[i]);
		if (*spec == '\0')
			continue;
		ok = parse_steps(spec, &b);
		if (ok && !is_taken(m, &b))
			g_array_append_val(m->bindings, b);
		else if (!ok)
			*bad_out = g_strdup(spec);
	}
	g_strfreev(alternatives);
	return ok;
}

/* The rc's value for an action's keys, NULL when it has none; the last one wins. */
static const char *
keys_of_rc(const char *const *pairs, const char *action)
{
	const char *keys = NULL;
	for (size_t i = 0; pairs != NULL && pairs[i] != NULL; i += 2)
		if (g_str_equal(pairs[i], action))
			keys = pairs[i + 1];
	return keys;
}

/* A sentence with the action that was probably meant; owned. */
static char *
unknown_action(const struct keymap *m, const char *section, const char *name)
{
	GPtrArray *known = g_ptr_array_new();
	const struct action *a;
	for (size_t i = 0; (a = keymap_nth(m, i)) != NULL; i++)
		g_ptr_array_add(known, (gpointer)(guintptr)a->name);
	const char *near = rc_nearest(name, (const char *const *)known->pdata, known->len);
	char *sentence = near != NULL
	    ? g_strdup_printf("[keys.%s] there is no action \"%s\"; did you mean \"%s\"?", section, name, near)
	    : g_strdup_printf("[keys.%s] there is no action \"%s\"; the ? page names them all", section, name);
	g_ptr_array_free(known, TRUE);
	return sentence;
}

static void
bind_from_rc(struct keymap *m, const char *section, const char *const *pairs, GPtrArray *complaints)
{
	for (size_t i = 0; pairs != NULL && pairs[i] != NULL; i += 2) {
		const struct binding like = {
		    .action = keymap_action(m, pairs[i]), .origin = "rc"};
		char *bad = NULL;
		if (like.action == NULL)
			g_ptr_array_add(complaints, unknown_action(m, section, pairs[i]));
		else if (pairs[i + 1] == keys_of_rc(pairs, pairs[i]) &&
		    !bind(m, &like, pairs[i + 1], &bad))
			g_ptr_array_add(complaints,
			    g_strdup_printf("[keys.%s] %s = %s: \"%s\" is no key", section,
				pairs[i], pairs[i + 1], bad));
		g_free(bad);
	}
}

/* Macros are the action "macro" with their name behind it. */
static void
bind_macros(struct keymap *m, const struct rc *rc, const char *section, GPtrArray *complaints)
{
	const char *const *names_of = rc_names(rc, "macro");
	for (size_t i = 0; names_of[i] != NULL; i++) {
		const char *keys = rc_string(rc, "macro", names_of[i], "keys");
		const char *view = rc_string(rc, "macro", names_of[i], "view");
		const struct binding like = {
		    .action = keymap_action(m, "macro"), .arg = names_of[i], .origin = "rc"};
		char *bad = NULL;
		if (like.action == NULL || keys == NULL ||
		    (view != NULL && g_strcmp0(view, section) != 0))
			continue;
		if (!bind(m, &like, keys, &bad))
			g_ptr_array_add(complaints,
			    g_strdup_printf("[macro \"%s\"] keys = %s: \"%s\" is no key", names_of[i],
				keys, bad));
		g_free(bad);
	}
}

static bool
has_action(const struct action_set *set, const char *name)
{
	for (const struct action *a = set->actions; a->name != NULL; a++)
		if (g_str_equal(a->name, name))
			return true;
	return false;
}

/* What every view can do, a view may do in its own way, and by other keys: then the keys are for that one. */
static const char *
preset_of(const struct keymap *m, size_t s, const char *name)
{
	const char *keys = presets_keys(m->preset, m->sets[0]->section, name);
	if (keys == NULL)
		keys = presets_keys(m->preset, m->sets[s]->section, name);
	if (keys == NULL && s == 0 && has_action(m->sets[1], name))
		keys = presets_keys(m->preset, NULL, name);
	return keys;
}

/* The preset's keys for the actions that the rc leaves alone, or the defaults of the others. */
static void
bind_rest(struct keymap *m, const char *const *pairs, bool is_preset)
{
	for (size_t s = 0; s < G_N_ELEMENTS(m->sets); s++) {
		for (const struct action *a = m->sets[s]->actions; a->name != NULL; a++) {
			const char *preset = preset_of(m, s, a->name);
			const char *keys = is_preset ? preset : preset != NULL ? NULL : a->keys;
			const struct binding like = {
			    .action = a, .origin = is_preset ? m->preset : NULL};
			char *bad = NULL;
			if (keys == NULL || keys_of_rc(pairs, a->name) != NULL || (s == 1 && has_action(m->sets[0], a->name)))
				continue;
			bool ok = bind(m, &like, keys, &bad);
			g_assert(ok); /* the tables are ours */
		}
	}
}

struct keymap *
keymap_new(const struct rc *rc, const struct action_set *set, const struct action_set *common,
    GPtrArray *complaints)
{
	struct keymap *m = g_new0(struct keymap, 1);
	m->sets[0] = set;
	m->sets[1] = common;
	m->preset = rc_string(rc, "ui", NULL, "keys");
	m->bindings = g_array_new(FALSE, FALSE, sizeof(struct binding));
	const char *const *pairs = NULL;
	if (set->section != NULL) {
		char *section = g_strconcat("keys.", set->section, NULL);
		pairs = rc_pairs(rc, section);
		g_free(section);
		bind_from_rc(m, set->section, pairs, complaints);
	}
	bind_macros(m, rc, set->section, complaints);
	/* what comes first hides what comes later; an action that was rebound loses its own keys */
	bind_rest(m, pairs, true);
	bind_rest(m, pairs, false);
	return m;
}

void
keymap_free(struct keymap *m)
{
	if (m == NULL)
		return;
	g_array_free(m->bindings, TRUE);
	g_free(m);
}

const struct action *
keymap_find(const struct keymap *m, const term_key *steps, size_t n, bool *is_prefix_out,
    const char **arg_out)
{
	*is_prefix_out = false;
	*arg_out = NULL;
	for (guint i = 0; i < m->bindings->len; i++) {
		const struct binding *b = &g_array_index(m->bindings, struct binding, i);
		if (b->n < n || memcmp(b->steps, steps, n * sizeof(term_key)) != 0)
			continue;
		if (b->n == n) {
			*arg_out = b->arg;
			return b->action;
		}
		*is_prefix_out = true;
	}
	return NULL;
}

bool
keymap_is_own(const struct keymap *m, const struct action *action)
{
	for (const struct action *a = m->sets[0]->actions; a->name != NULL; a++)
		if (a == action)
			return true;
	return false;
}

const struct action *
keymap_find_own(const struct keymap *m, const term_key *steps, size_t n, bool *is_prefix_out, const char **arg_out)
{
	*is_prefix_out = false;
	*arg_out = NULL;
	for (guint i = 0; i < m->bindings->len; i++) {
		const struct binding *b = &g_array_index(m->bindings, struct binding, i);
		bool is_own = g_strcmp0(b->origin, "rc") == 0 || keymap_is_own(m, b->action);
		if (!is_own || b->arg != NULL || b->n < n || memcmp(b->steps, steps, n * sizeof(term_key)) != 0)
			continue;
		if (b->n == n)
			return b->action;
		*is_prefix_out = true;
	}
	return NULL;
}

static char *
steps_name(const struct binding *b)
{
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < b->n; i++) {
		char *name = key_name(b->steps[i]);
		g_string_append(out, name);
		g_free(name);
	}
	return g_string_free(out, FALSE);
}

char *
keymap_keys(const struct keymap *m, const struct action *action)
{
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < m->bindings->len; i++) {
		const struct binding *b = &g_array_index(m->bindings, struct binding, i);
		if (b->action != action || b->arg != NULL)
			continue;
		char *name = steps_name(b);
		g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", name);
		g_free(name);
	}
	return g_string_free(out, FALSE);
}

char *
keymap_first_key(const struct keymap *m, const struct action *action)
{
	for (guint i = 0; i < m->bindings->len; i++) {
		const struct binding *b = &g_array_index(m->bindings, struct binding, i);
		if (b->action == action)
			return steps_name(b);
	}
	return g_strdup("");
}

const char *
keymap_origin(const struct keymap *m, const struct action *action)
{
	for (guint i = 0; i < m->bindings->len; i++) {
		const struct binding *b = &g_array_index(m->bindings, struct binding, i);
		if (b->action == action)
			return b->origin;
	}
	return NULL;
}

const struct action *
keymap_action(const struct keymap *m, const char *name)
{
	for (size_t i = 0;; i++) {
		const struct action *a = keymap_nth(m, i);
		if (a == NULL || g_str_equal(a->name, name))
			return a;
	}
}

const struct action *
keymap_nth(const struct keymap *m, size_t i)
{
	for (size_t s = 0; s < G_N_ELEMENTS(m->sets); s++)
		for (const struct action *a = m->sets[s]->actions; a->name != NULL; a++)
			if (i-- == 0)
				return a;
	return NULL;
}
