/* SPDX-License-Identifier: EUPL-1.2 */
/* Propose: from decisions to what became of them; see propose.h. */
#include <string.h>
#include <time.h>

#include <openssl/rand.h>

#include "propose.h"
#include "tree.h"
#include "words.h"

enum { DAY = 86400, DAYS_DEFAULT = 7, DAYS_MAX = 30, SHOWN_MAX = 10 };

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

void
propose_summary(FILE *f, const struct acts *a)
{
	size_t		count[DECISION_KINDS + 1] = { 0 }, i;
	struct decision	d;

	for (i = 0; i < a->n; i++) {
		acts_decision(a, i, &d);
		count[d.kind]++;
	}
	for (i = 1; i <= DECISION_KINDS; i++)
		if (count[i] > 0)
			fprintf(f, "%zu %s\n", count[i],
			    decision_kind_name((enum decision_kind)i));
}

int
propose_deliver(struct session *s, struct acts *a, const char *file)
{
	size_t	i, done;
	int	rc, sent;

	if (acts_sign(a, s) == -1)
		return CTL_FAILED;
	sent = acts_send(a, s);
	rc = acts_report(a, s, file);
	done = a->count[ACT_DONE] + a->count[ACT_ALREADY];
	for (i = 0; i < a->n && a->n <= SHOWN_MAX; i++)
		if (a->act[i].mark[0] != '\0')
			printf("mark %s\n", a->act[i].mark);
	if (done > 0 && tree_wait(s, a->log_size, done) != CTL_DONE)
		rc = CTL_FAILED;
	return sent != CTL_DONE ? sent : rc;
}

int
propose_all(struct session *s, struct acts *a, const char *file)
{
	struct decision	d;
	size_t		i;
	int		all = opts_get(&s->ctl->opts, OPT_VERBOSE) != NULL;

	if (a->n == 0) {
		printf("nothing to do\n");
		return CTL_DONE;
	}
	printf("To be proposed by %.*s to %.*s (%s):\n", SAY_BYTES(s->you),
	    SAY_BYTES(s->authority), words_environment(s->environment));
	propose_summary(stdout, a);
	for (i = 0; i < a->n && (all || i < SHOWN_MAX); i++) {
		acts_decision(a, i, &d);
		fputs("  ", stdout);
		words_brief(stdout, &d);
		putchar('\n');
	}
	if (i < a->n)
		printf("  and %zu more (--verbose shows all)\n", a->n - i);
	if (opts_get(&s->ctl->opts, OPT_YES) == NULL &&
	    !say_ask("Sign and propose?"))
		return CTL_FAILED;
	return propose_deliver(s, a, file);
}
