/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files that are there whole or not at all.
 *
 * A name is replaced by writing `.NAME.tmp` beside it, fdatasync(2), rename(2)
 * and fsync(2) of the directory. The temporary name is fixed, so what a crash
 * left behind is overwritten by the next write of the same name instead of
 * piling up. A directory has one writer (its role), held by file_lock().
 */
#ifndef CA_BASE_FILE_H
#define CA_BASE_FILE_H

#include <sys/types.h>

#include <stddef.h>

#include "buf.h"

enum { FILE_NAME_LEN_MAX = 200 };	/* bytes; room for the temporary name */

/*
 * Append a whole regular file to out, of which out->max is the limit.
 * Returns 0, or -1 with errno: EFBIG when it is larger than out may become,
 * EINVAL when it is no regular file (a symbolic link to one is followed).
 * On error out is as it was.
 */
int file_read(struct buf *out, const char *path);
/* The same, relative to a directory; dirfd may be AT_FDCWD. */
int file_read_at(struct buf *out, int dirfd, const char *name);
/* The same of an open file, from where it stands. */
int file_read_fd(struct buf *out, int fd);

/*
 * Replace dirfd/name durably: when it returns 0, name holds these bytes after
 * a power loss too; killed before, it holds what it held. name has no '/'.
 * Returns -1 with errno otherwise.
 */
int file_write(int dirfd, const char *name, const void *data, size_t len,
    mode_t mode);

/*
 * The same in steps, for many files in one publish: stage all, commit all in
 * the order in which readers may see them, then sync each directory once.
 * file_stage() writes and fdatasyncs under the temporary name; file_commit()
 * renames; neither is durable as a name before file_sync_dir(). All return 0
 * or -1 with errno; a stage that failed has removed its temporary file.
 */
int file_stage(int dirfd, const char *name, const void *data, size_t len,
    mode_t mode);
int file_commit(int dirfd, const char *name);
int file_sync_dir(int dirfd);
/* Take back a stage that will not be committed. */
void file_unstage(int dirfd, const char *name);

/*
 * Open and lock path (made with mode 0600 if absent) for as long as the
 * returned descriptor lives: an OFD lock (fcntl(2)), which dies with the
 * process and is never stale. Returns -1 with errno after a log line that
 * says who holds it (EAGAIN) or what else went wrong.
 */
int file_lock(const char *path);

/*
 * Is fd a regular file owned by root or ourselves, without any right for
 * group and others? Returns 0, or -1 with errno EINVAL (no regular file) or
 * EPERM.
 */
int file_mode_private(int fd);

/*
 * The same for what may be read but not written by others (configuration).
 */
int file_mode_firm(int fd);
/*
 * The same for a directory: in one that others may write they can put another
 * file in the place of any. ENOTDIR when it is none.
 */
int file_dir_firm(int fd);

#endif
