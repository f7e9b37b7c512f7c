/* SPDX-License-Identifier: EUPL-1.2 */
/* Trust lists: order, thresholds, and who must have signed. */
#include "tests/fuzz/promise.h"
#include "verifier/core.h"
#include "verifier/trust.h"

static struct km_bytes
kid(const struct km_key *key)
{
	return (struct km_bytes){ key->kid, KM_KID_LEN };
}

static int
say_yes(void *arg, const struct km_ask *ask)
{
	size_t	*n = arg;

	(*n)++;
	return ask->msg[0].len > 0;
}

static int
say_no(void *arg, const struct km_ask *ask)
{
	(void)arg;
	(void)ask;
	return 0;
}

/* By itself it stands with all good signatures of enough roots, or not. */
static void
check_accept(const struct km_trust *t, const struct km_sign *s)
{
	enum km_err	err;
	size_t		n = 0;

	err = km_trust_accept(NULL, t, s, t->first, say_yes, &n);
	promise(err != KM_OK || (n == s->n && n >= t->threshold));
	promise(km_trust_accept(NULL, t, s, t->first, say_no, &n) != KM_OK);
	promise(km_trust_accept(t, t, s, t->first, say_yes, &n) != KM_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct km_trust	t;
	struct km_sign		s;
	size_t			i, k, zeros = 0;

	if (km_trust_decode(&t, &s, data, len) != KM_OK)
		return 0;
	promise(len <= KM_TRUST_MAX && inside(t.authority, data, len) &&
	    km_bytes_equal(t.authority, s.iss));
	promise(t.version > 0 && t.issued < t.expires && t.threshold > 0 &&
	    t.threshold <= t.n_roots && t.n_roots <= KM_ROOTS_MAX);
	promise(t.n_keys > 0 && t.n_keys <= KM_KEYS_MAX);
	for (i = 1; i < t.n_roots; i++)
		promise(km_bytes_cmp(kid(&t.root[i - 1]),
		    kid(&t.root[i])) < 0);
	for (i = 0; i < t.n_keys; i++) {
		promise(km_trust_find(&t, kid(&t.key[i].key)) == (int)i);
		promise(t.key[i].revoked_at >= -1);
		for (k = 0; k < t.n_roots; k++)
			promise(!km_bytes_equal(kid(&t.root[k]),
			    kid(&t.key[i].key)));
	}
	for (i = 0; i < KM_HASH_LEN; i++)
		zeros += t.first[i] == 0;
	promise(t.version > 1 || zeros == KM_HASH_LEN);
	promise(s.n > 0 && s.n <= KM_SIGNERS_MAX);
	for (i = 1; i < s.n; i++)
		promise(km_bytes_cmp(s.signer[i - 1].kid,
		    s.signer[i].kid) < 0);
	check_accept(&t, &s);
	return 0;
}
