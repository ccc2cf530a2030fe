/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns_unbound.c - the DNS driver over libunbound, whose events run in ours: libevent's loop turns while we wait for an
 * answer. The library could have a thread for that; then each question and each answer goes through a pipe, and every
 * page that one of the two threads gives back has to be told to the other's processor. Questions that are begun early
 * come back in parallel. */
#include "lookup/dns_unbound.h"

#include "base/error.h"
#include "lookup/dns_wire.h"

#include <event2/event.h>
#include <unbound-event.h>
#include <unbound.h>

enum { CLASS_IN = 1, KEPT_MAX = 8192, BOGUS = 1, SECURE = 2, RCODE_NXDOMAIN = 3 };

struct resolver {
	struct event_base *base;
	struct event *alarm; /* ends a turn of the loop */
	struct ub_ctx *ctx;
	GHashTable *flights; /* "NAME TYPE" -> struct flight: begun and not yet taken */
	GHashTable *flying;  /* set of struct flight: not yet answered */
};

/* One question on its way. The library cannot be told to forget one whose events are ours. */
struct flight {
	struct resolver *resolver;
	enum dns_type type;
	bool is_flying, is_forgotten; /* nobody wants the answer any more: it is freed when it comes */
	struct dns_answer *answer;
};

static void
flight_free(struct flight *flight)
{
	dns_answer_free(flight->answer);
	g_free(flight);
}

static void
forget(gpointer data)
{
	struct flight *flight = data;

	flight->is_forgotten = true;
	if (!flight->is_flying)
		flight_free(flight);
}

static void
on_result(void *data, int code, void *packet, int len, int security, char *why, int was_limited)
{
	struct flight *flight = data;

	(void)why;
	(void)was_limited;
	flight->is_flying = false;
	g_hash_table_remove(flight->resolver->flying, flight);
	if (code == 0 && packet != NULL && len > 0 && security != BOGUS)
		flight->answer = dns_wire_answer(packet, (size_t)len, flight->type);
	else
		flight->answer = dns_answer_new(code == RCODE_NXDOMAIN ? DNS_NXDOMAIN : DNS_SERVFAIL);
	flight->answer->is_secure = security == SECURE;
	if (flight->is_forgotten)
		flight_free(flight);
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
	flight->is_flying = g_hash_table_add(resolver->flying, flight);
	int failed = ub_resolve_event(resolver->ctx, name, (int)type, CLASS_IN, flight, on_result, NULL);
	if (failed != 0) {
		flight->is_flying = false;
		g_hash_table_remove(resolver->flying, flight);
		/* what can be no name there, as one of a label of 64 letters (RFC 1035 2.3.4), is not there at any time */
		flight->answer = dns_answer_new(failed == UB_SYNTAX ? DNS_NXDOMAIN : DNS_SERVFAIL);
	}
	g_hash_table_insert(resolver->flights, question, flight);
	return flight;
}

static void
unbound_prefetch(void *state, const char *name, enum dns_type type)
{
	(void)begin(state, name, type); /* found again by its name */
}

/* What has come in is read; where nothing has, wait for it. */
static void
turn(struct resolver *resolver, int timeout_ms)
{
	const struct timeval time = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};

	(void)event_add(resolver->alarm, &time);
	(void)event_base_loop(resolver->base, EVLOOP_ONCE);
	(void)event_del(resolver->alarm);
}

static struct dns_answer *
unbound_ask(void *state, const char *name, enum dns_type type, int timeout_ms)
{
	struct resolver *resolver = state;
	struct flight *flight = begin(resolver, name, type);
	gint64 deadline = g_get_monotonic_time() + (gint64)timeout_ms * 1000, left_ms;

	while (flight->is_flying && (left_ms = (deadline - g_get_monotonic_time() + 999) / 1000) > 0)
		turn(resolver, (int)left_ms);
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
	turn(state, timeout_ms);
}

static void
free_flying(gpointer flight, gpointer value, gpointer user)
{
	(void)value;
	(void)user;
	flight_free(flight);
}

static void
unbound_free(void *state)
{
	struct resolver *resolver = state;

	ub_ctx_delete(resolver->ctx);
	g_hash_table_unref(resolver->flights);
	g_hash_table_foreach(resolver->flying, free_flying, NULL);
	g_hash_table_unref(resolver->flying);
	event_free(resolver->alarm);
	event_base_free(resolver->base);
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
	/* as a library it sends 16 questions at a time, and the rest waits */
	int failed = ub_ctx_set_option(ctx, "outgoing-range:", "256");

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

static void
on_alarm(evutil_socket_t fd, short what, void *user)
{
	(void)fd; /* the loop has turned, and that is all */
	(void)what;
	(void)user;
}

struct dns *
dns_unbound_open(const char *server, const char *trust_anchor, GError **error)
{
	struct event_base *base = event_base_new();
	struct ub_ctx *ctx = base != NULL ? ub_ctx_create_event(base) : NULL;

	if (ctx == NULL) {
		g_clear_pointer(&base, event_base_free);
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
		event_base_free(base);
		return NULL;
	}
	struct resolver *resolver = g_new0(struct resolver, 1);
	resolver->base = base;
	resolver->alarm = evtimer_new(base, on_alarm, NULL);
	resolver->ctx = ctx;
	resolver->flights = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, forget);
	resolver->flying = g_hash_table_new(NULL, NULL);
	return dns_new(&unbound_driver, resolver);
}
