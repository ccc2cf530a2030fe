/* SPDX-License-Identifier: GPL-3.0-or-later */
/* library.c - see library.h. */
#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

bool
library_load(const char *soname, const struct library_function *functions, size_t n, void *out)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	for (size_t i = 0; library != NULL && i < n; i++) {
		void *function = dlsym(library, functions[i].name);

		if (function == NULL)
			return false;
		/* POSIX: a pointer to a function fits into one to void */
		memcpy((char *)out + functions[i].offset, &function, sizeof(function));
	}
	return library != NULL;
}
