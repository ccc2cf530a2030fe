/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said to a helper of a request that it has already: that it is to stop, or that there is more of it. */
#include "base/supervisor_private.h"

static struct request *
find(struct supervisor *s, guint64 id)
{
	if (s->current != NULL && s->current->id == id)
		return s->current;
	for (GList *l = s->waiting.head; l != NULL; l = l->next)
		if (((struct request *)l->data)->id == id)
			return l->data;
	return NULL;
}

/* obj is stolen. */
static void
say(struct supervisor *s, guint64 id, const char *op, json_t *obj)
{
	json_object_set_new(obj, "op", json_string(op));
	json_object_set_new(obj, "target", json_integer((json_int_t)id));
	if (jsonl_queue(s->j, obj, NULL, 0, NULL))
		supervisor_flush(s);
	json_decref(obj);
}

void
supervisor_cancel(struct supervisor *s, guint64 id)
{
	struct request *r = find(s, id);

	if (r == NULL || r->is_cancelled)
		return;
	r->is_cancelled = true;
	if (r == s->current && s->j != NULL)
		say(s, id, "cancel", json_object());
}

bool
supervisor_is_at(const struct supervisor *s, guint64 id)
{
	return s->current != NULL && s->current->id == id && s->j != NULL;
}

void
supervisor_more(struct supervisor *s, guint64 id, json_t *obj)
{
	if (supervisor_is_at(s, id)) {
		supervisor_set_deadline(s);
		say(s, id, "more", obj);
	} else {
		json_decref(obj);
	}
}

void
supervisor_drop(struct supervisor *s, guint64 id)
{
	struct request *r = find(s, id);

	if (r == NULL)
		return;
	supervisor_cancel(s, id);
	r->fn = NULL;
}
