/* SPDX-License-Identifier: EUPL-1.2 */
/* The store's tables: what goes in comes back, in its order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tests/lib/depot.h"
#include "verifier/tree.h"

struct seen {
	size_t		n, stop;	/* stop: give this many, then end */
	uint64_t	first, last;
};

static int
see_act(void *arg, const struct store_act *act)
{
	struct seen	*s = arg;

	if (s->n++ == 0)
		s->first = act->index;
	s->last = act->index;
	assert_true(depot_equals(act->leaf, "leaf"));
	return s->n == s->stop ? 77 : 0;
}

static int
see_leaf(void *arg, uint64_t index, struct km_bytes leaf)
{
	struct seen	*s = arg;

	if (s->n++ == 0)
		s->first = index;
	s->last = index;
	assert_true(leaf.len > 0);
	return s->n == s->stop ? 77 : 0;
}

static void
test_acts(void **state)
{
	struct store_act	 act, found;
	struct store_meta	 meta;
	struct store		*st;
	struct seen		 s = { 0, 0, 0, 0 };
	uint8_t			 id[KM_HASH_LEN];
	uint64_t		 i, index;

	(void)state;
	st = depot_open();
	for (i = 0; i < 5; i++) {
		depot_act(&act, i);
		if (i == 4) {		/* a list has neither */
			act.kind = DECISION_TRUST;
			act.subject.p = NULL;
			act.subject.len = act.mark.len = 0;
		}
		assert_int_equal(store_act_add(st, &act), 0);
	}
	depot_listen();
	assert_int_equal(store_act_add(st, &act), -1);
	assert_true(depot_heard("UNIQUE"));
	depot_id(id, 3);
	assert_int_equal(store_act(st, &found, id), 0);
	assert_int_equal(found.index, 3);
	assert_int_equal(found.batch, 1);
	assert_int_equal(found.kind, DECISION_GRANT);
	assert_memory_equal(found.id, id, sizeof(id));
	assert_true(depot_equals(found.subject, DEPOT_SUB));
	assert_true(depot_equals(found.decision, "decision"));
	assert_true(depot_equals(found.approvals, "\x80"));
	assert_true(depot_equals(found.leaf, "leaf"));
	assert_true(depot_equals(found.mark, DEPOT_MARK));
	assert_int_equal(store_act_index(st, &index, id), 0);
	assert_int_equal(index, 3);
	depot_id(id, 4);
	assert_int_equal(store_act(st, &found, id), 0);
	assert_int_equal(found.subject.len, 0);
	assert_int_equal(found.mark.len, 0);
	depot_id(id, 9);
	assert_int_equal(store_act(st, &found, id), 1);
	assert_int_equal(store_act_index(st, &index, id), 1);

	assert_int_equal(store_acts(st, 1, 3, see_act, &s), 0);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.first, 1);
	assert_int_equal(s.last, 3);
	memset(&s, 0, sizeof(s));
	s.stop = 2;
	assert_int_equal(store_log(st, 0, 0, see_leaf, &s), 77);
	assert_int_equal(s.last, 1);
	s.n = s.stop = 0;
	assert_int_equal(store_log(st, 2, 0, see_leaf, &s), 0);
	assert_int_equal(s.n, 3);
	assert_int_equal(store_batch_set(st, 7), 0);
	assert_int_equal(store_meta(st, &meta), 0);
	assert_int_equal(meta.batch, 7);
	assert_int_equal(meta.log_size, 5);
	store_close(st);
}

/* A callback that asks for the walk it is in gets an error, not a mix-up. */
static int
see_within(void *arg, const struct store_act *act)
{
	struct seen	s = { 0, 0, 0, 0 };

	(void)act;
	depot_listen();
	assert_int_equal(store_acts(arg, 0, 0, see_act, &s), -1);
	assert_true(depot_heard("within itself"));
	assert_int_equal(s.n, 0);
	return 0;
}

static void
test_within(void **state)
{
	struct store_act	 act;
	struct store		*st;

	(void)state;
	st = depot_open();
	depot_act(&act, 0);
	assert_int_equal(store_act_add(st, &act), 0);
	assert_int_equal(store_acts(st, 0, 0, see_within, st), 0);
	store_close(st);
}

struct pendings {
	size_t	 n;
	uint8_t	 first[8];
};

static int
see_pending(void *arg, const struct store_pending *p)
{
	struct pendings	*s = arg;

	s->first[s->n++] = p->id[0];
	return 0;
}

static int
see_approval(void *arg, struct km_bytes iss, struct km_bytes bytes)
{
	char	*all = arg;

	strncat(all, (const char *)iss.p, iss.len);
	strcat(all, "=");
	strncat(all, (const char *)bytes.p, bytes.len);
	strcat(all, " ");
	return 0;
}

static void
test_pending(void **state)
{
	struct store_pending	 p, found;
	struct pendings		 s = { 0, { 0 } };
	struct store		*st;
	uint64_t		 n;
	uint8_t			 id[KM_HASH_LEN];
	char			 all[128] = "";
	unsigned int		 i;

	(void)state;
	st = depot_open();
	for (i = 9; i > 4; i--) {	/* against the order of their ids */
		memset(&p, 0, sizeof(p));
		depot_id(p.id, i);
		p.at = 100;
		p.valid_until = 1000 + i;
		p.missing = ROLE_DECIDER;
		p.decision = TEXT("decision");
		if (i == 7)
			p.json = TEXT("{}");
		assert_int_equal(store_pending_add(st, &p), 0);
		assert_int_equal(store_approval_add(st, p.id,
		    TEXT("registrar"), TEXT("one")), 0);
	}
	depot_id(id, 7);
	assert_int_equal(store_approval_add(st, id, TEXT("decider"),
	    TEXT("two")), 0);
	depot_listen();
	assert_int_equal(store_approval_add(st, id, TEXT("decider"),
	    TEXT("three")), -1);
	assert_true(depot_heard("UNIQUE"));
	assert_int_equal(store_pending_missing(st, id, 0), 0);
	assert_int_equal(store_pending(st, &found, id), 0);
	assert_int_equal(found.missing, 0);
	assert_int_equal(found.at, 100);
	assert_int_equal(found.valid_until, 1007);
	assert_true(depot_equals(found.decision, "decision"));
	assert_true(depot_equals(found.json, "{}"));
	assert_int_equal(store_approvals(st, id, see_approval, all), 0);
	assert_string_equal(all, "decider=two registrar=one ");

	assert_int_equal(store_pendings(st, NULL, 2, see_pending, &s), 0);
	assert_int_equal(store_pendings(st, id, 9, see_pending, &s), 0);
	assert_memory_equal(s.first, "\x09\x08\x06\x05", 4);
	assert_int_equal(s.n, 4);
	assert_int_equal(store_pending_expire(st, 1006, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(store_pending_count(st, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(store_pending_remove(st, id), 0);
	assert_int_equal(store_pending_remove(st, id), 0);
	assert_int_equal(store_pending(st, &found, id), 1);
	all[0] = '\0';
	assert_int_equal(store_approvals(st, id, see_approval, all), 0);
	assert_string_equal(all, "");
	assert_int_equal(store_pendings(st, id, 9, see_pending, &s), 1);
	store_close(st);
	/* Nothing is left of those removed: '' may not be inserted. */
	assert_int_equal(depot_sql("INSERT INTO disabled SELECT ''"
	    " FROM approval WHERE place NOT IN (SELECT place FROM pending)"), SQLITE_OK);
}

static void
subject_of(struct store_subject *s, const char *name,
    enum store_subject_kind kind)
{
	memset(s, 0, sizeof(*s));
	s->subject = TEXT(name);
	s->kind = kind;
	depot_id(s->head, 1);
	if (kind == STORE_PROVIDER || kind == STORE_BODY) {
		s->has_in_force = 1;
		depot_id(s->in_force, 2);
		s->name = TEXT("Voorbeeld");
	}
}

static int
see_subject(void *arg, const struct store_subject *s)
{
	char	*all = arg;

	if (s->subject.len > 0)
		strncat(all, (const char *)s->subject.p, s->subject.len);
	strcat(all, "|");
	return 0;
}

static int
see_mark(void *arg, struct km_bytes number)
{
	char	*all = arg;

	strncat(all, (const char *)number.p, number.len);
	strcat(all, "|");
	return 0;
}

static int
see_index(void *arg, uint64_t index, const uint8_t id[KM_HASH_LEN])
{
	char	*all = arg;

	sprintf(all + strlen(all), "%llu:%u ", (unsigned long long)index,
	    id[0]);
	return 0;
}

static void
test_subjects(void **state)
{
	static const struct km_bytes	 none = { NULL, 0 };
	struct store_subject		 s, found;
	struct store_act		 act;
	struct store			*st;
	struct km_bytes			 provider;
	char				 all[256] = "";
	uint8_t				 id[KM_HASH_LEN];
	uint64_t			 n;

	(void)state;
	st = depot_open();
	subject_of(&s, "NTRNL-2", STORE_PROVIDER);
	assert_int_equal(store_subject_set(st, &s), 0);
	subject_of(&s, DEPOT_SUB, STORE_PROVIDER);
	assert_int_equal(store_subject_set(st, &s), 0);
	subject_of(&s, "C 999", STORE_BODY);
	assert_int_equal(store_subject_set(st, &s), 0);
	subject_of(&s, DEPOT_MARK, STORE_MARK);
	assert_int_equal(store_subject_set(st, &s), 0);
	subject_of(&s, "", STORE_AUTHORITY);
	assert_int_equal(store_subject_set(st, &s), 0);
	depot_id(s.head, 5);
	s.subject.p = NULL;
	assert_int_equal(store_subject_set(st, &s), 0);
	assert_int_equal(store_subject(st, &found, none), 0);
	assert_int_equal(found.head[0], 5);
	assert_int_equal(found.has_in_force, 0);

	assert_int_equal(store_subject(st, &found, TEXT(DEPOT_SUB)), 0);
	assert_int_equal(found.kind, STORE_PROVIDER);
	assert_int_equal(found.in_force[0], 2);
	assert_true(depot_equals(found.name, "Voorbeeld"));
	depot_id(id, 8);
	assert_int_equal(store_head_set(st, TEXT(DEPOT_SUB), id), 0);
	assert_int_equal(store_head_set(st, TEXT("NTRNL-3"), id), 1);
	assert_int_equal(store_subject(st, &found, TEXT(DEPOT_SUB)), 0);
	assert_int_equal(found.head[0], 8);
	assert_int_equal(store_subject(st, &found, TEXT("NTRNL-3")), 1);

	assert_int_equal(store_subjects(st, none, (enum store_subject_kind)0,
	    0, see_subject, all), 0);
	assert_string_equal(all, "|C 999|" DEPOT_MARK "|NTRNL-2|" DEPOT_SUB
	    "|");
	all[0] = '\0';
	assert_int_equal(store_subjects(st, TEXT("NTRNL-2"), STORE_PROVIDER,
	    1, see_subject, all), 0);
	assert_string_equal(all, DEPOT_SUB "|");

	assert_int_equal(store_mark_add(st, TEXT(DEPOT_MARK),
	    TEXT(DEPOT_SUB)), 0);
	assert_int_equal(store_mark_add(st, TEXT("KM-2025-000001-A"),
	    TEXT(DEPOT_SUB)), 0);
	assert_int_equal(store_mark(st, &provider, TEXT(DEPOT_MARK)), 0);
	assert_true(depot_equals(provider, DEPOT_SUB));
	assert_int_equal(store_mark(st, &provider, TEXT("KM")), 1);
	assert_int_equal(store_mark_count(st, &n), 0);
	assert_int_equal(n, 2);
	all[0] = '\0';
	assert_int_equal(store_marks(st, TEXT(DEPOT_SUB), 9, see_mark, all), 0);
	assert_string_equal(all, "KM-2025-000001-A|" DEPOT_MARK "|");

	all[0] = '\0';
	for (n = 0; n < 3; n++) {
		depot_act(&act, n);
		assert_int_equal(store_act_add(st, &act), 0);
		assert_int_equal(store_assessment_add(st, TEXT(DEPOT_SUB),
		    n), 0);
	}
	assert_int_equal(store_assessments(st, TEXT(DEPOT_SUB), 2,
	    see_index, all), 0);
	assert_string_equal(all, "2:2 1:1 ");
	store_close(st);
}

static int
see_run(void *arg, uint64_t run)
{
	char	*all = arg;

	sprintf(all + strlen(all), "%llu ", (unsigned long long)run);
	return 0;
}

static int
see_attestation(void *arg, const struct store_attestation *t)
{
	char	*all = arg;

	sprintf(all + strlen(all), "%llu:%d ", (unsigned long long)t->idx,
	    (int)t->status);
	return 0;
}

static void
slot_set(struct store *st, uint64_t idx, enum km_status status, int64_t exp,
    const char *leaf)
{
	struct store_attestation	t;

	t.idx = idx;
	t.mark = TEXT(DEPOT_MARK);
	t.status = status;
	t.exp = exp;
	t.leaf = TEXT(leaf);
	assert_int_equal(store_attestation_set(st, &t), 0);
}

static void
test_register(void **state)
{
	struct store_attestation t;
	struct store_subject	 s;
	struct store_meta	 meta;
	struct store		*st;
	struct seen		 seen = { 0, 0, 0, 0 };
	uint8_t			 hash[KM_HASH_LEN], found[KM_HASH_LEN];
	uint32_t		 epoch;
	char			 all[64] = "";

	(void)state;
	st = depot_open();
	subject_of(&s, DEPOT_SUB, STORE_PROVIDER);
	assert_int_equal(store_subject_set(st, &s), 0);
	assert_int_equal(store_mark_add(st, TEXT(DEPOT_MARK),
	    TEXT(DEPOT_SUB)), 0);
	assert_int_equal(store_published(st, &epoch, found), 1);
	slot_set(st, 0, KM_STATUS_VALID, 100, "a");
	slot_set(st, 1023, KM_STATUS_VALID, 200, "b");
	slot_set(st, 3 * KM_RUN_LEAVES, KM_STATUS_SUSPENDED, 300, "c");
	assert_int_equal(store_dirty(st, see_run, all), 0);
	assert_string_equal(all, "0 3 ");
	depot_id(hash, 6);
	assert_int_equal(store_publication_set(st, 4, hash), 0);
	assert_int_equal(store_published(st, &epoch, found), 0);
	assert_int_equal(epoch, 4);
	assert_memory_equal(found, hash, sizeof(hash));
	all[0] = '\0';
	assert_int_equal(store_dirty(st, see_run, all), 0);
	assert_string_equal(all, "");

	slot_set(st, 1023, KM_STATUS_WITHDRAWN, 999, "bb");
	assert_int_equal(store_dirty(st, see_run, all), 0);
	assert_string_equal(all, "0 ");
	assert_int_equal(store_attestation(st, &t, 1023), 0);
	assert_int_equal(t.status, KM_STATUS_WITHDRAWN);
	assert_int_equal(t.exp, 200);	/* what is signed does not change */
	assert_true(depot_equals(t.leaf, "bb"));
	assert_true(depot_equals(t.mark, DEPOT_MARK));
	assert_int_equal(store_attestation(st, &t, 1), 1);
	depot_listen();
	t.idx = 1023;
	t.status = KM_STATUS_VALID;
	t.mark = TEXT(DEPOT_MARK);
	t.leaf = TEXT("x");
	assert_int_equal(store_attestation_set(st, &t), -1);
	assert_true(depot_heard("nothing leaves withdrawn"));

	all[0] = '\0';
	assert_int_equal(store_attestations(st, TEXT(DEPOT_MARK), 100,
	    see_attestation, all), 0);
	assert_string_equal(all, "1023:1 3072:2 ");
	assert_int_equal(store_leaves(st, 1, 1, see_leaf, &seen), 0);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.first, 1023);
	assert_int_equal(store_meta(st, &meta), 0);
	assert_int_equal(meta.register_size, 3073);
	assert_int_equal(meta.epoch, 4);
	store_close(st);
}

static int
see_list(void *arg, const struct store_list *l)
{
	char	*all = arg;

	sprintf(all + strlen(all), "%lu:%.*s ", (unsigned long)l->version,
	    (int)l->bytes.len, (const char *)l->bytes.p);
	return 0;
}

static int
see_officer(void *arg, struct km_bytes officer)
{
	return see_mark(arg, officer);
}

static void
test_lists(void **state)
{
	struct store_list	 l, found;
	struct store		*st;
	char			 all[64] = "";

	(void)state;
	st = depot_open();
	memset(&l, 0, sizeof(l));
	l.kind = STORE_TRUST;
	l.version = 1;
	l.bytes = TEXT("one");
	assert_int_equal(store_list_add(st, &l), 0);
	l.version = 2;
	l.bytes = TEXT("two");
	assert_int_equal(store_list_add(st, &l), 0);
	l.kind = STORE_SCHEME;
	l.version = 1;
	l.name = TEXT("voorbeeld");
	l.bytes = TEXT("{}");
	assert_int_equal(store_list_add(st, &l), 0);
	assert_int_equal(store_list(st, &found, STORE_TRUST, 0), 0);
	assert_int_equal(found.version, 2);
	assert_true(depot_equals(found.bytes, "two"));
	assert_int_equal(store_list(st, &found, STORE_TRUST, 1), 0);
	assert_true(depot_equals(found.bytes, "one"));
	assert_int_equal(store_list(st, &found, STORE_TRUST, 3), 1);
	assert_int_equal(store_list(st, &found, STORE_OFFICERS, 0), 1);
	assert_int_equal(store_list(st, &found, STORE_SCHEME, 0), 0);
	assert_true(depot_equals(found.name, "voorbeeld"));
	assert_int_equal(store_lists(st, STORE_TRUST, see_list, all), 0);
	assert_string_equal(all, "1:one 2:two ");

	all[0] = '\0';
	assert_int_equal(store_disabled_add(st, TEXT("decider-b")), 0);
	assert_int_equal(store_disabled_add(st, TEXT("decider-a")), 0);
	assert_int_equal(store_disabled_add(st, TEXT("decider-b")), 0);
	assert_int_equal(store_disabled(st, see_officer, all), 0);
	assert_string_equal(all, "decider-a|decider-b|");
	assert_int_equal(store_disabled_clear(st), 0);
	all[0] = '\0';
	assert_int_equal(store_disabled(st, see_officer, all), 0);
	assert_string_equal(all, "");
	store_close(st);
}

int
main(void)
{
#define EACH(test)	cmocka_unit_test_setup_teardown(test,		\
		    depot_setup, depot_teardown)
	const struct CMUnitTest	tests[] = {
		EACH(test_acts), EACH(test_within), EACH(test_pending),
		EACH(test_subjects), EACH(test_register), EACH(test_lists)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
