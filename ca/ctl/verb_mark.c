/* SPDX-License-Identifier: EUPL-1.2 */
/* keurmerkctl suspend, lift, withdraw: what acts on a mark that is there. */
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "propose.h"
#include "targets.h"

enum { SHOWN_MAX = 20 };

static int
fill(struct proposal *p, const struct subject *subject, int reason,
    int64_t until)
{
	p->d.u.act.reason = reason;
	p->d.u.act.until = until;
	memcpy(p->head, subject->head, KM_HASH_LEN);
	return CTL_DONE;
}

/* A mark that the office does not know is no reason to leave the others. */
static int
propose(struct targets *t, struct session *s, struct acts *a,
    enum decision_kind kind, int reason, int64_t until)
{
	struct proposal	p;
	char		at[512];
	size_t		i, wrong = 0;
	int		rc;

	if ((rc = session_subjects(s, t->subject, t->n)) != CTL_DONE)
		return rc;
	for (i = 0; i < t->n && rc == CTL_DONE; i++) {
		targets_at(at, t, i);
		if (!t->subject[i].known || t->subject[i].statuses == 0) {
			if (wrong++ < SHOWN_MAX)
				say_error("%s%s: this authority has no such "
				    "mark", at, t->subject[i].name);
			continue;
		}
		rc = propose_begin(&p, s, kind,
		    km_bytes_of(t->subject[i].name));
		if (rc == CTL_DONE)
			rc = fill(&p, &t->subject[i], reason, until);
		if (rc == CTL_DONE)
			rc = propose_add(a, &p, at,
			    t->file != NULL ? t->line[i] : 0);
	}
	if (rc == CTL_DONE)
		rc = propose_all(s, a, "propose", t->file);
	return rc == CTL_DONE && wrong > 0 ? CTL_FAILED : rc;
}

static int
act(struct ctl *ctl, enum decision_kind kind, int reason, int64_t until)
{
	struct targets	t;
	struct session	s;
	struct acts	a;
	int		rc;

	memset(&s, 0, sizeof(s));
	memset(&a, 0, sizeof(a));
	if ((rc = targets_read(&t, ctl, TARGET_MARK)) == CTL_DONE &&
	    (rc = session_open(&s, ctl)) == CTL_DONE)
		rc = propose(&t, &s, &a, kind, reason, until);
	acts_free(&a);
	targets_free(&t);
	session_close(&s);
	return rc;
}

int
verb_suspend(struct ctl *ctl)
{
	int64_t	until = -1;
	int	reason;

	if (field_reason(&reason, &ctl->opts) == -1 ||
	    opts_need(&ctl->opts, OPT_UNTIL) == NULL ||
	    opts_date(&ctl->opts, OPT_UNTIL, &until) == -1)
		return CTL_USAGE;
	return act(ctl, DECISION_SUSPEND, reason, until);
}

int
verb_lift(struct ctl *ctl)
{
	return act(ctl, DECISION_LIFT, 0, 0);
}

int
verb_withdraw(struct ctl *ctl)
{
	int	reason;

	if (field_reason(&reason, &ctl->opts) == -1)
		return CTL_USAGE;
	return act(ctl, DECISION_WITHDRAW, reason, 0);
}
