/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerk check --at: how it stood at a moment in the past. The register of
 * today answers, under its epoch of today; so it is said of every answer
 * that it is what today's register tells of then.
 */
#include <stdlib.h>
#include <string.h>

#include "verifier/cli/check.h"
#include "verifier/cli/past.h"
#include "verifier/json.h"

struct answer {
	enum km_verdict	 verdict;
	struct km_report today;
	struct km_register_leaf leaf;
	int		 found;		/* a leaf that was there then */
};

/* The leaf as it stood at c->at. */
static void
judge(struct check *c, struct answer *a, const struct km_lookup_leaf *f)
{
	struct km_bytes	key = cli_bytes(c->key);
	enum km_verdict	then;

	(void)km_check_leaf(c->k.known, &a->today, &c->q, (enum km_by)c->by,
	    key, f->index);
	a->found = 0;
	a->verdict = KM_UNDETERMINED;
	if (km_register_leaf_decode(&a->leaf, f->p, f->len) != KM_OK)
		return;
	then = cli_past(&a->leaf, &a->today.attestation, c->at);
	a->found = then != KM_NOT_LISTED || !a->today.vouched;
	a->verdict = cli_past_under(then, &a->today);
}

/* The newest that was valid then; else the newest that was there. */
static void
find(struct check *c, struct answer *best)
{
	const struct km_lookup_leaf	*f;
	struct km_lookup_find		 search;
	static struct answer		 a;

	memset(best, 0, sizeof(*best));
	km_lookup_begin(&search, c->k.known->lookup, (enum km_by)c->by,
	    cli_bytes(c->key));
	while ((f = km_lookup_next(&search)) != NULL) {
		judge(c, &a, f);
		if (!a.found || (best->found && a.verdict != KM_VALID))
			continue;
		*best = a;
		/* Its texts point into it. */
		judge(c, best, f);
		if (a.verdict == KM_VALID)
			return;
	}
	if (!best->found)
		best->verdict = km_check_absent(c->k.known, &best->today,
		    &c->q);
}

static void
show_json(const struct check *c, const struct answer *a)
{
	static char	json[KM_JSON_MAX];
	char		iso[KM_ISO_MAX];
	size_t		i;

	km_iso_time(iso, c->at);
	printf("{\"at\":\"%s\",\"verdict\":\"%s\",\"exit\":%d,\"history\":[",
	    iso, km_verdict_name(a->verdict), (int)a->verdict);
	for (i = 0; a->found && a->today.vouched && i < a->leaf.n; i++) {
		km_iso_time(iso, a->leaf.event[i].at);
		printf("%s{\"at\":\"%s\",\"event\":\"%s\",\"reason\":",
		    i > 0 ? "," : "", iso,
		    km_event_name(a->leaf.event[i].kind));
		if (a->leaf.event[i].reason > 0)
			printf("%d}", a->leaf.event[i].reason);
		else
			printf("null}");
	}
	km_report_json(json, sizeof(json), &a->today);
	printf("],\"today\":%s}\n", json);
}

/* "schorsen: werkt niet mee aan beoordeling", as the glossary has it. */
static void
show_event(const struct km_event *e)
{
	char	when[CLI_DATE_MAX], path[64];

	cli_moment(when, e->at);
	if (e->kind == KM_EVENT_SUPERSEDE)	/* what no one decides */
		snprintf(path, sizeof(path), "verdicts.superseded.title");
	else
		snprintf(path, sizeof(path), "decisions.%s",
		    km_event_name(e->kind));
	printf("  %s  %s", when, cli_term(path));
	if (e->reason > 0)
		printf(": %s", cli_reason_word(e->reason));
	putchar('\n');
}

static void
show_words(const struct check *c, const struct answer *a)
{
	struct km_report	then = a->today;
	char			when[CLI_DATE_MAX];
	size_t			i;

	cli_print_binding(stdout, &a->today, &c->q);
	cli_moment(when, c->at);
	printf(cli_word("\nOp %s: ", "\nOn %s: "), when);
	then.verdict = a->verdict;
	then.attestation = a->today.attestation;
	cli_print_verdict(stdout, &then);
	printf(cli_word("\nDit is wat het register van nu (stand nr. %u) over "
	    "toen zegt.\n", "\nThis is what the register of now (epoch %u) "
	    "tells of then.\n"), a->today.epoch_number);
	if (!a->found || !a->today.vouched)
		return;
	cli_print_attestation(stdout, &a->today.attestation);
	putchar('\n');
	for (i = 0; i < a->leaf.n; i++)
		show_event(&a->leaf.event[i]);
}

int
check_at(struct check *c)
{
	static struct answer	a;

	if (c->at > c->q.now) {
		cli_error(cli_word("--at: verwacht een moment dat voorbij is",
		    "--at: expected a moment that has passed"));
		return CLI_ERROR;
	}
	check_lists(c, (enum km_by)c->by, cli_bytes(c->key));
	find(c, &a);
	if (c->json)
		show_json(c, &a);
	else
		show_words(c, &a);
	return (int)a.verdict;
}
