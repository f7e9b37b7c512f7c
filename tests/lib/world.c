/* SPDX-License-Identifier: EUPL-1.2 */
/* World: an authority to try the rules on; see world.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/world.h"

struct papers		 world_papers;
struct scheme		 world_scheme;
static struct officer	 officers[PAPERS_PEOPLE];	/* as they were */
static struct km_trust	 trust;
static struct scheme	 scheme_good;
static const uint8_t	 other_hash[KM_HASH_LEN] = { 1, 2, 3 };

static int
disabled(void *arg, struct km_bytes officer)
{
	struct world	*w = arg;

	return w->disabled != NULL &&
	    km_bytes_equal(km_bytes_of(w->disabled), officer);
}

static const struct body *
body(void *arg, struct km_bytes number)
{
	struct world	*w = arg;

	return km_bytes_equal(km_bytes_of(w->body_number), number) ?
	    &w->body : NULL;
}

void
world_sign(struct world *w, const char *a, const char *b, const char *c)
{
	w->signer[0] = a;
	w->signer[1] = b;
	w->signer[2] = c;
	w->signer[3] = NULL;
}

struct officer *
world_officer(const char *id)
{
	size_t	i;

	for (i = 0; i < PAPERS_PEOPLE; i++)
		if (km_bytes_equal(world_papers.officers.officer[i].id,
		    km_bytes_of(id)))
			return &world_papers.officers.officer[i];
	fail_msg("%s: no such officer", id);
	return NULL;
}

static void
facts_begin(struct world *w)
{
	struct rules_facts	*f = &w->f;

	f->now = SAMPLE_NOW;
	f->authority = km_bytes_of(SAMPLE_AUTHORITY);
	f->environment = KM_ENVIRONMENT_DEMONSTRATION;
	f->trust_first = world_papers.first;
	f->scheme = &world_scheme;
	f->scheme_hash = other_hash;
	f->officers = &world_papers.officers;
	f->trust = &world_papers.trust;
	f->disabled = disabled;
	f->body = body;
	f->arg = w;
}

void
world_begin(struct world *w, enum decision_kind kind)
{
	memset(w, 0, sizeof(*w));
	memcpy(world_papers.officers.officer, officers, sizeof(officers));
	world_papers.trust = trust;
	world_scheme = scheme_good;
	facts_begin(w);
	papers_draft(&w->draft, &world_papers, kind);
	papers_draft(&w->provider, &world_papers, DECISION_PROVIDER_ADD);
	papers_draft(&w->assessment[0], &world_papers, DECISION_ASSESSMENT);
	papers_draft(&w->assessment[1], &world_papers, DECISION_ASSESSMENT);
	papers_draft(&w->assessment[2], &world_papers, DECISION_ASSESSMENT);
	papers_draft(&w->assessment[3], &world_papers, DECISION_ASSESSMENT);
	w->body_number = PAPERS_BODY;
	w->body.name = km_bytes_of("Voorbeeld Certificatie");
	w->body.from = TODAY - 400;
	w->body.until = TODAY + 400;
	w->body.level = KM_LEVEL_SUBSTANTIAL;
	w->f.known = kind == DECISION_SUSPEND || kind == DECISION_LIFT ||
	    kind == DECISION_WITHDRAW;
	w->f.has_provider = kind == DECISION_GRANT ||
	    kind == DECISION_ASSESSMENT;
	w->f.statuses = 1U << (kind == DECISION_LIFT ? KM_STATUS_SUSPENDED :
	    KM_STATUS_VALID);
	w->f.last_exp = SAMPLE_NOW + 100 * SAMPLE_DAY;
	w->f.holder = km_bytes_of(PAPERS_HOLDER);
	switch ((int)kind) {
	case DECISION_GRANT:
		w->n_assessments = 1;
		/* FALLTHROUGH */
	case DECISION_PROVIDER_ADD:
	case DECISION_BODY_ADD:
		world_sign(w, "registrar", "decider-1", NULL);
		break;
	case DECISION_ASSESSMENT:
		world_sign(w, "assessor", NULL, NULL);
		break;
	case DECISION_SUSPEND:
	case DECISION_DISABLE:
		world_sign(w, "decider-1", NULL, NULL);
		break;
	case DECISION_SCHEME:
		w->draft.d.u.scheme.version = 2;
		world_sign(w, world_papers.root[0].id, world_papers.root[2].id, NULL);
		break;
	default:
		world_sign(w, "registrar", "decider-1", "reviewer");
		break;
	}
}

void
world_build(struct world *w)
{
	struct decision	*at;
	size_t		 i, k;

	papers_write(&w->provider_act, &w->provider.d);
	if (w->draft.d.kind == DECISION_GRANT) {
		memcpy(w->f.provider, w->provider_act.d.id, KM_HASH_LEN);
		papers_rest(&w->draft, w->provider_act.d.id);
	}
	for (i = 0; i < w->n_assessments; i++) {
		papers_write(&w->assessment_act[i], &w->assessment[i].d);
		papers_sign(&w->assessment_act[i], &world_papers, "assessor");
		papers_open(&w->assessment_act[i], &world_papers);
		papers_rest(&w->draft, w->assessment_act[i].d.id);
	}
	papers_write(&w->act, &w->draft.d);
	for (i = 0; w->signer[i] != NULL; i++)
		papers_sign(&w->act, &world_papers, w->signer[i]);
	papers_open(&w->act, &world_papers);

	w->f.n_rested = w->act.d.n_rests_on;
	for (k = 0; k < w->f.n_rested; k++) {
		at = &w->provider_act.d;
		for (i = 0; i < w->n_assessments; i++)
			if (memcmp(w->assessment_act[i].d.id,
			    w->act.d.rests_on[k].p, KM_HASH_LEN) == 0) {
				at = &w->assessment_act[i].d;
				w->f.rested[k].approver =
				    w->assessment_act[i].approver;
				w->f.rested[k].n_approvers = 1;
			}
		w->f.rested[k].decision = at;
	}
	if (w->after != NULL)
		w->after(w);
}

void
world_end(struct world *w)
{
	size_t	i;

	papers_act_free(&w->act);
	papers_act_free(&w->provider_act);
	for (i = 0; i < ASSESSMENTS_MAX; i++)
		papers_act_free(&w->assessment_act[i]);
}

void
world_line(struct world *w, size_t i, enum km_claim claim, const char *service,
    enum km_level level)
{
	struct assessment	*a = &w->assessment[i].d.u.assessment;
	struct grant		*g = &w->draft.d.u.grant;

	a->line[0] = g->line[g->n_lines++] = papers_line(claim, service,
	    level);
	if (w->n_assessments <= i)
		w->n_assessments = i + 1;
}

void
world_two_assessments(struct world *w)
{
	w->draft.d.u.grant.n_lines = 0;
	world_line(w, 1, KM_CLAIM_POLICY_ADVICE, NULL, KM_LEVEL_BASIC);
	world_line(w, 0, KM_CLAIM_BASIC_MEASURES, "workplace",
	    KM_LEVEL_BASIC);
}

/* Run one case; returns 1 when it goes as the row says. */
static int
row_run(const struct world_row *row, size_t seen[REFUSAL_N])
{
	struct world	w;
	struct km_bytes	who;
	enum refusal	r;
	int		right;

	world_begin(&w, row->kind);
	row->change(&w);
	world_build(&w);
	r = rules_check(&w.f, &w.act.d, w.act.approver, w.act.n, &who);
	right = r == row->want && km_bytes_equal(who, km_bytes_of(row->who));
	if (!right)
		print_error("%s of %s: wanted %s (%s), got %s (%.*s)\n",
		    row->name, decision_kind_name(row->kind),
		    refusal_name(row->want), row->who, refusal_name(r),
		    (int)who.len, (const char *)who.p);
	/* Something is missing exactly when that is what is said. */
	if (r == REFUSAL_NONE || r == REFUSAL_APPROVALS)
		assert_int_equal(rules_missing(&w.f, &w.act.d,
		    w.act.approver, w.act.n) != 0, r == REFUSAL_APPROVALS);
	seen[r]++;
	world_end(&w);
	return right;
}

void
world_rows(const struct world_row *row, size_t n, size_t seen[REFUSAL_N])
{
	size_t	i, wrong = 0;

	for (i = 0; i < n; i++)
		wrong += !row_run(&row[i], seen);
	assert_int_equal(wrong, 0);
}

static void
scheme_read(void)
{
	static uint8_t		json[SCHEME_JSON_MAX];
	struct scheme_error	error;
	FILE			*file;
	size_t			 len;

	assert_non_null(file = fopen("schemas/scheme.json", "r"));
	len = fread(json, 1, sizeof(json), file);
	fclose(file);
	if (!scheme_parse(&scheme_good, json, len, &error))
		fail_msg("schemas/scheme.json:%d: %s", error.line,
		    error.message);
}

int
world_setup(void **state)
{
	(void)state;
	papers_begin(&world_papers, KM_ENVIRONMENT_DEMONSTRATION);
	memcpy(officers, world_papers.officers.officer, sizeof(officers));
	trust = world_papers.trust;
	scheme_read();
	return 0;
}

int
world_teardown(void **state)
{
	(void)state;
	papers_end(&world_papers);
	return 0;
}
