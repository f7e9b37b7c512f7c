/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The reader of CBOR: a program of reads, a byte each, over the rest of the
 * input; then passing over all of it. Whatever is read lies in the input,
 * the first error stays and stops everything, and what was passed over
 * cannot be had with a byte less.
 *
 * Passing over is held against libcbor, head by head: what it reads, with
 * the lengths definite, each head in its shortest form and no level too many,
 * is accepted to the very byte, and all else is refused. (Of tags 6 to 20 in one
 * byte, and of simple values but four, libcbor 0.8 reads none: there nothing
 * is said.)
 */
#include <stdlib.h>

#include <cbor.h>

#include "tests/fuzz/promise.h"

enum { PROGRAM = 16, DEPTH = 5, SHORT = 64 };

static void
read_one(struct km_cbor *d, uint8_t what, const uint8_t *data, size_t len)
{
	struct km_bytes	s = { NULL, 0 };
	size_t		left = what & 3;

	switch (what >> 4) {
	case 0:
		promise(km_cbor_uint(d, 1, 70000) <= 70000);
		break;
	case 1:
		promise(km_cbor_int(d, -70000, 70000) >= -70000);
		break;
	case 2:
		s = km_cbor_bytes(d, 0, 300);
		promise(s.len <= 300);
		break;
	case 3:
		s = km_cbor_text(d, 1, SIZE_MAX);
		promise(d->err != KM_OK || s.len > 0);
		break;
	case 4:
		s = km_cbor_ascii(d, 0, 64);
		break;
	case 5:
		promise(km_cbor_array(d, 0, 9) <= 9);
		break;
	case 6:
		promise(km_cbor_map(d, 0, 9) <= 9);
		break;
	case 7:
		km_cbor_tag(d, 18);
		break;
	case 8:
		promise(!km_cbor_opt_key(d, &left, what & 15) ||
		    left + 1 == (size_t)(what & 3));
		break;
	case 9:
		km_cbor_key(d, &left, -(what & 15));
		break;
	case 10:
		km_cbor_null(d);
		break;
	case 11:
		km_cbor_literal(d, "idx");
		break;
	default:
		s = km_cbor_skip(d, what & 7);
		break;
	}
	promise(inside(s, data, len));
	promise(s.len == 0 || d->err == KM_OK);
}

static void
run(const uint8_t *program, const uint8_t *data, size_t len)
{
	struct km_cbor	d;
	const uint8_t	*at;
	enum km_err	 err;
	size_t		 i;

	km_cbor_begin(&d, data, len);
	for (i = 0; i < PROGRAM; i++) {
		at = d.p;
		err = d.err;
		read_one(&d, program[i], data, len);
		promise(d.p >= at && d.p <= data + len && d.end == data + len);
		promise(err == KM_OK || (d.err == err && d.p == at));
	}
	promise(km_cbor_end(&d) != KM_OK || d.p == d.end);
}

/* What libcbor says of one head. */
struct head {
	size_t		shortest;	/* bytes it needs; 0: any number */
	uint64_t	body;		/* bytes of a string */
	uint64_t	inside;		/* items; of a map, pairs */
	int		is_map;
	int		indefinite;
};

static size_t
shortest(uint64_t v)
{
	return v < 24 ? 1 : v <= UINT8_MAX ? 2 : v <= UINT16_MAX ? 3 :
	    v <= UINT32_MAX ? 5 : 9;
}

#define NUMBER(name, type)						\
static void								\
name(void *arg, type v)							\
{									\
	struct head	*h = arg;					\
									\
	h->shortest = shortest(v);					\
}
NUMBER(on_8, uint8_t)
NUMBER(on_16, uint16_t)
NUMBER(on_32, uint32_t)
NUMBER(on_64, uint64_t)

static void
on_string(void *arg, cbor_data data, size_t len)
{
	struct head	*h = arg;

	(void)data;
	h->shortest = shortest(len);
	h->body = len;
}

static void
on_array(void *arg, size_t n)
{
	struct head	*h = arg;

	h->shortest = shortest(n);
	h->inside = n;
}

static void
on_map(void *arg, size_t n)
{
	struct head	*h = arg;

	on_array(arg, n);
	h->is_map = 1;
}

static void
on_tag(void *arg, uint64_t v)
{
	struct head	*h = arg;

	h->shortest = shortest(v);
	h->inside = 1;
}

static void
on_indefinite(void *arg)
{
	struct head	*h = arg;

	h->indefinite = 1;
}

static const struct cbor_callbacks *
callbacks(void)
{
	static struct cbor_callbacks	c;

	c = cbor_empty_callbacks;
	c.uint8 = c.negint8 = on_8;
	c.uint16 = c.negint16 = on_16;
	c.uint32 = c.negint32 = on_32;
	c.uint64 = c.negint64 = on_64;
	c.byte_string = c.string = on_string;
	c.array_start = on_array;
	c.map_start = on_map;
	c.tag = on_tag;
	c.byte_string_start = c.string_start = on_indefinite;
	c.indef_array_start = c.indef_map_start = on_indefinite;
	c.indef_break = on_indefinite;
	return &c;
}

enum opinion { REFUSED, ACCEPTED, NOT_KNOWN };

/* One head at *at, which is moved past it. */
static enum opinion
second_head(struct head *h, const uint8_t *data, size_t len, size_t *at)
{
	struct cbor_decoder_result	r;
	uint8_t				first;

	if (*at == len)
		return REFUSED;
	first = data[*at];
	memset(h, 0, sizeof(*h));
	r = cbor_stream_decode(data + *at, len - *at, callbacks(), h);
	if (r.status == CBOR_DECODER_ERROR &&
	    ((first >= 0xc6 && first <= 0xd4) ||
	    (first >= 0xe0 && first <= 0xf8)))
		return NOT_KNOWN;
	if (r.status != CBOR_DECODER_FINISHED || h->indefinite ||
	    (h->shortest != 0 && r.read != h->shortest + h->body) ||
	    h->inside > len - *at)
		return REFUSED;
	if (h->is_map)
		h->inside *= 2;
	*at += r.read;
	return ACCEPTED;
}

/* One item; *at becomes its length. */
static enum opinion
second_opinion(const uint8_t *data, size_t len, size_t *at)
{
	uint64_t	open[DEPTH + 1] = { 1 };
	struct head	h;
	enum opinion	o;
	int		level = 0;

	for (*at = 0;;) {
		while (open[level] == 0)
			if (level-- == 0)
				return ACCEPTED;
		open[level]--;
		if ((o = second_head(&h, data, len, at)) != ACCEPTED)
			return o;
		if (h.inside == 0)
			continue;
		if (level == DEPTH)
			return REFUSED;
		open[++level] = h.inside;
	}
}

static void
compare(const uint8_t *data, size_t len)
{
	struct km_cbor	d;
	enum opinion	theirs;
	size_t		at;

	km_cbor_begin(&d, data, len);
	km_cbor_skip(&d, DEPTH);
	theirs = second_opinion(data, len, &at);
	if (theirs == ACCEPTED)
		promise(d.err == KM_OK && d.p == data + at);
	else if (theirs == REFUSED)
		promise(d.err != KM_OK);
}

static void
skip(const uint8_t *data, size_t len)
{
	struct km_cbor	d;
	struct km_bytes	s;
	uint8_t		*cut;
	size_t		 i;

	km_cbor_begin(&d, data, len);
	s = km_cbor_skip(&d, DEPTH);
	promise((d.err == KM_OK) == (s.len > 0));
	if (d.err != KM_OK || s.len > SHORT)
		return;
	promise(s.p == data && d.p == data + s.len);
	for (i = 0; i < s.len; i++) {
		if ((cut = malloc(i + 1)) == NULL)
			abort();
		memcpy(cut, data, i);
		km_cbor_begin(&d, cut, i);
		km_cbor_skip(&d, DEPTH);
		promise(km_cbor_end(&d) == KM_ERR_TRUNCATED);
		free(cut);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < PROGRAM)
		return 0;
	run(data, data + PROGRAM, len - PROGRAM);
	skip(data + PROGRAM, len - PROGRAM);
	compare(data + PROGRAM, len - PROGRAM);
	return 0;
}
