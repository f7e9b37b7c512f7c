/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The hostile office, further: marks that come back or go without people,
 * lists and schemes of its own, messages and frames that are none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/record/encode.h"
#include "tests/lib/siege.h"

#define ATTACK(name)	static void name(struct attempt *t)
#define ROW(want, name)	{ #name, want, name }

static void
turn(struct attempt *t, enum decision_kind kind, size_t mark,
    const char *const *ids)
{
	desk_draft_mark(t->d, &t->draft, kind, mark);
	desk_sign(t->d, &t->act, &t->draft.d, ids);
	desk_leaf(t->d, &t->act, mark);
}
#define BY(...)		(const char *const []){ __VA_ARGS__, NULL }

/* Marks. */

ATTACK(un_withdrawn) { turn(t, DECISION_LIFT, 2, siege_people); }
ATTACK(suspended_though_withdrawn)
{
	turn(t, DECISION_SUSPEND, SIEGE_WITHDRAWN, BY("decider-1"));
}
ATTACK(withdrawn_again)
{
	turn(t, DECISION_WITHDRAW, SIEGE_WITHDRAWN, siege_people);
}
ATTACK(lifted_by_one)
{
	turn(t, DECISION_LIFT, SIEGE_SUSPENDED, BY("registrar"));
}
ATTACK(lifted_by_two)
{
	turn(t, DECISION_LIFT, SIEGE_SUSPENDED, BY("registrar", "decider-1"));
}
ATTACK(lifted_by_who_suspended)
{
	desk_draft_mark(t->d, &t->draft, DECISION_LIFT, SIEGE_SUSPENDED);
	t->draft.d.proposer = km_bytes_of("decider-1");
	desk_sign(t->d, &t->act, &t->draft.d, BY("decider-1", "reviewer"));
	desk_leaf(t->d, &t->act, SIEGE_SUSPENDED);
}
ATTACK(lifted_though_valid)
{
	turn(t, DECISION_LIFT, SIEGE_VALID, siege_people);
}
ATTACK(lifted_on_a_stale_head)
{
	desk_draft_mark(t->d, &t->draft, DECISION_LIFT, SIEGE_SUSPENDED);
	papers_head(&t->draft, t->d->mark[SIEGE_VALID].head);
	desk_sign(t->d, &t->act, &t->draft.d, siege_people);
	desk_leaf(t->d, &t->act, SIEGE_SUSPENDED);
}
ATTACK(withdrawn_by_one)
{
	turn(t, DECISION_WITHDRAW, SIEGE_VALID, BY("registrar"));
}
ATTACK(suspended_by_registrar)
{
	desk_draft_mark(t->d, &t->draft, DECISION_SUSPEND, SIEGE_VALID);
	t->draft.d.proposer = km_bytes_of("registrar");
	desk_sign(t->d, &t->act, &t->draft.d, BY("registrar"));
	desk_leaf(t->d, &t->act, SIEGE_VALID);
}
ATTACK(suspended_for_ever)
{
	desk_draft_mark(t->d, &t->draft, DECISION_SUSPEND, SIEGE_VALID);
	t->draft.d.u.act.until = SAMPLE_NOW + 91 * SAMPLE_DAY;
	desk_sign(t->d, &t->act, &t->draft.d, BY("decider-1"));
	desk_leaf(t->d, &t->act, SIEGE_VALID);
}
ATTACK(mark_unknown)
{
	desk_draft_mark(t->d, &t->draft, DECISION_SUSPEND, SIEGE_VALID);
	t->draft.d.subject = km_bytes_of(PAPERS_MARK);
	desk_sign(t->d, &t->act, &t->draft.d, BY("decider-1"));
	desk_leaf(t->d, &t->act, SIEGE_VALID);
}

/* Register leaves: of another, other than made, too few, too many. */

static void
suspend_valid(struct attempt *t)
{
	desk_draft_mark(t->d, &t->draft, DECISION_SUSPEND, SIEGE_VALID);
	desk_sign(t->d, &t->act, &t->draft.d, BY("decider-1"));
}
ATTACK(leaf_missing) { suspend_valid(t); }
ATTACK(leaf_foreign)
{
	suspend_valid(t);
	desk_leaf(t->d, &t->act, SIEGE_SUSPENDED);
}
ATTACK(leaf_one_more)
{
	suspend_valid(t);
	desk_leaf(t->d, &t->act, SIEGE_VALID);
	desk_leaf(t->d, &t->act, SIEGE_SUSPENDED);
}
ATTACK(leaf_altered)
{
	suspend_valid(t);
	desk_leaf(t->d, &t->act, SIEGE_VALID);
	sample_raw(&t->bytes, t->act.leaf[0].p, t->act.leaf[0].len);
	t->bytes.p[t->bytes.len - 3] ^= 1;
	t->act.leaf[0].p = t->bytes.p;
}
static void
leaf_read(struct attempt *t, struct km_register_leaf *leaf)
{
	if (km_register_leaf_decode(leaf, t->act.leaf[0].p,
	    t->act.leaf[0].len) != KM_OK)
		abort();
}
static void
leaf_write(struct attempt *t, const struct km_register_leaf *leaf)
{
	struct buf	b;

	buf_init(&b, 4096);
	encode_register_leaf(&b, leaf);
	sample_raw(&t->bytes, b.p, b.len);
	buf_free(&b);
	t->act.leaf[0] = (struct km_bytes){ t->bytes.p, t->bytes.len };
}
/* As it was before it was suspended: history would grow lighter. */
ATTACK(leaf_of_before)
{
	struct km_register_leaf	leaf;

	turn(t, DECISION_LIFT, SIEGE_SUSPENDED, siege_people);
	leaf_read(t, &leaf);
	leaf.status = KM_STATUS_VALID;
	leaf.n--;
	leaf_write(t, &leaf);
}
/* All of these are whole, of the right slot and in the right status. */
ATTACK(leaf_of_another_past)
{
	struct km_register_leaf	leaf;

	turn(t, DECISION_LIFT, SIEGE_SUSPENDED, siege_people);
	leaf_read(t, &leaf);
	leaf.event[0].at--;
	leaf_write(t, &leaf);
}
ATTACK(leaf_of_another_reason)
{
	struct km_register_leaf	leaf;

	turn(t, DECISION_LIFT, SIEGE_SUSPENDED, siege_people);
	leaf_read(t, &leaf);
	leaf.event[leaf.n - 1].reason = leaf.event[leaf.n - 1].reason % 7 + 1;
	leaf_write(t, &leaf);
}
ATTACK(leaf_of_another_attestation)
{
	struct km_register_leaf	leaf, other;

	suspend_valid(t);
	desk_leaf(t->d, &t->act, SIEGE_SUSPENDED);
	leaf_read(t, &other);
	t->act.n_leaves = 0;
	desk_leaf(t->d, &t->act, SIEGE_VALID);
	leaf_read(t, &leaf);
	leaf.attestation = other.attestation;
	leaf_write(t, &leaf);
}

/* Providers, bodies, assessments, officers. */

static void
add(struct attempt *t, enum decision_kind kind, const char *subject)
{
	papers_draft(&t->draft, &t->d->papers, kind);
	t->draft.d.subject = km_bytes_of(subject);
	if (kind == DECISION_PROVIDER_ADD)
		t->draft.d.u.provider.kvk = km_bytes_of(subject + 6);
	desk_sign(t->d, &t->act, &t->draft.d, desk_two);
}
ATTACK(provider_again)
{
	add(t, DECISION_PROVIDER_ADD, t->d->holder[0].sub);
}
ATTACK(body_again) { add(t, DECISION_BODY_ADD, PAPERS_BODY); }
ATTACK(body_named_as_mark)
{
	add(t, DECISION_BODY_ADD, t->d->mark[0].number);
}
ATTACK(body_named_as_holder)
{
	add(t, DECISION_BODY_ADD, t->d->holder[0].sub);
}
ATTACK(provider_by_registrar_alone)
{
	papers_draft(&t->draft, &t->d->papers, DECISION_PROVIDER_ADD);
	desk_sign(t->d, &t->act, &t->draft.d, BY("registrar"));
}
ATTACK(provider_with_a_leaf)
{
	add(t, DECISION_PROVIDER_ADD, PAPERS_HOLDER);
	desk_leaf(t->d, &t->act, SIEGE_VALID);
}
ATTACK(provider_with_json)
{
	add(t, DECISION_PROVIDER_ADD, PAPERS_HOLDER);
	t->act.json = km_bytes_of("{}");
}
ATTACK(provider_rests_on_something)
{
	add(t, DECISION_PROVIDER_ADD, PAPERS_HOLDER);
	desk_rest_provider(t->d, &t->act, 0);
}
ATTACK(assessed_by_registrar)
{
	desk_draft_assessment(t->d, &t->draft, 0);
	t->draft.d.proposer = km_bytes_of("registrar");
	desk_sign(t->d, &t->act, &t->draft.d, BY("registrar"));
}
ATTACK(assessed_for_another_body)
{
	desk_draft_assessment(t->d, &t->draft, 0);
	t->draft.d.u.assessment.body = km_bytes_of("C 998");
	desk_sign(t->d, &t->act, &t->draft.d, BY("assessor"));
}
ATTACK(assessed_tomorrow)
{
	desk_draft_assessment(t->d, &t->draft, 0);
	t->draft.d.u.assessment.day += 6;
	desk_sign(t->d, &t->act, &t->draft.d, BY("assessor"));
}
ATTACK(disabled_by_registrar)
{
	papers_draft(&t->draft, &t->d->papers, DECISION_DISABLE);
	t->draft.d.proposer = km_bytes_of("registrar");
	t->draft.d.u.person = km_bytes_of("reviewer");
	desk_sign(t->d, &t->act, &t->draft.d, BY("registrar"));
}
ATTACK(disabled_stranger)
{
	papers_draft(&t->draft, &t->d->papers, DECISION_DISABLE);
	t->draft.d.u.person = km_bytes_of("nobody");
	desk_sign(t->d, &t->act, &t->draft.d, BY("decider-1"));
}

/* Kinds of another day. */

static void
of_kind(struct attempt *t, enum decision_kind kind, const char *const *ids)
{
	papers_draft(&t->draft, &t->d->papers, kind);
	if (kind == DECISION_VOID || kind == DECISION_RENEW)
		t->draft.d.subject = km_bytes_of(t->d->mark[0].number);
	desk_sign(t->d, &t->act, &t->draft.d, ids);
}
ATTACK(kind_halt) { of_kind(t, DECISION_HALT, BY("decider-1")); }
ATTACK(kind_resume)
{
	of_kind(t, DECISION_RESUME, BY("decider-1", "decider-2"));
}
ATTACK(kind_void) { of_kind(t, DECISION_VOID, siege_people); }
ATTACK(kind_renew) { of_kind(t, DECISION_RENEW, siege_people); }
ATTACK(kind_application) { of_kind(t, DECISION_APPLICATION, BY("registrar")); }
ATTACK(kind_forget) { of_kind(t, DECISION_FORGET, desk_two); }

/* Lists and schemes. */

static void
list(struct attempt *t)
{
	t->act.list = (struct km_bytes){ t->bytes.p, t->bytes.len };
}
static void
officers(struct attempt *t, uint32_t version, size_t signers, int stranger)
{
	const struct papers_person	*who[2];
	struct officers			 os = t->d->papers.officers;

	os.version = version;
	who[0] = stranger ? papers_person(&t->d->papers, "decider-1") :
	    &t->d->papers.manager[0];
	who[1] = &t->d->papers.manager[1];
	papers_officers_write(&t->bytes, &os, who, signers);
	list(t);
}
ATTACK(officers_by_one_manager) { officers(t, 2, 1, 0); }
ATTACK(officers_unsigned) { officers(t, 2, 0, 0); }
ATTACK(officers_by_an_officer) { officers(t, 2, 2, 1); }
ATTACK(officers_too_new) { officers(t, 3, 2, 0); }
ATTACK(officers_altered)
{
	officers(t, 2, 2, 0);
	t->bytes.p[t->bytes.len / 2] ^= 1;
}
ATTACK(officers_with_approvals)
{
	papers_draft(&t->draft, &t->d->papers, DECISION_PROVIDER_ADD);
	desk_sign(t->d, &t->act, &t->draft.d, desk_two);
	officers(t, 2, 2, 0);
}
static void
trust(struct attempt *t, size_t signers, uint32_t version)
{
	struct sample_trust	s;
	struct papers		*p = &t->d->papers;
	size_t			 i;

	sample_trust(&s);
	s.version = version;
	memcpy(s.first, p->first, KM_HASH_LEN);
	for (i = 0; i < PAPERS_ROOTS; i++)
		sample_trust_root(&s, &p->root[i].key, i < signers);
	for (i = 0; i < PAPERS_MANAGERS; i++)
		sample_trust_key(&s, &p->manager[i].key, KM_PURPOSE_OFFICERS);
	sample_trust_key(&s, &p->attest, KM_PURPOSE_ATTEST);
	sample_trust_key(&s, &p->publish, KM_PURPOSE_PUBLISH);
	sample_trust_write(&t->bytes, &s);
	list(t);
}
ATTACK(trust_by_one_root) { trust(t, 1, 2); }
ATTACK(trust_too_new) { trust(t, 2, 3); }
ATTACK(trust_altered) { trust(t, 2, 2); t->bytes.p[t->bytes.len - 40] ^= 1; }

static void
scheme(struct attempt *t, const char *const *ids)
{
	papers_draft(&t->draft, &t->d->papers, DECISION_SCHEME);
	t->draft.d.proposer = km_bytes_of(ids[0]);
	papers_head(&t->draft, t->d->scheme_id);
	t->draft.d.u.scheme.version = 2;
	sample_hash(t->draft.hash, t->d->json.p, t->d->json.len);
	desk_sign(t->d, &t->act, &t->draft.d, ids);
	t->act.json = (struct km_bytes){ t->d->json.p, t->d->json.len };
}
ATTACK(scheme_by_registrar) { scheme(t, desk_two); }
ATTACK(scheme_by_one_root)
{
	scheme(t, BY(t->d->papers.root[0].id));
}
ATTACK(scheme_that_says_another)	/* version 1 in it, 2 decided */
{
	scheme(t, BY(t->d->papers.root[0].id, t->d->papers.root[1].id));
}
ATTACK(scheme_without_json)
{
	scheme(t, BY(t->d->papers.root[0].id, t->d->papers.root[1].id));
	t->act.json.p = NULL;
}

/* Bytes in place of a decision. */

ATTACK(nothing_at_all) { t->act.list = km_bytes_of(""); }
ATTACK(attestation_as_decision)
{
	t->act.list = (struct km_bytes){ t->d->leaf[0].p, t->d->leaf[0].len };
}
ATTACK(decision_and_a_byte)
{
	siege_grant(t);
	siege_sign(t, siege_people);
	sample_raw(&t->act.act.bytes, "", 1);
}
ATTACK(decision_too_long)
{
	siege_grant(t);
	siege_sign(t, siege_people);
	while (t->act.act.bytes.len <= DECISION_MAX)
		sample_raw(&t->act.act.bytes, "0123456789abcdef", 16);
}

static const struct attack	attacks[] = {
	ROW(REFUSAL_STATUS, un_withdrawn),
	ROW(REFUSAL_STATUS, suspended_though_withdrawn),
	ROW(REFUSAL_STATUS, withdrawn_again),
	ROW(REFUSAL_APPROVALS, lifted_by_one),
	ROW(REFUSAL_APPROVALS, lifted_by_two),
	ROW(REFUSAL_ROLE, lifted_by_who_suspended),
	ROW(REFUSAL_STATUS, lifted_though_valid),
	ROW(REFUSAL_HEAD, lifted_on_a_stale_head),
	ROW(REFUSAL_APPROVALS, withdrawn_by_one),
	ROW(REFUSAL_ROLE, suspended_by_registrar),
	ROW(REFUSAL_PERIOD, suspended_for_ever),
	ROW(REFUSAL_SUBJECT, mark_unknown),
	ROW(REFUSAL_LEAF, leaf_missing),
	ROW(REFUSAL_LEAF, leaf_foreign),
	ROW(REFUSAL_LEAF, leaf_one_more),
	ROW(REFUSAL_LEAF, leaf_altered),
	ROW(REFUSAL_LEAF, leaf_of_before),
	ROW(REFUSAL_LEAF, leaf_of_another_past),
	ROW(REFUSAL_LEAF, leaf_of_another_reason),
	ROW(REFUSAL_LEAF, leaf_of_another_attestation),
	ROW(REFUSAL_EXISTS, provider_again),
	ROW(REFUSAL_EXISTS, body_again),
	ROW(REFUSAL_SUBJECT, body_named_as_mark),
	ROW(REFUSAL_SUBJECT, body_named_as_holder),
	ROW(REFUSAL_APPROVALS, provider_by_registrar_alone),
	ROW(REFUSAL_LEAF, provider_with_a_leaf),
	ROW(REFUSAL_MALFORMED, provider_with_json),
	ROW(REFUSAL_RESTS_ON, provider_rests_on_something),
	ROW(REFUSAL_ROLE, assessed_by_registrar),
	ROW(REFUSAL_ACCREDITATION, assessed_for_another_body),
	ROW(REFUSAL_PERIOD, assessed_tomorrow),
	ROW(REFUSAL_ROLE, disabled_by_registrar),
	ROW(REFUSAL_PERSON, disabled_stranger),
	ROW(REFUSAL_UNSUPPORTED, kind_halt),
	ROW(REFUSAL_UNSUPPORTED, kind_resume),
	ROW(REFUSAL_UNSUPPORTED, kind_void),
	ROW(REFUSAL_UNSUPPORTED, kind_renew),
	ROW(REFUSAL_UNSUPPORTED, kind_application),
	ROW(REFUSAL_UNSUPPORTED, kind_forget),
	ROW(REFUSAL_APPROVALS, officers_by_one_manager),
	ROW(REFUSAL_MALFORMED, officers_unsigned),
	ROW(REFUSAL_PERSON, officers_by_an_officer),
	ROW(REFUSAL_VERSION, officers_too_new),
	ROW(REFUSAL_SIGNATURE, officers_altered),
	ROW(REFUSAL_MALFORMED, officers_with_approvals),
	ROW(REFUSAL_APPROVALS, trust_by_one_root),
	ROW(REFUSAL_VERSION, trust_too_new),
	ROW(REFUSAL_SIGNATURE, trust_altered),
	ROW(REFUSAL_ROLE, scheme_by_registrar),
	ROW(REFUSAL_APPROVALS, scheme_by_one_root),
	ROW(REFUSAL_SCHEME, scheme_that_says_another),
	ROW(REFUSAL_SCHEME, scheme_without_json),
	ROW(REFUSAL_MALFORMED, nothing_at_all),
	ROW(REFUSAL_MALFORMED, attestation_as_decision),
	ROW(REFUSAL_MALFORMED, decision_and_a_byte),
	ROW(REFUSAL_MALFORMED, decision_too_long),
};

static void
acts(void **arg)
{
	size_t	i;

	for (i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++)
		siege_act(*arg, &attacks[i]);
}

/* APPLY of one good act n times, as this batch. */
static void
apply_write(struct siege *s, struct buf *ask, uint64_t batch, size_t n)
{
	const struct desk_act	*act[BATCH_ACTS_MAX + 1];
	struct papers_draft	 draft;
	struct desk_holder	 h;
	struct desk_act		 a = { .n_leaves = 0 };
	size_t			 i;

	desk_draft_provider(&s->desk, &draft, &h);
	desk_sign(&s->desk, &a, &draft.d, desk_two);
	for (i = 0; i < n; i++)
		act[i] = &a;
	buf_reset(ask);
	desk_write(ask, batch, act, n);
	desk_act_free(&a);
}

static void
batches_out_of_order(void **arg)
{
	struct siege	*s = *arg;
	struct buf	 ask;

	buf_init(&ask, MSG_MAX);
	apply_write(s, &ask, 0, 1);
	siege_message(s, "batch 0", REFUSAL_BATCH, &ask);
	apply_write(s, &ask, s->desk.batch, 1);
	siege_message(s, "batch of before", REFUSAL_BATCH, &ask);
	apply_write(s, &ask, s->desk.batch + 2, 1);
	siege_message(s, "batch left out", REFUSAL_BATCH, &ask);
	apply_write(s, &ask, UINT64_MAX, 1);
	siege_message(s, "last batch of all", REFUSAL_BATCH, &ask);
	apply_write(s, &ask, s->desk.batch + 1, 0);
	siege_message(s, "batch of nothing", REFUSAL_MALFORMED, &ask);
	apply_write(s, &ask, s->desk.batch + 1, BATCH_ACTS_MAX + 1);
	siege_message(s, "batch too long", REFUSAL_LIMIT, &ask);
	buf_free(&ask);
}

static void
batch_too_large(void **arg)
{
	static uint8_t	zeros[1024 * 1024];
	struct desk_act	a = { .list = { zeros, sizeof(zeros) } };
	const struct desk_act *act[4] = { &a, &a, &a, &a };
	struct siege	*s = *arg;
	struct buf	 ask;

	buf_init(&ask, MSG_MAX);
	desk_write(&ask, s->desk.batch + 1, act, 4);
	siege_message(s, "more than 4 MB", REFUSAL_LIMIT, &ask);
	buf_reset(&ask);
	a.list.len -= 1000;
	desk_write(&ask, s->desk.batch + 1, act, 4);
	siege_message(s, "more than the journal takes", REFUSAL_LIMIT, &ask);
	buf_free(&ask);
}

static void
publish_write(struct buf *ask, uint64_t batch, uint64_t epoch, int leaf)
{
	buf_reset(ask);
	encode_array(ask, 4);
	encode_uint(ask, SIGNER_PUBLISH);
	encode_uint(ask, batch);
	encode_uint(ask, epoch);
	encode_array(ask, (size_t)leaf);
	if (leaf)
		encode_bytes(ask, km_bytes_of("leaf"));
}

static void
epochs_out_of_order(void **arg)
{
	struct siege	*s = *arg;
	struct buf	 ask;
	uint64_t	 k = s->desk.batch, e = s->desk.epoch;

	buf_init(&ask, 1024);
	publish_write(&ask, k, e + 2, 0);
	siege_message(s, "epoch left out", REFUSAL_BATCH, &ask);
	publish_write(&ask, s->desk.batch - 1, e + 1, 0);
	siege_message(s, "epoch of the batch before", REFUSAL_BATCH, &ask);
	publish_write(&ask, s->desk.batch + 1, e + 1, 0);
	siege_message(s, "epoch of the batch to come", REFUSAL_BATCH, &ask);
	publish_write(&ask, s->desk.batch, 0, 0);
	siege_message(s, "epoch 0", REFUSAL_MALFORMED, &ask);
	publish_write(&ask, s->desk.batch, UINT32_MAX, 0);
	siege_message(s, "last epoch of all", REFUSAL_BATCH, &ask);
	publish_write(&ask, s->desk.batch, UINT64_C(1) << 32, 0);
	siege_message(s, "epoch beyond", REFUSAL_MALFORMED, &ask);
	publish_write(&ask, s->desk.batch, e + 1, 1);
	siege_message(s, "superseded by nobody", REFUSAL_LEAF, &ask);
	buf_free(&ask);
}

/* Every length of a good message but its own. */
static void
cut_short(void **arg)
{
	struct siege	*s = *arg;
	struct buf	 ask, cut;
	size_t		 len, step;

	buf_init(&ask, MSG_MAX);
	buf_init(&cut, MSG_MAX);
	apply_write(s, &ask, s->desk.batch + 1, 2);
	step = ask.len / 40;
	for (len = 1; len < ask.len; len += len < 8 || len + 8 >= ask.len ?
	    1 : step < ask.len - 8 - len ? step : ask.len - 8 - len) {
		buf_reset(&cut);
		buf_add(&cut, ask.p, len);
		siege_message(s, "cut short", REFUSAL_MALFORMED, &cut);
	}
	apply_write(s, &ask, s->desk.batch + 1, 1);
	buf_add(&ask, "", 1);
	siege_message(s, "a byte more", REFUSAL_MALFORMED, &ask);
	buf_free(&ask);
	buf_free(&cut);
}

static void
no_messages(void **arg)
{
	static const struct {
		const char	*name, *bytes;
		size_t		 len;
	} rows[] = {
#define BYTES(name, bytes)	{ name, bytes, sizeof(bytes) - 1 }
		BYTES("operation 0", "\x81\x00"),
		BYTES("operation 5", "\x81\x05"),
		BYTES("operation 255", "\x81\x18\xff"),
		BYTES("operation of the journal", "\x84\x17\x01\x60\x00"),
		BYTES("operation as text", "\x81\x61\x34"),
		BYTES("operation not shortest", "\x81\x18\x04"),
		BYTES("no operation", "\x80"),
		BYTES("state with more", "\x82\x04\x00"),
		BYTES("state and a byte", "\x81\x04\x00"),
		BYTES("state without end", "\x9f\x04\xff"),
		BYTES("a map", "\xa1\x04\x00"),
		BYTES("a tag", "\xc0\x81\x04"),
		BYTES("null", "\xf6"),
		BYTES("a string of 2^63", "\x83\x02\x07\x81\xa2\x01\x5b"
		    "\x7f\xff\xff\xff\xff\xff\xff\xff"),
		BYTES("many levels", "\x85\x01\x01\x01\x01\x81\x81\x81\x81\x81"
		    "\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x80"),
	};
	struct siege	*s = *arg;
	struct buf	 ask;
	size_t		 i;

	buf_init(&ask, 1024);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_reset(&ask);
		buf_add(&ask, rows[i].bytes, rows[i].len);
		siege_message(s, rows[i].name, REFUSAL_MALFORMED, &ask);
	}
	buf_reset(&ask);
	buf_add(&ask, "\x83\x02\x07\x9a\xff\xff\xff\xff", 8);
	siege_message(s, "apply of 2^32 acts", REFUSAL_LIMIT, &ask);
	buf_free(&ask);
}

/* Frames: the channel is broken, all start again, nothing is lost. */
static void
no_frames(void **arg)
{
	struct siege	*s = *arg;

	siege_bytes(s, "a frame of 4 GB", "\xff\xff\xff\xff", 4);
	siege_bytes(s, "a byte more than may be", "\x00\x80\x00\x01", 4);
	siege_bytes(s, "a frame of nothing", "\x00\x00\x00\x00", 4);
	siege_bytes(s, "half a head", "\x00\x00", 2);
	siege_bytes(s, "half a frame", "\x00\x00\x00\x10\x81", 5);
	siege_bytes(s, "no frame at all", "GET / HTTP/1.1\r\n\r\n", 18);
}

static int
setup(void **arg)
{
	struct siege	*s = calloc(1, sizeof(*s));

	siege_begin(s, "hostile-rest");
	*arg = s;
	return 0;
}

static int
teardown(void **arg)
{
	siege_end(*arg);
	free(*arg);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(acts),
		cmocka_unit_test(batches_out_of_order),
		cmocka_unit_test(batch_too_large),
		cmocka_unit_test(epochs_out_of_order),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(no_messages),
		cmocka_unit_test(no_frames),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
