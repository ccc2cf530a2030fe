/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine.c - the one place where GPGME is waited for. */
#include "crypto/engine.h"

#include "base/error.h"
#include "base/limits.h"
#include "crypto/watchdog.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <string.h>

#define QUIET_SECONDS 15  /* gpg with a cached passphrase answers in a fraction of one */
#define ASK_SECONDS   300 /* for a person who looks for a passphrase */
#define POLL_MS	      50 /* how soon a cancelled operation is noticed */
#define MAX_KEYS      2000 /* of one listing */

bool
engine_init(GError **error)
{
	if (gpgme_check_version("1.12.0") != NULL) {
		gpgme_set_locale(NULL, LC_CTYPE, setlocale(LC_CTYPE, NULL));
		watchdog_init();
		return true;
	}
	g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
	    "GPGME is missing or too old; install libgpgme 1.12 or newer");
	return false;
}

/* What GPGME itself has no field for. Only keywords are looked at; free text cannot make one, as
 * each comes on a line of a descriptor of its own. */
static gpgme_error_t
on_status(void *user, const char *keyword, const char *args)
{
	struct engine *e = user;
	if (strcmp(keyword, "GOODMDC") == 0)
		e->has_integrity = true;
	else if (strcmp(keyword, "BADMDC") == 0)
		e->has_bad_integrity = true;
	else if (strcmp(keyword, "DECRYPTION_INFO") == 0 && strncmp(args, "0 ", 2) == 0 &&
	    strchr(args + 2, ' ') == NULL)
		e->has_integrity = false;
	return 0;
}

/* Past its time, or not wanted any more: what it is then. 0: go on. */
static gpgme_error_t
must_stop(const struct engine *e)
{
	if (g_get_monotonic_time() > e->deadline)
		return gpgme_error(GPG_ERR_TIMEOUT);
	if (e->opts->is_cancelled != NULL && e->opts->is_cancelled(e->opts->user))
		return gpgme_error(GPG_ERR_CANCELED);
	return 0;
}

/* --- waiting: GPGME's own gpgme_wait() cannot be left in between --- */

static gpgme_error_t
watch_add(void *user, int fd, int is_input, gpgme_io_cb_t fn, void *fn_data, void **tag_out)
{
	struct engine *e = user;
	for (size_t i = 0; i < ENGINE_WATCHES; i++) {
		if (e->watches[i].fd >= 0)
			continue;
		e->watches[i] = (struct engine_watch){ fd, is_input != 0, fn, fn_data };
		*tag_out = &e->watches[i];
		return 0;
	}
	return gpgme_error(GPG_ERR_EMFILE);
}

static void
watch_remove(void *tag)
{
	((struct engine_watch *)tag)->fd = -1;
}

static void
take_key(struct engine *e, gpgme_key_t key)
{
	if (e->keys != NULL && e->keys->len < MAX_KEYS)
		g_ptr_array_add(e->keys, key);
	else
		gpgme_key_unref(key);
}

static void
on_event(void *user, gpgme_event_io_t type, void *data)
{
	struct engine *e = user;
	if (type == GPGME_EVENT_NEXT_KEY) /* a reference of its own */
		take_key(e, data);
	if (type != GPGME_EVENT_DONE)
		return;
	const struct gpgme_io_event_done_data *done = data;
	e->is_done = true;
	e->result = done->err != 0 ? done->err : done->op_err;
}

/* Hand each descriptor that is ready to GPGME, which may add and remove others meanwhile. */
static void
serve(struct engine *e)
{
	struct pollfd fds[ENGINE_WATCHES];
	for (size_t i = 0; i < ENGINE_WATCHES; i++)
		fds[i] = (struct pollfd){ e->watches[i].fd,
			(short)(e->watches[i].is_input ? POLLIN : POLLOUT), 0 };
	if (poll(fds, ENGINE_WATCHES, POLL_MS) <= 0)
		return;
	for (size_t i = 0; i < ENGINE_WATCHES && !e->is_done; i++) {
		struct engine_watch *w = &e->watches[i];
		if (fds[i].revents == 0 || w->fd != fds[i].fd || w->fd < 0)
			continue;
		gpgme_error_t err = w->fn(w->fn_data, w->fd);
		if (err != 0 && !e->is_done) {
			e->is_done = true;
			e->result = err;
		}
	}
}

gpgme_error_t
engine_wait(struct engine *e, gpgme_error_t started)
{
	if (started != 0)
		return started;
	while (!e->is_done) {
		gpgme_error_t why = must_stop(e);
		if (why != 0) {
			watchdog_bite(); /* else it would wait for its agent for ever */
			(void)gpgme_cancel(e->ctx); /* what it then says does not matter */
			return why;
		}
		serve(e);
	}
	e->is_done = false;
	return e->result;
}

bool
engine_open(struct engine *e, gpgme_protocol_t protocol, const struct engine_opts *opts, size_t size,
    GError **error)
{
	*e = (struct engine){ .opts = opts };
	gpgme_error_t err = gpgme_new(&e->ctx);
	if (err == 0)
		err = gpgme_set_protocol(e->ctx, protocol);
	if (err == 0)
		err = gpgme_engine_check_version(protocol);
	if (err != 0) {
		engine_fail(e, protocol == GPGME_PROTOCOL_CMS ? "use gpgsm" : "use gpg", err, error);
		engine_close(e);
		return false;
	}
	/* gpgsm has no way to be told that nobody can be asked: then it asks a terminal that is none */
	(void)g_setenv("GPG_TTY", opts->may_ask && opts->tty != NULL ? opts->tty : "/dev/null", TRUE);
	gpgme_set_offline(e->ctx, 1); /* nothing is fetched because a letter was opened */
	for (size_t i = 0; i < ENGINE_WATCHES; i++)
		e->watches[i].fd = -1;
	gpgme_set_status_cb(e->ctx, on_status, e);
	(void)gpgme_set_ctx_flag(e->ctx, "full-status", "1"); /* old: no integrity is then seen */
	(void)gpgme_set_ctx_flag(e->ctx, "auto-key-retrieve", "0");
	if (!opts->may_ask && protocol == GPGME_PROTOCOL_OpenPGP)
		(void)gpgme_set_pinentry_mode(e->ctx, GPGME_PINENTRY_MODE_ERROR);
	gint64 seconds = (opts->may_ask ? ASK_SECONDS : QUIET_SECONDS) + (gint64)(size >> 20);
	e->deadline = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
	watchdog_set(e->deadline);
	struct gpgme_io_cbs callbacks = { watch_add, e, watch_remove, on_event, e };
	gpgme_set_io_cbs(e->ctx, &callbacks);
	return true;
}

void
engine_close(struct engine *e)
{
	watchdog_clear();
	if (e->ctx != NULL)
		gpgme_release(e->ctx);
	e->ctx = NULL;
}

static int
code_of(gpgme_error_t why)
{
	switch ((int)gpgme_err_code(why)) {
	case GPG_ERR_TIMEOUT:
		return PF_ERROR_TIMEOUT;
	case GPG_ERR_CANCELED:
	case GPG_ERR_FULLY_CANCELED:
		return PF_ERROR_CANCELLED;
	case GPG_ERR_NO_PIN_ENTRY:
	case GPG_ERR_BAD_PASSPHRASE:
		return PF_ERROR_AUTH;
	case GPG_ERR_NO_SECKEY:
	case GPG_ERR_NO_PUBKEY:
	case GPG_ERR_UNUSABLE_PUBKEY:
	case GPG_ERR_UNUSABLE_SECKEY:
	case GPG_ERR_INV_VALUE:
	case GPG_ERR_EOF:
		return PF_ERROR_NOT_FOUND;
	case GPG_ERR_INV_ENGINE:
		return PF_ERROR_UNAVAILABLE;
	default:
		return PF_ERROR_DATA;
	}
}

bool
engine_fail(const struct engine *e, const char *what, gpgme_error_t why, GError **error)
{
	if (e->deadline != 0 && g_get_monotonic_time() > e->deadline)
		why = gpgme_error(GPG_ERR_TIMEOUT); /* whatever GPGME made of the engine's end */
	int code = code_of(why);
	bool is_cms = e->ctx != NULL && gpgme_get_protocol(e->ctx) == GPGME_PROTOCOL_CMS;
	if (is_cms && !e->opts->may_ask &&
	    (code == PF_ERROR_CANCELLED || gpgme_err_code(why) == GPG_ERR_NO_SECKEY ||
		gpgme_err_code(why) == GPG_ERR_ENOTTY || gpgme_err_code(why) == GPG_ERR_ENXIO))
		code = PF_ERROR_AUTH; /* a pinentry that found no terminal */
	const char *words = gpgme_strerror(why);
	if (code == PF_ERROR_TIMEOUT)
		words = "gpg-agent did not answer in time; `gpgconf --kill gpg-agent` ends it";
	else if (code == PF_ERROR_AUTH && !e->opts->may_ask)
		words = "it needs the passphrase";
	g_set_error(error, PF_ERROR, code, "could not %s: %s", what, words);
	return false;
}

gpgme_data_t
engine_data_in(const void *bytes, size_t len)
{
	gpgme_data_t data = NULL;
	return gpgme_data_new_from_mem(&data, len > 0 ? bytes : "", len, 0) == 0 ? data : NULL;
}

static ssize_t
sink_write(void *user, const void *bytes, size_t len)
{
	struct engine_sink *s = user;
	if (s->bytes->len + len > LIMIT_LITERAL) {
		errno = EFBIG;
		return -1;
	}
	g_byte_array_append(s->bytes, bytes, (guint)len);
	return (ssize_t)len;
}

bool
engine_sink_open(struct engine_sink *s)
{
	static const struct gpgme_data_cbs callbacks = { NULL, sink_write, NULL, NULL };
	s->bytes = g_byte_array_new();
	if (gpgme_data_new_from_cbs(&s->data, (gpgme_data_cbs_t)(guintptr)&callbacks, s) == 0)
		return true;
	s->data = NULL;
	return false;
}

GByteArray *
engine_sink_take(struct engine_sink *s)
{
	return g_steal_pointer(&s->bytes);
}

void
engine_sink_close(struct engine_sink *s)
{
	if (s->data != NULL)
		gpgme_data_release(s->data);
	g_clear_pointer(&s->bytes, g_byte_array_unref);
	s->data = NULL;
}

static gpgme_data_t
data_of(GBytes *bytes)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);
	return engine_data_in(data, len);
}

bool
engine_verify(struct engine *e, GBytes *signature, GBytes *text, GByteArray **text_out,
    GError **error)
{
	struct engine_sink sink = { 0 };
	gpgme_data_t in = data_of(signature);
	gpgme_data_t signed_text = text != NULL ? data_of(text) : NULL;
	gpgme_error_t err = gpgme_error(GPG_ERR_ENOMEM);
	if (in != NULL && (text != NULL ? signed_text != NULL : engine_sink_open(&sink)))
		err = engine_wait(e, gpgme_op_verify_start(e->ctx, in, signed_text, sink.data));
	if (in != NULL)
		gpgme_data_release(in);
	if (signed_text != NULL)
		gpgme_data_release(signed_text);
	if (err == 0 && text_out != NULL)
		*text_out = engine_sink_take(&sink);
	engine_sink_close(&sink);
	return err == 0 || engine_fail(e, "verify", err, error);
}

GByteArray *
engine_decrypt(struct engine *e, GBytes *cipher, GError **error)
{
	struct engine_sink sink = { 0 };
	gpgme_data_t in = data_of(cipher);
	gpgme_error_t err = gpgme_error(GPG_ERR_ENOMEM);
	GByteArray *out = NULL;
	if (in != NULL && engine_sink_open(&sink))
		err = engine_wait(e, gpgme_op_decrypt_verify_start(e->ctx, in, sink.data));
	if (in != NULL)
		gpgme_data_release(in);
	if (err == 0)
		out = engine_sink_take(&sink);
	else
		(void)engine_fail(e, "decrypt", err, error);
	engine_sink_close(&sink);
	return out;
}

/* --- listing: gpgme_op_keylist_next() would wait for ever --- */

static GPtrArray *
listed(struct engine *e, gpgme_error_t started, GError **error)
{
	gpgme_error_t err = engine_wait(e, started);
	GPtrArray *out = g_steal_pointer(&e->keys);
	if (err == 0 || gpgme_err_code(err) == GPG_ERR_EOF)
		return out;
	(void)engine_fail(e, "list the keys", err, error);
	g_ptr_array_unref(out);
	return NULL;
}

static void
will_list(struct engine *e, bool validates, enum engine_keys which)
{
	gpgme_keylist_mode_t mode = GPGME_KEYLIST_MODE_LOCAL;
	e->keys = g_ptr_array_new_with_free_func((GDestroyNotify)gpgme_key_unref);
	if (validates && gpgme_get_protocol(e->ctx) == GPGME_PROTOCOL_CMS) /* else no chain is looked at */
		mode |= GPGME_KEYLIST_MODE_VALIDATE;
	if (which == ENGINE_MARKED)
		mode |= GPGME_KEYLIST_MODE_WITH_SECRET;
	(void)gpgme_set_keylist_mode(e->ctx, mode);
}

GPtrArray *
engine_list(struct engine *e, const char *pattern, enum engine_keys which, GError **error)
{
	will_list(e, true, which);
	return listed(e, gpgme_op_keylist_start(e->ctx, pattern, which == ENGINE_SECRET), error);
}

GPtrArray *
engine_list_data(struct engine *e, GBytes *data, GError **error)
{
	gpgme_data_t in = data_of(data);
	gpgme_error_t err = gpgme_error(GPG_ERR_ENOMEM);
	will_list(e, true, ENGINE_PUBLIC);
	if (in != NULL)
		err = gpgme_op_keylist_from_data_start(e->ctx, in, 0);
	GPtrArray *out = listed(e, err, error);
	if (in != NULL)
		gpgme_data_release(in);
	return out;
}

gpgme_key_t
engine_key(struct engine *e, const char *fingerprint)
{
	gpgme_key_t key = NULL;
	will_list(e, false, ENGINE_PUBLIC);
	GPtrArray *found = listed(e, gpgme_op_keylist_start(e->ctx, fingerprint, 0), NULL);
	for (size_t i = 0; found != NULL && i < found->len; i++) {
		gpgme_key_t one = found->pdata[i];
		if (i > 0 && g_strcmp0(one->fpr, key->fpr) != 0) /* a short number of several keys */
			key = NULL;
		if (i == 0)
			key = one;
		if (key == NULL)
			break;
	}
	if (key != NULL)
		gpgme_key_ref(key);
	g_clear_pointer(&found, g_ptr_array_unref);
	return key;
}

/* --- making --- */

static char *
hash_of(gpgme_ctx_t ctx)
{
	gpgme_sign_result_t result = gpgme_op_sign_result(ctx);
	const char *name = result != NULL && result->signatures != NULL
	    ? gpgme_hash_algo_name(result->signatures->hash_algo)
	    : NULL;
	return g_ascii_strdown(name != NULL ? name : "sha256", -1);
}

GByteArray *
engine_sign(struct engine *e, GBytes *text, char **hash_out, GError **error)
{
	struct engine_sink sink = { 0 };
	gpgme_data_t in = data_of(text);
	gpgme_error_t err = gpgme_error(GPG_ERR_ENOMEM);
	GByteArray *out = NULL;
	if (in != NULL && engine_sink_open(&sink))
		err = engine_wait(e,
		    gpgme_op_sign_start(e->ctx, in, sink.data, GPGME_SIG_MODE_DETACH));
	if (in != NULL)
		gpgme_data_release(in);
	if (err == 0 && sink.bytes->len == 0)
		err = gpgme_error(GPG_ERR_NO_DATA);
	if (err == 0) {
		out = engine_sink_take(&sink);
		if (hash_out != NULL)
			*hash_out = hash_of(e->ctx);
	} else {
		(void)engine_fail(e, "sign", err, error);
	}
	engine_sink_close(&sink);
	return out;
}

static gpgme_error_t
start_encryption(struct engine *e, gpgme_data_t in, gpgme_data_t out, gpgme_key_t *keys,
    const char *recipients)
{
	/* which keys are believed was decided before */
	const gpgme_encrypt_flags_t flags = GPGME_ENCRYPT_ALWAYS_TRUST;
	if (recipients != NULL)
		keys = NULL;
	if (gpgme_signers_count(e->ctx) > 0)
		return gpgme_op_encrypt_sign_ext_start(e->ctx, keys, recipients, flags, in, out);
	return gpgme_op_encrypt_ext_start(e->ctx, keys, recipients, flags, in, out);
}

GByteArray *
engine_encrypt(struct engine *e, GBytes *text, gpgme_key_t *keys, const char *recipients,
    GError **error)
{
	struct engine_sink sink = { 0 };
	gpgme_data_t in = data_of(text);
	gpgme_error_t err = gpgme_error(GPG_ERR_ENOMEM);
	GByteArray *out = NULL;
	if (in != NULL && engine_sink_open(&sink))
		err = engine_wait(e, start_encryption(e, in, sink.data, keys, recipients));
	if (in != NULL)
		gpgme_data_release(in);
	gpgme_encrypt_result_t result = err == 0 ? gpgme_op_encrypt_result(e->ctx) : NULL;
	if (err == 0 && (sink.bytes->len == 0 || (result != NULL && result->invalid_recipients != NULL)))
		err = gpgme_error(GPG_ERR_UNUSABLE_PUBKEY); /* it would not be for everybody */
	if (err == 0)
		out = engine_sink_take(&sink);
	else
		(void)engine_fail(e, "encrypt", err, error);
	engine_sink_close(&sink);
	return out;
}
