/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contacts.c - indexes for one message against all contacts: skeletons in a table,
 * neighbours by length. */
#include "auth/contacts.h"

#include "auth/domain.h"
#include "base/limits.h"
#include "mime/lookalike.h"

#include <string.h>

enum {
	NEAR_MIN = 8, /* octets of a name below which one letter says nothing */
	PARTS_MAX = 8, /* labels and words of a name that is told at the head of another: all pairs of 120 take too long */
	NAME_MAX_OCTETS = 255, /* of a domain name */
	WORDS_MAX = 256, /* of a name that are looked at; behind so many nobody reads on */
	WORD_MIN = 6, /* of the shortest name in houses that is a name of people */
};

/* Houses in whose name most forged letters are written. Few have a name that means nothing else and that stands in
 * all their domains: of these a name that is only part of a domain, or that a person bears, is told as well. */
enum { IS_WORD = 1, IS_NAME = 2 };

/* clang-format off */
static const struct {
	const char *domain;
	unsigned kind;
} houses[] = {
	{"paypal.com", IS_WORD | IS_NAME}, {"netflix.com", IS_WORD | IS_NAME}, {"facebook.com", IS_WORD | IS_NAME},
	{"instagram.com", IS_WORD | IS_NAME}, {"whatsapp.com", IS_WORD | IS_NAME}, {"linkedin.com", IS_WORD | IS_NAME},
	{"docusign.com", IS_WORD | IS_NAME}, {"coinbase.com", IS_WORD | IS_NAME}, {"binance.com", IS_WORD | IS_NAME},
	{"spotify.com", IS_WORD | IS_NAME}, {"airbnb.com", IS_WORD | IS_NAME},
	{"microsoft.com", IS_WORD}, {"github.com", IS_WORD}, {"dropbox.com", IS_WORD}, {"fedex.com", IS_WORD},
	{"bankofamerica.com", IS_WORD}, {"wellsfargo.com", IS_WORD}, {"americanexpress.com", IS_WORD},
	{"mastercard.com", IS_WORD}, {"icloud.com", IS_WORD}, {"steampowered.com", IS_WORD},
	{"google.com", 0}, {"apple.com", 0}, {"amazon.com", 0}, {"docusign.net", 0}, {"adobe.com", 0}, {"ebay.com", 0},
	{"dhl.com", 0}, {"ups.com", 0}, {"usps.com", 0}, {"chase.com", 0}, {"hsbc.com", 0}, {"visa.com", 0},
	{"gmail.com", 0}, {"outlook.com", 0}, {"yahoo.com", 0}, {"booking.com", 0}, {"telekom.de", 0},
	{"sparkasse.de", 0}, {"ing.com", 0},
};
/* clang-format on */

/* Where anybody gets an address: to have one there says nothing of a person. */
static const char *const providers[] = {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com",
    "msn.com", "yahoo.com", "ymail.com", "aol.com", "icloud.com", "me.com", "mac.com", "gmx.de", "gmx.net",
    "gmx.com", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "posteo.de", "mailbox.org", "mail.ru",
    "yandex.ru", "yandex.com", "proton.me", "protonmail.com", "pm.me", "fastmail.com", "zoho.com", "mail.com",
    "orange.fr", "free.fr", "laposte.net", "libero.it", "qq.com", "163.com", "126.com", "naver.com"};

/* Services that write to others in the name of their users: that a correspondent's name stands there is how they are
 * used. Only while they sign, or anybody could be such a service. */
static const char *const speakers[] = {"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "sr.ht",
    "launchpad.net", "atlassian.net", "atlassian.com", "google.com", "linkedin.com", "facebookmail.com",
    "xing.com", "slack.com", "trello.com", "asana.com", "notion.so", "figma.com", "miro.com", "zoom.us", "calendly.com",
    "doodle.com", "meetup.com", "eventbrite.com", "dropbox.com", "docusign.net", "adobesign.com", "sharepointonline.com",
    "discoursemail.com", "basecamp.com", "phabricator.com", "wetransfer.com", "sourceforge.net",
    "monday.com", "clickup.com", "zendesk.com", "overleaf.com"};

struct contacts {
	GHashTable *domains;   /* set */
	GHashTable *written;   /* set: those of people */
	GHashTable *addresses; /* set, in lower case */
	GHashTable *skeletons; /* skeleton -> domain, borrowed from domains */
	GPtrArray *by_length[NAME_MAX_OCTETS + 1]; /* the same by their length, NULL where there is none */
	GHashTable *words;     /* skeleton of the name of a house -> its number in houses */
	GHashTable *people;    /* folded name -> GPtrArray of addresses */
	guint n_people;
};

static bool
is_provider(const char *domain)
{
	for (size_t i = 0; i < G_N_ELEMENTS(providers); i++)
		if (g_ascii_strcasecmp(domain, providers[i]) == 0)
			return true;
	return false;
}

static bool
is_house(const char *domain)
{
	for (size_t i = 0; i < G_N_ELEMENTS(houses); i++)
		if (strcmp(domain, houses[i].domain) == 0)
			return true;
	return false;
}

bool
contacts_is_speaker(const char *domain)
{
	for (size_t i = 0; i < G_N_ELEMENTS(speakers); i++)
		if (domain_is_within(domain, speakers[i]))
			return true;
	return false;
}

static void
array_free(gpointer array)
{
	g_ptr_array_unref(array);
}

static void
add_domain(struct contacts *contacts, const char *domain)
{
	if (g_hash_table_contains(contacts->domains, domain))
		return;
	char *own = g_strdup(domain);
	g_hash_table_add(contacts->domains, own);
	g_hash_table_insert(contacts->skeletons, lookalike_skeleton(own), own);
	GPtrArray **same = &contacts->by_length[MIN(strlen(own), NAME_MAX_OCTETS)];
	if (*same == NULL)
		*same = g_ptr_array_new();
	g_ptr_array_add(*same, own);
}

static void
add_word(struct contacts *contacts, guint house)
{
	const char *domain = houses[house].domain;
	char *word = g_strndup(domain, strcspn(domain, "."));

	g_hash_table_insert(contacts->words, lookalike_skeleton(word), GUINT_TO_POINTER(house));
	g_free(word);
}

/* The house whose name this word looks like; NULL. */
static const char *
house_of_word(const struct contacts *contacts, const char *word, unsigned kind)
{
	char *skeleton = lookalike_skeleton(word);
	gpointer house;
	bool is_one = g_hash_table_lookup_extended(contacts->words, skeleton, NULL, &house) &&
		      (houses[GPOINTER_TO_UINT(house)].kind & kind) != 0;

	g_free(skeleton);
	return is_one ? houses[GPOINTER_TO_UINT(house)].domain : NULL;
}

struct contacts *
contacts_new(void)
{
	struct contacts *contacts = g_new0(struct contacts, 1);

	contacts->domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	contacts->skeletons =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	contacts->written = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	contacts->addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	contacts->people =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, array_free);
	contacts->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(houses); i++) {
		add_domain(contacts, houses[i].domain);
		if (houses[i].kind != 0)
			add_word(contacts, i);
	}
	return contacts;
}

void
contacts_free(struct contacts *contacts)
{
	if (contacts == NULL)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(contacts->by_length); i++)
		g_clear_pointer(&contacts->by_length[i], g_ptr_array_unref);
	g_hash_table_unref(contacts->words);
	g_hash_table_unref(contacts->skeletons);
	g_hash_table_unref(contacts->domains);
	g_hash_table_unref(contacts->written);
	g_hash_table_unref(contacts->addresses);
	g_hash_table_unref(contacts->people);
	g_free(contacts);
}

void
contacts_add(struct contacts *contacts, const char *name, const char *address)
{
	const char *at = strrchr(address, '@');
	char *domain = at == NULL ? NULL : domain_ascii(at + 1, -1);
	char *key = lookalike_name(name);

	if (domain != NULL && contacts->n_people < LIMIT_CONTACTS) {
		contacts->n_people++;
		if (strchr(domain, '.') != NULL)
			add_domain(contacts, domain);
		g_hash_table_add(contacts->written, g_strdup(domain));
		g_hash_table_add(contacts->addresses, g_ascii_strdown(address, -1));
		GPtrArray *list =
		    key == NULL ? NULL : g_hash_table_lookup(contacts->people, key);
		if (key != NULL && list == NULL) {
			list = g_ptr_array_new_with_free_func(g_free);
			g_hash_table_insert(contacts->people, g_strdup(key), list);
		}
		if (list != NULL)
			g_ptr_array_add(list, g_strdup(address));
	}
	g_free(key);
	g_free(domain);
}

bool
contacts_has_domain(const struct contacts *contacts, const char *domain)
{
	for (const char *p = domain; p != NULL; p = domain_parent(p))
		if (g_hash_table_contains(contacts->domains, p))
			return true;
	return false;
}

bool
contacts_has_address(const struct contacts *contacts, const char *address)
{
	char *lower = g_ascii_strdown(address, -1);
	bool has = g_hash_table_contains(contacts->addresses, lower);

	g_free(lower);
	return has;
}

bool
contacts_writes_to(const struct contacts *contacts, const char *domain)
{
	GHashTableIter iter;
	gpointer known;

	g_hash_table_iter_init(&iter, contacts->written);
	while (g_hash_table_iter_next(&iter, &known, NULL))
		if (domain_is_within(known, domain) || domain_is_within(domain, known))
			return true;
	return false;
}

static const char *
with_skeleton_of(const struct contacts *contacts, const char *name)
{
	char *skeleton = strchr(name, '.') == NULL ? NULL : lookalike_skeleton(name);
	const char *known = skeleton == NULL ? NULL : g_hash_table_lookup(contacts->skeletons, skeleton);

	g_free(skeleton);
	return known;
}

/* "paypal.com.evil.example", "paypal.com-login.evil.example": a known name, or what looks like one, stands before
 * others. */
static const char *
known_prefix(const struct contacts *contacts, const char *domain)
{
	const char *known = NULL;
	unsigned n = 0;

	for (const char *p = strpbrk(domain, ".-"); p != NULL && known == NULL && n < PARTS_MAX; p = strpbrk(p + 1, ".-")) {
		n++;
		if (*p == '.' && strlen(p) == 3)
			break; /* amazon.com.br: a house has one domain for each country */
		char *prefix = g_strndup(domain, (gsize)(p - domain));
		known = with_skeleton_of(contacts, prefix);
		g_free(prefix);
	}
	return known;
}

/* "paypal-com.example", "secure-paypal.example": a label that is put together has a known name in it. */
static const char *
known_in_label(const struct contacts *contacts, const char *domain)
{
	char *label = g_strndup(domain, strcspn(domain, "."));
	char **words = strchr(label, '-') == NULL || g_str_has_prefix(label, "xn--") ? NULL : g_strsplit(label, "-", -1);
	const char *known = NULL;

	for (size_t i = 0; words != NULL && words[i] != NULL && known == NULL; i++) {
		char *rest = g_strjoinv(".", words + i);
		known = with_skeleton_of(contacts, rest);
		g_free(rest);
		if (known == NULL)
			known = house_of_word(contacts, words[i], IS_WORD);
	}
	g_strfreev(words);
	g_free(label);
	return known;
}

/* Two neighbouring letters that changed places: the commonest slip of the fingers, and no name of its own. n: of both. */
static bool
are_swapped(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	while (i + 1 < n && a[i] == b[i])
		i++;
	return i + 1 < n && a[i] == b[i + 1] && a[i + 1] == b[i] && strncmp(a + i + 2, b + i + 2, n - i - 2) == 0;
}

/* Is one letter enough to tell the two by? Around the names that everybody knows there are honest ones, the closer the
 * shorter they are: mail.com and gmail.com, visma.com and visa.com. A correspondent's neighbour is told in any case. */
static bool
may_be_chance(const char *domain, const char *known)
{
	size_t n = strcspn(domain, "."), m = strcspn(known, ".");

	return (is_house(known) || is_provider(known)) &&
	       (MIN(n, m) < 5 || (n == m && n < WORD_MIN && !are_swapped(domain, known, n)));
}

/* One of those of this length that differs by a letter; NULL. */
static const char *
neighbour_among(const GPtrArray *same, const char *domain)
{
	const char *top = strrchr(domain, '.');

	for (guint i = 0; same != NULL && i < same->len; i++) {
		const char *known = g_ptr_array_index(same, i);
		/* the last label tells countries apart, not forgers: google.co is not near google.com */
		if (lookalike_is_near(domain, known) && g_strcmp0(top, strrchr(known, '.')) == 0 && !may_be_chance(domain, known))
			return known;
	}
	return NULL;
}

static const char *
neighbour(const struct contacts *contacts, const char *domain)
{
	size_t len = strlen(domain);
	const char *known = NULL;

	if (len < NEAR_MIN)
		return NULL;
	for (size_t n = len - 1; n <= len + 1 && n < NAME_MAX_OCTETS && known == NULL; n++)
		known = neighbour_among(contacts->by_length[n], domain);
	return known;
}

const char *
contacts_lookalike(const struct contacts *contacts, const char *domain, bool *is_near_out)
{
	*is_near_out = false;
	if (contacts_has_domain(contacts, domain) || is_provider(domain))
		return NULL;
	for (const char *p = domain; p != NULL && strchr(p, '.') != NULL;
	     p = domain_parent(p)) {
		char *skeleton = lookalike_skeleton(p);
		const char *known = g_hash_table_lookup(contacts->skeletons, skeleton);
		g_free(skeleton);
		if (known != NULL)
			return known;
	}
	*is_near_out = true;
	const char *known = NULL;
	for (const char *p = domain; known == NULL && p != NULL && strchr(p, '.') != NULL;
	     p = domain_parent(p)) {
		known = known_prefix(contacts, p);
		known = known == NULL ? known_in_label(contacts, p) : known;
		known = known == NULL ? neighbour(contacts, p) : known;
	}
	return known;
}

/* The local part without what the large providers pass over: "+tag", and at Google dots. Lower case, owned. */
static char *
mailbox_of(const char *address, const char *at)
{
	bool has_dots = g_ascii_strcasecmp(at + 1, "gmail.com") != 0 && g_ascii_strcasecmp(at + 1, "googlemail.com") != 0;
	GString *out = g_string_new(NULL);

	for (const char *p = address; p < at && *p != '+'; p++)
		if (*p != '.' || has_dots)
			g_string_append_c(out, g_ascii_tolower(*p));
	return g_string_free(out, FALSE);
}

/* The same domain, or one below the other, as its own GitLab is? */
static bool
is_one_house(const char *a, const char *b)
{
	char *one = domain_ascii(a, -1), *two = domain_ascii(b, -1);
	bool has_both = one != NULL && two != NULL && strchr(one, '.') != NULL && strchr(two, '.') != NULL;
	bool is_one = has_both && (domain_is_within(one, two) || domain_is_within(two, one));

	g_free(one);
	g_free(two);
	return is_one;
}

/* Can both addresses be one person's, for all that is known? At a provider only one mailbox is. */
static bool
may_be_same(const char *a, const char *b)
{
	const char *at_a = strrchr(a, '@'), *at_b = strrchr(b, '@');

	if (at_a == NULL || at_b == NULL)
		return false;
	if (!is_provider(at_a + 1) && is_one_house(at_a + 1, at_b + 1))
		return true;
	if (g_ascii_strcasecmp(at_a, at_b) != 0)
		return false;
	char *box_a = mailbox_of(a, at_a), *box_b = mailbox_of(b, at_b);
	bool is_same = strcmp(box_a, box_b) == 0;
	g_free(box_a);
	g_free(box_b);
	return is_same;
}

const char *
contacts_namesake(const struct contacts *contacts, const char *name, const char *address)
{
	char *key = lookalike_name(name);
	const GPtrArray *list =
	    key == NULL ? NULL : g_hash_table_lookup(contacts->people, key);

	g_free(key);
	for (guint i = 0; list != NULL && i < list->len; i++)
		if (may_be_same(g_ptr_array_index(list, i), address))
			return NULL;
	return list == NULL ? NULL : g_ptr_array_index(list, 0);
}

/* Has a label the word in it as it is written, "facebookmail" for "facebook"? What is put together with a hyphen is
 * anybody's. */
static bool
has_label_with(const char *domain, const char *word)
{
	char **labels = g_strsplit(domain, ".", -1);
	bool has = false;

	for (size_t i = 0; labels[i] != NULL; i++)
		has = has || (strchr(labels[i], '-') == NULL && strstr(labels[i], word) != NULL);
	g_strfreev(labels);
	return has;
}

const char *
contacts_house_named(const struct contacts *contacts, const char *name, const char *domain)
{
	char **words = lookalike_words(name);
	const char *house = NULL;

	for (size_t i = 0; words[i] != NULL && house == NULL && i < WORDS_MAX; i++)
		house = strlen(words[i]) < WORD_MIN ? NULL : house_of_word(contacts, words[i], IS_NAME);
	char *word = house == NULL ? NULL : g_strndup(house, strcspn(house, "."));
	if (word != NULL && (has_label_with(domain, word) || g_hash_table_contains(contacts->written, domain)))
		house = NULL;
	g_free(word);
	g_strfreev(words);
	return house;
}
