/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files: whole or not at all. The system calls that file.c uses are taken
 * over here, so that the process can be ended before each of them and their
 * order be seen.
 */
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/base/file.h"

static char	dir[] = "/tmp/test_base_file.XXXXXX";
static int	dirfd_ = -1;
static int	watching, step, die_at, fail_at, fail_errno;
static char	trail[64];		/* one letter a call */

/* Returns -1 when this call is to fail; does not return when it is to die. */
static int
passed(char letter)
{
	if (!watching)
		return 0;
	if (step == die_at)
		_exit(9);
	if ((size_t)step < sizeof(trail) - 1)
		trail[step] = letter;
	if (step++ == fail_at) {
		errno = fail_errno;
		return -1;
	}
	return 0;
}

ssize_t
write(int fd, const void *data, size_t len)
{
	if (passed('w') == -1)
		return -1;
	/* Short writes are allowed, so make them. */
	if (watching && len > 3)
		len = 3;
	return syscall(SYS_write, fd, data, len);
}

int
fdatasync(int fd)
{
	return passed('d') == -1 ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	return passed('s') == -1 ? -1 : (int)syscall(SYS_fsync, fd);
}

int
renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	return passed('r') == -1 ? -1 :
	    (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, 0);
}

static void
watch(int die, int failing, int error)
{
	memset(trail, 0, sizeof(trail));
	step = 0;
	die_at = die;
	fail_at = failing;
	fail_errno = error;
	watching = 1;
}

static void
holds(const char *name, const char *want)
{
	struct buf	b;

	buf_init(&b, 100);
	assert_int_equal(file_read_at(&b, dirfd_, name), 0);
	assert_int_equal(b.len, strlen(want));
	assert_memory_equal(b.p, want, b.len);
	buf_free(&b);
}

static int
set_up(void **state)
{
	(void)state;
	watching = 0;
	strcpy(dir, "/tmp/test_base_file.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	dirfd_ = open(dir, O_RDONLY | O_DIRECTORY);
	return dirfd_ == -1 ? -1 : 0;
}

static int
tear_down(void **state)
{
	char	command[64];

	(void)state;
	watching = 0;
	close(dirfd_);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void
test_order(void **state)
{
	(void)state;
	watch(-1, -1, 0);
	assert_int_equal(file_write(dirfd_, "f", "abcdef", 6, 0644), 0);
	watching = 0;
	/* Data before name, name before the directory. */
	assert_string_equal(trail, "wwdrs");
	holds("f", "abcdef");
}

static void
test_killed_leaves_old_or_new(void **state)
{
	char	got[16];
	int	at, fd, status, old = 0, new = 0;
	pid_t	pid;
	ssize_t	n;

	(void)state;
	for (at = 0; at < 5; at++) {
		assert_int_equal(file_write(dirfd_, "f", "old", 3, 0644), 0);
		pid = fork();
		assert_true(pid != -1);
		if (pid == 0) {
			watch(at, -1, 0);
			file_write(dirfd_, "f", "newer!", 6, 0644);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(WEXITSTATUS(status), 9);

		fd = openat(dirfd_, "f", O_RDONLY);
		n = read(fd, got, sizeof(got));
		close(fd);
		if (n == 3 && memcmp(got, "old", 3) == 0)
			old++;
		else if (n == 6 && memcmp(got, "newer!", 6) == 0)
			new++;
		/* What the dead one left does not stand in the way. */
		assert_int_equal(file_write(dirfd_, "f", "next", 4, 0644), 0);
		holds("f", "next");
	}
	assert_int_equal(old, 4);	/* w, w, d, r */
	assert_int_equal(new, 1);	/* s */
}

/* A full disk or an I/O error anywhere: an error, the old file, no litter. */
static void
test_failing_step(void **state)
{
	int	at;

	(void)state;
	for (at = 0; at < 4; at++) {
		assert_int_equal(file_write(dirfd_, "f", "old", 3, 0644), 0);
		watch(-1, at, at < 2 ? ENOSPC : EIO);
		assert_int_equal(file_write(dirfd_, "f", "newer!", 6, 0644),
		    -1);
		assert_int_equal(errno, at < 2 ? ENOSPC : EIO);
		watching = 0;
		holds("f", "old");
		assert_int_equal(faccessat(dirfd_, ".f.tmp", F_OK, 0), -1);
	}
	/* The last step failing is told too, though the name is new. */
	watch(-1, 4, EIO);
	assert_int_equal(file_write(dirfd_, "f", "newer!", 6, 0644), -1);
}

static void
test_write_interrupted(void **state)
{
	(void)state;
	watch(-1, 0, EINTR);
	assert_int_equal(file_write(dirfd_, "f", "abc", 3, 0644), 0);
	watching = 0;
	holds("f", "abc");
}

static void
test_two_phases(void **state)
{
	(void)state;
	assert_int_equal(file_write(dirfd_, "a", "1", 1, 0644), 0);
	watch(-1, -1, 0);
	assert_int_equal(file_stage(dirfd_, "a", "2", 1, 0644), 0);
	assert_int_equal(file_stage(dirfd_, "b", "3", 1, 0644), 0);
	watching = 0;
	holds("a", "1");
	assert_int_equal(faccessat(dirfd_, "b", F_OK, 0), -1);
	watch(-1, -1, 0);
	assert_int_equal(file_commit(dirfd_, "a"), 0);
	assert_int_equal(file_commit(dirfd_, "b"), 0);
	assert_int_equal(file_sync_dir(dirfd_), 0);
	watching = 0;
	assert_string_equal(trail, "rrs");
	holds("a", "2");
	holds("b", "3");

	assert_int_equal(file_stage(dirfd_, "a", "4", 1, 0644), 0);
	file_unstage(dirfd_, "a");
	assert_int_equal(file_commit(dirfd_, "a"), -1);
	assert_int_equal(errno, ENOENT);
	holds("a", "2");
}

static void
test_names(void **state)
{
	char	name[FILE_NAME_LEN_MAX + 2];

	(void)state;
	assert_int_equal(file_write(dirfd_, "", "a", 1, 0644), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(file_write(dirfd_, "a/b", "a", 1, 0644), -1);
	assert_int_equal(errno, EINVAL);
	memset(name, 'n', sizeof(name));
	name[FILE_NAME_LEN_MAX + 1] = '\0';
	assert_int_equal(file_write(dirfd_, name, "a", 1, 0644), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	name[FILE_NAME_LEN_MAX] = '\0';
	assert_int_equal(file_write(dirfd_, name, "a", 1, 0644), 0);
	holds(name, "a");
	/* Nothing to write is a file too. */
	assert_int_equal(file_write(dirfd_, "empty", NULL, 0, 0644), 0);
	holds("empty", "");
}

static void
test_mode_whatever_the_umask(void **state)
{
	struct stat	st;
	mode_t		old = umask(0077);

	(void)state;
	assert_int_equal(file_write(dirfd_, "f", "a", 1, 0644), 0);
	umask(old);
	assert_int_equal(fstatat(dirfd_, "f", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
}

/* A link planted under the temporary name is not followed. */
static void
test_planted_link(void **state)
{
	(void)state;
	assert_int_equal(file_write(dirfd_, "victim", "safe", 4, 0644), 0);
	assert_int_equal(symlinkat("victim", dirfd_, ".f.tmp"), 0);
	assert_int_equal(file_write(dirfd_, "f", "abc", 3, 0644), 0);
	holds("victim", "safe");
	holds("f", "abc");
}

static void
test_read_limit(void **state)
{
	struct buf	b;

	(void)state;
	assert_int_equal(file_write(dirfd_, "f", "0123456789", 10, 0644), 0);
	buf_init(&b, 10);
	assert_int_equal(file_read_at(&b, dirfd_, "f"), 0);
	assert_int_equal(b.len, 10);
	assert_int_equal(b.cap, 10);
	buf_free(&b);

	buf_init(&b, 9);
	assert_int_equal(file_read_at(&b, dirfd_, "f"), -1);
	assert_int_equal(errno, EFBIG);
	assert_int_equal(b.len, 0);
	assert_int_equal(b.failed, 0);
	buf_free(&b);

	/* It appends; on error what was there stays. */
	buf_init(&b, 15);
	buf_add(&b, "abcde", 5);
	assert_int_equal(file_read_at(&b, dirfd_, "f"), 0);
	assert_memory_equal(b.p, "abcde0123456789", 15);
	assert_int_equal(file_read_at(&b, dirfd_, "f"), -1);
	assert_int_equal(errno, EFBIG);
	assert_int_equal(b.len, 15);
	buf_free(&b);
}

/* Files of /proc say that they are empty: the limit holds all the same. */
static void
test_read_without_size(void **state)
{
	struct buf	b;
	size_t		len;

	(void)state;
	buf_init(&b, 1 << 20);
	assert_int_equal(file_read(&b, "/proc/self/status"), 0);
	assert_true(b.len > 300);
	len = b.len;
	buf_free(&b);
	buf_init(&b, 100);
	assert_int_equal(file_read(&b, "/proc/self/status"), -1);
	assert_int_equal(errno, EFBIG);
	assert_true(b.len == 0 && len > 100);
	buf_free(&b);
}

static void
test_read_no_file(void **state)
{
	struct buf	b;
	char		path[64];

	(void)state;
	buf_init(&b, 100);
	assert_int_equal(file_read(&b, dir), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(file_read_at(&b, dirfd_, "absent"), -1);
	assert_int_equal(errno, ENOENT);
	/* A named pipe without a writer must not hold us. */
	snprintf(path, sizeof(path), "%s/pipe", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(file_read(&b, path), -1);
	assert_int_equal(errno, EINVAL);
	buf_free(&b);
}

static void
test_lock(void **state)
{
	char	path[64];
	int	fd, status;
	pid_t	pid;

	(void)state;
	snprintf(path, sizeof(path), "%s/lock", dir);
	assert_true((fd = file_lock(path)) >= 0);
	/* Held: by another process and through another open alike. */
	assert_int_equal(file_lock(path), -1);
	assert_int_equal(errno, EAGAIN);
	pid = fork();
	assert_true(pid != -1);
	if (pid == 0) {
		close(fd);
		close(STDERR_FILENO);
		if (open("/dev/null", O_WRONLY) == -1)
			_exit(2);
		_exit(file_lock(path) == -1 && errno == EAGAIN ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fd);

	/* It dies with its holder, whatever the file says. */
	pid = fork();
	assert_true(pid != -1);
	if (pid == 0)
		_exit(file_lock(path) >= 0 ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true((fd = file_lock(path)) >= 0);
	close(fd);
}

static void
test_modes(void **state)
{
	static const struct { mode_t mode; int private_, firm; } rows[] = {
		{ 0600, 0, 0 }, { 0400, 0, 0 }, { 0700, 0, 0 },
		{ 0640, -1, 0 }, { 0604, -1, 0 }, { 0610, -1, 0 },
		{ 0620, -1, -1 }, { 0602, -1, -1 }, { 0666, -1, -1 },
	};
	size_t	i;
	int	fd;

	(void)state;
	assert_int_equal(file_write(dirfd_, "key", "k", 1, 0600), 0);
	fd = openat(dirfd_, "key", O_RDONLY);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(fchmod(fd, rows[i].mode), 0);
		assert_int_equal(file_mode_private(fd), rows[i].private_);
		assert_int_equal(file_mode_firm(fd), rows[i].firm);
	}
	assert_int_equal(errno, EPERM);
	/* Somebody else's is nobody's to trust; only root can try. */
	if (geteuid() == 0) {
		assert_int_equal(fchmod(fd, 0600), 0);
		assert_int_equal(fchown(fd, 12345, (gid_t)-1), 0);
		assert_int_equal(file_mode_private(fd), -1);
		assert_int_equal(errno, EPERM);
	}
	close(fd);
	assert_int_equal(file_mode_private(dirfd_), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(file_mode_private(-1), -1);
	assert_int_equal(errno, EBADF);
}

static void
test_directory_modes(void **state)
{
	static const struct { mode_t mode; int firm; } rows[] = {
		{ 0700, 0 }, { 0755, 0 }, { 0770, -1 }, { 0702, -1 },
		{ 01777, -1 },
	};
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(fchmod(dirfd_, rows[i].mode), 0);
		assert_int_equal(file_dir_firm(dirfd_), rows[i].firm);
	}
	assert_int_equal(errno, EPERM);
	assert_int_equal(fchmod(dirfd_, 0700), 0);
	if (geteuid() == 0) {
		assert_int_equal(fchown(dirfd_, 12345, (gid_t)-1), 0);
		assert_int_equal(file_dir_firm(dirfd_), -1);
		assert_int_equal(fchown(dirfd_, 0, (gid_t)-1), 0);
	}
	assert_int_equal(file_dir_firm(STDERR_FILENO), -1);
	assert_int_equal(file_dir_firm(-1), -1);
	assert_int_equal(errno, EBADF);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		T(test_order),
		T(test_killed_leaves_old_or_new),
		T(test_failing_step),
		T(test_write_interrupted),
		T(test_two_phases),
		T(test_names),
		T(test_mode_whatever_the_umask),
		T(test_planted_link),
		T(test_read_limit),
		T(test_read_without_size),
		T(test_read_no_file),
		T(test_lock),
		T(test_modes),
		T(test_directory_modes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
