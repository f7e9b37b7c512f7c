/* SPDX-License-Identifier: EUPL-1.2 */
/* Register runs, and the leaves that are in them. */
#include "tests/fuzz/promise.h"
#include "verifier/register.h"

static void
check_leaf(struct km_bytes bytes)
{
	struct km_register_leaf	l;
	size_t			i;

	if (km_register_leaf_decode(&l, bytes.p, bytes.len) != KM_OK)
		return;
	promise(l.attestation.len > 0 &&
	    l.attestation.len <= KM_ATTESTATION_MAX &&
	    inside(l.attestation, bytes.p, bytes.len));
	promise(l.status <= KM_STATUS_SUPERSEDED);
	promise(l.n > 0 && l.n <= KM_EVENTS_MAX);
	for (i = 0; i < l.n; i++) {
		promise(strcmp(km_event_name(l.event[i].kind), "unknown")
		    != 0);
		promise(l.event[i].reason >= 0 && l.event[i].reason <= 7);
		promise(i == 0 || l.event[i - 1].at <= l.event[i].at);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct km_cbor	run;
	struct km_bytes	leaf;
	size_t		total = 0;

	check_leaf((struct km_bytes){ data, len });
	km_cbor_begin(&run, data, len);
	for (;;) {
		leaf = km_register_next(&run);
		if (leaf.len == 0)
			break;
		promise(leaf.p == data + total && leaf.len <= len - total);
		total += leaf.len;
		check_leaf(leaf);
	}
	promise(run.err != KM_OK || total == len);
	return 0;
}
