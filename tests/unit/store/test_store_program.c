/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold-store as its callers see it: lines in, lines out. */
#include "base/jsonl.h"
#include "base/row_index.h"
#include "store_fixture.h"

#include <gio/gio.h>
#include <jansson.h>

/* The directory of the programs: where make says, else two above this test. */
static char *build_dir;

static void
free_json(gpointer obj)
{
	json_decref(obj);
}

/* Run the program on these request lines; all answers, one object each. */
static GPtrArray *
ask(struct store_fixture *f, const char *option, const char *lines)
{
	char *program = g_build_filename(build_dir, "penfold-store", NULL);
	char *rc = g_build_filename(f->top, "rc", NULL);
	GSubprocess *child;
	GPtrArray *out = g_ptr_array_new_with_free_func(free_json);
	GError *error = NULL;
	char *text = NULL, **split;

	child = g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
	    program, "--rc", rc, option, NULL);
	g_assert_no_error(error);
	g_assert_true(g_subprocess_communicate_utf8(child, lines, NULL, &text, NULL, &error));
	g_assert_no_error(error);
	g_assert_true(g_subprocess_get_if_exited(child));
	g_assert_cmpint(g_subprocess_get_exit_status(child), ==, 0);
	split = g_strsplit(text, "\n", -1);
	for (size_t i = 0; split[i] != NULL; i++)
		if (split[i][0] != '\0') {
			json_t *obj = json_loads(split[i], 0, NULL);

			g_assert_true(json_is_object(obj));
			g_ptr_array_add(out, obj);
		}
	g_strfreev(split);
	g_free(text);
	g_object_unref(child);
	g_free(program);
	g_free(rc);
	return out;
}

/* The last answer to one request (a JSON object without id), new reference; events are counted. */
static json_t *
ask_one(struct store_fixture *f, json_t *request, guint *events_out)
{
	char *text, *line;
	GPtrArray *answers;
	json_t *last;

	json_object_set_new(request, "id", json_integer(7));
	text = json_dumps(request, JSON_COMPACT);
	line = g_strconcat(text, "\n", NULL);
	answers = ask(f, "--serve", line);
	g_assert_cmpuint(answers->len, >, 0);
	last = json_incref(g_ptr_array_index(answers, answers->len - 1));
	g_assert_cmpint(jsonl_int(last, "re", 0), ==, 7);
	for (guint i = 0; i + 1 < answers->len; i++)
		g_assert_nonnull(jsonl_string(g_ptr_array_index(answers, i), "event"));
	if (events_out != NULL)
		*events_out = answers->len - 1;
	g_ptr_array_unref(answers);
	json_decref(request);
	free(text);
	g_free(line);
	return last;
}

#define assert_done(answer)                                                                        \
	do {                                                                                       \
		char *dumped = json_dumps(answer, 0);                                              \
		g_test_message("%s", dumped);                                                      \
		free(dumped);                                                                      \
		g_assert_true(json_is_true(json_object_get(answer, "done")));                      \
	} while (0)

static char *
write_mail(struct store_fixture *f, const char *name, const char *text)
{
	char *path = g_build_filename(f->top, name, NULL);

	fixture_write(path, text, -1);
	return path;
}

static json_t *
deliver(struct store_fixture *f, const char *path, const char *folder)
{
	return ask_one(f, json_pack("{s:s, s:s, s:s*}", "op", "deliver", "path", path, "folder", folder),
	    NULL);
}

/* From delivery to deletion, each step by the program. */
static void
test_walk(struct store_fixture *f, gconstpointer data)
{
	char *mail = write_mail(f, "mail", "From: Bob <bob@x.example>\nTo: ann@work.example\n"
					   "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n"
					   "Date: Sat, 21 Nov 2026 10:00:00 +0100\nMessage-ID: <a@x>\n\nhi\n");
	char *sha256 = file_sha256_path(mail, NULL);
	json_t *answer = deliver(f, mail, NULL), *row;
	guint events;
	GPtrArray *answers;

	(void)data;
	assert_done(answer);
	g_assert_cmpstr(jsonl_string(answer, "id"), ==, "a@x");
	json_decref(answer);

	answers = ask(f, "--read-only", "{\"id\":1,\"op\":\"search\",\"query\":\"from:bob\",\"limit\":10}\n");
	g_assert_cmpuint(answers->len, ==, 2);
	row = g_ptr_array_index(answers, 0);
	g_assert_cmpstr(jsonl_string(row, "event"), ==, "row");
	g_assert_cmpstr(jsonl_string(row, "subject"), ==, "Gr\303\274\303\237e");
	g_assert_cmpstr(jsonl_string(row, "date"), ==, "2026-11-21T09:00:00Z");
	g_assert_cmpstr(jsonl_string(row, "authors"), ==, "Bob");
	g_assert_cmpstr(jsonl_string(row, "domain"), ==, "x.example");
	g_assert_cmpstr(jsonl_string(row, "account"), ==, "work");
	g_assert_cmpstr(jsonl_string(row, "folder"), ==, "INBOX");
	g_assert_true(jsonl_bool(row, "unread", false));
	g_assert_true(json_is_null(json_object_get(row, "verdict")));
	answer = ask_one(f, json_pack("{s:s, s:s}", "op", "thread", "thread", jsonl_string(row, "thread")),
	    &events);
	assert_done(answer);
	g_assert_cmpuint(events, ==, 1);
	json_decref(answer);
	g_ptr_array_unref(answers);

	answer = ask_one(f, json_pack("{s:s, s:i}", "op", "unjudged", "limit", 5), &events);
	g_assert_cmpuint(events, ==, 1);
	json_decref(answer);
	answer = ask_one(f, json_pack("{s:s, s:[{s:s, s:{s:s, s:s}}]}", "op", "verdict-put", "verdicts",
	    "sha256", sha256, "verdict", "verdict", "suspect", "summary", "text"), NULL);
	assert_done(answer);
	json_decref(answer);
	answer = ask_one(f, json_pack("{s:s, s:i}", "op", "unjudged", "limit", 5), &events);
	g_assert_cmpuint(events, ==, 0);
	json_decref(answer);
	answer = ask_one(f, json_pack("{s:s, s:s}", "op", "message", "message_id", "a@x"), NULL);
	assert_done(answer);
	g_assert_cmpstr(jsonl_string(json_object_get(answer, "verdict"), "verdict"), ==, "suspect");
	g_assert_cmpstr(jsonl_string(answer, "sha256"), ==, sha256);
	json_decref(answer);

	answer = ask_one(f, json_pack("{s:s, s:[s], s:s}", "op", "move", "ids", "a@x", "role", "trash"), NULL);
	assert_done(answer);
	g_assert_cmpuint(json_array_size(json_object_get(answer, "moved")), ==, 1);
	json_decref(answer);
	answer = ask_one(f, json_pack("{s:s}", "op", "folders"), NULL);
	assert_done(answer);
	g_assert_cmpuint(json_array_size(json_object_get(answer, "folders")), ==, 2);
	json_decref(answer);
	answer = ask_one(f, json_pack("{s:s, s:[s]}", "op", "delete", "ids", "a@x"), NULL);
	g_assert_cmpint(jsonl_int(answer, "deleted", 0), ==, 1);
	json_decref(answer);
	answer = ask_one(f, json_pack("{s:s, s:s}", "op", "count", "query", "*"), NULL);
	g_assert_cmpint(jsonl_int(answer, "messages", -1), ==, 0);
	json_decref(answer);
	g_free(mail);
	g_free(sha256);
}

/* The answer to a tag change undoes it exactly. */
static void
test_tag_undo(struct store_fixture *f, gconstpointer data)
{
	char *mail = write_mail(f, "mail", "From: B <b@x>\nMessage-ID: <a@x>\n\nhi\n");
	json_t *answer, *undo, *group;
	size_t i;

	(void)data;
	json_decref(deliver(f, mail, NULL));
	answer = ask_one(f, json_pack("{s:s, s:[s, s, s], s:s}", "op", "tag", "changes", "+inbox",
	    "-unread", "+two words", "query", "*"), NULL);
	assert_done(answer);
	g_assert_cmpint(jsonl_int(answer, "changed", 0), ==, 1);
	fixture_assert_tags(f, "a@x", "inbox two words");
	undo = json_object_get(answer, "undo");
	json_array_foreach(undo, i, group)
		json_decref(ask_one(f, json_pack("{s:s, s:O, s:O}", "op", "tag", "changes",
		    json_object_get(group, "changes"), "ids", json_object_get(group, "ids")), NULL));
	fixture_assert_tags(f, "a@x", "inbox unread");
	json_decref(answer);
	g_free(mail);
}

static void
test_rows(struct store_fixture *f, gconstpointer data)
{
	char *mail = write_mail(f, "mail", "From: B <b@x>\nMessage-ID: <a@x>\nSubject: s\n\nhi\n");
	char *path = g_build_filename(f->state_dir, "rows.idx", NULL);
	struct row_index *ri;
	struct row row;
	GError *error = NULL;

	(void)data;
	json_decref(deliver(f, mail, "lists/dev"));
	json_decref(ask_one(f, json_pack("{s:s}", "op", "rows"), NULL));
	ri = row_index_open(path, &error);
	g_assert_no_error(error);
	g_assert_true(row_index_get(ri, 0, &row));
	g_assert_cmpstr(row.id, ==, "a@x");
	g_assert_true(row_in_folder(&row, (guint32)row_index_find_folder(ri, "work", "lists/dev"), NULL));
	row_index_close(ri);
	g_free(path);
	g_free(mail);
}

/* Whatever is asked, there is one final answer, and the next request is served. */
static void
test_wrong_requests(struct store_fixture *f, gconstpointer data)
{
	static const struct {
		const char *request, *code;
	} cases[] = {
		{ "\"op\":\"nothing\"", "usage" },
		{ "\"op\":\"index\"", "usage" },
		{ "\"op\":\"index\",\"paths\":\"x\"", "usage" },
		{ "\"op\":\"index\",\"paths\":[1]", "usage" },
		{ "\"op\":\"renamed\",\"moves\":[{\"from\":\"x\"}]", "usage" },
		{ "\"op\":\"renamed\",\"moves\":[{\"from\":\"/etc/passwd\",\"to\":\"/etc/x\"}]", "data" },
		{ "\"op\":\"removed\",\"paths\":[\"/etc/passwd\"]", "data" },
		{ "\"op\":\"search\",\"query\":\"date:rubbish..\"", "usage" },
		{ "\"op\":\"thread\"", "usage" },
		{ "\"op\":\"thread\",\"thread\":\"x or *\"", "not-found" },
		{ "\"op\":\"thread\",\"thread\":\"0123456789abcdef\"", "not-found" },
		{ "\"op\":\"message\"", "usage" },
		{ "\"op\":\"message\",\"message_id\":\"none\"", "not-found" },
		{ "\"op\":\"message\",\"path\":\"/etc/passwd\"", "data" },
		{ "\"op\":\"tag\",\"query\":\"*\"", "usage" },
		{ "\"op\":\"tag\",\"changes\":[\"x\"],\"query\":\"*\"", "usage" },
		{ "\"op\":\"tag\",\"changes\":[\"+x\"]", "usage" },
		{ "\"op\":\"move\",\"ids\":[],\"role\":\"nowhere\"", "usage" },
		{ "\"op\":\"move\",\"ids\":[],\"role\":\"trash\",\"folder\":\"x\"", "usage" },
		{ "\"op\":\"move\",\"ids\":[]", "usage" },
		{ "\"op\":\"delete\",\"query\":\"*\"", "usage" },
		{ "\"op\":\"verdict-put\",\"sha256\":\"x\",\"verdict\":{\"verdict\":\"pass\"}", "usage" },
		{ "\"op\":\"verdict-put\"", "usage" },
		{ "\"op\":\"verdict-get\",\"sha256\":\"x\"", "not-found" },
		{ "\"op\":\"quarantine\",\"path\":\"x\"", "usage" },
		{ "\"op\":\"deliver\"", "usage" },
		{ "\"op\":\"deliver\",\"path\":\"/nowhere/at/all\"", "not-found" },
		{ "\"op\":\"draft-save\"", "data" },
		{ "\"op\":\"draft-get\",\"draft_id\":\"../x\"", "data" },
		{ "\"op\":\"draft-get\"", "usage" },
		{ "\"op\":\"complete\",\"what\":\"x\"", "usage" },
	};
	GString *lines = g_string_new(NULL);
	GPtrArray *answers;

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_string_append_printf(lines, "{\"id\":%zu,%s}\n", i + 1, cases[i].request);
	g_string_append(lines, "{\"id\":99,\"op\":\"count\"}\n");
	answers = ask(f, "--serve", lines->str);
	g_assert_cmpuint(answers->len, ==, G_N_ELEMENTS(cases) + 1);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const json_t *answer = g_ptr_array_index(answers, i);

		g_test_message("%s", cases[i].request);
		g_assert_cmpint(jsonl_int(answer, "re", 0), ==, (gint64)i + 1);
		g_assert_cmpstr(jsonl_string(json_object_get(answer, "error"), "code"), ==, cases[i].code);
	}
	g_assert_cmpint(jsonl_int(g_ptr_array_index(answers, G_N_ELEMENTS(cases)), "messages", -1), ==, 0);
	g_ptr_array_unref(answers);
	g_string_free(lines, TRUE);
}

/* A reader refuses whatever writes. */
static void
test_read_only(struct store_fixture *f, gconstpointer data)
{
	GPtrArray *answers = ask(f, "--read-only",
	    "{\"id\":1,\"op\":\"tag\",\"changes\":[\"+x\"],\"query\":\"*\"}\n"
	    "{\"id\":2,\"op\":\"delete\",\"ids\":[]}\n{\"id\":3,\"op\":\"count\"}\n");

	(void)data;
	g_assert_cmpuint(answers->len, ==, 3);
	for (guint i = 0; i < 2; i++)
		g_assert_cmpstr(jsonl_string(json_object_get(g_ptr_array_index(answers, i), "error"), "code"),
		    ==, "usage");
	g_assert_true(json_is_true(json_object_get(g_ptr_array_index(answers, 2), "done")));
	g_ptr_array_unref(answers);
}

/* What cannot be stored is for the mail server to bring again. */
static void
test_deliver_doubt(struct store_fixture *f, gconstpointer data)
{
	char *mail = write_mail(f, "mail", "From: B <b@x>\nMessage-ID: <a@x>\n\nhi\n");
	char *empty = write_mail(f, "empty", "");
	char *blocker = g_build_filename(f->root, "work", "blocked", NULL);
	char *folder = g_build_filename(f->root, "work", NULL);
	json_t *answer;

	(void)data;
	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	fixture_write(blocker, "a file where a folder should be", -1);
	answer = deliver(f, mail, "blocked/below");
	g_assert_cmpstr(jsonl_string(json_object_get(answer, "error"), "code"), ==, "temporary");
	json_decref(answer);
	answer = deliver(f, empty, NULL);
	g_assert_cmpstr(jsonl_string(json_object_get(answer, "error"), "code"), ==, "data");
	json_decref(answer);
	answer = ask_one(f, json_pack("{s:s, s:s, s:s}", "op", "deliver", "path", mail, "account", "nobody"), NULL);
	g_assert_cmpstr(jsonl_string(json_object_get(answer, "error"), "code"), ==, "config");
	json_decref(answer);
	g_free(mail);
	g_free(empty);
	g_free(blocker);
	g_free(folder);
}

/* By hand the exit code tells of the error; so does nothing else to a script. */
static void
test_by_hand(struct store_fixture *f, gconstpointer data)
{
	static const struct {
		const char *op, *argument;
		int code;
	} cases[] = { { "count", "query=*", 0 }, { "message", "message_id=none", 1 },
		{ "nothing", NULL, 64 }, { "count", "no-value", 64 }, { "tag", "changes=x", 64 },
		{ "message", "path=/etc/passwd", 65 } };
	char *program = g_build_filename(build_dir, "penfold-store", NULL);
	char *rc = g_build_filename(f->top, "rc", NULL);

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		GSubprocess *child = g_subprocess_new(
		    G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, program,
		    "--rc", rc, cases[i].op, cases[i].argument, NULL);

		g_assert_no_error(error);
		g_assert_true(g_subprocess_wait(child, NULL, &error));
		g_test_message("%s %s", cases[i].op, cases[i].argument);
		g_assert_true(g_subprocess_get_if_exited(child));
		g_assert_cmpint(g_subprocess_get_exit_status(child), ==, cases[i].code);
		g_object_unref(child);
	}
	g_free(program);
	g_free(rc);
}

/* One's own letter is named so, in sent and where it comes back unchanged. */
static void
test_submitted(struct store_fixture *f, gconstpointer data)
{
	static const struct {
		const char *text, *folder;
		bool is_ours;
	} cases[] = {
		{ "From: ann@work.example\nMessage-ID: <a@x>\n\nhi\n", "INBOX", true },
		{ "From: ann@work.example\nMessage-ID: <b@x>\n\nhi\n", "INBOX", false },
	};
	char *own = write_mail(f, "own", cases[0].text);

	(void)data;
	json_decref(deliver(f, own, "Sent"));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *mail = write_mail(f, "mail", cases[i].text);
		json_t *at = deliver(f, mail, cases[i].folder);
		json_t *answer = ask_one(f, json_pack("{s:s, s:O}", "op", "message", "message_id",
		    json_object_get(at, "id")), NULL);

		assert_done(answer);
		g_assert_true(json_is_boolean(json_object_get(answer, "submitted")));
		g_assert_cmpint(jsonl_bool(answer, "submitted", false), ==, cases[i].is_ours);
		json_decref(answer);
		json_decref(at);
		g_free(mail);
	}
	g_free(own);
}

int
main(int argc, char **argv)
{
	const char *env = g_getenv("PENFOLD_BUILD");
	char *here = g_path_get_dirname(argv[0]);
	int code;

	g_test_init(&argc, &argv, NULL);
	build_dir = env != NULL ? g_strdup(env) : g_build_filename(here, "..", "..", NULL);
	FIXTURE_TEST("/store-program/walk", test_walk);
	FIXTURE_TEST("/store-program/tag-undo", test_tag_undo);
	FIXTURE_TEST("/store-program/rows", test_rows);
	FIXTURE_TEST("/store-program/wrong-requests", test_wrong_requests);
	FIXTURE_TEST("/store-program/read-only", test_read_only);
	FIXTURE_TEST("/store-program/deliver-doubt", test_deliver_doubt);
	FIXTURE_TEST("/store-program/by-hand", test_by_hand);
	FIXTURE_TEST("/store-program/submitted", test_submitted);
	code = g_test_run();
	g_free(build_dir);
	g_free(here);
	return code;
}
