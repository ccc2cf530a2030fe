/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listing a maildrop: one round trip for UIDL and LIST where the server pipelines. */
#include "net/pop3_list.h"

#include "base/error.h"
#include "base/limits.h"
#include "net/pop3_private.h"

#include <string.h>

struct pop3_listing {
	GHashTable *items; /* number -> struct pop3_item * */
	guint n_odd;
};

static void
item_free(gpointer p)
{
	struct pop3_item *item = p;

	g_free(item->id);
	g_free(item);
}

struct pop3_listing *
pop3_listing_new(void)
{
	struct pop3_listing *l = g_new0(struct pop3_listing, 1);

	l->items = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, item_free);
	return l;
}

void
pop3_listing_free(struct pop3_listing *l)
{
	g_hash_table_unref(l->items);
	g_free(l);
}

static struct pop3_item *
find_item(struct pop3_listing *l, guint32 number, GError **error)
{
	struct pop3_item *item = g_hash_table_lookup(l->items, GUINT_TO_POINTER(number));

	if (item != NULL)
		return item;
	if (g_hash_table_size(l->items) >= LIMIT_POP3_MESSAGES) {
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT,
		    "the mailbox holds more than %u messages", LIMIT_POP3_MESSAGES);
		return NULL;
	}
	item = g_new0(struct pop3_item, 1);
	item->number = number;
	g_hash_table_insert(l->items, GUINT_TO_POINTER(number), item);
	return item;
}

bool
pop3_listing_uidl(struct pop3_listing *l, const char *line, GError **error)
{
	struct pop3_item *item;
	const char *id;
	guint32 number;

	if (!pop3_reply_uidl(line, &number, &id)) {
		l->n_odd++;
		return true;
	}
	item = find_item(l, number, error);
	if (item != NULL && item->id == NULL)
		item->id = g_strdup(id);
	else if (item != NULL)
		l->n_odd++; /* twice the same number: the first holds */
	return item != NULL;
}

bool
pop3_listing_size(struct pop3_listing *l, const char *line, GError **error)
{
	struct pop3_item *item;
	guint32 number;
	guint64 size;

	if (!pop3_reply_size(line, &number, &size)) {
		l->n_odd++;
		return true;
	}
	item = find_item(l, number, error);
	if (item != NULL && item->size == 0)
		item->size = size;
	return item != NULL;
}

static gint
by_number(gconstpointer a, gconstpointer b)
{
	const struct pop3_item *const *x = a, *const *y = b;

	return (*x)->number < (*y)->number ? -1 : (*x)->number > (*y)->number;
}

/* Servers may give two messages one id (RFC 1939 7 allows it for copies): the second gets
 * a count. */
static void
count_doubles(const GPtrArray *items)
{
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < items->len; i++) {
		struct pop3_item *item = g_ptr_array_index(items, i);
		guint n;
		char *own;

		if (item->id == NULL)
			continue;
		n = GPOINTER_TO_UINT(g_hash_table_lookup(seen, item->id)) + 1;
		g_hash_table_insert(seen, g_strdup(item->id), GUINT_TO_POINTER(n));
		if (n == 1)
			continue;
		own = g_strdup_printf("%s\t%u", item->id, n);
		g_free(item->id);
		item->id = own;
	}
	g_hash_table_unref(seen);
}

GPtrArray *
pop3_listing_items(struct pop3_listing *l, bool has_uidl, guint *n_odd_out)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(item_free);
	GHashTableIter iter;
	gpointer item;

	g_hash_table_iter_init(&iter, l->items);
	while (g_hash_table_iter_next(&iter, NULL, &item)) {
		g_hash_table_iter_steal(&iter);
		if (has_uidl && ((struct pop3_item *)item)->id == NULL) {
			item_free(item);
			l->n_odd++;
		} else {
			g_ptr_array_add(items, item);
		}
	}
	g_ptr_array_sort(items, by_number);
	count_doubles(items);
	*n_odd_out = l->n_odd;
	return items;
}

static bool
on_uidl(void *user, const char *line, GError **error)
{
	return pop3_listing_uidl(user, line, error);
}

static bool
on_size(void *user, const char *line, GError **error)
{
	return pop3_listing_size(user, line, error);
}

/* One answer of several lines; *is_there_out: was it an OK? */
static bool
read_listing(struct pop3 *s, pop3_line_fn fn, struct pop3_listing *l, bool *is_there_out,
    GError **error)
{
	struct pop3_reply reply;

	if (!pop3_read(s, &reply, error))
		return false;
	*is_there_out = reply.status == POP3_OK;
	return !*is_there_out || pop3_read_lines(s, LIMIT_POP3_LISTING, fn, l, error);
}

/* *has_uidl_out: the server answered UIDL. A server that does not answer LIST serves
 * nothing. */
static bool
ask(struct pop3 *s, struct pop3_listing *l, bool *has_uidl_out, GError **error)
{
	bool is_piped = pop3_window(s) > 1, has_list = false, is_good;

	is_good = pop3_command(s, error, "UIDL") &&
		  (!is_piped || pop3_command(s, error, "LIST")) &&
		  read_listing(s, on_uidl, l, has_uidl_out, error) &&
		  (is_piped || pop3_command(s, error, "LIST")) &&
		  read_listing(s, on_size, l, &has_list, error);
	if (!is_good)
		return false;
	return has_list || transport_set_error(s->t, PF_ERROR_TEMPORARY, error,
			       "the server does not list the mailbox");
}

static bool
on_header(void *user, const char *bytes, size_t len, GError **error)
{
	(void)error;
	g_checksum_update(user, (const guchar *)bytes, (gssize)len);
	return true;
}

/* RFC 1939 makes UIDL optional. Without it a message is known by its whole header, which
 * holds what the servers on its way wrote into it. False without error: TOP is refused.
 */
static bool
read_top(struct pop3 *s, struct pop3_item *item, GError **error)
{
	struct pop3_reply reply;
	GChecksum *hash;
	bool is_good;

	if (!pop3_read(s, &reply, error) || reply.status != POP3_OK)
		return false;
	hash = g_checksum_new(G_CHECKSUM_SHA256);
	is_good = pop3_read_body(s, on_header, hash, error);
	if (is_good)
		item->id = g_strdup_printf("top:%s", g_checksum_get_string(hash));
	g_checksum_free(hash);
	return is_good;
}

/* TOP of all messages, as many at a time as the server takes. */
static bool
ask_tops(struct pop3 *s, const GPtrArray *items, GError **error)
{
	guint sent = 0;
	GError *why = NULL;

	for (guint i = 0; i < items->len && why == NULL; i++) {
		for (; why == NULL && sent < items->len && sent < i + pop3_window(s);
		     sent++) {
			const struct pop3_item *item = g_ptr_array_index(items, sent);
			(void)pop3_command(s, &why, "TOP %u 0", item->number);
		}
		if (why == NULL)
			(void)read_top(s, g_ptr_array_index(items, i), &why);
	}
	if (why == NULL)
		return true;
	g_propagate_error(error, why);
	return false;
}

static bool
identify(
    struct pop3 *s, const struct pop3_sink *sink, const GPtrArray *items, GError **error)
{
	if (!pop3_caps(s)->has_top) {
		sink->on_error(sink->user,
		    "the server has neither UIDL nor TOP: each run fetches every message "
		    "to see which are new");
		return true;
	}
	if (!ask_tops(s, items, error))
		return false;
	count_doubles(items);
	return true;
}

GPtrArray *
pop3_list(struct pop3 *s, const struct pop3_sink *sink, GError **error)
{
	struct pop3_listing *l = pop3_listing_new();
	GPtrArray *items = NULL;
	bool has_uidl = false;
	guint n_odd = 0;

	if (ask(s, l, &has_uidl, error))
		items = pop3_listing_items(l, has_uidl, &n_odd);
	pop3_listing_free(l);
	if (items != NULL && !has_uidl && !identify(s, sink, items, error))
		g_clear_pointer(&items, g_ptr_array_unref);
	if (items != NULL && n_odd > 0) {
		char *text =
		    g_strdup_printf("the server's list of messages makes no sense "
				    "in %u places; what it means there is left "
				    "alone",
			n_odd);
		sink->on_error(sink->user, text);
		g_free(text);
	}
	return items;
}
