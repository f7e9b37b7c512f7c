/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Grams: lists of leaves by three letters; see grams.h. A list is the way
 * from leaf to leaf in bytes, from -1 on: 255 is as many and goes on, any
 * other is a leaf. Most are one byte.
 */
#include <stdlib.h>
#include <string.h>

#include "grams.h"

enum { ON = 255, PER_LEAF_MAX = 2048 };

struct pair {
	uint16_t	list, leaf;
};

/* The byte before, the byte, the byte after; a space where there is none. */
static uint16_t
list_of(const struct alike *a, size_t i)
{
	uint32_t	v;

	v = (uint32_t)(uint8_t)(i == 0 ? ' ' : a->text[i - 1]) << 16 |
	    (uint32_t)(uint8_t)a->text[i] << 8 |
	    (uint8_t)(i + 1 == a->len ? ' ' : a->text[i + 1]);
	return (uint16_t)(v * 2654435761u >> (32 - GRAMS_BITS));
}

void
grams_begin(struct grams_build *b)
{
	memset(b, 0, sizeof(*b));
	buf_init(&b->pairs, sizeof(struct pair) * GRAMS_LEAVES_MAX *
	    PER_LEAF_MAX);
}

void
grams_add(struct grams_build *b, uint16_t leaf, const struct alike *a)
{
	struct pair	pair = { 0, leaf };
	size_t		i;

	for (i = 0; i < a->len; i++) {
		if (a->text[i] == ' ')
			continue;
		pair.list = list_of(a, i);
		if (b->last[pair.list] == leaf + 1)
			continue;
		b->last[pair.list] = (uint16_t)(leaf + 1);
		buf_add(&b->pairs, &pair, sizeof(pair));
	}
}

static size_t
put_gap(uint8_t *out, uint32_t gap)
{
	size_t	n = 0;

	for (; gap >= ON; gap -= ON) {
		if (out != NULL)
			out[n] = ON;
		n++;
	}
	if (out != NULL)
		out[n] = (uint8_t)gap;
	return n + 1;
}

/*
 * Go over all pairs, which are in the order of their leaves, and add to each
 * list, at[list] being its end so far.
 */
static void
put_all(struct grams *g, const struct grams_build *b, uint8_t *gap)
{
	const struct pair	*p = (const void *)b->pairs.p;
	uint16_t		 next[GRAMS_LISTS] = { 0 };
	size_t			 i, n = b->pairs.len / sizeof(*p);

	for (i = 0; i < n; i++) {
		g->at[p[i].list] += (uint32_t)put_gap(gap == NULL ? NULL :
		    gap + g->at[p[i].list],
		    (uint32_t)(p[i].leaf + 1 - next[p[i].list]));
		next[p[i].list] = (uint16_t)(p[i].leaf + 1);
	}
}

static struct grams *
build(const struct grams_build *b)
{
	struct grams	*g;
	uint32_t	 i, n, sum = 0;

	if (b->pairs.failed != 0 || (g = calloc(1, sizeof(*g))) == NULL)
		return NULL;
	put_all(g, b, NULL);		/* how long each is */
	for (i = 0; i <= GRAMS_LISTS; i++) {
		n = g->at[i];
		g->at[i] = sum;
		sum += n;
	}
	if ((g->gap = malloc((size_t)sum + 1)) == NULL) {
		free(g);
		return NULL;
	}
	put_all(g, b, g->gap);		/* each then ends where it begins */
	memmove(g->at + 1, g->at, GRAMS_LISTS * sizeof(g->at[0]));
	g->at[0] = 0;
	return g;
}

struct grams *
grams_end(struct grams_build *b)
{
	struct grams	*g = build(b);

	buf_free(&b->pairs);
	return g;
}

void
grams_free(struct grams *g)
{
	if (g == NULL)
		return;
	free(g->gap);
	free(g);
}

size_t
grams_typed(uint16_t list[GRAMS_TYPED_MAX], const struct alike *a)
{
	size_t		i, k, n = 0;
	uint16_t	v;

	for (i = 0; i < a->len && n < GRAMS_TYPED_MAX; i++) {
		if (a->text[i] == ' ')
			continue;
		v = list_of(a, i);
		for (k = 0; k < n && list[k] != v; k++)
			;
		if (k == n)
			list[n++] = v;
	}
	return n;
}

uint32_t
grams_length(const struct grams *g, uint16_t list)
{
	return g->at[list + 1] - g->at[list];
}

void
grams_score(uint16_t score[GRAMS_LEAVES_MAX], const struct grams *g,
    uint16_t list, uint16_t weight)
{
	const uint8_t	*p = g->gap + g->at[list];
	const uint8_t	*end = g->gap + g->at[list + 1];
	uint32_t	 leaf = 0;	/* and 1 */

	for (; p < end; p++) {
		leaf += *p;
		if (*p != ON)
			score[leaf - 1] = (uint16_t)(score[leaf - 1] + weight);
	}
}
