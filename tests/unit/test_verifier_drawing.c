/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verifier/picture.h: what is drawn, in which words and colours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/lib/drawn.h"
#include "verifier/attestation.h"
#include "verifier/cbor.h"
#include "verifier/json.h"
#include "verifier/picture_pen.h"

static const int64_t	today = (SAMPLE_NOW - 3600) / SAMPLE_DAY;

static struct scene *
begin(void **state)
{
	return *state;
}

static int
setup(void **state)
{
	*state = scene_new();
	return 0;
}

static int
teardown(void **state)
{
	scene_free(*state);
	return 0;
}

static void
test_parse(void **state)
{
	static const char *const	bad[] = {
		"", " ", "1", "0 light nl none -", "01 light nl none -",
		"65536 light nl none -", "100000 light nl none -",
		"+1 light nl none -", "-1 light nl none -",
		"1 light nl none", "1 light nl none - ", "1 light nl none - x",
		" 1 light nl none -", "1  light nl none -",
		"1 Light nl none -", "1 light NL none -", "1 light fr none -",
		"1 lights nl none -", "1 light nl None -",
		"1 light nl none 2026-11-27", "1 light nl valid -",
		"1 light nl expired 2026-11-27", "1 light nl valid 2026-11-7",
		"1 light nl valid 2026-02-29", "1 light nl valid 2026-13-01",
		"1 light nl valid 2026-00-01", "1 light nl valid 2026-01-00",
		"1 light nl valid 2026-01-32", "1 light nl valid 1969-12-31",
		"1 light nl valid 2026/11/27", "1 light nl valid 20261-1-27",
		"1 light nl valid 2026-11-27T", "1 light nl valid 2o26-11-27"
	};
	struct km_picture		p;
	char				text[64], iso[KM_ISO_MAX];
	int64_t				day;
	size_t				i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (km_picture_parse(&p, km_bytes_of(bad[i])) !=
		    KM_ERR_VALUE)
			fail_msg("%s", bad[i]);
	assert_int_equal(km_picture_parse(&p, km_bytes_of(
	    "2 light nl none -")), KM_ERR_VERSION);
	assert_int_equal(p.version, 2);
	assert_int_equal(km_picture_parse(&p, km_bytes_of(
	    "1 mono en superseded 2026-11-27")), KM_OK);
	assert_int_equal(p.variant, KM_VARIANT_MONO);
	assert_int_equal(p.lang, KM_PICTURE_EN);
	assert_int_equal(p.status, KM_STATUS_SUPERSEDED);
	/* Each day of eight centuries, and the last one. */
	for (day = 0; day <= KM_TIME_MAX_DAYS;
	    day += day < 292000 ? 1 : 997) {
		km_iso_day(iso, day);
		snprintf(text, sizeof(text), "1 dark nl valid %s", iso);
		if (km_picture_parse(&p, km_bytes_of(text)) != KM_OK ||
		    p.day != day)
			fail_msg("%s", text);
	}
	assert_int_equal(km_picture_parse(&p, km_bytes_of(
	    "1 dark nl valid 9999-12-31")), KM_OK);
	assert_int_equal(p.day, KM_TIME_MAX_DAYS);
}

/* snprintf's rule, and a comparison with less and more. */
static void
test_room(void **state)
{
	struct scene		*w = begin(state);
	struct km_picture	 p = { KM_DRAWING, KM_VARIANT_DARK,
	    KM_PICTURE_EN, 0, today };
	struct km_bytes		 badge, file;
	char			*part;
	size_t			 n;

	drawn_badge(w, 1);
	drawn_as(w, &p);
	badge = (struct km_bytes){ w->badge_bytes.p, w->badge_bytes.len };
	assert_int_equal(km_picture(NULL, 0, &p, &drawn_att, badge), drawn_len);
	for (n = 1; n < drawn_len; n += 61) {
		part = malloc(n);
		assert_non_null(part);
		assert_int_equal(km_picture(part, n, &p, &drawn_att, badge),
		    drawn_len);
		assert_memory_equal(part, drawn_svg, n);
		file = (struct km_bytes){ (uint8_t *)part, n };
		assert_false(km_picture_is(file, &p, &drawn_att, badge));
		free(part);
	}
	file = (struct km_bytes){ (uint8_t *)drawn_svg, drawn_len + 1 };
	assert_false(km_picture_is(file, &p, &drawn_att, badge));
	file.len = 0;
	assert_false(km_picture_is(file, &p, &drawn_att, badge));
}

static int
has(const char *s)
{
	return strstr(drawn_svg, s) != NULL;
}

static void
test_words(void **state)
{
	static const char *const	bars[2][7] = {
		{ ">GELDIG<", ">INGETROKKEN<", ">GESCHORST<", ">VERVANGEN<",
		    ">VERLOPEN<", ">NOG NIET GELDIG<", ">CONTROLEER<" },
		{ ">VALID<", ">WITHDRAWN<", ">SUSPENDED<", ">REPLACED<",
		    ">EXPIRED<", ">NOT YET VALID<", ">CHECK FIRST<" }
	};
	struct scene			*w = begin(state);
	struct km_picture		 p = { KM_DRAWING, KM_VARIANT_LIGHT,
	    KM_PICTURE_NL, 0, 0 };
	int				 l, s, k, want;

	drawn_badge(w, 1);
	for (l = 0; l < 2; l++)
	for (s = KM_STATUS_NONE; s < 4; s++) {
		/* The day it begins, the day before, the last and the next. */
		static const int	days[] = { 0, -1, 365, 366 };

		for (k = 0; k < 4; k++) {
			p.lang = (enum km_picture_lang)l;
			p.status = s;
			p.day = drawn_att.nbf / SAMPLE_DAY + days[k];
			drawn_as(w, &p);
			want = s < 0 ? 6 : s == 1 ? 1 : k == 1 ? 5 :
			    k == 3 ? 4 : s;
			assert_true(has(bars[l][want]));
			assert_int_equal(has(bars[l][0]), want == 0);
			/* The tick goes with a valid mark alone. */
			assert_int_equal(has("M-23-3l15 19"), want == 0);
		}
	}
	drawn_status(w, 0, today);
	assert_true(has(">Geldig t/m 23 november 2027<"));
	assert_true(has(">Status op 23 november 2026: geldig<"));
	assert_true(has(">1 dienst, niveau substantieel<"));
	assert_true(has(">hele organisatie, niveau basis<"));
	assert_true(has(">KVK 90000011<"));
	assert_true(has(">Nummer KM-2026-000123-P<"));
	assert_true(has(">Controleer op<") && has(">keurmerk.example<"));
	drawn_status(w, 1, today);
	assert_true(has(">Verleend t/m 23 november 2027<"));
}

static void
test_rows(void **state)
{
	struct scene	*w = begin(state);

	w->attestation.n_lines = 4;
	w->attestation.line[0] = (struct sample_line){ 2, 1, NULL, 3 };
	w->attestation.line[1] = (struct sample_line){ 1, 2, "network", 1 };
	w->attestation.line[2] = (struct sample_line){ 1, 2, "security", 2 };
	w->attestation.line[3] = (struct sample_line){ 1, 2, "workplace",
	    1 };
	w->attestation.n_hosts = 2;
	w->attestation.host[1] = "b.example";
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	assert_true(has(">2 diensten, niveau basis<"));
	assert_true(has(">1 dienst, niveau substantieel<"));
	assert_true(has(">hele organisatie, niveau hoog<"));
	assert_true(has(">ict.example +1<"));
	assert_false(has("workplace"));
}

static void
test_environments(void **state)
{
	struct scene	*w = begin(state);

	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	assert_false(has("rotate(") || has("DEMONSTRATIE"));
	w->attestation.environment = 1;
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	assert_true(has(">DEMONSTRATIE<") && has("<title>DEMONSTRATIE: "));
	w->attestation.environment = 2;
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	assert_true(has(">OEFENING<"));
	/* An outline, and in words. */
	w->attestation.environment = 0;
	w->attestation.document = 2;
	w->attestation.body = w->attestation.report = NULL;
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	assert_true(has(">eigen verklaring (niet beoordeeld)<"));
	assert_true(has("stroke-dasharray"));
}

/* Names: escaped, wrapped, cut with an ellipsis; whole in the text. */
static void
test_names(void **state)
{
	struct scene	*w = begin(state);
	char		 name[161], *line;
	size_t		 i;

	w->attestation.legal_name = "A&B <\"'> B.V.";
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	assert_true(has(">A&amp;B &lt;&quot;&apos;&gt; B.V.<"));
	for (i = 0; i < 160; i += 2)
		memcpy(name + i, "\xc3\xa9", 2);
	name[160] = '\0';
	w->attestation.legal_name = name;
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	line = strstr(drawn_svg, "font-weight=\"700\" fill=\"#10222f\">"
	    "\xc3\xa9");
	assert_non_null(line);
	assert_true(has("\xc3\xa9\xe2\x80\xa6</text>"));
	assert_true(has(name));
	/* 14.0 of its size, of 0.76 each: 18, 18, and 17 with an ellipsis. */
	assert_int_equal(strchr(line, '\xc3')[2 * 18], '<');
	memset(name, 'x', 160);
	memset(name + 20, ' ', 3);
	w->attestation.trade_name = name;
	w->attestation.legal_name = "Kort B.V.";
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	assert_true(has(">xxxxxxxxxxxxxxxxxxxx</text>"));
	assert_true(has(">Handelsnaam van</text>"));
	assert_true(has(">Kort B.V.</text>"));
}

/* Of a long host the end stays: it says whose it is. */
static void
test_hosts(void **state)
{
	struct scene	*w = begin(state);
	char		 host[200] = "", iss[220];
	int		 i;

	for (i = 0; i < 9; i++)
		strcat(host, "abcdefghijklmnopqrs.");
	strcat(host, "keurmerk.example");
	snprintf(iss, sizeof(iss), "https://%s", host);
	w->attestation.iss = iss;
	w->attestation.host[0] = host;
	w->attestation.n_hosts = 1;
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	assert_true(has(">\xe2\x80\xa6"));
	assert_true(has("keurmerk.example</text></svg>"));
	assert_true(has(host));
}

static void
test_foreign(void **state)
{
	struct scene	*w = begin(state);

	w->attestation.sub = "NTRBE-0123456789";
	w->attestation.kvk = w->attestation.euid = NULL;
	w->attestation.n_hosts = 0;
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	assert_true(has(">NTRBE-0123456789<"));
	assert_false(has("KVK"));
}

/* R32 of the lessons: no more of SVG than this, and small. */
static void
test_subset(void **state)
{
	static const char *const	never[] = { "<script", "<style",
	    "style=", "href", "<image", "<use", "foreignObject", "<!", "<?",
	    "url(", "javascript", " on", "<a ", "@import", "data:" };
	struct scene			*w = begin(state);
	char				 name[161], *p;
	size_t				 i;
	int				 v;

	memset(name, '&', 160);
	name[160] = '\0';
	w->attestation.legal_name = w->attestation.trade_name = name;
	w->attestation.n_lines = 16;
	for (i = 0; i < 16; i++)
		w->attestation.line[i] = (struct sample_line){ 1, 2,
		    &"a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0n\0o\0p"[2 * i],
		    (int)i % 3 + 1 };
	drawn_badge(w, 0);
	for (v = 0; v < 3; v++) {
		struct km_picture	pic = { KM_DRAWING,
		    (enum km_variant)v, KM_PICTURE_NL, KM_STATUS_NONE, 0 };

		drawn_as(w, &pic);
		assert_true(drawn_len < DRAWN_MAX);
		/* What follows is of the drawing; names have any letters. */
		for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
			if (has(never[i]))
				fail_msg("%s", never[i]);
		for (p = drawn_svg; (p = strchr(p, '&')) != NULL; p++)
			assert_true(strncmp(p, "&amp;", 5) == 0);
		assert_true(has("role=\"img\"") && has("<title>") &&
		    has("<desc>") && has(",sans-serif\""));
	}
}

/* WCAG 2.2, relative luminance of "#rrggbb". */
static double
luminance(const char *colour)
{
	static const double	weight[] = { 0.2126, 0.7152, 0.0722 };
	double			sum = 0, c;
	unsigned int		v;
	int			i;

	assert_int_equal(strlen(colour), 7);
	for (i = 0; i < 3; i++) {
		assert_int_equal(sscanf(colour + 1 + 2 * i, "%2x", &v), 1);
		c = v / 255.0;
		/* ((c + 0.055) / 1.055) ^ 2.4, near enough without libm */
		c = c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055);
		if (v / 255.0 > 0.04045) {
			double	r = c;
			int	k;

			/* c^2.4 = (c^12)^(1/5), by Newton */
			double	t = c * c * c;

			t = t * t * t * t;
			for (k = 0; k < 60; k++)
				r = (4 * r + t / (r * r * r * r)) / 5;
			c = r;
		}
		sum += weight[i] * c;
	}
	return sum;
}

static void
contrast(const char *a, const char *b, double least)
{
	double	x = luminance(a) + 0.05, y = luminance(b) + 0.05;

	if ((x > y ? x / y : y / x) < least)
		fail_msg("%s on %s: contrast below %g", a, b, least);
}

static void
test_contrast(void **state)
{
	const struct km_colours	*c;
	int			 v, s;

	(void)state;
	assert_true(luminance("#ffffff") > 0.999);
	assert_true(luminance("#777777") > 0.183 &&
	    luminance("#777777") < 0.186);
	for (v = 0; v < 3; v++) {
		c = km_colours((enum km_variant)v);
		contrast(c->ink, c->ground, 4.5);
		contrast(c->soft, c->ground, 4.5);
		contrast(c->band_ink, c->band, 4.5);
		contrast(c->letter_out, c->ground, 3);
		for (s = 0; s < KM_SHOWN_N; s++) {
			contrast(c->bar_ink, c->bar[s], 4.5);
			contrast(c->bar_edge[s], c->ground, 4.5);
			contrast(c->letter, c->seal[s], 3);
			contrast(c->seal_edge[s], c->ground, 3);
		}
		contrast(c->tick, c->seal[KM_SHOWN_VALID], 3);
	}
}

static const char *
term(const json_t *j, const char *a, const char *b, const char *lang)
{
	const char	*s = json_string_value(json_object_get(
	    json_object_get(json_object_get(j, a), b), lang));

	assert_non_null(s);
	return s;
}

/* Where the glossary has the word, it is the same; what it forbids is not. */
static void
test_glossary(void **state)
{
	static const char *const	level[] = { "basic", "substantial",
	    "high" }, *const environment[] = { "production",
	    "demonstration", "exercise" }, *const lang[] = { "nl", "en" };
	static const struct {
		enum km_shown	 shown;
		const char	*verdict;
	}				titles[] = {
		{ KM_SHOWN_VALID, "valid" },
		{ KM_SHOWN_WITHDRAWN, "withdrawn" },
		{ KM_SHOWN_SUSPENDED, "suspended" },
		{ KM_SHOWN_SUPERSEDED, "superseded" },
		{ KM_SHOWN_EXPIRED, "expired" },
		{ KM_SHOWN_EARLY, "not-yet-valid" }
	};
	json_t				*j, *never;
	const struct km_words		*w;
	const char			*title;
	size_t				 i, k;
	int				 l;

	(void)state;
	j = json_load_file("schemas/glossary.json", 0, NULL);
	assert_non_null(j);
	for (l = 0; l < 2; l++) {
		w = km_picture_words((enum km_picture_lang)l);
		assert_string_equal(w->lang, lang[l]);
		assert_string_equal(w->self_declaration, term(j, "terms",
		    "self_declaration", lang[l]));
		for (i = 0; i < 3; i++)
			assert_string_equal(w->level[i], term(j, "levels",
			    level[i], lang[l]));
		for (i = 1; i < 3; i++)
			assert_string_equal(w->environment[i], term(j,
			    "environments", environment[i], lang[l]));
		/* The title of a verdict begins with the word. */
		for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
			title = json_string_value(json_object_get(
			    json_object_get(json_object_get(json_object_get(
			    j, "verdicts"), titles[i].verdict), "title"),
			    lang[l]));
			assert_non_null(title);
			k = strlen(w->shown[titles[i].shown]);
			assert_int_equal(strncasecmp(title,
			    w->shown[titles[i].shown], k), 0);
			assert_int_equal(strcasecmp(
			    w->bar[titles[i].shown],
			    w->shown[titles[i].shown]), 0);
		}
		never = json_object_get(json_object_get(j, "never"),
		    lang[l]);
		assert_true(json_array_size(never) > 0);
		for (i = 0; i < json_array_size(never); i++)
			assert_null(strstr(w->title, json_string_value(
			    json_array_get(never, i))));
	}
	json_decref(j);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		TEST(test_room),
		TEST(test_words),
		TEST(test_rows),
		TEST(test_environments),
		TEST(test_names),
		TEST(test_hosts),
		TEST(test_foreign),
		TEST(test_subset),
		cmocka_unit_test(test_contrast),
		cmocka_unit_test(test_glossary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
