/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reader of deterministic CBOR (RFC 8949 section 4.2.1).
 *
 * The first error sticks: from then on reads give 0 or NULL and move
 * nothing, so a decoder reads like its schema and asks once, at the end.
 * No recursion, no heap; what it returns points into the bytes read.
 */
#ifndef KM_CBOR_H
#define KM_CBOR_H

#include "keurmerk.h"
#include "refuse.h"

enum km_major {
	KM_UINT = 0, KM_NINT = 1, KM_BYTES = 2, KM_TEXT = 3, KM_ARRAY = 4,
	KM_MAP = 5, KM_TAG = 6, KM_SIMPLE = 7
};

struct km_cbor {
	const uint8_t	*p;		/* next byte */
	const uint8_t	*end;		/* one past the last */
	enum km_err	 err;
};

void		 km_cbor_begin(struct km_cbor *, const uint8_t *, size_t);
/* 1: no error so far. */
static inline int
km_cbor_ok(const struct km_cbor *d)
{
	return KM_STOPS || d->err == KM_OK;
}

/* KM_OK, the sticky error, or KM_ERR_TRAILING. */
enum km_err	 km_cbor_end(const struct km_cbor *);
/*
 * Set the sticky error from a decoder's own check; returns 0. Out of line in
 * every build: it is called from everywhere, and seldom.
 */
__attribute__((cold, noinline))
int		 km_cbor_fail(struct km_cbor *, enum km_err);
/* Major type of the next item, or -1 at the end or after an error. */
int		 km_cbor_peek(const struct km_cbor *);

uint64_t	 km_cbor_uint(struct km_cbor *, uint64_t min, uint64_t max);
/* Positive or negative integer. */
int64_t		 km_cbor_int(struct km_cbor *, int64_t min, int64_t max);
/* Lengths in bytes; the slice is {NULL, 0} after an error. */
struct km_bytes	 km_cbor_bytes(struct km_cbor *, size_t min, size_t max);
/* UTF-8 of the closed repertoire only (design section 3). */
struct km_bytes	 km_cbor_text(struct km_cbor *, size_t min, size_t max);
/* Text of U+0021-007E only: identifiers, addresses. */
struct km_bytes	 km_cbor_ascii(struct km_cbor *, size_t min, size_t max);
/* Text that is exactly this. */
void		 km_cbor_literal(struct km_cbor *, const char *);
size_t		 km_cbor_array(struct km_cbor *, size_t min, size_t max);
size_t		 km_cbor_map(struct km_cbor *, size_t min, size_t max);
void		 km_cbor_tag(struct km_cbor *, uint64_t tag);
void		 km_cbor_null(struct km_cbor *);
void		 km_cbor_true(struct km_cbor *);
/* 1 and passes over it when the next item is null, else 0. */
int		 km_cbor_opt_null(struct km_cbor *);

/*
 * Keys of a map, *left pairs of which are still to come: read in the
 * schema's ascending order, so that order, duplicates and unknown keys are
 * all found. A map ends with km_cbor_close().
 */
void		 km_cbor_key(struct km_cbor *, size_t *left, int64_t key);
/* 1 when the next key is this one (and passes over it), else 0. */
int		 km_cbor_opt_key(struct km_cbor *, size_t *left, int64_t key);
void		 km_cbor_close(struct km_cbor *, size_t left);

/* Pass over one item of any kind, at most depth levels deep; its bytes. */
struct km_bytes	 km_cbor_skip(struct km_cbor *, unsigned int depth);

/* 1 when it is UTF-8 of the closed repertoire; empty is. */
int		 km_is_text(struct km_bytes);

/* Comparing, all lengths: -1, 0, 1 by bytes, then by length. */
int		 km_bytes_cmp(struct km_bytes, struct km_bytes);
int		 km_bytes_equal(struct km_bytes, struct km_bytes);
struct km_bytes	 km_bytes_of(const char *);	/* without the NUL */

#endif
