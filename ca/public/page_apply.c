/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Page: apply. What is ticked is reckoned with in the browser
 * (static/apply.js); here are the choices that the scheme gives, and all of
 * its requirements, for whoever reads on.
 */
#include "page.h"
#include "page_tool.h"

/* Of two languages, or of a list in one: names put behind each other. */
static json_t *
joined(const json_t *codes, const json_t *named, const char *between)
{
	json_t		*out = json_string(""), *code, *more;
	const json_t	*of;
	const char	*text;
	size_t		 i;

	json_array_foreach((json_t *)(uintptr_t)codes, i, code) {
		of = named == NULL ? NULL : page_of_code(named,
		    json_string_value(code));
		text = json_string_value(of == NULL ? code :
		    json_object_get(of, "name"));
		more = json_sprintf("%s%s%s", json_string_value(out),
		    i == 0 ? "" : between, text == NULL ? "" : text);
		json_decref(out);
		out = more;
	}
	return out;
}

/* How it is assessed at each level that is offered. */
static json_t *
assessed_of(const json_t *requirement, const json_t *levels,
    const json_t *methods)
{
	json_t	*out = json_array(), *level, *codes;
	size_t	 i;

	json_array_foreach((json_t *)(uintptr_t)levels, i, level) {
		codes = json_object_get(json_object_get(requirement,
		    "levels"), json_string_value(json_object_get(level,
		    "code")));
		if (codes != NULL)
			json_array_append_new(out, json_pack("{s:O, s:o}",
			    "name", json_object_get(level, "name"),
			    "methods", joined(codes, methods, ", ")));
	}
	return out;
}

static json_t *
requirement_of(json_t *r, const json_t *page, const json_t *methods)
{
	json_t	*only = json_object_get(r, "services");

	return json_pack("{s:O, s:O, s:O, s:o, s:o, s:o}",
	    "id", json_object_get(r, "id"),
	    "name", json_object_get(r, "name"),
	    "text", json_object_get(r, "text"),
	    "assessed", assessed_of(r, json_object_get(page, "levels"),
	    methods),
	    "onlyFor", only == NULL ? json_null() : joined(only,
	    json_object_get(page, "services"), ", "),
	    "references", joined(json_object_get(r, "references"), NULL,
	    "; "));
}

/* The principles, each with its requirements. */
static json_t *
principles_of(const json_t *scheme, const json_t *page, enum lang lang)
{
	json_t	*out = page_list_of(scheme, "principles", lang);
	json_t	*all = page_list_of(scheme, "requirements", lang);
	json_t	*methods = page_list_of(scheme, "methods", lang);
	json_t	*principle, *r, *own;
	size_t	 i, j;

	json_array_foreach(out, i, principle) {
		own = json_array();
		json_array_foreach(all, j, r)
			if (json_equal(json_object_get(r, "principle"),
			    json_object_get(principle, "id")))
				json_array_append_new(own, requirement_of(r,
				    page, methods));
		json_object_set_new(principle, "requirements", own);
	}
	json_decref(methods);
	json_decref(all);
	return out;
}

/* Those that may be chosen; the first of them is, to begin with. */
static json_t *
choices(const json_t *scheme, const char *list, enum lang lang)
{
	json_t	*out = page_list_of(scheme, list, lang);
	size_t	 i = 0;

	while (i < json_array_size(out))
		if (json_is_false(json_object_get(json_array_get(out, i),
		    "offered")))
			json_array_remove(out, i);
		else
			i++;
	json_object_set_new(json_array_get(out, 0), "first", json_true());
	return out;
}

void
page_apply(struct answer *a, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	static const char *const	lists[] = { "claims", "services",
					    "levels", "evidence" };
	json_t				*page;
	size_t				 i;

	(void)args;
	(void)n;
	if (!page_whole(a, site, ask))
		return;
	page = page_new(site, ask, "apply", "/aanvragen", "/en/apply");
	page_tool_scheme(page, site);
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		json_object_set_new(page, lists[i],
		    choices(site->scheme, lists[i], ask->lang));
	json_object_set_new(page, "principles",
	    principles_of(site->scheme, page, ask->lang));
	page_script(page, "apply.js");
	page_answer(a, ask, "apply", page);
}
