/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The card as SVG and PNG, with the badge in it; the small form, which has it
 * in its PNG; the strip as PNG for below a mail and as PDF for paper; the
 * badge by itself.
 */
#include <stdio.h>
#include <string.h>

#include "form.h"
#include "pdf.h"
#include "raster.h"
#include "small.h"
#include "strip.h"

static struct km_bytes
bytes_of(const struct buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

/* /badge/{mark}/{light|dark|mono}-{nl|en}.svg */
void
form_svg(struct answer *an, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct form	f;

	(void)n;
	if (form_find(&f, an, site, ask, args[0]) == -1)
		return;
	form_begin(an, &f, FORM_SVG);
	form_card(&an->body, an, &f, site, form_variant(args[1]),
	    form_lang(args[2]));
}

/* Below a mail: status and day as they are, since mails are kept. */
static int
mail(struct buf *svg, struct answer *an, const struct form *f, int64_t day,
    enum km_picture_lang lang)
{
	const struct strip	s = { STRIP_MAIL, KM_VARIANT_LIGHT, lang, day };

	return strip_draw(svg, &s, f->a) == 0 ? 0 : form_failed(an);
}

/* /badge/{mark}/{light|dark|mono|mail}-{nl|en}.png */
void
form_png(struct answer *an, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	int		is_mail = strcmp(args[1], "mail") == 0, rc;
	struct form	f;
	struct badge	b;
	struct buf	svg;

	(void)n;
	rc = is_mail ? form_find_shown(&f, an, site, ask, args[0]) :
	    form_find(&f, an, site, ask, args[0]);
	if (rc == -1)
		return;
	form_begin(an, &f, FORM_PNG);
	buf_init(&svg, STRIP_MAX);
	rc = badge_make(&b, site, f.of);
	if (rc == 0)
		rc = is_mail ? mail(&svg, an, &f, b.day, form_lang(args[2])) :
		    badge_draw(&svg, &b, f.a, form_variant(args[1]),
		    form_lang(args[2]));
	if (rc == -1 || raster_png(&an->body, bytes_of(&svg),
	    bytes_of(&b.cbor)) == -1)
		form_failed(an);
	badge_free(&b);
	buf_free(&svg);
}

/* /badge/{mark}/small-{light|dark|mono}-{nl|en}.{svg|png} */
void
form_small(struct answer *an, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	int			is_svg = n > 3 && strcmp(args[3], "svg") == 0;
	struct form		f;
	struct badge		b;
	struct buf		svg;
	struct km_picture	p = { KM_DRAWING, KM_VARIANT_LIGHT,
				    KM_PICTURE_NL, 0, 0 };
	int			rc;

	if (form_find(&f, an, site, ask, args[0]) == -1)
		return;
	form_begin(an, &f, is_svg ? FORM_SVG : FORM_PNG);
	p.variant = form_variant(args[1]);
	p.lang = form_lang(args[2]);
	buf_init(&svg, SMALL_MAX);
	rc = badge_make(&b, site, f.of);
	if (rc == 0) {
		p.status = b.status;
		p.day = b.day;
		rc = small_draw(is_svg ? &an->body : &svg, &p, f.a);
	}
	if (rc == 0 && !is_svg)
		rc = raster_png(&an->body, bytes_of(&svg), bytes_of(&b.cbor));
	if (rc == -1)
		form_failed(an);
	badge_free(&b);
	buf_free(&svg);
}

static int
print_pdf(struct buf *out, const struct buf *svg, const struct form *f,
    const struct site *site, const char *lang)
{
	struct buf	words;
	struct pdf	pdf;
	int		rc;

	buf_init(&words, 4096);
	strip_words(&words, f->a, form_lang(lang));
	pdf = (struct pdf){ .svg = bytes_of(svg), .title = bytes_of(&words),
	    .words = bytes_of(&words), .lang = lang,
	    .at = site->epoch->this_update };
	rc = pdf_write(out, &pdf);
	buf_free(&words);
	return rc;
}

/* /badge/{mark}/print-{light|mono}-{nl|en}.{pdf|svg} */
void
form_pdf(struct answer *an, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	int		is_svg = n > 3 && strcmp(args[3], "svg") == 0, rc;
	struct form	f;
	struct strip	s = { STRIP_PRINT, KM_VARIANT_LIGHT, KM_PICTURE_NL, 0 };
	struct buf	svg;

	if (form_find_shown(&f, an, site, ask, args[0]) == -1)
		return;
	form_begin(an, &f, is_svg ? FORM_SVG : "application/pdf");
	s.variant = form_variant(args[1]);
	s.lang = form_lang(args[2]);
	buf_init(&svg, STRIP_MAX);
	rc = strip_draw(is_svg ? &an->body : &svg, &s, f.a);
	if (rc == 0 && !is_svg)
		rc = print_pdf(&an->body, &svg, &f, site, args[2]);
	if (rc == -1)
		form_failed(an);
	buf_free(&svg);
}

/* /badge/{mark}/keurmerk.cbor */
void
form_cbor(struct answer *an, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct form	f;
	struct badge	b;

	(void)n;
	if (form_find(&f, an, site, ask, args[0]) == -1)
		return;
	form_begin(an, &f, "application/keurmerk-badge+cbor");
	snprintf(an->file, sizeof(an->file), "keurmerk.cbor");
	if (badge_make(&b, site, f.of) == -1 ||
	    buf_add(&an->body, b.cbor.p, b.cbor.len) == -1)
		form_failed(an);
	badge_free(&b);
}
