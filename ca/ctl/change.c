/* SPDX-License-Identifier: EUPL-1.2 */
/* Change: what decisions do to what is public; see change.h. */
#include <stdlib.h>
#include <string.h>

#include "ca/record/number.h"
#include "ca/record/rules.h"

#include "change.h"
#include "progress.h"
#include "words.h"

enum { SHOWN_MAX = 10, STATUSES = 4 };

/* A decision that sets the status of a mark. */
struct turn {
	enum decision_kind kind;
	struct subject	*subject;
	enum km_status	 from;		/* in public */
	int		 known;		/* 0: not in the register */
	char		*who;		/* owned */
};

struct change {
	struct session	*s;
	struct tree	*t;
	const struct acts *a;
	size_t		 shown_max;
	size_t		 n;
	struct turn	*turn;
	struct subject	*subject;	/* n; in the order of the acts */
};

static int
is_turn(enum decision_kind kind)
{
	return kind == DECISION_SUSPEND || kind == DECISION_LIFT ||
	    kind == DECISION_WITHDRAW;
}

static enum km_status
status_after(enum decision_kind kind)
{
	return kind == DECISION_SUSPEND ? KM_STATUS_SUSPENDED :
	    kind == DECISION_LIFT ? KM_STATUS_VALID : KM_STATUS_WITHDRAWN;
}

static int
by_idx(const void *a, const void *b)
{
	const struct turn	*x = a, *y = b;

	return (x->subject->idx > y->subject->idx) -
	    (x->subject->idx < y->subject->idx);
}

/* Which marks, and where each stands in the register. */
static int
turns_find(struct change *c)
{
	struct decision	d;
	size_t		i;
	int		rc;

	for (i = 0; i < c->a->n; i++) {
		acts_decision(c->a, i, &d);
		if (!is_turn(d.kind))
			continue;
		snprintf(c->subject[c->n].name, sizeof(c->subject[0].name),
		    "%.*s", SAY_BYTES(d.subject));
		c->turn[c->n].kind = d.kind;
		c->turn[c->n].subject = &c->subject[c->n];
		c->n++;
	}
	rc = session_subjects(c->s, c->subject, c->n);
	/* By place, so that each run of the register is fetched once. */
	if (rc == CTL_DONE)
		qsort(c->turn, c->n, sizeof(*c->turn), by_idx);
	return rc;
}

static void
holder_print(FILE *f, struct km_bytes name, struct km_bytes kvk,
    struct km_bytes sub, struct km_bytes place)
{
	fprintf(f, "%.*s (%s%.*s), %.*s", SAY_BYTES(name),
	    kvk.len > 0 ? "KVK " : "", SAY_BYTES(kvk.len > 0 ? kvk : sub),
	    SAY_BYTES(place));
}

/* Its status in public now, and whose it is. */
static int
turn_look(struct change *c, struct turn *turn, int shown)
{
	struct km_register_leaf	leaf;
	struct km_attestation	a;
	struct km_sign1		s;
	FILE			*f;
	size_t			len;
	int			rc;

	if (!turn->subject->known || turn->subject->statuses == 0 ||
	    turn->subject->idx >= c->t->epoch.reg.size)
		return CTL_DONE;
	if ((rc = tree_leaf(c->t, turn->subject->idx, &leaf, NULL)) !=
	    CTL_DONE)
		return rc;
	if (km_attestation_decode(&a, &s, leaf.attestation.p,
	    leaf.attestation.len) != KM_OK ||
	    !km_bytes_equal(a.number, km_bytes_of(turn->subject->name)))
		return say_error("%s: the office says attestation %llu, and "
		    "in public that is another's", turn->subject->name,
		    (unsigned long long)turn->subject->idx);
	turn->known = 1;
	turn->from = leaf.status;
	if (!shown)
		return CTL_DONE;
	if ((f = open_memstream(&turn->who, &len)) == NULL)
		return say_error("out of memory");
	holder_print(f, a.legal_name, a.kvk, a.sub, a.place);
	return fclose(f) == 0 ? CTL_DONE : say_error("out of memory");
}

static int
turns_look(struct change *c)
{
	struct progress	p;
	size_t		i;
	int		rc = CTL_DONE;

	progress_begin(&p, "comparing", c->n);
	for (i = 0; i < c->n && rc == CTL_DONE; i++) {
		rc = turn_look(c, &c->turn[i], i < c->shown_max);
		progress_at(&p, i + 1);
	}
	progress_end(&p);
	return rc;
}

static int
turn_is(const struct turn *t, int known, int from, enum km_status to)
{
	return t->known == known && (!known || (int)t->from == from) &&
	    status_after(t->kind) == to;
}

/* Those that go from one status to another: how many, and which. */
static void
turns_say(const struct change *c, int known, int from, enum km_status to)
{
	const struct turn	*t;
	size_t			 i, n = 0;

	for (i = 0; i < c->n; i++)
		n += (size_t)turn_is(&c->turn[i], known, from, to);
	if (n == 0)
		return;
	if (known && !rules_transition((enum km_status)from, to))
		printf("  %zu mark%s: %s, and cannot become %s: this will "
		    "be refused\n", n, n == 1 ? "" : "s",
		    words_status((enum km_status)from), words_status(to));
	else
		printf("  %zu mark%s: %s -> %s%s\n", n, n == 1 ? "" : "s", known ?
		    words_status((enum km_status)from) :
		    "not in the register", words_status(to),
		    to == KM_STATUS_WITHDRAWN ? ", for good" : "");
	for (i = 0; i < c->n && i < c->shown_max; i++) {
		t = &c->turn[i];
		if (turn_is(t, known, from, to))
			printf("    %s  %s\n", t->subject->name,
			    t->who != NULL ? t->who : "");
	}
}

/* The provider's data that a grant rests on, known by its hash. */
static int
provider_say(void *arg, size_t i, const struct decision_view *v)
{
	const struct provider	*p = &v->d.u.provider;

	(void)arg;
	(void)i;
	if (v->d.kind != DECISION_PROVIDER_ADD &&
	    v->d.kind != DECISION_PROVIDER_CHANGE)
		return CTL_DONE;
	holder_print(stdout, p->legal_name, p->kvk, v->d.subject, p->place);
	return CTL_DONE;
}

static int
grant_say(struct change *c, const struct decision *d)
{
	uint8_t	id[RESTS_MAX][KM_HASH_LEN];
	char	day[11];
	size_t	i;
	int	rc;

	for (i = 0; i < d->n_rests_on; i++)
		memcpy(id[i], d->rests_on[i].p, KM_HASH_LEN);
	fputs("    ", stdout);
	rc = session_decisions(c->s, (const uint8_t (*)[KM_HASH_LEN])id,
	    d->n_rests_on, provider_say, NULL);
	for (i = 0; i < d->u.grant.n_lines; i++) {
		fputs(i == 0 ? ": " : "; ", stdout);
		words_line(stdout, &d->u.grant.line[i]);
	}
	date_format(day, d->u.grant.exp - 1);
	printf("; through %s\n", day);
	return rc;
}

static int
grants_say(struct change *c)
{
	struct decision	d;
	size_t		i, n = 0, shown = 0;
	int		rc = CTL_DONE;

	for (i = 0; i < c->a->n; i++) {
		acts_decision(c->a, i, &d);
		n += d.kind == DECISION_GRANT;
	}
	if (n == 0)
		return CTL_DONE;
	printf("  %zu new mark%s\n", n, n == 1 ? "" : "s");
	for (i = 0; i < c->a->n && shown < c->shown_max && rc == CTL_DONE;
	    i++) {
		acts_decision(c->a, i, &d);
		if (d.kind != DECISION_GRANT)
			continue;
		rc = grant_say(c, &d);
		shown++;
	}
	return rc;
}

/* Does it change anything that the public sees? */
static int
anything(const struct acts *a)
{
	struct decision	d;
	size_t		i;

	for (i = 0; i < a->n; i++) {
		acts_decision(a, i, &d);
		if (d.kind == DECISION_GRANT || is_turn(d.kind))
			return 1;
	}
	return 0;
}

static int
show(struct change *c)
{
	int	from, rc, to;

	if ((rc = turns_find(c)) != CTL_DONE ||
	    (rc = turns_look(c)) != CTL_DONE)
		return rc;
	printf("What changes in public once it is carried out, against "
	    "epoch %u with %llu attestations:\n", c->t->epoch.number,
	    (unsigned long long)c->t->epoch.reg.size);
	for (from = 0; from < STATUSES; from++)
		for (to = 0; to < STATUSES; to++)
			turns_say(c, 1, from, (enum km_status)to);
	for (to = 0; to < STATUSES; to++)
		turns_say(c, 0, 0, (enum km_status)to);
	return grants_say(c);
}

int
change_show(struct session *s, struct tree *t, const struct acts *a, int all)
{
	struct change	c;
	size_t		i;
	int		rc;

	if (!anything(a)) {
		puts("In public no mark and no status changes.");
		return CTL_DONE;
	}
	memset(&c, 0, sizeof(c));
	c.s = s;
	c.t = t;
	c.a = a;
	c.shown_max = all ? SIZE_MAX : SHOWN_MAX;
	c.turn = calloc(a->n, sizeof(*c.turn));
	c.subject = calloc(a->n, sizeof(*c.subject));
	if (c.turn == NULL || c.subject == NULL)
		rc = say_error("out of memory");
	else
		rc = show(&c);
	for (i = 0; c.turn != NULL && i < c.n; i++)
		free(c.turn[i].who);
	free(c.turn);
	free(c.subject);
	return rc;
}
