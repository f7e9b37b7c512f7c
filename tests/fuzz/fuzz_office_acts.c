/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fuzz target: the body of POST /v1/acts. What is let through is the one
 * encoding of what was read, and its parts lie in the body.
 */
#include <string.h>

#include "ca/office/api.h"
#include "ca/record/encode.h"
#include "tests/fuzz/fuzz.h"

static int
inside(struct km_bytes s, const uint8_t *data, size_t len)
{
	return s.p == NULL || (s.p >= data && s.len <= len &&
	    (size_t)(s.p - data) <= len - s.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct api_pair	pair[BATCH_ACTS_MAX];
	struct km_bytes		body = { data, len };
	struct buf		b;
	size_t			i, n = 0;

	if (api_acts_read(pair, &n, body) != KM_OK)
		return 0;
	if (n < 1 || n > BATCH_ACTS_MAX)
		__builtin_trap();
	buf_init(&b, len);
	encode_array(&b, n);
	for (i = 0; i < n; i++) {
		if (pair[i].decision.len < 1 ||
		    pair[i].decision.len > OFFICERS_MAX ||
		    pair[i].approval.len > APPROVAL_MAX ||
		    pair[i].json.len > SCHEME_JSON_MAX ||
		    !inside(pair[i].decision, data, len) ||
		    !inside(pair[i].approval, data, len) ||
		    !inside(pair[i].json, data, len))
			__builtin_trap();
		encode_array(&b, pair[i].json.p == NULL ? 2 : 3);
		encode_bytes(&b, pair[i].decision);
		if (pair[i].approval.p == NULL)
			encode_null(&b);
		else
			encode_bytes(&b, pair[i].approval);
		if (pair[i].json.p != NULL)
			encode_bytes(&b, pair[i].json);
	}
	if (b.failed != 0 || b.len != len || memcmp(b.p, data, len) != 0)
		__builtin_trap();
	buf_free(&b);
	return 0;
}
