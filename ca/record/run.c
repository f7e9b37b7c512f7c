/* SPDX-License-Identifier: EUPL-1.2 */
/* Run: register leaves in one file, and the index of runs; see run.h. */
#include "run.h"

uint64_t
run_count(uint64_t n)
{
	return n / KM_RUN_LEAVES + (n % KM_RUN_LEAVES != 0);
}

uint64_t
run_leaves(uint64_t n, uint64_t i)
{
	uint64_t	from = i * KM_RUN_LEAVES;

	if (from >= n)
		return 0;
	return n - from < KM_RUN_LEAVES ? n - from : KM_RUN_LEAVES;
}

void
run_root_of(uint8_t out[KM_HASH_LEN], const uint8_t *roots, size_t n)
{
	struct km_frontier	f;
	size_t			i;

	km_frontier_begin(&f);
	for (i = 0; i < n; i++)
		km_frontier_add(&f, roots + i * KM_HASH_LEN);
	km_frontier_root(out, &f);
}

enum km_err
run_index_decode(uint64_t *size, struct buf *out, struct km_bytes index)
{
	struct km_cbor	d;
	struct km_bytes	root;
	enum km_err	err;
	uint64_t	leaves;
	size_t		i, n;

	buf_reset(out);
	km_cbor_begin(&d, index.p, index.len);
	km_cbor_array(&d, 2, 2);
	leaves = km_cbor_uint(&d, 0, UINT32_MAX);
	n = (size_t)run_count(leaves);
	km_cbor_array(&d, n, n);
	for (i = 0; i < n && d.err == KM_OK; i++) {
		root = km_cbor_bytes(&d, KM_HASH_LEN, KM_HASH_LEN);
		if (d.err == KM_OK && buf_add(out, root.p, root.len) == -1)
			return KM_ERR_LIMIT;
	}
	if ((err = km_cbor_end(&d)) != KM_OK)
		return err;
	*size = leaves;
	return KM_OK;
}
