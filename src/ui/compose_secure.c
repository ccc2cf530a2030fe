/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_secure.c - what the review page says about signing and encrypting a letter, before it goes. */
#include "ui/ask.h"
#include "ui/compose.h"

#include <string.h>

struct planning {
	struct app *app;
	guint serial;
};

static const char *
account_of(const struct compose *c)
{
	const char *name = jsonl_string(c->draft, "account");
	return name != NULL && rc_account(c->app->rc, name) != NULL ? name : NULL;
}

bool
compose_signs(const struct compose *c)
{
	const json_t *value = json_object_get(c->draft, "sign");
	const char *account = account_of(c);
	if (json_is_boolean(value))
		return json_is_true(value);
	return account != NULL && rc_bool(c->app->rc, "account", account, "sign");
}

const char *
compose_encrypts(const struct compose *c)
{
	const json_t *value = json_object_get(c->draft, "encrypt");
	const char *account = account_of(c);
	if (json_is_boolean(value))
		return json_is_true(value) ? "yes" : "no";
	return account != NULL ? rc_string(c->app->rc, "account", account, "encrypt") : "no";
}

static void
on_planned(const struct reply *reply, void *user)
{
	struct planning *p = user;
	struct compose *c = compose_of_serial(p->app, p->serial);
	if (reply->kind == REPLY_EVENT)
		return;
	if (c != NULL) {
		json_decref(c->plan);
		g_clear_pointer(&c->plan_error, g_free);
		c->plan = NULL;
		if (reply->kind == REPLY_DONE)
			c->plan = json_deep_copy(json_object_get(reply->obj, "report"));
		else
			c->plan_error = g_strdup(reply->error->message);
		app_redraw(p->app);
	}
	g_free(p);
}

void
compose_secure_plan(struct compose *c)
{
	json_decref(c->plan);
	c->plan = NULL;
	g_clear_pointer(&c->plan_error, g_free);
	if (!compose_signs(c) && g_str_equal(compose_encrypts(c), "no"))
		return;
	struct planning *p = g_new0(struct planning, 1);
	p->app = c->app;
	p->serial = c->serial;
	ask_reader(c->app, NULL,
	    json_pack("{s:s, s:o}", "op", "protect-plan", "draft", json_deep_copy(c->draft)), on_planned,
	    p);
}

/* "to ann@x (key 1234ABCD, not verified), bob@x" */
static char *
readers(const json_t *plan)
{
	GString *out = g_string_new(NULL);
	size_t i;
	json_t *one;
	json_array_foreach(json_object_get(plan, "recipients"), i, one)
	{
		const char *address = jsonl_string(one, "address");
		const char *fpr = jsonl_string(one, "fingerprint");
		g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", address != NULL ? address : "?");
		if (fpr != NULL && strlen(fpr) >= 16)
			g_string_append_printf(out, " (%s%s)", fpr + strlen(fpr) - 16,
			    jsonl_bool(one, "believed", false) ? "" : ", not verified");
	}
	return g_string_free(out, FALSE);
}

char *
compose_secure_line(const struct compose *c, enum style *style_out)
{
	bool wanted = compose_signs(c) || !g_str_equal(compose_encrypts(c), "no");
	*style_out = STYLE_MUTED;
	if (!wanted)
		return g_strdup("in clear, not signed (S signs, E encrypts)");
	if (c->plan_error != NULL) {
		*style_out = STYLE_BAD;
		return g_strdup(c->plan_error);
	}
	if (c->plan == NULL)
		return g_strdup("looking for keys");
	bool encrypts = jsonl_bool(c->plan, "encrypt", false);
	const char *user = jsonl_string(json_object_get(c->plan, "signer"), "user_id");
	const char *kind = g_strcmp0(jsonl_string(c->plan, "protocol"), "smime") == 0 ? "S/MIME" : "OpenPGP";
	GString *out = g_string_new(NULL);
	*style_out = STYLE_GOOD;
	if (encrypts) {
		char *who = readers(c->plan);
		g_string_append_printf(out, "%s: encrypted for %s", kind, who);
		g_free(who);
	}
	if (user != NULL)
		g_string_append_printf(out, "%ssigned by %s", encrypts ? "; " : "", user);
	if (!encrypts && !g_str_equal(compose_encrypts(c), "no")) {
		const char *why = jsonl_string(c->plan, "problem");
		*style_out = STYLE_WARN;
		g_string_append_printf(out, "%sin clear: %s", out->len > 0 ? "; " : "",
		    why != NULL ? why : "not all readers have a key");
	}
	return g_string_free(out, FALSE);
}
