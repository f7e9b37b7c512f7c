/* SPDX-License-Identifier: EUPL-1.2 */
/* Build: attestations, register leaves and log leaves; see build.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ca/record/encode.h"

#include "build.h"

enum {
	LEAF_MAX = KM_ATTESTATION_MAX + KM_EVENTS_MAX * 24 + 32,
	LEAVES_MAX = STATE_MARK_SLOTS_MAX * LEAF_MAX,
	LOG_LEAF_MAX = 128,
	ACT_MAX = OFFICERS_MAX + APPROVALS_MAX * (APPROVAL_MAX + 3) + 16,
	PAYLOAD_MAX = 65536,		/* a list of 2^16 entries and more */
	HEADER_MAX = 1024
};

static struct km_bytes
held(const struct buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

void
made_init(struct made *m)
{
	memset(m, 0, sizeof(*m));
	buf_init(&m->log_leaf, LOG_LEAF_MAX);
	buf_init(&m->leaves, LEAVES_MAX);
}

void
made_free(struct made *m)
{
	buf_free(&m->log_leaf);
	buf_free(&m->leaves);
}

static void
made_reset(struct made *m)
{
	buf_reset(&m->log_leaf);
	buf_reset(&m->leaves);
	m->n = 0;
}

size_t
build_list_uri(char out[BUILD_URI_MAX], const struct state *st,
    uint64_t shard)
{
	return (size_t)snprintf(out, BUILD_URI_MAX, "%s/status/%" PRIu64,
	    st->authority, shard);
}

int
build_sign1(struct buf *out, struct keys *keys, const struct state *st,
    enum km_purpose purpose, int64_t now, struct km_bytes sub,
    const char *typ, struct km_bytes payload)
{
	const struct km_key	*key;
	struct km_bytes		 part[2];
	struct buf		 header;
	uint8_t			 tbs[KM_TBS_MAX], sig[KM_SIG_LEN];
	int			 rc = -1;

	if ((key = keys_choose(keys, &st->trust, purpose, now)) == NULL)
		return -1;
	buf_init(&header, HEADER_MAX);
	encode_protected(&header, key->alg, key->kid,
	    km_bytes_of(st->authority), sub, typ);
	part[0].p = tbs;
	part[0].len = header.failed != 0 ? 0 : km_tbs(tbs, held(&header),
	    NULL, payload.len);
	part[1] = payload;
	if (part[0].len > 0 && keys_sign(keys, sig, key->kid, part) == 0) {
		encode_sign1(out, held(&header), payload, sig);
		rc = out->failed == 0 ? 0 : -1;
	}
	buf_free(&header);
	return rc;
}

static enum refusal
log_leaf(struct made *m, const struct check *ck, enum decision_kind kind,
    const uint8_t *object)
{
	struct km_bytes	bytes;
	struct buf	act;
	uint8_t		hash[KM_HASH_LEN];

	buf_init(&act, ACT_MAX);
	encode_act(&act, ck->ask.bytes, ck->ask.approval,
	    ck->ask.n_approvals);
	bytes = held(&act);
	km_sha256(hash, &bytes, 1);
	encode_log_leaf(&m->log_leaf, kind, hash, object);
	if (act.failed != 0 || m->log_leaf.failed != 0) {
		buf_free(&act);
		return REFUSAL_LIMIT;
	}
	buf_free(&act);
	return REFUSAL_NONE;
}

static enum refusal
made_leaf(struct made *m, const struct km_register_leaf *leaf)
{
	size_t	at = m->leaves.len;

	encode_register_leaf(&m->leaves, leaf);
	if (m->leaves.failed != 0 || m->n == STATE_MARK_SLOTS_MAX)
		return REFUSAL_LIMIT;
	m->leaf[m->n].index = leaf->index;
	m->leaf[m->n].at = at;
	m->leaf[m->n++].len = m->leaves.len - at;
	return REFUSAL_NONE;
}

/* Signed, verified, read again: what leaves is what was meant. */
static enum refusal
attestation_sign(struct buf *out, struct check *ck,
    const struct km_attestation *a)
{
	struct km_attestation	again;
	struct km_sign1		sign1;
	struct buf		payload;
	int			good;

	buf_init(&payload, KM_ATTESTATION_MAX);
	encode_attestation(&payload, a);
	if (payload.failed != 0) {
		buf_free(&payload);
		return REFUSAL_LIMIT;
	}
	good = build_sign1(out, ck->keys, ck->st, KM_PURPOSE_ATTEST, ck->now,
	    a->sub, KM_TYP_ATTESTATION, held(&payload)) == 0;
	buf_free(&payload);
	if (out->failed != 0)
		return REFUSAL_LIMIT;
	if (!good) {
		ck->who = km_bytes_of("the signer has no key for attest now");
		return REFUSAL_TRUST;
	}
	if (km_attestation_decode(&again, &sign1, out->p, out->len) != KM_OK ||
	    !km_bytes_equal(again.number, a->number) ||
	    !km_bytes_equal(again.sub, a->sub) || again.idx != a->idx ||
	    again.shard != a->shard || again.exp != a->exp)
		return REFUSAL_MALFORMED;
	return REFUSAL_NONE;
}

static enum refusal
attestation_make(struct buf *out, struct check *ck, uint64_t index)
{
	const struct decision	*assessment;
	struct km_attestation	 a;
	uint8_t			 cti[KM_CTI_LEN];
	char			 number[KM_NUMBER_LEN + 1];
	char			 text[BUILD_URI_MAX];
	struct km_bytes		 uri;

	if (state_next_number(ck->st, ck->now, number) == -1) {
		ck->who = km_bytes_of("mark numbers of this year");
		return REFUSAL_LIMIT;
	}
	uri.p = (const uint8_t *)text;
	uri.len = build_list_uri(text, ck->st, index >> STATE_SHARD_BITS);
	assessment = rules_main_assessment(ck->facts.rested,
	    ck->facts.n_rested)->decision;
	encode_cti(cti, ck->d.id);
	attestation_build(&a, &ck->d, rules_provider(ck->facts.rested,
	    ck->facts.n_rested)->decision, assessment,
	    ck->facts.body(ck->facts.arg, assessment->u.assessment.body),
	    km_bytes_of(number), index, uri, cti, ck->now);
	return attestation_sign(out, ck, &a);
}

static enum refusal
build_grant(struct made *m, struct check *ck)
{
	struct km_register_leaf	leaf;
	struct buf		attestation;
	struct km_bytes		bytes;
	enum refusal		r;
	uint64_t		index = state_slots(ck->st);
	uint8_t			hash[KM_HASH_LEN];

	buf_init(&attestation, KM_ATTESTATION_MAX);
	if ((r = attestation_make(&attestation, ck, index)) != REFUSAL_NONE)
		goto out;
	memset(&leaf, 0, sizeof(leaf));
	leaf.index = (uint32_t)index;
	leaf.attestation = bytes = held(&attestation);
	leaf.status = KM_STATUS_VALID;
	leaf.n = 1;
	leaf.event[0].at = ck->now;
	leaf.event[0].kind = KM_EVENT_GRANT;
	km_sha256(hash, &bytes, 1);
	if ((r = made_leaf(m, &leaf)) == REFUSAL_NONE)
		r = log_leaf(m, ck, ck->d.kind, hash);
out:
	buf_free(&attestation);
	return r;
}

/* To what, under which name, and how many events there may be by then. */
struct turn {
	enum km_status		 to;
	enum km_event_kind	 kind;
	size_t			 max;
};

/* Room in the history stays for a lift, and for the withdrawal after it. */
static struct turn
turn_of(enum decision_kind kind)
{
	if (kind == DECISION_SUSPEND)
		return (struct turn){ KM_STATUS_SUSPENDED, KM_EVENT_SUSPEND,
		    KM_EVENTS_MAX - 2 };
	if (kind == DECISION_LIFT)
		return (struct turn){ KM_STATUS_VALID, KM_EVENT_LIFT,
		    KM_EVENTS_MAX - 1 };
	return (struct turn){ KM_STATUS_WITHDRAWN, KM_EVENT_WITHDRAW,
	    KM_EVENTS_MAX };
}

/* All unexpired attestations of the mark that can go there, go there. */
static enum refusal
build_status(struct made *m, struct check *ck)
{
	struct km_register_leaf	leaf;
	struct turn		turn = turn_of(ck->d.kind);
	enum refusal		r;
	size_t			i;

	for (i = 0; i < ck->n_slots; i++) {
		if (km_register_leaf_decode(&leaf, ck->ask.leaf[i].p,
		    ck->ask.leaf[i].len) != KM_OK ||
		    leaf.index != ck->slot[i] ||
		    leaf.status != ck->st->slot[ck->slot[i]].status)
			return REFUSAL_LEAF;
		if (!rules_transition(leaf.status, turn.to))
			continue;
		if (leaf.n >= turn.max) {
			ck->who = km_bytes_of("events of one attestation");
			return REFUSAL_LIMIT;
		}
		leaf.status = turn.to;
		leaf.event[leaf.n].at = ck->now;
		leaf.event[leaf.n].kind = turn.kind;
		leaf.event[leaf.n++].reason = ck->d.kind == DECISION_LIFT ?
		    0 : ck->d.u.act.reason;
		if ((r = made_leaf(m, &leaf)) != REFUSAL_NONE)
			return r;
	}
	return m->n > 0 ? log_leaf(m, ck, ck->d.kind, NULL) : REFUSAL_STATUS;
}

enum refusal
build_decision(struct made *m, struct check *ck)
{
	made_reset(m);
	if (ck->d.kind == DECISION_GRANT)
		return build_grant(m, ck);
	if (ck->d.kind == DECISION_SUSPEND || ck->d.kind == DECISION_LIFT ||
	    ck->d.kind == DECISION_WITHDRAW)
		return build_status(m, ck);
	return log_leaf(m, ck, ck->d.kind, ck->d.kind == DECISION_SCHEME ?
	    ck->d.u.scheme.hash.p : NULL);
}

enum refusal
build_list(struct made *m, struct check *ck, enum decision_kind kind)
{
	uint8_t	hash[KM_HASH_LEN];

	made_reset(m);
	km_sha256(hash, &ck->ask.bytes, 1);
	return log_leaf(m, ck, kind, hash);
}
