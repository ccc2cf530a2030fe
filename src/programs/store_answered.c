/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_answered.c - its fields as they stand in the file, its verdict as it is kept. */
#include "programs/store_answered.h"

#include "base/file.h"
#include "base/jsonl.h"
#include "mime/compose_facts.h"
#include "mime/header.h"
#include "store/message.h"

#include <string.h>
#include <unistd.h>

#define HEAD_MAX (256u << 10) /* bytes of the file that are read */

/* Without <>; owned, NULL. */
static char *
answered_id(const json_t *draft, GBytes *letter)
{
	const char *named = jsonl_string(draft, "answers");
	char *value, *id = NULL;
	GPtrArray *ids;

	if (named != NULL && *named != '\0')
		return g_strdup(named);
	value = compose_facts_field(letter, "In-Reply-To", false);
	ids = header_ids(value);
	if (ids->len > 0)
		id = g_strdup(g_ptr_array_index(ids, ids->len - 1));
	g_ptr_array_unref(ids);
	g_free(value);
	return id;
}

static struct header *
read_head(const char *path)
{
	int fd = path != NULL ? file_open_regular(path, true) : -1;
	char *bytes;
	ssize_t n;
	struct header *head;

	if (fd < 0)
		return NULL;
	bytes = g_malloc(HEAD_MAX);
	n = read(fd, bytes, HEAD_MAX);
	(void)close(fd); /* read only */
	head = header_of_bytes(bytes, n > 0 ? (size_t)n : 0);
	g_free(bytes);
	return head;
}

void
store_answered_init(struct store_answered *answered, struct index *ix,
    const json_t *draft, GBytes *letter)
{
	static const char *const names[] = {"From", "Reply-To", "To", "Cc", "List-Post"};
	char *id = answered_id(draft, letter);
	struct header *head;

	*answered = (struct store_answered){.message = NULL};
	if (id != NULL)
		answered->message = message_find(ix, id, NULL, NULL);
	g_free(id);
	head = read_head(jsonl_string(answered->message, "path"));
	if (head == NULL) {
		g_clear_pointer(&answered->message, json_decref);
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *raw = header_last(head, names[i]);

		answered->fields[i] = raw != NULL ? g_utf8_make_valid(raw, -1) : NULL;
	}
	header_free(head);
	answered->facts = (struct msa_answered){.from = answered->fields[0],
	    .reply_to = answered->fields[1],
	    .to = answered->fields[2],
	    .cc = answered->fields[3],
	    .list_post = answered->fields[4],
	    .verdict = jsonl_string(
		json_object_get(answered->message, "verdict"), "verdict")};
}

void
store_answered_fini(struct store_answered *answered)
{
	for (size_t i = 0; i < G_N_ELEMENTS(answered->fields); i++)
		g_free(answered->fields[i]);
	json_decref(answered->message);
}
