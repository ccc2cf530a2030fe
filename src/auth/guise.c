/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guise.c - see guise.h. A list that rewrites From (to pass DMARC) leaves the author in a
 * field of its own or in Reply-To; the From address is then the list's own. */
#include "auth/guise.h"

#include "auth/domain.h"
#include "mime/lookalike.h"

#include <string.h>

/* The first mailbox of a field, the last instance of it. Owned; NULL. */
static char *
first_address(const struct message *message, const char *name)
{
	const struct message_field *field = message_nth_last(message, name, 0);
	char *out = NULL;
	size_t len;

	if (field == NULL)
		return NULL;
	const char *value = message_value(field, &len);
	struct addresses *list = addresses_new(value, len);
	if (list->items->len > 0) {
		const struct address *one = g_ptr_array_index(list->items, 0);
		out = one->domain == NULL ? NULL : g_strdup(one->text);
	}
	addresses_free(list);
	return out;
}

static void
undo_list(struct guise *out, const struct message *message, const struct author *author)
{
	static const char *const sources[] = {
	    "x-original-from", "x-mailfrom", "reply-to"};
	bool is_via = strstr(author->display, " via ") != NULL ||
		      message_count(message, "x-original-from") > 0;

	/* the From address is the list's own */
	if (!is_via || !flags_is_list_domain(message, author->domain))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(sources) && out->original == NULL; i++) {
		char *address = first_address(message, sources[i]);
		if (address != NULL && flags_is_same_address(address, author->address))
			g_clear_pointer(&address, g_free);
		out->original = address;
	}
	if (out->original != NULL)
		out->flags |= FLAG_LIST_MUNGED;
}

/* Who is behind a list is compared as well: the list passes on whatever name he gave. */
static void
compare_original(struct guise *out, const struct author *author, const struct contacts *contacts)
{
	char *domain = domain_ascii(strrchr(out->original, '@') + 1, -1);
	bool is_near;
	const char *like = domain == NULL ? NULL : contacts_lookalike(contacts, domain, &is_near);
	const char *via = strstr(author->display, " via ");
	char *name = g_strndup(author->display, via == NULL ? strlen(author->display) : (gsize)(via - author->display));
	/* where nobody writes to the list, it may be the forger's own, and so may what it says */
	const char *address = contacts_has_address(contacts, author->address) ? out->original : author->address;
	const char *namesake = contacts_namesake(contacts, name, address);

	if (like != NULL) {
		out->original_like = g_strdup(like);
		out->flags |= FLAG_LOOKALIKE;
	}
	if (namesake != NULL) {
		out->namesake = g_strdup(namesake);
		out->flags |= FLAG_DN_SPOOF;
	}
	g_free(name);
	g_free(domain);
}

/* Is that the name of a newsletter about something? Whoever wants to be taken for a house names an office of it. */
static bool
is_topic_name(const char *name)
{
	static const char *const topical[] = {"fan", "fans", "fanclub", "fandom", "unofficial", "weekly", "daily", "monthly",
	    "digest", "blog", "podcast", "magazine", "magazin", "journal", "meetup", "stammtisch", "forum", "insider",
	    "insiders", "reseller", "resellers", "alternatives"};
	char **words = lookalike_words(name);
	bool is_one = false;

	for (size_t i = 0; words[i] != NULL && !is_one; i++) {
		char *lower = g_utf8_strdown(words[i], -1);

		for (size_t k = 0; k < G_N_ELEMENTS(topical) && !is_one; k++)
			is_one = strcmp(lower, topical[k]) == 0;
		g_free(lower);
	}
	g_strfreev(words);
	return is_one;
}

static void
compare(struct guise *out, const struct author *author, const struct contacts *contacts)
{
	bool is_near;
	const char *like = contacts_lookalike(contacts, author->domain, &is_near);

	if (like != NULL) {
		out->like = g_strdup(like);
		out->flags |= is_near ? FLAG_LOOKALIKE : FLAG_HOMOGLYPH;
		/* a letter exchanged for its double is both */
		if (!is_near && lookalike_is_near(author->domain, like))
			out->flags |= FLAG_LOOKALIKE;
	}
	if (out->original != NULL) {
		compare_original(out, author, contacts);
		return;
	}
	out->namesake = g_strdup(contacts_namesake(contacts, author->display, author->address));
	out->house = g_strdup(contacts_house_named(contacts, author->display, author->domain));
	if (out->namesake != NULL || out->house != NULL)
		out->flags |= FLAG_DN_SPOOF;
}

void
guise_init(struct guise *out, const struct message *message, const struct author *author,
    const struct contacts *contacts)
{
	*out = (struct guise){0};
	if (author->domain == NULL || author->address == NULL)
		return;
	undo_list(out, message, author);
	if (lookalike_is_mixed(author->domain))
		out->flags |= FLAG_HOMOGLYPH;
	if (contacts != NULL)
		compare(out, author, contacts);
	out->is_topic = out->house != NULL && is_topic_name(author->display) &&
			message_count(message, "list-unsubscribe") + message_count(message, "list-id") > 0;
	out->shown = (out->flags & (FLAG_HOMOGLYPH | FLAG_LOOKALIKE)) != 0
			 ? g_strdup(author->domain)
			 : lookalike_display(author->domain);
}

char *
guise_mark(const struct author *author, const char *original, const struct contacts *contacts)
{
	struct guise guise = {.original = g_strdup(original)};

	compare(&guise, author, contacts);
	char *out = g_strdup_printf("%x %s %s %s %s", guise.flags, guise.like, guise.namesake, guise.house,
	    guise.original_like);
	guise_fini(&guise);
	return out;
}

void
guise_fini(struct guise *guise)
{
	g_free(guise->like);
	g_free(guise->namesake);
	g_free(guise->house);
	g_free(guise->original);
	g_free(guise->original_like);
	g_free(guise->shown);
}
