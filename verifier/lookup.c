/* SPDX-License-Identifier: EUPL-1.2 */
/* The register as a source of answers: building it, and finding in it. */
#include <string.h>

#include "attestation.h"
#include "lookup.h"
#include "siphash.h"
#include "tree.h"

enum {
	ALIGN = 16, BUCKETS_MIN = 16, PER_LEAF = 4,
	LINE = 64			/* bytes of a cache */
};

/* What is built, and what is held against it on the way. */
struct building {
	struct km_lookup *l;
	const struct km_lookup_of *of;
	struct km_frontier tree;
};

static size_t
aligned(size_t n)
{
	return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

/* A power of two, so that a chain has about one attestation's keys. */
static uint32_t
buckets_for(uint32_t n)
{
	uint32_t	b = BUCKETS_MIN;

	while (b < (uint64_t)n * PER_LEAF && b < UINT32_C(1) << 30)
		b <<= 1;
	return b;
}

/* Up to where the entries begin. */
static uint64_t
room_before(uint32_t n)
{
	return (uint64_t)aligned(sizeof(struct km_lookup)) +
	    aligned((size_t)ALIGN) +
	    (uint64_t)n * sizeof(struct km_lookup_leaf) + ALIGN +
	    (uint64_t)buckets_for(n) * sizeof(uint32_t) + ALIGN;
}

size_t
km_register_room(uint32_t marks)
{
	uint64_t	room;

	if (marks > KM_LOOKUP_MAX)
		return SIZE_MAX;
	room = room_before(marks) + (uint64_t)marks * KM_LOOKUP_KEYS *
	    sizeof(struct km_lookup_entry);
	return room < SIZE_MAX ? (size_t)room : SIZE_MAX;
}

static uint32_t
hash_of(const struct km_lookup *l, enum km_by by, struct km_bytes key,
    uint32_t *tag)
{
	uint64_t	h;

	h = km_siphash(l->secret[0], l->secret[1] ^ (uint64_t)by, key);
	*tag = (uint32_t)(h >> 32);
	return (uint32_t)h & l->mask;
}

/* The parts of l in mem, one after the other; all buckets empty. */
static struct km_lookup *
lay_out(void *mem, size_t len, const struct km_tree_head *head)
{
	uint32_t		 n = (uint32_t)head->size;
	uint8_t			*p = mem;
	struct km_lookup	*l = mem;
	size_t			 buckets = buckets_for(n), i;

	memset(l, 0, sizeof(*l));
	l->mem = mem;
	l->mem_len = len;
	l->head = *head;
	for (i = 0; i < 8; i++) {
		l->secret[0] |= (uint64_t)head->root[i] << 8 * i;
		l->secret[1] |= (uint64_t)head->root[8 + i] << 8 * i;
	}
	p += aligned(sizeof(*l));
	l->leaf = (struct km_lookup_leaf *)(void *)p;
	p += aligned(n * sizeof(*l->leaf));
	l->mask = (uint32_t)buckets - 1;
	l->bucket = (uint32_t *)(void *)p;
	memset(p, 0, buckets * sizeof(*l->bucket));
	p += aligned(buckets * sizeof(*l->bucket));
	l->entry = (struct km_lookup_entry *)(void *)p;
	len = (len - (size_t)(p - (uint8_t *)mem)) / sizeof(*l->entry);
	l->max = len < UINT32_MAX ? (uint32_t)len : UINT32_MAX - 1;
	return l;
}

/* Empty keys are those that an attestation does not have. */
static enum km_err
add_key(struct km_lookup *l, struct km_bytes attestation, enum km_by by,
    struct km_bytes key)
{
	struct km_lookup_entry	*e;
	uint32_t		 b;

	if (key.len == 0)
		return KM_OK;
	if (l->n_entries == l->max)
		return KM_ERR_FULL;
	e = &l->entry[l->n_entries];
	b = hash_of(l, by, key, &e->tag);
	e->leaf = l->n;
	e->at = (uint16_t)(key.p - attestation.p);
	e->len = (uint8_t)key.len;
	e->by = (uint8_t)by;
	e->next = l->bucket[b];
	l->bucket[b] = ++l->n_entries;
	return KM_OK;
}

static enum km_err
add_keys(struct km_lookup *l, struct km_bytes bytes,
    const struct km_attestation *a)
{
	const struct km_bytes	holder[] = { a->sub, a->kvk, a->euid, a->lei };
	enum km_err		err;
	size_t			i;

	err = add_key(l, bytes, KM_BY_NUMBER, a->number);
	for (i = 0; i < 4 && err == KM_OK; i++)
		err = add_key(l, bytes, KM_BY_HOLDER, holder[i]);
	for (i = 0; i < a->n_hosts && err == KM_OK; i++)
		err = add_key(l, bytes, KM_BY_HOST, a->host[i]);
	return err;
}

static enum km_err
add_leaf(struct building *b, struct km_bytes bytes)
{
	struct km_lookup	*l = b->l;
	struct km_lookup_leaf	*place = &l->leaf[l->n];
	struct km_register_leaf	 leaf;
	struct km_attestation	 a;
	struct km_sign1		 s;
	uint8_t			 hash[KM_HASH_LEN];
	enum km_err		 err;

	if ((err = km_register_leaf_decode(&leaf, bytes.p, bytes.len)) !=
	    KM_OK || (err = km_attestation_decode(&a, &s, leaf.attestation.p,
	    leaf.attestation.len)) != KM_OK)
		return err;
	if (leaf.index != l->n)
		return KM_ERR_ORDER;
	if ((a.shard << 16 | a.idx) != leaf.index)
		return KM_ERR_MISMATCH;
	if (!km_bytes_equal(a.iss, b->of->authority))
		return KM_ERR_AUTHORITY;
	if (a.environment != b->of->environment)
		return KM_ERR_ENVIRONMENT;
	place->p = bytes.p;
	place->len = (uint32_t)bytes.len;
	place->at = (uint8_t)(leaf.attestation.p - bytes.p);
	place->attestation = (uint16_t)leaf.attestation.len;
	place->status = (uint8_t)leaf.status;
	if ((err = add_keys(l, leaf.attestation, &a)) != KM_OK)
		return err;
	km_leaf_hash(hash, bytes);
	km_frontier_add(&b->tree, hash);
	l->n++;
	return KM_OK;
}

/* All but the last run are full. */
static enum km_err
add_run(struct building *b, struct km_bytes run)
{
	uint64_t	left = b->l->head.size - b->l->n;
	uint32_t	want, i;
	struct km_cbor	d;
	struct km_bytes	leaf;
	enum km_err	err;

	want = left < KM_RUN_LEAVES ? (uint32_t)left : KM_RUN_LEAVES;
	km_cbor_begin(&d, run.p, run.len);
	for (i = 0; i < want; i++) {
		leaf = km_register_next(&d);
		if (d.err != KM_OK)
			return d.err;
		if (leaf.len == 0)
			return KM_ERR_TRUNCATED;
		if ((err = add_leaf(b, leaf)) != KM_OK)
			return err;
	}
	return km_cbor_end(&d);
}

static enum km_err
build(struct building *b, const struct km_bytes *run, size_t n_runs)
{
	uint8_t		root[KM_HASH_LEN];
	enum km_err	err;
	size_t		i;

	km_frontier_begin(&b->tree);
	for (i = 0; i < n_runs; i++)
		if ((err = add_run(b, run[i])) != KM_OK)
			return err;
	km_frontier_root(root, &b->tree);
	return memcmp(root, b->l->head.root, KM_HASH_LEN) == 0 ? KM_OK :
	    KM_ERR_PROOF;
}

struct km_lookup *
km_lookup_build(void *mem, size_t len, const struct km_lookup_of *of,
    const struct km_bytes *run, size_t n_runs, enum km_err *err)
{
	struct building	b;
	uint64_t	size = of->head->size;

	*err = KM_OK;
	if (mem == NULL || (uintptr_t)mem % sizeof(uint64_t) != 0)
		*err = KM_ERR_USE;
	else if (size > KM_LOOKUP_MAX)
		*err = KM_ERR_LIMIT;
	else if (n_runs != (size + KM_RUN_LEAVES - 1) / KM_RUN_LEAVES)
		*err = n_runs * (uint64_t)KM_RUN_LEAVES < size ?
		    KM_ERR_MISSING : KM_ERR_TRAILING;
	else if (len < room_before((uint32_t)size))
		*err = KM_ERR_FULL;
	if (*err != KM_OK)
		return NULL;
	b.l = lay_out(mem, len, of->head);
	b.of = of;
	*err = build(&b, run, n_runs);
	return *err == KM_OK ? b.l : NULL;
}

struct km_bytes
km_lookup_attestation(const struct km_lookup *l, uint32_t leaf)
{
	const struct km_lookup_leaf	*f = &l->leaf[leaf];

	return (struct km_bytes){ f->p + f->at, f->attestation };
}

/*
 * Call for all of an attestation while its key is compared, as all of it is
 * read next: in a large register no line of it is in the cache.
 */
static void
fetch(struct km_bytes attestation)
{
	size_t	i;

	for (i = 0; i < attestation.len; i += LINE)
		__builtin_prefetch(attestation.p + i);
}

static int
entry_is(const struct km_lookup *l, const struct km_lookup_entry *e,
    enum km_by by, struct km_bytes key)
{
	struct km_bytes	a;

	if (e->by != (uint8_t)by || e->len != key.len)
		return 0;
	a = km_lookup_attestation(l, e->leaf);
	fetch(a);
	return memcmp(a.p + e->at, key.p, key.len) == 0;
}

int64_t
km_lookup_next(const struct km_lookup *l, uint32_t *at, enum km_by by,
    struct km_bytes key)
{
	const struct km_lookup_entry	*e;
	uint32_t			 tag, next;

	next = l->bucket[hash_of(l, by, key, &tag)];
	if (*at != 0)
		next = l->entry[*at - 1].next;
	while (next != 0) {
		e = &l->entry[next - 1];
		if (e->tag == tag && entry_is(l, e, by, key)) {
			*at = next;
			return (int64_t)e->leaf;
		}
		next = e->next;
	}
	return -1;
}

int
km_lookup_is_key(enum km_by by, struct km_bytes key)
{
	if (key.p == NULL)
		return 0;
	switch (by) {
	case KM_BY_NUMBER:
		return km_number_valid(key);
	case KM_BY_HOLDER:
		return km_is_party(key);
	case KM_BY_HOST:
		return km_is_host(key);
	}
	return 0;
}
