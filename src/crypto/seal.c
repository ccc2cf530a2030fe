/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seal.c - any of the author's keys that can encrypt will do. */
#include "crypto/seal.h"

#include "base/error.h"
#include "crypto/protect.h"

#include <string.h>

GBytes *
seal_for(GBytes *text, const char *author, const struct engine_opts *engine, GError **error)
{
	static const char *const nobody[] = { NULL };
	struct protect_opts opts = {
		.engine = *engine,
		.author = author,
		.encrypt = PROTECT_ALWAYS,
		.recipients = nobody,
		.hidden = nobody,
	};
	struct protect_plan plan;
	struct engine e;
	GByteArray *out = NULL;
	if (protect_plan(&plan, &opts, error) &&
	    engine_open(&e, plan.protocol, &opts.engine, g_bytes_get_size(text), error)) {
		bool is_smime = plan.protocol == GPGME_PROTOCOL_CMS;
		g_ptr_array_add(plan.keys, NULL);
		gpgme_set_armor(e.ctx, 1);
		out = engine_encrypt(&e, text, (gpgme_key_t *)plan.keys->pdata,
		    is_smime ? NULL : plan.text->str, error);
		engine_close(&e);
		g_ptr_array_set_size(plan.keys, (int)plan.keys->len - 1);
	}
	protect_plan_clear(&plan);
	return out != NULL ? g_byte_array_free_to_bytes(out) : NULL;
}

GBytes *
seal_open(GBytes *cipher, const struct engine_opts *opts, GError **error)
{
	static const char mark[] = "-----BEGIN PGP";
	struct engine e;
	GByteArray *out = NULL;
	gsize len;
	const char *bytes = g_bytes_get_data(cipher, &len);
	bool is_pgp = len > strlen(mark) && memcmp(bytes, mark, strlen(mark)) == 0;
	if (!engine_open(&e, is_pgp ? GPGME_PROTOCOL_OpenPGP : GPGME_PROTOCOL_CMS, opts, len, error))
		return NULL;
	out = engine_decrypt(&e, cipher, error);
	if (out != NULL && is_pgp && !e.has_integrity) { /* S/MIME cannot say */
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "the draft was changed by another");
		g_clear_pointer(&out, g_byte_array_unref);
	}
	engine_close(&e);
	return out != NULL ? g_byte_array_free_to_bytes(out) : NULL;
}
