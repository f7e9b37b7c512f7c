/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Asking a register of 100,000 marks by KVK number, verdict and report
 * included, against EVP_DigestVerify() of one attestation. Both run in turns
 * in short slices, and the ratio is the median of that of neighbouring
 * slices. Each question is about another mark, by a stride that no cache
 * foresees; who asks has just read the key, so that those of a slice are laid
 * ready before its clock starts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "tests/lib/roll.h"
#include "tests/lib/scene.h"
#include "verifier/attestation.h"

enum {
	MARKS = 100000, STRIDE = 61803, SLICES = 101, RAW_SLICE = 50,
	ASK_SLICE = 1000,
	KVK_LEN = 8		/* bytes */
};
#define LEAST	20.0

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

struct raw {
	uint8_t		 tbs[KM_TBS_MAX + KM_ATTESTATION_MAX];
	size_t		 len;
	uint8_t		*der;
	size_t		 der_len;
	EVP_MD_CTX	*ctx;
	EVP_PKEY	*pkey;
};

static double
now(clockid_t clock)
{
	struct timespec	t;

	must(clock_gettime(clock, &t) == 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
raw_begin(struct raw *raw, struct scene *s)
{
	struct km_attestation	 a;
	struct km_sign1		 sign1;
	ECDSA_SIG		*sig = ECDSA_SIG_new();
	int			 len;

	scene_write_attestation(s);
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

/* Seconds of one. */
static double
raw_slice(struct raw *raw)
{
	double	from = now(CLOCK_THREAD_CPUTIME_ID);
	int	i;

	for (i = 0; i < RAW_SLICE; i++) {
		must(EVP_MD_CTX_reset(raw->ctx) == 1);
		must(EVP_DigestVerifyInit(raw->ctx, NULL, EVP_sha256(), NULL,
		    raw->pkey) == 1);
		must(EVP_DigestVerify(raw->ctx, raw->der, raw->der_len,
		    raw->tbs, raw->len) == 1);
	}
	return (now(CLOCK_THREAD_CPUTIME_ID) - from) / RAW_SLICE;
}

static double
ask_slice(struct scene *s, char (*kvk)[KVK_LEN])
{
	static uint32_t	at;
	static char	ask[ASK_SLICE][KVK_LEN];
	double		from;
	int		i;

	for (i = 0; i < ASK_SLICE; i++) {
		at = (at + STRIDE) % MARKS;
		memcpy(ask[i], kvk[at], KVK_LEN);
	}
	from = now(CLOCK_THREAD_CPUTIME_ID);
	for (i = 0; i < ASK_SLICE; i++)
		must(km_check(s->known, &s->r, &s->q, KM_BY_HOLDER,
		    (const uint8_t *)ask[i], KVK_LEN) == KM_VALID);
	return (now(CLOCK_THREAD_CPUTIME_ID) - from) / ASK_SLICE;
}

static int
by_size(const void *a, const void *b)
{
	const double	*x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double
median(double *v)
{
	qsort(v, SLICES, sizeof(*v), by_size);
	return v[SLICES / 2];
}

/* All of it known, and how long that took. */
static void
know(struct scene *s, struct roll *roll, void **mem)
{
	size_t		 room = km_register_room(MARKS);
	struct km_bytes	*run;
	double		 from;

	roll_add_marks(roll, &s->attestation, MARKS);
	run = roll_runs(roll);
	roll_head(roll, &s->epoch);
	scene_know_all(s);
	must((*mem = malloc(room)) != NULL);
	from = now(CLOCK_MONOTONIC);
	must(km_known_register(s->known, *mem, room, run, roll->n_runs) ==
	    KM_OK);
	printf("bench register_load %.0f ms\nregister of %d marks, room %zu\n",
	    1e3 * (now(CLOCK_MONOTONIC) - from), MARKS, room);
	free(run);
}

int
main(void)
{
	static struct raw	 raw;
	static char		 kvk[MARKS][KVK_LEN];
	char			 name[ROLL_NAME_MAX];
	struct roll		 roll = { 0 };
	struct scene		*s = scene_new();
	double			 ratio[SLICES], ask[SLICES], each, r;
	void			*mem;
	uint32_t		 i;

	raw_begin(&raw, s);
	know(s, &roll, &mem);
	for (i = 0; i < MARKS; i++) {
		roll_kvk(name, i);
		memcpy(kvk[i], name, KVK_LEN);
	}
	for (i = 0; i < SLICES; i++) {
		each = raw_slice(&raw);
		ask[i] = ask_slice(s, kvk);
		ratio[i] = each / ask[i];
	}
	r = median(ratio);
	printf("bench check_register %.0f ns ratio %.1f against raw "
	    "EVP_DigestVerify\n", 1e9 * median(ask), r);
	EVP_MD_CTX_free(raw.ctx);
	OPENSSL_free(raw.der);
	free(mem);
	roll_free(&roll);
	scene_free(s);
	return r < LEAST;
}
