/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Preloaded under a role: writes down, in the file that POWERLOSS_LOG names
 * (with the process id behind it), what the process changes in files and
 * what it syncs. From the records of all roles tests/system/powerloss.py
 * rebuilds the disk as strictly as POSIX lets a power cut leave it: a file
 * has the bytes of its last fsync or fdatasync, a directory the names of its
 * last fsync, and nothing else.
 *
 * Records: type, inode, a, b (8 bytes each, little-endian), then b bytes.
 *	W inode offset length bytes	written, not yet durable
 *	T inode size 0			cut or grown to size
 *	S inode 0 0			synced: all of the above is durable
 *	D inode 0 length entries	directory synced: inode (8), type (1),
 *					length (1) and name of each entry
 *	F inode 0 0			its last name went: the number is free
 *
 * A record is written after the call succeeded and before the caller learns
 * of it, so whoever was told "synced" finds it here. Writes through mmap are
 * not seen: only SQLite's -shm uses those, and it is made anew.
 */
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ENTRIES_MAX = 1 << 20 };

static int		 out = -1;
static pthread_mutex_t	 lock = PTHREAD_MUTEX_INITIALIZER;


static ssize_t
raw_write(int fd, const void *p, size_t len)
{
	return (ssize_t)syscall(SYS_write, fd, p, len);
}

static void
put(const void *p, size_t len)
{
	const char	*s = p;
	ssize_t		 n;

	while (len > 0) {
		if ((n = raw_write(out, s, len)) <= 0)
			abort();
		s += n;
		len -= (size_t)n;
	}
}

static void
record(char type, uint64_t ino, uint64_t a, uint64_t len, const void *bytes)
{
	uint64_t	 head[4];
	int		 saved = errno;

	head[0] = (uint64_t)type;
	head[1] = ino;
	head[2] = a;
	head[3] = len;
	pthread_mutex_lock(&lock);
	put(head, sizeof(head));
	if (len > 0)
		put(bytes, len);
	pthread_mutex_unlock(&lock);
	errno = saved;
}

__attribute__((constructor)) static void
start(void)
{
	const char	*base = getenv("POWERLOSS_LOG");
	char		 path[4096];
	int		 n;

	if (base == NULL)
		return;
	n = snprintf(path, sizeof(path), "%s.%ld", base, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(path))
		abort();
	out = (int)syscall(SYS_openat, AT_FDCWD, path,
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (out < 0)
		abort();
	/* Out of the way of those who close or count low descriptors. */
	n = fcntl(out, F_DUPFD_CLOEXEC, 200);
	if (n >= 0) {
		(void)syscall(SYS_close, out);
		out = n;
	}
}

/* The inode of a regular file that we follow, or 0. */
static uint64_t
file_of(int fd)
{
	struct stat	st;
	int		saved = errno;
	uint64_t	ino = 0;

	if (out >= 0 && fd != out && fstat(fd, &st) == 0 &&
	    S_ISREG(st.st_mode))
		ino = st.st_ino;
	errno = saved;
	return ino;
}

static void
written(int fd, uint64_t ino, const void *p, ssize_t n)
{
	off_t	end;

	if (ino == 0 || n <= 0)
		return;
	end = lseek(fd, 0, SEEK_CUR);
	record('W', ino, (uint64_t)(end - n), (uint64_t)n, p);
}

ssize_t
write(int fd, const void *p, size_t len)
{
	uint64_t	 ino = file_of(fd);
	ssize_t		 n = raw_write(fd, p, len);

	written(fd, ino, p, n);
	return n;
}

static ssize_t
write_at(int fd, const void *p, size_t len, off_t at)
{
	uint64_t	 ino = file_of(fd);
	ssize_t		 n;

	n = (ssize_t)syscall(SYS_pwrite64, fd, p, len, at);
	if (ino != 0 && n > 0)
		record('W', ino, (uint64_t)at, (uint64_t)n, p);
	return n;
}

ssize_t
pwrite(int fd, const void *p, size_t len, off_t at)
{
	return write_at(fd, p, len, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t len, off64_t at)
{
	return write_at(fd, p, len, at);
}

ssize_t
writev(int fd, const struct iovec *iov, int count)
{
	uint64_t	 ino = file_of(fd);
	ssize_t		 n, total = 0;
	int		 i;

	if (ino == 0)
		return (ssize_t)syscall(SYS_writev, fd, iov, count);
	for (i = 0; i < count; i++) {
		n = write(fd, iov[i].iov_base, iov[i].iov_len);
		if (n < 0)
			return total > 0 ? total : n;
		total += n;
		if ((size_t)n < iov[i].iov_len)
			break;
	}
	return total;
}

static int
cut(int fd, off_t size)
{
	uint64_t	ino = file_of(fd);
	int		rc = (int)syscall(SYS_ftruncate, fd, size);

	if (ino != 0 && rc == 0)
		record('T', ino, (uint64_t)size, 0, NULL);
	return rc;
}

int
ftruncate(int fd, off_t size)
{
	return cut(fd, size);
}

int
ftruncate64(int fd, off64_t size)
{
	return cut(fd, size);
}

/* Entries of a directory as they stand now. */
static void
directory(int fd, uint64_t ino)
{
	static char	 entries[ENTRIES_MAX];
	char		 buf[32768];
	struct dirent64	*e;
	size_t		 len = 0, n;
	long		 got, i;
	uint64_t	 child;

	(void)lseek(fd, 0, SEEK_SET);
	while ((got = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0)
		for (i = 0; i < got; i += e->d_reclen) {
			e = (struct dirent64 *)(void *)(buf + i);
			n = strlen(e->d_name);
			if (strcmp(e->d_name, ".") == 0 ||
			    strcmp(e->d_name, "..") == 0)
				continue;
			if (n > 255 || len + n + 10 > sizeof(entries))
				abort();
			child = e->d_ino;
			memcpy(entries + len, &child, 8);
			entries[len + 8] = e->d_type == DT_DIR ? 'd' : 'f';
			entries[len + 9] = (char)(unsigned char)n;
			memcpy(entries + len + 10, e->d_name, n);
			len += 10 + n;
		}
	if (got < 0)
		abort();
	record('D', ino, 0, len, entries);
}

static int
synced(int fd, int rc)
{
	struct stat	st;

	if (rc != 0 || out < 0 || fstat(fd, &st) != 0)
		return rc;
	if (S_ISDIR(st.st_mode))
		directory(fd, st.st_ino);
	else if (S_ISREG(st.st_mode))
		record('S', st.st_ino, 0, 0, NULL);
	return rc;
}

int
fsync(int fd)
{
	return synced(fd, (int)syscall(SYS_fsync, fd));
}

int
fdatasync(int fd)
{
	return synced(fd, (int)syscall(SYS_fdatasync, fd));
}

/* The inode whose last name would go with this one, or 0. */
static uint64_t
last_name(int dirfd, const char *path)
{
	struct stat	st;
	int		saved = errno;
	uint64_t	ino = 0;

	if (out >= 0 && fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && st.st_nlink == 1)
		ino = st.st_ino;
	errno = saved;
	return ino;
}

static int
forget(uint64_t ino, int rc)
{
	if (rc == 0 && ino != 0)
		record('F', ino, 0, 0, NULL);
	return rc;
}

int
unlinkat(int dirfd, const char *path, int flags)
{
	uint64_t	ino = last_name(dirfd, path);

	return forget(ino, (int)syscall(SYS_unlinkat, dirfd, path, flags));
}

int
unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

int
renameat(int from, const char *old, int to, const char *new)
{
	uint64_t	ino = last_name(to, new);

	return forget(ino, (int)syscall(SYS_renameat2, from, old, to, new, 0));
}

int
rename(const char *old, const char *new)
{
	return renameat(AT_FDCWD, old, AT_FDCWD, new);
}

/* A file opened with O_TRUNC loses what it had. */
static int
opened(int fd, int flags)
{
	uint64_t	ino;

	if (fd >= 0 && (flags & O_TRUNC) != 0 && (ino = file_of(fd)) != 0)
		record('T', ino, 0, 0, NULL);
	return fd;
}

static int
open_at(int dirfd, const char *path, int flags, mode_t mode)
{
	return opened((int)syscall(SYS_openat, dirfd, path, flags, mode),
	    flags);
}

#define MODE(mode, flags, last) do {					\
	va_list ap_;							\
	va_start(ap_, last);						\
	(mode) = ((flags) & (O_CREAT | O_TMPFILE)) != 0 ?		\
	    va_arg(ap_, mode_t) : 0;					\
	va_end(ap_);							\
} while (0)

int
open(const char *path, int flags, ...)
{
	mode_t	mode;

	MODE(mode, flags, flags);
	return open_at(AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	mode_t	mode;

	MODE(mode, flags, flags);
	return open_at(AT_FDCWD, path, flags, mode);
}

int
openat(int dirfd, const char *path, int flags, ...)
{
	mode_t	mode;

	MODE(mode, flags, flags);
	return open_at(dirfd, path, flags, mode);
}

int
openat64(int dirfd, const char *path, int flags, ...)
{
	mode_t	mode;

	MODE(mode, flags, flags);
	return open_at(dirfd, path, flags, mode);
}
