/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkctl approve: read what waits, see what it changes, sign the same
 * bytes. With --all those that need the approval of whoever signs.
 */
#include <stdio.h>
#include <string.h>

#include "filter.h"
#include "propose.h"

struct approving {
	struct filter	 filter;
	struct officers_view v;
	struct session	*s;
	struct acts	 acts;
	size_t		 others;	/* that wait for others */
};

/* One role is still needed, and it is yours. */
static int
is_last(const struct decision_view *v, const struct officer *you)
{
	return filter_yours(v, you) && (v->missing & (v->missing - 1)) == 0;
}

/* decision_fn */
static int
item(void *arg, size_t i, const struct decision_view *v)
{
	struct approving	*a = arg;

	(void)i;
	if (!filter_takes(&a->filter, &v->d))
		return CTL_DONE;
	/* Named by id it is sent, and the office says why not. */
	if (a->filter.n == 0 && !filter_yours(v, a->v.you)) {
		a->others++;
		return CTL_DONE;
	}
	if (acts_add_bytes(&a->acts, &v->d) != KM_OK)
		return say_error("out of memory");
	a->acts.act[a->acts.n - 1].last = is_last(v, a->v.you);
	return CTL_DONE;
}

/* Does each word mean one decision that waits, and another one? */
static int
each_found(const struct approving *a)
{
	const struct filter	*f = &a->filter;
	char			 hex[65];
	size_t			 i, j, n;

	for (i = 0; i < f->n; i++) {
		for (j = 0, n = 0; j < a->acts.n; j++) {
			decision_id_hex(hex, a->acts.act[j].id);
			n += strncmp(hex, f->id[i], strlen(f->id[i])) == 0;
		}
		if (n == 0)
			return say_error("%s: no decision that waits for "
			    "approval begins so: it was carried out, lapsed, "
			    "or never came; see keurmerkctl pending",
			    f->id[i]);
		if (n > 1)
			return say_error("%s: expected an id that says "
			    "which, found %zu that begin so: give more "
			    "digits", f->id[i], n);
	}
	return f->n > a->acts.n ? say_error("expected each decision once, "
	    "found one of them twice") : CTL_DONE;
}

static int
approve(struct approving *a)
{
	int	rc;

	if ((rc = session_officers(a->s, &a->v)) != CTL_DONE ||
	    (rc = session_pending(a->s, item, a)) != CTL_DONE)
		return rc;
	if (a->others > 0)
		printf("%zu wait%s for the approval of others\n", a->others,
		    a->others == 1 ? "s" : "");
	if ((rc = each_found(a)) != CTL_DONE)
		return rc;
	return propose_all(a->s, &a->acts, "approve", NULL);
}

int
verb_approve(struct ctl *ctl)
{
	struct approving a;
	struct session	 s;
	int		 rc;

	memset(&a, 0, sizeof(a));
	a.s = &s;
	if (filter_read(&a.filter, ctl) == -1)
		return CTL_USAGE;
	if ((ctl->n_words > 0) == (opts_get(&ctl->opts, OPT_ALL) != NULL))
		return say_usage("expected ids of decisions, or --all: one "
		    "of these");
	if ((rc = session_open(&s, ctl)) == CTL_DONE)
		rc = approve(&a);
	officers_view_free(&a.v);
	acts_free(&a.acts);
	session_close(&s);
	return rc;
}
