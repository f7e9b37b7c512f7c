/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Audit: the leaves of the log and their tree (RFC 9162 section 2.1), and
 * each leaf against the act that it stands for.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/encode.h"

#include "audit_state.h"

enum { ACT_MAX = OFFICERS_MAX + APPROVALS_MAX * (APPROVAL_MAX + 3) + 16,
    LEAF_MAX = 128 };

struct walk {
	struct audit	*a;
	uint64_t	 next;		/* index expected */
	uint64_t	 batch;		/* of the act before */
	uint64_t	 grants;
	struct buf	 act, leaf, bytes;
};

int
audit_approvals(struct km_bytes a[APPROVALS_MAX], struct km_bytes approvals)
{
	struct km_cbor	d;
	size_t		i, n;

	km_cbor_begin(&d, approvals.p, approvals.len);
	n = km_cbor_array(&d, 0, APPROVALS_MAX);
	for (i = 0; i < n && d.err == KM_OK; i++)
		a[i] = km_cbor_bytes(&d, 1, APPROVAL_MAX);
	return km_cbor_end(&d) == KM_OK ? (int)n : -1;
}

int
audit_leaf(struct audit *a, uint64_t idx, struct km_register_leaf *leaf,
    struct buf *bytes)
{
	struct store_attestation	row;
	enum km_err			err;
	int				rc;

	if ((rc = store_attestation(a->store, &row, idx)) == -1)
		return -1;
	buf_reset(bytes);
	if (rc == 0 && buf_add(bytes, row.leaf.p, row.leaf.len) == -1) {
		log_warnx("audit: no memory for a register leaf");
		return -1;
	}
	err = rc == 1 ? KM_ERR_MISSING :
	    km_register_leaf_decode(leaf, bytes->p, bytes->len);
	if (err == KM_OK)
		return 0;
	audit_bad(a, "store attestation %" PRIu64 ": expected a register"
	    " leaf, found: %s", idx, km_err_name(err));
	memset(leaf, 0, sizeof(*leaf));
	return 0;
}

/*
 * What the leaf says was made: the attestation, which stands in the register
 * at the next idx; the list; the scheme. NULL: nothing.
 */
static const uint8_t *
object_of(struct walk *w, const struct store_act *act,
    uint8_t hash[KM_HASH_LEN])
{
	struct km_register_leaf	leaf;
	struct decision		d;
	struct km_bytes		bytes = act->decision;

	if (act->kind == DECISION_TRUST || act->kind == DECISION_OFFICERS) {
		km_sha256(hash, &bytes, 1);
		return hash;
	}
	if (act->kind == DECISION_SCHEME) {
		if (decision_decode(&d, act->decision.p,
		    act->decision.len) != KM_OK || d.kind != act->kind)
			return NULL;
		memcpy(hash, d.u.scheme.hash.p, KM_HASH_LEN);
		return hash;
	}
	if (act->kind != DECISION_GRANT ||
	    audit_leaf(w->a, w->grants++, &leaf, &w->bytes) == -1)
		return NULL;
	km_sha256(hash, &leaf.attestation, 1);
	return hash;
}

/* The leaf follows from the act, or the act is not the one signed for. */
static void
leaf_check(struct walk *w, const struct store_act *act)
{
	struct km_bytes	approval[APPROVALS_MAX], bytes;
	const uint8_t	*object;
	uint8_t		 hash[KM_HASH_LEN], made[KM_HASH_LEN];
	int		 n;

	object = object_of(w, act, made);
	if ((n = audit_approvals(approval, act->approvals)) == -1) {
		audit_bad(w->a, "store act %" PRIu64 ": expected approvals,"
		    " found what is no list of them", act->index);
		return;
	}
	buf_reset(&w->act);
	encode_act(&w->act, act->decision, approval, (size_t)n);
	bytes = (struct km_bytes){ w->act.p, w->act.len };
	km_sha256(hash, &bytes, 1);
	buf_reset(&w->leaf);
	encode_log_leaf(&w->leaf, act->kind, hash, object);
	bytes = (struct km_bytes){ w->leaf.p, w->leaf.len };
	if (w->act.failed != 0 || w->leaf.failed != 0 ||
	    !km_bytes_equal(bytes, act->leaf))
		audit_bad(w->a, "store act %" PRIu64 ": expected the log leaf"
		    " of its decision and approvals, found another",
		    act->index);
}

/* store_act_fn */
static int
act_walk(void *arg, const struct store_act *act)
{
	struct walk	*w = arg;
	struct km_bytes	 bytes = act->decision;
	uint8_t		 hash[KM_HASH_LEN];

	if (act->index != w->next)
		audit_bad(w->a, "store: expected act %" PRIu64 " next, found"
		    " %" PRIu64, w->next, act->index);
	w->next = act->index + 1;
	km_sha256(hash, &bytes, 1);
	if (memcmp(hash, act->id, KM_HASH_LEN) != 0)
		audit_bad(w->a, "store act %" PRIu64 ": expected the SHA-256"
		    " of its bytes as id, found another", act->index);
	if (act->batch < w->batch || act->batch > w->a->meta.batch)
		audit_bad(w->a, "store act %" PRIu64 ": expected batch"
		    " %" PRIu64 " to %" PRIu64 ", found %" PRIu64,
		    act->index, w->batch, w->a->meta.batch, act->batch);
	w->batch = act->batch;
	leaf_check(w, act);
	km_leaf_hash(hash, act->leaf);
	audit_progress(w->a, "log", act->index, w->a->meta.log_size);
	if (merkle_append(w->a->log, hash) == 0)
		return 0;
	log_warnx("audit: no memory for the log");
	return -1;
}

int
audit_log(struct audit *a)
{
	struct km_tree_head	 head;
	struct walk		 w;
	uint64_t		 bad = a->bad;
	char			 text[AUDIT_HEAD_MAX];
	int			 rc;

	memset(&w, 0, sizeof(w));
	w.a = a;
	buf_init(&w.act, ACT_MAX);
	buf_init(&w.leaf, LEAF_MAX);
	buf_init(&w.bytes, RUN_LEAF_MAX);
	rc = store_acts(a->store, 0, 0, act_walk, &w);
	buf_free(&w.act);
	buf_free(&w.leaf);
	buf_free(&w.bytes);
	if (rc != 0)
		return -1;
	head.size = merkle_size(a->log);
	merkle_root(head.root, a->log);
	audit_part(a, bad, "log: %s", audit_head(text, &head));
	return 0;
}
