/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The register as a source of answers: what it must be to count, asking by
 * number, holder and host, and badges whose attestation it has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/roll.h"
#include "tests/lib/scene.h"
#include "verifier/known.h"
#include "verifier/lookup.h"
#include "verifier/siphash.h"

enum { MARKS = 1030 };			/* a full run and a short one */

struct stage {
	struct scene	*w;
	struct roll	 roll;
	struct km_bytes	*run;
	size_t		 n;
	void		*mem;
	size_t		 len;
};

static void
fresh(struct stage *s)
{
	free(s->run);
	s->run = roll_runs(&s->roll);
	s->n = s->roll.n_runs;
	roll_head(&s->roll, &s->w->epoch);
}

static int
setup(void **state)
{
	struct stage	*s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->w = scene_new();
	roll_add_marks(&s->roll, &s->w->attestation, MARKS);
	s->len = km_register_room(2 * MARKS);
	s->mem = malloc(s->len);
	assert_non_null(s->mem);
	fresh(s);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct stage	*s = *state;

	roll_free(&s->roll);
	scene_free(s->w);
	free(s->run);
	free(s->mem);
	free(s);
	return 0;
}

static enum km_err
give(struct stage *s)
{
	return km_known_register(s->w->known, s->mem, s->len, s->run, s->n);
}

/* Know trust list, epoch and register, without a status list. */
static void
know(struct stage *s)
{
	fresh(s);
	scene_know(s->w);
	scene_write_epoch(s->w);
	assert_int_equal(scene_add(s->w, &s->w->epoch_bytes), KM_OK);
	assert_int_equal(give(s), KM_OK);
}

static void
know_list(struct stage *s)
{
	scene_write_status(s->w);
	assert_int_equal(scene_add(s->w, &s->w->status_bytes), KM_OK);
}

static enum km_verdict
ask(struct stage *s, enum km_by by, const char *key)
{
	struct scene	*w = s->w;
	enum km_verdict	 v;

	w->q.badge = (struct km_bytes){ NULL, 0 };
	v = km_check(w->known, &w->r, &w->q, by, (const uint8_t *)key,
	    strlen(key));
	assert_int_equal(v, w->r.verdict);
	return v;
}

static void
test_found(void **state)
{
	struct stage	*s = *state;
	struct scene	*w = s->w;
	char		 name[ROLL_NAME_MAX], json[KM_JSON_MAX];

	know(s);
	roll_kvk(name, 1025);
	assert_int_equal(ask(s, KM_BY_HOLDER, name), KM_VALID);
	assert_int_equal(w->r.binding, KM_BINDING_HOLDER);
	assert_int_equal(w->r.indication, KM_TOTAL_PASSED);
	assert_int_equal(OUTCOME(w, KM_CHECK_LISTED), KM_PASSED);
	assert_int_equal(OUTCOME(w, KM_CHECK_REGISTER_PROOF), KM_PASSED);
	assert_int_equal(OUTCOME(w, KM_CHECK_SIGNATURE), KM_NOT_PERFORMED);
	assert_int_equal(OUTCOME(w, KM_CHECK_BADGE), KM_NOT_PERFORMED);
	assert_int_equal(OUTCOME(w, KM_CHECK_HOLDER), KM_PASSED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS_LIST), KM_ERR_MISSING);
	assert_int_equal(w->r.status_iat, w->epoch.this_update);
	assert_int_equal(w->r.attestation.idx, 1025);
	assert_true(km_report_json(json, sizeof(json), &w->r) < sizeof(json));
	roll_host(name, 0);
	assert_int_equal(ask(s, KM_BY_HOST, name), KM_VALID);
	assert_int_equal(w->r.binding, KM_BINDING_ORIGIN);
	assert_int_equal(OUTCOME(w, KM_CHECK_ORIGIN), KM_PASSED);
	assert_int_equal(w->r.attestation.idx, 0);
	roll_number(name, 3);
	assert_int_equal(ask(s, KM_BY_NUMBER, name), KM_VALID);
	assert_int_equal(w->r.binding, KM_BINDING_NONE);
	assert_int_equal(w->r.attestation.idx, 3);
	assert_int_equal(ask(s, KM_BY_HOLDER, "NTRNL-10000004"), KM_VALID);
	assert_int_equal(ask(s, KM_BY_HOLDER, "NLNHR.10000004"), KM_VALID);
	assert_int_equal(w->r.attestation.idx, 4);
}

static void
test_absent(void **state)
{
	struct stage	*s = *state;
	struct scene	*w = s->w;

	know(s);
	assert_int_equal(ask(s, KM_BY_HOLDER, "99999999"), KM_NOT_LISTED);
	assert_int_equal(WHY(w, KM_CHECK_LISTED), KM_ERR_NOT_LISTED);
	assert_int_equal(w->r.vouched, 0);
	assert_int_equal(w->r.attestation_len, 0);
	assert_int_equal(w->r.indication, KM_INDETERMINATE);
	/* A suffix, a sub-domain and a number as a holder are others. */
	assert_int_equal(ask(s, KM_BY_HOST, "www.mark-0.example"),
	    KM_NOT_LISTED);
	assert_int_equal(ask(s, KM_BY_HOST, "ark-0.example"), KM_NOT_LISTED);
	assert_int_equal(ask(s, KM_BY_NUMBER, "KM-2026-000123-P"),
	    KM_NOT_LISTED);
}

/* What cannot be a key was mistyped, and is not "not listed". */
static void
test_no_key(void **state)
{
	static const struct {
		enum km_by	 by;
		const char	*key;
	} bad[] = {
		{ KM_BY_HOLDER, "1234567" }, { KM_BY_HOLDER, "" },
		{ KM_BY_NUMBER, "KM-2026-000123-Q" },
		{ KM_BY_HOST, "https://mark-0.example/" },
		{ KM_BY_HOST, "MARK-0.example" }, { (enum km_by)4, "x" }
	};
	struct stage	*s = *state;
	size_t		 i;

	know(s);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(ask(s, bad[i].by, bad[i].key),
		    KM_UNDETERMINED);
		assert_int_equal(WHY(s->w, KM_CHECK_LISTED), KM_ERR_VALUE);
	}
	assert_int_equal(km_check(s->w->known, &s->w->r, &s->w->q,
	    KM_BY_HOLDER, NULL, 0), KM_UNDETERMINED);
}

/* Both answers rest on the same: without it neither is given. */
static void
undetermined(struct stage *s, enum km_err why)
{
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_UNDETERMINED);
	assert_int_equal(WHY(s->w, KM_CHECK_LISTED), why);
	assert_int_equal(s->w->r.vouched, 0);
	assert_int_equal(ask(s, KM_BY_HOLDER, "99999999"), KM_UNDETERMINED);
	assert_int_equal(WHY(s->w, KM_CHECK_LISTED), why);
	assert_int_equal(OUTCOME(s->w, KM_CHECK_LISTED), KM_NOT_PERFORMED);
}

static void
test_nothing_known(void **state)
{
	static const uint8_t	none[KM_HASH_LEN];
	struct stage		*s = *state;
	struct scene		*w = s->w;

	scene_know(w);
	assert_int_equal(give(s), KM_ERR_MISSING);
	undetermined(s, KM_ERR_MISSING);
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	undetermined(s, KM_ERR_MISSING);
	km_known_end(w->known);
	w->known = km_known_begin(w->mem, sizeof(w->mem), none, sizeof(none));
	assert_int_equal(give(s), KM_ERR_NO_TRUST);
	undetermined(s, KM_ERR_NO_TRUST);
}

/* What is no key is not repeated, whatever else is wrong; nor looked into. */
static void
test_key_of_any_size(void **state)
{
	struct stage	*s = *state;
	static uint8_t	 key[KM_JSON_MAX];
	static char	 json[KM_JSON_MAX];
	int		 by, trusted;

	for (trusted = 0; trusted < 2; trusted++) {
		scene_know(s->w);
		s->w->known->has_trust = trusted;
		for (by = KM_BY_NUMBER; by <= KM_BY_HOST; by++) {
			assert_int_equal(km_check(s->w->known, &s->w->r,
			    &s->w->q, (enum km_by)by, key, sizeof(key)),
			    KM_UNDETERMINED);
			assert_true(km_report_json(json, sizeof(json),
			    &s->w->r) < sizeof(json));
			assert_int_equal(km_check(s->w->known, &s->w->r,
			    &s->w->q, (enum km_by)by, NULL, 8),
			    KM_UNDETERMINED);
			assert_true(km_report_json(json, sizeof(json),
			    &s->w->r) < sizeof(json));
		}
	}
}

static void
test_stale(void **state)
{
	struct stage	*s = *state;
	struct scene	*w = s->w;

	know(s);
	w->q.now = w->epoch.next_update;
	undetermined(s, KM_ERR_EXPIRED);
	w->q.now--;
	assert_int_equal(ask(s, KM_BY_HOLDER, "99999999"), KM_NOT_LISTED);
	w->q.now = w->epoch.this_update - 301;
	undetermined(s, KM_ERR_EARLY);
	w->q.now = SAMPLE_NOW;
	w->policy.epoch_fail = 60;
	undetermined(s, KM_ERR_STALE);
	w->policy.epoch_fail = 0;
	w->q.now = w->trust.expires;
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_UNDETERMINED);
	assert_int_equal(ask(s, KM_BY_HOLDER, "99999999"), KM_UNDETERMINED);
}

static void
test_memory(void **state)
{
	struct stage	*s = *state;
	struct scene	*w = s->w;

	know(s);
	w->policy.epoch_number = w->epoch.number + 1;
	undetermined(s, KM_ERR_ROLLBACK);
	w->policy.epoch_number = w->epoch.number;
	undetermined(s, KM_ERR_FORK);
	w->policy.epoch_number = 0;
	memset(w->epoch.trust, 1, 32);
	know(s);
	/* know() writes the trust list anew, and with it what names it. */
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_VALID);
	w->policy.environment = KM_ENVIRONMENT_EXERCISE;
	assert_int_equal(ask(s, KM_BY_HOLDER, "99999999"), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_LISTED), KM_ERR_ENVIRONMENT);
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_UNTRUSTED);
}

/* An epoch added later: as good where its register is the same. */
static void
test_later_epoch(void **state)
{
	struct stage	*s = *state;
	struct scene	*w = s->w;

	know(s);
	sample_hash(w->epoch.previous, w->epoch_bytes.p, w->epoch_bytes.len);
	w->epoch.number++;
	w->epoch.this_update++;
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_VALID);
	sample_hash(w->epoch.previous, w->epoch_bytes.p, w->epoch_bytes.len);
	w->epoch.number++;
	w->epoch.register_size++;
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	undetermined(s, KM_ERR_MISMATCH);
}

/* One bad case a rule; known answers as it did before. */
static void
refused(struct stage *s, enum km_err err)
{
	void	*mem = s->mem;

	s->mem = malloc(s->len);
	assert_non_null(s->mem);
	assert_int_equal(give(s), err);
	free(s->mem);
	s->mem = mem;
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_VALID);
}

static void
test_refused_runs(void **state)
{
	struct stage	*s = *state;
	struct km_bytes	 first;
	uint8_t		 zero[64] = { 0 };

	know(s);
	first = s->run[0];
	s->run[0] = s->run[1];
	s->run[1] = first;
	refused(s, KM_ERR_ORDER);
	fresh(s);
	s->n = 1;
	refused(s, KM_ERR_MISSING);
	s->n = 3;
	refused(s, KM_ERR_TRAILING);
	fresh(s);
	s->run[1].len--;
	refused(s, KM_ERR_TRUNCATED);
	fresh(s);
	s->run[1] = (struct km_bytes){ zero, 0 };
	refused(s, KM_ERR_TRUNCATED);
	s->run[1] = (struct km_bytes){ zero, 1 };
	refused(s, KM_ERR_TYPE);
	fresh(s);
	assert_int_equal(give(s), KM_ERR_USE);	/* its own memory */
	assert_int_equal(km_known_register(s->w->known, NULL, s->len, s->run,
	    s->n), KM_ERR_USE);
	assert_int_equal(km_known_register(s->w->known, zero + 1, 60, s->run,
	    s->n), KM_ERR_USE);
	assert_int_equal(km_known_register(s->w->known, zero, 64, s->run,
	    s->n), KM_ERR_FULL);
}

/* Every bit of a leaf counts. */
static void
test_refused_bits(void **state)
{
	struct stage	*s = *state;
	uint8_t		*p;
	size_t		 i;
	void		*mem = malloc(s->len);

	assert_non_null(mem);
	know(s);
	p = s->roll.run[1].p;
	for (i = 0; i < s->roll.run[1].len / 6; i++) {
		p[i] ^= (uint8_t)(1 << i % 8);
		assert_int_not_equal(km_known_register(s->w->known, mem,
		    s->len, s->run, s->n), KM_OK);
		p[i] ^= (uint8_t)(1 << i % 8);
		i += 6;
	}
	assert_int_equal(km_known_register(s->w->known, mem, s->len, s->run,
	    s->n), KM_OK);
	know(s);
	free(mem);
}

/* A register of one leaf, which is wrong. */
static void
one(struct stage *s, struct sample_attestation *a, enum km_err err)
{
	struct roll	 roll = { 0 };
	struct km_bytes	*run;
	struct scene	*w = s->w;
	void		*mem = malloc(s->len);

	assert_non_null(mem);
	roll_add(&roll, a, 0);
	run = roll_runs(&roll);
	scene_know(w);
	roll_head(&roll, &w->epoch);
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	assert_int_equal(km_known_register(w->known, mem, s->len, run, 1),
	    err);
	assert_int_equal(ask(s, KM_BY_HOLDER, a->kvk),
	    err == KM_OK ? KM_VALID : KM_UNDETERMINED);
	free(mem);
	free(run);
	roll_free(&roll);
}

static void
test_refused_leaves(void **state)
{
	struct stage			*s = *state;
	struct sample_attestation	 a;

	a = s->w->attestation;
	one(s, &a, KM_OK);
	a.iss = "https://other.example";
	one(s, &a, KM_ERR_AUTHORITY);
	a = s->w->attestation;
	a.environment = KM_ENVIRONMENT_EXERCISE;
	one(s, &a, KM_ERR_ENVIRONMENT);
	a = s->w->attestation;
	a.document = 9;
	one(s, &a, KM_ERR_VALUE);
}

/* The leaf's index is right and the attestation's is not; wrong head. */
static void
test_refused_index(void **state)
{
	struct stage		*s = *state;
	struct scene		*w = s->w;
	struct sample_buf	 leaf = { NULL, 0, 0 };
	struct km_bytes		 run;
	void			*mem = malloc(s->len);

	assert_non_null(mem);
	scene_write_attestation(w);		/* index 7 */
	sample_register_leaf(&leaf, 0, &w->attestation_bytes, 0);
	run = (struct km_bytes){ leaf.p, leaf.len };
	scene_know(w);
	w->epoch.register_size = 1;
	sample_leaf(w->epoch.register_root, leaf.p, leaf.len);
	scene_write_epoch(w);
	assert_int_equal(scene_add(w, &w->epoch_bytes), KM_OK);
	assert_int_equal(km_known_register(w->known, mem, s->len, &run, 1),
	    KM_ERR_MISMATCH);
	w->attestation.index = 0;
	scene_write_attestation(w);
	leaf.len = 0;
	sample_register_leaf(&leaf, 0, &w->attestation_bytes, 0);
	run = (struct km_bytes){ leaf.p, leaf.len };
	assert_int_equal(km_known_register(w->known, mem, s->len, &run, 1),
	    KM_ERR_PROOF);
	sample_free(&leaf);
	free(mem);
}

static void
test_memory_given(void **state)
{
	struct stage	*s = *state;
	void		*mem = malloc(s->len);
	size_t		 len;

	assert_non_null(mem);
	know(s);
	for (len = 0; len < s->len; len += 4096)
		if (km_known_register(s->w->known, mem, len, s->run, s->n) ==
		    KM_OK)
			break;
	/* What room() says is enough, and more than these marks need. */
	assert_in_range(len, 60000, km_register_room(MARKS));
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_VALID);
	assert_true(km_register_room(0) > 0);
	assert_true(km_register_room(UINT32_MAX) == SIZE_MAX);
	know(s);
	free(mem);
}

static void
test_empty(void **state)
{
	struct stage	*s = *state;

	roll_free(&s->roll);
	know(s);
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_NOT_LISTED);
}

/* Two attestations of a holder, two marks with one host. */
static void
test_several(void **state)
{
	struct stage			*s = *state;
	struct scene			*w = s->w;
	struct sample_attestation	 a = w->attestation;

	a.host[0] = "mark-0.example";
	roll_add(&s->roll, &a, KM_STATUS_VALID);	/* 1030 */
	a.nbf = SAMPLE_NOW + 1;				/* a renewal */
	roll_add(&s->roll, &a, KM_STATUS_VALID);	/* 1031 */
	know(s);
	assert_int_equal(ask(s, KM_BY_HOLDER, a.kvk), KM_VALID);
	assert_int_equal(w->r.attestation.idx, 1030);
	w->q.now++;
	assert_int_equal(ask(s, KM_BY_HOLDER, a.kvk), KM_VALID);
	assert_int_equal(w->r.attestation.idx, 1031);
	assert_int_equal(ask(s, KM_BY_HOST, "mark-0.example"), KM_VALID);
	assert_int_equal(w->r.attestation.idx, 1031);
	w->policy.holder = (struct km_bytes){ (const uint8_t *)"10000000",
	    8 };
	assert_int_equal(ask(s, KM_BY_HOST, "mark-0.example"), KM_VALID);
	assert_int_equal(w->r.attestation.idx, 0);
	w->policy.holder.p = (const uint8_t *)"10000001";
	assert_int_equal(ask(s, KM_BY_HOST, "mark-0.example"), KM_UNMET);
	assert_int_equal(w->r.attestation.idx, 1031);	/* the newest */
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000000"), KM_UNMET);
	assert_int_equal(w->r.binding, KM_BINDING_NONE);
}

/* Status from list and leaf: the table of the header. */
static void
test_status(void **state)
{
	static const struct {
		int		 leaf;
		int		 list;		/* -1: no list known */
		int64_t		 list_later;	/* than the epoch, seconds */
		enum km_verdict	 want;
	} table[] = {
		{ 0, -1, 0, KM_VALID }, { 1, -1, 0, KM_WITHDRAWN },
		{ 2, -1, 0, KM_SUSPENDED }, { 3, -1, 0, KM_SUPERSEDED },
		{ 0, 0, 0, KM_VALID }, { 0, 2, 0, KM_SUSPENDED },
		{ 2, 0, 0, KM_SUSPENDED }, { 2, 0, 1, KM_VALID },
		{ 2, 0, -1, KM_SUSPENDED }, { 0, 2, 1, KM_SUSPENDED },
		{ 0, 2, -1, KM_VALID }, { 0, 1, -100, KM_WITHDRAWN },
		{ 1, 0, 100, KM_WITHDRAWN }, { 3, 0, -1, KM_SUPERSEDED }
	};
	struct stage	*s = *state;
	struct scene	*w = s->w;
	size_t		 i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		roll_free(&s->roll);
		roll_add(&s->roll, &w->attestation, table[i].leaf);
		know(s);
		if (table[i].list >= 0) {
			sample_status_set(&w->status, 0, table[i].list);
			w->status.iat = w->epoch.this_update +
			    table[i].list_later;
			know_list(s);
		}
		assert_int_equal(ask(s, KM_BY_HOLDER, w->attestation.kvk),
		    table[i].want);
	}
}

/* One that was superseded names the newest of its mark. */
static void
test_successor(void **state)
{
	struct stage			*s = *state;
	struct scene			*w = s->w;
	struct sample_attestation	 a = w->attestation;
	struct sample_badge		 b;
	struct km_check			*k = &w->r.check[KM_CHECK_STATUS];

	w->attestation.index = MARKS;
	scene_write_attestation(w);
	sample_badge(&b, &w->attestation_bytes);
	roll_add_bytes(&s->roll, &w->attestation_bytes, KM_STATUS_SUPERSEDED);
	know(s);
	assert_int_equal(scene_ask_badge(w, &b), KM_SUPERSEDED);
	assert_int_equal(k->want, KM_STATUS_VALID);	/* none is known */
	assert_true(km_bytes_equal(k->want_text, km_bytes_of("valid")));
	roll_add(&s->roll, &a, KM_STATUS_SUPERSEDED);	/* 1031 */
	roll_add(&s->roll, &a, KM_STATUS_VALID);	/* 1032 */
	know(s);
	assert_int_equal(scene_ask_badge(w, &b), KM_SUPERSEDED);
	assert_int_equal(k->want, MARKS + 2);
	assert_true(km_bytes_equal(k->want_text, km_bytes_of(a.number)));
	assert_int_equal(k->found, KM_STATUS_SUPERSEDED);
	/* Of one that is not superseded nothing is said. */
	sample_status_set(&w->status, MARKS, KM_STATUS_SUSPENDED);
	w->status.iat = w->epoch.this_update + 1;
	know_list(s);
	assert_int_equal(scene_ask_badge(w, &b), KM_SUSPENDED);
	assert_int_equal(k->want, KM_STATUS_VALID);
	/* A register that is stale tells nothing. */
	sample_status_set(&w->status, MARKS, KM_STATUS_SUPERSEDED);
	w->q.now = w->epoch.next_update;
	w->status.iat = w->q.now;
	w->status.exp = w->q.now + 7 * SAMPLE_DAY;
	know(s);
	know_list(s);
	assert_int_equal(scene_ask_badge(w, &b), KM_SUPERSEDED);
	assert_int_equal(k->want, KM_STATUS_VALID);
}

/* The newest decides, too, that nothing is known. */
static void
test_status_ages(void **state)
{
	struct stage	*s = *state;
	struct scene	*w = s->w;

	know(s);
	w->status.iat = w->epoch.this_update + 10;
	w->status.exp = w->epoch.this_update + 20;
	know_list(s);
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_UNDETERMINED);
	w->status.exp = w->status.iat + 7 * SAMPLE_DAY;
	know(s);
	w->q.now = w->epoch.this_update + SAMPLE_DAY;
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_STATUS_AGE), KM_WARNED);
	w->policy.status_fail = SAMPLE_DAY;
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_UNDETERMINED);
	assert_int_equal(WHY(w, KM_CHECK_STATUS), KM_ERR_STALE);
}

static void
test_revoked_key(void **state)
{
	struct stage	*s = *state;
	struct scene	*w = s->w;

	w->trust_attest->revoked_at = SAMPLE_NOW - 10;
	know(s);
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_KEY_REVOKED), KM_PASSED);
	w->trust_attest->key = &w->other;
	know(s);
	assert_int_equal(ask(s, KM_BY_HOLDER, "10000004"), KM_UNTRUSTED);
	assert_int_equal(WHY(w, KM_CHECK_KEY), KM_ERR_UNKNOWN_KEY);
}

/* What a revoked publish key signed never counts. */
static void
test_revoked_publish(void **state)
{
	struct stage	*s = *state;
	struct scene	*w = s->w;

	sample_trust_key(&w->trust, &w->other, 2);
	know(s);
	w->trust.version = 2;
	memcpy(w->trust.first, w->epoch.trust, 32);
	w->trust_publish->revoked_at = SAMPLE_NOW;
	scene_write_trust(w);
	assert_int_equal(scene_add(w, &w->trust_bytes), KM_OK);
	undetermined(s, KM_ERR_REVOKED);
	assert_int_equal(give(s), KM_ERR_REVOKED);
}

/* A badge whose attestation the register has needs no signature. */
static void
test_badge(void **state)
{
	struct stage		*s = *state;
	struct scene		*w = s->w;
	struct sample_badge	 b;
	uint8_t			 wrong[32] = { 0 };

	w->attestation.index = MARKS;
	scene_write_attestation(w);
	roll_add_bytes(&s->roll, &w->attestation_bytes, KM_STATUS_VALID);
	know(s);
	sample_badge(&b, &w->attestation_bytes);
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_LISTED), KM_PASSED);
	assert_int_equal(OUTCOME(w, KM_CHECK_SIGNATURE), KM_NOT_PERFORMED);
	assert_int_equal(OUTCOME(w, KM_CHECK_BADGE), KM_PASSED);
	b.register_status = 0;
	b.n_register_path = 1;
	b.register_path = wrong;
	assert_int_equal(scene_ask_badge(w, &b), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_REGISTER_PROOF), KM_WARNED);
	/* A stale epoch: the signature counts again, and the status lacks. */
	w->q.now = w->epoch.next_update;
	assert_int_equal(scene_ask_badge(w, &b), KM_UNDETERMINED);
	assert_int_equal(OUTCOME(w, KM_CHECK_SIGNATURE), KM_PASSED);
	assert_int_equal(WHY(w, KM_CHECK_LISTED), KM_ERR_EXPIRED);
	assert_int_equal(OUTCOME(w, KM_CHECK_LISTED), KM_NOT_PERFORMED);
	/* Signed once more, it is another attestation of that index. */
	w->q.now = SAMPLE_NOW;
	assert_int_equal(scene_ask(w), KM_NOT_LISTED);
	assert_int_equal(WHY(w, KM_CHECK_LISTED), KM_ERR_MISMATCH);
}

/* Signed by an attest key, under an index that another has. */
static void
test_badge_other(void **state)
{
	struct stage	*s = *state;
	struct scene	*w = s->w;

	know(s);
	know_list(s);
	assert_int_equal(scene_ask(w), KM_NOT_LISTED);
	assert_int_equal(OUTCOME(w, KM_CHECK_SIGNATURE), KM_PASSED);
	assert_int_equal(WHY(w, KM_CHECK_LISTED), KM_ERR_MISMATCH);
	w->attestation.key = &w->other;
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
}

/* Beyond the register: given since, or not at all. */
static void
test_badge_beyond(void **state)
{
	struct stage	*s = *state;
	struct scene	*w = s->w;

	know(s);
	know_list(s);
	w->attestation.index = MARKS;
	w->attestation.iat = w->epoch.this_update;
	assert_int_equal(scene_ask(w), KM_VALID);
	assert_int_equal(OUTCOME(w, KM_CHECK_SIGNATURE), KM_PASSED);
	assert_int_equal(WHY(w, KM_CHECK_LISTED), KM_ERR_INDEX);
	w->attestation.iat = w->epoch.this_update - 301;
	assert_int_equal(scene_ask(w), KM_NOT_LISTED);
	assert_int_equal(WHY(w, KM_CHECK_LISTED), KM_ERR_NOT_LISTED);
	w->attestation.iat++;
	w->attestation.key = &w->other;
	assert_int_equal(scene_ask(w), KM_UNTRUSTED);
}

/*
 * The appendix of the paper, and names that collide in the bucket under one
 * root do not under another.
 */
static void
test_siphash(void **state)
{
	uint8_t		in[15];
	size_t		i, same = 0;
	uint64_t	a, b;
	char		name[ROLL_NAME_MAX];

	(void)state;
	for (i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)i;
	assert_true(km_siphash(UINT64_C(0x0706050403020100),
	    UINT64_C(0x0f0e0d0c0b0a0908), (struct km_bytes){ in, 15 }) ==
	    UINT64_C(0xa129ca6149be45e5));
	for (i = 0; i < 100000; i++) {
		roll_host(name, (uint32_t)i);
		a = km_siphash(1, 2, (struct km_bytes){ (uint8_t *)name,
		    strlen(name) });
		b = km_siphash(1, 3, (struct km_bytes){ (uint8_t *)name,
		    strlen(name) });
		if (a % 1024 == 0 && b % 1024 == 0)
			same++;
	}
	assert_in_range(same, 0, 10);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_found), T(test_absent), T(test_no_key),
		T(test_nothing_known), T(test_key_of_any_size),
		T(test_stale), T(test_memory),
		T(test_later_epoch), T(test_refused_runs),
		T(test_refused_bits), T(test_refused_leaves),
		T(test_refused_index), T(test_memory_given), T(test_empty),
		T(test_several), T(test_successor), T(test_status),
		T(test_status_ages),
		T(test_revoked_key), T(test_revoked_publish), T(test_badge),
		T(test_badge_other), T(test_badge_beyond),
		cmocka_unit_test(test_siphash)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
