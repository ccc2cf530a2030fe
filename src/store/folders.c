/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders and their roles, remembered by the directory that a file lies in. */
#include "store/folders.h"

#include "store/maildir.h"

#include <string.h>

struct folders {
	const char *root;
	struct roles *roles;
	GHashTable *by_dir; /* char * -> struct folder * */
};

/* clang-format off */
static const struct {
	unsigned rank;
	bool is_dead;
} role_facts[] = {
	[FOLDER_PLAIN] = {1, false},
	[FOLDER_INBOX] = {0, false},
	[FOLDER_SENT] = {3, false},
	[FOLDER_DRAFTS] = {4, false},
	[FOLDER_TRASH] = {6, true},
	[FOLDER_ARCHIVE] = {2, false},
	[FOLDER_JUNK] = {5, true},
};
/* clang-format on */

static void
free_folder(gpointer item)
{
	struct folder *folder = item;

	g_free(folder->account);
	g_free(folder->name);
	g_free(folder);
}

struct folders *
folders_new(const char *root, const struct rc *rc)
{
	struct folders *f = g_new0(struct folders, 1);

	f->root = root;
	f->roles = roles_new(rc);
	(void)roles_refresh(f->roles);
	f->by_dir = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_folder);
	return f;
}

void
folders_free(struct folders *f)
{
	if (f == NULL)
		return;
	g_hash_table_unref(f->by_dir);
	roles_free(f->roles);
	g_free(f);
}

void
folders_refresh(struct folders *f)
{
	if (roles_refresh(f->roles))
		g_hash_table_remove_all(f->by_dir);
}

const char *
folders_name_of_role(struct folders *f, const char *account, enum folder_role role)
{
	return roles_folder(f->roles, account, role);
}

enum folder_role
folders_role(struct folders *f, const char *account, const char *name)
{
	for (enum folder_role role = FOLDER_INBOX; role <= FOLDER_JUNK; role++)
		if (g_strcmp0(folders_name_of_role(f, account, role), name) == 0)
			return role;
	/* RFC 9051, 5.1: the name INBOX is special in any case of its letters. */
	return g_ascii_strcasecmp(name, "INBOX") == 0 ? FOLDER_INBOX : FOLDER_PLAIN;
}

const struct folder *
folders_of_path(struct folders *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = g_strndup(path, slash != NULL ? (gsize)(slash - path) : 0);
	struct folder *folder = g_hash_table_lookup(f->by_dir, dir);

	if (folder != NULL) {
		g_free(dir);
		return folder;
	}
	folder = g_new0(struct folder, 1);
	(void)maildir_split(f->root, dir, &folder->account, &folder->name);
	if (folder->account == NULL)
		folder->account = g_strdup("");
	folder->role = folders_role(f, folder->account, folder->name);
	g_hash_table_insert(f->by_dir, dir, folder);
	return folder;
}

bool
folder_is_dead(const struct folder *folder)
{
	return role_facts[folder->role].is_dead;
}

unsigned
folder_rank(const struct folder *folder)
{
	return role_facts[folder->role].rank;
}
