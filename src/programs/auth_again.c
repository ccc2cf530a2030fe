/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_again.c - In a first sync letters are judged before those of the user's own have come that say whom he writes
 * to. So it is noted here by which author a verdict is and what the contacts of that time made of him: a few octets
 * for a message, so that with other contacts only those are judged again of which something else is to be told. */
#include "programs/auth_again.h"

#include "auth/guise.h"
#include "base/jsonl.h"

#include <string.h>

enum { NOTED_MAX = 1 << 16, NAME_MAX_OCTETS = 1000, DIGEST_LEN = 32, HEX_LEN = 2 * DIGEST_LEN };

/* Those of one author. */
struct noted {
	struct author author; /* address, domain and display alone */
	char *original;
	char *mark;	      /* guise_mark(), with the contacts of the first of them */
	bool is_own_by_list;  /* said to be a forgery of ours that came through a list */
	GByteArray *digests;
};

struct auth_again {
	GHashTable *by_author; /* all that tells authors apart -> struct noted */
	guint n;
};

static void
noted_free(gpointer item)
{
	struct noted *noted = item;

	g_free(noted->author.address);
	g_free(noted->author.domain);
	g_free(noted->author.display);
	g_free(noted->original);
	g_free(noted->mark);
	g_byte_array_unref(noted->digests);
	g_free(noted);
}

struct auth_again *
auth_again_new(void)
{
	struct auth_again *again = g_new0(struct auth_again, 1);

	again->by_author = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, noted_free);
	return again;
}

void
auth_again_free(struct auth_again *again)
{
	g_hash_table_unref(again->by_author);
	g_free(again);
}

static bool
has_flag(const json_t *verdict, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(verdict, "flags"), i, one)
		if (g_strcmp0(json_string_value(one), name) == 0)
			return true;
	return false;
}

static struct noted *
noted_new(const json_t *verdict, const struct contacts *contacts)
{
	const json_t *author = json_object_get(verdict, "author");
	const char *name = jsonl_string(author, "name");
	struct noted *noted = g_new0(struct noted, 1);

	noted->author.address = g_strdup(jsonl_string(author, "address"));
	noted->author.domain = g_strdup(jsonl_string(author, "domain"));
	noted->author.display = g_strdup(name != NULL ? name : "");
	noted->original = g_strdup(jsonl_string(author, "original"));
	noted->is_own_by_list = has_flag(verdict, "self-spoof") && has_flag(verdict, "list");
	noted->digests = g_byte_array_new();
	noted->mark = guise_mark(&noted->author, noted->original, contacts);
	return noted;
}

static void
add_digest(GByteArray *digests, const char *sha256)
{
	for (size_t i = 0; i < HEX_LEN; i += 2) {
		guint8 octet = (guint8)(g_ascii_xdigit_value(sha256[i]) * 16 + g_ascii_xdigit_value(sha256[i + 1]));

		g_byte_array_append(digests, &octet, 1);
	}
}

void
auth_again_note(struct auth_again *again, const char *sha256, const json_t *verdict, const struct contacts *contacts)
{
	const json_t *author = json_object_get(verdict, "author");
	const char *address = jsonl_string(author, "address"), *original = jsonl_string(author, "original");
	struct noted *noted;
	char *key;

	if (address == NULL || jsonl_string(author, "domain") == NULL || again->n >= NOTED_MAX || strlen(sha256) != HEX_LEN)
		return;
	key = g_strjoin("\n", address, jsonl_string(author, "name"), NULL);
	if (strlen(key) > NAME_MAX_OCTETS) { /* a name that nobody bears */
		g_free(key);
		return;
	}
	if (original != NULL || has_flag(verdict, "self-spoof")) {
		char *longer = g_strconcat(key, "\n", original, has_flag(verdict, "list") ? "\nlist" : "", NULL);

		g_free(key);
		key = longer;
	}
	noted = g_hash_table_lookup(again->by_author, key);
	if (noted == NULL) {
		noted = noted_new(verdict, contacts);
		g_hash_table_insert(again->by_author, g_strdup(key), noted);
	}
	add_digest(noted->digests, sha256);
	again->n++;
	g_free(key);
}

static void
take_digests(json_t *out, const GByteArray *digests)
{
	for (guint at = 0; at + DIGEST_LEN <= digests->len; at += DIGEST_LEN) {
		char hex[HEX_LEN + 1];

		for (size_t i = 0; i < DIGEST_LEN; i++)
			g_snprintf(hex + 2 * i, 3, "%02x", digests->data[at + i]);
		json_array_append_new(out, json_string(hex));
	}
}

json_t *
auth_again_take(struct auth_again *again, const struct contacts *contacts)
{
	json_t *out = json_array();
	GHashTableIter iter;
	gpointer item;

	g_hash_table_iter_init(&iter, again->by_author);
	while (g_hash_table_iter_next(&iter, NULL, &item)) {
		struct noted *noted = item;
		char *mark = guise_mark(&noted->author, noted->original, contacts);

		if (noted->is_own_by_list || strcmp(mark, noted->mark) != 0) {
			take_digests(out, noted->digests);
			again->n -= noted->digests->len / DIGEST_LEN;
			g_hash_table_iter_remove(&iter);
		}
		g_free(mark);
	}
	return out;
}
