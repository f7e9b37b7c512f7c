/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fuzz target: officers lists. What is let through is the one encoding of
 * what was read from it, and everyone on it can be found.
 */
#include <string.h>

#include "ca/record/encode.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct officers		 os;
	const struct officer	*o;
	struct km_sign		 sign;
	struct buf		 payload, body, whole;
	size_t			 i;

	if (officers_decode(&os, &sign, data, len) != KM_OK)
		return 0;
	buf_init(&payload, OFFICERS_MAX);
	buf_init(&body, OFFICERS_MAX);
	buf_init(&whole, OFFICERS_MAX);
	encode_officers(&payload, &os);
	encode_body_protected(&body, sign.iss, sign.sub, KM_TYP_OFFICERS);
	encode_sign(&whole, (struct km_bytes){ body.p, body.len },
	    (struct km_bytes){ payload.p, payload.len }, sign.signer, sign.n);
	if (whole.failed != 0 || whole.len != len ||
	    memcmp(whole.p, data, len) != 0)
		__builtin_trap();

	if (os.n == 0 || os.n > OFFICERS_N_MAX || os.issued >= os.expires)
		__builtin_trap();
	for (i = 0; i < os.n; i++) {
		o = &os.officer[i];
		if (officers_find(&os, o->id) != o || o->roles == 0 ||
		    o->n_keys == 0 || o->from >= o->until ||
		    memchr(o->id.p, ':', o->id.len) != NULL ||
		    ((o->roles & ROLE_ASSESSOR) && o->employer.len == 0))
			__builtin_trap();
	}
	buf_free(&payload);
	buf_free(&body);
	buf_free(&whole);
	officers_free(&os);
	return 0;
}
