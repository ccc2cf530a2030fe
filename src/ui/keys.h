/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys.h - names of keys, and which key does what in a view. */
#ifndef PENFOLD_UI_KEYS_H
#define PENFOLD_UI_KEYS_H

#include "base/rc.h"
#include "ui/action.h"
#include "ui/term.h"

#define KEYS_MAX_STEPS 3

/* "C-l", "M-v", "Enter", "F1", "a". Owned. */
char *
key_name(term_key key);
/* One key by name; false for an unknown one. */
bool
key_parse(const char *name, term_key *key_out);

struct keymap;

/* The bindings of a set and of the actions that every view has: the rc's own keys and macros first, then
 * those of the preset `[ui] keys`, then the defaults. Complaints (owned strings) are added to the array, one sentence each. */
struct keymap *
keymap_new(const struct rc *rc, const struct action_set *set, const struct action_set *common,
    GPtrArray *complaints);
void
keymap_free(struct keymap *m);

/* The action for these steps, NULL when none; is_prefix_out: more steps may follow. arg_out: what to give
 * it, NULL for nothing; borrowed from the map. */
const struct action *
keymap_find(const struct keymap *m, const term_key *steps, size_t n, bool *is_prefix_out,
    const char **arg_out);
/* As keymap_find(), but only what the set itself or the rc has bound, and no macros: where all other keys
 * are somebody else's. */
const struct action *
keymap_find_own(const struct keymap *m, const term_key *steps, size_t n, bool *is_prefix_out,
    const char **arg_out);
/* The keys of an action as shown to people, "a" or "j, Down"; "" when it has none. Owned. */
char *
keymap_keys(const struct keymap *m, const struct action *action);
/* The first of them. Owned. */
char *
keymap_first_key(const struct keymap *m, const struct action *action);
/* An action by name, NULL when there is none. */
const struct action *
keymap_action(const struct keymap *m, const char *name);
/* Does the action have its keys from the rc, from the preset, or by default? A word for it. */
const char *
keymap_origin(const struct keymap *m, const struct action *action);
/* Is it of the set itself, and not one of those that every view has? */
bool
keymap_is_own(const struct keymap *m, const struct action *action);
/* The i-th action of the map (own ones first), NULL past the end. */
const struct action *
keymap_nth(const struct keymap *m, size_t i);

#endif
