/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What pictures are painted with: outlines, the reader of our own SVG, PNG
 * with a badge, QR, the strip, PDF and zip. Whole forms, as they are served,
 * are in tests/system/91_badges.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ca/public/drawing.h"
#include "ca/public/font.h"
#include "ca/public/form.h"
#include "ca/public/pdf.h"
#include "ca/public/qr.h"
#include "ca/public/raster.h"
#include "ca/public/small.h"
#include "ca/public/strip.h"
#include "ca/public/zip.h"
#include "verifier/cbor.h"
#include "verifier/container.h"

#define SVG	"<svg width=\"20\" height=\"10\">"
#define END	"</svg>"

static const struct km_bytes	none = { NULL, 0 };

/* What our reader takes, and what it must not. */
static const struct {
	const char	*svg;
	int		 rc;
} rows[] = {
	{ SVG END, 0 },
	{ SVG "<rect x=\"1\" y=\"1\" width=\"5\" height=\"5\" rx=\"2\" "
	    "fill=\"#ff0000\"></rect>" END, 0 },
	{ SVG "<path d=\"M1 1h5v5l-2-2z\" fill=\"none\" stroke=\"#00ff00\" "
	    "stroke-width=\"2\" stroke-linejoin=\"round\"></path>" END, 0 },
	{ SVG "<path d=\"M1 1h9v9h-9z\" fill=\"#000000\" stroke=\"#00ff00\" "
	    "stroke-dasharray=\"2 1\"></path>" END, 0 },
	{ SVG "<g transform=\"rotate(-12 5 5)\"><text x=\"1\" y=\"9\" "
	    "font-size=\"8\" fill=\"#000000\">a&amp;b&lt;</text></g>" END, 0 },
	{ SVG "<title>a</title><desc>b</desc><metadata id=\"k\">c"
	    "</metadata>" END, 0 },
	{ "<svg width=\"0\" height=\"10\">" END, -1 },	/* no size */
	{ "<svg width=\"3000\" height=\"10\">" END, -1 },	/* too large */
	{ SVG SVG END END, -1 },			/* begins twice */
	{ "<rect x=\"1\" y=\"1\" width=\"5\" height=\"5\" fill=\"#ff0000\">"
	    "</rect>", -1 },				/* before it begins */
	{ SVG "<script>x</script>" END, -1 },
	{ SVG "<image href=\"a\"></image>" END, -1 },
	{ SVG "<style>x</style>" END, -1 },
	{ SVG "<!-- x -->" END, -1 },
	{ SVG "<rect x=\"1\" fill=\"red\"></rect>" END, -1 },
	{ SVG "<rect x=\"1\" fill=\"url(#a)\"></rect>" END, -1 },
	{ SVG "<rect x=\"1\" fill=\"#ff000\"></rect>" END, -1 },
	{ SVG "<rect x=\"1\" fill=\"#ff000g\"></rect>" END, -1 },
	{ SVG "<rect x=1 fill=\"#ff0000\"></rect>" END, -1 },
	{ SVG "<rect x=\"1\" fill=\"#ff0000\"", -1 },
	{ "", -1 },
	{ END, -1 },
	{ SVG "<path d=\"M1 1c1 1 2 2 3 3\" fill=\"#000000\"></path>" END,
	    -1 },
	{ SVG "<path d=\"M1\" fill=\"#000000\"></path>" END, -1 },
	{ SVG "<path d=\"M1 99999\" fill=\"#000000\"></path>" END, -1 },
	{ SVG "<path d=\"1 1\" fill=\"#000000\"></path>" END, -1 },
	{ SVG "<path d=\"M1 1h9\" stroke=\"#000000\" stroke-dasharray=\"0 0\">"
	    "</path>" END, -1 },			/* without end */
	{ SVG "<g transform=\"matrix(1 0 0 1 0 0)\"></g>" END, -1 },
	{ SVG "<g transform=\"scale(2)\"></g></g>" END, -1 },
	{ SVG "<text x=\"1\" y=\"9\" font-size=\"8\" fill=\"#000000\">&bad;"
	    "</text>" END, -1 },
};

static void
reader(void **state)
{
	struct buf	png;
	size_t		i;

	(void)state;
	buf_init(&png, PNG_MAX);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_reset(&png);
		if (raster_png(&png, km_bytes_of(rows[i].svg), none) !=
		    rows[i].rc)
			fail_msg("expected %d of %s", rows[i].rc, rows[i].svg);
	}
	buf_free(&png);
}

/* What was cut short is no picture, and nothing is read past its end. */
static void
cut_short(void **state)
{
	static const char	whole[] = SVG "<g transform=\"scale(2)\"><path d="
	    "\"M1 1h5v5z\" fill=\"#000000\"></path></g><text x=\"1\" y=\"9\" "
	    "font-size=\"8\" fill=\"#000000\">a&amp;</text>" END;
	struct buf		png;
	uint8_t			*cut;
	size_t			 n;

	(void)state;
	buf_init(&png, PNG_MAX);
	for (n = 0; n < sizeof(whole) - 1; n++) {
		assert_non_null(cut = malloc(n + 1));
		memcpy(cut, whole, n);
		buf_reset(&png);
		assert_int_equal(raster_png(&png, (struct km_bytes){ cut, n },
		    none), -1);
		free(cut);
	}
	buf_free(&png);
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* The badge of every length comes out as it went in. */
static void
png_badge(void **state)
{
	uint8_t		*found, badge[300];
	struct km_found	 f;
	struct buf	 png;
	size_t		 n;

	(void)state;
	assert_non_null(found = malloc(KM_BADGE_MAX));
	for (n = 0; n < sizeof(badge); n++)
		badge[n] = (uint8_t)(n * 7 + 200);
	buf_init(&png, PNG_MAX);
	for (n = 1; n < sizeof(badge); n++) {
		buf_reset(&png);
		assert_int_equal(raster_png(&png, km_bytes_of(rows[1].svg),
		    (struct km_bytes){ badge, n }), 0);
		assert_int_equal(km_png_read(&f, found, png.p, png.len),
		    KM_OK);
		assert_int_equal(f.badge.len, n);
		assert_memory_equal(f.badge.p, badge, n);
	}
	assert_int_equal(be32(png.p + 16), 20 * RASTER_DENSITY);
	assert_int_equal(be32(png.p + 20), 10 * RASTER_DENSITY);
	buf_reset(&png);
	assert_int_equal(raster_png(&png, km_bytes_of(rows[1].svg), none), 0);
	assert_int_equal(km_png_read(&f, found, png.p, png.len),
	    KM_ERR_NO_BADGE);
	buf_free(&png);
	free(found);
}

/* What a painter is told. */
struct seen {
	int		 n;
	uint32_t	 rgb;
	FT_BBox		 box;
};

static int
seen_begin(void *arg, double w, double h)
{
	(void)arg;
	return w == 20 && h == 10 ? 0 : -1;
}

static int
seen_fill(void *arg, const struct outline *o, uint32_t rgb)
{
	struct seen	*s = arg;
	FT_Outline	 ft = o->ft;

	s->n++;
	s->rgb = rgb;
	FT_Outline_Get_CBox(&ft, &s->box);
	return 0;
}

static void
box_is(const char *svg, double x1, double y1, double x2, double y2)
{
	struct seen	s = { 0, 0, { 0, 0, 0, 0 } };
	struct painter	p = { &s, seen_begin, seen_fill };

	assert_int_equal(drawing_paint(&p, km_bytes_of(svg)), 0);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.rgb, 0x0b6b4f);
	assert_in_range(labs(s.box.xMin - (long)(x1 * OUTLINE_UNIT)), 0, 40);
	assert_in_range(labs(s.box.yMin - (long)(y1 * OUTLINE_UNIT)), 0, 40);
	assert_in_range(labs(s.box.xMax - (long)(x2 * OUTLINE_UNIT)), 0, 40);
	assert_in_range(labs(s.box.yMax - (long)(y2 * OUTLINE_UNIT)), 0, 40);
}

static void
places(void **state)
{
	(void)state;
	box_is(SVG "<rect x=\"1\" y=\"2\" width=\"5\" height=\"4\" rx=\"1\" "
	    "fill=\"#0b6b4f\"></rect>" END, 1, 2, 6, 6);
	box_is(SVG "<path d=\"M2 3h4\" stroke=\"#0b6b4f\" stroke-width=\"2\">"
	    "</path>" END, 2, 2, 6, 4);
	box_is(SVG "<path d=\"M2 3h4\" stroke=\"#0b6b4f\" stroke-width=\"2\" "
	    "stroke-linejoin=\"round\"></path>" END, 1, 2, 7, 4);
	box_is(SVG "<path d=\"M1 1h2v1zm3 3h2v1z\" fill=\"#0b6b4f\"></path>"
	    END, 1, 1, 6, 5);
	box_is(SVG "<g transform=\"translate(3 1)\"><g transform=\"scale(2)\">"
	    "<rect x=\"1\" y=\"1\" width=\"2\" height=\"1\" fill=\"#0b6b4f\">"
	    "</rect></g></g>" END, 5, 3, 9, 5);
	box_is(SVG "<g transform=\"rotate(90 2 2)\"><rect x=\"2\" y=\"2\" "
	    "width=\"4\" height=\"1\" fill=\"#0b6b4f\"></rect></g>" END, 1, 2,
	    2, 6);
	box_is(SVG "<path d=\"M1 5h9\" stroke=\"#0b6b4f\" stroke-width=\"2\" "
	    "stroke-dasharray=\"2 2\"></path>" END, 1, 4, 10, 6);
}

/* Widths are those of Arial, which pages and other painters count on. */
static void
widths(void **state)
{
	(void)state;
	assert_int_equal(font_width(km_bytes_of("0"), 0), 556);
	assert_int_equal(font_width(km_bytes_of("W"), 1), 943);
	assert_int_equal(font_width(km_bytes_of(""), 0), 0);
	assert_true(font_width(km_bytes_of("AV"), 0) <
	    font_width(km_bytes_of("A"), 0) + font_width(km_bytes_of("V"), 0));
	/* Of the fallback: the first face has no h with a line below. */
	assert_true(font_width(km_bytes_of("\xe1\xba\x96"), 0) > 300);
}

/* A mark to draw, without an attestation of it. */
static void
mark(struct km_attestation *a)
{
	memset(a, 0, sizeof(*a));
	a->iss = km_bytes_of("https://keurmerk.example");
	a->sub = km_bytes_of("NTRNL-90000011");
	a->kvk = km_bytes_of("90000011");
	a->number = km_bytes_of("KM-2026-000123-P");
	a->legal_name = km_bytes_of("Jan <b> & \"Zn\" B.V.");
	a->document = KM_DOCUMENT_CERTIFICATE;
	a->exp = INT64_C(1829865600);
}

static void
qr(void **state)
{
	struct km_attestation	a;
	struct qr		q;
	struct buf		d;

	(void)state;
	mark(&a);
	assert_int_equal(qr_small(&q, &a), 0);
	assert_int_equal(q.side, 29);		/* version 3: alphanumeric */
	assert_true(q.dark[0] && q.dark[6] && !q.dark[7]);
	buf_init(&d, 65536);
	qr_path(&d, &q);
	assert_memory_equal(d.p, "M4 4.5h7m", 9);
	assert_true(d.len < 1600);
	buf_free(&d);
}

static int
has(const struct buf *b, const char *words)
{
	return memmem(b->p, b->len, words, strlen(words)) != NULL;
}

/* On paper neither day nor status; below a mail both. */
static void
strips(void **state)
{
	struct km_attestation	a;
	struct strip		s = { STRIP_MAIL, KM_VARIANT_LIGHT,
	    KM_PICTURE_NL, 20784 };
	struct buf		svg;

	(void)state;
	mark(&a);
	buf_init(&svg, STRIP_MAX);
	assert_int_equal(strip_draw(&svg, &s, &a), 0);
	assert_true(has(&svg, "Status op 27 november 2026: geldig"));
	assert_true(has(&svg, "Jan &lt;b&gt; &amp; &quot;Zn&quot; B.V."));
	assert_false(has(&svg, "<b>"));
	buf_reset(&svg);
	s.kind = STRIP_PRINT;
	assert_int_equal(strip_draw(&svg, &s, &a), 0);
	assert_false(has(&svg, "geldig") || has(&svg, "Status") ||
	    has(&svg, "november"));
	assert_true(has(&svg, "KM-2026-000123-P") &&
	    has(&svg, "Controleer op keurmerk.example"));
	buf_reset(&svg);
	a.environment = KM_ENVIRONMENT_EXERCISE;
	a.document = KM_DOCUMENT_SELF_DECLARATION;
	assert_int_equal(strip_draw(&svg, &s, &a), 0);
	assert_true(has(&svg, ">OEFENING</text>"));
	assert_true(has(&svg, "eigen verklaring (niet beoordeeld)"));
	buf_free(&svg);
}

/* The longest name stays on the strip, whole words where there are any. */
static void
long_name(void **state)
{
	struct km_attestation	a;
	struct strip		s = { STRIP_PRINT, KM_VARIANT_MONO,
	    KM_PICTURE_EN, 0 };
	char			name[KM_TEXT_MAX];
	struct buf		svg, png;

	(void)state;
	mark(&a);
	memset(name, 'W', sizeof(name));
	a.legal_name = (struct km_bytes){ (uint8_t *)name, sizeof(name) };
	a.trade_name[0] = a.legal_name;
	a.n_trade_names = 1;
	buf_init(&svg, STRIP_MAX);
	buf_init(&png, PNG_MAX);
	assert_int_equal(strip_draw(&svg, &s, &a), 0);
	assert_true(has(&svg, "\xe2\x80\xa6</text>"));
	assert_int_equal(raster_png(&png, (struct km_bytes){ svg.p, svg.len },
	    none), 0);
	buf_free(&svg);
	buf_free(&png);
}

/* What the small form says of a status and a day. */
static void
smalls(void **state)
{
	static const struct {
		int		 status;
		int64_t		 day;
		const char	*word, *on;
	} says[] = {
		{ KM_STATUS_VALID, 20784, ">VALID<", ">27 Nov 2026<" },
		{ KM_STATUS_SUSPENDED, 20784, ">SUSPENDED<", "27 Nov 2026" },
		{ KM_STATUS_WITHDRAWN, 20784, ">WITHDRAWN<", "27 Nov 2026" },
		{ KM_STATUS_SUPERSEDED, 20784, ">REPLACED<", "27 Nov 2026" },
		{ KM_STATUS_VALID, 10, ">NOT YET<", ">11 Jan 1970<" },
		{ KM_STATUS_SUSPENDED, 40000, ">EXPIRED<", "2079" },
		{ KM_STATUS_WITHDRAWN, 40000, ">WITHDRAWN<", "2079" },
	};
	struct km_attestation	a;
	struct km_picture	p = { KM_DRAWING, KM_VARIANT_LIGHT,
	    KM_PICTURE_EN, 0, 0 };
	struct buf		svg;
	size_t			i;

	(void)state;
	mark(&a);
	a.nbf = 20700 * 86400LL;
	a.exp = 21000 * 86400LL;
	buf_init(&svg, SMALL_MAX);
	for (i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		buf_reset(&svg);
		p.status = says[i].status;
		p.day = says[i].day;
		assert_int_equal(small_draw(&svg, &p, &a), 0);
		if (!has(&svg, says[i].word) || !has(&svg, says[i].on))
			fail_msg("expected %s %s in %.*s", says[i].word,
			    says[i].on, (int)svg.len, (const char *)svg.p);
		assert_true(has(&svg, ">KM-2026-<") && has(&svg,
		    ">000123-P<") && has(&svg, ">.example<"));
		assert_false(has(&svg, "<b>"));
	}
	buf_reset(&svg);
	p.lang = KM_PICTURE_NL;
	p.day = 20784;
	p.status = KM_STATUS_VALID;
	a.environment = KM_ENVIRONMENT_EXERCISE;
	a.document = KM_DOCUMENT_SELF_DECLARATION;
	assert_int_equal(small_draw(&svg, &p, &a), 0);
	assert_true(has(&svg, ">OEFENING</text>") && has(&svg,
	    ">eigen verklaring<") && has(&svg, ">27-11-2026<"));
	buf_free(&svg);
}

/* A name of one word and an address without end stay within it. */
static void
small_long(void **state)
{
	struct km_attestation	a;
	struct km_picture	p = { KM_DRAWING, KM_VARIANT_MONO,
	    KM_PICTURE_NL, KM_STATUS_VALID, 20784 };
	char			name[KM_TEXT_MAX], iss[8 + 253];
	struct buf		svg, png;

	(void)state;
	mark(&a);
	memset(name, 'W', sizeof(name));
	memset(iss, 'w', sizeof(iss));
	memcpy(iss, "https://", 8);
	a.legal_name = (struct km_bytes){ (uint8_t *)name, sizeof(name) };
	a.n_trade_names = 0;
	a.iss = (struct km_bytes){ (uint8_t *)iss, sizeof(iss) };
	buf_init(&svg, SMALL_MAX);
	buf_init(&png, PNG_MAX);
	assert_int_equal(small_draw(&svg, &p, &a), 0);
	assert_true(has(&svg, "W\xe2\x80\xa6</text>"));
	assert_int_equal(raster_png(&png, (struct km_bytes){ svg.p, svg.len },
	    none), 0);
	buf_free(&svg);
	buf_free(&png);
}

static void
pdf(void **state)
{
	struct pdf	p = { km_bytes_of(rows[1].svg), km_bytes_of("T\xc3\xa9"),
	    km_bytes_of("\xe2\x80\x93"), "nl", INT64_C(1795785743) };
	struct buf	b;
	const char	*at;
	char		 place[32];

	(void)state;
	buf_init(&b, PDF_MAX);
	assert_int_equal(pdf_write(&b, &p), 0);
	assert_true(has(&b, "/Title<FEFF005400E9>"));
	assert_true(has(&b, "/Alt<FEFF2013>"));
	assert_true(has(&b, "/MediaBox[0 0 15.00 7.50]"));
	assert_true(has(&b, "/CreationDate(D:20261127"));
	at = memmem(b.p, b.len, "xref\n", 5);
	assert_non_null(at);
	snprintf(place, sizeof(place), "startxref\n%td\n",
	    (const uint8_t *)at - b.p);
	assert_true(has(&b, place));
	buf_free(&b);
}

static void
zip(void **state)
{
	struct zip	z;
	struct buf	b;
	size_t		i;

	(void)state;
	buf_init(&b, ZIP_MAX);
	zip_begin(&z, &b, INT64_C(1795785743));
	zip_add(&z, "a.txt", km_bytes_of("hello"));
	assert_int_equal(zip_end(&z), 0);
	assert_memory_equal(b.p, "PK\3\4\24\0\0\10\0\0", 10);
	assert_memory_equal(b.p + 30, "a.txthello", 10);
	assert_memory_equal(b.p + 14, "\x86\xa6\x10\x36", 4);	/* CRC */
	buf_reset(&b);
	zip_begin(&z, &b, 0);
	for (i = 0; i <= ZIP_FILES; i++)
		zip_add(&z, "a", none);
	assert_int_equal(zip_end(&z), -1);
	buf_free(&b);
}

static void
escapes(void **state)
{
	struct buf	b;

	(void)state;
	buf_init(&b, 100);
	form_escape(&b, km_bytes_of("a<b>&\"'c"));
	assert_int_equal(b.len, 27);
	assert_memory_equal(b.p, "a&lt;b&gt;&amp;&quot;&#39;c", 27);
	buf_free(&b);
}

int
main(void)
{
	static const struct CMUnitTest	tests[] = {
		cmocka_unit_test(reader), cmocka_unit_test(cut_short),
		cmocka_unit_test(png_badge), cmocka_unit_test(places),
		cmocka_unit_test(widths), cmocka_unit_test(qr),
		cmocka_unit_test(strips), cmocka_unit_test(long_name),
		cmocka_unit_test(smalls), cmocka_unit_test(small_long),
		cmocka_unit_test(pdf), cmocka_unit_test(zip),
		cmocka_unit_test(escapes)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
