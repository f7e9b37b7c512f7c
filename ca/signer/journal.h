/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Journal: the write-ahead log of the authority (schemas/signer.cddl). A
 * file of frames, each 4 bytes of length, the record, and 8 bytes of SHA-256
 * over both. A record counts when it is synced, and is answered only then;
 * so what a crash left half-written at the end was never answered and is
 * cut, and whatever else is wrong is damage and refused.
 */
#ifndef SIGNER_JOURNAL_H
#define SIGNER_JOURNAL_H

#include "ca/base/msg.h"
#include "verifier/crypto.h"

#include "signer.h"

#define JOURNAL_NAME	"journal"

enum { JOURNAL_TAIL_LEN = 8, JOURNAL_RECORD_MAX = MSG_MAX };

struct journal {
	int		 fd;		/* -1: not open */
	uint64_t	 size;		/* of the file when it was opened */
	uint64_t	 end;		/* behind the last good frame seen */
	uint64_t	 last;		/* where that frame begins */
	uint64_t	 from;		/* journal_seek() went here; 0 */
	uint8_t		 hash[KM_HASH_LEN]; /* SHA-256 of it, in whole */
};

/* Open dirfd/journal, for reading only or for appending too. 0 or -1. */
int	journal_open(struct journal *, int dirfd, int writable,
	    struct signer_error *);
void	journal_close(struct journal *);

/*
 * Read the frame at j->end into record (reset first; its maximum at least
 * JOURNAL_RECORD_MAX) and go on behind it. Returns 1; 0 at the end, which is
 * also before a last frame that is torn; -1 when the journal is damaged.
 */
int	journal_next(struct journal *, struct buf *record,
	    struct signer_error *);
/*
 * Go on behind the frame at last that ends at end and has this SHA-256;
 * how a snapshot names its place. Returns 0, or -1 when it is not there.
 */
int	journal_seek(struct journal *, uint64_t last, uint64_t end,
	    const uint8_t hash[KM_HASH_LEN]);
/* Read the frame at this offset again. Returns 0 or -1. */
int	journal_read(const struct journal *, uint64_t at, struct buf *record);

/* Cut what journal_next() left behind the last good frame. 0 or -1. */
int	journal_cut(struct journal *, struct signer_error *);
/*
 * Append one record and sync it. Returns 0, or -1 with errno: the file may
 * then have a torn end, and nothing may be done but to stop.
 */
int	journal_append(struct journal *, const struct buf *record);

/* Append the frame of a record to out. */
void	journal_frame(struct buf *out, const struct buf *record);

/* Fill in what went wrong; returns -1. */
int	signer_fail(struct signer_error *, const char *fmt, ...)
	    __attribute__((__format__(printf, 2, 3)));

#endif
