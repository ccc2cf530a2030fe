/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Giving up rights: resource limits first, then Landlock, then the filter of system calls, which is
 * last because it forbids setting the others. */
#include "base/sandbox.h"

#include "base/error.h"
#include "base/sandbox_linux.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

struct limit {
	int resource;
	uint64_t value; /* 0: left as it is */
	const char *name;
};

static bool
set_limit(const struct limit *l, GError **error)
{
	struct rlimit r;
	if (l->value == 0)
		return true;
	if (getrlimit(l->resource, &r) == 0) {
		r.rlim_cur = MIN(l->value, r.rlim_max);
		if (setrlimit(l->resource, &r) == 0)
			return true;
	}
	g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE, "cannot limit %s: %s", l->name,
	    g_strerror(errno));
	return false;
}

void
sandbox_basics(void)
{
	struct rlimit none = { 0, 0 };
	(void)setrlimit(RLIMIT_CORE, &none); /* lowering cannot fail */
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* a core pattern that is a pipe takes no notice of the limit; the sanitizers' leak check
	 * needs to trace itself */
	if (!IS_SANITIZED)
		(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	umask(077);
}

bool
sandbox_seal(const struct sandbox_limits *limits, GError **error)
{
	const struct limit all[] = {
		/* the sanitizers map terabytes of shadow */
		{ RLIMIT_AS, IS_SANITIZED ? 0 : limits->memory_bytes, "memory" },
		{ RLIMIT_FSIZE, limits->file_bytes, "file size" },
		{ RLIMIT_NOFILE, limits->files, "open files" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		if (!set_limit(&all[i], error))
			return false;
	if (limits->cpu_seconds > 0)
		sandbox_cpu_budget(limits->cpu_seconds);
	(void)signal(SIGXFSZ, SIG_IGN); /* a write past the limit fails with EFBIG instead */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE, "cannot seal the program: %s",
		    g_strerror(errno));
		return false;
	}
	return sandbox_linux_landlock(error) && sandbox_linux_seccomp(error);
}

void
sandbox_cpu_budget(unsigned seconds)
{
	struct rusage used;
	struct rlimit r;
	if (getrusage(RUSAGE_SELF, &used) != 0 || getrlimit(RLIMIT_CPU, &r) != 0)
		return;
	/* one more for the second that has begun */
	rlim_t spent = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1;
	r.rlim_cur = MIN(spent + seconds, r.rlim_max);
	(void)setrlimit(RLIMIT_CPU, &r); /* raising the soft limit up to the hard one */
}

char *
sandbox_describe(void)
{
	int abi = sandbox_linux_landlock_abi();
	const char *seccomp = sandbox_linux_has_seccomp() ? "yes" : "no";
	if (abi == 0)
		return g_strdup_printf("seccomp %s, landlock no (seccomp stands alone)", seccomp);
	return g_strdup_printf("seccomp %s, landlock abi %d", seccomp, abi);
}
