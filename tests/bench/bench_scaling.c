/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How km_verify() scales from one core to two, held against how raw
 * EVP_DigestVerify() does in the same run: what two threads share, which is
 * one known, must not hold either up. Slices of all four by turns; a machine
 * that does other things as well slows all of them.
 */
#include <pthread.h>
#include <unistd.h>

#include "tests/bench/measure.h"
#include "tests/lib/scene.h"
#include "verifier/attestation.h"

enum { PER_SLICE = 100, THREADS = 2 };
#define LEAST	0.95

struct work {
	struct raw		*raw;	/* NULL: km_verify() */
	const struct scene	*s;
	pthread_barrier_t	*start;
	double			 from;
};

static double
wall_now(void)
{
	struct timespec	t;

	must(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *
work(void *arg)
{
	struct work		*w = arg;
	struct km_report	 r;
	int			 i;

	pthread_barrier_wait(w->start);
	w->from = wall_now();
	if (w->raw != NULL)
		raw_slice(w->raw, PER_SLICE);
	for (i = 0; w->raw == NULL && i < PER_SLICE; i++)
		must(km_verify(w->s->known, &r, &w->s->q) == KM_VALID);
	return NULL;
}

/* Verifications a second by n threads, of raw or, where NULL, of ours. */
static double
rate(const struct scene *s, struct raw *raw, unsigned int n)
{
	pthread_barrier_t	start;
	pthread_t		thread[THREADS];
	struct work		w[THREADS];
	double			from;
	unsigned int		i;

	must(pthread_barrier_init(&start, NULL, n) == 0);
	for (i = 0; i < n; i++) {
		w[i] = (struct work){ raw != NULL ? &raw[i] : NULL, s,
		    &start, 0 };
		must(pthread_create(&thread[i], NULL, work, &w[i]) == 0);
	}
	for (i = 0; i < n; i++)
		must(pthread_join(thread[i], NULL) == 0);
	pthread_barrier_destroy(&start);
	for (from = w[0].from, i = 1; i < n; i++)
		from = w[i].from < from ? w[i].from : from;
	return n * PER_SLICE / (wall_now() - from);
}

static void
begin(struct scene *s, struct raw raw[THREADS])
{
	struct km_attestation	a;
	struct km_sign1		sign1;
	size_t			i;

	scene_know_all(s);
	must(scene_ask(s) == KM_VALID);
	must(km_attestation_decode(&a, &sign1, s->attestation_bytes.p,
	    s->attestation_bytes.len) == KM_OK);
	for (i = 0; i < THREADS; i++)
		raw_begin(&raw[i], &s->attest, sign1.protected_,
		    sign1.payload, sign1.sig);
}

int
main(void)
{
	static struct raw	 raw[THREADS];
	static double		 ours[SLICES], theirs[SLICES], both[SLICES];
	struct scene		*s;
	double			 scaling;
	size_t			 i;

	if (sysconf(_SC_NPROCESSORS_ONLN) < THREADS) {
		puts("batch_scaling: skipped, there is one core");
		return 77;
	}
	s = scene_new();
	begin(s, raw);
	for (i = 0; i < SLICES; i++) {
		theirs[i] = rate(s, raw, THREADS) / rate(s, raw, 1);
		ours[i] = rate(s, NULL, THREADS) / rate(s, NULL, 1);
		both[i] = ours[i] / theirs[i];
	}
	for (i = 0; i < THREADS; i++)
		raw_end(&raw[i]);
	scene_free(s);
	scaling = median(ours, SLICES);
	printf("bench batch_scaling %.2f times ratio %.3f against raw "
	    "EVP_DigestVerify on two cores\n", scaling,
	    median(both, SLICES));
	if (median(both, SLICES) >= LEAST)
		return 0;
	fprintf(stderr, "batch_scaling: expected a ratio of at least %.2f; "
	    "raw scales %.2f times\n", LEAST, median(theirs, SLICES));
	return 1;
}
