/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stand-ins on disk and their mapping in state.db. */
#include "store/standin.h"

#include "base/file.h"

#include <string.h>
#include <unistd.h>

bool
standin_is_path(struct index *ix, const char *path)
{
	return g_str_has_prefix(index_relative(ix, path), STANDIN_DIR "/");
}

/* notmuch takes nothing for mail that has none of these. */
static bool
has_known_field(const char *text)
{
	return g_str_has_prefix(text, "From:") || g_str_has_prefix(text, "To:") ||
	    g_str_has_prefix(text, "Subject:");
}

static bool
write_file(struct index *ix, const char *path, const char *bytes, size_t len,
    const struct prescreen *found, const char *sha256, const char *reason, GError **error)
{
	char *dir = g_strconcat(index_root(ix), "/" STANDIN_DIR, NULL);
	char *text = prescreen_stand_in(bytes, len, found, sha256);
	char *whole = g_strconcat(has_known_field(text) ? "" : "Subject: (no header)\n", text, "\n",
	    reason, "\n", NULL);
	bool ok = file_make_dir(dir, error) &&
	    file_write_durable(path, whole, strlen(whole), 0600, error);

	g_free(dir);
	g_free(text);
	g_free(whole);
	return ok;
}

char *
standin_make(struct index *ix, const char *path, const char *bytes, size_t len,
    const struct prescreen *found, const char *sha256, const char *reason, const char *program,
    GError **error)
{
	char *relative = g_strdup_printf(STANDIN_DIR "/%s.eml", sha256);
	char *standin = g_strconcat(index_root(ix), "/", relative, NULL);
	char *key = index_key(ix, path);
	char *real = g_strdup(index_relative(ix, path));
	char *why = g_strdup(reason), *who = g_strdup(program);
	struct state_standin s = { key, real, relative, why, who };
	bool ok = write_file(ix, standin, bytes, len, found, sha256, reason, error) &&
	    state_standin_put(index_state(ix), &s, error);

	g_free(relative);
	g_free(key);
	g_free(real);
	g_free(why);
	g_free(who);
	if (ok)
		return standin;
	g_free(standin);
	return NULL;
}

char *
standin_drop(struct index *ix, const char *path)
{
	char *key = index_key(ix, path);
	struct state_standin *s = state_standin_of_key(index_state(ix), key);
	GPtrArray *others;
	char *out = NULL;

	if (s != NULL && state_standin_remove(index_state(ix), key, NULL)) {
		others = state_standins_of_path(index_state(ix), s->standin);
		if (others->len == 0)
			out = g_strconcat(index_root(ix), "/", s->standin, NULL);
		g_ptr_array_unref(others);
	}
	state_standin_free(s);
	g_free(key);
	return out;
}
