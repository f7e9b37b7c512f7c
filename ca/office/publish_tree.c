/* SPDX-License-Identifier: EUPL-1.2 */
/* Writing below the published tree in stages; see publish_tree.h. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/base/log.h"

#include "publish_tree.h"

enum { FILE_MODE = 0644, DIR_MODE = 0755 };

int
tree_open(struct tree *t, const char *path)
{
	memset(t, 0, sizeof(*t));
	t->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->root == -1) {
		log_warn("%s: expected the directory of the published tree",
		    path);
		return -1;
	}
	return 0;
}

static void
dirs_close(struct tree *t)
{
	while (t->n_dirs > 0)
		close(t->dir[--t->n_dirs].fd);
}

void
tree_close(struct tree *t)
{
	tree_undo(t);
	dirs_close(t);
	free(t->file);
	if (t->root != -1)
		close(t->root);
	memset(t, 0, sizeof(*t));
	t->root = -1;
}

/* One step down; made when it is not there. */
static int
step_open(int parent, const char *name, int *made)
{
	const int	flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
			    O_CLOEXEC;
	int		fd;

	*made = 0;
	fd = openat(parent, name, flags);
	if (fd != -1 || errno != ENOENT)
		return fd;
	if (mkdirat(parent, name, DIR_MODE) == -1 && errno != EEXIST)
		return -1;
	if ((fd = openat(parent, name, flags)) == -1)
		return -1;
	/* The mode is ours to say, whatever the umask. */
	if (fchmod(fd, DIR_MODE) == -1) {
		close(fd);
		return -1;
	}
	*made = 1;
	return fd;
}

static int
dir_find(const struct tree *t, const char *path, size_t len)
{
	size_t	i;

	for (i = 0; i < t->n_dirs; i++)
		if (strncmp(t->dir[i].path, path, len) == 0 &&
		    t->dir[i].path[len] == '\0')
			return (int)i;
	return -1;
}

/*
 * The place in dir[] of the first len bytes of path, opening what is not open
 * yet step by step; empty: the top. -1 with errno.
 */
static int
dir_at(struct tree *t, const char *path, size_t len)
{
	char	name[LAYOUT_PATH_MAX];
	size_t	up = len;
	int	fd, found, made, parent;

	if ((found = dir_find(t, path, len)) != -1)
		return found;
	if (len >= LAYOUT_PATH_MAX || t->n_dirs == TREE_DIRS_MAX) {
		errno = EMFILE;
		return -1;
	}
	parent = -1;
	if (len == 0) {
		made = 0;
		fd = fcntl(t->root, F_DUPFD_CLOEXEC, 3);
	} else {
		while (up > 0 && path[up - 1] != '/')
			up--;
		snprintf(name, sizeof(name), "%.*s", (int)(len - up),
		    path + up);
		if ((parent = dir_at(t, path, up > 0 ? up - 1 : 0)) == -1)
			return -1;
		if (t->n_dirs == TREE_DIRS_MAX) {
			errno = EMFILE;
			return -1;
		}
		fd = step_open(t->dir[parent].fd, name, &made);
	}
	if (fd == -1)
		return -1;
	if (made)
		t->dir[parent].touched = 1;
	snprintf(t->dir[t->n_dirs].path, LAYOUT_PATH_MAX, "%.*s", (int)len,
	    path);
	t->dir[t->n_dirs].fd = fd;
	t->dir[t->n_dirs].touched = 0;
	return (int)t->n_dirs++;
}

/* The directory of path, and the name in it; -1 after a log line. */
static int
dir_of(struct tree *t, const char *path, const char **name)
{
	const char	*slash = strrchr(path, '/');
	size_t		 len = slash == NULL ? 0 : (size_t)(slash - path);
	size_t		 i, steps = 2;
	int		 dir;

	for (i = 0; i < len; i++)
		steps += path[i] == '/';
	if (t->flush && (t->n_dirs + steps > TREE_DIRS_MAX ||
	    t->n == TREE_STAGED_MAX) && tree_commit(t) == -1)
		return -1;
	*name = slash == NULL ? path : slash + 1;
	if ((dir = dir_at(t, path, len)) == -1)
		log_warn("%s: its directory cannot be had in the published"
		    " tree", path);
	return dir;
}

static int
file_note(struct tree *t, int dir, const char *name)
{
	struct tree_file	*p;
	size_t			 cap;

	if (t->n == t->cap) {
		cap = t->cap == 0 ? 64 : t->cap * 2;
		if ((p = realloc(t->file, cap * sizeof(*p))) == NULL)
			return -1;
		t->file = p;
		t->cap = cap;
	}
	t->file[t->n].dir = (size_t)dir;
	snprintf(t->file[t->n].name, sizeof(t->file[t->n].name), "%s", name);
	t->n++;
	return 0;
}

/* Is this what stands there already? */
static int
file_is(int dirfd, const char *name, struct km_bytes data)
{
	struct stat	st;
	struct buf	have;
	int		same = 0;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISREG(st.st_mode) || (uint64_t)st.st_size != data.len)
		return 0;
	buf_init(&have, data.len);
	if (file_read_at(&have, dirfd, name) == 0 && have.len == data.len)
		same = data.len == 0 ||
		    memcmp(have.p, data.p, data.len) == 0;
	buf_free(&have);
	return same;
}

int
tree_put(struct tree *t, const char *path, struct km_bytes data, int once)
{
	const char	*name;
	int		 dir;

	if ((dir = dir_of(t, path, &name)) == -1)
		return -1;
	/* Perhaps renamed and not synced when publishing was cut off. */
	t->dir[dir].touched = 1;
	if (once && file_is(t->dir[dir].fd, name, data))
		return 0;
	if (file_stage(t->dir[dir].fd, name, data.p, data.len,
	    FILE_MODE) == -1) {
		log_warn("%s: cannot be written in the published tree",
		    path);
		return -1;
	}
	if (file_note(t, dir, name) == -1) {
		log_warn("%s: cannot be published", path);
		file_unstage(t->dir[dir].fd, name);
		return -1;
	}
	return 0;
}

int
tree_commit(struct tree *t)
{
	struct tree_file	*f;
	size_t			 i;

	for (i = 0; i < t->n; i++) {
		f = &t->file[i];
		if (file_commit(t->dir[f->dir].fd, f->name) == -1) {
			log_warn("%s/%s: cannot be renamed in the published"
			    " tree", t->dir[f->dir].path, f->name);
			return -1;
		}
	}
	t->n = 0;
	for (i = 0; i < t->n_dirs; i++) {
		if (!t->dir[i].touched)
			continue;
		if (file_sync_dir(t->dir[i].fd) == -1) {
			log_warn("%s: cannot be synced in the published tree",
			    t->dir[i].path);
			return -1;
		}
	}
	dirs_close(t);
	return 0;
}

void
tree_undo(struct tree *t)
{
	size_t	i;

	for (i = 0; i < t->n; i++)
		file_unstage(t->dir[t->file[i].dir].fd, t->file[i].name);
	t->n = 0;
}

void
tree_may_flush(struct tree *t, int yes)
{
	t->flush = yes;
}

int
tree_remove(struct tree *t, const char *path)
{
	if (unlinkat(t->root, path, 0) == 0)
		return 0;
	if (errno == EISDIR && unlinkat(t->root, path, AT_REMOVEDIR) == 0)
		return 0;
	if (errno == ENOENT)
		return 1;
	log_warn("%s: cannot be removed from the published tree", path);
	return -1;
}

int
tree_exists(const struct tree *t, const char *path)
{
	struct stat	st;

	return fstatat(t->root, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

int
tree_read(const struct tree *t, struct buf *out, const char *path)
{
	if (file_read_at(out, t->root, path) == 0)
		return 0;
	return errno == ENOENT ? 1 : -1;
}
