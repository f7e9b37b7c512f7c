/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What resembles what was typed. Leaves get points for each three letters
 * that they have of it, the more the rarer these are; those with the most
 * points are compared in full. So the work is bounded, whatever is typed and
 * whatever is registered: GRAMS_TYPED_MAX lists, POINTS_MAX places in them,
 * CANDIDATES comparisons.
 */
#include <string.h>

#include "search_hits.h"

enum {
	CANDIDATES = 96,
	LEAST = 550,			/* of 1000, to be shown at all */
	POINTS_MAX = 1000000,		/* places in lists; of the rarest */
	WEIGHT_MAX = 16
};

struct gram {
	uint16_t	list, weight;
	uint32_t	length;
};

/* The best so far: a heap with the worst on top. */
struct candidates {
	size_t		 n;
	struct candidate {
		uint32_t	score, index;
	}		 at[CANDIDATES];
};

static int
worse(const struct candidate *a, const struct candidate *b)
{
	return a->score != b->score ? a->score < b->score :
	    a->index > b->index;
}

static void
swap(struct candidates *c, size_t a, size_t b)
{
	struct candidate	t = c->at[a];

	c->at[a] = c->at[b];
	c->at[b] = t;
}

static void
sink(struct candidates *c)
{
	size_t	i = 0, k;

	for (;; i = k) {
		k = 2 * i + 1;
		if (k >= c->n)
			return;
		if (k + 1 < c->n && worse(&c->at[k + 1], &c->at[k]))
			k++;
		if (!worse(&c->at[k], &c->at[i]))
			return;
		swap(c, i, k);
	}
}

static void
candidate_add(struct candidates *c, uint32_t score, uint32_t index)
{
	struct candidate	x = { score, index };
	size_t			i;

	if (c->n == CANDIDATES) {
		if (!worse(&c->at[0], &x))
			return;
		c->at[0] = x;
		sink(c);
		return;
	}
	i = c->n++;
	c->at[i] = x;
	for (; i > 0 && worse(&c->at[i], &c->at[(i - 1) / 2]); i = (i - 1) / 2)
		swap(c, i, (i - 1) / 2);
}

/* The rarest first, as far as the points go. */
static size_t
grams_of(struct gram out[GRAMS_TYPED_MAX], const struct reg *reg,
    const struct alike *typed)
{
	uint16_t	list[GRAMS_TYPED_MAX];
	struct gram	g;
	uint32_t	times;
	uint64_t	sum = 0;
	size_t		i, k, n, m = 0;

	n = grams_typed(list, typed);
	for (i = 0; i < n; i++) {
		g.list = list[i];
		g.length = 0;
		for (k = 0; k < reg_runs(reg); k++)
			g.length += grams_length(reg_run(reg, k)->grams,
			    g.list);
		if (g.length == 0)
			continue;
		g.weight = 1;
		for (times = reg_leaves(reg) / g.length; times > 1 &&
		    g.weight < WEIGHT_MAX; times /= 2)
			g.weight++;
		for (k = m++; k > 0 && out[k - 1].length > g.length; k--)
			out[k] = out[k - 1];
		out[k] = g;
	}
	for (i = 0; i < m && sum + out[i].length <= POINTS_MAX; i++)
		sum += out[i].length;
	return i;
}

static void
run_score(struct candidates *c, const struct run *run, const struct gram *g,
    size_t n, uint32_t least)
{
	uint16_t	score[GRAMS_LEAVES_MAX] = { 0 };
	uint32_t	i;
	size_t		k;

	for (k = 0; k < n; k++)
		grams_score(score, run->grams, g[k].list, g[k].weight);
	for (i = 0; i < run->n; i++)
		if (score[i] >= least && (c->n < CANDIDATES ||
		    score[i] > c->at[0].score))
			candidate_add(c, score[i], run->first + i);
}

/* By the names that stand beside the run: reading it costs ten times more. */
static unsigned int
nearest(const struct run *run, uint32_t leaf, const struct alike *typed,
    int host)
{
	static const struct alike	none;
	struct alike			place, name;
	struct km_bytes			text;
	enum run_name			what;
	unsigned int			best = 0, near;
	uint32_t			at = 0;

	place.n_words = 0;
	while ((what = run_name_next(run, leaf, &at, &text)) != 0) {
		if (what == RUN_HOST && !host)
			break;		/* all that follow are */
		if (what == RUN_PLACE) {
			alike_again(&place, text);
			continue;
		}
		alike_again(&name, text);
		near = alike_near(&name, typed, what == RUN_HOST ? &none :
		    &place);
		if (near > best)
			best = near;
	}
	return best;
}

static void
compare(struct search_result *r, const struct reg *reg,
    const struct candidates *c, const struct alike *typed, int host)
{
	const struct run_leaf	*l;
	struct run		*run;
	unsigned int		 near;
	size_t			 i;

	for (i = 0; i < c->n; i++) {
		run = reg_leaf(reg, c->at[i].index, &l);
		near = nearest(run, c->at[i].index - run->first, typed, host);
		if (near >= LEAST)
			search_leaf_add(r, reg, c->at[i].index, near);
	}
}

/* A word that many have tells little: by the weight of its letters. */
static void
weigh(struct alike *typed, const struct gram *g, size_t n)
{
	struct alike	word;
	uint16_t	list[GRAMS_TYPED_MAX];
	uint32_t	sum;
	size_t		i, k, m, w;

	for (w = 0; w < typed->n_words; w++) {
		word.len = typed->word[w].len;
		memcpy(word.text, typed->text + typed->word[w].at, word.len);
		m = grams_typed(list, &word);
		for (sum = 0, i = 0; i < m; i++) {
			for (k = 0; k < n && g[k].list != list[i]; k++)
				;
			/* None has it: a typing error, or the rarest. */
			sum += k < n ? g[k].weight : WEIGHT_MAX;
		}
		typed->word[w].weight = sum;
	}
}

void
search_near(struct search_result *r, const struct reg *reg,
    struct alike *typed, int host)
{
	struct candidates	c;
	struct gram		g[GRAMS_TYPED_MAX];
	uint32_t		least = 0;
	size_t			i, n;

	n = grams_of(g, reg, typed);
	weigh(typed, g, n);
	for (i = 0; i < n; i++)
		least += g[i].weight;
	least = least / 4 + 1;		/* of all points, to be a candidate */
	c.n = 0;
	for (i = 0; n > 0 && i < reg_runs(reg); i++)
		run_score(&c, reg_run(reg, i), g, n, least);
	compare(r, reg, &c, typed, host);
}
