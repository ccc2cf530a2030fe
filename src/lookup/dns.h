/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns.h - questions to the DNS, asked of whoever stands behind: the network
 * (dns_unbound.h) or a zone in a file (dns_zone.h). A piece of work, such as
 * judging one message, happens within one session, which counts, times and remembers what
 * was asked. */
#ifndef PENFOLD_LOOKUP_DNS_H
#define PENFOLD_LOOKUP_DNS_H

#include <glib.h>
#include <stdbool.h>

enum dns_type {
	DNS_A = 1,
	DNS_CNAME = 5,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_SRV = 33,
	DNS_TLSA = 52,
};

enum dns_status {
	DNS_OK,	      /* at least one record of the type */
	DNS_NXDOMAIN, /* no such name */
	DNS_NODATA,   /* the name has no such records */
	DNS_SERVFAIL, /* a temporary failure, a bogus signature included */
	DNS_TIMEOUT,  /* no answer in time, or the session's limit was reached */
};

/* strings: TXT the joined character strings (bytes, NUL as SUB, 0x1a), A and AAAA the
 * address as text, MX "PRIORITY HOST", SRV "PRIORITY WEIGHT PORT HOST" (RFC 2782), TLSA
 * "USAGE SELECTOR TYPE HEX" (RFC 6698), PTR and CNAME a name; names without the final
 * dot. Empty unless status is DNS_OK. */
struct dns_answer {
	enum dns_status status;
	GPtrArray *strings; /* char *, owned */
	bool is_secure;	    /* validated by DNSSEC */
	guint32 ttl;	    /* seconds */
};

struct dns_answer *dns_answer_new(enum dns_status status);
void dns_answer_free(struct dns_answer *answer);

/* What stands behind. prefetch, peek, is_ready and wait may be NULL, all four: then ask()
 * answers at once. */
struct dns_driver {
	/* Start asking without waiting; ask() for the same question follows soon. */
	void (*prefetch)(void *state, const char *name, enum dns_type type);
	/* Ask and wait for at most timeout_ms. Never NULL; the answer is the caller's. */
	struct dns_answer *(*ask)(
	    void *state, const char *name, enum dns_type type, int timeout_ms);
	/* The answer to what prefetch() began, NULL while it is under way. The caller's.
	 */
	struct dns_answer *(*peek)(void *state, const char *name, enum dns_type type);
	/* Is the answer to "NAME TYPE" there, or was the question never begun? */
	bool (*is_ready)(void *state, const char *question);
	/* Wait until some answer comes in, at most timeout_ms. */
	void (*wait)(void *state, int timeout_ms);
	void (*free)(void *state);
};

struct dns; /* one resolver */

/* Takes state over. Answers are remembered for LIMIT_DNS_MEMORY_SECONDS or their shorter life, but for the time
 * of one piece of work in any case. */
struct dns *dns_new(const struct dns_driver *driver, void *state);
void dns_free(struct dns *dns);

/* Wait until some answer to a question that was begun comes in, at most timeout_ms. */
void dns_wait(struct dns *dns, int timeout_ms);

struct dns_session; /* the questions for one message */

/* dns is borrowed; NULL answers every question with DNS_TIMEOUT (offline). From here on
 * LIMIT_DNS_SECONDS and LIMIT_DNS_QUERIES run. */
struct dns_session *dns_session_new(struct dns *dns);
void dns_session_free(struct dns_session *session);

/* Other limits than a message's, for work that the user asked for: questions in all, and
 * seconds from now. */
void dns_session_allow(struct dns_session *session, unsigned n_queries, int seconds);

/* Many pieces of work at once, without a thread for each: an impatient session does not
 * wait. It begins the question, answers DNS_TIMEOUT, and is short of an answer from then
 * on; what came of the work is thrown away, and the work is done again when answers have
 * come in (dns_wait()). */
void dns_session_set_impatient(struct dns_session *session);
bool dns_session_is_short(const struct dns_session *session);

/* "NAME TYPE" for every question whose answer it is short of, in order. Borrowed. */
const GPtrArray *dns_session_missing(const struct dns_session *session);

/* Is it worth while to ask this question, "NAME TYPE", again without waiting? */
bool dns_is_ready(const struct dns *dns, const char *question);

/* Did any question get an answer, be it an empty one? A failure is none. */
bool dns_session_was_answered(const struct dns_session *session);

/* Leave the session this much time from now, where that is less than it has. */
void dns_session_hurry(struct dns_session *session, int timeout_ms);

/* Ask. name as domain_ascii() gives it. A question that was asked before in this session
 * is answered from memory and counts once. Borrowed, valid as long as the session.
 * Blocks. */
const struct dns_answer *dns_ask(
    struct dns_session *session, const char *name, enum dns_type type);

/* Start on a question that will be asked: answers then come in parallel. */
void dns_prefetch(struct dns_session *session, const char *name, enum dns_type type);

/* "NAME TYPE" for every question sent, in order. Borrowed. */
const GPtrArray *dns_session_log(const struct dns_session *session);

/* SERVFAIL or TIMEOUT? */
bool dns_is_temporary(enum dns_status status);

/* "TXT" and so on; static. */
const char *dns_type_name(enum dns_type type);

#endif
