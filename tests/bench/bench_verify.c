/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Full verification of an attestation (trust, opened status list and epoch
 * known, report filled) against EVP_DigestVerify() alone, with the same key
 * over the same Sig_structure. Both run in turns in short slices, and the
 * ratio is the median of that of neighbouring slices, so that whatever else
 * the machine does hits both.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "tests/lib/scene.h"
#include "verifier/attestation.h"

enum { SLICES = 101, PER_SLICE = 200, DER_MAX = 80 };
#define LEAST	0.95

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

/* What raw verification needs, made ready beforehand. */
struct raw {
	uint8_t		 tbs[KM_TBS_MAX + KM_ATTESTATION_MAX];
	size_t		 len;
	uint8_t		*der;
	size_t		 der_len;
	EVP_MD_CTX	*ctx;
	EVP_PKEY	*pkey;
};

/* CPU time of this thread: what runs beside it does not count. */
static double
now(void)
{
	struct timespec	t;

	must(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
raw_begin(struct raw *raw, const struct scene *s)
{
	struct km_attestation	a;
	struct km_sign1		sign1;
	ECDSA_SIG		*sig = ECDSA_SIG_new();
	int			len;

	must(km_attestation_decode(&a, &sign1, s->attestation_bytes.p,
	    s->attestation_bytes.len) == KM_OK);
	raw->len = km_tbs(raw->tbs, sign1.protected_, NULL,
	    sign1.payload.len);
	memcpy(raw->tbs + raw->len, sign1.payload.p, sign1.payload.len);
	raw->len += sign1.payload.len;
	must(ECDSA_SIG_set0(sig, BN_bin2bn(sign1.sig, 32, NULL),
	    BN_bin2bn(sign1.sig + 32, 32, NULL)) == 1);
	raw->der = NULL;
	must((len = i2d_ECDSA_SIG(sig, &raw->der)) > 0);
	raw->der_len = (size_t)len;
	ECDSA_SIG_free(sig);
	raw->pkey = s->attest.pkey;
	must((raw->ctx = EVP_MD_CTX_new()) != NULL);
}

static double
raw_slice(struct raw *raw)
{
	double	from = now();
	int	i;

	for (i = 0; i < PER_SLICE; i++) {
		must(EVP_MD_CTX_reset(raw->ctx) == 1);
		must(EVP_DigestVerifyInit(raw->ctx, NULL, EVP_sha256(), NULL,
		    raw->pkey) == 1);
		must(EVP_DigestVerify(raw->ctx, raw->der, raw->der_len,
		    raw->tbs, raw->len) == 1);
	}
	return now() - from;
}

static double
full_slice(struct scene *s)
{
	double	from = now();
	int	i;

	for (i = 0; i < PER_SLICE; i++)
		must(km_verify(s->known, &s->r, &s->q) == KM_VALID);
	return now() - from;
}

static int
by_size(const void *a, const void *b)
{
	const double	*x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

int
main(void)
{
	struct scene	*s = scene_new();
	struct raw	 raw;
	double		 ratio[SLICES], full, one, total = 0;
	int		 i;

	scene_know_all(s);
	must(scene_ask(s) == KM_VALID);
	raw_begin(&raw, s);
	raw_slice(&raw);		/* warm */
	full_slice(s);
	for (i = 0; i < SLICES; i++) {
		/* Neither is always the first. */
		if (i % 2 == 0) {
			one = raw_slice(&raw);
			full = full_slice(s);
		} else {
			full = full_slice(s);
			one = raw_slice(&raw);
		}
		ratio[i] = one / full;
		total += full;
	}
	qsort(ratio, SLICES, sizeof(ratio[0]), by_size);
	printf("bench verify_es256 %.0f 1/s ratio %.3f against raw "
	    "EVP_DigestVerify\n", SLICES * PER_SLICE / total,
	    ratio[SLICES / 2]);
	EVP_MD_CTX_free(raw.ctx);
	OPENSSL_free(raw.der);
	scene_free(s);
	if (ratio[SLICES / 2] < LEAST) {
		fprintf(stderr, "bench_verify: expected a ratio of at least "
		    "%.2f\n", LEAST);
		return 1;
	}
	return 0;
}
