/* SPDX-License-Identifier: EUPL-1.2 */
/* Badges: slices, and paths that lie side by side when they are read. */
#include "tests/fuzz/promise.h"
#include "verifier/badge.h"
#include "verifier/register.h"
#include "verifier/tree.h"

static void
check_path(struct km_bytes path, size_t n, const uint8_t *data, size_t len)
{
	uint8_t	out[KM_PATH_MAX * KM_HASH_LEN];

	promise(n <= KM_PATH_MAX && path.len == n * 34 &&
	    inside(path, data, len));
	km_path_read(out, path, n);
	if (n > 0)
		promise(memcmp(out + (n - 1) * KM_HASH_LEN,
		    path.p + path.len - KM_HASH_LEN, KM_HASH_LEN) == 0);
}

static void
check_register(const struct km_badge *b, const uint8_t *data, size_t len)
{
	struct km_event	event[KM_EVENTS_MAX];
	struct km_cbor	d;
	size_t		n;

	promise(inside(b->register_events, data, len));
	km_cbor_begin(&d, b->register_events.p, b->register_events.len);
	km_read_events(&d, event, &n);
	promise(km_cbor_end(&d) == KM_OK && n > 0 && n <= KM_EVENTS_MAX);
	check_path(b->register_path, b->n_register_path, data, len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct km_badge	b;

	if (km_badge_decode(&b, data, len) != KM_OK)
		return 0;
	promise(len > 0 && len <= KM_BADGE_MAX);
	promise(b.attestation.len > 0 &&
	    b.attestation.len <= KM_ATTESTATION_MAX);
	promise(inside(b.attestation, data, len) &&
	    inside(b.status, data, len) && inside(b.epoch, data, len));
	promise(b.epoch.len <= KM_EPOCH_MAX);
	promise(b.has_status_path || b.n_status_path == 0);
	if (b.has_status_path)
		check_path(b.status_path, b.n_status_path, data, len);
	if (b.has_register)
		check_register(&b, data, len);
	return 0;
}
