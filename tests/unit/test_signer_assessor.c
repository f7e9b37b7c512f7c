/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who assessed a holder, and who works where the assessor did, has no say
 * over its marks (design section 5). Suspend, lift and withdraw rest on no
 * assessment: the signer tells from what it remembers, whether it has run on,
 * read its journal, or a snapshot.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/desk.h"

static const char *const	with_both[] = { "registrar", "both",
				    "decider-2", NULL };
static const char *const	with_assessor[] = { "registrar", "assessor",
				    "decider-1", NULL };
static const char *const	decider_2[] = { "decider-2", NULL };

static void
opened(struct desk *d, const char *name)
{
	desk_begin(d, name);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
	desk_furnish(d);
	desk_assess(d, desk_provider(d));
	desk_grant(d, 0);
}

/* In force from now on: one officer with this employer and these roles. */
static void
employ(struct desk *d, const char *id, const char *employer,
    unsigned int roles)
{
	const struct papers_person	*signer[2];
	struct officers			 os = d->papers.officers;
	struct sample_buf		 list = { 0 };
	struct desk_act			 a = { .n_leaves = 0 };
	struct officer			*o;

	os.officer = calloc(os.n, sizeof(*os.officer));
	memcpy(os.officer, d->papers.officers.officer,
	    os.n * sizeof(*os.officer));
	os.version = d->sg->state.officers.version + 1;
	for (o = os.officer; o < os.officer + os.n; o++)
		if (km_bytes_equal(o->id, km_bytes_of(id))) {
			o->employer = km_bytes_of(employer);
			o->roles = roles;
		}
	signer[0] = &d->papers.manager[0];
	signer[1] = &d->papers.manager[1];
	papers_officers_write(&list, &os, signer, 2);
	a.list = (struct km_bytes){ list.p, list.len };
	assert_int_equal(desk_try(d, &a), REFUSAL_NONE);
	sample_free(&list);
	free(os.officer);
}

static enum refusal
turn(struct desk *d, enum decision_kind kind, const char *proposer,
    const char *const *ids)
{
	struct papers_draft	draft;
	struct desk_act		a = { .n_leaves = 0 };
	enum refusal		r;

	desk_draft_mark(d, &draft, kind, 0);
	draft.d.proposer = km_bytes_of(proposer);
	desk_sign(d, &a, &draft.d, ids);
	desk_leaf(d, &a, 0);
	r = desk_try(d, &a);
	desk_act_free(&a);
	return r;
}

static void
again(struct desk *d, int snapshot)
{
	if (snapshot)
		desk_close(d);
	else
		desk_drop(d);
	desk_open(d);
	assert_int_equal(desk_hello(d), REFUSAL_NONE);
}

/* An officer whom the body employs. */
static void
works_for_the_body(void **arg)
{
	struct desk	*d = calloc(1, sizeof(*d));
	int		 i;

	(void)arg;
	opened(d, "employer");
	employ(d, "decider-1", PAPERS_BODY, ROLE_DECIDER);
	for (i = 0; i < 3; i++) {
		assert_int_equal(turn(d, DECISION_SUSPEND, "decider-1",
		    desk_decider), REFUSAL_ASSESSOR);
		assert_int_equal(turn(d, DECISION_WITHDRAW, "registrar",
		    desk_three), REFUSAL_ASSESSOR);
		again(d, i);
	}
	assert_int_equal(turn(d, DECISION_SUSPEND, "decider-2", decider_2),
	    REFUSAL_NONE);
	assert_int_equal(turn(d, DECISION_LIFT, "registrar", desk_three),
	    REFUSAL_ASSESSOR);
	assert_int_equal(turn(d, DECISION_LIFT, "registrar", with_both),
	    REFUSAL_NONE);
	desk_end(d);
	free(d);
}

/* The assessor himself, who has come to work for the authority. */
static void
was_the_assessor(void **arg)
{
	struct desk	*d = calloc(1, sizeof(*d));
	int		 i;

	(void)arg;
	opened(d, "assessor");
	desk_assess(d, 0);		/* once more: still one assessor */
	employ(d, "assessor", "", ROLE_REVIEWER);
	for (i = 0; i < 3; i++) {
		assert_int_equal(turn(d, DECISION_WITHDRAW, "registrar",
		    with_assessor), REFUSAL_ASSESSOR);
		again(d, i);
	}
	assert_int_equal(turn(d, DECISION_WITHDRAW, "registrar", desk_three),
	    REFUSAL_NONE);
	desk_end(d);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(works_for_the_body),
		cmocka_unit_test(was_the_assessor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
