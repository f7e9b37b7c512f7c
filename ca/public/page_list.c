/* SPDX-License-Identifier: EUPL-1.2 */
/* Page: the list of all marks, narrowed by filters, a page at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca/record/scheme.h"
#include "verifier/report.h"

#include "page.h"
#include "page_row.h"
#include "words.h"

enum { PAGE_MAX = 1000000, QUERY_MAX = 600, STATES = 6 };

/* What was chosen, each a code or "". */
struct choice {
	const char	*service, *claim, *level, *status;
	unsigned int	 page;
};

static int
is_code(const char *s)
{
	size_t	n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_");

	return n < 64 && s[n] == '\0';
}

static const char *
chosen(const struct ask *ask, const char *name)
{
	const char	*v = ask_value(ask, name);

	return v != NULL && is_code(v) ? v : "";
}

static void
choice_read(struct choice *c, const struct ask *ask)
{
	const char	*page = chosen(ask, "page");
	long		 n = strlen(page) < 8 ? strtol(page, NULL, 10) : 1;

	c->service = chosen(ask, "service");
	c->claim = chosen(ask, "claim");
	c->level = chosen(ask, "level");
	c->status = chosen(ask, "status");
	c->page = n < 1 || n > PAGE_MAX ? 1 : (unsigned int)n;
}

/* Path and query of this choice at a page of it. */
static void
choice_write(char out[QUERY_MAX], const char *path, const struct choice *c,
    unsigned int page)
{
	const char	*name[] = { "service", "claim", "level", "status" };
	const char	*value[] = { c->service, c->claim, c->level,
			    c->status };
	char		 mark = '?';
	size_t		 i, n;

	n = (size_t)snprintf(out, QUERY_MAX, "%s", path);
	for (i = 0; i < 4; i++) {
		if (value[i][0] == '\0')
			continue;
		n += (size_t)snprintf(out + n, QUERY_MAX - n, "%c%s=%s", mark,
		    name[i], value[i]);
		mark = '&';
	}
	if (page > 1)
		snprintf(out + n, QUERY_MAX - n, "%cpage=%u", mark, page);
}

/* As numbers; a code that nothing has leaves nothing. */
static void
filter_of(struct search_filter *f, const struct choice *c)
{
	int	i;

	memset(f, 0, sizeof(*f));
	snprintf(f->service, sizeof(f->service), "%s", c->service);
	for (i = KM_CLAIM_BASIC_MEASURES; i <= KM_CLAIM_POLICY_ADVICE; i++)
		if (strcmp(c->claim, km_claim_name((enum km_claim)i)) == 0)
			f->claim = i;
	for (i = KM_LEVEL_BASIC; i <= KM_LEVEL_HIGH; i++)
		if (strcmp(c->level, km_level_name((enum km_level)i)) == 0)
			f->level = i;
	for (i = 0; i < STATES; i++)
		if (strcmp(c->status, mark_state_name((enum mark_state)i)) ==
		    0)
			f->state = i + 1;
}

/* [{ code, name, chosen }] of a list of the scheme. */
static json_t *
options(const struct site *site, enum lang lang, const char *list,
    const char *code)
{
	json_t		*all = page_list_of(site->scheme, list, lang), *item;
	const char	*own;
	size_t		 i;

	for (i = 0; i < json_array_size(all); i++) {
		item = json_array_get(all, i);
		own = json_string_value(json_object_get(item, "code"));
		json_object_set_new(item, "chosen", json_boolean(own != NULL &&
		    strcmp(code, own) == 0));
	}
	return all;
}

static json_t *
states(enum lang lang, const char *code)
{
	json_t		*all = json_array();
	const char	*name;
	char		 key[64];
	int		 i;

	for (i = 0; i < STATES; i++) {
		name = mark_state_name((enum mark_state)i);
		snprintf(key, sizeof(key), "state.%s", name);
		json_array_append_new(all, json_pack("{s:s, s:s, s:b}",
		    "code", name, "name", words_get(lang, key),
		    "chosen", strcmp(code, name) == 0));
	}
	return all;
}

static void
add_filters(json_t *page, const struct site *site, enum lang lang,
    const struct choice *c)
{
	json_object_set_new(page, "services", options(site, lang, "services",
	    c->service));
	json_object_set_new(page, "claims", options(site, lang, "claims",
	    c->claim));
	json_object_set_new(page, "levels", options(site, lang, "levels",
	    c->level));
	json_object_set_new(page, "states", states(lang, c->status));
	json_object_set_new(page, "narrowed", json_boolean(c->service[0] ||
	    c->claim[0] || c->level[0] || c->status[0]));
}

static void
add_rows(json_t *page, const struct site *site, const struct ask *ask,
    const struct choice *c)
{
	struct search_filter	 f;
	uint32_t		 found[PAGE_MARKS];
	json_t			*all = json_array(), *row;
	size_t			 i, n, total = 0;

	filter_of(&f, c);
	n = search_list(found, PAGE_MARKS, (size_t)(c->page - 1) * PAGE_MARKS,
	    &total, site->search, &f, ask->now);
	for (i = 0; i < n; i++)
		if ((row = page_row(site, found[i], ask, json_object_get(page,
		    "services"))) != NULL)
			json_array_append_new(all, row);
	json_object_set_new(page, "rows", all);
	json_object_set_new(page, "has_rows", json_boolean(n > 0));
	json_object_set_new(page, "total", json_integer((json_int_t)total));
	json_object_set_new(page, "one", json_boolean(total == 1));
}

static void
add_pages(json_t *page, const char *path, const struct choice *c)
{
	json_int_t	total = json_integer_value(json_object_get(page,
			    "total"));
	unsigned int	pages = (unsigned int)((total + PAGE_MARKS - 1) /
			    PAGE_MARKS);
	char		url[QUERY_MAX];

	json_object_set_new(page, "page_number", json_integer(c->page));
	json_object_set_new(page, "pages", json_integer(pages));
	json_object_set_new(page, "paged", json_boolean(pages > 1));
	if (c->page > 1 && c->page <= pages) {
		choice_write(url, path, c, c->page - 1);
		json_object_set_new(page, "previous_url", json_string(url));
	}
	if (c->page < pages) {
		choice_write(url, path, c, c->page + 1);
		json_object_set_new(page, "next_url", json_string(url));
	}
}

void
page_list(struct answer *a, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct choice	 c;
	json_t		*page;
	char		 nl[QUERY_MAX], en[QUERY_MAX];

	(void)args;
	(void)n;
	if (!page_whole(a, site, ask))
		return;
	choice_read(&c, ask);
	choice_write(nl, "/register", &c, c.page);
	choice_write(en, "/en/register", &c, c.page);
	page = page_new(site, ask, "list", nl, en);
	add_filters(page, site, ask->lang, &c);
	add_rows(page, site, ask, &c);
	add_pages(page, ask->lang == LANG_EN ? "/en/register" : "/register",
	    &c);
	page_answer(a, ask, "list", page);
}
