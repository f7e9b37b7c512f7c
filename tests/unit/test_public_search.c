/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What people type, and what is found (ca/public/search.h, alike.h): exact
 * hits in front and only those, the rest proposed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/public/grams.h"
#include "ca/public/search.h"
#include "tests/lib/shelf.h"
#include "verifier/attestation.h"
#include "verifier/cli/names.h"

#define NOW	SAMPLE_NOW
#define DAY	SAMPLE_DAY

static struct shelf		s;
static struct reg		*reg;
static struct search		*search;
static struct search_result	r;

/* Marks by place: FORMER has two attestations. */
enum {
	JANSEN, CAFE, BAKKER, BAKKER_VOF, KAAS, STICHTING, BOOKING, FORMER,
	BELGIAN
};

static void
print(void)
{
	shelf_print(&s);
	reg = reg_load(s.files, &s.epoch, NULL);
	assert_non_null(reg);
	search = search_new(reg, NULL);
	assert_non_null(search);
}

static void
cast(void)
{
	uint32_t	old;

	s.a.euid = "NLNHR.00000001";
	shelf_mark(&s, 1, "Jansen Automatisering B.V.",
	    "www.jansen-ict.example");
	s.a.euid = NULL;
	s.a.trade_name = "Het Koffiehuis";
	shelf_mark(&s, 2, "Caf\xc3\xa9 \xc3\x87" "a & L\xc3\xa9on",
	    "xn--caf-dma.example");
	s.a.trade_name = NULL;
	s.a.lei = "529900T8BM49AURSDO55";
	s.a.place = "'s-Gravenhage";
	shelf_mark(&s, 3, "Bakker B.V.", "bakker.example");
	s.a.lei = NULL;
	s.a.place = "Utrecht";
	shelf_mark(&s, 4, "V.O.F. Bakker", "shop.bakker.example");
	shelf_mark(&s, 5, "Kaas & Co", NULL);
	shelf_mark(&s, 6, "Stichting Digitale Zorg", NULL);
	shelf_mark(&s, 7, "Booking.com Nederland N.V.", "booking.example");
	old = shelf_mark(&s, 8, "Oude Naam B.V.", "oud.example");
	s.leaf[old].status = KM_STATUS_SUPERSEDED;
	shelf_mark(&s, 8, "Nieuwe Naam B.V.", "nieuw.example");
	shelf_mark(&s, 9, "Belgisch Bedrijf BVBA", NULL);
	sample_free(&s.leaf[s.n - 1].attestation);
	s.a.sub = "NTRBE-0123456789";
	s.a.kvk = NULL;
	s.a.index = s.n - 1;
	sample_attestation_write(&s.leaf[s.n - 1].attestation, &s.a);
}

static int
set_up(void **state)
{
	(void)state;
	shelf_begin(&s);
	cast();
	print();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	search_free(search);
	reg_free(reg);
	shelf_end(&s);
	return 0;
}

static void
find(const char *text)
{
	size_t	i;

	memset(&r, 0x5a, sizeof(r));
	search_find(&r, search, km_bytes_of(text));
	assert_true(r.n <= SEARCH_HITS_MAX && r.n_exact <= r.n);
	for (i = 0; i < r.n; i++) {
		assert_true(r.hit[i].mark < reg_marks(reg));
		assert_int_equal(r.hit[i].alike == SEARCH_EXACT,
		    i < r.n_exact);
		if (i > 0)
			assert_true(r.hit[i].alike <= r.hit[i - 1].alike);
	}
}

/* Nothing but this mark is the answer. */
static void
exact(const char *text, uint32_t mark)
{
	find(text);
	if (r.n_exact != 1 || r.hit[0].mark != mark)
		fail_msg("%s: %zu exact, first %u", text, r.n_exact,
		    r.n > 0 ? r.hit[0].mark : 99);
}

/* No answer, and this one proposed first; alike 0: however near. */
static void
near(const char *text, uint32_t mark, unsigned int alike)
{
	find(text);
	if (r.n_exact != 0 || r.n == 0 || r.hit[0].mark != mark ||
	    (alike != 0 && r.hit[0].alike != alike))
		fail_msg("%s: %zu exact of %zu, first %u at %u", text,
		    r.n_exact, r.n, r.n > 0 ? r.hit[0].mark : 99,
		    r.n > 0 ? r.hit[0].alike : 0);
}

static void
nothing(const char *text)
{
	find(text);
	if (r.n != 0)
		fail_msg("%s: %zu, first %u at %u", text, r.n,
		    r.hit[0].mark, r.hit[0].alike);
}

static void
test_names(void **state)
{
	(void)state;
	exact("Jansen Automatisering B.V.", JANSEN);
	exact("Jansen Automatisering", JANSEN);
	exact("  JANSEN   automatisering bv\n", JANSEN);
	exact("jansenautomatisering b. v.", JANSEN);
	exact("Jansen-Automatisering, BV", JANSEN);
	exact("cafe ca en leon", CAFE);
	exact("CAF\xc3\x89 Ca & L\xc3\xa8on", CAFE);
	exact("het koffiehuis", CAFE);
}

static void
test_forms(void **state)
{
	(void)state;
	exact("Bakker BV", BAKKER);
	exact("Bakker V.O.F.", BAKKER_VOF);
	exact("bakker v o f", BAKKER_VOF);
	/* Who leaves it out sees both, by number. */
	find("Bakker");
	assert_int_equal(r.n_exact, 2);
	assert_int_equal(r.hit[0].mark, BAKKER);
	assert_int_equal(r.hit[1].mark, BAKKER_VOF);
	/* Another form is another firm. */
	find("Bakker N.V.");
	assert_int_equal(r.n_exact, 0);
	assert_true(r.n >= 2);
	near("Jansen Automatisering VOF", JANSEN, 0);
	exact("Digitale Zorg", STICHTING);
	exact("stichting digitale zorg", STICHTING);
	near("Digitale Zorg B.V.", STICHTING, 0);
	exact("Kaas en Co", KAAS);
	exact("booking.com nederland", BOOKING);
}

static void
test_resembling(void **state)
{
	(void)state;
	near("Jansn Automatisering", JANSEN, 0);
	near("Jansen Automatisernig", JANSEN, 0);
	near("Jansen", JANSEN, 0);
	near("automatisering jansen", JANSEN, 0);
	near("jansen utrecht", JANSEN, 0);
	near("bakker automatisering utrecht", JANSEN, 0);
	near("digitaal zorg", STICHTING, 0);
	near("kofiehuis", CAFE, 0);
	near("jansen-itc.example", JANSEN, 0);
	near("jansen-ict.test", JANSEN, 0);
	near("bookng.com", BOOKING, 0);
	near("Booking", BOOKING, 0);
	near("jansenauto", JANSEN, 0);
	nothing("Volstrekt Onbekend");
	nothing("xyzzy");
}

static void
test_numbers(void **state)
{
	(void)state;
	exact("00000003", BAKKER);
	exact("0000 00 03", BAKKER);
	exact("KVK 00000003", BAKKER);
	exact("kvk-nummer: 0000.0003", BAKKER);
	near("0000003", BAKKER, SEARCH_PROPOSED);
	nothing("000003");
	nothing("00000099");
	exact("NTRNL-00000003", BAKKER);
	exact("ntrnl 00000003", BAKKER);
	exact("NLNHR.00000001", JANSEN);
	/* Not stated in it, so not found by it. */
	find("NLNHR.00000003");
	assert_int_equal(r.n_exact, 0);
	exact("529900T8BM49AURSDO55", BAKKER);
	exact("5299 00t8 bm49 aurs do55", BAKKER);
	exact("NTRBE-0123456789", BELGIAN);
}

static void
test_mark_numbers(void **state)
{
	char	number[17], text[128];
	size_t	i;

	(void)state;
	shelf_number(number, 3);
	exact(number, BAKKER);
	snprintf(text, sizeof(text), "km2026000003%c", number[15] | 32);
	exact(text, BAKKER);
	snprintf(text, sizeof(text), "KM 2026 000003 %c", number[15]);
	exact(text, BAKKER);
	snprintf(text, sizeof(text), "https://keurmerk.example/en/%s?date=x",
	    number);
	exact(text, BAKKER);
	for (i = 0; text[i] != '\0'; i++)
		text[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ?
		    text[i] + 32 : text[i]);
	exact(text, BAKKER);
	/* What checks it is not there, or does not fit: for a person. */
	near("KM-2026-000003", BAKKER, SEARCH_PROPOSED);
	near("2026-000003", BAKKER, SEARCH_PROPOSED);
	snprintf(text, sizeof(text), "%.15s%c", number,
	    number[15] == '7' ? '8' : '7');
	near(text, BAKKER, SEARCH_PROPOSED);
	nothing("KM-2026-000777");
	nothing("KM-2026-000000");
}

static void
test_hosts(void **state)
{
	(void)state;
	exact("bakker.example", BAKKER);
	exact("www.bakker.example", BAKKER);
	exact("HTTPS://WWW.Bakker.Example:443/offerte?x=1#y", BAKKER);
	exact("info@bakker.example", BAKKER);
	exact("bakker.example.", BAKKER);
	exact("jansen-ict.example", JANSEN);
	exact("www.jansen-ict.example", JANSEN);
	exact("shop.bakker.example", BAKKER_VOF);
	exact("caf\xc3\xa9.example", CAFE);
	exact("CAF\xc3\x89.example/", CAFE);
	exact("xn--caf-dma.example", CAFE);
	near("mail.bakker.example", BAKKER, SEARCH_ABOVE);
	/* Whose it is stands behind the @. */
	find("https://bakker.example@evil.test/");
	assert_int_equal(r.n_exact, 0);
	find("bakker.example.evil.test");
	assert_int_equal(r.n_exact, 0);
}

static void
test_place(void **state)
{
	(void)state;
	near("'s-Gravenhage", BAKKER, SEARCH_PLACE);
	near("sgravenhage", BAKKER, SEARCH_PLACE);
	near("Den Haag", BAKKER, SEARCH_PLACE);
	near("Bakkr Den Haag", BAKKER, 0);
}

/* A name given up leads to the mark, and is not its name. */
static void
test_former(void **state)
{
	(void)state;
	exact("Nieuwe Naam", FORMER);
	near("Oude Naam", FORMER, SEARCH_FORMER);
	near("oud.example", FORMER, SEARCH_FORMER);
	exact("nieuw.example", FORMER);
}

static void
test_hostile(void **state)
{
	static char	long_one[1000];
	size_t		i;

	(void)state;
	nothing("");
	nothing(" \t\r\n ");
	nothing("\xff\xfe\x80");
	nothing("\xc3");
	nothing("... ,,, ''");
	find("&");		/* which is "en" */
	assert_int_equal(r.n_exact, 0);
	nothing("B.V.");
	nothing("://");
	nothing("@");
	nothing("....");
	for (i = 0; i < 402; i++) {
		long_one[i] = 'a';
		search_find(&r, search, km_bytes_of(long_one));
		assert_int_equal(r.n, 0);
	}
	memset(long_one, '&', 200);
	long_one[200] = '\0';
	find(long_one);
	assert_int_equal(r.n_exact, 0);
	for (i = 0; i < 200; i++)
		long_one[i] = (char)(i % 2 == 0 ? 'x' : ' ');
	nothing(long_one);
	for (i = 0; i < 200; i++)
		long_one[i] = (char)(i % 2 == 0 ? 'x' : '.');
	nothing(long_one);
	search_find(&r, search, (struct km_bytes){ (const uint8_t *)
	    "bakker\0", 7 });
	assert_int_equal(r.n_exact, 2);
	search_find(&r, search, (struct km_bytes){ NULL, 0 });
	assert_int_equal(r.n, 0);
}

/* More than fit: exact ones are the last to go. */
static void
test_full(void **state)
{
	char		name[64];
	unsigned int	i;

	(void)state;
	for (i = 0; i < 120; i++) {
		snprintf(name, sizeof(name), "Dezelfde Naam%s", i % 2 == 0 ?
		    "" : " Anders");
		shelf_mark(&s, 100 + i, name, NULL);
	}
	search_free(search);
	reg_free(reg);
	print();
	find("dezelfde naam");
	assert_int_equal(r.n, SEARCH_HITS_MAX);
	assert_int_equal(r.n_exact, SEARCH_HITS_MAX);
	for (i = 0; i < SEARCH_HITS_MAX; i++)
		assert_int_equal(r.hit[i].mark, 9 + 2 * i);
	find("dezelfde naam anders");
	assert_int_equal(r.n_exact, SEARCH_HITS_MAX);
	find("dezelfde");
	assert_int_equal(r.n_exact, 0);
	assert_int_equal(r.n, SEARCH_HITS_MAX);
}

/* Letters that many leaves lie between, and in another run. */
static void
test_apart(void **state)
{
	char		name[64];
	unsigned int	i;

	(void)state;
	for (i = 100; i < 1300; i++) {
		snprintf(name, sizeof(name), "Bedrijf %u", i);
		shelf_mark(&s, i, i == 800 || i == 1299 ? "Zeldzame Vogel" :
		    name, NULL);
	}
	search_free(search);
	reg_free(reg);
	print();
	find("zeldzme vogel");
	assert_int_equal(r.n, 2);
	assert_int_equal(r.hit[0].mark, 709);
	assert_int_equal(r.hit[1].mark, 1208);
	exact("bedrijf 1234", 1143);
	for (i = 100; i < 1300; i += 99) {
		snprintf(name, sizeof(name), "Bedrif %u", i);
		near(name, i - 91, 0);
	}
	exact("00001234", 1143);
}

static struct search_filter	f;

/* How many there are, and the first of them. */
static void
lists(size_t total, uint32_t first)
{
	uint32_t	out[8];
	size_t		n, all;

	n = search_list(out, 8, 0, &all, search, &f, NOW);
	assert_int_equal(all, total);
	assert_int_equal(n, total < 8 ? total : 8);
	if (total > 0)
		assert_int_equal(out[0], first);
	memset(&f, 0, sizeof(f));
}

static void
filter_service(const char *service)
{
	snprintf(f.service, sizeof(f.service), "%s", service);
}

/* Lines of the sample: advice, basic; measures, cloud-hosting, substantial. */
static void
test_list(void **state)
{
	uint32_t	out[4];
	size_t		total;

	(void)state;
	lists(9, 0);
	filter_service("cloud-hosting");
	lists(9, 0);
	filter_service("telephony");
	lists(0, 0);
	f.level = KM_LEVEL_SUBSTANTIAL;
	lists(9, 0);
	f.level = KM_LEVEL_HIGH;
	lists(0, 0);
	f.claim = KM_CLAIM_POLICY_ADVICE;
	lists(9, 0);
	/* One line has the claim, the other the level. */
	f.claim = KM_CLAIM_POLICY_ADVICE;
	f.level = KM_LEVEL_SUBSTANTIAL;
	lists(0, 0);
	filter_service("cloud-hosting");
	f.claim = KM_CLAIM_POLICY_ADVICE;
	lists(0, 0);
	snprintf(f.place, sizeof(f.place), "S GRAVENHAGE");
	lists(1, BAKKER);
	snprintf(f.place, sizeof(f.place), "den haag");
	lists(1, BAKKER);
	snprintf(f.place, sizeof(f.place), "Nergens");
	lists(0, 0);
	f.state = MARK_VALID + 1;
	lists(9, 0);
	f.state = MARK_EXPIRED + 1;
	lists(0, 0);
	assert_int_equal(search_list(out, 4, 7, &total, search, &f, NOW), 2);
	assert_int_equal(total, 9);
	assert_int_equal(out[0], 7);
	assert_int_equal(out[1], 8);
	assert_int_equal(search_list(out, 4, 9, &total, search, &f, NOW), 0);
	f.state = MARK_EXPIRED + 1;
	search_list(out, 4, 0, &total, search, &f, NOW + 365 * DAY);
	assert_int_equal(total, 9);
	memset(&f, 0, sizeof(f));
}

/*
 * The letters are those of keurmerk check --name, for every character that a
 * name can have, but for what parts words here and & for "en".
 */
static void
test_letters(void **state)
{
	struct alike	a;
	char		theirs[CLI_NAME_MAX], text[8];
	unsigned int	c;
	size_t		n, same = 0;

	(void)state;
	for (c = 0x21; c <= 0x1eff; c++) {
		n = 0;
		if (c >= 0x800)
			text[n++] = (char)(0xe0 | c >> 12);
		if (c >= 0x80)
			text[n++] = (char)((c < 0x800 ? 0xc0 : 0x80) |
			    (c >> 6 & (c < 0x800 ? 0x1f : 0x3f)));
		text[n++] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
		text[n] = '\0';
		if (!km_is_text(km_bytes_of(text)) ||
		    strchr("&/()[]{}:;!?_|\\", text[0]) != NULL || c == 0xb4)
			continue;
		alike_name(&a, km_bytes_of(text));
		cli_name(theirs, km_bytes_of(text));
		assert_string_equal(a.text, theirs);
		same++;
	}
	assert_true(same > 700);
}

/* Each way there is from one leaf to the next in a list. */
static void
test_grams(void **state)
{
	static struct grams_build	b;
	static uint16_t			score[GRAMS_LEAVES_MAX];
	uint16_t			list[GRAMS_TYPED_MAX];
	struct alike			a;
	struct grams			*g;
	uint32_t			from, to, i;

	(void)state;
	alike_name(&a, km_bytes_of("vogel"));
	assert_int_equal(grams_typed(list, &a), 5);
	for (from = 0; from < GRAMS_LEAVES_MAX; from += 341)
		for (to = from + 1; to < GRAMS_LEAVES_MAX; to++) {
			grams_begin(&b);
			grams_add(&b, (uint16_t)from, &a);
			grams_add(&b, (uint16_t)from, &a);
			grams_add(&b, (uint16_t)to, &a);
			assert_non_null(g = grams_end(&b));
			memset(score, 0, sizeof(score));
			grams_score(score, g, list[2], 3);
			for (i = 0; i < GRAMS_LEAVES_MAX; i++)
				assert_int_equal(score[i], i == from ||
				    i == to ? 3 : 0);
			grams_free(g);
		}
}

static unsigned int
edits(const char *a, const char *b)
{
	return alike_edits(a, strlen(a), b, strlen(b));
}

static void
test_edits(void **state)
{
	(void)state;
	assert_int_equal(edits("", ""), 0);
	assert_int_equal(edits("", "abc"), 3);
	assert_int_equal(edits("abc", ""), 3);
	assert_int_equal(edits("jansen", "jansen"), 0);
	assert_int_equal(edits("jansen", "jansn"), 1);
	assert_int_equal(edits("jansen", "janssen"), 1);
	assert_int_equal(edits("jansen", "jonsen"), 1);
	assert_int_equal(edits("jansen", "jasnen"), 1);
	assert_int_equal(edits("jansen", "bakker"), 4);
	assert_int_equal(edits("kitten", "sitting"), 3);
}

static void
host(const char *typed, const char *want)
{
	char	out[ALIKE_HOST_MAX];
	size_t	n = alike_host(out, km_bytes_of(typed));

	if (want == NULL) {
		if (n != 0)
			fail_msg("%s: %s", typed, out);
	} else if (n == 0)
		fail_msg("%s: none", typed);
	else
		assert_string_equal(out, want);
}

/* A-labels as RFC 3492 section 7.1 and others have them. */
static void
test_host(void **state)
{
	char	text[300];

	(void)state;
	host("b\xc3\xbc" "cher.example", "xn--bcher-kva.example");
	host("B\xc3\x9c" "CHER.EXAMPLE", "xn--bcher-kva.example");
	host("m\xc3\xbcnchen-ost.example", "xn--mnchen-ost-9db.example");
	host("\xc3\xa9\xc3\xa9.example", "xn--9caa.example");
	host("example", NULL);
	host("a b.example", NULL);
	host("Booking.com Nederland", NULL);
	host("example.nl  ", "example.nl");
	host("http://a.example", "a.example");
	host("//a.example", NULL);
	host("-a.example", NULL);
	host("a..example", NULL);
	host(".example", NULL);
	host("www.nl", "www.nl");
	host("http://u:p@www.a.example:8080/x", "a.example");
	memset(text, 'a', 64);
	memcpy(text + 64, ".nl", 4);
	host(text, NULL);
	host(text + 1, text + 1);
	memset(text, 0, sizeof(text));
	memset(text, '\xc3', 280);
	host(text, NULL);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		TEST(test_names), TEST(test_forms), TEST(test_resembling),
		TEST(test_numbers), TEST(test_mark_numbers),
		TEST(test_hosts), TEST(test_place), TEST(test_former),
		TEST(test_hostile), TEST(test_full), TEST(test_apart), TEST(test_list),
		cmocka_unit_test(test_letters), cmocka_unit_test(test_grams),
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_host)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
