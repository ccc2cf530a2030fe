/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pop3.h - a POP3 session (RFC 1939) of our own over transport: CAPA, STLS, SASL,
 * pipelined commands, answers in lines or as a stream. Blocking; a deadline on every
 * answer. */
#ifndef PENFOLD_NET_POP3_H
#define PENFOLD_NET_POP3_H

#include "net/pop3_reply.h"
#include "net/session_opts.h"
#include "net/transport.h"

struct pop3;

/* Connect, TLS as the account says, CAPA, log in. Nothing goes out in clear but for
 * RC_TLS_NONE. Errors name account, host and port: PF_ERROR_TLS, _AUTH, _TEMPORARY,
 * _PROTOCOL, _CANCELLED. */
struct pop3 *pop3_open(const struct session_opts *opts, GError **error);
/* Ends the connection without QUIT: the server deletes nothing. NULL is fine. */
void pop3_free(struct pop3 *s);

const struct pop3_caps *pop3_caps(const struct pop3 *s);
/* Most of the session's time is over: no more is to be asked for, so that what is under way
 * arrives and the rest comes by the next session. */
bool pop3_is_late(const struct pop3 *s);
/* How many commands may wait for their answers. */
unsigned pop3_window(const struct pop3 *s);

/* Append a command; CRLF is added. It leaves with the next read. A line break within is a
 * bug (assert). */
bool pop3_command(struct pop3 *s, GError **error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The status line of the oldest command's answer; out->text is borrowed until the next
 * read. What is no status line ends the session: PF_ERROR_PROTOCOL. */
bool pop3_read(struct pop3 *s, struct pop3_reply *out, GError **error);
/* After an OK: the lines of the answer, without dots, max bytes in all (PF_ERROR_LIMIT).
 * line is borrowed during the call; fn returns false with error to give up. */
typedef bool (*pop3_line_fn)(void *user, const char *line, GError **error);
bool pop3_read_lines(
    struct pop3 *s, size_t max, pop3_line_fn fn, void *user, GError **error);
/* After an OK: the bytes of the answer, without dots, CRLF as they came, in pieces. More
 * than LIMIT_LITERAL bytes: PF_ERROR_LIMIT, and the session is over. A server that sends
 * next to nothing runs into PF_ERROR_TIMEOUT. */
typedef bool (*pop3_bytes_fn)(void *user, const char *bytes, size_t len, GError **error);
bool pop3_read_body(struct pop3 *s, pop3_bytes_fn fn, void *user, GError **error);

/* QUIT, upon which the server deletes what was marked. False when that is not certain. */
bool pop3_quit(struct pop3 *s, GError **error);

/* As of transport_counters(). */
void pop3_counters(const struct pop3 *s, guint64 *received_out, guint64 *turns_out);

#endif
