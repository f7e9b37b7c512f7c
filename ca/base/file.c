/* SPDX-License-Identifier: EUPL-1.2 */
/* Files that are there whole or not at all; see file.h. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "log.h"

/* Close without touching errno. */
static void
file_close(int fd)
{
	int	saved = errno;

	close(fd);
	errno = saved;
}

/* The temporary name of name; -1 with errno when name will not do. */
static int
file_temp(char temp[FILE_NAME_LEN_MAX + 8], const char *name)
{
	size_t	len = strlen(name);

	if (len == 0 || strchr(name, '/') != NULL) {
		errno = EINVAL;
		return -1;
	}
	if (len > FILE_NAME_LEN_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(temp, FILE_NAME_LEN_MAX + 8, ".%s.tmp", name);
	return 0;
}

static int
write_all(int fd, const void *data, size_t len)
{
	const char	*p = data;
	ssize_t		 n;

	for (; len > 0; p += n, len -= (size_t)n) {
		n = write(fd, p, len);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return -1;
	}
	return 0;
}

/* Append what is left of fd to out, at most what out may hold. */
static int
read_all(struct buf *out, int fd)
{
	char	one;
	ssize_t	n;

	for (;;) {
		/* Full: see whether more follows before growing. */
		if (out->len == out->cap)
			n = read(fd, &one, 1);
		else
			n = read(fd, out->p + out->len, out->cap - out->len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		if (out->len < out->cap) {
			out->len += (size_t)n;
		} else if (out->len == out->max) {
			errno = EFBIG;
			return -1;
		} else if (buf_add(out, &one, 1) == -1) {
			return -1;
		}
	}
}

int
file_read_fd(struct buf *out, int fd)
{
	struct stat	st;
	size_t		len = out->len;

	if (fstat(fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return -1;
	}
	if (st.st_size > 0 && (uintmax_t)st.st_size > out->max - out->len) {
		errno = EFBIG;
		return -1;
	}
	/* One allocation of the right size in the usual case. */
	if (buf_reserve(out, (size_t)st.st_size) == -1)
		return -1;
	if (read_all(out, fd) == -1) {
		out->len = len;
		return -1;
	}
	return 0;
}

int
file_read_at(struct buf *out, int dirfd, const char *name)
{
	int	fd, rc;

	/* O_NONBLOCK: a named pipe must not hold us. */
	if ((fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
	    O_NOCTTY)) == -1)
		return -1;
	rc = file_read_fd(out, fd);
	file_close(fd);
	return rc;
}

int
file_read(struct buf *out, const char *path)
{
	return file_read_at(out, AT_FDCWD, path);
}

int
file_stage(int dirfd, const char *name, const void *data, size_t len,
    mode_t mode)
{
	char	temp[FILE_NAME_LEN_MAX + 8];
	int	fd, saved;

	if (file_temp(temp, name) == -1)
		return -1;
	/* What a crash left behind goes first; O_EXCL then follows no link. */
	if (unlinkat(dirfd, temp, 0) == -1 && errno != ENOENT)
		return -1;
	if ((fd = openat(dirfd, temp, O_WRONLY | O_CREAT | O_EXCL |
	    O_CLOEXEC | O_NOFOLLOW, mode)) == -1)
		return -1;
	/* The mode is what the caller says, whatever the umask. */
	if (fchmod(fd, mode) == -1 || write_all(fd, data, len) == -1 ||
	    fdatasync(fd) == -1)
		goto fail;
	if (close(fd) == -1) {
		fd = -1;
		goto fail;
	}
	return 0;
fail:
	saved = errno;
	if (fd != -1)
		close(fd);
	unlinkat(dirfd, temp, 0);
	errno = saved;
	return -1;
}

int
file_commit(int dirfd, const char *name)
{
	char	temp[FILE_NAME_LEN_MAX + 8];

	if (file_temp(temp, name) == -1)
		return -1;
	return renameat(dirfd, temp, dirfd, name);
}

void
file_unstage(int dirfd, const char *name)
{
	char	temp[FILE_NAME_LEN_MAX + 8];
	int	saved = errno;

	if (file_temp(temp, name) == 0)
		unlinkat(dirfd, temp, 0);
	errno = saved;
}

int
file_sync_dir(int dirfd)
{
	/* fsync(2) refuses AT_FDCWD and O_PATH: then open it anew. */
	int	fd, rc;

	if (dirfd != AT_FDCWD)
		return fsync(dirfd);
	if ((fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return -1;
	rc = fsync(fd);
	file_close(fd);
	return rc;
}

int
file_write(int dirfd, const char *name, const void *data, size_t len,
    mode_t mode)
{
	if (file_stage(dirfd, name, data, len, mode) == -1)
		return -1;
	if (file_commit(dirfd, name) == -1) {
		file_unstage(dirfd, name);
		return -1;
	}
	return file_sync_dir(dirfd);
}

/* Say who holds the lock, as far as the holder wrote it down. */
static void
lock_held(int fd, const char *path)
{
	char	text[16] = "";
	ssize_t	n;

	n = pread(fd, text, sizeof(text) - 1, 0);
	if (n > 0 && strspn(text, "0123456789") > 0)
		log_warnx("%s: in use by process %ld: stop it first", path,
		    strtol(text, NULL, 10));
	else
		log_warnx("%s: in use by another process: stop it first",
		    path);
}

int
file_lock(const char *path)
{
	struct flock	lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char		text[24];
	int		fd, saved;

	if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600)) == -1) {
		log_warn("%s: cannot open the lock", path);
		return -1;
	}
	if (fcntl(fd, F_OFD_SETLK, &lock) == -1) {
		saved = errno;
		if (saved == EACCES)	/* fcntl(2) allows either */
			saved = EAGAIN;
		if (saved == EAGAIN)
			lock_held(fd, path);
		else
			log_warn("%s: cannot lock", path);
		close(fd);
		errno = saved;
		return -1;
	}
	/* Only for the message above; the lock itself needs no content. */
	snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) == -1 ||
	    pwrite(fd, text, strlen(text), 0) == -1)
		log_debug("%s: cannot note who holds it", path);
	return fd;
}

/* Owned by us or root, without any of these rights? */
static int
owned_without(const struct stat *st, mode_t rights)
{
	if ((st->st_uid != 0 && st->st_uid != geteuid()) ||
	    (st->st_mode & rights) != 0) {
		errno = EPERM;
		return -1;
	}
	return 0;
}

/* The same, and a regular file? */
static int
mode_without(int fd, mode_t rights)
{
	struct stat	st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	return owned_without(&st, rights);
}

int
file_dir_firm(int fd)
{
	struct stat	st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return -1;
	}
	return owned_without(&st, S_IWGRP | S_IWOTH);
}

int
file_mode_private(int fd)
{
	return mode_without(fd, S_IRWXG | S_IRWXO);
}

int
file_mode_firm(int fd)
{
	return mode_without(fd, S_IWGRP | S_IWOTH);
}
