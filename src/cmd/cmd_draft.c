/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The draft of -H FILE. What the editor's form keeps in the text, so that nothing typed is lost, would here be sent
 * to the readers: fields that no draft has are taken out before. */
#include "cmd/cmd_draft.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/limits.h"
#include "ui/edit_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static GBytes *
read_input(GError **error)
{
	GByteArray *bytes = g_byte_array_new();
	guint8 block[65536];
	ssize_t n = 0;

	while (bytes->len <= LIMIT_LETTER_FILE && (n = read(STDIN_FILENO, block, sizeof(block))) > 0)
		g_byte_array_append(bytes, block, (guint)n);
	if (n == 0)
		return g_byte_array_free_to_bytes(bytes);
	g_set_error(error, PF_ERROR, PF_ERROR_IO, "cannot read the draft: %s",
	    n < 0 ? g_strerror(errno) : "it is too large");
	g_byte_array_unref(bytes);
	return NULL;
}

static bool
is_one_of(const char *line, size_t len, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strlen(*names) == len && g_ascii_strncasecmp(line, *names, len) == 0)
			return true;
	return false;
}

/* One field, folded lines and all: into the draft, into the text that is left, or among the ignored. */
static void
take_field(json_t *draft, const char *field, size_t len, GString *text, GString *ignored)
{
	static const char *const ours[] = {"From", "To", "Cc", "Bcc", "Subject", "Reply-To",
	    "Attach", NULL};
	static const char *const ids[] = {"In-Reply-To", "References", NULL};
	const char *colon = memchr(field, ':', len);
	size_t name = colon != NULL ? (size_t)(colon - field) : 0;

	if (name == 0 || is_one_of(field, name, ours)) {
		g_string_append_len(text, field, (gssize)len);
	} else if (is_one_of(field, name, ids)) {
		char *value = g_strndup(colon + 1, len - name - 1);
		g_strstrip(g_strdelimit(value, "\r\n\t", ' '));
		json_object_set_new(draft,
		    g_ascii_tolower(*field) == 'i' ? "in_reply_to" : "references",
		    jsonl_text(value, -1));
		g_free(value);
	} else {
		g_string_append_printf(ignored, "%s%.*s", ignored->len > 0 ? ", " : "",
		    (int)MIN(name, 80), field);
	}
}

/* mutt's form. */
static json_t *
from_text(const char *bytes, size_t len, char **ignored_out)
{
	json_t *draft = json_object();
	GString *text = g_string_new(NULL), *ignored = g_string_new(NULL);
	const char *p = bytes, *end = bytes + len;

	while (p < end && *p != '\n' && *p != '\r') {
		const char *next = p;
		do {
			const char *nl = memchr(next, '\n', (size_t)(end - next));
			next = nl != NULL ? nl + 1 : end;
		} while (next < end && (*next == ' ' || *next == '\t'));
		take_field(draft, p, (size_t)(next - p), text, ignored);
		p = next;
	}
	g_string_append_len(text, p, end - p);
	edit_file_to_draft(text->str, text->len, draft);
	*ignored_out = g_string_free(ignored, ignored->len == 0);
	g_string_free(text, TRUE);
	return draft;
}

json_t *
cmd_draft_load(const char *path, char **ignored_out, GError **error)
{
	GBytes *bytes =
	    strcmp(path, "-") == 0 ? read_input(error) : file_read(path, LIMIT_LETTER_FILE, error);
	gsize len;

	*ignored_out = NULL;
	if (bytes == NULL)
		return NULL;
	const char *text = g_bytes_get_data(bytes, &len);
	json_t *draft = json_loadb(text != NULL ? text : "", len, 0, NULL);
	if (!json_is_object(draft)) {
		json_decref(draft);
		draft = from_text(text != NULL ? text : "", len, ignored_out);
	}
	g_bytes_unref(bytes);
	json_object_set_new(draft, "is_whole", json_true());
	return draft;
}
