/* SPDX-License-Identifier: EUPL-1.2 */
/* A register for tests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/roll.h"
#include "verifier/attestation.h"

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

void
roll_free(struct roll *r)
{
	size_t	i;

	for (i = 0; i < r->n_runs; i++)
		sample_free(&r->run[i]);
	free(r->run);
	free(r->leaf);
	memset(r, 0, sizeof(*r));
}

static void
grow(struct roll *r)
{
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? ROLL_RUN : 2 * r->cap;
		r->leaf = realloc(r->leaf, r->cap * sizeof(*r->leaf));
		must(r->leaf != NULL);
	}
	if (r->n % ROLL_RUN == 0) {
		r->run = realloc(r->run, (r->n_runs + 1) * sizeof(*r->run));
		must(r->run != NULL);
		memset(&r->run[r->n_runs++], 0, sizeof(*r->run));
	}
}

void
roll_add_bytes(struct roll *r, const struct sample_buf *bytes, int status)
{
	struct sample_buf	*run;
	size_t			 from;

	grow(r);
	run = &r->run[r->n_runs - 1];
	from = run->len;
	sample_register_leaf(run, r->n, bytes, status);
	sample_leaf(r->leaf[r->n++], run->p + from, run->len - from);
}

void
roll_add(struct roll *r, struct sample_attestation *a, int status)
{
	struct sample_buf	bytes = { NULL, 0, 0 };

	a->index = r->n;
	sample_attestation_write(&bytes, a);
	roll_add_bytes(r, &bytes, status);
	sample_free(&bytes);
}

void
roll_kvk(char out[ROLL_NAME_MAX], uint32_t index)
{
	snprintf(out, ROLL_NAME_MAX, "%08u", 10000000 + index);
}

void
roll_host(char out[ROLL_NAME_MAX], uint32_t index)
{
	snprintf(out, ROLL_NAME_MAX, "mark-%u.example", index);
}

void
roll_number(char out[ROLL_NAME_MAX], uint32_t index)
{
	char	plain[ROLL_NAME_MAX];
	int	len;

	len = snprintf(plain, sizeof(plain), "KM2026%06u",
	    (index + 1000) % 1000000);
	snprintf(out, ROLL_NAME_MAX, "KM-2026-%.6s-%c", plain + 6,
	    km_number_check(plain, (size_t)len));
}

void
roll_add_marks(struct roll *r, const struct sample_attestation *like,
    uint32_t n)
{
	struct sample_attestation	a = *like;
	char				kvk[ROLL_NAME_MAX], sub[64], euid[64];
	char				host[ROLL_NAME_MAX];
	char				number[ROLL_NAME_MAX];

	for (; n > 0; n--) {
		roll_kvk(kvk, r->n);
		roll_host(host, r->n);
		roll_number(number, r->n);
		snprintf(sub, sizeof(sub), "NTRNL-%s", kvk);
		snprintf(euid, sizeof(euid), "NLNHR.%s", kvk);
		a.sub = sub;
		a.kvk = kvk;
		a.euid = euid;
		a.lei = NULL;
		a.number = number;
		a.n_hosts = 1;
		a.host[0] = host;
		roll_add(r, &a, KM_STATUS_VALID);
	}
}

void
roll_root(uint8_t out[32], const struct roll *r, uint32_t from, uint32_t to)
{
	uint8_t		left[32], right[32];
	uint32_t	k = 1;

	if (from == to)
		sample_hash(out, "", 0);
	else if (to - from == 1)
		memcpy(out, r->leaf[from], 32);
	else {
		while (2 * k < to - from)
			k *= 2;
		roll_root(left, r, from, from + k);
		roll_root(right, r, from + k, to);
		sample_node(out, left, right);
	}
}

void
roll_head(const struct roll *r, struct sample_epoch *e)
{
	e->register_size = r->n;
	roll_root(e->register_root, r, 0, r->n);
}

struct km_bytes *
roll_runs(const struct roll *r)
{
	struct km_bytes	*run = calloc(r->n_runs + 1, sizeof(*run));
	size_t		 i;

	must(run != NULL);
	for (i = 0; i < r->n_runs; i++)
		run[i] = (struct km_bytes){ r->run[i].p, r->run[i].len };
	return run;
}
