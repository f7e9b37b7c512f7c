/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The QR as SVG and PNG, with the mark's number and the register's address in
 * letters below it, and a band where it is no real mark. A module is exactly
 * eight pixels of the PNG.
 */
#include <stdio.h>
#include <string.h>

#include "verifier/cbor.h"
#include "verifier/picture_words.h"

#include "font.h"
#include "form.h"
#include "qr.h"
#include "raster.h"

enum {
	MODULE = 4,			/* units of the picture */
	TEXT_MAX = 12, TEXT_MIN = 5, HTTPS_LEN = 8, SVG_MAX = 256 * 1024,
	BAND_HEIGHT = 20
};

struct work {
	struct buf	*out;
	const struct km_attestation *a;
	int		 width, y;
};

static int
text_size(const struct work *w, struct km_bytes s)
{
	int	size = TEXT_MAX + w->width / 60;
	int	room = w->width - 2 * QR_QUIET * MODULE + 8;

	while (size > TEXT_MIN && font_width(s, 1) * size > room * 1000L)
		size--;
	return size;
}

static void
caption(struct work *w, struct km_bytes s)
{
	int	size = text_size(w, s);

	w->y += size;
	buf_printf(w->out, "<text x=\"%d\" y=\"%d\" font-size=\"%d\" "
	    "text-anchor=\"middle\" font-weight=\"700\" fill=\"#000000\">",
	    w->width / 2, w->y, size);
	form_escape(w->out, s);
	buf_printf(w->out, "</text>");
	w->y += 4;
}

/* In both languages, as the picture has none. */
static void
band(struct work *w)
{
	const struct km_words	*nl = km_picture_words(KM_PICTURE_NL);
	const struct km_words	*en = km_picture_words(KM_PICTURE_EN);
	char			 words[64];
	int			 size;

	if (w->a->environment == KM_ENVIRONMENT_PRODUCTION)
		return;
	snprintf(words, sizeof(words), "%s \xe2\x80\xa2 %s",
	    nl->environment[w->a->environment],
	    en->environment[w->a->environment]);
	size = text_size(w, km_bytes_of(words));
	if (size > 13)
		size = 13;
	buf_printf(w->out, "<rect x=\"0\" y=\"%d\" width=\"%d\" height=\"%d\" "
	    "fill=\"#ffd23f\"></rect><text x=\"%d\" y=\"%d\" font-size=\"%d\" "
	    "text-anchor=\"middle\" font-weight=\"700\" fill=\"#1a1300\">%s"
	    "</text>", w->y, w->width, BAND_HEIGHT, w->width / 2,
	    w->y + (BAND_HEIGHT + size * 7 / 10) / 2, size, words);
	w->y += BAND_HEIGHT;
}

static int
body(struct work *w, const struct qr *qr)
{
	const struct km_attestation	*a = w->a;

	buf_printf(w->out, "<g transform=\"scale(%d)\"><path d=\"", MODULE);
	qr_path(w->out, qr);
	buf_printf(w->out, "\" fill=\"none\" stroke=\"#000000\"></path></g>");
	w->y = (qr->side + 2 * QR_QUIET) * MODULE;
	band(w);
	if (a->environment != KM_ENVIRONMENT_PRODUCTION)
		w->y += 6;
	caption(w, a->number);
	caption(w, (struct km_bytes){ a->iss.p + HTTPS_LEN,
	    a->iss.len - HTTPS_LEN });
	w->y += 6;
	return w->out->failed ? -1 : 0;
}

static int
draw(struct buf *out, const struct km_attestation *a, const struct qr *qr)
{
	struct work	w;
	struct buf	inner;
	int		rc = -1;

	if (font_open() == -1)
		return -1;
	buf_init(&inner, SVG_MAX);
	w.out = &inner;
	w.a = a;
	w.width = (qr->side + 2 * QR_QUIET) * MODULE;
	if (body(&w, qr) == 0) {
		buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
		    "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
		    "role=\"img\" font-family=\"Arial,Helvetica,sans-serif\">"
		    "<title>QR: ", w.width, w.y, w.width, w.y);
		form_escape(out, a->iss);
		buf_printf(out, "/");
		form_escape(out, a->number);
		buf_printf(out, "</title><rect x=\"0\" y=\"0\" width=\"%d\" "
		    "height=\"%d\" fill=\"#ffffff\"></rect>", w.width, w.y);
		buf_add(out, inner.p, inner.len);
		buf_printf(out, "</svg>");
		rc = out->failed ? -1 : 0;
	}
	buf_free(&inner);
	return rc;
}

/* /badge/{mark}/{qr|qr-full}.{svg|png} */
void
form_qr(struct answer *an, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	int		full = strcmp(args[1], "qr-full") == 0;
	int		png = strcmp(args[2], "png") == 0, rc;
	struct form	f;
	struct qr	qr;
	struct buf	svg;

	(void)n;
	if (form_find(&f, an, site, ask, args[0]) == -1)
		return;
	form_begin(an, &f, png ? FORM_PNG : FORM_SVG);
	buf_init(&svg, SVG_MAX);
	rc = full ? qr_full(&qr, f.a, f.of->bytes) : qr_small(&qr, f.a);
	if (rc == 0)
		rc = draw(png ? &svg : &an->body, f.a, &qr);
	if (rc == 0 && png)
		rc = raster_png(&an->body, (struct km_bytes){ svg.p, svg.len },
		    (struct km_bytes){ NULL, 0 });
	if (rc == -1)
		form_failed(an);
	buf_free(&svg);
}
