/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_send.c - letters over one connection. With PIPELINING (RFC 2920) the end of one
 * letter, the envelope of the next and DATA share a round trip; with CHUNKING (RFC 3030)
 * whole groups of small letters are in flight. Small letters to a server that answers at
 * once share the record of their dots, too. */
#include "net/smtp_batch.h"

#include "base/error.h"
#include "mime/compose_wire.h"
#include "net/smtp_data.h"

#include <string.h>

#define PIECE_BYTES (64u << 10) /* between two progress events */
#define SMALL_BYTES (64u << 10) /* letters up to here go in groups */
#define LAST_BYTES  512 /* of a large letter's last chunk, sent when all else was */
#define GROUP_RCPTS                                                                      \
	64 /* envelope commands in flight stay far below any socket buffer               \
	    */
/* Letters that share one record of their dots. Each more is one more that would be
 * uncertain after a crash: as long as answers come within NEAR_US of the last byte,
 * groups grow, and fall back when one does not. */
#define GROUP_CHUNKING 8 /* two groups are in flight */
#define GROUP_DATA     1
#define GROUP_MOST     16
#define NEAR_US	       25000

/* --- one letter --- */

/* What is in its bytes, looked at once. */
static const struct compose_wire *
wire_of(struct smtp_letter *l)
{
	gsize len;
	const char *data = g_bytes_get_data(l->bytes, &len);

	if (l->wire.header_len == 0)
		compose_wire_scan(data, len, &l->wire);
	return &l->wire;
}

static bool
needs_utf8(const struct smtp_letter *l, const struct compose_wire *w)
{
	size_t i;

	for (i = 0; i < l->n_recipients; i++) {
		if (!g_str_is_ascii(l->recipients[i].address))
			return true;
	}
	return w->header_eight_bit > 0 || !g_str_is_ascii(l->sender);
}

/* What this server can never take; owned sentence, NULL when it can. */
static char *
impossible(const struct smtp_caps *caps, struct smtp_letter *l)
{
	const struct compose_wire *w = wire_of(l);
	GError *error = NULL;
	gsize len = g_bytes_get_size(l->bytes);
	char *why = NULL;

	if (!compose_wire_judge(w, &error)) {
		why = g_strdup(error->message);
		g_error_free(error);
	} else if (caps->size > 0 && len > caps->size) {
		why = g_strdup_printf("the letter has %zu bytes, and the server takes at "
				      "most %" G_GUINT64_FORMAT,
		    len, caps->size);
	} else if (l->require_tls && !caps->has_requiretls) {
		why =
		    g_strdup("the letter asks for TLS all the way, and the server has no "
			     "REQUIRETLS");
	} else if (needs_utf8(l, w) && !caps->has_smtputf8) {
		why = g_strdup("an address or field is not in ASCII, and the server has "
			       "no SMTPUTF8");
	} else if (w->eight_bit > 0 && !caps->has_8bitmime) {
		why =
		    g_strdup("the letter has 8-bit text, and the server has no 8BITMIME");
	}
	return why;
}

static bool
send_reset(struct smtp_batch *b, GError **error)
{
	b->s->needs_reset = false;
	smtp_batch_expect(b, SMTP_EXPECT_RSET, NULL, 0);
	return smtp_command(b->s, error, "RSET") && smtp_batch_lockstep(b, error);
}

/* The parameters of MAIL; owned. */
static char *
mail_parameters(const struct smtp_caps *caps, struct smtp_letter *l)
{
	GString *out = g_string_new(NULL);
	const struct compose_wire *w = wire_of(l);

	if (caps->has_size)
		g_string_append_printf(out, " SIZE=%zu", g_bytes_get_size(l->bytes));
	if (w->eight_bit + w->header_eight_bit > 0 && caps->has_8bitmime)
		g_string_append(out, " BODY=8BITMIME");
	if (needs_utf8(l, w))
		g_string_append(out, " SMTPUTF8");
	if (l->require_tls)
		g_string_append(out, " REQUIRETLS");
	if (caps->has_dsn && l->envid != NULL)
		g_string_append_printf(out, " ENVID=%s", l->envid);
	if (caps->has_dsn && l->notify != NULL && *l->notify != '\0')
		g_string_append(out, " RET=HDRS");
	return g_string_free(out, FALSE);
}

/* RFC 3461 4: printable ASCII but "+" and "=" stands for itself; those as +HEX. */
static void
append_xtext(GString *out, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c > 32 && c < 127 && c != '+' && c != '=')
			g_string_append_c(out, (char)c);
		else
			g_string_append_printf(out, "+%02X", c);
	}
}

/* NOTIFY and ORCPT, by which a report can name the address that we know. RFC 6533 has its
 * own form for other addresses: they go without. Owned. */
static char *
rcpt_parameters(
    const struct smtp_caps *caps, const struct smtp_letter *l, const char *address)
{
	GString *out = g_string_new(NULL);

	if (caps->has_dsn && l->notify != NULL && *l->notify != '\0')
		g_string_append_printf(out, " NOTIFY=%s", l->notify);
	if (caps->has_dsn && g_str_is_ascii(address)) {
		g_string_append(out, " ORCPT=rfc822;");
		append_xtext(out, address);
	}
	return g_string_free(out, FALSE);
}

static bool
send_rcpt(struct smtp_batch *b, struct smtp_letter *l, size_t i, GError **error)
{
	const char *address = l->recipients[i].address;
	char *parameters = rcpt_parameters(&b->s->caps, l, address);
	bool good = smtp_command(b->s, error, "RCPT TO:<%s>%s", address, parameters);

	g_free(parameters);
	return good;
}

/* MAIL and RCPT; with is_data the DATA command, too. */
static bool
send_envelope(struct smtp_batch *b, struct smtp_letter *l, bool is_data, GError **error)
{
	const struct smtp_caps *caps = &b->s->caps;
	char *parameters;
	bool good;
	size_t i;

	if (b->s->needs_reset && !send_reset(b, error))
		return false;
	parameters = mail_parameters(caps, l);
	good = smtp_command(b->s, error, "MAIL FROM:<%s>%s", l->sender, parameters);
	g_free(parameters);
	smtp_batch_expect(b, SMTP_EXPECT_MAIL, l, 0);
	good = good && smtp_batch_lockstep(b, error);
	for (i = 0; good && i < l->n_recipients; i++) {
		if (l->recipients[i].verdict != SMTP_OPEN)
			continue; /* lockstep: MAIL was refused */
		good = send_rcpt(b, l, i, error);
		smtp_batch_expect(b, SMTP_EXPECT_RCPT, l, i);
		good = good && smtp_batch_lockstep(b, error);
	}
	if (!good || !is_data || (!caps->has_pipelining && l->n_accepted == 0))
		return good;
	good = smtp_command(b->s, error, "DATA");
	smtp_batch_expect(b, SMTP_EXPECT_DATA, l, 0);
	return good && smtp_batch_lockstep(b, error);
}

/* The transaction ended without data: the next MAIL needs a clean slate. */
static bool
abandon(struct smtp_batch *b, struct smtp_letter *l)
{
	smtp_batch_judge(l, SMTP_LATER, "no recipient was accepted");
	smtp_batch_finish(b, l, SMTP_ANSWERED);
	b->s->needs_reset = true;
	return true;
}

static bool
send_pieces(struct smtp_batch *b, struct smtp_letter *l, gsize from, gsize to,
    bool stuffed, GError **error)
{
	const char *data = g_bytes_get_data(l->bytes, NULL);
	GString *piece = g_string_new(NULL);
	bool good = true, at_line_start = true;

	/* at a kilobyte a second it is time to give up */
	transport_set_deadline(
	    b->s->t, SMTP_COMMAND_MS + (unsigned)MIN(to - from, G_MAXINT));
	while (good && from < to) {
		gsize n = MIN(to - from, PIECE_BYTES);

		g_string_truncate(piece, 0);
		if (stuffed)
			smtp_data_stuff(piece, data + from, n, &at_line_start);
		else
			g_string_append_len(piece, data + from, (gssize)n);
		good = smtp_write(b->s, piece->str, piece->len, error);
		from += n;
		if (good && b->events->progress != NULL &&
		    !b->events->progress(l, from, b->events->user))
			good = transport_set_error(
			    b->s->t, PF_ERROR_CANCELLED, error, "a letter was taken back");
	}
	g_string_free(piece, TRUE);
	return good;
}

/* Ask whether these may end; false when the session must. */
static bool
before_dot(
    struct smtp_batch *b, struct smtp_letter *const *letters, size_t n, GError **error)
{
	return b->events->before_dot(letters, n, b->events->user, error);
}

/* Send what ends a letter. Once it is flushed, its answer is due. */
static bool
send_end(struct smtp_batch *b, struct smtp_letter *l, const char *end, size_t len,
    GError **error)
{
	transport_set_deadline(b->s->t, SMTP_COMMAND_MS);
	/* before: where this process must wait for its turn, the answer only seems to be near */
	b->ended_at = g_get_monotonic_time();
	if (!smtp_write(b->s, end, len, error) || !smtp_flush(b->s, error)) {
		smtp_batch_finish(b, l, SMTP_NOT_SENT);
		return false;
	}
	smtp_batch_expect(b, SMTP_EXPECT_DOT, l, 0);
	return true;
}

/* --- DATA --- */

/* DATA was accepted though no recipient was (RFC 2920 3.1): an empty letter ends that. */
static bool
end_empty_data(struct smtp_batch *b, struct smtp_letter *l, GError **error)
{
	bool good = smtp_write(b->s, ".\r\n", 3, error);

	smtp_batch_judge(l, SMTP_LATER, "no recipient was accepted");
	smtp_batch_finish(b, l, SMTP_ANSWERED);
	smtp_batch_expect(b, SMTP_EXPECT_RSET, l, 0);
	b->s->needs_reset = true;
	return good && smtp_batch_lockstep(b, error);
}

static bool
send_content(struct smtp_batch *b, struct smtp_letter *l, bool is_recorded, GError **error)
{
	bool good;

	if (l->n_accepted == 0)
		return end_empty_data(b, l, error);
	good = send_pieces(b, l, 0, g_bytes_get_size(l->bytes), true, error);
	if (good && !is_recorded)
		good = smtp_flush(b->s, error) && before_dot(b, &l, 1, error);
	if (good && l->fate == SMTP_HELD) {
		/* within DATA there is no other way to take it back than to hang up */
		smtp_batch_finish(b, l, SMTP_HELD);
		return transport_set_error(
		    b->s->t, PF_ERROR_CANCELLED, error, "a letter was taken back");
	}
	if (!good) {
		smtp_batch_finish(b, l, SMTP_NOT_SENT);
		return false;
	}
	return send_end(b, l, ".\r\n", 3, error) && smtp_batch_lockstep(b, error);
}

/* is_recorded: its dot is in the ledger. */
static bool
send_by_data(struct smtp_batch *b, struct smtp_letter *l, bool is_recorded, GError **error)
{
	/* the previous letter's dot may still be unanswered: its reply comes first */
	if (!send_envelope(b, l, true, error) || !smtp_flush(b->s, error) ||
	    !smtp_batch_drain(b, 0, error)) {
		smtp_batch_finish(b, l, SMTP_NOT_SENT);
		return false;
	}
	return l->data_go ? send_content(b, l, is_recorded, error) : abandon(b, l);
}

/* --- BDAT --- */

/* A letter that is worth asking about before all of it was sent: the bulk, then a last
 * small chunk. */
static bool
send_large_chunks(struct smtp_batch *b, struct smtp_letter *l, GError **error)
{
	gsize len = g_bytes_get_size(l->bytes), bulk = len - LAST_BYTES;
	const char *data = g_bytes_get_data(l->bytes, NULL);
	char *last;
	bool good;

	good = send_envelope(b, l, false, error) && smtp_flush(b->s, error) &&
	       smtp_batch_drain(b, 0, error);
	if (good && l->n_accepted == 0)
		return abandon(b, l);
	good = good && smtp_command(b->s, error, "BDAT %zu", bulk) &&
	       send_pieces(b, l, 0, bulk, false, error);
	smtp_batch_expect(b, SMTP_EXPECT_CHUNK, l, 0);
	good = good && smtp_flush(b->s, error) && smtp_batch_drain(b, 0, error);
	if (good && !l->data_go)
		return abandon(b, l);
	if (!good || !before_dot(b, &l, 1, error)) {
		smtp_batch_finish(b, l, SMTP_NOT_SENT);
		return false;
	}
	if (l->fate == SMTP_HELD) {
		smtp_batch_finish(b, l, SMTP_HELD);
		b->s->needs_reset = true;
		return true;
	}
	last = g_strdup_printf("BDAT %d LAST\r\n", LAST_BYTES);
	b->s->needs_reset = true;
	good = smtp_write(b->s, last, strlen(last), error);
	g_free(last);
	if (!good) {
		smtp_batch_finish(b, l, SMTP_NOT_SENT);
		return false;
	}
	if (!send_end(b, l, data + bulk, LAST_BYTES, error))
		return false;
	if (b->events->progress != NULL) /* too late to take it back */
		(void)b->events->progress(l, len, b->events->user);
	return smtp_batch_drain(b, 0, error);
}

static bool
send_small_chunk(struct smtp_batch *b, struct smtp_letter *l, GError **error)
{
	gsize len;
	const char *data = g_bytes_get_data(l->bytes, &len);

	if (!send_envelope(b, l, false, error) ||
	    !smtp_command(b->s, error, "BDAT %zu LAST", len)) {
		smtp_batch_finish(b, l, SMTP_NOT_SENT);
		return false;
	}
	if (!send_end(b, l, data, len, error))
		return false;
	b->s->needs_reset = true; /* if it is refused, of which we know nothing yet */
	if (b->events->progress != NULL)
		(void)b->events->progress(l, len, b->events->user);
	return true;
}

/* --- the batch --- */

static bool
has_groups_in_flight(const struct smtp *s)
{
	return s->caps.has_chunking && s->caps.has_pipelining;
}

/* Letters that may share a record, as the last answers came. */
static size_t
group_most(const struct smtp *s)
{
	size_t least = has_groups_in_flight(s) ? GROUP_CHUNKING : GROUP_DATA;

	return CLAMP(s->group, least, GROUP_MOST);
}

static void
learn_pace(struct smtp *s)
{
	s->group = s->waited_us > 0 && s->waited_us < NEAR_US ? group_most(s) * 2 : 0;
}

static bool
send_group(
    struct smtp_batch *b, struct smtp_letter *const *letters, size_t n, GError **error)
{
	bool is_chunked = has_groups_in_flight(b->s);
	bool good = before_dot(b, letters, n, error);
	size_t i;

	for (i = 0; i < n; i++) {
		/* a server that ends the session says so before it hangs up; after a
		 * failed write it could not be heard any more */
		good = good && smtp_batch_take_ready(b, error);
		if (letters[i]->fate == SMTP_HELD)
			smtp_batch_finish(b, letters[i], SMTP_HELD);
		else if (!good)
			smtp_batch_finish(b, letters[i], SMTP_NOT_SENT);
		else
			good = is_chunked ? send_small_chunk(b, letters[i], error)
					  : send_by_data(b, letters[i], true, error);
	}
	return good && smtp_batch_drain(b, group_most(b->s), error);
}

/* Letters of letters[0..n) that go as one group; 0 when the first goes alone. */
static size_t
group_size(const struct smtp *s, struct smtp_letter *const *letters, size_t n)
{
	size_t i, recipients = 0, most = group_most(s);

	if (most <= 1)
		return 0;
	for (i = 0; i < n && i < most; i++) {
		char *why = impossible(&s->caps, letters[i]);

		recipients += letters[i]->n_recipients;
		g_free(why);
		if (why != NULL || g_bytes_get_size(letters[i]->bytes) > SMALL_BYTES ||
		    recipients > GROUP_RCPTS)
			break;
	}
	return i;
}

static bool
send_alone(struct smtp_batch *b, struct smtp_letter *l, GError **error)
{
	char *why = impossible(&b->s->caps, l);

	if (why != NULL) {
		smtp_batch_judge(l, SMTP_NEVER, why);
		g_free(why);
		smtp_batch_finish(b, l, SMTP_ANSWERED);
		return true;
	}
	if (b->s->caps.has_chunking && g_bytes_get_size(l->bytes) > SMALL_BYTES)
		return send_large_chunks(b, l, error);
	return send_by_data(b, l, false, error);
}

static void
prepare(struct smtp_letter *l)
{
	size_t i;

	l->fate = SMTP_NOT_SENT;
	l->mail_ok = l->data_go = l->is_finished = false;
	l->n_accepted = 0;
	memset(&l->wire, 0, sizeof(l->wire));
	for (i = 0; i < l->n_recipients; i++)
		l->recipients[i].verdict = SMTP_OPEN;
}

bool
smtp_send(struct smtp *s, struct smtp_letter *const *letters, size_t n,
    const struct smtp_events *events, GError **error)
{
	struct smtp_batch b = {.s = s, .events = events, .expected = G_QUEUE_INIT};
	bool good = true;
	size_t i = 0, k;

	for (k = 0; k < n; k++)
		prepare(letters[k]);
	while (good && i < n) {
		size_t group = group_size(s, letters + i, n - i);

		good = group > 0 ? send_group(&b, letters + i, group, error)
				 : send_alone(&b, letters[i], error);
		learn_pace(s);
		i += MAX(group, 1);
	}
	good = good && smtp_flush(s, error) && smtp_batch_drain(&b, 0, error);
	if (!good)
		smtp_batch_give_up(&b);
	for (; i < n; i++)
		smtp_batch_finish(&b, letters[i], SMTP_NOT_SENT);
	return good;
}
