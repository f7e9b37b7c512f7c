/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The hostile office: it has the channel, all papers and all proofs, and no
 * officer's key. Here it asks for grants that nobody decided so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/siege.h"

#define ATTACK(name)	static void name(struct attempt *t)
#define ROW(want, name)	{ #name, want, name }
#define SIGNED_BY(...)	siege_sign(t, (const char *const []){ __VA_ARGS__, \
			    NULL })

static const struct sample_key *
key_of(const struct attempt *t, const char *id)
{
	return &papers_person(&t->d->papers, id)->key;
}

/* A good grant, all signed; what is sent of it is then changed. */
static void
good(struct attempt *t)
{
	siege_grant(t);
	siege_sign(t, siege_people);
}

static void
swap(struct sample_buf *a, struct sample_buf *b)
{
	struct sample_buf	c = *a;

	*a = *b;
	*b = c;
}

/* Signatures that are not what they seem. */

ATTACK(forged_with_own_key)
{
	char	sub[65];

	good(t);
	decision_id_hex(sub, t->act.act.d.id);
	siege_approval(t, 1, &t->d->papers.attest, "decider-1", sub,
	    t->act.act.bytes.p, t->act.act.bytes.len);
}

ATTACK(forged_with_others_key)
{
	char	sub[65];

	good(t);
	decision_id_hex(sub, t->act.act.d.id);
	siege_approval(t, 1, key_of(t, "reviewer"), "decider-1", sub,
	    t->act.act.bytes.p, t->act.act.bytes.len);
}

ATTACK(forged_by_a_bit)
{
	good(t);
	t->act.act.approval[1].p[t->act.act.approval[1].len - 20] ^= 1;
}

ATTACK(signed_over_other_bytes)
{
	char	sub[65];

	good(t);
	decision_id_hex(sub, t->act.act.d.id);
	siege_approval(t, 1, key_of(t, "decider-1"), "decider-1", sub,
	    "other", 5);
}

ATTACK(approval_replayed)
{
	good(t);
	siege_grant(t);
	papers_write(&t->other, &t->draft.d);
	papers_sign(&t->other, &t->d->papers, "decider-1");
	swap(&t->act.act.approval[1], &t->other.approval[0]);
}

ATTACK(altered_after_signing)
{
	good(t);
	t->draft.d.u.grant.exp += SAMPLE_DAY;
	papers_write(&t->other, &t->draft.d);
	swap(&t->act.act.bytes, &t->other.bytes);
}

ATTACK(altered_by_a_bit)
{
	good(t);
	t->act.act.bytes.p[t->act.act.bytes.len - 90] ^= 1;
}

ATTACK(unsigned_at_all)
{
	good(t);
	while (t->act.act.n > 0)
		sample_free(&t->act.act.approval[--t->act.act.n]);
}

ATTACK(approvals_reordered)
{
	good(t);
	swap(&t->act.act.approval[1], &t->act.act.approval[2]);
}

ATTACK(proposer_not_first)
{
	good(t);
	swap(&t->act.act.approval[0], &t->act.act.approval[1]);
}

ATTACK(attestation_as_approval)
{
	struct km_register_leaf	leaf;

	good(t);
	if (km_register_leaf_decode(&leaf, t->d->leaf[0].p,
	    t->d->leaf[0].len) != KM_OK)
		abort();
	sample_free(&t->act.act.approval[1]);
	sample_raw(&t->act.act.approval[1], leaf.attestation.p,
	    leaf.attestation.len);
}

/* People who may not, or too few. */

ATTACK(proposer_alone) { siege_grant(t); SIGNED_BY("registrar"); }
ATTACK(self_approved)
{
	siege_grant(t);
	SIGNED_BY("registrar", "registrar");
}
ATTACK(not_reviewed)
{
	siege_grant(t);
	SIGNED_BY("registrar", "decider-1");
}
ATTACK(not_decided)
{
	siege_grant(t);
	SIGNED_BY("registrar", "reviewer");
}
/* Reviewer and decider both, and one person. */
ATTACK(counted_twice) { siege_grant(t); SIGNED_BY("registrar", "both"); }
ATTACK(signed_twice)
{
	siege_grant(t);
	SIGNED_BY("registrar", "decider-1", "decider-1");
}
ATTACK(two_deciders_no_reviewer)
{
	siege_grant(t);
	SIGNED_BY("registrar", "decider-1", "decider-2");
}
ATTACK(assessor_approves)
{
	siege_grant(t);
	SIGNED_BY("registrar", "assessor", "decider-1", "reviewer");
}
ATTACK(proposed_by_decider)
{
	siege_grant(t);
	t->draft.d.proposer = km_bytes_of("decider-2");
	SIGNED_BY("decider-2", "decider-1", "reviewer");
}
ATTACK(proposed_by_root)
{
	siege_grant(t);
	t->draft.d.proposer = km_bytes_of(t->d->papers.root[0].id);
	SIGNED_BY(t->d->papers.root[0].id, "decider-1", "reviewer");
}
ATTACK(approved_by_manager)
{
	siege_grant(t);
	SIGNED_BY("registrar", "decider-1", t->d->papers.manager[0].id,
	    "reviewer");
}

/* Decisions that are not for us, not now, or not any more. */

ATTACK(wrong_authority)
{
	siege_grant(t);
	t->draft.d.authority = km_bytes_of("https://other.example");
	siege_sign(t, siege_people);
}
ATTACK(wrong_environment)
{
	siege_grant(t);
	t->draft.d.environment = KM_ENVIRONMENT_DEMONSTRATION;
	siege_sign(t, siege_people);
}
ATTACK(wrong_trust_list)
{
	siege_grant(t);
	t->draft.hash[0] = 1;
	t->draft.d.trust = (struct km_bytes){ t->draft.hash, KM_HASH_LEN };
	siege_sign(t, siege_people);
}
ATTACK(expired)
{
	siege_grant(t);
	t->draft.d.valid_until = t->d->clock->real;
	siege_sign(t, siege_people);
}
ATTACK(valid_too_long)
{
	siege_grant(t);
	t->draft.d.valid_until = t->d->clock->real + 31 * SAMPLE_DAY;
	siege_sign(t, siege_people);
}
ATTACK(stale_head)
{
	siege_grant(t);
	papers_head(&t->draft, t->d->mark[SIEGE_VALID].head);
	siege_sign(t, siege_people);
}
ATTACK(head_of_nothing)
{
	siege_grant(t);
	memset(t->draft.head, 0, KM_HASH_LEN);
	siege_sign(t, siege_people);
}
ATTACK(unknown_holder)
{
	siege_grant(t);
	t->draft.d.subject = km_bytes_of("NTRNL-11111111");
	siege_sign(t, siege_people);
}
ATTACK(over_already)
{
	siege_grant(t);
	t->draft.d.u.grant.nbf = SAMPLE_NOW - 4 * SAMPLE_DAY;
	t->draft.d.u.grant.exp = SAMPLE_NOW;
	siege_sign(t, siege_people);
}
ATTACK(for_ever)
{
	siege_grant(t);
	t->draft.d.u.grant.exp = SAMPLE_NOW + 1097 * SAMPLE_DAY;
	siege_sign(t, siege_people);
}
ATTACK(scheme_not_in_force)
{
	siege_grant(t);
	t->draft.d.u.grant.scheme_version = 2;
	siege_sign(t, siege_people);
}

/* What it rests on is not there, not so, or not proven. */

ATTACK(service_unassessed)
{
	siege_grant(t);
	t->draft.d.u.grant.line[0].service = km_bytes_of("cloud");
	siege_sign(t, siege_people);
}
ATTACK(level_not_offered)
{
	siege_grant(t);
	t->draft.d.u.grant.line[0].level = KM_LEVEL_HIGH;
	siege_sign(t, siege_people);
}
ATTACK(rests_on_less_than_sent) { good(t); t->act.n_rested = 1; }
ATTACK(nothing_sent_that_it_rests_on) { good(t); t->act.n_rested = 0; }
ATTACK(rests_on_no_assessment)
{
	siege_grant(t);
	t->draft.d.n_rests_on = 0;
	papers_rest(&t->draft, t->d->holder[SIEGE_HOLDER].provider.d.id);
	desk_sign(t->d, &t->act, &t->draft.d, siege_people);
	desk_rest_provider(t->d, &t->act, SIEGE_HOLDER);
}
ATTACK(sent_in_other_order)
{
	struct desk_rested	r;

	good(t);
	r = t->act.rested[0];
	t->act.rested[0] = t->act.rested[1];
	t->act.rested[1] = r;
}
ATTACK(proof_of_another_leaf) { good(t); siege_assessment(t)->index--; }
ATTACK(proof_of_another_size) { good(t); siege_assessment(t)->size--; }
ATTACK(proof_by_a_bit) { good(t); siege_assessment(t)->path[5] ^= 1; }
ATTACK(proof_cut_short) { good(t); siege_assessment(t)->n_path--; }
ATTACK(proof_missing) { good(t); siege_assessment(t)->has_place = 0; }
/* A tree of its own: the leaf is the root. */
ATTACK(proof_in_own_tree)
{
	good(t);
	siege_assessment(t)->index = 0;
	siege_assessment(t)->size = 1;
	siege_assessment(t)->n_path = 0;
}
ATTACK(provider_of_another)
{
	good(t);
	t->act.rested[t->act.rested[0].has_place].act =
	    &t->d->holder[SIEGE_OTHER].provider;
}

static void
rest_order(struct attempt *t)
{
	struct desk_rested	r = t->act.rested[0];

	if (memcmp(r.act->d.id, t->act.rested[1].act->d.id,
	    KM_HASH_LEN) < 0)
		return;
	t->act.rested[0] = t->act.rested[1];
	t->act.rested[1] = r;
}

/* The assessor signed it, but it was never carried out. */
ATTACK(assessment_not_in_log)
{
	desk_draft_assessment(t->d, &t->draft, SIEGE_HOLDER);
	t->draft.d.u.assessment.line[0].level = KM_LEVEL_SUBSTANTIAL;
	papers_write(&t->other, &t->draft.d);
	papers_sign(&t->other, &t->d->papers, "assessor");
	siege_grant(t);
	t->draft.d.n_rests_on = 0;
	papers_rest(&t->draft, t->d->holder[SIEGE_HOLDER].provider.d.id);
	papers_rest(&t->draft, t->other.d.id);
	siege_sign(t, siege_people);
	siege_assessment(t)->act = &t->other;
	rest_order(t);
}

/* In the log, but signed by somebody else than the log says. */
ATTACK(assessment_under_other_name)
{
	const struct papers_act	*a;
	char			 sub[65];

	good(t);
	a = siege_assessment(t)->act;
	papers_write(&t->other, &a->d);
	decision_id_hex(sub, a->d.id);
	papers_approval(&t->other.approval[t->other.n++],
	    key_of(t, "assessor"), "registrar", sub, a->bytes.p,
	    a->bytes.len);
	siege_assessment(t)->act = &t->other;
}

ATTACK(assessment_of_another_holder)
{
	siege_grant(t);
	t->draft.d.n_rests_on = 0;
	papers_rest(&t->draft, t->d->holder[SIEGE_HOLDER].provider.d.id);
	papers_rest(&t->draft, t->d->holder[SIEGE_OTHER].assessment.d.id);
	desk_sign(t->d, &t->act, &t->draft.d, siege_people);
	desk_rest_provider(t->d, &t->act, SIEGE_HOLDER);
	desk_rest_assessment(t->d, &t->act, SIEGE_OTHER);
}

ATTACK(leaf_with_a_grant)
{
	good(t);
	desk_leaf(t->d, &t->act, SIEGE_VALID);
}

static const struct attack	attacks[] = {
	ROW(REFUSAL_PERSON, forged_with_own_key),
	ROW(REFUSAL_PERSON, forged_with_others_key),
	ROW(REFUSAL_SIGNATURE, forged_by_a_bit),
	ROW(REFUSAL_SIGNATURE, signed_over_other_bytes),
	ROW(REFUSAL_SIGNATURE, approval_replayed),
	ROW(REFUSAL_SIGNATURE, altered_after_signing),
	ROW(REFUSAL_SIGNATURE, altered_by_a_bit),
	ROW(REFUSAL_APPROVALS, unsigned_at_all),
	ROW(REFUSAL_ORDER, approvals_reordered),
	ROW(REFUSAL_ORDER, proposer_not_first),
	ROW(REFUSAL_MALFORMED, attestation_as_approval),
	ROW(REFUSAL_APPROVALS, proposer_alone),
	ROW(REFUSAL_TWICE, self_approved),
	ROW(REFUSAL_APPROVALS, not_reviewed),
	ROW(REFUSAL_APPROVALS, not_decided),
	ROW(REFUSAL_APPROVALS, counted_twice),
	ROW(REFUSAL_TWICE, signed_twice),
	ROW(REFUSAL_APPROVALS, two_deciders_no_reviewer),
	ROW(REFUSAL_ROLE, assessor_approves),
	ROW(REFUSAL_ROLE, proposed_by_decider),
	ROW(REFUSAL_ROLE, proposed_by_root),
	ROW(REFUSAL_ROLE, approved_by_manager),
	ROW(REFUSAL_AUTHORITY, wrong_authority),
	ROW(REFUSAL_ENVIRONMENT, wrong_environment),
	ROW(REFUSAL_TRUST, wrong_trust_list),
	ROW(REFUSAL_EXPIRED, expired),
	ROW(REFUSAL_TOO_LONG, valid_too_long),
	ROW(REFUSAL_HEAD, stale_head),
	ROW(REFUSAL_HEAD, head_of_nothing),
	ROW(REFUSAL_SUBJECT, unknown_holder),
	ROW(REFUSAL_PERIOD, over_already),
	ROW(REFUSAL_PERIOD, for_ever),
	ROW(REFUSAL_SCHEME, scheme_not_in_force),
	ROW(REFUSAL_UNASSESSED, service_unassessed),
	ROW(REFUSAL_LEVEL, level_not_offered),
	ROW(REFUSAL_RESTS_ON, rests_on_less_than_sent),
	ROW(REFUSAL_RESTS_ON, nothing_sent_that_it_rests_on),
	ROW(REFUSAL_RESTS_ON, rests_on_no_assessment),
	ROW(REFUSAL_RESTS_ON, sent_in_other_order),
	ROW(REFUSAL_PROOF, proof_of_another_leaf),
	ROW(REFUSAL_PROOF, proof_of_another_size),
	ROW(REFUSAL_PROOF, proof_by_a_bit),
	ROW(REFUSAL_PROOF, proof_cut_short),
	ROW(REFUSAL_PROOF, proof_missing),
	ROW(REFUSAL_PROOF, proof_in_own_tree),
	ROW(REFUSAL_RESTS_ON, provider_of_another),
	ROW(REFUSAL_PROOF, assessment_not_in_log),
	ROW(REFUSAL_PROOF, assessment_under_other_name),
	ROW(REFUSAL_RESTS_ON, assessment_of_another_holder),
	ROW(REFUSAL_LEAF, leaf_with_a_grant),
};

static void
refused(void **arg)
{
	struct siege	*s = *arg;
	size_t		 i;

	for (i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++)
		siege_act(s, &attacks[i]);
}

/* Unchanged, and signed by all three, it is carried out: once. */
static void
what_it_is_held_against(void **arg)
{
	struct siege	*s = *arg;
	struct attempt	*t = calloc(1, sizeof(*t));
	size_t		 n = s->desk.n_marks;

	t->d = &s->desk;
	good(t);
	assert_int_equal(desk_try(t->d, &t->act), REFUSAL_NONE);
	assert_int_equal(t->d->n_marks, n + 1);
	assert_int_equal(desk_try(t->d, &t->act), REFUSAL_NONE);
	assert_int_equal(t->d->n_marks, n + 1);
	desk_act_free(&t->act);
	free(t);
}

static int
setup(void **arg)
{
	struct siege	*s = calloc(1, sizeof(*s));

	siege_begin(s, "hostile");
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
		cmocka_unit_test(refused),
		cmocka_unit_test(what_it_is_held_against),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
