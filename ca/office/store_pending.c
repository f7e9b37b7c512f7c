/* SPDX-License-Identifier: EUPL-1.2 */
/* Store: decisions that wait for approvals, and the approvals they have. */
#include <string.h>

#include "store_ask.h"

#define COLUMNS	"id, at, valid_until, missing, decision, json"

int
store_pending_add(struct store *st, const struct store_pending *p)
{
	struct ask	a;

	ask_begin(&a, st, ASK_PENDING_ADD, "INSERT INTO pending (" COLUMNS ")"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
	ask_hash(&a, p->id);
	ask_int(&a, p->at);
	ask_int(&a, p->valid_until);
	ask_int(&a, (int64_t)p->missing);
	ask_bytes(&a, p->decision);
	ask_bytes(&a, p->json);
	return ask_run(&a);
}

static void
row(struct ask *a, struct store_pending *p)
{
	ask_col_hash(a, 0, p->id);
	p->at = ask_col_int(a, 1);
	p->valid_until = ask_col_int(a, 2);
	p->missing = (unsigned int)ask_col_int(a, 3);
	p->decision = ask_col(a, 4);
	p->json = ask_col(a, 5);
}

int
store_pending(struct store *st, struct store_pending *out,
    const uint8_t id[KM_HASH_LEN])
{
	struct store_pending	p;
	struct ask		a;
	int			rc;

	ask_begin(&a, st, ASK_PENDING, "SELECT " COLUMNS " FROM pending"
	    " WHERE id = ?1");
	ask_hash(&a, id);
	if ((rc = ask_step(&a)) == 1) {
		ask_keep(&a);
		row(&a, &p);
	}
	if (ask_end(&a) != 0)
		return -1;
	if (rc != 1)
		return 1;
	*out = p;
	return 0;
}

int
store_pending_missing(struct store *st, const uint8_t id[KM_HASH_LEN],
    unsigned int missing)
{
	struct ask	a;

	ask_begin(&a, st, ASK_PENDING_MISSING,
	    "UPDATE pending SET missing = ?1 WHERE id = ?2");
	ask_int(&a, (int64_t)missing);
	ask_hash(&a, id);
	return ask_run(&a);
}

int
store_pending_remove(struct store *st, const uint8_t id[KM_HASH_LEN])
{
	struct ask	a;

	ask_begin(&a, st, ASK_PENDING_REMOVE,
	    "DELETE FROM pending WHERE id = ?1");
	ask_hash(&a, id);
	return ask_run(&a);
}

int
store_pending_expire(struct store *st, int64_t now, uint64_t *n)
{
	struct ask	a;

	ask_begin(&a, st, ASK_PENDING_EXPIRE,
	    "DELETE FROM pending WHERE valid_until <= ?1");
	ask_int(&a, now);
	if (ask_run(&a) != 0)
		return -1;
	*n = (uint64_t)sqlite3_changes64(st->db);
	return 0;
}

int
store_pending_count(struct store *st, uint64_t *n)
{
	struct ask	a;
	uint64_t	v = 0;

	ask_begin(&a, st, ASK_PENDING_COUNT, "SELECT count(*) FROM pending");
	if (ask_step(&a) == 1)
		v = (uint64_t)ask_col_int(&a, 0);
	if (ask_end(&a) != 0)
		return -1;
	*n = v;
	return 0;
}

static int
place_of(struct store *st, const uint8_t *id, int64_t *place)
{
	struct ask	a;
	int64_t		v = 0;
	int		rc;

	ask_begin(&a, st, ASK_PENDING_PLACE,
	    "SELECT place FROM pending WHERE id = ?1");
	ask_hash(&a, id);
	if ((rc = ask_step(&a)) == 1)
		v = ask_col_int(&a, 0);
	if (ask_end(&a) != 0)
		return -1;
	if (rc != 1)
		return 1;
	*place = v;
	return 0;
}

int
store_pendings(struct store *st, const uint8_t *after, uint64_t max,
    store_pending_fn *fn, void *arg)
{
	struct store_pending	p;
	struct ask		a;
	int64_t			place = 0;
	int			rc = 0;

	if (after != NULL && (rc = place_of(st, after, &place)) != 0)
		return rc;
	ask_begin(&a, st, ASK_PENDINGS, "SELECT " COLUMNS " FROM pending"
	    " WHERE place > ?1 ORDER BY place LIMIT ?2");
	ask_int(&a, place);
	ask_int(&a, (int64_t)max);
	while (rc == 0 && ask_step(&a) == 1) {
		row(&a, &p);
		rc = a.failed ? -1 : fn(arg, &p);
	}
	return ask_end(&a) == 0 ? rc : -1;
}

int
store_approval_add(struct store *st, const uint8_t id[KM_HASH_LEN],
    struct km_bytes iss, struct km_bytes approval)
{
	struct ask	a;

	ask_begin(&a, st, ASK_APPROVAL_ADD,
	    "INSERT INTO approval (place, iss, bytes)"
	    " VALUES ((SELECT place FROM pending WHERE id = ?1), ?2, ?3)");
	ask_hash(&a, id);
	ask_text(&a, iss);
	ask_bytes(&a, approval);
	return ask_run(&a);
}

int
store_approvals(struct store *st, const uint8_t id[KM_HASH_LEN],
    store_approval_fn *fn, void *arg)
{
	struct ask	a;
	int		rc = 0;

	ask_begin(&a, st, ASK_APPROVALS,
	    "SELECT iss, bytes FROM approval WHERE place ="
	    " (SELECT place FROM pending WHERE id = ?1) ORDER BY iss");
	ask_hash(&a, id);
	while (rc == 0 && ask_step(&a) == 1)
		rc = fn(arg, ask_col(&a, 0), ask_col(&a, 1));
	return ask_end(&a) == 0 ? rc : -1;
}
