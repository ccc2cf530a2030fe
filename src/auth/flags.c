/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flags.c - the author of a message and the signs of trickery in its header, by the
 * header alone. */
#include "auth/flags.h"

#include "auth/domain.h"
#include "mime/lookalike.h"

#include <string.h>

enum {
	NAMES_MAX = 16,
	ANSWERS_MAX = 64,     /* addresses in Reply-To; who names more names others than the author */
	LIST_FIELD_MAX = 4096, /* octets of a List field that names a list; RFC 2919 has 255 */
};

/* clang-format off */
static const struct {
	const char *name, *meaning;
} kinds[FLAG_COUNT] = {
	{"ar-forged", "a field of findings pretends to be written by your mail server"},
	{"ar-dup-id", "two fields of findings bear your server's name; the upper one counts"},
	{"multi-from", "there is more than one From field"},
	{"multi-author-domain", "the authors are of several domains"},
	{"from-group", "From names a group instead of a person"},
	{"from-unparseable", "From holds no address that can be read"},
	{"dup-header", "a header field stands more often than the standard allows"},
	{"added-header", "a signed header field was added once more after signing"},
	{"l-short", "text was appended after the part that is signed"},
	{"l-present", "the signature lets text be appended (l=)"},
	{"unsigned-subject", "the subject is not signed"},
	{"unsigned-ct", "the kind of content is not signed (Content-Type)"},
	{"expired", "the signature had expired"},
	{"future", "the signature is dated in the future"},
	{"weakkey", "the signing key is short: below 2048 bits"},
	{"sha1", "signed with SHA-1, which is broken"},
	{"testkey", "the domain marks its signing key as a test"},
	{"dn-spoof", "the name names another domain than the address has"},
	{"replyto-foreign", "answers go to another domain than the author's"},
	{"replay-hint", "signed long ago, and not for you"},
	{"modified", "as it was signed when it came, and changed since"},
	{"keygone", "the signing key is no longer published"},
	{"bidi-ctrl", "invisible signs turn the direction of text in the header"},
	{"esc-in-header", "control characters in the header"},
	{"self-spoof", "it says that you wrote it, and nothing proves it"},
	{"list", "came through a mailing list"},
	{"submitted", "you sent it: the original is in your own mail"},
	{"homoglyph", "the domain looks the same as one you know, in other letters"},
	{"lookalike", "the domain is nearly that of someone you know"},
	{"list-munged", "a mailing list put its own address into From"},
	{"ar-missing", "your mail server writes its findings into every message, but not into this one"},
};

/* RFC 5322 section 3.6 and RFC 2045: at most one of each. */
static const char *const unique[] = {
	"date", "from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to",
	"references", "subject", "mime-version", "content-type", "content-transfer-encoding",
	"content-disposition", "content-id", "content-description",
};

/* Endings by which a word in a display name is taken for a domain name. Others ("node.js",
 * "Dr.Smith") are too often none. */
static const char *const endings[] = {
	"com", "org", "net", "edu", "gov", "mil", "int", "info", "biz", "eu", "de", "at", "ch", "fr",
	"uk", "nl", "be", "es", "it", "pt", "pl", "se", "no", "dk", "fi", "is", "ie", "cz", "ru",
	"ua", "us", "ca", "br", "mx", "au", "nz", "jp", "cn", "in", "kr", "za", "gr", "hu", "ro", "tr", "ar", "cl", "co",
	"il", "ae", "sg", "hk", "tw", "th", "vn", "lt", "lv", "ee", "sk", "hr", "rs", "bg", "lu", "li", "kz", "ng", "ke",
	"pk", "app", "shop", "bank", "online", "site", "xyz", "example", "test",
};

/* Words with such an ending that are none. */
static const char *const words[] = {"asp.net", "vb.net", "ado.net", "ml.net", "log.in", "sign.in", "check.in", "plug.in"};
/* clang-format on */

const char *
flag_name(unsigned bit)
{
	return bit < FLAG_COUNT ? kinds[bit].name : "unknown";
}

const char *
flag_meaning(const char *name)
{
	for (size_t i = 0; i < FLAG_COUNT; i++)
		if (g_strcmp0(name, kinds[i].name) == 0)
			return kinds[i].meaning;
	return NULL;
}

bool
flag_is_plain(const char *name)
{
	static const char *const plain[] = {"list", "list-munged", "submitted"};

	for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
		if (g_strcmp0(name, plain[i]) == 0)
			return true;
	return false;
}

static bool
is_name_char(char c)
{
	return g_ascii_isalnum(c) || c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

static bool
has_known_ending(const char *domain)
{
	const char *dot = strrchr(domain, '.');

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(domain, words[i]) == 0)
			return false;
	for (size_t i = 0; dot != NULL && i < G_N_ELEMENTS(endings); i++)
		if (strcmp(dot + 1, endings[i]) == 0)
			return true;
	return false;
}

/* "%40" and "=40" are read as what they stand for, where nobody has decoded them. text is stolen. Owned. */
static char *
with_at(char *text)
{
	GString *out = g_string_new(text);

	g_free(text);
	g_string_replace(out, "%40", "@", 0);
	g_string_replace(out, "=40", "@", 0);
	return g_string_free(out, FALSE);
}

/* The domains that a text names: after "@" any, else those with a known ending; only_after_at: an address part, in
 * which a dot alone says nothing. */
static void
add_names(GPtrArray *out, const char *text, bool only_after_at)
{
	char *plain = with_at(lookalike_plain(text));
	const char *p = plain;

	while (*p != '\0' && out->len < NAMES_MAX) {
		if (!is_name_char(*p)) {
			p++;
			continue;
		}
		const char *from = p;
		while (*p != '\0' && is_name_char(*p))
			p++;
		bool is_after_at = from > plain && from[-1] == '@';
		char *word = g_strndup(from, (gsize)(p - from));
		char *domain = strchr(word, '.') == NULL ? NULL : domain_ascii(word, -1);
		g_free(word);
		if (domain != NULL && *p != '@' &&
		    (is_after_at || (!only_after_at && has_known_ending(domain))))
			g_ptr_array_add(out, domain);
		else
			g_free(domain);
	}
	g_free(plain);
}

/* "service@bank.example"@evil.example: an address within the local part, perhaps in an encoded word. */
static void
add_local_names(GPtrArray *out, const char *address)
{
	const char *at = strrchr(address, '@');
	char *local = at == NULL ? NULL : address_decode(address, (size_t)(at - address));

	if (local != NULL)
		add_names(out, local, true);
	g_free(local);
}

static void
read_mailboxes(struct author *out, const struct addresses *list)
{
	for (guint i = 0; i < list->items->len; i++) {
		const struct address *one = g_ptr_array_index(list->items, i);
		if (out->address == NULL) {
			out->address = g_strdup(one->text);
			out->domain = g_strdup(one->domain);
			out->display = g_strdup(one->display);
		} else if (g_strcmp0(out->domain, one->domain) != 0) {
			out->flags |= FLAG_MULTI_AUTHOR_DOMAIN;
		}
	}
}

void
author_init(struct author *out, const struct message *message)
{
	const struct message_field *field = message_nth_last(message, "from", 0);

	*out = (struct author){.names = g_ptr_array_new_with_free_func(g_free)};
	if (field != NULL) {
		size_t len;
		const char *value = message_value(field, &len);
		struct addresses *list = addresses_new(value, len);
		read_mailboxes(out, list);
		out->flags |= list->has_group ? FLAG_FROM_GROUP : 0u;
		if (list->group != NULL)
			add_names(out->names, list->group, false);
		addresses_free(list);
	}
	if (message_count(message, "from") > 1 ||
	    (field != NULL && message_has_lost(message, "from")))
		out->flags |= FLAG_MULTI_FROM;
	if (out->address == NULL || out->domain == NULL)
		out->flags |= FLAG_FROM_UNPARSEABLE;
	if ((out->flags & FLAG_MULTI_AUTHOR_DOMAIN) != 0)
		g_clear_pointer(&out->domain, g_free);
	if (out->display == NULL)
		out->display = g_strdup("");
	add_names(out->names, out->display, false);
	if (out->address != NULL)
		add_local_names(out->names, out->address);
}

void
author_fini(struct author *author)
{
	g_free(author->address);
	g_free(author->domain);
	g_free(author->display);
	g_ptr_array_unref(author->names);
	g_free(author->named);
}

/* Does one lie within the other, or both within org? What a sender calls "www.x" is "x".
 */
static bool
is_same_house(const char *domain, const char *author, const char *org)
{
	if (g_str_has_prefix(domain, "www."))
		domain += strlen("www.");
	return domain_is_within(domain, author) || domain_is_within(author, domain) ||
	       (org != NULL &&
		   (domain_is_within(domain, org) || domain_is_within(org, domain)));
}

/* Does the message, as a list's, say that this domain is the list's? */
bool
flags_is_list_domain(const struct message *message, const char *domain)
{
	static const char *const fields[] = {"list-post", "list-id"};
	bool is_own = false;

	for (size_t i = 0; i < G_N_ELEMENTS(fields) && !is_own; i++) {
		const struct message_field *field = message_nth_last(message, fields[i], 0);
		char *text = field == NULL || field->raw_len > LIST_FIELD_MAX ? NULL : message_text(field);
		char *lower = text == NULL ? NULL : g_ascii_strdown(text, -1);
		const char *at = lower == NULL ? NULL : strstr(lower, domain);
		/* "<mailto:list@lists.example>", "Name <list.lists.example>"; the name may have the domain too */
		for (; at != NULL && !is_own; at = strstr(at + 1, domain))
			is_own = at > lower && strchr("@.<", at[-1]) != NULL && strchr(">?", at[strlen(domain)]) != NULL;
		g_free(lower);
		g_free(text);
	}
	return is_own;
}

/* To whom an answer is asked for; NULL without such a field. Owned. */
static struct addresses *
answers_of(const struct message *message)
{
	const struct message_field *field = message_nth_last(message, "reply-to", 0);
	size_t len;

	if (field == NULL)
		return NULL;
	const char *value = message_value(field, &len);
	return addresses_new(value, len);
}

static bool
has_foreign_reply_to(const struct message *message, const char *author, const char *org)
{
	struct addresses *list = answers_of(message);

	if (list == NULL)
		return false;
	bool is_foreign = list->items->len > ANSWERS_MAX;
	for (guint i = 0; i < list->items->len && !is_foreign; i++) {
		const struct address *one = g_ptr_array_index(list->items, i);
		if (one->domain != NULL && !is_same_house(one->domain, author, org) &&
		    !flags_is_list_domain(message, one->domain))
			is_foreign = true;
	}
	addresses_free(list);
	return is_foreign;
}

bool
flags_answers_only(const struct message *message, const char *address)
{
	struct addresses *list = answers_of(message);

	if (list == NULL)
		return true;
	bool is_only = list->items->len <= ANSWERS_MAX;
	for (guint i = 0; i < list->items->len && is_only; i++) {
		const struct address *one = g_ptr_array_index(list->items, i);
		is_only = flags_is_same_address(one->text, address) ||
			  (one->domain != NULL && flags_is_list_domain(message, one->domain));
	}
	addresses_free(list);
	return is_only;
}

static bool
is_from_list(const struct message *message)
{
	return message_count(message, "list-id") > 0 ||
	       message_count(message, "list-post") > 0;
}

/* C0 but TAB and line ends, DEL, and C1 in UTF-8. */
static bool
has_controls(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];
		if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f)
			return true;
		if (c == 0xc2 && i + 1 < len && (unsigned char)p[i + 1] >= 0x80 &&
		    (unsigned char)p[i + 1] < 0xa0)
			return true;
	}
	return false;
}

static bool
is_bidi(gunichar c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static uint32_t
flags_of_text(const char *text, bool is_address)
{
	uint32_t flags = has_controls(text, strlen(text)) ? FLAG_ESC_IN_HEADER : 0u;

	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (is_bidi(c))
			flags |= FLAG_BIDI_CTRL;
		/* joiners have their use in names; what only hides in them has none */
		if (is_address && lookalike_is_invisible(c))
			flags |= FLAG_ESC_IN_HEADER;
	}
	return flags;
}

/* Controls as bytes, and those that encoded words hide in the fields that are shown. */
static uint32_t
flags_of_controls(const struct message *message)
{
	static const struct {
		const char *name;
		bool is_address;
	} shown[] = {{"from", true}, {"sender", true}, {"reply-to", true}, {"subject", false}, {"to", false},
	    {"cc", false}};
	uint32_t flags = 0;

	for (size_t i = 0; i < message->n_fields; i++)
		if (has_controls(message->fields[i].raw, message->fields[i].raw_len))
			flags |= FLAG_ESC_IN_HEADER;
	for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
		const struct message_field *field =
		    message_nth_last(message, shown[i].name, 0);
		size_t len;
		if (field == NULL)
			continue;
		const char *value = message_value(field, &len);
		char *decoded = address_decode(value, len);
		flags |= flags_of_text(decoded, shown[i].is_address);
		g_free(decoded);
	}
	return flags;
}

static void
find_foreign_name(struct author *author, const char *org)
{
	for (guint i = 0; i < author->names->len && author->named == NULL; i++) {
		const char *name = g_ptr_array_index(author->names, i);
		if (!is_same_house(name, author->domain, org))
			author->named = g_strdup(name);
	}
}

uint32_t
flags_of_header(const struct message *message, struct author *author, const char *org)
{
	uint32_t flags = author->flags | flags_of_controls(message);

	for (size_t i = 0; i < G_N_ELEMENTS(unique); i++)
		if (message_count(message, unique[i]) > 1)
			flags |= FLAG_DUP_HEADER;
	if (is_from_list(message))
		flags |= FLAG_LIST;
	if (author->domain == NULL)
		return flags;
	find_foreign_name(author, org);
	if (author->named != NULL)
		flags |= FLAG_DN_SPOOF;
	if (has_foreign_reply_to(message, author->domain, org))
		flags |= FLAG_REPLYTO_FOREIGN;
	return flags;
}

bool
flags_is_same_address(const char *a, const char *b)
{
	const char *at_a = strrchr(a, '@'), *at_b = strrchr(b, '@');

	if (at_a == NULL || at_b == NULL || at_a - a != at_b - b ||
	    g_ascii_strncasecmp(a, b, (gsize)(at_a - a)) != 0)
		return false;
	char *domain_a = domain_ascii(at_a + 1, -1),
	     *domain_b = domain_ascii(at_b + 1, -1);
	bool is_same = domain_a != NULL && g_strcmp0(domain_a, domain_b) == 0;
	g_free(domain_a);
	g_free(domain_b);
	return is_same;
}

static bool
field_names(const struct message_field *field, const char *const *addresses)
{
	size_t len;
	const char *value = message_value(field, &len);
	struct addresses *list = addresses_new(value, len);
	bool is_named = false;

	for (guint i = 0; i < list->items->len && !is_named; i++) {
		const struct address *one = g_ptr_array_index(list->items, i);
		for (size_t k = 0; addresses[k] != NULL && !is_named; k++)
			is_named = flags_is_same_address(one->text, addresses[k]);
	}
	addresses_free(list);
	return is_named;
}

static bool
has_name(const GPtrArray *names, const char *name)
{
	for (guint i = 0; names != NULL && i < names->len; i++)
		if (strcmp(g_ptr_array_index(names, i), name) == 0)
			return true;
	return false;
}

bool
flags_names_recipient(const struct message *message, const char *const *addresses, const GPtrArray *but)
{
	static const char *const fields[] = {"to", "cc", "resent-to", "resent-cc",
	    "delivered-to", "x-original-to", "envelope-to"};

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		for (size_t n = 0; n < 8; n++) {
			const struct message_field *field =
			    message_nth(message, fields[i], n);
			if (field != NULL && !has_name(but, fields[i]) && field_names(field, addresses))
				return true;
		}
	return false;
}
