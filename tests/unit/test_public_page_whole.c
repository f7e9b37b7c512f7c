/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Pages of an epoch that is not whole: a part of it is not there yet, or its
 * scheme or bodies lack what a page says. Each is a page in words with status
 * 503, never a fault of ours, and never half a page.
 */
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

#include "ca/public/site.h"
#include "tests/lib/shelf.h"

#define NUMBER	"KM-2026-000001-8"
#define BODIES	"{\"bodies\": [{\"name\": \"Kader\", \"accreditation\":" \
	" \"C 123\", \"level\": \"substantial\", \"from\": \"2026-01-01\"," \
	" \"until\": \"2030-01-01\", \"counts\": [{\"year\": 2026," \
	" \"granted\": 3, \"refused\": 1, \"suspended\": 1, \"withdrawn\":" \
	" 0}]}]}"
#define LATER	"Het register is er nu niet"

static const struct page {
	maker		*make;
	const char	*arg;		/* NULL: none */
	const char	*q;
	int		 words;		/* needs nothing of the epoch */
	int		 status;	/* of a whole epoch; 0: 200 */
} pages[] = {
	{ page_home, NULL, NULL, 0, 0 },
	{ page_list, NULL, NULL, 0, 0 },
	{ page_search, NULL, "Jansen", 0, 0 },
	{ page_mark, NUMBER, NULL, 0, 0 },
	{ page_holder, NUMBER, NULL, 0, 503 },	/* a shelf has no lists */
	{ page_check, NULL, NULL, 0, 0 },
	{ page_apply, NULL, NULL, 0, 0 },
	{ page_bodies, NULL, NULL, 0, 0 },
	{ page_figures, NULL, NULL, 0, 0 },
	{ page_scheme, NULL, NULL, 0, 0 },
	{ page_about, NULL, NULL, 1, 0 },
	{ page_accessibility, NULL, NULL, 1, 0 },
	{ page_privacy, NULL, NULL, 1, 0 }
};
enum { PAGES = sizeof(pages) / sizeof(pages[0]) };

static struct shelf	shelf;
static struct conf	conf;
static struct site	site;
static char		issuer[] = "https://keurmerk.example";
static char		name[] = "Voorbeeldkeurmerk";
static size_t		said_later;	/* pages that were 503 */
static int		null;

static int
set_up(void **state)
{
	(void)state;
	shelf_begin(&shelf);
	shelf_mark(&shelf, 1, "Jansen Automatisering B.V.", "jansen.example");
	shelf_print(&shelf);
	memset(&conf, 0, sizeof(conf));
	conf.issuer = issuer;
	conf.host = issuer + strlen("https://");
	conf.site.name = conf.site.name_en = name;
	memset(&site, 0, sizeof(site));
	site.conf = &conf;
	site.files = shelf.files;
	site.epoch = &shelf.epoch;
	site.reg = reg_load(shelf.files, &shelf.epoch, NULL);
	assert_non_null(site.reg);
	assert_non_null(site.search = search_new(site.reg, NULL));
	assert_non_null(site.scheme = json_load_file("schemas/scheme.json", 0,
	    NULL));
	assert_non_null(site.bodies = json_loads(BODIES, 0, NULL));
	said_later = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	json_decref(site.bodies);
	json_decref(site.scheme);
	search_free(site.search);
	reg_free(site.reg);
	shelf_end(&shelf);
	return 0;
}

static int
is_later(const struct answer *a)
{
	return strstr((const char *)a->body.p, LATER) != NULL &&
	    strcmp(a->cache, "no-store") == 0 && a->until == 0 &&
	    (a->flags & ANSWER_PAGE) && (a->flags & ANSWER_NOINDEX);
}

/* Its status; of 503 a page that says so. Below 0: it is no such page. */
static int
page_status(const struct page *p)
{
	static struct ask	ask;
	struct answer		a;
	const char		*args[] = { p->arg };
	int			 status;

	ask.path = "/";
	ask.now = SAMPLE_NOW;
	ask.n = p->q != NULL;
	if (p->q != NULL) {
		snprintf(ask.param[0].name, sizeof(ask.param[0].name), "q");
		snprintf(ask.param[0].value, sizeof(ask.param[0].value), "%s",
		    p->q);
	}
	answer_init(&a);
	p->make(&a, &site, &ask, args, p->arg != NULL);
	buf_add(&a.body, "", 1);
	if (a.body.failed || strcmp(a.type, "text/html; charset=utf-8") != 0 ||
	    strncmp((const char *)a.body.p, "<!DOCTYPE", 9) != 0)
		a.status = -2;
	if ((status = a.status) == 503 && is_later(&a))
		said_later++;
	else if (status == 503)
		status = -1;
	answer_free(&a);
	return status;
}

static void
all_are(int status)
{
	size_t	i;

	for (i = 0; i < PAGES; i++)
		assert_int_equal(page_status(&pages[i]), pages[i].words ?
		    200 : pages[i].status != 0 ? pages[i].status : status);
}

static void
test_whole(void **state)
{
	(void)state;
	all_are(200);
}

/* Nothing is said of what is not there: "no bodies" would be a lie. */
static void
test_parts(void **state)
{
	struct site	whole = site;
	size_t		i;

	(void)state;
	for (i = 0; i < 5; i++) {
		site.epoch = i == 0 ? NULL : whole.epoch;
		site.reg = i == 1 ? NULL : whole.reg;
		site.search = i == 2 ? NULL : whole.search;
		site.scheme = i == 3 ? NULL : whole.scheme;
		site.bodies = i == 4 ? NULL : whole.bodies;
		all_are(503);
	}
	site = whole;
}

/*
 * As it is now: each page is whole, or says that it is not there now. The log
 * has a line for each of those, which nobody reads here.
 */
static void
try_all(void)
{
	int	status[PAGES], err = dup(STDERR_FILENO);
	size_t	i;

	dup2(null, STDERR_FILENO);
	for (i = 0; i < PAGES; i++)
		status[i] = page_status(&pages[i]);
	dup2(err, STDERR_FILENO);
	close(err);
	for (i = 0; i < PAGES; i++)
		if (status[i] != 200 && (status[i] != 503 || pages[i].words))
			fail_msg("page %zu: status %d", i, status[i]);
}

static void
put(json_t *in, const char *key, json_t *value)
{
	assert_int_equal(json_is_object(in) ? json_object_set(in, key, value) :
	    json_array_set(in, 0, value), 0);
}

static const char *const	others[] = {
	"7", "[{}]", "{\"nl\": 1}"
};
enum { OTHERS = sizeof(others) / sizeof(others[0]) };

/* Each value in it, one after the other, is another one, or gone. */
static void
spoil(json_t *in)
{
	json_t				*was, *v, *keys = json_array(), *k;
	const char			*key;
	size_t				 i, n;

	json_object_foreach(in, key, v)
		json_array_append_new(keys, json_string(key));
	if (json_is_array(in) && json_array_size(in) > 0)
		json_array_append_new(keys, json_string(""));
	json_array_foreach(keys, n, k) {
		key = json_string_value(k);
		was = json_incref(json_is_object(in) ? json_object_get(in,
		    key) : json_array_get(in, 0));
		for (i = 0; i < OTHERS; i++) {
			v = json_loads(others[i], JSON_DECODE_ANY, NULL);
			put(in, key, v);
			json_decref(v);
			try_all();
		}
		if (json_is_object(in)) {
			json_object_del(in, key);
			try_all();
		}
		put(in, key, was);
		spoil(was);
		json_decref(was);
	}
	json_decref(keys);
}

static void
test_spoilt(void **state)
{
	json_t	*scheme = site.scheme;
	size_t	 i;

	(void)state;
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	assert_true(null != -1);
	spoil(site.bodies);
	spoil(site.scheme);
	for (i = 0; i < OTHERS; i++) {
		site.scheme = json_loads(others[i], JSON_DECODE_ANY, NULL);
		try_all();
		json_decref(site.scheme);
	}
	site.scheme = scheme;
	close(null);
	all_are(200);
	assert_true(said_later > 100);
}

/* Nor is a badge whose list is not there yet a fault of ours. */
static void
test_badge(void **state)
{
	static maker *const	forms[] = { form_svg, form_png, form_cbor };
	static struct ask	ask;
	const char		*args[] = { NUMBER, "light", "nl" };
	struct answer		a;
	size_t			i;

	(void)state;
	ask.path = "/badge/" NUMBER "/light-nl.svg";
	ask.now = SAMPLE_NOW;
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		answer_init(&a);
		forms[i](&a, &site, &ask, args, 3);
		assert_int_equal(a.status, 503);
		assert_string_equal(a.type, "application/problem+json");
		answer_free(&a);
	}
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		TEST(test_whole),
		TEST(test_parts),
		TEST(test_spoilt),
		TEST(test_badge)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
