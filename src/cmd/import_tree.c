/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_tree.c - folders of old mail: Maildir, also with ".A.b" for A/b; MH, with its sequences; mbox files, those of
 * Thunderbird in NAME.sbd. Links are not followed. */
#include "cmd/import.h"

#include "base/file.h"
#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define DEPTH_MAX 16	 /* of folders in folders */
#define SEQUENCES_MAX (1 << 20) /* bytes of .mh_sequences */

/* A folder that is still to be taken in. */
struct stop {
	char *path, *into;
	unsigned depth;
};

static struct stop *
stop_new(const char *path, const char *into, unsigned depth)
{
	struct stop *s = g_new0(struct stop, 1);

	s->path = g_strdup(path);
	s->into = g_strdup(into);
	s->depth = depth;
	return s;
}

static void
stop_free(struct stop *s)
{
	g_free(s->path);
	g_free(s->into);
	g_free(s);
}

/* By number, then by name. */
static gint
compare(gconstpointer a, gconstpointer b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	guint64 n = g_ascii_strtoull(x, NULL, 10), m = g_ascii_strtoull(y, NULL, 10);

	return n != m ? (n < m ? -1 : 1) : strcmp(x, y);
}

/* The names in a folder, in order; owned. */
static GPtrArray *
names_in(struct import *in, const char *path)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	DIR *dir = opendir(path);
	const struct dirent *entry;

	if (dir == NULL)
		import_tell(in, path, g_error_new(PF_ERROR, PF_ERROR_NO_INPUT, "%s", g_strerror(errno)));
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			g_ptr_array_add(names, g_strdup(entry->d_name));
	if (dir != NULL)
		closedir(dir);
	g_ptr_array_sort(names, compare);
	return names;
}

static bool
is_file(const char *path)
{
	return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

static bool
is_number(const char *name)
{
	return name[0] != '\0' && name[strspn(name, "0123456789")] == '\0';
}

static void
take_one(struct import *in, const char *path, const char *flags)
{
	GError *error = NULL;
	GBytes *bytes = file_read(path, LIMIT_LITERAL, &error);
	gsize len = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;

	if (bytes == NULL)
		import_tell(in, NULL, error);
	else if (len > 0)
		(void)import_message(in, text, len, flags, path, 0);
	if (bytes != NULL)
		g_bytes_unref(bytes);
}

/* Of DFPRST, from "NAME:2,FS" and from what was on file systems without ":". Owned; NULL: new. */
static char *
flags_of_name(const char *name)
{
	const char *info = strstr(name, ":2,");
	GString *flags = g_string_new(NULL);

	info = info != NULL ? info : strstr(name, ";2,");
	info = info != NULL ? info : strstr(name, "!2,");
	for (const char *p = info != NULL ? info + 3 : ""; *p != '\0'; p++)
		if (strchr("DFPRST", *p) != NULL && strchr(flags->str, *p) == NULL)
			g_string_append_c(flags, *p);
	return g_string_free(flags, info == NULL);
}

static void
take_maildir(struct import *in, const char *path)
{
	static const char *const parts[] = {"cur", "new"};

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		char *part = g_build_filename(path, parts[i], NULL);
		GPtrArray *names = names_in(in, part);

		for (guint k = 0; k < names->len && !in->is_stopped; k++) {
			const char *name = g_ptr_array_index(names, k);
			char *file = g_build_filename(part, name, NULL), *flags = flags_of_name(name);

			if (name[0] != '.' && is_file(file))
				take_one(in, file, flags);
			g_free(flags);
			g_free(file);
		}
		g_ptr_array_unref(names);
		g_free(part);
	}
}

/* Is the number among "1 3-5"? */
static bool
has_number(const char *ranges, guint64 number)
{
	while (ranges != NULL && *ranges != '\0') {
		char *end;
		guint64 first = g_ascii_strtoull(ranges, &end, 10), last = first;

		if (end == ranges)
			return false;
		if (*end == '-')
			last = g_ascii_strtoull(end + 1, &end, 10);
		if (number >= first && number <= last)
			return true;
		ranges = end + strspn(end, " \t");
	}
	return false;
}

/* The sequences of an MH folder: name -> ranges. NULL where it keeps none. */
static GHashTable *
read_sequences(const char *path)
{
	char *file = g_build_filename(path, ".mh_sequences", NULL);
	GBytes *bytes = file_read(file, SEQUENCES_MAX, NULL);
	GHashTable *found = bytes != NULL ? g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free) : NULL;
	gsize len = 0;
	const char *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	char *text = g_strndup(data != NULL ? data : "", len), **lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; found != NULL && *line != NULL; line++) {
		char *colon = strchr(*line, ':');

		if (colon != NULL) {
			*colon = '\0';
			g_hash_table_insert(found, g_strdup(*line), g_strdup(colon + 1 + strspn(colon + 1, " \t")));
		}
	}
	g_strfreev(lines);
	g_free(text);
	g_clear_pointer(&bytes, g_bytes_unref);
	g_free(file);
	return found;
}

static void
take_mh(struct import *in, const char *file, GHashTable *sequences, guint64 number)
{
	static const struct {
		const char *name;
		char flag;
	} known[] = {{"replied", 'R'}, {"answered", 'R'}, {"flagged", 'F'}, {"forwarded", 'P'}};
	GString *flags = g_string_new(NULL);

	for (size_t i = 0; sequences != NULL && i < G_N_ELEMENTS(known); i++)
		if (has_number(g_hash_table_lookup(sequences, known[i].name), number) &&
		    strchr(flags->str, known[i].flag) == NULL)
			g_string_append_c(flags, known[i].flag);
	if (sequences != NULL && !has_number(g_hash_table_lookup(sequences, "unseen"), number))
		g_string_append_c(flags, 'S');
	take_one(in, file, sequences != NULL ? flags->str : NULL);
	g_string_free(flags, TRUE);
}

/* Where the mail of a folder below goes. Owned. */
static char *
into_below(const struct import *in, const char *name)
{
	char *own = g_strdup(name), *into;

	if (own[0] == '.') /* Maildir++ */
		own = g_strdelimit(memmove(own, own + 1, strlen(own)), ".", '/');
	if (g_str_has_suffix(own, ".sbd"))
		own[strlen(own) - strlen(".sbd")] = '\0';
	if (g_str_has_suffix(own, ".mbox"))
		own[strlen(own) - strlen(".mbox")] = '\0';
	into = *own != '\0' ? g_strjoin("/", in->into, own, NULL) : g_strdup(in->into);
	g_free(own);
	return into;
}

/* What other programs keep beside mail. */
static bool
is_beside(const char *name)
{
	return strchr(".,#", name[0]) != NULL || g_str_has_suffix(name, ".msf") || g_str_has_suffix(name, ".dat");
}

/* An mbox may be called "2003". */
static bool
has_from_line(const char *path)
{
	char start[5];
	int fd = file_open_regular(path, false);
	bool has = fd >= 0 && read(fd, start, sizeof(start)) == (ssize_t)sizeof(start) &&
		   memcmp(start, "From ", sizeof(start)) == 0;

	if (fd >= 0)
		close(fd);
	return has;
}

/* What is neither a folder nor a message of this Maildir. */
static void
take_file(struct import *in, const char *path, const char *name, GHashTable *sequences)
{
	if (!is_file(path))
		return;
	if (is_number(name) && !has_from_line(path))
		take_mh(in, path, sequences, g_ascii_strtoull(name, NULL, 10));
	else if (!is_beside(name))
		import_file(in, path, true);
}

static void
take_entry(struct import *in, const struct stop *s, const char *name, bool is_maildir, GHashTable *sequences, GQueue *rest)
{
	char *path = g_build_filename(s->path, name, NULL);
	bool is_link = g_file_test(path, G_FILE_TEST_IS_SYMLINK);
	bool is_dir = !is_link && g_file_test(path, G_FILE_TEST_IS_DIR);
	bool is_part = is_maildir && (strcmp(name, "cur") == 0 || strcmp(name, "new") == 0 || strcmp(name, "tmp") == 0);

	if (is_dir && !is_part && (name[0] != '.' || is_maildir)) {
		char *into = into_below(in, name);
		if (s->depth + 1 < DEPTH_MAX)
			g_queue_push_tail(rest, stop_new(path, into, s->depth + 1));
		else
			import_tell(in, path,
			    g_error_new(PF_ERROR, PF_ERROR_LIMIT, "folders are deeper than %d, and left out", DEPTH_MAX));
		g_free(into);
	} else if (!is_dir && !is_link && !is_maildir) {
		take_file(in, path, name, sequences);
	}
	g_free(path);
}

static void
take_folder(struct import *in, const struct stop *s, GQueue *rest)
{
	char *cur = g_build_filename(s->path, "cur", NULL), *new = g_build_filename(s->path, "new", NULL);
	bool is_maildir = g_file_test(cur, G_FILE_TEST_IS_DIR) && g_file_test(new, G_FILE_TEST_IS_DIR);
	GPtrArray *names = names_in(in, s->path);
	GHashTable *sequences = is_maildir ? NULL : read_sequences(s->path);

	g_free(in->into);
	in->into = g_strdup(s->into);
	if (is_maildir)
		take_maildir(in, s->path);
	for (guint i = 0; i < names->len && !in->is_stopped; i++)
		take_entry(in, s, g_ptr_array_index(names, i), is_maildir, sequences, rest);
	g_clear_pointer(&sequences, g_hash_table_unref);
	g_ptr_array_unref(names);
	g_free(new);
	g_free(cur);
}

void
import_tree(struct import *in, const char *path)
{
	GQueue rest = G_QUEUE_INIT;
	struct stop *s;

	g_queue_push_tail(&rest, stop_new(path, in->into, 0));
	while ((s = g_queue_pop_head(&rest)) != NULL) {
		if (!in->is_stopped)
			take_folder(in, s, &rest);
		stop_free(s);
	}
}
