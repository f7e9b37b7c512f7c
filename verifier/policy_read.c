/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reader of a policy (schemas/policy.cddl). It is held to one encoding, so
 * that equal policies have equal hashes, and to its limits, as it may come
 * over a wire. What is asked twice was meant otherwise the second time.
 */
#include <string.h>

#include "attestation.h"
#include "policy.h"

static int
same_demand(const struct km_demand *a, const struct km_demand *b)
{
	return a->claim == b->claim && a->level == b->level &&
	    km_bytes_equal(a->service, b->service);
}

static void
read_demand(struct km_cbor *d, struct km_demand *demand)
{
	size_t	left;

	left = km_cbor_map(d, 2, 3);
	km_cbor_key(d, &left, KM_DEMAND_CLAIM);
	demand->claim = (enum km_claim)km_cbor_uint(d,
	    KM_CLAIM_BASIC_MEASURES, KM_CLAIM_POLICY_ADVICE);
	if (km_cbor_opt_key(d, &left, KM_DEMAND_SERVICE))
		demand->service = km_read_code(d);
	km_cbor_key(d, &left, KM_DEMAND_LEVEL);
	demand->level = (enum km_level)km_cbor_uint(d, KM_LEVEL_BASIC,
	    KM_LEVEL_HIGH);
	km_cbor_close(d, left);
}

static void
read_demands(struct km_cbor *d, struct km_policy *p)
{
	size_t	i, k, count;

	count = km_cbor_array(d, 1, KM_DEMANDS_MAX);
	for (i = 0; i < count && d->err == KM_OK; i++) {
		read_demand(d, &p->demand[i]);
		for (k = 0; k < i && d->err == KM_OK; k++)
			if (same_demand(&p->demand[k], &p->demand[i]))
				km_cbor_fail(d, KM_ERR_ORDER);
	}
	p->n_demands = count;
}

static void
read_bodies(struct km_cbor *d, struct km_policy *p)
{
	size_t	i, k, count;

	count = km_cbor_array(d, 1, KM_BODIES_MAX);
	for (i = 0; i < count && d->err == KM_OK; i++) {
		p->body[i] = km_read_accreditation(d);
		for (k = 0; k < i && d->err == KM_OK; k++)
			if (km_bytes_equal(p->body[k], p->body[i]))
				km_cbor_fail(d, KM_ERR_ORDER);
	}
	p->n_bodies = count;
}

/* [warn, fail], 0 for one that is not asked; with neither it is absent. */
static void
read_age(struct km_cbor *d, size_t *left, int64_t key, int64_t *warn,
    int64_t *fail)
{
	if (!km_cbor_opt_key(d, left, key))
		return;
	km_cbor_array(d, 2, 2);
	*warn = (int64_t)km_cbor_uint(d, 0, KM_AGE_MAX);
	*fail = (int64_t)km_cbor_uint(d, 0, KM_AGE_MAX);
	if (*warn == 0 && *fail == 0)
		km_cbor_fail(d, KM_ERR_VALUE);
}

static void
read_remember(struct km_cbor *d, struct km_policy *p)
{
	struct km_bytes	hash;

	km_cbor_array(d, 2, 2);
	p->epoch_number = (uint32_t)km_cbor_uint(d, 1, UINT32_MAX);
	hash = km_cbor_bytes(d, KM_HASH_LEN, KM_HASH_LEN);
	if (d->err == KM_OK)
		memcpy(p->epoch_hash, hash.p, KM_HASH_LEN);
}

static struct km_bytes
read_host(struct km_cbor *d)
{
	struct km_bytes	s;

	s = km_cbor_ascii(d, 1, KM_HOST_MAX);
	if (!km_is_host(s))
		km_cbor_fail(d, KM_ERR_VALUE);
	return s;
}

enum km_err
km_policy_decode(struct km_policy *out, const uint8_t *cbor, size_t len)
{
	struct km_policy	p;
	struct km_cbor		d;
	enum km_err		err;
	size_t			left;

	if (len > KM_POLICY_MAX)
		return KM_ERR_LIMIT;
	memset(&p, 0, sizeof(p));
	km_cbor_begin(&d, cbor, len);
	left = km_cbor_map(&d, 0, KM_POLICY_ORIGIN);
	if (km_cbor_opt_key(&d, &left, KM_POLICY_ENVIRONMENT))
		p.environment = (enum km_environment)km_cbor_uint(&d,
		    KM_ENVIRONMENT_DEMONSTRATION, KM_ENVIRONMENT_EXERCISE);
	if (km_cbor_opt_key(&d, &left, KM_POLICY_SELF_DECLARATION)) {
		km_cbor_true(&d);
		p.self_declaration = 1;
	}
	if (km_cbor_opt_key(&d, &left, KM_POLICY_DEMANDS))
		read_demands(&d, &p);
	if (km_cbor_opt_key(&d, &left, KM_POLICY_HOLDER))
		p.holder = km_read_party(&d);
	if (km_cbor_opt_key(&d, &left, KM_POLICY_BODIES))
		read_bodies(&d, &p);
	read_age(&d, &left, KM_POLICY_STATUS_AGE, &p.status_warn,
	    &p.status_fail);
	read_age(&d, &left, KM_POLICY_EPOCH_AGE, &p.epoch_warn,
	    &p.epoch_fail);
	read_age(&d, &left, KM_POLICY_TRUST_AGE, &p.trust_warn,
	    &p.trust_fail);
	if (km_cbor_opt_key(&d, &left, KM_POLICY_SKEW))
		p.skew = (int64_t)km_cbor_uint(&d, 1, KM_SKEW_MAX);
	if (km_cbor_opt_key(&d, &left, KM_POLICY_REMEMBER))
		read_remember(&d, &p);
	if (km_cbor_opt_key(&d, &left, KM_POLICY_ORIGIN))
		p.origin = read_host(&d);
	km_cbor_close(&d, left);
	if ((err = km_cbor_end(&d)) != KM_OK)
		return err;
	*out = p;
	return KM_OK;
}
