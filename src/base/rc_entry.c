/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_entry.c - turns section, key and value as written into an entry, or into a finding
 * with the nearest known name. The -o option is here too: it is a line of the rc on its
 * own. */
#include "base/rc_entry.h"

#include "base/limits.h"
#include "base/rc_nearest.h"
#include "base/rc_value.h"

#include <string.h>

static void
entry_free(gpointer data)
{
	struct rc_entry *entry = data;

	if (entry->value != NULL)
		explicit_bzero(
		    entry->value, strlen(entry->value)); /* may be a password */
	g_free(entry->file);
	g_free(entry->section);
	g_free(entry->name);
	g_free(entry->key);
	g_free(entry->value);
	g_free(entry);
}

void
rc_reading_init(struct rc_reading *reading)
{
	reading->entries = g_ptr_array_new_with_free_func(entry_free);
	reading->findings = g_ptr_array_new_with_free_func(g_free);
	reading->opened = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void
rc_reading_clear(struct rc_reading *reading)
{
	g_clear_pointer(&reading->entries, g_ptr_array_unref);
	g_clear_pointer(&reading->findings, g_ptr_array_unref);
	g_clear_pointer(&reading->opened, g_hash_table_unref);
}

bool
rc_reading_is_full(const struct rc_reading *reading)
{
	return reading->findings->len >= LIMIT_RC_FINDINGS;
}

void
rc_reading_finding(
    struct rc_reading *reading, const char *file, unsigned line, const char *format, ...)
{
	GString *text;
	va_list args;

	if (rc_reading_is_full(reading))
		return;
	text = g_string_new(file);
	if (line > 0)
		g_string_append_printf(text, ":%u", line);
	g_string_append(text, ": ");
	va_start(args, format);
	g_string_append_vprintf(text, format, args);
	va_end(args);
	g_ptr_array_add(reading->findings, g_string_free(text, FALSE));
}

static struct rc_entry *
append_entry(struct rc_reading *reading, const struct rc_place *place)
{
	struct rc_entry *entry = g_new0(struct rc_entry, 1);

	entry->file = g_strdup(place->file);
	entry->line = place->line;
	entry->section = g_strdup(place->section);
	entry->name = g_strdup(place->name);
	g_ptr_array_add(reading->entries, entry);
	return entry;
}

/* The section names of the table, or with `section` the keys of that section; their
 * number is returned. names has room for rc_n_settings. */
static size_t
known_names(const char *section, const char **names)
{
	size_t n = 0;

	for (size_t i = 0; i < rc_n_settings; i++) {
		const struct rc_setting *s = &rc_settings[i];
		bool is_first =
		    i == 0 || strcmp(rc_settings[i - 1].section, s->section) != 0;

		if (section == NULL ? is_first : strcmp(s->section, section) == 0)
			names[n++] = section == NULL ? s->section : s->key;
	}
	return n;
}

/* `, did you mean "address"?`, or "" when nothing is near. Owned. */
static char *
guess(const char *section, const char *word)
{
	const char **names = g_new(const char *, rc_n_settings);
	const char *near = rc_nearest(word, names, known_names(section, names));

	g_free(names);
	return near == NULL ? g_strdup("")
			    : g_strdup_printf(", did you mean \"%s\"?", near);
}

static void
unknown_key(struct rc_reading *reading, const struct rc_place *place, const char *key)
{
	char *hint = guess(place->section, key);

	for (size_t i = 0; i < rc_n_settings && hint[0] == '\0'; i++) {
		if (strcmp(rc_settings[i].key, key) != 0)
			continue;
		g_free(hint);
		hint = g_strdup_printf("; it belongs in [%s]", rc_settings[i].section);
	}
	rc_reading_finding(
	    reading, place->file, place->line, "unknown key \"%s\"%s", key, hint);
	g_free(hint);
}

static void
unknown_section(struct rc_reading *reading, const struct rc_place *place)
{
	char *hint = guess(NULL, place->section);

	rc_reading_finding(reading, place->file, place->line, "unknown section \"%s\"%s",
	    place->section, hint);
	g_free(hint);
}

/* What is wrong with a section's name; NULL when nothing is. */
static const char *
name_fault(const struct rc_place *place)
{
	const char *name = place->name;
	bool is_account = strcmp(place->section, "account") == 0;

	if (!rc_section_is_named(place->section))
		return name != NULL ? "takes no name" : NULL;
	if (name == NULL || name[0] == '\0')
		return "needs a name, as in [account \"work\"]";
	if (is_account &&
	    (name[0] == '.' || strchr(name, '/') != NULL || strlen(name) > 64))
		return "has a name that cannot be a folder's: no \"/\", no dot at its "
		       "start, at most 64 bytes";
	return NULL;
}

/* The line where the same section and name were opened before in the same file; 0 when
 * they were not, and now they are. */
static unsigned
opened_before(struct rc_reading *reading, const struct rc_place *place)
{
	char *id = g_strjoin("\n", place->file, place->section, place->name, NULL);
	unsigned line = GPOINTER_TO_UINT(g_hash_table_lookup(reading->opened, id));

	if (line > 0)
		g_free(id);
	else
		g_hash_table_insert(reading->opened, id, GUINT_TO_POINTER(place->line));
	return line;
}

bool
rc_entry_add_section(struct rc_reading *reading, const struct rc_place *place)
{
	const char *fault;
	unsigned before = 0;

	if (rc_section_help(place->section) == NULL) {
		unknown_section(reading, place);
		return false;
	}
	fault = name_fault(place);
	if (fault != NULL) {
		rc_reading_finding(reading, place->file, place->line, "section [%s] %s",
		    place->section, fault);
		return false;
	}
	if (rc_section_is_named(place->section) && place->line > 0)
		before = opened_before(reading, place);
	if (before > 0) {
		rc_reading_finding(reading, place->file, place->line,
		    "%s \"%s\" stands here twice, first in line %u", place->section,
		    place->name, before);
		return false;
	}
	append_entry(reading, place);
	return true;
}

/* The value as it counts: unquoted where the type does not want the quotes itself. */
static char *
value_of(const struct rc_setting *setting, const char *raw, GError **error)
{
	char *value;

	if (setting->type == RC_COMMAND)
		value = g_strdup(raw);
	else
		value = rc_value_unquote(raw, error);
	if (value != NULL && value[0] != '\0' && !rc_value_check(setting, value, error))
		g_clear_pointer(&value, g_free);
	return value;
}

void
rc_entry_add(struct rc_reading *reading, const struct rc_place *place, const char *key,
    const char *raw)
{
	const struct rc_setting *setting = rc_setting_find(place->section, key);
	GError *error = NULL;
	struct rc_entry *entry;
	char *value;

	if (setting == NULL) {
		unknown_key(reading, place, key);
		return;
	}
	value = value_of(setting, raw, &error);
	if (value == NULL) {
		rc_reading_finding(
		    reading, place->file, place->line, "%s: %s", key, error->message);
		g_error_free(error);
		return;
	}
	entry = append_entry(reading, place);
	entry->key = g_strdup(key);
	entry->value = value;
	entry->setting = setting;
}

/* The longest section of the table that option starts with, followed by a dot; NULL when
 * none. */
static const char *
option_section(const char *option)
{
	const char *best = NULL;

	for (size_t i = 0; i < rc_n_settings; i++) {
		const char *section = rc_settings[i].section;
		size_t len = strlen(section);

		if (g_ascii_strncasecmp(option, section, len) == 0 &&
		    option[len] == '.' && (best == NULL || len > strlen(best)))
			best = section;
	}
	return best;
}

/* The part of option before the first "=" is section[.name].key: take it apart and add
 * it. */
static void
add_option(struct rc_reading *reading, const char *file, char *path, const char *value)
{
	const char *section = option_section(path);
	struct rc_place place = {.file = file, .section = section};
	char *rest, *dot, *key;

	if (section == NULL) {
		place.section = path;
		path[strcspn(path, ".")] = '\0';
		unknown_section(reading, &place);
		return;
	}
	rest = path + strlen(section) + 1;
	dot = strrchr(rest, '.');
	if (rc_section_is_named(section) && dot != NULL) {
		*dot = '\0';
		place.name = rest;
		rest = dot + 1;
	}
	key = rc_section_is_free(section) ? g_strdup(rest) : g_ascii_strdown(rest, -1);
	if (rc_entry_add_section(reading, &place))
		rc_entry_add(reading, &place, key, value);
	g_free(key);
}

void
rc_entry_add_option(struct rc_reading *reading, const char *option)
{
	const char *equals = strchr(option, '=');
	char *path = equals == NULL
			 ? NULL
			 : g_strstrip(g_strndup(option, (gsize)(equals - option)));
	char *value = equals == NULL ? NULL : g_strstrip(g_strdup(equals + 1));

	if (equals == NULL || strchr(path, '.') == NULL ||
	    !g_utf8_validate(option, -1, NULL))
		rc_reading_finding(reading, "-o", 0, "\"%s\" is not section.key=value",
		    g_utf8_validate(option, -1, NULL) ? option : "?");
	else
		add_option(reading, "-o", path, value);
	g_free(path);
	if (value != NULL)
		explicit_bzero(value, strlen(value));
	g_free(value);
}
