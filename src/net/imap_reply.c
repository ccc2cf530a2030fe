/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading responses. What is out of range or of the wrong shape is refused, never
 * guessed. */
#include "net/imap_reply.h"

#include "base/when.h"

#include <string.h>

#define MAX_SET 1000000 /* UIDs taken of one response: 4 MB */

static const struct {
	char letter;
	const char *flag;
} flag_table[] = {
    {'D', "\\Draft"},
    {'F', "\\Flagged"},
    {'P', "$Forwarded"},
    {'R', "\\Answered"},
    {'S', "\\Seen"},
    {'T', "\\Deleted"},
};

static const struct {
	enum imap_role role;
	const char *name, *attribute;
} role_table[] = {
    {IMAP_ROLE_INBOX, "inbox", "\\Inbox"},
    {IMAP_ROLE_SENT, "sent", "\\Sent"},
    {IMAP_ROLE_DRAFTS, "drafts", "\\Drafts"},
    {IMAP_ROLE_TRASH, "trash", "\\Trash"},
    {IMAP_ROLE_ARCHIVE, "archive", "\\Archive"},
    {IMAP_ROLE_JUNK, "junk", "\\Junk"},
};

/* The letters of the flags in the list at index i. */
static void
read_flags(const struct imap_tokens *tokens, size_t i, char *letters_out)
{
	size_t end = imap_tokens_at(tokens, i)->next, n = 0;

	for (size_t f = 0; f < G_N_ELEMENTS(flag_table); f++)
		for (size_t k = i + 1; k < end; k++)
			if (imap_token_is(
				imap_tokens_at(tokens, k), flag_table[f].flag)) {
				letters_out[n++] = flag_table[f].letter;
				break;
			}
	letters_out[n] = '\0';
}

char *
imap_flags_text(const char *letters, const struct keywords *keywords)
{
	const struct keyword *k;

	GString *out = g_string_new(NULL);

	for (size_t f = 0; f < G_N_ELEMENTS(flag_table); f++)
		if (strchr(letters, flag_table[f].letter) != NULL)
			g_string_append_printf(
			    out, "%s%s", out->len > 0 ? " " : "", flag_table[f].flag);
	for (size_t i = 0; (k = keywords_nth(keywords, i)) != NULL; i++)
		if (!k->is_label && strchr(letters, k->letter) != NULL)
			g_string_append_printf(
			    out, "%s%s", out->len > 0 ? " " : "", k->keyword);
	return g_string_free(out, FALSE);
}

static int
digits(const char *p, int n)
{
	int value = 0;

	for (; n > 0; n--, p++) {
		if (*p == ' ')
			continue; /* RFC 3501 date-day-fixed: " 1-Jan-..." */
		if (!g_ascii_isdigit(*p))
			return -1;
		value = value * 10 + (*p - '0');
	}
	return value;
}

/* RFC 3501 date-time, "17-Jul-1996 02:44:25 -0700". 0 when malformed. */
static gint64
read_date(const struct imap_token *tok)
{
	char p[27];
	int zone, hour, minute, second;
	GDateTime *when;
	gint64 unix_time;

	if (tok == NULL || tok->type != IMAP_TOKEN_STRING || tok->len != 26)
		return 0;
	memcpy(p, tok->p, 26);
	p[26] = '\0';
	hour = digits(p + 12, 2);
	minute = digits(p + 15, 2);
	second = digits(p + 18, 2);
	zone = digits(p + 22, 2) * 3600 + digits(p + 24, 2) * 60;
	if (hour < 0 || minute < 0 || second < 0 || zone < 0)
		return 0;
	when = g_date_time_new_utc(digits(p + 7, 4), when_month_of(p + 3), digits(p, 2), hour,
	    minute, MIN(second, 59));
	if (when == NULL)
		return 0;
	unix_time = g_date_time_to_unix(when) + (p[21] == '-' ? zone : -zone);
	g_date_time_unref(when);
	return unix_time;
}

bool
imap_reply_is_fetch(const struct imap_tokens *tokens)
{
	const struct imap_token *list = imap_tokens_at(tokens, 2);

	return imap_token_is(imap_tokens_at(tokens, 1), "FETCH") && list != NULL &&
	       list->type == IMAP_TOKEN_LIST;
}

static bool
read_item(
    const struct imap_tokens *tokens, size_t name, size_t value, struct imap_fetched *out)
{
	const struct imap_token *n = imap_tokens_at(tokens, name),
				*v = imap_tokens_at(tokens, value);
	guint64 number = 0;

	if (imap_token_is(n, "UID")) {
		if (!imap_token_number(v, G_MAXUINT32, &number) || number == 0)
			return false;
		out->uid = (guint32)number;
	} else if (imap_token_is(n, "FLAGS")) {
		if (v->type != IMAP_TOKEN_LIST)
			return false;
		read_flags(tokens, value, out->flags);
		out->flags_at = value;
		out->has_flags = true;
	} else if (imap_token_is(n, "BODYSTRUCTURE")) {
		out->structure_at = v->type == IMAP_TOKEN_LIST ? value : 0;
	} else if (imap_token_is(n, "X-GM-LABELS")) {
		out->labels_at = v->type == IMAP_TOKEN_LIST ? value : 0;
	} else if (imap_token_is(n, "RFC822.SIZE")) {
		if (!imap_token_number(v, G_MAXUINT32, &number))
			return false;
		out->size = (guint32)number;
		out->has_size = true;
	} else if (imap_token_is(n, "INTERNALDATE")) {
		out->date = read_date(v);
	} else if (n->type == IMAP_TOKEN_ATOM && n->len > 4 &&
		   g_ascii_strncasecmp(n->p, "BODY[", 5) == 0) {
		out->is_header = imap_token_is(n, "BODY[HEADER]");
		out->body = v->type == IMAP_TOKEN_STRING ? v->p : "";
		out->body_len =
		    v->type == IMAP_TOKEN_STRING ? v->len : 0; /* NIL: empty */
	}
	return true;
}

bool
imap_reply_fetch(const struct imap_tokens *tokens, struct imap_fetched *out)
{
	size_t end;

	memset(out, 0, sizeof(*out));
	if (!imap_reply_is_fetch(tokens))
		return false;
	end = imap_tokens_at(tokens, 2)->next;
	for (size_t i = 3; i < end;) {
		size_t value = imap_tokens_at(tokens, i)->next;
		if (value >= end || !read_item(tokens, i, value, out))
			return false;
		i = imap_tokens_at(tokens, value)->next;
	}
	return true;
}

const char *
imap_role_name(enum imap_role role)
{
	for (size_t i = 0; i < G_N_ELEMENTS(role_table); i++)
		if (role_table[i].role == role)
			return role_table[i].name;
	return "";
}

void
imap_mailbox_free(struct imap_mailbox *box)
{
	if (box != NULL) {
		g_free(box->wire);
		g_free(box->id);
	}
	g_free(box);
}

static void
read_attribute(const struct imap_token *tok, struct imap_mailbox *box)
{
	if (imap_token_is(tok, "\\All") || imap_token_is(tok, "\\AllMail"))
		box->is_all = true;
	if (imap_token_is(tok, "\\Noselect") || imap_token_is(tok, "\\NonExistent"))
		box->is_selectable = false;
	for (size_t i = 0; i < G_N_ELEMENTS(role_table); i++)
		if (imap_token_is(tok, role_table[i].attribute))
			box->role = role_table[i].role;
}

struct imap_mailbox *
imap_reply_list(const struct imap_tokens *tokens)
{
	const struct imap_token *attributes = imap_tokens_at(tokens, 1), *delimiter,
				*name;
	struct imap_mailbox *box;

	if (!imap_token_is(imap_tokens_at(tokens, 0), "LIST") || attributes == NULL ||
	    attributes->type != IMAP_TOKEN_LIST)
		return NULL;
	delimiter = imap_tokens_at(tokens, attributes->next);
	name = imap_tokens_at(tokens, attributes->next + 1);
	if (delimiter == NULL || name == NULL || name->type == IMAP_TOKEN_LIST)
		return NULL;
	box = g_new0(struct imap_mailbox, 1);
	box->wire = imap_token_text(name);
	box->delimiter = '\0';
	if (delimiter->type == IMAP_TOKEN_STRING && delimiter->len == 1)
		box->delimiter = delimiter->p[0];
	box->is_selectable = true;
	for (size_t i = 2; i < attributes->next; i++)
		read_attribute(imap_tokens_at(tokens, i), box);
	if (g_ascii_strcasecmp(box->wire, "INBOX") == 0)
		box->role = IMAP_ROLE_INBOX;
	return box;
}

static struct imap_mailbox *
find_box(GPtrArray *boxes, const struct imap_token *name)
{
	char *wire = imap_token_text(name);
	struct imap_mailbox *found = NULL;

	for (guint i = 0; wire != NULL && found == NULL && i < boxes->len; i++) {
		struct imap_mailbox *box = g_ptr_array_index(boxes, i);
		if (g_str_equal(box->wire, wire) ||
		    (box->role == IMAP_ROLE_INBOX &&
			g_ascii_strcasecmp(wire, "INBOX") == 0))
			found = box;
	}
	g_free(wire);
	return found;
}

/* RFC 8474 7: objectid = 1*255(ALPHA / DIGIT / "_" / "-"). NULL for anything else. */
static char *
read_object_id(const struct imap_token *tok)
{
	if (tok == NULL || tok->type == IMAP_TOKEN_LIST || tok->len == 0 || tok->len > 255)
		return NULL;
	for (size_t i = 0; i < tok->len; i++)
		if (!g_ascii_isalnum(tok->p[i]) && tok->p[i] != '_' && tok->p[i] != '-')
			return NULL;
	return g_strndup(tok->p, tok->len);
}

static bool
read_status_item(
    const struct imap_tokens *tokens, size_t i, struct imap_mailbox *box)
{
	const struct imap_token *name = imap_tokens_at(tokens, i);
	const struct imap_token *value = imap_tokens_at(tokens, i + 1);
	guint64 number = 0;

	if (imap_token_is(name, "MAILBOXID") && value->type == IMAP_TOKEN_LIST) {
		g_free(box->id);
		box->id = value->next > i + 2 ? read_object_id(imap_tokens_at(tokens, i + 2))
					      : NULL;
		return true;
	}
	if (imap_token_is(name, "HIGHESTMODSEQ"))
		return imap_token_number(value, G_MAXINT64, &box->modseq);
	if (!imap_token_is(name, "MESSAGES") && !imap_token_is(name, "UIDNEXT") &&
	    !imap_token_is(name, "UIDVALIDITY"))
		return true;
	if (!imap_token_number(value, G_MAXUINT32, &number))
		return false;
	if (imap_token_is(name, "MESSAGES"))
		box->messages = (guint32)number;
	else if (imap_token_is(name, "UIDNEXT"))
		box->uidnext = (guint32)number;
	else
		box->uidvalidity = (guint32)number;
	return true;
}

bool
imap_reply_status(const struct imap_tokens *tokens, GPtrArray *boxes)
{
	const struct imap_token *list = imap_tokens_at(tokens, 2);
	struct imap_mailbox *box;

	if (!imap_token_is(imap_tokens_at(tokens, 0), "STATUS") || list == NULL ||
	    list->type != IMAP_TOKEN_LIST)
		return false;
	box = find_box(boxes, imap_tokens_at(tokens, 1));
	if (box == NULL)
		return true; /* of a mailbox that we did not ask about: no harm */
	for (size_t i = 3; i + 1 < list->next; i = imap_tokens_at(tokens, i + 1)->next)
		if (!read_status_item(tokens, i, box))
			return false;
	box->has_status = true;
	return true;
}

guint64
imap_reply_code(const struct imap_tokens *code, const char *name)
{
	guint64 value = 0;

	if (!imap_token_is(imap_tokens_at(code, 0), name) ||
	    !imap_token_number(imap_tokens_at(code, 1), G_MAXINT64, &value))
		return 0;
	return value;
}

/* "9" or "1:3" as numbers; "*" is never sent by a server. */
static bool
read_range(const char *p, size_t len, guint64 *first, guint64 *last)
{
	const char *colon = memchr(p, ':', len);
	size_t n = colon != NULL ? (size_t)(colon - p) : len;
	struct imap_token a = {IMAP_TOKEN_ATOM, p, n, 0};
	struct imap_token b = {
	    IMAP_TOKEN_ATOM, p + n + 1, colon != NULL ? len - n - 1 : 0, 0};

	if (!imap_token_number(&a, G_MAXUINT32, first))
		return false;
	*last = *first;
	if (colon != NULL && !imap_token_number(&b, G_MAXUINT32, last))
		return false;
	if (*first > *last) { /* RFC 3501: 4:2 and 2:4 are the same */
		guint64 swap = *first;
		*first = *last;
		*last = swap;
	}
	return true;
}

bool
imap_reply_set(const char *p, size_t len, guint32 max, GArray *uids)
{
	const char *end = p + len;

	while (p < end) {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		size_t n = (size_t)((comma != NULL ? comma : end) - p);
		guint64 first, last;

		if (!read_range(p, n, &first, &last))
			return false;
		for (guint64 uid = first; uid <= MIN(last, max); uid++) {
			guint32 value = (guint32)uid;
			if (uids->len >= MAX_SET)
				return false;
			g_array_append_val(uids, value);
		}
		p = comma != NULL ? comma + 1 : end;
	}
	return true;
}

static bool
take_set(const struct imap_token *tok, guint32 max, GArray *uids)
{
	return tok != NULL && tok->type == IMAP_TOKEN_ATOM &&
	       imap_reply_set(tok->p, tok->len, max, uids);
}

bool
imap_reply_uids(const struct imap_tokens *tokens, guint32 max, GArray *uids)
{
	const struct imap_token *first = imap_tokens_at(tokens, 0);
	size_t n = imap_tokens_n(tokens);

	if (imap_token_is(first, "SEARCH")) {
		for (size_t i = 1; i < n; i++)
			if (!take_set(imap_tokens_at(tokens, i), max, uids))
				return false;
		return true;
	}
	if (imap_token_is(first, "ESEARCH")) {
		for (size_t i = 1; i + 1 < n; i++)
			if (imap_token_is(imap_tokens_at(tokens, i), "ALL"))
				return take_set(imap_tokens_at(tokens, i + 1), max, uids);
		return true; /* RFC 4731: no ALL when nothing was found */
	}
	return imap_token_is(first, "VANISHED") &&
	       take_set(imap_tokens_at(tokens, n - 1), max, uids);
}

guint32
imap_reply_copyuid(const struct imap_tokens *code, GArray *from, GArray *to)
{
	guint64 uidvalidity = imap_reply_code(code, "COPYUID");
	guint n_from = from->len, n_to = to->len;

	if (uidvalidity != 0 && uidvalidity <= G_MAXUINT32 &&
	    take_set(imap_tokens_at(code, 2), G_MAXUINT32 - 1, from) &&
	    take_set(imap_tokens_at(code, 3), G_MAXUINT32 - 1, to) &&
	    from->len - n_from == to->len - n_to)
		return (guint32)uidvalidity;
	g_array_set_size(from, n_from);
	g_array_set_size(to, n_to);
	return 0;
}
