/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A report in words. First whether it was bound to the party one deals with,
 * then the verdict and what to do; claims only where a key vouches for them;
 * then every check that was not simply in order.
 */
#include <string.h>

#include "verifier/cli/cli.h"
#include "verifier/report.h"

enum { COLUMN = 24, SLOTS = 4 };

static const struct km_bytes nothing = { NULL, 0 };

static int
failed(const struct km_report *r, enum km_check_id id)
{
	return r->check[id].outcome == KM_FAILED;
}

/* "verdicts.withdrawn.": of untrusted there are three. */
static void
verdict_path(char *out, size_t cap, const struct km_report *r,
    const char *what)
{
	const char	*kind = "";

	if (r->verdict == KM_UNTRUSTED)
		kind = failed(r, KM_CHECK_SIGNATURE) ? ".signature" :
		    failed(r, KM_CHECK_ENVIRONMENT) ? ".environment" :
		    ".issuer";
	snprintf(out, cap, "verdicts.%s%s.%s", km_verdict_name(r->verdict),
	    kind, what);
}

static const char *
environment_word(int64_t e)
{
	char	path[64];

	snprintf(path, sizeof(path), "environments.%s",
	    km_environment_name((enum km_environment)e));
	return cli_term(path);
}

/* What of the demands is unmet, in a few words. */
static void
unmet_word(char *out, size_t cap, const struct km_report *r)
{
	const struct km_bytes	*s;

	if (failed(r, KM_CHECK_DEMANDS)) {
		s = &r->check[KM_CHECK_DEMANDS].want_text;
		snprintf(out, cap, "%s%s%.*s",
		    cli_check_word(KM_CHECK_DEMANDS), s->len > 0 ? ": " : "",
		    (int)s->len, s->len > 0 ? (const char *)s->p : "");
		return;
	}
	snprintf(out, cap, "%s", cli_check_word(
	    failed(r, KM_CHECK_HOLDER) ? KM_CHECK_HOLDER :
	    failed(r, KM_CHECK_DOCUMENT) ? KM_CHECK_DOCUMENT :
	    KM_CHECK_BODY));
}

void
cli_print_verdict(FILE *f, const struct km_report *r)
{
	char		path[64], unmet[128];
	struct cli_slot	slot[SLOTS] = {
		{ "name", r->attestation.legal_name },
		{ "environment", cli_bytes(environment_word(
		    r->check[KM_CHECK_ENVIRONMENT].found)) },
		{ "demand", nothing },
		{ NULL, nothing }
	};

	if (r->verdict == KM_UNMET) {
		unmet_word(unmet, sizeof(unmet), r);
		slot[2].value = cli_bytes(unmet);
	}
	verdict_path(path, sizeof(path), r, "title");
	cli_fill(f, cli_term(path), slot);
	if (r->verdict == KM_VALID) {
		fputs(": ", f);
		cli_fill(f, cli_term("verdicts.valid.of"), slot);
	}
	if (r->vouched &&
	    r->attestation.environment != KM_ENVIRONMENT_PRODUCTION)
		fprintf(f, " [%s]",
		    environment_word(r->attestation.environment));
}

void
cli_print_binding(FILE *f, const struct km_report *r,
    const struct km_question *q)
{
	struct cli_slot	slot[] = {
		{ "host", q->origin.len > 0 ? q->origin :
		    q->policy->origin },
		{ "holder", r->attestation.legal_name },
		{ NULL, nothing }
	};
	char		path[64];

	snprintf(path, sizeof(path), "binding.%s",
	    km_binding_name(r->binding));
	cli_fill(f, cli_term(path), slot);
}

void
cli_label(FILE *f, const char *label)
{
	size_t		i, width = 0;

	/* Columns go by characters, not by bytes of UTF-8. */
	for (i = 0; label[i] != '\0'; i++)
		width += ((uint8_t)label[i] >> 6) != 2;
	fprintf(f, "  %s", label);
	do
		putc(' ', f);
	while (++width < COLUMN);
}

static void
row(FILE *f, const char *label, struct km_bytes value)
{
	if (value.len == 0)
		return;
	cli_label(f, label);
	cli_put(f, value);
	putc('\n', f);
}

static void
print_line(FILE *f, const struct km_line *l, const struct km_attestation *a,
    const char *label)
{
	char		path[64], version[16];
	struct cli_slot	slot[] = {
		{ "level", nothing }, { "version", nothing },
		{ NULL, nothing }
	};

	cli_label(f, label);
	if (l->object == KM_OBJECT_SERVICE)
		cli_put(f, l->service);
	else
		fputs(cli_word("de organisatie", "the organisation"), f);
	snprintf(path, sizeof(path), "claims.%s", km_claim_name(l->claim));
	fprintf(f, ": %s, ", cli_term(path));
	snprintf(path, sizeof(path), "levels.%s", km_level_name(l->level));
	slot[0].value = cli_bytes(cli_term(path));
	snprintf(version, sizeof(version), "%u", a->scheme_version);
	slot[1].value = cli_bytes(version);
	cli_fill(f, cli_term("sentences.level"), slot);
	putc('\n', f);
}

static void
print_holder(FILE *f, const struct km_attestation *a)
{
	size_t	i;

	row(f, cli_term("terms.holder"), a->legal_name);
	for (i = 0; i < a->n_trade_names; i++)
		row(f, cli_term("terms.trade_name"), a->trade_name[i]);
	row(f, cli_term("terms.place"), a->place);
	row(f, cli_word("KVK-nummer", "KVK number"), a->kvk);
	if (a->kvk.len == 0)
		row(f, cli_word("nummer houder", "holder's number"), a->sub);
	row(f, "EUID", a->euid);
	row(f, "LEI", a->lei);
	for (i = 0; i < a->n_hosts; i++)
		row(f, "website", a->host[i]);
}

void
cli_print_attestation(FILE *f, const struct km_attestation *a)
{
	char		day[CLI_DATE_MAX];
	struct cli_slot	slot[] = {
		{ "date", nothing }, { "name", a->body_name },
		{ NULL, nothing }
	};
	size_t		i;

	row(f, cli_word("nummer", "number"), a->number);
	if (a->environment != KM_ENVIRONMENT_PRODUCTION)
		row(f, cli_check_word(KM_CHECK_ENVIRONMENT),
		    cli_bytes(environment_word(a->environment)));
	row(f, cli_word("soort", "kind"), cli_bytes(
	    a->document == KM_DOCUMENT_CERTIFICATE ?
	    cli_term("terms.certificate") :
	    cli_term("terms.self_declaration")));
	print_holder(f, a);
	for (i = 0; i < a->n_lines; i++)
		print_line(f, &a->line[i], a, i == 0 ?
		    cli_term("terms.scope") : "");
	for (i = 0; i < a->n_not_covered; i++)
		row(f, cli_term("terms.not_covered"), a->not_covered[i]);
	if (a->body.len > 0) {
		cli_day(day, a->assessed);
		slot[0].value = cli_bytes(day);
		cli_label(f, cli_term("terms.assessment"));
		cli_fill(f, cli_term("sentences.assessed"), slot);
		fputs(" (", f);
		cli_put(f, a->body);
		fputs(")\n", f);
	}
	for (i = 0; i < a->n_evidence; i++) {
		cli_label(f, cli_term("terms.evidence"));
		cli_put(f, a->evidence[i].code);
		putc(' ', f);
		cli_put(f, a->evidence[i].reference);
		putc('\n', f);
	}
	row(f, cli_word("meer informatie", "more information"),
	    a->information);
	cli_day(day, a->nbf / 86400);
	row(f, cli_word("geldig vanaf", "valid from"), cli_bytes(day));
	/* exp is the first second that it is over. */
	cli_day(day, (a->exp - 1) / 86400);
	row(f, cli_word("geldig t/m", "valid through"), cli_bytes(day));
	cli_label(f, cli_term("terms.scheme"));
	cli_put(f, a->scheme);
	fprintf(f, ", %s %u\n", cli_word("versie", "version"),
	    a->scheme_version);
	row(f, cli_word("uitgever", "issuer"), a->iss);
}

/* Expected and found, where they tell more than the reason does. */
static void
print_numbers(FILE *f, enum km_check_id id, const struct km_check *c)
{
	char	want[CLI_DATE_MAX], found[CLI_DATE_MAX];

	if (km_check_has_time(id)) {
		cli_moment(want, c->want);
		cli_moment(found, c->found);
		fprintf(f, cli_word("; grens %s, gevonden %s",
		    "; limit %s, found %s"), want, found);
	} else if (id == KM_CHECK_NAMES) {
		fprintf(f, cli_word("; U+%04llX lijkt op %c, in ",
		    "; U+%04llX looks like %c, in "), (long long)c->found,
		    (int)c->want);
		cli_put(f, c->found_text);
	} else if (c->why == KM_ERR_SUPERSEDED && c->want > 0) {
		fprintf(f, cli_word("; de nieuwste is nr. %lld in het register",
		    "; the newest is no. %lld in the register"),
		    (long long)c->want);
	} else if (c->want_text.len > 0) {
		fputs(cli_word("; verwacht ", "; expected "), f);
		cli_put(f, c->want_text);
		fputs(cli_word(", gevonden ", ", found "), f);
		cli_put(f, c->found_text.len > 0 ? c->found_text :
		    cli_bytes(cli_word("niets", "nothing")));
	} else if (c->want != 0 && (id == KM_CHECK_EPOCH_MEMORY ||
	    id == KM_CHECK_DEMANDS || id == KM_CHECK_TRUST))
		fprintf(f, cli_word("; verwacht %lld, gevonden %lld",
		    "; expected %lld, found %lld"), (long long)c->want,
		    (long long)c->found);
}

static void
print_checks(FILE *f, const struct km_report *r)
{
	const struct km_check	*c;
	int			 i;

	for (i = 0; i < KM_CHECKS; i++) {
		c = &r->check[i];
		if (c->outcome != KM_FAILED && c->outcome != KM_WARNED)
			continue;
		cli_label(f, cli_term(c->outcome == KM_FAILED ?
		    "checks.failed" : "checks.warned"));
		fprintf(f, "%s: %s", cli_check_word((enum km_check_id)i),
		    cli_err_word(c->why));
		print_numbers(f, (enum km_check_id)i, c);
		putc('\n', f);
	}
}

static void
print_used(FILE *f, const struct km_report *r)
{
	char	day[CLI_DATE_MAX];
	size_t	i;

	if (r->check[KM_CHECK_STATUS_AGE].outcome != KM_NOT_PERFORMED) {
		cli_moment(day, r->status_iat);
		row(f, cli_term("terms.status_list"), cli_bytes(day));
	}
	if (r->epoch_number != 0) {
		cli_label(f, cli_term("terms.epoch"));
		fprintf(f, "%u:", r->epoch_number);
		for (i = 0; i < KM_HASH_LEN; i++)
			fprintf(f, "%02x", r->epoch_hash[i]);
		putc('\n', f);
	}
}

void
cli_print(FILE *f, const struct km_report *r, const struct km_question *q)
{
	char	path[64], day[CLI_DATE_MAX];

	cli_print_binding(f, r, q);
	putc('\n', f);
	cli_print_verdict(f, r);
	putc('\n', f);
	verdict_path(path, sizeof(path), r, "do");
	fprintf(f, "%s\n\n", cli_term(path));
	if (r->vouched)
		cli_print_attestation(f, &r->attestation);
	print_used(f, r);
	print_checks(f, r);
	cli_moment(day, r->now);
	row(f, cli_word("gecontroleerd voor", "checked for"),
	    cli_bytes(day));
}

void
cli_print_line(FILE *f, const char *file, const struct km_report *r,
    const struct km_question *q)
{
	char	day[CLI_DATE_MAX];
	int	asked = q->origin.len > 0 || q->policy->origin.len > 0 ||
	    q->policy->holder.len > 0;

	cli_put(f, cli_bytes(file));
	fputs(": ", f);
	if (asked && r->binding == KM_BINDING_NONE) {
		cli_print_binding(f, r, q);
		putc(' ', f);
	}
	cli_print_verdict(f, r);
	if (r->vouched) {
		fputs(" (", f);
		cli_put(f, r->attestation.number);
		if (r->verdict != KM_VALID) {
			fputs(", ", f);
			cli_put(f, r->attestation.legal_name);
		}
		cli_day(day, (r->attestation.exp - 1) / 86400);
		fprintf(f, ", %s %s)", cli_word("t/m", "through"), day);
	}
	putc('\n', f);
}
