/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Approval: one person's signature over a decision's exact bytes
 * (schemas/decision.cddl). The payload is detached (RFC 9052 section 4.1).
 */
#include <string.h>

#include "decision.h"
#include "verifier/core.h"

static int
hex_digit(uint8_t ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	return -1;
}

/* 1 when iss is prefix and then a kid in lower-case hex, which it gives. */
static int
kid_of(uint8_t kid[KM_KID_LEN], struct km_bytes iss, const char *prefix)
{
	size_t	i, n = strlen(prefix);
	int	hi, lo;

	if (iss.len != n + 2 * KM_KID_LEN || memcmp(iss.p, prefix, n) != 0)
		return 0;
	for (i = 0; i < KM_KID_LEN; i++) {
		hi = hex_digit(iss.p[n + 2 * i]);
		lo = hex_digit(iss.p[n + 2 * i + 1]);
		if (hi == -1 || lo == -1)
			return 0;
		kid[i] = (uint8_t)(hi << 4 | lo);
	}
	return 1;
}

/* The key of a root or manager; such a person has just one. */
static enum km_err
trust_key(const struct km_key **key, unsigned int *roles, struct km_bytes iss,
    const struct km_trust *trust)
{
	const struct km_trust_key	*k;
	struct km_bytes			 b;
	uint8_t				 kid[KM_KID_LEN];
	size_t				 i;
	int				 at;

	if (kid_of(kid, iss, "root:")) {
		for (i = 0; i < trust->n_roots; i++)
			if (memcmp(trust->root[i].kid, kid, sizeof(kid)) == 0) {
				*key = &trust->root[i];
				*roles = ROLE_ROOT;
				return KM_OK;
			}
		return KM_ERR_UNKNOWN_KEY;
	}
	if (!kid_of(kid, iss, "manager:"))
		return KM_ERR_VALUE;
	b.p = kid;
	b.len = sizeof(kid);
	if ((at = km_trust_find(trust, b)) == -1)
		return KM_ERR_UNKNOWN_KEY;
	k = &trust->key[at];
	if (k->purpose != KM_PURPOSE_OFFICERS)
		return KM_ERR_PURPOSE;
	if (k->revoked_at != -1)
		return KM_ERR_REVOKED;
	*key = &k->key;
	*roles = ROLE_MANAGER;
	return KM_OK;
}

static enum km_err
officer_key(const struct km_key **key, const struct officer **officer,
    struct km_bytes iss, struct km_bytes kid, const struct officers *officers)
{
	const struct officer	*o;
	size_t			 i;

	if (officers == NULL || (o = officers_find(officers, iss)) == NULL)
		return KM_ERR_UNKNOWN_KEY;
	for (i = 0; i < o->n_keys; i++)
		if (memcmp(o->key[i].kid, kid.p, KM_KID_LEN) == 0) {
			*key = &o->key[i];
			*officer = o;
			return KM_OK;
		}
	return KM_ERR_UNKNOWN_KEY;
}

static int
signature_good(const struct km_sign1 *s, const struct km_key *key,
    struct km_bytes payload, km_verify_fn *verify, void *arg)
{
	struct km_ask	ask;
	uint8_t		tbs[KM_TBS_MAX];

	memset(&ask, 0, sizeof(ask));
	ask.alg = s->alg;
	ask.slot = -1;
	ask.key.p = key->bytes;
	ask.key.len = key->len;
	ask.msg[0].p = tbs;
	ask.msg[0].len = km_tbs(tbs, s->protected_, NULL, payload.len);
	ask.msg[1] = payload;
	ask.sig = s->sig;
	return ask.msg[0].len != 0 && verify(arg, &ask);
}

enum km_err
approval_open(struct approver *out, const struct decision *d,
    const uint8_t *p, size_t len, const struct officers *officers,
    const struct km_trust *trust, km_verify_fn *verify, void *arg)
{
	struct approver		 a;
	struct km_sign1		 s;
	const struct km_key	*key = NULL;
	struct km_bytes		 id;
	char			 hex[65];
	enum km_err		 err;

	if (len > APPROVAL_MAX)
		return KM_ERR_LIMIT;
	if ((err = km_sign1_decode(&s, p, len, KM_TYP_APPROVAL, 1)) != KM_OK)
		return err;
	decision_id_hex(hex, d->id);
	id = km_bytes_of(hex);
	if (!km_bytes_equal(s.sub, id))
		return KM_ERR_MISMATCH;

	memset(&a, 0, sizeof(a));
	a.iss = s.iss;
	a.bytes.p = p;
	a.bytes.len = len;
	/* No officer's id has a colon. */
	if (memchr(s.iss.p, ':', s.iss.len) != NULL)
		err = trust_key(&key, &a.roles, s.iss, trust);
	else
		err = officer_key(&key, &a.officer, s.iss, s.kid, officers);
	if (err != KM_OK)
		return err;
	if (a.officer != NULL)
		a.roles = a.officer->roles;
	if (s.kid.len != KM_KID_LEN ||
	    memcmp(s.kid.p, key->kid, KM_KID_LEN) != 0)
		return KM_ERR_MISMATCH;
	if (s.alg != key->alg)
		return KM_ERR_ALG;
	if (!signature_good(&s, key, d->bytes, verify, arg))
		return KM_ERR_SIGNATURE;
	*out = a;
	return KM_OK;
}
