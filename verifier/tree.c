/* SPDX-License-Identifier: EUPL-1.2 */
/* Merkle trees, the reader's side (RFC 9162 section 2.1). */
#include <string.h>

#include "tree.h"

/* SHA-256 of nothing: the root of a tree without leaves. */
static void
empty_root(uint8_t out[KM_HASH_LEN])
{
	km_sha256(out, NULL, 0);
}

/* The prefixes keep a leaf from passing for a node (section 2.1.1). */
void
km_leaf_hash(uint8_t out[KM_HASH_LEN], struct km_bytes entry)
{
	static const uint8_t	prefix = 0x00;
	const struct km_bytes	part[] = { { &prefix, 1 }, entry };

	km_sha256(out, part, 2);
}

/* out may be left or right. */
void
km_node_hash(uint8_t out[KM_HASH_LEN], const uint8_t *left,
    const uint8_t *right)
{
	static const uint8_t	prefix = 0x01;
	const struct km_bytes	part[] = {
		{ &prefix, 1 }, { left, KM_HASH_LEN }, { right, KM_HASH_LEN }
	};

	km_sha256(out, part, 3);
}

/*
 * Section 2.1.3.2 with its names: fn and sn are the places of the node and
 * of the last node of its level; where fn is a right child or the last one,
 * what the path gives stands on the left.
 */
int
km_path_root(uint8_t out[KM_HASH_LEN], const uint8_t leaf[KM_HASH_LEN],
    uint64_t index, uint64_t size, const uint8_t *path, size_t n)
{
	uint8_t		r[KM_HASH_LEN];
	uint64_t	fn = index, sn;
	size_t		i;

	if (index >= size || n > KM_PATH_MAX)
		return 0;
	sn = size - 1;
	memcpy(r, leaf, KM_HASH_LEN);
	for (i = 0; i < n; i++) {
		if (sn == 0)
			return 0;
		if ((fn & 1) == 1 || fn == sn) {
			km_node_hash(r, path + i * KM_HASH_LEN, r);
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else
			km_node_hash(r, r, path + i * KM_HASH_LEN);
		fn >>= 1;
		sn >>= 1;
	}
	if (sn != 0)
		return 0;
	memcpy(out, r, KM_HASH_LEN);
	return 1;
}

/* fr and sr: the roots of the smaller and of the larger tree, so far. */
static int
climb(const uint8_t *root1, const uint8_t *root2, uint64_t fn, uint64_t sn,
    const uint8_t *first, const uint8_t *path, size_t n)
{
	uint8_t	fr[KM_HASH_LEN], sr[KM_HASH_LEN];
	size_t	i;

	memcpy(fr, first, KM_HASH_LEN);
	memcpy(sr, first, KM_HASH_LEN);
	for (i = 0; i < n; i++) {
		if (sn == 0)
			return 0;
		if ((fn & 1) == 1 || fn == sn) {
			km_node_hash(fr, path + i * KM_HASH_LEN, fr);
			km_node_hash(sr, path + i * KM_HASH_LEN, sr);
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else
			km_node_hash(sr, sr, path + i * KM_HASH_LEN);
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && memcmp(fr, root1, KM_HASH_LEN) == 0 &&
	    memcmp(sr, root2, KM_HASH_LEN) == 0;
}

/*
 * Section 2.1.4.2. A path of nothing proves a tree to itself; and every tree
 * goes on from the empty one (section 2.1.4 leaves both to the reader).
 */
int
km_path_consistent(const uint8_t root1[KM_HASH_LEN], uint64_t size1,
    const uint8_t root2[KM_HASH_LEN], uint64_t size2, const uint8_t *path,
    size_t n)
{
	uint8_t		empty[KM_HASH_LEN];
	uint64_t	fn, sn;

	if (size1 > size2 || n > 2 * KM_PATH_MAX)
		return 0;
	if (size1 == 0) {
		empty_root(empty);
		if (n != 0 || memcmp(root1, empty, KM_HASH_LEN) != 0)
			return 0;
		return size2 != 0 || memcmp(root2, empty, KM_HASH_LEN) == 0;
	}
	if (size1 == size2)
		return n == 0 && memcmp(root1, root2, KM_HASH_LEN) == 0;
	if (n == 0)
		return 0;

	fn = size1 - 1;
	sn = size2 - 1;
	while ((fn & 1) == 1) {
		fn >>= 1;
		sn >>= 1;
	}
	/* A size that is a power of two: its root begins, and is not sent. */
	if (fn == 0)
		return climb(root1, root2, fn, sn, root1, path, n);
	return climb(root1, root2, fn, sn, path, path + KM_HASH_LEN, n - 1);
}

void
km_frontier_begin(struct km_frontier *f)
{
	memset(f, 0, sizeof(*f));
}

/*
 * node[i] is the root of 2^i leaves where bit i of size is set: a new leaf
 * carries as adding one to size does. A full frontier takes no more; to
 * fill one would take longer than the sun shines.
 */
void
km_frontier_add(struct km_frontier *f, const uint8_t leaf[KM_HASH_LEN])
{
	uint8_t	h[KM_HASH_LEN];
	size_t	i = 0;

	if (f->size >> KM_PATH_MAX != 0 ||
	    f->size == (UINT64_C(1) << KM_PATH_MAX) - 1)
		return;
	memcpy(h, leaf, KM_HASH_LEN);
	while ((f->size >> i & 1) == 1) {
		km_node_hash(h, f->node[i], h);
		i++;
	}
	memcpy(f->node[i], h, KM_HASH_LEN);
	f->size++;
}

void
km_frontier_root(uint8_t out[KM_HASH_LEN], const struct km_frontier *f)
{
	size_t	i;
	int	any = 0;

	empty_root(out);
	for (i = 0; i < KM_PATH_MAX; i++) {
		if ((f->size >> i & 1) == 0)
			continue;
		if (any)
			km_node_hash(out, f->node[i], out);
		else
			memcpy(out, f->node[i], KM_HASH_LEN);
		any = 1;
	}
}
