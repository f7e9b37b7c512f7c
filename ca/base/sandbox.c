/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sandbox: what a role may still do once it runs; see sandbox.h.
 *
 * The lists are what glibc, libcrypto, libssl, SQLite and libevent were seen
 * to ask for on real runs (strace -f), and what their error paths ask for.
 * What is not in a list kills the process: then the line that the parent
 * writes names SIGSYS, and `strace -f` or the kernel's audit log the call.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <termios.h>
#include <unistd.h>

#include "log.h"
#include "sandbox.h"
#include "sandbox_files.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED	1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED	1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED	0
#endif

enum {
	FILES_MIN = 256,	/* descriptors beside connections */
	MEMORY_GIB = 4		/* address space; the state of a million marks
				 * is a tenth of it */
};

#if SANITIZED
/*
 * The leak checker stops all threads with ptrace(2) at exit, which no role
 * may. Asked by it; the unit tests, outside any sandbox, are checked.
 */
static int	entered;

int	__lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
	return entered;
}
#endif

/* Memory, time, descriptors that are open already, and the end. */
static const int	common[] = {
	SCMP_SYS(brk), SCMP_SYS(clock_getres), SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(close), SCMP_SYS(dup),
	SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2), SCMP_SYS(epoll_wait), SCMP_SYS(eventfd2),
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(fstat),
	SCMP_SYS(futex), SCMP_SYS(getegid), SCMP_SYS(geteuid),
	SCMP_SYS(getgid), SCMP_SYS(getpid), SCMP_SYS(getppid),
	SCMP_SYS(getrandom), SCMP_SYS(getrlimit), SCMP_SYS(getrusage),
	SCMP_SYS(gettid), SCMP_SYS(gettimeofday), SCMP_SYS(getuid),
	SCMP_SYS(lseek), SCMP_SYS(madvise), SCMP_SYS(mlock),
	SCMP_SYS(mremap), SCMP_SYS(munlock), SCMP_SYS(munmap),
	SCMP_SYS(nanosleep), SCMP_SYS(pipe2), SCMP_SYS(poll),
	SCMP_SYS(ppoll), SCMP_SYS(pread64), SCMP_SYS(preadv),
	SCMP_SYS(pselect6), SCMP_SYS(read), SCMP_SYS(readv),
	SCMP_SYS(restart_syscall), SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_yield),
	SCMP_SYS(select), SCMP_SYS(sysinfo), SCMP_SYS(time),
	SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime),
	SCMP_SYS(uname), SCMP_SYS(write), SCMP_SYS(writev),
};

/* Names: to what they lead is held by Landlock and by owners and modes. */
static const int	files_read[] = {
	SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(fadvise64), SCMP_SYS(fstatfs), SCMP_SYS(getcwd),
	SCMP_SYS(getdents64), SCMP_SYS(lstat), SCMP_SYS(newfstatat),
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(readlink),
	SCMP_SYS(readlinkat), SCMP_SYS(stat), SCMP_SYS(statx),
};

static const int	files_write[] = {
	SCMP_SYS(fallocate), SCMP_SYS(fchmod), SCMP_SYS(fchown),
	SCMP_SYS(fdatasync), SCMP_SYS(flock), SCMP_SYS(fsync),
	SCMP_SYS(ftruncate), SCMP_SYS(mkdir), SCMP_SYS(mkdirat),
	SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(rename),
	SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(rmdir),
	SCMP_SYS(umask), SCMP_SYS(unlink), SCMP_SYS(unlinkat),
};

/* On sockets that are there already, or were accepted. */
static const int	sockets[] = {
	SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(getpeername),
	SCMP_SYS(getsockname), SCMP_SYS(getsockopt), SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg), SCMP_SYS(sendfile), SCMP_SYS(sendmsg),
	SCMP_SYS(sendto), SCMP_SYS(setsockopt), SCMP_SYS(shutdown),
};

/* Going out, for the office alone and only when it is configured. */
static const int	outgoing[] = {
	SCMP_SYS(connect), SCMP_SYS(recvmmsg), SCMP_SYS(sendmmsg),
};

/* A thread of public: what glibc asks for in its own name. */
static const int	thread[] = {
	SCMP_SYS(rseq), SCMP_SYS(set_robust_list),
};

#if SANITIZED
static const int	sanitizer[] = {
	SCMP_SYS(arch_prctl), SCMP_SYS(pipe), SCMP_SYS(prctl),
	SCMP_SYS(set_robust_list), SCMP_SYS(sigaltstack),
};
#endif

static void
need(int rc, const char *what)
{
	if (rc < 0) {
		errno = -rc;
		fatal("seccomp: %s", what);
	}
}

static void
allow(scmp_filter_ctx ctx, const int *list, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++)
		need(seccomp_rule_add(ctx, SCMP_ACT_ALLOW, list[i], 0),
		    "rule");
}
#define ALLOW(ctx, list)	\
	allow(ctx, list, sizeof(list) / sizeof((list)[0]))

/* A call of which the masked bits of one argument must have a value. */
static void
rule(scmp_filter_ctx ctx, uint32_t action, int call, unsigned int arg,
    uint64_t mask, uint64_t value)
{
	const struct scmp_arg_cmp	cmp = {
		.arg = arg, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask,
		.datum_b = value
	};

	need(seccomp_rule_add_array(ctx, action, call, 1, &cmp), "rule");
}

/* Calls of which only some arguments will do; those are ints. */
static void
allow_some(scmp_filter_ctx ctx)
{
	static const unsigned int	ioctls[] = {
		FIONREAD, FIONBIO, TCGETS, TIOCGWINSZ
	};
	static const unsigned int	fcntls[] = {
		F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL,
		F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK
	};
	static const int		maps[] = {
		SCMP_SYS(mmap), SCMP_SYS(mprotect)
	};
	size_t				i;

	for (i = 0; i < sizeof(ioctls) / sizeof(ioctls[0]); i++)
		rule(ctx, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, UINT32_MAX,
		    ioctls[i]);
	for (i = 0; i < sizeof(fcntls) / sizeof(fcntls[0]); i++)
		rule(ctx, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, UINT32_MAX,
		    fcntls[i]);
	/* No new code: what is to run has been loaded. */
	for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		rule(ctx, SCMP_ACT_ALLOW, maps[i], 2, PROT_EXEC, 0);
		rule(ctx, SCMP_ACT_ERRNO(EPERM), maps[i], 2, PROT_EXEC,
		    PROT_EXEC);
	}
	/* abort(3): a signal to oneself. */
	rule(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 0, UINT32_MAX,
	    (uint64_t)getpid());
	/* getrlimit(2) in new clothes: ask, but do not set. */
	rule(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, UINT64_MAX, 0);
	/* libevent makes its wake-up pair of these where it must. */
	rule(ctx, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 0, UINT32_MAX,
	    AF_UNIX);
}

/*
 * A thread, no process: clone3(2) has its flags in memory, where they cannot
 * be looked at, and glibc then does without.
 */
static void
allow_thread(scmp_filter_ctx ctx)
{
	const uint64_t	flags = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;

	ALLOW(ctx, thread);
	rule(ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 0, flags, flags);
	need(seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3),
	    0), "rule");
}

static void
allow_outgoing(scmp_filter_ctx ctx)
{
	ALLOW(ctx, outgoing);
	rule(ctx, SCMP_ACT_ALLOW, SCMP_SYS(socket), 0, UINT32_MAX, AF_INET);
	rule(ctx, SCMP_ACT_ALLOW, SCMP_SYS(socket), 0, UINT32_MAX, AF_INET6);
	/* The resolver tries nscd and netlink first, and does without. */
	rule(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 0, UINT32_MAX,
	    AF_UNIX);
	rule(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 0, UINT32_MAX,
	    AF_NETLINK);
}

static void
sandbox_calls(enum proc proc, const struct conf *conf)
{
	scmp_filter_ctx	ctx;

	if ((ctx = seccomp_init(SCMP_ACT_KILL_PROCESS)) == NULL)
		fatalx("seccomp: out of memory");
	/* A binary tree, not a list: each call costs a few comparisons. */
	need(seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2), "optimize");
	ALLOW(ctx, common);
	ALLOW(ctx, files_read);
	allow_some(ctx);
	switch (proc) {
	case PROC_SIGNER:
		ALLOW(ctx, files_write);
		break;
	case PROC_OFFICE:
		ALLOW(ctx, files_write);
		ALLOW(ctx, sockets);
		if (conf->outside_n > 0)
			allow_outgoing(ctx);
		break;
	case PROC_PUBLIC:
		ALLOW(ctx, sockets);
		allow_thread(ctx);
		break;
	case PROC_PARENT:
		break;
	}
#if SANITIZED
	ALLOW(ctx, sanitizer);
#endif
	need(seccomp_load(ctx), "load");	/* sets no_new_privs too */
	seccomp_release(ctx);
}

/* Lower a limit; where the machine allows less than we need, say so. */
static void
limit(int resource, rlim_t want, const char *what)
{
	struct rlimit	rl;

	if (getrlimit((__rlimit_resource_t)resource, &rl) == -1)
		fatal("getrlimit: %s", what);
	if (rl.rlim_max < want) {
		log_warnx("%s: expected a limit of %llu at least, found %llu",
		    what, (unsigned long long)want,
		    (unsigned long long)rl.rlim_max);
		want = rl.rlim_max;
	}
	rl.rlim_cur = rl.rlim_max = want;
	if (setrlimit((__rlimit_resource_t)resource, &rl) == -1)
		fatal("setrlimit: %s", what);
}

/* Connections that a role may have at once. */
static rlim_t
connections(enum proc proc, const struct conf *conf)
{
	switch (proc) {
	case PROC_OFFICE:
		return conf->office.connections;
	case PROC_PUBLIC:
		return conf->public.connections;
	case PROC_PARENT:
	case PROC_SIGNER:
		break;
	}
	return 0;
}

void
sandbox_enter(enum proc proc, const struct conf *conf)
{
	limit(RLIMIT_NOFILE, FILES_MIN + connections(proc, conf),
	    "open files (LimitNOFILE)");
	/* The sanitizer's shadow takes terabytes of addresses. */
	if (!SANITIZED)
		limit(RLIMIT_AS, (rlim_t)MEMORY_GIB << 30,
		    "address space (LimitAS)");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		fatal("no_new_privs");
	sandbox_files(proc, conf);
	sandbox_calls(proc, conf);
#if SANITIZED
	entered = 1;
#endif
	log_debug("sandbox entered");
}
