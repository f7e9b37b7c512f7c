/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From the token of a status list in memory to the answer for one index:
 * signature, inflating, reading. Lists of ours are shards of 2^16, so it
 * must cost the same at any number of marks; one list of 10^6 by another
 * authority is measured beside them. And the look-up in a list once opened.
 *
 * Memory is what adding and asking write besides the token: of what is known
 * and of the stack, both painted before. What libcrypto has on its heap, for
 * one signature, is not in it.
 */
#include <pthread.h>

#include "tests/bench/measure.h"
#include "tests/lib/scene.h"
#include "verifier/known.h"

enum {
	PER_SLICE = 40,
	SHARD = 65536,
	FOREIGN = 1000000,
	STACK = 1 << 20,
	PAINT = 0xa5,
	MEMORY_MAX = 65536		/* bytes beside the token */
};
#define OVER_MAX	60e-6		/* seconds over the raw signature */
#define ALIKE_MAX	1.2		/* of 10^8 marks over 10^6 */
#define FOREIGN_MAX	600e-6
#define WARM_MAX	10e-9

struct list {
	struct scene	*s;
	struct raw	 raw;
	struct km_bytes	 uri;
	uint32_t	 at;		/* the index asked next */
	uint32_t	 n;		/* entries in use */
	long		 withdrawn;	/* of the answers */
	void		*mem;
	size_t		 mem_len;
	size_t		 memory;	/* bytes beside the token */
};

/* xorshift: the same every time. */
static uint32_t
pick(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Trust known, and the token written of which `used` entries are in use. */
static void
list_begin(struct list *l, uint32_t entries, uint32_t used, uint32_t shard)
{
	struct km_status_list	d;
	struct scene		*s;

	memset(l, 0, sizeof(*l));
	s = l->s = scene_new();
	sample_key_free(&s->publish);
	sample_key(&s->publish, entries > SHARD ? -7 : -9, "publish");
	scene_know(s);
	km_known_end(s->known);
	l->n = used;
	l->mem_len = KM_KNOWN_MIN + KM_KNOWN_LIST + entries;
	must((l->mem = malloc(l->mem_len)) != NULL);
	memset(l->mem, PAINT, l->mem_len);
	must((s->known = km_known_begin(l->mem, l->mem_len,
	    s->trust_bytes.p, s->trust_bytes.len)) != NULL);

	sample_status_free(&s->status);
	sample_status(&s->status, &s->publish);
	if (entries > SHARD) {
		free(s->status.entries);
		s->status.n_entries = entries / 4;
		must((s->status.entries = calloc(1, entries / 4)) != NULL);
	}
	s->status.shard = shard;
	sample_withdraw(&s->status, used);
	scene_write_status(s);
	must(km_status_decode(&d, s->status_bytes.p, s->status_bytes.len) ==
	    KM_OK);
	l->uri = d.uri;
	raw_begin(&l->raw, &s->publish, d.protected_, d.payload, d.sig);
}

static void
list_end(struct list *l)
{
	raw_end(&l->raw);
	scene_free(l->s);
	free(l->mem);
}

/* From the token to the answer. */
static void
ask(struct list *l)
{
	const struct km_list	*known;
	int			 v;

	must(scene_add(l->s, &l->s->status_bytes) == KM_OK);
	must((known = km_known_list(l->s->known, l->uri)) != NULL);
	v = km_status_get((struct km_bytes){ known->entries, known->len },
	    known->bits, l->at);
	must(v == 0 || v == 1);
	l->withdrawn += v;
	l->at = (l->at + 7919) % l->n;
}

static double
cold_slice(void *arg, int n)
{
	struct list	*l = arg;
	double		 from = cpu_now();

	for (; n > 0; n--)
		ask(l);
	return cpu_now() - from;
}

static void *
ask_thread(void *arg)
{
	ask(arg);
	return NULL;
}

static void *
no_thread(void *arg)
{
	return arg;
}

/* How deep a thread that does this goes into its stack, in bytes. */
static size_t
stack_of(void *(*run)(void *), void *arg)
{
	static uint8_t	*stack;
	pthread_attr_t	 attr;
	pthread_t	 thread;
	size_t		 i;

	if (stack == NULL)
		must((stack = aligned_alloc(4096, STACK)) != NULL);
	memset(stack, PAINT, STACK);
	must(pthread_attr_init(&attr) == 0);
	must(pthread_attr_setstack(&attr, stack, STACK) == 0);
	must(pthread_create(&thread, &attr, run, arg) == 0);
	must(pthread_join(thread, NULL) == 0);
	pthread_attr_destroy(&attr);
	for (i = 0; i < STACK && stack[i] == PAINT; i++)
		;
	return STACK - i;
}

/* The first time a list is asked of, so that the paint is fresh. */
static void
measure_memory(struct list *l)
{
	const uint8_t	*mem = l->mem;
	size_t		 stack, end;

	stack = stack_of(ask_thread, l) - stack_of(no_thread, NULL);
	for (end = l->mem_len; end > 0 && mem[end - 1] == PAINT; end--)
		;
	l->memory = stack + end;
}

static int
at_most(const char *name, double found, double max, const char *what)
{
	if (found <= max)
		return 1;
	fprintf(stderr, "%s: expected at most %g %s, found %g\n", name, max,
	    what, found);
	return 0;
}

static int
cold(const char *marks, uint32_t used, uint32_t shard, double *seconds)
{
	struct list	l;
	struct pair	p;
	char		name[64];
	int		good;

	list_begin(&l, SHARD, used, shard);
	measure_memory(&l);
	p = measure(&l.raw, cold_slice, &l, PER_SLICE);
	must(l.withdrawn > 0);
	snprintf(name, sizeof(name), "status_cold_%s", marks);
	printf("bench %s %.1f us ratio %.2f against raw EVP_DigestVerify\n",
	    name, p.ours * 1e6, p.ratio);
	printf("bench %s_over %.1f us\n", name, p.over * 1e6);
	printf("bench %s_memory %zu bytes\n", name, l.memory);
	good = at_most(name, p.over, OVER_MAX, "s over the signature") &
	    at_most(name, (double)l.memory, MEMORY_MAX, "bytes");
	list_end(&l);
	*seconds = p.ours;
	return good;
}

static int
foreign(void)
{
	static const char	name[] = "status_foreign_1e6";
	struct list		l;
	struct pair		p;
	int			good;

	list_begin(&l, FOREIGN, FOREIGN, 0);
	p = measure(&l.raw, cold_slice, &l, PER_SLICE / 10);
	must(l.withdrawn > 0);
	list_end(&l);
	printf("bench %s %.3f ms ratio %.2f against raw EVP_DigestVerify\n",
	    name, p.ours * 1e3, p.ratio);
	good = at_most(name, p.ours, FOREIGN_MAX, "s");
	return good;
}

/* At random places of an opened list. */
static int
warm(void)
{
	enum { LOOKS = 1000000 };
	struct list		 l;
	const struct km_list	*known;
	struct km_bytes		 entries;
	double			 slice[SLICES], from, each;
	uint32_t		 random = 1;
	long			 sum = 0;
	int			 i, k;

	list_begin(&l, SHARD, SHARD, 0);
	ask(&l);
	must((known = km_known_list(l.s->known, l.uri)) != NULL);
	entries = (struct km_bytes){ known->entries, known->len };
	for (i = 0; i < SLICES; i++) {
		from = cpu_now();
		for (k = 0; k < LOOKS; k++)
			sum += km_status_get(entries, known->bits,
			    pick(&random) % SHARD);
		slice[i] = (cpu_now() - from) / LOOKS;
	}
	must(sum > 0 && sum < (long)LOOKS * SLICES / 50);
	list_end(&l);
	each = median(slice, SLICES);
	printf("bench status_warm %.2f ns\n", each * 1e9);
	return at_most("status_warm", each, WARM_MAX, "s");
}

int
main(void)
{
	double	small, million, many;
	int	good;

	good = cold("1e4", 10000, 0, &small);
	good &= cold("1e6", SHARD, 7, &million);
	good &= cold("1e8", SHARD, 1234, &many);
	good &= at_most("status_cold", many / million, ALIKE_MAX,
	    "times at 1e8 what it is at 1e6");
	good &= foreign();
	good &= warm();
	return good ? 0 : 1;
}
