/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verifier/judge_picture.c: what is drawn passes, and nothing else does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/drawn.h"
#include "tests/lib/wrap.h"
#include "verifier/cbor.h"

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

static enum km_verdict
ask(struct scene *w, const void *p, size_t len)
{
	w->q.badge = (struct km_bytes){ p, len };
	return km_verify(w->known, &w->r, &w->q);
}

/* Outcome and reason of the picture's check under this verdict. */
static void
expect_of(struct scene *w, const void *p, size_t len,
    enum km_verdict verdict, enum km_outcome outcome, enum km_err why)
{
	assert_int_equal(ask(w, p, len), verdict);
	assert_int_equal(OUTCOME(w, KM_CHECK_PICTURE), outcome);
	assert_int_equal(WHY(w, KM_CHECK_PICTURE), why);
}

static void
expect(struct scene *w, enum km_verdict verdict, enum km_outcome outcome,
    enum km_err why)
{
	expect_of(w, drawn_svg, drawn_len, verdict, outcome, why);
}

static void
test_passes(void **state)
{
	struct scene		*w = begin(state);
	struct km_picture	 p = { KM_DRAWING, KM_VARIANT_LIGHT,
	    KM_PICTURE_NL, 0, today };
	int			 v, l;

	scene_know_all(w);
	drawn_badge(w, 1);
	for (v = 0; v < 3; v++)
		for (l = 0; l < 2; l++) {
			p.variant = (enum km_variant)v;
			p.lang = (enum km_picture_lang)l;
			drawn_as(w, &p);
			expect(w, KM_VALID, KM_PASSED, KM_OK);
		}
	assert_int_equal(w->r.check[KM_CHECK_PICTURE].want, 1);
	assert_int_equal(w->r.check[KM_CHECK_PICTURE].found, 1);
	assert_true(km_bytes_equal(w->r.check[KM_CHECK_PICTURE].found_text,
	    km_bytes_of("1 mono en valid 2026-11-23")));
	/* Without a list no status is shown. */
	drawn_badge(w, 0);
	drawn_status(w, KM_STATUS_NONE, 0);
	expect(w, KM_VALID, KM_PASSED, KM_OK);
	drawn_badge(w, 1);
	drawn_status(w, KM_STATUS_NONE, 0);
	expect(w, KM_VALID, KM_PASSED, KM_OK);
}

/* No byte can be another, be added or be left out. */
static void
test_every_byte(void **state)
{
	struct scene	*w = begin(state);
	size_t		 i;

	scene_know_all(w);
	drawn_badge(w, 0);
	drawn_status(w, KM_STATUS_NONE, 0);
	for (i = 0; i < drawn_len; i++) {
		drawn_svg[i] ^= 1;
		if (ask(w, drawn_svg, drawn_len) == KM_VALID)
			fail_msg("byte %zu", i);
		drawn_svg[i] ^= 1;
		if (ask(w, drawn_svg, i) == KM_VALID)
			fail_msg("cut at %zu", i);
	}
	expect(w, KM_VALID, KM_PASSED, KM_OK);
	drawn_svg[drawn_len] = '\n';
	expect_of(w, drawn_svg, drawn_len + 1, KM_MALFORMED, KM_FAILED,
	    KM_ERR_PICTURE);
	memmove(drawn_svg + 1, drawn_svg, drawn_len);
	drawn_svg[0] = ' ';
	expect_of(w, drawn_svg, drawn_len + 1, KM_MALFORMED, KM_FAILED,
	    KM_ERR_PICTURE);
	assert_int_equal(w->r.vouched, 1);
}

/* The picture of another badge, and one retouched in its words. */
static void
test_retouched(void **state)
{
	struct scene	*w = begin(state);
	char		*at;

	scene_know_all(w);
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	at = strstr(drawn_svg, "niveau basis");
	assert_non_null(at);
	memcpy(at, "niveau hoog!", 12);
	expect(w, KM_MALFORMED, KM_FAILED, KM_ERR_PICTURE);
	drawn_status(w, 0, today);
	w->attestation.legal_name = "Ander ICT B.V.";
	drawn_badge(w, 1);
	memcpy(strstr(drawn_svg, "<metadata"), "<METADATA", 9);
	at = calloc(1, drawn_len + w->badge_bytes.len * 2 + 100);
	assert_non_null(at);
	memcpy(at, drawn_svg, drawn_len - 6);
	{
		struct sample_buf	e = { NULL, 0, 0 };

		wrap_element(&e, "1 light nl valid 2026-11-23",
		    w->badge_bytes.p, w->badge_bytes.len);
		memcpy(at + drawn_len - 6, e.p, e.len);
		memcpy(at + drawn_len - 6 + e.len, "</svg>", 6);
		expect_of(w, at, drawn_len + e.len, KM_MALFORMED, KM_FAILED,
		    KM_ERR_PICTURE);
		sample_free(&e);
	}
	free(at);
}

/* What a page shows nobody can tell who does not draw it. */
static void
test_page(void **state)
{
	struct scene	*w = begin(state);
	static char	 page[sizeof(drawn_svg) + 200];
	int		 n;

	scene_know_all(w);
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	n = snprintf(page, sizeof(page), "<!DOCTYPE html>\n<title>x</title>"
	    "<svg></svg>%.*s<svg></svg>\n", (int)drawn_len, drawn_svg);
	expect_of(w, page, (size_t)n, KM_VALID, KM_NOT_PERFORMED, KM_OK);
	*strstr(page, "Basis") = 'b';
	expect_of(w, page, (size_t)n, KM_VALID, KM_NOT_PERFORMED, KM_OK);
}

/* A picture is no page for saying so: a browser shows it as a picture. */
static void
test_said_to_be_page(void **state)
{
	static const char *const	before[] = {
		"<!DOCTYPE html>", "<?xml version=\"1.0\"?><!DOCTYPE html>\n",
		"<!DOCTYPE html [<!-- > <html> -->]>",
		"<!DOCTYPE html><!-- <html> -->"
	};
	static char			file[sizeof(drawn_svg) + 200];
	struct scene			*w = begin(state);
	size_t				i;
	char				*at;
	int				n;

	scene_know_all(w);
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	for (i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		n = snprintf(file, sizeof(file), "%s%.*s", before[i],
		    (int)drawn_len, drawn_svg);
		at = strstr(file, "niveau basis");
		assert_non_null(at);
		memcpy(at, "niveau hoog!", 12);
		expect_of(w, file, (size_t)n, KM_MALFORMED, KM_FAILED,
		    KM_ERR_PICTURE);
	}
}

/* An element with a badge and a data-picture of any kind. */
static void
expect_drawn(struct scene *w, const char *drawn, enum km_verdict verdict,
    enum km_outcome outcome, enum km_err why)
{
	struct sample_buf	b = { NULL, 0, 0 };

	wrap_element(&b, drawn, w->badge_bytes.p, w->badge_bytes.len);
	expect_of(w, b.p, b.len, verdict, outcome, why);
	sample_free(&b);
}

/* A drawing that is not known, and one that is not the one signed. */
static void
test_version(void **state)
{
	struct scene	*w = begin(state);
	struct km_check	*k = &w->r.check[KM_CHECK_PICTURE];

	scene_know_all(w);
	drawn_badge(w, 1);
	expect_drawn(w, "2 light nl valid 2026-11-23", KM_MALFORMED,
	    KM_FAILED, KM_ERR_PICTURE);
	assert_int_equal(k->want, 1);
	assert_int_equal(k->found, 2);
	w->attestation.drawing = 2;
	drawn_badge(w, 1);
	expect_drawn(w, "2 what it may say", KM_VALID,
	    KM_NOT_PERFORMED, KM_ERR_VERSION);
	assert_int_equal(k->want, 1);
	assert_int_equal(k->found, 2);
	drawn_status(w, 0, today);
	expect(w, KM_MALFORMED, KM_FAILED, KM_ERR_PICTURE);
	assert_int_equal(k->want, 2);
	assert_int_equal(k->found, 1);
}

/* Status and day drawn, against the list that is carried. */
static void
test_status(void **state)
{
	struct scene	*w = begin(state);
	int		 drawn, listed;

	scene_write_trust(w);
	scene_know(w);
	for (listed = 0; listed < 4; listed++) {
		sample_status_set(&w->status, 7, listed);
		drawn_badge(w, 1);
		for (drawn = 0; drawn < 4; drawn++) {
			drawn_status(w, drawn, today);
			(void)ask(w, drawn_svg, drawn_len);
			assert_int_equal(OUTCOME(w, KM_CHECK_PICTURE),
			    drawn == listed ? KM_PASSED : KM_FAILED);
			assert_int_equal(WHY(w, KM_CHECK_PICTURE),
			    drawn == listed ? KM_OK : KM_ERR_MISMATCH);
		}
	}
	sample_status_set(&w->status, 7, 0);
	drawn_badge(w, 1);
	drawn_status(w, 0, today + 1);
	expect(w, KM_MALFORMED, KM_FAILED, KM_ERR_MISMATCH);
	drawn_status(w, 0, today - 1);
	expect(w, KM_MALFORMED, KM_FAILED, KM_ERR_MISMATCH);
	/* A status that nothing says. */
	drawn_badge(w, 0);
	drawn_status(w, 0, today);
	expect(w, KM_MALFORMED, KM_FAILED, KM_ERR_MISMATCH);
}

/* A list that fails is no fault of the picture, but it does not pass. */
static void
test_status_unverified(void **state)
{
	struct scene		*w = begin(state);
	uint8_t			 pin[32];

	scene_know_all(w);
	w->status.iat += 60;
	w->status.key = &w->other;
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	expect(w, KM_VALID, KM_WARNED, KM_ERR_UNKNOWN_KEY);
	w->status.key = &w->publish;
	w->status.shard = 1;
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	expect(w, KM_VALID, KM_WARNED, KM_ERR_MISMATCH);
	w->status.shard = 0;
	/* The very list that is known. */
	w->status.iat -= 60;
	drawn_badge(w, 1);
	drawn_status(w, KM_STATUS_SUSPENDED, today);
	expect(w, KM_MALFORMED, KM_FAILED, KM_ERR_MISMATCH);
	drawn_status(w, 0, today);
	expect(w, KM_VALID, KM_PASSED, KM_OK);
	/* Older than what is known: as that says, or old. */
	w->status.iat -= 600;
	drawn_badge(w, 1);
	drawn_status(w, 0, today);
	expect(w, KM_VALID, KM_PASSED, KM_OK);
	drawn_status(w, KM_STATUS_SUSPENDED, today);
	expect(w, KM_VALID, KM_WARNED, KM_ERR_STALE);
	drawn_status(w, 0, today - 1);
	expect(w, KM_MALFORMED, KM_FAILED, KM_ERR_MISMATCH);
	/* Nothing is known at all. */
	drawn_status(w, 0, today);
	sample_hash(pin, w->trust_bytes.p, w->trust_bytes.len);
	km_known_end(w->known);
	w->known = km_known_begin(w->mem, sizeof(w->mem), pin, sizeof(pin));
	assert_non_null(w->known);
	expect(w, KM_UNDETERMINED, KM_WARNED, KM_ERR_MISSING);
	drawn_svg[drawn_len - 1] = ' ';
	expect(w, KM_MALFORMED, KM_FAILED, KM_ERR_PICTURE);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_passes),
		TEST(test_every_byte),
		TEST(test_retouched),
		TEST(test_page),
		TEST(test_said_to_be_page),
		TEST(test_version),
		TEST(test_status),
		TEST(test_status_unverified),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
