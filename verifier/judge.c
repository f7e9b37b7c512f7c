/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The judge (design section 4). Each check is set once, in the order in
 * which one rests on the other; a table then says which verdict a failed
 * check leads to, the first that applies. Valid is not what is left over: it
 * needs every check of another table to have been made and not failed.
 */
#include <string.h>

#include "judge.h"
#include "policy.h"
#include "report.h"

enum { DAYS_30 = 30 * 86400 };

struct km_check *
km_check_set(struct km_report *r, enum km_check_id id,
    enum km_outcome outcome, enum km_err why)
{
	r->check[id].outcome = outcome;
	r->check[id].why = why;
	return &r->check[id];
}

struct km_check *
km_check_err(struct km_report *r, enum km_check_id id, enum km_err why)
{
	return km_check_set(r, id, why == KM_OK ? KM_PASSED : KM_FAILED, why);
}

static struct km_bytes
said(struct km_report *r, size_t from)
{
	return (struct km_bytes){ r->said + from, r->said_len - from };
}

struct km_bytes
km_say_hex(struct km_report *r, const uint8_t *p, size_t len)
{
	static const char	digit[] = "0123456789abcdef";
	size_t			i, from = r->said_len;

	if (len > (sizeof(r->said) - from) / 2)
		return (struct km_bytes){ NULL, 0 };
	for (i = 0; i < len; i++) {
		r->said[r->said_len++] = (uint8_t)digit[p[i] >> 4];
		r->said[r->said_len++] = (uint8_t)digit[p[i] & 15];
	}
	return said(r, from);
}

struct km_bytes
km_say(struct km_report *r, const struct km_bytes *part, size_t n)
{
	size_t	i, from = r->said_len;

	for (i = 0; i < n; i++) {
		if (part[i].len + 1 > sizeof(r->said) - r->said_len) {
			r->said_len = from;
			break;
		}
		if (i > 0)
			r->said[r->said_len++] = ':';
		if (part[i].len > 0)
			memcpy(r->said + r->said_len, part[i].p, part[i].len);
		r->said_len += part[i].len;
	}
	return said(r, from);
}

static int
has_failed(const struct km_report *r, enum km_check_id id)
{
	return r->check[id].outcome == KM_FAILED;
}

static int
is_good(const struct km_report *r, enum km_check_id id)
{
	return r->check[id].outcome == KM_PASSED ||
	    r->check[id].outcome == KM_WARNED;
}

const struct km_trust *
km_case_trust(const struct km_case *c)
{
	return c->known->has_trust ? &c->known->trust : NULL;
}

int64_t
km_shorter(int64_t always, int64_t policy)
{
	return policy != 0 && policy < always ? policy : always;
}

enum km_err
km_age_err(const struct km_age *a, const struct km_case *c, int64_t now)
{
	if (a->at > now + km_shorter(KM_SKEW_MAX, c->policy->skew))
		return KM_ERR_EARLY;
	if (a->end != 0 && now >= a->end)
		return KM_ERR_EXPIRED;
	if (a->fail != 0 && now - a->at >= a->fail)
		return KM_ERR_STALE;
	return KM_OK;
}

/* The first second at which it is over, by itself or by the policy. */
static int64_t
age_limit(const struct km_age *a)
{
	if (a->fail == 0 || a->fail > KM_TIME_MAX ||
	    (a->end != 0 && a->end - a->at < a->fail))
		return a->end;
	return a->at + a->fail;
}

void
km_judge_age(struct km_report *r, enum km_check_id id,
    const struct km_age *a, const struct km_case *c)
{
	struct km_check	*k;
	enum km_err	 err = km_age_err(a, c, r->now);

	if (err == KM_OK && a->warn != 0 && r->now - a->at >= a->warn) {
		k = km_check_set(r, id, KM_WARNED, KM_ERR_STALE);
		k->want = a->at + a->warn;
	} else {
		k = km_check_err(r, id, err);
		k->want = err == KM_ERR_EARLY ? a->at : age_limit(a);
	}
	k->found = r->now;
}

static void
judge_form(const struct km_case *c, struct km_report *r)
{
	enum km_err	 err = c->attestation_err;
	struct km_check	*k;

	/* Of a form that is wrong why says more; this is bytes at most. */
	if (c->by == 0) {
		k = km_check_set(r, KM_CHECK_BADGE, c->badge_err == KM_OK ?
		    KM_PASSED : KM_FAILED, c->badge_err);
		k->want = KM_FILE_MAX;
		k->found = (int64_t)c->q->badge.len;
	}
	if (c->badge_err != KM_OK)
		return;
	/*
	 * The reader leaves off at a signature that none of our keys could
	 * have made (high s), which says nothing of the form.
	 */
	k = km_check_set(r, KM_CHECK_ATTESTATION, err == KM_OK ? KM_PASSED :
	    err == KM_ERR_SIGNATURE ? KM_NOT_PERFORMED : KM_FAILED, err);
	k->want = KM_ATTESTATION_MAX;
	k->found = (int64_t)c->badge->attestation.len;
}

static void
judge_trust(const struct km_case *c, struct km_report *r)
{
	const struct km_policy	*p = c->policy;
	const struct km_trust	*t = km_case_trust(c);
	struct km_check		*k;
	struct km_age		 age;

	if (t == NULL) {
		k = km_check_err(r, KM_CHECK_TRUST, KM_ERR_NO_TRUST);
		k->want = 1;		/* the lowest version there is */
		return;
	}
	r->trust_version = t->version;
	k = km_check_err(r, KM_CHECK_TRUST, KM_OK);
	k->want = k->found = t->version;
	age = (struct km_age){ t->issued, t->expires, p->trust_warn,
	    p->trust_fail };
	km_judge_age(r, KM_CHECK_TRUST_DATE, &age, c);
	if (r->check[KM_CHECK_TRUST_DATE].outcome == KM_PASSED &&
	    t->expires - r->now <= DAYS_30)
		km_check_set(r, KM_CHECK_TRUST_DATE, KM_WARNED, KM_ERR_STALE);
}

/* The key that kid names: there, for this purpose, of this algorithm. */
static enum km_err
key_err(const struct km_case *c, const struct km_trust *t)
{
	const struct km_trust_key	*key;

	if (c->key < 0)
		return KM_ERR_UNKNOWN_KEY;
	key = &t->key[c->key];
	if (key->purpose != KM_PURPOSE_ATTEST)
		return KM_ERR_PURPOSE;
	return key->key.alg == c->sign1->alg ? KM_OK : KM_ERR_ALG;
}

/* Purpose and algorithm as numbers, the kid as text. */
static enum km_err
judge_key(const struct km_case *c, struct km_report *r,
    const struct km_trust *t)
{
	enum km_err	 err = key_err(c, t);
	struct km_check	*k;

	k = km_check_err(r, KM_CHECK_KEY, err);
	k->found_text = km_say_hex(r, c->sign1->kid.p, c->sign1->kid.len);
	if (err == KM_ERR_ALG) {
		k->want = t->key[c->key].key.alg;
		k->found = c->sign1->alg;
		return err;
	}
	k->want = KM_PURPOSE_ATTEST;
	k->want_text = km_bytes_of("attest");
	if (c->key >= 0)
		k->found = t->key[c->key].purpose;
	return err;
}

/* One signature that verifies, and how many did. */
static void
set_signature(struct km_report *r, int verifies)
{
	struct km_check	*k;

	k = km_check_err(r, KM_CHECK_SIGNATURE, verifies ? KM_OK :
	    KM_ERR_SIGNATURE);
	k->want = 1;
	k->found = verifies;
}

/* Who signed it; stops at the first that fails. */
static void
judge_signature(const struct km_case *c, struct km_report *r)
{
	const struct km_attestation	*a = &r->attestation;
	const struct km_trust		*t = km_case_trust(c);
	const struct km_trust_key	*key;
	struct km_check			*k;
	int				 in;

	if (c->attestation_err == KM_ERR_SIGNATURE) {
		set_signature(r, 0);
		return;
	}
	in = km_bytes_equal(a->iss, t->authority);
	k = km_check_err(r, KM_CHECK_ISSUER, in ? KM_OK : KM_ERR_AUTHORITY);
	k->want_text = t->authority;
	k->found_text = a->iss;
	if (!in)
		return;
	if (judge_key(c, r, t) != KM_OK)
		return;
	/*
	 * All bytes of the register's leaf: its epoch, which is signed, takes
	 * the place of the signature (design section 3).
	 */
	if (c->listing != KM_LISTING_SAME)
		set_signature(r, c->verifies != 0);
	if (has_failed(r, KM_CHECK_SIGNATURE))
		return;
	key = &t->key[c->key];
	in = a->iat >= key->not_before && a->iat < key->not_after;
	k = km_check_err(r, KM_CHECK_KEY_PERIOD, in ? KM_OK :
	    KM_ERR_KEY_PERIOD);
	k->want = a->iat < key->not_before ? key->not_before : key->not_after;
	k->found = a->iat;
}

/*
 * What a revoked key signed counts only where the register of an epoch by an
 * unrevoked key holds it (design section 3): before that, anyone may have
 * signed it. ETSI EN 319 102-1 calls the same REVOKED_NO_POE, and it is as
 * little a failure there.
 */
static void
judge_revoked(const struct km_case *c, struct km_report *r)
{
	struct km_check	*k;
	int64_t		 at;
	int		 good;

	if (!is_good(r, KM_CHECK_KEY_PERIOD))
		return;
	at = km_case_trust(c)->key[c->key].revoked_at;
	good = at < 0 || is_good(r, KM_CHECK_REGISTER_PROOF);
	k = km_check_err(r, KM_CHECK_KEY_REVOKED, good ? KM_OK :
	    KM_ERR_REVOKED);
	if (at < 0)
		return;
	k->found = at;
	k->want_text = km_bytes_of(km_check_name(KM_CHECK_REGISTER_PROOF));
	k->found_text = km_bytes_of(km_outcome_name(
	    r->check[KM_CHECK_REGISTER_PROOF].outcome));
}

static void
judge_environment(const struct km_case *c, struct km_report *r)
{
	enum km_environment	 want = c->policy->environment;
	enum km_environment	 found = r->attestation.environment;
	struct km_check		*k;
	int			 same;

	if (!is_good(r, KM_CHECK_KEY_REVOKED))
		return;
	if (found != km_case_trust(c)->environment)
		want = km_case_trust(c)->environment;
	same = found == want;
	k = km_check_err(r, KM_CHECK_ENVIRONMENT, same ? KM_OK :
	    KM_ERR_ENVIRONMENT);
	k->want = want;
	k->found = found;
	k->want_text = km_bytes_of(km_environment_name(want));
	k->found_text = km_bytes_of(km_environment_name(found));
	r->vouched = same;
}

static void
judge_dates(struct km_report *r)
{
	const struct km_attestation	*a = &r->attestation;
	struct km_check			*k;
	int				 good;

	good = r->now >= a->nbf;
	k = km_check_err(r, KM_CHECK_NOT_BEFORE, good ? KM_OK : KM_ERR_EARLY);
	k->want = a->nbf;
	k->found = r->now;
	good = r->now < a->exp;
	k = km_check_err(r, KM_CHECK_EXPIRY, good ? KM_OK : KM_ERR_EXPIRED);
	k->want = a->exp;
	k->found = r->now;
}

/*
 * The verdict of the first line whose check failed (for that reason, where
 * one is named), in the order of the table of design section 4. Without
 * usable trust none of these checks is made, and so none has failed.
 */
static const struct {
	uint8_t	verdict;		/* enum km_verdict */
	uint8_t	check;			/* enum km_check_id */
	uint8_t	why;			/* enum km_err; KM_OK: any */
} rules[] = {
	{ KM_UNTRUSTED,		KM_CHECK_ISSUER,	KM_OK },
	{ KM_UNTRUSTED,		KM_CHECK_KEY,		KM_OK },
	{ KM_UNTRUSTED,		KM_CHECK_SIGNATURE,	KM_OK },
	{ KM_UNTRUSTED,		KM_CHECK_KEY_PERIOD,	KM_OK },
	{ KM_UNTRUSTED,		KM_CHECK_ENVIRONMENT,	KM_OK },
	{ KM_WITHDRAWN,		KM_CHECK_STATUS,	KM_ERR_WITHDRAWN },
	{ KM_NOT_YET_VALID,	KM_CHECK_NOT_BEFORE,	KM_OK },
	{ KM_EXPIRED,		KM_CHECK_EXPIRY,	KM_OK },
	{ KM_SUSPENDED,		KM_CHECK_STATUS,	KM_ERR_SUSPENDED },
	{ KM_SUPERSEDED,	KM_CHECK_STATUS,	KM_ERR_SUPERSEDED },
	{ KM_WRONG_ORIGIN,	KM_CHECK_ORIGIN,	KM_OK },
	{ KM_UNMET,		KM_CHECK_HOLDER,	KM_OK },
	{ KM_UNMET,		KM_CHECK_DOCUMENT,	KM_OK },
	{ KM_UNMET,		KM_CHECK_DEMANDS,	KM_OK },
	{ KM_UNMET,		KM_CHECK_BODY,		KM_OK },
	{ KM_NOT_LISTED,	KM_CHECK_LISTED,	KM_OK },
	{ KM_UNDETERMINED,	KM_CHECK_EPOCH_MEMORY,	KM_OK }
};

/*
 * All that must have been checked before a mark is called valid. What could
 * not be checked is made up for only where a register that counts has these
 * very bytes (KM_CHECK_LISTED), and for three checks only.
 */
static const struct {
	uint8_t	check;			/* enum km_check_id */
	uint8_t	or_listed;
} required[] = {
	{ KM_CHECK_BADGE, 1 },		/* asked by a key, there is none */
	{ KM_CHECK_ATTESTATION, 0 },
	{ KM_CHECK_TRUST, 0 },
	{ KM_CHECK_TRUST_DATE, 0 },
	{ KM_CHECK_ISSUER, 0 },
	{ KM_CHECK_KEY, 0 },
	{ KM_CHECK_SIGNATURE, 1 },	/* the leaf takes its place */
	{ KM_CHECK_KEY_PERIOD, 0 },
	{ KM_CHECK_KEY_REVOKED, 0 },
	{ KM_CHECK_ENVIRONMENT, 0 },
	{ KM_CHECK_NOT_BEFORE, 0 },
	{ KM_CHECK_EXPIRY, 0 },
	{ KM_CHECK_STATUS_LIST, 1 },	/* the leaf has a status, too */
	{ KM_CHECK_STATUS_AGE, 0 },
	{ KM_CHECK_STATUS, 0 },
	{ KM_CHECK_DOCUMENT, 0 }
};

static int
was_checked(const struct km_report *r, size_t i)
{
	enum km_check_id	check = (enum km_check_id)required[i].check;

	if (is_good(r, check))
		return 1;
	return required[i].or_listed && !has_failed(r, check) &&
	    is_good(r, KM_CHECK_LISTED) && is_good(r, KM_CHECK_REGISTER_PROOF);
}

static enum km_verdict
verdict_of(const struct km_report *r)
{
	const struct km_check	*k;
	size_t			 i;

	if (has_failed(r, KM_CHECK_BADGE) ||
	    has_failed(r, KM_CHECK_ATTESTATION) ||
	    has_failed(r, KM_CHECK_PICTURE))
		return KM_MALFORMED;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		k = &r->check[rules[i].check];
		if (k->outcome == KM_FAILED && (rules[i].why == KM_OK ||
		    rules[i].why == k->why))
			return (enum km_verdict)rules[i].verdict;
	}
	for (i = 0; i < sizeof(required) / sizeof(required[0]); i++)
		if (!was_checked(r, i))
			return KM_UNDETERMINED;
	return r->vouched ? KM_VALID : KM_UNDETERMINED;
}

/*
 * ETSI EN 319 102-1 section 5.1.3. Failed is what no further proof can mend:
 * FORMAT_FAILURE, SIG_CRYPTO_FAILURE, REVOKED (withdrawn, superseded),
 * EXPIRED, NOT_YET_VALID. All else is indeterminate: no chain to a trusted
 * key, a suspension (TRY_LATER), the verifier's own constraints not met.
 */
static enum km_indication
indication_of(const struct km_report *r)
{
	switch (r->verdict) {
	case KM_VALID:
		return KM_TOTAL_PASSED;
	case KM_MALFORMED:
	case KM_WITHDRAWN:
	case KM_NOT_YET_VALID:
	case KM_EXPIRED:
	case KM_SUPERSEDED:
		return KM_TOTAL_FAILED;
	case KM_UNTRUSTED:
		return has_failed(r, KM_CHECK_SIGNATURE) ? KM_TOTAL_FAILED :
		    KM_INDETERMINATE;
	case KM_SUSPENDED:
	case KM_WRONG_ORIGIN:
	case KM_UNMET:
	case KM_NOT_LISTED:
	case KM_UNDETERMINED:
		return KM_INDETERMINATE;
	}
	return KM_INDETERMINATE;
}

/* What this case asks for; the rest is not performed as nobody asked. */
static int
is_asked(const struct km_case *c, enum km_check_id id)
{
	const struct km_policy	*p = c->policy;

	if (id == KM_CHECK_EPOCH_MEMORY)
		return p->epoch_number != 0;
	if (id == KM_CHECK_ORIGIN)
		return c->q->origin.len > 0 || p->origin.len > 0;
	if (id == KM_CHECK_HOLDER)
		return p->holder.len > 0;
	if (id == KM_CHECK_DEMANDS)
		return p->n_demands > 0;
	if (id == KM_CHECK_BODY)
		return p->n_bodies > 0;
	return id != KM_CHECK_PICTURE && id != KM_CHECK_LISTED;
}

/* Say of each check that was asked for and not made why it was not. */
static void
not_reached(const struct km_case *c, struct km_report *r)
{
	int	i;

	for (i = 0; i < KM_CHECKS; i++)
		if (r->check[i].outcome == KM_NOT_PERFORMED &&
		    r->check[i].why == KM_OK &&
		    is_asked(c, (enum km_check_id)i))
			r->check[i].why = KM_ERR_NOT_REACHED;
}

void
km_judge(const struct km_case *c, struct km_report *r)
{
	int	readable;

	judge_form(c, r);
	if (c->by == 0)		/* asked by a key, there is none */
		km_judge_picture(c, r);
	judge_trust(c, r);
	readable = !has_failed(r, KM_CHECK_BADGE) &&
	    !has_failed(r, KM_CHECK_ATTESTATION);
	if (readable && is_good(r, KM_CHECK_TRUST) &&
	    is_good(r, KM_CHECK_TRUST_DATE)) {
		judge_signature(c, r);
		km_judge_epochs(c, r);
		if (is_good(r, KM_CHECK_KEY_PERIOD)) {
			km_judge_paths(c, r);
			km_judge_listed(c, r);
		}
		judge_revoked(c, r);
		judge_environment(c, r);
	}
	if (r->vouched) {
		judge_dates(r);
		km_judge_status(c, r);
		km_judge_successor(c, r);
		km_judge_policy(c, r);
		km_judge_asked(c, r);
	} else {
		/* No claim is repeated that no key vouches for. */
		memset(&r->attestation, 0, sizeof(r->attestation));
		r->attestation_len = 0;
	}
	not_reached(c, r);
	r->verdict = verdict_of(r);
	r->indication = indication_of(r);
}

void
km_judge_absent(const struct km_case *c, struct km_report *r)
{
	judge_trust(c, r);
	if (is_good(r, KM_CHECK_TRUST) && is_good(r, KM_CHECK_TRUST_DATE))
		km_judge_epochs(c, r);
	km_judge_listed(c, r);
	r->verdict = verdict_of(r);
	r->indication = indication_of(r);
}
