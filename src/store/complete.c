/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion out of the index. */
#include "store/complete.h"

#include "base/mailbox_text.h"
#include "base/row_index.h"
#include "store/address_book.h"
#include "store/author.h"
#include "store/index_each.h"
#include "store/index_security.h"
#include "store/maildir.h"

#include <string.h>

#define MESSAGES_MAX 300 /* newest messages that are looked at for people */
#define QUERY_PEOPLE_MAX 50 /* more is not chosen from */
#define SENT_MAX 2000	 /* newest letters of ours that are looked at for correspondents */
/* Who writes under the name of another is not offered under it. */
#define BELIEVED     "not (tag:spam or property:auth=suspect or property:auth=fail)"
#define WEIGHT_SENT 10	 /* someone written to counts like so many letters received */

static const char *const query_words[] = { "and", "attachment:", "body:", "date:", "folder:",
	"from:", "id:", "is:", "lastmod:", "mimetype:", "not", "or", "path:", "property:", "query:",
	"subject:", "tag:", "thread:", "to:" };

struct person {
	char *text, *address;
	guint weight;
};

struct people {
	struct index *ix;
	const char *prefix;
	GHashTable *by_address; /* folded address -> struct person */
	guint messages_max;
	bool is_sent_only;
};

static void
free_person(gpointer item)
{
	struct person *p = item;

	g_free(p->text);
	g_free(p->address);
	g_free(p);
}

/* Does a word of text start with the prefix? Both are folded. */
static bool
has_word(const char *text, const char *prefix)
{
	for (const char *p = text; (p = strstr(p, prefix)) != NULL; p++)
		if (p == text || !g_ascii_isalnum(p[-1]))
			return true;
	return false;
}

/* The mailboxes of a header value, one after the other: the commas outside quotes and brackets. */
static GPtrArray *
split_mailboxes(const char *value)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	bool is_quoted = false, is_angle = false;
	const char *start = value;

	for (const char *p = value;; p++) {
		if (*p == '\\' && is_quoted && p[1] != '\0')
			p++;
		else if (*p == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && (*p == '<' || *p == '>'))
			is_angle = *p == '<';
		if (*p == '\0' || (*p == ',' && !is_quoted && !is_angle)) {
			g_ptr_array_add(out, g_strndup(start, (gsize)(p - start)));
			start = p + 1;
		}
		if (*p == '\0')
			return out;
	}
}

static char *
text_of(const char *mailbox, const char *address)
{
	char *name = author_display(mailbox);
	char *text = mailbox_text(name, address);

	g_free(name);
	return text;
}

/* A name that a later letter gives is better than none. */
static void
take_name(struct person *p, const char *mailbox)
{
	if (strcmp(p->text, p->address) != 0)
		return;
	g_free(p->text);
	p->text = text_of(mailbox, p->address);
}

static void
add_mailbox(struct people *people, const char *mailbox, guint weight)
{
	char *address = author_address(mailbox);
	char *folded = g_utf8_casefold(mailbox, -1);
	char *key = g_utf8_casefold(address, -1);
	struct person *p = g_hash_table_lookup(people->by_address, key);

	if (p == NULL && strchr(address, '@') != NULL && has_word(folded, people->prefix)) {
		p = g_new0(struct person, 1);
		p->text = text_of(mailbox, address);
		p->address = g_strdup(address);
		g_hash_table_insert(people->by_address, g_strdup(key), p);
	}
	if (p != NULL) {
		p->weight += weight;
		take_name(p, mailbox);
	}
	g_free(address);
	g_free(folded);
	g_free(key);
}

static void
add_value(struct people *people, const char *value, guint weight)
{
	GPtrArray *mailboxes = split_mailboxes(value != NULL ? value : "");

	for (guint i = 0; i < mailboxes->len; i++) {
		char *valid = g_utf8_make_valid(g_strstrip(g_ptr_array_index(mailboxes, i)), -1);

		add_mailbox(people, valid, weight);
		g_free(valid);
	}
	g_ptr_array_unref(mailboxes);
}

static notmuch_status_t
add_query(struct people *people, notmuch_database_t *db, const char *text, bool is_sent)
{
	notmuch_query_t *query = notmuch_query_create(db, text);
	notmuch_messages_t *messages = NULL;
	notmuch_status_t status;
	guint n = 0;

	notmuch_query_set_sort(query, NOTMUCH_SORT_NEWEST_FIRST);
	status = notmuch_query_search_messages(query, &messages);
	for (; status == NOTMUCH_STATUS_SUCCESS && notmuch_messages_valid(messages) &&
	     n < people->messages_max;
	     notmuch_messages_move_to_next(messages), n++) {
		notmuch_message_t *message = index_each_get(messages, &status);

		if (message == NULL)
			break;
		if (is_sent) {
			add_value(people, notmuch_message_get_header(message, "to"), WEIGHT_SENT);
			add_value(people, notmuch_message_get_header(message, "cc"), WEIGHT_SENT);
		} else {
			add_value(people, notmuch_message_get_header(message, "from"), 1);
		}
		notmuch_message_destroy(message);
	}
	notmuch_query_destroy(query);
	return status;
}

static notmuch_status_t
gather_people(notmuch_database_t *db, void *user)
{
	struct people *people = user;
	notmuch_status_t status;
	char *sent, *from;

	g_hash_table_remove_all(people->by_address);
	sent = people->prefix[0] != '\0' ? g_strdup_printf("tag:sent and to:%s*", people->prefix)
					 : g_strdup("tag:sent");
	from = people->prefix[0] != '\0' ? g_strdup_printf("from:%s* and " BELIEVED, people->prefix) : g_strdup(BELIEVED);
	status = add_query(people, db, sent, true);
	if (status == NOTMUCH_STATUS_SUCCESS && !people->is_sent_only)
		status = add_query(people, db, from, false);
	g_free(sent);
	g_free(from);
	return status;
}

static int
compare_people(gconstpointer a, gconstpointer b)
{
	const struct person *x = *(const struct person *const *)a;
	const struct person *y = *(const struct person *const *)b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return strcmp(x->text, y->text);
}

static GPtrArray *
best_people(struct people *people, guint limit)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	GPtrArray *all = g_ptr_array_new();
	GHashTableIter iter;
	gpointer person;

	g_hash_table_iter_init(&iter, people->by_address);
	while (g_hash_table_iter_next(&iter, NULL, &person))
		g_ptr_array_add(all, person);
	g_ptr_array_sort(all, compare_people);
	for (guint i = 0; i < all->len && i < limit; i++)
		g_ptr_array_add(out,
		    g_strdup(((struct person *)g_ptr_array_index(all, i))->text));
	g_ptr_array_unref(all);
	return out;
}

/* Words for a query's wildcard: letters and digits only, folded; the longest start of prefix. */
static char *
query_safe(const char *prefix)
{
	char *folded = g_utf8_casefold(prefix, -1);
	char *p = folded;

	while (*p != '\0' && g_unichar_isalnum(g_utf8_get_char(p)))
		p = g_utf8_next_char(p);
	*p = '\0';
	return folded;
}

GPtrArray *
complete_address(struct index *ix, const char *prefix, guint limit, GError **error)
{
	char *valid = g_utf8_make_valid(prefix, -1);
	char *safe = query_safe(valid);
	struct people people = { ix, safe,
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_person), MESSAGES_MAX, false };
	GPtrArray *out = NULL;

	if (index_read(ix, gather_people, &people, error)) {
		GPtrArray *harvested = best_people(&people, limit);

		/* whom the user wrote down himself comes first */
		out = g_ptr_array_new_with_free_func(g_free);
		address_book_find(index_rc(ix), valid, out, limit);
		for (guint i = 0; i < harvested->len && out->len < limit; i++)
			if (!g_ptr_array_find_with_equal_func(out, harvested->pdata[i], g_str_equal,
				NULL))
				g_ptr_array_add(out, g_strdup(harvested->pdata[i]));
		g_ptr_array_unref(harvested);
	}
	g_hash_table_unref(people.by_address);
	g_free(safe);
	g_free(valid);
	return out;
}

GPtrArray *
complete_correspondents(struct index *ix, guint limit, GError **error)
{
	struct people people = { ix, "",
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_person), SENT_MAX, true };
	GPtrArray *out = NULL;

	if (index_read(ix, gather_people, &people, error))
		out = best_people(&people, limit);
	g_hash_table_unref(people.by_address);
	return out;
}

static int
compare_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
complete_tag(struct index *ix, const char *prefix, GError **error)
{
	notmuch_database_t *db = index_reader(ix, error);
	notmuch_tags_t *tags = db != NULL ? notmuch_database_get_all_tags(db) : NULL;
	GPtrArray *out;

	if (db == NULL)
		return NULL;
	out = g_ptr_array_new_with_free_func(g_free);
	for (; tags != NULL && notmuch_tags_valid(tags); notmuch_tags_move_to_next(tags))
		if (g_str_has_prefix(notmuch_tags_get(tags), prefix))
			g_ptr_array_add(out, g_strdup(notmuch_tags_get(tags)));
	if (tags != NULL)
		notmuch_tags_destroy(tags);
	g_ptr_array_sort(out, compare_text);
	return out;
}

/* Words of Xapian's query syntax must be quoted when they have a space. */
static char *
quoted(const char *field, const char *value)
{
	return strpbrk(value, " \"()") != NULL ? g_strdup_printf("%s\"%s\"", field, value)
					       : g_strconcat(field, value, NULL);
}

static void
add_folders(struct index *ix, GPtrArray *out)
{
	const struct rc_account *const *accounts = rc_accounts(index_rc(ix));

	for (size_t i = 0; accounts[i] != NULL; i++) {
		GPtrArray *names = maildir_list(index_root(ix), accounts[i]->name);

		for (guint k = 0; k < names->len; k++) {
			char *path = maildir_path("", accounts[i]->name,
			    g_ptr_array_index(names, k), NULL);

			if (path != NULL)
				g_ptr_array_add(out, quoted("folder:", path + 1));
			g_free(path);
		}
		g_ptr_array_unref(names);
	}
}

/* "from:an": the addresses of those whom that begins to name, the most likely first; NULL and no error when the prefix
 * asks for nobody. */
static GPtrArray *
query_people(struct index *ix, const char *prefix, GError **error)
{
	static const char *const fields[] = { "from:", "to:" };
	const char *field = NULL;
	GPtrArray *people, *out;

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (g_str_has_prefix(prefix, fields[i]) && prefix[strlen(fields[i])] != '\0')
			field = fields[i];
	people = field != NULL ? complete_address(ix, prefix + strlen(field), QUERY_PEOPLE_MAX, error) : NULL;
	if (people == NULL)
		return NULL;
	out = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < people->len; i++) {
		char *address = author_address(people->pdata[i]);

		if (*address != '\0')
			g_ptr_array_add(out, quoted(field, address));
		g_free(address);
	}
	g_ptr_array_unref(people);
	return out;
}

/* Spans of time as they are asked for; others are made after them. */
static const char *const query_dates[] = { "date:today", "date:yesterday..", "date:1week..", "date:1month..",
	"date:1year..", "date:..1year" };

GPtrArray *
complete_query(struct index *ix, const char *prefix, GError **error)
{
	GError *why = NULL;
	GPtrArray *all = query_people(ix, prefix, &why), *tags, *out;

	if (why != NULL)
		g_propagate_error(error, why);
	if (all != NULL || why != NULL)
		return all;
	tags = complete_tag(ix, "", error);
	if (tags == NULL)
		return NULL;
	all = g_ptr_array_new_with_free_func(g_free);
	out = g_ptr_array_new_with_free_func(g_free);
	for (size_t i = 0; i < G_N_ELEMENTS(query_words); i++)
		g_ptr_array_add(all, g_strdup(query_words[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(query_dates); i++)
		g_ptr_array_add(all, g_strdup(query_dates[i]));
	for (unsigned i = ROW_VERDICT_UNEVALUATED + 1; i < ROW_VERDICT_DOUBTFUL; i++)
		g_ptr_array_add(all, g_strconcat("property:auth=", row_verdict_name(i), NULL));
	for (size_t i = 0; row_verdict_deceits[i] != NULL; i++)
		g_ptr_array_add(all, g_strconcat("property:auth-flag=", row_verdict_deceits[i], NULL));
	for (size_t i = 0; index_security_words[i] != NULL; i++)
		g_ptr_array_add(all, g_strconcat("property:security=", index_security_words[i], NULL));
	for (guint i = 0; i < tags->len; i++)
		g_ptr_array_add(all, quoted("tag:", g_ptr_array_index(tags, i)));
	add_folders(ix, all);
	for (guint i = 0; i < all->len; i++)
		/* what stands there already is no help */
		if (g_str_has_prefix(g_ptr_array_index(all, i), prefix) && !g_str_equal(g_ptr_array_index(all, i), prefix))
			g_ptr_array_add(out, g_strdup(g_ptr_array_index(all, i)));
	g_ptr_array_sort(out, compare_text);
	g_ptr_array_unref(all);
	g_ptr_array_unref(tags);
	return out;
}
