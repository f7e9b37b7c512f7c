/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * SHA-256 (FIPS 180-4 sections 5 and 6.2) for the WebAssembly build, where
 * the browser's own can only be awaited. Small rather than fast: what is
 * hashed here is a few kilobytes.
 */
#include <string.h>

#include "verifier/crypto.h"

enum { BLOCK = 64, LENGTH_AT = 56, ROUNDS = 64 };

/*
 * The constants are the first 32 bits of what roots of the first primes have
 * behind the point: cube roots for k (section 4.2.2), square roots for what a
 * hash begins with (section 5.3.3). They follow from that, and take less to
 * load than they would.
 */
static uint32_t	k[ROUNDS], begin[8];

/* By Newton; that of any of them is exact long before the last turn. */
static uint32_t
root(double p, int cube)
{
	double	x = p;
	int	i;

	for (i = 0; i < 32; i++)
		x = cube ? (2 * x + p / (x * x)) / 3 : (x + p / x) / 2;
	return (uint32_t)((x - (int)x) * 4294967296.0);
}

static void
make_constants(void)
{
	int	p, d, n = 0;

	for (p = 2; n < ROUNDS; p++) {
		for (d = 2; p % d != 0; d++)
			;
		if (d < p)
			continue;
		if (n < 8)
			begin[n] = root(p, 0);
		k[n++] = root(p, 1);
	}
}

struct sha256 {
	uint32_t	h[8];
	uint64_t	len;		/* bytes so far */
	uint8_t		block[BLOCK];
};

static uint32_t
turn(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

/* Section 6.2.2, step 1. */
static void
schedule(uint32_t w[ROUNDS], const uint8_t block[BLOCK])
{
	uint32_t	a, b;
	size_t		t;

	for (t = 0; t < 16; t++)
		w[t] = (uint32_t)block[4 * t] << 24 |
		    (uint32_t)block[4 * t + 1] << 16 |
		    (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
	for (; t < ROUNDS; t++) {
		a = w[t - 15];
		b = w[t - 2];
		w[t] = (turn(b, 17) ^ turn(b, 19) ^ b >> 10) + w[t - 7] +
		    (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + w[t - 16];
	}
}

/* Section 6.2.2, steps 2 to 4; v is a to h. */
static void
compress(struct sha256 *s)
{
	uint32_t	w[ROUNDS], v[8], t1, t2;
	size_t		t;

	schedule(w, s->block);
	memcpy(v, s->h, sizeof(v));
	for (t = 0; t < ROUNDS; t++) {
		t1 = v[7] + (turn(v[4], 6) ^ turn(v[4], 11) ^
		    turn(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) +
		    k[t] + w[t];
		t2 = (turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22)) +
		    ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (t = 0; t < 8; t++)
		s->h[t] += v[t];
}

static void
update(struct sha256 *s, const uint8_t *p, size_t len)
{
	size_t	i;

	for (i = 0; i < len; i++) {
		s->block[s->len++ % BLOCK] = p[i];
		if (s->len % BLOCK == 0)
			compress(s);
	}
}

/* Section 5.1.1: a 1, zeros, the length in bits. */
static void
finish(uint8_t out[KM_HASH_LEN], struct sha256 *s)
{
	uint64_t	bits = s->len * 8;
	uint8_t		length[8];
	size_t		i;

	update(s, (const uint8_t *)"\x80", 1);
	while (s->len % BLOCK != LENGTH_AT)
		update(s, (const uint8_t *)"", 1);
	for (i = 0; i < 8; i++)
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	update(s, length, sizeof(length));
	for (i = 0; i < KM_HASH_LEN; i++)
		out[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

void
km_sha256(uint8_t out[KM_HASH_LEN], const struct km_bytes *part, size_t n)
{
	struct sha256	s = { { 0 }, 0, { 0 } };
	size_t		i;

	if (k[0] == 0)
		make_constants();
	memcpy(s.h, begin, sizeof(begin));
	for (i = 0; i < n; i++)
		update(&s, part[i].p, part[i].len);
	finish(out, &s);
}
