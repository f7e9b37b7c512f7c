/* SPDX-License-Identifier: EUPL-1.2 */
/* Page: the scheme explained, from the published scheme itself. */
#include <stdio.h>
#include <string.h>

#include "page.h"
#include "words.h"

/* The names of these codes in a list of the scheme. */
static json_t *
names(const json_t *codes, const json_t *list)
{
	json_t	*all = json_array(), *code, *name;
	size_t	 i;

	for (i = 0; i < json_array_size(codes); i++) {
		code = json_array_get(codes, i);
		name = json_object_get(page_of_code(list,
		    json_string_value(code)), "name");
		json_array_append(all, name != NULL ? name : code);
	}
	return all;
}

/* [{ level, methods[] }] of a requirement, by the levels' own order. */
static json_t *
how(const json_t *requirement, const json_t *levels, const json_t *methods)
{
	json_t	*all = json_array(), *level, *codes;
	json_t	*of = json_object_get(requirement, "levels");
	size_t	 i;

	for (i = 0; i < json_array_size(levels); i++) {
		level = json_array_get(levels, i);
		codes = json_object_get(of, json_string_value(
		    json_object_get(level, "code")));
		if (codes != NULL)
			json_array_append_new(all, json_pack("{s:O, s:o}",
			    "level", json_object_get(level, "name"),
			    "methods", names(codes, methods)));
	}
	return all;
}

/* Requirements below each principle. */
static json_t *
principles(const json_t *scheme, enum lang lang)
{
	json_t	*all = page_list_of(scheme, "principles", lang);
	json_t	*every = page_list_of(scheme, "requirements", lang);
	json_t	*claims = page_list_of(scheme, "claims", lang);
	json_t	*levels = page_list_of(scheme, "levels", lang);
	json_t	*methods = page_list_of(scheme, "methods", lang);
	json_t	*p, *r, *own;
	size_t	 i, k;

	for (i = 0; i < json_array_size(all); i++) {
		p = json_array_get(all, i);
		own = json_array();
		for (k = 0; k < json_array_size(every); k++) {
			r = json_array_get(every, k);
			if (!json_equal(json_object_get(r, "principle"),
			    json_object_get(p, "id")))
				continue;
			json_object_set_new(r, "for", names(json_object_get(r,
			    "claims"), claims));
			json_object_set_new(r, "how", how(r, levels,
			    methods));
			json_array_append(own, r);
		}
		json_object_set_new(p, "requirements", own);
	}
	json_decref(every);
	json_decref(claims);
	json_decref(levels);
	json_decref(methods);
	return all;
}

/* Periods that have words; in days. */
static json_t *
periods(const json_t *scheme, enum lang lang)
{
	json_t		*all = json_array(), *days;
	const char	*name, *words;
	char		 key[WORDS_KEY_MAX];

	json_object_foreach(json_object_get(scheme, "periods"), name, days) {
		snprintf(key, sizeof(key), "scheme.period_%.60s", name);
		if ((words = words_get(lang, key)) != NULL)
			json_array_append_new(all, json_pack("{s:s, s:O}",
			    "name", words, "days", days));
	}
	return all;
}

static json_t *
rules(const json_t *scheme, enum lang lang)
{
	json_t	*all = json_array();
	json_t	*list = json_object_get(scheme, "badge_rules");
	size_t	 i;

	for (i = 0; i < json_array_size(list); i++)
		json_array_append_new(all, page_words(json_array_get(list, i),
		    lang));
	return all;
}

/* Where a point of the article is arranged, as text. */
static json_t *
article(const json_t *scheme, enum lang lang)
{
	json_t	*all = page_list_of(scheme, "article_54", lang), *p;
	size_t	 i;

	for (i = 0; i < json_array_size(all); i++) {
		p = json_array_get(all, i);
		if (json_object_get(p, "not_applicable") == NULL)
			json_object_set_new(p, "not_applicable", json_null());
		if (json_object_get(p, "where") == NULL)
			json_object_set_new(p, "where", json_array());
	}
	return all;
}

void
page_scheme(struct answer *a, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	const json_t	*s = site->scheme;
	enum lang	 lang = ask->lang;
	json_t		*page;

	(void)args;
	(void)n;
	if (!page_whole(a, site, ask))
		return;
	page = page_new(site, ask, "scheme", "/schema", "/en/scheme");
	json_object_set_new(page, "notice_above", json_true());
	json_object_set_new(page, "scheme", json_pack("{s:O, s:O, s:o}",
	    "id", json_object_get(s, "id"),
	    "version", json_object_get(s, "version"),
	    "purpose", page_words(json_object_get(s, "purpose"), lang)));
	json_object_set_new(page, "claims", page_list_of(s, "claims", lang));
	json_object_set_new(page, "levels", page_list_of(s, "levels", lang));
	json_object_set_new(page, "services", page_list_of(s, "services",
	    lang));
	json_object_set_new(page, "evidence", page_list_of(s, "evidence",
	    lang));
	json_object_set_new(page, "principles", principles(s, lang));
	json_object_set_new(page, "rules", rules(s, lang));
	json_object_set_new(page, "periods", periods(s, lang));
	json_object_set_new(page, "article", article(s, lang));
	page_answer(a, ask, "scheme", page);
}
