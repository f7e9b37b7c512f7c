/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Edits of something good, for what no fuzzer makes by itself because it is
 * long, signed or hashed: the input says what is changed, the target seals
 * it again as its owner would. An edit is
 *
 *	1 byte	what, modulo EDIT_N
 *	3 bytes	where, modulo what there is
 *	1 byte	how many
 *	bytes	as many, or as are left; of a removal none
 *
 * and a target may put numbers of its own before it.
 */
#ifndef FUZZ_EDIT_H
#define FUZZ_EDIT_H

#include "ca/base/buf.h"
#include "tests/fuzz/promise.h"

enum edit { EDIT_REPLACE, EDIT_INSERT, EDIT_REMOVE, EDIT_CUT, EDIT_N };

struct edits {
	const uint8_t	*p;
	size_t		 len;
};

static inline size_t
edit_number(struct edits *e, size_t bytes, size_t below)
{
	size_t	n = 0;

	for (; bytes > 0; bytes--) {
		n = n << 8 | (e->len > 0 ? *e->p : 0);
		if (e->len > 0) {
			e->p++;
			e->len--;
		}
	}
	return below == 0 ? 0 : n % below;
}

/* As many as asked for and left. */
static inline struct km_bytes
edit_bytes(struct edits *e, size_t n)
{
	struct km_bytes	b;

	b.p = e->p;
	b.len = n < e->len ? n : e->len;
	e->p += b.len;
	e->len -= b.len;
	return b;
}

static inline void
edit_insert(struct buf *b, size_t at, struct km_bytes what)
{
	if (buf_reserve(b, what.len) == -1)
		return;			/* longer than it may be */
	memmove(b->p + at + what.len, b->p + at, b->len - at);
	memcpy(b->p + at, what.p, what.len);
	b->len += what.len;
}

static inline void
edit_remove(struct buf *b, size_t at, size_t n)
{
	if (n > b->len - at)
		n = b->len - at;
	memmove(b->p + at, b->p + at + n, b->len - at - n);
	b->len -= n;
}

/* The next edit, of b, which is not empty before. */
static inline void
edit_apply(struct edits *e, struct buf *b)
{
	enum edit	what = (enum edit)edit_number(e, 1, EDIT_N);
	size_t		at = edit_number(e, 3, b->len), n;
	struct km_bytes	bytes = { NULL, 0 };

	n = edit_number(e, 1, 256);
	if (what == EDIT_REPLACE || what == EDIT_INSERT)
		bytes = edit_bytes(e, n);
	if (b->len == 0)
		return;
	switch (what) {
	case EDIT_REPLACE:
		if (bytes.len > b->len - at)
			bytes.len = b->len - at;
		if (bytes.len > 0)
			memcpy(b->p + at, bytes.p, bytes.len);
		break;
	case EDIT_INSERT:
		if (bytes.len > 0)
			edit_insert(b, at, bytes);
		break;
	case EDIT_REMOVE:
		edit_remove(b, at, n);
		break;
	case EDIT_CUT:
		b->len = at;
		break;
	case EDIT_N:
		break;
	}
}

#endif
