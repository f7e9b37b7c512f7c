/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The words of keurmerk: every text that it can ask for is in the glossary,
 * in both languages; dates; and arguments with a form of their own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/cli/cli.h"
#include "verifier/report.h"

/* cli_term() ends the program when a text is not there. */
static void
have(const char *fmt, const char *name)
{
	char	path[64];

	snprintf(path, sizeof(path), fmt, name);
	assert_true(strlen(cli_term(path)) > 0);
}

static void
test_terms(void **state)
{
	static const char *const	rest[] = {
		"verdicts.valid.of", "sentences.level", "sentences.assessed",
		"terms.attestation", "terms.badge", "terms.status_list",
		"terms.trust_list", "terms.epoch", "terms.log",
		"terms.register", "terms.scheme", "terms.holder",
		"terms.trade_name", "terms.place", "terms.scope",
		"terms.not_covered", "terms.assessment", "terms.evidence",
		"terms.certificate", "terms.self_declaration",
		"terms.root_key_holder"
	};
	static const char *const	untrusted[] = {
		"untrusted.signature", "untrusted.issuer",
		"untrusted.environment"
	};
	size_t	i;
	int	v, lang;

	(void)state;
	for (lang = 0; lang < 2; lang++) {
		assert_int_equal(cli_set_lang(lang == 0 ? "nl" : "en"), 1);
		for (v = 0; v <= KM_UNDETERMINED; v++) {
			if (v == KM_UNTRUSTED || strcmp(km_verdict_name(
			    (enum km_verdict)v), "unknown") == 0)
				continue;
			have("verdicts.%s.title",
			    km_verdict_name((enum km_verdict)v));
			have("verdicts.%s.do",
			    km_verdict_name((enum km_verdict)v));
		}
		for (i = 0; i < 3; i++) {
			have("verdicts.%s.title", untrusted[i]);
			have("verdicts.%s.do", untrusted[i]);
			have("environments.%s",
			    km_environment_name((enum km_environment)i));
			have("binding.%s",
			    km_binding_name((enum km_binding)i));
			have("levels.%s",
			    km_level_name((enum km_level)(i + 1)));
		}
		have("claims.%s", km_claim_name(KM_CLAIM_BASIC_MEASURES));
		have("claims.%s", km_claim_name(KM_CLAIM_POLICY_ADVICE));
		have("checks.%s", km_outcome_name(KM_FAILED));
		have("checks.%s", km_outcome_name(KM_WARNED));
		for (i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
			have("%s", rest[i]);
	}
	assert_int_equal(cli_set_lang("de"), 0);
	assert_int_equal(cli_lang(), CLI_EN);
}

static void
test_reasons(void **state)
{
	int	i;

	(void)state;
	for (i = 0; i < KM_CHECKS; i++)
		assert_string_not_equal(
		    cli_check_word((enum km_check_id)i), "?");
	for (i = 0; i <= KM_ERR_USE; i++)
		if (strcmp(km_err_name((enum km_err)i), "unknown") != 0)
			assert_true(strlen(cli_err_word((enum km_err)i)) > 0);
}

/* What pages say of checks is what the program says of them. */
static void
test_checks(void **state)
{
	char	path[64];
	int	i, lang;

	(void)state;
	for (lang = 0; lang < 2; lang++) {
		assert_int_equal(cli_set_lang(lang == 0 ? "nl" : "en"), 1);
		for (i = 0; i < KM_CHECKS; i++) {
			snprintf(path, sizeof(path), "check_names.%s",
			    km_check_name((enum km_check_id)i));
			assert_string_equal(cli_term(path),
			    cli_check_word((enum km_check_id)i));
		}
		for (i = 0; i <= KM_ERR_NOT_REACHED; i++) {
			if (strcmp(km_err_name((enum km_err)i),
			    "unknown") == 0)
				continue;
			snprintf(path, sizeof(path), "whys.%s",
			    km_err_name((enum km_err)i));
			assert_string_equal(cli_term(path),
			    cli_err_word((enum km_err)i));
		}
	}
	cli_set_lang("nl");
}

static void
test_dates(void **state)
{
	char	text[CLI_DATE_MAX];

	(void)state;
	cli_set_lang("nl");
	cli_day(text, 21145);
	assert_string_equal(text, "23 november 2027");
	cli_day(text, 11016);
	assert_string_equal(text, "29 februari 2000");
	cli_moment(text, 253402300799);
	assert_string_equal(text, "31 december 9999 23:59 UTC");
	cli_set_lang("en");
	cli_moment(text, 1795478400);
	assert_string_equal(text, "24 November 2026 00:00 UTC");
	cli_moment(text, -1);
	assert_string_equal(text, "");
}

static void
test_fill(void **state)
{
	const struct cli_slot	slot[] = {
		{ "name", cli_bytes("A\x1b{date}") },
		{ "date", cli_bytes("now") },
		{ NULL, { NULL, 0 } }
	};
	char	*out = NULL;
	size_t	 len;
	FILE	*f = open_memstream(&out, &len);

	(void)state;
	assert_non_null(f);
	cli_fill(f, "{name} is {date}, {other}{", slot);
	assert_int_equal(fclose(f), 0);
	/* A value is not looked through for more of them. */
	assert_string_equal(out, "A?{date} is now, {");
	free(out);
}

/* What a terminal would do instead of show, and what is no character. */
static void
test_put(void **state)
{
	static const struct {
		const char	*in, *out;
	} rows[] = {
		{ "a \xc3\xa9 \xce\xa9 \xe6\xbc\xa2 \xf0\x9f\x99\x82",
		    "a \xc3\xa9 \xce\xa9 \xe6\xbc\xa2 \xf0\x9f\x99\x82" },
		{ "\x1b[2J\r\n\t\x7f", "?[2J????" },
		{ "\x9b" "2J", "?2J" },		/* C1 as one byte */
		{ "\xc2\x9b" "2J", "?2J" },	/* and as UTF-8 */
		{ "\xe0\x82\x9b", "???" },		/* not the shortest form */
		{ "\xed\xa0\x80", "???" },		/* half a pair */
		{ "\xc3", "?" },			/* cut short */
		{ "\xe2\x80\xaelaw\xe2\x80\xac", "?law?" },
		{ "\xe2\x81\xa6x\xe2\x81\xa9", "?x?" },
		{ "\xe2\x80\x8f\xd8\x9c", "??" },
		{ "a\xe2\x80\x8b" "b\xef\xbb\xbf" "c\xc2\xad", "a?b?c?" },
		{ "\xe2\x80\xa8\xe2\x80\xa9", "??" },
		{ "\xf3\xa0\x80\x81", "?" }		/* a tag */
	};
	size_t	i, len;
	char	*out;
	FILE	*f;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		out = NULL;
		f = open_memstream(&out, &len);
		assert_non_null(f);
		cli_put(f, cli_bytes(rows[i].in));
		assert_int_equal(fclose(f), 0);
		assert_string_equal(out, rows[i].out);
		free(out);
	}
}

static void
test_times(void **state)
{
	static const struct {
		const char	*text;
		int64_t		 t;
	} rows[] = {
		{ "1970-01-01", 0 },
		{ "1970-01-01T00:00:01Z", 1 },
		{ "2000-02-29", 951782400 },
		{ "2100-03-01", 4107542400 },
		{ "2026-11-24T10:11:12Z", 1795515072 },
		{ "9999-12-31T23:59:59Z", 253402300799 },
		{ "0", 0 },
		{ "253402300799", 253402300799 }
	};
	static const char *const	bad[] = { "2100-02-29", "2026-00-01",
		"2026-01-00", "2026-04-31", "1969-12-31", "2026-11-24T",
		"2026-11-24T23:60:00Z", "2026-11-24T23:59:60Z", "2026-1-1",
		"2026-11-24T10:00Z", " 1", "1 ", "+1", "99999999999999999999"
	};
	int64_t	t;
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(cli_time(&t, "--at", rows[i].text), 1);
		assert_int_equal(t, rows[i].t);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(cli_time(&t, "--at", bad[i]), 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_checks),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_times)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
