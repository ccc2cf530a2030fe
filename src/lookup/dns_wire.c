/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_wire.c - see dns_wire.h. The C library walks the packet; what a record's data mean is here. */
#include "lookup/dns_wire.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <string.h>

enum {
	CHAIN_MAX = 16, /* aliases, one after the other */
	RECORDS_MAX = 512,
};

/* A packet and where in it one is. */
struct reading {
	ns_msg msg;
	enum dns_type type;
	struct dns_answer *answer;
};

/* A name in wire format (RFC 1035 section 3.1) that a record's data have at this place, as text without the last dot.
 * Owned; NULL when malformed. */
static char *
name_at(const struct reading *r, const unsigned char *data, size_t len)
{
	unsigned char plain[NS_MAXCDNAME];
	GString *name;
	size_t at = 0;

	if (len == 0 || ns_name_unpack(ns_msg_base(r->msg), ns_msg_end(r->msg), data, plain, sizeof plain) < 0)
		return NULL;
	name = g_string_new(NULL);
	while (plain[at] != 0) { /* which ns_name_unpack() ends within the buffer */
		size_t label = plain[at++];

		if (name->len > 0)
			g_string_append_c(name, '.');
		for (size_t end = at + label; at < end; at++)
			g_string_append_c(name, plain[at] != 0 ? (char)plain[at] : 0x1a);
	}
	return g_string_free(name, FALSE);
}

/* The character strings of a TXT record (RFC 1035 section 3.3.14), joined. */
static char *
txt_of(const unsigned char *data, size_t len)
{
	GString *text = g_string_new(NULL);

	for (size_t at = 0; at < len;) {
		size_t n = MIN((size_t)data[at], len - at - 1);

		for (size_t i = 0; i < n; i++)
			g_string_append_c(text, data[at + 1 + i] != 0 ? (char)data[at + 1 + i] : 0x1a);
		at += 1 + n;
	}
	return g_string_free(text, FALSE);
}

static char *
address_of(int family, const unsigned char *data, size_t len)
{
	char text[INET6_ADDRSTRLEN];

	if (len != (family == AF_INET ? 4u : 16u) || inet_ntop(family, data, text, sizeof text) == NULL)
		return NULL;
	return g_strdup(text);
}

static unsigned
number_at(const unsigned char *data, size_t nth)
{
	return (unsigned)(data[2 * nth] << 8 | data[2 * nth + 1]);
}

static char *
mx_of(const struct reading *r, const unsigned char *data, size_t len)
{
	char *host = len > 2 ? name_at(r, data + 2, len - 2) : NULL;
	char *text = host != NULL ? g_strdup_printf("%u %s", number_at(data, 0), host) : NULL;

	g_free(host);
	return text;
}

/* RFC 2782: priority, weight and port of 16 bits each, then the target. */
static char *
srv_of(const struct reading *r, const unsigned char *data, size_t len)
{
	char *host = len > 6 ? name_at(r, data + 6, len - 6) : NULL;
	char *text = NULL;

	if (host != NULL)
		text = g_strdup_printf("%u %u %u %s", number_at(data, 0), number_at(data, 1), number_at(data, 2), host);
	g_free(host);
	return text;
}

/* RFC 6698 section 2.1: usage, selector, matching type, data. */
static char *
tlsa_of(const unsigned char *data, size_t len)
{
	GString *text;

	if (len < 4)
		return NULL;
	text = g_string_new(NULL);
	g_string_printf(text, "%d %d %d ", data[0], data[1], data[2]);
	for (size_t i = 3; i < len; i++)
		g_string_append_printf(text, "%02x", data[i]);
	return g_string_free(text, FALSE);
}

static char *
text_of(const struct reading *r, const unsigned char *data, size_t len)
{
	switch (r->type) {
	case DNS_A:
		return address_of(AF_INET, data, len);
	case DNS_AAAA:
		return address_of(AF_INET6, data, len);
	case DNS_MX:
		return mx_of(r, data, len);
	case DNS_SRV:
		return srv_of(r, data, len);
	case DNS_TLSA:
		return tlsa_of(data, len);
	case DNS_CNAME:
	case DNS_PTR:
		return name_at(r, data, len);
	case DNS_TXT:
		return txt_of(data, len);
	}
	return NULL;
}

/* The records of `type` that the owner has, each given to fn until one says that this is enough. */
static void
each_record(struct reading *r, const char *owner, ns_type type, bool (*fn)(struct reading *r, const ns_rr *rr, void *user),
    void *user)
{
	int n = MIN(ns_msg_count(r->msg, ns_s_an), RECORDS_MAX);
	ns_rr rr;

	for (int i = 0; i < n && ns_parserr(&r->msg, ns_s_an, i, &rr) == 0; i++) {
		if (ns_rr_class(rr) != ns_c_in || ns_rr_type(rr) != type || g_ascii_strcasecmp(ns_rr_name(rr), owner) != 0)
			continue;
		r->answer->ttl = MIN(r->answer->ttl, (guint32)ns_rr_ttl(rr));
		if (!fn(r, &rr, user))
			return;
	}
}

static bool
add_text(struct reading *r, const ns_rr *rr, void *user)
{
	char *text = text_of(r, ns_rr_rdata(*rr), ns_rr_rdlen(*rr));

	(void)user;
	if (text != NULL)
		g_ptr_array_add(r->answer->strings, text);
	return true;
}

/* Put the alias' target where its owner stood. */
static bool
follow(struct reading *r, const ns_rr *rr, void *owner)
{
	char target[NS_MAXDNAME];

	if (ns_name_uncompress(ns_msg_base(r->msg), ns_msg_end(r->msg), ns_rr_rdata(*rr), target, sizeof target) < 0)
		return true;
	g_free(*(char **)owner);
	*(char **)owner = g_strdup(target);
	return false;
}

static void
read_records(struct reading *r)
{
	ns_rr question;
	char *owner, *before = NULL;

	if (ns_parserr(&r->msg, ns_s_qd, 0, &question) != 0)
		return;
	owner = g_strdup(ns_rr_name(question));
	r->answer->ttl = G_MAXUINT32;
	for (int i = 0; r->type != DNS_CNAME && i < CHAIN_MAX && g_strcmp0(owner, before) != 0; i++) {
		g_free(before);
		before = g_strdup(owner);
		each_record(r, before, ns_t_cname, follow, &owner);
	}
	each_record(r, owner, (ns_type)r->type, add_text, NULL);
	if (r->answer->ttl == G_MAXUINT32)
		r->answer->ttl = 0;
	g_free(owner);
	g_free(before);
}

struct dns_answer *
dns_wire_answer(const unsigned char *packet, size_t len, enum dns_type type)
{
	struct reading r = { .type = type, .answer = dns_answer_new(DNS_SERVFAIL) };
	int code;

	if (len > NS_MAXMSG || ns_initparse(packet, (int)len, &r.msg) != 0)
		return r.answer;
	code = ns_msg_getflag(r.msg, ns_f_rcode);
	if (code == ns_r_nxdomain) {
		r.answer->status = DNS_NXDOMAIN;
	} else if (code == ns_r_noerror) {
		read_records(&r);
		r.answer->status = r.answer->strings->len > 0 ? DNS_OK : DNS_NODATA;
	}
	return r.answer;
}
