/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold-render as it runs: sealed, spoken to in JSON lines with descriptors. PENFOLD_BUILD names the
 * folder of the programs. */
#include "base/jsonl.h"
#include "base/limits.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct renderer {
	struct jsonl *j;
	pid_t pid;
};

static struct renderer
start(void)
{
	struct renderer r;
	int fds[2];
	const char *build = g_getenv("PENFOLD_BUILD");
	g_assert_nonnull(build);
	char *path = g_build_filename(build, "penfold-render", NULL);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
	r.pid = fork();
	if (r.pid == 0) {
		dup2(fds[1], 0);
		dup2(fds[1], 1);
		execl(path, path, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	g_free(path);
	r.j = jsonl_new(fds[0], fds[0]);
	return r;
}

static void
stop(struct renderer *r)
{
	int status;
	jsonl_free(r->j);
	g_assert_cmpint(waitpid(r->pid, &status, 0), ==, r->pid);
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

static int
mail_file(const char *bytes, size_t len)
{
	char *path = NULL;
	int fd = g_file_open_tmp("penfold-XXXXXX", &path, NULL);
	g_assert_cmpint(fd, >=, 0);
	unlink(path);
	g_free(path);
	for (size_t at = 0; at < len;) {
		ssize_t n = write(fd, bytes + at, len - at);
		g_assert_cmpint(n, >, 0);
		at += (size_t)n;
	}
	return fd;
}

/* Sends one request; events are appended to the array events; gives the final answer. */
static json_t *
ask(struct renderer *r, json_t *request, const int *fds, size_t n_fds, json_t *events)
{
	json_object_set_new(request, "id", json_integer(7));
	g_assert_true(jsonl_send(r->j, request, fds, n_fds, NULL));
	json_decref(request);
	for (;;) {
		json_t *obj = NULL;
		enum jsonl_status status = jsonl_receive(r->j, true, &obj, NULL, NULL, NULL);
		g_assert_cmpint(status, ==, JSONL_ITEM);
		if (!json_object_get(obj, "event"))
			return obj;
		json_array_append_new(events, obj);
	}
}

static json_t *
view(struct renderer *r, const char *bytes, size_t len, json_t *args, json_t *events)
{
	int fd = mail_file(bytes, len);
	json_object_set_new(args, "op", json_string("view"));
	json_t *answer = ask(r, args, &fd, 1, events);
	close(fd);
	return answer;
}

/* All lines of the events as "style|text\n"; n of an item says how many it holds. */
static char *
lines_of(const json_t *events)
{
	GString *out = g_string_new(NULL);
	size_t i;
	size_t k;
	json_t *event;
	json_t *line;
	json_array_foreach(events, i, event)
	{
		json_array_foreach(json_object_get(event, "lines"), k, line)
		{
			char **texts = g_strsplit(json_string_value(json_object_get(line, "t")), "\n", -1);
			const json_t *n = json_object_get(line, "n");
			g_assert_cmpint(MAX(g_strv_length(texts), 1), ==, n != NULL ? json_integer_value(n) : 1);
			for (size_t j = 0; j == 0 || texts[j] != NULL; j++)
				g_string_append_printf(out, "%s|%s\n", json_string_value(json_object_get(line, "s")),
				    texts[0] != NULL ? texts[j] : "");
			g_strfreev(texts);
		}
	}
	return g_string_free(out, FALSE);
}

static const char letter[] =
    "From: Bo <bo@b.example>\nSubject: =?koi8-r?B?xM/H?=\n"
    "Content-Type: multipart/mixed; boundary=q\n\n"
    "--q\nContent-Type: text/plain; charset=shift_jis\n\n\202\240\n> quoted\n"
    "--q\nContent-Type: application/x-y; name=f.bin\nContent-Transfer-Encoding: base64\n\nYWJj\n"
    "--q--\n";

/* Charsets are there although no file can be opened any more. */
static void
test_view(void)
{
	struct renderer r = start();
	json_t *events = json_array();
	json_t *answer = view(&r, letter, strlen(letter), json_pack("{s:i}", "width", 40), events);
	g_assert_cmpint(json_integer_value(json_object_get(answer, "lines")), ==, 2);
	const json_t *head = json_array_get(events, 0);
	g_assert_cmpstr(jsonl_string(head, "event"), ==, "head");
	g_assert_cmpstr(jsonl_string(json_object_get(head, "headers"), "subject"), ==, "дог");
	g_assert_cmpuint(json_array_size(json_object_get(head, "attachments")), ==, 1);
	char *lines = lines_of(events);
	g_assert_cmpstr(lines, ==, "text|\343\201\202\nquote1|> quoted\n");
	g_free(lines);
	json_decref(answer);
	json_decref(events);
	stop(&r);
}

/* Every charset that was opened beforehand works in the sealed program. */
static void
test_charsets(void)
{
	static const struct {
		const char *name, *bytes, *text;
	} sets[] = {
		{ "iso-8859-2", "\261", "\304\205" },
		{ "windows-1251", "\344", "\320\264" },
		{ "gb18030", "\326\320", "\344\270\255" },
		{ "big5", "\244\244", "\344\270\255" },
		{ "euc-kr", "\260\241", "\352\260\200" },
		{ "iso-2022-jp", "\033$B$\"\033(B", "\343\201\202" },
		{ "utf-7", "+AOk-", "é" },
		{ "windows-1252", "\200", "\342\202\254" },
	};
	struct renderer r = start();
	for (size_t i = 0; i < G_N_ELEMENTS(sets); i++) {
		char *mail = g_strdup_printf("Content-Type: text/plain; charset=%s\n\n%s\n",
		    sets[i].name, sets[i].bytes);
		char *expect = g_strdup_printf("text|%s\n", sets[i].text);
		json_t *events = json_array();
		json_decref(view(&r, mail, strlen(mail), json_object(), events));
		char *lines = lines_of(events);
		g_assert_cmpstr(lines, ==, expect);
		g_free(lines);
		g_free(expect);
		g_free(mail);
		json_decref(events);
	}
	stop(&r);
}

static void
test_all_headers(void)
{
	static const char mail[] = "X-One: =?utf-8?Q?=C3=A9?=\nX-Two: 2\nX-One: 3\n\nx\n";
	struct renderer r = start();
	json_t *events = json_array();
	json_decref(view(&r, mail, strlen(mail), json_pack("{s:s}", "headers", "all"), events));
	const json_t *all = json_object_get(json_array_get(events, 0), "all_headers");
	g_assert_cmpuint(json_array_size(all), ==, 3);
	g_assert_cmpstr(jsonl_string(json_array_get(all, 0), "name"), ==, "X-One");
	g_assert_cmpstr(jsonl_string(json_array_get(all, 0), "value"), ==, "é");
	json_decref(events);
	stop(&r);
}

static void
test_raw_and_part(void)
{
	struct renderer r = start();
	json_t *events = json_array();
	json_decref(view(&r, letter, strlen(letter), json_pack("{s:b}", "raw", 1), events));
	char *lines = lines_of(events);
	g_assert_true(g_str_has_prefix(lines, "text|From: Bo <bo@b.example>\n"));
	g_free(lines);
	json_decref(events);
	events = json_array();
	json_t *answer =
	    view(&r, letter, strlen(letter), json_pack("{s:s}", "part", "9"), events);
	g_assert_cmpstr(jsonl_string(json_object_get(answer, "error"), "code"), ==, "not-found");
	json_decref(answer);
	json_decref(events);
	stop(&r);
}

static void
test_limited(void)
{
	struct renderer r = start();
	GString *bomb = g_string_new("Subject: bomb\nTo: ");
	for (int i = 0; i < 30000; i++)
		g_string_append(bomb, "a:");
	g_string_append(bomb, "\n\nthe body\n");
	json_t *events = json_array();
	json_decref(view(&r, bomb->str, bomb->len, json_pack("{s:i}", "width", 80), events));
	const json_t *head = json_array_get(events, 0);
	g_assert_nonnull(jsonl_string(head, "limited"));
	g_assert_cmpstr(jsonl_string(json_object_get(head, "headers"), "subject"), ==, "bomb");
	char *lines = lines_of(events);
	g_assert_true(g_str_has_prefix(lines, "note|shown as raw text: "));
	g_assert_true(g_str_has_suffix(lines, "text|the body\n"));
	g_free(lines);
	json_decref(events);
	events = json_array();
	json_decref(view(&r, "", 0, json_object(), events));
	g_assert_nonnull(jsonl_string(json_array_get(events, 0), "limited"));
	json_decref(events);
	g_string_free(bomb, TRUE);
	stop(&r);
}

/* More lines than one batch, all of them in order. */
static void
test_batches(void)
{
	struct renderer r = start();
	GString *mail = g_string_new("Subject: x\n\n");
	for (int i = 0; i < 1000; i++)
		g_string_append_printf(mail, "line %d\n", i);
	json_t *events = json_array();
	json_t *answer = view(&r, mail->str, mail->len, json_object(), events);
	g_assert_cmpint(json_integer_value(json_object_get(answer, "lines")), ==, 1000);
	g_assert_cmpuint(json_array_size(events), ==, 3); /* head, some screens, the rest */
	char *lines = lines_of(events);
	g_assert_true(g_str_has_suffix(lines, "text|line 998\ntext|line 999\n"));
	g_free(lines);
	json_decref(answer);
	json_decref(events);
	g_string_free(mail, TRUE);
	stop(&r);
}

static void
test_show(void)
{
	struct renderer r = start();
	int fd = mail_file(letter, strlen(letter));
	json_t *events = json_array();
	json_t *answer = ask(&r, json_pack("{s:s}", "op", "show"), &fd, 1, events);
	g_assert_cmpstr(jsonl_string(answer, "body"), ==, "\343\201\202\n> quoted\n");
	char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)letter,
	    strlen(letter));
	g_assert_cmpstr(jsonl_string(answer, "sha256"), ==, sum);
	g_free(sum);
	json_decref(answer);
	json_decref(events);
	close(fd);
	stop(&r);
}

static void
test_part(void)
{
	struct renderer r = start();
	char got[16] = { 0 };
	int fds[] = { mail_file(letter, strlen(letter)), mail_file("", 0) };
	json_t *events = json_array();
	json_t *answer =
	    ask(&r, json_pack("{s:s, s:s}", "op", "part", "part", "2"), fds, 2, events);
	g_assert_cmpint(jsonl_int(answer, "size", 0), ==, 3);
	g_assert_cmpstr(jsonl_string(answer, "filename"), ==, "f.bin");
	g_assert_cmpint(pread(fds[1], got, sizeof(got), 0), ==, 3);
	g_assert_cmpstr(got, ==, "abc");
	json_decref(answer);
	json_decref(events);
	close(fds[0]);
	close(fds[1]);
	stop(&r);
}

/* A sealed program opens nothing: a path in a request is of no use to it. */
static void
test_path_is_refused(void)
{
	struct renderer r = start();
	json_t *events = json_array();
	json_t *answer = ask(&r,
	    json_pack("{s:s, s:s}", "op", "show", "path", "/etc/passwd"), NULL, 0, events);
	g_assert_nonnull(json_object_get(answer, "error"));
	g_assert_null(json_object_get(answer, "body"));
	json_decref(answer);
	json_decref(events);
	stop(&r);
}

static void
test_reply(void)
{
	struct renderer r = start();
	int fd = mail_file(letter, strlen(letter));
	json_t *events = json_array();
	json_t *answer = ask(&r,
	    json_pack("{s:s, s:s, s:[s], s:s}", "op", "reply", "mode", "reply", "own",
		"ann@a.example", "from", "ann@a.example"),
	    &fd, 1, events);
	const json_t *draft = json_object_get(answer, "draft");
	g_assert_cmpstr(jsonl_string(draft, "subject"), ==, "Re: дог");
	g_assert_cmpstr(jsonl_string(draft, "from"), ==, "ann@a.example");
	json_decref(answer);
	answer = ask(&r, json_pack("{s:s, s:s}", "op", "reply", "mode", "x"), &fd, 1, events);
	g_assert_nonnull(json_object_get(answer, "error"));
	json_decref(answer);
	json_decref(events);
	close(fd);
	stop(&r);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/render/view", test_view);
	g_test_add_func("/render/charsets", test_charsets);
	g_test_add_func("/render/all-headers", test_all_headers);
	g_test_add_func("/render/raw-and-part", test_raw_and_part);
	g_test_add_func("/render/limited", test_limited);
	g_test_add_func("/render/batches", test_batches);
	g_test_add_func("/render/show", test_show);
	g_test_add_func("/render/part", test_part);
	g_test_add_func("/render/path-is-refused", test_path_is_refused);
	g_test_add_func("/render/reply", test_reply);
	return g_test_run();
}
