/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Every one-bit flip and every truncation of an attestation, a status list, a
 * trust list and an epoch: none verifies. And no attestation with one bit
 * flipped is ever called valid, or vouched for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/scene.h"

/* A fresh start for each try; what is spoilt never gets in. */
static struct km_known *
fresh(struct scene *w, int with_trust)
{
	uint8_t	hash[32];

	km_known_end(w->known);
	sample_hash(hash, w->trust_bytes.p, w->trust_bytes.len);
	w->known = with_trust ?
	    km_known_begin(w->mem, KM_KNOWN_MIN, w->trust_bytes.p,
	    w->trust_bytes.len) :
	    km_known_begin(w->mem, KM_KNOWN_MIN, hash, 32);
	assert_non_null(w->known);
	return w->known;
}

typedef int taken_fn(struct scene *, const uint8_t *, size_t);

static int
taken_by_known(struct scene *w, const uint8_t *p, size_t len)
{
	return km_known_add(w->known, p, len) == KM_OK;
}

/* As the pinned list, pinned by what is spoilt. 32 bytes are just a hash. */
static int
taken_as_pin(struct scene *w, const uint8_t *p, size_t len)
{
	static uint64_t	 mem[KM_KNOWN_MIN / 8];
	struct km_known	*k;

	k = km_known_begin(mem, sizeof(mem), p, len);
	if (k == NULL)
		return 0;
	assert_int_equal(km_verify(k, &w->r, &w->q), KM_MALFORMED);
	km_known_end(k);
	return w->r.trust_version != 0;
}

static int
taken_by_judge(struct scene *w, const uint8_t *p, size_t len)
{
	w->q.badge = (struct km_bytes){ p, len };
	scene_ask_again(w);
	return w->r.vouched || (w->r.verdict != KM_MALFORMED &&
	    w->r.verdict != KM_UNTRUSTED);
}

static void
spoil_all(struct scene *w, const struct sample_buf *b, taken_fn *taken)
{
	uint8_t	*p;
	size_t	 i;
	int	 bit;

	for (i = 0; i < b->len; i++) {
		for (bit = 0; bit < 8; bit++) {
			b->p[i] ^= (uint8_t)(1 << bit);
			if (taken(w, b->p, b->len))
				fail_msg("bit %d of byte %zu", bit, i);
			b->p[i] ^= (uint8_t)(1 << bit);
		}
	}
	/* A copy of exactly that length, so that a sanitizer sees. */
	for (i = 0; i < b->len; i++) {
		p = malloc(i + 1);
		assert_non_null(p);
		memcpy(p + 1, b->p, i);
		if (taken(w, p + 1, i))
			fail_msg("cut to %zu bytes", i);
		free(p);
	}
	p = malloc(b->len + 1);
	assert_non_null(p);
	memcpy(p, b->p, b->len);
	p[b->len] = 0;
	if (taken(w, p, b->len + 1))
		fail_msg("one byte more");
	free(p);
	/* And as it was it is taken: the trial was a trial. */
	if (!taken(w, b->p, b->len))
		fail_msg("not taken as it was");
}

static void
test_attestation(void **state)
{
	struct scene	*w = scene_new();

	(void)state;
	scene_know_all(w);
	scene_write_attestation(w);
	spoil_all(w, &w->attestation_bytes, taken_by_judge);
	assert_int_equal(w->r.verdict, KM_VALID);
	scene_free(w);
}

/* Signed with Ed25519, as all the others here are signed with ESP256. */
static void
test_attestation_ed25519(void **state)
{
	struct scene	*w = scene_new();

	(void)state;
	w->trust_publish->purpose = 1;
	w->attestation.key = &w->publish;
	scene_know(w);
	scene_write_attestation(w);
	spoil_all(w, &w->attestation_bytes, taken_by_judge);
	scene_free(w);
}

static void
test_status(void **state)
{
	struct scene	*w = scene_new();

	(void)state;
	scene_know(w);
	sample_status_set(&w->status, 7, 1);
	scene_write_status(w);
	fresh(w, 1);
	spoil_all(w, &w->status_bytes, taken_by_known);
	scene_free(w);
}

static void
test_epoch(void **state)
{
	struct scene	*w = scene_new();

	(void)state;
	scene_know(w);
	scene_write_epoch(w);
	fresh(w, 1);
	spoil_all(w, &w->epoch_bytes, taken_by_known);
	scene_free(w);
}

/* With the whole list pinned, with its spoilt self pinned, and as next. */
static void
test_trust(void **state)
{
	struct scene	*w = scene_new();

	(void)state;
	scene_write_trust(w);
	fresh(w, 0);
	spoil_all(w, &w->trust_bytes, taken_by_known);
	spoil_all(w, &w->trust_bytes, taken_as_pin);

	fresh(w, 1);
	sample_hash(w->trust.first, w->trust_bytes.p, w->trust_bytes.len);
	w->trust.version = 2;
	scene_write_trust(w);
	spoil_all(w, &w->trust_bytes, taken_by_known);
	scene_free(w);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_attestation),
		cmocka_unit_test(test_attestation_ed25519),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_epoch),
		cmocka_unit_test(test_trust)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
