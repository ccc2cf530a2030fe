/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Roles of folders: the rc over the server's word over the fallback, also while a sync runs. */
#include "base/row_index.h"
#include "store/index_files.h"
#include "store/rows.h"
#include "store/sync_state.h"
#include "store_fixture.h"

#include <fcntl.h>

static void
server_says(struct sync_state *sync, const char *folder, const char *role)
{
	struct sync_folder state = { 0 };
	GError *error = NULL;

	g_assert_true(sync_state_folder_put(sync, folder, folder, role, &state, &error));
	g_assert_no_error(error);
}

static void
test_server(struct store_fixture *f, gconstpointer data)
{
	GError *error = NULL;
	struct folders *folders = index_folders(f->index);
	struct sync_state *sync;

	(void)data;
	g_assert_cmpint(folders_role(folders, "work", "Trash"), ==, FOLDER_TRASH);
	g_assert_cmpint(folders_role(folders, "work", "Deleted Items"), ==, FOLDER_PLAIN);
	sync = sync_state_open(f->state_dir, "work", &error);
	g_assert_no_error(error);
	server_says(sync, "Deleted Items", "trash");
	server_says(sync, "INBOX", "inbox");
	server_says(sync, "plain", "");
	folders_refresh(folders);
	g_assert_cmpint(folders_role(folders, "work", "Deleted Items"), ==, FOLDER_TRASH);
	g_assert_cmpint(folders_role(folders, "work", "Trash"), ==, FOLDER_PLAIN);
	g_assert_cmpint(folders_role(folders, "work", "inbox"), ==, FOLDER_INBOX);
	g_assert_cmpint(folders_role(folders, "work", "plain"), ==, FOLDER_PLAIN);
	g_assert_cmpstr(folders_name_of_role(folders, "work", FOLDER_TRASH), ==, "Deleted Items");
	g_assert_cmpstr(folders_name_of_role(folders, "home", FOLDER_TRASH), ==, "Trash");
	g_assert_null(folders_name_of_role(folders, "nobody", FOLDER_TRASH));
	server_says(sync, "Papierkorb", "trash"); /* a second one does not take the role away */
	folders_refresh(folders);
	g_assert_cmpstr(folders_name_of_role(folders, "work", FOLDER_TRASH), ==, "Deleted Items");
	sync_state_close(sync);
}

static void
test_rc_wins(struct store_fixture *f, gconstpointer data)
{
	static const char *const overrides[] = { "account.work.trash=Bin", NULL };
	char *path = g_build_filename(f->top, "rc", NULL);
	GError *error = NULL;
	struct sync_state *sync = sync_state_open(f->state_dir, "work", &error);
	struct rc *rc = rc_load(path, overrides, &error);
	struct roles *roles;

	(void)data;
	g_assert_no_error(error);
	server_says(sync, "Deleted Items", "trash");
	sync_state_close(sync);
	roles = roles_new(rc);
	g_assert_true(roles_refresh(roles));
	g_assert_false(roles_refresh(roles));
	g_assert_cmpstr(roles_folder(roles, "work", FOLDER_TRASH), ==, "Bin");
	roles_free(roles);
	rc_free(rc);
	g_free(path);
}

static void
write_at_one_time(const char *path, const char *bytes, gsize len)
{
	static const struct timespec times[2] = { { 1000, 0 }, { 1000, 0 } };

	fixture_write(path, bytes, (gssize)len);
	g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

/* A database that could not be read is read again, although it looks as it did. */
static void
test_unreadable(struct store_fixture *f, gconstpointer data)
{
	struct folders *folders = index_folders(f->index);
	char *path = g_build_filename(f->state_dir, "sync-work.db", NULL), *bytes, *none;
	GError *error = NULL;
	struct sync_state *sync = sync_state_open(f->state_dir, "work", &error);
	gsize len;

	(void)data;
	server_says(sync, "Deleted Items", "trash");
	sync_state_close(sync);
	g_assert_true(g_file_get_contents(path, &bytes, &len, &error));
	none = g_strnfill(len, 'x');
	write_at_one_time(path, none, len);
	folders_refresh(folders);
	g_assert_cmpstr(folders_name_of_role(folders, "work", FOLDER_TRASH), ==, "Trash");
	write_at_one_time(path, bytes, len);
	folders_refresh(folders);
	g_assert_cmpstr(folders_name_of_role(folders, "work", FOLDER_TRASH), ==, "Deleted Items");
	write_at_one_time(path, none, len - 1);
	folders_refresh(folders);
	g_assert_cmpstr(folders_name_of_role(folders, "work", FOLDER_TRASH), ==, "Deleted Items");
	g_free(bytes);
	g_free(none);
	g_free(path);
}

/* A move to the trash goes where the server's trash is, and the row index says its role. */
static void
test_move(struct store_fixture *f, gconstpointer data)
{
	char *path = fixture_add(f, "INBOX", "S", "a@x", "A <a@x.example>", "a", 1, NULL);
	char *rows = g_build_filename(f->state_dir, "rows.idx", NULL);
	GPtrArray *ids = fixture_ids("a@x", NULL);
	GError *error = NULL;
	struct sync_state *sync;
	struct row_index *ri;
	struct row_folder folder;
	guint32 n;
	guint64 revision;

	(void)data;
	g_assert_true(rows_update(f->index, rows, false, &n, &revision, &error));
	sync = sync_state_open(f->state_dir, "work", &error);
	server_says(sync, "Deleted Items", "trash");
	sync_state_close(sync);
	g_assert_true(index_move(f->index, ids, &(struct index_target){.role = FOLDER_TRASH}, NULL, NULL, &error));
	g_assert_no_error(error);
	fixture_assert_tags(f, "a@x", "deleted");
	g_assert_true(rows_update(f->index, rows, false, &n, &revision, &error));
	ri = row_index_open(rows, &error);
	g_assert_true(row_index_folder(ri,
	    (guint32)row_index_find_folder(ri, "work", "Deleted Items"), &folder));
	g_assert_cmpstr(folder.role, ==, "trash");
	g_assert_cmpuint(folder.total, ==, 1);
	row_index_close(ri);
	g_ptr_array_unref(ids);
	g_free(path);
	g_free(rows);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FIXTURE_TEST("/roles/server", test_server);
	FIXTURE_TEST("/roles/rc-wins", test_rc_wins);
	FIXTURE_TEST("/roles/unreadable", test_unreadable);
	FIXTURE_TEST("/roles/move", test_move);
	return g_test_run();
}
