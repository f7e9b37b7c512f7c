/* SPDX-License-Identifier: EUPL-1.2 */
/* Strip; see strip.h. */
#include <stdio.h>
#include <string.h>

#include "ca/base/log.h"
#include "verifier/attestation.h"
#include "verifier/json.h"
#include "verifier/picture_pen.h"

#include "font.h"
#include "qr.h"
#include "strip.h"

/* Units: 1/96 inch. The QR is 26 mm with its quiet zone. */
enum {
	HEIGHT_MIN = 132, MAIL_WIDTH = 372, PRINT_WIDTH = 404,
	TEXT_X = 116, MARGIN = 12, QR_SIZE = 100,
	HTTPS_LEN = 8, SIZE_MIN = 8, NAME_SIZE = 18
};

static const struct km_bytes	ellipsis = { (const uint8_t *)"\xe2\x80\xa6",
	3 };

/* A strip as it is being drawn. */
struct work {
	struct km_pen	 pen;
	const struct strip *strip;
	struct km_picture picture;
	int		 room;		/* units, for text */
	int		 height;
};

static struct km_bytes
host_of(const struct km_attestation *a)
{
	return (struct km_bytes){ a->iss.p + HTTPS_LEN,
	    a->iss.len - HTTPS_LEN };
}

static struct km_bytes
holder_of(const struct km_attestation *a)
{
	return a->n_trade_names > 0 ? a->trade_name[0] : a->legal_name;
}

static void
tenths(struct km_pen *n, int v)
{
	char	text[16];

	snprintf(text, sizeof(text), v % 10 == 0 ? "%d" : "%d.%d", v / 10,
	    v % 10);
	km_pen_str(n, text);
}

static void
text(struct km_pen *n, struct km_bytes s, int size10, int bold,
    const char *colour)
{
	km_pen_str(n, "<text x=\"");
	km_pen_int(n, TEXT_X);
	km_pen_str(n, "\" y=\"");
	km_pen_int(n, n->y);
	km_pen_str(n, "\" font-size=\"");
	tenths(n, size10);
	if (bold)
		km_pen_str(n, "\" font-weight=\"700");
	km_pen_str(n, "\" fill=\"");
	km_pen_str(n, colour);
	km_pen_str(n, "\">");
	km_pen_text(n, s);
	km_pen_str(n, "</text>");
}

/* The largest size of at most that many units at which it fits, times 10. */
static int
size_that_fits(const struct work *w, struct km_bytes s, int size, int bold)
{
	long	width = font_width(s, bold);

	if (width * size <= (long)w->room * 1000)
		return size * 10;
	return (int)((long)w->room * 10000 / width);
}

/* On one line, smaller where it must be; too long even then is cut short. */
static void
line(struct work *w, struct km_bytes s, int size, int bold,
    const char *colour)
{
	uint8_t	cut[KM_TEXT_MAX + 4];
	int	fits = size_that_fits(w, s, size, bold);
	size_t	n;

	w->pen.y += size;
	if (fits < SIZE_MIN * 10) {
		fits = SIZE_MIN * 10;
		n = km_pen_fit(s, w->room * 1000 / SIZE_MIN - 1000, NULL);
		if (n > KM_TEXT_MAX)
			n = KM_TEXT_MAX;
		memcpy(cut, s.p, n);
		memcpy(cut + n, ellipsis.p, ellipsis.len);
		s = (struct km_bytes){ cut, n + ellipsis.len };
	}
	text(&w->pen, s, fits, bold, colour);
	w->pen.y += (size * 3 + 9) / 10;
}

/* A line of words and texts, put together in a buffer. */
static void
line_of(struct work *w, const struct buf *b, int size, int bold,
    const char *colour)
{
	line(w, (struct km_bytes){ b->p, b->len }, size, bold, colour);
}

static void
add(struct buf *b, struct km_bytes s)
{
	buf_add(b, s.p, s.len);
}

static void
add_party(struct buf *b, const struct km_attestation *a)
{
	if (a->kvk.len > 0) {
		buf_printf(b, "KVK ");
		add(b, a->kvk);
	} else
		add(b, a->sub);
}

static void
add_day(struct buf *b, const struct km_words *w, int64_t day)
{
	char	iso[KM_ISO_MAX];
	int	month, of_month;

	km_iso_day(iso, day);
	if (iso[0] == '\0')
		return;
	month = (iso[5] - '0') * 10 + iso[6] - '0';
	of_month = (iso[8] - '0') * 10 + iso[9] - '0';
	buf_printf(b, "%d %s %.4s", of_month, w->month[month - 1], iso);
}

/* How much of it fits on a line of this size, up to a space; 0: no word. */
static size_t
part(const struct work *w, struct km_bytes s, int size)
{
	size_t	n, best = 0;

	for (n = 1; n <= s.len; n++)
		if ((n == s.len || s.p[n] == ' ') && font_width(
		    (struct km_bytes){ s.p, n }, 1) * size <=
		    (long)w->room * 1000)
			best = n;
	return best;
}

/* On so many lines of this size: 1 when it is all there. */
static int
wrapped(struct work *w, struct km_bytes s, int size, int lines, int draws)
{
	size_t	n;

	for (; s.len > 0 && lines > 0; lines--) {
		n = part(w, s, size);
		if (lines == 1 && draws)
			n = s.len;	/* line() makes it fit */
		if (n == 0)
			return 0;
		if (draws)
			line(w, (struct km_bytes){ s.p, n }, size, 1,
			    w->pen.c->ink);
		s.p += n;
		s.len -= n;
		while (s.len > 0 && s.p[0] == ' ') {
			s.p++;
			s.len--;
		}
	}
	return s.len == 0;
}

/* As large as it can be: on one line, or on more where that is larger. */
static void
name(struct work *w, struct km_bytes s)
{
	static const struct {
		int	size, lines;
	} sizes[] = {
		{ NAME_SIZE, 1 }, { 16, 1 }, { 14, 2 }, { 12, 2 }, { 11, 3 },
		{ 10, 3 }, { 9, 4 }
	};
	size_t	i, last = sizeof(sizes) / sizeof(sizes[0]) - 1;

	for (i = 0; i < last; i++)
		if (wrapped(w, s, sizes[i].size, sizes[i].lines, 0))
			break;
	wrapped(w, s, sizes[i].size, sizes[i].lines, 1);
}

static void
holder(struct work *w)
{
	const struct km_attestation	*a = w->pen.a;
	struct buf			 b;

	line(w, km_bytes_of(w->pen.w->title), 12, 1, w->pen.c->ink);
	if (a->document == KM_DOCUMENT_SELF_DECLARATION)
		line(w, km_bytes_of(w->pen.w->self_declaration), 11, 1,
		    w->pen.c->ink);
	w->pen.y += 2;
	name(w, holder_of(a));
	buf_init(&b, 1024);
	if (a->n_trade_names > 0) {
		buf_printf(&b, "%s ", w->pen.w->legal_name);
		add(&b, a->legal_name);
		line_of(w, &b, 10, 0, w->pen.c->soft);
		buf_reset(&b);
	}
	w->pen.y += 2;
	add_party(&b, a);
	buf_printf(&b, "  \xe2\x80\xa2  ");
	add(&b, a->number);
	line_of(w, &b, 12, 0, w->pen.c->ink);
	buf_free(&b);
}

static void
check(struct work *w)
{
	struct buf	b;

	buf_init(&b, 1024);
	if (w->strip->kind == STRIP_MAIL) {
		buf_printf(&b, "%s ", w->pen.w->status_on);
		add_day(&b, w->pen.w, w->strip->day);
		buf_printf(&b, ": %s", w->pen.w->shown[KM_SHOWN_VALID]);
		line_of(w, &b, 11, 0, w->pen.c->soft);
		buf_reset(&b);
	}
	w->pen.y += 2;
	buf_printf(&b, "%s ", w->pen.w->check_at);
	add(&b, host_of(w->pen.a));
	line_of(w, &b, 12, 1, w->pen.c->ink);
	buf_free(&b);
}

/* Everything beside the emblem; how high it becomes shows in pen.y. */
static void
words(struct work *w)
{
	holder(w);
	check(w);
}

/* Across the emblem, of what is no real mark: it cannot be cut off. */
static void
band(struct work *w)
{
	const char	*word = w->pen.w->environment[w->pen.a->environment];
	struct km_pen	*n = &w->pen;
	char		 head[96];

	if (word[0] == '\0')
		return;
	snprintf(head, sizeof(head), "<g transform=\"translate(60 %d)\"><g "
	    "transform=\"rotate(-12 0 0)\">", w->height / 2);
	km_pen_str(n, head);
	km_pen_str(n, "<path d=\"M-53-13h106v26h-106z\" fill=\"");
	km_pen_str(n, n->c->band);
	km_pen_str(n, "\" stroke=\"");
	km_pen_str(n, n->c->band_ink);
	km_pen_str(n, "\" stroke-width=\"2\"></path><text x=\"0\" "
	    "y=\"5\" font-size=\"13\" text-anchor=\"middle\" "
	    "font-weight=\"700\" fill=\"");
	km_pen_str(n, n->c->band_ink);
	km_pen_str(n, "\">");
	km_pen_str(n, word);
	km_pen_str(n, "</text></g></g>");
}

static int
code(struct work *w)
{
	struct km_pen	*n = &w->pen;
	struct buf	 d;
	struct qr	 qr;
	char		 head[160];
	int		 side, y = (w->height - QR_SIZE) / 2;

	if (qr_small(&qr, n->a) == -1)
		return -1;
	side = qr.side + 2 * QR_QUIET;
	buf_init(&d, STRIP_MAX / 2);
	qr_path(&d, &qr);
	buf_add(&d, "", 1);
	if (d.failed)
		return -1;
	snprintf(head, sizeof(head), "<rect x=\"%d\" y=\"%d\" width=\"%d\" "
	    "height=\"%d\" fill=\"#ffffff\"></rect><g transform=\"translate("
	    "%d %d)\"><g transform=\"scale(%.5f)\"><path d=\"",
	    PRINT_WIDTH - MARGIN - QR_SIZE, y, QR_SIZE, QR_SIZE,
	    PRINT_WIDTH - MARGIN - QR_SIZE, y, (double)QR_SIZE / side);
	km_pen_str(n, head);
	km_pen_str(n, (const char *)d.p);
	km_pen_str(n, "\" fill=\"none\" stroke=\"#000000\"></path></g></g>");
	buf_free(&d);
	return 0;
}

static void
described(struct work *w)
{
	struct km_pen	*n = &w->pen;
	struct buf	 b;

	buf_init(&b, 4096);
	strip_words(&b, n->a, w->strip->lang);
	km_pen_str(n, "<title>");
	km_pen_text(n, (struct km_bytes){ b.p, b.len });
	km_pen_str(n, "</title>");
	buf_free(&b);
}

static int
draw(struct work *w, int width)
{
	struct km_pen	*n = &w->pen;
	char		 head[512];
	int		 high;

	n->mute = 1;			/* only to know how high it is */
	words(w);
	high = n->y;
	n->mute = 0;
	w->height = high + 24 > HEIGHT_MIN ? high + 24 : HEIGHT_MIN;
	snprintf(head, sizeof(head), "<svg xmlns=\"http://www.w3.org/2000/svg"
	    "\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
	    "lang=\"%s\" font-family=\"Arial,Helvetica,sans-serif\">", width,
	    w->height, width, w->height, n->w->lang);
	km_pen_str(n, head);
	described(w);
	snprintf(head, sizeof(head), "<rect x=\"1\" y=\"1\" width=\"%d\" "
	    "height=\"%d\" rx=\"12\" fill=\"%s\" stroke=\"%s\" stroke-width="
	    "\"2\"></rect><g transform=\"translate(-84 %.1f)\"><g transform="
	    "\"scale(0.9)\">", width - 2, w->height - 2, n->c->ground,
	    n->c->frame, w->height / 2.0 - 95.4);
	km_pen_str(n, head);
	km_emblem(n);
	km_pen_str(n, "</g></g>");
	n->y = (w->height - high) / 2;
	words(w);
	band(w);
	if (w->strip->kind == STRIP_PRINT && code(w) == -1)
		return -1;
	km_pen_str(n, "</svg>");
	return 0;
}

int
strip_draw(struct buf *out, const struct strip *strip,
    const struct km_attestation *a)
{
	struct work	w;
	int		width = strip->kind == STRIP_MAIL ? MAIL_WIDTH :
	    PRINT_WIDTH;

	memset(&w, 0, sizeof(w));
	if (font_open() == -1 || buf_reserve(out, STRIP_MAX) == -1)
		return -1;
	w.strip = strip;
	w.room = width - TEXT_X - MARGIN -
	    (strip->kind == STRIP_PRINT ? QR_SIZE : 0);
	w.pen.a = a;
	w.pen.p = &w.picture;
	w.pen.w = km_picture_words(strip->lang);
	w.pen.c = km_colours(strip->variant);
	w.pen.shown = strip->kind == STRIP_MAIL ? KM_SHOWN_VALID :
	    KM_SHOWN_NONE;
	w.pen.out = (char *)out->p + out->len;
	w.pen.cap = STRIP_MAX;
	if (draw(&w, width) == -1 || w.pen.len > STRIP_MAX) {
		log_warnx("strip of %zu bytes: cannot be drawn", w.pen.len);
		return -1;
	}
	out->len += w.pen.len;
	return 0;
}

void
strip_words(struct buf *b, const struct km_attestation *a,
    enum km_picture_lang lang)
{
	const struct km_words	*w = km_picture_words(lang);
	const char		*environment = w->environment[a->environment];

	if (environment[0] != '\0')
		buf_printf(b, "%s: ", environment);
	buf_printf(b, "%s: ", w->title);
	add(b, holder_of(a));
	buf_printf(b, ", ");
	add_party(b, a);
	if (a->document == KM_DOCUMENT_SELF_DECLARATION)
		buf_printf(b, ", %s", w->self_declaration);
	buf_printf(b, ", ");
	add(b, a->number);
	buf_printf(b, ". %s ", w->check_at);
	add(b, a->iss);
	buf_printf(b, "/");
	add(b, a->number);
}
