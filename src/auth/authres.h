/* SPDX-License-Identifier: GPL-3.0-or-later */
/* authres.h - the Authentication-Results field as data (RFC 8601 section 2.2). */
#ifndef PENFOLD_AUTH_AUTHRES_H
#define PENFOLD_AUTH_AUTHRES_H

#include <glib.h>
#include <stdbool.h>

struct authres_property {
	char *ptype;	/* "smtp", "header", ...; "" for a bare "name=value" */
	char *property; /* lower case */
	char *value;
};

struct authres_result {
	char *method;	       /* lower case; unknown ones are kept */
	char *result;	       /* lower case */
	char *reason;	       /* NULL when absent */
	GPtrArray *properties; /* struct authres_property */
};

struct authres {
	char *id;	    /* authserv-id as written */
	bool is_none;	    /* "; none": nothing was checked */
	GPtrArray *results; /* struct authres_result */
};

/* Parse a field's value (bytes after the colon, folding included). A field with any
 * syntax error is refused as a whole, PF_ERROR_DATA: a server may have echoed what the
 * sender wrote. Limits: LIMIT_AUTHRES_FIELD, LIMIT_AUTHRES_RESULTS, LIMIT_COMMENT_DEPTH.
 * Tolerated beyond the grammar: a final ";", base64 and addresses in values without
 * quotes, "name=value" without a ptype. Owned. */
struct authres *authres_new(const char *bytes, size_t len, GError **error);
void authres_free(struct authres *authres);

/* The value of ptype.property; NULL when absent. Borrowed. */
const char *authres_property(
    const struct authres_result *result, const char *ptype, const char *property);

/* The domain a DKIM result speaks of: header.d, else that of header.i. Owned, as
 * domain_ascii(); NULL when neither is there. */
char *authres_dkim_domain(const struct authres_result *result);

/* The domain an SPF result speaks of: that of smtp.mailfrom, else smtp.helo. As above. */
char *authres_spf_domain(const struct authres_result *result);

#endif
