/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags, moves, renames, removals: the index, the file names and state.db agree afterwards. */
#include "base/error.h"
#include "store/index_change.h"
#include "store/index_files.h"
#include "store_fixture.h"

static void
add_undo(const char *id, const char *undo, void *user)
{
	g_string_append_printf(user, "%s: %s\n", id, undo);
}

static char *
tag(struct store_fixture *f, GPtrArray *ids, const char *const *changes)
{
	GString *undo = g_string_new(NULL);
	GError *error = NULL;

	g_assert_true(index_tag(f->index, ids, changes, add_undo, NULL, undo, &error));
	g_assert_no_error(error);
	return g_string_free(undo, FALSE);
}

/* Undo is exact for each message: what it had already is not taken away. */
static void
test_tag(struct store_fixture *f, gconstpointer data)
{
	static const char *const changes[] = { "+todo", "-unread", NULL };
	static const char *const todo[] = { "+todo", NULL };
	char *a = fixture_add(f, "INBOX", "", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	char *b = fixture_add(f, "INBOX", "S", "b@x.example", "B <b@x.example>", "b", 2, NULL);
	GPtrArray *ids = fixture_ids("a@x.example", "b@x.example");
	GPtrArray *only_a = fixture_ids("a@x.example", "none@x.example");
	char *undo = tag(f, only_a, todo);
	char *now;

	(void)data;
	g_assert_cmpstr(undo, ==, "a@x.example: -todo\n");
	g_free(undo);
	undo = tag(f, ids, changes);
	g_assert_cmpstr(undo, ==, "a@x.example: +unread\nb@x.example: -todo\n");
	g_free(undo);
	fixture_assert_tags(f, "a@x.example", "inbox todo");
	fixture_assert_tags(f, "b@x.example", "inbox todo");
	/* the file name says that it was read */
	g_assert_false(g_file_test(a, G_FILE_TEST_EXISTS));
	now = index_locate(a);
	g_assert_true(g_str_has_suffix(now, ":2,S"));
	g_free(now);
	undo = tag(f, ids, changes);
	g_assert_cmpstr(undo, ==, "");
	g_free(undo);
	g_ptr_array_unref(ids);
	g_ptr_array_unref(only_a);
	g_free(a);
	g_free(b);
}

static void
test_tag_check(void)
{
	static const struct {
		const char *change;
		bool ok;
	} cases[] = { { "+a", true }, { "-a", true }, { "+a b", true }, { "+\303\274", true },
		{ "a", false }, { "+", false }, { "-", false }, { "", false }, { "--a", false },
		{ "+\377", false } };
	char *long_tag = g_strnfill(NOTMUCH_TAG_MAX + 2, '+');

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *changes[] = { cases[i].change, NULL };
		GError *error = NULL;

		g_assert_cmpint(index_tag_check(changes, &error), ==, cases[i].ok);
		if (!cases[i].ok)
			g_assert_error(error, PF_ERROR, PF_ERROR_USAGE);
		g_clear_error(&error);
	}
	for (size_t len = NOTMUCH_TAG_MAX; len <= NOTMUCH_TAG_MAX + 1; len++) {
		const char *changes[] = { long_tag, NULL };

		long_tag[len + 1] = '\0';
		g_assert_cmpint(index_tag_check(changes, NULL), ==, len <= NOTMUCH_TAG_MAX);
		memset(long_tag, '+', NOTMUCH_TAG_MAX + 2);
	}
	g_free(long_tag);
}

/* Those that match, each once, though they match no longer when they are changed. */
static void
test_tag_matching(struct store_fixture *f, gconstpointer data)
{
	static const char *const changes[] = { "+todo", "-unread", NULL };
	const struct {
		const char *query, *undo;
	} cases[] = { { "tag:unread and from:ann", "a@x.example: -todo +unread\nc@x.example: -todo +unread\n" },
		{ "tag:unread and from:ann", "" }, { "from:ann", "" }, { "from:bob", "b@x.example: -todo +unread\n" } };

	(void)data;
	g_free(fixture_add(f, "INBOX", "", "a@x.example", "Ann <ann@x.example>", "a", 1, NULL));
	g_free(fixture_add(f, "INBOX", "", "b@x.example", "Bob <bob@x.example>", "b", 2, NULL));
	g_free(fixture_add(f, "INBOX", "", "c@x.example", "Ann <ann@x.example>", "c", 3, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *undo = g_string_new(NULL);
		GError *error = NULL;

		g_assert_true(index_tag_matching(f->index, cases[i].query, changes, add_undo, undo, &error));
		g_assert_no_error(error);
		g_assert_cmpstr(undo->str, ==, cases[i].undo);
		g_string_free(undo, TRUE);
	}
	fixture_assert_tags(f, "c@x.example", "inbox todo");
}

static void
note_moved(const struct index_moved *moved, void *user)
{
	g_assert_false(g_file_test(moved->from, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(moved->to, G_FILE_TEST_EXISTS));
	g_string_append_printf(user, "%s from %s%s\n", moved->id, moved->from_folder, moved->was_new_there ? ", new there" : "");
}

/* A file that is gone cannot be moved: nothing is told of it. */
static void
test_move_gone(struct store_fixture *f, gconstpointer data)
{
	char *path = fixture_add(f, "INBOX", "S", "a@x", "A <a@x.example>", "a", 1, NULL);
	GPtrArray *ids = fixture_ids("a@x", NULL);
	GString *moved = g_string_new(NULL);
	GError *error = NULL;

	(void)data;
	g_assert_cmpint(g_unlink(path), ==, 0);
	g_assert_false(index_move(f->index, ids, &(struct index_target){.role = FOLDER_TRASH}, note_moved, moved, &error));
	g_assert_nonnull(error);
	g_assert_cmpstr(moved->str, ==, "");
	g_clear_error(&error);
	g_string_free(moved, TRUE);
	g_ptr_array_unref(ids);
	g_free(path);
}

static char *
move(struct store_fixture *f, const char *id, const char *folder, enum folder_role role)
{
	GPtrArray *ids = fixture_ids(id, NULL);
	GString *moved = g_string_new(NULL);
	GError *error = NULL;

	g_assert_true(index_move(f->index, ids, &(struct index_target){.folder = folder, .role = role}, note_moved, moved, &error));
	g_assert_no_error(error);
	g_ptr_array_unref(ids);
	return g_string_free(moved, FALSE);
}

static int
compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The folders that a message has files in, sorted. Owned. */
static char *
places(struct store_fixture *f, const char *id)
{
	GError *error = NULL;
	notmuch_message_t *message = NULL;
	GPtrArray *folders = g_ptr_array_new_with_free_func(g_free);
	GString *out = g_string_new(NULL);
	notmuch_filenames_t *names;

	notmuch_database_find_message(index_reader(f->index, &error), id, &message);
	g_assert_nonnull(message);
	for (names = notmuch_message_get_filenames(message); notmuch_filenames_valid(names);
	     notmuch_filenames_move_to_next(names)) {
		char *account, *folder;

		g_assert_true(g_file_test(notmuch_filenames_get(names), G_FILE_TEST_EXISTS));
		maildir_split(f->root, notmuch_filenames_get(names), &account, &folder);
		g_ptr_array_add(folders, g_strdup(folder));
		g_free(account);
		g_free(folder);
	}
	notmuch_message_destroy(message);
	g_ptr_array_sort(folders, compare);
	for (guint i = 0; i < folders->len; i++)
		g_string_append_printf(out, "%s;", (char *)g_ptr_array_index(folders, i));
	g_ptr_array_unref(folders);
	return g_string_free(out, FALSE);
}

#define assert_places(f, id, expected)                                                             \
	do {                                                                                       \
		char *got = places(f, id);                                                         \
		g_assert_cmpstr(got, ==, expected);                                                \
		g_free(got);                                                                       \
	} while (0)

#define assert_move(f, id, folder, role, expected)                                                 \
	do {                                                                                       \
		char *got = move(f, id, folder, role);                                             \
		g_assert_cmpstr(got, ==, expected);                                                \
		g_free(got);                                                                       \
	} while (0)

static void
test_move(struct store_fixture *f, gconstpointer data)
{
	char *path = fixture_add(f, "INBOX", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	char *sha256 = file_sha256_path(path, NULL);
	struct state_file *file;
	GPtrArray *same;

	(void)data;
	assert_move(f, "a@x.example", NULL, FOLDER_TRASH, "a@x.example from INBOX\n");
	fixture_assert_tags(f, "a@x.example", "deleted");
	assert_places(f, "a@x.example", "Trash;");
	assert_move(f, "a@x.example", NULL, FOLDER_TRASH, ""); /* is there already */
	assert_move(f, "a@x.example", "INBOX", FOLDER_PLAIN, "a@x.example from Trash\n");
	fixture_assert_tags(f, "a@x.example", "inbox");
	assert_move(f, "a@x.example", NULL, FOLDER_JUNK, "a@x.example from INBOX\n");
	fixture_assert_tags(f, "a@x.example", "spam");
	assert_move(f, "a@x.example", "projects/new one", FOLDER_PLAIN, "a@x.example from Junk\n");
	fixture_assert_tags(f, "a@x.example", "");
	assert_places(f, "a@x.example", "projects/new one;");
	/* what is known of the bytes moved along */
	same = state_files_of_sha256(f->state, sha256);
	g_assert_cmpuint(same->len, ==, 1);
	file = g_ptr_array_index(same, 0);
	g_assert_true(g_str_has_prefix(file->key, "work/projects/new one/"));
	g_ptr_array_unref(same);
	g_free(sha256);
	g_free(path);
}

/* Where something else had sorted it to it was new, as in the inbox: archived it is that no more. */
static void
test_move_sorted(struct store_fixture *f, gconstpointer data)
{
	static const char *const done[] = { "-inbox", NULL };
	char *path = fixture_add(f, "lists/dev", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	GPtrArray *ids = fixture_ids("a@x.example", NULL);

	(void)data;
	fixture_assert_tags(f, "a@x.example", "inbox");
	assert_move(f, "a@x.example", "lists/other", FOLDER_PLAIN, "a@x.example from lists/dev, new there\n");
	fixture_assert_tags(f, "a@x.example", "inbox"); /* from one such folder to another */
	assert_move(f, "a@x.example", NULL, FOLDER_ARCHIVE, "a@x.example from lists/other, new there\n");
	fixture_assert_tags(f, "a@x.example", "");
	assert_move(f, "a@x.example", "lists/dev", FOLDER_PLAIN, "a@x.example from Archive\n");
	fixture_assert_tags(f, "a@x.example", "");
	assert_move(f, "a@x.example", "INBOX", FOLDER_PLAIN, "a@x.example from lists/dev\n");
	fixture_assert_tags(f, "a@x.example", "inbox");
	g_free(tag(f, ids, done));
	assert_move(f, "a@x.example", NULL, FOLDER_TRASH, "a@x.example from INBOX\n");
	fixture_assert_tags(f, "a@x.example", "deleted");
	g_ptr_array_unref(ids);
	g_free(path);
}

/* One's own copy stays in sent when the delivered one is deleted; alone it can be moved. */
static void
test_move_copies(struct store_fixture *f, gconstpointer data)
{
	char *sent = fixture_add(f, "Sent", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	char *inbox = fixture_add(f, "INBOX", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	char *own = fixture_add(f, "Sent", "S", "b@x.example", "A <a@x.example>", "b", 2, NULL);

	(void)data;
	assert_move(f, "a@x.example", NULL, FOLDER_TRASH, "a@x.example from INBOX\n");
	assert_places(f, "a@x.example", "Sent;Trash;");
	fixture_assert_tags(f, "a@x.example", "sent"); /* not gone as a whole */
	assert_move(f, "b@x.example", NULL, FOLDER_TRASH, "b@x.example from Sent\n");
	assert_places(f, "b@x.example", "Trash;");
	fixture_assert_tags(f, "b@x.example", "deleted sent");
	g_free(sent);
	g_free(inbox);
	g_free(own);
}

static void
renamed(struct store_fixture *f, const char *from, const char *to)
{
	GPtrArray *renames = g_ptr_array_new();
	struct index_rename one = { g_strdup(from), g_strdup(to) };
	GError *error = NULL;

	g_ptr_array_add(renames, &one);
	g_assert_true(index_renamed(f->index, renames, &error));
	g_assert_no_error(error);
	g_ptr_array_unref(renames);
	g_free(one.from);
	g_free(one.to);
}

/* The server's flags come down as a new name. */
static void
test_renamed(struct store_fixture *f, gconstpointer data)
{
	static const char *const keep[] = { "+keep", NULL };
	char *path = fixture_add(f, "INBOX", NULL, "a@x.example", "A <a@x.example>", "a", 1, NULL);
	char *now = NULL, *later = NULL, *unknown;
	GPtrArray *ids = fixture_ids("a@x.example", NULL);
	GError *error = NULL;

	(void)data;
	g_free(tag(f, ids, keep));
	g_assert_true(maildir_set_flags(path, "FS", &now, &error));
	renamed(f, path, now);
	fixture_assert_tags(f, "a@x.example", "flagged inbox keep");
	/* told too late: the file went on meanwhile */
	g_assert_true(maildir_set_flags(now, "S", &later, &error));
	renamed(f, path, now);
	fixture_assert_tags(f, "a@x.example", "inbox keep");
	assert_places(f, "a@x.example", "INBOX;");
	/* a name that the index never saw */
	unknown = fixture_put(f, "INBOX", "S", "u@x.example", "U <u@x.example>", "u", 2, NULL);
	renamed(f, "/nowhere/1", unknown);
	fixture_assert_tags(f, "u@x.example", "inbox");
	g_ptr_array_unref(ids);
	g_free(path);
	g_free(now);
	g_free(later);
	g_free(unknown);
}

/* Does the file, wherever it is now, have exactly these flags? */
static void
assert_flags(const char *path, const char *expected)
{
	char *now = index_locate(path);
	char *flags;

	g_assert_nonnull(now);
	flags = maildir_flags(now);
	g_assert_cmpstr(flags, ==, expected);
	g_free(flags);
	g_free(now);
}

static void
flag_down(struct store_fixture *f, const char *path, const char *flags)
{
	char *from = index_locate(path), *to = NULL;

	g_assert_true(maildir_set_flags(from, flags, &to, NULL));
	renamed(f, from, to);
	g_free(from);
	g_free(to);
}

/* A letter to oneself is new in the inbox, whichever copy comes first; its copy in sent stays seen, no
 * change of flags or tags makes either swing, and reading it marks the inbox's copy. */
static void
test_to_oneself(struct store_fixture *f, gconstpointer data)
{
	static const char *const flag[] = { "+flagged", NULL }, *const read[] = { "-unread", NULL };
	static const char *const unread[] = { "+unread", NULL };
	static const char *const ids[] = { "a@x.example", "b@x.example" };

	(void)data;
	for (int sent_first = 0; sent_first < 2; sent_first++) {
		const char *id = ids[sent_first], *from = "Ann <ann@work.example>";
		const char *tags = sent_first ? "inbox sent unread" : "inbox unread";
		char *first = fixture_add(f, sent_first ? "Sent" : "INBOX", sent_first ? "S" : NULL, id,
		    from, "note", 1, NULL);
		char *second = fixture_add(f, sent_first ? "INBOX" : "Sent", sent_first ? NULL : "S",
		    id, from, "note", 1, NULL);
		char *inbox = sent_first ? second : first, *sent = sent_first ? first : second;
		GPtrArray *one = fixture_ids(id, NULL);

		fixture_assert_tags(f, id, tags);
		g_free(tag(f, one, flag));
		assert_flags(sent, "FS");
		assert_flags(inbox, "F");
		flag_down(f, sent, "S");
		flag_down(f, inbox, "");
		fixture_assert_tags(f, id, tags);
		g_free(tag(f, one, read));
		assert_flags(sent, "S");
		assert_flags(inbox, "S");
		fixture_assert_tags(f, id, sent_first ? "inbox sent" : "inbox");
		g_free(tag(f, one, unread));
		assert_flags(sent, "S");
		assert_flags(inbox, "");
		fixture_assert_tags(f, id, tags);
		flag_down(f, inbox, "S"); /* read elsewhere */
		fixture_assert_tags(f, id, sent_first ? "inbox sent" : "inbox");
		assert_places(f, id, "INBOX;Sent;");
		g_ptr_array_unref(one);
		g_free(first);
		g_free(second);
	}
}

/* The same message comes to the inbox once more after it was read and filed. */
static void
test_lands_again(struct store_fixture *f, gconstpointer data)
{
	static const char *const file[] = { "-inbox", "-unread", NULL }, *const flag[] = { "+flagged", NULL };
	char *one = fixture_add(f, "lists", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	GPtrArray *ids = fixture_ids("a@x.example", NULL);
	char *two, *three;

	(void)data;
	g_free(tag(f, ids, file));
	fixture_assert_tags(f, "a@x.example", "");
	two = fixture_add(f, "INBOX", NULL, "a@x.example", "A <a@x.example>", "a", 1, NULL);
	fixture_assert_tags(f, "a@x.example", "inbox unread");
	g_free(tag(f, ids, flag));
	assert_flags(one, "FS");
	assert_flags(two, "F");
	/* elsewhere than in the inbox notmuch's habit holds: seen is seen */
	g_free(tag(f, ids, file));
	three = fixture_add(f, "other", NULL, "a@x.example", "A <a@x.example>", "a", 1, NULL);
	fixture_assert_tags(f, "a@x.example", "flagged");
	g_ptr_array_unref(ids);
	g_free(one);
	g_free(two);
	g_free(three);
}

static guint
removed(struct store_fixture *f, const char *path)
{
	GPtrArray *paths = fixture_ids(path, "/nowhere/at/all");
	GError *error = NULL;
	guint n;

	g_assert_true(index_removed(f->index, paths, &n, &error));
	g_assert_no_error(error);
	g_ptr_array_unref(paths);
	return n;
}

static void
test_removed(struct store_fixture *f, gconstpointer data)
{
	char *a = fixture_add(f, "INBOX", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	char *copy = fixture_add(f, "Archive", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	char *key = index_key(f->index, a);

	(void)data;
	g_unlink(a);
	g_assert_cmpuint(removed(f, a), ==, 1);
	assert_places(f, "a@x.example", "Archive;");
	g_assert_null(state_file_get(f->state, key));
	g_unlink(copy);
	g_assert_cmpuint(removed(f, copy), ==, 1);
	fixture_assert_tags(f, "a@x.example", "-");
	g_free(a);
	g_free(copy);
	g_free(key);
}

static void
delete(struct store_fixture *f, const char *id)
{
	GPtrArray *ids = fixture_ids(id, NULL);
	GError *error = NULL;
	guint n;

	g_assert_true(index_delete(f->index, ids, NULL, &n, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(n, ==, 1);
	g_ptr_array_unref(ids);
}

/* What is deleted in the trash is deleted there: a copy in another folder is another letter. */
static void
test_delete_copy(struct store_fixture *f, gconstpointer data)
{
	const struct index_target trash = { .from_role = FOLDER_TRASH };
	const struct index_target elsewhere = { .from_account = "a", .from_folder = "Lists" };
	char *a = fixture_add(f, "Trash", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	char *copy = fixture_add(f, "Archive", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	GPtrArray *ids = fixture_ids("a@x.example", NULL);
	GError *error = NULL;
	guint n;

	(void)data;
	g_assert_true(index_delete(f->index, ids, &elsewhere, &n, &error));
	g_assert_cmpuint(n, ==, 0);
	g_assert_true(index_delete(f->index, ids, &trash, &n, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(n, ==, 1);
	assert_places(f, "a@x.example", "Archive;");
	g_assert_false(g_file_test(a, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(copy, G_FILE_TEST_EXISTS));
	g_ptr_array_unref(ids);
	g_free(copy);
	g_free(a);
}

/* A message behind a stand-in is flagged, moved and deleted like any other. */
static void
test_standin(struct store_fixture *f, gconstpointer data)
{
	static const char *const read[] = { "-unread", "+flagged", NULL };
	GString *bytes = g_string_new("From: H <h@x.example>\nMessage-ID: <h@x.example>\nTo: ");
	char *path, *now, *stand_ins = g_build_filename(f->root, ".penfold/stand-ins", NULL);
	GPtrArray *ids = fixture_ids("h@x.example", NULL);
	GDir *dir;

	(void)data;
	for (int i = 0; i < 60000; i++)
		g_string_append(bytes, "a:");
	g_string_append(bytes, "\n\nbody\n");
	path = fixture_put_bytes(f, "INBOX", NULL, bytes->str, bytes->len);
	g_assert_cmpuint(fixture_index(f, path), ==, 0);
	g_free(tag(f, ids, read));
	now = index_locate(path);
	g_assert_true(g_str_has_suffix(now, ":2,FS"));
	g_free(now);
	assert_move(f, "h@x.example", NULL, FOLDER_TRASH, "h@x.example from INBOX\n");
	fixture_assert_tags(f, "h@x.example", "deleted flagged");
	delete(f, "h@x.example");
	fixture_assert_tags(f, "h@x.example", "-");
	dir = g_dir_open(stand_ins, 0, NULL);
	g_assert_null(g_dir_read_name(dir));
	g_dir_close(dir);
	g_ptr_array_unref(ids);
	g_string_free(bytes, TRUE);
	g_free(stand_ins);
	g_free(path);
}

static void
test_delete(struct store_fixture *f, gconstpointer data)
{
	char *a = fixture_add(f, "INBOX", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	char *b = fixture_add(f, "Archive", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL);

	(void)data;
	delete(f, "a@x.example");
	g_assert_false(g_file_test(a, G_FILE_TEST_EXISTS));
	g_assert_false(g_file_test(b, G_FILE_TEST_EXISTS));
	fixture_assert_tags(f, "a@x.example", "-");
	g_free(a);
	g_free(b);
}

/* A verdict put later reaches the index; a query finds it. */
static void
test_verdict(struct store_fixture *f, gconstpointer data)
{
	char *path = fixture_add(f, "INBOX", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	char *sha256 = file_sha256_path(path, NULL);
	GPtrArray *files = state_files_of_sha256(f->state, sha256), *ids;
	GHashTable *at_hand = g_hash_table_new(g_str_hash, g_str_equal);
	static const char *const labels[] = { "suspect", "pass" };
	GError *error = NULL;

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
		char *query = g_strconcat("property:auth=", labels[i], NULL);

		g_assert_true(state_verdict_put(f->state, sha256, labels[i], "{}", &error));
		g_assert_true(index_mirror_verdicts(f->index, files, at_hand, &error));
		g_assert_no_error(error);
		ids = index_ids(f->index, query, &error);
		g_assert_cmpuint(ids->len, ==, 1);
		g_ptr_array_unref(ids);
		g_free(query);
	}
	ids = index_ids(f->index, "property:auth=suspect", &error);
	g_assert_cmpuint(ids->len, ==, 0);
	g_ptr_array_unref(ids);
	g_hash_table_unref(at_hand);
	g_ptr_array_unref(files);
	g_free(sha256);
	g_free(path);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/change/tag-check", test_tag_check);
	FIXTURE_TEST("/change/move-gone", test_move_gone);
	FIXTURE_TEST("/change/tag", test_tag);
	FIXTURE_TEST("/change/tag-matching", test_tag_matching);
	FIXTURE_TEST("/change/move", test_move);
	FIXTURE_TEST("/change/move-sorted", test_move_sorted);
	FIXTURE_TEST("/change/move-copies", test_move_copies);
	FIXTURE_TEST("/change/renamed", test_renamed);
	FIXTURE_TEST("/change/to-oneself", test_to_oneself);
	FIXTURE_TEST("/change/lands-again", test_lands_again);
	FIXTURE_TEST("/change/removed", test_removed);
	FIXTURE_TEST("/change/stand-in", test_standin);
	FIXTURE_TEST("/change/delete-copy", test_delete_copy);
	FIXTURE_TEST("/change/delete", test_delete);
	FIXTURE_TEST("/change/verdict", test_verdict);
	return g_test_run();
}
