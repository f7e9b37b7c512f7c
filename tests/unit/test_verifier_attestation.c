/* SPDX-License-Identifier: EUPL-1.2 */
/* verifier/attestation.h: one row a rule of schemas/attestation.cddl. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/notation.h"
#include "verifier/attestation.h"

#define H16	"01010101010101010101010101010101"
#define SIG	H16 H16 H16 H16
#define T40	"abcdefghijabcdefghijabcdefghijabcdefghij"
#define T160	T40 T40 T40 T40
#define L63	T40 "abcdefghijabcdefghijabc"
#define LEI	"529900T8BM49AURSDO55"

/* Seven texts of 200 bytes, all different. */
#define T199	T160 "abcdefghijabcdefghijabcdefghijabcdefghi"
#define T1400	"\"1" T199 "\", \"2" T199 "\", \"3" T199 "\", \"4" T199	\
		"\", \"5" T199 "\", \"6" T199 "\", \"7" T199 "\""

#define LINE_1	"{1: 1, 2: 1, 4: 3}"
#define LINE_2	"{1: 1, 2: 2, 3: \"cloud\", 4: 2}"
#define LINE_3	"{1: 2, 2: 2, 3: \"advice\", 4: 1}"

/* With everything in it that a certificate can have. */
static const char good[] =
    "18([<<{1: -9, 4: h'0102030405060708', "
    "15: {1: \"https://keurmerk.example\", 2: \"NTRNL-90000011\"}, "
    "16: \"application/keurmerk+cwt\"}>>, {}, <<{"
    "1: \"https://keurmerk.example\", "
    "2: \"NTRNL-90000011\", "
    "4: 1827014400, 5: 1795392000, 6: 1795392001, "
    "7: h'000102030405060708090a0b0c0d0e0f', "
    "65535: {\"status_list\": {\"idx\": 7, "
    "\"uri\": \"https://keurmerk.example/status/12\"}}, "
    "-65537: {1: \"KM-2026-000123-P\", 2: 1, 3: 1, "
    "4: [\"voorbeeld\", 3], "
    "5: [" LINE_1 ", " LINE_2 ", " LINE_3 "], "
    "6: [\"mobile\", \"print\"], "
    "7: \"Voorbeeld ICT B.V.\", 8: [\"Één\", \"Twee\"], 9: \"Utrecht\", "
    "10: \"90000011\", 11: \"NLNHR.90000011\", 12: \"" LEI "\", "
    "13: [\"ict.example\", \"xn--n-1ga.example\"], 14: 20700, "
    "15: [\"Keuring B.V.\", \"C 123\"], 16: \"R-2026-17\", "
    "17: [[\"iso-27001\", \"A1\"], [\"iso-27001\", \"A2\"]], "
    "18: \"https://info.example/info?a=1\", 19: 2}}>>, h'" SIG "'])";

static const struct notation_row claims[] = {
	{ "another object", KM_ERR_TYP, "keurmerk+cwt", "keurmerk-epoch+cose" },
	{ "iss is another in the header", KM_ERR_MISMATCH,
	    "15: {1: \"https://keurmerk", "15: {1: \"https://keurmerc" },
	{ "sub is another in the header", KM_ERR_MISMATCH,
	    "2: \"NTRNL-90000011\"}", "2: \"NTRNL-90000012\"}" },
	{ "iss is another in claims", KM_ERR_MISMATCH,
	    "<<{1: \"https://keurmerk", "<<{1: \"https://keurmerc" },
	{ "no iat", KM_ERR_LIMIT, "6: 1795392001, ", "" },
	{ "another claim", KM_ERR_LIMIT, "6: 1795392001, ",
	    "6: 1795392001, 3: 1, " },
	{ "another claim for iat", KM_ERR_TYPE, "6: 1795392001", "3: 1" },
	{ "exp after nbf", KM_ERR_TYPE, "4: 1827014400, 5: 1795392000",
	    "5: 1795392000, 4: 1827014400" },
	{ "exp a second past midnight", KM_ERR_VALUE, "1827014400",
	    "1827014401" },
	{ "exp at nbf", KM_ERR_VALUE, "5: 1795392000", "5: 1827014400" },
	{ "nbf a second before exp", KM_OK, "5: 1795392000",
	    "5: 1827014399" },
	{ "exp in the year 10000", KM_ERR_VALUE, "1827014400",
	    "253402300800" },
	{ "exp below 0", KM_ERR_VALUE, "1827014400", "-86400" },
	{ "iat as text", KM_ERR_TYPE, "6: 1795392001", "6: \"2026\"" },
	{ "exp as a float", KM_ERR_TYPE, "4: 1827014400",
	    "4: x'fb41db39b6c0000000'" },
	{ "iat with tag 1", KM_ERR_TYPE, "6: 1795392001", "6: 1(1795392001)" },
	{ "iat in more bytes", KM_ERR_ENCODING, "6: 1795392001",
	    "6: x'1b000000006b038e01'" },
	{ "cti of 15", KM_ERR_LIMIT, "h'000102", "h'0102" },
	{ "cti of 17", KM_ERR_LIMIT, "h'000102", "h'00000102" },
	{ "idx 65535", KM_OK, "\"idx\": 7", "\"idx\": 65535" },
	{ "idx 65536", KM_ERR_VALUE, "\"idx\": 7", "\"idx\": 65536" },
	{ "idx as text", KM_ERR_TYPE, "\"idx\": 7", "\"idx\": \"7\"" },
	{ "idx below 0", KM_ERR_TYPE, "\"idx\": 7", "\"idx\": -1" },
	{ "uri first", KM_ERR_TYPE, "\"idx\": 7", "\"uri\": 7" },
	{ "another mechanism", KM_ERR_TYPE, "\"status_list\"", "\"status\"" },
	{ "two mechanisms", KM_ERR_LIMIT, "12\"}}", "12\"}, \"x\": 1}" },
	{ "a third in status_list", KM_ERR_LIMIT,
	    "12\"}}", "12\", \"x\": 1}}" },
	{ "uri of another authority", KM_ERR_MISMATCH,
	    "keurmerk.example/status", "keurmerc.example/status" },
	{ "uri longer host", KM_ERR_MISMATCH, "example/status/12",
	    "example.nl/status/12" },
	{ "uri of another place", KM_ERR_MISMATCH, "/status/12", "/state/12" },
	{ "uri without shard", KM_ERR_VALUE, "/status/12", "/status/" },
	{ "shard 0", KM_OK, "/status/12", "/status/0" },
	{ "shard 00", KM_ERR_VALUE, "/status/12", "/status/00" },
	{ "shard 012", KM_ERR_VALUE, "/status/12", "/status/012" },
	{ "shard 65535", KM_OK, "/status/12", "/status/65535" },
	{ "shard 65536", KM_ERR_VALUE, "/status/12", "/status/65536" },
	{ "shard 99999", KM_ERR_VALUE, "/status/12", "/status/99999" },
	{ "shard +12", KM_ERR_VALUE, "/status/12", "/status/+12" },
	{ "shard 12/", KM_ERR_VALUE, "/status/12", "/status/12/" },
	{ "shard 4294967308", KM_ERR_VALUE, "/status/12",
	    "/status/4294967308" },
};

static const struct notation_row mark[] = {
	{ "wrong check character", KM_ERR_VALUE, "000123-P", "000123-Q" },
	{ "digits swapped", KM_ERR_VALUE, "000123-P", "000132-P" },
	{ "number in small letters", KM_ERR_VALUE, "000123-P", "000123-p" },
	{ "number without hyphen", KM_ERR_LIMIT, "000123-P", "000123P" },
	{ "number of letters", KM_ERR_VALUE, "KM-2026", "KM-2O26" },
	{ "another hyphen", KM_ERR_VALUE, "KM-2026-", "KM-20262" },
	{ "production, said", KM_ERR_VALUE, "2: 1, 3: 1", "2: 0, 3: 1" },
	{ "production", KM_OK, "2: 1, 3: 1", "3: 1" },
	{ "exercise", KM_OK, "2: 1, 3: 1", "2: 2, 3: 1" },
	{ "environment 3", KM_ERR_VALUE, "2: 1, 3: 1", "2: 3, 3: 1" },
	{ "document 0", KM_ERR_VALUE, "2: 1, 3: 1", "2: 1, 3: 0" },
	{ "document 3", KM_ERR_VALUE, "2: 1, 3: 1", "2: 1, 3: 3" },
	{ "no document", KM_ERR_TYPE, "2: 1, 3: 1", "2: 1" },
	{ "self-declaration with body", KM_ERR_VALUE, "2: 1, 3: 1",
	    "2: 1, 3: 2" },
	{ "certificate without body", KM_ERR_VALUE,
	    "15: [\"Keuring B.V.\", \"C 123\"], ", "" },
	{ "certificate without report", KM_ERR_VALUE,
	    "16: \"R-2026-17\", ", "" },
	{ "scheme in capitals", KM_ERR_VALUE, "voorbeeld", "Voorbeeld" },
	{ "scheme with hyphen first", KM_ERR_VALUE, "voorbeeld",
	    "-voorbeeld" },
	{ "scheme of 33", KM_ERR_LIMIT, "voorbeeld",
	    "abcdefghijabcdefghijabcdefghijabc" },
	{ "scheme version 0", KM_ERR_VALUE, "\"voorbeeld\", 3",
	    "\"voorbeeld\", 0" },
	{ "scheme version 65536", KM_ERR_VALUE, "\"voorbeeld\", 3",
	    "\"voorbeeld\", 65536" },
	{ "scheme without version", KM_ERR_LIMIT, "\"voorbeeld\", 3",
	    "\"voorbeeld\"" },
	{ "not covered, twice", KM_ERR_ORDER, "\"print\"", "\"mobile\"" },
	{ "not covered, none", KM_ERR_LIMIT, "\"mobile\", \"print\"", "" },
	{ "not covered of 200", KM_OK, "\"print\"", "\"" T160 T40 "\"" },
	{ "not covered of 201", KM_ERR_LIMIT, "\"print\"",
	    "\"" T160 T40 "a\"" },
	{ "nine not covered", KM_ERR_LIMIT, "\"print\"", "\"1\", \"2\", \"3\","
	    " \"4\", \"5\", \"6\", \"7\", \"8\"" },
	{ "2048 bytes", KM_OK, "\"mobile\", \"print\"", T1400
	    ", \"abcdefghijabcdefghijabcdefgh\"" },
	{ "2049 bytes", KM_ERR_LIMIT, "\"mobile\", \"print\"", T1400
	    ", \"abcdefghijabcdefghijabcdefghi\"" },
	{ "name of 160", KM_OK, "Voorbeeld ICT B.V.", T160 },
	{ "name of 161", KM_ERR_LIMIT, "Voorbeeld ICT B.V.", T160 "a" },
	{ "name empty", KM_ERR_LIMIT, "Voorbeeld ICT B.V.", "" },
	{ "name with a soft hyphen", KM_ERR_TEXT, "Voorbeeld",
	    "Voor\xc2\xad" "beeld" },
	{ "name with a line break", KM_ERR_TEXT, "Voorbeeld", "Voor\nbeeld" },
	{ "name turned around", KM_ERR_TEXT, "Voorbeeld",
	    "\xe2\x80\xae" "Voorbeeld" },
	{ "name with a Cyrillic o", KM_ERR_TEXT, "Voorbeeld",
	    "V\xd0\xbeorbeeld" },
	{ "trade name twice", KM_ERR_ORDER, "\"Twee\"", "\"Één\"" },
	{ "six trade names", KM_ERR_LIMIT, "\"Twee\"",
	    "\"2\", \"3\", \"4\", \"5\", \"6\"" },
	{ "five trade names", KM_OK, "\"Twee\"",
	    "\"2\", \"3\", \"4\", \"5\"" },
	{ "no place", KM_ERR_TYPE, " 9: \"Utrecht\",", "" },
	{ "place of 65", KM_ERR_LIMIT, "Utrecht",
	    T40 "abcdefghijabcdefghijabcde" },
	{ "day in the year 10000", KM_ERR_VALUE, "14: 20700", "14: 2932897" },
	{ "last day of 9999", KM_OK, "14: 20700", "14: 2932896" },
	{ "day below 0", KM_ERR_TYPE, "14: 20700", "14: -1" },
	{ "body in small letters", KM_ERR_VALUE, "C 123", "c 123" },
	{ "body beginning with a space", KM_ERR_VALUE, "C 123", " C 123" },
	{ "body without number", KM_ERR_LIMIT, ", \"C 123\"", "" },
	{ "body's number of 33", KM_ERR_LIMIT, "C 123",
	    "012345678901234567890123456789012" },
	{ "evidence twice", KM_ERR_ORDER, "\"A2\"", "\"A1\"" },
	{ "evidence of another code", KM_OK, "\"iso-27001\", \"A2\"",
	    "\"iso-27002\", \"A1\"" },
	{ "evidence without reference", KM_ERR_LIMIT, ", \"A2\"", "" },
	{ "evidence's code", KM_ERR_TEXT, "\"iso-27001\", \"A2\"",
	    "\"iso 27001\", \"A2\"" },
	{ "information by http", KM_ERR_VALUE, "\"https://info",
	    "\"http://info" },
	{ "information with a space", KM_ERR_TEXT, "info?", "in fo?" },
	{ "information of 201", KM_ERR_LIMIT, "info.example/info?a=1",
	    T160 "abcdefghijabcdefghijabcdefghijabc" },
	{ "information of 200", KM_OK, "info.example/info?a=1",
	    T160 "abcdefghijabcdefghijabcdefghijab" },
	{ "drawing 0", KM_ERR_VALUE, "19: 2}", "19: 0}" },
	{ "drawing 65536", KM_ERR_VALUE, "19: 2}", "19: 65536}" },
	{ "no drawing", KM_ERR_TYPE, ", 19: 2}", "}" },
	{ "a field after it", KM_ERR_LIMIT, "19: 2}", "19: 2, 20: 1}" },
	{ "after it, in place of another", KM_ERR_TYPE,
	    "14: 20700, 15: [\"Keuring B.V.\", \"C 123\"], "
	    "16: \"R-2026-17\", 17: [[\"iso-27001\", \"A1\"], "
	    "[\"iso-27001\", \"A2\"]], "
	    "18: \"https://info.example/info?a=1\", 19: 2}", "14: 20700, "
	    "15: [\"Keuring B.V.\", \"C 123\"], "
	    "16: \"R-2026-17\", 17: [[\"iso-27001\", \"A1\"], "
	    "[\"iso-27001\", \"A2\"]], 19: 2, 20: 1}" },
	{ "lei before euid", KM_ERR_TYPE, "11: \"NLNHR.90000011\", 12: \"" LEI
	    "\"", "12: \"" LEI "\", 11: \"NLNHR.90000011\"" },
};

static const struct notation_row lines[] = {
	{ "no lines", KM_ERR_LIMIT, LINE_1 ", " LINE_2 ", " LINE_3, "" },
	{ "descending", KM_ERR_ORDER, LINE_2 ", " LINE_3,
	    LINE_3 ", " LINE_2 },
	{ "service before organisation", KM_ERR_ORDER, LINE_1 ", " LINE_2,
	    LINE_2 ", " LINE_1 },
	{ "line twice", KM_ERR_ORDER, LINE_3, LINE_2 },
	{ "two levels of one", KM_ERR_ORDER, LINE_3,
	    "{1: 1, 2: 2, 3: \"cloud\", 4: 3}" },
	{ "two levels of the organisation", KM_ERR_ORDER, LINE_1,
	    "{1: 1, 2: 1, 4: 1}, {1: 1, 2: 1, 4: 3}" },
	{ "another service", KM_OK, LINE_3,
	    "{1: 1, 2: 2, 3: \"hosting\", 4: 2}" },
	{ "shorter service after longer", KM_ERR_ORDER, LINE_3,
	    "{1: 1, 2: 2, 3: \"web\", 4: 2}" },
	{ "claim 0", KM_ERR_VALUE, LINE_1, "{1: 0, 2: 1, 4: 3}" },
	{ "claim 3", KM_ERR_VALUE, LINE_3,
	    "{1: 3, 2: 2, 3: \"advice\", 4: 1}" },
	{ "object 3", KM_ERR_VALUE, LINE_1, "{1: 1, 2: 3, 4: 3}" },
	{ "level 0", KM_ERR_VALUE, LINE_1, "{1: 1, 2: 1, 4: 0}" },
	{ "level 4", KM_ERR_VALUE, LINE_1, "{1: 1, 2: 1, 4: 4}" },
	{ "no level", KM_ERR_LIMIT, LINE_1, "{1: 1, 2: 1}" },
	{ "service without code", KM_ERR_VALUE, LINE_1,
	    "{1: 1, 2: 2, 4: 3}" },
	{ "organisation with code", KM_ERR_VALUE, LINE_2,
	    "{1: 1, 2: 1, 3: \"cloud\", 4: 2}" },
	{ "line of five", KM_ERR_LIMIT, LINE_1,
	    "{1: 1, 2: 1, 4: 3, 5: 1, 6: 1}" },
	{ "another field in a line", KM_ERR_TYPE, LINE_1,
	    "{1: 1, 2: 1, 4: 3, 5: 1}" },
	{ "level before service", KM_ERR_TYPE, LINE_2,
	    "{1: 1, 2: 2, 4: 2, 3: \"cloud\"}" },
	{ "17 lines", KM_ERR_LIMIT, LINE_3, LINE_3 ", 0, 0, 0, 0, 0, 0, 0, 0,"
	    "0, 0, 0, 0, 0, 0" },
};

static const struct notation_row hosts[] = {
	{ "host twice", KM_ERR_ORDER, "xn--n-1ga.example", "ict.example" },
	{ "no hosts", KM_ERR_LIMIT, "\"ict.example\", \"xn--n-1ga.example\"",
	    "" },
	{ "nine hosts", KM_ERR_LIMIT, "\"ict.example\"", "0, 0, 0, 0, 0, 0,"
	    "0, 0" },
	{ "host in capitals", KM_ERR_VALUE, "ict.example", "ICT.example" },
	{ "host in Unicode", KM_ERR_TEXT, "ict.example", "\xc3\xads.example" },
	{ "host of one label", KM_ERR_VALUE, "ict.example", "localhost" },
	{ "host ending in a point", KM_ERR_VALUE, "ict.example",
	    "ict.example." },
	{ "host beginning with a point", KM_ERR_VALUE, "ict.example",
	    ".ict.example" },
	{ "host with two points", KM_ERR_VALUE, "ict.example",
	    "ict..example" },
	{ "host with a star", KM_ERR_VALUE, "ict.example", "*.example" },
	{ "host with a port", KM_ERR_VALUE, "\"ict.example\"",
	    "\"ict.example:443\"" },
	{ "host with an underscore", KM_ERR_VALUE, "ict.example",
	    "i_t.example" },
	{ "hyphen first", KM_ERR_VALUE, "ict.example", "-ict.example" },
	{ "hyphen last", KM_ERR_VALUE, "ict.example", "ict-.example" },
	{ "address", KM_ERR_VALUE, "ict.example", "192.0.2.1" },
	{ "last label of digits", KM_ERR_VALUE, "ict.example", "ict.123" },
	{ "first label of digits", KM_OK, "ict.example", "123.example" },
	{ "label of 63", KM_OK, "ict.example", L63 ".nl" },
	{ "label of 64", KM_ERR_VALUE, "ict.example", L63 "a.nl" },
	{ "host of 253", KM_OK, "ict.example", L63 "." L63 "." L63
	    ".abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghi.z" },
	{ "host of 254", KM_ERR_LIMIT, "ict.example", L63 "." L63 "." L63
	    ".abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghi.zz" },
};

static const struct notation_row holders[] = {
	{ "kvk of another", KM_ERR_MISMATCH, "10: \"90000011\"",
	    "10: \"90000012\"" },
	{ "kvk absent", KM_ERR_MISMATCH, "10: \"90000011\", ", "" },
	{ "kvk of seven", KM_ERR_LIMIT, "10: \"90000011\"",
	    "10: \"9000001\"" },
	{ "kvk of letters", KM_ERR_VALUE, "10: \"90000011\"",
	    "10: \"9000001a\"" },
	{ "kvk as a number", KM_ERR_TYPE, "10: \"90000011\"",
	    "10: 90000011" },
	{ "euid of another", KM_ERR_MISMATCH, "NLNHR.90000011",
	    "NLNHR.90000012" },
	{ "euid of another register", KM_ERR_MISMATCH, "NLNHR.9", "NLKVK.9" },
	{ "euid of another country", KM_ERR_MISMATCH, "NLNHR.9", "BEKBO.9" },
	{ "euid longer", KM_ERR_MISMATCH, "NLNHR.90000011",
	    "NLNHR.90000011_1" },
	{ "euid without point", KM_ERR_VALUE, "NLNHR.9", "NLNHR9" },
	{ "euid without register", KM_ERR_VALUE, "NLNHR.9", "NL.9" },
	{ "euid register of nine", KM_ERR_VALUE, "NLNHR.9", "NLABCDEFGHI.9" },
	{ "euid in small letters", KM_ERR_VALUE, "NLNHR.9", "nlNHR.9" },
	{ "euid without number", KM_ERR_VALUE, "NLNHR.90000011", "NLNHR." },
	{ "no euid", KM_OK, "11: \"NLNHR.90000011\", ", "" },
	{ "lei with a digit wrong", KM_ERR_VALUE, LEI, "529900T8BM49AURSDO54" },
	{ "lei swapped", KM_ERR_VALUE, LEI, "529900T8MB49AURSDO55" },
	{ "lei in small letters", KM_ERR_VALUE, LEI, "529900t8bm49aursdo55" },
	{ "lei of 19", KM_ERR_LIMIT, LEI, "529900T8BM49AURSDO5" },
	{ "lei ending in a letter", KM_ERR_VALUE, LEI,
	    "529900T8BM49AURSDO5A" },
};

/* sub stands twice and has to be equal: a row changes the claim alone. */
static const struct notation_row subs[] = {
	{ "seven digits", KM_ERR_VALUE, "NTRNL-90000011\", 4",
	    "NTRNL-9000001\", 4" },
	{ "no hyphen", KM_ERR_VALUE, "NTRNL-90000011\", 4",
	    "NTRNL90000011\", 4" },
	{ "small letters", KM_ERR_VALUE, "NTRNL-90000011\", 4",
	    "ntrnl-90000011\", 4" },
	{ "nothing after", KM_ERR_LIMIT, "NTRNL-90000011\", 4",
	    "NTRNL-\", 4" },
	{ "a character", KM_ERR_VALUE, "NTRNL-90000011\", 4",
	    "NTRBE-90000_11\", 4" },
	{ "41 after it", KM_ERR_LIMIT, "NTRNL-90000011\", 4",
	    "NTRBE-" T40 "a\", 4" },
	{ "a wrong LEI", KM_ERR_VALUE, "NTRNL-90000011\", 4",
	    "LEIXG-529900T8BM49AURSDO54\", 4" },
};

static enum km_err
decode(const uint8_t *buf, size_t len, int *untouched)
{
	struct km_attestation	a, a0;
	struct km_sign1		s, s0;
	enum km_err		err;

	memset(&a0, 0xa5, sizeof(a0));
	memset(&s0, 0xa5, sizeof(s0));
	a = a0;
	s = s0;
	err = km_attestation_decode(&a, &s, buf, len);
	*untouched = memcmp(&a, &a0, sizeof(a)) == 0 &&
	    memcmp(&s, &s0, sizeof(s)) == 0;
	return err;
}

#define RUN(rows)	assert_int_equal(notation_rows(good, rows,	\
			    sizeof(rows) / sizeof(rows[0]), decode), 0)

static void
test_rows(void **state)
{
	(void)state;
	RUN(claims);
	RUN(mark);
	RUN(lines);
	RUN(hosts);
	RUN(holders);
	RUN(subs);
}

#define TEXT_IS(b, s)	assert_true(km_bytes_equal(b, km_bytes_of(s)))

static void
test_fields(void **state)
{
	struct sample_buf	b = { 0 };
	struct km_attestation	a;
	struct km_sign1		s;

	(void)state;
	notation(&b, good);
	assert_int_equal(km_attestation_decode(&a, &s, b.p, b.len), KM_OK);
	TEXT_IS(a.iss, "https://keurmerk.example");
	TEXT_IS(a.sub, "NTRNL-90000011");
	assert_int_equal(a.exp, 1827014400);
	assert_int_equal(a.nbf, 1795392000);
	assert_int_equal(a.iat, 1795392001);
	assert_int_equal(a.cti.len, 16);
	assert_int_equal(a.cti.p[15], 15);
	assert_int_equal(a.idx, 7);
	assert_int_equal(a.shard, 12);
	TEXT_IS(a.status_uri, "https://keurmerk.example/status/12");
	TEXT_IS(a.number, "KM-2026-000123-P");
	assert_int_equal(a.environment, KM_ENVIRONMENT_DEMONSTRATION);
	assert_int_equal(a.document, KM_DOCUMENT_CERTIFICATE);
	TEXT_IS(a.scheme, "voorbeeld");
	assert_int_equal(a.scheme_version, 3);
	assert_int_equal(a.n_lines, 3);
	assert_int_equal(a.line[0].object, KM_OBJECT_ORGANISATION);
	assert_int_equal(a.line[0].service.len, 0);
	assert_int_equal(a.line[0].level, KM_LEVEL_HIGH);
	TEXT_IS(a.line[1].service, "cloud");
	assert_int_equal(a.line[2].claim, KM_CLAIM_POLICY_ADVICE);
	assert_int_equal(a.line[2].level, KM_LEVEL_BASIC);
	assert_int_equal(a.n_not_covered, 2);
	TEXT_IS(a.not_covered[1], "print");
	TEXT_IS(a.legal_name, "Voorbeeld ICT B.V.");
	assert_int_equal(a.n_trade_names, 2);
	TEXT_IS(a.trade_name[0], "Één");
	TEXT_IS(a.place, "Utrecht");
	TEXT_IS(a.kvk, "90000011");
	TEXT_IS(a.euid, "NLNHR.90000011");
	TEXT_IS(a.lei, LEI);
	assert_int_equal(a.n_hosts, 2);
	TEXT_IS(a.host[1], "xn--n-1ga.example");
	assert_int_equal(a.assessed, 20700);
	TEXT_IS(a.body_name, "Keuring B.V.");
	TEXT_IS(a.body, "C 123");
	TEXT_IS(a.report, "R-2026-17");
	assert_int_equal(a.n_evidence, 2);
	TEXT_IS(a.evidence[1].code, "iso-27001");
	TEXT_IS(a.evidence[1].reference, "A2");
	TEXT_IS(a.information, "https://info.example/info?a=1");
	assert_int_equal(a.drawing, 2);
	assert_int_equal(s.alg, KM_ALG_ESP256);
	sample_free(&b);
}

/* What is optional left out; holders of other countries and kinds. */
static enum km_err
holder(const char *sub, const char *kvk, const char *euid, const char *lei)
{
	struct sample_attestation	a;
	struct sample_buf		b = { 0 };
	struct sample_key		key;
	struct km_attestation		out;
	struct km_sign1			s;
	enum km_err			err;

	sample_key(&key, -9, "a");
	sample_attestation(&a, &key);
	a.sub = sub;
	a.kvk = kvk;
	a.euid = euid;
	a.lei = lei;
	a.document = KM_DOCUMENT_SELF_DECLARATION;
	a.body = a.body_name = a.report = NULL;
	a.n_hosts = 0;
	sample_attestation_write(&b, &a);
	err = km_attestation_decode(&out, &s, b.p, b.len);
	sample_free(&b);
	sample_key_free(&key);
	return err;
}

static void
test_holders(void **state)
{
	const char	*nl = "NTRNL-90000011", *be = "NTRBE-0123456789",
			*lei = "LEIXG-" LEI;

	(void)state;
	assert_int_equal(holder(nl, "90000011", NULL, NULL), KM_OK);
	assert_int_equal(holder(nl, "90000011", NULL, LEI), KM_OK);
	assert_int_equal(holder(nl, NULL, NULL, NULL), KM_ERR_MISMATCH);
	assert_int_equal(holder(be, NULL, NULL, NULL), KM_OK);
	assert_int_equal(holder(be, NULL, "BEKBO.0123", NULL), KM_OK);
	assert_int_equal(holder(be, "90000011", NULL, NULL), KM_ERR_MISMATCH);
	assert_int_equal(holder(be, NULL, "NLNHR.90000011", NULL),
	    KM_ERR_MISMATCH);
	assert_int_equal(holder("VATNL-123456789B01", NULL, NULL, NULL),
	    KM_OK);
	assert_int_equal(holder("VATNL-123456789B01", "90000011", NULL, NULL),
	    KM_ERR_MISMATCH);
	assert_int_equal(holder("VATNL-123456789B01", NULL, "NLNHR.90000011",
	    NULL), KM_ERR_MISMATCH);
	assert_int_equal(holder(lei, NULL, NULL, NULL), KM_OK);
	assert_int_equal(holder(lei, NULL, NULL, LEI), KM_OK);
	assert_int_equal(holder(lei, NULL, "NLNHR.90000011", LEI), KM_OK);
	assert_int_equal(holder(lei, NULL, NULL, "213800WSGIIZCXF1P572"),
	    KM_ERR_MISMATCH);
}

/* ISO 7064 MOD 37,36: its own example, and what it finds. */
static void
test_number(void **state)
{
	const char	set[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char		number[] = "KM-2026-000123-P", other;
	struct km_bytes	s = { (const uint8_t *)number, 16 };
	size_t		i, k;
	int		good_ones = 0;

	(void)state;
	assert_int_equal(km_number_check("A12425GABC1234002", 17), 'M');
	assert_int_equal(km_number_check("KM2026000123", 12), 'P');
	assert_int_equal(km_number_check("KM-2026", 7), 0);
	assert_int_equal(km_number_valid(s), 1);
	/* Any one character changed is seen. */
	for (i = 0; i < 16; i++) {
		other = number[i];
		for (k = 0; k < 36; k++) {
			number[i] = set[k];
			if (number[i] != other && km_number_valid(s))
				fail_msg("%s", number);
		}
		number[i] = other;
	}
	/* Of all check characters one is right. */
	for (k = 0; k < 36; k++) {
		number[15] = set[k];
		good_ones += km_number_valid(s);
	}
	assert_int_equal(good_ones, 1);
	s.len = 15;
	assert_int_equal(km_number_valid(s), 0);
}

/* What the sample maker writes is read. */
static void
test_sample(void **state)
{
	(void)state;
	assert_int_equal(holder("NTRNL-90000011", "90000011",
	    "NLNHR.90000011", LEI), KM_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_holders),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
