/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A policy as deterministic CBOR (schemas/policy.cddl). Whatever is written
 * is read again by the library, which alone says what a policy may be.
 */
#include <string.h>

#include "verifier/cbor.h"
#include "verifier/cli/policy.h"
#include "verifier/crypto.h"
#include "verifier/policy.h"

struct out {
	uint8_t	*p;
	size_t	 len, cap;
	int	 full;
};

static void
put(struct out *o, const void *p, size_t len)
{
	if (len > o->cap - o->len) {
		o->full = 1;
		return;
	}
	if (len > 0)
		memcpy(o->p + o->len, p, len);
	o->len += len;
}

/* The shortest head; nothing here has 2^32 of anything. */
static void
put_head(struct out *o, enum km_major major, uint64_t v)
{
	uint8_t	head[5];
	size_t	i, n = v < 24 ? 0 : v <= 0xff ? 1 : v <= 0xffff ? 2 : 4;

	if (v > UINT32_MAX) {
		o->full = 1;
		return;
	}
	head[0] = (uint8_t)((unsigned int)major << 5 | (n == 0 ?
	    (unsigned int)v : n == 1 ? 24u : n == 2 ? 25u : 26u));
	for (i = 0; i < n; i++)
		head[1 + i] = (uint8_t)(v >> 8 * (n - 1 - i));
	put(o, head, 1 + n);
}

/* A negative number has no place in a policy. */
static void
put_uint(struct out *o, int64_t v)
{
	if (v < 0)
		o->full = 1;
	else
		put_head(o, KM_UINT, (uint64_t)v);
}

static void
put_text(struct out *o, struct km_bytes s)
{
	put_head(o, KM_TEXT, s.len);
	put(o, s.p, s.len);
}

static int
same_demand(const struct km_demand *a, const struct km_demand *b)
{
	return a->claim == b->claim && a->level == b->level &&
	    km_bytes_equal(a->service, b->service);
}

/* Is demand i one of those before it? */
static int
demand_again(const struct km_policy *p, size_t i)
{
	size_t	k;

	for (k = 0; k < i; k++)
		if (same_demand(&p->demand[k], &p->demand[i]))
			return 1;
	return 0;
}

static int
body_again(const struct km_policy *p, size_t i)
{
	size_t	k;

	for (k = 0; k < i; k++)
		if (km_bytes_equal(p->body[k], p->body[i]))
			return 1;
	return 0;
}

static void
put_demands(struct out *o, const struct km_policy *p)
{
	const struct km_demand	*d;
	size_t			 i, n = 0;

	for (i = 0; i < p->n_demands; i++)
		n += !demand_again(p, i);
	put_head(o, KM_ARRAY, n);
	for (i = 0; i < p->n_demands; i++) {
		if (demand_again(p, i))
			continue;
		d = &p->demand[i];
		put_head(o, KM_MAP, d->service.len > 0 ? 3 : 2);
		put_uint(o, KM_DEMAND_CLAIM);
		put_uint(o, d->claim);
		if (d->service.len > 0) {
			put_uint(o, KM_DEMAND_SERVICE);
			put_text(o, d->service);
		}
		put_uint(o, KM_DEMAND_LEVEL);
		put_uint(o, d->level);
	}
}

static void
put_bodies(struct out *o, const struct km_policy *p)
{
	size_t	i, n = 0;

	for (i = 0; i < p->n_bodies; i++)
		n += !body_again(p, i);
	put_head(o, KM_ARRAY, n);
	for (i = 0; i < p->n_bodies; i++)
		if (!body_again(p, i))
			put_text(o, p->body[i]);
}

/* Count and write go by the same list, so that they cannot differ. */
static size_t
put_members(struct out *o, const struct km_policy *p)
{
	const struct {
		int64_t	key, warn, fail;
	} age[] = {
		{ KM_POLICY_STATUS_AGE, p->status_warn, p->status_fail },
		{ KM_POLICY_EPOCH_AGE, p->epoch_warn, p->epoch_fail },
		{ KM_POLICY_TRUST_AGE, p->trust_warn, p->trust_fail }
	};
	size_t	i, n = 0;

#define MEMBER(there, key)	if ((there) && (n++, put_uint(o, (key)), 1))
	MEMBER(p->environment != KM_ENVIRONMENT_PRODUCTION,
	    KM_POLICY_ENVIRONMENT)
		put_uint(o, p->environment);
	MEMBER(p->self_declaration, KM_POLICY_SELF_DECLARATION)
		put(o, "\xf5", 1);
	MEMBER(p->n_demands > 0, KM_POLICY_DEMANDS)
		put_demands(o, p);
	MEMBER(p->holder.len > 0, KM_POLICY_HOLDER)
		put_text(o, p->holder);
	MEMBER(p->n_bodies > 0, KM_POLICY_BODIES)
		put_bodies(o, p);
	for (i = 0; i < sizeof(age) / sizeof(age[0]); i++)
		MEMBER(age[i].warn != 0 || age[i].fail != 0, age[i].key) {
			put_head(o, KM_ARRAY, 2);
			put_uint(o, age[i].warn);
			put_uint(o, age[i].fail);
		}
	MEMBER(p->skew != 0, KM_POLICY_SKEW)
		put_uint(o, p->skew);
	MEMBER(p->epoch_number != 0, KM_POLICY_REMEMBER) {
		put_head(o, KM_ARRAY, 2);
		put_uint(o, p->epoch_number);
		put_head(o, KM_BYTES, KM_HASH_LEN);
		put(o, p->epoch_hash, KM_HASH_LEN);
	}
	MEMBER(p->origin.len > 0, KM_POLICY_ORIGIN)
		put_text(o, p->origin);
#undef MEMBER
	return n;
}

size_t
cli_policy_cbor(uint8_t out[KM_POLICY_MAX], const struct km_policy *p)
{
	struct km_policy	again;
	struct out		o = { out, 1, KM_POLICY_MAX, 0 };

	if (p->n_demands > KM_DEMANDS_MAX || p->n_bodies > KM_BODIES_MAX)
		return 0;
	/* Eleven members at most: the map's head is one byte. */
	out[0] = (uint8_t)((unsigned int)KM_MAP << 5 | put_members(&o, p));
	if (o.full || km_policy_decode(&again, out, o.len) != KM_OK)
		return 0;
	return o.len;
}

int
cli_policy_hash(uint8_t out[KM_HASH_LEN], const struct km_policy *p)
{
	uint8_t		cbor[KM_POLICY_MAX];
	struct km_bytes	whole = { cbor, cli_policy_cbor(cbor, p) };

	if (whole.len == 0)
		return 0;
	km_sha256(out, &whole, 1);
	return 1;
}
