/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files within a text: what counts as one, and that every byte comes back, by encoders of our own. */
#include "mime/inline_file.h"

#include "base/limits.h"
#include "mime/mail.h"

#include <string.h>

static bool
append(const char *bytes, size_t len, void *user)
{
	g_string_append_len(user, bytes, (gssize)len);
	return true;
}

/* Every byte there is, more than once and in no order, len of them. */
static GString *
sample(size_t len)
{
	GString *out = g_string_sized_new(len);
	for (size_t i = 0; i < len; i++)
		g_string_append_c(out, (char)(guchar)(i * 167 + i / 256 * 31));
	return out;
}

/* As uuencode(1) does it; with_blanks: an old one, whose zero is a blank. */
static void
uu_encode(GString *out, const char *name, const GString *data, const char *eol, bool with_blanks)
{
	g_string_append_printf(out, "begin 644 %s%s", name, eol);
	for (size_t at = 0; at <= data->len; at += 45) {
		size_t n = MIN(45, data->len - at);
		g_string_append_c(out, n == 0 && !with_blanks ? '`' : (char)(' ' + n));
		for (size_t i = 0; i < n; i += 3) {
			guchar b[3] = { 0 };
			memcpy(b, data->str + at + i, MIN(3, n - i));
			const guchar six[] = { b[0] >> 2, (guchar)((b[0] & 3) << 4 | b[1] >> 4), (guchar)((b[1] & 15) << 2 | b[2] >> 6), b[2] & 63 };
			for (size_t k = 0; k < 4; k++)
				g_string_append_c(out, six[k] == 0 && !with_blanks ? '`' : (char)(' ' + six[k]));
		}
		g_string_append(out, eol);
		if (n == 0)
			break;
		if (n < 45)
			g_string_append_printf(out, "%s%s", with_blanks ? " " : "`", eol);
		if (n < 45)
			break;
	}
	g_string_append_printf(out, "end%s", eol);
}

static void
y_encode(GString *out, const char *head, const char *name, const GString *data, const char *eol)
{
	g_string_append_printf(out, "=ybegin %sline=128 size=%zu name=%s%s", head, data->len, name, eol);
	if (*head != '\0')
		g_string_append_printf(out, "=ypart begin=1 end=%zu%s", data->len, eol);
	for (size_t i = 0; i < data->len; i++) {
		guchar c = (guchar)(data->str[i] + 42);
		if (c == 0 || c == '\n' || c == '\r' || c == '=' || (i % 128 == 0 && c == '.')) {
			g_string_append_c(out, '=');
			c = (guchar)(c + 64);
		}
		g_string_append_c(out, (char)c);
		if (i % 128 == 127 || i + 1 == data->len)
			g_string_append(out, eol);
	}
	g_string_append_printf(out, "=yend size=%zu%s", data->len, eol);
}

static void
expect(const struct inline_file *f, const char *name, const GString *data)
{
	GString *got = g_string_new(NULL);
	g_assert_cmpstr(f->name, ==, name);
	g_assert_true(content_read(&f->content, append, got));
	g_assert_cmpmem(got->str, got->len, data->str, data->len);
	g_assert_cmpuint(content_size(&f->content), ==, data->len);
	g_string_free(got, TRUE);
}

static void
test_bytes(void)
{
	static const size_t lengths[] = { 0, 1, 2, 3, 44, 45, 46, 128, 1000, 70000 };
	for (size_t i = 0; i < G_N_ELEMENTS(lengths) * 2; i++) {
		GString *data = sample(lengths[i / 2]), *text = g_string_new("Dear all,\n");
		const char *eol = i % 2 != 0 ? "\r\n" : "\n";
		uu_encode(text, "a b.png", data, eol, i % 2 != 0);
		size_t between = text->len;
		g_string_append(text, "and another\n");
		y_encode(text, "", "=x name=y", data, eol);
		y_encode(text, "part=2 total=3 ", "z.rar", data, eol);
		g_string_append(text, "bye\n");
		GPtrArray *found = inline_files_find(text->str, text->len);
		g_assert_cmpuint(found->len, ==, 3);
		const struct inline_file *first = found->pdata[0];
		expect(first, "a b.png", data);
		g_assert_cmpuint(first->start, ==, strlen("Dear all,\n"));
		g_assert_cmpuint(first->start + first->len, ==, between);
		expect(found->pdata[1], "=x name=y", data);
		expect(found->pdata[2], "z.rar.part2", data);
		g_ptr_array_unref(found);
		g_string_free(text, TRUE);
		g_string_free(data, TRUE);
	}
}

/* What only looks like one stays text. */
static void
test_text(void)
{
	static const char *const texts[] = { "begin 644 x\n#86)C\n`\n", "begin 644 x\n#86)C\nend\n", "begin 644 x\n", "begin 644 x",
		"begin 644 \n`\nend\n", "begin 64 x\n`\nend\n", "begin 888 x\n`\nend\n", "Begin 644 x\n`\nend\n", " begin 644 x\n`\nend\n",
		"begin 644 x\nhello there\n`\nend\n", "begin 644 x\n#8\n`\nend\n", "begin 644 x\n`\nend it\n", "we begin 644 x\n`\nend\n",
		"=ybegin line=128 size=3 name=x\nabc\n", "=ybegin line=128 name=\nabc\n=yend size=3\n",
		"=ybegin size=3 name=x\nabc\n=yend size=3\n", "=ybegin line=128 size=3 name=x\n=ybegin line=1\n=yend x\n", "=yend size=3\n", "" };
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_test_message("%s", texts[i]);
		g_assert_null(inline_files_find(texts[i], strlen(texts[i])));
	}
}

static void
test_limit(void)
{
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i < LIMIT_INLINE_FILES + 1; i++) {
		GPtrArray *found;
		g_string_append(text, "begin 644 x\n#86)C\n`\nend\n");
		found = inline_files_find(text->str, text->len);
		g_assert_cmpuint(found->len, ==, MIN(i + 1, LIMIT_INLINE_FILES));
		g_ptr_array_unref(found);
	}
	for (int more = -1; more <= 1; more++) {
		GPtrArray *found;
		g_string_truncate(text, 0);
		for (int i = 0; i < LIMIT_INLINE_TRIES + more; i++) /* of which the last has an end */
			g_string_append(text, "begin 644 x\n");
		g_string_append(text, "#86)C\n`\nend\n");
		found = inline_files_find(text->str, text->len);
		g_assert_true((found != NULL) == (more <= 0));
		g_clear_pointer(&found, g_ptr_array_unref);
	}
	g_string_free(text, TRUE);
}

/* Beginnings without an end in a large text cost no more than reading it. */
static void
test_cost(void)
{
	GString *text = g_string_new(NULL);
	gint64 start;
	while (text->len < (16u << 20)) {
		g_string_append(text, "begin 644 x\n");
		for (unsigned i = 0; i < 200; i++)
			g_string_append(text, "M86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C86)C\n");
	}
	start = g_get_monotonic_time();
	g_assert_null(inline_files_find(text->str, text->len));
	g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_TIME_SPAN_SECOND);
	g_string_free(text, TRUE);
}

/* As parts of a message, in the order of the text, numbered behind it. */
static void
test_parts(void)
{
	static const char text[] = "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
				   "--x\nContent-Type: text/plain\n\nhi\nbegin 644 a.png\n#86)C\n`\nend\nbye\n--x\n"
				   "Content-Type: text/plain\nContent-Disposition: attachment; filename=t.txt\n\n"
				   "begin 644 a\n#86)C\n`\nend\n--x\nContent-Type: text/plain\n"
				   "Content-Transfer-Encoding: base64\n\nYmVnaW4gNjQ0IGEKIzg2KUMKYAplbmQK\n--x--\n";
	static const struct {
		const char *id, *type;
		enum mail_role role;
	} want[] = { { "", "multipart/mixed", MAIL_CONTAINER }, { "1", "text/plain", MAIL_BODY },
		{ "1~1", "image/png", MAIL_ATTACHMENT }, { "2", "text/plain", MAIL_ATTACHMENT }, { "3", "text/plain", MAIL_BODY },
		{ "3~1", "application/octet-stream", MAIL_ATTACHMENT } };
	struct mail *m = mail_new(text, strlen(text), NULL);
	g_assert_cmpuint(mail_n_parts(m), ==, G_N_ELEMENTS(want));
	for (size_t i = 0; i < G_N_ELEMENTS(want); i++) {
		g_assert_cmpstr(mail_part(m, i)->id, ==, want[i].id);
		g_assert_cmpstr(mail_part(m, i)->type, ==, want[i].type);
		g_assert_cmpint(mail_part(m, i)->role, ==, want[i].role);
	}
	g_assert_cmpuint(mail_find(m, "1~1")->size, ==, 3);
	g_assert_cmpstr(mail_find(m, "1~1")->filename, ==, "a.png");
	mail_free(m);
}

/* A file at the end of a base64 text of so many bytes. */
static size_t
n_parts_of(size_t len)
{
	static const char file[] = "\nbegin 644 a\n#86)C\n`\nend\n";
	GString *text = g_string_new(NULL), *letter = g_string_new("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n");
	while (text->len + strlen(file) < len)
		g_string_append_c(text, text->len % 70 == 69 ? '\n' : 'x');
	g_string_append(text, file);
	char *encoded = g_base64_encode((const guchar *)text->str, text->len);
	for (const char *p = encoded; *p; p += strnlen(p, 76))
		g_string_append_printf(letter, "%.76s\n", p);
	struct mail *m = mail_new(letter->str, letter->len, NULL);
	size_t n = mail_n_parts(m);
	mail_free(m);
	g_free(encoded);
	g_string_free(text, TRUE);
	g_string_free(letter, TRUE);
	return n;
}

static void
test_encoded(void)
{
	g_assert_cmpuint(n_parts_of(1000), ==, 2);
	for (size_t len = LIMIT_INLINE_TEXT - 1; len <= LIMIT_INLINE_TEXT + 1; len++)
		g_assert_cmpuint(n_parts_of(len), ==, len <= LIMIT_INLINE_TEXT ? 2 : 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_init();
	g_test_add_func("/mime/inline-file/bytes", test_bytes);
	g_test_add_func("/mime/inline-file/text", test_text);
	g_test_add_func("/mime/inline-file/limit", test_limit);
	g_test_add_func("/mime/inline-file/cost", test_cost);
	g_test_add_func("/mime/inline-file/parts", test_parts);
	g_test_add_func("/mime/inline-file/encoded", test_encoded);
	return g_test_run();
}
