/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * SHA-256 (FIPS 180-4 sections 5 and 6.2) for the WebAssembly build, where
 * the browser's own can only be awaited. Small rather than fast: what is
 * hashed here is a few kilobytes.
 */
#include <string.h>

#include "verifier/crypto.h"

enum { BLOCK = 64, LENGTH_AT = 56, ROUNDS = 64 };

/* Section 4.2.2. */
static const uint32_t k[ROUNDS] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b,
	0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
	0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7,
	0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152,
	0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
	0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
	0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
	0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

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
	/* Section 5.3.3. */
	struct sha256	s = {
		{ 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
		    0x9b05688c, 0x1f83d9ab, 0x5be0cd19 }, 0, { 0 }
	};
	size_t		i;

	for (i = 0; i < n; i++)
		update(&s, part[i].p, part[i].len);
	finish(out, &s);
}
