/* SPDX-License-Identifier: EUPL-1.2 */
/* Epochs. */
#include "tests/fuzz/promise.h"
#include "verifier/epoch.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct km_epoch	e;
	struct km_sign1	s;
	size_t		i;

	if (km_epoch_decode(&e, &s, data, len) != KM_OK)
		return 0;
	promise(len <= KM_EPOCH_MAX && is_sign1(&s, data, len));
	promise(km_bytes_equal(s.sub, km_bytes_of("epoch")));
	promise(e.number > 0 && e.trust_version > 0);
	promise(e.this_update >= 0 && e.this_update < e.next_update);
	promise(e.log.size >> 48 == 0 && e.reg.size >> 48 == 0 &&
	    e.status.size >> 48 == 0);
	for (i = 0; e.number == 1 && i < KM_HASH_LEN; i++)
		promise(e.previous[i] == 0);
	return 0;
}
