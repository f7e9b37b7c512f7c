/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Scheme: what is read of the default scheme, and a damaged copy of it for
 * each rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "verifier/cbor.h"
#include "ca/record/scheme.h"

#define DEFAULT	"schemas/scheme.json"
#define SHAPE	"schemas/scheme.schema.json"

static char	*good;			/* the default scheme, with a NUL */
static size_t	 good_len;

static char *
read_file(const char *path, size_t *len)
{
	FILE	*f;
	char	*text;
	long	 size = -1;

	if ((f = fopen(path, "rb")) == NULL || fseek(f, 0, SEEK_END) == -1 ||
	    (size = ftell(f)) <= 0 || fseek(f, 0, SEEK_SET) == -1)
		fail_msg("%s: cannot read", path);
	text = malloc((size_t)size + 1);
	assert_non_null(text);
	*len = fread(text, 1, (size_t)size, f);
	text[*len] = '\0';
	fclose(f);
	return text;
}

static int
setup(void **state)
{
	(void)state;
	good = read_file(DEFAULT, &good_len);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(good);
	return 0;
}

/* From a copy of exactly its bytes, so that reading past them is seen. */
static int
parse(struct scheme *out, const char *text, size_t len,
    struct scheme_error *err)
{
	uint8_t	*copy;
	int	 rc;

	copy = malloc(len > 0 ? len : 1);
	assert_non_null(copy);
	memcpy(copy, text, len);
	rc = scheme_parse(out, copy, len, err);
	free(copy);
	return rc;
}

static void
parse_good(struct scheme *s)
{
	struct scheme_error	err;

	if (!parse(s, good, good_len, &err))
		fail_msg("%s:%d: %s", DEFAULT, err.line, err.message);
}

/* The default with one text, which stands in it once, in place of another. */
static char *
damage(const char *from, const char *to, size_t *len, int *line)
{
	const char	*at, *p;
	char		*text;

	at = strstr(good, from);
	if (at == NULL || strstr(at + 1, from) != NULL)
		fail_msg("stands not once in %s: %s", DEFAULT, from);
	*len = good_len - strlen(from) + strlen(to);
	text = malloc(*len + 1);
	assert_non_null(text);
	snprintf(text, *len + 1, "%.*s%s%s", (int)(at - good), good, to,
	    at + strlen(from));
	for (*line = 1, p = good; p < at; p++)
		if (*p == '\n')
			(*line)++;
	return text;
}

static void
test_default(void **state)
{
	struct scheme	s;

	(void)state;
	parse_good(&s);
	assert_string_equal(s.id.text, "voorbeeld");
	assert_int_equal(s.version, 1);
	assert_true(scheme_level_offered(&s, KM_LEVEL_BASIC,
	    KM_DOCUMENT_CERTIFICATE));
	assert_true(scheme_level_offered(&s, KM_LEVEL_SUBSTANTIAL,
	    KM_DOCUMENT_CERTIFICATE));
	assert_false(scheme_level_offered(&s, KM_LEVEL_HIGH,
	    KM_DOCUMENT_CERTIFICATE));
	assert_false(scheme_level_offered(&s, KM_LEVEL_BASIC,
	    KM_DOCUMENT_SELF_DECLARATION));
	assert_int_equal(s.n_services, 8);
	assert_int_equal(s.n_methods, 6);
	assert_int_equal(s.n_evidence, 9);
	assert_int_equal(s.periods.decision_days_max, 30);
	assert_int_equal(s.periods.list_ttl_seconds, 3600);
	assert_int_equal(s.periods.list_days, 7);
	assert_int_equal(s.periods.epoch_days, 7);
	assert_int_equal(s.periods.supersede_days, 30);
	assert_int_equal(s.periods.attestation_days_max, 1096);
}

static void
test_lookups(void **state)
{
	struct scheme	s;
	size_t		i;

	(void)state;
	parse_good(&s);
	for (i = 0; i < s.n_services; i++)
		assert_true(scheme_service_known(&s,
		    km_bytes_of(s.service[i].text)));
	assert_true(scheme_service_known(&s, km_bytes_of("telephony")));
	assert_false(scheme_service_known(&s, km_bytes_of("telephon")));
	assert_false(scheme_service_known(&s, km_bytes_of("telephony2")));
	assert_false(scheme_service_known(&s, km_bytes_of("")));
	assert_true(scheme_evidence_known(&s, km_bytes_of("iso-27001")));
	assert_false(scheme_evidence_known(&s, km_bytes_of("workplace")));
	assert_true(scheme_method_known(&s, km_bytes_of("functional-test")));
	assert_false(scheme_method_known(&s, km_bytes_of("guess")));

	assert_true(scheme_claim_allowed(&s, KM_CLAIM_BASIC_MEASURES,
	    KM_OBJECT_SERVICE));
	assert_false(scheme_claim_allowed(&s, KM_CLAIM_BASIC_MEASURES,
	    KM_OBJECT_ORGANISATION));
	assert_true(scheme_claim_allowed(&s, KM_CLAIM_POLICY_ADVICE,
	    KM_OBJECT_ORGANISATION));
	assert_false(scheme_claim_allowed(&s, (enum km_claim)0,
	    KM_OBJECT_SERVICE));
	assert_false(scheme_claim_allowed(&s, (enum km_claim)3,
	    KM_OBJECT_SERVICE));
	assert_false(scheme_claim_allowed(&s, KM_CLAIM_POLICY_ADVICE,
	    (enum km_object)3));
	assert_false(scheme_level_offered(&s, (enum km_level)0,
	    KM_DOCUMENT_CERTIFICATE));
	assert_false(scheme_level_offered(&s, (enum km_level)4,
	    KM_DOCUMENT_CERTIFICATE));
	assert_false(scheme_level_offered(&s, KM_LEVEL_BASIC,
	    (enum km_document)3));
}

static void
test_reasons(void **state)
{
	struct scheme	s;
	int		i;

	(void)state;
	parse_good(&s);
	assert_true(scheme_reason_allowed(&s, DECISION_VOID, 6));
	assert_false(scheme_reason_allowed(&s, DECISION_VOID, 3));
	assert_true(scheme_reason_allowed(&s, DECISION_SUSPEND, 3));
	assert_false(scheme_reason_allowed(&s, DECISION_WITHDRAW, 1));
	assert_true(scheme_reason_allowed(&s, DECISION_END, 1));
	for (i = -1; i <= 8; i++)
		assert_false(scheme_reason_allowed(&s, DECISION_GRANT, i));
	assert_true(scheme_reason_allowed(&s, DECISION_WITHDRAW, 7));
	assert_false(scheme_reason_allowed(&s, DECISION_SUSPEND, 0));
	assert_false(scheme_reason_allowed(&s, DECISION_SUSPEND, 8));
	assert_false(scheme_reason_allowed(&s, DECISION_SUSPEND, -1));

	assert_null(scheme_reason_code(0));
	assert_null(scheme_reason_code(8));
	for (i = 1; i <= SCHEME_REASONS; i++)
		assert_int_equal(scheme_reason_by_code(
		    km_bytes_of(scheme_reason_code(i))), i);
	assert_int_equal(scheme_reason_by_code(km_bytes_of("misuse")), 5);
	assert_int_equal(scheme_reason_by_code(km_bytes_of("other")), 0);
	assert_string_equal(scheme_level_code(KM_LEVEL_SUBSTANTIAL),
	    "substantial");
	assert_string_equal(scheme_level_code(KM_LEVEL_BASIC), "basic");
	assert_string_equal(scheme_level_code(KM_LEVEL_HIGH), "high");
	assert_null(scheme_level_code((enum km_level)0));
	assert_null(scheme_level_code((enum km_level)4));
	assert_string_equal(scheme_claim_code(KM_CLAIM_BASIC_MEASURES),
	    "basic_measures");
	assert_string_equal(scheme_claim_code(KM_CLAIM_POLICY_ADVICE),
	    "policy_advice");
	assert_null(scheme_claim_code((enum km_claim)0));
	assert_null(scheme_claim_code((enum km_claim)3));
	assert_string_equal(scheme_role_code(ROLE_REGISTRAR), "registrar");
	assert_string_equal(scheme_role_code(ROLE_ROOT), "root");
	assert_null(scheme_role_code((enum officer_role)(ROLE_ROOT * 2)));
	assert_null(scheme_role_code((enum officer_role)0));
}

#define REG	ROLE_REGISTRAR
#define REV	ROLE_REVIEWER
#define DEC	ROLE_DECIDER

/* The table of design section 5; basic and substantial, -1: not by role. */
static void
test_rows(void **state)
{
	static const struct {
		const char	*kind;
		unsigned int	 proposer, basic, substantial;
	} rows[] = {
		{ "application", REG, 0, 0 }, { "evidence", REG, 0, 0 },
		{ "surveillance", REG, 0, 0 }, { "complaint", REG, 0, 0 },
		{ "appeal", REG, 0, 0 }, { "vulnerability", REG, 0, 0 },
		{ "provider-add", REG, DEC, DEC },
		{ "provider-change", REG, DEC, DEC },
		{ "body-add", REG, DEC, DEC },
		{ "body-change", REG, DEC, DEC },
		{ "assessment", ROLE_ASSESSOR, 0, 0 },
		{ "grant", REG, DEC, REV | DEC },
		{ "refuse", REG, DEC, REV | DEC },
		{ "renew", REG, DEC, REV | DEC },
		{ "amend", REG, DEC, REV | DEC },
		{ "lift", REG, REV | DEC, REV | DEC },
		{ "withdraw", REG, REV | DEC, REV | DEC },
		{ "void", REG, REV | DEC, REV | DEC },
		{ "suspend", DEC, 0, 0 }, { "halt", DEC, 0, 0 },
		{ "disable", DEC, 0, 0 }, { "end", REG, DEC, DEC },
		{ "forget", REG, DEC, DEC }, { "resume", DEC, DEC, DEC },
		{ "officers", ROLE_MANAGER, 0, 0 },
		{ "catalogue", ROLE_MANAGER, 0, 0 },
		{ "trust", ROLE_ROOT, 0, 0 }, { "scheme", ROLE_ROOT, 0, 0 }
	};
	const struct scheme_approvers	*a;
	const struct scheme_row		*row;
	struct scheme			 s;
	unsigned int			 level, want, found;
	size_t				 i, j;

	(void)state;
	parse_good(&s);
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), DECISION_KINDS);
	for (i = 0; i < DECISION_KINDS; i++) {
		row = scheme_row(&s, (enum decision_kind)(i + 1));
		assert_int_equal(row->kind, i + 1);
		assert_int_equal(decision_kind_by_name(
		    km_bytes_of(rows[i].kind)), i + 1);
		assert_int_equal(row->proposer, rows[i].proposer);
		for (level = 0; level < SCHEME_LEVELS; level++) {
			a = scheme_approvers(&s, row->kind, level);
			want = level == KM_LEVEL_BASIC ||
			    (level == 0 && row->administrative) ?
			    rows[i].basic : rows[i].substantial;
			found = 0;
			for (j = 0; j < a->n; j++)
				found |= (unsigned int)a->role[j];
			assert_int_equal(found, want);
		}
		assert_int_equal(row->by_level, row->kind >= DECISION_GRANT &&
		    row->kind <= DECISION_AMEND);
		assert_int_equal(row->administrative,
		    row->kind == DECISION_AMEND);
		assert_true(row->distinct);
		assert_int_equal(row->not_assessor,
		    row->kind < DECISION_OFFICERS &&
		    row->kind != DECISION_ASSESSMENT);
		assert_int_equal(row->not_conflicted,
		    row->kind < DECISION_OFFICERS);
		assert_int_equal(row->threshold, row->kind >= DECISION_TRUST ?
		    SCHEME_THRESHOLD_TRUST : row->kind >= DECISION_OFFICERS ?
		    2 : 0);
		assert_int_equal(row->threshold_role, row->threshold == 0 ? 0 :
		    row->proposer);
	}
	/* What is above high asks what high asks, never less. */
	assert_ptr_equal(scheme_approvers(&s, DECISION_GRANT, 99),
	    scheme_approvers(&s, DECISION_GRANT, KM_LEVEL_HIGH));
}

#define ROW(kind)	"{ \"kind\": \"" kind "\", \"proposer\": "
#define FLAGS(x)	" \"distinct\": true, \"not_assessor\": true," \
			" \"not_conflicted\": true }" x
#define LIFT		ROW("lift") "[\"registrar\"], \"approvers\": "
#define HALT		ROW("halt") "[\"decider\"], \"approvers\": "
#define RESUME		ROW("resume") "[\"decider\"], \"approvers\": "
#define OFFICERS	ROW("officers") "[\"manager\"], \"threshold\": "
#define TRUST		ROW("trust") "[\"root\"], \"threshold\": "
#define GRANT		"\"kind\": \"grant\", \"proposer\": [\"registrar\"],\n"
#define BY_LEVEL	"      \"approvers\": { \"basic\": [\"decider\"], " \
			"\"substantial\": [\"reviewer\", \"decider\"], " \
			"\"high\": [\"reviewer\", \"decider\"] }"

/* One rule each: what stands once in the default, what instead, the error. */
static const struct bad {
	const char	*from, *to, *says;
} bad[] = {
	{ "\"notice\"", "\"remark\"", "/notice: expected an object, found no" },
	{ "\"id\": \"voorbeeld\",", "", "/id: expected a code" },
	{ "\"id\": \"voorbeeld\"", "\"id\": \"Voorbeeld\"", "/id" },
	{ "\"version\": 1,", "\"version\": 0,", "/version" },
	{ "\"version\": 1,", "\"version\": 65536,", "/version" },
	{ "\"version\": 1,", "\"version\": 1, \"version\": 2,", "duplicate" },
	{ "\"version\": 1,", "\"version\": 1, \"hidden\": 2,",
	    "/hidden: expected no such member, found 2" },
	{ "\"name\": { \"nl\": \"basis\", \"en\": \"basic\" }",
	    "\"name\": { \"nl\": \"basis\" }", "/levels/0/name/en" },
	{ "\"name\": { \"nl\": \"basis\",", "\"name\": { \"nl\": \"ba\tsis\",",
	    "repertoire" },
	{ "\"name\": { \"nl\": \"basis\",", "\"name\": { \"nl\": \"b\\u0061\",",
	    "an escape" },
	{ "\"en\": \"Quality mark for", "\"de\": \"Quality mark for",
	    "/name/en: expected text" },
	{ "\"nl\": \"Een ondernemer moet", "\"de\": \"Een ondernemer moet",
	    "/purpose/nl: expected text" },
	/* levels */
	{ "\"en\": \"Known basic risks", "\"de\": \"Known basic risks",
	    "/levels/0/says/en" },
	{ "\"en\": \"Nobody can have", "\"de\": \"Nobody can have",
	    "/levels/2/says_not/en" },
	{ "\"code\": \"high\", \"offered\"", "\"code\": \"top\", \"offered\"",
	    "/levels/2/code: expected \"high\" here, found \"top\"" },
	{ "\"code\": \"basic\", \"offered\": true",
	    "\"code\": \"basic\", \"offered\": 1", "/levels/0/offered" },
	{ "\"code\": \"high\", \"offered\": false, \"self_declaration\": fa"
	    "lse", "\"code\": \"high\", \"offered\": false, "
	    "\"self_declaration\": true",
	    "/levels/2/self_declaration: expected false" },
	{ "\"code\": \"high\", \"offered\": false,",
	    "\"code\": \"high\", \"offered\": false, \"free\": true,",
	    "/levels/2/free" },
	/* claims */
	{ "\"code\": \"policy_advice\"", "\"code\": \"basic_measures\"",
	    "/claims/1/code" },
	{ "\"code\": \"policy_advice\"", "\"code\": \"advice\"",
	    "/claims/1/code" },
	{ "\"objects\": [\"organisation\"]", "\"objects\": [\"person\"]",
	    "/claims/1/objects" },
	{ "\"objects\": [\"organisation\"]", "\"objects\": []",
	    "/claims/1/objects" },
	{ "\"objects\": [\"organisation\"]",
	    "\"objects\": [\"service\", \"service\"]", "/claims/1/objects" },
	{ "\"en\": \"Basic measures in", "\"de\": \"Basic measures in",
	    "/claims/0/name/en" },
	{ "\"nl\": \"Op de dag van de beoordeling voldeed", "\"nl\": 1, \"x\":"
	    " \"Op de dag van de beoordeling voldeed", "/claims/0/says/nl" },
	{ "\"en\": \"It does not say that", "\"de\": \"It does not say that",
	    "/claims/1/says_not/en" },
	{ "\"objects\": [\"organisation\"]",
	    "\"objects\": [\"organisation\"], \"price\": 1",
	    "/claims/1/price: expected no such member" },
	/* services, methods, evidence */
	{ "\"en\": \"Telephony\"", "\"de\": \"Telephony\"",
	    "/services/6/name/en" },
	{ "\"code\": \"telephony\"", "\"code\": \"web\"",
	    "/services/6/code: expected each code once, found \"web\"" },
	{ "\"code\": \"telephony\"", "\"code\": \"tele phony\"",
	    "/services/6/code: expected a code" },
	{ "\"code\": \"telephony\"", "\"price\": 1, \"code\": \"telephony\"",
	    "/services/6/price" },
	{ "\"code\": \"interview\", \"guide_minutes\"",
	    "\"code\": \"sample-check\", \"guide_minutes\"", "/methods/2" },
	{ "\"code\": \"nen-7510\"", "\"code\": \"iso-27001\"", "/evidence/1" },
	{ "\"services\": [\n", "\"services\": [], \"services_of_old\": [\n",
	    "/services: expected an array of 1 to 64, found an array of 0" },
	{ "\"principles\": [", "\"tenets\": [", "/principles" },
	{ "\"requirements\": [\n", "\"demands\": [\n", "/requirements" },
	/* reasons */
	{ "{ \"number\": 2,", "{ \"number\": 1,", "/reasons/1/number" },
	{ "\"code\": \"ceased\"", "\"code\": \"stopped\"",
	    "/reasons/1/code: expected \"ceased\" here" },
	{ "\"number\": 7, \"code\": \"eu-scheme\"",
	    "\"number\": 8, \"code\": \"eu-scheme\"", "/reasons/6/number" },
	{ "\"en\": \"improper use", "\"de\": \"improper use",
	    "/reasons/4/name/en" },
	{ "\"code\": \"ceased\",", "\"code\": \"ceased\", \"hint\": 1,",
	    "/reasons/1/hint: expected no such member" },
	{ "\"void\"] }", "\"grant\"] }", "/reasons/5/for" },
	{ "\"void\"] }", "\"vanish\"] }", "/reasons/5/for" },
	{ "\"void\"] }", "\"refuse\"] }", "/reasons/5/for" },
	{ ", \"void\"] }", "] }", "/reasons: expected a reason for each" },
	/* decisions: the table */
	{ ROW("appeal"), ROW("complaint"),
	    "/decisions/4/kind: expected each kind of decision once" },
	{ ROW("appeal"), ROW("erase"), "/decisions/4/kind" },
	{ "    " ROW("halt") "[\"decider\"], \"approvers\": { \"any\": [] },"
	    FLAGS(",\n"), "", "/decisions: expected an array of 28" },
	{ LIFT, ROW("lift") "[], \"approvers\": ", "/decisions/15/proposer" },
	{ LIFT, ROW("lift") "[\"clerk\"], \"approvers\": ",
	    "/decisions/15/proposer: expected registrar or reviewer or decider"
	    ", found \"clerk\"" },
	{ LIFT, ROW("lift") "[\"registrar\", \"registrar\"], \"approvers\": ",
	    "/decisions/15/proposer: expected each role once" },
	{ LIFT, ROW("lift") "[\"assessor\"], \"approvers\": ",
	    "/decisions/15/proposer" },
	{ LIFT, ROW("lift") "[\"root\"], \"approvers\": ",
	    "/decisions/15/proposer" },
	{ ROW("assessment") "[\"assessor\"]",
	    ROW("assessment") "[\"registrar\"]",
	    "/decisions/10/proposer: expected assessor, found \"registrar\"" },
	/* decisions: what no scheme may give up */
	{ LIFT "{ \"any\": [\"reviewer\", \"decider\"] }",
	    LIFT "{ \"any\": [] }",
	    "/decisions/15/approvers/any: expected a decider among" },
	{ LIFT "{ \"any\": [\"reviewer\", \"decider\"] }",
	    LIFT "{ \"any\": [\"reviewer\"] }", "expected a decider among" },
	{ LIFT "{ \"any\": [\"reviewer\", \"decider\"] }",
	    LIFT "{ \"any\": [\"decider\", \"manager\"] }",
	    "/decisions/15/approvers/any: expected registrar or" },
	{ LIFT "{ \"any\": [\"reviewer\", \"decider\"] }",
	    LIFT "{ \"any\": [\"decider\", \"decider\", \"decider\","
	    " \"decider\", \"decider\"] }", "an array of 0 to 4" },
	{ LIFT "{", LIFT "{ \"basic\": [\"decider\"],",
	    "/decisions/15/approvers/basic: expected no such member" },
	{ HALT "{ \"any\": [] }", HALT "{ \"any\": [\"registrar\"] }",
	    "expected a decider among" },
	{ RESUME "{ \"any\": [\"decider\"]", RESUME "{ \"any\": []",
	    "expected a decider among" },
	{ GRANT BY_LEVEL, GRANT "\"approvers\": {}", "/approvers/basic" },
	{ GRANT BY_LEVEL, GRANT "\"approvers\": { \"basic\": [\"reviewer\","
	    " \"decider\"], \"substantial\": [\"decider\"], \"high\": "
	    "[\"decider\"] }",
	    "/decisions/11/approvers/substantial: expected no fewer than at "
	    "level basic, found an array of 1" },
	{ GRANT BY_LEVEL, GRANT "\"approvers\": { \"administrative\": "
	    "[\"decider\"], \"basic\": [\"decider\"], \"substantial\": "
	    "[\"decider\"], \"high\": [\"decider\"] }",
	    "/decisions/11/approvers/administrative: expected no such" },
	{ GRANT BY_LEVEL ",\n      \"distinct\": true",
	    GRANT BY_LEVEL ",\n      \"distinct\": false",
	    "/decisions/11/distinct: expected true (no scheme" },
	{ GRANT BY_LEVEL ",\n      \"distinct\": true, \"not_assessor\": true",
	    GRANT BY_LEVEL ",\n      \"distinct\": true, \"not_assessor\": "
	    "false", "/decisions/11/not_assessor: expected true (no scheme" },
	{ HALT "{ \"any\": [] }," FLAGS(""), HALT "{ \"any\": [] }, "
	    "\"distinct\": true, \"not_assessor\": true, \"not_conflicted\": "
	    "false }", "/decisions/19/not_conflicted: expected true (no" },
	{ HALT "{ \"any\": [] }," FLAGS(""), HALT "{ \"any\": [] }, "
	    "\"quick\": true," FLAGS(""), "/decisions/19/quick" },
	{ OFFICERS "{ \"manager\": 2 }", OFFICERS "{ \"manager\": 1 }",
	    "/decisions/24/threshold/manager: expected a whole number from 2" },
	{ OFFICERS "{ \"manager\": 2 }", OFFICERS "{ \"root\": \"trust-list\" "
	    "}", "/decisions/24/threshold/manager" },
	{ OFFICERS "{ \"manager\": 2 }", OFFICERS "{ \"manager\": 2, "
	    "\"decider\": 1 }", "/decisions/24/threshold/decider" },
	{ OFFICERS, ROW("officers") "[\"decider\"], \"threshold\": ",
	    "/decisions/24/proposer: expected manager" },
	{ OFFICERS "{ \"manager\": 2 }", ROW("officers") "[\"manager\"], "
	    "\"approvers\": { \"any\": [\"decider\"] }",
	    "/decisions/24/threshold: expected an object, found nothing" },
	{ TRUST "{ \"root\": \"trust-list\" }", TRUST "{ \"root\": \"two\" }",
	    "/decisions/26/threshold/root: expected \"trust-list\"" },
	{ TRUST "{ \"root\": \"trust-list\" }", TRUST "{ \"root\": "
	    "\"trust-list\", \"decider\": 1 }",
	    "/decisions/26/threshold/decider: expected no such member" },
	{ TRUST "{ \"root\": \"trust-list\" }", TRUST "{ \"manager\": 2 }",
	    "/decisions/26/threshold/root: expected \"trust-list\", found no" },
	/* the rest */
	{ "\"roles\": [", "\"jobs\": [", "/roles: expected an array of 6" },
	{ "\"periods\": {", "\"periods\": { \"nap_minutes\": 20,",
	    "/periods/nap_minutes: expected no such member" },
	{ "\"epoch_days\": 7,", "", "/periods/epoch_days" },
	{ "\"badge_rules\": [", "\"rules_of_badges\": [", "/badge_rules" },
	{ "\"article_54\": [", "\"article_54\": [ 1,", "/article_54" }
};

static void
test_damaged(void **state)
{
	struct scheme		 s, zero;
	struct scheme_error	 err;
	char			*text;
	size_t			 i, len;
	int			 line;

	(void)state;
	memset(&s, 0, sizeof(s));
	memset(&zero, 0, sizeof(zero));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		text = damage(bad[i].from, bad[i].to, &len, &line);
		memset(&err, 0, sizeof(err));
		if (parse(&s, text, len, &err))
			fail_msg("taken, row %zu: %s", i, bad[i].to);
		if (strstr(err.message, bad[i].says) == NULL)
			fail_msg("row %zu: %d: %s", i, err.line, err.message);
		/* On success only is the scheme written. */
		assert_memory_equal(&s, &zero, sizeof(s));
		free(text);
	}
}

/* The line is the one with the fault; in one object, where it begins. */
static void
test_line(void **state)
{
	struct scheme		 s;
	struct scheme_error	 err;
	char			*text;
	size_t			 len;
	int			 line;

	(void)state;
	text = damage("\"list_days\": 7", "\"list_days\": 8", &len, &line);
	assert_false(parse(&s, text, len, &err));
	assert_int_equal(err.line, line);
	assert_string_equal(err.message, "/periods/list_days: expected a whole"
	    " number from 1 to 7, found 8");
	free(text);
	text = damage("\"list_days\": 7", "\"list_days\" 7", &len, &line);
	assert_false(parse(&s, text, len, &err));
	assert_int_equal(err.line, line);
	free(text);
	text = damage("\"code\": \"telephony\"", "\"code\": \"web\"", &len,
	    &line);
	assert_false(parse(&s, text, len, &err));
	assert_int_equal(err.line, line);
	free(text);
}

/* Cut short anywhere it is refused, and nothing behind it is read. */
static void
test_cut(void **state)
{
	struct scheme		 s;
	struct scheme_error	 err;
	size_t			 len;

	(void)state;
	for (len = 0; len + 1 < good_len; len += 97)
		assert_false(parse(&s, good, len, &err));
	assert_false(parse(&s, good, good_len - 2, &err));
}

static void
test_size(void **state)
{
	struct scheme		 s;
	struct scheme_error	 err;
	char			*text;

	(void)state;
	text = malloc(SCHEME_JSON_MAX + 1);
	assert_non_null(text);
	memset(text, ' ', SCHEME_JSON_MAX + 1);
	memcpy(text, good, good_len);
	assert_true(parse(&s, text, SCHEME_JSON_MAX, &err));
	assert_false(parse(&s, text, SCHEME_JSON_MAX + 1, &err));
	assert_int_equal(err.line, 0);
	assert_string_equal(err.message,
	    "expected 1 to 1048576 bytes of JSON, found 1048577");
	/* As deep as it gets: refused, not a stack that runs out. */
	memset(text, '[', SCHEME_JSON_MAX);
	assert_false(parse(&s, text, SCHEME_JSON_MAX, &err));
	free(text);
}

/* A scheme as jansson has it. */
static int
parse_json(json_t *root, struct scheme_error *err)
{
	struct scheme	 s;
	char		*text;
	int		 rc;

	text = json_dumps(root, JSON_INDENT(1));
	assert_non_null(text);
	rc = parse(&s, text, strlen(text), err);
	free(text);
	return rc;
}

/* The scheme with a period changed. */
static int
parse_period(json_t *root, const char *name, json_int_t value)
{
	struct scheme_error	err;

	assert_int_equal(json_object_set_new(json_object_get(root, "periods"),
	    name, json_integer(value)), 0);
	return parse_json(root, &err);
}

/* What the JSON Schema lets through and what is taken here is the same. */
static void
test_periods(void **state)
{
	json_t		*shape, *root, *limits, *limit;
	json_int_t	 before, min, max;
	const char	*name;
	char		*text;
	size_t		 len, n = 0;

	(void)state;
	text = read_file(SHAPE, &len);
	shape = json_loadb(text, len, 0, NULL);
	root = json_loadb(good, good_len, 0, NULL);
	assert_non_null(shape);
	assert_non_null(root);
	limits = json_object_get(json_object_get(json_object_get(shape,
	    "$defs"), "periods"), "properties");
	json_object_foreach(limits, name, limit) {
		before = json_integer_value(json_object_get(json_object_get(
		    root, "periods"), name));
		min = json_integer_value(json_object_get(limit, "minimum"));
		max = json_integer_value(json_object_get(limit, "maximum"));
		assert_true(parse_period(root, name, min));
		assert_true(parse_period(root, name, max));
		assert_false(parse_period(root, name, min - 1));
		assert_false(parse_period(root, name, max + 1));
		assert_true(parse_period(root, name, before));
		n++;
	}
	assert_int_equal(n, sizeof(struct scheme_periods) / sizeof(uint32_t));
	json_decref(root);
	json_decref(shape);
	free(text);
}

static void
test_nothing_offered(void **state)
{
	struct scheme_error	 err;
	json_t			*root, *levels;

	(void)state;
	root = json_loadb(good, good_len, 0, NULL);
	assert_non_null(root);
	levels = json_object_get(root, "levels");
	json_object_set_new(json_array_get(levels, 0), "offered",
	    json_false());
	assert_true(parse_json(root, &err));
	json_object_set_new(json_array_get(levels, 1), "offered",
	    json_false());
	assert_false(parse_json(root, &err));
	assert_string_equal(err.message,
	    "/levels: expected a level that is offered, found nothing");
	json_decref(root);
}

/* What a scheme may choose: two deciders, whatever the level, and others. */
static void
test_freedom(void **state)
{
	const struct scheme_approvers	*a;
	struct scheme			 s;
	struct scheme_error		 err;
	char				*text;
	size_t				 len;
	int				 line;

	(void)state;
	text = damage(GRANT BY_LEVEL, GRANT "\"approvers\": { \"any\": "
	    "[\"decider\", \"decider\"] }", &len, &line);
	if (!parse(&s, text, len, &err))
		fail_msg("%d: %s", err.line, err.message);
	a = scheme_approvers(&s, DECISION_GRANT, KM_LEVEL_BASIC);
	assert_int_equal(a->n, 2);
	assert_int_equal(a->role[1], ROLE_DECIDER);
	assert_false(scheme_row(&s, DECISION_GRANT)->by_level);
	free(text);

	text = damage(LIFT "{ \"any\": [\"reviewer\", \"decider\"] }",
	    ROW("lift") "[\"registrar\", \"decider\"], \"approvers\": "
	    "{ \"any\": [\"decider\", \"reviewer\", \"registrar\", "
	    "\"decider\"] }", &len, &line);
	if (!parse(&s, text, len, &err))
		fail_msg("%d: %s", err.line, err.message);
	assert_int_equal(scheme_row(&s, DECISION_LIFT)->proposer,
	    ROLE_REGISTRAR | ROLE_DECIDER);
	assert_int_equal(scheme_approvers(&s, DECISION_LIFT, 0)->n, 4);
	free(text);

	text = damage("\"objects\": [\"organisation\"]",
	    "\"objects\": [\"organisation\", \"service\"]", &len, &line);
	assert_true(parse(&s, text, len, &err));
	assert_true(scheme_claim_allowed(&s, KM_CLAIM_POLICY_ADVICE,
	    KM_OBJECT_ORGANISATION));
	assert_true(scheme_claim_allowed(&s, KM_CLAIM_POLICY_ADVICE,
	    KM_OBJECT_SERVICE));
	free(text);

	text = damage("\"code\": \"high\", \"offered\": false",
	    "\"code\": \"high\", \"offered\": true", &len, &line);
	assert_true(parse(&s, text, len, &err));
	assert_true(scheme_level_offered(&s, KM_LEVEL_HIGH,
	    KM_DOCUMENT_CERTIFICATE));
	free(text);

	text = damage("\"code\": \"basic\", \"offered\": true, "
	    "\"self_declaration\": false", "\"code\": \"basic\", \"offered\": "
	    "true, \"self_declaration\": true", &len, &line);
	assert_true(parse(&s, text, len, &err));
	assert_true(scheme_level_offered(&s, KM_LEVEL_BASIC,
	    KM_DOCUMENT_SELF_DECLARATION));
	assert_false(scheme_level_offered(&s, KM_LEVEL_SUBSTANTIAL,
	    KM_DOCUMENT_SELF_DECLARATION));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_lookups),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_nothing_offered),
		cmocka_unit_test(test_freedom)
	};

	return cmocka_run_group_tests_name("scheme", tests, setup, teardown);
}
