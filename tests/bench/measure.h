/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How benches measure: in short slices by turns with EVP_DigestVerify() over
 * the same bytes with the same key, so that whatever else the machine does
 * hits both; what counts is the median over pairs of neighbouring slices, of
 * CPU time.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "tests/lib/sample.h"
#include "verifier/cose.h"

enum { SLICES = 101 };

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

/* What raw verification needs, made ready beforehand. */
struct raw {
	uint8_t		*tbs;
	size_t		 len;
	uint8_t		*sig;		/* DER for ECDSA */
	size_t		 sig_len;
	const EVP_MD	*md;		/* NULL for Ed25519 */
	EVP_MD_CTX	*ctx;
	EVP_PKEY	*pkey;
};

/* CPU time of this thread: what runs beside it does not count. */
static inline double
cpu_now(void)
{
	struct timespec	t;

	must(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline void
raw_begin(struct raw *raw, const struct sample_key *key,
    struct km_bytes protected_, struct km_bytes payload,
    const uint8_t sig[KM_SIG_LEN])
{
	ECDSA_SIG	*rs;
	int		 len;

	memset(raw, 0, sizeof(*raw));
	must((raw->tbs = malloc(KM_TBS_MAX + payload.len)) != NULL);
	raw->len = km_tbs(raw->tbs, protected_, NULL, payload.len);
	memcpy(raw->tbs + raw->len, payload.p, payload.len);
	raw->len += payload.len;
	raw->pkey = key->pkey;
	must((raw->ctx = EVP_MD_CTX_new()) != NULL);
	if (key->len == 32) {
		must((raw->sig = OPENSSL_memdup(sig, KM_SIG_LEN)) != NULL);
		raw->sig_len = KM_SIG_LEN;
		return;
	}
	raw->md = EVP_sha256();
	must((rs = ECDSA_SIG_new()) != NULL);
	must(ECDSA_SIG_set0(rs, BN_bin2bn(sig, 32, NULL),
	    BN_bin2bn(sig + 32, 32, NULL)) == 1);
	must((len = i2d_ECDSA_SIG(rs, &raw->sig)) > 0);
	raw->sig_len = (size_t)len;
	ECDSA_SIG_free(rs);
}

static inline void
raw_end(struct raw *raw)
{
	EVP_MD_CTX_free(raw->ctx);
	OPENSSL_free(raw->sig);
	free(raw->tbs);
}

/* Seconds that n verifications take. */
static inline double
raw_slice(const struct raw *raw, int n)
{
	double	from = cpu_now();

	for (; n > 0; n--) {
		must(EVP_MD_CTX_reset(raw->ctx) == 1);
		must(EVP_DigestVerifyInit(raw->ctx, NULL, raw->md, NULL,
		    raw->pkey) == 1);
		must(EVP_DigestVerify(raw->ctx, raw->sig, raw->sig_len,
		    raw->tbs, raw->len) == 1);
	}
	return cpu_now() - from;
}

static inline int
by_size(const void *a, const void *b)
{
	const double	*x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Sorts them. */
static inline double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(v[0]), by_size);
	return v[n / 2];
}

/* Two things measured by turns: the medians of each, and of what they give. */
struct pair {
	double	raw, ours;	/* seconds for one */
	double	ratio;		/* raw / ours */
	double	over;		/* ours - raw, seconds for one */
};

/* slice does n of ours and gives the seconds that they took. */
static inline struct pair
measure(const struct raw *raw, double (*slice)(void *, int), void *arg, int n)
{
	static double	a[SLICES], b[SLICES], ratio[SLICES], over[SLICES];
	int		i;

	raw_slice(raw, n);		/* warm */
	slice(arg, n);
	for (i = 0; i < SLICES; i++) {
		/* Neither is always the first. */
		if (i % 2 == 0) {
			a[i] = raw_slice(raw, n) / n;
			b[i] = slice(arg, n) / n;
		} else {
			b[i] = slice(arg, n) / n;
			a[i] = raw_slice(raw, n) / n;
		}
		ratio[i] = a[i] / b[i];
		over[i] = b[i] - a[i];
	}
	return (struct pair){ median(a, SLICES), median(b, SLICES),
	    median(ratio, SLICES), median(over, SLICES) };
}

#endif
