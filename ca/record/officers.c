/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Officers list: who may do what (schemas/officers.cddl), and when one list
 * may follow another (design section 3).
 */
#include <stdlib.h>
#include <string.h>

#include "decision.h"
#include "verifier/core.h"

enum {
	VERSION_MAX = 0xffffffff,
	ID_MAX = 32,
	MANAGERS_NEEDED = 2		/* of the three that the roots name */
};

/* schemas/officers.cddl, officer-id: no colon, so never "root:" or such. */
static struct km_bytes
id_read(struct km_cbor *c)
{
	static const struct km_bytes	none;
	struct km_bytes			b;
	size_t				i;

	b = km_cbor_ascii(c, 1, ID_MAX);
	for (i = 0; i < b.len; i++)
		if (!(b.p[i] >= 'a' && b.p[i] <= 'z') &&
		    !(b.p[i] >= '0' && b.p[i] <= '9') &&
		    (i == 0 || (b.p[i] != '.' && b.p[i] != '-'))) {
			km_cbor_fail(c, KM_ERR_VALUE);
			return none;
		}
	return b;
}

/* A body's accreditation number, or empty: the authority itself. */
static struct km_bytes
employer_read(struct km_cbor *c)
{
	struct km_cbor	ahead = *c;
	struct km_bytes	b;

	b = km_cbor_ascii(&ahead, 0, 0);
	if (c->err == KM_OK && ahead.err == KM_OK) {
		*c = ahead;
		return b;
	}
	return km_read_accreditation(c);
}

static unsigned int
roles_read(struct km_cbor *c)
{
	unsigned int	role, last = 0, roles = 0;
	size_t		i, n;

	n = km_cbor_array(c, 1, 4);
	for (i = 0; i < n; i++) {
		role = (unsigned int)km_cbor_uint(c, OFFICER_REGISTRAR,
		    OFFICER_ASSESSOR);
		if (c->err != KM_OK)
			return 0;
		if (role <= last) {
			km_cbor_fail(c, KM_ERR_ORDER);
			return 0;
		}
		roles |= 1U << (role - 1);
		last = role;
	}
	return roles;
}

static void
keys_read(struct km_cbor *c, struct officer *o)
{
	size_t	i, n;

	n = km_cbor_array(c, 1, OFFICER_KEYS_MAX);
	for (i = 0; i < n; i++) {
		km_key_read(c, &o->key[i], 0);
		if (c->err != KM_OK)
			return;
		if (i > 0 && memcmp(o->key[i - 1].kid, o->key[i].kid,
		    KM_KID_LEN) >= 0) {
			km_cbor_fail(c, KM_ERR_ORDER);
			return;
		}
	}
	o->n_keys = n;
}

static void
conflicts_read(struct km_cbor *c, struct officer *o)
{
	size_t	i, n;

	n = km_cbor_array(c, 1, CONFLICTS_MAX);
	for (i = 0; i < n; i++) {
		o->conflict[i] = km_read_holder(c);
		if (c->err != KM_OK)
			return;
		if (i > 0 &&
		    km_bytes_cmp(o->conflict[i - 1], o->conflict[i]) >= 0) {
			km_cbor_fail(c, KM_ERR_ORDER);
			return;
		}
	}
	o->n_conflicts = n;
}

static void
officer_read(struct km_cbor *c, struct officer *o)
{
	size_t	left;

	left = km_cbor_map(c, 6, 7);
	km_cbor_key(c, &left, OFFICER_KEY_ID);
	o->id = id_read(c);
	km_cbor_key(c, &left, OFFICER_KEY_EMPLOYER);
	o->employer = employer_read(c);
	km_cbor_key(c, &left, OFFICER_KEY_ROLES);
	o->roles = roles_read(c);
	km_cbor_key(c, &left, OFFICER_KEY_KEYS);
	keys_read(c, o);
	if (km_cbor_opt_key(c, &left, OFFICER_KEY_CONFLICTS))
		conflicts_read(c, o);
	km_cbor_key(c, &left, OFFICER_KEY_FROM);
	o->from = km_read_time(c);
	km_cbor_key(c, &left, OFFICER_KEY_UNTIL);
	o->until = km_read_time(c);
	km_cbor_close(c, left);
	if (c->err != KM_OK)
		return;

	if (o->from >= o->until)
		km_cbor_fail(c, KM_ERR_VALUE);
	/* Who assesses must not also judge or carry out. */
	if ((o->roles & ROLE_ASSESSOR) &&
	    (o->roles != ROLE_ASSESSOR || o->employer.len == 0))
		km_cbor_fail(c, KM_ERR_VALUE);
}

/* A key is one person's: found again by its thumbprint. */
static int
key_stands_before(const struct officers *os, size_t i)
{
	size_t	j, k, m;

	for (j = 0; j < i; j++)
		for (k = 0; k < os->officer[j].n_keys; k++)
			for (m = 0; m < os->officer[i].n_keys; m++)
				if (memcmp(os->officer[j].key[k].kid,
				    os->officer[i].key[m].kid,
				    KM_KID_LEN) == 0)
					return 1;
	return 0;
}

static void
all_read(struct km_cbor *c, struct officers *os)
{
	size_t	i, n;

	n = km_cbor_array(c, 1, OFFICERS_N_MAX);
	if (c->err != KM_OK)
		return;
	if ((os->officer = calloc(n, sizeof(*os->officer))) == NULL) {
		km_cbor_fail(c, KM_ERR_FULL);
		return;
	}
	for (i = 0; i < n; i++) {
		officer_read(c, &os->officer[i]);
		if (c->err != KM_OK)
			return;
		if ((i > 0 && km_bytes_cmp(os->officer[i - 1].id,
		    os->officer[i].id) >= 0) || key_stands_before(os, i)) {
			km_cbor_fail(c, KM_ERR_ORDER);
			return;
		}
	}
	os->n = n;
}

static enum km_err
payload_decode(struct officers *os, struct km_bytes payload)
{
	struct km_cbor	c;
	size_t		left;

	km_cbor_begin(&c, payload.p, payload.len);
	left = km_cbor_map(&c, 6, 7);
	km_cbor_key(&c, &left, OFFICERS_KEY_AUTHORITY);
	os->authority = km_read_host_uri(&c);
	if (km_cbor_opt_key(&c, &left, OFFICERS_KEY_ENVIRONMENT))
		os->environment = (enum km_environment)km_cbor_uint(&c,
		    KM_ENVIRONMENT_DEMONSTRATION, KM_ENVIRONMENT_EXERCISE);
	km_cbor_key(&c, &left, OFFICERS_KEY_VERSION);
	os->version = (uint32_t)km_cbor_uint(&c, 1, VERSION_MAX);
	km_cbor_key(&c, &left, OFFICERS_KEY_ISSUED);
	os->issued = km_read_time(&c);
	km_cbor_key(&c, &left, OFFICERS_KEY_EXPIRES);
	os->expires = km_read_time(&c);
	km_cbor_key(&c, &left, OFFICERS_KEY_TRUST);
	os->trust = km_cbor_bytes(&c, KM_HASH_LEN, KM_HASH_LEN);
	km_cbor_key(&c, &left, OFFICERS_KEY_OFFICERS);
	all_read(&c, os);
	km_cbor_close(&c, left);
	if (c.err == KM_OK && os->issued >= os->expires)
		km_cbor_fail(&c, KM_ERR_VALUE);
	return km_cbor_end(&c);
}

/*
 * Shape and meaning, not signatures: those are for officers_accept(). sign
 * and out point into the bytes; out is owned by the caller, officers_free().
 * KM_ERR_FULL when there is no memory.
 */
enum km_err
officers_decode(struct officers *out, struct km_sign *sign, const uint8_t *p,
    size_t len)
{
	struct officers	os;
	struct km_sign	s;
	enum km_err	err;

	if (len > OFFICERS_MAX)
		return KM_ERR_LIMIT;
	memset(&os, 0, sizeof(os));
	if ((err = km_sign_decode(&s, p, len, KM_TYP_OFFICERS)) != KM_OK)
		return err;
	if ((err = payload_decode(&os, s.payload)) != KM_OK)
		goto out;
	if (!km_bytes_equal(s.iss, os.authority) ||
	    !km_bytes_equal(s.sub, km_bytes_of("officers"))) {
		err = KM_ERR_MISMATCH;
		goto out;
	}
	*out = os;
	*sign = s;
	os.officer = NULL;	/* given to the caller */
out:
	officers_free(&os);
	return err;
}

void
officers_free(struct officers *os)
{
	free(os->officer);
	memset(os, 0, sizeof(*os));
}

/* NULL: not on the list. */
const struct officer *
officers_find(const struct officers *os, struct km_bytes id)
{
	size_t	lo = 0, hi = os->n, mid;
	int	cmp;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if ((cmp = km_bytes_cmp(id, os->officer[mid].id)) == 0)
			return &os->officer[mid];
		if (cmp < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

/* One signature of the list: by a manager's key that counts for issued? */
static enum km_err
signer_check(const struct km_sign *sign, const struct km_signer *signer,
    const struct km_trust *trust, int64_t issued, km_verify_fn *verify,
    void *arg)
{
	const struct km_trust_key	*k;
	struct km_ask			 ask;
	uint8_t				 tbs[KM_TBS_MAX];
	int				 i;

	if ((i = km_trust_find(trust, signer->kid)) == -1)
		return KM_ERR_UNKNOWN_KEY;
	k = &trust->key[i];
	if (k->purpose != KM_PURPOSE_OFFICERS)
		return KM_ERR_PURPOSE;
	if (k->key.alg != signer->alg)
		return KM_ERR_ALG;
	if (issued < k->not_before || issued >= k->not_after)
		return KM_ERR_KEY_PERIOD;
	if (k->revoked_at != -1)
		return KM_ERR_REVOKED;

	memset(&ask, 0, sizeof(ask));
	ask.alg = signer->alg;
	ask.slot = -1;
	ask.key.p = k->key.bytes;
	ask.key.len = k->key.len;
	ask.msg[0].p = tbs;
	ask.msg[0].len = km_tbs(tbs, sign->protected_, &signer->protected_,
	    sign->payload.len);
	ask.msg[1] = sign->payload;
	ask.sig = signer->sig;
	if (ask.msg[0].len == 0 || !verify(arg, &ask))
		return KM_ERR_SIGNATURE;
	return KM_OK;
}

enum km_err
officers_accept(const struct officers *prev, const struct officers *next,
    const struct km_sign *sign, const struct km_trust *trust,
    const uint8_t first[KM_HASH_LEN], km_verify_fn *verify, void *arg)
{
	enum km_err	err;
	size_t		i, j;

	if (!km_bytes_equal(next->authority, trust->authority))
		return KM_ERR_AUTHORITY;
	if (next->environment != trust->environment)
		return KM_ERR_ENVIRONMENT;
	if (memcmp(next->trust.p, first, KM_HASH_LEN) != 0)
		return KM_ERR_PIN;
	if (prev == NULL ? next->version != 1 :
	    prev->version == VERSION_MAX || next->version != prev->version + 1)
		return KM_ERR_VERSION;
	if (prev != NULL && next->issued < prev->issued)
		return KM_ERR_ROLLBACK;

	for (i = 0; i < sign->n; i++) {
		for (j = 0; j < i; j++)
			if (km_bytes_equal(sign->signer[i].kid,
			    sign->signer[j].kid))
				return KM_ERR_ORDER;
		if ((err = signer_check(sign, &sign->signer[i], trust,
		    next->issued, verify, arg)) != KM_OK)
			return err;
	}
	return sign->n < MANAGERS_NEEDED ? KM_ERR_THRESHOLD : KM_OK;
}
