/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sandbox.h - taking rights away from the running program (Linux: rlimits, Landlock, seccomp). */
#ifndef PENFOLD_BASE_SANDBOX_H
#define PENFOLD_BASE_SANDBOX_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct sandbox_limits {
	uint64_t memory_bytes; /* RLIMIT_AS; 0 leaves it (sanitizers need that) */
	unsigned cpu_seconds;  /* RLIMIT_CPU, soft; renewed per request by sandbox_cpu_budget() */
	uint64_t file_bytes;   /* RLIMIT_FSIZE */
	unsigned files;	       /* RLIMIT_NOFILE */
};

/* No core dumps (they hold secrets), no new privileges, umask 077. Every program's first act. */
void
sandbox_basics(void);

/* For penfold-render: from here on only reading and writing of descriptors that are already open
 * or passed in, memory, time and exit. No open, no socket, no exec, no signal to others. Landlock
 * with no rights at all stands behind seccomp where the kernel has it. Irrevocable. */
bool
sandbox_seal(const struct sandbox_limits *limits, GError **error);

/* Allow `seconds` of CPU from now on (raises the soft RLIMIT_CPU over what was used). */
void
sandbox_cpu_budget(unsigned seconds);

/* What holds here, for `penfold doctor`: e.g. "seccomp yes, landlock abi 3". Owned. */
char *
sandbox_describe(void);

/* At the end of a sealed program's file. A test build with ASan: the leak checker starts a thread and traces its
 * process at the end, which the seal forbids. */
#ifdef __SANITIZE_ADDRESS__
#define SANDBOX_SANITIZER_OPTIONS                                                                  \
	const char *__asan_default_options(void);                                                  \
	const char *__asan_default_options(void)                                                   \
	{                                                                                          \
		return "detect_leaks=0";                                                           \
	}
#else
#define SANDBOX_SANITIZER_OPTIONS
#endif

#endif
