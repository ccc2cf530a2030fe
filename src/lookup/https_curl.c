/* SPDX-License-Identifier: GPL-3.0-or-later */
/* https_curl.c - libcurl, when it is wanted. */
#include "lookup/https_curl.h"

#include "base/error.h"
#include "base/library.h"

static const struct library_function functions[] = {
	{"curl_easy_init", offsetof(struct https_curl, easy_init)},
	{"curl_easy_setopt", offsetof(struct https_curl, easy_setopt)},
	{"curl_easy_perform", offsetof(struct https_curl, easy_perform)},
	{"curl_easy_getinfo", offsetof(struct https_curl, easy_getinfo)},
	{"curl_easy_strerror", offsetof(struct https_curl, easy_strerror)},
	{"curl_easy_cleanup", offsetof(struct https_curl, easy_cleanup)},
	{"curl_slist_append", offsetof(struct https_curl, slist_append)},
	{"curl_slist_free_all", offsetof(struct https_curl, slist_free_all)},
	{"curl_url", offsetof(struct https_curl, url)},
	{"curl_url_set", offsetof(struct https_curl, url_set)},
	{"curl_url_get", offsetof(struct https_curl, url_get)},
	{"curl_url_cleanup", offsetof(struct https_curl, url_cleanup)},
	{"curl_free", offsetof(struct https_curl, free)},
};

bool
https_curl_load(struct https_curl *out, GError **error)
{
	if (library_load(PENFOLD_CURL, functions, G_N_ELEMENTS(functions), out))
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
	    "nothing can be asked by HTTPS: the library %s is not there; install the package that has it", PENFOLD_CURL);
	return false;
}
