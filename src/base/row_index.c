/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of rows.idx: the header is checked once, every record when it is asked for. */
#include "base/row_index.h"

#include "base/row_index_format.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct row_index {
	const char *map;
	size_t len;
	const struct row_index_header *header;
	const struct row_index_record *rows;
	const struct row_index_folder_record *folders;
	const char *blob;
	char *path;
	struct stat st;
};

/* clang-format off */
static const char *const verdict_names[] = {
	[ROW_VERDICT_UNEVALUATED] = "unevaluated",
	[ROW_VERDICT_PASS] = "pass",
	[ROW_VERDICT_PASS_SPF] = "pass-spf",
	[ROW_VERDICT_PASS_OTHER] = "pass-other",
	[ROW_VERDICT_MODIFIED] = "modified",
	[ROW_VERDICT_FAIL] = "fail",
	[ROW_VERDICT_FAIL_SOFT] = "fail-soft",
	[ROW_VERDICT_SUSPECT] = "suspect",
	[ROW_VERDICT_UNVERIFIABLE] = "unverifiable",
	[ROW_VERDICT_TEMPERROR] = "temperror",
	[ROW_VERDICT_PERMERROR] = "permerror",
	[ROW_VERDICT_NONE] = "none",
	[ROW_VERDICT_DOUBTFUL] = "pass", /* found by name, it is the first "pass" */
};
/* clang-format on */

const char *
row_verdict_name(unsigned verdict)
{
	return verdict < G_N_ELEMENTS(verdict_names) ? verdict_names[verdict]
						     : verdict_names[ROW_VERDICT_UNEVALUATED];
}

enum row_verdict
row_verdict_from_name(const char *name)
{
	for (unsigned i = 0; name != NULL && i < G_N_ELEMENTS(verdict_names); i++)
		if (strcmp(name, verdict_names[i]) == 0)
			return (enum row_verdict)i;
	return ROW_VERDICT_UNEVALUATED;
}

const char *const row_verdict_deceits[] = { "dn-spoof", "homoglyph", "lookalike", "bidi-ctrl", "esc-in-header", NULL };

bool
row_verdict_deceives(const char *flag)
{
	return flag != NULL && g_strv_contains(row_verdict_deceits, flag);
}

/* Do n records of this size fit at offset, aligned for 8-byte numbers? */
static bool
fits(const struct row_index *ri, uint64_t offset, uint64_t n, size_t size)
{
	return offset % 8 == 0 && offset <= ri->len && n <= (ri->len - offset) / size;
}

/* Check everything that later accesses rely on. */
static bool
is_sound(struct row_index *ri)
{
	const struct row_index_header *h = (const struct row_index_header *)(const void *)ri->map;

	if (ri->len < sizeof(*h) || memcmp(h->magic, ROW_INDEX_MAGIC, sizeof(h->magic)) != 0 ||
	    h->version != ROW_INDEX_VERSION || h->byte_order != ROW_INDEX_BYTE_ORDER ||
	    memchr(h->uuid, '\0', sizeof(h->uuid)) == NULL)
		return false;
	if (!fits(ri, h->rows_offset, h->n_rows, sizeof(struct row_index_record)) ||
	    !fits(ri, h->folders_offset, h->n_folders, sizeof(struct row_index_folder_record)) ||
	    !fits(ri, h->blob_offset, h->blob_len, 1))
		return false;
	/* the last NUL ends every string, wherever it starts */
	if (h->blob_len == 0 || ri->map[h->blob_offset + h->blob_len - 1] != '\0')
		return false;
	ri->header = h;
	ri->rows = (const void *)(ri->map + h->rows_offset);
	ri->folders = (const void *)(ri->map + h->folders_offset);
	ri->blob = ri->map + h->blob_offset;
	return true;
}

static bool
map_file(struct row_index *ri, GError **error)
{
	int fd = open(ri->path, O_RDONLY | O_CLOEXEC);
	void *map = MAP_FAILED;

	if (fd < 0) {
		g_set_error(error, PF_ERROR, errno == ENOENT ? PF_ERROR_NOT_FOUND : PF_ERROR_IO,
		    "%s: %s", ri->path, g_strerror(errno));
		return false;
	}
	if (fstat(fd, &ri->st) == 0 && S_ISREG(ri->st.st_mode) && ri->st.st_size > 0) {
		ri->len = (size_t)ri->st.st_size;
		map = mmap(NULL, ri->len, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	close(fd);
	if (map != MAP_FAILED)
		ri->map = map;
	if (ri->map != NULL && is_sound(ri))
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_DATA, "%s: not a row index of this version", ri->path);
	return false;
}

struct row_index *
row_index_open(const char *path, GError **error)
{
	struct row_index *ri = g_new0(struct row_index, 1);

	ri->path = g_strdup(path);
	if (map_file(ri, error))
		return ri;
	row_index_close(ri);
	return NULL;
}

void
row_index_close(struct row_index *ri)
{
	if (ri == NULL)
		return;
	if (ri->map != NULL)
		munmap((void *)(guintptr)ri->map, ri->len);
	g_free(ri->path);
	g_free(ri);
}

guint32
row_index_n_rows(const struct row_index *ri)
{
	return ri->header->n_rows;
}

static const char *
string_at(const struct row_index *ri, uint32_t offset)
{
	return offset < ri->header->blob_len ? ri->blob + offset : "";
}

/* The folder counts of a record, none when they do not lie inside the blob. */
static void
get_folders(const struct row_index *ri, const struct row_index_record *r, struct row *out)
{
	uint64_t len = (uint64_t)r->n_folders * sizeof(struct row_folder_count);

	if (r->folders % 4 != 0 || r->folders > ri->header->blob_len ||
	    len > ri->header->blob_len - r->folders)
		return;
	out->folders = (const void *)(ri->blob + r->folders);
	out->n_folders = r->n_folders;
}

bool
row_index_get(const struct row_index *ri, guint32 i, struct row *out)
{
	const struct row_index_record *r;

	*out = (struct row){ .thread = "", .id = "", .subject = "", .authors = "", .domain = "",
		.tags = "" };
	if (i >= ri->header->n_rows)
		return false;
	r = &ri->rows[i];
	out->date = r->date;
	out->count = r->count;
	out->total = r->total;
	out->flags = r->flags;
	out->verdict = r->verdict;
	out->size = r->size;
	out->thread = string_at(ri, r->thread);
	out->id = string_at(ri, r->id);
	out->subject = string_at(ri, r->subject);
	out->authors = string_at(ri, r->authors);
	out->domain = string_at(ri, r->domain);
	out->tags = string_at(ri, r->tags);
	get_folders(ri, r, out);
	return true;
}

void
row_index_trim(const struct row_index *ri)
{
	/* a failure costs memory that the system takes back by itself when it needs it */
	(void)madvise((void *)(guintptr)ri->map, ri->len, MADV_DONTNEED);
}

const char *
row_index_thread(const struct row_index *ri, guint32 i)
{
	return i < ri->header->n_rows ? string_at(ri, ri->rows[i].thread) : "";
}

guint32
row_index_n_folders(const struct row_index *ri)
{
	return ri->header->n_folders;
}

bool
row_index_folder(const struct row_index *ri, guint32 i, struct row_folder *out)
{
	const struct row_index_folder_record *f;

	*out = (struct row_folder){ .account = "", .folder = "", .role = "" };
	if (i >= ri->header->n_folders)
		return false;
	f = &ri->folders[i];
	out->account = string_at(ri, f->account);
	out->folder = string_at(ri, f->folder);
	out->role = string_at(ri, f->role);
	out->total = f->total;
	out->unread = f->unread;
	return true;
}

int
row_index_find_folder(const struct row_index *ri, const char *account, const char *folder)
{
	struct row_folder f;

	for (guint32 i = 0; row_index_folder(ri, i, &f); i++)
		if (strcmp(f.account, account) == 0 && strcmp(f.folder, folder) == 0)
			return (int)i;
	return -1;
}

bool
row_in_folder(const struct row *row, guint32 folder, struct row_folder_count *out)
{
	for (guint32 i = 0; i < row->n_folders; i++) {
		if (row->folders[i].folder != folder)
			continue;
		if (out != NULL)
			*out = row->folders[i];
		return true;
	}
	return false;
}

bool
row_has_tag(const struct row *row, const char *tag)
{
	size_t len = strlen(tag);

	for (const char *p = row->tags; len > 0 && (p = strstr(p, tag)) != NULL; p += len)
		if ((p == row->tags || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
			return true;
	return false;
}

guint64
row_index_revision(const struct row_index *ri)
{
	return ri->header->revision;
}

const char *
row_index_uuid(const struct row_index *ri)
{
	return ri->header->uuid;
}

bool
row_index_is_stale(const struct row_index *ri)
{
	struct stat st;

	return stat(ri->path, &st) != 0 || st.st_dev != ri->st.st_dev || st.st_ino != ri->st.st_ino ||
	    st.st_size != ri->st.st_size || st.st_mtim.tv_sec != ri->st.st_mtim.tv_sec ||
	    st.st_mtim.tv_nsec != ri->st.st_mtim.tv_nsec;
}
