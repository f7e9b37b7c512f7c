/* SPDX-License-Identifier: EUPL-1.2 */
/* SipHash-2-4, with the names of its paper (section 2). */
#include "siphash.h"

struct sip {
	uint64_t	v0, v1, v2, v3;
};

static inline uint64_t
rotl(uint64_t x, unsigned int n)
{
	return x << n | x >> (64 - n);
}

static inline void
sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = rotl(s->v1, 13) ^ s->v0;
	s->v3 = rotl(s->v3, 16) ^ s->v2;
	s->v0 = rotl(s->v0, 32) + s->v3;
	s->v2 += s->v1;
	s->v1 = rotl(s->v1, 17) ^ s->v2;
	s->v3 = rotl(s->v3, 21) ^ s->v0;
	s->v2 = rotl(s->v2, 32);
}

static void
compress(struct sip *s, uint64_t m)
{
	s->v3 ^= m;
	sip_round(s);
	sip_round(s);
	s->v0 ^= m;
}

uint64_t
km_siphash(uint64_t k0, uint64_t k1, struct km_bytes in)
{
	struct sip	s = {
		k0 ^ UINT64_C(0x736f6d6570736575),
		k1 ^ UINT64_C(0x646f72616e646f6d),
		k0 ^ UINT64_C(0x6c7967656e657261),
		k1 ^ UINT64_C(0x7465646279746573)
	};
	uint64_t	m = 0;
	size_t		i;

	for (i = 0; i < in.len; i++) {
		m |= (uint64_t)in.p[i] << i % 8 * 8;
		if (i % 8 == 7) {
			compress(&s, m);
			m = 0;
		}
	}
	compress(&s, m | (uint64_t)in.len << 56);
	s.v2 ^= 0xff;
	for (i = 0; i < 4; i++)
		sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
