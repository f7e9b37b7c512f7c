/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writing below the published tree: many files in a stage, each whole, and
 * each directory synced once. A file is there when tree_commit() has
 * returned; before that nobody sees it.
 *
 * Directories are made as needed and opened without following links.
 */
#ifndef OFFICE_PUBLISH_TREE_H
#define OFFICE_PUBLISH_TREE_H

#include "ca/base/buf.h"
#include "ca/record/layout.h"

enum {
	TREE_DIRS_MAX = 48,		/* descriptors held in a stage */
	TREE_STAGED_MAX = 4096		/* files in one, before it is flushed */
};

struct tree_dir {
	char	path[LAYOUT_PATH_MAX];
	int	fd;
	int	touched;		/* to be synced */
};
struct tree_file {
	size_t	dir;
	char	name[80];
};
struct tree {
	int			 root;	/* descriptor of the top */
	size_t			 n_dirs;
	struct tree_dir		 dir[TREE_DIRS_MAX];
	size_t			 n, cap;
	struct tree_file	*file;	/* staged, in order */
	int			 flush;	/* full: commit what there is */
};

/* Open the directory at path. Returns 0, or -1 after a log line. */
int	tree_open(struct tree *, const char *path);
void	tree_close(struct tree *);	/* takes back what is staged */

/*
 * Stage a file. Its name is one of layout.h. once: what has this name never
 * changes, so if it is there already nothing is written. Returns 0, or -1
 * after a log line; so does tree_commit().
 */
int	tree_put(struct tree *, const char *path, struct km_bytes data,
	    int once);
/* Rename all that was staged, in order; then sync the directories. */
int	tree_commit(struct tree *);
/* Take back all that was staged. */
void	tree_undo(struct tree *);
/*
 * From now on a stage that is full is committed by the way: for data that
 * nothing points to yet.
 */
void	tree_may_flush(struct tree *, int yes);

/* Remove a file, or an empty directory; 1: it was not there. */
int	tree_remove(struct tree *, const char *path);
int	tree_exists(const struct tree *, const char *path);

/*
 * Append a file to out, of which out->max is the limit. Returns 0; 1 when it
 * is not there, -1 with errno.
 */
int	tree_read(const struct tree *, struct buf *out, const char *path);

#endif
