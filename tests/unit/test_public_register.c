/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The register of the public side (ca/public/register.h): what it takes for
 * the register of an epoch, and what a mark comes to at a moment.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ca/public/register.h"
#include "ca/record/number.h"
#include "tests/lib/shelf.h"

enum { TWO_RUNS = 1030 };
#define NOW	SAMPLE_NOW
#define DAY	SAMPLE_DAY

static struct shelf	s;
static struct mark	m;

static int
set_up(void **state)
{
	(void)state;
	shelf_begin(&s);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	shelf_end(&s);
	return 0;
}

static struct reg *
load(struct reg *old)
{
	return reg_load(s.files, &s.epoch, old);
}

static struct reg *
good(void)
{
	struct reg	*reg;

	shelf_print(&s);
	reg = load(NULL);
	assert_non_null(reg);
	return reg;
}

/* n marks, numbered from 1, firm-N.example. */
static void
fill(unsigned int n)
{
	char		name[32], host[32];
	unsigned int	i;

	for (i = 1; i <= n; i++) {
		snprintf(name, sizeof(name), "Firma %u B.V.", i);
		snprintf(host, sizeof(host), "firm%u.example", i);
		shelf_mark(&s, i, name, host);
	}
}

static void
same(struct km_bytes a, const char *b)
{
	assert_true(km_bytes_equal(a, km_bytes_of(b)));
}

static int64_t
find(const struct reg *reg, unsigned int number)
{
	char	text[17];

	shelf_number(text, number);
	return reg_find(reg, km_bytes_of(text));
}

static void
test_find(void **state)
{
	struct reg	*reg;
	uint32_t	 out[4];

	(void)state;
	fill(TWO_RUNS);
	reg = good();
	assert_int_equal(reg_marks(reg), TWO_RUNS);
	assert_int_equal(find(reg, 1), 0);
	assert_int_equal(find(reg, TWO_RUNS), TWO_RUNS - 1);
	assert_int_equal(find(reg, TWO_RUNS + 1), -1);
	assert_int_equal(reg_find(reg, km_bytes_of("KM-2026-000001-X")), -1);
	assert_int_equal(reg_find(reg, km_bytes_of("")), -1);

	assert_int_equal(reg_mark(&m, reg, 1028, NOW), 0);
	same(m.a.legal_name, "Firma 1029 B.V.");
	assert_int_equal(m.i, 1028);
	assert_int_equal(m.n_attestations, 1);
	assert_int_equal(m.attestation[0].index, 1028);
	assert_int_equal(reg_mark(&m, reg, TWO_RUNS, NOW), -1);

	assert_int_equal(reg_of_holder(out, 4, reg, km_bytes_of("00000007")),
	    1);
	assert_int_equal(out[0], 6);
	assert_int_equal(reg_of_holder(out, 4, reg,
	    km_bytes_of("NTRNL-00000007")), 1);
	assert_int_equal(reg_of_holder(out, 4, reg,
	    km_bytes_of("NLNHR.00000007")), 0);
	assert_int_equal(reg_of_holder(out, 4, reg, km_bytes_of("0000007")),
	    0);
	assert_int_equal(reg_of_host(out, 4, reg,
	    km_bytes_of("firm1029.example")), 1);
	assert_int_equal(out[0], 1028);
	assert_int_equal(reg_of_host(out, 4, reg,
	    km_bytes_of("www.firm1029.example")), 0);
	assert_int_equal(reg_of_host(out, 4, reg, km_bytes_of("a b")), 0);
	reg_free(reg);
}

/* Each of several that one holder has, in the order of their numbers. */
static void
test_several(void **state)
{
	struct reg	*reg;
	uint32_t	 out[4];
	unsigned int	 i;
	char		 number[17];

	(void)state;
	s.a.lei = "529900T8BM49AURSDO55";
	for (i = 0; i < 5; i++) {
		shelf_number(number, 9 - i);
		s.a.number = number;
		shelf_add(&s, KM_STATUS_VALID);
	}
	reg = good();
	assert_int_equal(reg_marks(reg), 5);
	assert_int_equal(reg_of_holder(out, 4, reg, km_bytes_of(s.a.lei)), 4);
	for (i = 0; i < 4; i++)
		assert_int_equal(out[i], i);
	assert_int_equal(reg_mark(&m, reg, 0, NOW), 0);
	assert_int_equal(m.attestation[0].index, 4);
	reg_free(reg);
}

/* By number, which is by year and then by sequence, whatever the index. */
static void
test_order(void **state)
{
	static const struct { unsigned int year, seq; } row[] = {
		{ 2027, 4097 }, { 2026, 999999 }, { 2027, 1 }, { 9999, 2 },
		{ 1970, 999999 }, { 2026, 4098 }, { 2026, 1 }
	};
	static const uint32_t	want[] = { 4, 6, 5, 1, 2, 0, 3 };
	struct reg		*reg;
	char			 number[17];
	uint32_t		 i;

	(void)state;
	for (i = 0; i < 7; i++) {
		number_format(number, row[i].year, row[i].seq);
		s.a.number = number;
		shelf_add(&s, KM_STATUS_VALID);
	}
	reg = good();
	for (i = 0; i < 7; i++) {
		assert_int_equal(reg_mark(&m, reg, i, NOW), 0);
		assert_int_equal(m.attestation[0].index, want[i]);
		assert_int_equal(reg_find(reg, m.a.number), i);
	}
	reg_free(reg);
}

/* An index that is right for another size has too few runs for this one. */
static void
test_bad_size(void **state)
{
	(void)state;
	fill(1024);
	shelf_print(&s);
	s.epoch.reg.size = 1500;
	assert_null(load(NULL));
}

static void
test_none(void **state)
{
	struct reg	*reg;

	(void)state;
	reg = good();
	assert_int_equal(reg_marks(reg), 0);
	assert_int_equal(find(reg, 1), -1);
	assert_int_equal(reg_mark(&m, reg, 0, NOW), -1);
	reg_free(reg);
}

/* What is not whole and not this epoch's does not load. */
static void
test_bad_epoch(void **state)
{
	struct km_epoch	good_one;

	(void)state;
	fill(3);
	shelf_print(&s);
	good_one = s.epoch;
	s.epoch.number++;
	assert_null(load(NULL));
	s.epoch = good_one;
	s.epoch.reg.size++;
	assert_null(load(NULL));
	s.epoch.reg.size--;
	s.epoch.reg.size--;
	assert_null(load(NULL));
	s.epoch = good_one;
	s.epoch.reg.root[0] ^= 1;
	assert_null(load(NULL));
	/* The index of another epoch. */
	shelf_mark(&s, 4, "Vier", NULL);
	shelf_print(&s);
	good_one.number = s.epoch.number;
	s.epoch = good_one;
	assert_null(load(NULL));
}

/* One byte of the run that holds a leaf, at a place; or the end cut off. */
static void
spoil(uint32_t index, off_t at, int cut)
{
	char	path[160];
	uint8_t	c;
	int	fd;

	shelf_run(path, &s, index);
	fd = open(path, O_RDWR);
	assert_true(fd != -1);
	if (cut)
		assert_int_equal(ftruncate(fd, at), 0);
	else {
		assert_int_equal(pread(fd, &c, 1, at), 1);
		c ^= 1;
		assert_int_equal(pwrite(fd, &c, 1, at), 1);
	}
	close(fd);
}

/* Where the run has this text. */
static off_t
run_place(uint32_t index, const char *text)
{
	static uint8_t	bytes[2 << 20];
	char		path[160];
	const uint8_t	*found;
	ssize_t		n;
	int		fd;

	shelf_run(path, &s, index);
	assert_true((fd = open(path, O_RDONLY)) != -1);
	assert_true((n = read(fd, bytes, sizeof(bytes))) > 0);
	close(fd);
	found = memmem(bytes, (size_t)n, text, strlen(text));
	assert_non_null(found);
	return found - bytes;
}

static off_t
run_size(uint32_t index)
{
	char	path[160];
	off_t	size;
	int	fd;

	shelf_run(path, &s, index);
	assert_true((fd = open(path, O_RDONLY)) != -1);
	size = lseek(fd, 0, SEEK_END);
	close(fd);
	return size;
}

/* Each byte of a small run counts. */
static void
test_changed_byte(void **state)
{
	struct reg	*reg;
	off_t		 at, size;

	(void)state;
	fill(2);
	shelf_print(&s);
	size = run_size(0);
	for (at = 0; at < size; at++) {
		spoil(0, at, 0);
		assert_null(load(NULL));
		spoil(0, at, 0);
	}
	reg = load(NULL);
	assert_non_null(reg);
	reg_free(reg);
}

static void
test_missing(void **state)
{
	char	path[160];

	(void)state;
	fill(TWO_RUNS);
	shelf_print(&s);
	shelf_run(path, &s, 1024);
	assert_int_equal(unlink(path), 0);
	assert_null(load(NULL));
	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_null(load(NULL));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(load(NULL));
}

static void
test_cut(void **state)
{
	off_t	size;

	(void)state;
	fill(TWO_RUNS);
	shelf_print(&s);
	size = run_size(0);
	spoil(0, size + 1, 1);		/* longer, in fact */
	assert_null(load(NULL));
	spoil(0, size, 1);
	reg_free(good());
	spoil(1024, run_size(1024) - 1, 1);
	assert_null(load(NULL));
	spoil(1024, 0, 1);
	assert_null(load(NULL));
}

/* Both are good runs, and each has the other's name. */
static void
test_swapped(void **state)
{
	char	a[160], b[160], temp[200];

	(void)state;
	fill(2 * 1024);
	shelf_print(&s);
	shelf_run(a, &s, 0);
	shelf_run(b, &s, 1024);
	snprintf(temp, sizeof(temp), "%s.x", a);
	assert_int_equal(rename(a, temp), 0);
	assert_int_equal(rename(b, a), 0);
	assert_int_equal(rename(temp, b), 0);
	assert_null(load(NULL));
}

/* A leaf under a root that is good, but is none: it stands elsewhere. */
static void
test_misplaced(void **state)
{
	struct shelf_leaf	leaf;
	struct reg		*reg;

	(void)state;
	fill(3);
	leaf = s.leaf[1];
	s.leaf[1] = s.leaf[2];
	s.leaf[2] = leaf;
	shelf_print(&s);
	assert_null(load(NULL));
	s.leaf[2] = s.leaf[1];
	s.leaf[1] = leaf;
	/* The leaf says so, the attestation in it does not. */
	s.leaf[1].index = 2;
	s.leaf[2].index = 1;
	shelf_print(&s);
	assert_null(load(NULL));
	s.leaf[1].index = 1;
	s.leaf[2].index = 2;
	/* An attestation that is none. */
	s.leaf[2].attestation.len--;
	shelf_print(&s);
	assert_null(load(NULL));
	s.leaf[2].attestation.len++;
	reg = good();
	reg_free(reg);
}

/* What did not change is the same memory, and the old register stays. */
static void
test_again(void **state)
{
	struct reg	*old, *reg;
	const uint8_t	*first, *second;

	(void)state;
	fill(TWO_RUNS);
	old = good();
	assert_int_equal(reg_mark(&m, old, 0, NOW), 0);
	first = m.attestation[0].bytes.p;
	assert_int_equal(reg_mark(&m, old, 1025, NOW), 0);
	second = m.attestation[0].bytes.p;
	s.leaf[1025].status = KM_STATUS_SUSPENDED;
	shelf_event(&s, 1025, NOW - 60, KM_EVENT_SUSPEND, 3);
	shelf_mark(&s, 7777, "Nieuw", NULL);
	shelf_print(&s);
	reg = load(old);
	assert_non_null(reg);
	assert_int_equal(reg_marks(reg), TWO_RUNS + 1);
	assert_int_equal(reg_mark(&m, reg, 0, NOW), 0);
	assert_ptr_equal(m.attestation[0].bytes.p, first);
	assert_int_equal(reg_mark(&m, reg, 1025, NOW), 0);
	assert_ptr_not_equal(m.attestation[0].bytes.p, second);
	assert_int_equal(m.state, MARK_SUSPENDED);
	assert_int_equal(reg_mark(&m, old, 1025, NOW), 0);
	assert_int_equal(m.state, MARK_VALID);
	reg_free(old);
	assert_int_equal(reg_mark(&m, reg, 0, NOW), 0);
	same(m.a.legal_name, "Firma 1 B.V.");
	reg_free(reg);
}

/* Written into while it is served: nothing of it is shown, nobody dies. */
static void
test_written_into(void **state)
{
	struct reg	*reg, *next;
	off_t		 at;

	(void)state;
	fill(TWO_RUNS);
	reg = good();
	at = run_place(1024, "Firma 1028");	/* Girma 1028 is text, too */
	assert_int_equal(reg_mark(&m, reg, 1027, NOW), 0);
	assert_false(reg_broken(reg));
	spoil(1025, at, 0);
	assert_int_equal(reg_mark(&m, reg, 1027, NOW), -1);
	assert_true(reg_broken(reg));
	assert_int_equal(reg_mark(&m, reg, 0, NOW), 0);
	assert_int_equal(reg_mark(&m, reg, 1024, NOW), 0);
	assert_null(load(reg));
	spoil(1025, at, 0);
	next = load(reg);
	assert_non_null(next);
	assert_false(reg_broken(next));
	assert_int_equal(reg_mark(&m, next, 1027, NOW), 0);
	reg_free(next);
	reg_free(reg);
}

static void
test_cut_while_served(void **state)
{
	struct reg	*reg;
	uint32_t	 i, good_ones = 0;

	(void)state;
	fill(TWO_RUNS);
	reg = good();
	spoil(0, 8192, 1);
	for (i = 0; i < 1024; i++)
		good_ones += reg_mark(&m, reg, i, NOW) == 0;
	assert_in_range(good_ones, 1, 30);
	spoil(1024, 0, 1);
	assert_int_equal(reg_mark(&m, reg, 1024, NOW), -1);
	assert_int_equal(reg_state_at(reg, 1024, NOW), -1);
	assert_true(reg_broken(reg));
	reg_free(reg);
}

/* The i-th mark at a moment. */
static void
is(const struct reg *reg, uint32_t i, int64_t at, enum mark_state state,
    int64_t since, int reason)
{
	assert_int_equal(reg_mark(&m, reg, i, at), 0);
	assert_string_equal(mark_state_name(m.state), mark_state_name(state));
	assert_int_equal(m.since, since);
	assert_int_equal(m.reason, reason);
}

static void
test_states(void **state)
{
	struct reg	*reg;

	(void)state;
	fill(6);
	s.leaf[1].status = KM_STATUS_SUSPENDED;
	shelf_event(&s, 1, NOW - 500, KM_EVENT_SUSPEND, 3);
	s.leaf[2].status = KM_STATUS_WITHDRAWN;
	shelf_event(&s, 2, NOW - 400, KM_EVENT_END, 1);
	shelf_event(&s, 3, NOW - 500, KM_EVENT_SUSPEND, 5);
	shelf_event(&s, 3, NOW - 300, KM_EVENT_LIFT, 0);
	s.leaf[4].status = KM_STATUS_SUPERSEDED;
	shelf_event(&s, 4, NOW - 200, KM_EVENT_SUPERSEDE, 0);
	s.leaf[5].status = KM_STATUS_WITHDRAWN;
	shelf_event(&s, 5, NOW - 100, KM_EVENT_VOID, 6);
	reg = good();

	is(reg, 0, NOW, MARK_VALID, NOW - DAY, 0);
	assert_int_equal(m.until, NOW + 365 * DAY);
	is(reg, 0, NOW - DAY - 1, MARK_NOT_YET_VALID, NOW - DAY, 0);
	assert_int_equal(m.until, NOW - DAY);
	is(reg, 0, NOW + 365 * DAY - 1, MARK_VALID, NOW - DAY, 0);
	is(reg, 0, NOW + 365 * DAY, MARK_EXPIRED, NOW + 365 * DAY, 0);
	assert_int_equal(m.until, 0);
	is(reg, 1, NOW, MARK_SUSPENDED, NOW - 500, 3);
	is(reg, 1, NOW + 365 * DAY, MARK_EXPIRED, NOW + 365 * DAY, 0);
	is(reg, 2, NOW, MARK_WITHDRAWN, NOW - 400, 1);
	assert_int_equal(m.until, 0);
	is(reg, 2, NOW + 400 * DAY, MARK_WITHDRAWN, NOW - 400, 1);
	is(reg, 3, NOW, MARK_VALID, NOW - 300, 0);
	assert_int_equal(m.n_events, 3);
	is(reg, 4, NOW, MARK_SUPERSEDED, NOW - 200, 0);
	is(reg, 5, NOW, MARK_WITHDRAWN, NOW - 100, 6);

	/* As it was. */
	assert_int_equal(reg_state_at(reg, 0, NOW - DAY), MARK_VALID);
	assert_int_equal(reg_state_at(reg, 0, NOW - DAY - 1), -1);
	assert_int_equal(reg_state_at(reg, 1, NOW - 501), MARK_VALID);
	assert_int_equal(reg_state_at(reg, 1, NOW - 500), MARK_SUSPENDED);
	assert_int_equal(reg_state_at(reg, 2, NOW - 401), MARK_VALID);
	assert_int_equal(reg_state_at(reg, 2, NOW - 400), MARK_WITHDRAWN);
	assert_int_equal(reg_state_at(reg, 3, NOW - 400), MARK_SUSPENDED);
	assert_int_equal(reg_state_at(reg, 3, NOW - 300), MARK_VALID);
	assert_int_equal(reg_state_at(reg, 4, NOW - 201), MARK_VALID);
	assert_int_equal(reg_state_at(reg, 4, NOW - 200), MARK_SUPERSEDED);
	assert_int_equal(reg_state_at(reg, 5, NOW - 101), MARK_WITHDRAWN);
	assert_int_equal(reg_state_at(reg, 5, NOW - DAY - 1), -1);
	assert_int_equal(reg_state_at(reg, 6, NOW), -1);
	reg_free(reg);
}

/* One more attestation of the mark of s.a, in force from to until. */
static uint32_t
another(int64_t from, int64_t until, int status)
{
	s.a.nbf = from;
	s.a.exp = until;
	return shelf_add(&s, status);
}

/* The old one stays in force, the new one has not begun: until it has. */
static void
test_renewed(void **state)
{
	struct reg	*reg;

	(void)state;
	another(NOW - 10 * DAY, NOW + 10 * DAY, KM_STATUS_VALID);
	another(NOW + 5 * DAY, NOW + 400 * DAY, KM_STATUS_VALID);
	reg = good();
	assert_int_equal(reg_marks(reg), 1);
	is(reg, 0, NOW, MARK_VALID, NOW - 10 * DAY, 0);
	assert_int_equal(m.n_attestations, 2);
	assert_int_equal(m.speaks, 0);
	assert_int_equal(m.until, NOW + 5 * DAY);
	assert_int_equal(m.attestation[1].state, MARK_NOT_YET_VALID);
	/* Valid without a day between. */
	is(reg, 0, NOW + 5 * DAY, MARK_VALID, NOW - 10 * DAY, 0);
	assert_int_equal(m.speaks, 1);
	assert_int_equal(m.a.exp, NOW + 400 * DAY);
	assert_int_equal(m.n_events, 1);	/* both granted at once */
	is(reg, 0, NOW + 400 * DAY, MARK_EXPIRED, NOW + 400 * DAY, 0);
	is(reg, 0, NOW - 10 * DAY - 1, MARK_NOT_YET_VALID, NOW - DAY, 0);
	reg_free(reg);
}

/* With days between, it is valid from the new beginning. */
static void
test_gap(void **state)
{
	struct reg	*reg;

	(void)state;
	another(NOW - 10 * DAY, NOW - 5 * DAY, KM_STATUS_VALID);
	another(NOW - 2 * DAY, NOW + 400 * DAY, KM_STATUS_VALID);
	reg = good();
	is(reg, 0, NOW, MARK_VALID, NOW - 2 * DAY, 0);
	is(reg, 0, NOW - 3 * DAY, MARK_NOT_YET_VALID, NOW - DAY, 0);
	reg_free(reg);
}

/* The newest speaks when none is in force; a withdrawal is of all. */
static void
test_amended(void **state)
{
	struct reg	*reg;
	uint32_t	 a, b;

	(void)state;
	a = another(NOW - 10 * DAY, NOW + 10 * DAY, KM_STATUS_SUPERSEDED);
	shelf_event(&s, a, NOW - 600, KM_EVENT_SUPERSEDE, 0);
	s.a.legal_name = "Nieuwe Naam B.V.";
	b = another(NOW - 5 * DAY, NOW + 10 * DAY, KM_STATUS_VALID);
	reg = good();
	is(reg, 0, NOW, MARK_VALID, NOW - 10 * DAY, 0);
	same(m.a.legal_name, "Nieuwe Naam B.V.");
	assert_int_equal(m.attestation[0].state, MARK_SUPERSEDED);
	reg_free(reg);

	s.leaf[a].status = s.leaf[b].status = KM_STATUS_WITHDRAWN;
	shelf_event(&s, a, NOW - 60, KM_EVENT_WITHDRAW, 4);
	shelf_event(&s, b, NOW - 60, KM_EVENT_WITHDRAW, 4);
	reg = good();
	is(reg, 0, NOW, MARK_WITHDRAWN, NOW - 60, 4);
	assert_int_equal(m.speaks, 1);
	assert_int_equal(m.n_events, 3);	/* grant, supersede, withdraw */
	assert_int_equal(m.event[1].kind, KM_EVENT_SUPERSEDE);
	assert_int_equal(m.event[2].index, a);
	reg_free(reg);
}

/* Renewed while suspended: the suspension is the older one's event. */
static void
test_renewed_suspended(void **state)
{
	struct reg	*reg;
	uint32_t	 a;

	(void)state;
	a = another(NOW - 10 * DAY, NOW + 10 * DAY, KM_STATUS_SUSPENDED);
	shelf_event(&s, a, NOW - 600, KM_EVENT_SUSPEND, 4);
	another(NOW - 60, NOW + 400 * DAY, KM_STATUS_SUSPENDED);
	reg = good();
	is(reg, 0, NOW, MARK_SUSPENDED, NOW - 600, 4);
	reg_free(reg);
}

/* Of very many attestations and events, the newest. */
static void
test_many(void **state)
{
	struct reg	*reg;
	int64_t		 at = NOW - DAY;
	uint32_t	 i, k, index;

	(void)state;
	for (i = 0; i < 100; i++) {
		index = another(NOW - DAY, NOW + DAY, KM_STATUS_VALID);
		for (k = 0; k < 6; k++)
			shelf_event(&s, index, ++at, k % 2 == 0 ?
			    KM_EVENT_SUSPEND : KM_EVENT_LIFT, 0);
	}
	reg = good();
	assert_int_equal(reg_mark(&m, reg, 0, NOW), 0);
	assert_int_equal(m.n_attestations, MARK_ATTESTATIONS_MAX);
	assert_int_equal(m.attestation[0].index, 36);
	assert_int_equal(m.n_events, MARK_EVENTS_MAX);
	assert_int_equal(m.event[MARK_EVENTS_MAX - 1].at, at);
	for (i = 1; i < m.n_events; i++)
		assert_true(m.event[i].at >= m.event[i - 1].at);
	reg_free(reg);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		TEST(test_find), TEST(test_several), TEST(test_order),
		TEST(test_bad_size), TEST(test_none),
		TEST(test_bad_epoch), TEST(test_changed_byte),
		TEST(test_missing), TEST(test_cut), TEST(test_swapped),
		TEST(test_misplaced), TEST(test_again),
		TEST(test_written_into), TEST(test_cut_while_served),
		TEST(test_states), TEST(test_renewed), TEST(test_gap),
		TEST(test_amended), TEST(test_renewed_suspended),
		TEST(test_many)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
