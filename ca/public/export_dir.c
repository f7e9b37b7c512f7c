/* SPDX-License-Identifier: EUPL-1.2 */
/* Export_dir: a directory that is there whole or not at all; see its .h. */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/log.h"

#include "export_dir.h"

enum { OPEN_DIRECTORIES = 16, PATH_LEN = 4096 };

static int
remove_one(const char *path, const struct stat *st, int type,
    struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

/* Only what we made; no link in it is followed. */
static void
remove_tree(const char *path)
{
	if (nftw(path, remove_one, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS) ==
	    -1 && errno != ENOENT)
		log_warn("%s: not removed", path);
}

static int
is_empty(const char *path)
{
	struct dirent	*d;
	DIR		*dir;
	int		 n = 0;

	if ((dir = opendir(path)) == NULL)
		return 0;
	while ((d = readdir(dir)) != NULL)
		n += strcmp(d->d_name, ".") != 0 &&
		    strcmp(d->d_name, "..") != 0;
	closedir(dir);
	return n == 0;
}

/* May what is called this be replaced by an export? */
static int
may_replace(const char *name, const char *sign)
{
	struct stat	st;
	char		path[PATH_LEN];

	if (lstat(name, &st) == -1)
		return errno == ENOENT;
	snprintf(path, sizeof(path), "%s/%s", name, sign);
	return S_ISDIR(st.st_mode) && ((lstat(path, &st) == 0 &&
	    S_ISREG(st.st_mode)) || is_empty(name));
}

int
export_begin(struct export_dir *d, const char *name, const char *sign)
{
	size_t	len = strlen(name);

	memset(d, 0, sizeof(*d));
	d->fd = -1;
	d->name = name;
	d->sign = sign;
	if (len == 0 || name[len - 1] == '/' || len > PATH_LEN / 2) {
		log_warnx("\"%s\": expected a directory without a slash at "
		    "its end", name);
		return -1;
	}
	if (!may_replace(name, sign)) {
		log_warnx("%s: expected nothing, an empty directory or an "
		    "export made before, found something else, which stays",
		    name);
		return -1;
	}
	if (asprintf(&d->fresh, "%s.new", name) == -1) {
		d->fresh = NULL;
		log_warn("export");
		return -1;
	}
	/* Of an export that was broken off: told by the same sign. */
	if (may_replace(d->fresh, sign))
		remove_tree(d->fresh);
	if (mkdir(d->fresh, 0777) == -1 || (d->fd = open(d->fresh, O_RDONLY |
	    O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) == -1) {
		log_warn("%s: cannot be made", d->fresh);
		free(d->fresh);
		d->fresh = NULL;
		return -1;
	}
	return 0;
}

/* The directories of a name; most are those of the name before. */
static int
make_dirs(struct export_dir *d, const char *name)
{
	const char	*slash = strrchr(name, '/');
	char		*dir, *p;

	if (slash == NULL || (d->last != NULL &&
	    strncmp(d->last, name, (size_t)(slash - name)) == 0 &&
	    d->last[slash - name] == '\0'))
		return 0;
	if ((dir = strndup(name, (size_t)(slash - name))) == NULL)
		return -1;
	for (p = strchr(dir, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdirat(d->fd, dir, 0777) == -1 && errno != EEXIST)
			break;
		*p = '/';
	}
	if (p != NULL || (mkdirat(d->fd, dir, 0777) == -1 &&
	    errno != EEXIST)) {
		free(dir);
		return -1;
	}
	free(d->last);
	d->last = dir;
	return 0;
}

static int
write_all(int fd, const char *p, size_t len)
{
	ssize_t	n;

	for (; len > 0; p += n, len -= (size_t)n)
		if ((n = write(fd, p, len)) == -1) {
			if (errno != EINTR)
				return -1;
			n = 0;
		}
	return 0;
}

int
export_put(struct export_dir *d, const char *name, const void *data,
    size_t len)
{
	int	fd, rc = -1;

	if (make_dirs(d, name) == 0 && (fd = openat(d->fd, name, O_WRONLY |
	    O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666)) != -1) {
		rc = write_all(fd, data, len);
		if (close(fd) == -1)
			rc = -1;
	}
	if (rc == -1)
		log_warn("%s/%s: cannot be written", d->fresh, name);
	return rc;
}

int
export_commit(struct export_dir *d)
{
	/* One call for what may be a million files. */
	if (syncfs(d->fd) == -1) {
		log_warn("%s: cannot be made durable", d->fresh);
		return -1;
	}
	/* In the place of nothing or of an empty one, else in exchange. */
	if (rename(d->fresh, d->name) == 0) {
		free(d->fresh);
		d->fresh = NULL;
		return 0;
	}
	/* Somebody may have put something else there meanwhile. */
	if (!may_replace(d->name, d->sign)) {
		log_warnx("%s: no export any more: it stays", d->name);
		return -1;
	}
	if (renameat2(AT_FDCWD, d->fresh, AT_FDCWD, d->name,
	    RENAME_EXCHANGE) == -1) {
		log_warn("%s: cannot take its place", d->name);
		return -1;
	}
	return 0;		/* export_end() removes what was there */
}

void
export_end(struct export_dir *d)
{
	if (d->fresh != NULL) {
		remove_tree(d->fresh);
		close(d->fd);
	} else if (d->name != NULL && d->fd != -1) {
		close(d->fd);
	}
	free(d->fresh);
	free(d->last);
	memset(d, 0, sizeof(*d));
	d->fd = -1;
}
