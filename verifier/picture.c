/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Drawing version 1: a card of 320 wide, from top to bottom the title, the
 * emblem, a bar with the status in one word, the holder, the claim lines, and
 * what to check. It goes through one pen that writes, compares or only
 * measures.
 */
#include <string.h>

#include "armour.h"
#include "attestation.h"
#include "cbor.h"
#include "json.h"
#include "picture_pen.h"

enum {
	HTTPS_LEN = 8, NAME_LINES = 3, NAME_SIZE = 20, TEXT_SIZE = 14,
	SMALL_SIZE = 12, LEFT = 20, MIDDLE = KM_CARD_WIDTH / 2,
	ROOM = KM_CARD_WIDTH - 2 * LEFT,
	EMBLEM_Y = 104, BAR_Y = 174, BAR_HEIGHT = 46
};

static const struct km_bytes ellipsis = { (const uint8_t *)"\xe2\x80\xa6",
	3 };

/* First day, last day: what the bar says of the status carried. */
static enum km_shown
shown(const struct km_attestation *a, const struct km_picture *p)
{
	if (p->status == KM_STATUS_NONE)
		return KM_SHOWN_NONE;
	if (p->status == KM_STATUS_WITHDRAWN)
		return KM_SHOWN_WITHDRAWN;
	if (p->day < a->nbf / 86400)
		return KM_SHOWN_EARLY;
	if (p->day >= a->exp / 86400)
		return KM_SHOWN_EXPIRED;
	return p->status == KM_STATUS_SUSPENDED ? KM_SHOWN_SUSPENDED :
	    p->status == KM_STATUS_SUPERSEDED ? KM_SHOWN_SUPERSEDED :
	    KM_SHOWN_VALID;
}

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

/* A line of text begins, and what it says is put after this. */
static void
begin(struct km_pen *n, const char *anchor, int x, int size, int bold,
    const char *colour)
{
	km_pen_str(n, "<text x=\"");
	km_pen_int(n, x);
	km_pen_str(n, "\" y=\"");
	km_pen_int(n, n->y);
	km_pen_str(n, "\" font-size=\"");
	km_pen_int(n, size);
	km_pen_str(n, "\" text-anchor=\"");
	km_pen_str(n, anchor);
	if (bold)
		km_pen_str(n, "\" font-weight=\"700");
	km_pen_str(n, "\" fill=\"");
	km_pen_str(n, colour);
	km_pen_str(n, "\">");
}

static void
end(struct km_pen *n)
{
	km_pen_str(n, "</text>");
}

/* In the middle, on as many lines as it needs; the last is cut short. */
static void
wrapped(struct km_pen *n, struct km_bytes s, int size, int bold, int lines,
    const char *colour)
{
	int		room = ROOM * 1000 / size;
	size_t		fits, at;

	for (; s.len > 0; lines--) {
		fits = km_pen_fit(s, room, &at);
		if (fits < s.len && lines == 1)
			fits = at = km_pen_fit(s, room - 1000, NULL);
		else if (fits < s.len && at > 0)
			fits = at;
		begin(n, "middle", MIDDLE, size, bold, colour);
		km_pen_text(n, (struct km_bytes){ s.p, fits });
		if (fits < s.len && lines == 1)
			km_pen_text(n, ellipsis);
		end(n);
		n->y += size * 5 / 4;
		s.p += fits;
		s.len -= fits;
		while (s.len > 0 && s.p[0] == ' ') {
			s.p++;
			s.len--;
		}
		if (lines == 1)
			return;
	}
}

/* A host whole, or its end: that is what tells whose it is. */
static void
host(struct km_pen *n, struct km_bytes h, int room)
{
	if (km_pen_fit(h, room, NULL) < h.len) {
		km_pen_text(n, ellipsis);
		while (km_pen_fit(h, room - 1000, NULL) < h.len) {
			h.p++;
			h.len--;
		}
	}
	km_pen_text(n, h);
}

static void
date(struct km_pen *n, int64_t day)
{
	char	iso[KM_ISO_MAX];
	int	month;

	km_iso_day(iso, day);
	if (iso[0] == '\0')
		return;
	month = (iso[5] - '0') * 10 + iso[6] - '0';
	km_pen_int(n, (iso[8] - '0') * 10 + iso[9] - '0');
	km_pen_str(n, " ");
	km_pen_str(n, n->w->month[month - 1]);
	km_pen_str(n, " ");
	km_pen_text(n, (struct km_bytes){ (const uint8_t *)iso, 4 });
}

/* Of one claim and level: how many services, or the organisation. */
static int
count_lines(const struct km_attestation *a, int claim, int level, int object)
{
	size_t	i;
	int	count = 0;

	for (i = 0; i < a->n_lines; i++)
		count += (int)a->line[i].claim == claim &&
		    (int)a->line[i].level == level &&
		    (int)a->line[i].object == object;
	return count;
}

/* "2 diensten, niveau basis", from the signed numbers alone. */
static void
scope(struct km_pen *n, int count, int object, int level)
{
	if (object == KM_OBJECT_ORGANISATION)
		km_pen_str(n, n->w->organisation);
	else {
		km_pen_int(n, count);
		km_pen_str(n, " ");
		km_pen_str(n, count == 1 ? n->w->service : n->w->services);
	}
	km_pen_str(n, ", ");
	km_pen_str(n, n->w->at_level);
	km_pen_str(n, " ");
	km_pen_str(n, n->w->level[level - 1]);
}

/* Each group of claim lines; in words, or as rows of the card. */
static void
claims(struct km_pen *n, int rows)
{
	int	claim, level, object, count;

	for (claim = 1; claim <= 2; claim++)
	for (object = 1; object <= 2; object++)
	for (level = 1; level <= 3; level++) {
		count = count_lines(n->a, claim, level, object);
		if (count == 0)
			continue;
		if (rows) {
			begin(n, "start", LEFT, TEXT_SIZE, 1, n->c->ink);
			km_pen_str(n, n->w->claim[claim - 1]);
			end(n);
			n->y += 18;
			begin(n, "start", LEFT, TEXT_SIZE, 0, n->c->ink);
			scope(n, count, object, level);
			end(n);
			n->y += 26;
		} else {
			km_pen_str(n, n->w->claim[claim - 1]);
			km_pen_str(n, ": ");
			scope(n, count, object, level);
			km_pen_str(n, ". ");
		}
	}
}

static void
through(struct km_pen *n)
{
	if (n->shown == KM_SHOWN_EARLY) {
		km_pen_str(n, n->w->from);
		km_pen_str(n, " ");
		date(n, n->a->nbf / 86400);
		return;
	}
	km_pen_str(n, n->shown == KM_SHOWN_VALID || n->shown == KM_SHOWN_NONE ?
	    n->w->through : n->w->granted);
	km_pen_str(n, " ");
	date(n, (n->a->exp - 1) / 86400);
}

static void
status(struct km_pen *n)
{
	if (n->p->status == KM_STATUS_NONE)
		km_pen_str(n, n->w->see_register);
	else {
		km_pen_str(n, n->w->status_on);
		km_pen_str(n, " ");
		date(n, n->p->day);
	}
	km_pen_str(n, ": ");
	km_pen_str(n, n->w->shown[n->shown]);
}

/* For who cannot see it, all that it shows, names in full. */
static void
described(struct km_pen *n)
{
	const struct km_attestation	*a = n->a;

	km_pen_str(n, "<title>");
	if (a->environment != KM_ENVIRONMENT_PRODUCTION) {
		km_pen_str(n, n->w->environment[a->environment]);
		km_pen_str(n, ": ");
	}
	km_pen_str(n, n->w->title);
	km_pen_str(n, ": ");
	km_pen_text(n, holder_of(a));
	km_pen_str(n, "</title><desc>");
	if (a->document == KM_DOCUMENT_SELF_DECLARATION) {
		km_pen_str(n, n->w->self_declaration);
		km_pen_str(n, ". ");
	}
	status(n);
	km_pen_str(n, ". ");
	through(n);
	km_pen_str(n, ". ");
	km_pen_text(n, a->legal_name);
	km_pen_str(n, ", ");
	km_pen_text(n, a->sub);
	km_pen_str(n, ". ");
	claims(n, 0);
	km_pen_str(n, n->w->number);
	km_pen_str(n, " ");
	km_pen_text(n, a->number);
	km_pen_str(n, ". ");
	km_pen_str(n, n->w->check_at);
	km_pen_str(n, " ");
	km_pen_text(n, host_of(a));
	km_pen_str(n, ".</desc>");
}

static void
rule(struct km_pen *n)
{
	km_pen_str(n, "<path d=\"M20 ");
	km_pen_int(n, n->y);
	km_pen_str(n, "h280\" stroke=\"");
	km_pen_str(n, n->c->rule);
	km_pen_str(n, "\"></path>");
}

static void
bar(struct km_pen *n)
{
	const char	*word = n->w->bar[n->shown];
	const char	*edge = n->c->bar_edge[n->shown];
	int		 outline, size = strlen(word) > 12 ? 27 : 34;

	outline = n->a->document == KM_DOCUMENT_SELF_DECLARATION;
	km_pen_str(n, "<rect x=\"12\" y=\"174\" width=\"296\" height=\"46\" "
	    "rx=\"8\" fill=\"");
	km_pen_str(n, outline ? n->c->ground : n->c->bar[n->shown]);
	km_pen_str(n, "\" stroke=\"");
	km_pen_str(n, edge);
	km_pen_str(n, "\" stroke-width=\"3\"></rect>");
	n->y = BAR_Y + BAR_HEIGHT / 2 + size * 36 / 100;
	begin(n, "middle", MIDDLE, size, 1, outline ? edge :
	    n->c->bar_ink);
	km_pen_str(n, word);
	end(n);
	n->y = BAR_Y + BAR_HEIGHT;
}

static void
holder(struct km_pen *n)
{
	const struct km_attestation	*a = n->a;

	if (a->document == KM_DOCUMENT_SELF_DECLARATION) {
		n->y += 22;
		wrapped(n, km_bytes_of(n->w->self_declaration), 15, 1, 1,
		    n->c->ink);
		n->y -= 18;
	}
	n->y += 30;
	wrapped(n, holder_of(a), NAME_SIZE, 1, NAME_LINES, n->c->ink);
	n->y -= 5;
	if (a->n_trade_names > 0) {
		begin(n, "middle", MIDDLE, SMALL_SIZE, 0, n->c->soft);
		km_pen_str(n, n->w->legal_name);
		end(n);
		n->y += 16;
		wrapped(n, a->legal_name, SMALL_SIZE + 1, 0, 2, n->c->soft);
	}
	n->y += 4;
	begin(n, "middle", MIDDLE, TEXT_SIZE, 0, n->c->ink);
	if (a->kvk.len > 0) {
		km_pen_str(n, "KVK ");
		km_pen_text(n, a->kvk);
	} else
		km_pen_text(n, a->sub);
	end(n);
	n->y += 18;
	if (a->n_hosts > 0) {
		begin(n, "middle", MIDDLE, TEXT_SIZE, 0, n->c->ink);
		host(n, a->host[0], (ROOM - 30) * 1000 / TEXT_SIZE);
		if (a->n_hosts > 1) {
			km_pen_str(n, " +");
			km_pen_int(n, (int64_t)a->n_hosts - 1);
		}
		end(n);
		n->y += 18;
	}
}

static void
foot_line(struct km_pen *n, void (*what)(struct km_pen *))
{
	begin(n, "start", LEFT, TEXT_SIZE - 1, 0, n->c->soft);
	what(n);
	end(n);
	n->y += 19;
}

static void
number(struct km_pen *n)
{
	km_pen_str(n, n->w->number);
	km_pen_str(n, " ");
	km_pen_text(n, n->a->number);
}

/* All below the emblem; leaves in y where the card ends. */
static void
body(struct km_pen *n)
{
	bar(n);
	holder(n);
	n->y -= 2;
	rule(n);
	n->y += 26;
	claims(n, 1);
	n->y -= 12;
	rule(n);
	n->y += 24;
	foot_line(n, through);
	foot_line(n, status);
	foot_line(n, number);
	n->y += 5;
	begin(n, "start", LEFT, TEXT_SIZE, 1, n->c->ink);
	km_pen_str(n, n->w->check_at);
	end(n);
	n->y += 18;
	begin(n, "start", LEFT, TEXT_SIZE, 1, n->c->ink);
	host(n, host_of(n->a), ROOM * 1000 / TEXT_SIZE);
	end(n);
	n->y += 16;
}

static void
card(struct km_pen *n, int height)
{
	km_pen_str(n, "<rect x=\"1\" y=\"1\" width=\"318\" height=\"");
	km_pen_int(n, height - 2);
	km_pen_str(n, "\" rx=\"16\" fill=\"");
	km_pen_str(n, n->c->ground);
	km_pen_str(n, "\" stroke=\"");
	km_pen_str(n, n->c->frame);
	km_pen_str(n, "\" stroke-width=\"2\"></rect>");
	n->y = 32;
	begin(n, "middle", MIDDLE, 16, 1, n->c->ink);
	km_pen_str(n, n->w->title);
	end(n);
}

/* Across the emblem, of a badge that is no real mark. */
static void
band(struct km_pen *n)
{
	const char	*word = n->w->environment[n->a->environment];

	if (word[0] == '\0')
		return;
	km_pen_str(n, "<g transform=\"rotate(-12 160 108)\"><path d=\"M-28 "
	    "84h376v48h-376z\" fill=\"");
	km_pen_str(n, n->c->band);
	km_pen_str(n, "\" stroke=\"");
	km_pen_str(n, n->c->band_ink);
	km_pen_str(n, "\" stroke-width=\"4\"></path>");
	n->y = 119;
	begin(n, "middle", MIDDLE, 32, 1, n->c->band_ink);
	km_pen_str(n, word);
	end(n);
	km_pen_str(n, "</g>");
}

static void
metadata(struct km_pen *n)
{
	static const char	*const variants[] = { "light", "dark",
	    "mono" };
	static const char	*const statuses[] = { "valid", "withdrawn",
	    "suspended", "superseded" };
	char			 iso[KM_ISO_MAX] = "-";
	size_t			 i;
	unsigned int		 v, left;

	if (n->p->status != KM_STATUS_NONE)
		km_iso_day(iso, n->p->day);
	km_pen_str(n, "<metadata id=\"keurmerk\" data-picture=\"");
	km_pen_int(n, KM_DRAWING);
	km_pen_str(n, " ");
	km_pen_str(n, variants[n->p->variant]);
	km_pen_str(n, " ");
	km_pen_str(n, n->w->lang);
	km_pen_str(n, " ");
	km_pen_str(n, n->p->status == KM_STATUS_NONE ? "none" :
	    statuses[n->p->status]);
	km_pen_str(n, " ");
	km_pen_str(n, iso);
	km_pen_str(n, "\">");
	for (i = 0; i < n->badge.len; i += 3) {
		left = (unsigned int)(n->badge.len - i);
		v = (unsigned int)n->badge.p[i] << 16;
		v |= left > 1 ? (unsigned int)n->badge.p[i + 1] << 8 : 0;
		v |= left > 2 ? n->badge.p[i + 2] : 0u;
		km_pen_four(n, v, left > 2 ? 4 : left + 1);
	}
	km_pen_str(n, "</metadata>");
}

static void
draw(struct km_pen *n)
{
	int	height;

	n->mute = 1;			/* only to know how high it is */
	body(n);
	height = n->y;
	n->mute = 0;
	km_pen_str(n, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "width=\"320\" height=\"");
	km_pen_int(n, height);
	km_pen_str(n, "\" viewBox=\"0 0 320 ");
	km_pen_int(n, height);
	km_pen_str(n, "\" role=\"img\" lang=\"");
	km_pen_str(n, n->w->lang);
	km_pen_str(n, "\" font-family=\"Arial,Helvetica,sans-serif\">");
	described(n);
	metadata(n);
	card(n, height);
	km_emblem(n);
	body(n);
	band(n);
	km_pen_str(n, "</svg>");
}

static void
prepare(struct km_pen *n, const struct km_picture *p,
    const struct km_attestation *a, struct km_bytes badge)
{
	memset(n, 0, sizeof(*n));
	n->a = a;
	n->p = p;
	n->badge = badge;
	n->w = km_picture_words(p->lang);
	n->c = km_colours(p->variant);
	n->shown = shown(a, p);
}

size_t
km_picture(char *out, size_t cap, const struct km_picture *p,
    const struct km_attestation *a, struct km_bytes badge)
{
	struct km_pen	n;

	prepare(&n, p, a, badge);
	n.out = out;
	n.cap = cap;
	draw(&n);
	return n.len;
}

int
km_picture_is(struct km_bytes file, const struct km_picture *p,
    const struct km_attestation *a, struct km_bytes badge)
{
	struct km_pen	n;

	prepare(&n, p, a, badge);
	n.want = file;
	n.compares = 1;
	draw(&n);
	return !n.differs && n.len == file.len;
}
