/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is known, inside the caller's memory. A list or epoch is kept with
 * the kid of the key that signed it, so that a revocation which is learnt
 * later still takes back what that key said: what a revoked publish key
 * signed never counts (design section 3).
 *
 * The arena only grows; a newer list of the same address takes the place of
 * the older one where it fits.
 */
#include <string.h>

#include "core.h"
#include "inflate.h"
#include "known.h"

enum { ALIGN = 16 };

struct km_known *
km_known_init(void *mem, size_t len, const uint8_t *pin, size_t pin_len)
{
	struct km_known	*k = mem;
	struct km_bytes	 bytes = { pin, pin_len };
	size_t		 head = (sizeof(*k) + ALIGN - 1) & ~(size_t)(ALIGN - 1);

	if (mem == NULL || (uintptr_t)mem % _Alignof(struct km_known) != 0 ||
	    len < head || pin == NULL)
		return NULL;
	memset(k, 0, sizeof(*k));
	if (pin_len == KM_HASH_LEN)
		memcpy(k->pin, pin, KM_HASH_LEN);
	else
		km_sha256(k->pin, &bytes, 1);
	k->arena = (uint8_t *)mem + head;
	k->room = len - head;
	return k;
}

enum km_err
km_key_counts(const struct km_trust_key *key, enum km_purpose purpose,
    int64_t at)
{
	if (key->purpose != purpose)
		return KM_ERR_PURPOSE;
	if (key->revoked_at >= 0)
		return KM_ERR_REVOKED;
	if (at < key->not_before || at >= key->not_after)
		return KM_ERR_KEY_PERIOD;
	return KM_OK;
}

uint32_t
km_publish_keys(const struct km_trust *trust, const struct km_signed *s,
    enum km_err *err)
{
	const struct km_trust_key	*key;
	uint32_t			 keys = 0;
	size_t				 i;
	int				 found;

	*err = KM_OK;
	if (s->alg == KM_ALG_ESP256 && !km_p256_canonical(s->sig)) {
		*err = km_refuse(KM_ERR_SIGNATURE);
		return 0;
	}
	if (s->iss.len > 0 && !km_bytes_equal(s->iss, trust->authority)) {
		*err = km_refuse(KM_ERR_AUTHORITY);
		return 0;
	}
	found = km_trust_find(trust, s->kid);
	if (found >= 0) {
		key = &trust->key[found];
		*err = key->key.alg != s->alg ? KM_ERR_ALG :
		    km_key_counts(key, KM_PURPOSE_PUBLISH, s->at);
		if (*err != KM_OK)
			*err = km_refuse(*err);
		return *err == KM_OK ? UINT32_C(1) << found : 0;
	}
	for (i = 0; i < trust->n_keys && !s->ours; i++)
		if (trust->key[i].key.alg == s->alg && km_key_counts(
		    &trust->key[i], KM_PURPOSE_PUBLISH, s->at) == KM_OK)
			keys |= UINT32_C(1) << i;
	if (keys == 0)
		*err = km_refuse(KM_ERR_UNKNOWN_KEY);
	return keys;
}

static enum km_err
kid_counts(const struct km_known *k, const uint8_t kid[KM_KID_LEN],
    int64_t at)
{
	int	i;

	i = km_trust_find(&k->trust, (struct km_bytes){ kid, KM_KID_LEN });
	if (i < 0)
		return KM_ERR_UNKNOWN_KEY;
	return km_key_counts(&k->trust.key[i], KM_PURPOSE_PUBLISH, at);
}

enum km_err
km_list_counts(const struct km_known *k, const struct km_list *list)
{
	return kid_counts(k, list->kid, list->iat);
}

enum km_err
km_epoch_counts(const struct km_known *k)
{
	if (!k->has_epoch)
		return KM_ERR_MISSING;
	return kid_counts(k, k->epoch_kid, k->epoch.this_update);
}

/* FNV-1a; addresses come from signed lists only, so nobody plays with it. */
static size_t
bucket_of(struct km_bytes uri)
{
	uint32_t	h = 2166136261u;
	size_t		i;

	for (i = 0; i < uri.len; i++)
		h = (h ^ uri.p[i]) * 16777619u;
	return (h ^ h >> 16) % KM_BUCKETS;
}

static struct km_list *
list_find(const struct km_known *k, struct km_bytes uri)
{
	struct km_list	*l;

	for (l = k->bucket[bucket_of(uri)]; l != NULL; l = l->next)
		if (km_bytes_equal(l->uri, uri))
			return l;
	return NULL;
}

const struct km_list *
km_known_list(const struct km_known *k, struct km_bytes uri)
{
	return list_find(k, uri);
}

/* The next len bytes of the arena without taking them, or NULL. */
static uint8_t *
arena_peek(const struct km_known *k, size_t len)
{
	return len <= k->room - k->used ? k->arena + k->used : NULL;
}

static void
arena_take(struct km_known *k, size_t len)
{
	size_t	rest = k->room - k->used;

	len = (len + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	k->used += len < rest ? len : rest;
}

void
km_known_set_trust(struct km_known *k, const struct km_trust *trust,
    const uint8_t hash[KM_HASH_LEN])
{
	if (!k->has_trust)
		memcpy(k->first, trust->version == 1 ? hash : trust->first,
		    KM_HASH_LEN);
	k->trust = *trust;
	memcpy(k->authority, trust->authority.p, trust->authority.len);
	k->trust.authority.p = k->authority;
	memcpy(k->trust_hash, hash, KM_HASH_LEN);
	k->has_trust = 1;
}

enum km_err
km_epoch_chain(uint32_t number, const uint8_t hash[KM_HASH_LEN],
    const struct km_epoch *other, const uint8_t other_hash[KM_HASH_LEN])
{
	if (other->number == number &&
	    memcmp(other_hash, hash, KM_HASH_LEN) != 0)
		return KM_ERR_FORK;
	if (number < UINT32_MAX && other->number == number + 1 &&
	    memcmp(other->previous, hash, KM_HASH_LEN) != 0)
		return KM_ERR_FORK;
	return KM_OK;
}

enum km_err
km_fork_seen(const struct km_known *k)
{
	return k->forked &&
	    kid_counts(k, k->fork_kid[0], k->fork_at[0]) == KM_OK &&
	    kid_counts(k, k->fork_kid[1], k->fork_at[1]) == KM_OK ?
	    KM_ERR_FORK : KM_OK;
}

static enum km_err
remember_fork(struct km_known *k, const struct km_epoch *epoch,
    const uint8_t kid[KM_KID_LEN])
{
	enum km_err	err = km_refuse(KM_ERR_FORK);

	k->forked = 1;
	memcpy(k->fork_kid[0], k->epoch_kid, KM_KID_LEN);
	memcpy(k->fork_kid[1], kid, KM_KID_LEN);
	k->fork_at[0] = k->epoch.this_update;
	k->fork_at[1] = epoch->this_update;
	return err;
}

enum km_err
km_known_set_epoch(struct km_known *k, const struct km_epoch *epoch,
    const uint8_t hash[KM_HASH_LEN], const uint8_t kid[KM_KID_LEN])
{
	enum km_err	err = KM_OK;

	if (km_epoch_counts(k) == KM_OK) {
		if (km_epoch_chain(k->epoch.number, k->epoch_hash, epoch,
		    hash) != KM_OK || km_epoch_chain(epoch->number, hash,
		    &k->epoch, k->epoch_hash) != KM_OK)
			err = remember_fork(k, epoch, kid);
		if (err != KM_OK ? epoch->next_update <= k->epoch.next_update :
		    epoch->number <= k->epoch.number)
			return err;
	}
	k->epoch = *epoch;
	memcpy(k->epoch_hash, hash, KM_HASH_LEN);
	memcpy(k->epoch_kid, kid, KM_KID_LEN);
	k->has_epoch = 1;
	return err;
}

static void
list_fill(struct km_list *l, const struct km_status_list *from,
    const uint8_t hash[KM_HASH_LEN], const uint8_t kid[KM_KID_LEN],
    size_t len)
{
	l->iat = from->iat;
	l->exp = from->exp;
	l->bits = from->bits;
	l->len = len;
	memcpy(l->hash, hash, KM_HASH_LEN);
	memcpy(l->kid, kid, KM_KID_LEN);
}

/* A record, its address and its entries, one after the other. */
static struct km_list *
list_new(struct km_known *k, struct km_bytes uri, const uint8_t *entries,
    size_t len)
{
	const size_t	 head = (sizeof(struct km_list) + ALIGN - 1) &
			    ~(size_t)(ALIGN - 1);
	struct km_list	*l;
	uint8_t		*p;
	size_t		 b = bucket_of(uri);

	p = arena_peek(k, head + uri.len + len);
	if (p == NULL)
		return NULL;
	/* entries may stand at p already: they move before all else. */
	memmove(p + head + uri.len, entries, len);
	memcpy(p + head, uri.p, uri.len);
	l = (struct km_list *)(void *)p;
	memset(l, 0, sizeof(*l));
	l->uri = (struct km_bytes){ p + head, uri.len };
	l->entries = p + head + uri.len;
	l->cap = len;
	l->next = k->bucket[b];
	arena_take(k, head + uri.len + len);
	k->bucket[b] = l;
	return l;
}

/*
 * Of two lists with the same iat the one added later counts: within a second
 * lists can be signed twice, and callers add in the order of fetching.
 */
enum km_err
km_known_set_list(struct km_known *k, const struct km_status_list *from,
    const uint8_t hash[KM_HASH_LEN], const uint8_t kid[KM_KID_LEN],
    uint8_t *scratch)
{
	struct km_list	*old, *l;
	uint8_t		*entries = scratch;
	enum km_err	 err;
	size_t		 len, room;

	old = list_find(k, from->uri);
	if (old != NULL && old->iat > from->iat &&
	    km_list_counts(k, old) == KM_OK)
		return KM_OK;

	err = km_inflate(entries, KM_SHARD_BYTES, &len, from->lst.p,
	    from->lst.len);
	if (err == KM_ERR_LIMIT) {	/* of another make, larger than ours */
		room = k->room - k->used;
		entries = k->arena + k->used;
		err = km_inflate(entries, room < KM_LIST_INFLATED_MAX ? room :
		    (size_t)KM_LIST_INFLATED_MAX, &len, from->lst.p,
		    from->lst.len);
		if (err == KM_ERR_LIMIT && room < KM_LIST_INFLATED_MAX)
			err = KM_ERR_FULL;
	}
	if (err != KM_OK)
		return err;

	if (old != NULL && len <= old->cap) {
		memcpy(old->entries, entries, len);
		list_fill(old, from, hash, kid, len);
		return KM_OK;
	}
	l = list_new(k, from->uri, entries, len);
	if (l == NULL)
		return km_refuse(KM_ERR_FULL);
	list_fill(l, from, hash, kid, len);
	return KM_OK;
}
