/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_value.c - dates, ids and the other fields whose values have a form. */
#include "net/msa_check_letter.h"

#include "base/when.h"
#include "mime/compose_address.h"
#include "mime/compose_header.h"

#include <string.h>
#include <sys/random.h>

#define PAST_S	 86400 /* a draft that lay overnight is dated anew */
#define FUTURE_S 3600
#define ID_MAX	      250 /* octets: longer ones break other people's indexes */

/* --- Date --- */

static void
date_missing(struct msa_checker *c)
{
	if (msa_letter_count(c->letter, "Date") == 0)
		msa_check_find(c, NULL, "The letter has no Date field.");
}

/* "Mon, 21 Sep 2026 14:00:00 +0000": numbers where they belong, and a numeric zone
 * (RFC 5322 3.3, without its obsolete forms). */
static bool
is_date(const char *value)
{
	return g_regex_match_simple(
	    "^((Mon|Tue|Wed|Thu|Fri|Sat|Sun),[ \t]+)?[0-9]{1,2}[ \t]+"
	    "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ \t]+[0-9]{4}[ \t]+"
	    "[0-2][0-9]:[0-5][0-9](:[0-6][0-9])?[ \t]+[+-][0-9]{4}([ \t]*\\(.*\\))?$",
	    value, G_REGEX_RAW, 0);
}

static void
date_syntax(struct msa_checker *c)
{
	char *value = msa_letter_value(c->letter, "Date");
	gint64 date;

	if (msa_letter_count(c->letter, "Date") > 0 &&
	    (!is_date(value) || !compose_facts_date(value, &date)))
		msa_check_find(c, NULL, "\"%s\" is no date of today's form.", value);
	g_free(value);
}

/* Does the weekday belong to the day? True too when there is none. */
static bool
is_weekday_right(const char *value)
{
	gint64 date;
	bool is_right = true;

	if (strchr(value, ',') == NULL || !is_date(value) ||
	    !compose_facts_date(value, &date))
		return true;
	/* the day as the writer's clock had it: the zone is the word after the time */
	const char *zone = strpbrk(strchr(value, ':'), "+-");
	int offset = zone != NULL ? (int)g_ascii_strtoll(zone, NULL, 10) : 0;
	GDateTime *local = g_date_time_new_from_unix_utc(
	    date + (offset / 100 * 60 + offset % 100) * 60);

	if (local != NULL) {
		is_right = strncmp(value, when_day(local), 3) == 0;
		g_date_time_unref(local);
	}
	return is_right;
}

static void
date_weekday(struct msa_checker *c)
{
	char *value = msa_letter_value(c->letter, "Date");

	if (!is_weekday_right(value))
		msa_check_find(c, NULL, "%s was another day of the week.", value);
	g_free(value);
}

static void
date_off(struct msa_checker *c)
{
	char *value = msa_letter_value(c->letter, "Date");
	gint64 date;

	if (compose_facts_date(value, &date) &&
	    (date < c->envelope->now - PAST_S || date > c->envelope->now + FUTURE_S))
		msa_check_find(c, NULL, "%s is %s.", value,
		    date < c->envelope->now ? "more than a day ago"
					    : "more than an hour ahead");
	g_free(value);
}

/* Written anew where it is missing or malformed, with the same moment where that can be
 * told. */
static void
mend_date(struct msa_mend *m)
{
	int at = msa_mend_find(m, "Date");
	char *value = at >= 0 ? msa_mend_value(m, (guint)at) : g_strdup("");
	gint64 date = m->envelope->now;
	bool has_moment = at >= 0 && compose_facts_date(value, &date);

	if (!has_moment || !is_date(value) || !is_weekday_right(value)) {
		GString *field = g_string_new(NULL);

		compose_header_date(field, has_moment ? date : m->envelope->now);
		if (at >= 0)
			msa_mend_set(m, (guint)at, "");
		msa_mend_add(m, field);
	}
	g_free(value);
}

/* --- ids --- */

static void
message_id_missing(struct msa_checker *c)
{
	if (msa_letter_count(c->letter, "Message-ID") == 0)
		msa_check_find(c, NULL, "The letter has no Message-ID field.");
}

/* RFC 5322 3.6.4: "<dot-atom@dot-atom or [literal]>", nothing within or around. */
static bool
is_message_id(const char *value)
{
	size_t len = strlen(value);

	return len <= ID_MAX &&
	       g_regex_match_simple("^<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@"
				    "([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+|\\[[!-Z^-~]*\\])>$",
		   value, G_REGEX_RAW, 0) &&
	       g_ascii_strncasecmp(value + len - MIN(len, 11), "@localhost>", 11) != 0;
}

static void
message_id_syntax(struct msa_checker *c)
{
	char *value = msa_letter_value(c->letter, "Message-ID");

	if (msa_letter_count(c->letter, "Message-ID") > 0 && !is_message_id(value))
		msa_check_find(c, NULL, "\"%s\" is no message id that is one's own.", value);
	g_free(value);
}

/* The domain for a new Message-ID: the sender's, else the author's; owned. */
static char *
id_domain(const struct msa_mend *m)
{
	int at = msa_mend_find(m, "From");
	char *value = at >= 0 ? msa_mend_value(m, (guint)at) : g_strdup("");
	GPtrArray *list = compose_address_list(value, NULL);
	const char *spec = m->envelope->sender;
	char *ascii, *domain = NULL;

	if ((spec == NULL || *spec == '\0') && list != NULL && list->len > 0)
		spec = ((const struct compose_address *)list->pdata[0])->spec;
	ascii = spec != NULL ? compose_address_ascii(spec, NULL) : NULL;
	if (ascii != NULL && *compose_address_domain(ascii) != '\0')
		domain = g_strdup(compose_address_domain(ascii));
	g_free(ascii);
	g_clear_pointer(&list, g_ptr_array_unref);
	g_free(value);
	return domain != NULL ? domain : g_strdup("penfold.invalid");
}

static void
mend_message_id(struct msa_mend *m)
{
	int at = msa_mend_find(m, "Message-ID");
	char *value = at >= 0 ? msa_mend_value(m, (guint)at) : g_strdup("");
	guint8 random[16];
	char *domain;
	GString *field;

	if (is_message_id(value)) {
		g_free(value);
		return;
	}
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		g_error("the kernel gives no random bytes");
	domain = id_domain(m);
	field = g_string_new("Message-ID: <");
	for (size_t i = 0; i < sizeof(random); i++)
		g_string_append_printf(field, "%02x", random[i]);
	g_string_append_printf(field, "@%s>\r\n", domain);
	if (at >= 0)
		msa_mend_set(m, (guint)at, "");
	msa_mend_add(m, field);
	g_free(domain);
	g_free(value);
}

static const char *const id_fields[] = {"In-Reply-To", "References"};

/* Ids and blanks, nothing else. */
static bool
is_id_list(const char *value)
{
	char **words = g_strsplit_set(value, " \t", -1);
	bool is_ok = true;

	for (size_t i = 0; is_ok && words[i] != NULL; i++) {
		size_t len = strlen(words[i]);

		is_ok = len == 0 || (len >= 5 && words[i][0] == '<' &&
					words[i][len - 1] == '>' &&
					strchr(words[i] + 1, '<') == NULL &&
					strchr(words[i], '@') != NULL &&
					g_str_is_ascii(words[i]));
	}
	g_strfreev(words);
	return is_ok;
}

static void
references_syntax(struct msa_checker *c)
{
	for (size_t i = 0; i < G_N_ELEMENTS(id_fields); i++) {
		char *value = msa_letter_value(c->letter, id_fields[i]);

		if (!is_id_list(value))
			msa_check_find(c, id_fields[i],
			    "%s holds something else than message ids.", id_fields[i]);
		g_free(value);
	}
}

static void
mend_references(struct msa_mend *m)
{
	for (size_t i = 0; i < G_N_ELEMENTS(id_fields); i++) {
		int at = msa_mend_find(m, id_fields[i]);
		char *value = at >= 0 ? msa_mend_value(m, (guint)at) : g_strdup("");

		if (at >= 0 && !is_id_list(value)) {
			GString *field = g_string_new(NULL);
			char *valid = g_utf8_make_valid(value, -1);

			compose_header_ids(field, id_fields[i], valid);
			msa_mend_set(m, (guint)at, field->str);
			g_string_free(field, TRUE);
			g_free(valid);
		}
		g_free(value);
	}
}

/* --- the rest --- */

static void
subject_empty(struct msa_checker *c)
{
	char *value = msa_letter_value(c->letter, "Subject");

	if (*value == '\0')
		msa_check_find(c, NULL, "The letter has no subject.");
	g_free(value);
}

static void
mime_version_missing(struct msa_checker *c)
{
	if (msa_letter_count(c->letter, "Content-Type") > 0 &&
	    msa_letter_count(c->letter, "MIME-Version") == 0)
		msa_check_find(c, NULL, "The letter has no MIME-Version field.");
}

static void
mime_version_odd(struct msa_checker *c)
{
	char *value = msa_letter_value(c->letter, "MIME-Version");

	if (msa_letter_count(c->letter, "MIME-Version") > 0 &&
	    !g_regex_match_simple("^1\\.0([ \t]*\\(.*\\))?$", value, G_REGEX_RAW, 0))
		msa_check_find(c, NULL, "MIME-Version is \"%s\"; there is only 1.0.", value);
	g_free(value);
}

static void
mend_mime_version(struct msa_mend *m)
{
	int at = msa_mend_find(m, "MIME-Version");

	if (at < 0 && msa_mend_find(m, "Content-Type") >= 0)
		msa_mend_add(m, g_string_new("MIME-Version: 1.0\r\n"));
	else if (at >= 0)
		msa_mend_set(m, (guint)at, "MIME-Version: 1.0\r\n");
}

/* Is it a letter sent on, as RFC 5322 3.6.6 has it? */
static bool
is_resent(const struct msa_letter *letter)
{
	for (guint i = 0; i < letter->fields->len; i++) {
		const struct msa_field *f = msa_letter_field(letter, i);

		if (f->name_len > 7 && g_ascii_strncasecmp(f->start, "Resent-", 7) == 0)
			return true;
	}
	return false;
}

static void
resent_from(struct msa_checker *c)
{
	if (is_resent(c->letter) && msa_letter_count(c->letter, "Resent-From") == 0)
		msa_check_find(c, NULL, "The letter is sent on, and does not say by whom.");
}

static void
resent_date(struct msa_checker *c)
{
	if (is_resent(c->letter) && msa_letter_count(c->letter, "Resent-Date") == 0)
		msa_check_find(c, NULL, "The letter is sent on, and does not say when.");
}

/* The block of one resending stands together, on top (RFC 5322 3.6.6). */
static void
add_resent_date(struct msa_mend *m)
{
	GString *field;
	guint i = 0;

	while (i < m->fields->len &&
	       !g_regex_match_simple("^resent-[a-z-]+:",
		   ((const GString *)m->fields->pdata[i])->str,
		   G_REGEX_CASELESS | G_REGEX_RAW, 0))
		i++;
	if (i == m->fields->len || msa_mend_find(m, "Resent-Date") >= 0)
		return;
	field = g_string_new("Resent-");
	compose_header_date(field, m->envelope->now);
	g_ptr_array_insert(m->fields, 0, field);
}

/* clang-format off */
const struct msa_check_row msa_check_value_rows[] = {
	{"resent-from-missing", MSA_CHECK_ERROR, "Resent-From", "A letter sent on does not say by whom.", "RFC 5322 3.6.6", resent_from, NULL},
	{"date-off", MSA_CHECK_WARN, "Date", "The date is over a day ago, or over an hour ahead.", "RFC 5322 3.3", date_off, NULL},
	{"subject-empty", MSA_CHECK_WARN, "Subject", "The letter has no subject.", "RFC 5322 3.6.5", subject_empty, NULL},
	{"date-missing", MSA_CHECK_FIX, "Date", "The letter has no Date field.", "RFC 6409 8.2", date_missing, mend_date},
	{"date-syntax", MSA_CHECK_FIX, "Date", "The Date is malformed or of an obsolete form.", "RFC 5322 3.3", date_syntax, NULL},
	{"date-weekday", MSA_CHECK_FIX, "Date", "The weekday does not belong to the day.", "RFC 5322 3.3", date_weekday, NULL},
	{"message-id-missing", MSA_CHECK_FIX, "Message-ID", "The letter has no Message-ID field.", "RFC 6409 8.3", message_id_missing, mend_message_id},
	{"message-id-syntax", MSA_CHECK_FIX, "Message-ID", "The Message-ID is malformed, over 250 octets, or of localhost.", "RFC 5322 3.6.4", message_id_syntax, NULL},
	{"references-syntax", MSA_CHECK_FIX, "References", "In-Reply-To or References hold something else than message ids.", "RFC 5322 3.6.4", references_syntax, mend_references},
	{"mime-version-missing", MSA_CHECK_FIX, "MIME-Version", "There is a Content-Type and no MIME-Version.", "RFC 2045 4", mime_version_missing, mend_mime_version},
	{"mime-version-odd", MSA_CHECK_FIX, "MIME-Version", "The MIME-Version is not 1.0.", "RFC 2045 4", mime_version_odd, NULL},
	{"resent-date-missing", MSA_CHECK_FIX, "Resent-Date", "A letter sent on does not say when.", "RFC 5322 3.6.6", resent_date, add_resent_date},
	{NULL, MSA_CHECK_FIX, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */
