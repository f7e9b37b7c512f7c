/* SPDX-License-Identifier: EUPL-1.2 */
/* Indexes of register runs (ca/record/run.h): what decodes is written so. */
#include "ca/record/encode.h"
#include "ca/record/run.h"
#include "tests/fuzz/promise.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf	again, roots;
	uint64_t	size = UINT64_MAX;

	buf_init(&roots, len + 1);
	buf_init(&again, len + 16);
	if (run_index_decode(&size, &roots, (struct km_bytes){ data, len }) ==
	    KM_OK) {
		promise(roots.len == run_count(size) * KM_HASH_LEN);
		encode_register_index(&again, size, roots.p,
		    roots.len / KM_HASH_LEN);
		promise(again.failed == 0 && again.len == len &&
		    memcmp(again.p, data, len) == 0);
	} else
		promise(size == UINT64_MAX);
	buf_free(&roots);
	buf_free(&again);
	return 0;
}
