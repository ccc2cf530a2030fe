/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole messages: those under data/ were signed by an independent implementation with
 * keys of our own; the samples of RFC 6376 and RFC 8463, appendix A; what happens when any of it is
 * tampered with. */
#include "auth_test.h"

#include "auth/dkim.h"

enum { NOW = 1795304500 };

/* RFC 8463 appendix A.3. */
static const char rfc8463[] =
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
    " d=football.example.com; i=@football.example.com;\r\n"
    " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
    " subject : date : message-id : from : subject : date;\r\n"
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
    " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
    " d=football.example.com; i=@football.example.com;\r\n"
    " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
    " date : message-id : from : subject : date;\r\n"
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
    " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
    " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n"
    "From: Joe SixPack <joe@football.example.com>\r\n"
    "To: Suzie Q <suzie@shopping.example.net>\r\n"
    "Subject: Is dinner ready?\r\n"
    "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
    "\r\n"
    "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";

static const char rfc8463_zone[] =
    "{'brisbane._domainkey.football.example.com':"
    "{'TXT':['v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=']},"
    "'test._domainkey.football.example.com':{'TXT':['v=DKIM1; k=rsa; "
    "p="
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2"
    "jLQ"
    "iY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/"
    "8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZy"
    "VYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB']}}";

/* RFC 6376 appendix A.2, with the key of appendix A's signer: simple/simple, so that each blank counts. */
static const char rfc6376[] =
    "DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\r\n"
    "      c=simple/simple; q=dns/txt; i=joe@football.example.com;\r\n"
    "      h=Received : From : To : Subject : Date : Message-ID;\r\n"
    "      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    "      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB\r\n"
    "      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut\r\n"
    "      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV\r\n"
    "      4bmp/YzhwvcubU4=;\r\n"
    "Received: from client1.football.example.com  [192.0.2.1]\r\n"
    "      by submitserver.example.com with SUBMISSION;\r\n"
    "      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\r\n"
    "From: Joe SixPack <joe@football.example.com>\r\n"
    "To: Suzie Q <suzie@shopping.example.net>\r\n"
    "Subject: Is dinner ready?\r\n"
    "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
    "\r\n"
    "Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n";

static const char rfc6376_zone[] =
    "{'brisbane._domainkey.example.com':{'TXT':['v=DKIM1; p="
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2"
    "SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4O"
    "uKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB']}}";

struct fixture {
	struct dns *dns;
	struct dns_session *session;
	struct dkim_keys *keys;
	struct message *message;
	struct dkim_verifier verifier;
	GPtrArray *checks;
};

static void
verify(struct fixture *f, struct dns *dns, const char *bytes, size_t len, gint64 when)
{
	f->dns = dns;
	f->session = dns_session_new(dns);
	f->keys = dkim_keys_new();
	f->message = message_new(bytes, len);
	dkim_verifier_init(&f->verifier);
	f->verifier.message = f->message;
	f->verifier.dns = f->session;
	f->verifier.keys = f->keys;
	f->verifier.when = when;
	f->checks = dkim_verify(&f->verifier, "example.org");
}

static void
done(struct fixture *f)
{
	g_ptr_array_unref(f->checks);
	dkim_verifier_fini(&f->verifier);
	message_free(f->message);
	dkim_keys_free(f->keys);
	dns_session_free(f->session);
	dns_free(f->dns);
}

static struct dns *
data_zone(void)
{
	char *path = test_data_path("zone.json");
	struct dns *dns = dns_zone_open(path, NULL);

	g_assert_nonnull(dns);
	g_free(path);
	return dns;
}

static const struct dkim_check *
nth(const struct fixture *f, guint i)
{
	g_assert_cmpuint(f->checks->len, >, i);
	return g_ptr_array_index(f->checks, i);
}

static void
test_rfc6376(void)
{
	struct fixture f;

	verify(&f, test_zone(rfc6376_zone), rfc6376, strlen(rfc6376), NOW);
	g_assert_cmpuint(f.checks->len, ==, 1);
	g_assert_cmpstr(nth(&f, 0)->reason, ==, "");
	g_assert_cmpint(nth(&f, 0)->result, ==, DKIM_PASS);
	g_assert_cmpuint(nth(&f, 0)->bits, ==, 1024);
	g_assert_cmpstr(nth(&f, 0)->sig.i, ==, "joe@football.example.com");
	g_assert_cmpuint(nth(&f, 0)->is_signed->len, ==, 6);
	done(&f);
}

static void
test_rfc8463(void)
{
	struct fixture f;

	verify(&f, test_zone(rfc8463_zone), rfc8463, strlen(rfc8463), NOW);
	g_assert_cmpuint(f.checks->len, ==, 2);
	g_assert_cmpint(nth(&f, 0)->result, ==, DKIM_PASS);
	g_assert_cmpuint(nth(&f, 0)->bits, ==, 256);
	g_assert_cmpint(nth(&f, 1)->result, ==, DKIM_PASS);
	g_assert_cmpuint(nth(&f, 1)->bits, ==, 1024);
	g_assert_cmpuint(nth(&f, 0)->oversigned->len, ==, 3);
	g_assert_cmpstr(g_ptr_array_index(nth(&f, 0)->oversigned, 0), ==, "from");
	done(&f);
}

static void
test_vectors(void)
{
	static const struct {
		const char *file;
		enum dkim_result result;
		enum dkim_cause cause;
	} cases[] = {
	    {"rsa-relaxed.eml", DKIM_PASS, DKIM_CAUSE_NONE},
	    {"rsa-simple.eml", DKIM_PASS, DKIM_CAUSE_NONE},
	    {"rsa-relaxed-simple.eml", DKIM_PASS, DKIM_CAUSE_NONE},
	    {"rsa-simple-relaxed.eml", DKIM_PASS, DKIM_CAUSE_NONE},
	    {"rsa-length.eml", DKIM_PASS, DKIM_CAUSE_NONE},
	    {"rsa-1024.eml", DKIM_PASS, DKIM_CAUSE_NONE},
	    {"ed25519.eml", DKIM_PASS, DKIM_CAUSE_NONE},
	    {"rsa-sha1.eml", DKIM_POLICY, DKIM_CAUSE_SHA1},
	    {"rsa-768.eml", DKIM_POLICY, DKIM_CAUSE_KEY_SIZE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gsize len;
		char *bytes = test_data(cases[i].file, &len);
		struct fixture f;
		verify(&f, data_zone(), bytes, len, NOW);
		g_assert_cmpint(nth(&f, 0)->result, ==, cases[i].result);
		g_assert_cmpint(nth(&f, 0)->cause, ==, cases[i].cause);
		done(&f);
		/* the same stored with LF alone */
		GString *lf = g_string_new_len(bytes, (gssize)len);
		g_string_replace(lf, "\r\n", "\n", 0);
		verify(&f, data_zone(), lf->str, lf->len, NOW);
		g_assert_cmpint(nth(&f, 0)->result, ==, cases[i].result);
		done(&f);
		g_string_free(lf, TRUE);
		g_free(bytes);
	}
}

/* One change to a signed message, and what it comes to. */
static void
test_tampering(void)
{
	static const struct {
		const char *file, *what, *with;
		enum dkim_result result;
		enum dkim_cause cause;
	} cases[] = {
	    {"rsa-relaxed.eml", "Dear Bjarni", "Dear bjarni", DKIM_FAIL, DKIM_CAUSE_BODY},
	    {"rsa-relaxed.eml", "  two   spaces", " two spaces", DKIM_PASS,
		DKIM_CAUSE_NONE},
	    {"rsa-simple.eml", "  two   spaces", " two spaces", DKIM_FAIL,
		DKIM_CAUSE_BODY},
	    {"rsa-relaxed.eml", "Subject: Budget for   the", "SUBJECT:Budget for the",
		DKIM_PASS, DKIM_CAUSE_NONE},
	    {"rsa-simple.eml", "Subject: Budget", "SUBJECT: Budget", DKIM_FAIL,
		DKIM_CAUSE_SIGNATURE},
	    {"rsa-relaxed.eml", "Budget", "budget", DKIM_FAIL, DKIM_CAUSE_SIGNATURE},
	    {"rsa-relaxed.eml", "ann@mail", "eve@mail", DKIM_FAIL, DKIM_CAUSE_SIGNATURE},
	    {"rsa-relaxed.eml", "MIME-Version: 1.0", "MIME-Version: 1.1", DKIM_PASS,
		DKIM_CAUSE_NONE},
	    {"rsa-relaxed.eml", "\r\nAnn\r\n", "\r\nAnn\r\n\r\n\r\n", DKIM_PASS,
		DKIM_CAUSE_NONE},
	    {"rsa-relaxed.eml", "\r\nAnn\r\n", "\r\nAnn\r\nPS\r\n", DKIM_FAIL,
		DKIM_CAUSE_BODY},
	    {"rsa-length.eml", "\r\nAnn\r\n", "\r\nAnn\r\nPS\r\n", DKIM_PASS,
		DKIM_CAUSE_NONE},
	    {"rsa-length.eml", "\r\nAnn\r\n", "\r\n", DKIM_PERMERROR, DKIM_CAUSE_LENGTH},
	    {"rsa-relaxed.eml", "s=s2048", "s=s1024", DKIM_FAIL, DKIM_CAUSE_SIGNATURE},
	    {"rsa-relaxed.eml", "s=s2048", "s=ed", DKIM_PERMERROR, DKIM_CAUSE_KEY},
	    {"rsa-relaxed.eml", "s=s2048", "s=gone", DKIM_PERMERROR, DKIM_CAUSE_KEY_GONE},
	    {"rsa-relaxed.eml", "a=rsa-sha256", "a=ed25519-sha256", DKIM_PERMERROR,
		DKIM_CAUSE_KEY},
	    {"rsa-relaxed.eml", "a=rsa-sha256", "a=rsa-sha512", DKIM_NEUTRAL,
		DKIM_CAUSE_ALGORITHM},
	    {"rsa-relaxed.eml", "v=1", "v=2", DKIM_PERMERROR, DKIM_CAUSE_SYNTAX},
	    {"rsa-relaxed.eml", "h=from : ", "h=", DKIM_PERMERROR, DKIM_CAUSE_SYNTAX},
	    {"ed25519.eml", "Budget", "budget", DKIM_FAIL, DKIM_CAUSE_SIGNATURE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gsize len;
		char *bytes = test_data(cases[i].file, &len);
		GString *changed = test_replace(bytes, len, cases[i].what, cases[i].with);
		struct fixture f;
		verify(&f, data_zone(), changed->str, changed->len, NOW);
		g_assert_cmpint(nth(&f, 0)->cause, ==, cases[i].cause);
		g_assert_cmpint(nth(&f, 0)->result, ==, cases[i].result);
		g_assert_cmpint(
		    nth(&f, 0)->reason[0] == '\0', ==, cases[i].result == DKIM_PASS);
		done(&f);
		g_string_free(changed, TRUE);
		g_free(bytes);
	}
}

/* Every single bit of the signed header and body counts. */
static void
test_every_byte(void)
{
	gsize len;
	char *bytes = test_data("ed25519.eml", &len);
	const char *from = g_strstr_len(bytes, (gssize)len, "From: Ann");
	const char *to = g_strstr_len(bytes, (gssize)len, "MIME-Version");

	for (const char *p = from + 6; p < to; p++) {
		GString *changed = g_string_new_len(bytes, (gssize)len);
		struct fixture f;
		if (g_ascii_isalnum(*p)) {
			changed->str[p - bytes] = (char)(*p ^ 2);
			verify(&f, data_zone(), changed->str, changed->len, NOW);
			g_assert_cmpint(nth(&f, 0)->result, !=, DKIM_PASS);
			done(&f);
		}
		g_string_free(changed, TRUE);
	}
	g_free(bytes);
}

static void
test_added_and_cut(void)
{
	gsize len;
	char *bytes = test_data("rsa-length.eml", &len);
	GString *more = g_string_new("Subject: another\r\n");
	struct fixture f;

	g_string_append_len(more, bytes, (gssize)len);
	g_string_append(more, "visible\r\n");
	verify(&f, data_zone(), more->str, more->len, NOW);
	const struct dkim_check *check = nth(&f, 0);
	g_assert_cmpint(check->result, ==, DKIM_PASS);
	g_assert_cmpuint(check->added->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(check->added, 0), ==, "subject");
	g_assert_cmpuint(check->body.length, >, check->sig.l);
	g_assert_true(check->body.is_trailing_visible);
	g_assert_cmpuint(check->unsigned_->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(check->unsigned_, 0), ==, "mime-version");
	done(&f);
	g_string_free(more, TRUE);
	g_free(bytes);
}

static void
test_keys_in_dns(void)
{
	static const struct {
		const char *zone;
		enum dkim_result result;
		enum dkim_cause cause;
		bool is_test;
	} cases[] = {
	    {"{}", DKIM_PERMERROR, DKIM_CAUSE_KEY_GONE, false},
	    {"{'ed._domainkey.example.org':{}}", DKIM_PERMERROR, DKIM_CAUSE_KEY_GONE,
		false},
	    {"{'ed._domainkey.example.org':{'TXT':['v=DKIM1; k=ed25519; p=']}}",
		DKIM_PERMERROR, DKIM_CAUSE_KEY_GONE, false},
	    {"{'ed._domainkey.example.org':'TIMEOUT'}", DKIM_TEMPERROR, DKIM_CAUSE_DNS,
		false},
	    {"{'ed._domainkey.example.org':{'TXT':'SERVFAIL'}}", DKIM_TEMPERROR,
		DKIM_CAUSE_DNS, false},
	    {"{'ed._domainkey.example.org':{'TXT':['nonsense']}}", DKIM_PERMERROR,
		DKIM_CAUSE_KEY, false},
	    {"{'ed._domainkey.example.org':{'TXT':['k=ed25519; s=other; p=@']}}",
		DKIM_PERMERROR, DKIM_CAUSE_KEY, false},
	    {"{'ed._domainkey.example.org':{'TXT':['k=ed25519; h=sha1; p=@']}}",
		DKIM_PERMERROR, DKIM_CAUSE_KEY, false},
	    {"{'ed._domainkey.example.org':{'TXT':['k=ed25519; t=y; p=@']}}", DKIM_PASS,
		DKIM_CAUSE_NONE, true},
	    {"{'ed._domainkey.example.org':{'TXT':['k=ed25519; t=s; p=@']}}", DKIM_PASS,
		DKIM_CAUSE_NONE, false},
	    /* of several records one fits */
	    {"{'ed._domainkey.example.org':{'TXT':['nonsense',"
	     "'k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=', 'k=ed25519; "
	     "p=@']}}",
		DKIM_PASS, DKIM_CAUSE_NONE, false},
	};
	gsize len, pem_len;
	char *bytes = test_data("ed25519.eml", &len),
	     *zone_text = test_data("zone.json", &pem_len);
	char *key = strstr(zone_text, "k=ed25519; p=") + strlen("k=ed25519; p=");

	*strchr(key, '"') = '\0';
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *zone = g_string_new(cases[i].zone);
		struct fixture f;
		g_string_replace(zone, "@", key, 0);
		verify(&f, test_zone(zone->str), bytes, len, NOW);
		g_assert_cmpint(nth(&f, 0)->cause, ==, cases[i].cause);
		g_assert_cmpint(nth(&f, 0)->result, ==, cases[i].result);
		g_assert_cmpint(nth(&f, 0)->is_key_test, ==, cases[i].is_test);
		done(&f);
		g_string_free(zone, TRUE);
	}
	g_free(zone_text);
	g_free(bytes);
}

static void
test_times(void)
{
	static const char head[] =
	    "DKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=ed; h=from; "
	    "bh=YWJj; b=YWJj; t=1000; x=2000\r\nFrom: a@example.org\r\n\r\n";
	static const struct {
		gint64 when;
		bool is_expired, is_future;
	} cases[] = {{2000, false, false}, {2001, true, false}, {100, false, false},
	    {99, false, true}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct fixture f;
		verify(&f, data_zone(), head, strlen(head), cases[i].when);
		g_assert_cmpint(
		    nth(&f, 0)->cause == DKIM_CAUSE_EXPIRED, ==, cases[i].is_expired);
		g_assert_cmpint(nth(&f, 0)->is_future, ==, cases[i].is_future);
		done(&f);
	}
}

/* Ten are evaluated, the author's own before others, whatever the order. */
static void
test_many(void)
{
	gsize len;
	char *bytes = test_data("ed25519.eml", &len);
	GString *many = g_string_new(NULL);
	struct fixture f;

	for (int i = 0; i < 12; i++)
		g_string_append_printf(many,
		    "DKIM-Signature: v=1; a=ed25519-sha256; d=other%d.example; s=x; "
		    "h=from; bh=YWJj; "
		    "b=YWJj\r\n",
		    i);
	g_string_append_len(many, bytes, (gssize)len);
	verify(&f, data_zone(), many->str, many->len, NOW);
	g_assert_cmpuint(f.checks->len, ==, 13);
	g_assert_cmpint(nth(&f, 12)->result, ==, DKIM_PASS);
	g_assert_cmpint(nth(&f, 8)->cause, ==, DKIM_CAUSE_KEY_GONE);
	g_assert_cmpint(nth(&f, 9)->cause, ==, DKIM_CAUSE_LIMIT);
	g_assert_cmpuint(dns_session_log(f.session)->len, ==, 10);
	done(&f);
	g_string_free(many, TRUE);
	g_free(bytes);
}

/* Public samples: each file has its key records, an empty line, and a message whose last
 * signature passes. */
static void
test_corpus(void)
{
	const char *corpora = g_getenv("CORPORA");
	unsigned n = 0;

	if (corpora == NULL) {
		g_test_skip("CORPORA names no folder");
		return;
	}
	char *folder = g_build_filename(corpora, "dkim-samples/resources/dkim", NULL),
	     *bytes;
	GDir *dir = g_dir_open(folder, 0, NULL);
	gsize len;
	g_assert_nonnull(dir);
	for (const char *name; (name = g_dir_read_name(dir)) != NULL; n++) {
		char *path = g_build_filename(folder, name, NULL);
		g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
		char *message = strstr(bytes, "\n\n") + 2;
		message[-1] = '\0';
		json_t *zone = json_object();
		char **lines = g_strsplit(bytes, "\n", -1);
		for (size_t i = 0; lines[i] != NULL; i++) {
			char *space = strchr(lines[i], ' ');
			if (space == NULL)
				continue;
			*space = '\0';
			json_object_set_new(
			    zone, lines[i], json_pack("{s:[s]}", "TXT", space + 1));
		}
		struct fixture f;
		verify(&f, dns_zone_new(zone), message, len - (gsize)(message - bytes),
		    1667843664);
		g_assert_cmpint(nth(&f, f.checks->len - 1)->result, ==, DKIM_PASS);
		done(&f);
		g_strfreev(lines);
		g_free(bytes);
		g_free(path);
	}
	g_assert_cmpuint(n, >, 0);
	g_dir_close(dir);
	g_free(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dkim/rfc6376", test_rfc6376);
	g_test_add_func("/dkim/rfc8463", test_rfc8463);
	g_test_add_func("/dkim/vectors", test_vectors);
	g_test_add_func("/dkim/tampering", test_tampering);
	g_test_add_func("/dkim/every-byte", test_every_byte);
	g_test_add_func("/dkim/added-and-cut", test_added_and_cut);
	g_test_add_func("/dkim/keys-in-dns", test_keys_in_dns);
	g_test_add_func("/dkim/times", test_times);
	g_test_add_func("/dkim/many", test_many);
	g_test_add_func("/dkim/corpus", test_corpus);
	return g_test_run();
}
