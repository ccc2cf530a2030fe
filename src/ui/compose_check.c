/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_check.c - the checks of a letter while it is written: the store looks at its bytes, the judge at
 * its domains; whatever comes first is shown first. */
#include "ui/ask.h"
#include "ui/compose.h"

#define DNS_SECONDS 10

/* What an answer that may outlive the page carries. */
struct look {
	struct app *app;
	guint serial;
	enum compose_eye eye;
};

static struct look *
look_new(const struct compose *c, enum compose_eye eye)
{
	struct look *look = g_new0(struct look, 1);
	look->app = c->app;
	look->serial = c->serial;
	look->eye = eye;
	return look;
}

/* Errors first, then in the order of the eyes. */
static void
merge(struct compose *c)
{
	json_decref(c->findings);
	c->findings = json_array();
	for (int errors = 1; errors >= 0; errors--) {
		for (size_t eye = 0; eye < COMPOSE_N_EYES; eye++) {
			size_t i;
			json_t *f;
			json_array_foreach(c->seen[eye], i, f)
			{
				bool is_error = g_strcmp0(jsonl_string(f, "level"), "error") == 0;
				if (is_error == (errors == 1))
					json_array_append(c->findings, f);
			}
		}
	}
}

/* y came before the findings. What is to be asked is asked where the letter is seen. */
static void
go_on(struct compose *c)
{
	char *doubt = compose_doubt(c);
	if (doubt == NULL || compose_top(c->app) == c) {
		compose_send(c, c->send_at);
	} else {
		c->is_send_waiting = false;
		app_error(c->app, "the letter is not sent yet: look at it again");
	}
	g_free(doubt);
}

static void
on_looked(const struct reply *reply, void *user)
{
	struct look *look = user;
	if (reply->kind == REPLY_EVENT)
		return;
	struct compose *c = compose_of_serial(look->app, look->serial);
	if (c != NULL) {
		json_decref(c->seen[look->eye]);
		c->seen[look->eye] = NULL;
		if (look->eye == COMPOSE_EYE_BYTES)
			g_clear_pointer(&c->check_error, g_free);
		if (reply->kind == REPLY_DONE)
			c->seen[look->eye] = json_incref(json_object_get(reply->obj, "findings"));
		else if (look->eye == COMPOSE_EYE_BYTES)
			c->check_error = g_strdup(reply->error->message);
		if (look->eye == COMPOSE_EYE_BYTES)
			c->is_looked_at = true;
		/* "nothing to complain about" is for the store to say */
		if (c->seen[COMPOSE_EYE_BYTES] != NULL)
			merge(c);
		app_redraw(look->app);
		if (c->is_looked_at && c->is_send_waiting)
			go_on(c);
	}
	g_free(look);
}

json_t *
compose_recipients(const json_t *draft)
{
	static const char *const keys[] = {"to", "cc", "bcc"};
	json_t *all = json_array();
	for (size_t k = 0; k < G_N_ELEMENTS(keys); k++) {
		json_t *value = json_object_get(draft, keys[k]);
		if (json_is_array(value))
			json_array_extend(all, value);
		else if (json_is_string(value))
			json_array_append(all, value);
	}
	return all;
}

void
compose_check(struct compose *c)
{
	const char *account = jsonl_string(c->draft, "account");
	c->is_looked_at = c->is_send_waiting = false;
	json_t *obj = json_pack("{s:s, s:o, s:s*}", "op", "check", "draft", json_deep_copy(c->draft),
	    "account", account);
	ask_reader(c->app, NULL, obj, on_looked, look_new(c, COMPOSE_EYE_BYTES));
	char *from = compose_field(c, "from");
	obj = json_pack("{s:s*, s:s, s:o, s:i}", "account", account, "from", from, "recipients",
	    compose_recipients(c->draft), "seconds", DNS_SECONDS);
	client_check_domains(c->app->client, obj, on_looked, look_new(c, COMPOSE_EYE_DOMAINS));
	g_free(from);
}

/* Warnings that are asked about, too: what is not easily seen on the page, and cannot be mended once it has left. */
static bool
is_slip(const json_t *finding)
{
	static const char *const codes[] = {"attachment-forgotten", "attachment-empty", "attachment-changed", "subject-empty",
	    "body-empty", "template-left", "private-key", "domain-slip", "reply-blind", "reply-suspect", NULL};
	return g_strv_contains(codes, jsonl_string(finding, "code"));
}

char *
compose_doubt(const struct compose *c)
{
	guint errors = compose_n_errors(c), slips = 0;
	const char *first = NULL;
	size_t i;
	json_t *f;
	json_array_foreach(c->findings, i, f)
	{
		if (!is_slip(f))
			continue;
		if (slips++ == 0)
			first = jsonl_string(f, "text");
	}
	if (errors > 0)
		return g_strdup_printf(errors == 1 ? "%u check says no. Send all the same? (y/n) "
						   : "%u checks say no. Send all the same? (y/n) ",
		    errors);
	if (slips == 0)
		return NULL;
	return slips == 1 ? g_strdup_printf("%s Send all the same? (y/n) ", first)
			  : g_strdup_printf("%s And %u more. Send all the same? (y/n) ", first, slips - 1);
}

guint
compose_n_errors(const struct compose *c)
{
	guint n = 0;
	size_t i;
	json_t *f;
	json_array_foreach(c->findings, i, f)
	{
		if (g_strcmp0(jsonl_string(f, "level"), "error") == 0)
			n++;
	}
	return n;
}

/* Is the finding about this field? One about a recipient is about the field that names it. */
static bool
is_about(const json_t *finding, const char *label, const char *value)
{
	const char *where = jsonl_string(finding, "where");
	const char *text = jsonl_string(finding, "text");
	const char *colon = text != NULL ? strchr(text, ':') : NULL;
	if (g_strcmp0(where, label) == 0)
		return true;
	if (g_strcmp0(where, "recipient") != 0 || colon == NULL)
		return false;
	char *address = g_strndup(text, (gsize)(colon - text));
	bool is_here = strchr(address, '@') != NULL && strstr(value, address) != NULL &&
	    (g_str_equal(label, "To") || g_str_equal(label, "Cc") || g_str_equal(label, "Bcc"));
	g_free(address);
	return is_here;
}

const char *
compose_worst(const struct compose *c, const char *label, const char *value)
{
	const char *worst = NULL;
	size_t i;
	json_t *f;
	json_array_foreach(c->findings, i, f)
	{
		/* errors come first */
		if (worst == NULL && g_strcmp0(jsonl_string(f, "level"), "fix") != 0 &&
		    is_about(f, label, value))
			worst = jsonl_string(f, "level");
	}
	return worst;
}
