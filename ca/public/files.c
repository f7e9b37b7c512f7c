/* SPDX-License-Identifier: EUPL-1.2 */
/* Files of the published tree; see files.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/base/log.h"

#include "files.h"

struct files {
	int		 root;
	uint64_t	 turn;
	struct file	 slot[FILES_SLOTS];
	struct file	 large;
};

void
stamp_of(struct stamp *out, const struct stat *st)
{
	out->dev = st->st_dev;
	out->ino = st->st_ino;
	out->size = st->st_size;
	out->mtime = st->st_mtim;
	out->ctime = st->st_ctim;
}

static int
time_equal(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

int
stamp_equal(const struct stamp *a, const struct stamp *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	    time_equal(&a->mtime, &b->mtime) &&
	    time_equal(&a->ctime, &b->ctime);
}

struct files *
files_new(const char *tree)
{
	struct files	*f;
	size_t		 i;

	if ((f = calloc(1, sizeof(*f))) == NULL) {
		log_warn("public: no memory");
		return NULL;
	}
	for (i = 0; i < FILES_SLOTS; i++) {
		f->slot[i].fd = -1;
		buf_init(&f->slot[i].data, FILES_SMALL);
	}
	buf_init(&f->large.data, 0);
	f->root = open(tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->root == -1) {
		log_warn("%s: expected the directory of the published tree",
		    tree);
		free(f);
		return NULL;
	}
	return f;
}

void
files_free(struct files *f)
{
	size_t	i;

	if (f == NULL)
		return;
	for (i = 0; i < FILES_SLOTS; i++)
		buf_free(&f->slot[i].data);
	close(f->root);
	free(f);
}

/* Names are of path.h: no "..", and no step is empty. */
static int
walk(const struct files *f, const char *name, int flags)
{
	char	 step[FILES_NAME_MAX];
	size_t	 n;
	int	 at = f->root, last, next;

	for (last = 0; !last; name += n + 1) {
		n = strcspn(name, "/");
		last = name[n] == '\0';
		if (n == 0 || n >= sizeof(step) || name[0] == '.') {
			next = -1;
			errno = ENOENT;
		} else {
			memcpy(step, name, n);
			step[n] = '\0';
			next = openat(at, step, O_RDONLY | O_CLOEXEC |
			    O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
			    (last ? flags : O_DIRECTORY));
		}
		if (at != f->root)
			close(at);
		if ((at = next) == -1)
			return -1;
		if (last)
			break;
	}
	return at;
}

int
files_open(const struct files *f, const char *name, struct stat *st)
{
	int	fd;

	if ((fd = walk(f, name, 0)) == -1)
		return -1;
	if (fstat(fd, st) == -1 || !S_ISREG(st->st_mode)) {
		close(fd);
		errno = ENOENT;
		return -1;
	}
	return fd;
}

void
files_names(const struct files *f, const char *name,
    int (*seen)(const char *, void *), void *arg)
{
	struct dirent	*d;
	DIR		*dir;
	int		 fd, i;

	if ((fd = walk(f, name, O_DIRECTORY)) == -1)
		return;
	if ((dir = fdopendir(fd)) == NULL) {
		close(fd);
		return;
	}
	for (i = 0; i < FILES_NAMES_MAX && (d = readdir(dir)) != NULL; i++)
		if (d->d_name[0] != '.' && seen(d->d_name, arg))
			break;
	closedir(dir);
}

/* FNV-1a. Who asks can only make a slot change hands. */
static struct file *
slot_of(struct files *f, const char *name)
{
	uint32_t	h = 2166136261u;

	for (; *name != '\0'; name++)
		h = (h ^ (uint8_t)*name) * 16777619u;
	return &f->slot[(h ^ h >> 16) % FILES_SLOTS];
}

void
files_turn(struct files *f)
{
	f->turn++;
}

void
files_drop(struct file *file)
{
	file->name[0] = '\0';
	buf_reset(&file->data);
}

/* Strong: the same bytes, the same tag, on any machine. */
static void
etag_content(struct file *file)
{
	struct km_bytes	all = { file->data.p, file->data.len };
	uint8_t		hash[KM_HASH_LEN];
	size_t		i;

	km_sha256(hash, &all, 1);
	file->etag[0] = '"';
	for (i = 0; i < 16; i++)
		snprintf(file->etag + 1 + 2 * i, 3, "%02x", hash[i]);
	strcpy(file->etag + 33, "\"");
}

static struct file *
small_read(struct file *file, const char *name, const struct stat *st, int fd)
{
	files_drop(file);
	if (file_read_fd(&file->data, fd) == -1)
		return NULL;
	if (file->data.len == 0) {
		errno = ENOENT;
		return NULL;
	}
	snprintf(file->name, sizeof(file->name), "%s", name);
	stamp_of(&file->stamp, st);
	file->checked = 0;
	file->len = file->data.len;
	etag_content(file);
	return file;
}

static struct file *
large_open(struct files *f, const char *name, const struct stat *st, int fd)
{
	struct file	*file = &f->large;

	snprintf(file->name, sizeof(file->name), "%s", name);
	stamp_of(&file->stamp, st);
	file->checked = 0;
	file->len = (size_t)st->st_size;
	file->fd = fd;
	snprintf(file->etag, sizeof(file->etag), "\"%llx-%llx-%llx.%lx\"",
	    (unsigned long long)st->st_ino, (unsigned long long)st->st_size,
	    (unsigned long long)st->st_mtim.tv_sec,
	    (unsigned long)st->st_mtim.tv_nsec);
	return file;
}

struct file *
files_get(struct files *f, const char *name, int once)
{
	struct stat	 st;
	struct stamp	 stamp;
	struct file	*file = slot_of(f, name);
	int		 fd, have, saved;

	have = strcmp(file->name, name) == 0;
	if (have && (once || (f->turn != 0 && file->turn == f->turn)))
		return file;
	if ((fd = files_open(f, name, &st)) == -1) {
		if (have)
			files_drop(file);
		return NULL;
	}
	stamp_of(&stamp, &st);
	if (have && stamp_equal(&stamp, &file->stamp)) {
		file->turn = f->turn;
		close(fd);
		return file;
	}
	if (st.st_size > FILES_SMALL)
		return large_open(f, name, &st, fd);
	if ((file = small_read(file, name, &st, fd)) != NULL)
		file->turn = f->turn;
	saved = errno;
	close(fd);
	errno = saved;
	return file;
}
