/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_wishes.c - when and how a letter is to leave, as the writer asked. */
#include "programs/store_wishes.h"

#include "base/error.h"
#include "base/jsonl.h"

/* "success,failure" or the rc's word to RFC 3461 4.1. Owned; "" for the server's own
 * ways. */
static char *
notify_of(const char *text, GError **error)
{
	static const struct {
		const char *word, *notify;
	} words[] = {
	    {"default", ""},
	    {"never", "NEVER"},
	    {"failure", "FAILURE"},
	    {"late", "FAILURE,DELAY"},
	    {"always", "SUCCESS,FAILURE,DELAY"},
	};
	static const char *const parts[] = {"SUCCESS", "FAILURE", "DELAY", NULL};
	char *upper = g_ascii_strup(text, -1), **list = g_strsplit(upper, ",", 4);
	bool good = list[0] != NULL;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(words); i++) {
		if (g_ascii_strcasecmp(words[i].word, text) == 0) {
			g_free(upper);
			g_strfreev(list);
			return g_strdup(words[i].notify);
		}
	}
	for (i = 0; list[i] != NULL; i++)
		good = good && g_strv_contains(parts, list[i]);
	g_strfreev(list);
	if (good)
		return upper;
	g_free(upper);
	g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
	    "\"%s\": delivery reports are default, never, failure, late, always, or a "
	    "list of "
	    "success, failure and delay",
	    text);
	return NULL;
}

static bool
take_time(struct store_wishes *w, const json_t *args, gint64 now, GError **error)
{
	const json_t *at = json_object_get(args, "at");
	gint64 hold =
	    CLAMP(jsonl_int(args, "hold", 0), 0, G_GINT64_CONSTANT(10) * 366 * 86400);
	GDateTime *t = NULL;

	w->is_undo = hold > 0 && at == NULL;
	w->leave_at = hold > 0 ? now + hold : 0;
	if (at == NULL)
		return true;
	if (json_is_string(at))
		t = g_date_time_new_from_iso8601(json_string_value(at), NULL);
	w->leave_at = t != NULL ? g_date_time_to_unix(t) : json_integer_value(at);
	g_clear_pointer(&t, g_date_time_unref);
	if (w->leave_at > 0)
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
	    "\"at\" is a time as RFC 3339 has it, or seconds since 1970");
	return false;
}

static bool
read_wishes(struct store_wishes *w, const struct store_program *p, const json_t *args,
    const struct store_letter *letter, GError **error)
{
	const char *priority = jsonl_string(args, "priority");
	const char *notify = jsonl_string(args, "notify");

	*w = (struct store_wishes){.require_tls = jsonl_bool(args, "require_tls", false)};
	if (g_strcmp0(priority, "high") == 0)
		w->priority = QUEUE_HIGH;
	else if (g_strcmp0(priority, "low") == 0)
		w->priority = QUEUE_LOW;
	if (notify == NULL)
		notify = rc_string(p->rc, "account", letter->account->name, "dsn");
	w->notify = notify_of(notify != NULL ? notify : "default", error);
	return w->notify != NULL &&
	       take_time(w, args, g_get_real_time() / G_USEC_PER_SEC, error);
}

/* Those of the request, over those that the draft carries. */
bool
store_wishes_take(struct store_wishes *w, const struct store_program *p,
    const json_t *request, const struct store_letter *letter, GError **error)
{
	json_t *kept = json_object_get(json_object_get(request, "draft"), "wishes");
	json_t *args = json_is_object(kept) ? json_copy(kept) : json_object();
	bool good;

	json_object_update(args, (json_t *)(guintptr)request);
	good = read_wishes(w, p, args, letter, error);
	json_decref(args);
	return good;
}

void
store_wishes_clear(struct store_wishes *w)
{
	g_clear_pointer(&w->notify, g_free);
}
