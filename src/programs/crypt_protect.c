/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crypt_protect.c - operations of penfold-crypt that make something: signed and encrypted letters, and
 * drafts that their author alone can read. */
#include "base/file.h"
#include "crypto/keys.h"
#include "crypto/protect.h"
#include "crypto/seal.h"
#include "mime/compose_address.h"
#include "programs/crypt_ops.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_KEY_DATA (64u << 10) /* of one Autocrypt key, decoded */

/* The arguments of a letter; strings borrowed from the request and the rc. */
struct job {
	struct protect_opts opts;
	const char **recipients, **hidden; /* owned arrays */
	json_t *key_files;		   /* owned; the files go with it */
};

static const char **
strings(const json_t *array)
{
	size_t n = json_array_size(array), used = 0;
	const char **out = g_new0(const char *, n + 1);
	for (size_t i = 0; i < n; i++)
		if (json_is_string(json_array_get(array, i)))
			out[used++] = json_string_value(json_array_get(array, i));
	return out;
}

/* gpg reads such keys from files only. */
static void
add_key_file(json_t *files, const char *address, const char *keydata)
{
	gsize len = 0;
	guchar *bytes = g_base64_decode(keydata, &len);
	char *path = NULL;
	int fd = len > 0 && len <= MAX_KEY_DATA ? g_file_open_tmp("penfold-key-XXXXXX", &path, NULL) : -1;
	if (fd >= 0) {
		if (file_write_all(fd, bytes, len, NULL)) /* else there is no key */
			json_object_set_new(files, address, json_string(path));
		else
			(void)g_unlink(path);
		close(fd);
	}
	g_free(path);
	g_free(bytes);
}

static enum protect_encrypt
encrypt_of(const char *word)
{
	if (word != NULL && strcmp(word, "yes") == 0)
		return PROTECT_ALWAYS;
	return word != NULL && strcmp(word, "auto") == 0 ? PROTECT_IF_POSSIBLE : PROTECT_PLAIN;
}

/* NULL for no. */
static const char *
autocrypt_wish(const struct rc *rc, const char *account)
{
	const char *word = rc_string(rc, "account", account, "autocrypt");
	return strcmp(word, "no") != 0 ? word : NULL;
}

static void
job_init(struct job *job, struct helper_request *r, const struct crypt_program *p)
{
	const json_t *args = helper_args(r), *keys = json_object_get(args, "autocrypt");
	const char *account = jsonl_string(args, "account"), *address;
	json_t *data;
	bool known = account != NULL && rc_account(p->rc, account) != NULL;
	*job = (struct job){ .key_files = json_object() };
	job->recipients = strings(json_object_get(args, "recipients"));
	job->hidden = strings(json_object_get(args, "hidden"));
	json_object_foreach((json_t *)(guintptr)keys, address, data)
	{
		if (json_is_string(data))
			add_key_file(job->key_files, address, json_string_value(data));
	}
	job->opts = (struct protect_opts){
		.engine = crypt_engine_opts(r, p),
		.author = jsonl_string(args, "author"),
		.sign = jsonl_bool(args, "sign", false),
		.encrypt = encrypt_of(jsonl_string(args, "encrypt")),
		.openpgp_key = known ? rc_string(p->rc, "account", account, "openpgp-key") : NULL,
		.smime_key = known ? rc_string(p->rc, "account", account, "smime-key") : NULL,
		.protocol = jsonl_string(args, "protocol"),
		.autocrypt = known ? autocrypt_wish(p->rc, account) : NULL,
		.recipients = job->recipients,
		.hidden = job->hidden,
		.chosen = json_object_get(args, "chosen"),
		.key_files = job->key_files,
	};
}

static void
job_fini(struct job *job)
{
	const char *address;
	json_t *path;
	json_object_foreach(job->key_files, address, path)
		(void)g_unlink(json_string_value(path)); /* public keys */
	json_decref(job->key_files);
	g_free(job->recipients);
	g_free(job->hidden);
}

static bool
has_author(const struct job *job, GError **error)
{
	if (job->opts.author != NULL && *job->opts.author != '\0')
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "who writes the letter? author is missing");
	return false;
}

static bool
write_out(struct helper_request *r, GBytes *bytes, GError **error)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	int out = helper_request_fd(r, 1);
	if (out >= 0)
		return file_write_all(out, data, len, error);
	g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "no second descriptor came with the request");
	return false;
}

static json_t *
protect(struct helper_request *r, const struct job *job, GError **error)
{
	struct protect_plan plan = { 0 };
	GBytes *letter = crypt_read(helper_request_fd(r, 0), error), *done = NULL;
	json_t *report = NULL;
	if (letter == NULL)
		return NULL;
	if (protect_plan(&plan, &job->opts, error))
		done = protect_letter(letter, &plan, &job->opts, error);
	if (done != NULL && write_out(r, done, error))
		report = json_incref(plan.report);
	protect_plan_clear(&plan);
	g_clear_pointer(&done, g_bytes_unref);
	g_bytes_unref(letter);
	return report;
}

static json_t *
plan_only(struct helper_request *r, const struct job *job, GError **error)
{
	struct protect_plan plan;
	json_t *report = NULL;
	(void)r;
	if (protect_plan(&plan, &job->opts, error))
		report = json_incref(plan.report);
	protect_plan_clear(&plan);
	return report;
}

static void
run(struct helper_request *r, struct crypt_program *p,
    json_t *(*make)(struct helper_request *r, const struct job *job, GError **error))
{
	struct job job;
	GError *error = NULL;
	json_t *report = NULL;
	job_init(&job, r, p);
	if (crypt_mail_ready(p, &error) && has_author(&job, &error))
		report = make(r, &job, &error);
	if (report != NULL)
		helper_done(r, json_pack("{s:o}", "report", report));
	else
		helper_fail(r, error);
	job_fini(&job);
}

void
crypt_protect(struct helper_request *r, void *state)
{
	run(r, state, protect);
}

static GBytes *
seal(const struct engine_opts *opts, const char *author, GBytes *text, GError **error)
{
	return seal_for(text, author, opts, error);
}

static GBytes *
unseal(const struct engine_opts *opts, const char *author, GBytes *cipher, GError **error)
{
	(void)author; /* any of our keys will do */
	return seal_open(cipher, opts, error);
}

/* The addr-spec of the request's author, who may stand there as a mailbox. Owned. */
static char *
author_of(const struct helper_request *r)
{
	const char *text = jsonl_string(helper_args(r), "author");
	GPtrArray *list = text != NULL ? compose_address_list(text, NULL) : NULL;
	char *out = list != NULL && list->len > 0
	    ? g_strdup(((const struct compose_address *)list->pdata[0])->spec)
	    : NULL;
	g_clear_pointer(&list, g_ptr_array_unref);
	return out;
}

static void
run_through(struct helper_request *r, struct crypt_program *p,
    GBytes *(*make)(const struct engine_opts *opts, const char *author, GBytes *in, GError **error))
{
	GError *error = NULL;
	GBytes *in = crypt_mail_ready(p, &error) ? crypt_read(helper_request_fd(r, 0), &error) : NULL;
	struct engine_opts opts = crypt_engine_opts(r, p);
	char *author = author_of(r);
	GBytes *out = in != NULL ? make(&opts, author != NULL ? author : "", in, &error) : NULL;
	if (out != NULL && write_out(r, out, &error))
		helper_done(r, NULL);
	else
		helper_fail(r, error);
	g_free(author);
	g_clear_pointer(&in, g_bytes_unref);
	g_clear_pointer(&out, g_bytes_unref);
}

void
crypt_seal(struct helper_request *r, void *state)
{
	run_through(r, state, seal);
}

void
crypt_unseal(struct helper_request *r, void *state)
{
	run_through(r, state, unseal);
}

void
crypt_protect_plan(struct helper_request *r, void *state)
{
	run(r, state, plan_only);
}
