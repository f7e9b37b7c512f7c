/* SPDX-License-Identifier: EUPL-1.2 */
/* Words: papers and decisions as a person reads them; see words.h. */
#include <string.h>

#include "ca/record/number.h"
#include "ca/record/scheme.h"

#include "say.h"
#include "words.h"

enum { DAY = 86400, ROLES = 6 };

static void
text(FILE *f, const char *label, struct km_bytes b)
{
	if (b.len > 0)
		fprintf(f, "  %-16s %.*s\n", label, SAY_BYTES(b));
}

static void
texts(FILE *f, const char *label, const struct km_bytes *b, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++)
		text(f, i == 0 ? label : "", b[i]);
}

static void
moment(FILE *f, const char *label, int64_t at)
{
	char	s[21];

	date_time_format(s, at);
	fprintf(f, "  %-16s %s\n", label, s);
}

static void
day(FILE *f, const char *label, uint32_t days)
{
	char	s[11];

	date_format(s, (int64_t)days * DAY);
	fprintf(f, "  %-16s %s\n", label, s);
}

static void
hash(FILE *f, const char *label, struct km_bytes b)
{
	char	s[2 * KM_HASH_LEN + 1];

	if (b.len == 0 || b.len > KM_HASH_LEN)
		return;
	say_hex(s, b.p, b.len);
	fprintf(f, "  %-16s %s\n", label, s);
}

/* A head of zeros: no decision on this subject came before. */
static int
is_zero(struct km_bytes b)
{
	static const uint8_t	zeros[KM_HASH_LEN];

	return b.len == KM_HASH_LEN && memcmp(b.p, zeros, KM_HASH_LEN) == 0;
}

const char *
words_environment(enum km_environment e)
{
	switch (e) {
	case KM_ENVIRONMENT_PRODUCTION:
		return "production";
	case KM_ENVIRONMENT_DEMONSTRATION:
		return "demonstration";
	case KM_ENVIRONMENT_EXERCISE:
		return "exercise";
	}
	return "unknown";
}

const char *
words_status(enum km_status status)
{
	switch (status) {
	case KM_STATUS_VALID:
		return "valid";
	case KM_STATUS_WITHDRAWN:
		return "withdrawn";
	case KM_STATUS_SUSPENDED:
		return "suspended";
	case KM_STATUS_SUPERSEDED:
		return "superseded";
	}
	return "unknown";
}

void
words_roles(FILE *f, unsigned int roles)
{
	const char	*between = "";
	unsigned int	 i;

	for (i = 0; i < ROLES; i++)
		if (roles >> i & 1) {
			fprintf(f, "%s%s", between,
			    scheme_role_code((enum officer_role)(1U << i)));
			between = ", ";
		}
}

void
words_line(FILE *f, const struct km_line *line)
{
	fprintf(f, "%s of ", scheme_claim_code(line->claim));
	if (line->object == KM_OBJECT_SERVICE)
		fprintf(f, "service %.*s", SAY_BYTES(line->service));
	else
		fputs("the organisation", f);
	fprintf(f, " at level %s", scheme_level_code(line->level));
}

static void
lines(FILE *f, const struct km_line *line, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++) {
		fprintf(f, "  %-16s ", i == 0 ? "claims" : "");
		words_line(f, &line[i]);
		putc('\n', f);
	}
}

static void
key(FILE *f, const char *label, const struct km_key *k)
{
	char	kid[2 * KM_KID_LEN + 1];

	say_hex(kid, k->kid, KM_KID_LEN);
	fprintf(f, "  %-16s %s (%s)\n", label, kid,
	    k->len == KM_KEY_MAX ? "P-256" : "Ed25519");
}

static void
trust_key(FILE *f, const struct km_trust_key *k)
{
	static const char *const	purpose[] = {
		[KM_PURPOSE_ATTEST] = "attest key",
		[KM_PURPOSE_PUBLISH] = "publish key",
		[KM_PURPOSE_OFFICERS] = "scheme manager",
	};

	key(f, purpose[k->purpose], &k->key);
	moment(f, "  counts from", k->not_before);
	moment(f, "  until", k->not_after);
	if (k->revoked_at != -1)
		moment(f, "  REVOKED at", k->revoked_at);
}

void
words_trust(FILE *f, const struct km_trust *t)
{
	struct km_bytes	first = { t->first, KM_HASH_LEN };
	size_t		i;

	fprintf(f, "Trust list %u of %.*s, environment %s\n", t->version,
	    SAY_BYTES(t->authority), words_environment(t->environment));
	moment(f, "issued", t->issued);
	moment(f, "expires", t->expires);
	fprintf(f, "  %-16s %zu of %zu must sign\n", "roots", t->threshold,
	    t->n_roots);
	for (i = 0; i < t->n_roots; i++)
		key(f, "root", &t->root[i]);
	for (i = 0; i < t->n_keys; i++)
		trust_key(f, &t->key[i]);
	if (t->version > 1)
		hash(f, "trust list 1", first);
}

static void
officer(FILE *f, const struct officer *o)
{
	size_t	i;

	fprintf(f, "Officer %.*s\n", SAY_BYTES(o->id));
	text(f, "employer", o->employer.len > 0 ? o->employer :
	    km_bytes_of("the authority itself"));
	fprintf(f, "  %-16s ", "roles");
	words_roles(f, o->roles);
	putc('\n', f);
	for (i = 0; i < o->n_keys; i++)
		key(f, "key", &o->key[i]);
	texts(f, "conflict with", o->conflict, o->n_conflicts);
	moment(f, "from", o->from);
	moment(f, "until", o->until);
}

void
words_officers(FILE *f, const struct officers *os)
{
	size_t	i;

	fprintf(f, "Officers list %u of %.*s, environment %s\n", os->version,
	    SAY_BYTES(os->authority), words_environment(os->environment));
	moment(f, "issued", os->issued);
	moment(f, "expires", os->expires);
	hash(f, "trust list 1", os->trust);
	for (i = 0; i < os->n; i++)
		officer(f, &os->officer[i]);
}

static void
provider(FILE *f, const struct provider *p)
{
	text(f, "legal name", p->legal_name);
	texts(f, "trade names", p->trade_name, p->n_trade_names);
	text(f, "place", p->place);
	text(f, "KVK number", p->kvk);
	text(f, "EUID", p->euid);
	text(f, "LEI", p->lei);
	texts(f, "hosts", p->host, p->n_hosts);
	text(f, "information", p->information);
}

static void
evidence(FILE *f, const struct km_evidence *e, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++)
		fprintf(f, "  %-16s %.*s: %.*s\n", i == 0 ? "evidence" : "",
		    SAY_BYTES(e[i].code), SAY_BYTES(e[i].reference));
}

static void
assessment(FILE *f, const struct assessment *a)
{
	text(f, "body", a->body);
	day(f, "assessed on", a->day);
	text(f, "report", a->report);
	lines(f, a->line, a->n_lines);
	evidence(f, a->evidence, a->n_evidence);
	texts(f, "methods", a->method, a->n_methods);
	fprintf(f, "  %-16s %u\n", "hours", a->hours);
	fprintf(f, "  %-16s %u\n", "findings", a->findings);
}

static void
grant(FILE *f, const struct grant *g, int amend)
{
	char	s[11];

	fprintf(f, "  %-16s %s\n", "document",
	    g->document == KM_DOCUMENT_CERTIFICATE ? "certificate" :
	    "self-declaration");
	fprintf(f, "  %-16s %.*s, version %u\n", "scheme",
	    SAY_BYTES(g->scheme), g->scheme_version);
	lines(f, g->line, g->n_lines);
	texts(f, "not covered", g->not_covered, g->n_not_covered);
	moment(f, "valid from", g->nbf);
	date_format(s, g->exp - 1);
	fprintf(f, "  %-16s %s (the last whole day)\n", "valid through", s);
	fprintf(f, "  %-16s %u\n", "drawing version", g->drawing);
	if (amend)
		moment(f, "supersedes at", g->supersede);
}

static void
reason(FILE *f, const struct decision *d)
{
	fprintf(f, "  %-16s %s\n", "reason",
	    scheme_reason_code(d->u.act.reason));
	if (d->kind == DECISION_SUSPEND) {
		moment(f, "due at", d->u.act.until);
		fprintf(f, "  %-16s at once; it stays suspended, also then, "
		    "until it is lifted\n", "effect");
	} else if (d->kind == DECISION_WITHDRAW)
		fprintf(f, "  %-16s for good: nothing lifts it\n", "effect");
}

static void
content(FILE *f, const struct decision *d)
{
	switch (d->kind) {
	case DECISION_APPLICATION:
	case DECISION_EVIDENCE:
	case DECISION_SURVEILLANCE:
	case DECISION_COMPLAINT:
	case DECISION_APPEAL:
	case DECISION_VULNERABILITY:
		day(f, "day", d->u.record.day);
		text(f, "reference", d->u.record.reference);
		text(f, "remark", d->u.record.remark);
		break;
	case DECISION_PROVIDER_ADD:
	case DECISION_PROVIDER_CHANGE:
		provider(f, &d->u.provider);
		break;
	case DECISION_BODY_ADD:
	case DECISION_BODY_CHANGE:
		text(f, "name", d->u.body.name);
		day(f, "accredited from", d->u.body.from);
		day(f, "last day", d->u.body.until - 1);
		text(f, "up to level",
		    km_bytes_of(scheme_level_code(d->u.body.level)));
		break;
	case DECISION_ASSESSMENT:
		assessment(f, &d->u.assessment);
		break;
	case DECISION_GRANT:
	case DECISION_RENEW:
	case DECISION_AMEND:
		grant(f, &d->u.grant, d->kind == DECISION_AMEND);
		break;
	case DECISION_REFUSE:
	case DECISION_WITHDRAW:
	case DECISION_VOID:
	case DECISION_END:
	case DECISION_SUSPEND:
		reason(f, d);
		break;
	case DECISION_LIFT:
	case DECISION_HALT:
	case DECISION_RESUME:
	case DECISION_OFFICERS:
	case DECISION_TRUST:
		break;
	case DECISION_DISABLE:
		text(f, "officer", d->u.person);
		text(f, "effect", km_bytes_of("from now on this officer may "
		    "do nothing"));
		break;
	case DECISION_FORGET:
		hash(f, "decision", d->u.id);
		break;
	case DECISION_CATALOGUE:
	case DECISION_SCHEME:
		text(f, "scheme", d->u.scheme.scheme);
		fprintf(f, "  %-16s %u\n", "version", d->u.scheme.version);
		hash(f, "SHA-256", d->u.scheme.hash);
		break;
	}
}

void
words_decision(FILE *f, const struct decision *d)
{
	struct km_bytes	id = { d->id, KM_HASH_LEN };
	size_t		i;

	fprintf(f, "Decision: %s\n", decision_kind_name(d->kind));
	hash(f, "id", id);
	text(f, "subject", d->subject.len > 0 ? d->subject :
	    km_bytes_of("the authority itself"));
	content(f, d);
	text(f, "proposed by", d->proposer);
	moment(f, "approve before", d->valid_until);
	text(f, "authority", d->authority);
	fprintf(f, "  %-16s %s\n", "environment",
	    words_environment(d->environment));
	hash(f, "trust list 1", d->trust);
	if (is_zero(d->head))
		text(f, "follows", km_bytes_of("nothing: the first decision "
		    "on this subject"));
	else
		hash(f, "follows", d->head);
	for (i = 0; i < d->n_rests_on; i++)
		hash(f, i == 0 ? "rests on" : "", d->rests_on[i]);
	hash(f, "nonce", d->nonce);
}

static void
brief_lines(FILE *f, const struct km_line *line, size_t n)
{
	size_t	i;

	for (i = 0; i < n; i++) {
		fputs(i == 0 ? ": " : "; ", f);
		words_line(f, &line[i]);
	}
}

void
words_brief(FILE *f, const struct decision *d)
{
	char	s[11];

	fprintf(f, "%s %.*s", decision_kind_name(d->kind),
	    SAY_BYTES(d->subject));
	if (d->kind == DECISION_PROVIDER_ADD ||
	    d->kind == DECISION_PROVIDER_CHANGE)
		fprintf(f, ": %.*s, %.*s",
		    SAY_BYTES(d->u.provider.legal_name),
		    SAY_BYTES(d->u.provider.place));
	else if (d->kind == DECISION_ASSESSMENT)
		brief_lines(f, d->u.assessment.line, d->u.assessment.n_lines);
	else if (d->kind == DECISION_GRANT) {
		brief_lines(f, d->u.grant.line, d->u.grant.n_lines);
		date_format(s, d->u.grant.exp - 1);
		fprintf(f, ", through %s", s);
	} else if (d->kind == DECISION_SUSPEND ||
	    d->kind == DECISION_WITHDRAW)
		fprintf(f, ": %s%s", scheme_reason_code(d->u.act.reason),
		    d->kind == DECISION_WITHDRAW ? ", for good" : "");
	else if (d->kind == DECISION_DISABLE)
		fprintf(f, "officer %.*s", SAY_BYTES(d->u.person));
	else if (d->kind == DECISION_BODY_ADD) {
		date_format(s, ((int64_t)d->u.body.until - 1) * DAY);
		fprintf(f, ": %.*s, up to level %s, through %s",
		    SAY_BYTES(d->u.body.name),
		    scheme_level_code(d->u.body.level), s);
	}
	fprintf(f, " (by %.*s)", SAY_BYTES(d->proposer));
}
