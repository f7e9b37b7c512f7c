/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Judging proof: epochs, what was remembered of them, paths into them (RFC
 * 9162 section 2.1.3), and the status. Proof that fails counts as not given
 * and its check says why; of verified lists and epochs the newest counts.
 *
 * A status has up to three sources: the list that is known, the list in the
 * badge, and the leaf of a register that counts, which speaks as of its
 * epoch's this-update. The newest of them answers; of two equally new, the
 * one that does not say valid. Where the newest is over or too old, nothing
 * is known, whatever an older one says. A withdrawal is final and counts
 * from any of them.
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

/* Does this epoch go on from the one remembered, under this trust list? */
static enum km_err
chain_err(const struct km_case *c, const struct km_epoch_proof *e)
{
	const struct km_policy	*p = c->policy;

	if (other_trust(c, e->epoch) || km_fork_seen(c->known) != KM_OK)
		return KM_ERR_FORK;
	if (p->epoch_number != 0)
		return km_epoch_chain(p->epoch_number, p->epoch_hash,
		    e->epoch, e->hash);
	return KM_OK;
}

enum km_err
km_register_err(const struct km_case *c, int64_t now)
{
	const struct km_epoch_proof	*e = &c->epoch[KM_FROM_KNOWN];
	const struct km_lookup		*l = c->known->lookup;
	struct km_age			 age;
	enum km_err			 err;

	if (!c->known->has_trust)
		return KM_ERR_NO_TRUST;
	if (l == NULL || !e->given)
		return KM_ERR_MISSING;
	if (e->err != KM_OK)
		return e->err;
	if (l->head.size != e->epoch->reg.size || memcmp(l->head.root,
	    e->epoch->reg.root, KM_HASH_LEN) != 0)
		return KM_ERR_MISMATCH;		/* of an older epoch */
	age = epoch_age(c, e->epoch);
	if ((err = km_age_err(&age, c, now)) != KM_OK ||
	    (err = chain_err(c, e)) != KM_OK)
		return err;
	return e->epoch->number < c->policy->epoch_number ?
	    KM_ERR_ROLLBACK : KM_OK;
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
		if (chain_err(c, e) != KM_OK)
			return KM_ERR_FORK;
		if (is_fresh(c, other, now) &&
		    km_epoch_chain(e->epoch->number, e->hash, other->epoch,
		    other->hash) != KM_OK)
			return KM_ERR_FORK;
	}
	return newest->epoch->number < p->epoch_number ?
	    KM_ERR_ROLLBACK : KM_OK;
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
	km_say_remembered(c, r, k, newest);
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
		km_judge_no_memory(c, r, why);
		return;
	}
	k = km_check_set(r, KM_CHECK_EPOCH, why == KM_OK ? KM_PASSED :
	    KM_WARNED, why);
	k->want = 1;
	k->found = e->epoch->number;
	age = epoch_age(c, e->epoch);
	km_judge_age(r, KM_CHECK_EPOCH_AGE, &age, c);
	if (!is_fresh(c, e, r->now)) {
		km_judge_no_memory(c, r, r->check[KM_CHECK_EPOCH_AGE].why);
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

	k = km_check_err(r, id, leads ? KM_OK : KM_ERR_PROOF);
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

/* The badge's own leaf is in the register of the epoch of its paths. */
static int
badge_leaf_leads(const struct km_case *c, const struct km_report *r)
{
	const struct km_badge	*b = c->badge;
	const struct km_epoch	*e = epoch_of_paths(c, r->now);
	uint32_t		 index = r->attestation.shard << 16 |
				    r->attestation.idx;
	uint8_t			 leaf[KM_HASH_LEN];

	if (e == NULL || !b->has_register)
		return 0;
	register_leaf(leaf, b, index);
	return path_leads(&e->reg, leaf, index, b->register_path,
	    b->n_register_path);
}

void
km_judge_paths(const struct km_case *c, struct km_report *r)
{
	const struct km_badge	*b = c->badge;
	const struct km_epoch	*e = epoch_of_paths(c, r->now);
	uint32_t		 shard = r->attestation.shard;
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
	if (b->has_register)
		set_path(r, KM_CHECK_REGISTER_PROOF, badge_leaf_leads(c, r),
		    &e->reg, shard << 16 | r->attestation.idx);
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

/* Where a status may come from, as of when, and how long that is good. */
struct source {
	struct km_age	 age;
	int		 value;		/* -1: beyond the list */
	int64_t		 size;		/* of the list, entries */
};

static struct source
list_source(const struct km_case *c, const struct km_report *r,
    const struct km_list_proof *l)
{
	return (struct source){ list_age(c, l),
	    km_status_get(l->entries, l->bits, r->attestation.idx),
	    (int64_t)(l->entries.len * 8 / l->bits) };
}

/* A status is held to the ages of statuses, the register's too. */
static struct source
register_source(const struct km_case *c)
{
	struct source	s;

	s.age = epoch_age(c, c->epoch[KM_FROM_KNOWN].epoch);
	s.age.warn = km_shorter(HOURS_24, c->policy->status_warn);
	s.age.fail = c->policy->status_fail;
	s.value = (int)c->listed_status;
	s.size = 0;
	return s;
}

static int
is_newer(const struct source *s, const struct source *than)
{
	return s->age.at != than->age.at ? s->age.at > than->age.at :
	    than->value == KM_STATUS_VALID;
}

static void
judge_value(const struct km_case *c, struct km_report *r,
    const struct source *s)
{
	enum km_err	 err = km_age_err(&s->age, c, r->now);
	struct km_check	*k;

	if (s->value < 0)
		k = km_check_err(r, KM_CHECK_STATUS, KM_ERR_INDEX);
	else if (s->value == KM_STATUS_WITHDRAWN)
		k = km_check_err(r, KM_CHECK_STATUS, KM_ERR_WITHDRAWN);
	else if (err != KM_OK) {
		km_check_set(r, KM_CHECK_STATUS, KM_NOT_PERFORMED, err);
		return;
	} else if (s->value == KM_STATUS_VALID)
		k = km_check_err(r, KM_CHECK_STATUS, KM_OK);
	else
		k = km_check_set(r, KM_CHECK_STATUS, KM_FAILED,
		    s->value == KM_STATUS_SUSPENDED ? KM_ERR_SUSPENDED :
		    s->value == KM_STATUS_SUPERSEDED ? KM_ERR_SUPERSEDED :
		    KM_ERR_RESERVED);
	k->want = KM_STATUS_VALID;
	k->want_text = km_bytes_of(km_status_name(KM_STATUS_VALID));
	k->found = s->value;
	if (s->value < 0) {		/* an idx below what it holds */
		k->want = s->size;
		k->want_text = (struct km_bytes){ NULL, 0 };
		k->found = r->attestation.idx;
	} else if (k->why != KM_ERR_RESERVED)
		k->found_text = km_bytes_of(km_status_name(
		    (enum km_status)s->value));
}

static void
withdrawn(struct km_report *r)
{
	struct km_check	*k;

	k = km_check_err(r, KM_CHECK_STATUS, KM_ERR_WITHDRAWN);
	k->want = KM_STATUS_VALID;
	k->want_text = km_bytes_of(km_status_name(KM_STATUS_VALID));
	k->found = KM_STATUS_WITHDRAWN;
	k->found_text = km_bytes_of(km_status_name(KM_STATUS_WITHDRAWN));
}

/* What is final is final, from whichever source. */
static void
judge_withdrawn(const struct km_case *c, struct km_report *r,
    const struct source *source, size_t n)
{
	const struct km_badge	*b = c->badge;
	size_t			 i;

	for (i = 0; i < n; i++)
		if (source[i].value == KM_STATUS_WITHDRAWN)
			withdrawn(r);
	if (b->has_register && b->register_status == KM_STATUS_WITHDRAWN &&
	    badge_leaf_leads(c, r))
		withdrawn(r);
}

/* What became of the lists; without one a listed leaf answers. */
static void
judge_list(const struct km_case *c, struct km_report *r, int given,
    int listed)
{
	const struct km_list_proof	*known = &c->list[KM_FROM_KNOWN];
	const struct km_list_proof	*badge = &c->list[KM_FROM_BADGE];
	struct km_check			*k;
	enum km_err			 why;

	why = why_not(badge->given, badge->err, known->given, known->err);
	if (given || (listed && why != KM_OK))
		k = km_check_set(r, KM_CHECK_STATUS_LIST, why == KM_OK ?
		    KM_PASSED : KM_WARNED, why);
	else
		k = km_check_set(r, KM_CHECK_STATUS_LIST, listed ?
		    KM_NOT_PERFORMED : KM_FAILED, why == KM_OK ?
		    KM_ERR_MISSING : why);
	k->want_text = r->attestation.status_uri;
	if (given)
		k->found_text = r->attestation.status_uri;
}

void
km_judge_status(const struct km_case *c, struct km_report *r)
{
	int			 listed = c->listing == KM_LISTING_SAME;
	const struct source	*s = NULL;
	struct source		 source[KM_SOURCES + 1];
	size_t			 i, n = 0;

	for (i = 0; i < KM_SOURCES; i++)
		if (c->list[i].given && c->list[i].err == KM_OK)
			source[n++] = list_source(c, r, &c->list[i]);
	judge_list(c, r, n > 0, listed);
	if (listed)
		source[n++] = register_source(c);
	for (i = 0; i < n; i++)
		if (s == NULL || is_newer(&source[i], s))
			s = &source[i];
	if (s != NULL) {
		km_judge_age(r, KM_CHECK_STATUS_AGE, &s->age, c);
		judge_value(c, r, s);
		r->status_iat = s->age.at;
		r->status_exp = s->age.end;
	} else {
		km_check_set(r, KM_CHECK_STATUS_AGE, KM_NOT_PERFORMED,
		    KM_ERR_MISSING);
		km_check_set(r, KM_CHECK_STATUS, KM_NOT_PERFORMED,
		    KM_ERR_MISSING);
	}
	judge_withdrawn(c, r, source, n);
}
