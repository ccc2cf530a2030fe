/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Structure: part numbers, roles, file names, sizes. */
#include "mime/mail.h"

#include "base/error.h"

#include <string.h>
#include <unistd.h>

/* "id type role;" for each part that is no container. */
static char *
outline(const struct mail *m)
{
	static const char *const roles[] = { "container", "body", "alternative", "attachment",
		"within" };
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < mail_n_parts(m); i++) {
		const struct mail_part *p = mail_part(m, i);
		if (p->role != MAIL_CONTAINER)
			g_string_append_printf(out, "%s %s %s;", p->id, p->type, roles[p->role]);
	}
	return g_string_free(out, FALSE);
}

#define MULTI(kind, b) "Content-Type: multipart/" kind "; boundary=" b "\n\n"
#define PLAIN "Content-Type: text/plain\n\ntext\n"
#define HTML "Content-Type: text/html\n\n<p>text\n"
#define PNG "Content-Type: image/png\n\nx\n"

static const struct {
	const char *name, *bytes, *expect;
} cases[] = {
	{ "no header", "\nbody\n", "1 text/plain body;" },
	{ "single", "Subject: x\n\nbody\n", "1 text/plain body;" },
	{ "single image", PNG, "1 image/png attachment;" },
	{ "single csv", "Content-Type: text/csv\n\na,b\n", "1 text/csv body;" },
	{ "alternative", MULTI("alternative", "q") "--q\n" PLAIN "--q\n" HTML "--q--\n",
	    "1 text/plain body;2 text/html alternative;" },
	{ "alternative, blank plain",
	    MULTI("alternative", "q") "--q\nContent-Type: text/plain\n\n \n--q\n" HTML "--q--\n",
	    "1 text/plain alternative;2 text/html body;" },
	{ "html first", MULTI("alternative", "q") "--q\n" HTML "--q\n" PLAIN "--q--\n",
	    "1 text/html alternative;2 text/plain body;" },
	{ "mixed", MULTI("mixed", "q") "--q\n" PLAIN "--q\n" PNG "--q\n" PLAIN "--q--\n",
	    "1 text/plain body;2 image/png attachment;3 text/plain body;" },
	{ "text as attachment",
	    MULTI("mixed", "q") "--q\n" PLAIN "--q\nContent-Disposition: attachment\n" PLAIN "--q--\n",
	    "1 text/plain body;2 text/plain attachment;" },
	{ "related in alternative",
	    MULTI("alternative", "q") "--q\n" PLAIN "--q\n" MULTI("related", "r") "--r\n" HTML
	    "--r\n" PNG "--r--\n--q--\n",
	    "1 text/plain body;2.1 text/html alternative;2.2 image/png attachment;" },
	{ "related alone", MULTI("related", "r") "--r\n" HTML "--r\n" PNG "--r--\n",
	    "1 text/html body;2 image/png attachment;" },
	{ "related with start",
	    "Content-Type: multipart/related; boundary=r; start=\"<b@x>\"\n\n--r\n" PNG
	    "--r\nContent-ID: <b@x>\n" HTML "--r--\n",
	    "1 image/png attachment;2 text/html body;" },
	{ "attached message",
	    MULTI("mixed", "q") "--q\n" PLAIN "--q\nContent-Type: message/rfc822\n\nSubject: in\n\n"
	    "inner\n--q--\n",
	    "1 text/plain body;2 message/rfc822 attachment;2.1 text/plain within;" },
	{ "attached multipart",
	    MULTI("mixed", "q") "--q\nContent-Type: message/rfc822\n\n" MULTI("mixed", "r") "--r\n"
	    PLAIN "--r\n" PNG "--r--\n--q--\n",
	    "1 message/rfc822 attachment;1.1 text/plain within;1.2 image/png within;" },
	{ "report",
	    MULTI("report", "q") "--q\n" PLAIN "--q\nContent-Type: message/delivery-status\n\n"
	    "Status: 5.0.0\n--q--\n",
	    "1 text/plain body;2 message/delivery-status body;" },
	{ "no boundary", "Content-Type: multipart/mixed\n\ntext\n", "1 multipart/mixed body;" },
	{ "no part", MULTI("mixed", "q") "only a prologue\n", "1 multipart/mixed body;" },
	{ "signed",
	    MULTI("signed", "q") "--q\n" PLAIN
	    "--q\nContent-Type: application/pgp-signature\n\nx\n--q--\n",
	    "1 text/plain body;2 application/pgp-signature attachment;" },
	{ "bare CR", "Subject: x\rTo: y\n\nbo\rdy\n", "1 text/plain body;" },
};

static void
test_roles(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].name);
		struct mail *m = mail_new(cases[i].bytes, strlen(cases[i].bytes), NULL);
		g_assert_nonnull(m);
		char *text = outline(m);
		g_assert_cmpstr(text, ==, cases[i].expect);
		g_free(text);
		mail_free(m);
	}
}

static void
test_empty(void)
{
	GError *error = NULL;
	g_assert_null(mail_new("", 0, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
	g_error_free(error);
}

static void
test_filename(void)
{
	static const struct {
		const char *field, *expect;
	} names[] = {
		{ "Content-Disposition: attachment; filename=a.txt", "a.txt" },
		{ "Content-Disposition: attachment; filename*=utf-8''gr%C3%BCn.txt", "grün.txt" },
		{ "Content-Disposition: attachment;\n filename*0=\"a \";\n filename*1=b.txt", "a b.txt" },
		{ "Content-Disposition: attachment; filename=\"=?utf-8?Q?gr=C3=BCn=2Etxt?=\"",
		    "grün.txt" },
		{ "Content-Type: image/png; name=n.png", "n.png" },
		{ "Content-Disposition: attachment; filename=\"\"", NULL },
		{ "X: y", NULL },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *bytes = g_strdup_printf("%s\n\nx\n", names[i].field);
		struct mail *m = mail_new(bytes, strlen(bytes), NULL);
		g_assert_cmpstr(mail_part(m, 0)->filename, ==, names[i].expect);
		mail_free(m);
		g_free(bytes);
	}
}

/* A NUL does not cut off the end of a name, where the type is told. */
static void
test_filename_nul(void)
{
	static const char bytes[] = MULTI("mixed", "q") "--q\nX: y\nContent-Type: a/b;\n name=\"c\0.exe\"\n\nx\n--q\n"
	    "Content-Disposition: attachment;\n filename=\"a\0b\0.exe\"\n\nx\n--q--\n";
	struct mail *m = mail_new(bytes, sizeof(bytes) - 1, NULL);
	g_assert_cmpuint(mail_n_parts(m), ==, 3);
	g_assert_cmpstr(mail_part(m, 1)->filename, ==, "c?.exe");
	g_assert_cmpstr(mail_part(m, 2)->filename, ==, "a?b?.exe");
	mail_free(m);
}

/* Whatever stands after the blank line of the attached message, byte for byte. */
static void
test_write(void)
{
	static const char bytes[] =
	    MULTI("mixed", "q") "--q\nContent-Type: application/x-y\n"
	    "Content-Transfer-Encoding: base64\n\nYWJj\n"
	    "--q\nContent-Type: message/rfc822\n\nSubject:  in\n\tner\n\nbody \n--q--\n";
	struct mail *m = mail_new(bytes, strlen(bytes), NULL);
	static const char *const ids[] = { "1", "2" };
	static const char *const expect[] = { "abc", "Subject:  in\n\tner\n\nbody " };
	for (size_t i = 0; i < 2; i++) {
		char *path = NULL;
		int fd = g_file_open_tmp("penfold-XXXXXX", &path, NULL);
		g_assert_cmpint(fd, >=, 0);
		g_assert_true(mail_write_part(m, mail_find(m, ids[i]), fd, NULL));
		close(fd);
		char *text;
		gsize len;
		g_assert_true(g_file_get_contents(path, &text, &len, NULL));
		g_assert_cmpstr(text, ==, expect[i]);
		g_assert_cmpuint(mail_find(m, ids[i])->size, ==, len);
		unlink(path);
		g_free(path);
		g_free(text);
	}
	g_assert_null(mail_find(m, "3"));
	g_assert_null(mail_find(m, ""));
	mail_free(m);
}

static void
test_inner(void)
{
	static const char bytes[] =
	    MULTI("mixed", "q") "--q\n" PLAIN
	    "--q\nContent-Type: message/rfc822\n\nSubject: in\n"
	    MULTI("mixed", "r") "--r\n" PLAIN "--r\n" PNG "--r--\n--q--\n";
	struct mail *m = mail_new(bytes, strlen(bytes), NULL);
	struct mail *inner = mail_inner(m, mail_find(m, "2"));
	g_assert_nonnull(inner);
	g_assert_cmpstr(header_last(mail_header(inner), "Subject"), ==, "in");
	char *text = outline(inner);
	g_assert_cmpstr(text, ==, "2.1 text/plain body;2.2 image/png attachment;");
	g_free(text);
	g_assert_null(mail_inner(m, mail_find(m, "1")));
	mail_free(inner);
	mail_free(m);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_init();
	g_test_add_func("/mail/roles", test_roles);
	g_test_add_func("/mail/empty", test_empty);
	g_test_add_func("/mail/filename", test_filename);
	g_test_add_func("/mail/filename-nul", test_filename_nul);
	g_test_add_func("/mail/write", test_write);
	g_test_add_func("/mail/inner", test_inner);
	return g_test_run();
}
