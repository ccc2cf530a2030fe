/* SPDX-License-Identifier: GPL-3.0-or-later */
/* svg_uses.c - elements with an id are nodes, and each <use> within one is an edge from it. Weights
 * flow along the edges, one level a round; what still grows after the allowed number of rounds is
 * nested too deep or goes in a circle. No recursion. */
#include "auth/svg_uses.h"

#include "base/limits.h"

#include <glib.h>
#include <stdbool.h>

/* An element with an id, or the drawing as a whole. */
struct node {
	guint64 own;	/* elements within it */
	guint64 weight; /* with all that they use, as far as the rounds have come */
};

struct edge {
	struct node *from;
	char *target;
};

struct svg_uses {
	GHashTable *nodes; /* id -> struct node */
	struct node all;
	GPtrArray *open;   /* struct node of each open element, NULL for one without id */
	GArray *edges;
};

struct svg_uses *
svg_uses_new(void)
{
	struct svg_uses *uses = g_new0(struct svg_uses, 1);

	uses->nodes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	uses->open = g_ptr_array_new();
	uses->edges = g_array_new(FALSE, FALSE, sizeof(struct edge));
	return uses;
}

void
svg_uses_free(struct svg_uses *uses)
{
	if (uses == NULL)
		return;
	for (guint i = 0; i < uses->edges->len; i++)
		g_free(g_array_index(uses->edges, struct edge, i).target);
	g_array_unref(uses->edges);
	g_ptr_array_unref(uses->open);
	g_hash_table_unref(uses->nodes);
	g_free(uses);
}

void
svg_uses_open(struct svg_uses *uses, const char *id)
{
	struct node *node = NULL;

	if (id != NULL) {
		node = g_hash_table_lookup(uses->nodes, id);
		if (node == NULL) {
			node = g_new0(struct node, 1);
			g_hash_table_insert(uses->nodes, g_strdup(id), node);
		}
	}
	g_ptr_array_add(uses->open, node);
	uses->all.own++;
	for (guint i = 0; i < uses->open->len; i++) {
		struct node *around = g_ptr_array_index(uses->open, i);
		if (around != NULL)
			around->own++;
	}
}

void
svg_uses_close(struct svg_uses *uses)
{
	if (uses->open->len > 0)
		g_ptr_array_set_size(uses->open, (int)uses->open->len - 1);
}

void
svg_uses_add(struct svg_uses *uses, const char *target)
{
	struct edge edge = {.from = &uses->all, .target = g_strdup(target)};

	g_array_append_val(uses->edges, edge);
	for (guint i = 0; i < uses->open->len; i++) {
		edge.from = g_ptr_array_index(uses->open, i);
		edge.target = g_strdup(target);
		if (edge.from != NULL)
			g_array_append_val(uses->edges, edge);
		else
			g_free(edge.target);
	}
}

static void
reset(gpointer id, gpointer data, gpointer unused)
{
	struct node *node = data;

	(void)id;
	(void)unused;
	node->weight = node->own;
}

/* One level further. Has anything grown? */
static bool
run_round(struct svg_uses *uses, GHashTable *next)
{
	bool has_grown = false;

	g_hash_table_remove_all(next);
	for (guint i = 0; i < uses->edges->len; i++) {
		const struct edge *edge = &g_array_index(uses->edges, struct edge, i);
		const struct node *target = g_hash_table_lookup(uses->nodes, edge->target);
		guint64 *sum = g_hash_table_lookup(next, edge->from);
		if (sum == NULL) {
			sum = g_new(guint64, 1);
			*sum = edge->from->own;
			g_hash_table_insert(next, edge->from, sum);
		}
		*sum = MIN(*sum + target->weight, G_MAXUINT32);
	}
	GHashTableIter iter;
	gpointer node, sum;
	g_hash_table_iter_init(&iter, next);
	while (g_hash_table_iter_next(&iter, &node, &sum)) {
		has_grown = has_grown || ((struct node *)node)->weight != *(guint64 *)sum;
		((struct node *)node)->weight = *(guint64 *)sum;
	}
	return has_grown;
}

const char *
svg_uses_problem(struct svg_uses *uses)
{
	bool has_grown = true;

	for (guint i = 0; i < uses->edges->len; i++)
		if (!g_hash_table_contains(
			uses->nodes, g_array_index(uses->edges, struct edge, i).target))
			return "<use> refers to an id that is not there";
	g_hash_table_foreach(uses->nodes, reset, NULL);
	uses->all.weight = uses->all.own;
	GHashTable *next = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	for (unsigned i = 0; has_grown && i <= LIMIT_LOGO_USES; i++)
		has_grown = run_round(uses, next);
	g_hash_table_unref(next);
	if (has_grown)
		return "<use> goes in a circle or is nested too deep";
	if (uses->all.weight > LIMIT_LOGO_SHAPES)
		return "<use> multiplies the shapes past all measure; draw them once";
	return NULL;
}
