/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Page: what was found. A number, KVK number or website names one mark, and
 * its page is the answer; a name is shown with place and KVK number, as the
 * reader must see whether it is the one meant. What only resembles is never
 * the answer: first is said that nothing was found.
 */
#include <stdio.h>
#include <string.h>

#include "alike.h"
#include "page.h"
#include "page_row.h"

enum { NEAR_MAX = 8, HREF_MAX = 3 * ASK_VALUE_MAX + 32 };

/* A path with a query, for headers and addresses. */
static void
href(char out[HREF_MAX], const char *path, const char *q)
{
	static const char	hex[] = "0123456789ABCDEF";
	size_t			n;

	n = (size_t)snprintf(out, HREF_MAX, "%s?q=", path);
	for (; *q != '\0' && n + 4 < HREF_MAX; q++) {
		unsigned char	c = (unsigned char)*q;

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || strchr("-._~", c) != NULL) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '%';
		out[n++] = hex[c >> 4];
		out[n++] = hex[c & 15];
	}
	out[n] = '\0';
}

static json_t *
rows(const struct site *site, const struct ask *ask,
    const struct search_hit *hit, size_t n)
{
	json_t	*all = json_array(), *row;
	json_t	*services = page_list_of(site->scheme, "services", ask->lang);
	size_t	 i;

	for (i = 0; i < n; i++)
		if ((row = page_row(site, hit[i].mark, ask, services)) != NULL)
			json_array_append_new(all, row);
	json_decref(services);
	return all;
}

/* A website of this mark, with www. or without. */
static int
is_host(const struct site *site, struct km_bytes typed)
{
	uint32_t	one;
	char		host[4 + ALIKE_HOST_MAX] = "www.";
	size_t		n = alike_host(host + 4, typed);

	return n > 0 && (reg_of_host(&one, 1, site->reg, (struct km_bytes){
	    (const uint8_t *)host + 4, n }) > 0 || reg_of_host(&one, 1,
	    site->reg, (struct km_bytes){ (const uint8_t *)host, n + 4 }) > 0);
}

/* A KVK or mark number, or a website: no name of anybody else. */
static int
is_key(const struct site *site, const char *q)
{
	struct km_bytes	typed = { (const uint8_t *)q, strlen(q) };
	size_t		digits = 0;

	for (; *q != '\0'; q++)
		digits += *q >= '0' && *q <= '9';
	return digits >= 8 || is_host(site, typed);
}

/* One mark, by a key that only one can have: to its page. */
static int
sent_on(struct answer *a, const struct site *site, const struct ask *ask,
    const struct search_result *r, const char *q)
{
	json_t	*row;

	if (r->n_exact != 1 || !is_key(site, q) ||
	    (row = page_row(site, r->hit[0].mark, ask, NULL)) == NULL)
		return 0;
	answer_redirect(a, 303, json_string_value(json_object_get(row,
	    "path")));
	a->cache = "max-age=60";
	json_decref(row);
	return 1;
}

void
page_search(struct answer *a, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct search_result	 r = { 0 };
	const char		*q = ask_value(ask, "q");
	json_t			*page;
	char			 nl[HREF_MAX], en[HREF_MAX];
	size_t			 near, place;

	(void)args;
	(void)n;
	if (q == NULL || q[strspn(q, " ")] == '\0') {
		page_home(a, site, ask, args, 0);
		return;
	}
	if (!page_whole(a, site, ask))
		return;
	search_find(&r, site->search, (struct km_bytes){ (const uint8_t *)q,
	    strlen(q) });
	if (sent_on(a, site, ask, &r, q))
		return;
	href(nl, "/zoeken", q);
	href(en, "/en/search", q);
	page = page_new(site, ask, "search", nl, en);
	/* A place is a key of its own, and never the answer for a name. */
	for (place = 0; r.n_exact == 0 && place < r.n &&
	    r.hit[place].alike == SEARCH_PLACE; place++)
		;
	near = place > 0 ? 0 : r.n - r.n_exact;
	json_object_set_new(page, "exact", rows(site, ask, r.hit, r.n_exact));
	json_object_set_new(page, "near", rows(site, ask, r.hit + r.n_exact,
	    r.n_exact > 0 ? 0 : near < NEAR_MAX ? near : NEAR_MAX));
	json_object_set_new(page, "place", rows(site, ask, r.hit, place));
	json_object_set_new(page, "has_place", json_boolean(place > 0));
	json_object_set_new(page, "has_exact", json_boolean(r.n_exact > 0));
	json_object_set_new(page, "has_near", json_boolean(r.n_exact == 0 &&
	    near > 0));
	json_object_set_new(page, "several", json_boolean(r.n_exact > 1));
	json_object_set_new(page, "noindex", json_true());
	page_answer(a, ask, "search", page);
}
