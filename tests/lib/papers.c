/* SPDX-License-Identifier: EUPL-1.2 */
/* Papers for tests; see papers.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca/record/encode.h"
#include "tests/lib/papers.h"
#include "verifier/core.h"

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

static const struct {
	const char	*id, *employer;
	unsigned int	 roles;
} people[PAPERS_PEOPLE] = {		/* ascending by id */
	{ "assessor", PAPERS_BODY, ROLE_ASSESSOR },
	{ "both", "", ROLE_REVIEWER | ROLE_DECIDER },
	{ "decider-1", "", ROLE_DECIDER },
	{ "decider-2", "", ROLE_DECIDER },
	{ "registrar", "", ROLE_REGISTRAR },
	{ "reviewer", "", ROLE_REVIEWER },
};

void
papers_key(struct km_key *out, const struct sample_key *key)
{
	memset(out, 0, sizeof(*out));
	out->alg = key->alg;
	memcpy(out->kid, key->kid, sizeof(out->kid));
	out->len = key->len;
	memcpy(out->bytes, key->pub, key->len);
}

int
papers_verify(void *arg, const struct km_ask *ask)
{
	(void)arg;
	return km_openssl_verify(NULL, ask);
}

/* An id that names the key: "root:" and the kid in hex. */
static void
keyed(struct papers_person *p, const char *prefix, int alg, const char *name)
{
	size_t	i, n = strlen(prefix);

	sample_key(&p->key, alg, name);
	memcpy(p->id, prefix, n + 1);
	for (i = 0; i < sizeof(p->key.kid); i++)
		snprintf(p->id + n + 2 * i, 3, "%02x", p->key.kid[i]);
}

static void
trust_begin(struct papers *p)
{
	struct sample_trust	t;
	size_t			i;

	sample_trust(&t);
	t.environment = (int)p->environment;
	for (i = 0; i < PAPERS_ROOTS; i++)
		sample_trust_root(&t, &p->root[i].key, i < 2);
	for (i = 0; i < PAPERS_MANAGERS; i++)
		sample_trust_key(&t, &p->manager[i].key, KM_PURPOSE_OFFICERS);
	sample_trust_key(&t, &p->attest, KM_PURPOSE_ATTEST);
	sample_trust_key(&t, &p->publish, KM_PURPOSE_PUBLISH);
	sample_trust_write(&p->trust_bytes, &t);
	must(km_trust_decode(&p->trust, &p->trust_sign, p->trust_bytes.p,
	    p->trust_bytes.len) == KM_OK);
	sample_hash(p->first, p->trust_bytes.p, p->trust_bytes.len);
}

static void
officers_begin(struct papers *p)
{
	const struct papers_person	*signer[2];
	struct officer			 o[PAPERS_PEOPLE];
	struct officers			 os;
	size_t				 i;

	memset(o, 0, sizeof(o));
	memset(&os, 0, sizeof(os));
	os.authority = km_bytes_of(SAMPLE_AUTHORITY);
	os.environment = p->environment;
	os.version = 1;
	os.issued = SAMPLE_NOW - 20 * SAMPLE_DAY;
	os.expires = SAMPLE_NOW + 200 * SAMPLE_DAY;
	os.trust.p = p->first;
	os.trust.len = sizeof(p->first);
	os.n = PAPERS_PEOPLE;
	os.officer = o;
	for (i = 0; i < PAPERS_PEOPLE; i++) {
		o[i].id = km_bytes_of(people[i].id);
		o[i].employer = km_bytes_of(people[i].employer);
		o[i].roles = people[i].roles;
		o[i].n_keys = 1;
		papers_key(&o[i].key[0], &p->officer[i].key);
		o[i].from = SAMPLE_NOW - 20 * SAMPLE_DAY;
		o[i].until = SAMPLE_NOW + 200 * SAMPLE_DAY;
	}
	signer[0] = &p->manager[0];
	signer[1] = &p->manager[1];
	papers_officers_write(&p->officers_bytes, &os, signer, 2);
	must(officers_decode(&p->officers, &p->officers_sign,
	    p->officers_bytes.p, p->officers_bytes.len) == KM_OK);
}

void
papers_begin(struct papers *p, enum km_environment environment)
{
	char	name[32];
	size_t	i;

	memset(p, 0, sizeof(*p));
	p->environment = environment;
	sample_key(&p->attest, KM_ALG_ESP256, "attest");
	sample_key(&p->publish, KM_ALG_ESP256, "publish");
	for (i = 0; i < PAPERS_ROOTS; i++) {
		snprintf(name, sizeof(name), "root %zu", i);
		keyed(&p->root[i], "root:", KM_ALG_ED25519, name);
	}
	for (i = 0; i < PAPERS_MANAGERS; i++) {
		snprintf(name, sizeof(name), "manager %zu", i);
		keyed(&p->manager[i], "manager:", i == 0 ? KM_ALG_ED25519 :
		    KM_ALG_ESP256, name);
	}
	for (i = 0; i < PAPERS_PEOPLE; i++) {
		snprintf(p->officer[i].id, sizeof(p->officer[i].id), "%s",
		    people[i].id);
		sample_key(&p->officer[i].key, i % 2 == 0 ? KM_ALG_ESP256 :
		    KM_ALG_ED25519, people[i].id);
	}
	trust_begin(p);
	officers_begin(p);
}

void
papers_end(struct papers *p)
{
	size_t	i;

	for (i = 0; i < PAPERS_ROOTS; i++)
		sample_key_free(&p->root[i].key);
	for (i = 0; i < PAPERS_MANAGERS; i++)
		sample_key_free(&p->manager[i].key);
	for (i = 0; i < PAPERS_PEOPLE; i++)
		sample_key_free(&p->officer[i].key);
	sample_key_free(&p->attest);
	sample_key_free(&p->publish);
	officers_free(&p->officers);
	sample_free(&p->trust_bytes);
	sample_free(&p->officers_bytes);
}

const struct papers_person *
papers_person(const struct papers *p, const char *id)
{
	size_t	i;

	for (i = 0; i < PAPERS_PEOPLE; i++)
		if (strcmp(p->officer[i].id, id) == 0)
			return &p->officer[i];
	for (i = 0; i < PAPERS_ROOTS; i++)
		if (strcmp(p->root[i].id, id) == 0)
			return &p->root[i];
	for (i = 0; i < PAPERS_MANAGERS; i++)
		if (strcmp(p->manager[i].id, id) == 0)
			return &p->manager[i];
	return NULL;
}

/* [context, protected..., "", payload], RFC 9052 section 4.4. */
static void
to_be_signed(struct sample_buf *out, const char *context, const void *body,
    size_t body_len, const struct sample_buf *sign, const void *payload,
    size_t len)
{
	sample_array(out, sign == NULL ? 4 : 5);
	sample_text(out, context);
	sample_bytes(out, body, body_len);
	if (sign != NULL)
		sample_bytes(out, sign->p, sign->len);
	sample_bytes(out, "", 0);
	sample_bytes(out, payload, len);
}

void
papers_officers_write(struct sample_buf *out, const struct officers *os,
    const struct papers_person *const *signer, size_t n)
{
	struct sample_buf	t = { 0 }, header[KM_SIGNERS_MAX] = { { 0 } };
	struct km_signer	s[KM_SIGNERS_MAX];
	struct buf		payload, body, whole;
	uint8_t			sig[KM_SIGNERS_MAX][KM_SIG_LEN];
	size_t			i;

	must(n <= KM_SIGNERS_MAX);
	buf_init(&payload, OFFICERS_MAX);
	buf_init(&body, 512);
	buf_init(&whole, OFFICERS_MAX);
	encode_officers(&payload, os);
	encode_body_protected(&body, os->authority, km_bytes_of("officers"),
	    KM_TYP_OFFICERS);
	for (i = 0; i < n; i++) {
		sample_map(&header[i], 2);
		sample_uint(&header[i], KM_HEADER_ALG);
		sample_int(&header[i], signer[i]->key.alg);
		sample_uint(&header[i], KM_HEADER_KID);
		sample_bytes(&header[i], signer[i]->key.kid, KM_KID_LEN);
		t.len = 0;
		to_be_signed(&t, "Signature", body.p, body.len, &header[i],
		    payload.p, payload.len);
		sample_signature(sig[i], &signer[i]->key, t.p, t.len, 0);
		s[i].alg = signer[i]->key.alg;
		s[i].kid = (struct km_bytes){ signer[i]->key.kid, KM_KID_LEN };
		s[i].protected_ = (struct km_bytes){ header[i].p,
		    header[i].len };
		s[i].sig = sig[i];
	}
	encode_sign(&whole, (struct km_bytes){ body.p, body.len },
	    (struct km_bytes){ payload.p, payload.len }, s, n);
	must(payload.failed == 0 && body.failed == 0 && whole.failed == 0);
	sample_raw(out, whole.p, whole.len);

	for (i = 0; i < n; i++)
		sample_free(&header[i]);
	sample_free(&t);
	buf_free(&payload);
	buf_free(&body);
	buf_free(&whole);
}

struct km_line
papers_line(enum km_claim claim, const char *service, enum km_level level)
{
	struct km_line	line;

	memset(&line, 0, sizeof(line));
	line.claim = claim;
	line.object = service == NULL ? KM_OBJECT_ORGANISATION :
	    KM_OBJECT_SERVICE;
	if (service != NULL)
		line.service = km_bytes_of(service);
	line.level = level;
	return line;
}

static void
provider_draft(struct decision *d)
{
	d->subject = km_bytes_of(PAPERS_HOLDER);
	d->u.provider.legal_name = km_bytes_of("Voorbeeld ICT B.V.");
	d->u.provider.place = km_bytes_of("Den Haag");
	d->u.provider.kvk = km_bytes_of(PAPERS_KVK);
	d->u.provider.n_hosts = 1;
	d->u.provider.host[0] = km_bytes_of("www.voorbeeld-ict.example");
}

static void
body_draft(struct decision *d)
{
	d->subject = km_bytes_of(PAPERS_BODY);
	d->u.body.name = km_bytes_of("Voorbeeld Certificatie");
	d->u.body.from = (uint32_t)(SAMPLE_NOW / SAMPLE_DAY - 400);
	d->u.body.until = (uint32_t)(SAMPLE_NOW / SAMPLE_DAY + 400);
	d->u.body.level = KM_LEVEL_SUBSTANTIAL;
}

static void
assessment_draft(struct decision *d)
{
	struct assessment	*a = &d->u.assessment;

	d->subject = km_bytes_of(PAPERS_HOLDER);
	d->proposer = km_bytes_of("assessor");
	a->body = km_bytes_of(PAPERS_BODY);
	a->day = (uint32_t)(SAMPLE_NOW / SAMPLE_DAY - 5);
	a->report = km_bytes_of("R-2026-17");
	a->n_lines = 1;
	a->line[0] = papers_line(KM_CLAIM_BASIC_MEASURES, "workplace",
	    KM_LEVEL_BASIC);
	a->n_methods = 1;
	a->method[0] = km_bytes_of("document-review");
	a->hours = 12;
}

static void
grant_draft(struct decision *d)
{
	struct grant	*g = &d->u.grant;

	d->subject = km_bytes_of(d->kind == DECISION_GRANT ? PAPERS_HOLDER :
	    PAPERS_MARK);
	g->document = KM_DOCUMENT_CERTIFICATE;
	g->scheme = km_bytes_of("voorbeeld");
	g->scheme_version = 1;
	g->n_lines = 1;
	g->line[0] = papers_line(KM_CLAIM_BASIC_MEASURES, "workplace",
	    KM_LEVEL_BASIC);
	g->nbf = SAMPLE_NOW;
	g->exp = SAMPLE_NOW + 365 * SAMPLE_DAY;
	g->drawing = 1;
	if (d->kind == DECISION_AMEND)
		g->supersede = SAMPLE_NOW + 30 * SAMPLE_DAY;
}

static void
act_draft(struct decision *d)
{
	d->subject = km_bytes_of(d->kind == DECISION_REFUSE ? PAPERS_HOLDER :
	    PAPERS_MARK);
	if (d->kind == DECISION_LIFT)
		return;
	d->u.act.reason = d->kind == DECISION_VOID ? 6 :
	    d->kind == DECISION_WITHDRAW || d->kind == DECISION_END ? 2 : 3;
	if (d->kind == DECISION_SUSPEND) {
		d->proposer = km_bytes_of("decider-1");
		d->u.act.until = SAMPLE_NOW + 30 * SAMPLE_DAY;
	}
}

static void
scheme_draft(struct papers_draft *draft, const struct papers *p)
{
	struct decision	*d = &draft->d;

	d->proposer = km_bytes_of(d->kind == DECISION_SCHEME ?
	    p->root[0].id : p->manager[0].id);
	memset(draft->hash, 0x5a, sizeof(draft->hash));
	d->u.scheme.scheme = km_bytes_of("voorbeeld");
	d->u.scheme.version = 1;
	d->u.scheme.hash = (struct km_bytes){ draft->hash, KM_HASH_LEN };
}

static void
content_draft(struct papers_draft *draft, const struct papers *p)
{
	struct decision	*d = &draft->d;

	switch (d->kind) {
	case DECISION_APPLICATION:
	case DECISION_EVIDENCE:
	case DECISION_SURVEILLANCE:
	case DECISION_COMPLAINT:
	case DECISION_APPEAL:
	case DECISION_VULNERABILITY:
		d->subject = km_bytes_of(PAPERS_HOLDER);
		d->u.record.day = (uint32_t)(SAMPLE_NOW / SAMPLE_DAY);
		d->u.record.reference = km_bytes_of("2026-0042");
		break;
	case DECISION_PROVIDER_ADD:
	case DECISION_PROVIDER_CHANGE:
		provider_draft(d);
		break;
	case DECISION_BODY_ADD:
	case DECISION_BODY_CHANGE:
		body_draft(d);
		break;
	case DECISION_ASSESSMENT:
		assessment_draft(d);
		break;
	case DECISION_GRANT:
	case DECISION_RENEW:
	case DECISION_AMEND:
		grant_draft(d);
		break;
	case DECISION_REFUSE:
	case DECISION_WITHDRAW:
	case DECISION_VOID:
	case DECISION_END:
	case DECISION_SUSPEND:
	case DECISION_LIFT:
		act_draft(d);
		break;
	case DECISION_HALT:
	case DECISION_RESUME:
		d->proposer = km_bytes_of("decider-1");
		break;
	case DECISION_DISABLE:
		d->proposer = km_bytes_of("decider-1");
		d->u.person = km_bytes_of("registrar");
		break;
	case DECISION_FORGET:
		memset(draft->hash, 0x5a, sizeof(draft->hash));
		d->u.id = (struct km_bytes){ draft->hash, KM_HASH_LEN };
		break;
	case DECISION_CATALOGUE:
	case DECISION_SCHEME:
		scheme_draft(draft, p);
		break;
	case DECISION_OFFICERS:		/* lists, never decisions */
	case DECISION_TRUST:
		must(decision_has_head(d->kind));
		break;
	}
}

void
papers_draft(struct papers_draft *draft, struct papers *p,
    enum decision_kind kind)
{
	struct decision	*d = &draft->d;

	memset(draft, 0, sizeof(*draft));
	p->drafts++;
	memcpy(draft->nonce, &p->drafts, sizeof(p->drafts));
	d->kind = kind;
	d->authority = km_bytes_of(SAMPLE_AUTHORITY);
	d->environment = p->environment;
	d->trust = (struct km_bytes){ p->first, KM_HASH_LEN };
	d->proposer = km_bytes_of("registrar");
	d->nonce = (struct km_bytes){ draft->nonce, NONCE_LEN };
	d->valid_until = SAMPLE_NOW + 7 * SAMPLE_DAY;
	if (decision_has_head(kind))
		d->head = (struct km_bytes){ draft->head, KM_HASH_LEN };
	content_draft(draft, p);
}

void
papers_head(struct papers_draft *draft, const uint8_t head[KM_HASH_LEN])
{
	memcpy(draft->head, head, KM_HASH_LEN);
	draft->d.head = (struct km_bytes){ draft->head, KM_HASH_LEN };
}

void
papers_rest(struct papers_draft *draft, const uint8_t id[KM_HASH_LEN])
{
	struct decision	*d = &draft->d;
	size_t		 i;

	must(d->n_rests_on < RESTS_MAX);
	for (i = d->n_rests_on; i > 0 &&
	    memcmp(draft->rests_on[i - 1], id, KM_HASH_LEN) > 0; i--)
		memcpy(draft->rests_on[i], draft->rests_on[i - 1],
		    KM_HASH_LEN);
	memcpy(draft->rests_on[i], id, KM_HASH_LEN);
	d->n_rests_on++;
	for (i = 0; i < d->n_rests_on; i++)
		d->rests_on[i] = (struct km_bytes){ draft->rests_on[i],
		    KM_HASH_LEN };
}

void
papers_write(struct papers_act *act, const struct decision *d)
{
	struct buf	b;

	memset(act, 0, sizeof(*act));
	buf_init(&b, DECISION_MAX);
	encode_decision(&b, d);
	must(b.failed == 0);
	sample_raw(&act->bytes, b.p, b.len);
	buf_free(&b);
	must(decision_decode(&act->d, act->bytes.p, act->bytes.len) == KM_OK);
}

void
papers_approval(struct sample_buf *out, const struct sample_key *key,
    const char *iss, const char *sub, const void *payload, size_t len)
{
	struct sample_buf	h = { 0 }, t = { 0 };
	uint8_t			sig[KM_SIG_LEN];

	sample_map(&h, 4);
	sample_uint(&h, KM_HEADER_ALG);
	sample_int(&h, key->alg);
	sample_uint(&h, KM_HEADER_KID);
	sample_bytes(&h, key->kid, KM_KID_LEN);
	sample_uint(&h, KM_HEADER_CWT);
	sample_map(&h, 2);
	sample_uint(&h, KM_CLAIM_ISS);
	sample_text(&h, iss);
	sample_uint(&h, KM_CLAIM_SUB);
	sample_text(&h, sub);
	sample_uint(&h, KM_HEADER_TYP);
	sample_text(&h, KM_TYP_APPROVAL);
	to_be_signed(&t, "Signature1", h.p, h.len, NULL, payload, len);
	sample_signature(sig, key, t.p, t.len, 0);

	sample_tag(out, 18);
	sample_array(out, 4);
	sample_bytes(out, h.p, h.len);
	sample_map(out, 0);
	sample_null(out);
	sample_bytes(out, sig, sizeof(sig));
	sample_free(&h);
	sample_free(&t);
}

/* Where iss stands: the proposer first, the others ascending. */
static size_t
place(const struct papers_act *act, const struct papers *p, const char *id)
{
	struct approver	a;
	size_t		i;

	if (km_bytes_equal(km_bytes_of(id), act->d.proposer))
		return 0;
	for (i = 0; i < act->n; i++) {
		must(approval_open(&a, &act->d, act->approval[i].p,
		    act->approval[i].len, &p->officers, &p->trust,
		    papers_verify, NULL) == KM_OK);
		if (!km_bytes_equal(a.iss, act->d.proposer) &&
		    km_bytes_cmp(a.iss, km_bytes_of(id)) > 0)
			return i;
	}
	return act->n;
}

void
papers_sign(struct papers_act *act, const struct papers *p, const char *id)
{
	const struct papers_person	*person;
	struct sample_buf		 b = { 0 };
	char				 sub[65];
	size_t				 at;

	must((person = papers_person(p, id)) != NULL);
	must(act->n < APPROVALS_MAX);
	at = place(act, p, id);
	decision_id_hex(sub, act->d.id);
	papers_approval(&b, &person->key, id, sub, act->bytes.p,
	    act->bytes.len);
	memmove(&act->approval[at + 1], &act->approval[at],
	    (act->n - at) * sizeof(act->approval[0]));
	act->approval[at] = b;
	act->n++;
}

void
papers_open(struct papers_act *act, const struct papers *p)
{
	size_t	i;

	for (i = 0; i < act->n; i++)
		must(approval_open(&act->approver[i], &act->d,
		    act->approval[i].p, act->approval[i].len, &p->officers,
		    &p->trust, papers_verify, NULL) == KM_OK);
}

void
papers_act_free(struct papers_act *act)
{
	size_t	i;

	for (i = 0; i < act->n; i++)
		sample_free(&act->approval[i]);
	sample_free(&act->bytes);
	memset(act, 0, sizeof(*act));
}
