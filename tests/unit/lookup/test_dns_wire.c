/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers as they travel: records of the chain that begins with the question, and of nobody else. */
#include "lookup_test.h"

#include "lookup/dns_wire.h"

#include <string.h>

enum { PACKET_MAX = 2048 };

struct packet {
	unsigned char bytes[PACKET_MAX];
	size_t len;
};

static void
add(struct packet *p, const void *data, size_t len)
{
	g_assert_cmpuint(p->len + len, <=, sizeof p->bytes);
	memcpy(p->bytes + p->len, data, len);
	p->len += len;
}

static void
add_number(struct packet *p, unsigned n)
{
	const unsigned char two[] = {(unsigned char)(n >> 8), (unsigned char)n};

	add(p, two, sizeof two);
}

/* "a.example" as labels. */
static void
add_name(struct packet *p, const char *name)
{
	char **labels = g_strsplit(name, ".", -1);

	for (size_t i = 0; labels[i] != NULL; i++) {
		unsigned char n = (unsigned char)strlen(labels[i]);

		add(p, &n, 1);
		add(p, labels[i], n);
	}
	add(p, "", 1);
	g_strfreev(labels);
}

static void
begin(struct packet *p, unsigned flags, const char *name, enum dns_type type)
{
	p->len = 0;
	add_number(p, 0);
	add_number(p, flags);
	add_number(p, 1);
	for (int i = 0; i < 3; i++)
		add_number(p, 0);
	add_name(p, name);
	add_number(p, type);
	add_number(p, 1);
}

static void
add_record(struct packet *p, const char *owner, enum dns_type type, unsigned ttl, const void *data, size_t len)
{
	p->bytes[7]++; /* of the answers' number */
	add_name(p, owner);
	add_number(p, type);
	add_number(p, 1);
	add_number(p, 0);
	add_number(p, ttl);
	add_number(p, (unsigned)len);
	add(p, data, len);
}

static void
add_alias(struct packet *p, const char *owner, const char *target, unsigned ttl)
{
	struct packet name = {.len = 0};

	add_name(&name, target);
	add_record(p, owner, DNS_CNAME, ttl, name.bytes, name.len);
}

/* The first text, or the status' number. Owned. */
static char *
answer_of(const struct packet *p, enum dns_type type, guint32 *ttl_out)
{
	struct dns_answer *answer = dns_wire_answer(p->bytes, p->len, type);
	char *text = answer->status == DNS_OK ? g_strdup(g_ptr_array_index(answer->strings, 0))
					      : g_strdup_printf("%d", (int)answer->status);

	if (ttl_out != NULL)
		*ttl_out = answer->ttl;
	dns_answer_free(answer);
	return text;
}

static void
assert_answer(const struct packet *p, enum dns_type type, const char *wanted)
{
	char *text = answer_of(p, type, NULL);

	g_assert_cmpstr(text, ==, wanted);
	g_free(text);
}

static void
test_texts(void)
{
	static const struct {
		enum dns_type type;
		const char *data;
		size_t len;
		const char *text;
	} cases[] = {
	    {DNS_A, "\x7f\0\0\1", 4, "127.0.0.1"},
	    {DNS_A, "\x7f\0\0", 3, "2"},
	    {DNS_AAAA, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16, "::1"},
	    {DNS_TXT, "\3one\4 two", 9, "one two"},
	    {DNS_TXT, "\2a\0", 3, "a\x1a"},
	    {DNS_TXT, "\x09too", 4, "too"}, /* a string that claims more than there is */
	    {DNS_TXT, "\0", 1, ""},
	    {DNS_MX, "\0\12\2mx\7example\0", 14, "10 mx.example"},
	    {DNS_MX, "\0\12\2mx\xc0\x0e", 7, "10 mx.example"}, /* behind the "q" of the question */
	    {DNS_MX, "\0\12", 2, "2"},
	    {DNS_SRV, "\0\1\0\2\3\xe1\1i\7example\0", 17, "1 2 993 i.example"},
	    {DNS_TLSA, "\3\1\1\xab\xcd", 5, "3 1 1 abcd"},
	    {DNS_PTR, "\1p\xc0\x0e", 4, "p.example"},
	    {DNS_CNAME, "\1c\xc0\x0e", 4, "c.example"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct packet p;

		begin(&p, 0x8180, "q.example", cases[i].type);
		add_record(&p, "Q.Example", cases[i].type, 60, cases[i].data, cases[i].len);
		assert_answer(&p, cases[i].type, cases[i].text);
	}
}

static void
test_chain(void)
{
	struct packet p;
	guint32 ttl;
	char *text;

	begin(&p, 0x8180, "q.example", DNS_TXT);
	add_record(&p, "other.example", DNS_TXT, 5, "\5other", 6);
	add_record(&p, "end.example", DNS_TXT, 300, "\4mine", 5);
	add_alias(&p, "middle.example", "end.example", 30);
	add_alias(&p, "q.example", "Middle.example", 200);
	text = answer_of(&p, DNS_TXT, &ttl);
	g_assert_cmpstr(text, ==, "mine");
	g_assert_cmpuint(ttl, ==, 30);
	g_free(text);
	assert_answer(&p, DNS_A, "2");

	begin(&p, 0x8180, "q.example", DNS_TXT); /* a ring ends */
	add_alias(&p, "q.example", "r.example", 1);
	add_alias(&p, "r.example", "q.example", 1);
	assert_answer(&p, DNS_TXT, "2");
}

static void
test_status(void)
{
	struct packet p;

	begin(&p, 0x8183, "q.example", DNS_TXT);
	assert_answer(&p, DNS_TXT, "1");
	begin(&p, 0x8182, "q.example", DNS_TXT);
	assert_answer(&p, DNS_TXT, "3");
	begin(&p, 0x8180, "q.example", DNS_TXT);
	assert_answer(&p, DNS_TXT, "2");
	p.len = 11;
	assert_answer(&p, DNS_TXT, "3");
}

/* A name that points at itself, or out of the packet, is none. */
static void
test_pointers(void)
{
	struct packet p;

	begin(&p, 0x8180, "q.example", DNS_PTR);
	add_record(&p, "q.example", DNS_PTR, 60, "\xc0\x2a", 2);
	p.bytes[p.len - 1] = (unsigned char)(p.len - 2);
	assert_answer(&p, DNS_PTR, "2");
	p.bytes[p.len - 2] = 0xff;
	assert_answer(&p, DNS_PTR, "2");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dns_wire/texts", test_texts);
	g_test_add_func("/dns_wire/chain", test_chain);
	g_test_add_func("/dns_wire/status", test_status);
	g_test_add_func("/dns_wire/pointers", test_pointers);
	return g_test_run();
}
