/* SPDX-License-Identifier: EUPL-1.2 */
/* Alike: how near a name is to what was typed; see alike.h. */
#include <string.h>

#include "alike.h"

enum {
	WHOLE = 999,			/* the most of what is not the same */
	FULL = 1000,
	EDITED_LEAST = 4,		/* letters of a word that may differ */
	PAIRS_MAX = 256
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

/* Of the words typed, how much is found in the name; by weight. */
static unsigned int
covered(const struct alike *name, const struct alike *typed)
{
	const struct alike_word	*n, *t;
	unsigned int		 best, near;
	uint64_t		 sum = 0, all = 0;
	size_t			 i, k;

	for (i = 0; i < typed->n_words; i++) {
		t = &typed->word[i];
		best = 0;
		for (k = 0; k < name->n_words && best < FULL; k++) {
			n = &name->word[k];
			near = word_near(name->text + n->at, n,
			    typed->text + t->at, t);
			if (near > best)
				best = near;
		}
		sum += (uint64_t)best * t->weight;
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

/* Dice, by pairs of letters without spaces: 0 to 1000. */
static unsigned int
dice(const struct alike *a, const struct alike *b)
{
	static const uint8_t	none[PAIRS_MAX];
	uint16_t		pa[PAIRS_MAX], pb[PAIRS_MAX];
	uint8_t			used[PAIRS_MAX];
	size_t			na = pairs(pa, a), nb = pairs(pb, b);
	size_t			i, k, both = 0;

	if (na == 0 || nb == 0)
		return 0;
	memcpy(used, none, sizeof(used));
	for (i = 0; i < na; i++)
		for (k = 0; k < nb; k++)
			if (!used[k] && pa[i] == pb[k]) {
				used[k] = 1;
				both++;
				break;
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
alike_near(struct alike *name, const struct alike *typed,
    struct km_bytes place)
{
	unsigned int	d = dice(name, typed), b = begins(name, typed), near;

	/* One word is a name or a place, and places are found as such. */
	if (typed->n_words > 1 && place.len > 0)
		alike_add_place(name, place);
	near = (covered(name, typed) * 4 + d) / 5;
	/* Written in one word, or in two, only the letters tell. */
	if (d > near)
		near = d;
	if (b > near)
		near = b;
	return near > WHOLE ? WHOLE : near;
}
