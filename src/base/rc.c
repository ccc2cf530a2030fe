/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc.c - a whole configuration: the file and the -o options read once, then asked for
 * values. Nothing here fails after rc_load(): every value was checked where it stands. */
#include "base/rc.h"

#include "base/error.h"
#include "base/paths.h"
#include "base/rc_account.h"
#include "base/rc_file.h"
#include "base/rc_value.h"

#include <string.h>

struct rc {
	char *path;
	struct rc_reading reading;
	GHashTable *values; /* "section\nname\nkey" -> GPtrArray of borrowed strings,
			       NULL-terminated */
	GHashTable *names;  /* section -> the same, of subsections */
	GHashTable *pairs;  /* free section -> the same, key and value in turn */
	struct rc_account_set *accounts;
};

static const char *const nothing[] = {NULL};

static char *
value_id(const char *section, const char *name, const char *key)
{
	return g_strjoin("\n", section, name != NULL ? name : "", key, NULL);
}

/* Lists in the tables always end with NULL. */
static GPtrArray *
list_of(GHashTable *table, const char *id)
{
	GPtrArray *list = g_hash_table_lookup(table, id);

	if (list == NULL) {
		list = g_ptr_array_new();
		g_ptr_array_add(list, NULL);
		g_hash_table_insert(table, g_strdup(id), list);
	}
	return list;
}

static void
list_append(GPtrArray *list, char *text)
{
	list->pdata[list->len - 1] = text;
	g_ptr_array_add(list, NULL);
}

static void
take_value(struct rc *rc, const struct rc_entry *e)
{
	char *id = value_id(e->section, e->name, e->key);
	GPtrArray *list = list_of(rc->values, id);

	if (!e->setting->repeat || e->value[0] == '\0') {
		g_ptr_array_set_size(list, 0);
		g_ptr_array_add(list, NULL);
	}
	if (e->value[0] != '\0')
		list_append(list, e->value);
	g_free(id);
}

/* Names are listed once, where they first stand. */
static void
take_name(struct rc *rc, const struct rc_entry *e)
{
	char *id = value_id(e->section, e->name, ""); /* no key is empty */

	if (!g_hash_table_contains(rc->values, id)) {
		list_append(list_of(rc->names, e->section), e->name);
		list_append(list_of(rc->values, id), e->name);
	}
	g_free(id);
}

static void
take_entry(struct rc *rc, const struct rc_entry *e)
{
	GPtrArray *list;

	if (e->name != NULL)
		take_name(rc, e);
	if (e->key == NULL)
		return;
	if (rc_section_is_free(e->section)) {
		list = list_of(rc->pairs, e->section);
		list_append(list, e->key);
		list_append(list, e->value);
	}
	take_value(rc, e);
}

static GHashTable *
table_new(void)
{
	return g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
}

/* Read everything; what is wrong stands in the reading's findings. */
static struct rc *
read_rc(const char *path, const char *const *overrides)
{
	struct rc *rc = g_new0(struct rc, 1);

	rc->path = path != NULL ? g_strdup(path) : paths_rc();
	rc->values = table_new();
	rc->names = table_new();
	rc->pairs = table_new();
	rc_reading_init(&rc->reading);
	rc_file_read(&rc->reading, rc->path, path == NULL);
	for (; overrides != NULL && *overrides != NULL; overrides++)
		rc_entry_add_option(&rc->reading, *overrides);
	for (guint i = 0; i < rc->reading.entries->len; i++)
		take_entry(rc, rc->reading.entries->pdata[i]);
	rc->accounts = rc_account_set_new(rc, &rc->reading);
	return rc;
}

struct rc *
rc_load(const char *path, const char *const *overrides, GError **error)
{
	struct rc *rc = read_rc(path, overrides);

	if (rc->reading.findings->len == 0)
		return rc;
	g_set_error(error, PF_ERROR, PF_ERROR_CONFIG, "%s",
	    (char *)rc->reading.findings->pdata[0]);
	rc_free(rc);
	return NULL;
}

void
rc_free(struct rc *rc)
{
	if (rc == NULL)
		return;
	rc_account_set_free(rc->accounts);
	g_hash_table_unref(rc->values);
	g_hash_table_unref(rc->names);
	g_hash_table_unref(rc->pairs);
	rc_reading_clear(&rc->reading);
	g_free(rc->path);
	g_free(rc);
}

const char *
rc_path(const struct rc *rc)
{
	return rc->path;
}

GPtrArray *
rc_check(const char *path, const char *const *overrides)
{
	struct rc *rc = read_rc(path, overrides);
	GPtrArray *findings = g_ptr_array_ref(rc->reading.findings);

	rc_free(rc);
	return findings;
}

const char *const *
rc_list(const struct rc *rc, const char *section, const char *name, const char *key)
{
	char *id = value_id(section, name, key);
	const GPtrArray *list = g_hash_table_lookup(rc->values, id);

	g_assert(rc_setting_find(section, key) != NULL);
	g_free(id);
	return list != NULL ? (const char *const *)list->pdata : nothing;
}

bool
rc_is_set(const struct rc *rc, const char *section, const char *name, const char *key)
{
	return rc_list(rc, section, name, key)[0] != NULL;
}

const char *
rc_string(const struct rc *rc, const char *section, const char *name, const char *key)
{
	const char *const *list = rc_list(rc, section, name, key);
	const char *last = NULL;

	for (; *list != NULL; list++)
		last = *list;
	return last != NULL ? last : rc_setting_find(section, key)->fallback;
}

bool
rc_bool(const struct rc *rc, const char *section, const char *name, const char *key)
{
	const char *text = rc_string(rc, section, name, key);
	bool value = false;

	g_assert(rc_setting_find(section, key)->type == RC_BOOL);
	return text != NULL && rc_value_bool(text, &value, NULL) && value;
}

int64_t
rc_int(const struct rc *rc, const char *section, const char *name, const char *key)
{
	const char *text = rc_string(rc, section, name, key);
	enum rc_type type = rc_setting_find(section, key)->type;
	int64_t value = 0;

	g_assert(type == RC_INT || type == RC_DURATION || type == RC_SIZE);
	return text != NULL && rc_value_int(type, text, &value, NULL) ? value : 0;
}

char *
rc_path_value(const struct rc *rc, const char *section, const char *name, const char *key)
{
	const char *text = rc_string(rc, section, name, key);

	return text != NULL ? paths_expand(text) : NULL;
}

char **
rc_argv(const struct rc *rc, const char *section, const char *name, const char *key)
{
	const char *text = rc_string(rc, section, name, key);

	g_assert(rc_setting_find(section, key)->type == RC_COMMAND);
	return text != NULL ? rc_value_argv(text, NULL) : NULL;
}

char **
rc_editor(const struct rc *rc, GError **error)
{
	char **words = rc_argv(rc, "ui", NULL, "editor");
	const char *env = g_getenv("VISUAL");

	if (env == NULL || *env == '\0')
		env = g_getenv("EDITOR");
	if (words == NULL && !g_shell_parse_argv(env != NULL && *env != '\0' ? env : "vi", NULL, &words, error))
		return NULL;
	return words;
}

const char *const *
rc_names(const struct rc *rc, const char *section)
{
	const GPtrArray *list = g_hash_table_lookup(rc->names, section);

	return list != NULL ? (const char *const *)list->pdata : nothing;
}

const char *const *
rc_pairs(const struct rc *rc, const char *section)
{
	const GPtrArray *list = g_hash_table_lookup(rc->pairs, section);

	g_assert(rc_section_is_free(section));
	return list != NULL ? (const char *const *)list->pdata : nothing;
}

const struct rc_account *
rc_account(const struct rc *rc, const char *name)
{
	for (const struct rc_account *const *a = rc_accounts(rc); *a != NULL; a++)
		if (strcmp((*a)->name, name) == 0)
			return *a;
	return NULL;
}

const struct rc_account *const *
rc_accounts(const struct rc *rc)
{
	return rc_account_set_list(rc->accounts);
}

const struct rc_account *
rc_account_of_address(const struct rc *rc, const char *addr_spec)
{
	return rc_account_set_find(rc->accounts, addr_spec);
}

char *
rc_mail_root(const struct rc *rc)
{
	return rc_path_value(rc, "store", NULL, "path");
}

char *
rc_state_dir(const struct rc *rc)
{
	char *set = rc_path_value(rc, "store", NULL, "state");

	return set != NULL ? set : paths_state();
}
