/* SPDX-License-Identifier: EUPL-1.2 */
/* Alike: how near a name is to what was typed; see alike.h. */
#include <string.h>

#include "alike.h"

enum {
	WHOLE = 999,			/* the most of what is not the same */
	FULL = 1000,
	EDITED_LEAST = 4,		/* letters of a word that may differ */
	PAIRS_MAX = 256,
	DIGESTS = 512
};

/*
 * Hyyrö (2003), "A bit-vector algorithm for computing Levenshtein and Damerau
 * edit distances": a column of the matrix in one word, so it costs b_len.
 */
unsigned int
alike_edits(const char *a, size_t a_len, const char *b, size_t b_len)
{
	uint64_t	has[256] = { 0 }, vp = ~UINT64_C(0), vn = 0, d0 = 0;
	uint64_t	hp, hn, pm, last_pm = 0, top;
	unsigned int	edits;
	size_t		i;

	if (a_len > 64)
		a_len = 64;
	if (a_len == 0)
		return (unsigned int)b_len;
	for (i = 0; i < a_len; i++)
		has[(uint8_t)a[i]] |= UINT64_C(1) << i;
	top = UINT64_C(1) << (a_len - 1);
	edits = (unsigned int)a_len;
	for (i = 0; i < b_len; i++) {
		pm = has[(uint8_t)b[i]];
		d0 = (((~d0 & pm) << 1) & last_pm) |
		    (((pm & vp) + vp) ^ vp) | pm | vn;
		hp = vn | ~(d0 | vp);
		hn = d0 & vp;
		edits += (hp & top) != 0;
		edits -= (hn & top) != 0;
		hp = hp << 1 | 1;
		hn <<= 1;
		vp = hn | ~(d0 | hp);
		vn = hp & d0;
		last_pm = pm;
	}
	return edits;
}

/* The beginning of a word is typed first. */
static unsigned int
begun(size_t typed, size_t all)
{
	return typed >= all ? WHOLE : (unsigned int)(800 + 150 * typed / all);
}

/* Letters that only one of them has: an edit makes up for one of each. */
static int
far(const struct alike_word *a, const struct alike_word *b, size_t edits)
{
	return (size_t)__builtin_popcount(a->letters & ~b->letters) > edits ||
	    (size_t)__builtin_popcount(b->letters & ~a->letters) > edits;
}

/* One word against another: 1000 the same, 0 another word. */
static unsigned int
word_near(const char *name, const struct alike_word *n, const char *typed,
    const struct alike_word *t)
{
	size_t		max = n->len > t->len ? n->len : t->len;
	size_t		min = n->len > t->len ? t->len : n->len;
	size_t		most = (max + 2) / 4, edits;

	if (min == max && memcmp(name, typed, max) == 0)
		return FULL;
	if (n->len > t->len && min >= 3 && memcmp(name, typed, min) == 0)
		return begun(min, max);
	if (max < EDITED_LEAST || max > 64 || max - min > most ||
	    far(n, t, most))
		return 0;
	edits = alike_edits(typed, t->len, name, n->len);
	return edits > most ? 0 : (unsigned int)(950 - 1000 * edits / max);
}

/* The word of a that is nearest to this one that was typed. */
static unsigned int
nearest(const struct alike *a, const char *typed, const struct alike_word *t)
{
	const struct alike_word	*n;
	unsigned int		 best = 0, near;
	size_t			 i;

	for (i = 0; i < a->n_words && best < FULL; i++) {
		n = &a->word[i];
		near = word_near(a->text + n->at, n, typed, t);
		if (near > best)
			best = near;
	}
	return best;
}

/* Of the words typed, how much is found in name or place; by weight. */
static unsigned int
covered(const struct alike *name, const struct alike *typed,
    const struct alike *place)
{
	const struct alike_word	*t;
	unsigned int		 best, near;
	uint64_t		 sum = 0, all = 0;
	size_t			 i;

	for (i = 0; i < typed->n_words; i++) {
		t = &typed->word[i];
		best = nearest(name, typed->text + t->at, t);
		near = best == FULL ? 0 : nearest(place, typed->text + t->at,
		    t);
		sum += (uint64_t)(near > best ? near : best) * t->weight;
		all += t->weight;
	}
	return all == 0 ? 0 : (unsigned int)(sum / all);
}

static size_t
pairs(uint16_t out[PAIRS_MAX], const struct alike *a)
{
	size_t	i, n = 0;
	int	last = -1, c;

	for (i = 0; i < a->len && n < PAIRS_MAX; i++) {
		if (a->text[i] == ' ')
			continue;
		c = (uint8_t)a->text[i];
		if (last != -1)
			out[n++] = (uint16_t)(last << 8 | c);
		last = c;
	}
	return n;
}

/* Most pairs of most names are no pair of the other: told by a bit. */
static unsigned int
digest(uint16_t pair)
{
	return ((pair >> 8) * 29u + (pair & 255u)) % DIGESTS;
}

/* Dice, by pairs of letters without spaces: 0 to 1000. */
static unsigned int
dice(const struct alike *a, const struct alike *b)
{
	uint16_t	pa[PAIRS_MAX], pb[PAIRS_MAX];
	uint64_t	has[DIGESTS / 64] = { 0 };	/* of b */
	size_t		na = pairs(pa, a), nb = pairs(pb, b);
	size_t		i, k, left = nb, both = 0;

	if (na == 0 || nb == 0)
		return 0;
	for (k = 0; k < nb; k++)
		has[digest(pb[k]) / 64] |= UINT64_C(1) << digest(pb[k]) % 64;
	for (i = 0; i < na; i++) {
		if ((has[digest(pa[i]) / 64] >> digest(pa[i]) % 64 & 1) == 0)
			continue;
		for (k = 0; k < left && pb[k] != pa[i]; k++)
			;
		if (k < left) {		/* each counts once */
			pb[k] = pb[--left];
			both++;
		}
	}
	return (unsigned int)(2000 * both / (na + nb));
}

/* Does the name begin with it, spaces apart? Cap Gemini, Capgemini Holding. */
static unsigned int
begins(const struct alike *name, const struct alike *typed)
{
	size_t	i = 0, k = 0;

	while (k < typed->len) {
		if (typed->text[k] == ' ')
			k++;
		else if (i < name->len && name->text[i] == ' ')
			i++;
		else if (i == name->len || name->text[i++] != typed->text[k++])
			return 0;
	}
	return k < EDITED_LEAST ? 0 : begun(k, name->len);
}

unsigned int
alike_near(const struct alike *name, const struct alike *typed,
    const struct alike *place)
{
	static const struct alike	none;
	unsigned int			d = dice(name, typed), near;
	unsigned int			b = begins(name, typed);

	/* One word is a name or a place, and places are found as such. */
	near = (covered(name, typed, typed->n_words > 1 ? place : &none) * 4 +
	    d) / 5;
	/* Written in one word, or in two, only the letters tell. */
	if (d > near)
		near = d;
	if (b > near)
		near = b;
	return near > WHOLE ? WHOLE : near;
}
