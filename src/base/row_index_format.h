/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row_index_format.h - the records of rows.idx, shared by its reader and its writer. Offsets of
 * strings and counts are from the start of the blob. */
#ifndef PENFOLD_BASE_ROW_INDEX_FORMAT_H
#define PENFOLD_BASE_ROW_INDEX_FORMAT_H

#include <stdint.h>

#define ROW_INDEX_MAGIC	     "PFROWS\r\n"
#define ROW_INDEX_VERSION    2
#define ROW_INDEX_BYTE_ORDER 0x01020304u

struct row_index_header {
	char magic[8];
	uint32_t version, byte_order;
	char uuid[48]; /* NUL-terminated */
	uint64_t revision;
	uint32_t n_rows, n_folders;
	uint64_t rows_offset, folders_offset, blob_offset, blob_len; /* bytes in the file */
};

struct row_index_record {
	int64_t date;
	uint64_t size;
	uint32_t count, total, flags, verdict;
	uint32_t thread, id, subject, authors, domain, tags; /* strings */
	uint32_t folders, n_folders;			     /* struct row_folder_count */
};

struct row_index_folder_record {
	uint32_t account, folder, role; /* strings */
	uint32_t total, unread;
	uint32_t unused;
};

#endif
