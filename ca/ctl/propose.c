/* SPDX-License-Identifier: EUPL-1.2 */
/* Propose: from decisions to what became of them; see propose.h. */
#include <string.h>
#include <time.h>

#include <openssl/rand.h>

#include "change.h"
#include "filter.h"
#include "logged.h"
#include "propose.h"
#include "tree.h"
#include "words.h"

enum {
	DAY = 86400, DAYS_DEFAULT = 7, DAYS_MAX = 30,
	SHOWN_MAX = 10,			/* in one line each */
	WHOLE_MAX = 3			/* in all their words */
};

int
propose_begin(struct proposal *p, struct session *s, enum decision_kind kind,
    struct km_bytes subject)
{
	uint32_t	days = DAYS_DEFAULT;

	memset(p, 0, sizeof(*p));
	if (opts_number(&s->ctl->opts, OPT_DAYS, 1, DAYS_MAX, &days) == -1)
		return CTL_USAGE;
	if (RAND_bytes(p->nonce, NONCE_LEN) != 1)
		return say_error("no random bytes");
	p->d.kind = kind;
	p->d.authority = s->authority;
	p->d.environment = s->environment;
	p->d.trust = (struct km_bytes){ s->first, KM_HASH_LEN };
	p->d.proposer = s->you;
	p->d.subject = subject;
	p->d.nonce = (struct km_bytes){ p->nonce, NONCE_LEN };
	/* A little less than the days, as the office's clock may be behind. */
	p->d.valid_until = (int64_t)time(NULL) + (int64_t)days * DAY - 600;
	if (decision_has_head(kind))
		p->d.head = (struct km_bytes){ p->head, KM_HASH_LEN };
	return CTL_DONE;
}

/* Needs nobody's approval, unless a scheme would have it so. */
static int
is_alone(enum decision_kind kind)
{
	return kind == DECISION_ASSESSMENT || kind == DECISION_SUSPEND ||
	    kind == DECISION_DISABLE;
}

int
propose_add(struct acts *a, const struct proposal *p, const char *at,
    unsigned long line)
{
	enum km_err	err;

	if ((err = acts_add(a, &p->d, line)) == KM_OK) {
		a->act[a->n - 1].last = is_alone(p->d.kind);
		return CTL_DONE;
	}
	if (err == KM_ERR_FULL)
		return say_error("out of memory");
	return say_error("%s%s for %.*s: a field of it is not what "
	    "schemas/decision.cddl allows (%s)", at,
	    decision_kind_name(p->d.kind), SAY_BYTES(p->d.subject),
	    km_err_name(err));
}

/* Counts by kind, in one line each. */
static void
kinds_say(const struct acts *a)
{
	size_t		count[DECISION_KINDS + 1] = { 0 }, i;
	struct decision	d;

	for (i = 0; i < a->n; i++) {
		acts_decision(a, i, &d);
		count[d.kind]++;
	}
	for (i = 1; i <= DECISION_KINDS; i++)
		if (count[i] > 0)
			printf("  %zu %s\n", count[i],
			    decision_kind_name((enum decision_kind)i));
}

/* decision_fn: what a decision rests on. */
static int
rested_say(void *arg, size_t i, const struct decision_view *v)
{
	(void)arg;
	(void)i;
	fputs("It rests on ", stdout);
	words_decision(stdout, &v->d);
	return CTL_DONE;
}

/* In all its words, and on what ground: who signs must be able to see it. */
static int
whole_say(struct session *s, const struct decision *d)
{
	uint8_t	id[RESTS_MAX][KM_HASH_LEN];
	size_t	i;

	words_decision(stdout, d);
	for (i = 0; i < d->n_rests_on; i++)
		memcpy(id[i], d->rests_on[i].p, KM_HASH_LEN);
	return session_decisions(s, (const uint8_t (*)[KM_HASH_LEN])id,
	    d->n_rests_on, rested_say, NULL);
}

static void
line_say(const struct decision *d)
{
	char	hex[65];

	decision_id_hex(hex, d->id);
	printf("    %.*s  ", FILTER_ID_SHOWN, hex);
	words_brief(stdout, d);
	putchar('\n');
}

/* Each from its exact bytes: few in full, many in a line, then the rest. */
static int
decisions_say(struct session *s, const struct acts *a, int all)
{
	struct decision	d;
	size_t		i;
	int		rc = CTL_DONE;

	for (i = 0; i < a->n && (all || i < SHOWN_MAX) && rc == CTL_DONE;
	    i++) {
		acts_decision(a, i, &d);
		if (all || a->n <= WHOLE_MAX)
			rc = whole_say(s, &d);
		else
			line_say(&d);
	}
	if (rc == CTL_DONE && i < a->n)
		printf("    and %zu more\n", a->n - i);
	if (!all && a->n > WHOLE_MAX)
		puts("    (--verbose shows each in full)");
	return rc;
}

/* What a signature will bring about, as far as can be told here. */
static void
effect_say(const struct acts *a)
{
	size_t	i, n = 0;

	for (i = 0; i < a->n; i++)
		n += (size_t)a->act[i].last;
	if (n == 0)
		puts("Nothing is carried out until others have approved.");
	else if (n == a->n)
		puts("Your signature is the last that is needed: with it "
		    "this is carried out.");
	else
		printf("With your signature %zu of %zu are carried out; the "
		    "others wait for more approvals.\n", n, a->n);
}

/* The question names who signs, what, and how much of it. */
static int
ask(const struct session *s, const struct acts *a, const char *what)
{
	char	question[128];

	if (opts_get(&s->ctl->opts, OPT_YES) != NULL)
		return 1;
	snprintf(question, sizeof(question), "Sign as %.*s, to %s %zu "
	    "decision%s?", SAY_BYTES(s->you), what, a->n,
	    a->n == 1 ? "" : "s");
	return say_ask(question);
}

/*
 * Deciding must not depend on what is public: a suspension cannot wait until
 * a web server is reachable, or is in the right hands again. What could not
 * be compared is said.
 */
static int
compare(struct session *s, struct tree *t, const struct acts *a, int all)
{
	const char	*url = s->ctl->set.value[SETTING_PUBLIC_URL];

	if (url != NULL && tree_open(t, url, &s->trust.bytes) == CTL_DONE)
		return change_show(s, t, a, all);
	say_note("NOT compared with what is public%s.", url == NULL ?
	    ": no public_url was given" : "");
	return CTL_DONE;
}

static int
deliver(struct session *s, struct tree *t, struct acts *a, const char *file)
{
	size_t	i;
	int	rc, sent, waited;

	if (acts_sign(a, s) == -1)
		return CTL_FAILED;
	sent = acts_send(a, s);
	rc = acts_report(a, s, file);
	for (i = 0; i < a->n && a->n <= SHOWN_MAX; i++)
		if (a->act[i].mark[0] != '\0')
			printf("mark %s\n", a->act[i].mark);
	if (a->count[ACT_DONE] > 0 &&
	    (waited = logged_wait(t, s, a)) != CTL_DONE)
		rc = waited;
	return sent != CTL_DONE ? sent : rc;
}

int
propose_all(struct session *s, struct acts *a, const char *what,
    const char *file)
{
	struct tree	t;
	int		rc, all = opts_get(&s->ctl->opts, OPT_VERBOSE) != NULL;

	if (a->n == 0) {
		puts("nothing to do");
		return CTL_DONE;
	}
	memset(&t, 0, sizeof(t));
	printf("You, %.*s, are about to %s at %.*s (%s):\n",
	    SAY_BYTES(s->you), what, SAY_BYTES(s->authority),
	    words_environment(s->environment));
	kinds_say(a);
	if ((rc = decisions_say(s, a, all)) == CTL_DONE &&
	    (rc = compare(s, &t, a, all)) == CTL_DONE) {
		effect_say(a);
		rc = ask(s, a, what) ? deliver(s, &t, a, file) : CTL_FAILED;
	}
	tree_close(&t);
	return rc;
}

int
propose_one(const struct ctl *ctl, enum decision_kind kind,
    struct km_bytes subject, void (*fill)(struct decision *, const void *),
    const void *content)
{
	struct session	s;
	struct proposal	p;
	struct acts	a;
	int		rc;

	memset(&a, 0, sizeof(a));
	if ((rc = session_open(&s, ctl)) == CTL_DONE &&
	    (rc = propose_begin(&p, &s, kind, subject)) == CTL_DONE) {
		fill(&p.d, content);
		rc = propose_add(&a, &p, "", 0);
	}
	if (rc == CTL_DONE)
		rc = propose_all(&s, &a, "propose", NULL);
	acts_free(&a);
	session_close(&s);
	return rc;
}
