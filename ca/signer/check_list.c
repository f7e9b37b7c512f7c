/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Check: trust and officers lists. They are under several signatures and no
 * decisions: no head, nonce or valid-until; their version keeps them in
 * order (design section 3).
 */
#include <string.h>

#include "check.h"

static enum refusal
list_refusal(enum km_err err)
{
	static const struct {
		enum km_err	err;
		enum refusal	refusal;
	} names[] = {
		{ KM_ERR_AUTHORITY, REFUSAL_AUTHORITY },
		{ KM_ERR_ENVIRONMENT, REFUSAL_ENVIRONMENT },
		{ KM_ERR_PIN, REFUSAL_TRUST },
		{ KM_ERR_VERSION, REFUSAL_VERSION },
		{ KM_ERR_ROLLBACK, REFUSAL_VERSION },
		{ KM_ERR_THRESHOLD, REFUSAL_APPROVALS },
		{ KM_ERR_SIGNATURE, REFUSAL_SIGNATURE },
		{ KM_ERR_ALG, REFUSAL_SIGNATURE },
		{ KM_ERR_UNKNOWN_KEY, REFUSAL_PERSON },
		{ KM_ERR_PURPOSE, REFUSAL_PERSON },
		{ KM_ERR_KEY_PERIOD, REFUSAL_PERSON },
		{ KM_ERR_REVOKED, REFUSAL_PERSON },
		{ KM_ERR_ORDER, REFUSAL_TWICE }
	};
	size_t	i;

	if (err == KM_OK)
		return REFUSAL_NONE;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].err == err)
			return names[i].refusal;
	return REFUSAL_MALFORMED;
}

/* The first follows nothing, and is the one that everybody pins. */
static enum refusal
check_trust(struct check *ck, const struct km_trust *next,
    const struct km_sign *sign)
{
	const struct state	*st = ck->st;
	enum km_err		 err;

	if (!km_bytes_equal(next->authority, km_bytes_of(st->authority)))
		return REFUSAL_AUTHORITY;
	if (next->environment != st->environment)
		return REFUSAL_ENVIRONMENT;
	if (st->trust.version == 0 && next->version != 1)
		return REFUSAL_VERSION;
	err = km_trust_accept(st->trust.version == 0 ? NULL : &st->trust,
	    next, sign, st->trust.version == 0 ? NULL : st->first, verify_ask,
	    ck->verify);
	if (err != KM_OK) {
		ck->who = km_bytes_of(km_err_name(err));
		return list_refusal(err);
	}
	if (next->expires <= ck->now)
		return REFUSAL_EXPIRED;
	/* Under a list without our keys nothing could be signed any more. */
	if (keys_choose(ck->keys, next, KM_PURPOSE_ATTEST, ck->now) == NULL ||
	    keys_choose(ck->keys, next, KM_PURPOSE_PUBLISH, ck->now) ==
	    NULL) {
		ck->who = km_bytes_of("expected the signer's own keys, for "
		    "attest and for publish, in their period");
		return REFUSAL_TRUST;
	}
	return REFUSAL_NONE;
}

static enum refusal
check_officers(struct check *ck, const struct officers *next,
    const struct km_sign *sign)
{
	const struct state	*st = ck->st;
	const struct officer	*again;
	enum km_err		 err;

	if (st->trust.version == 0)
		return REFUSAL_TRUST;
	err = officers_accept(st->officers.version == 0 ? NULL :
	    &st->officers, next, sign, &st->trust, st->first, verify_ask,
	    ck->verify);
	if (err != KM_OK) {
		ck->who = km_bytes_of(km_err_name(err));
		return list_refusal(err);
	}
	if (next->expires <= ck->now)
		return REFUSAL_EXPIRED;
	/* One held back must not give back what was taken since. */
	if ((again = state_enabled_again(st, next)) != NULL) {
		ck->who = again->id;
		return REFUSAL_PERSON;
	}
	return REFUSAL_NONE;
}

enum refusal
check_list(struct check *ck, enum decision_kind *kind)
{
	struct officers	officers;
	struct km_trust	trust;
	struct km_sign	sign;
	struct km_bytes	list = ck->ask.bytes;
	enum refusal	r;

	memset(&ck->who, 0, sizeof(ck->who));
	*kind = (enum decision_kind)0;
	if (km_trust_decode(&trust, &sign, list.p, list.len) == KM_OK) {
		*kind = DECISION_TRUST;
		r = check_trust(ck, &trust, &sign);
	} else if (officers_decode(&officers, &sign, list.p, list.len) ==
	    KM_OK) {
		*kind = DECISION_OFFICERS;
		r = check_officers(ck, &officers, &sign);
		officers_free(&officers);
	} else
		return REFUSAL_MALFORMED;
	if (r != REFUSAL_NONE)
		return r;
	if (ck->st->halted)
		return REFUSAL_HALTED;
	/* A list's signatures are its own; it rests on nothing. */
	if (ck->ask.n_approvals != 0 || ck->ask.n_rested != 0 ||
	    ck->ask.n_leaves != 0 || ck->ask.json.p != NULL)
		return REFUSAL_MALFORMED;
	return state_room(ck->st, *kind) ? REFUSAL_NONE : REFUSAL_LIMIT;
}
