/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Roles of folders. The databases of penfold-sync are only read, and only when they changed. */
#include "store/roles.h"

#include "store/maildir_name.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#define N_ROLES (FOLDER_JUNK + 1)
#define BUSY_MS 500

/* One account: its database's time and size when it was read, and what the server said. */
struct account_roles {
	const struct rc_account *account;
	char *path, *wal;
	struct timespec time, wal_time;
	gint64 size, wal_size; /* size -1: it must be read again */
	char *by_server[N_ROLES];
};

struct roles {
	const struct rc *rc;
	GPtrArray *accounts; /* struct account_roles */
};

static const char *const role_names[N_ROLES] = {
	[FOLDER_PLAIN] = "",
	[FOLDER_INBOX] = "inbox",
	[FOLDER_SENT] = "sent",
	[FOLDER_DRAFTS] = "drafts",
	[FOLDER_TRASH] = "trash",
	[FOLDER_ARCHIVE] = "archive",
	[FOLDER_JUNK] = "junk",
};

const char *
folder_role_name(enum folder_role role)
{
	return role_names[role];
}

enum folder_role
folder_role_from_name(const char *name)
{
	for (enum folder_role role = FOLDER_INBOX; role <= FOLDER_JUNK; role++)
		if (g_strcmp0(role_names[role], name) == 0)
			return role;
	return FOLDER_PLAIN;
}

static void
free_account(gpointer item)
{
	struct account_roles *a = item;

	g_free(a->path);
	g_free(a->wal);
	for (size_t i = 0; i < N_ROLES; i++)
		g_free(a->by_server[i]);
	g_free(a);
}

struct roles *
roles_new(const struct rc *rc)
{
	struct roles *roles = g_new0(struct roles, 1);
	const struct rc_account *const *accounts = rc_accounts(rc);
	char *dir = rc_state_dir(rc);

	roles->rc = rc;
	roles->accounts = g_ptr_array_new_with_free_func(free_account);
	for (size_t i = 0; accounts[i] != NULL; i++) {
		struct account_roles *a = g_new0(struct account_roles, 1);
		char *name = maildir_name_encode(accounts[i]->name);

		a->account = accounts[i];
		a->path = g_strdup_printf("%s/sync-%s.db", dir, name);
		a->wal = g_strconcat(a->path, "-wal", NULL);
		g_ptr_array_add(roles->accounts, a);
		g_free(name);
	}
	g_free(dir);
	return roles;
}

void
roles_free(struct roles *roles)
{
	if (roles == NULL)
		return;
	g_ptr_array_unref(roles->accounts);
	g_free(roles);
}

/* Did this file change since it was last seen? */
static bool
is_changed(const char *path, struct timespec *time, gint64 *size)
{
	struct stat st;
	bool same;

	/* an empty log is as good as none: reading makes one */
	if (stat(path, &st) != 0 || st.st_size == 0)
		memset(&st, 0, sizeof(st));
	same = st.st_mtim.tv_sec == time->tv_sec && st.st_mtim.tv_nsec == time->tv_nsec &&
	    st.st_size == *size;
	*time = st.st_mtim;
	*size = st.st_size;
	return !same;
}

/* A role that two folders have belongs to the first. False when it cannot be read. */
static bool
read_roles(const char *path, char *by_server[N_ROLES])
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	bool ok = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
	    sqlite3_busy_timeout(db, BUSY_MS) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, "SELECT role, name FROM folder WHERE role <> '' ORDER BY id", -1,
		&st, NULL) == SQLITE_OK;

	int r = SQLITE_ERROR;

	while (ok && (r = sqlite3_step(st)) == SQLITE_ROW) {
		const char *word = (const char *)sqlite3_column_text(st, 0);
		enum folder_role role = folder_role_from_name(word);

		if (role != FOLDER_PLAIN && by_server[role] == NULL)
			by_server[role] = g_strdup((const char *)sqlite3_column_text(st, 1));
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
	return r == SQLITE_DONE;
}

/* Take over what differs; did anything? */
static bool
take_roles(struct account_roles *a, char *by_server[N_ROLES])
{
	bool differs = false;

	for (size_t i = 0; i < N_ROLES; i++) {
		differs = differs || g_strcmp0(a->by_server[i], by_server[i]) != 0;
		g_free(a->by_server[i]);
		a->by_server[i] = by_server[i];
	}
	return differs;
}

bool
roles_refresh(struct roles *roles)
{
	bool changed = false;

	for (guint i = 0; i < roles->accounts->len; i++) {
		struct account_roles *a = g_ptr_array_index(roles->accounts, i);
		bool db_changed = is_changed(a->path, &a->time, &a->size);
		bool wal_changed = is_changed(a->wal, &a->wal_time, &a->wal_size);
		char *by_server[N_ROLES] = { NULL };

		if (!db_changed && !wal_changed)
			continue;
		if (read_roles(a->path, by_server)) {
			changed = take_roles(a, by_server) || changed;
			continue;
		}
		/* what is known stays until it can be read */
		for (size_t k = 0; k < N_ROLES; k++)
			g_free(by_server[k]);
		a->size = a->size > 0 ? -1 : a->size;
	}
	return changed;
}

static const char *
fallback(const struct rc_account *a, enum folder_role role)
{
	switch (role) {
	case FOLDER_PLAIN:
		return NULL;
	case FOLDER_INBOX:
		return a->inbox;
	case FOLDER_SENT:
		return a->sent;
	case FOLDER_DRAFTS:
		return a->drafts;
	case FOLDER_TRASH:
		return a->trash;
	case FOLDER_ARCHIVE:
		return a->archive;
	case FOLDER_JUNK:
		return a->junk;
	}
	return NULL;
}

const char *
roles_folder(const struct roles *roles, const char *account, enum folder_role role)
{
	for (guint i = 0; role != FOLDER_PLAIN && i < roles->accounts->len; i++) {
		const struct account_roles *a = g_ptr_array_index(roles->accounts, i);

		if (strcmp(a->account->name, account) != 0)
			continue;
		if (a->by_server[role] != NULL &&
		    !rc_is_set(roles->rc, "account", account, role_names[role]))
			return a->by_server[role];
		return fallback(a->account, role);
	}
	return NULL;
}
