/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The sandbox from within: each role in a process of its own tries one thing,
 * and ends with 0 when it could, with errno when it was told no, and by
 * SIGSYS when it was killed for asking.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/base/buf.h"
#include "ca/base/file.h"
#include "ca/base/log.h"
#include "ca/base/sandbox.h"

enum { KILLED = -SIGSYS };

static char		dir[64];
static struct conf	conf;

static void
in_dir(char out[128], const char *name)
{
	snprintf(out, 128, "%s/%s", dir, name);
}

static int
set_up(void **state)
{
	static const char *const	names[] = {
		"data", "data/signer", "data/office", "data/spool", "tree",
		"tree/sub"
	};
	struct conf_error		err;
	char				path[128], text[512];
	size_t				i;

	(void)state;
	strcpy(dir, "/tmp/test_base_sandbox.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		in_dir(path, names[i]);
		if (mkdir(path, 0755) == -1)
			return -1;
	}
	snprintf(text, sizeof(text), "issuer = a.example\ndata = \"%s/data\"\n"
	    "tree = \"%s/tree\"\n", dir, dir);
	return conf_parse(&conf, "x", text, &err);
}

static int
tear_down(void **state)
{
	char	command[128];

	(void)state;
	conf_free(&conf);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

/* What became of probe(arg) in the sandbox of a role. */
static int
try_conf(enum proc proc, const struct conf *c, int (*probe)(const char *),
    const char *arg)
{
	pid_t	pid = fork();
	int	status, null;

	assert_true(pid != -1);
	if (pid == 0) {
		if ((null = open("/dev/null", O_WRONLY)) == -1 ||
		    dup2(null, STDERR_FILENO) == -1)
			_exit(250);
		sandbox_enter(proc, c);
		_exit(probe(arg));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int
try(enum proc proc, int (*probe)(const char *), const char *arg)
{
	return try_conf(proc, &conf, probe, arg);
}

/* Probes: 0 when it could be done, else errno. */

static int
nothing(const char *arg)
{
	(void)arg;
	return 0;
}

static int
do_exec(const char *arg)
{
	char	*argv[] = { NULL };

	execv(arg, argv);
	return errno;
}

static int
do_fork(const char *arg)
{
	(void)arg;
	return fork() == -1 ? errno : 0;
}

static int
do_ptrace(const char *arg)
{
	(void)arg;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1 ? errno : 0;
}

static int
do_kill(const char *arg)
{
	(void)arg;
	return kill(getppid(), 0) == -1 ? errno : 0;
}

static int
do_socket(const char *arg)
{
	int	family = strcmp(arg, "unix") == 0 ? AF_UNIX :
	    strcmp(arg, "inet6") == 0 ? AF_INET6 : AF_INET;

	return socket(family, SOCK_STREAM, 0) == -1 ? errno : 0;
}

/* Without an open socket at hand: the call itself is the question. */
static int
do_connect(const char *arg)
{
	struct sockaddr_in	sin = { .sin_family = AF_INET };

	(void)arg;
	return connect(1000, (struct sockaddr *)&sin, sizeof(sin)) == -1 ?
	    errno : 0;
}

static int
do_accept(const char *arg)
{
	(void)arg;
	return accept4(1000, NULL, NULL, 0) == -1 ? errno : 0;
}

static int
do_read(const char *path)
{
	char	c;
	int	fd;

	if ((fd = open(path, O_RDONLY)) == -1)
		return errno;
	return read(fd, &c, 1) == -1 && errno != EISDIR ? errno : 0;
}

static int
do_create(const char *path)
{
	return open(path, O_WRONLY | O_CREAT, 0600) == -1 ? errno : 0;
}

/* All that a journal, a store and a tree do with files. */
static int
do_write_all(const char *path)
{
	struct stat	st;
	char		sub[160];
	int		d, fd;

	if ((d = open(path, O_RDONLY | O_DIRECTORY)) == -1 ||
	    file_write(d, "f", "abc", 3, 0644) == -1 ||
	    file_write(d, "f", "defg", 4, 0600) == -1 ||
	    (fd = openat(d, "f", O_RDWR)) == -1 ||
	    pwrite(fd, "x", 1, 0) != 1 || ftruncate(fd, 2) == -1 ||
	    fsync(fd) == -1 || fstat(fd, &st) == -1 || st.st_size != 2 ||
	    mkdirat(d, "s", 0755) == -1 ||
	    renameat(d, "f", d, "s/g") == -1 || unlinkat(d, "s/g", 0) == -1)
		return errno;
	snprintf(sub, sizeof(sub), "%s/lock", path);
	if (unlinkat(d, "s", AT_REMOVEDIR) == -1 || file_lock(sub) == -1)
		return errno;
	return 0;
}

static int
do_map_code(const char *arg)
{
	(void)arg;
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE |
	    MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}

static int
do_usual(const char *arg)
{
	struct timespec	ts;
	struct pollfd	pfd = { .fd = -1 };
	void		*p;
	int		fd[2];

	(void)arg;
	if (clock_gettime(CLOCK_BOOTTIME, &ts) == -1 || time(NULL) == 0 ||
	    getrandom(&ts, sizeof(ts), 0) == -1 || usleep(10) == -1 ||
	    (p = malloc(8 * 1024 * 1024)) == NULL || pipe2(fd, 0) == -1 ||
	    poll(&pfd, 1, 1) == -1 ||
	    write(STDERR_FILENO, "x", 1) != 1 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1)
		return errno;
	free(p);
	return 0;
}

static int
do_abort(const char *arg)
{
	(void)arg;
	signal(SIGABRT, SIG_DFL);
	abort();
}

static int
do_limit(const char *arg)
{
	struct rlimit	rl = { 10, 10 };

	if (strcmp(arg, "ask") == 0) {
		if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
			return errno;
		return rl.rlim_cur == 256 && rl.rlim_max == 256 ? 0 : EDOM;
	}
	return setrlimit(RLIMIT_NOFILE, &rl) == -1 ? errno : 0;
}

static const enum proc	all[] = { PROC_SIGNER, PROC_OFFICE, PROC_PUBLIC };

static void
test_what_all_may(void **state)
{
	size_t	i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(try(all[i], nothing, NULL), 0);
		assert_int_equal(try(all[i], do_usual, NULL), 0);
		assert_int_equal(try(all[i], do_abort, NULL), -SIGABRT);
	}
	assert_int_equal(try(PROC_SIGNER, do_limit, "ask"), 0);
}

static void
test_what_none_may(void **state)
{
	size_t	i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(try(all[i], do_exec, "/bin/true"), KILLED);
		assert_int_equal(try(all[i], do_fork, NULL), KILLED);
		assert_int_equal(try(all[i], do_ptrace, NULL), KILLED);
		assert_int_equal(try(all[i], do_kill, NULL), KILLED);
		assert_int_equal(try(all[i], do_socket, "inet"), KILLED);
		assert_int_equal(try(all[i], do_socket, "unix"), KILLED);
		assert_int_equal(try(all[i], do_connect, NULL), KILLED);
		assert_int_equal(try(all[i], do_map_code, NULL), EPERM);
		assert_int_equal(try(all[i], do_limit, "set"), KILLED);
	}
	assert_int_equal(try(PROC_SIGNER, do_accept, NULL), KILLED);
	assert_int_equal(try(PROC_OFFICE, do_accept, NULL), EBADF);
	assert_int_equal(try(PROC_PUBLIC, do_accept, NULL), EBADF);
}

/* The office goes out when it is configured to, the others never. */
static void
test_outside(void **state)
{
	struct conf	c = conf;

	(void)state;
	c.outside_n = 1;	/* only the number is looked at */
	assert_int_equal(try_conf(PROC_OFFICE, &c, do_socket, "inet"), 0);
	assert_int_equal(try_conf(PROC_OFFICE, &c, do_socket, "inet6"), 0);
	assert_int_equal(try_conf(PROC_OFFICE, &c, do_socket, "unix"),
	    EACCES);
	assert_int_equal(try_conf(PROC_OFFICE, &c, do_connect, NULL), EBADF);
	assert_int_equal(try_conf(PROC_SIGNER, &c, do_socket, "inet"),
	    KILLED);
	assert_int_equal(try_conf(PROC_PUBLIC, &c, do_connect, NULL),
	    KILLED);
}

static int
has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 1;
}

static void
test_files(void **state)
{
	/* Signer, office, public: who may read there, and who may write. */
	static const struct { const char *name; int read[3], write[3]; }
	rows[] = {
		{ "data/signer", { 0, EACCES, EACCES },
		    { 0, EACCES, EACCES } },
		{ "data/spool", { 0, EACCES, EACCES },
		    { 0, EACCES, EACCES } },
		{ "data/office", { EACCES, 0, EACCES },
		    { EACCES, 0, EACCES } },
		{ "tree", { EACCES, 0, 0 }, { EACCES, 0, KILLED } },
		{ "tree/sub", { EACCES, 0, 0 }, { EACCES, 0, KILLED } },
	};
	char	path[128];
	size_t	i, k;

	(void)state;
	if (!has_landlock())
		skip();
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (k = 0; k < 3; k++) {
			in_dir(path, rows[i].name);
			assert_int_equal(try(all[k], do_read, path),
			    rows[i].read[k]);
			assert_int_equal(try(all[k], do_write_all, path),
			    rows[i].write[k]);
		}
	for (k = 0; k < 3; k++) {
		assert_int_equal(try(all[k], do_read, "/etc/passwd"),
		    EACCES);
		assert_int_equal(try(all[k], do_read, dir), EACCES);
		in_dir(path, "data/new");
		assert_int_equal(try(all[k], do_create, path), EACCES);
		in_dir(path, "data");
		assert_int_equal(try(all[k], do_read, path), EACCES);
	}
	/* Public reads the tree and that is all. */
	in_dir(path, "tree/new");
	assert_int_equal(try(PROC_PUBLIC, do_create, path), EACCES);
}

/* A directory that init did not make: said at once, not at first use. */
static void
test_missing_directory(void **state)
{
	char	path[128];

	(void)state;
	if (!has_landlock())
		skip();
	in_dir(path, "data/spool");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(try(PROC_SIGNER, nothing, NULL), LOG_EXIT);
	assert_int_equal(try(PROC_OFFICE, nothing, NULL), 0);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		T(test_what_all_may),
		T(test_what_none_may),
		T(test_outside),
		T(test_files),
		T(test_missing_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
