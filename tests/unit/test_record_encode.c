/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Encoders: what they write is what verifier/ reads, at its least and most,
 * and byte for byte what another writer (tests/lib/sample.c) writes.
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
#include "verifier/status.h"

static struct papers	papers;
static const uint8_t	zeros[KM_SIG_LEN];
/* r = s = 1: canonical, and verifies nothing. */
static uint8_t		small_sig[KM_SIG_LEN];

static struct km_bytes
bytes(const struct buf *b)
{
	assert_int_equal(b->failed, 0);
	return (struct km_bytes){ b->p, b->len };
}

static struct km_bytes
text(size_t n, char fill)
{
	static char	room[64][256];
	static size_t	next;
	char		*p = room[next++ % 64];

	memset(p, fill, n);
	return (struct km_bytes){ (uint8_t *)p, n };
}

static void
same(struct km_bytes got, const void *want, size_t len)
{
	assert_int_equal(got.len, len);
	assert_memory_equal(got.p, want, len);
}

/* Appendix A of RFC 8949, and the edges of each length. */
static void
test_items(void **state)
{
	static const struct {
		int64_t		 v;
		const char	*bytes;
		size_t		 len;
	} ints[] = {
		{ 0, "\x00", 1 }, { 10, "\x0a", 1 }, { 23, "\x17", 1 },
		{ 24, "\x18\x18", 2 }, { 255, "\x18\xff", 2 },
		{ 256, "\x19\x01\x00", 3 }, { 65535, "\x19\xff\xff", 3 },
		{ 65536, "\x1a\x00\x01\x00\x00", 5 },
		{ 4294967295, "\x1a\xff\xff\xff\xff", 5 },
		{ 4294967296, "\x1b\x00\x00\x00\x01\x00\x00\x00\x00", 9 },
		{ INT64_MAX, "\x1b\x7f\xff\xff\xff\xff\xff\xff\xff", 9 },
		{ -1, "\x20", 1 }, { -9, "\x28", 1 }, { -19, "\x32", 1 },
		{ -24, "\x37", 1 }, { -25, "\x38\x18", 2 },
		{ -256, "\x38\xff", 2 }, { -257, "\x39\x01\x00", 3 },
		{ -65537, "\x3a\x00\x01\x00\x00", 5 },
		{ INT64_MIN, "\x3b\x7f\xff\xff\xff\xff\xff\xff\xff", 9 },
	};
	struct buf	b;
	size_t		i;

	(void)state;
	buf_init(&b, 1024);
	for (i = 0; i < sizeof(ints) / sizeof(ints[0]); i++) {
		buf_reset(&b);
		encode_int(&b, ints[i].v);
		same(bytes(&b), ints[i].bytes, ints[i].len);
	}
	buf_reset(&b);
	encode_uint(&b, UINT64_MAX);
	encode_bytes(&b, km_bytes_of("\x01\x02"));
	encode_bytes(&b, (struct km_bytes){ NULL, 0 });
	encode_text(&b, km_bytes_of("IETF"));
	encode_array(&b, 25);
	encode_map(&b, 1);
	encode_tag(&b, 98);
	encode_null(&b);
	encode_raw(&b, km_bytes_of("\x01"));
	same(bytes(&b), "\x1b\xff\xff\xff\xff\xff\xff\xff\xff\x42\x01\x02\x40"
	    "\x64IETF\x98\x19\xa1\xd8\x62\xf6\x01", 25);
	buf_free(&b);
}

/* A full buffer shows, wherever it fills up. */
static void
test_full(void **state)
{
	struct papers_draft	draft;
	struct buf		b;
	size_t			len, n;

	(void)state;
	papers_draft(&draft, &papers, DECISION_PROVIDER_ADD);
	buf_init(&b, DECISION_MAX);
	encode_decision(&b, &draft.d);
	len = b.len;
	buf_free(&b);
	for (n = 0; n < len; n++) {
		buf_init(&b, n);
		encode_decision(&b, &draft.d);
		assert_int_not_equal(b.failed, 0);
		buf_free(&b);
	}
}

static void
read_key(struct km_key *out, struct km_bytes cbor)
{
	struct km_cbor	c;

	km_cbor_begin(&c, cbor.p, cbor.len);
	km_key_read(&c, out, 1);
	assert_int_equal(km_cbor_end(&c), KM_OK);
}

static void
test_key(void **state)
{
	static const int	algs[] = {
		KM_ALG_ESP256, KM_ALG_ED25519, KM_ALG_ES256, KM_ALG_EDDSA
	};
	struct sample_buf	want = { 0 };
	struct sample_key	key;
	struct km_key		k, back;
	struct buf		b;
	size_t			i;

	(void)state;
	buf_init(&b, 256);
	for (i = 0; i < 4; i++) {
		sample_key(&key, algs[i], "some key");
		papers_key(&k, &key);
		buf_reset(&b);
		want.len = 0;
		encode_key(&b, &k);
		sample_key_write(&want, &key);
		same(bytes(&b), want.p, want.len);
		read_key(&back, bytes(&b));
		assert_int_equal(back.alg, k.alg);
		assert_memory_equal(back.kid, k.kid, KM_KID_LEN);
		assert_int_equal(back.len, k.len);
		assert_memory_equal(back.bytes, k.bytes, k.len);
		sample_key_free(&key);
	}
	sample_free(&want);
	buf_free(&b);
}

/* header, payload and signature of a sample written again: the same. */
static void
whole_again(const struct sample_buf *sample, const struct km_sign1 *s,
    const char *typ, const struct buf *payload)
{
	struct buf	h, w;

	same(bytes(payload), s->payload.p, s->payload.len);
	buf_init(&h, 512);
	buf_init(&w, 65536);
	encode_protected(&h, s->alg, s->kid.p, s->iss, s->sub, typ);
	same(bytes(&h), s->protected_.p, s->protected_.len);
	encode_sign1(&w, bytes(&h), bytes(payload), s->sig);
	same(bytes(&w), sample->p, sample->len);
	buf_free(&h);
	buf_free(&w);
}

static void
test_attestation_sample(void **state)
{
	struct sample_attestation sa;
	struct sample_buf	whole = { 0 };
	struct km_attestation	a;
	struct km_sign1		s;
	struct buf		b;
	int			environment;

	(void)state;
	buf_init(&b, KM_ATTESTATION_MAX);
	for (environment = 0; environment <= 2; environment++) {
		sample_attestation(&sa, &papers.attest);
		sa.environment = environment;
		sa.trade_name = environment == 1 ? "Voorbeeld" : NULL;
		sa.euid = environment == 1 ? "NLNHR.90000011" : NULL;
		sa.information = environment == 2 ? "https://a.example/" :
		    NULL;
		sa.index = 70000;
		whole.len = 0;
		sample_attestation_write(&whole, &sa);
		assert_int_equal(km_attestation_decode(&a, &s, whole.p,
		    whole.len), KM_OK);
		buf_reset(&b);
		encode_attestation(&b, &a);
		whole_again(&whole, &s, KM_TYP_ATTESTATION, &b);
	}
	sample_free(&whole);
	buf_free(&b);
}

/* Signed with a signature that verifies nothing: form is what counts here. */
static enum km_err
attestation_read(struct km_attestation *out, struct buf *whole,
    const struct km_attestation *a)
{
	struct km_sign1	s;
	struct buf	h, p;
	enum km_err	err;

	buf_init(&h, 512);
	buf_init(&p, 4096);
	buf_reset(whole);
	encode_attestation(&p, a);
	encode_protected(&h, KM_ALG_ESP256, zeros, a->iss, a->sub,
	    KM_TYP_ATTESTATION);
	encode_sign1(whole, bytes(&h), bytes(&p), small_sig);
	err = km_attestation_decode(out, &s, whole->p, whole->len);
	buf_free(&h);
	buf_free(&p);
	return err;
}

static void
attestation_again(const struct km_attestation *a)
{
	struct km_attestation	back, again;
	struct buf		w, v;

	buf_init(&w, 4096);
	buf_init(&v, 4096);
	assert_int_equal(attestation_read(&back, &w, a), KM_OK);
	assert_int_equal(attestation_read(&again, &v, &back), KM_OK);
	same(bytes(&v), w.p, w.len);
	buf_free(&w);
	buf_free(&v);
}

static void
least(struct km_attestation *a)
{
	memset(a, 0, sizeof(*a));
	a->iss = km_bytes_of("https://a.b");
	a->sub = km_bytes_of("NTRBE-1");
	a->exp = SAMPLE_DAY;
	a->cti = (struct km_bytes){ zeros, KM_CTI_LEN };
	a->status_uri = km_bytes_of("https://a.b/status/0");
	a->number = km_bytes_of(PAPERS_MARK);
	a->document = KM_DOCUMENT_SELF_DECLARATION;
	a->scheme = km_bytes_of("a");
	a->scheme_version = 1;
	a->n_lines = 1;
	a->line[0] = papers_line(KM_CLAIM_POLICY_ADVICE, NULL,
	    KM_LEVEL_BASIC);
	a->legal_name = km_bytes_of("A");
	a->place = km_bytes_of("B");
	a->drawing = 1;
}

/* Each optional field by itself, all of them, and as many as may be. */
static void
test_attestation_limits(void **state)
{
	struct km_attestation	a;
	size_t			i;

	(void)state;
	least(&a);
	attestation_again(&a);
	a.environment = KM_ENVIRONMENT_EXERCISE;
	attestation_again(&a);
	a.n_not_covered = 8;
	for (i = 0; i < 8; i++)
		a.not_covered[i] = text(20, (char)('a' + i));
	attestation_again(&a);
	a.n_trade_names = 5;
	for (i = 0; i < 5; i++)
		a.trade_name[i] = text(20, (char)('a' + i));
	attestation_again(&a);
	a.lei = km_bytes_of("724500VKKSH9QOLTFR81");
	attestation_again(&a);
	a.euid = km_bytes_of("BEKBO.0123456789");
	attestation_again(&a);
	a.sub = km_bytes_of(PAPERS_HOLDER);
	a.kvk = km_bytes_of(PAPERS_KVK);
	a.euid = km_bytes_of("NLNHR." PAPERS_KVK);
	attestation_again(&a);
	a.n_hosts = 8;
	for (i = 0; i < 8; i++) {
		a.host[i] = text(20, (char)('a' + i));
		memcpy((char *)(uintptr_t)a.host[i].p + 9, ".", 1);
	}
	attestation_again(&a);
	a.document = KM_DOCUMENT_CERTIFICATE;
	a.body = text(32, 'C');
	a.body_name = text(160, 'N');
	a.report = text(64, 'R');
	attestation_again(&a);
	a.n_evidence = 16;
	for (i = 0; i < 16; i++) {
		a.evidence[i].code = text(4, 'e');
		a.evidence[i].reference = text(4, (char)('a' + i));
	}
	attestation_again(&a);
	a.information = km_bytes_of("https://a.example/");
	a.n_lines = KM_LINES_MAX;
	for (i = 0; i < KM_LINES_MAX; i++)
		a.line[i] = papers_line(KM_CLAIM_BASIC_MEASURES, (const
		    char *[]){ "a", "b", "c", "d", "e", "f", "g", "h", "i",
		    "j", "k", "l", "m", "n", "o", "p" }[i], KM_LEVEL_HIGH);
	a.idx = 65535;
	a.shard = 65535;
	a.status_uri = km_bytes_of("https://a.b/status/65535");
	a.exp = KM_TIME_MAX / SAMPLE_DAY * SAMPLE_DAY;
	a.nbf = a.exp - 1;
	a.iat = KM_TIME_MAX;
	a.assessed = KM_TIME_MAX_DAYS;
	a.scheme_version = a.drawing = 65535;
	attestation_again(&a);
}

static void
test_cti(void **state)
{
	uint8_t	cti[KM_CTI_LEN], id[KM_HASH_LEN] = { 9 };
	uint8_t	want[KM_HASH_LEN], part[12 + KM_HASH_LEN];

	(void)state;
	encode_cti(cti, id);
	memcpy(part, "keurmerk cti", 12);
	memcpy(part + 12, id, sizeof(id));
	sample_hash(want, part, sizeof(part));
	assert_memory_equal(cti, want, KM_CTI_LEN);
}

static void
test_attestation_build(void **state)
{
	struct papers_draft	grant, provider, assessment;
	struct km_attestation	a, back;
	struct body		body;
	struct buf		w;
	uint8_t			cti[KM_CTI_LEN];

	(void)state;
	memset(&body, 0, sizeof(body));
	body.name = km_bytes_of("Voorbeeld Certificatie");
	papers_draft(&grant, &papers, DECISION_GRANT);
	papers_draft(&provider, &papers, DECISION_PROVIDER_ADD);
	papers_draft(&assessment, &papers, DECISION_ASSESSMENT);
	grant.d.u.grant.n_not_covered = 1;
	grant.d.u.grant.not_covered[0] = km_bytes_of("Printers");
	memset(cti, 0x33, sizeof(cti));
	attestation_build(&a, &grant.d, &provider.d, &assessment.d, &body,
	    km_bytes_of(PAPERS_MARK), 65536 * 3 + 5,
	    km_bytes_of(SAMPLE_AUTHORITY "/status/3"), cti, SAMPLE_NOW + 7);
	assert_int_equal(a.shard, 3);
	buf_init(&w, KM_ATTESTATION_MAX);
	assert_int_equal(attestation_read(&back, &w, &a), KM_OK);
	assert_int_equal(back.idx, 5);
	assert_int_equal(back.shard, 3);
	assert_int_equal(back.iat, SAMPLE_NOW + 7);
	assert_int_equal(back.exp, grant.d.u.grant.exp);
	assert_int_equal(back.nbf, grant.d.u.grant.nbf);
	assert_int_equal(back.environment, papers.environment);
	assert_int_equal(back.document, KM_DOCUMENT_CERTIFICATE);
	assert_int_equal(back.assessed, assessment.d.u.assessment.day);
	same(back.sub, PAPERS_HOLDER, strlen(PAPERS_HOLDER));
	same(back.kvk, PAPERS_KVK, 8);
	same(back.legal_name, "Voorbeeld ICT B.V.", 18);
	same(back.place, "Den Haag", 8);
	same(back.body, PAPERS_BODY, strlen(PAPERS_BODY));
	same(back.body_name, "Voorbeeld Certificatie", 22);
	same(back.report, "R-2026-17", 9);
	same(back.number, PAPERS_MARK, KM_NUMBER_LEN);
	same(back.scheme, "voorbeeld", 9);
	same(back.cti, cti, KM_CTI_LEN);
	same(back.not_covered[0], "Printers", 8);
	assert_int_equal(back.n_hosts, 1);
	assert_int_equal(back.n_lines, 1);
	same(back.line[0].service, "workplace", 9);

	/* A mark's decision names the mark, a declaration no body. */
	papers_draft(&grant, &papers, DECISION_RENEW);
	grant.d.u.grant.document = KM_DOCUMENT_SELF_DECLARATION;
	attestation_build(&a, &grant.d, &provider.d, &assessment.d, NULL,
	    km_bytes_of(PAPERS_MARK), 0,
	    km_bytes_of(SAMPLE_AUTHORITY "/status/0"), cti, SAMPLE_NOW);
	assert_int_equal(attestation_read(&back, &w, &a), KM_OK);
	same(back.sub, PAPERS_HOLDER, strlen(PAPERS_HOLDER));
	assert_int_equal(back.body.len, 0);
	assert_int_equal(back.report.len, 0);
	buf_free(&w);
}

static void
test_status(void **state)
{
	struct sample_status	 ss;
	struct sample_buf	 whole = { 0 };
	struct km_status_list	 l;
	struct km_sign1		 s;
	struct buf		 b;

	(void)state;
	sample_status(&ss, &papers.publish);
	ss.shard = 12;
	sample_status_set(&ss, 77, 2);
	sample_status_write(&whole, &ss);
	assert_int_equal(km_status_decode(&l, whole.p, whole.len), KM_OK);
	memset(&s, 0, sizeof(s));
	s.alg = l.alg;
	s.kid = l.kid;
	s.iss = l.iss;
	s.sub = l.uri;
	s.protected_ = l.protected_;
	s.payload = l.payload;
	s.sig = l.sig;
	buf_init(&b, 65536);
	encode_status(&b, l.iss, l.uri, l.exp, l.iat, l.ttl, l.lst);
	whole_again(&whole, &s, KM_TYP_STATUS, &b);
	buf_free(&b);
	sample_free(&whole);
	sample_status_free(&ss);
}

static void
sign_again(const struct sample_buf *whole, const struct km_sign *s,
    const char *typ, const struct buf *payload)
{
	struct km_signer	turned[KM_SIGNERS_MAX];
	struct buf		h, w;
	size_t			i;

	same(bytes(payload), s->payload.p, s->payload.len);
	buf_init(&h, 512);
	buf_init(&w, OFFICERS_MAX);
	for (i = 0; i < s->n; i++) {
		turned[i] = s->signer[s->n - 1 - i];
		buf_reset(&h);
		encode_signer_protected(&h, s->signer[i].alg,
		    s->signer[i].kid.p);
		same(bytes(&h), s->signer[i].protected_.p,
		    s->signer[i].protected_.len);
	}
	buf_reset(&h);
	encode_body_protected(&h, s->iss, s->sub, typ);
	same(bytes(&h), s->protected_.p, s->protected_.len);
	encode_sign(&w, bytes(&h), bytes(payload), turned, s->n);
	same(bytes(&w), whole->p, whole->len);
	buf_free(&h);
	buf_free(&w);
}

static void
test_trust(void **state)
{
	struct sample_trust	st;
	struct sample_buf	whole = { 0 };
	struct km_trust		t;
	struct km_sign		s;
	struct buf		b;
	size_t			i;
	int			version;

	(void)state;
	buf_init(&b, KM_TRUST_MAX);
	for (version = 1; version <= 2; version++) {
		sample_trust(&st);
		st.version = (uint32_t)version;
		st.environment = version == 1 ? 0 : 2;
		memset(st.first, 0x77, sizeof(st.first));
		for (i = 0; i < PAPERS_ROOTS; i++)
			sample_trust_root(&st, &papers.root[i].key, 1);
		sample_trust_key(&st, &papers.attest, KM_PURPOSE_ATTEST);
		sample_trust_key(&st, &papers.manager[0].key,
		    KM_PURPOSE_OFFICERS)->revoked_at = 5;
		whole.len = 0;
		sample_trust_write(&whole, &st);
		assert_int_equal(km_trust_decode(&t, &s, whole.p, whole.len),
		    KM_OK);
		buf_reset(&b);
		encode_trust(&b, &t);
		sign_again(&whole, &s, KM_TYP_TRUST, &b);
	}
	sample_free(&whole);
	buf_free(&b);
}

static void
test_officers(void **state)
{
	struct buf	b;

	(void)state;
	buf_init(&b, OFFICERS_MAX);
	encode_officers(&b, &papers.officers);
	sign_again(&papers.officers_bytes, &papers.officers_sign,
	    KM_TYP_OFFICERS, &b);
	buf_free(&b);
}

/* A draft has no signers yet; more than can be read are not written. */
static void
test_sign_counts(void **state)
{
	struct km_signer	signer[KM_SIGNERS_MAX + 1];
	struct buf		b;

	(void)state;
	memset(signer, 0, sizeof(signer));
	buf_init(&b, 4096);
	encode_sign(&b, km_bytes_of("h"), km_bytes_of("p"), NULL, 0);
	same(bytes(&b), "\xd8\x62\x84\x41h\xa0\x41p\x80", 9);
	encode_sign(&b, km_bytes_of("h"), km_bytes_of("p"), signer,
	    KM_SIGNERS_MAX + 1);
	assert_int_not_equal(b.failed, 0);
	buf_free(&b);
}

static void
test_epoch(void **state)
{
	struct sample_epoch	se;
	struct sample_buf	whole = { 0 };
	struct km_epoch		e;
	struct km_sign1		s;
	struct buf		b;

	(void)state;
	sample_epoch(&se, &papers.publish, papers.trust_bytes.p,
	    papers.trust_bytes.len);
	se.register_size = UINT64_C(281474976710655);
	sample_epoch_write(&whole, &se);
	assert_int_equal(km_epoch_decode(&e, &s, whole.p, whole.len), KM_OK);
	buf_init(&b, KM_EPOCH_MAX);
	encode_epoch(&b, &e);
	whole_again(&whole, &s, KM_TYP_EPOCH, &b);
	buf_free(&b);
	sample_free(&whole);
}

static void
badge_again(const struct sample_buf *want)
{
	struct km_badge	badge;
	struct buf	b;

	assert_int_equal(km_badge_decode(&badge, want->p, want->len), KM_OK);
	buf_init(&b, KM_BADGE_MAX);
	encode_badge(&b, &badge);
	same(bytes(&b), want->p, want->len);
	buf_free(&b);
}

static void
test_badge(void **state)
{
	static const uint8_t	path[48 * KM_HASH_LEN];
	struct sample_attestation sa;
	struct sample_buf	attestation = { 0 }, whole = { 0 };
	struct sample_badge	sb;

	(void)state;
	sample_attestation(&sa, &papers.attest);
	sample_attestation_write(&attestation, &sa);
	badge_again(&attestation);	/* a badge by itself */
	sample_badge(&sb, &attestation);
	sb.status = &papers.trust_bytes;
	sample_badge_write(&whole, &sb);
	badge_again(&whole);
	sb.epoch = &attestation;
	sb.has_status_path = 1;
	whole.len = 0;
	sample_badge_write(&whole, &sb);
	badge_again(&whole);
	sb.status_path = sb.register_path = path;
	sb.n_status_path = sb.n_register_path = 48;
	sb.register_status = 3;
	whole.len = 0;
	sample_badge_write(&whole, &sb);
	badge_again(&whole);
	sample_free(&attestation);
	sample_free(&whole);
}

static void
test_register_leaf(void **state)
{
	struct km_register_leaf	l, back;
	struct sample_buf	attestation = { 0 }, want = { 0 };
	struct buf		b, again;
	size_t			i;

	(void)state;
	sample_raw(&attestation, "\xd2\x01", 2);
	sample_register_leaf(&want, 7, &attestation, 0);
	assert_int_equal(km_register_leaf_decode(&l, want.p, want.len),
	    KM_OK);
	buf_init(&b, 8192);
	buf_init(&again, 8192);
	encode_register_leaf(&b, &l);
	same(bytes(&b), want.p, want.len);

	l.index = UINT32_MAX;
	l.status = KM_STATUS_SUPERSEDED;
	l.n = KM_EVENTS_MAX;
	for (i = 0; i < l.n; i++) {
		l.event[i].at = KM_TIME_MAX;
		l.event[i].kind = (enum km_event_kind)(1 + i % 9);
		l.event[i].reason = (int)(i % 8);
	}
	buf_reset(&b);
	encode_register_leaf(&b, &l);
	assert_int_equal(km_register_leaf_decode(&back, b.p, b.len), KM_OK);
	assert_int_equal(back.n, KM_EVENTS_MAX);
	for (i = 0; i < l.n; i++) {
		assert_int_equal(back.event[i].kind, l.event[i].kind);
		assert_int_equal(back.event[i].reason, l.event[i].reason);
	}
	encode_register_leaf(&again, &back);
	same(bytes(&again), b.p, b.len);
	buf_free(&b);
	buf_free(&again);
	sample_free(&attestation);
	sample_free(&want);
}

/* What has no decoder in verifier/: against the other writer. */
static void
test_by_hand(void **state)
{
	struct sample_buf	s = { 0 };
	struct km_bytes		approval[2];
	struct buf		b;
	uint8_t			hash[2 * KM_HASH_LEN];

	(void)state;
	memset(hash, 0x11, KM_HASH_LEN);
	memset(hash + KM_HASH_LEN, 0x22, KM_HASH_LEN);
	buf_init(&b, 4096);
	encode_register_index(&b, 1500, hash, 2);
	sample_array(&s, 2);
	sample_uint(&s, 1500);
	sample_array(&s, 2);
	sample_bytes(&s, hash, KM_HASH_LEN);
	sample_bytes(&s, hash + KM_HASH_LEN, KM_HASH_LEN);
	encode_register_index(&b, 0, NULL, 0);
	sample_array(&s, 2);
	sample_uint(&s, 0);
	sample_array(&s, 0);
	approval[0] = km_bytes_of("one");
	approval[1] = km_bytes_of("two");
	encode_act(&b, km_bytes_of("decision"), approval, 2);
	sample_array(&s, 2);
	sample_bytes(&s, "decision", 8);
	sample_array(&s, 2);
	sample_bytes(&s, "one", 3);
	sample_bytes(&s, "two", 3);
	encode_act(&b, km_bytes_of("list"), NULL, 0);
	sample_array(&s, 2);
	sample_bytes(&s, "list", 4);
	sample_array(&s, 0);
	encode_log_leaf(&b, DECISION_GRANT, hash, hash + KM_HASH_LEN);
	sample_array(&s, 4);
	sample_uint(&s, 1);
	sample_text(&s, "grant");
	sample_bytes(&s, hash, KM_HASH_LEN);
	sample_bytes(&s, hash + KM_HASH_LEN, KM_HASH_LEN);
	encode_log_leaf(&b, DECISION_OFFICERS, hash, NULL);
	sample_array(&s, 4);
	sample_uint(&s, 1);
	sample_text(&s, "officers");
	sample_bytes(&s, hash, KM_HASH_LEN);
	sample_null(&s);
	same(bytes(&b), s.p, s.len);
	buf_free(&b);
	sample_free(&s);
}

static int
begin(void **state)
{
	(void)state;
	papers_begin(&papers, KM_ENVIRONMENT_DEMONSTRATION);
	small_sig[31] = small_sig[63] = 1;
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
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_attestation_sample),
		cmocka_unit_test(test_attestation_limits),
		cmocka_unit_test(test_cti),
		cmocka_unit_test(test_attestation_build),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_trust),
		cmocka_unit_test(test_officers),
		cmocka_unit_test(test_sign_counts),
		cmocka_unit_test(test_epoch),
		cmocka_unit_test(test_badge),
		cmocka_unit_test(test_register_leaf),
		cmocka_unit_test(test_by_hand),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
