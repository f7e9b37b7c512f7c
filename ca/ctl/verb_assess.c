/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkctl assess: what an assessor found at a provider, on behalf of the
 * body that employs the assessor.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "propose.h"
#include "targets.h"

/* --report may have %k in it, for the number of each provider. */
struct report {
	const char	*text;
	char		 made[1024];
};

static int
fill(struct assessment *a, struct report *r, const struct opts *o)
{
	uint32_t	hours = 0, findings = 0;

	memset(a, 0, sizeof(*a));
	if ((r->text = opts_need(o, OPT_REPORT)) == NULL ||
	    field_day(&a->day, o, OPT_DAY) == -1 ||
	    field_lines(a->line, &a->n_lines, o) == -1 ||
	    field_evidence(a->evidence, &a->n_evidence, o) == -1 ||
	    field_methods(a->method, &a->n_methods, o) == -1 ||
	    opts_need(o, OPT_HOURS) == NULL ||
	    opts_number(o, OPT_HOURS, 1, 10000, &hours) == -1 ||
	    opts_need(o, OPT_FINDINGS) == NULL ||
	    opts_number(o, OPT_FINDINGS, 0, 10000, &findings) == -1)
		return -1;
	a->hours = hours;
	a->findings = findings;
	if (a->n_lines > 0)
		return 0;
	say_usage("expected the option --line, found none");
	return -1;
}

/* NTRNL-12345678: what stands behind the country. */
static struct km_bytes
report_of(struct report *r, const char *sub)
{
	const char	*place = strstr(r->text, "%k");
	const char	*number = strchr(sub, '-');

	if (place == NULL)
		return km_bytes_of(r->text);
	snprintf(r->made, sizeof(r->made), "%.*s%s%s",
	    (int)(place - r->text), r->text,
	    number != NULL ? number + 1 : sub, place + 2);
	return km_bytes_of(r->made);
}

/* --all: those that were never assessed. */
static int
everyone(struct targets *t, struct session *s)
{
	size_t	i, n = 0;
	int	rc;

	if ((rc = session_providers(s, &t->subject, &t->n)) != CTL_DONE ||
	    (rc = session_subjects(s, t->subject, t->n)) != CTL_DONE)
		return rc;
	for (i = 0; i < t->n; i++)
		if (t->subject[i].n_assessments == 0)
			t->subject[n++] = t->subject[i];
	printf("%zu providers, %zu of them not assessed before\n", t->n, n);
	t->n = n;
	return CTL_DONE;
}

static int
propose(struct targets *t, struct session *s, struct acts *a,
    const struct assessment *what, struct report *report)
{
	struct proposal	p;
	char		at[512];
	size_t		i;
	int		rc = CTL_DONE;

	for (i = 0; i < t->n && rc == CTL_DONE; i++) {
		rc = propose_begin(&p, s, DECISION_ASSESSMENT,
		    km_bytes_of(t->subject[i].name));
		if (rc != CTL_DONE)
			break;
		p.d.u.assessment = *what;
		p.d.u.assessment.report = report_of(report,
		    t->subject[i].name);
		rc = propose_add(a, &p, targets_at(at, t, i),
		    t->file != NULL ? t->line[i] : 0);
	}
	return rc;
}

/* The body is the one that employs whoever signs. */
static int
body_of(struct assessment *a, const struct officers_view *v,
    const struct session *s)
{
	if (v->you == NULL || (v->you->roles & ROLE_ASSESSOR) == 0)
		return say_error("expected the key of an assessor, found "
		    "that of %.*s", SAY_BYTES(s->you));
	a->body = v->you->employer;
	return CTL_DONE;
}

int
verb_assess(struct ctl *ctl)
{
	struct officers_view	v;
	struct assessment	what;
	struct report		report;
	struct targets		t;
	struct session		s;
	struct acts		a;
	int			rc;

	memset(&s, 0, sizeof(s));
	memset(&v, 0, sizeof(v));
	memset(&a, 0, sizeof(a));
	memset(&t, 0, sizeof(t));
	if (fill(&what, &report, &ctl->opts) == -1)
		return CTL_USAGE;
	if ((rc = targets_read(&t, ctl, TARGET_PROVIDER)) == CTL_DONE &&
	    (rc = session_open(&s, ctl)) == CTL_DONE &&
	    (rc = session_officers(&s, &v)) == CTL_DONE &&
	    (rc = body_of(&what, &v, &s)) == CTL_DONE &&
	    (!t.all || (rc = everyone(&t, &s)) == CTL_DONE) &&
	    (rc = propose(&t, &s, &a, &what, &report)) == CTL_DONE)
		rc = propose_all(&s, &a, "propose", t.file);
	acts_free(&a);
	targets_free(&t);
	officers_view_free(&v);
	session_close(&s);
	return rc;
}
