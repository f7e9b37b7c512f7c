/* SPDX-License-Identifier: EUPL-1.2 */
/* Store: attestations, whose leaves in the order of idx are the register. */
#include <string.h>

#include "verifier/tree.h"
#include "store_ask.h"

#define COLUMNS	"idx, mark, status, exp, leaf"

int
store_attestation_set(struct store *st, const struct store_attestation *t)
{
	struct ask	a;

	ask_begin(&a, st, ASK_ATTESTATION_SET,
	    "INSERT INTO attestation (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5)"
	    " ON CONFLICT (idx) DO UPDATE SET status = ?3, leaf = ?5");
	ask_int(&a, (int64_t)t->idx);
	ask_text(&a, t->mark);
	ask_int(&a, t->status);
	ask_int(&a, t->exp);
	ask_bytes(&a, t->leaf);
	if (ask_run(&a) != 0)
		return -1;
	ask_begin(&a, st, ASK_DIRTY_ADD,
	    "INSERT INTO dirty (run) VALUES (?1) ON CONFLICT DO NOTHING");
	ask_int(&a, (int64_t)(t->idx / KM_RUN_LEAVES));
	return ask_run(&a);
}

static void
row(struct ask *a, struct store_attestation *t)
{
	t->idx = (uint64_t)ask_col_int(a, 0);
	t->mark = ask_col(a, 1);
	t->status = (enum km_status)ask_col_int(a, 2);
	t->exp = ask_col_int(a, 3);
	t->leaf = ask_col(a, 4);
}

int
store_attestation(struct store *st, struct store_attestation *out,
    uint64_t idx)
{
	struct store_attestation	t;
	struct ask			a;
	int				rc;

	ask_begin(&a, st, ASK_ATTESTATION, "SELECT " COLUMNS
	    " FROM attestation WHERE idx = ?1");
	ask_int(&a, (int64_t)idx);
	if ((rc = ask_step(&a)) == 1) {
		ask_keep(&a);
		row(&a, &t);
	}
	if (ask_end(&a) != 0)
		return -1;
	if (rc != 1)
		return 1;
	*out = t;
	return 0;
}

int
store_attestations(struct store *st, struct km_bytes mark, int64_t now,
    store_attestation_fn *fn, void *arg)
{
	struct store_attestation	t;
	struct ask			a;
	int				rc = 0;

	ask_begin(&a, st, ASK_ATTESTATIONS, "SELECT " COLUMNS
	    " FROM attestation WHERE mark = ?1 AND exp > ?2 ORDER BY idx");
	ask_text(&a, mark);
	ask_int(&a, now);
	while (rc == 0 && ask_step(&a) == 1) {
		row(&a, &t);
		rc = fn(arg, &t);
	}
	return ask_end(&a) == 0 ? rc : -1;
}

int
store_leaves(struct store *st, uint64_t from, uint64_t n, store_leaf_fn *fn,
    void *arg)
{
	struct ask	a;
	int		rc = 0;

	ask_begin(&a, st, ASK_LEAVES, "SELECT idx, leaf FROM attestation"
	    " WHERE idx >= ?1 ORDER BY idx LIMIT ?2");
	ask_int(&a, (int64_t)from);
	ask_int(&a, n == 0 || n > INT64_MAX ? -1 : (int64_t)n);
	while (rc == 0 && ask_step(&a) == 1)
		rc = fn(arg, (uint64_t)ask_col_int(&a, 0), ask_col(&a, 1));
	return ask_end(&a) == 0 ? rc : -1;
}
