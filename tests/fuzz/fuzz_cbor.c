/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The reader of CBOR: a program of reads, a byte each, over the rest of the
 * input; then passing over all of it. Whatever is read lies in the input,
 * the first error stays and stops everything, and what was passed over
 * cannot be had with a byte less.
 */
#include <stdlib.h>

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
	return 0;
}
