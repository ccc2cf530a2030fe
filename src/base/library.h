/* SPDX-License-Identifier: GPL-3.0-or-later */
/* library.h - a library that few runs need, bound by its soname when it is first wanted, as the dynamic linker would have
 * bound it. */
#ifndef PENFOLD_BASE_LIBRARY_H
#define PENFOLD_BASE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

struct library_function {
	const char *name;
	size_t offset; /* of its pointer in the struct of pointers */
};

/* Fill the pointers of `out`. The library stays once it is there. False when it is not, or lacks one of them. */
bool
library_load(const char *soname, const struct library_function *functions, size_t n, void *out);

#endif
