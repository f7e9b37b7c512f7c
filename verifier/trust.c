/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Trust list: which keys to believe (schemas/trust.cddl), and when the next
 * one may follow (TUF 1.0.34 section 5.3).
 */
#include <string.h>

#include "attestation.h"
#include "core.h"
#include "trust.h"

static struct km_bytes
kid_of(const struct km_key *key)
{
	return (struct km_bytes){ key->kid, KM_KID_LEN };
}

static int
is_foreign(int alg)
{
	return alg == KM_ALG_ES256 || alg == KM_ALG_EDDSA;
}

/* Ascending by kid, so that a kid that stands twice is found as well. */
static void
read_roots(struct km_cbor *d, struct km_trust *t)
{
	size_t	i;

	t->n_roots = km_cbor_array(d, 1, KM_ROOTS_MAX);
	for (i = 0; i < t->n_roots && km_cbor_ok(d); i++) {
		km_key_read(d, &t->root[i], 0);
		if (km_cbor_ok(d) && i > 0 && km_bytes_cmp(
		    kid_of(&t->root[i - 1]), kid_of(&t->root[i])) >= 0)
			km_cbor_fail(d, KM_ERR_ORDER);
	}
}

/* -7 and -8 sign status lists of another make and nothing else. */
static void
read_key(struct km_cbor *d, struct km_trust_key *k)
{
	size_t	left;

	left = km_cbor_map(d, 4, 5);
	km_cbor_key(d, &left, KM_KEY_KEY);
	km_key_read(d, &k->key, 1);
	km_cbor_key(d, &left, KM_KEY_PURPOSE);
	k->purpose = (enum km_purpose)km_cbor_uint(d, KM_PURPOSE_ATTEST,
	    KM_PURPOSE_OFFICERS);
	km_cbor_key(d, &left, KM_KEY_NOT_BEFORE);
	k->not_before = km_read_time(d);
	km_cbor_key(d, &left, KM_KEY_NOT_AFTER);
	k->not_after = km_read_time(d);
	k->revoked_at = -1;
	if (km_cbor_opt_key(d, &left, KM_KEY_REVOKED_AT))
		k->revoked_at = km_read_time(d);
	km_cbor_close(d, left);
	if (km_cbor_ok(d) && is_foreign(k->key.alg) &&
	    k->purpose != KM_PURPOSE_PUBLISH)
		km_cbor_fail(d, KM_ERR_ALG);
}

/* By kid as well, and none that is a root: every key has one purpose. */
static void
read_keys(struct km_cbor *d, struct km_trust *t)
{
	struct km_bytes	kid;
	size_t		i, r;

	t->n_keys = km_cbor_array(d, 1, KM_KEYS_MAX);
	for (i = 0; i < t->n_keys && km_cbor_ok(d); i++) {
		read_key(d, &t->key[i]);
		kid = kid_of(&t->key[i].key);
		if (km_cbor_ok(d) && i > 0 && km_bytes_cmp(
		    kid_of(&t->key[i - 1].key), kid) >= 0)
			km_cbor_fail(d, KM_ERR_ORDER);
		for (r = 0; r < t->n_roots && km_cbor_ok(d); r++)
			if (km_bytes_equal(kid_of(&t->root[r]), kid))
				km_cbor_fail(d, KM_ERR_ORDER);
	}
}

static void
read_trust(struct km_cbor *d, struct km_trust *t)
{
	struct km_bytes	first;
	size_t		left;

	left = km_cbor_map(d, 7, 9);
	km_cbor_key(d, &left, KM_TRUST_AUTHORITY);
	t->authority = km_read_host_uri(d);
	if (km_cbor_opt_key(d, &left, KM_TRUST_ENVIRONMENT))
		t->environment = (enum km_environment)km_cbor_uint(d,
		    KM_ENVIRONMENT_DEMONSTRATION, KM_ENVIRONMENT_EXERCISE);
	km_cbor_key(d, &left, KM_TRUST_VERSION);
	t->version = (uint32_t)km_cbor_uint(d, 1, UINT32_MAX);
	km_cbor_key(d, &left, KM_TRUST_ISSUED);
	t->issued = km_read_time(d);
	km_cbor_key(d, &left, KM_TRUST_EXPIRES);
	t->expires = km_read_time(d);
	km_cbor_key(d, &left, KM_TRUST_THRESHOLD);
	t->threshold = (size_t)km_cbor_uint(d, 1, KM_ROOTS_MAX);
	km_cbor_key(d, &left, KM_TRUST_ROOTS);
	read_roots(d, t);
	km_cbor_key(d, &left, KM_TRUST_KEYS);
	read_keys(d, t);
	if (t->version > 1) {		/* then it stands, else not */
		km_cbor_key(d, &left, KM_TRUST_FIRST);
		first = km_cbor_bytes(d, KM_HASH_LEN, KM_HASH_LEN);
		if (km_cbor_ok(d))
			memcpy(t->first, first.p, KM_HASH_LEN);
	}
	km_cbor_close(d, left);
}

enum km_err
km_trust_decode(struct km_trust *out, struct km_sign *sign,
    const uint8_t *buf, size_t len)
{
	struct km_trust	t;
	struct km_sign	s;
	struct km_cbor	d;
	enum km_err	err;

	if (len > KM_TRUST_MAX)
		return km_refuse(KM_ERR_LIMIT);
	if ((err = km_sign_decode(&s, buf, len, KM_TYP_TRUST)) != KM_OK)
		return err;

	memset(&t, 0, sizeof(t));
	km_cbor_begin(&d, s.payload.p, s.payload.len);
	read_trust(&d, &t);
	if ((err = km_cbor_end(&d)) != KM_OK)
		return err;
	if (!km_bytes_equal(s.iss, t.authority) ||
	    !km_bytes_equal(s.sub, km_bytes_of("trust")))
		return km_refuse(KM_ERR_MISMATCH);
	if (t.threshold > t.n_roots || t.issued >= t.expires)
		return km_refuse(KM_ERR_VALUE);
	*out = t;
	*sign = s;
	return KM_OK;
}

static const struct km_key *
find_root(const struct km_trust *t, struct km_bytes kid)
{
	size_t	i;

	for (i = 0; t != NULL && i < t->n_roots; i++)
		if (km_bytes_equal(kid_of(&t->root[i]), kid))
			return &t->root[i];
	return NULL;
}

static int
same_key(const struct km_key *a, const struct km_key *b)
{
	return a->alg == b->alg && a->len == b->len &&
	    memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* Does this root's key verify this signature over the whole list? */
static enum km_err
root_verifies(const struct km_key *root, const struct km_sign *sign,
    const struct km_signer *signer, km_verify_fn *verify, void *arg)
{
	struct km_ask	ask;
	uint8_t		tbs[KM_TBS_MAX];

	if (signer->alg != root->alg)
		return km_refuse(KM_ERR_ALG);
	ask.alg = root->alg;
	ask.slot = -1;
	ask.key = (struct km_bytes){ root->bytes, root->len };
	ask.msg[0].p = tbs;
	ask.msg[0].len = km_tbs(tbs, sign->protected_, &signer->protected_,
	    sign->payload.len);
	ask.msg[1] = sign->payload;
	ask.sig = signer->sig;
	if (ask.msg[0].len == 0)
		return km_refuse(KM_ERR_LIMIT);
	return verify(arg, &ask) ? KM_OK : km_refuse(KM_ERR_SIGNATURE);
}

/*
 * Count one signature for each list with a root that made it. Eight bytes of
 * kid do not make two keys of two lists the same: where they differ, each
 * counts only for what it verifies itself.
 */
static enum km_err
count_signer(const struct km_trust *prev, const struct km_trust *next,
    const struct km_sign *sign, const struct km_signer *signer,
    km_verify_fn *verify, void *arg, size_t n[2])
{
	const struct km_key	*old, *new;
	enum km_err		 err;

	old = find_root(prev, signer->kid);
	new = find_root(next, signer->kid);
	if (old != NULL) {
		err = root_verifies(old, sign, signer, verify, arg);
		if (err == KM_OK) {
			n[0]++;
			if (new != NULL && same_key(old, new))
				n[1]++;
			return KM_OK;
		}
		if (new == NULL || same_key(old, new))
			return err;
	}
	/*
	 * A later list that stands by itself was signed by roots of the one
	 * before as well, which nobody has here: they say nothing. Otherwise
	 * a list that retires its roots could never be pinned.
	 */
	if (new == NULL)
		return prev == NULL && next->version > 1 ? KM_OK :
		    km_refuse(KM_ERR_UNKNOWN_KEY);
	err = root_verifies(new, sign, signer, verify, arg);
	if (err == KM_OK)
		n[1]++;
	return err;
}

/* What the lists themselves must have in common. */
static enum km_err
may_follow(const struct km_trust *prev, const struct km_trust *next,
    const uint8_t first[KM_HASH_LEN])
{
	if (prev != NULL) {
		if (prev->version == UINT32_MAX ||
		    next->version != prev->version + 1)
			return km_refuse(KM_ERR_VERSION);
		if (!km_bytes_equal(prev->authority, next->authority))
			return km_refuse(KM_ERR_AUTHORITY);
		if (prev->environment != next->environment)
			return km_refuse(KM_ERR_ENVIRONMENT);
		if (first == NULL)
			return km_refuse(KM_ERR_USE);
		if (prev->version > 1 &&
		    memcmp(prev->first, next->first, KM_HASH_LEN) != 0)
			return km_refuse(KM_ERR_PIN);
	}
	if (first != NULL && next->version > 1 &&
	    memcmp(next->first, first, KM_HASH_LEN) != 0)
		return km_refuse(KM_ERR_PIN);
	return KM_OK;
}

enum km_err
km_trust_accept(const struct km_trust *prev, const struct km_trust *next,
    const struct km_sign *sign, const uint8_t first[KM_HASH_LEN],
    km_verify_fn *verify, void *arg)
{
	enum km_err	err;
	size_t		i, n[2] = { 0, 0 };

	if ((err = may_follow(prev, next, first)) != KM_OK)
		return err;
	for (i = 0; i < sign->n; i++) {
		err = count_signer(prev, next, sign, &sign->signer[i],
		    verify, arg, n);
		if (err != KM_OK)
			return err;
	}
	if (n[1] < next->threshold ||
	    (prev != NULL && n[0] < prev->threshold))
		return km_refuse(KM_ERR_THRESHOLD);
	return KM_OK;
}

int
km_trust_find(const struct km_trust *t, struct km_bytes kid)
{
	size_t	i;

	for (i = 0; i < t->n_keys; i++)
		if (km_bytes_equal(kid_of(&t->key[i].key), kid))
			return (int)i;
	return -1;
}
