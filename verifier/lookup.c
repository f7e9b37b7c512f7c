/* SPDX-License-Identifier: EUPL-1.2 */
/* The register as a source of answers: building it, and finding in it. */
#include <string.h>

#include "attestation.h"
#include "lookup.h"
#include "siphash.h"
#include "tree.h"

enum {
	ALIGN = 16, BUCKETS_MIN = 16, PER_LEAF = 4,
	LEAF_FETCH = 256,		/* bytes; it seldom has more */
	WORD = sizeof(uint64_t),	/* what leaves and entries begin at */
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

/* Up to where leaves and entries begin. */
static uint64_t
room_before(uint32_t n)
{
	return (uint64_t)aligned(sizeof(struct km_lookup)) + ALIGN +
	    (uint64_t)n * sizeof(uint32_t) + ALIGN +
	    (uint64_t)buckets_for(n) * sizeof(struct km_lookup_entry) + ALIGN;
}

size_t
km_register_room(uint32_t marks)
{
	uint64_t	room;

	if (marks > KM_LOOKUP_MAX)
		return SIZE_MAX;
	room = room_before(marks) + (uint64_t)marks * (KM_LOOKUP_KEYS *
	    sizeof(struct km_lookup_entry) + sizeof(struct km_lookup_leaf) +
	    KM_PLACES_MAX * sizeof(uint32_t));
	return room < SIZE_MAX ? (size_t)room : SIZE_MAX;
}

static uint32_t
hash_of(const struct km_lookup *l, enum km_by by, struct km_bytes key,
    uint16_t *tag)
{
	uint64_t	h;

	h = km_siphash(l->secret[0], l->secret[1] ^ (uint64_t)by, key);
	*tag = (uint16_t)(h >> 48);
	return (uint32_t)h & l->mask;
}

/* The parts of l in mem, one after the other; all buckets empty. */
static struct km_lookup *
lay_out(void *mem, size_t len, const struct km_tree_head *head)
{
	uint32_t		 n = (uint32_t)head->size;
	uint8_t			*p = mem;
	struct km_lookup	*l = mem;
	size_t			 buckets = buckets_for(n);

	memset(l, 0, sizeof(*l));
	l->mem = mem;
	l->mem_len = len;
	l->head = *head;
	memcpy(l->secret, head->root, sizeof(l->secret));
	p += aligned(sizeof(*l));
	l->leaf = (uint32_t *)(void *)p;
	p += aligned(n * sizeof(*l->leaf));
	l->mask = (uint32_t)buckets - 1;
	l->bucket = (struct km_lookup_entry *)(void *)p;
	memset(p, 0, buckets * sizeof(*l->bucket));
	p += aligned(buckets * sizeof(*l->bucket));
	len /= WORD;
	l->max = len < UINT32_MAX ? (uint32_t)len : UINT32_MAX;
	len = (size_t)(p - (uint8_t *)mem) / WORD;
	l->used = len < l->max ? (uint32_t)len : l->max;
	return l;
}

/* So many bytes more; 0: there is no room. */
static uint32_t
take(struct km_lookup *l, size_t len)
{
	uint32_t	at = l->used;

	len = (len + WORD - 1) / WORD;
	if (len > l->max - at)
		return 0;
	l->used += (uint32_t)len;
	return at;
}

static void *
there(const struct km_lookup *l, uint32_t at)
{
	return l->mem + at;
}

/* e but for its key. Empty keys are those that an attestation lacks. */
static enum km_err
add_key(struct km_lookup *l, struct km_lookup_entry *e, enum km_by by,
    struct km_bytes key)
{
	struct km_lookup_entry	*b;

	if (key.len == 0)
		return KM_OK;
	b = &l->bucket[hash_of(l, by, key, &e->tag)];
	e->at = (uint16_t)(key.p - e->p);
	e->len = (uint8_t)key.len;
	e->by = (uint8_t)by;
	e->next = 0;
	if (b->len != 0) {
		if ((e->next = take(l, sizeof(*b))) == 0)
			return KM_ERR_FULL;
		memcpy(there(l, e->next), b, sizeof(*b));
	}
	*b = *e;
	return KM_OK;
}

static enum km_err
add_keys(struct km_lookup *l, struct km_lookup_entry *e,
    const struct km_attestation *a)
{
	const struct km_bytes	*key[] = { &a->kvk, &a->sub, &a->euid,
				    &a->lei, &a->number };
	enum km_err		err = KM_OK;
	size_t			i;

	for (i = 0; i < 5 && err == KM_OK; i++)
		err = add_key(l, e, i < 4 ? KM_BY_HOLDER : KM_BY_NUMBER,
		    *key[i]);
	for (i = 0; i < a->n_hosts && err == KM_OK; i++)
		err = add_key(l, e, KM_BY_HOST, a->host[i]);
	return err;
}

/* What was read, as the leaf of the next index. */
static enum km_err
keep(struct km_lookup *l, struct km_bytes bytes,
    const struct km_register_leaf *leaf, const struct km_attestation *a,
    const struct km_sign1 *s)
{
	uint32_t		 word[KM_PLACES_MAX];
	struct km_lookup_entry	 e;
	struct km_lookup_leaf	*f;
	struct km_places	 places;
	size_t			 len;

	km_places_set(&places, word, a, s, leaf->attestation.p);
	len = (places.texts + (size_t)places.halves) * sizeof(word[0]);
	e.p = leaf->attestation.p;
	e.attestation = (uint16_t)leaf->attestation.len;
	if ((e.leaf = take(l, sizeof(*f) + len)) == 0)
		return KM_ERR_FULL;
	f = there(l, e.leaf);
	f->p = bytes.p;
	f->len = (uint32_t)bytes.len;
	f->index = l->n;
	f->at = (uint8_t)(e.p - bytes.p);
	f->attestation = e.attestation;
	f->status = (uint8_t)leaf->status;
	f->places = places;
	memcpy(f->word, word, len);
	l->leaf[l->n++] = e.leaf;
	return add_keys(l, &e, a);
}

static enum km_err
add_leaf(struct building *b, struct km_bytes bytes)
{
	struct km_lookup	*l = b->l;
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
	km_leaf_hash(hash, bytes);
	km_frontier_add(&b->tree, hash);
	return keep(l, bytes, &leaf, &a, &s);
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

const struct km_lookup_leaf *
km_lookup_leaf(const struct km_lookup *l, uint32_t index)
{
	return there(l, l->leaf[index]);
}

struct km_bytes
km_lookup_attestation(const struct km_lookup *l, uint32_t index)
{
	const struct km_lookup_leaf	*f = km_lookup_leaf(l, index);

	return (struct km_bytes){ f->p + f->at, f->attestation };
}

/*
 * Call for all that is read next while the key is compared: in a large
 * register no line of it is in the cache.
 */
static void
fetch(const void *p, size_t len)
{
	size_t	i;

	for (i = 0; i < len; i += LINE)
		__builtin_prefetch((const uint8_t *)p + i);
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

/* The bucket is on its way while the caller sees to something else. */
void
km_lookup_begin(struct km_lookup_find *f, const struct km_lookup *l,
    enum km_by by, struct km_bytes key)
{
	f->e = NULL;
	if (l == NULL || !km_lookup_is_key(by, key))
		return;
	f->l = l;
	f->by = by;
	f->key = key;
	f->e = &l->bucket[hash_of(l, by, key, &f->tag)];
	__builtin_prefetch(f->e);
}

static int
entry_is(const struct km_lookup_find *f, const struct km_lookup_entry *e)
{
	if (e->tag != f->tag || e->by != (uint8_t)f->by ||
	    e->len != f->key.len)
		return 0;
	fetch(there(f->l, e->leaf), LEAF_FETCH);
	fetch(e->p, e->attestation);
	return memcmp(e->p + e->at, f->key.p, f->key.len) == 0;
}

const struct km_lookup_leaf *
km_lookup_next(struct km_lookup_find *f)
{
	const struct km_lookup_entry	*e;

	while ((e = f->e) != NULL) {
		f->e = e->next == 0 ? NULL : there(f->l, e->next);
		if (entry_is(f, e))
			return there(f->l, e->leaf);
	}
	return NULL;
}
