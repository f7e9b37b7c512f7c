/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkctl deliver: hand a paper that enough people signed to the office:
 * a trust list, an officers list, or the decision on a scheme with its JSON.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ca/base/file.h"
#include "ca/record/scheme.h"

#include "acts.h"
#include "logged.h"
#include "words.h"

struct delivery {
	struct paper	 paper;
	struct buf	 json;
	struct acts	 acts;
};

static int
json_load(struct delivery *d, const struct opts *o)
{
	const char	*path = opts_get(o, OPT_JSON);

	buf_init(&d->json, SCHEME_JSON_MAX);
	if ((path != NULL) != (d->paper.kind == PAPER_ACT))
		return say_usage("expected --json with the decision on a "
		    "scheme, and with no other paper");
	if (path != NULL && file_read(&d->json, path) == -1)
		return say_error("%s: cannot read (at most %d bytes): %s",
		    path, SCHEME_JSON_MAX, strerror(errno));
	return CTL_DONE;
}

static int
fill(struct delivery *d)
{
	const struct paper	*p = &d->paper;
	struct km_bytes		 none = { NULL, 0 };
	size_t			 i;

	if (p->kind != PAPER_ACT && p->sign.n == 0)
		return 0;
	if (p->kind != PAPER_ACT)
		return acts_add_signed(&d->acts,
		    (struct km_bytes){ p->bytes.p, p->bytes.len }, none,
		    p->hash, NULL);
	/* Each approval is an act of its own; the last one carries it out. */
	for (i = 0; i < p->n_approvals; i++)
		if (acts_add_signed(&d->acts, p->decision.bytes,
		    p->approval[i], p->decision.id, &d->json) == -1)
			return -1;
	return 0;
}

static void
words(const struct paper *p)
{
	switch (p->kind) {
	case PAPER_TRUST:
		words_trust(stdout, &p->trust);
		break;
	case PAPER_OFFICERS:
		words_officers(stdout, &p->officers);
		break;
	case PAPER_ACT:
		words_decision(stdout, &p->decision);
		break;
	}
}

static int
deliver(struct delivery *d, struct session *s)
{
	struct tree	 t;
	const struct act *last;
	int		 rc;

	words(&d->paper);
	if (opts_get(&s->ctl->opts, OPT_YES) == NULL &&
	    !say_ask("Deliver it?"))
		return CTL_FAILED;
	if ((rc = acts_send(&d->acts, s)) != CTL_DONE)
		return rc;
	last = &d->acts.act[d->acts.n - 1];
	if (last->state == ACT_REFUSED)
		return say_error("refused: %s", last->why);
	if (last->state == ACT_PENDING)
		return say_error("expected a paper with enough signatures; "
		    "it waits for more");
	if (last->state == ACT_ALREADY) {
		puts("it had been carried out before: nothing to do");
		return CTL_DONE;
	}
	memset(&t, 0, sizeof(t));
	rc = logged_wait(&t, s, &d->acts);
	tree_close(&t);
	return rc;
}

int
verb_deliver(struct ctl *ctl)
{
	struct delivery	d;
	struct session	s;
	int		rc;

	memset(&d, 0, sizeof(d));
	memset(&s, 0, sizeof(s));
	if (paper_load(&d.paper, ctl->word[0]) == -1)
		rc = CTL_FAILED;
	else if ((rc = json_load(&d, &ctl->opts)) == CTL_DONE &&
	    (rc = session_open(&s, ctl)) == CTL_DONE)
		rc = fill(&d) == -1 ? say_error("out of memory") :
		    d.acts.n == 0 ? say_error("%s: expected a paper that "
		    "enough people signed, found a draft that nobody signed",
		    ctl->word[0]) : deliver(&d, &s);
	acts_free(&d.acts);
	buf_free(&d.json);
	paper_free(&d.paper);
	session_close(&s);
	return rc;
}
