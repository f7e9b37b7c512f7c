/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Merkle tree, the writer's side (RFC 9162 section 2.1).
 *
 * Kept are the hashes of all full subtrees: node i of level k covers leaves
 * i * 2^k up to, not including, (i + 1) * 2^k, and stands as soon as all of
 * these do. What is at the right edge is not full and is put together when
 * asked for, from at most one node a level. Each level grows by chunks that
 * never move, so that a large tree is never copied.
 */
#include <stdlib.h>
#include <string.h>

#include "merkle.h"

enum {
	CHUNK = 1024			/* hashes in a chunk: 32 kB */
};

/* With twice as many a consistency proof could be one hash too long. */
#define LEAVES_MAX	(UINT64_C(1) << (KM_PATH_MAX - 1))

struct level {
	uint8_t	(**chunk)[KM_HASH_LEN];
	size_t	  n;			/* chunks there are */
	size_t	  cap;			/* places for them */
};

struct merkle {
	uint64_t	size;		/* leaves */
	uint64_t	max;
	struct level	level[KM_PATH_MAX + 1];
};

static uint8_t *
node(const struct merkle *t, unsigned int k, uint64_t i)
{
	return t->level[k].chunk[i / CHUNK][i % CHUNK];
}

/* Make a place for node i of a level. */
static int
level_reserve(struct level *l, uint64_t i)
{
	void	*p;
	size_t	 cap;

	if (i / CHUNK < l->n)
		return 0;
	if (l->n == l->cap) {
		cap = l->cap == 0 ? 4 : l->cap * 2;
		p = realloc(l->chunk, cap * sizeof(*l->chunk));
		if (p == NULL)
			return -1;
		l->chunk = p;
		l->cap = cap;
	}
	if ((p = malloc((size_t)CHUNK * KM_HASH_LEN)) == NULL)
		return -1;
	l->chunk[l->n++] = p;
	return 0;
}

struct merkle *
merkle_new(uint64_t max_leaves)
{
	struct merkle	*t;

	if ((t = calloc(1, sizeof(*t))) == NULL)
		return NULL;
	t->max = max_leaves < LEAVES_MAX ? max_leaves : LEAVES_MAX;
	return t;
}

void
merkle_free(struct merkle *t)
{
	size_t	i, k;

	if (t == NULL)
		return;
	for (k = 0; k <= KM_PATH_MAX; k++) {
		for (i = 0; i < t->level[k].n; i++)
			free(t->level[k].chunk[i]);
		free(t->level[k].chunk);
	}
	free(t);
}

uint64_t
merkle_size(const struct merkle *t)
{
	return t->size;
}

/* Hash again all full subtrees above leaf i. */
static void
climb(struct merkle *t, uint64_t i)
{
	unsigned int	k;

	for (k = 1; k <= KM_PATH_MAX; k++) {
		i /= 2;
		if (i >= t->size >> k)	/* not full: nothing above it is */
			break;
		km_node_hash(node(t, k, i), node(t, k - 1, 2 * i),
		    node(t, k - 1, 2 * i + 1));
	}
}

int
merkle_append(struct merkle *t, const uint8_t leaf[KM_HASH_LEN])
{
	uint64_t	i = t->size;
	unsigned int	k;

	if (t->size >= t->max)
		return -1;
	/* The leaf completes a subtree at each level of a one from below. */
	for (k = 0; ; k++) {
		if (level_reserve(&t->level[k], i >> k) == -1)
			return -1;
		if ((i >> k & 1) == 0)
			break;
	}
	t->size++;
	memcpy(node(t, 0, i), leaf, KM_HASH_LEN);
	climb(t, i);
	return 0;
}

int
merkle_set(struct merkle *t, uint64_t i, const uint8_t leaf[KM_HASH_LEN])
{
	if (i >= t->size)
		return -1;
	memcpy(node(t, 0, i), leaf, KM_HASH_LEN);
	climb(t, i);
	return 0;
}

/* Nodes beyond n are no longer looked at, and written anew when full again. */
void
merkle_truncate(struct merkle *t, uint64_t n)
{
	if (n < t->size)
		t->size = n;
}

const uint8_t *
merkle_leaf(const struct merkle *t, uint64_t i)
{
	return i < t->size ? node(t, 0, i) : NULL;
}

const uint8_t *
merkle_node(const struct merkle *t, unsigned int level, uint64_t i)
{
	if (level > KM_PATH_MAX || i >= t->size >> level)
		return NULL;
	return node(t, level, i);
}

/*
 * Root of leaves [from, from + n), all there, from a multiple of a power of
 * two that is n or more: n in binary names its full subtrees, the largest
 * first (RFC 9162 section 2.1.1), and they are folded from the right.
 */
static void
range_root(uint8_t out[KM_HASH_LEN], const struct merkle *t, uint64_t from,
    uint64_t n)
{
	uint8_t		root[KM_HASH_LEN];
	uint64_t	end = from + n;
	unsigned int	k;
	int		any = 0;

	if (n == 0) {
		km_sha256(out, NULL, 0);
		return;
	}
	for (k = 0; k <= KM_PATH_MAX; k++) {
		if ((n >> k & 1) == 0)
			continue;
		if (any)
			km_node_hash(root, node(t, k, (end >> k) - 1), root);
		else
			memcpy(root, node(t, k, (end >> k) - 1),
			    KM_HASH_LEN);
		any = 1;
		end -= UINT64_C(1) << k;
	}
	memcpy(out, root, KM_HASH_LEN);
}

void
merkle_root(uint8_t out[KM_HASH_LEN], const struct merkle *t)
{
	range_root(out, t, 0, t->size);
}

int
merkle_root_at(uint8_t out[KM_HASH_LEN], const struct merkle *t, uint64_t n)
{
	if (n > t->size)
		return -1;
	range_root(out, t, 0, n);
	return 0;
}

int
merkle_root_of(uint8_t out[KM_HASH_LEN], const struct merkle *t,
    uint64_t from, uint64_t n)
{
	uint64_t	power = 1;

	if (from > t->size || n > t->size - from)
		return -1;
	while (power < n)
		power *= 2;
	if (from % power != 0)
		return -1;
	range_root(out, t, from, n);
	return 0;
}

/* RFC 9162 section 2.1.3.1, from the leaf up. */
int
merkle_path(uint8_t path[KM_PATH_MAX * KM_HASH_LEN], const struct merkle *t,
    uint64_t i, uint64_t n)
{
	uint64_t	sibling, from, last;
	unsigned int	k;
	int		count = 0;

	if (n > t->size || i >= n)
		return -1;
	for (k = 0; (last = (n - 1) >> k) > 0; k++) {
		sibling = i >> k ^ 1;
		if (sibling > last)	/* alone at the edge: moves up as is */
			continue;
		from = sibling << k;
		range_root(path + (size_t)count * KM_HASH_LEN, t, from,
		    n - from < UINT64_C(1) << k ? n - from :
		    UINT64_C(1) << k);
		count++;
	}
	return count;
}

/*
 * RFC 9162 section 2.1.4.1: go down towards the edge of the first m leaves,
 * noting what stands beside the way; the proof has the deepest first.
 */
int
merkle_consistency(uint8_t path[KM_PATH_MAX * KM_HASH_LEN],
    const struct merkle *t, uint64_t m, uint64_t n)
{
	uint8_t		hash[KM_HASH_LEN];
	uint64_t	from = 0, half;
	int		count = 0, i, whole = 1;

	if (n > t->size || m > n)
		return -1;
	if (m == 0)
		return 0;
	while (m != n) {
		for (half = 1; half * 2 < n; half *= 2)
			;
		if (m <= half) {
			range_root(path + (size_t)count++ * KM_HASH_LEN, t,
			    from + half, n - half);
			n = half;
		} else {
			range_root(path + (size_t)count++ * KM_HASH_LEN, t,
			    from, half);
			from += half;
			m -= half;
			n -= half;
			whole = 0;
		}
	}
	if (!whole)
		range_root(path + (size_t)count++ * KM_HASH_LEN, t, from, n);

	for (i = 0; i < count / 2; i++) {
		uint8_t	*a = path + (size_t)i * KM_HASH_LEN;
		uint8_t	*b = path + (size_t)(count - 1 - i) * KM_HASH_LEN;

		memcpy(hash, a, KM_HASH_LEN);
		memcpy(a, b, KM_HASH_LEN);
		memcpy(b, hash, KM_HASH_LEN);
	}
	return count;
}
