/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files of the published tree, read only: opened step by step, so that no
 * link leads elsewhere, and kept in memory when they are small.
 */
#ifndef PUBLIC_FILES_H
#define PUBLIC_FILES_H

#include <sys/stat.h>

#include "ca/base/buf.h"
#include "verifier/crypto.h"

enum {
	FILES_SMALL = 65536,		/* bytes; a list is 16 kB at most */
	FILES_SLOTS = 256,		/* small ones kept: 16 MB at most */
	FILES_NAME_MAX = 128,
	FILES_ETAG_MAX = 72,
	FILES_NAMES_MAX = 4096		/* looked at in a directory */
};

/* What tells one content of a name from another. */
struct stamp {
	dev_t		 dev;
	ino_t		 ino;
	off_t		 size;
	struct timespec	 mtime, ctime;
};
void	 stamp_of(struct stamp *, const struct stat *);
int	 stamp_equal(const struct stamp *, const struct stamp *);

struct file {
	char		 name[FILES_NAME_MAX];	/* empty: slot not in use */
	struct stamp	 stamp;
	char		 etag[FILES_ETAG_MAX];	/* strong, with its quotes */
	int		 checked;	/* for the caller; 0 when new */
	uint64_t	 turn;		/* in which it was looked at */
	int		 fd;		/* large: the caller closes it; or -1 */
	size_t		 len;
	struct buf	 data;		/* small: all of it */
};

struct files;
struct files	*files_new(const char *tree);	/* NULL after a log line */
void		 files_free(struct files *);	/* safe on NULL */
/* A descriptor of a regular file, or -1 with errno (ELOOP: a link). */
int		 files_open(const struct files *, const char *name,
		    struct stat *);
/* Names in a directory of the tree, in no order, until seen() is not 0. */
void		 files_names(const struct files *, const char *name,
		    int (*seen)(const char *, void *), void *arg);
/*
 * The file of this name, good until the next call; NULL with errno. once:
 * what has this name never changes. Empty files are not there yet.
 */
struct file	*files_get(struct files *, const char *name, int once);
/*
 * What was looked at before is to be looked at again; between two of these it
 * is not. Never called: it is, each time.
 */
void		 files_turn(struct files *);
/* Forget it: what was read is not good. */
void		 files_drop(struct file *);

#endif
