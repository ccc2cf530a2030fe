/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes one call of GPGME fail: the PF_GPGME_FAIL-th of those below, or every one named PF_GPGME_NAME. A
 * line on stderr says which it was. */
#include <dlfcn.h>
#include <gpgme.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GPGME's calls of its own are not the program's. */
static int
is_inner(const void *caller)
{
	Dl_info info;
	return dladdr(caller, &info) != 0 && info.dli_fname != NULL && strstr(info.dli_fname, "libgpgme") != NULL;
}

static int
must_fail(const char *name, const void *caller)
{
	static long calls;
	const char *nth = getenv("PF_GPGME_FAIL"), *named = getenv("PF_GPGME_NAME");
	if (is_inner(caller))
		return 0;
	int fails = named != NULL ? strcmp(named, name) == 0 : nth != NULL && strtol(nth, NULL, 10) == ++calls;
	if (fails)
		(void)fprintf(stderr, "failed: %s\n", name);
	return fails;
}

#define FAIL(name, params, args)                                                                   \
	gpgme_error_t name params;                                                                 \
	gpgme_error_t name params                                                                  \
	{                                                                                          \
		gpgme_error_t(*real) params = (gpgme_error_t(*) params)(uintptr_t)dlsym(RTLD_NEXT, #name); \
		return must_fail(#name, __builtin_return_address(0)) ? gpgme_error(GPG_ERR_GENERAL) : real args;                    \
	}
#define EMPTY(type, name)                                                                          \
	type name(gpgme_ctx_t ctx);                                                                \
	type name(gpgme_ctx_t ctx)                                                                 \
	{                                                                                          \
		type (*real)(gpgme_ctx_t) = (type(*)(gpgme_ctx_t))(uintptr_t)dlsym(RTLD_NEXT, #name);       \
		return must_fail(#name, __builtin_return_address(0)) ? NULL : real(ctx);                                            \
	}

FAIL(gpgme_new, (gpgme_ctx_t *ctx), (ctx))
FAIL(gpgme_set_protocol, (gpgme_ctx_t ctx, gpgme_protocol_t p), (ctx, p))
FAIL(gpgme_engine_check_version, (gpgme_protocol_t p), (p))
FAIL(gpgme_op_verify_start, (gpgme_ctx_t c, gpgme_data_t s, gpgme_data_t t, gpgme_data_t o), (c, s, t, o))
FAIL(gpgme_op_decrypt_verify_start, (gpgme_ctx_t c, gpgme_data_t i, gpgme_data_t o), (c, i, o))
FAIL(gpgme_data_new_from_mem, (gpgme_data_t *d, const char *b, size_t n, int copy), (d, b, n, copy))
FAIL(gpgme_data_new_from_cbs, (gpgme_data_t *d, gpgme_data_cbs_t cbs, void *user), (d, cbs, user))
FAIL(gpgme_op_sign_start, (gpgme_ctx_t c, gpgme_data_t i, gpgme_data_t o, gpgme_sig_mode_t m), (c, i, o, m))
FAIL(gpgme_signers_add, (gpgme_ctx_t c, const gpgme_key_t key), (c, key))
FAIL(gpgme_op_keylist_start, (gpgme_ctx_t c, const char *pattern, int secret), (c, pattern, secret))
FAIL(gpgme_op_keylist_from_data_start, (gpgme_ctx_t c, gpgme_data_t d, int reserved), (c, d, reserved))
FAIL(gpgme_op_encrypt_ext_start,
    (gpgme_ctx_t c, gpgme_key_t k[], const char *r, gpgme_encrypt_flags_t f, gpgme_data_t i, gpgme_data_t o),
    (c, k, r, f, i, o))
FAIL(gpgme_op_encrypt_sign_ext_start,
    (gpgme_ctx_t c, gpgme_key_t k[], const char *r, gpgme_encrypt_flags_t f, gpgme_data_t i, gpgme_data_t o),
    (c, k, r, f, i, o))
FAIL(gpgme_op_import_start, (gpgme_ctx_t c, gpgme_data_t d), (c, d))
FAIL(gpgme_op_export_start, (gpgme_ctx_t c, const char *pattern, gpgme_export_mode_t m, gpgme_data_t o), (c, pattern, m, o))
FAIL(gpgme_op_keysign_start,
    (gpgme_ctx_t c, gpgme_key_t k, const char *u, unsigned long expires, unsigned int flags), (c, k, u, expires, flags))
EMPTY(gpgme_verify_result_t, gpgme_op_verify_result)
EMPTY(gpgme_decrypt_result_t, gpgme_op_decrypt_result)
EMPTY(gpgme_sign_result_t, gpgme_op_sign_result)
EMPTY(gpgme_encrypt_result_t, gpgme_op_encrypt_result)
EMPTY(gpgme_import_result_t, gpgme_op_import_result)
