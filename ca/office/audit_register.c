/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Audit: the register in the store against what the log leads to, and the
 * roots of its runs, now and at the newest epoch. What came after that epoch
 * is taken off each leaf's history to get there.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"

#include "audit_state.h"

struct walk {
	struct audit		*a;
	uint64_t		 next;		/* idx expected */
	struct km_frontier	 now, then;	/* of the run at hand */
	struct buf		 leaf;
};

/* A run is full, or the register has ended. */
static void
run_end(struct walk *w)
{
	uint64_t	run;

	if (w->now.size > 0) {
		run = (w->next - 1) / KM_RUN_LEAVES;
		km_frontier_root(w->a->root_now[run], &w->now);
		km_frontier_root(w->a->root_then[run], &w->then);
	}
	km_frontier_begin(&w->now);
	km_frontier_begin(&w->then);
}

static void
leaf_check(struct walk *w, uint64_t idx, const struct km_register_leaf *leaf)
{
	const struct audit_slot	*slot = &w->a->slot[idx];

	if (leaf->index != idx)
		audit_bad(w->a, "store attestation %" PRIu64 ": expected its"
		    " own idx in its leaf, found %" PRIu32, idx,
		    leaf->index);
	if (leaf->status != slot->status)
		audit_bad(w->a, "store attestation %" PRIu64 ": expected"
		    " status %d in its leaf, as the log leads to, found %d",
		    idx, (int)slot->status, (int)leaf->status);
	if (leaf->n != slot->n)
		audit_bad(w->a, "store attestation %" PRIu64 ": expected"
		    " %" PRIu32 " events in its leaf, as the log leads to,"
		    " found %zu", idx, slot->n, leaf->n);
}

/* As it was at the epoch, which had fewer events. */
static void
then_add(struct walk *w, uint64_t idx, struct km_register_leaf *leaf)
{
	const struct audit_slot	*slot = &w->a->slot[idx];
	uint8_t			 hash[KM_HASH_LEN];

	if (idx >= w->a->epoch.reg.size)
		return;
	leaf->status = slot->then;
	if (slot->n_then < leaf->n)
		leaf->n = slot->n_then;
	buf_reset(&w->leaf);
	encode_register_leaf(&w->leaf, leaf);
	km_leaf_hash(hash, (struct km_bytes){ w->leaf.p, w->leaf.len });
	km_frontier_add(&w->then, hash);
}

/* store_leaf_fn */
static int
leaf_walk(void *arg, uint64_t idx, struct km_bytes bytes)
{
	struct walk			*w = arg;
	struct km_register_leaf		 leaf;
	enum km_err			 err;
	uint8_t				 hash[KM_HASH_LEN];

	if (idx != w->next || idx >= w->a->n_slots) {
		audit_bad(w->a, "store: expected attestation %" PRIu64
		    " of %" PRIu64 " next, found %" PRIu64, w->next,
		    w->a->n_slots, idx);
		return 1;
	}
	w->next++;
	audit_progress(w->a, "register", idx, w->a->n_slots);
	km_leaf_hash(hash, bytes);
	km_frontier_add(&w->now, hash);
	err = km_register_leaf_decode(&leaf, bytes.p, bytes.len);
	if (err == KM_OK) {
		leaf_check(w, idx, &leaf);
		then_add(w, idx, &leaf);
	} else {
		audit_bad(w->a, "store attestation %" PRIu64 ": expected a"
		    " register leaf, found: %s", idx, km_err_name(err));
		km_frontier_add(&w->then, hash);
	}
	if (w->next % KM_RUN_LEAVES == 0)
		run_end(w);
	return 0;
}

/* The columns beside the leaf say what the leaf says. */
static int
rows_check(struct audit *a)
{
	struct store_attestation	row;
	const struct audit_slot		*slot;
	struct km_bytes			 mark;
	uint64_t			 idx;
	int				 rc;

	for (idx = 0; idx < a->n_slots; idx++) {
		slot = &a->slot[idx];
		if ((rc = store_attestation(a->store, &row, idx)) == -1)
			return -1;
		if (rc == 1 || slot->mark == NULL)
			continue;	/* told already */
		mark = (struct km_bytes){ (const uint8_t *)slot->mark->key,
		    slot->mark->len };
		if (row.status != slot->status || row.exp != slot->exp ||
		    !km_bytes_equal(row.mark, mark))
			audit_bad(a, "store attestation %" PRIu64 ": expected"
			    " mark %s, status %d, exp %" PRId64 " in its row,"
			    " found %.*s, %d, %" PRId64, idx,
			    slot->mark->key, (int)slot->status, slot->exp,
			    (int)row.mark.len, (const char *)row.mark.p,
			    (int)row.status, row.exp);
	}
	return 0;
}

/* Heads in the store, as the log leads to. */
static int
subject_check(void *arg, const struct store_subject *s)
{
	struct audit			*a = arg;
	const struct audit_subject	*want = audit_subject(a, s->subject);

	if (want == NULL || want->kind != s->kind ||
	    memcmp(want->head, s->head, KM_HASH_LEN) != 0 ||
	    (s->has_in_force && memcmp(want->in_force, s->in_force,
	    KM_HASH_LEN) != 0))
		audit_bad(a, "store subject %.*s: expected the kind and"
		    " decisions that the log leads to, found others",
		    (int)s->subject.len, (const char *)s->subject.p);
	a->n_seen++;
	return 0;
}

/* store_officer_fn */
static int
disabled_check(void *arg, struct km_bytes officer)
{
	struct audit	*a = arg;
	size_t		 i;

	a->n_seen++;
	for (i = 0; i < a->n_disabled; i++)
		if (km_bytes_equal(km_bytes_of(a->disabled[i]), officer))
			return 0;
	audit_bad(a, "store: expected the officers that the log disables,"
	    " found %.*s", (int)officer.len, (const char *)officer.p);
	return 0;
}

static int
subjects_check(struct audit *a)
{
	static const struct km_bytes	from = { NULL, 0 };

	a->n_seen = 0;
	if (store_subjects(a->store, from, (enum store_subject_kind)0, 0,
	    subject_check, a) != 0)
		return -1;
	if (a->n_seen != a->n_subjects)
		audit_bad(a, "store: expected %zu subjects, as the log leads"
		    " to, found %zu", a->n_subjects, a->n_seen);
	a->n_seen = 0;
	if (store_disabled(a->store, disabled_check, a) != 0)
		return -1;
	if (a->n_seen < a->n_disabled)
		audit_bad(a, "store: expected %zu officers to be disabled, as"
		    " the log leads to, found %zu", a->n_disabled, a->n_seen);
	return 0;
}

int
audit_register(struct audit *a)
{
	struct walk		w;
	struct km_tree_head	head;
	uint64_t		bad = a->bad;
	size_t			runs = (size_t)run_count(a->n_slots);
	char			text[AUDIT_HEAD_MAX];
	int			rc;

	a->root_now = calloc(runs + 1, KM_HASH_LEN);
	a->root_then = calloc(runs + 1, KM_HASH_LEN);
	if (a->root_now == NULL || a->root_then == NULL) {
		log_warnx("audit: no memory for the register");
		return -1;
	}
	memset(&w, 0, sizeof(w));
	w.a = a;
	buf_init(&w.leaf, RUN_LEAF_MAX);
	run_end(&w);
	rc = store_leaves(a->store, 0, 0, leaf_walk, &w);
	run_end(&w);
	buf_free(&w.leaf);
	if (rc == -1 || rows_check(a) == -1 || subjects_check(a) == -1)
		return -1;
	if (w.next < a->n_slots && rc == 0)
		audit_bad(a, "store: expected %" PRIu64 " attestations, as the"
		    " log leads to, found %" PRIu64, a->n_slots, w.next);
	head.size = a->n_slots;
	run_root_of(head.root, a->root_now[0], runs);
	audit_part(a, bad, "register: %s, %zu subjects",
	    audit_head(text, &head), a->n_subjects);
	return 0;
}
