/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Searches (ca/public/search.h) in a small register: whatever is typed, hits
 * are marks, each once, the best first, exact ones in front; and what is
 * exact is found again by the same text in capitals.
 */
#include "ca/public/alike.h"
#include "ca/public/search.h"
#include "tests/fuzz/promise.h"
#include "tests/lib/shelf.h"

static const struct search *
search_of_five(const struct reg **out)
{
	static struct shelf	 s;
	static struct reg	*reg;
	static struct search	*search;

	if (search == NULL) {
		shelf_begin(&s);
		shelf_mark(&s, 1, "Jansen Automatisering B.V.",
		    "www.jansen-ict.example");
		s.a.trade_name = "Het Koffiehuis";
		shelf_mark(&s, 2, "Caf\xc3\xa9 & Co", "xn--caf-dma.example");
		s.a.lei = "529900T8BM49AURSDO55";
		s.a.place = "'s-Gravenhage";
		shelf_mark(&s, 3, "Bakker", "bakker.example");
		s.a.lei = NULL;
		shelf_mark(&s, 4, "V.O.F. Bakker", NULL);
		shelf_mark(&s, 5, "Stichting Stichting", NULL);
		shelf_print(&s);
		reg = reg_load(s.files, &s.epoch, NULL);
		promise(reg != NULL);
		search = search_new(reg, NULL);
		promise(search != NULL);
		shelf_unlink(&s);	/* what is mapped stays */
	}
	*out = reg;
	return search;
}

static void
check(const struct search_result *r, const struct reg *reg)
{
	size_t	i, k;

	promise(r->n <= SEARCH_HITS_MAX && r->n_exact <= r->n);
	for (i = 0; i < r->n; i++) {
		promise(r->hit[i].mark < reg_marks(reg));
		promise(r->hit[i].alike <= SEARCH_EXACT);
		promise((r->hit[i].alike == SEARCH_EXACT) == (i < r->n_exact));
		for (k = 0; k < i; k++)
			promise(r->hit[k].mark != r->hit[i].mark &&
			    r->hit[k].alike >= r->hit[i].alike);
	}
}

static void
check_forms(struct km_bytes text)
{
	struct alike	a, again, place;
	char		host[ALIKE_HOST_MAX], id[ALIKE_ID_MAX];
	size_t		n;

	alike_name(&a, text);
	promise(a.len < ALIKE_MAX && a.text[a.len] == '\0' &&
	    a.n_words <= ALIKE_WORDS_MAX);
	alike_again(&again, (struct km_bytes){ (const void *)a.text, a.len });
	promise(again.n_words == a.n_words && again.len == a.len);
	alike_place_name(&place, text);
	promise(alike_near(&again, &a, &place) < SEARCH_EXACT);
	/* Nothing more is folded, though a form may be left at an end. */
	alike_name(&again, (struct km_bytes){ (const void *)a.text, a.len });
	promise(again.len <= a.len);
	n = alike_host(host, text);
	promise(n < ALIKE_HOST_MAX && (n == 0 || strlen(host) == n));
	n = alike_id(id, text);
	promise(n < ALIKE_ID_MAX && (n == 0 || strlen(id) == n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct search_result	r, capitals;
	uint8_t				text[SEARCH_TEXT_MAX];
	const struct reg		*reg;
	const struct search		*s = search_of_five(&reg);
	size_t				i;

	search_find(&r, s, (struct km_bytes){ data, len });
	check(&r, reg);
	if (len > sizeof(text))
		return 0;
	check_forms((struct km_bytes){ data, len });
	for (i = 0; i < len; i++)
		text[i] = data[i] >= 'a' && data[i] <= 'z' ?
		    (uint8_t)(data[i] - 32) : data[i];
	search_find(&capitals, s, (struct km_bytes){ text, len });
	check(&capitals, reg);
	promise(capitals.n_exact == r.n_exact);
	for (i = 0; i < r.n_exact; i++)
		promise(capitals.hit[i].mark == r.hit[i].mark);
	return 0;
}
