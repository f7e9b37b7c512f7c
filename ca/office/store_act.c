/* SPDX-License-Identifier: EUPL-1.2 */
/* Store: acts carried out, which are the log, and assessments among them. */
#include <string.h>

#include "store_ask.h"

#define COLUMNS	"log_index, id, batch, kind, subject, mark, leaf, decision," \
		" approvals"

int
store_act_add(struct store *st, const struct store_act *act)
{
	struct km_bytes	none = { NULL, 0 };
	struct ask	a;

	ask_begin(&a, st, ASK_ACT_ADD, "INSERT INTO act (" COLUMNS ")"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
	ask_int(&a, (int64_t)act->index);
	ask_hash(&a, act->id);
	ask_int(&a, (int64_t)act->batch);
	ask_int(&a, act->kind);
	ask_text(&a, act->subject.p == NULL ? km_bytes_of("") : act->subject);
	ask_text(&a, act->mark.len == 0 ? none : act->mark);
	ask_bytes(&a, act->leaf);
	ask_bytes(&a, act->decision);
	ask_bytes(&a, act->approvals);
	return ask_run(&a);
}

/* The columns of COLUMNS, which the caller has kept or uses at once. */
static void
row(struct ask *a, struct store_act *act)
{
	act->index = (uint64_t)ask_col_int(a, 0);
	ask_col_hash(a, 1, act->id);
	act->batch = (uint64_t)ask_col_int(a, 2);
	act->kind = (enum decision_kind)ask_col_int(a, 3);
	act->subject = ask_col(a, 4);
	act->mark = ask_col(a, 5);
	act->leaf = ask_col(a, 6);
	act->decision = ask_col(a, 7);
	act->approvals = ask_col(a, 8);
}

int
store_act(struct store *st, struct store_act *out,
    const uint8_t id[KM_HASH_LEN])
{
	struct store_act	act;
	struct ask		a;
	int			rc;

	ask_begin(&a, st, ASK_ACT, "SELECT " COLUMNS " FROM act"
	    " WHERE id = ?1");
	ask_hash(&a, id);
	if ((rc = ask_step(&a)) == 1) {
		ask_keep(&a);
		row(&a, &act);
	}
	if (ask_end(&a) != 0)
		return -1;
	if (rc != 1)
		return 1;
	*out = act;
	return 0;
}

int
store_act_index(struct store *st, uint64_t *index,
    const uint8_t id[KM_HASH_LEN])
{
	struct ask	a;
	uint64_t	v = 0;
	int		rc;

	ask_begin(&a, st, ASK_ACT_INDEX,
	    "SELECT log_index FROM act WHERE id = ?1");
	ask_hash(&a, id);
	if ((rc = ask_step(&a)) == 1)
		v = (uint64_t)ask_col_int(&a, 0);
	if (ask_end(&a) != 0)
		return -1;
	if (rc != 1)
		return 1;
	*index = v;
	return 0;
}

/* n rows, or for 0 all: SQLite takes a negative limit for none. */
static void
limit(struct ask *a, uint64_t n)
{
	ask_int(a, n == 0 || n > INT64_MAX ? -1 : (int64_t)n);
}

int
store_acts(struct store *st, uint64_t from, uint64_t n, store_act_fn *fn,
    void *arg)
{
	struct store_act	act;
	struct ask		a;
	int			rc = 0;

	ask_begin(&a, st, ASK_ACTS, "SELECT " COLUMNS " FROM act"
	    " WHERE log_index >= ?1 ORDER BY log_index LIMIT ?2");
	ask_int(&a, (int64_t)from);
	limit(&a, n);
	while (rc == 0 && ask_step(&a) == 1) {
		row(&a, &act);
		rc = a.failed ? -1 : fn(arg, &act);
	}
	return ask_end(&a) == 0 ? rc : -1;
}

int
store_log(struct store *st, uint64_t from, uint64_t n, store_leaf_fn *fn,
    void *arg)
{
	struct ask	a;
	int		rc = 0;

	ask_begin(&a, st, ASK_LOG, "SELECT log_index, leaf FROM act"
	    " WHERE log_index >= ?1 ORDER BY log_index LIMIT ?2");
	ask_int(&a, (int64_t)from);
	limit(&a, n);
	while (rc == 0 && ask_step(&a) == 1)
		rc = fn(arg, (uint64_t)ask_col_int(&a, 0), ask_col(&a, 1));
	return ask_end(&a) == 0 ? rc : -1;
}

int
store_assessment_add(struct store *st, struct km_bytes provider,
    uint64_t index)
{
	struct ask	a;

	ask_begin(&a, st, ASK_ASSESSMENT_ADD,
	    "INSERT INTO assessment (provider, log_index) VALUES (?1, ?2)");
	ask_text(&a, provider);
	ask_int(&a, (int64_t)index);
	return ask_run(&a);
}

int
store_assessments(struct store *st, struct km_bytes provider, uint64_t max,
    store_index_fn *fn, void *arg)
{
	uint8_t		id[KM_HASH_LEN];
	struct ask	a;
	int		rc = 0;

	ask_begin(&a, st, ASK_ASSESSMENTS, "SELECT log_index, id"
	    " FROM assessment JOIN act USING (log_index) WHERE provider = ?1"
	    " ORDER BY log_index DESC LIMIT ?2");
	ask_text(&a, provider);
	limit(&a, max);
	while (rc == 0 && ask_step(&a) == 1) {
		ask_col_hash(&a, 1, id);
		rc = a.failed ? -1 : fn(arg, (uint64_t)ask_col_int(&a, 0), id);
	}
	return ask_end(&a) == 0 ? rc : -1;
}
