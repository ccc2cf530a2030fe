/* SPDX-License-Identifier: GPL-3.0-or-later */
/* msa_check_reply.c - what the letter that is answered tells about where the answer may go. */
#include "net/msa_check_letter.h"

#include "mime/compose_address.h"
#include "net/msa_list.h"

#include <string.h>

/* The mailboxes of a field of the answered letter; empty for NULL. Owned. */
static GPtrArray *
mailboxes(const char *value)
{
	GPtrArray *list = compose_address_list(value != NULL ? value : "", NULL);

	return list != NULL ? list : g_ptr_array_new();
}

static const char *
spec_at(const GPtrArray *list, guint i)
{
	return ((const struct compose_address *)list->pdata[i])->spec;
}

static bool
is_within(const char *spec, const char *value)
{
	GPtrArray *list = mailboxes(value);
	bool found = false;

	for (guint i = 0; i < list->len; i++)
		found = found || g_ascii_strcasecmp(spec_at(list, i), spec) == 0;
	g_ptr_array_unref(list);
	return found;
}

static bool
is_recipient(const struct msa_checker *c, const char *spec)
{
	const char *const *r = c->recipients;

	while (r != NULL && *r != NULL && g_ascii_strcasecmp(*r, spec) != 0)
		r++;
	return r != NULL && *r != NULL;
}

static guint
n_recipients(const struct msa_checker *c)
{
	const char *const *r = c->recipients;

	return r != NULL ? g_strv_length((char **)(guintptr)r) : 0;
}

/* The part of a domain that one organization has, as far as its labels tell: two, or three
 * where the second is as short as those of "co.uk". Borrowed. */
static const char *
organization(const char *domain)
{
	const char *last = strrchr(domain, '.'), *second, *third;

	if (last == NULL || last == domain)
		return domain;
	for (second = last - 1; second > domain && second[-1] != '.'; second--)
		;
	if (second == domain || strlen(last + 1) > 2 || last - second > 3)
		return second;
	for (third = second - 1; third > domain && third[-1] != '.'; third--)
		;
	return third;
}

static void
reply_elsewhere(struct msa_checker *c)
{
	const struct msa_answered *a = c->envelope->answered;
	GPtrArray *from, *reply_to;

	if (a == NULL)
		return;
	from = mailboxes(a->from);
	reply_to = mailboxes(a->reply_to);
	for (guint i = 0; from->len > 0 && i < reply_to->len; i++) {
		const char *spec = spec_at(reply_to, i);
		const char *theirs = organization(compose_address_domain(spec_at(from, 0)));

		if (is_recipient(c, spec) && !msa_list_is(spec) &&
		    !is_within(spec, a->list_post) &&
		    g_ascii_strcasecmp(organization(compose_address_domain(spec)), theirs) !=
			0)
			msa_check_find(c, NULL,
			    "%s wrote, and the answer goes to %s, another organization's "
			    "address.",
			    spec_at(from, 0), spec);
	}
	g_ptr_array_unref(from);
	g_ptr_array_unref(reply_to);
}

static void
reply_suspect(struct msa_checker *c)
{
	const struct msa_answered *a = c->envelope->answered;
	static const char *const bad[] = {"suspect", "fail"};

	for (size_t i = 0; a != NULL && a->verdict != NULL && i < G_N_ELEMENTS(bad); i++)
		if (strcmp(a->verdict, bad[i]) == 0)
			msa_check_find(c, NULL,
			    "The letter that is answered does not come from whom it names "
			    "(verdict: %s).",
			    a->verdict);
}

/* Did it come by Bcc? Then nobody else knows that we have it. */
static bool
came_blind(const struct msa_checker *c)
{
	const struct msa_answered *a = c->envelope->answered;
	const char *const *own = c->envelope->own;

	if (a == NULL || own == NULL || (a->list_post != NULL && *a->list_post != '\0') ||
	    a->to == NULL || strchr(a->to, '@') == NULL)
		return false;
	for (; *own != NULL; own++)
		if (is_within(*own, a->to) || is_within(*own, a->cc) ||
		    is_within(*own, a->from))
			return false;
	return true;
}

static void
reply_blind(struct msa_checker *c)
{
	if (came_blind(c) && n_recipients(c) > 1)
		msa_check_find(c, NULL,
		    "The letter came to you as a blind copy; this answer tells the others.");
}

/* A list in Cc of an answer to a letter that did not come through it. */
static void
reply_list(struct msa_checker *c)
{
	const struct msa_answered *a = c->envelope->answered;
	const char *const *r = c->recipients;

	for (; a != NULL && r != NULL && *r != NULL; r++)
		if (msa_list_is(*r) && !is_within(*r, a->to) && !is_within(*r, a->cc) &&
		    !is_within(*r, a->from) && !is_within(*r, a->reply_to))
			msa_check_find(c, NULL,
			    "%s looks like a mailing list, and the letter that is answered "
			    "was not written to it.",
			    *r);
}

static void
reply_all_list(struct msa_checker *c)
{
	const struct msa_answered *a = c->envelope->answered;
	GPtrArray *reply_to = mailboxes(a != NULL ? a->reply_to : NULL);

	if (a != NULL && a->list_post != NULL && reply_to->len == 1 &&
	    strstr(a->list_post, spec_at(reply_to, 0)) != NULL &&
	    is_recipient(c, spec_at(reply_to, 0)) && n_recipients(c) > 1)
		msa_check_find(c, NULL,
		    "The list asks for answers to %s alone; others would have it twice.",
		    spec_at(reply_to, 0));
	g_ptr_array_unref(reply_to);
}

/* clang-format off */
const struct msa_check_row msa_check_reply_rows[] = {
	{"reply-suspect", MSA_CHECK_WARN, "To", "The letter that is answered is suspect or failed its verdict.", "RFC 6409 6.3", reply_suspect, NULL},
	{"reply-elsewhere", MSA_CHECK_WARN, "To", "The answer goes to another organization than the one that wrote.", "RFC 5322 3.6.2", reply_elsewhere, NULL},
	{"reply-blind", MSA_CHECK_WARN, "To", "An answer to a blind copy goes to more than its author.", "RFC 5322 3.6.3", reply_blind, NULL},
	{"reply-list", MSA_CHECK_WARN, "Cc", "A mailing list is added to the answer of a letter that was not written to it.", "RFC 6409 6.3", reply_list, NULL},
	{"reply-all-list", MSA_CHECK_WARN, "To", "The list asks for answers to itself alone.", "RFC 2369 3.4", reply_all_list, NULL},
	{NULL, MSA_CHECK_WARN, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */
