/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Change: see register_change.h. Each run has its events in order; they are
 * merged here, and what is skipped is counted, not walked.
 */
#include <stdlib.h>

#include "ca/base/log.h"
#include "verifier/attestation.h"

#include "register_change.h"
#include "register_run.h"

/* How many of a run's events are before this moment. */
static size_t
before(const struct run *run, int64_t at)
{
	const struct run_event	*e = (const void *)run->events.p;
	size_t			 lo = 0, hi, mid;

	hi = run->events.len / sizeof(*e);
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (e[mid].at < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t
all_before(const struct reg *reg, int64_t at)
{
	size_t	i, n = 0;

	for (i = 0; i < reg_runs(reg); i++)
		n += before(reg_run(reg, i), at);
	return n;
}

size_t
reg_changes_count(const struct reg *reg, int64_t since)
{
	return all_before(reg, KM_TIME_MAX) - all_before(reg, since);
}

/* The last moment with no more than n events before it. */
static int64_t
moment_of(const struct reg *reg, size_t n)
{
	int64_t	lo = 0, hi = KM_TIME_MAX, mid;

	while (lo < hi) {
		mid = lo + (hi - lo + 1) / 2;
		if (all_before(reg, mid) <= n)
			lo = mid;
		else
			hi = mid - 1;
	}
	return lo;
}

/* Set each run's place so that skip events of the order are before it. */
static void
places_set(size_t *place, const struct reg *reg, size_t skip)
{
	const struct run	*run;
	int64_t			 at = moment_of(reg, skip);
	size_t			 i, n, left = skip - all_before(reg, at);

	/* Within a second they stand by run, then as in the run. */
	for (i = 0; i < reg_runs(reg); i++) {
		run = reg_run(reg, i);
		place[i] = before(run, at);
		n = before(run, at + 1) - place[i];
		if (n > left)
			n = left;
		place[i] += n;
		left -= n;
	}
}

/* The run that has the next one; -1: there are no more. */
static int64_t
next_run(const struct reg *reg, const size_t *place)
{
	const struct run_event	*e;
	const struct run	*run;
	int64_t			 best = -1, at = 0;
	size_t			 i;

	for (i = 0; i < reg_runs(reg); i++) {
		run = reg_run(reg, i);
		e = (const void *)run->events.p;
		if (place[i] < run->events.len / sizeof(*e) &&
		    (best == -1 || e[place[i]].at < at)) {
			best = (int64_t)i;
			at = e[place[i]].at;
		}
	}
	return best;
}

/* 0, or -1: its file has changed under us. */
static int
change_read(struct reg_change *c, const struct reg *reg, struct run *run,
    const struct run_event *e)
{
	struct km_register_leaf	leaf;

	if (run_read(run, e->leaf, &leaf, NULL) == -1 || e->nth >= leaf.n)
		return -1;
	c->index = run->first + e->leaf;
	c->mark = reg_mark_of(reg, c->index);
	c->nth = e->nth;
	c->event = leaf.event[e->nth];
	return 0;
}

size_t
reg_changes(struct reg_change *out, size_t max, size_t skip,
    const struct reg *reg, int64_t since)
{
	const struct run_event	*e;
	struct run		*run;
	size_t			*place, n = 0;
	int64_t			 i;

	if (skip >= reg_changes_count(reg, since))
		return 0;
	if ((place = calloc(reg_runs(reg), sizeof(*place))) == NULL) {
		log_warn("register");
		return 0;
	}
	places_set(place, reg, skip + all_before(reg, since));
	while (n < max && (i = next_run(reg, place)) != -1) {
		run = reg_run(reg, (size_t)i);
		e = (const void *)run->events.p;
		if (change_read(&out[n], reg, run, e + place[i]++) == 0)
			n++;
	}
	free(place);
	return n;
}
