/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * World: a small authority in which one decision may be carried out, for
 * tests of the rules. A case changes one thing before it is built.
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include "ca/record/rules.h"
#include "tests/lib/papers.h"

enum { ASSESSMENTS_MAX = 4, TODAY = SAMPLE_NOW / SAMPLE_DAY };

/* What one case is about; a case changes it before it is built. */
struct world {
	struct rules_facts f;
	struct papers_draft draft;		/* the decision at hand */
	struct papers_draft provider;
	size_t		 n_assessments;
	struct papers_draft assessment[ASSESSMENTS_MAX];
	struct body	 body;
	const char	*body_number;
	const char	*disabled;		/* NULL: nobody */
	const char	*signer[8];		/* NULL after the last */
	void		(*after)(struct world *);	/* built; or NULL */
	/* built */
	struct papers_act act, provider_act;
	struct papers_act assessment_act[ASSESSMENTS_MAX];
};

/* The people, and the scheme in force; put right again by world_begin(). */
extern struct papers	world_papers;
extern struct scheme	world_scheme;

/* cmocka's group fixtures: make the people, read schemas/scheme.json. */
int	world_setup(void **state);
int	world_teardown(void **state);

/* A world in which the decision of this kind may be carried out. */
void	world_begin(struct world *, enum decision_kind);
void	world_build(struct world *);
void	world_end(struct world *);

/* Changes that many cases make. */
void	world_sign(struct world *, const char *, const char *, const char *);
struct officer *world_officer(const char *id);
/* Assess and grant this line too, by the i-th assessment. */
void	world_line(struct world *, size_t i, enum km_claim,
	    const char *service, enum km_level);
/* Two assessments: of policy_advice and of the service workplace. */
void	world_two_assessments(struct world *);

struct world_row {
	const char	*name;
	enum decision_kind kind;
	void		(*change)(struct world *);
	enum refusal	 want;
	const char	*who;		/* "": nobody */
};
#define ROW(kind, name, want, who)					\
	{ #name, DECISION_##kind, name, REFUSAL_##want, who }
#define GOOD(kind, name)	ROW(kind, name, NONE, "")
/* The function of a row: what it changes in w, d being the decision. */
#define CASE(name, ...)							\
static void								\
name(struct world *w)							\
{									\
	struct decision	*d = &w->draft.d;				\
	(void)d;							\
	__VA_ARGS__							\
}
/* Run all; fails the test when one does not go as it says. Counts what came. */
void	world_rows(const struct world_row *, size_t n, size_t seen[REFUSAL_N]);

#endif
