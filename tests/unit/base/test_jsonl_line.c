/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts behind a line's object come out as they went in, and what is none ends the talk. */
#include "base/jsonl_line.h"

#include "base/error.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* Of an object with these texts behind it; NULL at the end. */
static char *
line_of(const char *const *texts, size_t n_fds, size_t *len_out)
{
	json_t *obj = json_pack("{s:s}", "op", "put");
	char *line;

	for (; *texts != NULL; texts++)
		jsonl_add_behind(obj, *texts, strlen(*texts));
	line = jsonl_line_dump(obj, n_fds, len_out);
	json_decref(obj);
	return line;
}

static void
test_round(void)
{
	static const char *const texts[] = { "{\"a\":\"\\t\\u001e\"}", "", "[1,\"\xc3\xa9\"]", NULL };
	size_t len;
	char *line = line_of(texts, 2, &len);
	json_t *obj, *behind;
	GError *error = NULL;

	g_assert_cmpuint(len, ==, strlen(line));
	g_assert_cmpint(line[len - 1], ==, '\n');
	obj = jsonl_line_parse(line, len, &error);
	g_assert_no_error(error);
	behind = json_object_get(obj, "behind");
	g_assert_cmpuint(json_array_size(behind), ==, 3);
	for (size_t i = 0; texts[i] != NULL; i++)
		g_assert_cmpstr(json_string_value(json_array_get(behind, i)), ==, texts[i]);
	g_assert_cmpint(json_integer_value(json_object_get(obj, "fds")), ==, 2);
	g_assert_cmpstr(json_string_value(json_object_get(obj, "op")), ==, "put");
	json_decref(obj);
	free(line);
}

/* What would end the line, or begin a text of its own, is no text. */
static void
test_control(void)
{
	static const char *const bad[] = { "a\nb", "a\x1e" "b", "\t", "\x01" };

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		const char *const texts[] = { "{}", bad[i], NULL };
		size_t len;

		g_assert_null(line_of(texts, 0, &len));
	}
}

static void
assert_refused(const char *line, size_t len)
{
	GError *error = NULL;

	g_assert_null(jsonl_line_parse(line, len, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_PROTOCOL);
	g_error_free(error);
}

static void
test_stranger(void)
{
	static const char nul[] = "{}\x1e{\0}\n", tab[] = "{}\x1e{\t}\n", utf8[] = "{}\x1e{\"\xff\"}\n", none[] = "\x1e{}\n";
	GString *deep = g_string_new("{}\x1e");

	for (unsigned i = 0; i <= LIMIT_JSON_DEPTH; i++)
		g_string_append_c(deep, '[');
	assert_refused(nul, sizeof nul - 1);
	assert_refused(tab, sizeof tab - 1);
	assert_refused(utf8, sizeof utf8 - 1);
	assert_refused(none, sizeof none - 1);
	assert_refused(deep->str, deep->len);
	g_string_free(deep, TRUE);
}

/* A stranger's own member of that name is not taken for such texts. */
static void
test_forged(void)
{
	static const char line[] = "{\"behind\":[\"x\"]}\n";
	json_t *obj = jsonl_line_parse(line, sizeof line - 1, NULL);

	g_assert_nonnull(obj);
	g_assert_null(json_object_get(obj, "behind"));
	json_decref(obj);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/jsonl_line/round", test_round);
	g_test_add_func("/jsonl_line/control", test_control);
	g_test_add_func("/jsonl_line/stranger", test_stranger);
	g_test_add_func("/jsonl_line/forged", test_forged);
	return g_test_run();
}
