/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mark_log.c - does a mark certificate stand in a public log? The log's word is the signed certificate timestamp
 * (SCT, RFC 6962 section 3.2) within the certificate, over what stood there before it was put in. OpenSSL checks
 * it; which logs count stands in a data file. One that is forged is refused even beside a good one. */
#include "auth/mark_private.h"

#include "base/error.h"
#include "base/file.h"

#include <openssl/ct.h>
#include <openssl/err.h>

enum { LOGS_MAX_BYTES = 1 << 16 };

bool
mark_roots_logs(struct mark_roots *roots, const char *path, GError **error)
{
	GBytes *there = file_read(path, LOGS_MAX_BYTES, error); /* its error names the file */

	if (there == NULL)
		return false;
	g_bytes_unref(there);
	CTLOG_STORE_free(roots->logs);
	roots->logs = CTLOG_STORE_new();
	if (roots->logs != NULL && CTLOG_STORE_load_file(roots->logs, path) == 1)
		return true;
	ERR_clear_error();
	g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
	    "%s does not list logs in OpenSSL's form: enabled_logs, and a section with description and key for each",
	    path);
	return false;
}

/* What the certificate has to be held against. Owned; NULL: out of memory. */
static CT_POLICY_EVAL_CTX *
context_of(const struct mark *mark, const struct mark_roots *roots, gint64 now)
{
	CT_POLICY_EVAL_CTX *ctx = CT_POLICY_EVAL_CTX_new();

	if (ctx == NULL || CT_POLICY_EVAL_CTX_set1_cert(ctx, mark->leaf) != 1 ||
	    CT_POLICY_EVAL_CTX_set1_issuer(ctx, mark->issuer_certificate) != 1) {
		CT_POLICY_EVAL_CTX_free(ctx);
		return NULL;
	}
	CT_POLICY_EVAL_CTX_set_shared_CTLOG_STORE(ctx, roots->logs);
	CT_POLICY_EVAL_CTX_set_time(ctx, (uint64_t)MAX(now, 0) * 1000);
	return ctx;
}

/* The log's name. Owned. */
static char *
log_name(const SCT *sct, const CTLOG_STORE *logs)
{
	unsigned char *id;
	size_t len = SCT_get0_log_id(sct, &id);
	const CTLOG *log = CTLOG_STORE_get0_log_by_id(logs, id, len);

	return g_utf8_make_valid(log == NULL ? "?" : CTLOG_get0_name(log), -1);
}

static char *
check_list(struct mark *mark, const struct mark_roots *roots, STACK_OF(SCT) * list, CT_POLICY_EVAL_CTX *ctx)
{
	for (int i = 0; i < sk_SCT_num(list); i++) {
		SCT *sct = sk_SCT_value(list, i);
		int done = SCT_set_source(sct, SCT_SOURCE_X509V3_EXTENSION) == 1 ? SCT_validate(sct, ctx) : -1;

		switch (SCT_get_validation_status(sct)) {
		case SCT_VALIDATION_STATUS_VALID:
			g_free(mark->log);
			mark->log = done == 1 ? log_name(sct, roots->logs) : NULL;
			break;
		case SCT_VALIDATION_STATUS_INVALID: {
			char *name = log_name(sct, roots->logs);
			char *problem = g_strdup_printf(
			    "the certificate's SCT is not what the log %s signed", name);
			g_free(name);
			return problem;
		}
		case SCT_VALIDATION_STATUS_NOT_SET:
		case SCT_VALIDATION_STATUS_UNKNOWN_LOG:
		case SCT_VALIDATION_STATUS_UNVERIFIED:
		case SCT_VALIDATION_STATUS_UNKNOWN_VERSION:
			break; /* tells nothing */
		}
	}
	return mark->log != NULL ? NULL
				 : g_strdup("the certificate stands in no public log that is known here: none of "
					    "its SCTs is of one");
}

char *
mark_check_log(struct mark *mark, const struct mark_roots *roots, gint64 now)
{
	STACK_OF(SCT) *list = X509_get_ext_d2i(mark->leaf, NID_ct_precert_scts, NULL, NULL);
	CT_POLICY_EVAL_CTX *ctx;
	char *problem;

	if (sk_SCT_num(list) <= 0) {
		SCT_LIST_free(list);
		ERR_clear_error();
		return g_strdup("the certificate stands in no public log: it has no SCT");
	}
	ctx = context_of(mark, roots, now);
	problem = ctx == NULL ? g_strdup("the certificate library does not start")
			      : check_list(mark, roots, list, ctx);
	CT_POLICY_EVAL_CTX_free(ctx);
	SCT_LIST_free(list);
	ERR_clear_error();
	return problem;
}
