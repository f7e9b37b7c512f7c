/* SPDX-License-Identifier: EUPL-1.2 */
/* What headers of the verifier promise of what a decoder let through. */
#ifndef FUZZ_PROMISE_H
#define FUZZ_PROMISE_H

#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "verifier/cose.h"

#define promise(it)	do { if (!(it)) __builtin_trap(); } while (0)

/* A slice points into what was given; an empty one may point nowhere. */
static inline int
inside(struct km_bytes s, const uint8_t *data, size_t len)
{
	return s.len == 0 || (s.p >= data && s.p <= data + len &&
	    s.len <= (size_t)(data + len - s.p));
}

/* Header, payload and signature of an object of ours. */
static inline int
is_sign1(const struct km_sign1 *s, const uint8_t *data, size_t len)
{
	struct km_bytes	sig = { s->sig, KM_SIG_LEN };

	return (s->alg == KM_ALG_ED25519 || (s->alg == KM_ALG_ESP256 &&
	    km_p256_canonical(s->sig))) && s->kid.len == KM_KID_LEN &&
	    s->iss.len > 0 && s->sub.len > 0 && s->payload.len > 0 &&
	    inside(s->kid, data, len) && inside(s->iss, data, len) &&
	    inside(s->sub, data, len) && inside(s->protected_, data, len) &&
	    inside(s->payload, data, len) && inside(sig, data, len);
}

#endif
