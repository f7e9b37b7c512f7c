/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Paths and queries of the public side (ca/public/route.h, answer.h): what is
 * found with which arguments, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ca/public/export.h"
#include "ca/public/route.h"

#define MARK	"KM-2026-000001-8"

static struct route_hit	hit;

static void
test_found(void **state)
{
	(void)state;
	assert_int_equal(route_find(&hit, "/static/keurmerk.wasm"), 1);
	assert_ptr_equal(hit.route->make, static_file);
	assert_int_equal(hit.n, 1);
	assert_string_equal(hit.arg[0], "keurmerk.wasm");
	assert_int_equal(route_find(&hit, "/sitemap/12.xml"), 1);
	assert_ptr_equal(hit.route->make, wk_sitemap_part);
	assert_string_equal(hit.arg[0], "12");
	assert_int_equal(route_find(&hit, "/en/check"), 1);
	assert_ptr_equal(hit.route->make, page_check);
	assert_int_equal(hit.lang, LANG_EN);
	assert_int_equal(hit.n, 0);
	assert_int_equal(route_find(&hit, "/badge/" MARK "/qr-full.png"), 1);
	assert_ptr_equal(hit.route->make, form_qr);
	assert_int_equal(hit.n, 3);
	assert_string_equal(hit.arg[0], MARK);
	assert_string_equal(hit.arg[1], "qr-full");
	assert_string_equal(hit.arg[2], "png");
	assert_int_equal(route_find(&hit, "/v1/marks/" MARK), 1);
	assert_true(hit.route->flags & ANSWER_API);
}

static void
test_not_found(void **state)
{
	static const char *const	paths[] = {
		"", "x", "//", "/static/", "/static/.a", "/static/a/",
		"/static/a.", "/static/../a", "/static/A", "/static/a%2fb",
		"/sitemap/01.xml", "/sitemap/.xml", "/sitemap/12345678901.xml",
		"/sitemap/1.xmlx", "/sitemap/-1.xml", "/badge/" MARK "/",
		"/badge/KM-2026-000001-9/light-nl.svg", "/badge//light-nl.svg",
		"/badge/" MARK "/light-de.svg", "/badge/" MARK "/light-nl.svgx",
		"/badge/" MARK "/-nl.svg", "/controleer/x", "/Controleer",
		"/controleer%00", "/en//check", "/en/controleer",
		"/v1/marks//attestation", "/v1/marks/", "/v1/marks/" MARK "/",
		"/v1/marks/km-2026-000001-8"
	};
	char				longest[1024];
	size_t				i;

	(void)state;
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (route_find(&hit, paths[i]))
			fail_msg("%s is found", paths[i]);
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memcpy(longest, "/static/", 8);
	assert_int_equal(route_find(&hit, longest), 0);
	assert_int_equal(route_find(&hit, NULL), 0);
}

static void
test_moved(void **state)
{
	static const struct { const char *from, *to; int status; } rows[] = {
		{ "/en", "/en/", 301 }, { "/K", "/controleer", 302 },
		{ "/controleer/", "/controleer", 301 },
		{ "/badge/km-2026-000001-8/qr.svg", "/badge/" MARK "/qr.svg",
		    301 },
		{ "/feed/Km-2026-000001-8.xml", "/feed/" MARK ".xml", 301 },
		{ "/en/km-2026-000001-8/", "/en/" MARK, 301 },
	};
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!route_find(&hit, rows[i].from))
			fail_msg("%s is not found", rows[i].from);
		assert_int_equal(hit.moved, rows[i].status);
		assert_string_equal(hit.to, rows[i].to);
	}
}

/* A redirection leads to what is there, and never to another one. */
static void
test_moved_once(void **state)
{
	char	to[ASK_PATH_MAX + 1];

	(void)state;
	assert_int_equal(route_find(&hit, "/controleer//"), 0);
	assert_int_equal(route_find(&hit, "/controleer/"), 1);
	strcpy(to, hit.to);
	assert_int_equal(route_find(&hit, to), 1);
	assert_int_equal(hit.moved, 0);
}

static void
test_query(void **state)
{
	struct ask	ask;

	(void)state;
	memset(&ask, 0, sizeof(ask));
	assert_null(ask_query(&ask, "q page", 1, NULL));
	assert_int_equal(ask.n, 0);
	assert_null(ask_query(&ask, "q page", 1, "q=a+b%20c%C3%A9&page="));
	assert_int_equal(ask.n, 2);
	assert_string_equal(ask_value(&ask, "q"), "a b c\xc3\xa9");
	assert_string_equal(ask_value(&ask, "page"), "");
	assert_null(ask_value(&ask, "pag"));
	/* What a page does not know it passes over; the API refuses it. */
	assert_null(ask_query(&ask, "q page", 0, "utm=1&q=x&pa=2&&"));
	assert_int_equal(ask.n, 1);
	assert_null(ask_query(&ask, NULL, 0, "q=x"));
	assert_int_equal(ask.n, 0);
}

static void
test_query_bad(void **state)
{
	static const struct { const char *query, *says; } rows[] = {
		{ "utm=1", "no other parameters" }, { "=x", "no other" },
		{ "q+page=1", "no other" }, { "q%0A=1", "no other" },
		{ "q=x&q=y", "once" }, { "q=x&%71=y", "once" },
		{ "q=%", "escaped" }, { "q=%4", "escaped" },
		{ "q=%zz", "escaped" }, { "q=%00", "escaped" },
		{ "q=a%00b", "escaped" }, { "q=%ff", "Latin" },
		{ "q=%c3", "Latin" }, { "q=%c0%80", "Latin" },
		{ "q=%0d%0aX:1", "Latin" }, { "q=%e6%9d%b1", "Latin" },
		{ "q=%e2%80%ae", "Latin" },
		{ "1&2&3&4&5&6&7&8&9&a&b&c&d&e&f&g&h", "parameters" },
	};
	struct ask	ask;
	const char	*wrong;
	char		longest[600] = "q=";
	size_t		i;

	(void)state;
	memset(&ask, 0, sizeof(ask));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		wrong = ask_query(&ask, "q page", 1, rows[i].query);
		if (wrong == NULL || strstr(wrong, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].query, wrong);
	}
	/* Where every name is known, only text is one. */
	assert_null(ask_query(&ask, "*", 1, "pages=1"));
	assert_non_null(ask_query(&ask, "*", 1, "page%0A2%0Asize=50"));
	assert_non_null(ask_query(&ask, "*", 1, "%ff=1"));
	assert_non_null(ask_query(&ask, "q", 0,
	    "1&2&3&4&5&6&7&8&9&a&b&c&d&e&f&g&h"));
	memset(longest + 2, 'a', ASK_VALUE_MAX);
	assert_null(ask_query(&ask, "q", 1, longest));
	longest[2 + ASK_VALUE_MAX] = 'a';
	assert_non_null(ask_query(&ask, "q", 1, longest));
}

static void
test_export_name(void **state)
{
	static const struct { const char *path, *type, *name; } rows[] = {
		{ "/", "text/html; charset=utf-8", "index.html" },
		{ "/en/", "text/html; charset=utf-8", "en/index.html" },
		{ "/over", "text/html; charset=utf-8", "over.html" },
		{ "/a.b/over", "text/html", "a.b/over.html" },
		{ "/v1/marks", "application/json", "v1/marks.json" },
		{ "/x/attestation", "application/keurmerk+cwt",
		    "x/attestation" },
		{ "/feed.xml", "application/atom+xml", "feed.xml" },
	};
	char	name[ASK_PATH_MAX];
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(export_name(name, sizeof(name),
		    rows[i].path, rows[i].type), 0);
		assert_string_equal(name, rows[i].name);
	}
	assert_int_equal(export_name(name, 8, "/register", NULL), -1);
}

/* FreeType is for one thread (ca/public/font.h). */
static void
test_drawn_in_worker(void **state)
{
	maker *const		drawn[] = { form_png, form_small, form_pdf,
				    form_qr, form_zip };
	const struct route	*r;
	size_t			 i, k, n = 0;

	(void)state;
	for (i = 0; (r = route_table(i)) != NULL; i++)
		for (; r->nl != NULL; r++)
			for (k = 0; k < sizeof(drawn) / sizeof(drawn[0]); k++)
				if (r->make == drawn[k]) {
					assert_true(r->flags & ANSWER_SLOW);
					n++;
				}
	assert_int_equal(n, sizeof(drawn) / sizeof(drawn[0]));
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_found), cmocka_unit_test(test_not_found),
		cmocka_unit_test(test_moved), cmocka_unit_test(test_moved_once),
		cmocka_unit_test(test_query), cmocka_unit_test(test_query_bad),
		cmocka_unit_test(test_export_name),
		cmocka_unit_test(test_drawn_in_worker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
