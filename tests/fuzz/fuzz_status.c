/* SPDX-License-Identifier: EUPL-1.2 */
/* Status lists of any make, and their entries where they inflate. */
#include "tests/fuzz/promise.h"
#include "verifier/attestation.h"
#include "verifier/inflate.h"
#include "verifier/status.h"

enum { CAP = 1 << 16 };

static void
check_entries(const struct km_status_list *l)
{
	static uint8_t	out[CAP];
	struct km_bytes	entries = { out, 0 };
	uint64_t	n;

	if (km_inflate(out, CAP, &entries.len, l->lst.p, l->lst.len) != KM_OK)
		return;
	n = (uint64_t)entries.len * 8 / l->bits;
	promise(km_status_get(entries, l->bits, n) == -1);
	if (n > 0)
		promise(km_status_get(entries, l->bits, n - 1) >= 0 &&
		    km_status_get(entries, l->bits, n - 1) < 1 << l->bits);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct km_status_list	l;
	struct km_bytes		sig;
	uint8_t			tbs[KM_TBS_MAX];

	if (km_status_decode(&l, data, len) != KM_OK)
		return 0;
	sig = (struct km_bytes){ l.sig, KM_SIG_LEN };
	promise(l.uri.len > 0 && inside(l.uri, data, len));
	promise(l.lst.len > 0 && inside(l.lst, data, len));
	promise(inside(l.kid, data, len) && inside(l.iss, data, len));
	promise(inside(l.payload, data, len) && inside(sig, data, len));
	promise(l.bits == 1 || l.bits == 2 || l.bits == 4 || l.bits == 8);
	promise(l.iat >= 0 && l.iat <= KM_TIME_MAX && l.exp >= 0 &&
	    l.exp <= KM_TIME_MAX && l.ttl >= 0);
	promise(l.alg == -7 || l.alg == -8 || l.alg == -9 || l.alg == -19);
	/* What was read can be put under its signature. */
	promise(inside(l.protected_, data, len) && km_tbs(tbs, l.protected_,
	    NULL, l.payload.len) > l.protected_.len);
	check_entries(&l);
	return 0;
}
