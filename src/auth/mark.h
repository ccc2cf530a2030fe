/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mark.h - mark certificates (VMC, CMC): whose logo it is, as an authority for marks has certified it
 * (draft-fetch-validation-vmc-wchuang-11). No web authority counts, and these count for nothing else. */
#ifndef PENFOLD_AUTH_MARK_H
#define PENFOLD_AUTH_MARK_H

#include <glib.h>
#include <stdbool.h>

struct mark_roots; /* the authorities */

/* Those in a PEM file. is_own: our own file, of which only certificates with a fingerprint that is
 * known here count. PF_ERROR_CONFIG names the file and what is wrong. */
struct mark_roots *
mark_roots_open(const char *path, bool is_own, GError **error);
void
mark_roots_free(struct mark_roots *roots);

/* The public logs that count, of a file in OpenSSL's form (CTLOG_STORE_load_file(3)). Without them no mark is
 * valid. Errors as mark_roots_open(). */
bool
mark_roots_logs(struct mark_roots *roots, const char *path, GError **error);

/* What a certificate is held against. Borrowed. */
struct mark_wish {
	const char *domain;	/* of the assertion record, as domain_ascii() */
	const char *org_domain; /* NULL: the same */
	const char *selector;	/* NULL: "default" */
	gint64 now;		/* Unix seconds */
};

struct mark {
	bool is_valid;
	char *reason;		  /* "" for a valid one, else what is wrong: utf8 from the certificate too */
	const char *type;	  /* "VMC", "CMC"; NULL without a mark certificate */
	char *mark_type;	  /* "Registered Mark"; NULL when not said */
	char *organization;	  /* utf8; NULL */
	char *issuer;		  /* organization of the authority, utf8; NULL */
	char *trademark;	  /* "US 6275156": office and number; NULL */
	gint64 not_before, not_after; /* Unix seconds; 0 without a certificate */
	bool is_pilot;		  /* with the one critical extension that is tolerated */
	char *log;		  /* utf8, the public log whose SCT holds; NULL */
	GPtrArray *names;	  /* char *: the DNS names that it holds for */
	GPtrArray *crls;	  /* char *: where its revocation list is */
	GBytes *logo;		  /* unpacked drawing; NULL when there is none that could be taken */
	GPtrArray *findings;	  /* struct svg_finding of it; NULL without a logo */
	void *leaf, *issuer_certificate; /* X509 *, private */
};

/* Judge a PEM bundle (bytes). Never fails; asks nobody. Owned. */
struct mark *
mark_new(GBytes *pem, const struct mark_roots *roots, const struct mark_wish *wish);
void
mark_free(struct mark *mark);

/* Hold a valid mark against a revocation list (DER or PEM) that its issuer signed and that is fresh at
 * `now`: sets is_valid and reason when the certificate is on it. False and error (PF_ERROR_DATA) when
 * the list cannot be used; the mark is as it was. *until_out: nextUpdate. */
bool
mark_revoke(struct mark *mark, GBytes *crl, gint64 now, gint64 *until_out, GError **error);

#endif
