/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verifier/inflate.h against zlib: what it writes at all levels and
 * strategies, and what it refuses of every truncation and bit of streams of
 * all kinds. Also streams by hand, for what zlib never writes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "tests/lib/notation.h"
#include "verifier/inflate.h"

enum { MOST = 70000, CAP = 1 << 18 };

static uint8_t	plain[MOST], packed[2 * MOST], ours[CAP], theirs[CAP];

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

enum kind { ZEROS, RANDOM, TEXT, SPARSE, RUNS, KINDS };

static void
make(enum kind kind, size_t len, uint32_t seed)
{
	size_t	i;

	memset(plain, 0, sizeof(plain));
	for (i = 0; i < len; i++)
		switch (kind) {
		case RANDOM:
			plain[i] = (uint8_t)next(&seed);
			break;
		case TEXT:
			plain[i] = (uint8_t)("etaoin shrdlu"[next(&seed) %
			    13]);
			break;
		case SPARSE:	/* a status list, 1 % of it set */
			if (next(&seed) % 25 == 0)
				plain[i] = (uint8_t)(1 << 2 *
				    (next(&seed) % 4));
			break;
		case RUNS:
			plain[i] = (uint8_t)(i < 7 || next(&seed) % 9 == 0 ?
			    next(&seed) : plain[i - 7]);
			break;
		case ZEROS:
		case KINDS:
			break;
		}
}

static size_t
pack(size_t len, int level, int strategy, int bits, int memory)
{
	z_stream	z;
	size_t		n;

	memset(&z, 0, sizeof(z));
	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, bits, memory,
	    strategy), Z_OK);
	z.next_in = plain;
	z.avail_in = (uInt)len;
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	n = sizeof(packed) - z.avail_out;
	deflateEnd(&z);
	return n;
}

/* zlib's answer: one whole stream with nothing behind it, or not. */
static int
accepts(const uint8_t *in, size_t len, size_t cap, size_t *out_len)
{
	z_stream	z;
	uint8_t		*copy = malloc(len + 1);
	int		r;

	memset(&z, 0, sizeof(z));
	assert_non_null(copy);
	if (len > 0)
		memcpy(copy, in, len);
	assert_int_equal(inflateInit(&z), Z_OK);
	z.next_in = copy;
	z.avail_in = (uInt)len;
	z.next_out = theirs;
	z.avail_out = (uInt)cap;
	r = inflate(&z, Z_FINISH);
	*out_len = cap - z.avail_out;
	r = r == Z_STREAM_END && z.avail_in == 0;
	inflateEnd(&z);
	free(copy);
	return r;
}

/* Both say the same of it. */
static void
compare(const uint8_t *in, size_t len, const char *what, size_t at)
{
	uint8_t		*copy = malloc(len > 0 ? len : 1);
	size_t		 n = 12345, want;
	enum km_err	 err;
	int		 good;

	assert_non_null(copy);
	if (len > 0)
		memcpy(copy, in, len);
	good = accepts(copy, len, CAP, &want);
	err = km_inflate(ours, CAP, &n, copy, len);
	free(copy);
	if ((err == KM_OK) != good)
		fail_msg("%s %zu: zlib says %d, found %d", what, at, good,
		    err);
	if (good && (n != want || memcmp(ours, theirs, n) != 0))
		fail_msg("%s %zu: another output", what, at);
	if (!good && n != 12345)
		fail_msg("%s %zu: length written", what, at);
}

static void
test_all_levels(void **state)
{
	const size_t	lens[] = { 0, 1, 2, 257, 258, 259, 4000, 16384, MOST };
	uint32_t	kind;
	size_t		i, n, got;
	int		level, strategy;

	(void)state;
	for (kind = 0; kind < KINDS; kind++)
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		make((enum kind)kind, lens[i], kind + (uint32_t)i);
		for (level = 0; level <= 9; level++)
		for (strategy = Z_DEFAULT_STRATEGY; strategy <= Z_FIXED;
		    strategy++) {
			if (level % 3 != 0 && lens[i] > 5000)
				continue;
			n = pack(lens[i], level, strategy, 15, 8);
			assert_int_equal(km_inflate(ours, CAP, &got, packed,
			    n), KM_OK);
			assert_int_equal(got, lens[i]);
			assert_memory_equal(ours, plain, got);
		}
	}
}

/* Windows of all sizes, and blocks of few symbols. */
static void
test_windows(void **state)
{
	size_t	n, got;
	int	bits, memory;

	(void)state;
	make(RUNS, 40000, 5);
	for (bits = 9; bits <= 15; bits++)
	for (memory = 1; memory <= 9; memory += 4) {
		n = pack(40000, 9, Z_DEFAULT_STRATEGY, bits, memory);
		assert_int_equal(packed[0] >> 4, bits - 8);
		assert_int_equal(km_inflate(ours, CAP, &got, packed, n),
		    KM_OK);
		assert_int_equal(got, 40000);
		assert_memory_equal(ours, plain, got);
	}
}

/* Room for exactly all of it, and for one byte less. */
static void
test_limit(void **state)
{
	const size_t	lens[] = { 1, 300, 16384 };
	uint8_t		*out;
	size_t		i, n, got = 0;
	int		level;

	(void)state;
	for (i = 0; i < 3; i++)
	for (level = 0; level <= 9; level += 9) {
		make(SPARSE, lens[i], 9);
		n = pack(lens[i], level, Z_DEFAULT_STRATEGY, 15, 8);
		out = malloc(lens[i]);
		assert_non_null(out);
		assert_int_equal(km_inflate(out, lens[i], &got, packed, n),
		    KM_OK);
		assert_memory_equal(out, plain, lens[i]);
		free(out);
		out = malloc(lens[i]);
		assert_non_null(out);
		assert_int_equal(km_inflate(out, lens[i] - 1, &got, packed,
		    n), KM_ERR_LIMIT);
		assert_int_equal(got, lens[i]);
		free(out);
	}
	n = pack(0, 9, Z_DEFAULT_STRATEGY, 15, 8);
	assert_int_equal(km_inflate(ours, 0, &got, packed, n), KM_OK);
	assert_int_equal(got, 0);
}

/* A thousand to one is no matter, as long as it fits. */
static void
test_bomb(void **state)
{
	size_t	n, got;

	(void)state;
	make(ZEROS, MOST, 0);
	n = pack(MOST, 9, Z_DEFAULT_STRATEGY, 15, 8);
	assert_true(n < 100);
	assert_int_equal(km_inflate(ours, MOST, &got, packed, n), KM_OK);
	assert_int_equal(km_inflate(ours, MOST - 1, &got, packed, n),
	    KM_ERR_LIMIT);
}

/* Small streams of all kinds: cut at every byte, with each bit flipped. */
static void
test_truncations_and_bits(void **state)
{
	static uint8_t	copy[2 * MOST];
	uint32_t	kind;
	size_t		len, n, i;
	int		level, strategy;

	(void)state;
	for (kind = 0; kind < KINDS; kind++)
	for (level = 0; level <= 9; level += 3)
	for (strategy = Z_DEFAULT_STRATEGY; strategy <= Z_FIXED;
	    strategy += 2) {
		len = kind == SPARSE ? 500 : 90;
		make((enum kind)kind, len, (uint32_t)level);
		n = pack(len, level, strategy, 15, 8);
		memcpy(copy, packed, n);
		for (i = 0; i <= n; i++)
			compare(copy, i, "cut", i);
		copy[n] = 0;
		compare(copy, n + 1, "one byte more", n);
		for (i = 0; i < 8 * n; i++) {
			copy[i / 8] ^= (uint8_t)(1 << i % 8);
			compare(copy, n, "bit", i);
			copy[i / 8] ^= (uint8_t)(1 << i % 8);
		}
	}
}

/* Bits, lowest first, as RFC 1951 section 3.1.1 has them. */
struct bits {
	uint8_t		p[2048];
	size_t		n;
};

static void
put(struct bits *b, unsigned int v, unsigned int n)
{
	for (; n > 0; n--) {
		b->p[b->n / 8] = (uint8_t)(b->p[b->n / 8] |
		    (v & 1) << b->n % 8);
		b->n++;
		v >>= 1;
	}
}

/* Codes of Huffman go highest bit first. */
static void
put_code(struct bits *b, unsigned int v, unsigned int n)
{
	while (n-- > 0)
		put(b, v >> n & 1, 1);
}

static void
start(struct bits *b, unsigned int last, unsigned int type)
{
	memset(b, 0, sizeof(*b));
	put(b, 0x78, 8);
	put(b, 0x9c, 8);
	put(b, last, 1);
	put(b, type, 2);
}

/* With the checksum of what zlib, too, makes of it; and so compared. */
static int
finish(struct bits *b, const char *what)
{
	size_t		len, out_len;
	uint32_t	sum;
	int		i;

	len = (b->n + 7) / 8;
	/* Too short by its checksum: zlib writes what it can until there. */
	accepts(b->p, len, CAP, &out_len);
	sum = (uint32_t)adler32(1, theirs, (uInt)out_len);
	for (i = 0; i < 4; i++)
		b->p[len++] = (uint8_t)(sum >> (24 - 8 * i));
	compare(b->p, len, what, 0);
	return accepts(b->p, len, CAP, &out_len);
}

/* A dynamic block's head: both lengths given as lengths, no repeats. */
static void
dynamic(struct bits *b, unsigned int n_lit, unsigned int n_dist)
{
	unsigned int	i;

	start(b, 1, 2);
	put(b, n_lit - 257, 5);
	put(b, n_dist - 1, 5);
	put(b, 19 - 4, 4);
	/* 16 17 18: none; 0 to 15: four bits each, a complete code. */
	for (i = 0; i < 19; i++)
		put(b, i < 3 ? 0 : 4, 3);
}

/* lit[i], dist[i]: code lengths, all others zero. */
static void
lengths(struct bits *b, unsigned int n_lit, unsigned int n_dist,
    const uint8_t *len)
{
	unsigned int	i;

	dynamic(b, n_lit, n_dist);
	for (i = 0; i < n_lit + n_dist; i++)
		put_code(b, len[i], 4);
}

static void
test_fixed_by_hand(void **state)
{
	struct bits	b;

	(void)state;
	start(&b, 1, 1);
	put_code(&b, 0, 7);
	assert_int_equal(finish(&b, "empty"), 1);
	start(&b, 1, 3);
	put_code(&b, 0, 7);
	assert_int_equal(finish(&b, "block of type 3"), 0);
	/* "a", three bytes from one back, end. */
	start(&b, 1, 1);
	put_code(&b, 0x30 + 'a', 8);
	put_code(&b, 1, 7);
	put_code(&b, 0, 5);
	put_code(&b, 0, 7);
	assert_int_equal(finish(&b, "one back"), 1);
	start(&b, 1, 1);
	put_code(&b, 0x30 + 'a', 8);
	put_code(&b, 1, 7);
	put_code(&b, 1, 5);
	put_code(&b, 0, 7);
	assert_int_equal(finish(&b, "two back of one"), 0);
	start(&b, 1, 1);
	put_code(&b, 1, 7);
	put_code(&b, 0, 5);
	assert_int_equal(finish(&b, "one back of nothing"), 0);
	start(&b, 1, 1);
	put_code(&b, 0x30 + 'a', 8);
	put_code(&b, 0xc6, 8);			/* 286 */
	put_code(&b, 0, 5);
	assert_int_equal(finish(&b, "length 286"), 0);
	start(&b, 1, 1);
	put_code(&b, 0x30 + 'a', 8);
	put_code(&b, 1, 7);
	put_code(&b, 30, 5);
	put(&b, 0, 13);
	assert_int_equal(finish(&b, "distance 30"), 0);
	start(&b, 1, 1);
	put_code(&b, 0x30 + 'a', 8);
	put_code(&b, 0xc5, 8);			/* 285: 258 bytes */
	put_code(&b, 0, 5);
	put_code(&b, 0, 7);
	assert_int_equal(finish(&b, "258 by 285"), 1);
	start(&b, 1, 1);
	put_code(&b, 0x30 + 'a', 8);
	put_code(&b, 0xc4, 8);			/* 284 and 31: 258 as well */
	put(&b, 31, 5);
	put_code(&b, 0, 5);
	put_code(&b, 0, 7);
	assert_int_equal(finish(&b, "258 by 284"), 1);
}

static void
test_stored_by_hand(void **state)
{
	struct bits	b;

	(void)state;
	start(&b, 1, 0);
	b.n = 24;
	put(&b, 2, 16);
	put(&b, 0xfffd, 16);
	put(&b, 0x4241, 16);
	assert_int_equal(finish(&b, "stored"), 1);
	start(&b, 1, 0);
	b.n = 24;
	put(&b, 2, 16);
	put(&b, 0xfffc, 16);
	put(&b, 0x4241, 16);
	assert_int_equal(finish(&b, "stored, lengths differ"), 0);
	/* The bits up to the byte do not matter. */
	start(&b, 1, 0);
	put(&b, 31, 5);
	put(&b, 0, 16);
	put(&b, 0xffff, 16);
	assert_int_equal(finish(&b, "stored, nothing"), 1);
	/* Another block behind, and one that copies out of it. */
	start(&b, 0, 0);
	b.n = 24;
	put(&b, 1, 16);
	put(&b, 0xfffe, 16);
	put(&b, 'x', 8);
	put(&b, 1, 1);
	put(&b, 1, 2);
	put_code(&b, 1, 7);
	put_code(&b, 0, 5);
	put_code(&b, 0, 7);
	assert_int_equal(finish(&b, "stored, then fixed"), 1);
}

static void
test_codes_by_hand(void **state)
{
	struct bits	b;
	uint8_t		len[320];

	(void)state;
	/* The end alone, of one bit: an incomplete code that may be. */
	memset(len, 0, sizeof(len));
	len[256] = 1;
	lengths(&b, 257, 1, len);
	put_code(&b, 0, 1);
	assert_int_equal(finish(&b, "only the end, no distance"), 1);
	lengths(&b, 257, 1, len);
	put_code(&b, 1, 1);
	assert_int_equal(finish(&b, "the bit that is no code"), 0);
	len[256] = 2;
	lengths(&b, 257, 1, len);
	put_code(&b, 0, 2);
	assert_int_equal(finish(&b, "only the end, of two bits"), 0);
	/* No end. */
	memset(len, 0, sizeof(len));
	len['a'] = len['b'] = 1;
	lengths(&b, 257, 1, len);
	put_code(&b, 0, 1);
	assert_int_equal(finish(&b, "no end"), 0);
	/* Too many codes, and too few. */
	memset(len, 0, sizeof(len));
	len['a'] = len['b'] = len[256] = 1;
	lengths(&b, 257, 1, len);
	put_code(&b, 1, 1);
	assert_int_equal(finish(&b, "three of one bit"), 0);
	memset(len, 0, sizeof(len));
	len['a'] = 1;
	len[256] = 3;
	lengths(&b, 257, 1, len);
	put_code(&b, 4, 3);
	assert_int_equal(finish(&b, "a code with room"), 0);
	/* A distance alone, of one bit and of two; three of them. */
	memset(len, 0, sizeof(len));
	len['a'] = 2;
	len[256] = 2;
	len[257] = 1;
	len[258] = 1;
	lengths(&b, 258, 1, len);
	put_code(&b, 2, 2);
	put_code(&b, 0, 1);
	put_code(&b, 0, 1);
	put_code(&b, 3, 2);
	assert_int_equal(finish(&b, "one distance of one bit"), 1);
	lengths(&b, 258, 1, len);
	put_code(&b, 2, 2);
	put_code(&b, 0, 1);
	put_code(&b, 1, 1);
	put_code(&b, 3, 2);
	assert_int_equal(finish(&b, "a distance that is none"), 0);
	len[258] = 2;
	lengths(&b, 258, 1, len);
	put_code(&b, 3, 2);
	assert_int_equal(finish(&b, "one distance of two bits"), 0);
	len[258] = len[259] = len[260] = 1;
	lengths(&b, 258, 3, len);
	put_code(&b, 3, 2);
	assert_int_equal(finish(&b, "three distances of one bit"), 0);
	/* No distance, and one used. */
	len[258] = 0;
	lengths(&b, 258, 1, len);
	put_code(&b, 2, 2);
	put_code(&b, 0, 1);
	put_code(&b, 0, 1);
	assert_int_equal(finish(&b, "no distance to use"), 0);
	/* 286 literals and 30 distances are the most. */
	memset(len, 0, sizeof(len));
	len[256] = 1;
	lengths(&b, 286, 30, len);
	put_code(&b, 0, 1);
	assert_int_equal(finish(&b, "286 and 30"), 1);
	lengths(&b, 287, 30, len);
	put_code(&b, 0, 1);
	assert_int_equal(finish(&b, "287"), 0);
	lengths(&b, 286, 31, len);
	put_code(&b, 0, 1);
	assert_int_equal(finish(&b, "31"), 0);
}

/* The code of lengths itself: repeats before anything, and beyond the end. */
static void
test_repeats_by_hand(void **state)
{
	static const uint8_t	order[19] = { 16, 17, 18, 0, 8, 7, 9, 6, 10,
	    5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
	struct bits		b;
	unsigned int		first, last, i;

	(void)state;
	/* 16, 18 and 1, of 2, 2 and 1 bits: 1 is 0, 16 is 10, 18 is 11. */
	for (first = 0; first < 2; first++)
	for (last = 0; last < 3; last++) {
		start(&b, 1, 2);
		put(&b, 0, 5);
		put(&b, 0, 5);
		put(&b, 15, 4);
		for (i = 0; i < 19; i++)
			put(&b, order[i] == 1 ? 1 : order[i] == 16 ||
			    order[i] == 18 ? 2 : 0, 3);
		if (first) {
			put_code(&b, 2, 2);	/* repeat what is not there */
			put(&b, 0, 2);
		}
		put_code(&b, 3, 2);		/* 138 zeros */
		put(&b, 127, 7);
		put_code(&b, 3, 2);		/* 118 zeros: 256 in all */
		put(&b, 107, 7);
		put_code(&b, 0, 1);		/* the end */
		if (last == 0)
			put_code(&b, 0, 1);	/* one distance: 258 */
		else {				/* up to 13 zeros: too many */
			put_code(&b, last == 1 ? 3 : 2, 2);
			put(&b, 0, last == 1 ? 7 : 2);
		}
		put_code(&b, 0, 1);
		assert_int_equal(finish(&b, "repeats"), !first && last == 0);
	}
	/* The code of lengths is empty, or has room. */
	for (first = 0; first < 3; first++) {
		start(&b, 1, 2);
		put(&b, 0, 5);
		put(&b, 0, 5);
		put(&b, 15, 4);
		for (i = 0; i < 19; i++)
			put(&b, i < first ? 2 : 0, 3);
		put(&b, 0, 300);
		assert_int_equal(finish(&b, "code of lengths"), 0);
	}
}

static void
test_header(void **state)
{
	unsigned int	cmf, flg;
	size_t		n;

	(void)state;
	make(TEXT, 50, 1);
	n = pack(50, 6, Z_DEFAULT_STRATEGY, 15, 8);
	for (cmf = 0; cmf < 256; cmf++)
	for (flg = 0; flg < 256; flg++) {
		packed[0] = (uint8_t)cmf;
		packed[1] = (uint8_t)flg;
		compare(packed, n, "header", cmf << 8 | flg);
	}
	/* A window said to be smaller than what is reached back for. */
	make(RANDOM, 5000, 2);
	memcpy(plain + 10000, plain, 5000);
	n = pack(15000, 9, Z_DEFAULT_STRATEGY, 15, 8);
	assert_true(n < 6000);
	for (cmf = 0x08; cmf <= 0x78; cmf += 0x10) {
		packed[0] = (uint8_t)cmf;
		packed[1] = (uint8_t)(31 - (cmf << 8) % 31);
		compare(packed, n, "window", cmf);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_levels),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_truncations_and_bits),
		cmocka_unit_test(test_fixed_by_hand),
		cmocka_unit_test(test_stored_by_hand),
		cmocka_unit_test(test_codes_by_hand),
		cmocka_unit_test(test_repeats_by_hand),
		cmocka_unit_test(test_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
