/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whom office lets approve, where its own memory of people counts: who
 * assessed a holder, and who may approve no longer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/bureau_main.h"

static struct desk_holder	holder[1];

/* The next officers list: the body that assessed employs decider-1. */
static void
employ(void)
{
	static const struct km_bytes	 none = { NULL, 0 };
	const struct papers_person	*signer[2];
	struct officers			 os = b.desk->papers.officers;
	struct officer			 all[PAPERS_PEOPLE];
	struct sample_buf		 list = { 0 };
	struct km_bytes			 bytes;
	size_t				 i, slot;

	memcpy(all, os.officer, os.n * sizeof(all[0]));
	os.officer = all;
	os.version = 2;
	for (i = 0; i < os.n; i++)
		if (km_bytes_equal(all[i].id, km_bytes_of("decider-1")))
			all[i].employer = km_bytes_of(PAPERS_BODY);
	signer[0] = &b.desk->papers.manager[0];
	signer[1] = &b.desk->papers.manager[1];
	papers_officers_write(&list, &os, signer, 2);
	bytes = (struct km_bytes){ list.p, list.len };
	slot = bureau_bytes(&b, bytes, none, none);
	decide_arrived(b.dc);
	bureau_settle(&b);
	assert_int_equal(bureau_state(&b, slot), ACTED_DONE);
	sample_free(&list);
}

/* Office too knows who assessed a holder, where an act rests on nothing. */
static void
test_assessor(void **state)
{
	struct papers_act	act;
	size_t			slot;

	(void)state;
	bureau_grant(&b, &act, &holder[0], desk_two);
	slot = bureau_propose(&b, &act);
	bureau_settle(&b);
	assert_int_equal(bureau_state(&b, slot), ACTED_DONE);
	papers_act_free(&act);
	employ();
	bureau_on_mark(&b, &act, DECISION_SUSPEND, b.told[slot].mark, desk_decider);
	slot = bureau_propose(&b, &act);
	assert_int_equal(bureau_state(&b, slot), ACTED_REFUSED);
	assert_int_equal(b.told[slot].refusal, REFUSAL_ASSESSOR);
	assert_string_equal(b.told[slot].detail, "decider-1");
	papers_act_free(&act);
}

/* Who was disabled takes nothing along: another approves in that place. */
static void
test_passed_over(void **state)
{
	static const char *const	four[] = { "registrar", "decider-1",
					    "decider-2", "reviewer", NULL };
	struct papers_act		act, disable;
	struct papers_draft		d;
	size_t				slot;

	(void)state;
	bureau_grant(&b, &act, &holder[0], desk_two);
	slot = bureau_propose(&b, &act);
	bureau_settle(&b);
	papers_act_free(&act);
	bureau_on_mark(&b, &act, DECISION_WITHDRAW, b.told[slot].mark, four);
	assert_int_equal(bureau_state(&b, bureau_arrive(&b, &act, 0)),
	    ACTED_PENDING);
	assert_int_equal(bureau_state(&b, bureau_arrive(&b, &act, 1)),
	    ACTED_PENDING);
	bureau_draft(&b, &d, DECISION_DISABLE);
	d.d.proposer = km_bytes_of("decider-2");
	d.d.u.person = km_bytes_of("decider-1");
	papers_write(&disable, &d.d);
	papers_sign(&disable, &b.desk->papers, "decider-2");
	slot = bureau_propose(&b, &disable);
	bureau_settle(&b);
	assert_int_equal(bureau_state(&b, slot), ACTED_DONE);
	slot = bureau_arrive(&b, &act, 3);
	assert_int_equal(bureau_state(&b, slot), ACTED_PENDING);
	assert_int_equal(b.told[slot].missing, ROLE_DECIDER);
	slot = bureau_arrive(&b, &act, 2);
	bureau_settle(&b);
	assert_int_equal(bureau_state(&b, slot), ACTED_DONE);
	papers_act_free(&act);
	papers_act_free(&disable);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		EACH(test_assessor), EACH(test_passed_over)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
