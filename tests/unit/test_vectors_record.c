/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What only the authority reads, by tests/vectors: decisions, approvals,
 * officers, indexes, log leaves, lists of its own make. And that it writes
 * every good object as it stands there, byte for byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/record/encode.h"
#include "ca/record/published.h"
#include "ca/record/run.h"
#include "ca/record/scheme.h"
#include "tests/lib/papers.h"
#include "tests/lib/vectors.h"

enum { ROOM = 65536 };		/* of what is written again; ours are short */

/* Was written the same as these bytes? Frees it. */
static int
written(const struct vector *v, struct buf *b, struct km_bytes want)
{
	int	same = !b->failed && km_bytes_equal((struct km_bytes){ b->p,
		    b->len }, want);

	buf_free(b);
	return same || vector_wrong(v, "written again", "other bytes");
}

/* A file's or vector's trust list, which lives as long as *bytes. */
static void
trust_of(struct km_trust *t, uint8_t hash[KM_HASH_LEN], uint8_t **bytes,
    const json_t *head)
{
	struct km_sign	s;
	struct km_bytes	whole;
	size_t		len;

	*bytes = vector_hex(head, "trust", &len);
	assert_non_null(*bytes);
	assert_int_equal(km_trust_decode(t, &s, *bytes, len), KM_OK);
	whole = (struct km_bytes){ *bytes, len };
	km_sha256(hash, &whole, 1);
}

static int
decision(const struct vector *v, void *arg)
{
	struct decision	*d = malloc(sizeof(*d));
	struct buf	 b;
	enum km_err	 err;
	int		 right;

	(void)arg;
	err = decision_decode(d, v->p, v->len);
	right = vector_refused(v, "decode", err);
	if (right && err == KM_OK) {
		buf_init(&b, ROOM);
		encode_decision(&b, d);
		right = written(v, &b, (struct km_bytes){ v->p, v->len }) &&
		    (vector_is(v->json, "id", d->id, KM_HASH_LEN) ||
		    vector_wrong(v, "id", "another"));
	}
	free(d);
	return right;
}

static void
test_decision(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/decision.json", decision, NULL),
	    0);
	assert_int_equal(vectors_run("bad/decision.json", decision, NULL),
	    0);
}

struct desk {
	uint8_t		*trust_bytes, *list_bytes, *decision_bytes;
	uint8_t		 first[KM_HASH_LEN];
	struct km_trust	 trust;
	struct officers	 officers;
	struct decision	 d;
};

static void
desk_begin(struct desk *k, const json_t *head)
{
	struct km_sign	s;
	size_t		len;

	trust_of(&k->trust, k->first, &k->trust_bytes, head);
	k->list_bytes = vector_hex(head, "officers", &len);
	assert_int_equal(officers_decode(&k->officers, &s, k->list_bytes,
	    len), KM_OK);
	k->decision_bytes = vector_hex(head, "decision", &len);
	assert_int_equal(decision_decode(&k->d, k->decision_bytes, len),
	    KM_OK);
}

static void
desk_end(struct desk *k)
{
	officers_free(&k->officers);
	free(k->trust_bytes);
	free(k->list_bytes);
	free(k->decision_bytes);
}

static int
approval_right(const struct vector *v, const struct approver *a)
{
	const char	*iss = vector_text(v->json, "iss");

	if (!km_bytes_equal(a->iss, km_bytes_of(iss)))
		return vector_wrong(v, "iss", "another");
	return (json_int_t)a->roles == vector_number(v->json, "roles") ||
	    vector_wrong(v, "roles", "others");
}

static int
approval(const struct vector *v, void *arg)
{
	struct desk	*k = malloc(sizeof(*k));
	struct approver	 a;
	struct km_sign1	 s;
	enum km_err	 decoded, opened;
	int		 right;

	(void)arg;
	desk_begin(k, v->head);
	decoded = km_sign1_decode(&s, v->p, v->len, KM_TYP_APPROVAL, 1);
	opened = approval_open(&a, &k->d, v->p, v->len, &k->officers,
	    &k->trust, papers_verify, NULL);
	if (opened == KM_OK)
		right = vector_refused(v, "open", opened) &&
		    approval_right(v, &a);
	else if (vector_text(v->json, "error") == NULL || vector_at(v,
	    "decode"))
		/* Its length is asked where it is opened. */
		right = vector_refused(v, "decode", v->len > APPROVAL_MAX ?
		    opened : decoded);
	else
		right = decoded == KM_OK ? vector_refused(v, "open", opened) :
		    vector_wrong(v, "decode", km_err_name(decoded));
	desk_end(k);
	free(k);
	return right;
}

static void
test_approval(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/approval.json", approval, NULL),
	    0);
	assert_int_equal(vectors_run("bad/approval.json", approval, NULL),
	    0);
}

/* By its form, then as the first list or after another. */
static int
officers_accepted(const struct vector *v, const struct officers *os,
    const struct km_sign *s)
{
	struct km_trust	*t = malloc(sizeof(*t));
	struct officers	 prev;
	struct km_sign	 ps;
	uint8_t		 first[KM_HASH_LEN], *trust, *after;
	size_t		 len;
	enum km_err	 err;
	int		 right;

	trust_of(t, first, &trust, v->head);
	after = vector_hex(v->json, "after", &len);
	if (after != NULL)
		assert_int_equal(officers_decode(&prev, &ps, after, len),
		    KM_OK);
	err = officers_accept(after != NULL ? &prev : NULL, os, s, t, first,
	    papers_verify, NULL);
	right = vector_refused(v, "accept", err);
	if (after != NULL)
		officers_free(&prev);
	free(after);
	free(trust);
	free(t);
	return right;
}

static int
officers(const struct vector *v, void *arg)
{
	struct officers	os;
	struct km_sign	s;
	struct buf	b;
	enum km_err	err;
	int		right;

	(void)arg;
	err = officers_decode(&os, &s, v->p, v->len);
	if (vector_text(v->json, "error") != NULL && vector_at(v, "decode")) {
		right = vector_refused(v, "decode", err);
		if (err == KM_OK)
			officers_free(&os);
		return right;
	}
	if (err != KM_OK)
		return vector_wrong(v, "decode", km_err_name(err));
	right = officers_accepted(v, &os, &s);
	if (vector_text(v->json, "error") == NULL) {
		buf_init(&b, ROOM);
		encode_officers(&b, &os);
		right = right && written(v, &b, s.payload) &&
		    ((json_int_t)os.n == vector_number(v->json, "officers") ||
		    vector_wrong(v, "officers", "another number"));
	}
	officers_free(&os);
	return right;
}

static void
test_officers(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/officers.json", officers, NULL),
	    0);
	assert_int_equal(vectors_run("bad/officers.json", officers, NULL),
	    0);
}

static int
register_index(const struct vector *v, void *arg)
{
	struct buf	roots, b;
	uint64_t	size = 0;
	uint8_t		root[KM_HASH_LEN];
	enum km_err	err;
	int		right;

	(void)arg;
	buf_init(&roots, ROOM);
	err = run_index_decode(&size, &roots, (struct km_bytes){ v->p,
	    v->len });
	right = vector_refused(v, "decode", err);
	if (right && err == KM_OK) {
		run_root_of(root, roots.p, roots.len / KM_HASH_LEN);
		buf_init(&b, ROOM);
		encode_register_index(&b, size, roots.p,
		    roots.len / KM_HASH_LEN);
		right = written(v, &b, (struct km_bytes){ v->p, v->len }) &&
		    ((vector_is(v->json, "root", root, sizeof(root)) &&
		    (json_int_t)size == vector_number(v->json, "size")) ||
		    vector_wrong(v, "index", "another"));
	}
	buf_free(&roots);
	return right;
}

static void
test_register_index(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/register-index.json",
	    register_index, NULL), 0);
	assert_int_equal(vectors_run("bad/register-index.json",
	    register_index, NULL), 0);
}

/* The leaf of the act that stands at a, and its object's. */
static void
leaf_write(struct buf *leaf, const json_t *a)
{
	const json_t	*list = json_object_get(a, "approvals");
	struct km_bytes	 approval[APPROVALS_MAX], decision, object;
	uint8_t		 act[KM_HASH_LEN], hash[KM_HASH_LEN];
	struct buf	 b;
	size_t		 i, n = json_array_size(list);

	assert_true(n <= APPROVALS_MAX);
	decision.p = vector_hex(a, "decision", &decision.len);
	object.p = vector_hex(a, "made", &object.len);
	for (i = 0; i < n; i++)
		approval[i].p = vector_hex_item(list, i, &approval[i].len);
	buf_init(&b, ROOM);
	encode_act(&b, decision, approval, n);
	assert_int_equal(b.failed, 0);
	km_sha256(act, &(struct km_bytes){ b.p, b.len }, 1);
	buf_free(&b);
	if (object.p != NULL)
		km_sha256(hash, &object, 1);
	encode_log_leaf(leaf, decision_kind_by_name(km_bytes_of(vector_text(a,
	    "kind"))), act, object.p == NULL ? NULL : hash);
	for (i = 0; i < n; i++)
		free((void *)(uintptr_t)approval[i].p);
	free((void *)(uintptr_t)decision.p);
	free((void *)(uintptr_t)object.p);
}

static int
log_leaf(const struct vector *v, void *arg)
{
	int		 bad = vector_text(v->json, "error") != NULL, same;
	uint8_t		 hash[KM_HASH_LEN];
	struct buf	 leaf;

	(void)arg;
	buf_init(&leaf, ROOM);
	leaf_write(&leaf, bad ? v->head : v->json);
	same = !leaf.failed && km_bytes_equal((struct km_bytes){ leaf.p,
	    leaf.len }, (struct km_bytes){ v->p, v->len });
	km_leaf_hash(hash, (struct km_bytes){ v->p, v->len });
	buf_free(&leaf);
	if (same == bad)
		return vector_wrong(v, "leaf", same ? "the same" : "another");
	return bad || vector_is(v->json, "leaf_hash", hash, sizeof(hash)) ||
	    vector_wrong(v, "leaf_hash", "another");
}

static void
test_log(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/log.json", log_leaf, NULL), 0);
	assert_int_equal(vectors_run("bad/log.json", log_leaf, NULL), 0);
}

/* What pointer leads to, and the step that is left. */
static json_t *
place_of(json_t *root, const char *pointer, char last[64])
{
	const char	*slash;
	json_t		*in = root;
	size_t		 n;

	for (pointer++; ; pointer = slash + 1) {
		slash = strchr(pointer, '/');
		n = slash == NULL ? strlen(pointer) :
		    (size_t)(slash - pointer);
		assert_true(n < 64);
		memcpy(last, pointer, n);
		last[n] = '\0';
		if (slash == NULL)
			return in;
		in = json_is_array(in) ? json_array_get(in, strtoul(last,
		    NULL, 10)) : json_object_get(in, last);
		assert_non_null(in);
	}
}

/* schemas/scheme.json with this change, as text. */
static char *
scheme_changed(const struct vector *v, const char *pointer)
{
	json_t	*root, *in, *value;
	size_t	 i;
	char	*text, last[64];

	root = json_load_file("schemas/scheme.json", 0, NULL);
	assert_non_null(root);
	in = place_of(root, pointer, last);
	value = v->len == 0 ? NULL : json_loadb((const char *)v->p, v->len,
	    JSON_DECODE_ANY, NULL);
	assert_true(value != NULL || v->len == 0);
	i = strtoul(last, NULL, 10);
	if (json_is_array(in))
		assert_int_equal(value == NULL ? json_array_remove(in, i) :
		    json_array_set_new(in, i, value), 0);
	else
		assert_int_equal(value == NULL ? json_object_del(in, last) :
		    json_object_set_new(in, last, value), 0);
	text = json_dumps(root, JSON_INDENT(1));
	assert_non_null(text);
	json_decref(root);
	return text;
}

static int
scheme(const struct vector *v, void *arg)
{
	const char		*pointer = vector_text(v->json, "at");
	const char		*says = vector_text(v->json, "says");
	struct scheme		*s = malloc(sizeof(*s));
	struct scheme_error	 err;
	char			*text = NULL;
	size_t			 n = 0;
	int			 good;

	(void)arg;
	memset(&err, 0, sizeof(err));
	if (pointer != NULL)
		text = scheme_changed(v, pointer);
	good = text == NULL ? scheme_parse(s, v->p, v->len, &err) :
	    scheme_parse(s, (const uint8_t *)text, strlen(text), &err);
	free(text);
	free(s);
	if (good != (vector_text(v->json, "error") == NULL))
		return vector_wrong(v, "scheme", good ? "taken" :
		    err.message);
	if (good || says == NULL)
		return 1;
	/* "/id: expected ...": the whole of the place, and no more. */
	n = strlen(says);
	return n == 0 || (strncmp(err.message, says, n) == 0 &&
	    strchr(": ", err.message[n]) != NULL) ||
	    vector_wrong(v, says, err.message);
}

static void
test_scheme(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/scheme.json", scheme, NULL), 0);
	assert_int_equal(vectors_run("bad/scheme.json", scheme, NULL), 0);
}

static int
status_entries(const struct vector *v, const struct published_list *l)
{
	const char	*idx;
	json_t		*said;

	json_object_foreach(json_object_get(v->json, "status"), idx, said)
		if (published_status(l->entries, strtoul(idx, NULL, 10)) !=
		    json_integer_value(said))
			return vector_wrong(v, "entry", idx);
	return 1;
}

/* A list as we publish it. */
static int
own_list(const struct vector *v, void *arg)
{
	struct published_list	*l = malloc(sizeof(*l));
	struct km_known		*known;
	void			*mem = malloc(KM_KNOWN_MIN);
	uint8_t			*trust;
	enum km_err		 err;
	size_t			 len;
	int			 right;

	(void)arg;
	trust = vector_hex(v->head, "trust", &len);
	known = km_known_begin(mem, KM_KNOWN_MIN, trust, len);
	assert_non_null(known);
	err = published_list(l, known, 0, (struct km_bytes){ v->p, v->len });
	if (vector_text(v->json, "stage") != NULL)
		right = err != KM_OK || vector_wrong(v, "ours", "taken");
	else
		right = vector_refused(v, "ours", err);
	if (right && err == KM_OK)
		right = status_entries(v, l);
	km_known_end(known);
	free(trust);
	free(mem);
	free(l);
	return right;
}

static void
test_own_lists(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/status.json", own_list, NULL), 0);
	assert_int_equal(vectors_run("bad/status.json", own_list, NULL), 0);
	assert_int_equal(vectors_run("bad/status-ours.json", own_list, NULL),
	    0);
}

/* Good objects of the verifier, written by us. */

static int
attestation(const struct vector *v, void *arg)
{
	struct km_attestation	*a = malloc(sizeof(*a));
	struct km_sign1		 s;
	struct buf		 b;
	int			 right;

	(void)arg;
	assert_int_equal(km_attestation_decode(a, &s, v->p, v->len), KM_OK);
	buf_init(&b, ROOM);
	encode_attestation(&b, a);
	right = written(v, &b, s.payload);
	buf_init(&b, ROOM);
	encode_protected(&b, s.alg, s.kid.p, s.iss, s.sub,
	    KM_TYP_ATTESTATION);
	right = right && written(v, &b, s.protected_);
	buf_init(&b, ROOM);
	encode_sign1(&b, s.protected_, s.payload, s.sig);
	right = right && written(v, &b, (struct km_bytes){ v->p, v->len });
	free(a);
	return right;
}

static int
trust(const struct vector *v, void *arg)
{
	struct km_trust	*t = malloc(sizeof(*t));
	struct km_sign	 s;
	struct buf	 b;
	int		 right;

	(void)arg;
	assert_int_equal(km_trust_decode(t, &s, v->p, v->len), KM_OK);
	buf_init(&b, ROOM);
	encode_trust(&b, t);
	right = written(v, &b, s.payload);
	buf_init(&b, ROOM);
	encode_sign(&b, s.protected_, s.payload, s.signer, s.n);
	right = right && written(v, &b, (struct km_bytes){ v->p, v->len });
	free(t);
	return right;
}

static int
epoch(const struct vector *v, void *arg)
{
	struct km_epoch	e;
	struct km_sign1	s;
	struct buf	b;

	(void)arg;
	assert_int_equal(km_epoch_decode(&e, &s, v->p, v->len), KM_OK);
	buf_init(&b, ROOM);
	encode_epoch(&b, &e);
	return written(v, &b, s.payload);
}

static int
register_leaf(const struct vector *v, void *arg)
{
	struct km_register_leaf	leaf;
	struct buf		b;

	(void)arg;
	assert_int_equal(km_register_leaf_decode(&leaf, v->p, v->len), KM_OK);
	buf_init(&b, ROOM);
	encode_register_leaf(&b, &leaf);
	return written(v, &b, (struct km_bytes){ v->p, v->len });
}

/* An attestation without proof we write as it is, never in a map of one. */
static int
badge(const struct vector *v, void *arg)
{
	struct km_badge	b;
	struct buf	out;

	(void)arg;
	assert_int_equal(km_badge_decode(&b, v->p, v->len), KM_OK);
	if (b.status.len == 0 && b.epoch.len == 0 && !b.has_register)
		return 1;
	buf_init(&out, ROOM);
	encode_badge(&out, &b);
	return written(v, &out, (struct km_bytes){ v->p, v->len });
}

static void
test_written(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/attestation.json", attestation,
	    NULL), 0);
	assert_int_equal(vectors_run("good/trust.json", trust, NULL), 0);
	assert_int_equal(vectors_run("good/epoch.json", epoch, NULL), 0);
	assert_int_equal(vectors_run("good/register.json", register_leaf,
	    NULL), 0);
	assert_int_equal(vectors_run("good/badge.json", badge, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_decision),
		cmocka_unit_test(test_approval),
		cmocka_unit_test(test_officers),
		cmocka_unit_test(test_register_index),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_scheme),
		cmocka_unit_test(test_own_lists),
		cmocka_unit_test(test_written)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
