/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A mark as JSON, the parameters of the API, changes in order of time, and
 * what is written of hostile names: by makers alone, without a listener.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/public/api.h"
#include "ca/public/register_change.h"
#include "tests/lib/shelf.h"

enum { TWO_RUNS = 1030 };
#define NOW	SAMPLE_NOW
#define DAY	SAMPLE_DAY
#define HTML	"<script>alert('1')</script> \"B.V.\" & Zn."
#define FORMULA	"=1+1\" Automatisering"

static struct shelf	s;
static struct conf	conf;
static struct site	site;
static struct ask	ask;
static struct answer	answer;
static char		issuer[] = "https://keurmerk.example";

static int
set_up(void **state)
{
	(void)state;
	shelf_begin(&s);
	memset(&conf, 0, sizeof(conf));
	conf.issuer = issuer;
	conf.host = issuer + strlen("https://");
	memset(&site, 0, sizeof(site));
	site.conf = &conf;
	memset(&ask, 0, sizeof(ask));
	ask.path = "/v1/marks";
	ask.now = NOW;
	answer_init(&answer);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	answer_free(&answer);
	search_free(site.search);
	reg_free(site.reg);
	shelf_end(&s);
	return 0;
}

/* The register of what is on the shelf. */
static void
open_site(void)
{
	shelf_print(&s);
	site.files = s.files;
	site.epoch = &s.epoch;
	site.reg = reg_load(s.files, &s.epoch, NULL);
	assert_non_null(site.reg);
	site.search = search_new(site.reg, NULL);
	assert_non_null(site.search);
}

static void
param(const char *name, const char *value)
{
	struct ask_param	*p = &ask.param[ask.n++];

	snprintf(p->name, sizeof(p->name), "%s", name);
	snprintf(p->value, sizeof(p->value), "%s", value);
}

/* Ask anew, one thing. */
static json_t *
made(maker *make, const char *arg, int status)
{
	const char	*args[] = { arg };
	json_t		*json;

	answer_free(&answer);
	answer_init(&answer);
	make(&answer, &site, &ask, args, arg != NULL);
	assert_int_equal(answer.status, status);
	assert_int_equal(answer.body.failed, 0);
	json = json_loadb((const char *)answer.body.p, answer.body.len, 0,
	    NULL);
	assert_non_null(json);
	return json;
}

static const json_t *
at(const json_t *j, const char *a, const char *b)
{
	j = json_object_get(j, a);
	return b == NULL ? j : json_object_get(j, b);
}

static void
says(const json_t *j, const char *a, const char *b, const char *text)
{
	assert_non_null(at(j, a, b));
	assert_string_equal(json_string_value(at(j, a, b)), text);
}

/* A holder's name is text, whatever it is made of. */
static void
test_names(void **state)
{
	json_t	*j;
	char	number[17];

	(void)state;
	shelf_mark(&s, 1, HTML, NULL);
	shelf_mark(&s, 2, FORMULA, "firm.example");
	open_site();
	shelf_number(number, 1);
	j = made(api_mark, number, 200);
	says(j, "holder", "legalName", HTML);
	says(j, "number", NULL, number);
	says(j, "status", NULL, "valid");
	says(j, "validUntil", NULL, "2027-11-24T00:00:00Z");
	says(j, "lastDay", NULL, "2027-11-23");
	says(j, "links", "page", "https://keurmerk.example/KM-2026-000001-8");
	assert_true(json_is_null(at(j, "statusReason", NULL)));
	assert_true(json_is_null(at(j, "notice", NULL)));
	assert_int_equal(json_array_size(at(j, "attestations", NULL)), 1);
	assert_int_equal(json_array_size(at(j, "history", NULL)), 1);
	json_decref(j);
	conf.environment = CONF_EXERCISE;
	j = made(api_mark, number, 200);
	says(j, "notice", "nl", "OEFENING: geen echt keurmerk.");
	json_decref(j);
	shelf_number(number, 3);
	json_decref(made(api_mark, number, 404));
}

/* What an act made of it: since when, and why. */
static void
test_status(void **state)
{
	json_t	*j;
	char	number[17];

	(void)state;
	shelf_mark(&s, 1, "Firma", NULL);
	shelf_event(&s, 0, NOW - 100, KM_EVENT_SUSPEND, 4);
	s.leaf[0].status = KM_STATUS_SUSPENDED;
	open_site();
	shelf_number(number, 1);
	j = made(api_mark, number, 200);
	says(j, "status", NULL, "suspended");
	says(j, "statusSince", NULL, "2026-11-23T23:58:20Z");
	says(j, "statusReason", NULL, "no-cooperation");
	says(json_array_get(at(j, "history", NULL), 1), "event", NULL,
	    "suspend");
	json_decref(j);
}

static void
test_no_register(void **state)
{
	static maker *const	all[] = { api_marks, api_mark, api_attestation,
	    api_badge, api_status_lists, api_epochs, api_trust_lists,
	    api_bodies, api_changes, open_csv, open_json, open_index,
	    feed_changes, feed_mark };
	size_t			i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		json_decref(made(all[i], "KM-2026-000001-8", 503));
}

/* All that is wrong, in the order of openapi.yaml; nothing is answered. */
static void
test_all_wrong(void **state)
{
	const json_t	*errors;
	json_t		*j;

	(void)state;
	shelf_mark(&s, 1, "Firma", NULL);
	open_site();
	param("page", "0");
	param("size", "101");
	param("colour", "red");
	param("level", "top");
	param("host", "Firm.example");
	j = made(api_marks, NULL, 400);
	assert_string_equal(answer.type, "application/problem+json");
	assert_string_equal(answer.cache, "no-store");
	errors = at(j, "errors", NULL);
	assert_int_equal(json_array_size(errors), 5);
	says(json_array_get(errors, 0), "name", NULL, "colour");
	says(json_array_get(errors, 4), "detail", NULL,
	    "expected a number from 1 to 100");
	json_decref(j);
}

/* Numbers have one form, and pages have an end. */
static void
test_numbers(void **state)
{
	static const char *const	bad[] = { "", "01", "+1", " 1", "1 ",
	    "1.0", "0x1", "-1", "4294967297", "99999999999999999999" };
	size_t				i;

	(void)state;
	shelf_mark(&s, 1, "Firma", NULL);
	open_site();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ask.n = 0;
		param("page", bad[i]);
		json_decref(made(api_marks, NULL, 400));
	}
	ask.n = 0;
	param("page", "1000000");
	param("size", "100");
	json_decref(made(api_marks, NULL, 200));
	json_decref(made(api_epochs, NULL, 200));
}

/* A link asks the same again, whatever was asked. */
static void
test_links(void **state)
{
	const json_t	*links;
	json_t		*j;
	unsigned int	i;
	char		name[32];

	(void)state;
	for (i = 1; i <= 5; i++) {
		snprintf(name, sizeof(name), "Firma %u", i);
		shelf_mark(&s, i, name, NULL);
	}
	open_site();
	param("size", "2");
	param("page", "2");
	param("status", "valid");
	j = made(api_marks, NULL, 200);
	links = at(j, "links", NULL);
	says(links, "next", NULL, "https://keurmerk.example/v1/marks?size=2&"
	    "status=valid&page=3");
	says(links, "previous", NULL, "https://keurmerk.example/v1/marks?"
	    "size=2&status=valid");
	assert_int_equal(json_array_size(at(j, "marks", NULL)), 2);
	assert_int_equal(json_integer_value(at(at(j, "page", NULL), "total",
	    NULL)), 5);
	json_decref(j);
	ask.n = 0;
	param("q", "a&b=c#d \"\xc3\xa9%");
	j = made(api_marks, NULL, 200);
	says(j, "links", "self", "https://keurmerk.example/v1/marks?"
	    "q=a%26b%3Dc%23d%20%22%C3%A9%25");
	json_decref(j);
}

/* The order of all events by walking all of them. */
struct plain {
	int64_t		 at;
	uint32_t	 index;
	unsigned int	 nth;
};

static int
by_order(const void *a, const void *b)
{
	const struct plain	*x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->index != y->index)
		return x->index < y->index ? -1 : 1;
	return x->nth < y->nth ? -1 : x->nth > y->nth;
}

static size_t
walk(struct plain *out, int64_t since)
{
	size_t	n = 0, k;
	uint32_t i;

	for (i = 0; i < s.n; i++)
		for (k = 0; k < s.leaf[i].n; k++)
			if (s.leaf[i].event[k].at >= since)
				out[n++] = (struct plain){
				    s.leaf[i].event[k].at, i,
				    (unsigned int)k };
	qsort(out, n, sizeof(*out), by_order);
	return n;
}

/* Many in one second, and in no order: each page is a part of the whole. */
static void
test_changes(void **state)
{
	static const int64_t	since[] = { 0, NOW - DAY, NOW - DAY + 1,
	    NOW - 40, NOW - 39, NOW };
	static struct plain	all[3 * TWO_RUNS];
	struct reg_change	c[7];
	char			name[32];
	size_t			n, skip, k, i;
	unsigned int		m;

	(void)state;
	for (m = 1; m <= TWO_RUNS; m++) {
		snprintf(name, sizeof(name), "Firma %u", m);
		shelf_mark(&s, m, name, NULL);
		if (m % 3 == 0)
			shelf_event(&s, m - 1, NOW - 50 + m % 11,
			    KM_EVENT_SUSPEND, 3);
		if (m % 9 == 0)
			shelf_event(&s, m - 1, NOW - 39, KM_EVENT_LIFT, 0);
	}
	open_site();
	for (i = 0; i < sizeof(since) / sizeof(since[0]); i++) {
		n = walk(all, since[i]);
		assert_int_equal(reg_changes_count(site.reg, since[i]), n);
		for (skip = 0; skip <= n + 5; skip += 5) {
			k = reg_changes(c, 7, skip, site.reg, since[i]);
			assert_int_equal(k, skip >= n ? 0 : n - skip < 7 ?
			    n - skip : 7);
			while (k-- > 0) {
				assert_int_equal(c[k].index,
				    all[skip + k].index);
				assert_int_equal(c[k].nth, all[skip + k].nth);
				assert_int_equal(c[k].event.at,
				    all[skip + k].at);
			}
		}
	}
}

static int
has(const char *text)
{
	return memmem(answer.body.p, answer.body.len, text, strlen(text)) !=
	    NULL;
}

/* Neither markup nor formula, and the same bytes for the same question. */
static void
test_open(void **state)
{
	struct buf	first;
	const char	*args[] = { "KM-2026-000001-8" };

	(void)state;
	shelf_mark(&s, 1, HTML, NULL);
	shelf_mark(&s, 2, FORMULA, NULL);
	open_site();
	open_csv(&answer, &site, &ask, args, 0);
	assert_true(has(",\"'=1+1\"\" Automatisering\","));
	assert_true(has(",\"<script>alert('1')</script> \"\"B.V.\"\" & "
	    "Zn.\","));
	first = answer.body;
	answer_init(&answer);
	open_csv(&answer, &site, &ask, args, 0);
	assert_int_equal(first.len, answer.body.len);
	assert_memory_equal(first.p, answer.body.p, first.len);
	buf_free(&first);
	answer_free(&answer);
	answer_init(&answer);
	feed_mark(&answer, &site, &ask, args, 1);
	assert_int_equal(answer.status, 200);
	assert_false(has("<script"));
	assert_true(has("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; "
	    "&quot;B.V.&quot; &amp; Zn."));
}

/* Each way in which a cell may begin. */
static void
test_formulas(void **state)
{
	static const char *const	names[] = { "=a", "+a", "-a", "@a",
	    "'a", "a=" };
	static const char *const	cells[] = { ",\"'=a\",", ",\"'+a\",",
	    ",\"'-a\",", ",\"'@a\",", ",\"'a\",", ",\"a=\"," };
	unsigned int			i;

	(void)state;
	for (i = 0; i < 6; i++)
		shelf_mark(&s, i + 1, names[i], NULL);
	open_site();
	open_csv(&answer, &site, &ask, NULL, 0);
	for (i = 0; i < 6; i++)
		assert_true(has(cells[i]));
}

int
main(void)
{
#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest	tests[] = {
		TEST(test_names), TEST(test_status), TEST(test_no_register),
		TEST(test_all_wrong), TEST(test_numbers), TEST(test_links),
		TEST(test_changes), TEST(test_open), TEST(test_formulas)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
