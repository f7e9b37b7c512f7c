/* SPDX-License-Identifier: EUPL-1.2 */
/* Walk: what is refused of JSON as such, and that the error says where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ca/record/walk.h"

#define MAX	64

static json_t *
begin(struct walk *w, const char *text)
{
	return walk_begin(w, (const uint8_t *)text, strlen(text), MAX);
}

static void
test_refused_text(void **state)
{
	static const struct {
		const char	*text;
		int		 line;
		const char	*says;
	} rows[] = {
		{ "", 0, "1 to 64 bytes of JSON, found 0" },
		{ "{\n\"a\": \"\t\"}", 2, "repertoire" },
		{ "{\r\n}", 1, "repertoire" },
		{ "\xef\xbb\xbf{}", 1, "repertoire" },
		{ "{\n\n\"a\": \"\xc2\xad\"}", 3, "repertoire" },
		{ "{\"a\": \"\xff\"}", 1, "repertoire" },
		{ "{\n\"a\": \"\\u0041\"}", 2, "an escape" },
		{ "{\"a\": 1,\n\"a\": 2}", 2, "duplicate" },
		{ "{\"a\": 1,\n}", 2, "expected a JSON object" },
		{ "{\"a\": 1}\n\nx", 3, "end of file" },
		{ "{\"a\": 01}", 1, "expected a JSON object" },
		{ "[1]", 1, "/: expected an object, found an array of 1" },
		{ "\n7", 2, "expected a JSON object" }
	};
	struct walk	w;
	size_t		i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (begin(&w, rows[i].text) != NULL || !w.failed ||
		    w.line != rows[i].line ||
		    strstr(w.message, rows[i].says) == NULL)
			fail_msg("row %zu: line %d: %s", i, w.line, w.message);
	}
}

static void
test_longest(void **state)
{
	struct walk	w;
	json_t		*root;
	char		 text[MAX + 2];

	(void)state;
	snprintf(text, sizeof(text), "{\"a\": \"%*s\"}", MAX - 9, "");
	assert_int_equal(strlen(text), MAX);
	root = begin(&w, text);
	assert_non_null(root);
	assert_string_equal(w.message, "");
	json_decref(root);

	snprintf(text, sizeof(text), "{\"a\": \"%*s\"}", MAX - 8, "");
	assert_null(begin(&w, text));
	assert_int_equal(w.line, 0);
	assert_string_equal(w.message,
	    "expected 1 to 64 bytes of JSON, found 65");
}

/* What each reader says of what is not what it reads. */
static void
read_all(struct walk *w, json_t *root, const char *name)
{
	if (strcmp(name, "object") == 0)
		walk_object(w, root, name);
	else if (strcmp(name, "array") == 0)
		walk_array(w, root, name, 1, 2);
	else if (strcmp(name, "text") == 0)
		walk_text(w, root, name, 3);
	else if (strcmp(name, "code") == 0)
		walk_code(w, root, name);
	else if (strcmp(name, "uint") == 0)
		walk_uint(w, root, name, 2, 4);
	else if (strcmp(name, "bool") == 0)
		walk_bool(w, root, name);
	else
		walk_words(w, root, name, 3);
}

static void
test_readers(void **state)
{
	static const struct {
		const char	*text;		/* {"READER": ...} */
		const char	*says;		/* NULL: good */
	} rows[] = {
		{ "{\"object\": {}}", NULL },
		{ "{\"object\": []}", "an object, found an array of 0" },
		{ "{\"object\": null}", "found null" },
		{ "{\"array\": [1, 2]}", NULL },
		{ "{\"array\": []}", "an array of 1 to 2, found an array of" },
		{ "{\"array\": [1, 2, 3]}", "found an array of 3" },
		{ "{\"array\": {\"0\": 1}}", "found an object of 1" },
		{ "{\"text\": \"abc\"}", NULL },
		{ "{\"text\": \"\"}", "text of 1 to 3 bytes, found \"\"" },
		{ "{\"text\": \"abcd\"}", "found \"abcd\"" },
		{ "{\"text\": 1}", "found 1" },
		{ "{\"code\": \"0-9\"}", NULL },
		{ "{\"code\": \"abcdefghijklmnopqrstuvwxyz012345\"}", NULL },
		{ "{\"code\": \"abcdefghijklmnopqrstuvwxyz0123456\"}", "code" },
		{ "{\"code\": \"\"}", "a code" },
		{ "{\"code\": \"-a\"}", "a code" },
		{ "{\"code\": \"A\"}", "a code" },
		{ "{\"code\": \"a b\"}", "a code" },
		{ "{\"code\": 5}", "a code" },
		{ "{\"uint\": 2}", NULL },
		{ "{\"uint\": 4}", NULL },
		{ "{\"uint\": 1}", "a whole number from 2 to 4, found 1" },
		{ "{\"uint\": 5}", "found 5" },
		{ "{\"uint\": -2}", "found -2" },
		{ "{\"uint\": 2.0}", "found 2" },
		{ "{\"uint\": 4294967298}", "found 4294967298" },
		{ "{\"uint\": \"3\"}", "found \"3\"" },
		{ "{\"uint\": true}", "found true" },
		{ "{\"bool\": true}", NULL },
		{ "{\"bool\": 1}", "true or false, found 1" },
		{ "{\"bool\": \"false\"}", "true or false" },
		{ "{\"words\": {\"nl\": \"a\", \"en\": \"b\"}}", NULL },
		{ "{\"words\": {\"nl\": \"a\"}}", "/words/en: expected text" },
		{ "{\"words\": {\"nl\": \"a\", \"en\": \"\"}}", "/words/en" },
		{ "{\"words\": {\"nl\": \"abcd\", \"en\": \"b\"}}", "s/nl" },
		{ "{\"words\": {\"nl\": \"a\", \"en\": \"b\", \"fr\": 1}}",
		    "/words/fr: expected no such member, found 1" },
		{ "{\"words\": \"a\"}", "/words: expected an object" }
	};
	struct walk	 w;
	json_t		*root;
	const char	*says;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		root = begin(&w, rows[i].text);
		assert_non_null(root);
		read_all(&w, root, json_object_iter_key(
		    json_object_iter(root)));
		says = rows[i].says;
		if (w.failed != (says != NULL) || (says != NULL &&
		    strstr(w.message, says) == NULL))
			fail_msg("row %zu: %s", i, w.message);
		json_decref(root);
	}
}

/* The path to a member, as it is laid out here, and the line that it is on. */
static void
test_where(void **state)
{
	static const char	 text[] =
	    "{ \"a\": { \"b\": \"}]\" },\n"
	    "  \"b\":\n"
	    "    [ [ 1 ], {\n"
	    "    \"c\": \"x\" }\n"
	    "] }";
	struct walk		 w;
	json_t			*root, *list, *item;

	(void)state;
	root = begin(&w, text);
	assert_non_null(root);
	list = walk_array(&w, root, "b", 1, 9);
	walk_enter(&w, "b");
	item = walk_item(&w, list, 1);
	assert_non_null(item);
	assert_string_equal(walk_text(&w, item, "c", 1), "x");
	walk_uint(&w, item, "c", 1, 2);
	assert_string_equal(w.message,
	    "/b/1/c: expected a whole number from 1 to 2, found \"x\"");
	assert_int_equal(w.line, 4);
	/* The first error stays. */
	walk_fail(&w, NULL, NULL, "nothing more");
	assert_null(walk_object(&w, root, "a"));
	assert_null(walk_item(&w, list, 0));
	assert_int_equal(w.line, 4);
	json_decref(root);

	/* Of what is not there, the line of what it is missing from. */
	root = begin(&w, text);
	walk_enter(&w, "b");
	item = walk_item(&w, json_object_get(root, "b"), 1);
	walk_bool(&w, item, "d");
	assert_int_equal(w.line, 3);
	assert_string_equal(w.message,
	    "/b/1/d: expected true or false, found nothing");
	json_decref(root);

	/* An item that is no object. */
	root = begin(&w, text);
	walk_enter(&w, "b");
	assert_null(walk_item(&w, json_object_get(root, "b"), 0));
	assert_string_equal(w.message,
	    "/b/0: expected an object, found an array of 1");
	assert_int_equal(w.line, 3);
	json_decref(root);
}

static void
test_depth(void **state)
{
	struct walk	 w;
	json_t		*root;
	int		 i;

	(void)state;
	root = begin(&w, "{}");
	for (i = 0; i < WALK_STEPS_MAX; i++)
		walk_enter(&w, "a");
	assert_false(w.failed);
	walk_leave(&w);
	walk_enter(&w, "b");
	assert_false(w.failed);
	walk_enter(&w, "c");
	assert_true(w.failed);
	assert_int_equal(w.line, 1);
	json_decref(root);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_refused_text),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_where),
		cmocka_unit_test(test_depth)
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
