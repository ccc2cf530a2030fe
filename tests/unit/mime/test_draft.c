/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_draft.c - freezing a draft: what GMime reads back is what went in, and the bytes
 * obey the rules of the wire. */
#include "base/error.h"
#include "mime/compose_header.h"
#include "mime/compose_text.h"
#include "mime/compose_wire.h"
#include "mime/draft.h"

#include <glib/gstdio.h>
#include <gmime/gmime.h>
#include <string.h>

#define NOW G_GINT64_CONSTANT(1790000000)

/* --- reading back --- */

static GMimeMessage *
parse(GBytes *letter)
{
	gsize len;
	const char *data = g_bytes_get_data(letter, &len);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(data, len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	g_object_unref(parser);
	g_object_unref(stream);
	g_assert_nonnull(message);
	return message;
}

static GByteArray *
content(GMimeObject *part)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes = g_byte_array_new();

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), bytes);
	g_assert_cmpint(g_mime_data_wrapper_write_to_stream(
			    g_mime_part_get_content(GMIME_PART(part)), stream),
	    >=, 0);
	g_object_unref(stream);
	return bytes;
}

/* RFC 3676 4.1: joins flowed lines, takes off stuffing; quote marks come back as ">"
 * without space. */
static char *
unflow(const char *text)
{
	char **lines = g_strsplit(text, "\n", -1);
	GString *out = g_string_new(NULL);
	bool goes_on = false;
	size_t i;

	for (i = 0; lines[i] != NULL && (lines[i + 1] != NULL || *lines[i] != '\0');
	     i++) {
		char *line = lines[i];
		size_t depth = strspn(line, ">"), len;
		bool is_stuffed;

		if (g_str_has_suffix(line, "\r"))
			line[strlen(line) - 1] = '\0';
		is_stuffed = line[depth] == ' ';
		len = strlen(line);
		if (!goes_on)
			g_string_append_len(out, line, (gssize)depth);
		if (!goes_on && depth > 0 && is_stuffed)
			g_string_append_c(out, ' ');
		g_string_append(out, line + depth + is_stuffed);
		goes_on = len > 0 && line[len - 1] == ' ' &&
			  strcmp(line + depth + is_stuffed, "-- ") != 0;
		if (!goes_on)
			g_string_append_c(out, '\n');
	}
	g_strfreev(lines);
	return g_string_free(out, FALSE);
}

static bool
has(GBytes *letter, const char *needle)
{
	gsize len;
	const char *data = g_bytes_get_data(letter, &len);

	return g_strstr_len(data, (gssize)len, needle) != NULL;
}

static void
assert_wire(GBytes *letter)
{
	gsize len;
	const char *data = g_bytes_get_data(letter, &len);
	struct compose_wire w;
	GError *error = NULL;

	compose_wire_check(data, len, &error);
	g_assert_no_error(error);
	compose_wire_scan(data, len, &w);
	g_assert_cmpuint(w.eight_bit, ==, 0);
	g_assert_cmpuint(w.header_eight_bit, ==, 0);
}

static void
assert_header_cols(GBytes *letter)
{
	gsize len;
	const char *data = g_bytes_get_data(letter, &len);
	const char *end = g_strstr_len(data, (gssize)len, "\r\n\r\n");

	g_assert_nonnull(end);
	while (data < end) {
		const char *stop = strstr(data, "\r\n");

		g_assert_cmpint(stop - data, <=, 78);
		g_assert_false(strspn(data, " \t\r") == (size_t)(stop - data));
		data = stop + 2;
	}
}

static GBytes *
freeze(json_t *draft)
{
	GError *error = NULL;
	GBytes *letter = draft_freeze(draft, NOW, &error);

	g_assert_no_error(error);
	assert_wire(letter);
	return letter;
}

static json_t *
draft_with(const char *subject, const char *body)
{
	return json_pack("{s:s, s:[s], s:s, s:s}", "from",
	    "Ann Example <ann@example.org>", "to", "bob@example.net", "subject", subject,
	    "body", body);
}

static char *
text_of(GMimeMessage *message)
{
	GMimeObject *part = g_mime_message_get_mime_part(message);
	GByteArray *bytes;
	char *flowed, *text;

	if (GMIME_IS_MULTIPART(part))
		part = g_mime_multipart_get_part(GMIME_MULTIPART(part), 0);
	bytes = content(part);
	g_byte_array_append(bytes, (const guint8 *)"", 1);
	flowed = (char *)g_byte_array_free(bytes, FALSE);
	text = unflow(flowed);
	g_free(flowed);
	return text;
}

/* --- subjects and texts round trip --- */

static void
test_subjects(void)
{
	static const char *const subjects[] = {
	    "Hello",
	    "Grüße aus Köln",
	    "日本語の長い件名です。これは一行に収まらないので、いくつかの符号化語に分けら"
	    "れます。",
	    "emoji 👩‍👩‍👧‍👦 family and 🇮🇸 flag",
	    "שלום עולם, left to right and מימין לשמאל",
	    "plain start, then ünïcödé, then a plain end that goes on for quite a while "
	    "to fold",
	    "=?utf-8?q?not_encoded_by_me?=",
	    "a  b   c    several spaces",
	    "é  spaces  around  é  words",
	    "AverylongwordwithoutanyspaceAverylongwordwithoutanyspaceAverylongwordwithout"
	    "anyspace0123456789",
	    "tab\there and bell\ahere",
	    ("A plain subject which is so long that it has to be folded at least twice, "
	     "because it "
	     "goes on and on and on, far beyond the seventy-eight columns that one line "
	     "may have"),
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(subjects); i++) {
		json_t *draft = draft_with(subjects[i], "x");
		GBytes *letter = freeze(draft);
		GMimeMessage *message = parse(letter);

		assert_header_cols(letter);
		g_assert_cmpstr(g_mime_message_get_subject(message), ==, subjects[i]);
		g_object_unref(message);
		g_bytes_unref(letter);
		json_decref(draft);
	}
}

static void
test_texts(void)
{
	static const struct {
		const char *text, *want; /* want NULL: the same */
	} cases[] = {
	    {"Hello\n", NULL},
	    {"no line end", "no line end\n"},
	    {"", ""},
	    {"crlf\r\nand cr\rand lf\n", "crlf\nand cr\nand lf\n"},
	    {"trailing   \nspaces \n", "trailing\nspaces\n"},
	    {" leading\n  more\n", NULL},
	    {"From the start\n>From\n", NULL},
	    {"> quoted\n>> twice\n> > spaced\n>no space\n>\n", NULL},
	    {"text\n-- \nsignature\n", NULL},
	    {"-- this begins like the line of a signature and is a paragraph that is "
	     "broken somewhere\n",
		NULL},
	    {"One long paragraph that is typed without any line break at all, as people "
	     "do in phones "
	     "and in editors that wrap softly, with  two  spaces and a > sign > at a "
	     "break > or > two > "
	     "and From here From there From everywhere to the end of it.\n",
		NULL},
	    {"> A long quoted paragraph that came in without line breaks and which "
	     "therefore has to be "
	     "broken into flowed lines that keep their quote mark, each of them.\n",
		NULL},
	    {"日本語の本文です。空白がないので、この段落は一行のまま運ばれなければなりま"
	     "せん。長くても折り返しはありません。\n",
		NULL},
	    {"مرحبا بالعالم\nשלום\nПривет, "
	     "мир\n👩‍👩‍👧‍👦\n",
		NULL},
	    {"ESC \033[31mred\033[0m and a form feed \f\n", NULL},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *draft = draft_with("x", cases[i].text);
		GBytes *letter = freeze(draft);
		GMimeMessage *message = parse(letter);
		char *text = text_of(message);

		g_assert_cmpstr(
		    text, ==, cases[i].want != NULL ? cases[i].want : cases[i].text);
		g_free(text);
		g_object_unref(message);
		g_bytes_unref(letter);
		json_decref(draft);
	}
}

static void
test_long_lines(void)
{
	static const size_t lengths[] = {997, 998, 999, 5000};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(lengths); i++) {
		char *word = g_strnfill(lengths[i], 'w'),
		     *body = g_strconcat(word, "\n", NULL), *text;
		json_t *draft = draft_with("x", body);
		GBytes *letter = freeze(draft);
		GMimeMessage *message = parse(letter);

		text = text_of(message);
		g_assert_cmpstr(text, ==, body);
		g_free(text);
		g_free(word);
		g_free(body);
		g_object_unref(message);
		g_bytes_unref(letter);
		json_decref(draft);
	}
}

static void
test_flow_cols(void)
{
	GString *text = g_string_new(NULL);
	char *flowed, **lines;
	size_t i;

	for (i = 0; i < 400; i++)
		g_string_append_printf(text, "%s%zu", i > 0 ? " " : "> ", i * i);
	flowed = compose_text_flow(text->str);
	lines = g_strsplit(flowed, "\n", -1);
	for (i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
		g_assert_cmpuint(strlen(lines[i]), <=, 78);
		g_assert_true(g_str_has_prefix(lines[i], "> "));
	}
	g_assert_cmpuint(i, >, 20);
	g_strfreev(lines);
	g_free(flowed);
	g_string_free(text, TRUE);
}

/* A megabyte in one paragraph takes linear time: this would run for minutes otherwise. */
static void
test_flow_large(void)
{
	GString *text = g_string_new(NULL);
	char *flowed, *back;
	size_t i;

	for (i = 0; i < 200000; i++)
		g_string_append(text, i > 0 ? " word" : "word");
	g_string_append_c(text, '\n');
	g_test_timer_start();
	flowed = compose_text_flow(text->str);
	g_assert_cmpfloat(g_test_timer_elapsed(), <, 10);
	back = unflow(flowed);
	g_assert_true(strcmp(back, text->str) == 0);
	g_free(back);
	g_free(flowed);
	g_string_free(text, TRUE);
}

static void
test_encoding_choice(void)
{
	static const struct {
		const char *text;
		enum compose_cte want;
	} cases[] = {
	    {"", COMPOSE_7BIT},
	    {"plain\n", COMPOSE_7BIT},
	    {"one ümlaut in a line of text\n", COMPOSE_QUOTED_PRINTABLE},
	    {"日本語の本文\n", COMPOSE_BASE64},
	    {"\001", COMPOSE_BASE64},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(compose_text_encoding(cases[i].text), ==, cases[i].want);
}

/* --- headers --- */

static void
test_header_fields(void)
{
	json_t *draft = json_pack("{s:s, s:[s,s], s:[s], s:[s], s:s, s:s, s:s, s:s, s:s}",
	    "from", "\"Jörg \\\"der\\\" Groß, Dr.\" <joerg@bücher.example>", "to",
	    "bob@example.net",
	    "Cöde Red <c@example.net>, \"Doe, Jane\" <jane@example.net>", "cc",
	    "friends: d@example.net, e@example.net;", "bcc", "secret@example.net",
	    "subject", "s", "body", "b", "in_reply_to", "<1@example.net>", "references",
	    "<0@example.net> junk <1@example.net>", "date", "2026-11-21T12:30:00+01:00");
	GBytes *letter = freeze(draft);
	GMimeMessage *message = parse(letter);
	InternetAddressList *to = g_mime_message_get_to(message);
	InternetAddress *from =
	    internet_address_list_get_address(g_mime_message_get_from(message), 0);
	GDateTime *date = g_mime_message_get_date(message);

	g_assert_cmpstr(internet_address_get_name(from), ==, "Jörg \"der\" Groß, Dr.");
	g_assert_true(has(letter, " <joerg@xn--bcher-kva.example>\r\n"));
	g_assert_cmpint(internet_address_list_length(to), ==, 3);
	g_assert_cmpstr(
	    internet_address_get_name(internet_address_list_get_address(to, 1)), ==,
	    "Cöde Red");
	g_assert_cmpstr(
	    internet_address_get_name(internet_address_list_get_address(to, 2)), ==,
	    "Doe, Jane");
	g_assert_cmpint(
	    internet_address_list_length(g_mime_message_get_cc(message)), ==, 2);
	g_assert_false(has(letter, "secret"));
	g_assert_false(has(letter, "Bcc"));
	g_assert_true(has(letter, "In-Reply-To: <1@example.net>\r\n"));
	g_assert_true(has(letter, "References: <0@example.net> <1@example.net>\r\n"));
	g_assert_true(has(letter, "Message-ID: <"));
	g_assert_true(has(letter, "@xn--bcher-kva.example>\r\nIn-Reply-To"));
	g_assert_cmpint(g_date_time_to_unix(date), ==, 1795260600);
	g_object_unref(message);
	g_bytes_unref(letter);
	json_decref(draft);
}

static void
test_only_bcc(void)
{
	json_t *draft =
	    json_pack("{s:s, s:[s]}", "from", "ann@example.org", "bcc", "b@example.net");
	GBytes *letter = freeze(draft);
	GPtrArray *recipients = draft_recipients(draft, NULL);

	g_assert_true(has(letter, "\r\nTo: undisclosed-recipients:;\r\n"));
	g_assert_cmpuint(recipients->len, ==, 1);
	g_assert_cmpstr(recipients->pdata[0], ==, "b@example.net");
	g_ptr_array_unref(recipients);
	g_bytes_unref(letter);
	json_decref(draft);
}

static void
test_references_fold(void)
{
	GString *ids = g_string_new(NULL), *out = g_string_new(NULL);
	int i;

	for (i = 0; i < 2000; i++)
		g_string_append_printf(ids, "<%d.message@example.net>", i);
	compose_header_ids(out, "References", ids->str);
	g_assert_true(g_str_has_prefix(out->str, "References: <0.message@example.net>"));
	g_assert_null(strstr(out->str, "<1.message@example.net>"));
	g_assert_nonnull(strstr(out->str, "<1999.message@example.net>\r\n"));
	g_string_append(out, "\r\n");
	{
		GBytes *block = g_string_free_to_bytes(out);

		assert_header_cols(block);
		g_bytes_unref(block);
	}
	g_string_free(ids, TRUE);
}

static void
test_injection(void)
{
	static const struct {
		const char *key, *value;
		size_t len;
	} cases[] = {
	    {"subject", "x\r\nBcc: evil@example.net", 25},
	    {"subject", "x\ny", 3},
	    {"subject", "x\ry", 3},
	    {"subject", "x\0y", 3},
	    {"from", "a@b.example\r\nX: y", 17},
	    {"to", "a@b.example\nX: y", 16},
	    {"cc", "a@b.example\rX: y", 16},
	    {"bcc", "a@b.example\nX: y", 16},
	    {"reply_to", "a@b.example\nX: y", 16},
	    {"in_reply_to", "<a@b>\r\nX: y", 11},
	    {"references", "<a@b>\nX: y", 10},
	    {"message_id", "<a@b>\nX: y", 10},
	    {"date", "2026-11-21T12:30:00Z\n", 21},
	    {"body", "a\0b", 3},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *draft = draft_with("s", "b");
		GError *error = NULL;

		json_object_set_new(draft, cases[i].key,
		    json_stringn_nocheck(cases[i].value, cases[i].len));
		if (strcmp(cases[i].key, "bcc") == 0)
			g_assert_null(draft_recipients(draft, &error));
		else
			g_assert_null(draft_freeze(draft, NOW, &error));
		g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
		g_error_free(error);
		json_decref(draft);
	}
}

static void
test_recipients(void)
{
	json_t *draft = json_pack("{s:s, s:[s,s], s:[s], s:s}", "from", "ann@example.org",
	    "to", "Bob <bob@Example.NET>", "bob@example.net", "cc",
	    "c@example.net, Bob@example.net", "bcc", "d@example.net");
	GPtrArray *all = draft_recipients(draft, NULL);

	g_assert_cmpuint(all->len, ==, 4);
	g_assert_cmpstr(all->pdata[0], ==, "bob@Example.NET");
	g_assert_cmpstr(all->pdata[1], ==, "c@example.net");
	g_assert_cmpstr(all->pdata[2], ==, "Bob@example.net");
	g_assert_cmpstr(all->pdata[3], ==, "d@example.net");
	g_ptr_array_unref(all);
	json_decref(draft);
}

/* --- attachments --- */

static char *
write_temp(const char *dir, const char *name, const void *data, size_t len)
{
	char *path = g_build_filename(dir, name, NULL);

	g_assert_true(g_file_set_contents(path, data, (gssize)len, NULL));
	return path;
}

static void
check_attachment(
    const char *filename, const char *want_type, const void *data, size_t len)
{
	char *dir = g_dir_make_tmp("penfold-draft-XXXXXX", NULL), *path;
	json_t *draft = draft_with("x", "see attachment\n");
	GMimeMessage *message;
	GMimeObject *part;
	GByteArray *bytes;
	GBytes *letter;

	path = write_temp(dir, "file", data, len);
	json_object_set_new(draft, "attachments",
	    json_pack("[{s:s, s:s}]", "path", path, "filename", filename));
	letter = freeze(draft);
	message = parse(letter);
	part = g_mime_multipart_get_part(
	    GMIME_MULTIPART(g_mime_message_get_mime_part(message)), 1);
	g_assert_cmpstr(g_mime_part_get_filename(GMIME_PART(part)), ==, filename);
	if (want_type != NULL) {
		char *type = g_mime_content_type_get_mime_type(
		    g_mime_object_get_content_type(part));

		g_assert_cmpstr(type, ==, want_type);
		g_free(type);
	}
	bytes = content(part);
	g_assert_cmpuint(bytes->len, ==, len);
	g_assert_true(len == 0 || memcmp(bytes->data, data, len) == 0);
	g_byte_array_unref(bytes);
	g_object_unref(message);
	g_bytes_unref(letter);
	json_decref(draft);
	g_unlink(path);
	g_rmdir(dir);
	g_free(path);
	g_free(dir);
}

static void
test_attachments(void)
{
	static const char *const names[] = {"plain.txt", "résumé final.pdf",
	    "日本語のとても長いファイル名がここにあります、そしてまだ続く.txt",
	    "quote\"s and \\ back.txt", "semi;colon, comma.txt", "%41percent'quote.txt",
	    "no extension", "..txt", "-rf.txt", "\xe2\x80\xaegpj.exe",
	    "a-very-long-name-that-goes-on-and-on-until-it-has-to-be-cut-into-several-"
	    "pieces-by-2231.txt"};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(names); i++)
		check_attachment(names[i], NULL, "some\r\nbytes\n\0\xff end", 18);
	check_attachment("empty.bin", NULL, "", 0);
	check_attachment("page.html", "text/html", "<html>\xc3\xbc</html>\n", 16);
}

static void
test_attachment_large(void)
{
	size_t len = 1 << 20, i;
	guint8 *data = g_malloc(len);
	guint32 seed = 1;

	for (i = 0; i < len; i++) {
		seed = seed * 1664525u + 1013904223u;
		data[i] = (guint8)(seed >> 24);
	}
	check_attachment("large.bin", NULL, data, len);
	g_free(data);
}

static void
test_attached_letter(void)
{
	static const char plain[] =
	    "From: a@example.org\nSubject: x\n\nFrom here\n.\ntext \n";
	static const char eight[] =
	    "From: a@example.org\r\nSubject: \xc3\xbc\r\n\r\ntext\r\n";
	char *dir = g_dir_make_tmp("penfold-draft-XXXXXX", NULL);
	char *path = write_temp(dir, "a.eml", plain, sizeof(plain) - 1);
	json_t *draft = draft_with("x", "");
	GBytes *letter;
	GMimeMessage *message;

	json_object_set_new(draft, "attachments",
	    json_pack("[{s:s, s:s}]", "path", path, "type", "message/rfc822"));
	letter = freeze(draft);
	g_assert_true(has(letter, "\r\n\r\nFrom: a@example.org\r\nSubject: x\r\n\r\nFrom "
				  "here\r\n.\r\ntext \r\n"));
	message = parse(letter);
	g_assert_true(GMIME_IS_MESSAGE_PART(g_mime_multipart_get_part(
	    GMIME_MULTIPART(g_mime_message_get_mime_part(message)), 1)));
	g_object_unref(message);
	g_bytes_unref(letter);
	json_decref(draft);
	g_unlink(path);
	g_rmdir(dir);
	g_free(path);
	g_free(dir);
	check_attachment("b.eml", "application/octet-stream", eight, sizeof(eight) - 1);
}

static void
test_attachment_faults(void)
{
	static const struct {
		const char *path, *type;
		int code;
	} cases[] = {
	    {"/nonexistent/penfold", NULL, PF_ERROR_NOT_FOUND},
	    {"/", NULL, PF_ERROR_DATA},
	    {"/dev/null", NULL, PF_ERROR_DATA},
	    {"/etc/hostname", "text/plain\r\nX: y", PF_ERROR_DATA},
	    {"/etc/hostname", "text", PF_ERROR_DATA},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *draft = draft_with("x", "");
		GError *error = NULL;

		json_object_set_new(draft, "attachments",
		    json_pack(
			"[{s:s, s:s?}]", "path", cases[i].path, "type", cases[i].type));
		g_assert_null(draft_freeze(draft, NOW, &error));
		g_assert_error(error, PF_ERROR, cases[i].code);
		if (cases[i].type == NULL)
			g_assert_nonnull(strstr(error->message, cases[i].path));
		g_error_free(error);
		json_decref(draft);
	}
}

static void
test_wire(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool is_good;
	} cases[] = {
	    {"A: b\r\n\r\nc\r\n", 11, true},
	    {"A: b\n\r\nc\r\n", 10, false},
	    {"A: b\r\n\r\nc\rd\r\n", 13, false},
	    {"A: b\r\n\r\nc\0d\r\n", 13, false},
	    {"A: b\r\n\r\nc", 9, false},
	    {"A: b\r\n\r\n\xc3\xbc\r\n", 12, true},
	    {"", 0, false},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(compose_wire_check(cases[i].bytes, cases[i].len, NULL),
		    ==, cases[i].is_good);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_mime_init();
	g_test_add_func("/draft/subjects", test_subjects);
	g_test_add_func("/draft/texts", test_texts);
	g_test_add_func("/draft/long-lines", test_long_lines);
	g_test_add_func("/draft/flow-columns", test_flow_cols);
	g_test_add_func("/draft/flow-large", test_flow_large);
	g_test_add_func("/draft/encoding", test_encoding_choice);
	g_test_add_func("/draft/header", test_header_fields);
	g_test_add_func("/draft/only-bcc", test_only_bcc);
	g_test_add_func("/draft/references", test_references_fold);
	g_test_add_func("/draft/injection", test_injection);
	g_test_add_func("/draft/attachments", test_attachments);
	g_test_add_func("/draft/attachment-1mb", test_attachment_large);
	g_test_add_func("/draft/attached-letter", test_attached_letter);
	g_test_add_func("/draft/attachment-faults", test_attachment_faults);
	g_test_add_func("/draft/recipients", test_recipients);
	g_test_add_func("/wire/check", test_wire);
	return g_test_run();
}
