/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_unbound.c - the DNS driver over libunbound. Every question goes through
 * ub_resolve_async(), even when we wait for it: ub_resolve() knows no deadline, and
 * questions that are begun early come back in parallel. The library's own thread does its
 * I/O; we have none. */
#include "lookup/dns_unbound.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <unbound.h>

enum { CLASS_IN = 1, KEPT_MAX = 8192 };

struct resolver {
	struct ub_ctx *ctx;
	GHashTable *flights; /* "NAME TYPE" -> struct flight: begun and not yet taken */
};

/* One question on its way. ub_cancel() keeps the callback from being called. */
struct flight {
	struct resolver *resolver;
	enum dns_type type;
	int id;
	bool is_flying;
	struct dns_answer *answer;
};

static void
flight_free(gpointer data)
{
	struct flight *flight = data;

	if (flight->is_flying)
		(void)ub_cancel(
		    flight->resolver->ctx, flight->id); /* gone already: fine */
	dns_answer_free(flight->answer);
	g_free(flight);
}

/* A name in wire format (RFC 1035 section 3.1) at data, as text. Owned; NULL when
 * malformed. */
static char *
wire_name(const unsigned char *data, size_t len)
{
	GString *name = g_string_new(NULL);
	size_t at = 0;

	while (at < len && data[at] != 0) {
		size_t label = data[at++];
		if (label > 63 || at + label > len) {
			g_string_free(name, TRUE);
			return NULL;
		}
		if (name->len > 0)
			g_string_append_c(name, '.');
		g_string_append_len(name, (const char *)data + at, (gssize)label);
		at += label;
	}
	return g_string_free(name, FALSE);
}

/* The character strings of a TXT record (RFC 1035 section 3.3.14), joined. */
static char *
wire_txt(const unsigned char *data, size_t len)
{
	GString *text = g_string_new(NULL);

	for (size_t at = 0; at < len;) {
		size_t n = MIN((size_t)data[at], len - at - 1);
		for (size_t i = 0; i < n; i++)
			g_string_append_c(
			    text, data[at + 1 + i] != 0 ? (char)data[at + 1 + i] : 0x1a);
		at += 1 + n;
	}
	return g_string_free(text, FALSE);
}

static char *
wire_address(int family, const unsigned char *data, size_t len)
{
	char text[INET6_ADDRSTRLEN];

	if (len != (family == AF_INET ? 4u : 16u) ||
	    inet_ntop(family, data, text, sizeof text) == NULL)
		return NULL;
	return g_strdup(text);
}

static char *
wire_mx(const unsigned char *data, size_t len)
{
	char *host = len > 2 ? wire_name(data + 2, len - 2) : NULL;

	if (host == NULL)
		return NULL;
	char *text = g_strdup_printf("%d %s", data[0] << 8 | data[1], host);
	g_free(host);
	return text;
}

/* RFC 2782: priority, weight and port of 16 bits each, then the target. */
static char *
wire_srv(const unsigned char *data, size_t len)
{
	char *host = len > 6 ? wire_name(data + 6, len - 6) : NULL;

	if (host == NULL)
		return NULL;
	char *text = g_strdup_printf("%d %d %d %s", data[0] << 8 | data[1],
	    data[2] << 8 | data[3], data[4] << 8 | data[5], host);
	g_free(host);
	return text;
}

/* RFC 6698 section 2.1: usage, selector, matching type, data. */
static char *
wire_tlsa(const unsigned char *data, size_t len)
{
	if (len < 4)
		return NULL;
	GString *text = g_string_new(NULL);
	g_string_printf(text, "%d %d %d ", data[0], data[1], data[2]);
	for (size_t i = 3; i < len; i++)
		g_string_append_printf(text, "%02x", data[i]);
	return g_string_free(text, FALSE);
}

static char *
wire_text(enum dns_type type, const unsigned char *data, size_t len)
{
	switch (type) {
	case DNS_A:
		return wire_address(AF_INET, data, len);
	case DNS_AAAA:
		return wire_address(AF_INET6, data, len);
	case DNS_MX:
		return wire_mx(data, len);
	case DNS_SRV:
		return wire_srv(data, len);
	case DNS_TLSA:
		return wire_tlsa(data, len);
	case DNS_CNAME:
	case DNS_PTR:
		return wire_name(data, len);
	case DNS_TXT:
		return wire_txt(data, len);
	}
	return NULL;
}

static struct dns_answer *
answer_of(const struct ub_result *result, enum dns_type type)
{
	struct dns_answer *answer = dns_answer_new(DNS_NODATA);

	answer->is_secure = result->secure != 0;
	answer->ttl = (guint32)MAX(result->ttl, 0);
	if (result->bogus || (result->rcode != 0 && result->rcode != 3)) {
		answer->status = DNS_SERVFAIL;
	} else if (result->nxdomain) {
		answer->status = DNS_NXDOMAIN;
	} else if (result->havedata) {
		for (size_t i = 0; result->data[i] != NULL; i++) {
			char *text =
			    wire_text(type, (const unsigned char *)result->data[i],
				(size_t)result->len[i]);
			if (text != NULL)
				g_ptr_array_add(answer->strings, text);
		}
		answer->status = answer->strings->len > 0 ? DNS_OK : DNS_NODATA;
	}
	return answer;
}

static void
on_result(void *data, int failed, struct ub_result *result)
{
	struct flight *flight = data;

	flight->is_flying = false;
	flight->answer =
	    failed != 0 ? dns_answer_new(DNS_SERVFAIL) : answer_of(result, flight->type);
	ub_resolve_free(result);
}

static struct flight *
begin(struct resolver *resolver, const char *name, enum dns_type type)
{
	char *question = g_strdup_printf("%s %s", name, dns_type_name(type));
	struct flight *flight = g_hash_table_lookup(resolver->flights, question);

	if (flight != NULL) {
		g_free(question);
		return flight;
	}
	/* questions that were begun for messages whose judging ended early; the library
	 * has cached what came of them */
	if (g_hash_table_size(resolver->flights) >= KEPT_MAX)
		g_hash_table_remove_all(resolver->flights);
	flight = g_new0(struct flight, 1);
	flight->resolver = resolver;
	flight->type = type;
	flight->is_flying = true;
	if (ub_resolve_async(resolver->ctx, name, (int)type, CLASS_IN, flight, on_result,
		&flight->id) != 0) {
		flight->is_flying = false;
		flight->answer = dns_answer_new(DNS_SERVFAIL);
	}
	g_hash_table_insert(resolver->flights, question, flight);
	return flight;
}

static void
unbound_prefetch(void *state, const char *name, enum dns_type type)
{
	(void)begin(state, name, type); /* found again by its name */
}

static struct dns_answer *
unbound_ask(void *state, const char *name, enum dns_type type, int timeout_ms)
{
	struct resolver *resolver = state;
	struct flight *flight = begin(resolver, name, type);
	gint64 deadline = g_get_monotonic_time() + (gint64)timeout_ms * 1000;

	while (flight->is_flying) {
		gint64 left_ms = (deadline - g_get_monotonic_time() + 999) / 1000;
		struct pollfd fd = {.fd = ub_fd(resolver->ctx), .events = POLLIN};
		if (left_ms <= 0)
			break;
		if (poll(&fd, 1, (int)left_ms) > 0 && ub_process(resolver->ctx) != 0)
			break;
	}
	struct dns_answer *answer = g_steal_pointer(&flight->answer);
	char *question = g_strdup_printf("%s %s", name, dns_type_name(type));
	g_hash_table_remove(resolver->flights, question);
	g_free(question);
	return answer != NULL ? answer : dns_answer_new(DNS_TIMEOUT);
}

static struct dns_answer *
unbound_peek(void *state, const char *name, enum dns_type type)
{
	struct resolver *resolver = state;
	char *question = g_strdup_printf("%s %s", name, dns_type_name(type));
	struct flight *flight = g_hash_table_lookup(resolver->flights, question);
	struct dns_answer *answer = NULL;

	if (flight != NULL && !flight->is_flying) {
		answer = g_steal_pointer(&flight->answer);
		g_hash_table_remove(resolver->flights, question);
		if (answer == NULL)
			answer = dns_answer_new(DNS_TIMEOUT);
	}
	g_free(question);
	return answer;
}

static bool
unbound_is_ready(void *state, const char *question)
{
	const struct resolver *resolver = state;
	const struct flight *flight = g_hash_table_lookup(resolver->flights, question);

	return flight == NULL || !flight->is_flying;
}

static void
unbound_wait(void *state, int timeout_ms)
{
	struct resolver *resolver = state;
	struct pollfd fd = {.fd = ub_fd(resolver->ctx), .events = POLLIN};

	if (poll(&fd, 1, timeout_ms) > 0)
		(void)ub_process(resolver->ctx); /* what failed shows in its flight */
}

static void
unbound_free(void *state)
{
	struct resolver *resolver = state;

	g_hash_table_unref(resolver->flights);
	ub_ctx_delete(resolver->ctx);
	g_free(resolver);
}

static const struct dns_driver unbound_driver = {.prefetch = unbound_prefetch,
    .ask = unbound_ask,
    .peek = unbound_peek,
    .is_ready = unbound_is_ready,
    .wait = unbound_wait,
    .free = unbound_free};

/* The order matters: ub_ctx_zone_add() finalizes the context. Without it libunbound
 * answers for the names of RFC 6761 by itself, "test." among them, even where a server
 * was named. */
static int
configure(struct ub_ctx *ctx, const char *server, const char *trust_anchor)
{
	int failed = ub_ctx_async(ctx, 1);

	/* as a library it sends 16 questions at a time, and the rest waits */
	if (failed == 0)
		failed = ub_ctx_set_option(ctx, "outgoing-range:", "256");
	if (failed == 0)
		failed = ub_ctx_set_option(ctx, "num-queries-per-thread:", "1024");

	if (failed == 0)
		failed = ub_ctx_set_option(ctx, "do-not-query-localhost:", "no");
	if (failed == 0)
		failed = server != NULL ? ub_ctx_set_fwd(ctx, server)
					: ub_ctx_resolvconf(ctx, NULL);
	if (failed == 0 && trust_anchor != NULL)
		failed = ub_ctx_add_ta_file(ctx, trust_anchor);
	if (failed == 0 && server != NULL)
		failed = ub_ctx_zone_add(ctx, "test.", "transparent");
	return failed;
}

struct dns *
dns_unbound_open(const char *server, const char *trust_anchor, GError **error)
{
	struct ub_ctx *ctx = ub_ctx_create();

	if (ctx == NULL) {
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_INTERNAL, "the DNS library does not start");
		return NULL;
	}
	int failed = configure(ctx, server, trust_anchor);
	if (failed != 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "DNS server %s, trust anchor %s: %s",
		    server == NULL ? "of this system" : server,
		    trust_anchor == NULL ? "none" : trust_anchor, ub_strerror(failed));
		ub_ctx_delete(ctx);
		return NULL;
	}
	struct resolver *resolver = g_new0(struct resolver, 1);
	resolver->ctx = ctx;
	resolver->flights =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, flight_free);
	return dns_new(&unbound_driver, resolver);
}
