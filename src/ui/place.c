/* SPDX-License-Identifier: GPL-3.0-or-later */
/* place.c - what a list shows. */
#include "ui/place.h"

#include <string.h>

static const struct {
	const char *role, *name;
} role_names[] = {
    {"inbox", "Inbox"},
    {"drafts", "Drafts"},
    {"sent", "Sent"},
    {"archive", "Archive"},
    {"junk", "Junk"},
    {"trash", "Trash"},
};

const char *
place_role_name(const char *role)
{
	for (size_t i = 0; i < G_N_ELEMENTS(role_names); i++)
		if (g_str_equal(role_names[i].role, role))
			return role_names[i].name;
	return role;
}

static struct place *
place_new(enum place_kind kind, char *name)
{
	struct place *p = g_new0(struct place, 1);
	p->kind = kind;
	p->name = name;
	return p;
}

struct place *
place_role(const char *role)
{
	struct place *p = place_new(PLACE_ROLE, g_strdup(place_role_name(role)));
	p->role = g_strdup(role);
	return p;
}

struct place *
place_folder(const char *account, const char *folder, const char *role)
{
	const char *shown = *role != '\0' ? place_role_name(role) : folder;
	char *name = *account != '\0' ? g_strdup_printf("%s/%s", account, shown) : g_strdup(shown);
	struct place *p = place_new(PLACE_FOLDER, name);
	p->account = g_strdup(account);
	p->folder = g_strdup(folder);
	p->role = g_strdup(role);
	return p;
}

struct place *
place_tree(const char *account, const char *folder)
{
	char *name = *account == '\0' ? g_strdup(folder)
	    : *folder == '\0'	      ? g_strdup(account)
				      : g_strdup_printf("%s/%s", account, folder);
	struct place *p = place_new(PLACE_TREE, name);
	p->account = g_strdup(account);
	p->folder = g_strdup(folder);
	return p;
}

struct place *
place_search(const char *name, const char *query)
{
	struct place *p = place_new(PLACE_SEARCH, g_strdup(name));
	p->query = g_strdup(query);
	return p;
}

struct place *
place_special(enum place_kind kind)
{
	switch (kind) {
	case PLACE_DRAFTS:
		return place_new(kind, g_strdup("Drafts"));
	case PLACE_OUTBOX:
		return place_new(kind, g_strdup("Outbox"));
	case PLACE_ALL:
	case PLACE_ROLE:
	case PLACE_FOLDER:
	case PLACE_TREE:
	case PLACE_SEARCH:
		break;
	}
	return place_new(PLACE_ALL, g_strdup("All mail"));
}

struct place *
place_copy(const struct place *p)
{
	struct place *copy = place_new(p->kind, g_strdup(p->name));
	copy->role = g_strdup(p->role);
	copy->account = g_strdup(p->account);
	copy->folder = g_strdup(p->folder);
	copy->query = g_strdup(p->query);
	copy->depth = p->depth;
	copy->is_branch = p->is_branch;
	return copy;
}

void
place_free(struct place *p)
{
	if (p == NULL)
		return;
	g_free(p->role);
	g_free(p->account);
	g_free(p->folder);
	g_free(p->query);
	g_free(p->name);
	g_free(p);
}

bool
place_equal(const struct place *a, const struct place *b)
{
	if (a == NULL || b == NULL || a->kind != b->kind)
		return false;
	return g_strcmp0(a->role, b->role) == 0 && g_strcmp0(a->account, b->account) == 0 &&
	    g_strcmp0(a->folder, b->folder) == 0 && g_strcmp0(a->query, b->query) == 0;
}

bool
place_is_folders(const struct place *p)
{
	return p->kind == PLACE_ROLE || p->kind == PLACE_FOLDER || p->kind == PLACE_TREE;
}

bool
place_has_folder(const struct place *p, const struct row_folder *folder)
{
	switch (p->kind) {
	case PLACE_ROLE:
		return g_str_equal(folder->role, p->role);
	case PLACE_FOLDER:
		return g_str_equal(folder->account, p->account) &&
		    g_str_equal(folder->folder, p->folder);
	case PLACE_TREE:
		return g_str_equal(folder->account, p->account) &&
		    (*p->folder == '\0' || g_str_equal(folder->folder, p->folder) ||
			(g_str_has_prefix(folder->folder, p->folder) &&
			    folder->folder[strlen(p->folder)] == '/'));
	case PLACE_ALL:
	case PLACE_SEARCH:
		return true;
	case PLACE_DRAFTS:
	case PLACE_OUTBOX:
		break;
	}
	return false;
}
