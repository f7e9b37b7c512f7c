/* SPDX-License-Identifier: EUPL-1.2 */
/* Files that come with the program: all there, whole, by their names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ca/public/site.h"
#include "ca/public/static_file.h"

/* In the order that they are looked up in, or some are never found. */
static void
test_all(void **state)
{
	size_t	i;

	(void)state;
	assert_true(static_files_n > 0);
	for (i = 0; i < static_files_n; i++) {
		if (i > 0)
			assert_true(strcmp(static_files[i - 1].name,
			    static_files[i].name) < 0);
		assert_ptr_equal(static_find(static_files[i].name),
		    &static_files[i]);
		assert_true(static_files[i].end > static_files[i].p);
		assert_string_not_equal(static_type(static_files[i].name),
		    "application/octet-stream");
	}
	assert_null(static_find(""));
	assert_null(static_find("keurmerk"));
	assert_null(static_find("keurmerk.wasm.x"));
}

static void
test_wasm(void **state)
{
	const char	*name = "keurmerk.wasm";
	struct answer	 a;
	struct ask	 ask = { .path = "/static/keurmerk.wasm" };

	(void)state;
	answer_init(&a);
	static_file(&a, NULL, &ask, &name, 1);
	assert_int_equal(a.status, 200);
	assert_string_equal(a.type, "application/wasm");
	assert_true(a.body.len > 1000);
	assert_memory_equal(a.body.p, "\0asm\1\0\0\0", 8);
	answer_free(&a);
	name = "../keurmerk.wasm";
	answer_init(&a);
	static_file(&a, NULL, &ask, &name, 1);
	assert_int_equal(a.status, 404);
	answer_free(&a);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_all), cmocka_unit_test(test_wasm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
