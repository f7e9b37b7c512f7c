/* SPDX-License-Identifier: EUPL-1.2 */
/* The list of marks, and its filters; see search.h. */
#include <string.h>

#include "search_hits.h"

/* A filter in the words of one run. */
struct sieve {
	const struct search_filter *f;
	char		 place[ALIKE_MAX];	/* letters; empty: all */
	const struct run *run;		/* whose words these are */
	uint16_t	 service_word, place_word;
};

static void
sieve_turn(struct sieve *s, const struct run *run)
{
	if (s->run == run)
		return;
	s->run = run;
	s->service_word = run_word(&run->services, s->f->service);
	s->place_word = run_word(&run->places, s->place);
}

/* Service, claim and level are met by one line, never by parts of several. */
static int
line_passes(const struct sieve *s, const struct run *run,
    const struct run_leaf *l)
{
	const struct run_line	*line = (const void *)run->lines.p;
	size_t			 i;

	if (s->f->service[0] == '\0' && s->f->claim == 0 && s->f->level == 0)
		return 1;
	if (s->f->service[0] != '\0' && s->service_word == NO_WORD)
		return 0;
	for (i = l->line; i < l->line + l->n_lines; i++)
		if ((s->f->service[0] == '\0' ||
		    line[i].service == s->service_word) &&
		    (s->f->claim == 0 || line[i].claim == s->f->claim) &&
		    line[i].level >= s->f->level)
			return 1;
	return 0;
}

static int
passes(struct sieve *s, const struct reg *reg, uint32_t mark, int64_t now)
{
	const struct run_leaf	*l;
	const struct run	*run;
	const uint32_t		*index;
	size_t			 n;

	index = reg_indices(reg, mark, &n);
	run = reg_leaf(reg, index[reg_speaks(reg, index, n, now)], &l);
	if (s->f->state != 0 &&
	    (int)run_leaf_state(l, now) != s->f->state - 1)
		return 0;
	sieve_turn(s, run);
	if (s->f->place[0] != '\0' && (s->place_word == NO_WORD ||
	    l->place != s->place_word))
		return 0;
	return line_passes(s, run, l);
}

size_t
search_list(uint32_t *out, size_t max, size_t skip, size_t *total,
    const struct search *search, const struct search_filter *f, int64_t now)
{
	const struct reg	*reg = search->reg;
	struct sieve		 s;
	uint32_t		 i;
	size_t			 n = 0;

	memset(&s, 0, sizeof(s));
	s.f = f;
	alike_place(s.place, km_bytes_of(f->place));
	*total = 0;
	for (i = 0; i < reg_marks(reg); i++) {
		if (!passes(&s, reg, i, now))
			continue;
		if (*total >= skip && n < max)
			out[n++] = i;
		(*total)++;
	}
	return n;
}
