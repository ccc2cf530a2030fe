/* SPDX-License-Identifier: GPL-3.0-or-later */
/* https_curl.c - libcurl by its soname, as the dynamic linker would have taken it. It stays once it is there. */
#include "lookup/https_curl.h"

#include "base/error.h"

#include <dlfcn.h>
#include <string.h>

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
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
	void *library = dlopen(PENFOLD_CURL, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	for (size_t i = 0; library != NULL && i < G_N_ELEMENTS(functions); i++) {
		void *function = dlsym(library, functions[i].name);

		if (function == NULL)
			library = NULL;
		else /* POSIX: a pointer to a function fits into one to void */
			memcpy((char *)out + functions[i].offset, &function, sizeof(function));
	}
	if (library == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "nothing can be asked by HTTPS: the library %s is not there; install the package that has it",
		    PENFOLD_CURL);
	return library != NULL;
}
