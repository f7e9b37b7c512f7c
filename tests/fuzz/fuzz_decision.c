/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fuzz target: decisions. What is let through is the one encoding of what was
 * read from it, and keeps the promises of decision.h.
 */
#include <string.h>

#include "ca/record/encode.h"
#include "tests/fuzz/fuzz.h"

static int
inside(struct km_bytes s, const uint8_t *data, size_t len)
{
	return s.len == 0 || (s.p >= data && s.len <= len &&
	    (size_t)(s.p - data) <= len - s.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct decision	d;
	struct buf	b;
	size_t		i;

	if (decision_decode(&d, data, len) != KM_OK)
		return 0;
	buf_init(&b, DECISION_MAX);
	encode_decision(&b, &d);
	if (b.failed != 0 || b.len != len || memcmp(b.p, data, len) != 0)
		__builtin_trap();
	buf_free(&b);

	if (len > DECISION_MAX || !inside(d.subject, data, len) ||
	    !inside(d.proposer, data, len) || d.nonce.len != NONCE_LEN ||
	    d.trust.len != KM_HASH_LEN || d.n_rests_on > RESTS_MAX ||
	    (d.head.len != 0) != decision_has_head(d.kind) ||
	    d.kind == DECISION_TRUST || d.kind == DECISION_OFFICERS)
		__builtin_trap();
	for (i = 1; i < d.n_rests_on; i++)
		if (memcmp(d.rests_on[i - 1].p, d.rests_on[i].p,
		    KM_HASH_LEN) >= 0)
			__builtin_trap();
	return 0;
}
