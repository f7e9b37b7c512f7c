/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Page: figures a year, of all and of each body, from bodies.json. A bar is
 * drawn as wide as the number beside it, without style or script.
 */
#include "page.h"

enum { KINDS = 4, YEARS_MAX = 100 };

static const char *const	kinds[KINDS] = {
	"granted", "refused", "suspended", "withdrawn"
};

struct year {
	json_int_t	year;
	json_int_t	count[KINDS];
};

/* The years there are, ascending. */
struct years {
	size_t		n;
	struct year	year[YEARS_MAX];
};

static struct year *
year_of(struct years *y, json_int_t year)
{
	size_t	i, k;

	for (i = 0; i < y->n && y->year[i].year < year; i++)
		;
	if (i < y->n && y->year[i].year == year)
		return &y->year[i];
	if (y->n == YEARS_MAX)
		return NULL;
	for (k = y->n++; k > i; k--)
		y->year[k] = y->year[k - 1];
	y->year[i] = (struct year){ .year = year };
	return &y->year[i];
}

static void
years_add(struct years *y, const json_t *counts)
{
	const json_t	*c;
	struct year	*to;
	size_t		 i, k;

	for (i = 0; i < json_array_size(counts); i++) {
		c = json_array_get(counts, i);
		to = year_of(y, json_integer_value(json_object_get(c,
		    "year")));
		for (k = 0; to != NULL && k < KINDS; k++)
			to->count[k] += json_integer_value(json_object_get(c,
			    kinds[k]));
	}
}

/* [{ year, kinds [{ kind, count, max }] }], the newest first. */
static json_t *
years_json(const struct years *y)
{
	json_t		*all = json_array(), *row;
	json_int_t	 max = 1;
	size_t		 i, k;

	for (i = 0; i < y->n; i++)
		for (k = 0; k < KINDS; k++)
			if (y->year[i].count[k] > max)
				max = y->year[i].count[k];
	for (i = y->n; i-- > 0;) {
		row = json_array();
		for (k = 0; k < KINDS; k++)
			json_array_append_new(row, json_pack(
			    "{s:s, s:I, s:I}", "kind", kinds[k], "count",
			    y->year[i].count[k], "max", max));
		json_array_append_new(all, json_pack("{s:I, s:o}", "year",
		    y->year[i].year, "kinds", row));
	}
	return all;
}

static json_t *
by_body(const json_t *all)
{
	json_t		*out = json_array(), *body;
	struct years	 y;
	size_t		 i;

	for (i = 0; i < json_array_size(all); i++) {
		body = json_array_get(all, i);
		y.n = 0;
		years_add(&y, json_object_get(body, "counts"));
		if (y.n > 0)
			json_array_append_new(out, json_pack("{s:O, s:o}",
			    "body", json_object_get(body, "name"),
			    "years", years_json(&y)));
	}
	return out;
}

void
page_figures(struct answer *a, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	json_t		*page;
	json_t		*all = json_object_get(site->bodies, "bodies");
	struct years	 y = { 0 };
	size_t		 i;

	(void)args;
	(void)n;
	if (!page_whole(a, site, ask))
		return;
	page = page_new(site, ask, "figures", "/cijfers", "/en/figures");
	for (i = 0; i < json_array_size(all); i++)
		years_add(&y, json_object_get(json_array_get(all, i),
		    "counts"));
	json_object_set_new(page, "has_years", json_boolean(y.n > 0));
	json_object_set_new(page, "years", years_json(&y));
	json_object_set_new(page, "by_body", by_body(all));
	page_answer(a, ask, "figures", page);
}
