/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Landlock and seccomp. The filter is a list of what a program needs that turns bytes it was given
 * into bytes it may write: everything else fails, so that a library that wants to open a file is
 * told no and goes on. */
#define _GNU_SOURCE /* AT_EMPTY_PATH */
#include "base/sandbox_linux.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* linux/landlock.h of older systems lacks the newer members: the kernel takes what the size says. */
struct ruleset {
	uint64_t fs, net, scoped;
};

#define LANDLOCK_VERSION_FLAG 1u

/* Bits that each version of the interface knows. */
static const struct {
	int abi;
	size_t size; /* of struct ruleset */
	struct ruleset rights;
} landlock_versions[] = {
	{ 6, 24, { (1u << 16) - 1, 3, 3 } },
	{ 5, 16, { (1u << 16) - 1, 3, 0 } },
	{ 4, 16, { (1u << 15) - 1, 3, 0 } },
	{ 3, 8, { (1u << 15) - 1, 0, 0 } },
	{ 2, 8, { (1u << 14) - 1, 0, 0 } },
	{ 1, 8, { (1u << 13) - 1, 0, 0 } },
};

int
sandbox_linux_landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION_FLAG);
	return abi > 0 ? (int)abi : 0;
}

static bool
fail(GError **error, const char *what, int err)
{
	g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE, "cannot seal the program: %s: %s", what,
	    g_strerror(err));
	return false;
}

bool
sandbox_linux_landlock(GError **error)
{
	int abi = sandbox_linux_landlock_abi();
	size_t i = 0;
	if (abi == 0)
		return true;
	while (landlock_versions[i].abi > abi)
		i++;
	int fd = (int)syscall(SYS_landlock_create_ruleset, &landlock_versions[i].rights,
	    landlock_versions[i].size, 0);
	if (fd < 0)
		return fail(error, "landlock_create_ruleset", errno);
	long r = syscall(SYS_landlock_restrict_self, fd, 0);
	int err = errno;
	(void)close(fd); /* nothing was written through it */
	return r == 0 || fail(error, "landlock_restrict_self", err);
}

bool
sandbox_linux_has_seccomp(void)
{
	/* with a NULL filter a kernel that has seccomp says EFAULT */
	return prctl(PR_SET_SECCOMP, 2 /* SECCOMP_MODE_FILTER */, NULL, 0, 0) != 0 &&
	    errno == EFAULT;
}

static const int allowed[] = {
	/* descriptors that are there */
	SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev),
	SCMP_SYS(pwrite64), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(poll),
	SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(recvmsg),
	SCMP_SYS(sendmsg), SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(fcntl), SCMP_SYS(dup),
	SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(getsockopt),
	/* memory; mmap and mprotect have rules of their own */
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
	/* time, itself, the end */
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(getrusage), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid),
	SCMP_SYS(geteuid), SCMP_SYS(getrandom), SCMP_SYS(futex), SCMP_SYS(sched_yield),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* Calls that are allowed for some arguments only. */
static int
add_conditional(scmp_filter_ctx ctx)
{
	const uint32_t act = SCMP_ACT_ALLOW;
	const scmp_datum_t self = (scmp_datum_t)getpid();
	int r = 0;
	/* no code but the code that is there */
	r |= seccomp_rule_add(ctx, act, SCMP_SYS(mmap), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	r |= seccomp_rule_add(ctx, act, SCMP_SYS(mprotect), 1,
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* fstat() of newer C libraries */
	r |= seccomp_rule_add(ctx, act, SCMP_SYS(newfstatat), 1,
	    SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
	/* its own limits: sandbox_cpu_budget() */
	r |= seccomp_rule_add(ctx, act, SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_EQ, 0));
	/* abort() */
	r |= seccomp_rule_add(ctx, act, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, self));
	return r;
}

bool
sandbox_linux_seccomp(GError **error)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!ctx)
		return fail(error, "seccomp_init", ENOMEM);
	int r = add_conditional(ctx);
	for (size_t i = 0; i < G_N_ELEMENTS(allowed); i++)
		r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r == 0 || fail(error, "seccomp_load", r < 0 ? -r : EINVAL);
}
