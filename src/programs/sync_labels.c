/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which letters of file names travel: those of flags and keywords, and where the server has labels (X-GM-EXT-1), those
 * of labels too. A label that is met for the first time is given its letter here. */
#include "programs/sync_private.h"

#include "base/file.h"
#include "base/labels.h"
#include "base/log.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
compare(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

static void
fill_letters(struct sync_sink *s)
{
	const struct keyword *k;
	size_t n = g_strlcpy(s->letters, "DFPRST", sizeof(s->letters));

	for (size_t i = 0; (k = keywords_nth(s->keywords, i)) != NULL; i++)
		if (n + 1 < sizeof(s->letters) && (s->has_labels || !k->is_label))
			s->letters[n++] = k->letter;
	s->letters[n] = '\0';
	qsort(s->letters, n, 1, compare);
}

void
sync_labels_travel(void *user, bool do_travel)
{
	struct sync_sink *s = user;

	s->has_labels = do_travel;
	s->has_all_labels =
	    do_travel && strcmp(rc_string(s->rc, "account", s->account->name, "labels"), "all") == 0;
	keywords_refresh(s->keywords);
	fill_letters(s);
}

bool
sync_labels_goes_up(const struct sync_sink *s, char letter)
{
	const struct keyword *k = keywords_of_letter(s->keywords, letter);

	return k == NULL || !k->is_label || s->has_all_labels;
}

/* A label for which there is no letter is told of once, and not by each run that meets it. */
static bool
is_news(const struct sync_sink *s, const char *label)
{
	char *labels = labels_path(s->rc), *path = g_strconcat(labels, ".none", NULL), *text = NULL;
	char **lines = g_file_get_contents(path, &text, NULL, NULL) ? g_strsplit(text, "\n", -1) : NULL;
	bool is_known = lines != NULL && g_strv_contains((const char *const *)lines, label);
	char *line = g_strconcat(label, "\n", NULL);
	int fd = is_known ? -1 : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0) {
		(void)file_write_all(fd, line, strlen(line), NULL); /* else it is told again */
		close(fd);
	}
	g_strfreev(lines);
	g_free(line);
	g_free(text);
	g_free(path);
	g_free(labels);
	return !is_known;
}

static void
tell_none(struct sync_sink *s, const char *label, const GError *error)
{
	char *tag = label_tag(label), *text;

	if (tag != NULL && s->has_all_labels && (error != NULL || is_news(s, label)) && !s->has_told_labels) {
		text = error != NULL
			   ? g_strdup_printf("labels cannot be kept: %s", error->message)
			   : g_strdup_printf("there are more labels than letters for them (%zu): \"%s\" and others stay on the "
					     "server and are no tags here. Those that the section [keywords] of the rc file names "
					     "always are",
				 strlen(LABEL_LETTERS), label);
		sync_tell_error(s, "", text);
		s->has_told_labels = true;
		g_free(text);
	}
	g_free(tag);
}

char
sync_labels_letter(void *user, const char *label)
{
	struct sync_sink *s = user;
	GError *error = NULL;
	char letter = keywords_label(s->keywords, label, s->has_all_labels, &error);

	if (letter == '\0')
		tell_none(s, label, error);
	else if (strchr(s->letters, letter) == NULL)
		fill_letters(s);
	g_clear_error(&error);
	return letter;
}

static gint64
table_sum(const struct sync_sink *s)
{
	GString *text = g_string_new(s->has_all_labels ? "labels" : "");
	const struct keyword *k;
	gint64 sum;

	for (size_t i = 0; (k = keywords_nth(s->keywords, i)) != NULL; i++)
		if (!k->is_label)
			g_string_append_printf(text, "\n%c %s", k->letter, k->keyword);
	sum = text->len > 0 ? (gint64)g_str_hash(text->str) + 1 : 0;
	g_string_free(text, TRUE);
	return sum;
}

void
sync_labels_anew(const struct sync_sink *s, struct place *place, struct imap_known *known)
{
	place->words = table_sum(s);
	if (place->words != place->state.words)
		known->modseq = 0;
}

bool
sync_labels_strip(const struct sync_sink *s, char *flags)
{
	size_t n = 0, len = strlen(flags);

	for (size_t i = 0; i < len; i++)
		if (!s->has_labels || keywords_of_letter(s->keywords, flags[i]) == NULL)
			flags[n++] = flags[i];
	flags[n] = '\0';
	return n < len;
}
