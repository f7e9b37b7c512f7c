/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Judging proof: epochs, what was remembered of them, paths into them (RFC
 * 9162 section 2.1.3), and the status. Proof that fails counts as not given
 * and its check says why; of verified lists and epochs the newest counts.
 */
#include <string.h>

#include "judge.h"
#include "report.h"
#include "tree.h"

enum { HOURS_24 = 86400 };

static struct km_age
epoch_age(const struct km_case *c, const struct km_epoch *e)
{
	return (struct km_age){ e->this_update, e->next_update,
	    km_shorter(HOURS_24, c->policy->epoch_warn),
	    c->policy->epoch_fail };
}

/* Verified and not stale: a stale epoch counts as not given. */
static int
is_fresh(const struct km_case *c, const struct km_epoch_proof *e,
    int64_t now)
{
	struct km_age	age;

	if (!e->given || e->err != KM_OK)
		return 0;
	age = epoch_age(c, e->epoch);
	return km_age_err(&age, c, now) == KM_OK;
}

/* The newest verified epoch; a fresh one before any that is not. */
static const struct km_epoch_proof *
newest_epoch(const struct km_case *c, int64_t now)
{
	const struct km_epoch_proof	*e, *best = NULL;
	size_t				 i;
	int				 fresh, best_fresh = 0;

	for (i = 0; i < KM_SOURCES; i++) {
		e = &c->epoch[i];
		if (!e->given || e->err != KM_OK)
			continue;
		fresh = is_fresh(c, e, now);
		if (best == NULL || fresh > best_fresh ||
		    (fresh == best_fresh &&
		    e->epoch->number > best->epoch->number)) {
			best = e;
			best_fresh = fresh;
		}
	}
	return best;
}

/* Why what was given does not count, the badge's first; KM_OK: it does. */
static enum km_err
why_not(int given_badge, enum km_err badge, int given_known,
    enum km_err known)
{
	if (given_badge && badge != KM_OK)
		return badge;
	return given_known ? known : KM_OK;
}

/* An epoch that names another trust list of the same version. */
static int
other_trust(const struct km_case *c, const struct km_epoch *e)
{
	const struct km_trust	*t = km_case_trust(c);

	return e->trust_version == t->version &&
	    memcmp(e->trust, c->known->trust_hash, KM_HASH_LEN) != 0;
}

/*
 * Do the fresh epochs go on from each other and from the one remembered?
 * A badge may carry an epoch from before that one: only the newest is held
 * against it for being older.
 */
static enum km_err
memory_err(const struct km_case *c, const struct km_epoch_proof *newest,
    int64_t now)
{
	const struct km_policy		*p = c->policy;
	const struct km_epoch_proof	*e, *other;
	size_t				 i;

	for (i = 0; i < KM_SOURCES; i++) {
		e = &c->epoch[i];
		other = &c->epoch[KM_SOURCES - 1 - i];
		if (!is_fresh(c, e, now))
			continue;
		if (other_trust(c, e->epoch))
			return KM_ERR_FORK;
		if (is_fresh(c, other, now) &&
		    km_epoch_chain(e->epoch->number, e->hash, other->epoch,
		    other->hash) != KM_OK)
			return KM_ERR_FORK;
		if (p->epoch_number != 0 && km_epoch_chain(p->epoch_number,
		    p->epoch_hash, e->epoch, e->hash) != KM_OK)
			return KM_ERR_FORK;
	}
	return newest->epoch->number < p->epoch_number ?
	    KM_ERR_ROLLBACK : KM_OK;
}

/* Of one number, or of one and the next, the hashes that must be equal. */
static void
say_hashes(const struct km_case *c, struct km_report *r, struct km_check *k,
    const struct km_epoch_proof *newest)
{
	const struct km_policy	*p = c->policy;
	const struct km_epoch	*e = newest->epoch;

	if (p->epoch_number == 0 || e->number < p->epoch_number ||
	    e->number - p->epoch_number > 1)
		return;
	k->want_text = km_say_hex(r, p->epoch_hash, KM_HASH_LEN);
	k->found_text = km_say_hex(r, e->number == p->epoch_number ?
	    newest->hash : e->previous, KM_HASH_LEN);
}

/*
 * An epoch is remembered and none is given that counts: whether this goes on
 * from it cannot be told, and what was asked and not evaluated has failed
 * (design section 4). Else a rollback would go unseen by leaving it out.
 */
static void
no_memory(const struct km_case *c, struct km_report *r, enum km_err why)
{
	struct km_check	*k;

	if (c->policy->epoch_number == 0)
		return;
	k = km_check_set(r, KM_CHECK_EPOCH_MEMORY, KM_FAILED, why);
	k->want = c->policy->epoch_number;
}

static void
judge_memory(const struct km_case *c, struct km_report *r,
    const struct km_epoch_proof *newest)
{
	enum km_err	 err = memory_err(c, newest, r->now);
	struct km_check	*k;

	if (err == KM_OK && c->policy->epoch_number == 0)
		k = km_check_set(r, KM_CHECK_EPOCH_MEMORY, KM_NOT_PERFORMED,
		    KM_OK);
	else
		k = km_check_set(r, KM_CHECK_EPOCH_MEMORY, err == KM_OK ?
		    KM_PASSED : KM_FAILED, err);
	k->want = c->policy->epoch_number;
	k->found = newest->epoch->number;
	say_hashes(c, r, k, newest);
	if (err != KM_OK)
		return;		/* not one to remember */
	r->epoch_number = newest->epoch->number;
	memcpy(r->epoch_hash, newest->hash, KM_HASH_LEN);
}

void
km_judge_epochs(const struct km_case *c, struct km_report *r)
{
	const struct km_epoch_proof	*known = &c->epoch[KM_FROM_KNOWN];
	const struct km_epoch_proof	*badge = &c->epoch[KM_FROM_BADGE];
	const struct km_epoch_proof	*e = newest_epoch(c, r->now);
	const struct km_trust		*t = km_case_trust(c);
	struct km_check			*k;
	struct km_age			 age;
	enum km_err			 why;

	why = why_not(badge->given, badge->err, known->given, known->err);
	if (e == NULL) {
		if (!badge->given && !known->given)
			why = KM_ERR_MISSING;
		k = km_check_set(r, KM_CHECK_EPOCH, why == KM_ERR_MISSING ?
		    KM_NOT_PERFORMED : KM_FAILED, why);
		k->want = 1;		/* the lowest number there is */
		km_check_set(r, KM_CHECK_EPOCH_AGE, KM_NOT_PERFORMED,
		    KM_ERR_MISSING);
		no_memory(c, r, why);
		return;
	}
	k = km_check_set(r, KM_CHECK_EPOCH, why == KM_OK ? KM_PASSED :
	    KM_WARNED, why);
	k->want = 1;
	k->found = e->epoch->number;
	age = epoch_age(c, e->epoch);
	km_judge_age(r, KM_CHECK_EPOCH_AGE, &age, c);
	if (!is_fresh(c, e, r->now)) {
		no_memory(c, r, r->check[KM_CHECK_EPOCH_AGE].why);
		return;
	}
	judge_memory(c, r, e);
	if (e->epoch->trust_version > t->version) {
		k = km_check_set(r, KM_CHECK_TRUST, KM_WARNED,
		    KM_ERR_VERSION);
		k->want = e->epoch->trust_version;
		k->found = t->version;
	}
}

/* Paths are into the badge's epoch, or into what is known without one. */
static const struct km_epoch *
epoch_of_paths(const struct km_case *c, int64_t now)
{
	if (is_fresh(c, &c->epoch[KM_FROM_BADGE], now))
		return c->epoch[KM_FROM_BADGE].epoch;
	if (!c->epoch[KM_FROM_BADGE].given &&
	    is_fresh(c, &c->epoch[KM_FROM_KNOWN], now))
		return c->epoch[KM_FROM_KNOWN].epoch;
	return NULL;
}

static int
path_leads(const struct km_tree_head *head, const uint8_t leaf[KM_HASH_LEN],
    uint64_t index, struct km_bytes path, size_t n)
{
	uint8_t	side[KM_PATH_MAX * KM_HASH_LEN], root[KM_HASH_LEN];

	if (n > KM_PATH_MAX)
		return 0;
	km_path_read(side, path, n);
	return km_path_root(root, leaf, index, head->size, side, n) &&
	    memcmp(root, head->root, KM_HASH_LEN) == 0;
}

/* An index below the size of the tree, and a path that leads to its root. */
static void
set_path(struct km_report *r, enum km_check_id id, int leads,
    const struct km_tree_head *head, uint64_t index)
{
	struct km_check	*k;

	k = km_check_set(r, id, leads ? KM_PASSED : KM_FAILED,
	    leads ? KM_OK : KM_ERR_PROOF);
	k->want = (int64_t)head->size;
	k->found = (int64_t)index;
}

static size_t
put_head(uint8_t *out, enum km_major major, uint32_t v)
{
	size_t	i, n;

	if (v < 24) {
		out[0] = (uint8_t)((unsigned int)major << 5 | v);
		return 1;
	}
	n = v <= 0xff ? 1 : v <= 0xffff ? 2 : 4;
	out[0] = (uint8_t)((unsigned int)major << 5 |
	    (n == 1 ? 24 : n == 2 ? 25 : 26));
	for (i = 0; i < n; i++)
		out[1 + i] = (uint8_t)(v >> 8 * (n - 1 - i));
	return 1 + n;
}

/* Leaf hash of [index, attestation, status, events]: design section 3. */
static void
register_leaf(uint8_t out[KM_HASH_LEN], const struct km_badge *b,
    uint32_t index)
{
	static const uint8_t	leaf = 0x00;	/* RFC 9162 section 2.1.1 */
	uint8_t			head[11], status;
	size_t			n = 0;
	struct km_bytes		part[5];

	n += put_head(head + n, KM_ARRAY, 4);
	n += put_head(head + n, KM_UINT, index);
	n += put_head(head + n, KM_BYTES, (uint32_t)b->attestation.len);
	status = (uint8_t)b->register_status;
	part[0] = (struct km_bytes){ &leaf, 1 };
	part[1] = (struct km_bytes){ head, n };
	part[2] = b->attestation;
	part[3] = (struct km_bytes){ &status, 1 };
	part[4] = b->register_events;
	km_sha256(out, part, 5);
}

void
km_judge_paths(const struct km_case *c, struct km_report *r)
{
	const struct km_badge	*b = c->badge;
	const struct km_epoch	*e = epoch_of_paths(c, r->now);
	uint32_t		 shard = r->attestation.shard;
	uint32_t		 index = shard << 16 | r->attestation.idx;
	uint8_t			 leaf[KM_HASH_LEN];

	km_check_set(r, KM_CHECK_STATUS_PROOF, KM_NOT_PERFORMED,
	    KM_ERR_MISSING);
	km_check_set(r, KM_CHECK_REGISTER_PROOF, KM_NOT_PERFORMED,
	    KM_ERR_MISSING);
	if (e == NULL)
		return;
	if (c->list_hash != NULL) {
		km_leaf_hash(leaf, (struct km_bytes){ c->list_hash,
		    KM_HASH_LEN });
		set_path(r, KM_CHECK_STATUS_PROOF, path_leads(&e->status,
		    leaf, shard, b->status_path, b->n_status_path),
		    &e->status, shard);
	}
	if (b->has_register) {
		register_leaf(leaf, b, index);
		set_path(r, KM_CHECK_REGISTER_PROOF, path_leads(&e->reg,
		    leaf, index, b->register_path, b->n_register_path),
		    &e->reg, index);
	}
}

/* A list of another make without exp ends where one of ours would. */
static struct km_age
list_age(const struct km_case *c, const struct km_list_proof *l)
{
	return (struct km_age){ l->iat, l->exp != 0 ? l->exp :
	    l->iat + 7 * (int64_t)HOURS_24,
	    km_shorter(HOURS_24, c->policy->status_warn),
	    c->policy->status_fail };
}

static const struct km_list_proof *
newest_list(const struct km_case *c)
{
	const struct km_list_proof	*l, *best = NULL;
	size_t				 i;

	for (i = 0; i < KM_SOURCES; i++) {
		l = &c->list[i];
		if (l->given && l->err == KM_OK &&
		    (best == NULL || l->iat > best->iat))
			best = l;
	}
	return best;
}

/* A withdrawal is final and counts from any verified list, however old. */
static void
judge_value(const struct km_case *c, struct km_report *r,
    const struct km_list_proof *l)
{
	struct km_age	 age = list_age(c, l);
	enum km_err	 err = km_age_err(&age, c, r->now);
	int		 value;
	struct km_check	*k;

	value = km_status_get(l->entries, l->bits, r->attestation.idx);
	if (value < 0)
		k = km_check_set(r, KM_CHECK_STATUS, KM_FAILED,
		    KM_ERR_INDEX);
	else if (value == KM_STATUS_WITHDRAWN)
		k = km_check_set(r, KM_CHECK_STATUS, KM_FAILED,
		    KM_ERR_WITHDRAWN);
	else if (err != KM_OK) {
		km_check_set(r, KM_CHECK_STATUS, KM_NOT_PERFORMED, err);
		return;
	} else if (value == KM_STATUS_VALID)
		k = km_check_set(r, KM_CHECK_STATUS, KM_PASSED, KM_OK);
	else
		k = km_check_set(r, KM_CHECK_STATUS, KM_FAILED,
		    value == KM_STATUS_SUSPENDED ? KM_ERR_SUSPENDED :
		    value == KM_STATUS_SUPERSEDED ? KM_ERR_SUPERSEDED :
		    KM_ERR_RESERVED);
	k->want = KM_STATUS_VALID;
	k->want_text = km_bytes_of(km_status_name(KM_STATUS_VALID));
	k->found = value;
	if (value < 0) {		/* an idx below what it holds */
		k->want = (int64_t)(l->entries.len * 8 / l->bits);
		k->want_text = (struct km_bytes){ NULL, 0 };
		k->found = r->attestation.idx;
	} else if (k->why != KM_ERR_RESERVED)
		k->found_text = km_bytes_of(km_status_name(
		    (enum km_status)value));
}

void
km_judge_status(const struct km_case *c, struct km_report *r)
{
	const struct km_list_proof	*known = &c->list[KM_FROM_KNOWN];
	const struct km_list_proof	*badge = &c->list[KM_FROM_BADGE];
	const struct km_list_proof	*l = newest_list(c);
	struct km_check			*k;
	struct km_age			 age;
	enum km_err			 why;

	why = why_not(badge->given, badge->err, known->given, known->err);
	if (l == NULL) {
		k = km_check_set(r, KM_CHECK_STATUS_LIST, KM_FAILED,
		    why == KM_OK ? KM_ERR_MISSING : why);
		km_check_set(r, KM_CHECK_STATUS_AGE, KM_NOT_PERFORMED,
		    KM_ERR_MISSING);
		km_check_set(r, KM_CHECK_STATUS, KM_NOT_PERFORMED,
		    KM_ERR_MISSING);
	} else {
		k = km_check_set(r, KM_CHECK_STATUS_LIST, why == KM_OK ?
		    KM_PASSED : KM_WARNED, why);
		age = list_age(c, l);
		km_judge_age(r, KM_CHECK_STATUS_AGE, &age, c);
		judge_value(c, r, l);
		r->status_iat = age.at;
		r->status_exp = age.end;
		k->found_text = r->attestation.status_uri;
	}
	k->want_text = r->attestation.status_uri;

	/* Only lists give a status, but what is final is final. */
	if (r->check[KM_CHECK_REGISTER_PROOF].outcome == KM_PASSED &&
	    c->badge->register_status == KM_STATUS_WITHDRAWN) {
		k = km_check_set(r, KM_CHECK_STATUS, KM_FAILED,
		    KM_ERR_WITHDRAWN);
		k->want = KM_STATUS_VALID;
		k->want_text = km_bytes_of(km_status_name(KM_STATUS_VALID));
		k->found = KM_STATUS_WITHDRAWN;
		k->found_text = km_bytes_of(km_status_name(
		    KM_STATUS_WITHDRAWN));
	}
}
