/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_presets.c - every preset names actions that exist, by keys that exist. */
#include "ui/common.h"
#include "ui/compose.h"
#include "ui/list_view.h"
#include "ui/page.h"
#include "ui/pager.h"
#include "ui/presets.h"
#include "ui/thread_view.h"

#include <string.h>

static const struct action_set *
set_of(const char *section)
{
	const struct action_set *sets[] = {
	    &list_actions, &pager_actions, &page_actions, &compose_actions, thread_view_class.set};
	for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
		if (g_str_equal(sets[i]->section, section))
			return sets[i];
	return g_str_equal(section, "common") ? &common_actions : NULL;
}

static bool
has_action(const struct action_set *set, const char *name)
{
	for (const struct action *a = set->actions; a->name != NULL; a++)
		if (g_str_equal(a->name, name))
			return true;
	return false;
}

static void
assert_keys(const char *keys)
{
	char **words = g_strsplit_set(keys, " ,", -1);
	for (size_t i = 0; words[i] != NULL; i++) {
		term_key key;
		if (*words[i] != '\0')
			g_assert_true(key_parse(words[i], &key));
	}
	g_strfreev(words);
}

static void
test_table(void)
{
	const struct preset_key *p;
	for (size_t i = 0; (p = presets_nth(i)) != NULL; i++) {
		const struct action_set *set = set_of(p->section);
		/* what every view can do, a preset may give one view by keys of its own */
		if (set == NULL || !(has_action(set, p->action) || has_action(&common_actions, p->action)))
			g_error("preset %s: [%s] has no action %s", p->preset, p->section, p->action);
		assert_keys(p->keys);
		/* the first entry is the one that counts */
		g_assert_true(presets_keys(p->preset, p->section, p->action) == p->keys);
	}
	g_assert_cmpstr(presets_keys("mutt", NULL, "sync"), ==, "$, G");
	g_assert_null(presets_keys("penfold", NULL, "sync"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/presets/table", test_table);
	return g_test_run();
}
