/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Full verification of an attestation (trust, opened status list and epoch
 * known, report filled) against EVP_DigestVerify() alone, with the same key
 * over the same Sig_structure: for both algorithms that we sign with.
 */
#include "tests/bench/measure.h"
#include "tests/lib/scene.h"
#include "verifier/attestation.h"

enum { PER_SLICE = 100 };
#define LEAST	0.95

static double
full_slice(void *arg, int n)
{
	struct scene	*s = arg;
	double		 from = cpu_now();

	for (; n > 0; n--)
		must(km_verify(s->known, &s->r, &s->q) == KM_VALID);
	return cpu_now() - from;
}

/* 1 when it is as fast as it must be. */
static int
bench(const char *name, int alg)
{
	struct scene		*s = scene_new();
	struct km_attestation	 a;
	struct km_sign1		 sign1;
	struct raw		 raw;
	struct pair		 p;

	sample_key_free(&s->attest);
	sample_key(&s->attest, alg, "attest");
	scene_know_all(s);
	must(scene_ask(s) == KM_VALID);
	must(km_attestation_decode(&a, &sign1, s->attestation_bytes.p,
	    s->attestation_bytes.len) == KM_OK);
	raw_begin(&raw, &s->attest, sign1.protected_, sign1.payload,
	    sign1.sig);
	p = measure(&raw, full_slice, s, PER_SLICE);
	raw_end(&raw);
	scene_free(s);
	printf("bench %s %.0f 1/s ratio %.3f against raw EVP_DigestVerify\n",
	    name, 1 / p.ours, p.ratio);
	if (p.ratio >= LEAST)
		return 1;
	fprintf(stderr, "%s: expected a ratio of at least %.2f\n", name,
	    LEAST);
	return 0;
}

int
main(void)
{
	int	good;

	good = bench("verify_es256", -9);
	good &= bench("verify_ed25519", -19);
	return good ? 0 : 1;
}
