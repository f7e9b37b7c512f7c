/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verify: the verifier's cache of prepared keys, filled as keys are used;
 * when it is full, the one not used for longest makes room. A key is found
 * by all its bytes, so a slot never answers for another key.
 */
#include <stdlib.h>
#include <string.h>

#include "verifier/cose.h"

#include "verify.h"

enum { VERIFY_SLOTS = KM_ROOTS_MAX + KM_KEYS_MAX };	/* km_keycache's */

struct verify {
	struct km_keycache	*cache;
	uint64_t		 uses;
	struct {
		uint64_t	 used;		/* 0: empty */
		int		 alg;
		size_t		 len;
		uint8_t		 bytes[KM_KEY_MAX];
	} slot[VERIFY_SLOTS];
};

struct verify *
verify_new(void)
{
	struct verify	*v;

	if ((v = calloc(1, sizeof(*v))) == NULL)
		return NULL;
	if ((v->cache = calloc(1, km_keycache_size())) == NULL) {
		free(v);
		return NULL;
	}
	km_keycache_begin(v->cache);
	return v;
}

void
verify_free(struct verify *v)
{
	if (v == NULL)
		return;
	km_keycache_end(v->cache);
	free(v->cache);
	free(v);
}

/* The slot that has this key, or the one to put it in. */
static int
slot_of(const struct verify *v, int alg, struct km_bytes key)
{
	int	i, oldest = 0;

	for (i = 0; i < VERIFY_SLOTS; i++) {
		if (v->slot[i].used != 0 && v->slot[i].alg == alg &&
		    v->slot[i].len == key.len &&
		    memcmp(v->slot[i].bytes, key.p, key.len) == 0)
			return i;
		if (v->slot[i].used < v->slot[oldest].used)
			oldest = i;
	}
	return oldest;
}

int
verify_ask(void *arg, const struct km_ask *given)
{
	struct verify	*v = arg;
	struct km_ask	 ask = *given;
	int		 i;

	if (ask.key.len == 0 || ask.key.len > KM_KEY_MAX)
		return 0;
	i = slot_of(v, ask.alg, ask.key);
	if (v->slot[i].used == 0 || v->slot[i].alg != ask.alg ||
	    v->slot[i].len != ask.key.len ||
	    memcmp(v->slot[i].bytes, ask.key.p, ask.key.len) != 0) {
		v->slot[i].used = 0;
		if (!km_keycache_put(v->cache, i, ask.alg, ask.key))
			return 0;
		v->slot[i].alg = ask.alg;
		v->slot[i].len = ask.key.len;
		memcpy(v->slot[i].bytes, ask.key.p, ask.key.len);
	}
	v->slot[i].used = ++v->uses;
	ask.slot = i;
	return km_openssl_verify(v->cache, &ask);
}
