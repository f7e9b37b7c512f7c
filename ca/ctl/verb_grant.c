/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerkctl grant: a mark for a provider, on the newest assessments that
 * have the lines asked for. Without --line: all that the newest has.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ca/record/number.h"
#include "ca/record/scheme.h"

#include "field.h"
#include "propose.h"
#include "targets.h"
#include "words.h"

enum { YEARS_MAX = 10, TERM_DEFAULT = 3, DRAWING = 1, SHOWN_MAX = 20 };

/* Providers, and the assessments of each, newest first. */
struct granting {
	struct session	*s;
	struct targets	 t;
	struct acts	 acts;
	struct grant	 grant;		/* the same for all but the lines */
	size_t		*first;		/* of a provider's, n + 1; into id */
	uint8_t		 (*id)[KM_HASH_LEN];
	size_t		 at;		/* the provider at hand */
	struct proposal	 p;
	unsigned int	 open;		/* its lines without an assessment */
	size_t		 wrong;
	char		 code[KM_LINES_MAX][SCHEME_CODE_MAX];
};

static int
term(struct grant *g, const struct opts *o)
{
	int64_t		today = date_midnight((int64_t)time(NULL)), day;
	uint32_t	years = TERM_DEFAULT;
	char		text[11];
	unsigned int	y, m, d;

	g->nbf = today;
	if (opts_date(o, OPT_NBF, &g->nbf) == -1 ||
	    opts_number(o, OPT_YEARS, 1, YEARS_MAX, &years) == -1)
		return -1;
	if (opts_get(o, OPT_EXP) != NULL && opts_get(o, OPT_YEARS) != NULL) {
		say_usage("expected --years or --exp, found both");
		return -1;
	}
	/* On the same day of a later year; of 29 February the day before. */
	date_format(text, g->nbf);
	if (sscanf(text, "%u-%u-%u", &y, &m, &d) != 3)
		return -1;
	if ((day = date_of(y + years, m, d)) == -1)
		day = date_of(y + years, m, d - 1);
	g->exp = day;
	if (opts_date(o, OPT_EXP, &g->exp) == -1)
		return -1;
	if (g->exp > g->nbf && date_midnight(g->exp) == g->exp)
		return 0;
	say_usage("--exp: expected a date after that of --nbf, the first day "
	    "on which the mark is over, found \"%s\"", opts_get(o, OPT_EXP));
	return -1;
}

static int
fill(struct grant *g, const struct opts *o)
{
	memset(g, 0, sizeof(*g));
	g->document = KM_DOCUMENT_CERTIFICATE;
	g->drawing = DRAWING;
	return field_lines(g->line, &g->n_lines, o) == -1 ||
	    field_texts(g->not_covered, &g->n_not_covered, 8, o,
	    OPT_NOT_COVERED, FIELD_NOT_COVERED) == -1 ||
	    term(g, o) == -1 ? -1 : 0;
}

/* --all: assessed, and never had a mark. A come-back is named by hand. */
static int
everyone(struct granting *g)
{
	struct targets	*t = &g->t;
	size_t		 i, n = 0;

	for (i = 0; i < t->n; i++)
		if (t->subject[i].n_assessments > 0 &&
		    t->subject[i].n_marks == 0)
			t->subject[n++] = t->subject[i];
	printf("%zu providers, %zu of them assessed and without a mark\n",
	    t->n, n);
	t->n = n;
	return CTL_DONE;
}

static int
sub_cmp(const void *key, const void *subject)
{
	return strcmp(key, ((const struct subject *)subject)->name);
}

/* decision_fn, with --all: a grant that waits is not proposed again. */
static int
waits(void *arg, size_t i, const struct decision_view *v)
{
	struct granting	*g = arg;
	struct subject	*found;
	char		 sub[SUBJECT_MAX + 1];

	(void)i;
	if (v->d.kind != DECISION_GRANT)
		return CTL_DONE;
	snprintf(sub, sizeof(sub), "%.*s", SAY_BYTES(v->d.subject));
	/* Providers come in ascending order. */
	found = bsearch(sub, g->t.subject, g->t.n, sizeof(*found), sub_cmp);
	if (found != NULL)
		found->n_marks = 1;	/* as if it had one */
	return CTL_DONE;
}

static int
subjects_find(struct granting *g)
{
	struct targets	*t = &g->t;
	int		 rc;

	if (t->all && (rc = session_providers(g->s, &t->subject, &t->n)) !=
	    CTL_DONE)
		return rc;
	if ((rc = session_subjects(g->s, t->subject, t->n)) != CTL_DONE)
		return rc;
	if (t->all && g->s->pending > 0 &&
	    (rc = session_pending(g->s, waits, g)) != CTL_DONE)
		return rc;
	return t->all ? everyone(g) : CTL_DONE;
}

static int
wrong(struct granting *g, const char *why)
{
	char	at[512];

	if (g->wrong++ < SHOWN_MAX)
		say_error("%s%s: %s", targets_at(at, &g->t, g->at),
		    g->t.subject[g->at].name, why);
	return CTL_DONE;
}

static int
begin(struct granting *g)
{
	const struct subject	*subject = &g->t.subject[g->at];
	int			 rc;

	rc = propose_begin(&g->p, g->s, DECISION_GRANT,
	    km_bytes_of(subject->name));
	if (rc != CTL_DONE)
		return rc;
	memcpy(g->p.head, subject->head, KM_HASH_LEN);
	g->p.d.u.grant = g->grant;
	g->p.d.u.grant.scheme = g->s->scheme;
	g->p.d.u.grant.scheme_version = g->s->scheme_version;
	g->p.d.rests_on[g->p.d.n_rests_on++] =
	    (struct km_bytes){ subject->provider, KM_HASH_LEN };
	g->open = (1U << g->grant.n_lines) - 1;
	return CTL_DONE;
}

/* In ascending order. */
static void
rests_on_add(struct decision *d, const uint8_t *id)
{
	struct km_bytes	new = { id, KM_HASH_LEN };
	size_t		i;

	for (i = d->n_rests_on++; i > 0 &&
	    km_bytes_cmp(d->rests_on[i - 1], new) > 0; i--)
		d->rests_on[i] = d->rests_on[i - 1];
	d->rests_on[i] = new;
}

/* Without --line: those of the newest; their text outlives the answer. */
static void
lines_take(struct granting *g, const struct assessment *a)
{
	struct grant	*x = &g->p.d.u.grant;
	size_t		 i;

	x->n_lines = a->n_lines;
	for (i = 0; i < a->n_lines; i++) {
		x->line[i] = a->line[i];
		if (a->line[i].service.len > 0)	/* none of the organisation */
			memcpy(g->code[i], a->line[i].service.p,
			    a->line[i].service.len);
		x->line[i].service.p = (const uint8_t *)g->code[i];
	}
	g->open = (1U << x->n_lines) - 1;
}

/* Which lines that were asked for does it have, at that level at least? */
static unsigned int
covers(const struct grant *x, const struct assessment *a)
{
	unsigned int	bits = 0;
	size_t		i, j;

	for (i = 0; i < x->n_lines; i++)
		for (j = 0; j < a->n_lines; j++)
			if (x->line[i].claim == a->line[j].claim &&
			    x->line[i].object == a->line[j].object &&
			    km_bytes_equal(x->line[i].service,
			    a->line[j].service) &&
			    x->line[i].level <= a->line[j].level)
				bits |= 1U << i;
	return bits;
}

/* Name the lines that no assessment has. */
static int
unassessed(struct granting *g)
{
	const struct grant	*x = &g->p.d.u.grant;
	char			*why = NULL;
	const char		*between = "";
	size_t			 i, len;
	FILE			*f;

	if ((f = open_memstream(&why, &len)) == NULL)
		return say_error("out of memory");
	fputs("expected an assessment of each line, at that level at least, "
	    "found none of ", f);
	for (i = 0; i < x->n_lines; i++)
		if (g->open >> i & 1) {
			fputs(between, f);
			words_line(f, &x->line[i]);
			between = "; ";
		}
	if (fclose(f) == 0)
		wrong(g, why);
	free(why);
	return CTL_DONE;
}

static int
end(struct granting *g)
{
	char	at[512];

	if (g->open != 0)
		return unassessed(g);
	return propose_add(&g->acts, &g->p, targets_at(at, &g->t, g->at),
	    g->t.file != NULL ? g->t.line[g->at] : 0);
}

/* decision_fn: the i-th assessment of all. */
static int
assessment_seen(void *arg, size_t i, const struct decision_view *v)
{
	struct granting			*g = arg;
	const struct assessment		*a = &v->d.u.assessment;
	unsigned int			 bits;
	int				 rc = CTL_DONE;

	while (i >= g->first[g->at + 1])
		g->at++;
	if (i == g->first[g->at] && (rc = begin(g)) != CTL_DONE)
		return rc;
	if (v->d.kind != DECISION_ASSESSMENT)
		return say_error("the office says that %.*s is an "
		    "assessment, and it is none", SAY_BYTES(v->d.subject));
	if (g->grant.n_lines == 0 && i == g->first[g->at])
		lines_take(g, a);
	bits = covers(&g->p.d.u.grant, a) & g->open;
	if (bits != 0) {
		rests_on_add(&g->p.d, g->id[i]);
		g->open &= ~bits;
	}
	return i + 1 == g->first[g->at + 1] ? end(g) : CTL_DONE;
}

/* All assessments of all providers in one row, to be asked for at once. */
static int
gather(struct granting *g)
{
	const struct subject	*s = g->t.subject;
	size_t			 i, j, n = 0;

	for (i = 0; i < g->t.n; i++)
		n += s[i].n_assessments;
	g->first = calloc(g->t.n + 1, sizeof(*g->first));
	g->id = calloc(n + 1, sizeof(*g->id));
	if (g->first == NULL || g->id == NULL)
		return say_error("out of memory");
	for (i = 0, n = 0; i < g->t.n; i++) {
		g->first[i] = n;
		g->at = i;
		if (!s[i].known || !s[i].has_provider)
			wrong(g, "there is no such provider");
		else if (s[i].n_assessments == 0)
			wrong(g, "expected an assessment, found none");
		for (j = 0; j < s[i].n_assessments; j++)
			memcpy(g->id[n++], s[i].assessment[j], KM_HASH_LEN);
	}
	g->first[g->t.n] = n;
	g->at = 0;
	return session_decisions(g->s,
	    (const uint8_t (*)[KM_HASH_LEN])g->id, n, assessment_seen, g);
}

static int
propose(struct granting *g)
{
	int	rc;

	if (g->wrong > SHOWN_MAX)
		say_error("and %zu more", g->wrong - SHOWN_MAX);
	if (g->wrong > 0)
		printf("%zu of %zu cannot be granted\n", g->wrong, g->t.n);
	rc = propose_all(g->s, &g->acts, "propose", g->t.file);
	return rc == CTL_DONE && g->wrong > 0 ? CTL_FAILED : rc;
}

int
verb_grant(struct ctl *ctl)
{
	struct granting	g;
	struct session	s;
	int		rc;

	memset(&s, 0, sizeof(s));
	memset(&g, 0, sizeof(g));
	g.s = &s;
	if (fill(&g.grant, &ctl->opts) == -1)
		return CTL_USAGE;
	if ((rc = targets_read(&g.t, ctl, TARGET_PROVIDER)) == CTL_DONE &&
	    (rc = session_open(&s, ctl)) == CTL_DONE &&
	    (rc = subjects_find(&g)) == CTL_DONE &&
	    (rc = gather(&g)) == CTL_DONE)
		rc = propose(&g);
	free(g.first);
	free(g.id);
	acts_free(&g.acts);
	targets_free(&g.t);
	session_close(&s);
	return rc;
}
