/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a stranger verifies, by tests/vectors: each good one is believed, each
 * bad one refused for the reason it names, and nothing forged is ever valid.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/vectors.h"
#include "verifier/attestation.h"
#include "verifier/badge.h"
#include "verifier/epoch.h"
#include "verifier/known.h"
#include "verifier/register.h"
#include "verifier/status.h"
#include "verifier/tree.h"
#include "verifier/trust.h"

/* So much that the largest list that may be can be inflated. */
enum { MEMORY = KM_KNOWN_MIN + 2 * KM_LIST_INFLATED_MAX };

struct world {
	void		*mem;
	struct km_known	*known;
};

static void
world_begin(struct world *w, const uint8_t *pin, size_t len)
{
	w->mem = malloc(MEMORY);
	assert_non_null(w->mem);
	w->known = km_known_begin(w->mem, MEMORY, pin, len);
}

static void
world_end(struct world *w)
{
	if (w->known != NULL)
		km_known_end(w->known);
	free(w->mem);
}

/* A file's or vector's trust list, status lists and the epoch before. */
static void
world_of(struct world *w, const json_t *head, const json_t *with)
{
	const json_t	*lists = json_object_get(with, "lists");
	uint8_t		*p;
	size_t		 i, len;

	p = vector_hex(head, "trust", &len);
	assert_non_null(p);
	world_begin(w, p, len);
	assert_non_null(w->known);
	assert_int_equal(km_known_add(w->known, p, len), KM_OK);
	free(p);
	for (i = 0; i < json_array_size(lists); i++) {
		p = vector_hex_item(lists, i, &len);
		assert_int_equal(km_known_add(w->known, p, len), KM_OK);
		free(p);
	}
	if ((p = vector_hex(with, "after", &len)) != NULL)
		assert_int_equal(km_known_add(w->known, p, len), KM_OK);
	free(p);
}

static enum km_verdict
ask(struct km_report *r, const struct world *w, const struct vector *v)
{
	struct km_question	q;

	memset(&q, 0, sizeof(q));
	q.badge = (struct km_bytes){ v->p, v->len };
	q.now = vector_number(v->head, "now");
	return km_verify(w->known, r, &q);
}

/* The check that it names failed, for that reason. */
static int
check_failed(const struct vector *v, const struct km_report *r)
{
	const char	*name = vector_text(v->json, "check");
	int		 i;

	for (i = 0; i < KM_CHECKS; i++) {
		if (strcmp(km_check_name((enum km_check_id)i), name) != 0)
			continue;
		if (r->check[i].outcome != KM_FAILED)
			return vector_wrong(v, name,
			    km_outcome_name(r->check[i].outcome));
		return vector_refused(v, name, r->check[i].why);
	}
	return vector_wrong(v, name, "no such check");
}

/* Verify it as a badge; decoded: what its own reader said. */
static int
badge_refused(const struct vector *v, const struct world *w,
    enum km_err decoded)
{
	const char		*want = vector_text(v->json, "verdict");
	struct km_report	*r = malloc(sizeof(*r));
	enum km_verdict		 verdict;
	int			 right = 1;

	verdict = ask(r, w, v);
	if (strcmp(want, km_verdict_name(verdict)) != 0) {
		right = vector_wrong(v, "verdict", km_verdict_name(verdict));
	} else if (vector_at(v, "decode")) {
		right = vector_refused(v, "decode", decoded) &&
		    verdict != KM_VALID;
	} else if (decoded != KM_OK) {
		right = vector_wrong(v, "decode", km_err_name(decoded));
	} else
		right = check_failed(v, r);
	free(r);
	return right;
}

static int
valid(const struct vector *v, const struct world *w)
{
	struct km_report	*r = malloc(sizeof(*r));
	struct km_unverified	*u = malloc(sizeof(*u));
	enum km_verdict		 verdict = ask(r, w, v);
	int			 right = verdict == KM_VALID;

	if (!right)
		vector_wrong(v, "verdict", km_verdict_name(verdict));
	if (km_look(u, v->p, v->len) != KM_OK)
		right = vector_wrong(v, "km_look", "refused");
	free(u);
	free(r);
	return right;
}

static int
attestation(const struct vector *v, void *arg)
{
	struct km_attestation	*a = malloc(sizeof(*a));
	struct km_sign1		 s;
	struct world		*w = arg;
	enum km_err		 err;
	int			 right;

	if (w->known == NULL)
		world_of(w, v->head, v->head);
	err = km_attestation_decode(a, &s, v->p, v->len);
	if (vector_text(v->json, "error") != NULL)
		right = badge_refused(v, w, err);
	else
		right = vector_refused(v, "decode", err) && valid(v, w);
	free(a);
	return right;
}

static void
test_attestation(void **state)
{
	struct world	w = { NULL, NULL };

	(void)state;
	assert_int_equal(vectors_run("good/attestation.json", attestation,
	    &w), 0);
	world_end(&w);
	w.known = NULL;
	assert_int_equal(vectors_run("bad/attestation.json", attestation,
	    &w), 0);
	world_end(&w);
}

static int
badge(const struct vector *v, void *arg)
{
	struct km_badge	*b = malloc(sizeof(*b));
	struct world	 w;
	enum km_err	 err;
	int		 right;

	(void)arg;
	world_of(&w, v->head, v->json);
	err = km_badge_decode(b, v->p, v->len);
	if (vector_text(v->json, "error") != NULL)
		right = badge_refused(v, &w, err);
	else
		right = vector_refused(v, "decode", err) && valid(v, &w);
	world_end(&w);
	free(b);
	return right;
}

static void
test_badge(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/badge.json", badge, NULL), 0);
	assert_int_equal(vectors_run("bad/badge.json", badge, NULL), 0);
}

/*
 * Of objects that are added to what is known: by its own reader, then there.
 * What a reader refuses may be refused there for another reason, as which
 * object it is has to be told first.
 */
static int
added(const struct vector *v, enum km_err decoded, enum km_err adding)
{
	if (vector_text(v->json, "error") == NULL)
		return vector_refused(v, "decode", decoded) &&
		    vector_refused(v, "add", adding);
	if (adding == KM_OK)
		return vector_wrong(v, "add", "believed");
	if (vector_at(v, "decode"))
		return vector_refused(v, "decode", decoded);
	if (decoded != KM_OK)
		return vector_wrong(v, "decode", km_err_name(decoded));
	return vector_refused(v, "add", adding);
}

static int
entries_right(const struct vector *v, const struct km_known *known,
    struct km_bytes uri)
{
	const struct km_list	*l = km_known_list(known, uri);
	const char		*idx;
	json_t			*said;
	int			 found;

	if (l == NULL)
		return vector_wrong(v, "list", "not known");
	json_object_foreach(json_object_get(v->json, "status"), idx, said) {
		found = km_status_get((struct km_bytes){ l->entries,
		    l->len }, l->bits, strtoul(idx, NULL, 10));
		if (found != json_integer_value(said))
			return vector_wrong(v, "entry", idx);
	}
	return 1;
}

static int
status(const struct vector *v, void *arg)
{
	struct km_status_list	 l;
	struct world		 w;
	enum km_err		 decoded, adding;
	int			 right;

	(void)arg;
	world_of(&w, v->head, v->json);
	decoded = km_status_decode(&l, v->p, v->len);
	adding = km_known_add(w.known, v->p, v->len);
	right = added(v, decoded, adding);
	if (right && decoded == KM_OK && adding == KM_OK)
		right = entries_right(v, w.known, l.uri);
	world_end(&w);
	return right;
}

/* The draft allows it: a reader of any list takes it. */
static int
foreign(const struct vector *v, void *arg)
{
	struct world	w;
	enum km_err	err;

	(void)arg;
	world_of(&w, v->head, v->json);
	err = km_known_add(w.known, v->p, v->len);
	world_end(&w);
	return err == KM_OK || vector_wrong(v, "add", km_err_name(err));
}

static void
test_status(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/status.json", status, NULL), 0);
	assert_int_equal(vectors_run("bad/status.json", status, NULL), 0);
	assert_int_equal(vectors_run("bad/status-ours.json", foreign, NULL),
	    0);
}

static int
epoch(const struct vector *v, void *arg)
{
	struct km_epoch	 e;
	struct km_sign1	 s;
	struct world	 w;
	enum km_err	 decoded, adding;
	int		 right;

	(void)arg;
	world_of(&w, v->head, v->json);
	decoded = km_epoch_decode(&e, &s, v->p, v->len);
	adding = km_known_add(w.known, v->p, v->len);
	right = added(v, decoded, adding);
	if (right && adding == KM_OK && (e.number != vector_number(v->json,
	    "number") || w.known->epoch.number != e.number))
		right = vector_wrong(v, "number", "another");
	world_end(&w);
	return right;
}

static void
test_epoch(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/epoch.json", epoch, NULL), 0);
	assert_int_equal(vectors_run("bad/epoch.json", epoch, NULL), 0);
}

/* Pinned by its own hash, or after the one that is. */
static int
trust(const struct vector *v, void *arg)
{
	struct km_bytes	 whole = { v->p, v->len };
	struct km_trust	*t = malloc(sizeof(*t));
	struct km_sign	 s;
	struct world	 w;
	uint8_t		 pin[KM_HASH_LEN], *after;
	enum km_err	 decoded, adding;
	size_t		 len;
	int		 right;

	(void)arg;
	after = vector_hex(v->json, "after", &len);
	if (after != NULL) {
		world_begin(&w, after, len);
		assert_int_equal(km_known_add(w.known, after, len), KM_OK);
	} else {
		km_sha256(pin, &whole, 1);
		world_begin(&w, pin, sizeof(pin));
	}
	decoded = km_trust_decode(t, &s, v->p, v->len);
	adding = km_known_add(w.known, v->p, v->len);
	right = added(v, decoded, adding);
	world_end(&w);
	/* A pin of bytes is held to the same rules. */
	world_begin(&w, v->p, v->len);
	if (w.known != NULL && (decoded != KM_OK || (after == NULL &&
	    adding != KM_OK)))
		right = vector_wrong(v, "as a pin", "taken");
	world_end(&w);
	free(after);
	free(t);
	return right;
}

static void
test_trust(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/trust.json", trust, NULL), 0);
	assert_int_equal(vectors_run("bad/trust.json", trust, NULL), 0);
}

static int
register_leaf(const struct vector *v, void *arg)
{
	struct km_register_leaf	 leaf;
	uint8_t			 hash[KM_HASH_LEN];
	enum km_err		 err;

	(void)arg;
	err = km_register_leaf_decode(&leaf, v->p, v->len);
	if (!vector_refused(v, "decode", err))
		return 0;
	if (err != KM_OK)
		return 1;
	km_leaf_hash(hash, (struct km_bytes){ v->p, v->len });
	return (vector_is(v->json, "leaf_hash", hash, sizeof(hash)) &&
	    leaf.index == vector_number(v->json, "index") &&
	    (int)leaf.status == vector_number(v->json, "status")) ||
	    vector_wrong(v, "leaf", "another");
}

static int
register_run(const struct vector *v, void *arg)
{
	struct km_register_leaf	 leaf;
	struct km_frontier	 f;
	struct km_cbor		 d;
	struct km_bytes		 item;
	uint8_t			 root[KM_HASH_LEN], hash[KM_HASH_LEN];
	enum km_err		 err = KM_OK;

	(void)arg;
	km_frontier_begin(&f);
	km_cbor_begin(&d, v->p, v->len);
	while (err == KM_OK && (item = km_register_next(&d)).len > 0) {
		err = km_register_leaf_decode(&leaf, item.p, item.len);
		km_leaf_hash(hash, item);
		km_frontier_add(&f, hash);
	}
	if (err == KM_OK)
		err = km_cbor_end(&d);
	if (!vector_refused(v, "read", err))
		return 0;
	km_frontier_root(root, &f);
	return err != KM_OK || (vector_is(v->json, "root", root,
	    sizeof(root)) && (json_int_t)f.size ==
	    vector_number(v->json, "leaves")) ||
	    vector_wrong(v, "root", "another");
}

static void
test_register(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/register.json", register_leaf,
	    NULL), 0);
	assert_int_equal(vectors_run("bad/register.json", register_leaf,
	    NULL), 0);
	assert_int_equal(vectors_run("good/register-run.json", register_run,
	    NULL), 0);
	assert_int_equal(vectors_run("bad/register-run.json", register_run,
	    NULL), 0);
}

/* A vector's path, side by side; n hashes of it. */
static uint8_t *
path_of(const struct vector *v, size_t *n)
{
	const json_t	*list = json_object_get(v->json, "path");
	uint8_t		*path, *p;
	size_t		 i, len;

	*n = json_array_size(list);
	path = malloc(*n * KM_HASH_LEN + 1);
	for (i = 0; i < *n; i++) {
		p = vector_hex_item(list, i, &len);
		assert_int_equal(len, KM_HASH_LEN);
		memcpy(path + i * KM_HASH_LEN, p, len);
		free(p);
	}
	return path;
}

static void
entry_hash(uint8_t hash[KM_HASH_LEN], const struct vector *v, size_t i)
{
	assert_true(i < v->len);
	km_leaf_hash(hash, (struct km_bytes){ v->p + i, 1 });
}

static int
root_right(const struct vector *v)
{
	struct km_frontier	f;
	uint8_t			hash[KM_HASH_LEN];
	size_t			i;

	km_frontier_begin(&f);
	for (i = 0; i < v->len; i++) {
		entry_hash(hash, v, i);
		km_frontier_add(&f, hash);
	}
	km_frontier_root(hash, &f);
	return vector_is(v->json, "root", hash, sizeof(hash));
}

static int
path_right(const struct vector *v)
{
	json_int_t	 leaf = vector_number(v->json, "leaf");
	uint8_t		 hash[KM_HASH_LEN], root[KM_HASH_LEN], *path;
	size_t		 n;
	int		 right;

	if (leaf < 0)
		leaf = vector_number(v->json, "index");
	entry_hash(hash, v, (size_t)leaf);
	path = path_of(v, &n);
	right = km_path_root(root, hash,
	    (uint64_t)vector_number(v->json, "index"),
	    (uint64_t)vector_number(v->json, "size"), path, n) &&
	    vector_is(v->json, "root", root, sizeof(root));
	free(path);
	return right;
}

static int
consistency_right(const struct vector *v)
{
	uint8_t	*path, *from, *to;
	size_t	 n, len;
	int	 right;

	path = path_of(v, &n);
	from = vector_hex(v->json, "from_root", &len);
	to = vector_hex(v->json, "root", &len);
	right = km_path_consistent(from,
	    (uint64_t)vector_number(v->json, "from"), to,
	    (uint64_t)vector_number(v->json, "size"), path, n);
	free(path);
	free(from);
	free(to);
	return right;
}

static int
tree(const struct vector *v, void *arg)
{
	int	good = vector_text(v->json, "error") == NULL, right;

	(void)arg;
	if (json_object_get(v->json, "from") != NULL)
		right = consistency_right(v);
	else if (json_object_get(v->json, "index") != NULL)
		right = path_right(v);
	else
		right = root_right(v);
	return right == good ||
	    vector_wrong(v, "tree", right ? "it leads there" : "it does not");
}

static void
test_tree(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/tree.json", tree, NULL), 0);
	assert_int_equal(vectors_run("bad/tree.json", tree, NULL), 0);
}

static int
policy(const struct vector *v, void *arg)
{
	struct km_bytes		 whole = { v->p, v->len };
	struct km_policy	 p;
	uint8_t			 hash[KM_HASH_LEN];
	enum km_err		 err;

	(void)arg;
	err = km_policy_decode(&p, v->p, v->len);
	if (!vector_refused(v, "decode", err))
		return 0;
	km_sha256(hash, &whole, 1);
	return err != KM_OK ||
	    vector_is(v->json, "hash", hash, sizeof(hash)) ||
	    vector_wrong(v, "hash", "another");
}

static void
test_policy(void **state)
{
	(void)state;
	assert_int_equal(vectors_run("good/policy.json", policy, NULL), 0);
	assert_int_equal(vectors_run("bad/policy.json", policy, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_attestation),
		cmocka_unit_test(test_badge),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_epoch),
		cmocka_unit_test(test_trust),
		cmocka_unit_test(test_register),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_policy)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
