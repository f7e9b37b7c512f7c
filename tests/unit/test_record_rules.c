/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rules: a table of cases, each a good case with one thing changed; at least
 * one for each kind and for each refusal of rules.c. What is about people is
 * in test_record_persons.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/record/encode.h"
#include "tests/lib/world.h"

static uint8_t	other_hash[KM_HASH_LEN] = { 1, 2, 3 };

/* The assessment that a grant rests on, and the grant's own content. */
#define ASSESSED(w)	((w)->assessment[0].d.u.assessment)
#define GRANTED(w)	((w)->draft.d.u.grant)

CASE(as_it_is, (void)w;)

/* frame */
CASE(other_authority, d->authority = km_bytes_of("https://other.example");)
CASE(other_environment, d->environment = KM_ENVIRONMENT_PRODUCTION;)
CASE(other_trust, w->f.trust_first = other_hash;)
CASE(valid_until_now, d->valid_until = SAMPLE_NOW;)
CASE(valid_until_next_second, d->valid_until = SAMPLE_NOW + 1;)
CASE(valid_thirty_days, d->valid_until = SAMPLE_NOW + 30 * SAMPLE_DAY;)
CASE(valid_a_second_more,
    d->valid_until = SAMPLE_NOW + 30 * SAMPLE_DAY + 1;)
CASE(scheme_allows_five_days, world_scheme.periods.decision_days_max = 5;)
CASE(halted, w->f.halted = 1;)
CASE(no_scheme, w->f.scheme = NULL;)
CASE(first_scheme_too_long, w->f.scheme = NULL;
    d->valid_until = SAMPLE_NOW + 30 * SAMPLE_DAY + 1;)

/* subject and head */
CASE(known_already, w->f.known = 1;)
CASE(not_known, w->f.known = 0;)
CASE(number_of_mark, d->subject = km_bytes_of(PAPERS_MARK);)
CASE(no_provider, w->f.has_provider = 0;)
CASE(head_moved, w->f.head[31] = 1;)
CASE(head_given, w->f.head[0] = 7; papers_head(&w->draft, w->f.head);)

/* assessment */
CASE(service_unknown, ASSESSED(w).line[0].service = km_bytes_of("other");
    d->u.assessment.line[0].service = km_bytes_of("other");)
CASE(claim_on_organisation, d->u.assessment.line[0] =
    papers_line(KM_CLAIM_BASIC_MEASURES, NULL, KM_LEVEL_BASIC);)
CASE(advice_on_service, d->u.assessment.line[0] =
    papers_line(KM_CLAIM_POLICY_ADVICE, "advice", KM_LEVEL_BASIC);)
CASE(level_high, d->u.assessment.line[0].level = KM_LEVEL_HIGH;)
CASE(method_unknown, d->u.assessment.method[0] = km_bytes_of("guess");)
CASE(evidence_unknown, d->u.assessment.n_evidence = 1;
    d->u.assessment.evidence[0].code = km_bytes_of("hearsay");
    d->u.assessment.evidence[0].reference = km_bytes_of("1");)
CASE(evidence_known, d->u.assessment.n_evidence = 1;
    d->u.assessment.evidence[0].code = km_bytes_of("iso-27001");
    d->u.assessment.evidence[0].reference = km_bytes_of("1");)
CASE(assessed_tomorrow, d->u.assessment.day = TODAY + 1;)
CASE(assessed_today, d->u.assessment.day = TODAY;)
CASE(body_unknown, w->body_number = "C 998";)
CASE(before_accreditation, w->body.from = TODAY - 4;)
CASE(first_accredited_day, w->body.from = TODAY - 5;)
CASE(accreditation_over, w->body.until = TODAY - 5;)
CASE(last_accredited_day, w->body.until = TODAY - 4;)
CASE(above_the_body, w->body.level = KM_LEVEL_BASIC;
    d->u.assessment.line[0].level = KM_LEVEL_SUBSTANTIAL;)
CASE(assessor_of_other_body, d->u.assessment.body = km_bytes_of("C 998");
    w->body_number = "C 998";)
CASE(assessor_conflict, world_officer("assessor")->n_conflicts = 1;
    world_officer("assessor")->conflict[0] = km_bytes_of(PAPERS_HOLDER);)
CASE(registrar_assesses, d->proposer = km_bytes_of("registrar");
    world_officer("registrar")->employer = km_bytes_of(PAPERS_BODY);
    world_sign(w, "registrar", NULL, NULL);)
static void
rested_is_provider(struct world *w)
{
	memcpy(w->provider_act.d.id, other_hash, KM_HASH_LEN);
}
CASE(rests_without_need, papers_rest(&w->draft, other_hash);
    w->after = rested_is_provider;)

/* grant: content */
CASE(scheme_other_id, GRANTED(w).scheme = km_bytes_of("ander");)
CASE(scheme_other_version, GRANTED(w).scheme_version = 2;)
CASE(grant_service_unknown, GRANTED(w).line[0].service =
    ASSESSED(w).line[0].service = km_bytes_of("other");)
CASE(grant_level_high, GRANTED(w).line[0].level =
    ASSESSED(w).line[0].level = KM_LEVEL_HIGH;
    w->body.level = KM_LEVEL_HIGH;)
CASE(self_declared, GRANTED(w).document = KM_DOCUMENT_SELF_DECLARATION;)
CASE(self_declared_allowed, self_declared(w);
    world_scheme.level[KM_LEVEL_BASIC].self_declaration = 1;)
CASE(longest, GRANTED(w).exp = SAMPLE_NOW + 1096 * SAMPLE_DAY;)
CASE(day_longer, GRANTED(w).exp = SAMPLE_NOW + 1097 * SAMPLE_DAY;)
CASE(second_longer, longest(w); GRANTED(w).nbf--;)
CASE(over_already, GRANTED(w).nbf = SAMPLE_NOW - 2 * SAMPLE_DAY;
    GRANTED(w).exp = SAMPLE_NOW;)
CASE(from_day_of_assessment, GRANTED(w).nbf = SAMPLE_NOW - 5 * SAMPLE_DAY;)
CASE(before_assessment, GRANTED(w).nbf = SAMPLE_NOW - 5 * SAMPLE_DAY - 1;)
#define PAD10	"abcdefghij"
#define PAD50	PAD10 PAD10 PAD10 PAD10 PAD10
#define PAD	PAD50 PAD50 PAD50 PAD10 PAD10 PAD10 PAD10 "abcdefghi"
CASE(too_large, GRANTED(w).n_not_covered = 8;
    GRANTED(w).not_covered[0] = km_bytes_of("0" PAD);
    GRANTED(w).not_covered[1] = km_bytes_of("1" PAD);
    GRANTED(w).not_covered[2] = km_bytes_of("2" PAD);
    GRANTED(w).not_covered[3] = km_bytes_of("3" PAD);
    GRANTED(w).not_covered[4] = km_bytes_of("4" PAD);
    GRANTED(w).not_covered[5] = km_bytes_of("5" PAD);
    GRANTED(w).not_covered[6] = km_bytes_of("6" PAD);
    GRANTED(w).not_covered[7] = km_bytes_of("7" PAD);)
CASE(large, too_large(w); GRANTED(w).n_not_covered = 5;)

/* grant: what it rests on */
static void
drop_rested(struct world *w)
{
	w->f.n_rested--;
}
static void
other_rested(struct world *w)
{
	w->assessment_act[0].d.id[0] ^= 1;
}
static void
provider_moved(struct world *w)
{
	memcpy(w->f.provider, other_hash, KM_HASH_LEN);
}
static void
assessment_becomes_grant(struct world *w)
{
	w->assessment_act[0].d.kind = DECISION_GRANT;
}
static void
assessment_becomes_provider(struct world *w)
{
	w->assessment_act[0].d.kind = DECISION_PROVIDER_CHANGE;
	memcpy(w->f.provider, rules_provider(w->f.rested,
	    w->f.n_rested)->decision->id, KM_HASH_LEN);
}
static void
two_providers(struct world *w)
{
	w->assessment_act[1].d.kind = DECISION_PROVIDER_CHANGE;
	memcpy(w->f.provider, rules_provider(w->f.rested,
	    w->f.n_rested)->decision->id, KM_HASH_LEN);
}
static void
provider_becomes_assessment(struct world *w)
{
	w->provider_act.d.kind = DECISION_ASSESSMENT;
	w->provider_act.d.u.assessment = w->assessment_act[0].d.u.assessment;
}
static void
provider_of_other(struct world *w)
{
	w->provider_act.d.subject = km_bytes_of("NTRNL-69599084");
}
CASE(rested_missing, w->after = drop_rested;)
CASE(rested_other, w->after = other_rested;)
CASE(provider_changed, w->after = provider_moved;)
CASE(rests_on_grant, w->after = assessment_becomes_grant;)
CASE(no_assessment, w->n_assessments = 0;)
CASE(no_assessment_but_provider, w->after = assessment_becomes_provider;)
CASE(provider_twice, world_line(w, 1, KM_CLAIM_BASIC_MEASURES, "cloud",
    KM_LEVEL_BASIC); GRANTED(w).line[1] = GRANTED(w).line[0];
    GRANTED(w).line[0] = ASSESSED(w).line[0]; GRANTED(w).n_lines = 1;
    w->after = two_providers;)
CASE(no_provider_data, w->after = provider_becomes_assessment;)
CASE(provider_of_another, w->after = provider_of_other;)
CASE(assessment_of_other,
    w->assessment[0].d.subject = km_bytes_of("NTRNL-69599084");)
CASE(other_service_assessed,
    ASSESSED(w).line[0].service = km_bytes_of("cloud");)
CASE(other_claim_assessed, GRANTED(w).line[0] =
    papers_line(KM_CLAIM_POLICY_ADVICE, NULL, KM_LEVEL_BASIC);)
CASE(same_service_other_claim, GRANTED(w).line[0].claim =
    KM_CLAIM_POLICY_ADVICE; world_scheme.claim[KM_CLAIM_POLICY_ADVICE] |=
    1U << KM_OBJECT_SERVICE;)
CASE(assessed_lower, GRANTED(w).line[0].level = KM_LEVEL_SUBSTANTIAL;)
CASE(assessed_higher, ASSESSED(w).line[0].level = KM_LEVEL_SUBSTANTIAL;)
CASE(idle_assessment, w->n_assessments = 2;
    w->assessment[1].d.u.assessment.line[0].service = km_bytes_of("web");)
CASE(two_assessments, world_two_assessments(w);)
CASE(three_assessments, world_two_assessments(w);
    world_line(w, 2, KM_CLAIM_BASIC_MEASURES, "cloud", KM_LEVEL_BASIC);
    GRANTED(w).line[2] = GRANTED(w).line[1];
    GRANTED(w).line[1] = w->assessment[2].d.u.assessment.line[0];
    w->assessment[2].d.u.assessment.day = TODAY - 180;)
CASE(third_is_stale, three_assessments(w);
    w->assessment[2].d.u.assessment.day = TODAY - 181;)
CASE(third_line_unassessed, three_assessments(w); w->n_assessments = 2;)
CASE(oldest, ASSESSED(w).day = TODAY - 180;)
CASE(day_too_old, ASSESSED(w).day = TODAY - 181;)
CASE(too_old_and_backdated, day_too_old(w);
    GRANTED(w).nbf = SAMPLE_NOW - 181 * SAMPLE_DAY;)
CASE(assessed_in_future, ASSESSED(w).day = TODAY + 1;
    GRANTED(w).nbf += 5 * SAMPLE_DAY;)
CASE(starts_too_late, GRANTED(w).nbf = SAMPLE_NOW + 176 * SAMPLE_DAY;
    GRANTED(w).exp = SAMPLE_NOW + 400 * SAMPLE_DAY;)
CASE(starts_late, GRANTED(w).nbf = SAMPLE_NOW + 175 * SAMPLE_DAY;
    GRANTED(w).exp = SAMPLE_NOW + 400 * SAMPLE_DAY;)
CASE(before_second_assessment, world_two_assessments(w);
    GRANTED(w).nbf = SAMPLE_NOW - 5 * SAMPLE_DAY;
    w->assessment[1].d.u.assessment.day = TODAY - 4;)
CASE(second_body_unknown, world_two_assessments(w);
    w->assessment[1].d.u.assessment.body = km_bytes_of("C 998");)
CASE(grant_above_body, w->body.level = KM_LEVEL_BASIC;
    ASSESSED(w).line[0].level = KM_LEVEL_SUBSTANTIAL;)

/* suspend, withdraw, lift */
CASE(reason_not_for_this, d->u.act.reason = 1;)
CASE(until_now, d->u.act.until = SAMPLE_NOW;)
CASE(until_longest, d->u.act.until = SAMPLE_NOW + 90 * SAMPLE_DAY;)
CASE(until_too_long, d->u.act.until = SAMPLE_NOW + 90 * SAMPLE_DAY + 1;)
CASE(is_valid, w->f.statuses = 1U << KM_STATUS_VALID;)
CASE(is_withdrawn, w->f.statuses = 1U << KM_STATUS_WITHDRAWN;)
CASE(is_suspended, w->f.statuses = 1U << KM_STATUS_SUSPENDED;)
CASE(is_superseded, w->f.statuses = 1U << KM_STATUS_SUPERSEDED;)
CASE(is_valid_and_superseded, w->f.statuses = 1U << KM_STATUS_VALID |
    1U << KM_STATUS_SUPERSEDED;)
CASE(is_valid_and_withdrawn, w->f.statuses = 1U << KM_STATUS_VALID |
    1U << KM_STATUS_WITHDRAWN;)
CASE(is_suspended_and_withdrawn, w->f.statuses = 1U << KM_STATUS_SUSPENDED |
    1U << KM_STATUS_WITHDRAWN;)
CASE(none_unexpired, w->f.statuses = 0;)
CASE(just_expired, w->f.last_exp = SAMPLE_NOW;)

/* disable, scheme */
CASE(disable_stranger, d->u.person = km_bytes_of("nobody");)
CASE(disable_root, d->u.person = km_bytes_of(world_papers.root[0].id);)
CASE(disable_twice, w->disabled = "registrar";)
CASE(disable_oneself, d->u.person = km_bytes_of("decider-1");)
CASE(version_again, d->u.scheme.version = 1;)
CASE(version_skipped, d->u.scheme.version = 3;)
CASE(scheme_id_changes, d->u.scheme.scheme = km_bytes_of("ander");)
CASE(one_root, world_sign(w, world_papers.root[0].id, NULL, NULL);)
CASE(three_roots, world_sign(w, world_papers.root[0].id,
    world_papers.root[1].id, world_papers.root[2].id);)
CASE(root_and_manager, world_sign(w, world_papers.root[0].id,
    world_papers.manager[0].id, NULL);)
CASE(first_by_one_root, one_root(w); w->f.scheme = NULL;)
CASE(manager_proposes, d->proposer = km_bytes_of(world_papers.manager[0].id);
    world_sign(w, world_papers.manager[0].id, world_papers.root[0].id, NULL);)
CASE(root_and_officer, world_sign(w, world_papers.root[0].id, "decider-1",
    NULL);)
CASE(three_needed, world_papers.trust.threshold = 3;)

static const struct world_row rows[] = {
	GOOD(PROVIDER_ADD, as_it_is),
	GOOD(BODY_ADD, as_it_is),
	GOOD(ASSESSMENT, as_it_is),
	GOOD(GRANT, as_it_is),
	GOOD(SUSPEND, as_it_is),
	GOOD(LIFT, as_it_is),
	GOOD(WITHDRAW, as_it_is),
	GOOD(DISABLE, as_it_is),
	GOOD(SCHEME, as_it_is),
	GOOD(SCHEME, no_scheme),

	ROW(PROVIDER_ADD, other_authority, AUTHORITY, ""),
	ROW(PROVIDER_ADD, other_environment, ENVIRONMENT, ""),
	ROW(PROVIDER_ADD, other_trust, TRUST, ""),
	ROW(PROVIDER_ADD, valid_until_now, EXPIRED, ""),
	GOOD(PROVIDER_ADD, valid_until_next_second),
	GOOD(PROVIDER_ADD, valid_thirty_days),
	ROW(PROVIDER_ADD, valid_a_second_more, TOO_LONG, ""),
	ROW(PROVIDER_ADD, scheme_allows_five_days, TOO_LONG, ""),
	ROW(SCHEME, first_scheme_too_long, TOO_LONG, ""),
	ROW(PROVIDER_ADD, halted, HALTED, ""),
	ROW(BODY_ADD, halted, HALTED, ""),
	ROW(ASSESSMENT, halted, HALTED, ""),
	ROW(GRANT, halted, HALTED, ""),
	ROW(LIFT, halted, HALTED, ""),
	ROW(SCHEME, halted, HALTED, ""),
	GOOD(SUSPEND, halted),
	GOOD(WITHDRAW, halted),
	GOOD(DISABLE, halted),
	ROW(RESUME, halted, UNSUPPORTED, ""),
	ROW(PROVIDER_ADD, no_scheme, SCHEME, ""),
	ROW(DISABLE, no_scheme, SCHEME, ""),

	ROW(PROVIDER_ADD, known_already, EXISTS, ""),
	ROW(BODY_ADD, known_already, EXISTS, ""),
	ROW(BODY_ADD, number_of_mark, SUBJECT, ""),
	ROW(ASSESSMENT, no_provider, SUBJECT, ""),
	ROW(GRANT, no_provider, SUBJECT, ""),
	ROW(SUSPEND, not_known, SUBJECT, ""),
	ROW(LIFT, not_known, SUBJECT, ""),
	ROW(WITHDRAW, not_known, SUBJECT, ""),
	ROW(PROVIDER_ADD, head_moved, HEAD, ""),
	ROW(BODY_ADD, head_moved, HEAD, ""),
	ROW(GRANT, head_moved, HEAD, ""),
	ROW(LIFT, head_moved, HEAD, ""),
	ROW(SCHEME, head_moved, HEAD, ""),
	GOOD(GRANT, head_given),
	GOOD(LIFT, head_given),
	GOOD(SUSPEND, head_moved),
	GOOD(WITHDRAW, head_moved),
	GOOD(DISABLE, head_moved),
	GOOD(ASSESSMENT, head_moved),

	ROW(ASSESSMENT, service_unknown, SERVICE, "other"),
	ROW(ASSESSMENT, claim_on_organisation, SERVICE, ""),
	ROW(ASSESSMENT, advice_on_service, SERVICE, "advice"),
	ROW(ASSESSMENT, level_high, LEVEL, ""),
	ROW(ASSESSMENT, method_unknown, SERVICE, "guess"),
	ROW(ASSESSMENT, evidence_unknown, SERVICE, "hearsay"),
	GOOD(ASSESSMENT, evidence_known),
	ROW(ASSESSMENT, assessed_tomorrow, PERIOD, ""),
	GOOD(ASSESSMENT, assessed_today),
	ROW(ASSESSMENT, body_unknown, ACCREDITATION, PAPERS_BODY),
	ROW(ASSESSMENT, before_accreditation, ACCREDITATION, PAPERS_BODY),
	GOOD(ASSESSMENT, first_accredited_day),
	ROW(ASSESSMENT, accreditation_over, ACCREDITATION, PAPERS_BODY),
	GOOD(ASSESSMENT, last_accredited_day),
	ROW(ASSESSMENT, above_the_body, ACCREDITATION, PAPERS_BODY),
	ROW(ASSESSMENT, assessor_of_other_body, ROLE, "assessor"),
	ROW(ASSESSMENT, assessor_conflict, CONFLICT, "assessor"),
	ROW(ASSESSMENT, registrar_assesses, ROLE, "registrar"),
	ROW(ASSESSMENT, rests_without_need, RESTS_ON, ""),
	ROW(LIFT, rests_without_need, RESTS_ON, ""),

	ROW(GRANT, scheme_other_id, SCHEME, ""),
	ROW(GRANT, scheme_other_version, SCHEME, ""),
	ROW(GRANT, no_scheme, SCHEME, ""),
	ROW(GRANT, grant_service_unknown, SERVICE, "other"),
	ROW(GRANT, grant_level_high, LEVEL, ""),
	ROW(GRANT, self_declared, DOCUMENT, ""),
	GOOD(GRANT, self_declared_allowed),
	GOOD(GRANT, longest),
	ROW(GRANT, day_longer, PERIOD, ""),
	ROW(GRANT, second_longer, PERIOD, ""),
	ROW(GRANT, over_already, PERIOD, ""),
	GOOD(GRANT, from_day_of_assessment),
	ROW(GRANT, before_assessment, PERIOD, ""),
	ROW(GRANT, too_large, LIMIT, ""),
	GOOD(GRANT, large),

	ROW(GRANT, rested_missing, RESTS_ON, ""),
	ROW(GRANT, rested_other, RESTS_ON, ""),
	ROW(GRANT, provider_changed, PROVIDER, ""),
	ROW(GRANT, rests_on_grant, RESTS_ON, ""),
	ROW(GRANT, no_assessment, RESTS_ON, ""),
	ROW(GRANT, no_assessment_but_provider, RESTS_ON, ""),
	ROW(GRANT, provider_twice, RESTS_ON, ""),
	ROW(GRANT, no_provider_data, RESTS_ON, ""),
	ROW(GRANT, provider_of_another, RESTS_ON, ""),
	ROW(GRANT, assessment_of_other, RESTS_ON, ""),
	ROW(GRANT, other_service_assessed, UNASSESSED, "workplace"),
	ROW(GRANT, other_claim_assessed, UNASSESSED, ""),
	ROW(GRANT, same_service_other_claim, UNASSESSED, "workplace"),
	ROW(GRANT, assessed_lower, UNASSESSED, "workplace"),
	GOOD(GRANT, assessed_higher),
	ROW(GRANT, idle_assessment, RESTS_ON, ""),
	GOOD(GRANT, two_assessments),
	GOOD(GRANT, three_assessments),
	ROW(GRANT, third_is_stale, STALE_ASSESSMENT, ""),
	ROW(GRANT, third_line_unassessed, UNASSESSED, "cloud"),
	GOOD(GRANT, oldest),
	ROW(GRANT, day_too_old, STALE_ASSESSMENT, ""),
	ROW(GRANT, too_old_and_backdated, STALE_ASSESSMENT, ""),
	ROW(GRANT, assessed_in_future, STALE_ASSESSMENT, ""),
	ROW(GRANT, starts_too_late, STALE_ASSESSMENT, ""),
	GOOD(GRANT, starts_late),
	ROW(GRANT, before_second_assessment, PERIOD, ""),
	ROW(GRANT, second_body_unknown, ACCREDITATION, "C 998"),
	ROW(GRANT, before_accreditation, ACCREDITATION, PAPERS_BODY),
	ROW(GRANT, accreditation_over, ACCREDITATION, PAPERS_BODY),
	ROW(GRANT, grant_above_body, ACCREDITATION, PAPERS_BODY),

	ROW(SUSPEND, until_now, PERIOD, ""),
	GOOD(SUSPEND, until_longest),
	ROW(SUSPEND, until_too_long, PERIOD, ""),
	GOOD(SUSPEND, reason_not_for_this),	/* 1 is for suspend */
	ROW(WITHDRAW, reason_not_for_this, REASON, ""),
	ROW(SUSPEND, is_suspended, STATUS, ""),
	ROW(SUSPEND, is_withdrawn, STATUS, ""),
	ROW(SUSPEND, is_superseded, STATUS, ""),
	GOOD(SUSPEND, is_valid_and_superseded),
	ROW(SUSPEND, is_valid_and_withdrawn, STATUS, ""),
	ROW(SUSPEND, none_unexpired, STATUS, ""),
	ROW(SUSPEND, just_expired, STATUS, ""),
	ROW(LIFT, is_valid, STATUS, ""),
	ROW(LIFT, is_withdrawn, STATUS, ""),
	ROW(LIFT, is_superseded, STATUS, ""),
	ROW(LIFT, is_suspended_and_withdrawn, STATUS, ""),
	ROW(LIFT, none_unexpired, STATUS, ""),
	GOOD(WITHDRAW, is_suspended),
	GOOD(WITHDRAW, is_superseded),
	ROW(WITHDRAW, is_withdrawn, STATUS, ""),
	ROW(WITHDRAW, none_unexpired, STATUS, ""),
	ROW(WITHDRAW, just_expired, STATUS, ""),

	ROW(DISABLE, disable_stranger, PERSON, "nobody"),
	ROW(DISABLE, disable_root, PERSON, world_papers.root[0].id),
	ROW(DISABLE, disable_twice, PERSON, "registrar"),
	GOOD(DISABLE, disable_oneself),
	ROW(SCHEME, version_again, VERSION, ""),
	ROW(SCHEME, version_skipped, VERSION, ""),
	ROW(SCHEME, scheme_id_changes, VERSION, ""),
	ROW(SCHEME, one_root, APPROVALS, ""),
	ROW(SCHEME, first_by_one_root, APPROVALS, ""),
	GOOD(SCHEME, three_roots),
	ROW(SCHEME, root_and_manager, ROLE, world_papers.manager[0].id),
	ROW(SCHEME, manager_proposes, ROLE, world_papers.manager[0].id),
	ROW(SCHEME, root_and_officer, ROLE, "decider-1"),
	ROW(SCHEME, three_needed, APPROVALS, ""),
};

static size_t	seen[REFUSAL_N];

static void
test_rows(void **state)
{
	(void)state;
	world_rows(rows, sizeof(rows) / sizeof(rows[0]), seen);
}

/*
 * What the callers find, before or after, is not for rules_check() to give;
 * test_record_persons.c has what is about people alone.
 */
static int
is_of_others(enum refusal r)
{
	return r == REFUSAL_TWICE || r == REFUSAL_ORDER ||
	    r == REFUSAL_ASSESSOR || r == REFUSAL_OFFICERS_EXPIRED ||
	    r == REFUSAL_MALFORMED || r == REFUSAL_REPLAYED ||
	    r == REFUSAL_FENCED || r == REFUSAL_SIGNATURE ||
	    r == REFUSAL_PROOF || r == REFUSAL_LEAF || r == REFUSAL_BATCH ||
	    r == REFUSAL_CLOCK;
}

static void
test_every_refusal_seen(void **state)
{
	int	r;

	(void)state;
	for (r = 0; r < (int)REFUSAL_N; r++)
		if ((seen[r] == 0) != is_of_others((enum refusal)r))
			fail_msg("%s: seen %zu times",
			    refusal_name((enum refusal)r), seen[r]);
}

/* Kinds that are for later are refused by name, whoever asks. */
static void
test_unsupported(void **state)
{
	static const enum decision_kind	supported[] = {
		DECISION_PROVIDER_ADD, DECISION_BODY_ADD,
		DECISION_ASSESSMENT, DECISION_GRANT, DECISION_LIFT,
		DECISION_WITHDRAW, DECISION_SUSPEND, DECISION_DISABLE,
		DECISION_SCHEME
	};
	struct world	w;
	struct km_bytes	who;
	size_t		i, tried = 0;
	int		kind;

	(void)state;
	for (kind = 1; kind <= DECISION_KINDS; kind++) {
		for (i = 0; i < sizeof(supported) / sizeof(supported[0]); i++)
			if ((int)supported[i] == kind)
				break;
		if (i < sizeof(supported) / sizeof(supported[0]))
			continue;
		world_begin(&w, DECISION_LIFT);
		if (kind != DECISION_OFFICERS && kind != DECISION_TRUST)
			papers_draft(&w.draft, &world_papers,
			    (enum decision_kind)kind);
		w.signer[0] = NULL;
		w.f.known = 1;
		world_build(&w);
		w.act.d.kind = (enum decision_kind)kind;
		assert_int_equal(rules_check(&w.f, &w.act.d,
		    w.act.approver, w.act.n, &who), REFUSAL_UNSUPPORTED);
		world_end(&w);
		tried++;
	}
	assert_int_equal(tried, DECISION_KINDS - 9);
}

/* Bytes of the attestation that this grant makes, at its longest. */
static size_t
attestation_len(const struct world *w, struct buf *b)
{
	static const uint8_t	zeros[KM_SIG_LEN];
	struct km_attestation	a;
	struct buf		header;
	size_t			len;

	attestation_build(&a, &w->act.d, &w->provider_act.d,
	    &w->assessment_act[0].d, &w->body,
	    km_bytes_of("KM-2026-000123-P"), UINT32_MAX,
	    km_bytes_of(SAMPLE_AUTHORITY "/status/65535"), zeros,
	    KM_TIME_MAX);
	buf_reset(b);
	buf_init(&header, 512);
	encode_attestation(b, &a);
	encode_protected(&header, KM_ALG_ESP256, zeros, a.iss, a.sub,
	    KM_TYP_ATTESTATION);
	/* tag, array, three heads of 2, 1 and 3 bytes, signature with head */
	len = 1 + 1 + 2 + header.len + 1 + 3 + b->len + 2 + KM_SIG_LEN;
	buf_free(&header);
	return len;
}

/* The limit falls where the bytes say. */
static void
test_size(void **state)
{
	struct world	w;
	struct km_bytes	who;
	struct buf	b;
	size_t		len, n, fits = 0, not = 0;
	enum refusal	r;

	(void)state;
	buf_init(&b, 2 * KM_ATTESTATION_MAX);
	for (n = 1; n <= 200; n++) {
		world_begin(&w, DECISION_GRANT);
		too_large(&w);
		w.draft.d.u.grant.not_covered[7].len = n;
		w.provider.d.u.provider.information =
		    km_bytes_of("https://voorbeeld-ict.example/" PAD50);
		world_build(&w);
		len = attestation_len(&w, &b);
		r = rules_check(&w.f, &w.act.d, w.act.approver, w.act.n,
		    &who);
		assert_int_equal(r, len > KM_ATTESTATION_MAX ? REFUSAL_LIMIT :
		    REFUSAL_NONE);
		fits += len == KM_ATTESTATION_MAX;
		not += len == KM_ATTESTATION_MAX + 1;
		world_end(&w);
	}
	assert_int_equal(fits, 1);
	assert_int_equal(not, 1);
	buf_free(&b);
}

/* Design section 3: 0 and 2 into each other, 0 to 3, any to 1. */
static void
test_transitions(void **state)
{
	static const char	allowed[4][5] = {
		/* to 0123 */
		"0111", "0000", "1100", "0100"
	};
	int	from, to;

	(void)state;
	for (from = 0; from < 4; from++)
		for (to = 0; to < 4; to++)
			assert_int_equal(rules_transition(
			    (enum km_status)from, (enum km_status)to),
			    allowed[from][to] - '0');
}

/* Latest day, then smallest id, wherever it stands. */
static void
test_main_assessment(void **state)
{
	struct decision	d[4];
	struct rested	r[4];
	size_t		i;

	(void)state;
	memset(d, 0, sizeof(d));
	memset(r, 0, sizeof(r));
	for (i = 0; i < 4; i++) {
		d[i].kind = DECISION_ASSESSMENT;
		d[i].u.assessment.day = 100;
		d[i].id[0] = (uint8_t)(9 - i);
		r[i].decision = &d[i];
	}
	assert_null(rules_main_assessment(r, 0));
	assert_ptr_equal(rules_main_assessment(r, 4), &r[3]);
	d[3].kind = DECISION_PROVIDER_CHANGE;
	assert_ptr_equal(rules_main_assessment(r, 4), &r[2]);
	assert_ptr_equal(rules_provider(r, 4), &r[3]);
	assert_null(rules_provider(r, 3));
	d[1].u.assessment.day = 101;
	assert_ptr_equal(rules_main_assessment(r, 4), &r[1]);
	d[0].u.assessment.day = 101;
	assert_ptr_equal(rules_main_assessment(r, 4), &r[1]);
	d[0].id[0] = 1;
	assert_ptr_equal(rules_main_assessment(r, 4), &r[0]);
}

static void
test_names(void **state)
{
	int	r, k;

	(void)state;
	for (r = 0; r < (int)REFUSAL_N; r++) {
		assert_non_null(refusal_name((enum refusal)r));
		assert_true(strlen(refusal_text((enum refusal)r)) > 4);
		for (k = 0; k < r; k++)
			assert_string_not_equal(
			    refusal_name((enum refusal)r),
			    refusal_name((enum refusal)k));
	}
	assert_string_equal(refusal_name(REFUSAL_STALE_ASSESSMENT),
	    "stale-assessment");
	assert_string_equal(refusal_name((enum refusal)-1), "unknown");
	assert_string_equal(refusal_name((enum refusal)99), "unknown");
	assert_true(strlen(refusal_text((enum refusal)99)) > 4);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_refusal_seen),
		cmocka_unit_test(test_unsupported),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_transitions),
		cmocka_unit_test(test_main_assessment),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
