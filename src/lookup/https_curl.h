/* SPDX-License-Identifier: GPL-3.0-or-later */
/* https_curl.h - the functions of libcurl that https.c calls, bound when the first request is made. Most runs
 * of most programs make none; libcurl and what it brings along cost 4 MB and a third of their
 * start. For https.c alone. */
#ifndef PENFOLD_LOOKUP_HTTPS_CURL_H
#define PENFOLD_LOOKUP_HTTPS_CURL_H

#define CURL_DISABLE_TYPECHECK /* it wants the functions' own names */
#include <curl/curl.h>
#include <glib.h>
#include <stdbool.h>

struct https_curl {
	__typeof__(curl_easy_init) *easy_init;
	__typeof__(curl_easy_setopt) *easy_setopt;
	__typeof__(curl_easy_perform) *easy_perform;
	__typeof__(curl_easy_getinfo) *easy_getinfo;
	__typeof__(curl_easy_strerror) *easy_strerror;
	__typeof__(curl_easy_cleanup) *easy_cleanup;
	__typeof__(curl_slist_append) *slist_append;
	__typeof__(curl_slist_free_all) *slist_free_all;
	__typeof__(curl_url) *url;
	__typeof__(curl_url_set) *url_set;
	__typeof__(curl_url_get) *url_get;
	__typeof__(curl_url_cleanup) *url_cleanup;
	__typeof__(curl_free) *free;
};

/* PF_ERROR_UNAVAILABLE where the library that Penfold was built with is not installed. */
bool
https_curl_load(struct https_curl *out, GError **error);

#endif
