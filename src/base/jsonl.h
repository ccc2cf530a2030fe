/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jsonl.h - JSON lines over a pair of descriptors, with file descriptors passed alongside when the
 * descriptor is a Unix socket. A peer's line is checked like a stranger's: length, depth, UTF-8,
 * an object, no duplicate keys. */
#ifndef PENFOLD_BASE_JSONL_H
#define PENFOLD_BASE_JSONL_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

struct jsonl;

enum jsonl_status { JSONL_ITEM, JSONL_AGAIN, JSONL_EOF, JSONL_ERROR };

/* Takes ownership of both descriptors (they may be the same). */
struct jsonl *
jsonl_new(int fd_in, int fd_out);
void
jsonl_free(struct jsonl *j);
int
jsonl_fd_in(const struct jsonl *j);
/* Is the other side a program on a socket, rather than a pipe or a file? */
bool
jsonl_is_socket(const struct jsonl *j);

/* Queue obj (borrowed) as one line without writing anything; fds are duplicated. jsonl_flush()
 * writes what the descriptor takes now: JSONL_ITEM when all is written, JSONL_AGAIN when the peer
 * must read first, JSONL_ERROR when it is gone. For programs that may not wait. */
bool
jsonl_queue(struct jsonl *j, const json_t *obj, const int *fds, size_t n_fds, GError **error);
enum jsonl_status
jsonl_flush(struct jsonl *j, GError **error);

/* Send obj (borrowed) as one line; a member "fds" says how many descriptors come with it; fds (borrowed, duplicated
 * by the kernel) travel with it. Blocks until written, at most 60 s. */
bool
jsonl_send(struct jsonl *j, const json_t *obj, const int *fds, size_t n_fds, GError **error);

/* Write all that is queued, as jsonl_send() does. */
bool
jsonl_drain(struct jsonl *j, GError **error);

/* Read the next object. With block false, JSONL_AGAIN when no whole line is there yet. On
 * JSONL_ITEM *obj_out is owned by the caller and fds_out (room for LIMIT_JSON_FDS) holds
 * *n_fds_out descriptors, close-on-exec, owned by the caller. fds_out NULL: descriptors are closed. */
enum jsonl_status
jsonl_receive(struct jsonl *j, bool block, json_t **obj_out, int *fds_out, size_t *n_fds_out,
    GError **error);

/* Is a whole line already buffered, so that jsonl_receive() would not read? */
bool
jsonl_is_ready(const struct jsonl *j);

/* Is the JSON nested no deeper than LIMIT_JSON_DEPTH? To be asked before it is parsed: jansson recurses, to its own
 * limit of 2048. */
bool
jsonl_is_shallow(const char *text, size_t len);

/* Reading objects of a peer: borrowed string or NULL; fallback when absent or of another type. */
const char *
jsonl_string(const json_t *obj, const char *key);
gint64
jsonl_int(const json_t *obj, const char *key, gint64 fallback);
bool
jsonl_bool(const json_t *obj, const char *key, bool fallback);

/* A JSON string of any bytes: invalid UTF-8 becomes U+FFFD, NUL becomes U+001A; NULL gives JSON
 * null. New reference. */
json_t *
jsonl_text(const char *bytes, gssize len);

#endif
