/* SPDX-License-Identifier: EUPL-1.2 */
/* Templates: what is said, what is never said, and what stops a page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/public/template.h"
#include "ca/public/words.h"

#define VALUE "{\"name\": \"Jan <script>alert('1')</script> & \\\"Zn\\\"\"," \
	" \"n\": 12, \"zero\": 0, \"yes\": true, \"no\": false," \
	" \"none\": null, \"empty\": \"\", \"list\": [{\"a\": \"x\"}," \
	" {\"a\": \"y\", \"name\": \"own\"}], \"words\": [\"p\", \"q\"]," \
	" \"nothing\": [], \"o\": {\"p\": {\"q\": \"deep\"}}," \
	" \"status\": \"valid\", \"date\": \"1 mei\", \"word\": \"{n}\"," \
	" \"line\": \"a\\u0001b\", \"real\": 1.5}"

static const struct {
	const char	*text;
	const char	*page;		/* NULL: fails */
} rows[] = {
	{ "plain", "plain" },
	{ "", "" },
	{ "{{name}}", "Jan &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; "
	    "&amp; &quot;Zn&quot;" },
	{ "<a title=\"{{name}}\">", "<a title=\"Jan &lt;script&gt;alert("
	    "&#39;1&#39;)&lt;/script&gt; &amp; &quot;Zn&quot;\">" },
	{ "{{n}}{{zero}}", "120" },
	{ "{{o.p.q}}", "deep" },
	{ "{{line}}", "a b" },
	{ "{{#list}}{{a}}{{/list}}", "xy" },
	{ "{{#list}}{{#name}}[{{a}}]{{/name}}{{/list}}", "[x][y]" },
	{ "{{#words}}{{.}},{{/words}}", "p,q," },
	{ "{{#o}}{{p.q}}{{/o}}", "deep" },
	{ "{{#status}}{{.}}{{/status}}", "valid" },
	{ "{{#yes}}1{{/yes}}{{#no}}2{{/no}}{{#none}}3{{/none}}"
	    "{{#zero}}4{{/zero}}{{#empty}}5{{/empty}}{{#absent}}6{{/absent}}"
	    "{{#nothing}}7{{/nothing}}", "1" },
	{ "{{^yes}}1{{/yes}}{{^no}}2{{/no}}{{^none}}3{{/none}}"
	    "{{^zero}}4{{/zero}}{{^empty}}5{{/empty}}{{^absent}}6{{/absent}}"
	    "{{^nothing}}7{{/nothing}}", "234567" },
	{ "{{#no}}{{#list}}{{absent}}{{>nosuch}}{{=absent}}{{/list}}{{/no}}"
	    "x", "x" },
	{ "{{#list}}{{#list}}{{a}}{{/list}}{{/list}}", "xyxy" },
	{ "a\n  {{#yes}}\n  b\n  {{/yes}}\nc\n", "a\n  b\nc\n" },
	{ "{{! a line }}\nb", "b" },
	{ "a {{! no line }} b", "a  b" },
	{ "{{=verdicts.@status.title}}", "Geldig" },
	{ "{{=sentences.valid_through}}", "geldig t/m 1 mei" },
	/* What comes from a value is not looked at again. */
	{ "{{word}}", "{n}" },
	{ "{{{name}}}", NULL },		/* there is no unescaped form */
	{ "{{&name}}", NULL },
	{ "{{absent}}", NULL },
	{ "{{o.absent}}", NULL },
	{ "{{o}}", NULL },
	{ "{{real}}", NULL },
	{ "{{}}", NULL },
	{ "{{name", NULL },
	{ "{{ name }}", NULL },
	{ "{{#list}}", NULL },
	{ "{{#list}}{{/o}}", NULL },
	{ "{{/list}}", NULL },
	{ "{{>nosuch}}", NULL },
	{ "{{=absent}}", NULL },
	{ "{{=verdicts.@absent.title}}", NULL },
	{ "{{=verdicts.@n.title}}", NULL },
	{ "{{=sentences.epoch_number}}", NULL },	/* {number}: absent */
	{ "{{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "a}}", NULL }
};

static json_t *
value(void)
{
	json_t	*v = json_loads(VALUE, 0, NULL);

	assert_non_null(v);
	return v;
}

static void
test_rows(void **state)
{
	json_t		*v = value();
	struct buf	 b;
	size_t		 i;
	int		 rc;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_init(&b, 4096);
		rc = template_text(&b, "row", rows[i].text, v, LANG_NL);
		buf_add(&b, "", 1);
		if (rc != (rows[i].page == NULL ? -1 : 0) ||
		    (rc == 0 && strcmp((char *)b.p, rows[i].page) != 0))
			fail_msg("%s: expected %s, found %d %s", rows[i].text,
			    rows[i].page == NULL ? "failure" : rows[i].page,
			    rc, (char *)b.p);
		buf_free(&b);
	}
	json_decref(v);
}

static void
test_language(void **state)
{
	json_t		*v = value();
	struct buf	 b;

	(void)state;
	buf_init(&b, 64);
	assert_int_equal(0, template_text(&b, "row",
	    "{{=verdicts.@status.title}}", v, LANG_EN));
	assert_int_equal(5, b.len);
	assert_memory_equal("Valid", b.p, 5);
	buf_free(&b);
	json_decref(v);
}

/* A list of a thousand in itself three times over is a thousand million. */
static void
test_limits(void **state)
{
	json_t		*v = value();
	struct buf	 b;
	char		 deep[TEMPLATE_DEPTH_MAX * 24 + 1];
	size_t		 i;

	(void)state;
	for (i = 0; i < 1000; i++)
		json_array_append_new(json_object_get(v, "words"),
		    json_string("w"));
	buf_init(&b, ANSWER_MAX);
	assert_int_equal(-1, template_text(&b, "row", "{{#words}}{{#words}}"
	    "{{#words}}{{/words}}{{/words}}{{/words}}", v, LANG_NL));
	buf_reset(&b);
	deep[0] = '\0';
	for (i = 0; i <= TEMPLATE_DEPTH_MAX; i++)
		strcat(deep, "{{#yes}}");
	for (i = 0; i <= TEMPLATE_DEPTH_MAX; i++)
		strcat(deep, "{{/yes}}");
	assert_int_equal(-1, template_text(&b, "row", deep, v, LANG_NL));
	buf_free(&b);

	buf_init(&b, 3);
	assert_int_equal(-1, template_text(&b, "row", "four", v, LANG_NL));
	buf_free(&b);
	json_decref(v);
}

static void
day_is(const char *expected, enum lang lang, int64_t at)
{
	json_t	*day = words_day(lang, at);

	assert_string_equal(expected, json_string_value(day));
	json_decref(day);
}

static void
test_words(void **state)
{
	(void)state;
	assert_string_equal("Hoofdmenu", words_get(LANG_NL, "site.menu"));
	assert_null(words_get(LANG_NL, "site"));
	assert_null(words_get(LANG_NL, "site.menu.nl"));
	assert_null(words_get(LANG_NL, ""));
	assert_null(words_get(LANG_NL, "verdicts.valid"));
	day_is("24 november 2026", LANG_NL, 1795478400);
	day_is("24 November 2026", LANG_EN, 1795478400 + 86399);
	day_is("1 januari 1970", LANG_NL, 0);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_language),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
