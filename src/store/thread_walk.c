/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tops with all below them from a stack of ours, then what none of them leads to. */
#include "store/thread_walk.h"

#include <glib.h>

/* A message on its way: an explicit stack in place of recursion. All is borrowed from the thread. */
struct step {
	notmuch_message_t *message;
	const char *parent;
	unsigned depth;
};

struct walk {
	GArray *stack;	  /* struct step */
	GHashTable *seen; /* Message-IDs */
	thread_walk_fn fn;
	void *user;
};

/* The first is to be on top of the stack. */
static void
push_all(struct walk *w, notmuch_messages_t *messages, const char *parent, unsigned depth)
{
	guint from = w->stack->len;

	for (; messages != NULL && notmuch_messages_valid(messages); notmuch_messages_move_to_next(messages)) {
		struct step step = { notmuch_messages_get(messages), parent, depth };

		g_array_append_val(w->stack, step);
	}
	for (guint a = from, b = w->stack->len; a + 1 < b; a++, b--) {
		struct step step = g_array_index(w->stack, struct step, a);

		g_array_index(w->stack, struct step, a) = g_array_index(w->stack, struct step, b - 1);
		g_array_index(w->stack, struct step, b - 1) = step;
	}
}

static void
empty_stack(struct walk *w)
{
	while (w->stack->len > 0) {
		struct step step = g_array_index(w->stack, struct step, w->stack->len - 1);
		const char *id = notmuch_message_get_message_id(step.message);

		g_array_set_size(w->stack, w->stack->len - 1);
		if (id == NULL || !g_hash_table_add(w->seen, (gpointer)(guintptr)id))
			continue;
		w->fn(step.message, step.parent, step.depth, w->user);
		push_all(w, notmuch_message_get_replies(step.message), id, step.depth + 1);
	}
}

void
thread_walk(notmuch_thread_t *thread, thread_walk_fn fn, void *user)
{
	struct walk w = { g_array_new(FALSE, FALSE, sizeof(struct step)), g_hash_table_new(g_str_hash, g_str_equal), fn,
		user };

	push_all(&w, notmuch_thread_get_toplevel_messages(thread), NULL, 0);
	empty_stack(&w);
	/* what no top leads to, oldest first */
	for (notmuch_messages_t *all = notmuch_thread_get_messages(thread); all != NULL && notmuch_messages_valid(all);
	     notmuch_messages_move_to_next(all)) {
		struct step step = { notmuch_messages_get(all), NULL, 0 };

		g_array_append_val(w.stack, step);
		empty_stack(&w);
	}
	g_array_unref(w.stack);
	g_hash_table_unref(w.seen);
}
