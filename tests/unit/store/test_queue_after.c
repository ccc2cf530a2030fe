/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After sending: the audit and its figures, addresses that gave trouble, reports that
 * arrive. */
#include "store/queue_address.h"
#include "store/queue_attempt.h"

#include <glib/gstdio.h>
#include <string.h>

#define NOW G_GINT64_CONSTANT(1790000000)

struct fixture {
	char *dir;
	struct queue *q;
};

static void
set_up(struct fixture *f, gconstpointer user)
{
	(void)user;
	f->dir = g_dir_make_tmp("penfold-after-XXXXXX", NULL);
	f->q = queue_open(f->dir, NULL);
	g_assert_nonnull(f->q);
	g_assert_true(queue_lock(f->q, NULL));
}

static void
tear_down(struct fixture *f, gconstpointer user)
{
	char *sub = g_build_filename(f->dir, "queue", NULL);
	GDir *d = g_dir_open(sub, 0, NULL);
	const char *name;

	(void)user;
	queue_close(f->q);
	while (d != NULL && (name = g_dir_read_name(d)) != NULL) {
		char *path = g_build_filename(sub, name, NULL);

		g_unlink(path);
		g_free(path);
	}
	g_clear_pointer(&d, g_dir_close);
	g_rmdir(sub);
	g_rmdir(f->dir);
	g_free(sub);
	g_free(f->dir);
}

static char *
add(struct fixture *f, const char *message_id, const char *const *recipients)
{
	struct queue_letter letter = {.account = "work",
	    .sender = "ann@example.org",
	    .recipients = recipients,
	    .from = "Ann",
	    .to = "b",
	    .subject = "s",
	    .message_id = message_id,
	    .want_copy = true};
	char *id;

	letter.bytes = g_bytes_new_static("x\r\n", 3);
	id = queue_add(f->q, &letter, NOW, NULL);
	g_bytes_unref(letter.bytes);
	g_assert_nonnull(id);
	return id;
}

static void
set_fate(
    struct queue_entry *e, guint n, enum queue_fate fate, int code, const char *status)
{
	struct queue_recipient *r = e->recipients->pdata[n];

	r->fate = fate;
	r->code = code;
	r->is_tried = true;
	g_free(r->status);
	r->status = g_strdup(status);
}

/* Claim, dot, settle. */
static void
run(struct fixture *f, const char *id, enum queue_fate first, enum queue_fate second)
{
	static const int codes[] = {0, 250, 450, 550, 0};
	static const char *const status[] = {"", "2.0.0", "4.2.1", "5.1.1", ""};
	struct queue_entry *e = queue_get(f->q, id, NULL);
	bool good;

	g_assert_true(queue_claim(f->q, e, &good, NULL) && good);
	g_assert_true(queue_mark_dot(f->q, e, &good, NULL) && good);
	set_fate(e, 0, first, codes[first], status[first]);
	set_fate(e, 1, second, codes[second], status[second]);
	e->via = g_strdup("smtp.example.org");
	e->tls = g_strdup("TLSv1.3 X");
	g_assert_true(queue_settle(f->q, &e, 1, NULL));
	queue_entry_free(e);
}

static const char *const two[] = {"bob@example.net", "Gone@example.com", NULL};

static void
test_audit(struct fixture *f, gconstpointer user)
{
	char *id = add(f, "<1@example.org>", two);
	json_t *log, *one;

	(void)user;
	run(f, id, QUEUE_FATE_SENT, QUEUE_FATE_DEFERRED);
	log = queue_attempts_json(f->q, id, 0, NULL);
	g_assert_cmpuint(json_array_size(log), ==, 2);
	one = json_array_get(log, 1);
	g_assert_cmpstr(
	    json_string_value(json_object_get(one, "domain")), ==, "example.com");
	g_assert_cmpstr(json_string_value(json_object_get(one, "state")), ==, "deferred");
	g_assert_cmpint(json_integer_value(json_object_get(one, "code")), ==, 450);
	g_assert_cmpstr(json_string_value(json_object_get(one, "tls")), ==, "TLSv1.3 X");
	g_assert_null(json_object_get(one, "subject"));
	json_decref(log);
	g_assert_true(queue_purge(f->q, G_MAXINT32, NULL));
	log = queue_attempts_json(f->q, id, 0, NULL);
	g_assert_cmpuint(json_array_size(log), ==, 0);
	json_decref(log);
	/* one that still waits is never forgotten */
	queue_entry_free(queue_get(f->q, id, NULL));
	g_free(id);
}

static void
test_stats(struct fixture *f, gconstpointer user)
{
	char *a = add(f, "<1@example.org>", two), *b = add(f, "<2@example.org>", two);
	gint64 now = g_get_real_time() / G_USEC_PER_SEC, n, oldest;
	json_t *stats, *totals;

	(void)user;
	run(f, a, QUEUE_FATE_SENT, QUEUE_FATE_DEFERRED);
	run(f, b, QUEUE_FATE_SENT, QUEUE_FATE_FAILED);
	stats = queue_stats_json(f->q, 0, now, 0, NULL);
	totals = json_object_get(stats, "totals");
	g_assert_cmpint(json_integer_value(json_object_get(totals, "sent")), ==, 2);
	g_assert_cmpint(json_integer_value(json_object_get(totals, "deferred")), ==, 1);
	g_assert_cmpint(json_integer_value(json_object_get(totals, "failed")), ==, 1);
	g_assert_cmpint(json_integer_value(json_object_get(
			    json_object_get(stats, "codes"), "250 2.0.0")),
	    ==, 2);
	g_assert_cmpuint(json_array_size(json_object_get(stats, "domains")), ==, 2);
	g_assert_cmpint(json_integer_value(
			    json_object_get(json_object_get(stats, "queue"), "letters")),
	    ==, 2);
	g_assert_cmpint(
	    json_integer_value(json_object_get(stats, "failed_last_day")), ==, 1);
	g_assert_cmpuint(json_array_size(json_object_get(
			     json_object_get(stats, "queue"), "last_day")),
	    ==, 24);
	json_decref(stats);
	g_assert_true(queue_sent_since(f->q, "work", now - 60, &n, &oldest, NULL));
	g_assert_cmpint(n, ==, 2);
	g_assert_true(queue_sent_since(f->q, "home", now - 60, &n, &oldest, NULL));
	g_assert_cmpint(n, ==, 0);
	g_free(a);
	g_free(b);
}

static void
test_addresses(struct fixture *f, gconstpointer user)
{
	char *id = add(f, "<1@example.org>", two);
	bool was_there = false;
	json_t *one;

	(void)user;
	run(f, id, QUEUE_FATE_SENT, QUEUE_FATE_FAILED);
	one = queue_address_json(f->q, "GONE@EXAMPLE.COM", NULL);
	g_assert_cmpstr(json_string_value(json_object_get(one, "kind")), ==, "bounced");
	json_decref(one);
	one = queue_address_json(f->q, "bob@example.net", NULL);
	g_assert_true(json_is_null(one));
	json_decref(one);
	g_assert_true(queue_address_clear(f->q, "gone@example.com", &was_there, NULL));
	g_assert_true(was_there);
	one = queue_address_json(f->q, NULL, NULL);
	g_assert_cmpuint(json_array_size(one), ==, 0);
	json_decref(one);
	g_free(id);
}

static json_t *
apply(struct fixture *f, const char *text)
{
	json_t *report = json_loads(text, 0, NULL), *match;

	g_assert_nonnull(report);
	match = queue_report_apply(f->q, report, NOW, NULL);
	g_assert_nonnull(match);
	json_decref(report);
	return match;
}

static void
check_report(struct fixture *f, const char *id, guint n, const char *want)
{
	struct queue_entry *e = queue_get(f->q, id, NULL);
	const struct queue_recipient *r = e->recipients->pdata[n];

	g_assert_cmpstr(r->report, ==, want);
	queue_entry_free(e);
}

static void
test_reports(struct fixture *f, gconstpointer user)
{
	char *id = add(f, "<1@example.org>", two), *text;
	json_t *match;

	(void)user;
	run(f, id, QUEUE_FATE_SENT, QUEUE_FATE_SENT);
	/* by the envelope id */
	text = g_strdup_printf("{\"kind\":\"dsn\",\"envelope_id\":\"%s\",\"recipients\":["
			       "{\"address\":\"x@mail.example.com\","
			       "\"original_address\":\"gone@example.com\","
			       "\"action\":\"failed\",\"status\":\"5.1.1\"}]}",
	    id);
	match = apply(f, text);
	g_assert_cmpstr(
	    json_string_value(json_array_get(json_object_get(match, "tags"), 0)), ==,
	    "+failed");
	json_decref(match);
	check_report(f, id, 1, "failed");
	check_report(f, id, 0, "");
	match = queue_address_json(f->q, "gone@example.com", NULL);
	g_assert_true(json_is_object(match));
	json_decref(match);
	/* by the Message-ID of what came back */
	json_decref(
	    apply(f, "{\"kind\":\"dsn\",\"original\":{\"message_id\":\"1@example.org\"},"
		     "\"recipients\":[{\"address\":\"bob@example.net\","
		     "\"action\":\"delayed\",\"status\":\"4.4.1\"}]}"));
	check_report(f, id, 0, "delayed");
	json_decref(
	    apply(f, "{\"kind\":\"mdn\",\"original_message_id\":\"1@example.org\","
		     "\"recipient\":\"bob@example.net\",\"disposition\":\"displayed\"}"));
	check_report(f, id, 0, "read");
	json_decref(apply(f, "{\"kind\":\"arf\",\"feedback_type\":\"abuse\","
			     "\"original_to\":\"bob@example.net\","
			     "\"original\":{\"message_id\":\"1@example.org\"}}"));
	check_report(f, id, 0, "complained");
	g_free(text);
	g_free(id);
}

static const char *const strangers[] = {
    "{\"kind\":\"dsn\",\"envelope_id\":\"nothere\",\"recipients\":[]}",
    "{\"kind\":\"dsn\",\"original\":{\"message_id\":\"9@example.org\"},\"recipients\":["
    "{\"address\":\"bob@example.net\",\"action\":\"failed\"}]}",
    "{\"kind\":\"dsn\",\"original\":{\"message_id\":\"1@example.org\"},\"recipients\":["
    "{\"address\":\"eve@example.net\",\"action\":\"failed\"}]}",
    "{\"kind\":\"dsn\",\"original\":{\"message_id\":\"1@example.org\"},\"recipients\":["
    "{\"address\":\"bob@example.net\",\"action\":\"x' OR 1\"}]}",
    "{\"kind\":\"dmarc\"}", "{\"kind\":null}", "{}"};

/* About nobody of ours: nothing changes, nobody is remembered. */
static void
test_backscatter(struct fixture *f, gconstpointer user)
{
	char *id = add(f, "<1@example.org>", two);
	json_t *list;
	size_t i;

	(void)user;
	run(f, id, QUEUE_FATE_SENT, QUEUE_FATE_SENT);
	for (i = 0; i < G_N_ELEMENTS(strangers); i++) {
		json_t *match = apply(f, strangers[i]);

		g_assert_true(json_is_null(match));
		json_decref(match);
	}
	check_report(f, id, 0, "");
	check_report(f, id, 1, "");
	list = queue_address_json(f->q, NULL, NULL);
	g_assert_cmpuint(json_array_size(list), ==, 0);
	json_decref(list);
	g_free(id);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add(
	    "/queue-after/audit", struct fixture, NULL, set_up, test_audit, tear_down);
	g_test_add(
	    "/queue-after/stats", struct fixture, NULL, set_up, test_stats, tear_down);
	g_test_add("/queue-after/addresses", struct fixture, NULL, set_up, test_addresses,
	    tear_down);
	g_test_add("/queue-after/reports", struct fixture, NULL, set_up, test_reports,
	    tear_down);
	g_test_add("/queue-after/backscatter", struct fixture, NULL, set_up,
	    test_backscatter, tear_down);
	return g_test_run();
}
