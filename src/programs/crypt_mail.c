/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crypt_mail.c - signed and encrypted mail, through GPGME and the user's gpg-agent. It asks nobody on
 * the network. What is decrypted goes into the descriptor that came with the request, an anonymous
 * file in memory, and never to a disk. */
#include "base/file.h"
#include "base/helper.h"
#include "base/limits.h"
#include "crypto/open.h"
#include "mime/mail.h"
#include "programs/crypt_ops.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

GBytes *
crypt_read(int fd, GError **error)
{
	GByteArray *all = g_byte_array_new();
	guint8 block[65536];
	struct stat st;
	bool is_file = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	off_t at = 0;
	ssize_t n = -1;
	while (fd >= 0 && all->len <= LIMIT_LITERAL) {
		/* the offset of a file is shared with whoever else reads it */
		n = is_file ? pread(fd, block, sizeof(block), at) : read(fd, block, sizeof(block));
		if (n > 0) {
			g_byte_array_append(all, block, (guint)n);
			at += n;
		} else if (n == 0 || errno != EINTR) {
			break;
		}
	}
	if (n == 0)
		return g_byte_array_free_to_bytes(all);
	if (fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "no descriptor came with the request");
	else if (n > 0)
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT, "the message is too large");
	else
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "reading the message: %s",
		    g_strerror(errno));
	g_byte_array_unref(all);
	return NULL;
}

static bool
is_cancelled(void *user)
{
	return helper_is_cancelled(user);
}

struct engine_opts
crypt_engine_opts(struct helper_request *r, const struct crypt_program *p)
{
	return (struct engine_opts){
		.may_ask = jsonl_bool(helper_args(r), "ask", false),
		.tty = p->tty,
		.is_cancelled = is_cancelled,
		.user = r,
	};
}

/* DKIM does without them. */
bool
crypt_mail_ready(struct crypt_program *p, GError **error)
{
	if (!p->has_engine) {
		mail_init();
		p->has_engine = engine_init(error);
	}
	return p->has_engine;
}

void
crypt_mail_open(struct helper_request *r, void *state)
{
	struct crypt_program *p = state;
	struct open_opts opts = {
		.engine = crypt_engine_opts(r, p),
		.accepts_unprotected = jsonl_bool(helper_args(r), "unprotected", false),
	};
	GError *error = NULL;
	struct opened o;
	int in = crypt_mail_ready(p, &error) ? helper_request_input(r, &error) : -1;
	GBytes *bytes = in >= 0 ? crypt_read(in, &error) : NULL;
	if (bytes == NULL) {
		helper_fail(r, error);
		return;
	}
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	opened_init(&o, data, len, &opts);
	int out = helper_request_fd(r, 1);
	bool is_rewritten = o.message != NULL;
	if (is_rewritten && out >= 0 && !file_write_all(out, o.message->data, o.message->len, &error))
		helper_fail(r, error);
	else
		helper_done(r, json_pack("{s:O, s:b, s:b}", "security", o.security, "rewritten",
		    is_rewritten && out >= 0, "passphrase", o.wants_passphrase));
	opened_fini(&o);
	g_bytes_unref(bytes);
}
