/* SPDX-License-Identifier: EUPL-1.2 */
/* Journal: frames of a file, appended and synced; see journal.h. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/record/channel.h"

#include "journal.h"

enum { CANDIDATES_MAX = 256 };	/* frames tried behind a torn one */

int
signer_fail(struct signer_error *err, const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -1;
}

int
journal_open(struct journal *j, int dirfd, int writable,
    struct signer_error *err)
{
	struct stat	st;
	int		fd;

	fd = openat(dirfd, JOURNAL_NAME, (writable ? O_RDWR : O_RDONLY) |
	    O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1)
		return signer_fail(err, errno == ENOENT ?
		    "journal: expected one from init, found none: this is no "
		    "signer's directory, or it is not mounted" :
		    "journal: cannot open: %s", strerror(errno));
	if (file_mode_private(fd) == -1 || fstat(fd, &st) == -1) {
		signer_fail(err, "journal: expected a regular file of our own "
		    "with mode 0600, found another: chmod 600 and chown it");
		close(fd);
		return -1;
	}
	memset(j, 0, sizeof(*j));
	j->fd = fd;
	j->size = (uint64_t)st.st_size;
	return 0;
}

void
journal_close(struct journal *j)
{
	if (j->fd != -1)
		close(j->fd);
	j->fd = -1;
}

/* Exactly len bytes from at; 0, or -1. */
static int
read_at(const struct journal *j, uint64_t at, uint8_t *p, size_t len)
{
	ssize_t	n;

	for (; len > 0; p += n, at += (uint64_t)n, len -= (size_t)n) {
		n = pread(j->fd, p, len, (off_t)at);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			return -1;
	}
	return 0;
}

static size_t
frame_len(const uint8_t head[MSG_HEAD_LEN])
{
	return (size_t)head[0] << 24 | (size_t)head[1] << 16 |
	    (size_t)head[2] << 8 | head[3];
}

/*
 * Is there a good frame at this place? Its record goes into record, its
 * SHA-256 into hash. Returns 1, 0 when there is none, -1 out of memory.
 */
static int
frame_at(const struct journal *j, uint64_t at, struct buf *record,
    uint8_t hash[KM_HASH_LEN])
{
	uint8_t		head[MSG_HEAD_LEN];
	struct km_bytes	part[2];
	size_t		len;

	if (j->size - at < MSG_HEAD_LEN + 1 + JOURNAL_TAIL_LEN ||
	    read_at(j, at, head, sizeof(head)) == -1)
		return 0;
	len = frame_len(head);
	if (len == 0 || len > JOURNAL_RECORD_MAX ||
	    len > j->size - at - MSG_HEAD_LEN - JOURNAL_TAIL_LEN)
		return 0;
	buf_reset(record);
	if (buf_reserve(record, len + JOURNAL_TAIL_LEN) == -1)
		return -1;
	if (read_at(j, at + MSG_HEAD_LEN, record->p,
	    len + JOURNAL_TAIL_LEN) == -1)
		return 0;
	part[0].p = head;
	part[0].len = sizeof(head);
	part[1].p = record->p;
	part[1].len = len;
	km_sha256(hash, part, 2);
	if (memcmp(hash, record->p + len, JOURNAL_TAIL_LEN) != 0)
		return 0;
	record->len = len;
	return 1;
}

/* Could a record of ours begin here? Cheap, before anything is hashed. */
static int
is_candidate(const struct journal *j, uint64_t at)
{
	uint8_t	head[MSG_HEAD_LEN + 2];

	if (j->size - at < sizeof(head) ||
	    read_at(j, at, head, sizeof(head)) == -1)
		return 0;
	/* An array of 6 that begins with 1, or of 3 that begins with 2. */
	return frame_len(head) <= JOURNAL_RECORD_MAX &&
	    ((head[4] == 0x86 && head[5] == JOURNAL_BATCH) ||
	    (head[4] == 0x83 && head[5] == JOURNAL_EPOCH));
}

/*
 * Nothing good stands at j->end. A write that was cut short has nothing
 * behind it; a good frame further on means that this one was damaged. So do
 * very many that only look like one: better not to start than to cut wrongly.
 */
static int
is_torn(const struct journal *j, struct buf *record)
{
	uint8_t		hash[KM_HASH_LEN], step[4096];
	uint64_t	from;
	size_t		i, n, looked = 0;

	for (from = j->end + 1; from < j->size; from += n) {
		n = sizeof(step);
		if (n > j->size - from)
			n = (size_t)(j->size - from);
		if (read_at(j, from, step, n) == -1)
			return 0;
		for (i = 0; i < n; i++) {
			/* Lengths begin with 0 (MSG_MAX). */
			if (step[i] != 0 || !is_candidate(j, from + i))
				continue;
			if (++looked > CANDIDATES_MAX ||
			    frame_at(j, from + i, record, hash) != 0)
				return 0;
		}
	}
	return 1;
}

int
journal_next(struct journal *j, struct buf *record, struct signer_error *err)
{
	uint8_t	hash[KM_HASH_LEN];
	int	r;

	buf_reset(record);
	if (j->end >= j->size)
		return 0;
	r = frame_at(j, j->end, record, hash);
	if (r == -1)
		return signer_fail(err, "journal: out of memory");
	if (r == 0) {
		if (is_torn(j, record))
			return 0;
		return signer_fail(err, "journal: the record at %" PRIu64
		    " is damaged and others follow it: expected its SHA-256 "
		    "at its end, found other bytes: restore the file from "
		    "its own disk, nothing is signed until then", j->end);
	}
	memcpy(j->hash, hash, sizeof(hash));
	j->last = j->end;
	j->end += MSG_HEAD_LEN + record->len + JOURNAL_TAIL_LEN;
	return 1;
}

int
journal_seek(struct journal *j, uint64_t last, uint64_t end,
    const uint8_t hash[KM_HASH_LEN])
{
	struct buf	record;
	uint8_t		found[KM_HASH_LEN];
	int		rc = -1;

	buf_init(&record, JOURNAL_RECORD_MAX + JOURNAL_TAIL_LEN);
	if (last < end && end <= j->size &&
	    frame_at(j, last, &record, found) == 1 &&
	    end - last == MSG_HEAD_LEN + record.len + JOURNAL_TAIL_LEN &&
	    memcmp(found, hash, KM_HASH_LEN) == 0) {
		j->last = last;
		j->end = j->from = end;
		memcpy(j->hash, found, KM_HASH_LEN);
		rc = 0;
	}
	buf_free(&record);
	return rc;
}

int
journal_read(const struct journal *j, uint64_t at, struct buf *record)
{
	uint8_t	hash[KM_HASH_LEN];

	return at < j->end && frame_at(j, at, record, hash) == 1 ? 0 : -1;
}

int
journal_cut(struct journal *j, struct signer_error *err)
{
	if (j->end == j->size)
		return 0;
	if (ftruncate(j->fd, (off_t)j->end) == -1 || fsync(j->fd) == -1)
		return signer_fail(err, "journal: cannot cut its torn end: %s",
		    strerror(errno));
	j->size = j->end;
	return 0;
}

/* What stands before and behind a record. */
static void
frame_parts(uint8_t head[MSG_HEAD_LEN], uint8_t hash[KM_HASH_LEN],
    struct km_bytes part[2], const struct buf *record)
{
	msg_head(head, record->len);
	part[0].p = head;
	part[0].len = MSG_HEAD_LEN;
	part[1].p = record->p;
	part[1].len = record->len;
	km_sha256(hash, part, 2);
}

void
journal_frame(struct buf *out, const struct buf *record)
{
	uint8_t		head[MSG_HEAD_LEN], hash[KM_HASH_LEN];
	struct km_bytes	part[2];

	frame_parts(head, hash, part, record);
	buf_add(out, head, sizeof(head));
	buf_add(out, record->p, record->len);
	buf_add(out, hash, JOURNAL_TAIL_LEN);
}

/* Exactly len bytes at *at, which moves on; 0, or -1 with errno. */
static int
write_at(const struct journal *j, uint64_t *at, const uint8_t *p, size_t len)
{
	ssize_t	n;

	for (; len > 0; p += n, *at += (uint64_t)n, len -= (size_t)n) {
		n = pwrite(j->fd, p, len, (off_t)*at);
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return -1;
	}
	return 0;
}

int
journal_append(struct journal *j, const struct buf *record)
{
	uint8_t		head[MSG_HEAD_LEN], hash[KM_HASH_LEN];
	struct km_bytes	part[2];
	uint64_t	at = j->end;

	if (record->failed != 0 || record->len == 0 ||
	    record->len > JOURNAL_RECORD_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	frame_parts(head, hash, part, record);
	if (write_at(j, &at, head, sizeof(head)) == -1 ||
	    write_at(j, &at, record->p, record->len) == -1 ||
	    write_at(j, &at, hash, JOURNAL_TAIL_LEN) == -1 ||
	    fdatasync(j->fd) == -1)
		return -1;
	memcpy(j->hash, hash, sizeof(hash));
	j->last = j->end;
	j->end = at;
	j->size = at;
	return 0;
}
