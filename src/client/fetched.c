/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fetched.c - see fetched.h. */
#include "client/fetched.h"

#include "base/file.h"
#include "base/jsonl.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MAX_BYTES  (64u << 10) /* of the file, some 500 runs, before the older half goes */
#define KEPT_BYTES (32u << 10)

static char *
path_of(const struct rc *rc)
{
	char *dir = rc_state_dir(rc), *path = g_build_filename(dir, "fetched", NULL);
	g_free(dir);
	return path;
}

/* The newer half stays, from the start of a line on. */
static void
shorten(const char *path)
{
	GBytes *all = file_read(path, 2 * MAX_BYTES, NULL);
	gsize len = 0;
	const char *text = all != NULL ? g_bytes_get_data(all, &len) : NULL;
	const char *from =
	    len > KEPT_BYTES ? memchr(text + len - KEPT_BYTES, '\n', KEPT_BYTES) : NULL;
	if (from != NULL)
		(void)g_file_set_contents_full(path, from + 1,
		    (gssize)(text + len - from - 1), G_FILE_SET_CONTENTS_CONSISTENT, 0600,
		    NULL); /* too long is no harm */
	if (all != NULL)
		g_bytes_unref(all);
	else
		(void)unlink(path); /* nothing of ours, or too long by far */
}

void
fetched_note(const struct rc *rc, const json_t *done)
{
	if (jsonl_int(done, "bytes", 0) <= 0)
		return;
	GDateTime *now = g_date_time_new_now_utc();
	char *time = g_date_time_format_iso8601(now), *path = path_of(rc);
	json_t *one = json_pack("{s:s, s:s*, s:I, s:f, s:I}", "time", time, "account",
	    jsonl_string(done, "account"), "bytes",
	    (json_int_t)jsonl_int(done, "bytes", 0), "seconds",
	    json_number_value(json_object_get(done, "seconds")), "new",
	    (json_int_t)jsonl_int(done, "new", 0));
	char *text = json_dumps(one, JSON_COMPACT);
	char *line = g_strconcat(text, "\n", NULL);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0) {
		(void)file_write_all(
		    fd, line, strlen(line), NULL); /* a lost line is a lost bar */
		bool is_long = lseek(fd, 0, SEEK_END) > (off_t)MAX_BYTES;
		close(fd);
		if (is_long)
			shorten(path);
	}
	g_free(line);
	free(text);
	json_decref(one);
	g_free(path);
	g_free(time);
	g_date_time_unref(now);
}

json_t *
fetched_list(const struct rc *rc, size_t n)
{
	json_t *out = json_array();
	char *path = path_of(rc);
	GBytes *all = file_read(path, 2 * MAX_BYTES, NULL);
	gsize len = 0;
	const char *data = all != NULL ? g_bytes_get_data(all, &len) : NULL;
	char *text = g_strndup(data != NULL ? data : "", len);
	char **lines = g_strsplit(text, "\n", -1);
	for (size_t i = 0; lines[i] != NULL; i++) {
		json_t *one = json_loads(lines[i], 0, NULL);
		if (json_is_object(one) && jsonl_string(one, "time") != NULL &&
		    jsonl_string(one, "account") != NULL)
			json_array_append(out, one);
		json_decref(one);
		if (json_array_size(out) > n)
			json_array_remove(out, 0);
	}
	g_strfreev(lines);
	g_free(text);
	if (all != NULL)
		g_bytes_unref(all);
	g_free(path);
	return out;
}
