/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold config: the rc file checked, shown as it counts, and its settings explained. */
#include "cmd/cmd.h"
#include "cmd/manual.h"
#include "base/safe_text.h"
#include "ui/help.h"
#include "ui/template.h"

#include <stdio.h>
#include <string.h>

static void
print_safe(const char *text)
{
	char *safe = safe_line(text);

	(void)printf("%s\n", safe);
	g_free(safe);
}

/* ---- check */

/* "rc:12: unknown key" in its two halves. */
static json_t *
finding_json(const char *level, const char *text)
{
	const char *end = strstr(text, ": ");

	if (end == NULL)
		return json_pack(
		    "{s:s, s:n, s:s}", "level", level, "where", "text", text);
	return json_pack("{s:s, s:s%, s:s}", "level", level, "where", text,
	    (size_t)(end - text), "text", end + 2);
}

/* What is allowed but leaves an account half useful; owned strings. */
static GPtrArray *
advice(const struct rc *rc)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

	for (const struct rc_account *const *a = rc_accounts(rc); *a != NULL; a++) {
		bool has_password =
		    rc_is_set(rc, "account", (*a)->name, "password") ||
		    rc_is_set(rc, "account", (*a)->name, "password-command");

		if (!(*a)->is_local && (*a)->smtp == NULL)
			g_ptr_array_add(list,
			    g_strdup_printf("%s: account \"%s\" can fetch but not send: "
					    "it has no smtp",
				rc_path(rc), (*a)->name));
		if (!has_password && (!(*a)->is_local || (*a)->smtp != NULL))
			g_ptr_array_add(list,
			    g_strdup_printf("%s: account \"%s\" cannot log in: it has "
					    "no password-command",
				rc_path(rc), (*a)->name));
	}
	if (rc_accounts(rc)[0] == NULL)
		g_ptr_array_add(
		    list, g_strdup_printf("%s: there is no account yet; write one as in "
					  "penfold-rc(5)",
			      rc_path(rc)));
	return list;
}

static void
add_findings(json_t *list, const char *level, GPtrArray *texts)
{
	for (guint i = 0; i < texts->len; i++)
		json_array_append_new(list, finding_json(level, texts->pdata[i]));
	g_ptr_array_unref(texts);
}

static void
print_findings(const json_t *list)
{
	size_t i;
	const json_t *item;

	json_array_foreach(list, i, item)
	{
		const char *where = jsonl_string(item, "where");
		char *line = g_strdup_printf("%s: %s%s", where != NULL ? where : "rc",
		    strcmp(jsonl_string(item, "level"), "warn") == 0 ? "note: " : "",
		    jsonl_string(item, "text"));

		print_safe(line);
		g_free(line);
	}
}

static int
config_check(struct cmd_context *ctx)
{
	GPtrArray *errors = rc_check(ctx->opts->rc_path, ctx->opts->overrides);
	bool is_ok = errors->len == 0;
	json_t *list = json_array();
	char *path = NULL;

	add_findings(list, "error", errors);
	if (is_ok) {
		GPtrArray *keys = help_key_complaints(cmd_rc(ctx));

		GPtrArray *templates = template_complaints(cmd_rc(ctx));

		is_ok = keys->len + templates->len == 0;
		add_findings(list, "error", keys);
		add_findings(list, "error", templates);
		add_findings(list, "warn", advice(cmd_rc(ctx)));
		path = g_strdup(rc_path(cmd_rc(ctx)));
	}
	if (ctx->opts->json) {
		cmd_print_json(json_pack("{s:b, s:o}", "ok", is_ok, "findings", list));
	} else {
		print_findings(list);
		if (is_ok) {
			char *line = g_strdup_printf("%s: no errors", path);

			print_safe(line);
			g_free(line);
		}
		json_decref(list);
	}
	g_free(path);
	return is_ok ? 0 : 78;
}

/* ---- show */

/* One value that counts. */
struct shown {
	const struct rc_setting *setting;
	const char *name; /* of the subsection, or NULL */
	const char *key;
	const char *value; /* NULL: none; "" for a hidden one */
	bool is_default;
};

typedef void (*shown_fn)(const struct shown *item, void *user);

static void
each_value(const struct rc *rc, const struct rc_setting *s, const char *name, shown_fn fn,
    void *user)
{
	const char *const *values = rc_list(rc, s->section, name, s->key);
	struct shown item = {.setting = s, .name = name, .key = s->key};

	for (; *values != NULL; values++) {
		item.value = s->secret ? "" : *values;
		fn(&item, user);
	}
	item.is_default = true;
	item.value = s->fallback;
	if (!rc_is_set(rc, s->section, name, s->key) && s->fallback != NULL)
		fn(&item, user);
}

static void
each_pair(const struct rc *rc, const struct rc_setting *s, shown_fn fn, void *user)
{
	for (const char *const *p = rc_pairs(rc, s->section); *p != NULL; p += 2) {
		struct shown item = {.setting = s, .key = p[0], .value = p[1]};

		fn(&item, user);
	}
}

/* All values of one section (the settings from *i on), for each of its names. */
static void
each_of_section(const struct rc *rc, size_t first, size_t n, shown_fn fn, void *user)
{
	const char *section = rc_settings[first].section;
	const char *const *names = rc_names(rc, section);
	static const char *const unnamed[] = {"", NULL};

	if (!rc_section_is_named(section))
		names = unnamed;
	for (; *names != NULL; names++) {
		const char *name = rc_section_is_named(section) ? *names : NULL;

		for (size_t i = first; i < first + n; i++) {
			if (rc_section_is_free(section))
				each_pair(rc, &rc_settings[i], fn, user);
			else
				each_value(rc, &rc_settings[i], name, fn, user);
		}
	}
}

static void
each_shown(const struct rc *rc, shown_fn fn, void *user)
{
	size_t n;

	for (size_t i = 0; i < rc_n_settings; i += n) {
		for (n = 1; i + n < rc_n_settings && strcmp(rc_settings[i + n].section,
							 rc_settings[i].section) == 0;
		     n++)
			;
		each_of_section(rc, i, n, fn, user);
	}
}

static void
shown_to_json(const struct shown *item, void *user)
{
	bool is_hidden = item->setting->secret;
	json_t *value = is_hidden ? json_null() : json_string(item->value);

	json_array_append_new(
	    user, json_pack("{s:s, s:s?, s:s, s:o, s:b, s:b}", "section",
		      item->setting->section, "name", item->name, "key", item->key,
		      "value", value, "default", item->is_default, "hidden", is_hidden));
}

/* The value as it could stand in the rc: quoted where it would not be read back
 * otherwise. */
static char *
as_written(const struct rc_setting *s, const char *value)
{
	size_t len = strlen(value);
	bool is_plain =
	    len == 0 || (strpbrk(value, "#;\n\t") == NULL && value[0] != '"' &&
			    !g_ascii_isspace(value[0]) &&
			    !g_ascii_isspace(value[len - 1]) && value[len - 1] != '\\');
	GString *out;

	if (is_plain || s->type == RC_COMMAND || s->type == RC_MAILBOX)
		return g_strdup(value);
	out = g_string_new("\"");
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			g_string_append_c(out, '\\');
		if (*value == '\n' || *value == '\t')
			g_string_append(out, *value == '\n' ? "\\n" : "\\t");
		else
			g_string_append_c(out, *value);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

/* Where the printing is: a section's header comes before its first value. */
struct printing {
	const char *section, *name;
};

static void
print_header(struct printing *at, const struct shown *item)
{
	char *line;

	if (at->section != NULL && strcmp(at->section, item->setting->section) == 0 &&
	    g_strcmp0(at->name, item->name) == 0)
		return;
	(void)printf("%s", at->section != NULL ? "\n" : "");
	at->section = item->setting->section;
	at->name = item->name;
	line = item->name != NULL ? g_strdup_printf("[%s \"%s\"]", at->section, at->name)
				  : g_strdup_printf("[%s]", at->section);
	print_safe(line);
	g_free(line);
}

static void
shown_to_text(const struct shown *item, void *user)
{
	char *value, *line;

	print_header(user, item);
	value = as_written(item->setting, item->value);
	if (item->setting->secret)
		line = g_strdup_printf("# %s is set, and hidden here", item->key);
	else
		line = g_strdup_printf(
		    "%s%s = %s", item->is_default ? "# " : "", item->key, value);
	print_safe(line);
	g_free(value);
	g_free(line);
}

static int
config_show(struct cmd_context *ctx)
{
	const struct rc *rc = cmd_rc(ctx);
	struct printing at = {NULL, NULL};
	json_t *list = json_array();
	char *line;

	if (ctx->opts->json) {
		each_shown(rc, shown_to_json, list);
		cmd_print_json(
		    json_pack("{s:s, s:o}", "path", rc_path(rc), "settings", list));
		return 0;
	}
	line = g_strdup_printf("# %s; lines that start with # are defaults", rc_path(rc));
	print_safe(line);
	g_free(line);
	each_shown(rc, shown_to_text, &at);
	json_decref(list);
	return 0;
}

/* ---- keys */

static void
print_setting(const struct rc_setting *s)
{
	char *section = rc_section_is_named(s->section)
			    ? g_strdup_printf("%s \"...\"", s->section)
			    : g_strdup(s->section);
	char *type = manual_type(s);

	(void)printf("[%s] %s = %s%s%s%s\n    %s\n", section,
	    rc_section_is_free(s->section) ? "NAME" : s->key, type,
	    s->repeat ? ", may repeat" : "", s->fallback != NULL ? "; default " : "",
	    s->fallback != NULL ? s->fallback : "",
	    s->help != NULL ? s->help : rc_section_help(s->section));
	g_free(type);
	g_free(section);
}

static json_t *
setting_json(const struct rc_setting *s)
{
	char *type = manual_type(s);
	json_t *obj = json_pack("{s:s, s:b, s:s, s:s, s:s?, s:b, s:b, s:s}", "section",
	    s->section, "named", rc_section_is_named(s->section), "key", s->key, "type",
	    type, "default", s->fallback, "repeat", s->repeat, "secret", s->secret,
	    "help", s->help != NULL ? s->help : rc_section_help(s->section));

	g_free(type);
	return obj;
}

static int
config_keys(struct cmd_context *ctx)
{
	json_t *list = json_array();

	for (size_t i = 0; i < rc_n_settings; i++) {
		if (ctx->opts->json)
			json_array_append_new(list, setting_json(&rc_settings[i]));
		else
			print_setting(&rc_settings[i]);
	}
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:o}", "keys", list));
	else
		json_decref(list);
	return 0;
}

static int
config_man(struct cmd_context *ctx, const char *page)
{
	GError *error = NULL;
	GString *text = manual_page(page, &error);

	if (text == NULL)
		return cmd_fail(error);
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:s, s:s}", "page", page, "text", text->str));
	else
		(void)fputs(text->str, stdout);
	g_string_free(text, TRUE);
	return 0;
}

int
cmd_config(struct cmd_context *ctx, int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "show";

	if (argc <= 2 && strcmp(verb, "check") == 0)
		return config_check(ctx);
	if (argc <= 2 && strcmp(verb, "show") == 0)
		return config_show(ctx);
	if (argc <= 2 && strcmp(verb, "keys") == 0)
		return config_keys(ctx);
	if (argc == 3 && strcmp(verb, "man") == 0)
		return config_man(ctx, argv[2]);
	return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
	    "usage: penfold config [check | show | keys | man PAGE]"));
}
