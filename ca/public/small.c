/* SPDX-License-Identifier: EUPL-1.2 */
/* Small; see small.h. One unit is one pixel of CSS at 80 pixels wide. */
#include <stdio.h>
#include <string.h>

#include "ca/base/log.h"
#include "verifier/attestation.h"
#include "verifier/json.h"
#include "verifier/picture_pen.h"

#include "font.h"
#include "small.h"

enum {
	HTTPS_LEN = 8, DAY = 86400, MIDDLE = SMALL_WIDTH / 2,
	ROOM = SMALL_WIDTH - 8,
	EMBLEM_Y = 27,			/* of its middle */
	EMBLEM_END = 50,
	EMBLEM_AT_X = 160, EMBLEM_AT_Y = 106	/* where it is on the card */
};

static const struct km_bytes	ellipsis = { (const uint8_t *)"\xe2\x80\xa6",
	3 };

/* How a text is set: as large as goes on so many lines, or cut short. */
struct style {
	int	 size, least;
	int	 lines;
	int	 bold;
	int	 dots;			/* a line may end before one */
};
static const struct style	title = { 10, 9, 2, 1, 0 };
static const struct style	word = { 14, 9, 2, 1, 0 };
static const struct style	note = { 10, 9, 4, 0, 0 };
static const struct style	holder = { 12, 9, 4, 1, 0 };
static const struct style	number = { 13, 11, 2, 1, 0 };
static const struct style	label = { 10, 9, 1, 0, 0 };
static const struct style	value = { 12, 10, 2, 1, 0 };
static const struct style	host = { 12, 9, 4, 1, 1 };

/* As the card does (verifier/picture.c). */
static enum km_shown
shown(const struct km_attestation *a, const struct km_picture *p)
{
	if (p->status == KM_STATUS_WITHDRAWN)
		return KM_SHOWN_WITHDRAWN;
	if (p->day < a->nbf / DAY)
		return KM_SHOWN_EARLY;
	if (p->day >= a->exp / DAY)
		return KM_SHOWN_EXPIRED;
	return p->status == KM_STATUS_SUSPENDED ? KM_SHOWN_SUSPENDED :
	    p->status == KM_STATUS_SUPERSEDED ? KM_SHOWN_SUPERSEDED :
	    KM_SHOWN_VALID;
}

static int
fits(struct km_bytes s, int size, int bold)
{
	return font_width(s, bold) * size <= ROOM * 1000L;
}

/* May a line end before the n-th byte? */
static int
breaks(struct km_bytes s, size_t n, const struct style *as)
{
	return n == s.len || s.p[n] == ' ' || s.p[n - 1] == '-' ||
	    (as->dots && s.p[n] == '.');
}

/* How much goes on a line; with no such place, as many letters as do. */
static size_t
part(struct km_bytes s, const struct style *as, int size, int *whole)
{
	size_t	n, best = 0, most = 0;

	for (n = 1; n <= s.len; n++) {
		if (n < s.len && (s.p[n] & 0xc0) == 0x80)
			continue;
		if (!fits((struct km_bytes){ s.p, n }, size, as->bold))
			break;
		most = n;
		if (breaks(s, n, as))
			best = n;
	}
	*whole = best > 0;
	return best > 0 ? best : most > 0 ? most : s.len;
}

static struct km_bytes
after(struct km_bytes s, size_t n)
{
	s.p += n;
	s.len -= n;
	while (s.len > 0 && s.p[0] == ' ') {
		s.p++;
		s.len--;
	}
	return s;
}

/* Does it go on so many lines of this size, without a word broken? */
static int
goes(struct km_bytes s, const struct style *as, int size)
{
	int	lines, whole = 1;

	for (lines = 0; s.len > 0 && whole && lines < as->lines; lines++)
		s = after(s, part(s, as, size, &whole));
	return s.len == 0 && whole;
}

static void
line(struct km_pen *n, struct km_bytes s, int size, int bold,
    const char *colour, int more)
{
	char	head[160];

	n->y += size;
	snprintf(head, sizeof(head), "<text x=\"%d\" y=\"%d\" font-size=\"%d\" "
	    "text-anchor=\"middle\"%s fill=\"%s\">", MIDDLE, n->y, size,
	    bold ? " font-weight=\"700\"" : "", colour);
	km_pen_str(n, head);
	km_pen_text(n, s);
	if (more)
		km_pen_text(n, ellipsis);
	km_pen_str(n, "</text>");
	n->y += size >= 12 ? 2 : 1;
}

static void
set(struct km_pen *n, struct km_bytes s, const struct style *as,
    const char *colour)
{
	int	size = as->size, lines = as->lines, whole, more;
	size_t	len;

	while (size > as->least && !goes(s, as, size))
		size--;
	for (; s.len > 0 && lines > 0; lines--) {
		len = part(s, as, size, &whole);
		more = lines == 1 && len < s.len;
		/* Three dots are as wide as one letter and a half. */
		if (more && len > 3)
			for (len -= 2; len > 1 && (s.p[len] & 0xc0) == 0x80;)
				len--;
		line(n, (struct km_bytes){ s.p, len }, size, as->bold, colour,
		    more);
		s = after(s, len);
	}
}

static void
set_str(struct km_pen *n, const char *s, const struct style *as,
    const char *colour)
{
	set(n, km_bytes_of(s), as, colour);
}

/* "24-11-2026", and "24 Nov 2026" where a month by number has two readings. */
static void
day_of(char out[32], const struct km_words *w, enum km_picture_lang lang,
    int64_t day)
{
	char	iso[KM_ISO_MAX];
	int	month, of_month;

	out[0] = '\0';
	km_iso_day(iso, day);
	if (iso[0] == '\0')
		return;
	month = (iso[5] - '0') * 10 + iso[6] - '0';
	of_month = (iso[8] - '0') * 10 + iso[9] - '0';
	if (lang == KM_PICTURE_EN)
		snprintf(out, 32, "%d %.3s %.4s", of_month,
		    w->month[month - 1], iso);
	else
		snprintf(out, 32, "%d-%d-%.4s", of_month, month, iso);
}

/* The word of the status, on its colour or within its outline. */
static void
bar(struct km_pen *n)
{
	const char	*edge = n->c->bar_edge[n->shown];
	const char	*says = n->w->bar[n->shown];
	int		 outline, y, high, muted = n->mute;
	char		 head[192];

	outline = n->a->document == KM_DOCUMENT_SELF_DECLARATION;
	n->y += 3;
	y = n->y;
	n->mute = 1;			/* only to know how high it is */
	n->y += 2;
	set_str(n, says, &word, edge);
	high = n->y - y + 3;
	n->mute = muted;
	snprintf(head, sizeof(head), "<rect x=\"3\" y=\"%d\" width=\"%d\" "
	    "height=\"%d\" rx=\"3\" fill=\"%s\" stroke=\"%s\" stroke-width="
	    "\"1.5\"></rect>", y, SMALL_WIDTH - 6, high,
	    outline ? n->c->ground : n->c->bar[n->shown], edge);
	km_pen_str(n, head);
	n->y = y + 2;
	set_str(n, says, &word, outline ? edge : n->c->bar_ink);
	n->y = y + high + 2;
}

static void
rule(struct km_pen *n)
{
	char	head[96];

	n->y += 4;
	snprintf(head, sizeof(head), "<path d=\"M8 %dh%d\" stroke=\"%s\">"
	    "</path>", n->y, SMALL_WIDTH - 16, n->c->rule);
	km_pen_str(n, head);
	n->y += 2;
}

/* All below the emblem. */
static void
body(struct km_pen *n)
{
	const struct km_attestation	*a = n->a;
	char				 day[32];

	n->y = EMBLEM_END;
	set_str(n, n->w->title, &title, n->c->ink);
	bar(n);
	if (a->document == KM_DOCUMENT_SELF_DECLARATION) {
		set_str(n, n->w->self_declaration, &note, n->c->ink);
		n->y += 4;
	}
	set(n, a->n_trade_names > 0 ? a->trade_name[0] : a->legal_name,
	    &holder, n->c->ink);
	rule(n);
	set(n, a->number, &number, n->c->ink);
	rule(n);
	set_str(n, n->w->status_on, &label, n->c->soft);
	day_of(day, n->w, n->p->lang, n->p->day);
	set_str(n, day, &value, n->c->ink);
	rule(n);
	set_str(n, n->w->check_at, &label, n->c->soft);
	set(n, (struct km_bytes){ a->iss.p + HTTPS_LEN,
	    a->iss.len - HTTPS_LEN }, &host, n->c->ink);
	n->y += 6;
}

/* Across the emblem, of what is no real mark. */
static void
band(struct km_pen *n)
{
	struct km_bytes	 s = km_bytes_of(
			    n->w->environment[n->a->environment]);
	char		 head[400];
	int		 size = 12;

	if (s.len == 0)
		return;
	while (size > 8 && !fits(s, size, 1))
		size--;
	snprintf(head, sizeof(head), "<rect x=\"1\" y=\"%d\" width=\"%d\" "
	    "height=\"16\" fill=\"%s\" stroke=\"%s\" stroke-width=\"1\">"
	    "</rect><text x=\"%d\" y=\"%d\" font-size=\"%d\" text-anchor="
	    "\"middle\" font-weight=\"700\" fill=\"%s\">", EMBLEM_Y - 8,
	    SMALL_WIDTH - 2, n->c->band, n->c->band_ink, MIDDLE,
	    EMBLEM_Y + size * 36 / 100, size, n->c->band_ink);
	km_pen_str(n, head);
	km_pen_text(n, s);
	km_pen_str(n, "</text>");
}

/* For who cannot see it. */
static void
described(struct km_pen *n)
{
	const struct km_attestation	*a = n->a;
	char				 day[32];

	day_of(day, n->w, n->p->lang, n->p->day);
	km_pen_str(n, "<title>");
	if (a->environment != KM_ENVIRONMENT_PRODUCTION) {
		km_pen_str(n, n->w->environment[a->environment]);
		km_pen_str(n, ": ");
	}
	km_pen_str(n, n->w->title);
	km_pen_str(n, ": ");
	km_pen_text(n, a->legal_name);
	km_pen_str(n, "</title><desc>");
	km_pen_str(n, n->w->status_on);
	km_pen_str(n, " ");
	km_pen_str(n, day);
	km_pen_str(n, ": ");
	km_pen_str(n, n->w->shown[n->shown]);
	km_pen_str(n, ". ");
	km_pen_str(n, n->w->number);
	km_pen_str(n, " ");
	km_pen_text(n, a->number);
	km_pen_str(n, ". ");
	km_pen_str(n, n->w->check_at);
	km_pen_str(n, " ");
	km_pen_text(n, a->iss);
	km_pen_str(n, ".</desc>");
}

static void
draw(struct km_pen *n)
{
	char	head[512];
	int	high;

	n->mute = 1;			/* only to know how high it is */
	body(n);
	high = n->y;
	n->mute = 0;
	snprintf(head, sizeof(head), "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
	    "lang=\"%s\" font-family=\"Arial,Helvetica,sans-serif\">",
	    SMALL_WIDTH, high, SMALL_WIDTH, high, n->w->lang);
	km_pen_str(n, head);
	described(n);
	snprintf(head, sizeof(head), "<rect x=\"0.5\" y=\"0.5\" width=\"%d\" "
	    "height=\"%d\" rx=\"6\" fill=\"%s\" stroke=\"%s\"></rect><g "
	    "transform=\"translate(%.1f %.2f)\"><g transform=\"scale(0.36)\">",
	    SMALL_WIDTH - 1, high - 1, n->c->ground, n->c->frame,
	    MIDDLE - EMBLEM_AT_X * 0.36, EMBLEM_Y - EMBLEM_AT_Y * 0.36);
	km_pen_str(n, head);
	km_emblem(n);
	km_pen_str(n, "</g></g>");
	body(n);
	band(n);
	km_pen_str(n, "</svg>");
}

int
small_draw(struct buf *out, const struct km_picture *p,
    const struct km_attestation *a)
{
	struct km_pen	n;

	memset(&n, 0, sizeof(n));
	if (font_open() == -1 || buf_reserve(out, SMALL_MAX) == -1)
		return -1;
	n.a = a;
	n.p = p;
	n.w = km_picture_words(p->lang);
	n.c = km_colours(p->variant);
	n.shown = shown(a, p);
	n.out = (char *)out->p + out->len;
	n.cap = SMALL_MAX;
	draw(&n);
	if (n.len > SMALL_MAX) {
		log_warnx("small form of %zu bytes: cannot be drawn", n.len);
		return -1;
	}
	out->len += n.len;
	return 0;
}
