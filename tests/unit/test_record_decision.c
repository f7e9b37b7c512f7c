/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Decision: what is written is read again, least and most of it; and one bad
 * decision for each rule that a decision can break by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/record/encode.h"
#include "tests/lib/papers.h"

static struct papers	papers;

static struct km_bytes
text(size_t n, char fill)
{
	static char	room[64][256];
	static size_t	next;
	char		*p = room[next++ % 64];

	assert_true(n <= sizeof(room[0]));
	memset(p, fill, n);
	return (struct km_bytes){ (uint8_t *)p, n };
}

static enum km_err
decode(const struct decision *d)
{
	struct decision	out;
	struct buf	b;
	enum km_err	err;

	buf_init(&b, 2 * DECISION_MAX);
	encode_decision(&b, d);
	assert_int_equal(b.failed, 0);
	err = decision_decode(&out, b.p, b.len);
	buf_free(&b);
	return err;
}

/* Written, read, written again: the same bytes. */
static void
round_trip(const struct decision *d)
{
	struct decision	out;
	struct buf	a, b;
	uint8_t		id[KM_HASH_LEN];
	enum km_err	err;

	buf_init(&a, DECISION_MAX);
	buf_init(&b, DECISION_MAX);
	encode_decision(&a, d);
	assert_int_equal(a.failed, 0);
	if ((err = decision_decode(&out, a.p, a.len)) != KM_OK)
		fail_msg("%s: %s", decision_kind_name(d->kind),
		    km_err_name(err));
	encode_decision(&b, &out);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.p, b.p, a.len);
	assert_int_equal(out.kind, d->kind);
	assert_int_equal(out.environment, d->environment);
	assert_ptr_equal(out.bytes.p, a.p);
	assert_int_equal(out.bytes.len, a.len);
	sample_hash(id, a.p, a.len);
	assert_memory_equal(out.id, id, sizeof(id));
	buf_free(&a);
	buf_free(&b);
}

static void
fill_provider(struct provider *p)
{
	static const char	hosts[] = "abcdefgh";
	size_t			i;

	p->legal_name = text(160, 'N');
	for (i = 0; i < 5; i++)
		p->trade_name[i] = text(160, (char)('a' + i));
	p->n_trade_names = 5;
	p->place = text(64, 'P');
	p->euid = km_bytes_of("NLNHR." PAPERS_KVK);
	p->lei = km_bytes_of("724500VKKSH9QOLTFR81");
	for (i = 0; i < 8; i++) {
		p->host[i] = text(253, hosts[i]);
		memcpy((char *)(uintptr_t)p->host[i].p + 63, ".", 1);
		memcpy((char *)(uintptr_t)p->host[i].p + 127, ".", 1);
		memcpy((char *)(uintptr_t)p->host[i].p + 191, ".", 1);
	}
	p->n_hosts = 8;
	p->information = text(200, 'x');
	memcpy((char *)(uintptr_t)p->information.p, "https://", 8);
}

static void
fill_lines(struct km_line *line, size_t *n)
{
	static const char	code[16][33] = {
		"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l",
		"m", "n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	};
	size_t	i;

	for (i = 0; i < 15; i++)
		line[i] = papers_line(KM_CLAIM_BASIC_MEASURES, code[i],
		    KM_LEVEL_HIGH);
	line[15] = papers_line(KM_CLAIM_POLICY_ADVICE, NULL, KM_LEVEL_HIGH);
	/* Three members sort before four. */
	memmove(line + 1, line, 15 * sizeof(*line));
	line[0] = papers_line(KM_CLAIM_POLICY_ADVICE, NULL, KM_LEVEL_HIGH);
	*n = 16;
}

static void
fill_assessment(struct assessment *a)
{
	size_t	i;

	a->body = text(32, 'C');
	a->day = KM_TIME_MAX_DAYS;
	a->report = text(64, 'R');
	fill_lines(a->line, &a->n_lines);
	for (i = 0; i < 16; i++) {
		a->evidence[i].code = text(32, 'e');
		a->evidence[i].reference = text(64, (char)('a' + i));
	}
	a->n_evidence = 16;
	for (i = 0; i < METHODS_MAX; i++)
		a->method[i] = text(32, (char)('a' + i));
	a->n_methods = METHODS_MAX;
	a->hours = a->findings = 10000;
}

static void
fill_grant(struct grant *g)
{
	size_t	i;

	g->document = KM_DOCUMENT_SELF_DECLARATION;
	g->scheme = text(32, 's');
	g->scheme_version = 65535;
	fill_lines(g->line, &g->n_lines);
	for (i = 0; i < 8; i++)
		g->not_covered[i] = text(200, (char)('a' + i));
	g->n_not_covered = 8;
	g->exp = KM_TIME_MAX / SAMPLE_DAY * SAMPLE_DAY;
	g->nbf = g->exp - 1;
	g->drawing = 65535;
}

static void
fill_content(struct decision *d)
{
	switch (d->kind) {
	case DECISION_APPLICATION:
	case DECISION_EVIDENCE:
	case DECISION_SURVEILLANCE:
	case DECISION_COMPLAINT:
	case DECISION_APPEAL:
	case DECISION_VULNERABILITY:
		d->u.record.day = KM_TIME_MAX_DAYS;
		d->u.record.reference = text(64, 'r');
		d->u.record.remark = text(200, '-');
		break;
	case DECISION_PROVIDER_ADD:
	case DECISION_PROVIDER_CHANGE:
		fill_provider(&d->u.provider);
		break;
	case DECISION_BODY_ADD:
	case DECISION_BODY_CHANGE:
		d->subject = text(32, 'B');
		d->u.body.name = text(160, 'b');
		d->u.body.from = 0;
		d->u.body.until = KM_TIME_MAX_DAYS;
		d->u.body.level = KM_LEVEL_HIGH;
		break;
	case DECISION_ASSESSMENT:
		fill_assessment(&d->u.assessment);
		break;
	case DECISION_GRANT:
	case DECISION_RENEW:
	case DECISION_AMEND:
		fill_grant(&d->u.grant);
		d->u.grant.supersede = d->kind == DECISION_AMEND ?
		    KM_TIME_MAX : 0;
		break;
	case DECISION_REFUSE:
	case DECISION_WITHDRAW:
	case DECISION_VOID:
	case DECISION_END:
	case DECISION_SUSPEND:
		d->u.act.reason = 7;
		d->u.act.until = KM_TIME_MAX;	/* written by suspend only */
		break;
	case DECISION_DISABLE:
		d->u.person = km_bytes_of(papers.manager[1].id);
		break;
	case DECISION_CATALOGUE:
	case DECISION_SCHEME:
		d->u.scheme.scheme = text(32, 's');
		d->u.scheme.version = 65535;
		break;
	case DECISION_LIFT:
	case DECISION_HALT:
	case DECISION_RESUME:
	case DECISION_FORGET:
	case DECISION_OFFICERS:
	case DECISION_TRUST:
		break;
	}
}

/* As much of everything as the schema lets in. */
static void
fill(struct papers_draft *draft)
{
	struct decision	*d = &draft->d;
	uint8_t		 id[KM_HASH_LEN];
	size_t		 i;

	d->environment = KM_ENVIRONMENT_EXERCISE;
	d->proposer = text(32, 'p');
	d->valid_until = KM_TIME_MAX;
	for (i = 0; i < RESTS_MAX; i++) {
		memset(id, (int)(0xf0 - i), sizeof(id));
		papers_rest(draft, id);
	}
	fill_content(d);
}

static int
is_list(int kind)
{
	return kind == DECISION_OFFICERS || kind == DECISION_TRUST;
}

static void
test_round_trip(void **state)
{
	struct papers_draft	draft;
	int			kind, tried = 0;

	(void)state;
	for (kind = 1; kind <= DECISION_KINDS; kind++) {
		if (is_list(kind))
			continue;
		papers_draft(&draft, &papers, (enum decision_kind)kind);
		round_trip(&draft.d);
		fill(&draft);
		round_trip(&draft.d);
		tried++;
	}
	assert_int_equal(tried, DECISION_KINDS - 2);
}

/* The bytes themselves, written by another writer. */
static void
test_bytes(void **state)
{
	struct sample_buf	b = { 0 };
	struct papers_draft	draft;
	struct papers_act	act;

	(void)state;
	papers_draft(&draft, &papers, DECISION_SUSPEND);
	papers_write(&act, &draft.d);
	sample_map(&b, 9);
	sample_uint(&b, 1);
	sample_text(&b, "suspend");
	sample_uint(&b, 2);
	sample_text(&b, SAMPLE_AUTHORITY);
	sample_uint(&b, 3);
	sample_uint(&b, 1);
	sample_uint(&b, 4);
	sample_bytes(&b, papers.first, 32);
	sample_uint(&b, 5);
	sample_text(&b, "decider-1");
	sample_uint(&b, 6);
	sample_text(&b, PAPERS_MARK);
	sample_uint(&b, 7);
	sample_map(&b, 2);
	sample_uint(&b, 1);
	sample_uint(&b, 3);
	sample_uint(&b, 2);
	sample_int(&b, SAMPLE_NOW + 30 * SAMPLE_DAY);
	sample_uint(&b, 8);
	sample_bytes(&b, draft.nonce, 16);
	sample_uint(&b, 9);
	sample_int(&b, SAMPLE_NOW + 7 * SAMPLE_DAY);
	assert_int_equal(act.bytes.len, b.len);
	assert_memory_equal(act.bytes.p, b.p, b.len);
	assert_int_equal(act.d.u.act.reason, 3);
	assert_int_equal(act.d.u.act.until, SAMPLE_NOW + 30 * SAMPLE_DAY);
	papers_act_free(&act);
	sample_free(&b);
}

/* Good decisions with one thing broken each. */
#define BREAK(name, ...)						\
static void								\
name(struct papers_draft *x)						\
{									\
	struct decision	*d = &x->d;					\
	__VA_ARGS__							\
}
BREAK(authority_http, d->authority = km_bytes_of("http://a.example");)
BREAK(authority_port, d->authority = km_bytes_of("https://a.example:1");)
BREAK(environment_three, d->environment = (enum km_environment)3;)
BREAK(trust_short, d->trust.len = 31;)
BREAK(trust_long, d->trust.len = 33;)
BREAK(proposer_empty, d->proposer.len = 0;)
BREAK(proposer_capital, d->proposer = km_bytes_of("Registrar");)
BREAK(proposer_hyphen_first, d->proposer = km_bytes_of("-a");)
BREAK(proposer_long, d->proposer = text(33, 'a');)
BREAK(proposer_colon, d->proposer = km_bytes_of("registrar:1");)
BREAK(proposer_root_short, d->proposer = km_bytes_of("root:0123456789abcde");)
BREAK(proposer_root_upper, d->proposer = km_bytes_of("root:0123456789ABCDEF");)
BREAK(proposer_root_long,
    d->proposer = km_bytes_of("root:0123456789abcdef0");)
BREAK(proposer_other_prefix,
    d->proposer = km_bytes_of("users:0123456789abcdef");)
BREAK(proposer_not_ascii, d->proposer = km_bytes_of("ren\xc3\xa9");)
BREAK(subject_holder, d->subject = km_bytes_of(PAPERS_HOLDER);)
BREAK(subject_body, d->subject = km_bytes_of(PAPERS_BODY);)
BREAK(subject_mark, d->subject = km_bytes_of(PAPERS_MARK);)
BREAK(subject_empty, d->subject.len = 0;)
BREAK(subject_check, d->subject = km_bytes_of("KM-2026-000123-Q");)
BREAK(nonce_short, d->nonce.len = 15;)
BREAK(until_late, d->valid_until = KM_TIME_MAX + 1;)
BREAK(head_present, d->head = (struct km_bytes){ x->head, 32 };)
BREAK(head_short, d->head.len = 31;)
BREAK(rests_twice,
    d->rests_on[0] = d->rests_on[1] = d->trust; d->n_rests_on = 2;)
BREAK(rests_descending, memset(x->hash, 0, 32); d->rests_on[0] = d->trust;
    d->rests_on[1] = (struct km_bytes){ x->hash, 32 }; d->n_rests_on = 2;)
BREAK(rests_short, d->rests_on[0] = d->trust; d->rests_on[0].len = 31;
    d->n_rests_on = 1;)
BREAK(record_day, d->u.record.day = KM_TIME_MAX_DAYS + 1;)
BREAK(record_reference_empty, d->u.record.reference.len = 0;)
BREAK(record_reference_long, d->u.record.reference = text(65, 'a');)
BREAK(record_remark_long, d->u.record.remark = text(201, 'a');)
BREAK(name_empty, d->u.provider.legal_name.len = 0;)
BREAK(name_long, d->u.provider.legal_name = text(161, 'a');)
BREAK(name_control, d->u.provider.legal_name = km_bytes_of("A\nB");)
BREAK(trade_name_twice, d->u.provider.n_trade_names = 2;
    d->u.provider.trade_name[0] = km_bytes_of("A");
    d->u.provider.trade_name[1] = km_bytes_of("A");)
BREAK(place_long, d->u.provider.place = text(65, 'a');)
BREAK(kvk_absent, d->u.provider.kvk.len = 0;)
BREAK(kvk_other, d->u.provider.kvk = km_bytes_of("69599069");)
BREAK(kvk_seven, d->u.provider.kvk = km_bytes_of("6959906");)
BREAK(kvk_abroad, d->subject = km_bytes_of("NTRBE-0123456789");)
BREAK(euid_other, d->u.provider.euid = km_bytes_of("NLNHR.69599069");)
BREAK(euid_form, d->u.provider.euid = km_bytes_of("NL.KVK.69599068");)
BREAK(lei_check, d->u.provider.lei = km_bytes_of("724500VKKSH9QOLTFR82");)
BREAK(lei_other, d->subject = km_bytes_of("LEIXG-7LTWFZYICNSX8D621K86");
    d->u.provider.kvk.len = 0;
    d->u.provider.lei = km_bytes_of("724500VKKSH9QOLTFR81");)
BREAK(host_twice, d->u.provider.n_hosts = 2;
    d->u.provider.host[1] = d->u.provider.host[0];)
BREAK(host_capital, d->u.provider.host[0] = km_bytes_of("A.example");)
BREAK(information_http,
    d->u.provider.information = km_bytes_of("http://a.example/");)
BREAK(body_days_equal, d->u.body.until = d->u.body.from;)
BREAK(body_level_none, d->u.body.level = (enum km_level)0;)
BREAK(body_level_four, d->u.body.level = (enum km_level)4;)
BREAK(lines_none, d->u.assessment.n_lines = 0;)
BREAK(line_twice, d->u.assessment.n_lines = 2;
    d->u.assessment.line[1] = d->u.assessment.line[0];
    d->u.assessment.line[1].level = KM_LEVEL_SUBSTANTIAL;)
BREAK(methods_none, d->u.assessment.n_methods = 0;)
BREAK(method_twice, d->u.assessment.n_methods = 2;
    d->u.assessment.method[1] = d->u.assessment.method[0];)
BREAK(methods_descending, d->u.assessment.n_methods = 2;
    d->u.assessment.method[1] = km_bytes_of("a");)
BREAK(method_capital, d->u.assessment.method[0] = km_bytes_of("Interview");)
BREAK(hours_none, d->u.assessment.hours = 0;)
BREAK(hours_many, d->u.assessment.hours = 10001;)
BREAK(findings_many, d->u.assessment.findings = 10001;)
BREAK(report_empty, d->u.assessment.report.len = 0;)
BREAK(evidence_twice, d->u.assessment.n_evidence = 2;
    d->u.assessment.evidence[0].code = km_bytes_of("iso-27001");
    d->u.assessment.evidence[0].reference = km_bytes_of("1");
    d->u.assessment.evidence[1] = d->u.assessment.evidence[0];)
BREAK(document_three, d->u.grant.document = (enum km_document)3;)
BREAK(scheme_version_none, d->u.grant.scheme_version = 0;)
BREAK(not_covered_twice, d->u.grant.n_not_covered = 2;
    d->u.grant.not_covered[0] = d->u.grant.not_covered[1] =
    km_bytes_of("x");)
BREAK(exp_not_midnight, d->u.grant.exp += 1;)
BREAK(exp_is_nbf, d->u.grant.nbf = d->u.grant.exp;)
BREAK(exp_before_nbf, d->u.grant.nbf = d->u.grant.exp + 1;)
BREAK(drawing_none, d->u.grant.drawing = 0;)
BREAK(as_renew, d->kind = DECISION_RENEW;)
BREAK(reason_none, d->u.act.reason = 0;)
BREAK(reason_eight, d->u.act.reason = 8;)
BREAK(person_colon, d->u.person = km_bytes_of("a:b");)
BREAK(id_short, d->u.id.len = 31;)
BREAK(scheme_code, d->u.scheme.scheme = km_bytes_of("Voorbeeld");)
BREAK(scheme_hash_short, d->u.scheme.hash.len = 31;)
BREAK(as_officers, d->kind = DECISION_OFFICERS;)
BREAK(as_trust, d->kind = DECISION_TRUST;)
BREAK(as_unknown, d->kind = (enum decision_kind)99;)

#define ROW(kind, breaks, want)	{ #breaks, DECISION_##kind, breaks, want }
static const struct {
	const char		*name;
	enum decision_kind	 kind;
	void			(*breaks)(struct papers_draft *);
	enum km_err		 want;
} rows[] = {
	ROW(LIFT, authority_http, KM_ERR_VALUE),
	ROW(LIFT, authority_port, KM_ERR_VALUE),
	ROW(LIFT, environment_three, KM_ERR_VALUE),
	ROW(LIFT, trust_short, KM_ERR_LIMIT),
	ROW(LIFT, trust_long, KM_ERR_LIMIT),
	ROW(LIFT, proposer_empty, KM_ERR_LIMIT),
	ROW(LIFT, proposer_capital, KM_ERR_VALUE),
	ROW(LIFT, proposer_hyphen_first, KM_ERR_VALUE),
	ROW(LIFT, proposer_long, KM_ERR_VALUE),
	ROW(LIFT, proposer_colon, KM_ERR_VALUE),
	ROW(LIFT, proposer_root_short, KM_ERR_VALUE),
	ROW(LIFT, proposer_root_upper, KM_ERR_VALUE),
	ROW(LIFT, proposer_root_long, KM_ERR_VALUE),
	ROW(LIFT, proposer_other_prefix, KM_ERR_VALUE),
	ROW(LIFT, proposer_not_ascii, KM_ERR_TEXT),
	ROW(LIFT, subject_holder, KM_ERR_LIMIT),
	ROW(LIFT, subject_body, KM_ERR_LIMIT),
	ROW(LIFT, subject_empty, KM_ERR_LIMIT),
	ROW(LIFT, subject_check, KM_ERR_VALUE),
	ROW(GRANT, subject_mark, KM_ERR_VALUE),
	ROW(REFUSE, subject_body, KM_ERR_LIMIT),
	ROW(ASSESSMENT, subject_empty, KM_ERR_LIMIT),
	ROW(APPEAL, subject_mark, KM_ERR_VALUE),
	ROW(PROVIDER_ADD, subject_mark, KM_ERR_VALUE),
	ROW(BODY_ADD, subject_empty, KM_ERR_LIMIT),
	ROW(BODY_CHANGE, as_officers, KM_ERR_VALUE),
	ROW(RENEW, subject_holder, KM_ERR_LIMIT),
	ROW(AMEND, subject_holder, KM_ERR_LIMIT),
	ROW(WITHDRAW, subject_holder, KM_ERR_LIMIT),
	ROW(VOID, subject_holder, KM_ERR_LIMIT),
	ROW(SUSPEND, subject_holder, KM_ERR_LIMIT),
	ROW(END, subject_holder, KM_ERR_LIMIT),
	ROW(HALT, subject_mark, KM_ERR_LIMIT),
	ROW(RESUME, subject_holder, KM_ERR_LIMIT),
	ROW(DISABLE, subject_holder, KM_ERR_LIMIT),
	ROW(FORGET, subject_holder, KM_ERR_LIMIT),
	ROW(SCHEME, subject_body, KM_ERR_LIMIT),
	ROW(CATALOGUE, subject_body, KM_ERR_LIMIT),
	ROW(LIFT, nonce_short, KM_ERR_LIMIT),
	ROW(LIFT, until_late, KM_ERR_VALUE),
	ROW(LIFT, head_short, KM_ERR_LIMIT),
	ROW(SUSPEND, head_present, KM_ERR_TYPE),
	ROW(HALT, head_present, KM_ERR_TYPE),
	ROW(WITHDRAW, head_present, KM_ERR_TYPE),
	ROW(DISABLE, head_present, KM_ERR_TYPE),
	ROW(APPLICATION, head_present, KM_ERR_TYPE),
	ROW(ASSESSMENT, head_present, KM_ERR_TYPE),
	ROW(GRANT, rests_twice, KM_ERR_ORDER),
	ROW(GRANT, rests_descending, KM_ERR_ORDER),
	ROW(GRANT, rests_short, KM_ERR_LIMIT),
	ROW(COMPLAINT, record_day, KM_ERR_VALUE),
	ROW(COMPLAINT, record_reference_empty, KM_ERR_LIMIT),
	ROW(COMPLAINT, record_reference_long, KM_ERR_LIMIT),
	ROW(COMPLAINT, record_remark_long, KM_ERR_LIMIT),
	ROW(PROVIDER_ADD, name_empty, KM_ERR_LIMIT),
	ROW(PROVIDER_ADD, name_long, KM_ERR_LIMIT),
	ROW(PROVIDER_ADD, name_control, KM_ERR_TEXT),
	ROW(PROVIDER_ADD, trade_name_twice, KM_ERR_ORDER),
	ROW(PROVIDER_ADD, place_long, KM_ERR_LIMIT),
	ROW(PROVIDER_ADD, kvk_absent, KM_ERR_MISMATCH),
	ROW(PROVIDER_ADD, kvk_other, KM_ERR_MISMATCH),
	ROW(PROVIDER_ADD, kvk_seven, KM_ERR_LIMIT),
	ROW(PROVIDER_ADD, kvk_abroad, KM_ERR_MISMATCH),
	ROW(PROVIDER_ADD, euid_other, KM_ERR_MISMATCH),
	ROW(PROVIDER_ADD, euid_form, KM_ERR_VALUE),
	ROW(PROVIDER_ADD, lei_check, KM_ERR_VALUE),
	ROW(PROVIDER_CHANGE, lei_other, KM_ERR_MISMATCH),
	ROW(PROVIDER_ADD, host_twice, KM_ERR_ORDER),
	ROW(PROVIDER_ADD, host_capital, KM_ERR_VALUE),
	ROW(PROVIDER_ADD, information_http, KM_ERR_VALUE),
	ROW(BODY_ADD, body_days_equal, KM_ERR_VALUE),
	ROW(BODY_ADD, body_level_none, KM_ERR_VALUE),
	ROW(BODY_ADD, body_level_four, KM_ERR_VALUE),
	ROW(ASSESSMENT, lines_none, KM_ERR_LIMIT),
	ROW(ASSESSMENT, line_twice, KM_ERR_ORDER),
	ROW(ASSESSMENT, methods_none, KM_ERR_TYPE),
	ROW(ASSESSMENT, method_twice, KM_ERR_ORDER),
	ROW(ASSESSMENT, methods_descending, KM_ERR_ORDER),
	ROW(ASSESSMENT, method_capital, KM_ERR_VALUE),
	ROW(ASSESSMENT, hours_none, KM_ERR_VALUE),
	ROW(ASSESSMENT, hours_many, KM_ERR_VALUE),
	ROW(ASSESSMENT, findings_many, KM_ERR_VALUE),
	ROW(ASSESSMENT, report_empty, KM_ERR_LIMIT),
	ROW(ASSESSMENT, evidence_twice, KM_ERR_ORDER),
	ROW(GRANT, document_three, KM_ERR_VALUE),
	ROW(GRANT, scheme_version_none, KM_ERR_VALUE),
	ROW(GRANT, not_covered_twice, KM_ERR_ORDER),
	ROW(GRANT, exp_not_midnight, KM_ERR_VALUE),
	ROW(GRANT, exp_is_nbf, KM_ERR_VALUE),
	ROW(RENEW, exp_before_nbf, KM_ERR_VALUE),
	ROW(GRANT, drawing_none, KM_ERR_VALUE),
	ROW(AMEND, as_renew, KM_OK),	/* content follows the kind */
	ROW(WITHDRAW, reason_none, KM_ERR_VALUE),
	ROW(WITHDRAW, reason_eight, KM_ERR_VALUE),
	ROW(SUSPEND, reason_eight, KM_ERR_VALUE),
	ROW(DISABLE, person_colon, KM_ERR_VALUE),
	ROW(FORGET, id_short, KM_ERR_LIMIT),
	ROW(SCHEME, scheme_code, KM_ERR_VALUE),
	ROW(SCHEME, scheme_hash_short, KM_ERR_LIMIT),
	ROW(HALT, as_officers, KM_ERR_VALUE),
	ROW(HALT, as_trust, KM_ERR_VALUE),
	ROW(HALT, as_unknown, KM_ERR_VALUE),
};

static void
test_bad(void **state)
{
	struct papers_draft	draft;
	enum km_err		err;
	size_t			i, wrong = 0;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		papers_draft(&draft, &papers, rows[i].kind);
		rows[i].breaks(&draft);
		if ((err = decode(&draft.d)) == rows[i].want)
			continue;
		print_error("%s of %s: wanted %s, got %s\n", rows[i].name,
		    decision_kind_name(rows[i].kind),
		    km_err_name(rows[i].want), km_err_name(err));
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* Kinds that bear a head must have it, and others must not. */
static void
test_head(void **state)
{
	static const enum decision_kind	without[] = {
		DECISION_APPLICATION, DECISION_EVIDENCE,
		DECISION_SURVEILLANCE, DECISION_COMPLAINT, DECISION_APPEAL,
		DECISION_VULNERABILITY, DECISION_ASSESSMENT,
		DECISION_WITHDRAW, DECISION_SUSPEND, DECISION_HALT,
		DECISION_DISABLE
	};
	struct papers_draft	draft;
	size_t			i, n = 0;
	int			kind, bears;

	(void)state;
	for (kind = 1; kind <= DECISION_KINDS; kind++) {
		if (is_list(kind))
			continue;
		bears = 1;
		for (i = 0; i < sizeof(without) / sizeof(without[0]); i++)
			if ((int)without[i] == kind)
				bears = 0;
		assert_int_equal(decision_has_head((enum decision_kind)kind),
		    bears);
		assert_int_equal(decision_on_mark((enum decision_kind)kind),
		    kind == DECISION_RENEW || kind == DECISION_AMEND ||
		    kind == DECISION_LIFT || kind == DECISION_WITHDRAW ||
		    kind == DECISION_VOID || kind == DECISION_SUSPEND ||
		    kind == DECISION_END);
		/* All but records and assessments move it. */
		assert_int_equal(decision_moves_head(
		    (enum decision_kind)kind),
		    kind > DECISION_VULNERABILITY &&
		    kind != DECISION_ASSESSMENT);
		papers_draft(&draft, &papers, (enum decision_kind)kind);
		assert_int_equal(decode(&draft.d), KM_OK);
		if (bears)
			draft.d.head.len = 0;
		else
			head_present(&draft);
		assert_int_equal(decode(&draft.d), KM_ERR_TYPE);
		n += bears != 0;
	}
	assert_int_equal(n, DECISION_KINDS - 2 - sizeof(without) /
	    sizeof(without[0]));
	assert_int_equal(decision_has_head(DECISION_OFFICERS), 0);
	assert_int_equal(decision_moves_head(DECISION_TRUST), 0);
	assert_int_equal(decision_has_head((enum decision_kind)0), 0);
	assert_int_equal(decision_on_mark((enum decision_kind)29), 0);
	assert_int_equal(decision_moves_head((enum decision_kind)29), 0);
}

/* Cut anywhere, or one byte more; a copy of that size shows reads past it. */
static void
test_cut(void **state)
{
	struct papers_draft	draft;
	struct papers_act	act;
	struct decision		d;
	uint8_t			*p;
	size_t			i;

	(void)state;
	papers_draft(&draft, &papers, DECISION_GRANT);
	papers_rest(&draft, papers.first);
	papers_write(&act, &draft.d);
	for (i = 0; i < act.bytes.len; i++) {
		assert_non_null(p = malloc(i + 1));
		memcpy(p, act.bytes.p, i);
		assert_int_equal(decision_decode(&d, p, i), KM_ERR_TRUNCATED);
		free(p);
	}
	sample_raw(&act.bytes, "", 1);
	assert_int_equal(decision_decode(&d, act.bytes.p, act.bytes.len),
	    KM_ERR_TRAILING);
	papers_act_free(&act);
}

/* The out-parameter is for success only. */
static void
test_out_untouched(void **state)
{
	struct papers_draft	draft;
	struct decision		d, before;
	struct buf		b;

	(void)state;
	memset(&d, 0x5a, sizeof(d));
	memset(&before, 0x5a, sizeof(before));
	papers_draft(&draft, &papers, DECISION_GRANT);
	draft.d.u.grant.exp++;
	buf_init(&b, DECISION_MAX);
	encode_decision(&b, &draft.d);
	assert_int_equal(decision_decode(&d, b.p, b.len), KM_ERR_VALUE);
	assert_memory_equal(&d, &before, sizeof(d));
	buf_free(&b);
}

static void
test_too_long(void **state)
{
	static uint8_t	zeros[DECISION_MAX + 1];
	struct decision	d;

	(void)state;
	assert_int_equal(decision_decode(&d, zeros, sizeof(zeros)),
	    KM_ERR_LIMIT);
	assert_int_equal(decision_decode(&d, zeros, DECISION_MAX),
	    KM_ERR_TYPE);
}

/* Every byte changed to every other: never read as the same decision. */
static void
test_flips(void **state)
{
	struct papers_draft	draft;
	struct papers_act	act;
	struct decision		d;
	size_t			i;
	unsigned int		bit;

	(void)state;
	papers_draft(&draft, &papers, DECISION_ASSESSMENT);
	papers_write(&act, &draft.d);
	for (i = 0; i < act.bytes.len; i++)
		for (bit = 0; bit < 8; bit++) {
			act.bytes.p[i] ^= (uint8_t)(1 << bit);
			if (decision_decode(&d, act.bytes.p,
			    act.bytes.len) == KM_OK)
				assert_memory_not_equal(d.id, act.d.id,
				    KM_HASH_LEN);
			act.bytes.p[i] ^= (uint8_t)(1 << bit);
		}
	papers_act_free(&act);
}

static void
test_names(void **state)
{
	uint8_t		id[KM_HASH_LEN];
	char		hex[65];
	int		kind;
	enum decision_kind k;

	(void)state;
	for (kind = 1; kind <= DECISION_KINDS; kind++) {
		k = (enum decision_kind)kind;
		assert_int_equal(decision_kind_by_name(km_bytes_of(
		    decision_kind_name(k))), k);
	}
	assert_string_equal(decision_kind_name(DECISION_PROVIDER_ADD),
	    "provider-add");
	assert_string_equal(decision_kind_name(DECISION_SCHEME), "scheme");
	assert_string_equal(decision_kind_name((enum decision_kind)0),
	    "unknown");
	assert_string_equal(decision_kind_name((enum decision_kind)29),
	    "unknown");
	assert_int_equal(decision_kind_by_name(km_bytes_of("gran")), 0);
	assert_int_equal(decision_kind_by_name(km_bytes_of("")), 0);
	for (kind = 0; kind < KM_HASH_LEN; kind++)
		id[kind] = (uint8_t)(kind * 8 + 7);
	decision_id_hex(hex, id);
	assert_string_equal(hex, "070f171f272f373f474f575f676f777f"
	    "878f979fa7afb7bfc7cfd7dfe7eff7ff");
}

static int
begin(void **state)
{
	(void)state;
	papers_begin(&papers, KM_ENVIRONMENT_DEMONSTRATION);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	papers_end(&papers);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_out_untouched),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_flips),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
