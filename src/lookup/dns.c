/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns.c - the session over a DNS driver: one answer a question, a limit on their number
 * and on the time that a message may take, and the log of what was asked. Outside data
 * decides the names, so the limits hold for every caller alike. */
#include "lookup/dns.h"

#include "base/limits.h"

/* One question; libunbound itself goes on trying for longer. After one that got no answer
 * in that time the others, which were begun together with it, get little more. */
enum { ASK_MS = 8000, ASK_AGAIN_MS = 300 };

/* Work that is done again when answers have come in has to find those of its first steps. */
enum { LIFE_MIN_S = LIMIT_DNS_SECONDS };

struct dns {
	const struct dns_driver *driver;
	void *state;
	GHashTable *memory; /* "NAME TYPE" -> struct memory */
};

struct memory {
	struct dns_answer *answer;
	gint64 until; /* g_get_monotonic_time() */
};

struct dns_session {
	struct dns *dns;
	GHashTable *answers; /* "NAME TYPE" -> struct dns_answer */
	GHashTable *begun;   /* set of "NAME TYPE" */
	GPtrArray *log, *missing;
	struct dns_answer *refused;
	unsigned n_queries; /* that may be sent */
	gint64 deadline;    /* g_get_monotonic_time() */
	bool has_timed_out; /* a question got no answer */
	bool is_impatient, was_answered;
};

struct dns_answer *
dns_answer_new(enum dns_status status)
{
	struct dns_answer *answer = g_new0(struct dns_answer, 1);

	answer->status = status;
	answer->strings = g_ptr_array_new_with_free_func(g_free);
	return answer;
}

void
dns_answer_free(struct dns_answer *answer)
{
	if (answer == NULL)
		return;
	g_ptr_array_unref(answer->strings);
	g_free(answer);
}

static void
answer_destroy(gpointer answer)
{
	dns_answer_free(answer);
}

static void
memory_free(gpointer data)
{
	struct memory *memory = data;

	dns_answer_free(memory->answer);
	g_free(memory);
}

static struct dns_answer *
answer_copy(const struct dns_answer *answer)
{
	struct dns_answer *copy = dns_answer_new(answer->status);

	copy->is_secure = answer->is_secure;
	copy->ttl = answer->ttl;
	for (guint i = 0; i < answer->strings->len; i++)
		g_ptr_array_add(
		    copy->strings, g_strdup(g_ptr_array_index(answer->strings, i)));
	return copy;
}

/* Owned; NULL when it is not remembered. */
static struct dns_answer *
recall(struct dns *dns, const char *question)
{
	const struct memory *memory = g_hash_table_lookup(dns->memory, question);

	return memory != NULL && memory->until > g_get_monotonic_time()
		   ? answer_copy(memory->answer)
		   : NULL;
}

static void
remember(struct dns *dns, const char *question, const struct dns_answer *answer)
{
	gint64 life = LIMIT_DNS_MEMORY_SECONDS;

	if (answer->status == DNS_OK)
		life = CLAMP((gint64)answer->ttl, LIFE_MIN_S, life);
	if (g_hash_table_size(dns->memory) >= LIMIT_DNS_MEMORY)
		g_hash_table_remove_all(dns->memory);
	struct memory *memory = g_new0(struct memory, 1);
	memory->answer = answer_copy(answer);
	memory->until = g_get_monotonic_time() + life * G_USEC_PER_SEC;
	g_hash_table_replace(dns->memory, g_strdup(question), memory);
}

struct dns *
dns_new(const struct dns_driver *driver, void *state)
{
	struct dns *dns = g_new0(struct dns, 1);

	dns->driver = driver;
	dns->state = state;
	dns->memory = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, memory_free);
	return dns;
}

void
dns_free(struct dns *dns)
{
	if (dns == NULL)
		return;
	dns->driver->free(dns->state);
	g_hash_table_unref(dns->memory);
	g_free(dns);
}

void
dns_wait(struct dns *dns, int timeout_ms)
{
	if (dns != NULL && dns->driver->wait != NULL)
		dns->driver->wait(dns->state, timeout_ms);
}

void
dns_session_allow(struct dns_session *session, unsigned n_queries, int seconds)
{
	session->n_queries = n_queries;
	session->deadline = g_get_monotonic_time() + (gint64)seconds * G_TIME_SPAN_SECOND;
}

struct dns_session *
dns_session_new(struct dns *dns)
{
	struct dns_session *session = g_new0(struct dns_session, 1);

	session->dns = dns;
	session->answers =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, answer_destroy);
	session->begun = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	session->log = g_ptr_array_new_with_free_func(g_free);
	session->missing = g_ptr_array_new_with_free_func(g_free);
	session->refused = dns_answer_new(DNS_TIMEOUT);
	dns_session_allow(session, LIMIT_DNS_QUERIES, LIMIT_DNS_SECONDS);
	return session;
}

void
dns_session_free(struct dns_session *session)
{
	if (session == NULL)
		return;
	g_hash_table_unref(session->answers);
	g_hash_table_unref(session->begun);
	g_ptr_array_unref(session->log);
	g_ptr_array_unref(session->missing);
	dns_answer_free(session->refused);
	g_free(session);
}

void
dns_session_hurry(struct dns_session *session, int timeout_ms)
{
	gint64 deadline = g_get_monotonic_time() + (gint64)timeout_ms * 1000;

	session->deadline = MIN(session->deadline, deadline);
}

const char *
dns_type_name(enum dns_type type)
{
	switch (type) {
	case DNS_A:
		return "A";
	case DNS_CNAME:
		return "CNAME";
	case DNS_PTR:
		return "PTR";
	case DNS_MX:
		return "MX";
	case DNS_TXT:
		return "TXT";
	case DNS_AAAA:
		return "AAAA";
	case DNS_SRV:
		return "SRV";
	case DNS_TLSA:
		return "TLSA";
	}
	return "TYPE?";
}

bool
dns_is_temporary(enum dns_status status)
{
	return status == DNS_SERVFAIL || status == DNS_TIMEOUT;
}

/* Milliseconds that the next question may take; 0 when a limit is reached. */
static int
time_left(const struct dns_session *session)
{
	gint64 left_ms = (session->deadline - g_get_monotonic_time()) / 1000;

	if (session->dns == NULL || session->log->len >= session->n_queries ||
	    left_ms <= 0)
		return 0;
	return (int)MIN(left_ms, session->has_timed_out ? ASK_AGAIN_MS : ASK_MS);
}

void
dns_prefetch(struct dns_session *session, const char *name, enum dns_type type)
{
	struct dns *dns = session->dns;

	if (dns == NULL || dns->driver->prefetch == NULL ||
	    g_hash_table_size(session->begun) >= session->n_queries)
		return;
	char *question = g_strdup_printf("%s %s", name, dns_type_name(type));
	struct dns_answer *known = recall(dns, question);
	if (g_hash_table_add(session->begun, question) && known == NULL)
		dns->driver->prefetch(dns->state, name, type);
	dns_answer_free(known);
}

void
dns_session_set_impatient(struct dns_session *session)
{
	session->is_impatient =
	    session->dns != NULL && session->dns->driver->peek != NULL;
}

bool
dns_session_is_short(const struct dns_session *session)
{
	return session->missing->len > 0;
}

const GPtrArray *
dns_session_missing(const struct dns_session *session)
{
	return session->missing;
}

bool
dns_is_ready(const struct dns *dns, const char *question)
{
	const struct memory *memory = g_hash_table_lookup(dns->memory, question);

	return memory != NULL || dns->driver->is_ready == NULL ||
	       dns->driver->is_ready(dns->state, question);
}

bool
dns_session_was_answered(const struct dns_session *session)
{
	return session->was_answered;
}

/* From the driver, now or in time. Owned; NULL: not yet. */
static struct dns_answer *
fetch(struct dns_session *session, const char *name, enum dns_type type, int timeout_ms)
{
	const struct dns_driver *driver = session->dns->driver;
	void *state = session->dns->state;

	if (!session->is_impatient)
		return driver->ask(state, name, type, timeout_ms);
	driver->prefetch(state, name, type);
	return driver->peek(state, name, type);
}

/* Remembered or fetched. Owned; NULL: not yet. */
static struct dns_answer *
obtain(struct dns_session *session, const char *question, const char *name,
    enum dns_type type, int timeout_ms)
{
	struct dns_answer *answer = recall(session->dns, question);

	if (answer == NULL) {
		answer = fetch(session, name, type, timeout_ms);
		if (answer != NULL)
			remember(session->dns, question, answer);
	}
	if (answer == NULL)
		g_ptr_array_add(session->missing, g_strdup(question));
	else if (answer->status == DNS_TIMEOUT)
		session->has_timed_out = true;
	else if (answer->status != DNS_SERVFAIL) /* which is the library's word for silence, too */
		session->was_answered = true;
	return answer;
}

const struct dns_answer *
dns_ask(struct dns_session *session, const char *name, enum dns_type type)
{
	char *question = g_strdup_printf("%s %s", name, dns_type_name(type));
	struct dns_answer *answer = g_hash_table_lookup(session->answers, question);
	int timeout_ms = time_left(session);

	if (answer == NULL && timeout_ms > 0) {
		g_ptr_array_add(session->log, g_strdup(question));
		answer = obtain(session, question, name, type, timeout_ms);
		if (answer != NULL)
			g_hash_table_insert(session->answers, g_strdup(question), answer);
	}
	g_free(question);
	return answer != NULL ? answer : session->refused;
}

const GPtrArray *
dns_session_log(const struct dns_session *session)
{
	return session->log;
}
