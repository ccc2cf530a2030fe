/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of a stream that comes in any pieces: both ends of a line, NULs, an end in the middle, lines that do not end. */
#include "net/line_in.h"

#include <stdlib.h>
#include <string.h>

/* A stream of bytes that are given in pieces, and then ends or fails as `last` says. */
struct source {
	const char *bytes;
	size_t len, at, piece;
	ssize_t last;
	unsigned n_reads;
	mailstream_low low;
	mailstream stream;
};

static ssize_t
source_read(mailstream_low *low, void *buf, size_t count)
{
	struct source *from = low->data;
	size_t n = MIN(MIN(from->piece, count), from->len - from->at);

	from->n_reads++;
	if (n == 0)
		return from->last;
	memcpy(buf, from->bytes + from->at, n);
	from->at += n;
	return (ssize_t)n;
}

/* Nothing is closed or freed: only reading is asked of it. */
static mailstream_low_driver driver = {.mailstream_read = source_read};

/* in points into from: neither may move. */
static void
open_source(struct source *from, struct line_in *in, const char *bytes, size_t len, size_t piece)
{
	*from = (struct source){.bytes = bytes, .len = len, .piece = piece, .last = -1};
	from->low = (mailstream_low){.data = from, .driver = &driver};
	from->stream.low = &from->low;
	line_in_init(in);
	in->stream = &from->stream;
}

static void
expect_line(struct line_in *in, const char *line, size_t len, bool is_loose)
{
	g_assert_cmpint(line_in_read(in, 100), ==, LINE_IN_WHOLE);
	g_assert_cmpmem(in->line->str, in->line->len, line, len);
	g_assert_cmpint(in->line->str[len], ==, '\0');
	g_assert_true(in->is_loose == is_loose);
}

/* A line feed ends a line; one CR before it belongs to the end, any other to the line. */
static void
test_ends(void)
{
	static const char wire[] = "+OK\r\nloose\n\r\n\na\rb\r\r\nn\0l\0\r\n\0\n";

	for (size_t piece = 1; piece <= sizeof(wire); piece++) {
		struct source from;
		struct line_in in;

		open_source(&from, &in, wire, sizeof(wire) - 1, piece);
		expect_line(&in, "+OK", 3, false);
		expect_line(&in, "loose", 5, true);
		expect_line(&in, "", 0, false);
		expect_line(&in, "", 0, true);
		expect_line(&in, "a\rb\r", 4, false);
		expect_line(&in, "n\0l\0", 4, false);
		expect_line(&in, "\0", 1, true);
		g_assert_false(line_in_has_buffered(&in));
		g_assert_cmpint(line_in_read(&in, 100), ==, LINE_IN_LOST);
		line_in_fini(&in);
	}
}

/* What the stream ends in is no line: a "+OK" that was cut off would be taken for the answer. */
static void
test_end_in_the_middle(void)
{
	static const char *const ends[] = {"", "+OK", "+OK\r", "\r"};

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		char *wire = g_strconcat("* one\r\n", ends[i], NULL);

		for (ssize_t last = -1; last <= 0; last++)
			for (size_t piece = 1; piece <= strlen(wire); piece++) {
				struct source from;
				struct line_in in;

				open_source(&from, &in, wire, strlen(wire), piece);
				from.last = last;
				expect_line(&in, "* one", 5, false);
				g_assert_cmpint(line_in_read(&in, 100), ==, LINE_IN_LOST);
				g_assert_false(line_in_fill(&in));
				line_in_fini(&in);
			}
		g_free(wire);
	}
}

/* A line of n bytes, its end among them, where 64 are the most. */
static void
check_length(size_t n, bool is_loose, size_t piece, enum line_in_status expected)
{
	size_t n_end = is_loose ? 1 : 2;
	GString *wire = g_string_new(NULL);
	struct source from;
	struct line_in in;

	while (wire->len < n - n_end)
		g_string_append_c(wire, 'x');
	g_string_append(wire, is_loose ? "\n" : "\r\n");
	g_string_append(wire, "next\r\n");
	open_source(&from, &in, wire->str, wire->len, piece);
	g_assert_cmpint(line_in_read(&in, 64), ==, expected);
	if (expected == LINE_IN_WHOLE) {
		g_assert_cmpuint(in.line->len, ==, n - n_end);
		expect_line(&in, "next", 4, false);
	}
	line_in_fini(&in);
	g_string_free(wire, TRUE);
}

static void
test_limit(void)
{
	for (size_t piece = 1; piece <= 80; piece++)
		for (int is_loose = 0; is_loose <= 1; is_loose++) {
			check_length(63, is_loose, piece, LINE_IN_WHOLE);
			check_length(64, is_loose, piece, LINE_IN_WHOLE);
			check_length(65, is_loose, piece, LINE_IN_ENDLESS);
		}
}

/* A line without end is left when it is too long: no more than one buffer beyond the limit is read or kept. */
static void
test_endless(void)
{
	size_t len = 1u << 20, most = 20000;
	char *wire = malloc(len);
	struct source from;
	struct line_in in;

	memset(wire, 'x', len);
	open_source(&from, &in, wire, len, 7);
	g_assert_cmpint(line_in_read(&in, most), ==, LINE_IN_ENDLESS);
	g_assert_cmpuint(from.at, <=, most + 7);
	line_in_fini(&in);
	open_source(&from, &in, wire, len, len);
	g_assert_cmpint(line_in_read(&in, most), ==, LINE_IN_ENDLESS);
	g_assert_cmpuint(from.at, <=, most + sizeof(in.wire));
	g_assert_cmpuint(in.line->len, ==, from.at);
	line_in_fini(&in);
	free(wire);
}

/* Lines longer than the buffer, and bytes taken between lines as readers of literals do. */
static void
test_bytes_between(void)
{
	size_t n = 3 * sizeof(((struct line_in *)NULL)->wire) + 5;
	GString *wire = g_string_new(NULL);
	struct source from;
	struct line_in in;

	while (wire->len < n)
		g_string_append_c(wire, 'x');
	g_string_append(wire, "\r\n{3}\r\na\nbrest\r\n");
	open_source(&from, &in, wire->str, wire->len, 1000);
	g_assert_cmpint(line_in_read(&in, n + 2), ==, LINE_IN_WHOLE);
	g_assert_cmpuint(in.line->len, ==, n);
	expect_line(&in, "{3}", 3, false);
	for (const char *p = "a\nb"; *p != '\0'; p++) {
		g_assert_true(line_in_fill(&in));
		g_assert_cmpint(in.wire[in.start++], ==, *p);
	}
	expect_line(&in, "rest", 4, false);
	line_in_fini(&in);
	g_string_free(wire, TRUE);
}

/* What is in the buffer is used before the stream is asked again: asking could wait for ever. */
static void
test_no_needless_read(void)
{
	static const char wire[] = "one\r\ntwo\r\nth";
	struct source from;
	struct line_in in;

	open_source(&from, &in, wire, sizeof(wire) - 1, sizeof(wire));
	expect_line(&in, "one", 3, false);
	g_assert_true(line_in_has_buffered(&in));
	g_assert_true(line_in_fill(&in));
	expect_line(&in, "two", 3, false);
	g_assert_cmpuint(from.n_reads, ==, 1);
	g_assert_true(line_in_fill(&in));
	g_assert_cmpuint(from.n_reads, ==, 1);
	line_in_fini(&in);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/line_in/ends", test_ends);
	g_test_add_func("/line_in/end-in-the-middle", test_end_in_the_middle);
	g_test_add_func("/line_in/limit", test_limit);
	g_test_add_func("/line_in/endless", test_endless);
	g_test_add_func("/line_in/bytes-between", test_bytes_between);
	g_test_add_func("/line_in/no-needless-read", test_no_needless_read);
	return g_test_run();
}
