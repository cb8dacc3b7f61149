/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailer/unpack/unpack-wall.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED TRUE
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED TRUE
#endif
#endif
#ifndef SANITIZED
#define SANITIZED FALSE
#endif

static gboolean limit(int what, rlim_t value)
{
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)what, &now) != 0)
        return FALSE;
    now.rlim_max = MIN(now.rlim_max, value);
    now.rlim_cur = MIN(now.rlim_cur, now.rlim_max);
    return setrlimit((__rlimit_resource_t)what, &now) == 0;
}

static gboolean set_limits(void)
{
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NPROC, 0) &&
           limit(RLIMIT_NOFILE, 0) && limit(RLIMIT_CPU, RA_WALL_SECONDS) &&
           (SANITIZED || limit(RLIMIT_DATA, RA_WALL_MEMORY));
}

/* Any other call ends the process at once; so does memory that could be run. */
static gboolean set_filter(void)
{
    /* The last two rows: what some of them are called on 32-bit machines. */
    static const int calls[] = {
        SCMP_SYS(read),
        SCMP_SYS(pread64),
        SCMP_SYS(write),
        SCMP_SYS(lseek),
        SCMP_SYS(fstat),
        SCMP_SYS(newfstatat),
        SCMP_SYS(brk),
        SCMP_SYS(munmap),
        SCMP_SYS(mremap),
        SCMP_SYS(madvise),
        SCMP_SYS(futex),
        SCMP_SYS(rt_sigreturn),
        SCMP_SYS(rt_sigprocmask),
        SCMP_SYS(clock_gettime),
        SCMP_SYS(getrandom),
        SCMP_SYS(exit),
        SCMP_SYS(exit_group),
        SCMP_SYS(restart_syscall),
        SCMP_SYS(_llseek),
        SCMP_SYS(fstat64),
        SCMP_SYS(fstatat64),
        SCMP_SYS(futex_time64),
        SCMP_SYS(sigreturn),
        SCMP_SYS(clock_gettime64),
    };
    static const int mappings[] = {SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(mprotect)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    gboolean done = filter != NULL;
    for (gsize i = 0; done && i < G_N_ELEMENTS(calls); i++)
        done = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) == 0;
    for (gsize i = 0; done && i < G_N_ELEMENTS(mappings); i++)
        done = seccomp_rule_add(filter, SCMP_ACT_ALLOW, mappings[i], 1,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
    done = done && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return done;
}

gboolean ra_wall_build(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           (SANITIZED || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0) && set_limits() &&
           (SANITIZED || set_filter());
}
