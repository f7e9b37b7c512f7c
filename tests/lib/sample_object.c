/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Maker of samples: the objects of schemas/, field by field in the order of
 * their CDDL.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "tests/lib/sample.h"

#define TYP_ATTESTATION	"application/keurmerk+cwt"
#define TYP_STATUS	"application/statuslist+cwt"
#define TYP_TRUST	"application/keurmerk-trust+cose"
#define TYP_EPOCH	"application/keurmerk-epoch+cose"

enum { SHARD_BYTES = 16384 };	/* 2^16 entries of 2 bits */

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

void
sample_attestation(struct sample_attestation *a, const struct sample_key *key)
{
	memset(a, 0, sizeof(*a));
	a->key = key;
	a->iss = SAMPLE_AUTHORITY;
	a->sub = "NTRNL-90000011";
	a->typ = TYP_ATTESTATION;
	a->exp = SAMPLE_NOW + 365 * SAMPLE_DAY;
	a->nbf = a->iat = SAMPLE_NOW - SAMPLE_DAY;
	a->index = 7;
	a->number = "KM-2026-000123-P";
	a->document = 1;
	a->n_lines = 2;
	a->line[0] = (struct sample_line){ 2, 1, NULL, 1 };
	a->line[1] = (struct sample_line){ 1, 2, "cloud-hosting", 2 };
	a->legal_name = "Voorbeeld ICT B.V.";
	a->place = "Utrecht";
	a->kvk = "90000011";
	a->n_hosts = 1;
	a->host[0] = "ict.example";
	a->body_name = "Keuring B.V.";
	a->body = "C 123";
	a->report = "R-2026-17";
}

static void
text_if(struct sample_buf *b, uint64_t key, const char *text)
{
	if (text == NULL)
		return;
	sample_uint(b, key);
	sample_text(b, text);
}

static void
line_write(struct sample_buf *b, const struct sample_line *l)
{
	sample_map(b, l->service != NULL ? 4 : 3);
	sample_uint(b, 1);
	sample_int(b, l->claim);
	sample_uint(b, 2);
	sample_int(b, l->object);
	text_if(b, 3, l->service);
	sample_uint(b, 4);
	sample_int(b, l->level);
}

static void
mark_write(struct sample_buf *b, const struct sample_attestation *a)
{
	size_t	i;
	int	n = 8;		/* those that always stand */

	n += (a->environment != 0) + (a->trade_name != NULL) +
	    (a->kvk != NULL) + (a->euid != NULL) + (a->lei != NULL) +
	    (a->n_hosts != 0) + (a->body != NULL) + (a->report != NULL) +
	    (a->information != NULL);
	sample_map(b, (size_t)n);
	text_if(b, 1, a->number);
	if (a->environment != 0) {
		sample_uint(b, 2);
		sample_int(b, a->environment);
	}
	sample_uint(b, 3);
	sample_int(b, a->document);
	sample_uint(b, 4);
	sample_array(b, 2);
	sample_text(b, "voorbeeld");
	sample_uint(b, 1);
	sample_uint(b, 5);
	sample_array(b, a->n_lines);
	for (i = 0; i < a->n_lines; i++)
		line_write(b, &a->line[i]);
	text_if(b, 7, a->legal_name);
	if (a->trade_name != NULL) {
		sample_uint(b, 8);
		sample_array(b, 1);
		sample_text(b, a->trade_name);
	}
	text_if(b, 9, a->place);
	text_if(b, 10, a->kvk);
	text_if(b, 11, a->euid);
	text_if(b, 12, a->lei);
	if (a->n_hosts != 0) {
		sample_uint(b, 13);
		sample_array(b, a->n_hosts);
		for (i = 0; i < a->n_hosts; i++)
			sample_text(b, a->host[i]);
	}
	sample_uint(b, 14);
	sample_uint(b, 20700);		/* 2026-09-04 */
	if (a->body != NULL) {
		sample_uint(b, 15);
		sample_array(b, 2);
		sample_text(b, a->body_name);
		sample_text(b, a->body);
	}
	text_if(b, 16, a->report);
	text_if(b, 18, a->information);
	sample_uint(b, 19);
	sample_uint(b, a->drawing == 0 ? 1 : a->drawing);
}

void
sample_attestation_write(struct sample_buf *b,
    const struct sample_attestation *a)
{
	struct sample_buf	p = { 0 };
	uint8_t			cti[32];
	char			uri[300];

	sample_hash(cti, a->number, strlen(a->number));
	snprintf(uri, sizeof(uri), "%s/status/%u", a->iss, a->index >> 16);
	sample_map(&p, 8);
	text_if(&p, 1, a->iss);
	text_if(&p, 2, a->sub);
	sample_uint(&p, 4);
	sample_int(&p, a->exp);
	sample_uint(&p, 5);
	sample_int(&p, a->nbf);
	sample_uint(&p, 6);
	sample_int(&p, a->iat);
	sample_uint(&p, 7);
	sample_bytes(&p, cti, 16);
	sample_uint(&p, 65535);
	sample_map(&p, 1);
	sample_text(&p, "status_list");
	sample_map(&p, 2);
	sample_text(&p, "idx");
	sample_uint(&p, a->index & 65535);
	sample_text(&p, "uri");
	sample_text(&p, uri);
	sample_int(&p, -65537);
	mark_write(&p, a);
	sample_sign1(b, a->key, a->iss, a->sub, a->typ, p.p, p.len);
	sample_free(&p);
}

void
sample_status(struct sample_status *s, const struct sample_key *key)
{
	memset(s, 0, sizeof(*s));
	s->key = key;
	s->iss = SAMPLE_AUTHORITY;
	s->iat = SAMPLE_NOW - 3600;
	s->exp = s->iat + 7 * SAMPLE_DAY;
	s->ttl = 3600;
	s->bits = 2;
	s->n_entries = SHARD_BYTES;
	must((s->entries = calloc(1, s->n_entries)) != NULL);
}

void
sample_status_set(struct sample_status *s, uint32_t idx, int value)
{
	size_t		at = (size_t)idx * s->bits;
	unsigned int	mask = (1u << s->bits) - 1;

	must(at / 8 < s->n_entries);
	s->entries[at / 8] = (uint8_t)((s->entries[at / 8] &
	    ~(mask << at % 8)) | (unsigned int)value << at % 8);
}

void
sample_withdraw(struct sample_status *s, uint32_t n)
{
	uint32_t	i, random = 2463534242u;	/* xorshift */

	for (i = 0; i < n; i++) {
		random ^= random << 13;
		random ^= random >> 17;
		random ^= random << 5;
		if (random % 100 == 0)
			sample_status_set(s, i, 1);
	}
}

/* The zlib stream, as the draft recommends at the highest level. */
static void
deflated(struct sample_buf *b, const struct sample_status *s)
{
	uLongf	 len = compressBound((uLong)s->n_entries);
	uint8_t	*z = malloc(len);

	if (s->lst != NULL) {
		sample_bytes(b, s->lst->p, s->lst->len);
		free(z);
		return;
	}
	must(z != NULL && compress2(z, &len, s->entries,
	    (uLong)s->n_entries, 9) == Z_OK);
	sample_bytes(b, z, len);
	free(z);
}

static void
status_uri(char uri[300], const struct sample_status *s)
{
	if (s->uri != NULL)
		snprintf(uri, 300, "%s", s->uri);
	else
		snprintf(uri, 300, "%s/status/%u", s->iss, s->shard);
}

void
sample_status_write(struct sample_buf *b, const struct sample_status *s)
{
	struct sample_buf	p = { 0 };
	char			uri[300];

	status_uri(uri, s);
	sample_map(&p, 6);
	text_if(&p, 1, s->iss);
	text_if(&p, 2, uri);
	sample_uint(&p, 4);
	sample_int(&p, s->exp);
	sample_uint(&p, 6);
	sample_int(&p, s->iat);
	sample_uint(&p, 65533);
	sample_map(&p, 2);
	sample_text(&p, "lst");
	deflated(&p, s);
	sample_text(&p, "bits");
	sample_uint(&p, s->bits);
	sample_uint(&p, 65534);
	sample_int(&p, s->ttl);
	sample_sign1(b, s->key, s->iss, uri, TYP_STATUS, p.p, p.len);
	sample_free(&p);
}

void
sample_status_foreign(struct sample_buf *b, const struct sample_status *s)
{
	struct sample_buf	h = { 0 }, p = { 0 }, t = { 0 };
	uint8_t			sig[64];
	char			uri[300];

	status_uri(uri, s);
	sample_map(&p, 3 + (size_t)(s->exp != 0) + (size_t)(s->ttl != 0));
	text_if(&p, 2, uri);
	sample_uint(&p, 6);
	sample_int(&p, s->iat);
	if (s->exp != 0) {
		sample_uint(&p, 4);
		sample_int(&p, s->exp);
	}
	if (s->ttl != 0) {
		sample_uint(&p, 65534);
		sample_int(&p, s->ttl);
	}
	sample_uint(&p, 65533);
	sample_map(&p, 2);
	sample_text(&p, "bits");
	sample_uint(&p, s->bits);
	sample_text(&p, "lst");
	deflated(&p, s);

	sample_map(&h, 2);
	sample_uint(&h, 1);
	sample_int(&h, s->key->alg);
	sample_uint(&h, 16);
	sample_text(&h, TYP_STATUS);

	sample_array(&t, 4);
	sample_text(&t, "Signature1");
	sample_bytes(&t, h.p, h.len);
	sample_bytes(&t, "", 0);
	sample_bytes(&t, p.p, p.len);
	sample_signature(sig, s->key, t.p, t.len, 1);

	sample_tag(b, 18);
	sample_array(b, 4);
	sample_bytes(b, h.p, h.len);
	sample_map(b, 1);
	sample_uint(b, 4);
	sample_bytes(b, "ander", 5);
	sample_bytes(b, p.p, p.len);
	sample_bytes(b, sig, sizeof(sig));
	sample_free(&h);
	sample_free(&p);
	sample_free(&t);
}

void
sample_status_free(struct sample_status *s)
{
	free(s->entries);
	s->entries = NULL;
}

void
sample_trust(struct sample_trust *t)
{
	memset(t, 0, sizeof(*t));
	t->authority = SAMPLE_AUTHORITY;
	t->version = 1;
	t->issued = SAMPLE_NOW - 30 * SAMPLE_DAY;
	t->expires = SAMPLE_NOW + 365 * SAMPLE_DAY;
	t->threshold = 2;
}

void
sample_trust_root(struct sample_trust *t, const struct sample_key *k,
    int signs)
{
	t->root[t->n_roots++] = k;
	if (signs)
		t->signer[t->n_signers++] = k;
}

struct sample_trust_key *
sample_trust_key(struct sample_trust *t, const struct sample_key *k,
    int purpose)
{
	struct sample_trust_key	*e = &t->key[t->n_keys++];

	e->key = k;
	e->purpose = purpose;
	e->not_before = SAMPLE_NOW - 100 * SAMPLE_DAY;
	e->not_after = SAMPLE_NOW + 1000 * SAMPLE_DAY;
	e->revoked_at = SAMPLE_NONE;
	return e;
}

/* Both begin with what is compared. */
static int
by_key(const void *a, const void *b)
{
	const struct sample_key	*const *x = a, *const *y = b;

	return memcmp((*x)->kid, (*y)->kid, sizeof((*x)->kid));
}

static int
by_trust_key(const void *a, const void *b)
{
	const struct sample_trust_key	*x = a, *y = b;

	return memcmp(x->key->kid, y->key->kid, sizeof(x->key->kid));
}

static void
trust_key_write(struct sample_buf *b, const struct sample_trust_key *k)
{
	sample_map(b, k->revoked_at == SAMPLE_NONE ? 4 : 5);
	sample_uint(b, 1);
	sample_key_write(b, k->key);
	sample_uint(b, 2);
	sample_int(b, k->purpose);
	sample_uint(b, 3);
	sample_int(b, k->not_before);
	sample_uint(b, 4);
	sample_int(b, k->not_after);
	if (k->revoked_at != SAMPLE_NONE) {
		sample_uint(b, 5);
		sample_int(b, k->revoked_at);
	}
}

static void
trust_payload(struct sample_buf *b, const struct sample_trust *t)
{
	size_t	i;

	sample_map(b, 7 + (size_t)(t->environment != 0) +
	    (size_t)(t->version > 1));
	text_if(b, 1, t->authority);
	if (t->environment != 0) {
		sample_uint(b, 2);
		sample_int(b, t->environment);
	}
	sample_uint(b, 3);
	sample_uint(b, t->version);
	sample_uint(b, 4);
	sample_int(b, t->issued);
	sample_uint(b, 5);
	sample_int(b, t->expires);
	sample_uint(b, 6);
	sample_uint(b, t->threshold);
	sample_uint(b, 7);
	sample_array(b, t->n_roots);
	for (i = 0; i < t->n_roots; i++)
		sample_key_write(b, t->root[i]);
	sample_uint(b, 8);
	sample_array(b, t->n_keys);
	for (i = 0; i < t->n_keys; i++)
		trust_key_write(b, &t->key[i]);
	if (t->version > 1) {
		sample_uint(b, 9);
		sample_bytes(b, t->first, sizeof(t->first));
	}
}

static void
signer_write(struct sample_buf *b, const struct sample_key *k,
    const struct sample_buf *body, const struct sample_buf *payload)
{
	struct sample_buf	h = { 0 }, t = { 0 };
	uint8_t			sig[64];

	sample_map(&h, 2);
	sample_uint(&h, 1);
	sample_int(&h, k->alg);
	sample_uint(&h, 4);
	sample_bytes(&h, k->kid, sizeof(k->kid));

	sample_array(&t, 5);
	sample_text(&t, "Signature");
	sample_bytes(&t, body->p, body->len);
	sample_bytes(&t, h.p, h.len);
	sample_bytes(&t, "", 0);
	sample_bytes(&t, payload->p, payload->len);
	sample_signature(sig, k, t.p, t.len, 0);

	sample_array(b, 3);
	sample_bytes(b, h.p, h.len);
	sample_map(b, 0);
	sample_bytes(b, sig, sizeof(sig));
	sample_free(&h);
	sample_free(&t);
}

void
sample_trust_write(struct sample_buf *b, const struct sample_trust *given)
{
	struct sample_trust	t = *given;
	struct sample_buf	h = { 0 }, p = { 0 };
	size_t			i;

	qsort(t.root, t.n_roots, sizeof(t.root[0]), by_key);
	qsort(t.signer, t.n_signers, sizeof(t.signer[0]), by_key);
	qsort(t.key, t.n_keys, sizeof(t.key[0]), by_trust_key);
	trust_payload(&p, &t);
	sample_map(&h, 2);
	sample_uint(&h, 15);
	sample_map(&h, 2);
	sample_uint(&h, 1);
	sample_text(&h, t.authority);
	sample_uint(&h, 2);
	sample_text(&h, "trust");
	sample_uint(&h, 16);
	sample_text(&h, TYP_TRUST);

	sample_tag(b, 98);
	sample_array(b, 4);
	sample_bytes(b, h.p, h.len);
	sample_map(b, 0);
	sample_bytes(b, p.p, p.len);
	sample_array(b, t.n_signers);
	for (i = 0; i < t.n_signers; i++)
		signer_write(b, t.signer[i], &h, &p);
	sample_free(&h);
	sample_free(&p);
}

void
sample_epoch(struct sample_epoch *e, const struct sample_key *key,
    const void *trust, size_t trust_len)
{
	memset(e, 0, sizeof(*e));
	e->key = key;
	e->iss = SAMPLE_AUTHORITY;
	e->number = 10;
	memset(e->previous, 9, sizeof(e->previous));
	e->this_update = SAMPLE_NOW - 3600;
	e->next_update = e->this_update + 7 * SAMPLE_DAY;
	e->trust_version = 1;
	sample_hash(e->trust, trust, trust_len);
	e->register_size = e->status_size = 1;
	e->scheme[0] = e->bodies[0] = 1;
}

static void
tree_head(struct sample_buf *b, uint64_t key, uint64_t size,
    const uint8_t root[32])
{
	sample_uint(b, key);
	sample_array(b, 2);
	sample_uint(b, size);
	sample_bytes(b, root, 32);
}

void
sample_epoch_write(struct sample_buf *b, const struct sample_epoch *e)
{
	static const uint8_t	any[32] = { 1 };
	struct sample_buf	p = { 0 };

	sample_map(&p, 10);
	sample_uint(&p, 1);
	sample_uint(&p, e->number);
	sample_uint(&p, 2);
	sample_bytes(&p, e->previous, 32);
	sample_uint(&p, 3);
	sample_int(&p, e->this_update);
	sample_uint(&p, 4);
	sample_int(&p, e->next_update);
	sample_uint(&p, 5);
	sample_array(&p, 2);
	sample_uint(&p, e->trust_version);
	sample_bytes(&p, e->trust, 32);
	sample_uint(&p, 6);
	sample_bytes(&p, e->scheme, 32);
	sample_uint(&p, 7);
	sample_bytes(&p, e->bodies, 32);
	tree_head(&p, 8, 3, any);
	tree_head(&p, 9, e->register_size, e->register_root);
	tree_head(&p, 10, e->status_size, e->status_root);
	sample_sign1(b, e->key, e->iss, "epoch", TYP_EPOCH, p.p, p.len);
	sample_free(&p);
}

void
sample_badge(struct sample_badge *b, const struct sample_buf *attestation)
{
	memset(b, 0, sizeof(*b));
	b->attestation = attestation;
	b->register_status = SAMPLE_NONE;
}

static void
path_write(struct sample_buf *b, const uint8_t *path, size_t n)
{
	size_t	i;

	sample_array(b, n);
	for (i = 0; i < n; i++)
		sample_bytes(b, path + 32 * i, 32);
}

static void
events_write(struct sample_buf *b)
{
	sample_array(b, 1);
	sample_array(b, 3);
	sample_int(b, SAMPLE_NOW - SAMPLE_DAY);
	sample_text(b, "grant");
	sample_null(b);
}

void
sample_badge_write(struct sample_buf *b, const struct sample_badge *d)
{
	sample_map(b, 1 + (size_t)(d->status != NULL) +
	    (size_t)(d->epoch != NULL) + (size_t)(d->has_status_path != 0) +
	    (size_t)(d->register_status != SAMPLE_NONE));
	sample_uint(b, 1);
	sample_bytes(b, d->attestation->p, d->attestation->len);
	if (d->status != NULL) {
		sample_uint(b, 2);
		sample_bytes(b, d->status->p, d->status->len);
	}
	if (d->epoch != NULL) {
		sample_uint(b, 3);
		sample_bytes(b, d->epoch->p, d->epoch->len);
	}
	if (d->has_status_path) {
		sample_uint(b, 4);
		path_write(b, d->status_path, d->n_status_path);
	}
	if (d->register_status != SAMPLE_NONE) {
		sample_uint(b, 5);
		sample_array(b, 3);
		sample_int(b, d->register_status);
		events_write(b);
		path_write(b, d->register_path, d->n_register_path);
	}
}

void
sample_register_leaf(struct sample_buf *b, uint32_t index,
    const struct sample_buf *attestation, int status)
{
	sample_array(b, 4);
	sample_uint(b, index);
	sample_bytes(b, attestation->p, attestation->len);
	sample_int(b, status);
	events_write(b);
}
