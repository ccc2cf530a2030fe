/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON lines: framing, descriptor passing (unix(7), SCM_RIGHTS) and checks of the peer's lines.
 *
 * A read may return bytes of several lines together with the descriptors of the last of them, so a
 * line says in "fds" how many are its own; they are handed out in the order of arrival. */
#include "base/jsonl.h"

#include "base/error.h"
#include "base/jsonl_line.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SEND_TIMEOUT_MS 60000
#define MAX_UNCLAIMED	(2 * LIMIT_JSON_FDS) /* of the line that is not whole yet, and of the one behind it */
#define INT64_REACH 9223372036854775807.0 /* as a double: 2^63 */

/* A line on its way out. */
struct outgoing {
	char *text;
	size_t len, sent;
	int fds[LIMIT_JSON_FDS];
	size_t n_fds;
};

struct jsonl {
	int fd_in, fd_out;
	bool in_is_socket, out_is_socket;
	bool at_end;
	GByteArray *in;	 /* bytes read; */
	size_t taken;	 /* of them handed out */
	size_t scanned;	 /* and known to hold no LF behind that */
	GArray *fds;	 /* int: descriptors received and not yet handed out */
	GQueue out;	 /* struct outgoing */
};

static bool
is_socket(int fd)
{
	int type;
	socklen_t len = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0;
}

struct jsonl *
jsonl_new(int fd_in, int fd_out)
{
	struct jsonl *j = g_new0(struct jsonl, 1);

	j->fd_in = fd_in;
	j->fd_out = fd_out;
	j->in_is_socket = is_socket(fd_in);
	j->out_is_socket = is_socket(fd_out);
	j->in = g_byte_array_new();
	j->fds = g_array_new(FALSE, FALSE, sizeof(int));
	g_queue_init(&j->out);
	return j;
}

static void
outgoing_free(gpointer item)
{
	struct outgoing *o = item;

	for (size_t i = 0; i < o->n_fds; i++)
		close(o->fds[i]);
	free(o->text);
	g_free(o);
}

void
jsonl_free(struct jsonl *j)
{
	if (j == NULL)
		return;
	for (guint i = 0; i < j->fds->len; i++)
		close(g_array_index(j->fds, int, i));
	g_array_unref(j->fds);
	g_byte_array_unref(j->in);
	g_queue_clear_full(&j->out, outgoing_free);
	close(j->fd_in);
	if (j->fd_out != j->fd_in)
		close(j->fd_out);
	g_free(j);
}

int
jsonl_fd_in(const struct jsonl *j)
{
	return j->fd_in;
}

bool
jsonl_is_socket(const struct jsonl *j)
{
	return j->in_is_socket;
}

bool
jsonl_queue(struct jsonl *j, const json_t *obj, const int *fds, size_t n_fds, GError **error)
{
	struct outgoing *o;
	size_t len = 0;
	char *text;

	if (n_fds > LIMIT_JSON_FDS || (n_fds > 0 && !j->out_is_socket)) {
		g_set_error(error, PF_ERROR, PF_ERROR_INTERNAL,
		    "cannot pass %zu descriptors on this line", n_fds);
		return false;
	}
	text = jsonl_line_dump(obj, n_fds, &len);
	if (text == NULL || len > LIMIT_JSON_LINE) {
		free(text);
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT, "a message between programs is %s",
		    text == NULL ? "no JSON" : "too long");
		return false;
	}
	o = g_new0(struct outgoing, 1);
	o->text = text;
	o->len = len;
	for (size_t i = 0; i < n_fds; i++) {
		o->fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 3);
		if (o->fds[i] >= 0)
			o->n_fds++;
		else
			break;
	}
	if (o->n_fds != n_fds) {
		outgoing_free(o);
		g_set_error(error, PF_ERROR, PF_ERROR_INTERNAL, "cannot duplicate a descriptor");
		return false;
	}
	g_queue_push_tail(&j->out, o);
	return true;
}

/* Send as much of one line as goes without waiting. */
static ssize_t
send_some(struct jsonl *j, struct outgoing *o)
{
	union {
		char buf[CMSG_SPACE(sizeof(int) * LIMIT_JSON_FDS)];
		struct cmsghdr align;
	} control;
	struct iovec iov = { o->text + o->sent, o->len - o->sent };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;

	if (!j->out_is_socket)
		return write(j->fd_out, iov.iov_base, iov.iov_len);
	if (o->n_fds > 0) {
		memset(&control, 0, sizeof(control));
		msg.msg_control = control.buf;
		msg.msg_controllen = CMSG_SPACE(sizeof(int) * o->n_fds);
		cmsg = &control.align;
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int) * o->n_fds);
		memcpy(CMSG_DATA(cmsg), o->fds, sizeof(int) * o->n_fds);
	}
	return sendmsg(j->fd_out, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
}

enum jsonl_status
jsonl_flush(struct jsonl *j, GError **error)
{
	struct outgoing *o;

	while ((o = g_queue_peek_head(&j->out)) != NULL) {
		ssize_t n = send_some(j, o);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return JSONL_AGAIN;
		if (n < 0) {
			g_set_error(error, PF_ERROR, PF_ERROR_CRASHED, "the other program is gone: %s",
			    g_strerror(errno));
			return JSONL_ERROR;
		}
		for (size_t i = 0; i < o->n_fds; i++)
			close(o->fds[i]);
		o->n_fds = 0;
		o->sent += (size_t)n;
		if (o->sent == o->len)
			outgoing_free(g_queue_pop_head(&j->out));
	}
	return JSONL_ITEM;
}

bool
jsonl_send(struct jsonl *j, const json_t *obj, const int *fds, size_t n_fds, GError **error)
{
	return jsonl_queue(j, obj, fds, n_fds, error) && jsonl_drain(j, error);
}

bool
jsonl_drain(struct jsonl *j, GError **error)
{
	enum jsonl_status status;

	while ((status = jsonl_flush(j, error)) == JSONL_AGAIN) {
		struct pollfd p = { .fd = j->fd_out, .events = POLLOUT };

		if (poll(&p, 1, SEND_TIMEOUT_MS) == 0) {
			g_set_error(error, PF_ERROR, PF_ERROR_TIMEOUT,
			    "the other program does not read");
			return false;
		}
	}
	return status == JSONL_ITEM;
}

static void
keep_fds(struct jsonl *j, struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		size_t n;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		g_array_append_vals(j->fds, CMSG_DATA(c), (guint)n);
	}
}

static ssize_t
receive_some(struct jsonl *j, char *block, size_t size, bool wait)
{
	union {
		char buf[CMSG_SPACE(sizeof(int) * LIMIT_JSON_FDS)];
		struct cmsghdr align;
	} control;
	struct iovec iov = { block, size };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.buf, .msg_controllen = sizeof(control.buf) };
	struct pollfd p = { .fd = j->fd_in, .events = POLLIN };
	ssize_t n;

	if (!j->in_is_socket && !wait && poll(&p, 1, 0) == 0) {
		errno = EAGAIN;
		return -1;
	}
	if (!j->in_is_socket)
		return read(j->fd_in, block, size);
	n = recvmsg(j->fd_in, &msg, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
	if (n >= 0)
		keep_fds(j, &msg);
	return n;
}

/* Length of the first whole line with its LF, 0 when there is none. */
static size_t
line_length(struct jsonl *j)
{
	const guint8 *lf = NULL;
	size_t from = MAX(j->scanned, j->taken);

	if (from < j->in->len)
		lf = memchr(j->in->data + from, '\n', j->in->len - from);
	if (lf == NULL) {
		j->scanned = j->in->len;
		return 0;
	}
	return (size_t)(lf - j->in->data) + 1 - j->taken;
}

bool
jsonl_is_ready(const struct jsonl *j)
{
	return j->in->len > j->taken &&
	    memchr(j->in->data + j->taken, '\n', j->in->len - j->taken) != NULL;
}

/* What was handed out makes room. */
static void
drop_taken(struct jsonl *j)
{
	if (j->taken == 0)
		return;
	g_byte_array_remove_range(j->in, 0, (guint)j->taken);
	j->scanned -= MIN(j->scanned, j->taken);
	j->taken = 0;
}

/* Hand out the descriptors that the line claims. */
static bool
claim_fds(struct jsonl *j, const json_t *obj, int *fds_out, size_t *n_fds_out, GError **error)
{
	gint64 n = jsonl_int(obj, "fds", 0);

	if (n_fds_out != NULL)
		*n_fds_out = 0;
	if (n < 0 || n > (gint64)j->fds->len || n > LIMIT_JSON_FDS) {
		g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL,
		    "the other program promised descriptors that did not come");
		return false;
	}
	for (gint64 i = 0; i < n; i++) {
		int fd = g_array_index(j->fds, int, (guint)i);

		if (fds_out != NULL)
			fds_out[i] = fd;
		else
			close(fd);
	}
	if (n > 0)
		g_array_remove_range(j->fds, 0, (guint)n);
	if (fds_out != NULL && n_fds_out != NULL)
		*n_fds_out = (size_t)n;
	return true;
}

/* Take the first line of `len` bytes out of the buffer. */
static enum jsonl_status
take_line(struct jsonl *j, size_t len, json_t **obj_out, int *fds_out, size_t *n_fds_out,
    GError **error)
{
	json_t *obj = jsonl_line_parse((const char *)j->in->data + j->taken, len, error);

	j->taken += len;
	if (obj == NULL)
		return JSONL_ERROR;
	if (!claim_fds(j, obj, fds_out, n_fds_out, error)) {
		json_decref(obj);
		return JSONL_ERROR;
	}
	*obj_out = obj;
	return JSONL_ITEM;
}

enum jsonl_status
jsonl_receive(struct jsonl *j, bool block, json_t **obj_out, int *fds_out, size_t *n_fds_out,
    GError **error)
{
	char bytes[65536];
	size_t len;
	ssize_t n;

	while ((len = line_length(j)) == 0) {
		if (j->at_end)
			return JSONL_EOF;
		drop_taken(j);
		if (j->in->len > LIMIT_JSON_LINE) {
			g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL, "a JSON line is too long");
			return JSONL_ERROR;
		}
		n = receive_some(j, bytes, sizeof(bytes), block);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return JSONL_AGAIN;
		if (j->fds->len > MAX_UNCLAIMED) {
			g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL,
			    "the other program sends descriptors that no line claims");
			return JSONL_ERROR;
		}
		if (n <= 0)
			j->at_end = true;
		else
			g_byte_array_append(j->in, (const guint8 *)bytes, (guint)n);
	}
	return take_line(j, len, obj_out, fds_out, n_fds_out, error);
}

const char *
jsonl_string(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}

gint64
jsonl_int(const json_t *obj, const char *key, gint64 fallback)
{
	const json_t *value = json_object_get(obj, key);

	/* a double outside the range has no integer: to cast it is undefined (C11 6.3.1.4) */
	if (json_is_real(value))
		return json_real_value(value) < INT64_REACH && json_real_value(value) > -INT64_REACH
		    ? (gint64)json_real_value(value)
		    : fallback;
	return json_is_integer(value) ? json_integer_value(value) : fallback;
}

bool
jsonl_bool(const json_t *obj, const char *key, bool fallback)
{
	const json_t *value = json_object_get(obj, key);

	return json_is_boolean(value) ? json_is_true(value) : fallback;
}

json_t *
jsonl_text(const char *bytes, gssize len)
{
	char *copy, *valid;
	json_t *text;
	size_t n;

	if (bytes == NULL)
		return json_null();
	n = len < 0 ? strlen(bytes) : (size_t)len;
	if (g_utf8_validate(bytes, (gssize)n, NULL))
		return json_stringn_nocheck(bytes, n);
	copy = g_malloc(n + 1);
	memcpy(copy, bytes, n);
	copy[n] = '\0';
	for (size_t i = 0; i < n; i++)
		if (copy[i] == '\0')
			copy[i] = '\x1a'; /* SUBSTITUTE: JSON text has no place for NUL */
	valid = g_utf8_make_valid(copy, (gssize)n);
	text = json_string_nocheck(valid);
	g_free(copy);
	g_free(valid);
	return text;
}
