/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Preloaded under a role: lets its disk become full, or broken. The file that
 * FULLDISK names is shared memory with the test:
 *
 *	8 bytes each, as the machine has them
 *	armed	0: nothing fails
 *	role	'signer' or 'office': its first letter; 0: any
 *	left	calls that still succeed
 *	error	errno of those after it
 *	failed	how many did
 *
 * Calls are those that change a regular file or make it durable. The first
 * that fails is cut short when it writes, as a full disk cuts it.
 */
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct plan {
	int64_t	armed, role, left, error, failed;
};

static struct plan	*plan;
static char		 role;

/* "-x" and the role are the second and third argument. */
static void
role_find(void)
{
	char	 text[256];
	ssize_t	 n;
	char	*at;
	int	 fd;

	if ((fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC)) == -1)
		return;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	for (at = text; at < text + n; at += strlen(at) + 1)
		if (strcmp(at, "-x") == 0 && at + 3 < text + n)
			role = at[3];
}

__attribute__((__constructor__)) static void
begin(void)
{
	const char	*path = getenv("FULLDISK");
	int		 fd;
	void		*p;

	if (path == NULL || (fd = open(path, O_RDWR | O_CLOEXEC)) == -1)
		return;
	p = mmap(NULL, sizeof(*plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
	    0);
	close(fd);
	if (p == MAP_FAILED)
		abort();
	plan = p;
	role_find();
}

static int
is_regular(int fd)
{
	struct stat	st;

	return fd > STDERR_FILENO && fstat(fd, &st) == 0 &&
	    S_ISREG(st.st_mode);
}

/* 0: go on. 1: fails with errno. 2: the first to fail. */
static int
fails(int fd)
{
	int	saved = errno, first;

	if (plan == NULL || plan->armed == 0 || role == '\0' ||
	    (plan->role != 0 && plan->role != role) || !is_regular(fd)) {
		errno = saved;
		return 0;
	}
	if (plan->left-- > 0) {
		errno = saved;
		return 0;
	}
	first = plan->failed++ == 0;
	errno = (int)plan->error;
	return first ? 2 : 1;
}

ssize_t
write(int fd, const void *p, size_t len)
{
	switch (fails(fd)) {
	case 1:
		return -1;
	case 2:
		if (len < 2)
			return -1;
		len /= 2;
	}
	return syscall(SYS_write, fd, p, len);
}

ssize_t
pwrite(int fd, const void *p, size_t len, off_t at)
{
	switch (fails(fd)) {
	case 1:
		return -1;
	case 2:
		if (len < 2)
			return -1;
		len /= 2;
	}
	return syscall(SYS_pwrite64, fd, p, len, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t len, off64_t at)
{
	return pwrite(fd, p, len, at);
}

int
fdatasync(int fd)
{
	return fails(fd) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	return fails(fd) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
ftruncate(int fd, off_t len)
{
	return fails(fd) ? -1 : (int)syscall(SYS_ftruncate, fd, len);
}

int
ftruncate64(int fd, off64_t len)
{
	return ftruncate(fd, len);
}
