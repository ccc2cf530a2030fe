/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.c - one sentence for each kind of verdict. It names the domain that is vouched
 * for, never only that something is well: DKIM proves a domain, not a person (RFC 6376
 * appendix D). */
#include "auth/summary.h"

#include "auth/domain.h"
#include "auth/verdict.h"
#include "base/safe_text.h"

#include <string.h>

static const char *
author_of(const struct verdict *v)
{
	return v->guise.shown != NULL ? v->guise.shown : "the sender";
}

static const char *
signer_of(const struct dkim_check *check)
{
	return check != NULL && check->sig.d != NULL ? check->sig.d : "an unknown domain";
}

/* "ed25519", "rsa2048". */
static char *
key_words(const struct dkim_check *check)
{
	if (check->sig.algorithm == DKIM_ED25519_SHA256)
		return g_strdup("ed25519");
	return g_strdup_printf("rsa%u", check->bits);
}

static const struct dkim_check *
first_with(const struct verdict *v, enum dkim_result result)
{
	for (guint i = 0; i < v->dkim->len; i++) {
		const struct dkim_check *check = g_ptr_array_index(v->dkim, i);
		if (check->result == result)
			return check;
	}
	return NULL;
}

/* The field that the reader is shown a second one of. */
static char *
say_added(const struct verdict *v)
{
	for (guint i = 0; i < v->dkim->len; i++) {
		const struct dkim_check *check = g_ptr_array_index(v->dkim, i);
		for (guint k = 0; check->result == DKIM_PASS && k < check->added->len; k++) {
			const char *name = g_ptr_array_index(check->added, k);
			if (verdict_is_shown_field(name))
				return g_strdup_printf(
				    "a second %s was added after %s had signed", name, signer_of(check));
		}
	}
	return NULL;
}

/* The domain that the name speaks of, and that is not the author's; NULL. */
static const char *
named_by(const struct verdict *v)
{
	if ((v->flags & FLAG_DN_SPOOF) == 0)
		return NULL;
	return v->author.named != NULL ? v->author.named : v->guise.house;
}

/* What it pretends to be. */
static char *
say_guise(const struct verdict *v)
{
	const char *named = named_by(v);

	if (named != NULL)
		return g_strdup_printf("the name says %s, the letter comes from %s", named, author_of(v));
	if (v->guise.like != NULL)
		return g_strdup_printf("%s looks like %s, and is another domain",
		    author_of(v), v->guise.like);
	if ((v->flags & FLAG_HOMOGLYPH) != 0)
		return g_strdup_printf(
		    "the domain %s mixes letters of several scripts", author_of(v));
	if (v->guise.namesake == NULL)
		return g_strdup_printf("the list says that %s wrote it", v->guise.original);
	return g_strdup_printf("the name is that of %s, the letter comes from %s",
	    v->guise.namesake, v->author.address);
}

static char *
say_self(const struct verdict *v)
{
	const char *login = verdict_login(v);

	if (login == NULL)
		return g_strdup_printf("it claims to come from yourself, %s, and nothing proves it", v->author.address);
	return g_strdup_printf("it claims to come from yourself, %s, and was handed in by %s", v->author.address, login);
}

static char *
say_suspect(const struct verdict *v)
{
	if ((v->flags & FLAG_MULTI_FROM) != 0)
		return g_strdup("there are several From fields");
	if ((v->flags & FLAG_MULTI_AUTHOR_DOMAIN) != 0)
		return g_strdup("the authors are of several domains");
	if ((v->flags & FLAG_FROM_UNPARSEABLE) != 0)
		return g_strdup("no sender can be read from it");
	if ((v->flags & FLAG_AR_FORGED) != 0)
		return g_strdup("it carries a forged Authentication-Results field");
	if ((v->flags & FLAG_SELF_SPOOF) != 0)
		return say_self(v);
	char *added = (v->flags & FLAG_ADDED_HEADER) != 0 ? say_added(v) : NULL;
	if (added != NULL)
		return added;
	if ((v->flags & FLAG_L_SHORT) != 0)
		return g_strdup_printf("%s signed only the beginning of the text",
		    signer_of(verdict_main_check(v)));
	return say_guise(v);
}

static char *
say_fail(const struct verdict *v)
{
	return g_strdup_printf("not from %s, which asks to %s mail like this",
	    author_of(v), v->dmarc->policy == DMARC_REJECT ? "reject" : "quarantine");
}

/* The first signature that held on arrival and does not now; is_own: of those of the author's own house. */
static const struct dkim_check *
first_broken(const struct verdict *v, bool is_own)
{
	for (guint i = 0; i < v->dkim->len; i++) {
		const struct dkim_check *check = g_ptr_array_index(v->dkim, i);
		if (verdict_was_pass(v, check) &&
		    (!is_own || (v->dmarc != NULL && dmarc_is_aligned(v->dmarc, check->alignment, false))))
			return check;
	}
	return NULL;
}

static char *
say_modified(const struct verdict *v)
{
	const char *id = trust_find_id(v->trust, "dkim", true);
	const struct dkim_check *stranger = first_broken(v, true) == NULL ? first_broken(v, false) : NULL;

	if (stranger != NULL) /* whose keys are his to change */
		return g_strdup_printf("was signed by %s on arrival%s%s%s, not by %s; changed since", signer_of(stranger),
		    id == NULL ? "" : " (", id == NULL ? "" : id, id == NULL ? "" : ")",
		    author_of(v));
	return id == NULL
		   ? g_strdup("was valid on arrival, changed since")
		   : g_strdup_printf("was valid on arrival (%s), changed since", id);
}

/* Two names below one organization: where that is a house that gives names to strangers and has not said so (psd=y),
 * the one may speak for the other by the letter of DMARC, and it must be seen who did. */
static bool
is_by_sibling(const struct verdict *v, const struct dkim_check *check)
{
	return !domain_is_within(check->sig.d, v->author.domain) && !domain_is_within(v->author.domain, check->sig.d);
}

static char *
say_pass(const struct verdict *v)
{
	const struct dkim_check *check = verdict_main_check(v);
	const char *policy = dmarc_policy_name(v->dmarc->policy);
	char *key = key_words(check);
	char *for_whom = is_by_sibling(v, check) ? g_strdup_printf(" for %s", author_of(v)) : g_strdup("");
	char *out = g_strdup_printf("%s signed this%s (DKIM %s%s%s)", for_whom[0] != '\0' ? check->sig.d : author_of(v),
	    for_whom, key, policy == NULL ? "" : ", DMARC ", policy == NULL ? "" : policy);

	g_free(for_whom);
	g_free(key);
	return out;
}

static char *
say_pass_spf(const struct verdict *v)
{
	const char *id = trust_find_id(v->trust, "dmarc", true);
	bool is_by_spf = v->spf.counts && !v->spf.is_open && g_strcmp0(v->spf.word, "pass") == 0 && v->dmarc != NULL &&
			 dmarc_is_aligned(v->dmarc, v->spf_alignment, true);

	if (!is_by_spf && id != NULL)
		return g_strdup_printf("%s sent this, says %s; it cannot be checked again here", author_of(v), id);
	return g_strdup_printf(
	    "%s sent this (SPF only: the content is not protected)", author_of(v));
}

static char *
say_pass_other(const struct verdict *v)
{
	const struct dkim_check *check = first_with(v, DKIM_PASS);

	if (check != NULL)
		return g_strdup_printf(
		    "signed by %s, not by %s", signer_of(check), author_of(v));
	return g_strdup_printf("sent by %s, nothing vouches for %s",
	    v->spf.domain != NULL ? v->spf.domain : "another domain", author_of(v));
}

static char *
say_fail_soft(const struct verdict *v)
{
	const struct dkim_check *check = first_with(v, DKIM_FAIL);

	if (check == NULL)
		check = first_with(v, DKIM_POLICY);
	if (check != NULL)
		return g_strdup_printf("the signature of %s does not hold: %s",
		    signer_of(check), check->reason);
	if (v->dmarc_result == DMARC_RESULT_FAIL)
		return g_strdup_printf(
		    "nothing proves that it comes from %s", author_of(v));
	return g_strdup_printf(
	    "nothing proves that it comes from %s, which asks to %s such mail",
	    author_of(v), v->dmarc->policy == DMARC_REJECT ? "reject" : "quarantine");
}

static char *
say_unverifiable(const struct verdict *v)
{
	return g_strdup_printf(
	    "too old to check: the signature of %s can no longer be verified",
	    signer_of(verdict_main_check(v)));
}

static char *
say_temperror(const struct verdict *v)
{
	(void)v;
	return g_strdup("the DNS gave no answer; it will be tried again");
}

static char *
say_permerror(const struct verdict *v)
{
	const struct dkim_check *check = v->message->is_cut ? NULL : first_with(v, DKIM_PERMERROR);

	if (check == NULL)
		return g_strdup("its header is too large to be checked");
	return g_strdup_printf(
	    "the signature of %s cannot be used: %s", signer_of(check), check->reason);
}

static char *
say_none(const struct verdict *v)
{
	if ((v->flags & FLAG_SUBMITTED) != 0)
		return g_strdup("you sent this yourself; its domain did not sign it");
	/* a letter may be signed by a person all the same, and that stands below */
	return g_strdup_printf("%s; nothing vouches for %s",
	    v->dkim->len == 0 ? "its domain did not sign it" : "no domain's signature on it counts", author_of(v));
}

static bool
is_some_pass(const struct verdict *v)
{
	return v->kind == VERDICT_PASS || v->kind == VERDICT_PASS_SPF ||
	       v->kind == VERDICT_PASS_OTHER;
}

static void
append_modifiers(GString *out, const struct verdict *v)
{
	static const struct {
		uint32_t flag;
		const char *text;
	} notes[] = {
	    {FLAG_L_PRESENT, "only a part of the text is signed (l=)"},
	    {FLAG_EXPIRED, "a signature had expired"},
	    {FLAG_UNSIGNED_SUBJECT, "the subject is not signed"},
	    {FLAG_REPLYTO_FOREIGN, "answers go to another domain"},
	    {FLAG_REPLAY_HINT, "signed long before, perhaps for someone else"},
	    {FLAG_BIDI_CTRL, "a header field turns the direction of the text round"},
	    {FLAG_ESC_IN_HEADER, "a header field has control characters"},
	    {FLAG_TESTKEY, "the domain marks its key as a test"},
	};
	uint32_t flags = v->flags;

	if (!is_some_pass(v))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(notes); i++)
		if ((flags & notes[i].flag) != 0)
			g_string_append_printf(out, "; %s", notes[i].text);
}

/* A good signature by a domain that the name hides, or that looks like another, comes
 * second. */
static void
append_guise(GString *out, const struct verdict *v)
{
	const char *named = named_by(v);

	if (v->guise.like != NULL)
		g_string_append_printf(out, "not %s, only like it: ", v->guise.like);
	else if ((v->flags & FLAG_HOMOGLYPH) != 0)
		g_string_append(out, "a domain of mixed scripts: ");
	if ((v->flags & FLAG_DN_SPOOF) == 0)
		return;
	if (named != NULL && g_strcmp0(named, v->guise.like) != 0)
		g_string_append_printf(out, "the name says %s, but ", named);
	else if (v->guise.namesake != NULL)
		g_string_append_printf(
		    out, "the name is that of %s, but ", v->guise.namesake);
}

/* Whom a list took out of From. */
static void
append_original(GString *out, const struct verdict *v)
{
	char *said = v->guise.original == NULL ? NULL : g_strdup_printf("the list says that %s wrote it", v->guise.original);

	if (said != NULL && strcmp(out->str, said) != 0)
		g_string_append_printf(out, "; %s", said);
	if (v->guise.original_like != NULL)
		g_string_append_printf(out, ", which only looks like %s", v->guise.original_like);
	g_free(said);
}

/* A domain signs for all its users: which of them it was, where our own server noted another than the author. */
static void
append_login(GString *out, const struct verdict *v)
{
	const char *login = verdict_login(v);

	if (is_some_pass(v) && login != NULL && strchr(login, '@') != NULL && v->author.address != NULL &&
	    !flags_is_same_address(login, v->author.address))
		g_string_append_printf(out, "; handed in by %s", login);
}

char *
summary_new(const struct verdict *v)
{
	static char *(*const sayers[])(const struct verdict *) = {
	    [VERDICT_SUSPECT] = say_suspect,
	    [VERDICT_FAIL] = say_fail,
	    [VERDICT_MODIFIED] = say_modified,
	    [VERDICT_PASS] = say_pass,
	    [VERDICT_PASS_SPF] = say_pass_spf,
	    [VERDICT_PASS_OTHER] = say_pass_other,
	    [VERDICT_FAIL_SOFT] = say_fail_soft,
	    [VERDICT_UNVERIFIABLE] = say_unverifiable,
	    [VERDICT_TEMPERROR] = say_temperror,
	    [VERDICT_PERMERROR] = say_permerror,
	    [VERDICT_NONE] = say_none,
	};
	char *sentence = sayers[v->kind](v);
	GString *out = g_string_new(NULL);

	if (is_some_pass(v))
		append_guise(out, v);
	g_string_append(out, sentence);
	append_original(out, v);
	append_login(out, v);
	append_modifiers(out, v);
	char *safe = safe_line(out->str);
	g_free(sentence);
	g_string_free(out, TRUE);
	return safe;
}
