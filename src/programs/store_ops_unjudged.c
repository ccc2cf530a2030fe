/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operation of penfold-store: which messages are to be judged. */
#include "programs/store_ops.h"

#include "base/file.h"
#include "mime/report.h"
#include "store/message.h"
#include "store/state.h"
#include "store/submitted.h"

#include <unistd.h>

#define LIMIT_DEFAULT 64
#define LIMIT_MAX 4096
#define WRITTEN_AT_ONCE 64
#define TOLD_AT_ONCE 16 /* of those that only have to be told */

/* The file with this key, by the message that has it; owned, NULL when it is gone. */
static char *
path_of_key(struct store_program *p, const struct state_file *file, bool *is_submitted_out)
{
	char *now = submitted_locate(p->index, file->key, file->message_id, is_submitted_out);
	char *path, *folder, *base, *in_cur;

	if (now != NULL)
		return now;
	path = g_strconcat(index_root(p->index), "/", file->key, NULL);
	folder = g_path_get_dirname(path);
	base = g_path_get_basename(path);
	in_cur = g_strconcat(folder, "/cur/", base, NULL);
	now = index_locate(in_cur);
	if (now == NULL && g_file_test(path, G_FILE_TEST_IS_REGULAR))
		now = g_strdup(path); /* a tree that is no Maildir */
	*is_submitted_out = now != NULL && submitted_is(p->index, now, file->message_id);
	g_free(path);
	g_free(folder);
	g_free(base);
	g_free(in_cur);
	return now;
}

#define HEAD_BYTES (64u << 10) /* of a message, to see whether it may be a report */

static bool
may_be_report(const char *path)
{
	int fd = file_open_regular(path, true);
	char head[HEAD_BYTES];
	ssize_t n = fd >= 0 ? read(fd, head, HEAD_BYTES) : -1;
	bool found = n > 0 && report_is_likely(head, (size_t)n);

	if (fd >= 0)
		close(fd);
	return found;
}

static json_t *
unjudged_json(struct store_program *p, const struct state_file *file, const char *path,
    const char *sha256, bool is_submitted)
{
	const struct folder *folder = folders_of_path(index_folders(p->index), path);

	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:b, s:o*}", "path", jsonl_text(path, -1), "sha256",
	    jsonl_text(sha256, -1), "account", jsonl_text(folder->account, -1), "id",
	    jsonl_text(file->message_id, -1), "submitted",
	    is_submitted, "report",
	    may_be_report(path), "kept",
	    message_kept_verdict(p->index, sha256));
}

/* A file that has no verdict, as it lies there now. */
struct unjudged {
	const struct state_file *file; /* borrowed */
	char *path;		       /* NULL: it is gone */
	bool is_submitted;
	char *sha256; /* NULL: not known */
};

static void
unjudged_free(gpointer item)
{
	struct unjudged *one = item;

	g_free(one->path);
	g_free(one->sha256);
	g_free(one);
}

static bool
is_among(GHashTable *but, const struct state_file *file)
{
	return file->sha256 != NULL && g_hash_table_contains(but, file->sha256);
}

/* False: there is nothing to tell. */
static bool
tell_unjudged(struct store_program *p, struct helper_request *r, const struct unjudged *one)
{
	if (one->sha256 != NULL)
		helper_event(r, "message", unjudged_json(p, one->file, one->path, one->sha256, one->is_submitted));
	return one->sha256 != NULL;
}

/* Hash it anew; what is gone is forgotten. */
static void
look_again(struct store_program *p, struct unjudged *one)
{
	if (one->path != NULL)
		one->sha256 = message_sha256(p->index, one->path, one->file->message_id, one->file->date);
	if (one->sha256 == NULL)
		(void)state_file_remove(p->state, one->file->key, NULL);
}

/* What is asked for. */
struct naming {
	guint limit;
	GHashTable *but; /* set of sha256: these not; borrows of the request */
	GPtrArray *others; /* struct unjudged */
};

static void
naming_init(struct naming *out, const json_t *args)
{
	const json_t *but = json_object_get(args, "but"), *one;
	size_t i;

	out->limit = (guint)CLAMP(jsonl_int(args, "limit", LIMIT_DEFAULT), 1, LIMIT_MAX);
	out->but = g_hash_table_new(g_str_hash, g_str_equal);
	out->others = g_ptr_array_new_with_free_func(unjudged_free);
	json_array_foreach(but, i, one)
		if (json_is_string(one) && i < LIMIT_MAX)
			g_hash_table_add(out->but, (char *)(guintptr)json_string_value(one));
}

static void
naming_fini(struct naming *naming)
{
	g_hash_table_unref(naming->but);
	g_ptr_array_unref(naming->others);
}

/* Send what was told; false: that was enough. */
static bool
tell_on(struct helper_request *r)
{
	helper_release(r);
	if (helper_is_cancelled(r))
		return false;
	helper_hold(r);
	return true;
}

/* Name those files whose hash is known; how many. The others go to the list. */
static guint
tell_known(struct store_program *p, struct helper_request *r, const GPtrArray *files, const struct naming *naming)
{
	guint n = 0;

	for (guint i = 0; i < files->len && n + naming->others->len < naming->limit; i++) {
		struct unjudged *one;

		if (i % TOLD_AT_ONCE == 0 && !tell_on(r))
			break;
		if (is_among(naming->but, g_ptr_array_index(files, i)))
			continue;
		one = g_new0(struct unjudged, 1);
		one->file = g_ptr_array_index(files, i);
		one->path = path_of_key(p, one->file, &one->is_submitted);
		if (one->path != NULL)
			one->sha256 = message_sha256_known(p->index, one->path);
		if (tell_unjudged(p, r, one)) {
			unjudged_free(one);
			n++;
		} else {
			g_ptr_array_add(naming->others, one);
		}
	}
	helper_release(r);
	return n;
}

/* Files that changed are hashed anew, and what is gone without a word must not be named for ever: both is written, some
 * at a time, before it is told. */
static guint
tell_others(struct store_program *p, struct helper_request *r, const GPtrArray *others)
{
	guint n = 0;

	for (guint at = 0, end; at < others->len && !helper_is_cancelled(r); at = end) {
		bool is_one = state_begin(p->state, NULL);

		end = MIN(at + WRITTEN_AT_ONCE, others->len);
		for (guint i = at; i < end; i++)
			look_again(p, g_ptr_array_index(others, i));
		if (is_one)
			(void)state_commit(p->state, NULL); /* what is lost of it is found again */
		for (guint i = at; i < end; i++)
			n += tell_unjudged(p, r, g_ptr_array_index(others, i));
	}
	return n;
}

void
store_op_unjudged(struct helper_request *r, void *state)
{
	struct store_program *p = state;
	gint64 now = g_get_real_time() / G_USEC_PER_SEC, next;
	GPtrArray *files, *due;
	struct naming naming;
	bool is_looking;
	json_t *done;
	guint n;

	naming_init(&naming, helper_args(r));
	is_looking = state_look_begin(p->state); /* who listens may take his time: nobody else waits for that */
	index_look_begin(p->index);
	files = state_unjudged(p->state, naming.limit + g_hash_table_size(naming.but));
	n = tell_known(p, r, files, &naming);
	naming.limit -= n;
	due = state_retry_due(p->state, naming.limit, now);
	n += tell_known(p, r, due, &naming);
	state_look_end(p->state, is_looking);
	index_look_end(p->index);
	n += tell_others(p, r, naming.others);
	done = json_pack("{s:i}", "messages", (int)n);
	naming_fini(&naming);
	g_ptr_array_unref(files);
	g_ptr_array_unref(due);
	next = state_retry_next(p->state, now);
	if (next > 0)
		json_object_set_new(done, "retry_in", json_integer(next - now));
	helper_done(r, done);
}
