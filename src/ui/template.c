/* SPDX-License-Identifier: GPL-3.0-or-later */
/* template.c - a template of the rc becomes a letter. Its header is filled line by line, before it is read: what a
 * stranger's letter says stays within its line, and never becomes a field of its own. */
#include "ui/template.h"

#include "base/error.h"
#include "base/file.h"
#include "client/template.h"
#include "ui/common.h"
#include "ui/compose.h"
#include "ui/edit_file.h"

#include <string.h>

#define MAX_TEMPLATE (4u << 20)

static const char *const kinds[] = {
    [TEMPLATE_NEW] = "new", [TEMPLATE_REPLY] = "reply", [TEMPLATE_FORWARD] = "forward"};

/* The template for letters of this kind: the account's own before one of all accounts. Borrowed, NULL for none. */
static const char *
name_for(const struct rc *rc, const char *account, enum template_kind kind)
{
	const char *const *names = rc_names(rc, "template");
	const char *common = NULL;
	for (size_t i = 0; names[i] != NULL; i++) {
		const char *of = rc_string(rc, "template", names[i], "account");
		if (!g_str_equal(rc_string(rc, "template", names[i], "for"), kinds[kind]))
			continue;
		if (of == NULL)
			common = names[i];
		else if (account != NULL && g_str_equal(of, account))
			return names[i];
	}
	return common;
}

/* Its text, checked; owned, NULL with error. */
static char *
read_text(const struct rc *rc, const char *name, bool has_original, GError **error)
{
	char *path = rc_path_value(rc, "template", name, "file");
	GBytes *bytes = path != NULL ? file_read(path, MAX_TEMPLATE, error) : NULL;
	char *text = NULL;
	if (path == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "there is no [template \"%s\"] with a file in %s", name,
		    rc_path(rc));
	if (bytes != NULL) {
		gsize len;
		const char *data = g_bytes_get_data(bytes, &len);
		text = edit_file_utf8(data != NULL ? data : "", len);
		if (!template_check(text, has_original, error)) {
			g_prefix_error(error, "%s:", path);
			g_clear_pointer(&text, g_free);
		}
	}
	g_clear_pointer(&bytes, g_bytes_unref);
	g_free(path);
	return text;
}

/* values */

/* The original's text as the draft has it: an answer's stands below the attribution. */
static const char *
quote_of(const char *body, const char *attribution)
{
	size_t len = attribution != NULL ? strlen(attribution) : 0;
	if (len > 0 && strncmp(body, attribution, len) == 0 && body[len] == '\n')
		return body + len + 1;
	return body;
}

static void
set_text(json_t *values, const char *key, const char *text)
{
	json_object_set_new(values, key, jsonl_text(text, -1));
}

static json_t *
values_of(struct app *app, const json_t *draft, const json_t *original)
{
	json_t *values = original != NULL ? json_deep_copy(original) : json_object();
	const char *from = jsonl_string(draft, "from"), *account = jsonl_string(draft, "account");
	const char *body = jsonl_string(draft, "body");
	char *signature = from != NULL ? compose_signature(app, from) : NULL;
	char *name, *address;
	common_address(json_object_get(draft, "from"), &name, &address);
	GDateTime *now = g_date_time_new_now_local();
	char *today = g_date_time_format_iso8601(now);
	set_text(values, "my-name", name);
	set_text(values, "my-address", address);
	set_text(values, "account", account != NULL ? account : "");
	set_text(values, "today", today);
	/* the line break in front of it is the template's */
	set_text(values, "signature", signature != NULL ? g_strchug(signature) : "");
	if (original != NULL && body != NULL) {
		char *quote = g_strdup(quote_of(body, jsonl_string(original, "attribution")));
		set_text(values, "quote", g_strchomp(quote));
		g_free(quote);
	}
	g_date_time_unref(now);
	g_free(today);
	g_free(name);
	g_free(address);
	g_free(signature);
	return values;
}

/* The account's own line above a quote, in place of the usual one. */
static bool
fill_attribution(struct app *app, json_t *values, GError **error)
{
	const char *account = jsonl_string(values, "account");
	const char *own = rc_account(app->rc, account) != NULL
	    ? rc_string(app->rc, "account", account, "attribution") : NULL;
	if (own == NULL)
		return true;
	if (!template_check(own, true, error)) {
		g_prefix_error(error, "attribution of account \"%s\", line ", account);
		return false;
	}
	char *line = template_fill(own, values);
	set_text(values, "attribution", line);
	g_free(line);
	return true;
}

/* over the draft */

/* Put the header lines that the text begins with into out; what follows them is given back. */
static const char *
fill_header(GString *out, const char *text, const json_t *values)
{
	bool is_people = false;
	while (edit_file_is_field(text, &is_people) || (out->len > 0 && (*text == ' ' || *text == '\t'))) {
		size_t len = strcspn(text, "\n");
		char *line = g_strndup(text, len), *field = template_fill_field(line, values, is_people);
		g_string_append_printf(out, "%s\n", field);
		g_free(field);
		g_free(line);
		text += len + (text[len] == '\n');
	}
	return text;
}

/* The template as a draft; new reference. */
static json_t *
filled(const char *text, const json_t *values)
{
	GString *out = g_string_new(NULL);
	json_t *draft = json_object();
	text = fill_header(out, text, values);
	if (*text == '\r' || *text == '\n')
		text += 1 + (*text == '\r' && text[1] == '\n');
	char *body = template_fill(text, values);
	g_string_append_printf(out, "\n%s", body);
	edit_file_to_draft(out->str, out->len, draft);
	g_string_free(out, TRUE);
	g_free(body);
	return draft;
}

static void
add_list(json_t *draft, const char *key, const json_t *more)
{
	json_t *list = json_object_get(draft, key), *item;
	size_t i;
	if (!json_is_array(list)) {
		list = json_array();
		json_object_set_new(draft, key, list);
	}
	json_array_foreach(more, i, item)
	{
		json_array_append(list, item);
	}
}

static void
lay_over(json_t *draft, const json_t *made, enum template_kind kind)
{
	static const char *const lists[] = {"to", "cc", "bcc", "reply_to", "attachments"};
	static const char *const texts[] = {"from", "subject"};
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		if (json_array_size(json_object_get(made, lists[i])) > 0)
			add_list(draft, lists[i], json_object_get(made, lists[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *value = jsonl_string(made, texts[i]), *was = jsonl_string(draft, texts[i]);
		/* the subject of a new letter was typed, if there is one */
		bool is_typed = kind == TEMPLATE_NEW && g_str_equal(texts[i], "subject") && was != NULL && *was != '\0';
		if (value != NULL && *value != '\0' && !is_typed)
			set_text(draft, texts[i], value);
	}
	json_object_set(draft, "body", json_object_get(made, "body"));
}

/* Without a template: only the line above the quote is the account's own. */
static void
change_attribution(json_t *draft, const json_t *values, const json_t *original)
{
	const char *usual = jsonl_string(original, "attribution"), *own = jsonl_string(values, "attribution");
	const char *body = jsonl_string(draft, "body");
	const char *quote = body != NULL ? quote_of(body, usual) : NULL;
	if (quote == NULL || quote == body || own == NULL)
		return;
	char *text = g_strdup_printf("%s\n%s", own, quote);
	set_text(draft, "body", text);
	g_free(text);
}

bool
template_apply(struct app *app, json_t *draft, const char *name, enum template_kind kind, const json_t *original)
{
	GError *error = NULL;
	json_t *values = values_of(app, draft, original);
	if (name == NULL)
		name = name_for(app->rc, jsonl_string(draft, "account"), kind);
	bool is_good = original == NULL || fill_attribution(app, values, &error);
	char *text = is_good && name != NULL ? read_text(app->rc, name, original != NULL, &error) : NULL;
	if (text != NULL) {
		json_t *made = filled(text, values);
		lay_over(draft, made, kind);
		json_decref(made);
	} else if (is_good && name == NULL && kind == TEMPLATE_REPLY) {
		change_attribution(draft, values, original);
	}
	if (error != NULL)
		app_error(app, "%s", error->message);
	bool is_filled = text != NULL;
	g_clear_error(&error);
	g_free(text);
	json_decref(values);
	return is_filled;
}

/* checked beforehand */

static void
complain(GPtrArray *complaints, GError *error)
{
	if (error != NULL)
		g_ptr_array_add(complaints, g_strdup(error->message));
	g_clear_error(&error);
}

GPtrArray *
template_complaints(const struct rc *rc)
{
	GPtrArray *complaints = g_ptr_array_new_with_free_func(g_free);
	const char *const *names = rc_names(rc, "template");
	const struct rc_account *const *accounts = rc_accounts(rc);
	for (size_t i = 0; names[i] != NULL; i++) {
		const char *kind = rc_string(rc, "template", names[i], "for");
		GError *error = NULL;
		/* one that is asked for by its name may be for an answer */
		g_free(read_text(rc, names[i], !g_str_equal(kind, "new"), &error));
		complain(complaints, error);
	}
	for (size_t i = 0; accounts[i] != NULL; i++) {
		const char *own = rc_string(rc, "account", accounts[i]->name, "attribution");
		GError *error = NULL;
		if (own != NULL && !template_check(own, true, &error))
			g_prefix_error(&error, "%s: attribution of account \"%s\", line ", rc_path(rc), accounts[i]->name);
		complain(complaints, error);
	}
	return complaints;
}
