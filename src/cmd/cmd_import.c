/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold import: messages out of mbox files (RFC 4155), of any of the forms that there have been in twenty years, and out of
 * files of their own. Each is on the disk when the next is read; the index gets them in lots. */
#include "cmd/import.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/mbox.h"
#include "base/safe_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOT 200 /* messages: some seconds of indexing, and what a kill leaves to the next scan */

void
import_tell(struct import *in, const char *where, GError *error)
{
	int code;

	if (where != NULL)
		g_prefix_error(&error, "%s: ", where);
	code = cmd_fail(error);
	if (in->code == 0)
		in->code = code;
}

static void
on_indexed(const struct reply *reply, void *user)
{
	struct import *in = user;
	const char *event = jsonl_string(reply->obj, "event");

	if (g_strcmp0(event, "failed") == 0)
		import_tell(in, jsonl_string(reply->obj, "path"),
		    g_error_new(PF_ERROR, PF_ERROR_DATA, "it is in its folder, and not indexed: %s",
			jsonl_string(reply->obj, "message")));
	else if (g_strcmp0(event, "indexed") == 0 && in->ctx->opts->json)
		cmd_print_json(json_pack("{s:O*, s:O*}", "id", json_object_get(reply->obj, "id"), "path",
		    json_object_get(reply->obj, "path")));
}

/* What is on the disk goes into the index. */
static void
index_lot(struct import *in)
{
	GError *error = NULL;
	json_t *paths = json_array(), *answer;

	for (guint i = 0; i < in->lot->len; i++)
		json_array_append_new(paths, jsonl_text(g_ptr_array_index(in->lot, i), -1));
	g_ptr_array_set_size(in->lot, 0);
	if (json_array_size(paths) == 0) {
		json_decref(paths);
		return;
	}
	answer = supervisor_call(client_store(cmd_client(in->ctx)),
	    json_pack("{s:s, s:o, s:b}", "op", "index", "paths", paths, "filed", true), NULL, 0, 0, on_indexed, in, &error);
	if (answer == NULL) {
		import_tell(in, NULL, error);
		in->is_stopped = true;
	}
	json_decref(answer);
	if (!in->ctx->opts->json && isatty(STDERR_FILENO))
		(void)fprintf(stderr, "\r%u messages ", in->n_taken);
}

static json_t *
ask_store(struct import *in, int fd, const char *flags, GError **error)
{
	if (flags == NULL && in->is_read)
		flags = "S";
	return supervisor_call(client_store(cmd_client(in->ctx)),
	    json_pack("{s:s, s:s*, s:s, s:s*}", "op", "import", "account", in->account, "folder", in->into, "flags",
		flags),
	    &fd, 1, 0, NULL, NULL, error);
}

bool
import_message(struct import *in, const char *text, size_t len, const char *flags, const char *where, unsigned number)
{
	GError *error = NULL;
	int fd = file_memory(text, len, &error);
	json_t *answer = fd >= 0 ? ask_store(in, fd, flags, &error) : NULL;

	if (fd >= 0)
		close(fd);
	if (answer == NULL) {
		in->is_stopped = !g_error_matches(error, PF_ERROR, PF_ERROR_DATA) &&
				 !g_error_matches(error, PF_ERROR, PF_ERROR_LIMIT);
		if (number > 0)
			g_prefix_error(&error, "message %u: ", number);
		import_tell(in, where, error);
		return false;
	}
	if (jsonl_bool(answer, "known", false)) {
		in->n_known++;
	} else {
		in->n_taken++;
		g_ptr_array_add(in->lot, g_strdup(jsonl_string(answer, "path")));
	}
	json_decref(answer);
	if (in->lot->len >= LOT)
		index_lot(in);
	return true;
}

/* One file that is being read. */
struct reading {
	struct import *in;
	const char *path;
	char *into; /* of the import, if this is an mbox with a folder of its own */
	bool is_named;
	GString *message, *held; /* a "From " that may be a separator: the next line tells */
	unsigned number;	 /* of the message */
	bool is_mbox, has_line, is_after_blank, is_over;
};

/* The empty line before the next "From " belongs to the mbox. */
static void
drop_separator(GString *message)
{
	size_t n = message->len;

	if (n >= 2 && message->str[n - 1] == '\n' && message->str[n - 2] == '\n')
		g_string_truncate(message, n - 1);
	else if (n >= 4 && strcmp(message->str + n - 4, "\r\n\r\n") == 0)
		g_string_truncate(message, n - 2);
}

static void
end_message(struct reading *r)
{
	bool is_removed = false;
	char *flags;

	if (r->is_mbox)
		drop_separator(r->message);
	if (r->is_over) {
		char *where = g_strdup_printf("%s: message %u", r->path, r->number);
		import_tell(r->in, where,
		    g_error_new(PF_ERROR, PF_ERROR_LIMIT, "it is larger than %u MB, and left out", LIMIT_LITERAL >> 20));
		g_free(where);
	} else if (strspn(r->message->str, "\r\n") < r->message->len) {
		flags = mbox_flags(r->message->str, r->message->len, &is_removed);
		if (is_removed)
			r->in->n_removed++;
		else
			(void)import_message(
			    r->in, r->message->str, r->message->len, flags, r->path, r->is_mbox ? r->number : 0);
		g_free(flags);
	}
	g_string_truncate(r->message, 0);
	r->is_over = false;
}

static void
add_line(struct reading *r, const char *line, size_t len)
{
	if (r->is_mbox && mbox_is_stuffed(line) && line[0] == '>') { /* one > was put there by whoever wrote it */
		line++;
		len--;
	}
	r->is_after_blank = line[strspn(line, "\r\n")] == '\0' && len <= 2;
	r->is_over = r->is_over || r->message->len + len > LIMIT_LITERAL;
	if (!r->is_over)
		g_string_append_len(r->message, line, (gssize)len);
}

static void
begin_message(struct reading *r)
{
	if (r->number > 0)
		end_message(r);
	r->number++;
	r->is_after_blank = false;
}

/* "lists.mbox" is the folder lists, and "mbox" the one that it lies in. Owned. */
static char *
own_folder(const struct reading *r)
{
	char *name = g_path_get_basename(r->path), *into;

	if (g_str_has_suffix(name, ".mbox"))
		name[strlen(name) - strlen(".mbox")] = '\0';
	into = *name == '\0' || strcmp(name, "mbox") == 0 ? g_strdup(r->in->into) : g_strjoin("/", r->in->into, name, NULL);
	g_free(name);
	return into;
}

/* What the file is shows by its first line. */
static bool
begin_file(struct reading *r, const char *line)
{
	r->has_line = true;
	r->is_mbox = strncmp(line, "From ", 5) == 0;
	if (!r->is_mbox && !mbox_is_field(line)) {
		import_tell(r->in, r->path, g_error_new(PF_ERROR, PF_ERROR_DATA,
		    "it is neither an mbox nor a message: its first line is no header field"));
		return false;
	}
	if (r->is_mbox && r->is_named) {
		char *own = own_folder(r);
		r->into = r->in->into;
		r->in->into = own;
	}
	return true;
}

static void
take_line(struct reading *r, const char *line, size_t len)
{
	bool is_from = r->is_mbox && strncmp(line, "From ", 5) == 0;

	if (r->held->len > 0) {
		if (mbox_is_field(line))
			begin_message(r);
		else
			add_line(r, r->held->str, r->held->len);
		g_string_truncate(r->held, 0);
	}
	if (is_from && (r->number == 0 || mbox_is_dated(line)))
		begin_message(r);
	else if (is_from && r->is_after_blank)
		g_string_append_len(r->held, line, (gssize)len);
	else
		add_line(r, line, len);
}

static void
read_stream(struct reading *r, FILE *f)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	bool is_good = true;

	while (is_good && !r->in->is_stopped && (len = getline(&line, &room, f)) >= 0) {
		is_good = r->has_line || begin_file(r, line);
		if (is_good)
			take_line(r, line, (size_t)len);
	}
	free(line);
	if (is_good && ferror(f)) {
		import_tell(r->in, r->path, g_error_new(PF_ERROR, PF_ERROR_IO, "%s", g_strerror(errno)));
	} else if (is_good && !r->in->is_stopped) {
		if (r->held->len > 0)
			add_line(r, r->held->str, r->held->len);
		end_message(r);
	}
}

void
import_file(struct import *in, const char *path, bool is_named)
{
	struct reading r = {
	    .in = in, .path = path, .is_named = is_named, .message = g_string_new(NULL), .held = g_string_new(NULL)};
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

	if (f == NULL)
		import_tell(in, path, g_error_new(PF_ERROR, PF_ERROR_NO_INPUT, "%s", g_strerror(errno)));
	else
		read_stream(&r, f);
	if (f != NULL && f != stdin)
		(void)fclose(f);
	if (r.into != NULL) {
		g_free(in->into);
		in->into = r.into;
	}
	g_string_free(r.message, TRUE);
	g_string_free(r.held, TRUE);
}

/* What a former import left on the disk and not in the index is known by its bytes afterwards. */
static bool
look_first(struct import *in)
{
	GError *error = NULL;
	json_t *answer =
	    supervisor_call(client_store(cmd_client(in->ctx)), json_pack("{s:s}", "op", "scan"), NULL, 0, 0, NULL, NULL,
		&error);
	bool is_good = answer != NULL;

	if (!is_good)
		import_tell(in, NULL, error);
	json_decref(answer);
	return is_good;
}

static void
tell_end(const struct import *in)
{
	GString *text = g_string_new(NULL);

	g_string_printf(text, "%s%u message%s taken in", isatty(STDERR_FILENO) ? "\r" : "", in->n_taken,
	    in->n_taken == 1 ? "" : "s");
	if (in->n_known > 0)
		g_string_append_printf(text, ", %u %s here already", in->n_known, in->n_known == 1 ? "was" : "were");
	if (in->n_removed > 0)
		g_string_append_printf(text, ", %u left out that its mbox has as removed", in->n_removed);
	(void)printf("%s\n", text->str);
	g_string_free(text, TRUE);
}

static int
import_all(struct import *in, char **paths)
{
	in->lot = g_ptr_array_new_with_free_func(g_free);
	in->is_stopped = !look_first(in);
	for (; *paths != NULL && !in->is_stopped; paths++) {
		in->into = g_strdup(in->folder);
		if (g_file_test(*paths, G_FILE_TEST_IS_DIR))
			import_tree(in, *paths);
		else
			import_file(in, *paths, false);
		g_clear_pointer(&in->into, g_free);
	}
	index_lot(in);
	g_ptr_array_unref(in->lot);
	if (!in->ctx->opts->json)
		tell_end(in);
	return in->code != 0 ? in->code : in->n_taken + in->n_known > 0 ? 0 : 1;
}

int
cmd_import(struct cmd_context *ctx, int argc, char **argv)
{
	struct import in = {.ctx = ctx, .folder = cmd_take_option(&argc, argv, "--folder")};

	in.account = cmd_take_option(&argc, argv, "--account");
	in.is_read = cmd_take_switch(&argc, argv, "--read");
	if (in.folder == NULL)
		in.folder = "Import";
	if (cmd_unknown_option(&argc, argv) != NULL || argc < 2)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold import [--folder F] [--account A] [--read] PATH..."));
	return import_all(&in, argv + 1);
}
