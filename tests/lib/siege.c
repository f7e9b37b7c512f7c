/* SPDX-License-Identifier: EUPL-1.2 */
/* Siege: see siege.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/record/encode.h"
#include "tests/lib/siege.h"

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

const char *const siege_people[] = { "registrar", "decider-1", "reviewer",
				    NULL };

static void
assess(struct desk *d, size_t holder)
{
	struct papers_draft	draft;
	struct desk_act		a = { .n_leaves = 0 };

	desk_draft_assessment(d, &draft, holder);
	draft.d.u.assessment.line[0].level = KM_LEVEL_SUBSTANTIAL;
	desk_sign(d, &a, &draft.d, desk_assessor);
	must(desk_try(d, &a) == REFUSAL_NONE);
	d->holder[holder].assessment = a.act;	/* given to d */
	d->holder[holder].assessment_at = merkle_size(d->log) - 1;
}

static void
keep(struct siege *s)
{
	desk_journal(&s->desk, &s->journal);
	desk_state(&s->desk, &s->state);
}

void
siege_begin(struct siege *s, const char *name)
{
	struct desk	*d = &s->desk;

	memset(s, 0, sizeof(*s));
	buf_init(&s->journal, 1 << 26);
	buf_init(&s->state, 4096);
	desk_begin(d, name);
	desk_fork(d);
	must(desk_hello(d) == REFUSAL_NONE);
	desk_furnish(d);
	must(desk_provider(d) == SIEGE_HOLDER);
	must(desk_provider(d) == SIEGE_OTHER);
	assess(d, SIEGE_HOLDER);
	assess(d, SIEGE_OTHER);
	must(desk_grant(d, SIEGE_HOLDER) == SIEGE_VALID);
	must(desk_grant(d, SIEGE_HOLDER) == SIEGE_SUSPENDED);
	must(desk_grant(d, SIEGE_HOLDER) == SIEGE_WITHDRAWN);
	must(desk_turn(d, DECISION_SUSPEND, SIEGE_SUSPENDED) ==
	    REFUSAL_NONE);
	must(desk_turn(d, DECISION_WITHDRAW, SIEGE_WITHDRAWN) ==
	    REFUSAL_NONE);
	must(desk_publish(d, NULL) == REFUSAL_NONE);
	keep(s);
}

void
siege_end(struct siege *s)
{
	printf("%u attacks\n", s->attacks);
	desk_end(&s->desk);
	buf_free(&s->journal);
	buf_free(&s->state);
}

static void
wrong(const char *name, const char *what)
{
	fprintf(stderr, "%s: %s\n", name, what);
	abort();
}

/* All is as it was, byte for byte; and what is good still goes. */
static void
stands(struct siege *s, const char *name)
{
	struct papers_draft	draft;
	struct desk_holder	h;
	struct desk_act		good = { .n_leaves = 0 };
	struct buf		found;

	buf_init(&found, 1 << 26);
	desk_journal(&s->desk, &found);
	if (found.len != s->journal.len ||
	    memcmp(found.p, s->journal.p, found.len) != 0)
		wrong(name, "the journal changed");
	desk_state(&s->desk, &found);
	if (found.len != s->state.len ||
	    memcmp(found.p, s->state.p, found.len) != 0)
		wrong(name, "the state changed");
	buf_free(&found);

	desk_draft_provider(&s->desk, &draft, &h);
	desk_sign(&s->desk, &good, &draft.d, desk_two);
	if (desk_try(&s->desk, &good) != REFUSAL_NONE)
		wrong(name, "a good act after it is refused");
	desk_act_free(&good);
	keep(s);
	s->attacks++;
}

static void
refused(const char *name, enum refusal want, enum refusal found)
{
	if (found == want)
		return;
	fprintf(stderr, "%s: expected %s, found %s\n", name,
	    refusal_name(want), refusal_name(found));
	abort();
}

void
siege_act(struct siege *s, const struct attack *attack)
{
	struct attempt	*t = calloc(1, sizeof(*t));
	uint64_t	 batch = s->desk.batch;

	must(t != NULL);
	t->d = &s->desk;
	attack->make(t);
	refused(attack->name, attack->want, desk_try(&s->desk, &t->act));
	must(s->desk.batch == batch);	/* it did not count */
	stands(s, attack->name);
	desk_act_free(&t->act);
	papers_act_free(&t->other);
	sample_free(&t->bytes);
	free(t);
}

void
siege_message(struct siege *s, const char *name, enum refusal want,
    const struct buf *ask)
{
	struct buf	reply;

	buf_init(&reply, MSG_MAX);
	desk_ask(&s->desk, ask, &reply);
	refused(name, want, desk_refusal(&reply));
	buf_free(&reply);
	stands(s, name);
}

void
siege_bytes(struct siege *s, const char *name, const void *p, size_t len)
{
	must(write(s->desk.fd, p, len) == (ssize_t)len);
	if (desk_join(&s->desk) != 1)
		wrong(name, "expected the signer to end with status 1");
	desk_fork(&s->desk);
	must(desk_hello(&s->desk) == REFUSAL_NONE);
	stands(s, name);
}

void
siege_grant(struct attempt *t)
{
	desk_draft_grant(t->d, &t->draft, SIEGE_HOLDER);
	t->draft.d.u.grant.line[0].level = KM_LEVEL_SUBSTANTIAL;
}

void
siege_sign(struct attempt *t, const char *const *ids)
{
	desk_sign(t->d, &t->act, &t->draft.d, ids);
	desk_rest_provider(t->d, &t->act, SIEGE_HOLDER);
	desk_rest_assessment(t->d, &t->act, SIEGE_HOLDER);
}

struct desk_rested *
siege_assessment(struct attempt *t)
{
	return &t->act.rested[t->act.rested[0].has_place ? 0 : 1];
}

void
siege_approval(struct attempt *t, size_t i, const struct sample_key *key,
    const char *iss, const char *sub, const void *payload, size_t len)
{
	sample_free(&t->act.act.approval[i]);
	papers_approval(&t->act.act.approval[i], key, iss, sub, payload, len);
}
