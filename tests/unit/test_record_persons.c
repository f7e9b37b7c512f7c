/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Persons: who may propose and approve. A table of cases, each a good case
 * with one thing changed; at least one for each refusal of persons.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/world.h"

static struct officers	list;

CASE(as_it_is, (void)w;)
static void
nobody_signed(struct world *w)
{
	size_t	i;

	for (i = 0; i < w->act.n; i++)
		sample_free(&w->act.approval[i]);
	w->act.n = 0;
}
static void
turn_round(struct world *w)
{
	struct approver	a = w->act.approver[w->act.n - 1];

	w->act.approver[w->act.n - 1] = w->act.approver[w->act.n - 2];
	w->act.approver[w->act.n - 2] = a;
}
CASE(unsigned_, w->after = nobody_signed;)
CASE(turned_round, w->after = turn_round;)
CASE(only_decider, world_sign(w, "decider-1", NULL, NULL);)
CASE(only_registrar, world_sign(w, "registrar", NULL, NULL);)
CASE(registrar_twice, world_sign(w, "registrar", "registrar", NULL);)
CASE(decider_twice, world_sign(w, "registrar", "decider-1", "decider-1");)
CASE(two_deciders, world_sign(w, "registrar", "decider-1", "decider-2");)
CASE(reviewer_too, world_sign(w, "registrar", "decider-1", "reviewer");)
CASE(no_reviewer, world_sign(w, "registrar", "decider-1", NULL);)
CASE(no_decider, world_sign(w, "registrar", "reviewer", NULL);)
CASE(assessor_approves, world_sign(w, "registrar", "assessor", NULL);)
CASE(root_approves, world_sign(w, "registrar", world_papers.root[0].id, NULL);)
CASE(manager_approves, world_sign(w, "registrar",
    world_papers.manager[0].id, NULL);)
CASE(manager_expired, manager_approves(w); {
	size_t i;
	for (i = 0; i < world_papers.trust.n_keys; i++)
		world_papers.trust.key[i].not_after = SAMPLE_NOW;
})
CASE(manager_not_begun, manager_approves(w); {
	size_t i;
	for (i = 0; i < world_papers.trust.n_keys; i++)
		world_papers.trust.key[i].not_before = SAMPLE_NOW + 1;
})
static void
manager_leaves(struct world *w)
{
	(void)w;
	world_papers.trust.n_keys = 0;
}
CASE(manager_left, manager_approves(w); w->after = manager_leaves;)
static void
manager_revoke(struct world *w)
{
	size_t	i;

	(void)w;
	for (i = 0; i < world_papers.trust.n_keys; i++)
		world_papers.trust.key[i].revoked_at = SAMPLE_NOW - 1;
}
CASE(manager_revoked, manager_approves(w); w->after = manager_revoke;)
CASE(both_once, world_sign(w, "registrar", "both", NULL);)
CASE(both_and_decider, world_sign(w, "registrar", "both", "decider-1");)
CASE(both_and_reviewer, world_sign(w, "registrar", "both", "reviewer");)
CASE(reviewer_proposes, d->proposer = km_bytes_of("reviewer");
    world_sign(w, "reviewer", "decider-1", NULL);)
CASE(registrar_suspends, d->proposer = km_bytes_of("registrar");
    world_sign(w, "registrar", NULL, NULL);)
CASE(second_on_suspend, world_sign(w, "decider-1", "decider-2", NULL);)
CASE(officers_expired, list.expires = SAMPLE_NOW; w->f.officers = &list;)
CASE(officers_last_second, list.expires = SAMPLE_NOW + 1;
    w->f.officers = &list;)
CASE(no_officers, w->f.officers = NULL;)
CASE(not_yet_officer, world_officer("decider-1")->from = SAMPLE_NOW + 1;)
CASE(officer_from_now, world_officer("decider-1")->from = SAMPLE_NOW;)
CASE(no_longer_officer, world_officer("decider-1")->until = SAMPLE_NOW;)
CASE(decider_disabled, w->disabled = "decider-1";)
CASE(registrar_disabled, w->disabled = "registrar";)
CASE(conflict_of_decider, world_officer("decider-1")->n_conflicts = 2;
    world_officer("decider-1")->conflict[0] = km_bytes_of("NTRNL-00000000");
    world_officer("decider-1")->conflict[1] = km_bytes_of(PAPERS_HOLDER);)
CASE(conflict_of_registrar, world_officer("registrar")->n_conflicts = 1;
    world_officer("registrar")->conflict[0] = km_bytes_of(PAPERS_HOLDER);)
CASE(conflict_with_other, world_officer("decider-1")->n_conflicts = 1;
    world_officer("decider-1")->conflict[0] = km_bytes_of("NTRNL-00000000");)
CASE(holder_not_known, conflict_with_other(w); w->f.holder.len = 0;)
CASE(holder_not_known_no_conflict, w->f.holder.len = 0;)
CASE(works_for_body, world_officer("decider-1")->employer =
    km_bytes_of(PAPERS_BODY);)
CASE(works_for_body_otherwise_written, world_officer("decider-1")->employer =
    km_bytes_of("C.9-99 ");)
CASE(works_for_longer_number, world_officer("decider-1")->employer =
    km_bytes_of("C 9990");)
CASE(works_for_other_body, world_officer("decider-1")->employer =
    km_bytes_of("C 998");)
CASE(assessor_moved, works_for_other_body(w);
    world_officer("assessor")->employer = km_bytes_of("C 998");)
CASE(assessor_left, works_for_body(w);
    world_officer("assessor")->employer = km_bytes_of("C 998");)
CASE(registrar_decides_too, world_officer("registrar")->roles |=
    ROLE_DECIDER; only_registrar(w);)
CASE(was_assessor, w->assessment[0].d.proposer = km_bytes_of("decider-1");)
/* Acts on a mark rest on nothing: what the holder's file has counts. */
static void
assessed(struct world *w, const char *person, const char *body)
{
	w->f.n_assessed = 1;
	w->f.assessed[0].person = km_bytes_of(person);
	w->f.assessed[0].body = km_bytes_of(body);
}
CASE(file_of_decider, assessed(w, "decider-1", "C 998");)
CASE(file_of_registrar, assessed(w, "registrar", "C 998");)
CASE(file_of_another, assessed(w, "assessor", PAPERS_BODY);)
CASE(file_of_his_body, works_for_body(w); file_of_another(w);)
CASE(file_of_other_body, works_for_other_body(w); file_of_another(w);)
CASE(file_assessor_moved, assessor_moved(w); file_of_another(w);)
CASE(file_of_who_left, works_for_body(w); assessed(w, "gone", PAPERS_BODY);)

static const struct world_row rows[] = {
	GOOD(GRANT, as_it_is),
	ROW(GRANT, unsigned_, APPROVALS, ""),
	ROW(LIFT, turned_round, ORDER, "decider-1"),
	ROW(GRANT, turned_round, ORDER, "decider-1"),
	ROW(GRANT, only_decider, ORDER, "decider-1"),
	ROW(PROVIDER_ADD, only_registrar, APPROVALS, ""),
	ROW(BODY_ADD, only_registrar, APPROVALS, ""),
	ROW(GRANT, only_registrar, APPROVALS, ""),
	ROW(LIFT, only_registrar, APPROVALS, ""),
	ROW(WITHDRAW, no_reviewer, APPROVALS, ""),
	ROW(LIFT, no_reviewer, APPROVALS, ""),
	ROW(WITHDRAW, no_decider, APPROVALS, ""),
	ROW(LIFT, two_deciders, APPROVALS, ""),
	ROW(GRANT, registrar_twice, TWICE, "registrar"),
	ROW(GRANT, decider_twice, TWICE, "decider-1"),
	GOOD(GRANT, two_deciders),
	ROW(GRANT, reviewer_too, ROLE, "reviewer"),
	ROW(GRANT, assessor_approves, ROLE, "assessor"),
	ROW(GRANT, root_approves, ROLE, world_papers.root[0].id),
	ROW(GRANT, manager_approves, ROLE, world_papers.manager[0].id),
	ROW(GRANT, manager_expired, PERSON, world_papers.manager[0].id),
	ROW(GRANT, manager_not_begun, PERSON, world_papers.manager[0].id),
	ROW(GRANT, manager_revoked, PERSON, world_papers.manager[0].id),
	ROW(GRANT, manager_left, PERSON, world_papers.manager[0].id),
	GOOD(GRANT, both_once),
	ROW(LIFT, both_once, APPROVALS, ""),
	GOOD(LIFT, both_and_decider),
	GOOD(LIFT, both_and_reviewer),
	ROW(GRANT, reviewer_proposes, ROLE, "reviewer"),
	ROW(SUSPEND, registrar_suspends, ROLE, "registrar"),
	ROW(DISABLE, registrar_suspends, ROLE, "registrar"),
	ROW(SUSPEND, second_on_suspend, ROLE, "decider-2"),
	ROW(GRANT, officers_expired, OFFICERS_EXPIRED, "registrar"),
	GOOD(GRANT, officers_last_second),
	ROW(GRANT, no_officers, OFFICERS_EXPIRED, "registrar"),
	GOOD(SCHEME, officers_expired),
	ROW(GRANT, not_yet_officer, PERSON, "decider-1"),
	GOOD(GRANT, officer_from_now),
	ROW(GRANT, no_longer_officer, PERSON, "decider-1"),
	ROW(GRANT, decider_disabled, PERSON, "decider-1"),
	ROW(GRANT, registrar_disabled, PERSON, "registrar"),
	ROW(GRANT, conflict_of_decider, CONFLICT, "decider-1"),
	ROW(PROVIDER_ADD, conflict_of_registrar, CONFLICT, "registrar"),
	ROW(BODY_ADD, works_for_body, CONFLICT, "decider-1"),
	ROW(BODY_ADD, works_for_body_otherwise_written, CONFLICT,
	    "decider-1"),
	GOOD(BODY_ADD, works_for_other_body),
	GOOD(GRANT, conflict_with_other),
	ROW(LIFT, conflict_of_decider, CONFLICT, "decider-1"),
	ROW(SUSPEND, conflict_of_decider, CONFLICT, "decider-1"),
	GOOD(WITHDRAW, conflict_with_other),
	ROW(WITHDRAW, holder_not_known, CONFLICT, "decider-1"),
	GOOD(WITHDRAW, holder_not_known_no_conflict),
	ROW(GRANT, works_for_body, ASSESSOR, "decider-1"),
	ROW(GRANT, works_for_body_otherwise_written, ASSESSOR, "decider-1"),
	GOOD(GRANT, works_for_longer_number),
	GOOD(GRANT, works_for_other_body),
	ROW(GRANT, assessor_moved, ASSESSOR, "decider-1"),
	ROW(GRANT, assessor_left, ASSESSOR, "decider-1"),
	ROW(GRANT, registrar_decides_too, APPROVALS, ""),
	ROW(GRANT, was_assessor, ASSESSOR, "decider-1"),
	ROW(LIFT, file_of_decider, ASSESSOR, "decider-1"),
	ROW(WITHDRAW, file_of_registrar, ASSESSOR, "registrar"),
	ROW(SUSPEND, file_of_decider, ASSESSOR, "decider-1"),
	ROW(GRANT, file_of_decider, ASSESSOR, "decider-1"),
	GOOD(LIFT, file_of_another),
	ROW(LIFT, file_of_his_body, ASSESSOR, "decider-1"),
	GOOD(LIFT, file_of_other_body),
	ROW(WITHDRAW, file_assessor_moved, ASSESSOR, "decider-1"),
	ROW(WITHDRAW, file_of_who_left, ASSESSOR, "decider-1"),
};

static size_t	seen[REFUSAL_N];

static void
test_rows(void **state)
{
	(void)state;
	world_rows(rows, sizeof(rows) / sizeof(rows[0]), seen);
}

static void
test_every_refusal_seen(void **state)
{
	static const enum refusal	all[] = {
		REFUSAL_PERSON, REFUSAL_ROLE, REFUSAL_TWICE,
		REFUSAL_APPROVALS, REFUSAL_ORDER, REFUSAL_ASSESSOR,
		REFUSAL_CONFLICT, REFUSAL_OFFICERS_EXPIRED
	};
	size_t				i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (seen[all[i]] == 0)
			fail_msg("%s: not seen", refusal_name(all[i]));
}

/* From level substantial on, a reviewer must look at a grant as well. */
static void
test_grant_levels(void **state)
{
	static const struct {
		enum km_level	 level;
		const char	*signer[3];
		enum refusal	 want;
		unsigned int	 missing;
	} cases[] = {
		{ KM_LEVEL_BASIC, { "registrar", "decider-1" },
		    REFUSAL_NONE, 0 },
		{ KM_LEVEL_BASIC, { "registrar" },
		    REFUSAL_APPROVALS, ROLE_DECIDER },
		{ KM_LEVEL_SUBSTANTIAL, { "registrar", "decider-1" },
		    REFUSAL_APPROVALS, ROLE_REVIEWER },
		{ KM_LEVEL_SUBSTANTIAL, { "registrar", "reviewer" },
		    REFUSAL_APPROVALS, ROLE_DECIDER },
		{ KM_LEVEL_SUBSTANTIAL, { "registrar" },
		    REFUSAL_APPROVALS, ROLE_REVIEWER | ROLE_DECIDER },
		{ KM_LEVEL_SUBSTANTIAL, { "registrar", "decider-1",
		    "reviewer" }, REFUSAL_NONE, 0 },
		{ KM_LEVEL_SUBSTANTIAL, { "registrar", "both", "decider-2" },
		    REFUSAL_NONE, 0 },
	};
	struct world	w;
	struct km_bytes	who;
	size_t		i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world_begin(&w, DECISION_GRANT);
		world_two_assessments(&w);
		/* The highest of the lines counts, not the first. */
		w.assessment[0].d.u.assessment.line[0].level = cases[i].level;
		w.draft.d.u.grant.line[1].level = cases[i].level;
		world_sign(&w, cases[i].signer[0], cases[i].signer[1],
		    cases[i].signer[2]);
		world_build(&w);
		assert_int_equal(rules_level(&w.act.d), cases[i].level);
		assert_int_equal(rules_check(&w.f, &w.act.d, w.act.approver,
		    w.act.n, &who), cases[i].want);
		assert_int_equal(rules_missing(&w.f, &w.act.d,
		    w.act.approver, w.act.n), cases[i].missing);
		world_end(&w);
	}
}

static void
test_missing(void **state)
{
	struct world	w;

	(void)state;
	world_begin(&w, DECISION_LIFT);
	world_build(&w);
	assert_int_equal(rules_missing(&w.f, &w.act.d, NULL, 0),
	    ROLE_REGISTRAR | ROLE_REVIEWER | ROLE_DECIDER);
	assert_int_equal(rules_level(&w.act.d), 0);
	w.f.scheme = NULL;
	assert_int_equal(rules_missing(&w.f, &w.act.d, NULL, 0), 0);
	world_end(&w);
	world_begin(&w, DECISION_SCHEME);
	world_build(&w);
	assert_int_equal(rules_missing(&w.f, &w.act.d, w.act.approver, 1),
	    ROLE_ROOT);
	w.f.scheme = NULL;
	assert_int_equal(rules_missing(&w.f, &w.act.d, w.act.approver, 1),
	    ROLE_ROOT);
	assert_int_equal(rules_missing(&w.f, &w.act.d, w.act.approver, 2), 0);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_refusal_seen),
		cmocka_unit_test(test_grant_levels),
		cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
