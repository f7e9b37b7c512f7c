/* SPDX-License-Identifier: EUPL-1.2 */
/* Policies: what was let through asks for something, within its limits. */
#include "tests/fuzz/promise.h"
#include "verifier/attestation.h"
#include "verifier/policy.h"

static void
check_demands(const struct km_policy *p, const uint8_t *data, size_t len)
{
	const struct km_demand	*d;
	size_t			 i;

	promise(p->n_demands <= KM_DEMANDS_MAX);
	for (i = 0; i < p->n_demands; i++) {
		d = &p->demand[i];
		promise(inside(d->service, data, len));
		promise(d->claim == KM_CLAIM_BASIC_MEASURES ||
		    d->claim == KM_CLAIM_POLICY_ADVICE);
		promise(d->level >= KM_LEVEL_BASIC &&
		    d->level <= KM_LEVEL_HIGH);
	}
}

static void
check_age(int64_t warn, int64_t fail)
{
	promise(warn >= 0 && warn <= KM_AGE_MAX);
	promise(fail >= 0 && fail <= KM_AGE_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct km_policy	p;
	size_t			i;

	if (km_policy_decode(&p, data, len) != KM_OK)
		return 0;
	promise(len > 0 && len <= KM_POLICY_MAX);
	promise(p.environment <= KM_ENVIRONMENT_EXERCISE);
	promise(p.self_declaration == 0 || p.self_declaration == 1);
	check_demands(&p, data, len);
	promise(p.n_bodies <= KM_BODIES_MAX);
	for (i = 0; i < p.n_bodies; i++)
		promise(p.body[i].len > 0 && inside(p.body[i], data, len));
	check_age(p.status_warn, p.status_fail);
	check_age(p.epoch_warn, p.epoch_fail);
	check_age(p.trust_warn, p.trust_fail);
	promise(p.skew >= 0 && p.skew <= KM_SKEW_MAX);
	promise(p.holder.len == 0 ||
	    (inside(p.holder, data, len) && km_is_party(p.holder)));
	promise(p.origin.len == 0 ||
	    (inside(p.origin, data, len) && km_is_host(p.origin)));
	/* The empty policy has one encoding, which is one byte. */
	promise(len == 1 || p.environment != 0 || p.self_declaration ||
	    p.n_demands > 0 || p.holder.len > 0 || p.n_bodies > 0 ||
	    p.status_warn > 0 || p.status_fail > 0 || p.epoch_warn > 0 ||
	    p.epoch_fail > 0 || p.trust_warn > 0 || p.trust_fail > 0 ||
	    p.skew > 0 || p.epoch_number > 0 || p.origin.len > 0);
	return 0;
}
