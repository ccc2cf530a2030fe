/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secure.c - the state of an opening, and the words about it. */
#include "ui/secure.h"

#include "base/file.h"
#include "client/opening.h"

#include <string.h>
#include <unistd.h>

void
secure_reset(struct secure *s)
{
	passphrase_drop(s->asking);
	if (s->asking != NULL)
		close(s->fd);
	json_decref(s->security);
	letter_unref(s->opened);
	g_free(s->path);
	g_free(s->error);
	*s = (struct secure){0};
}

static void
on_opened(const struct reply *reply, void *user)
{
	struct secure *s = user;
	if (reply->kind == REPLY_EVENT)
		return;
	s->asking = NULL;
	if (reply->kind == REPLY_DONE)
		s->security = json_deep_copy(json_object_get(reply->obj, "security"));
	else
		s->error = g_strdup_printf("could not verify: %s", reply->error->message);
	if (reply->kind == REPLY_DONE && jsonl_bool(reply->obj, "rewritten", false)) {
		opening_seal(s->fd);
		s->opened = letter_of_fd(s->fd, s->path);
	} else {
		close(s->fd);
	}
	s->fn(s->user);
}

bool
secure_start(struct secure *s, struct app *app, struct letter *letter, const json_t *head,
    void (*fn)(void *user), void *user)
{
	int fds[2];
	if (s->asking != NULL || s->security != NULL || s->error != NULL || app->is_ended ||
	    !opening_is_due(head))
		return false;
	fds[0] = letter_fd(letter);
	fds[1] = s->fd = file_in_memory(NULL);
	if (s->fd < 0) {
		s->error = g_strdup("could not verify: there is no memory for it");
		return false;
	}
	s->path = g_strdup(letter_path(letter));
	s->fn = fn;
	s->user = user;
	s->asking = passphrase_ask(app, client_crypt(app->client), opening_request(false), fds, 2,
	    letter_path(letter), on_opened, s);
	return true;
}

struct letter *
secure_letter(const struct secure *s, struct letter *original)
{
	return s->opened != NULL ? s->opened : original;
}

void
secure_add(const struct secure *s, json_t *request)
{
	if (s->security != NULL)
		opening_add(request, s->security);
}

static enum style
style_of(const char *level)
{
	static const struct {
		const char *level;
		enum style style;
	} styles[] = {
	    {"good", STYLE_GOOD},
	    {"note", STYLE_DIM},
	    {"warn", STYLE_WARN},
	    {"bad", STYLE_SUSPECT},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(styles); i++)
		if (g_strcmp0(level, styles[i].level) == 0)
			return styles[i].style;
	return STYLE_NORMAL;
}

char *
secure_line(const struct secure *s, enum style *style_out)
{
	*style_out = STYLE_WARN;
	if (s->error != NULL)
		return g_strdup(s->error);
	*style_out = STYLE_DIM;
	if (s->asking != NULL)
		return g_strdup("one moment: signed or encrypted");
	*style_out = style_of(jsonl_string(s->security, "level"));
	return g_strdup(jsonl_string(s->security, "summary"));
}

char *
secure_warning(const struct secure *s)
{
	const json_t *list = json_object_get(s->security, "header_mismatches");
	GString *out = g_string_new(NULL);
	size_t i;
	json_t *one;
	json_array_foreach(list, i, one)
	{
		const char *field = jsonl_string(one, "field");
		const char *outer = jsonl_string(one, "outer");
		g_string_append_printf(out, "%s%s: %s", i > 0 ? "; " : "changed on the way: ",
		    field != NULL ? field : "", outer != NULL ? outer : "");
	}
	if (out->len == 0 && jsonl_bool(s->security, "closed_parts", false))
		g_string_append(out, "a part within is encrypted by itself and stays closed");
	if (out->len > 0)
		return g_string_free(out, FALSE);
	g_string_free(out, TRUE);
	return NULL;
}

bool
secure_is_confidential(const struct secure *s)
{
	return jsonl_bool(s->security, "opened", false);
}
