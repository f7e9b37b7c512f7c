/* SPDX-License-Identifier: EUPL-1.2 */
/* Publications, as office has them of the signer (ca/record/publication.h). */
#include "ca/record/publication.h"
#include "tests/fuzz/promise.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct publication	p;
	struct km_cbor		d;
	struct km_bytes		bytes;
	uint32_t		number, last = 0;
	size_t			i;

	if (publication_decode(&p, data, len) != KM_OK)
		return 0;
	promise(p.number > 0);
	promise(p.epoch.len > 0 && p.epoch.len <= KM_EPOCH_MAX &&
	    inside(p.epoch, data, len));
	promise(p.bodies.len > 0 && inside(p.bodies, data, len));
	promise(p.n_lists <= PUBLICATION_LISTS_MAX);
	d = p.lists;
	for (i = 0; i < p.n_lists; i++) {
		bytes = publication_list(&d, &number);
		promise(d.err == KM_OK && bytes.len > 0 &&
		    inside(bytes, data, len));
		promise(number <= 65535 && (i == 0 || number > last));
		last = number;
	}
	d = p.leaves;
	promise(p.n_leaves <= PUBLICATION_LEAVES_MAX);
	for (i = 0; i < p.n_leaves; i++) {
		bytes = publication_leaf(&d, &number);
		promise(d.err == KM_OK && bytes.len > 0 &&
		    inside(bytes, data, len));
		promise(i == 0 || number > last);
		last = number;
	}
	return 0;
}
