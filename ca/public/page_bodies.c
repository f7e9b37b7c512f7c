/* SPDX-License-Identifier: EUPL-1.2 */
/* Page: the bodies that may assess, from bodies.json. */
#include <string.h>

#include "page.h"
#include "page_then.h"
#include "words.h"

enum { DAY = 86400 };

/* A member that is a day: in words; null when it is none. until: the last. */
static json_t *
day(const json_t *body, const char *member, int back, enum lang lang)
{
	const char	*s = json_string_value(json_object_get(body, member));
	int64_t		 at;

	if (s == NULL || page_then_read(&at, s) != 0)
		return json_null();
	return words_day(lang, (at - back) * DAY);
}

/* Key below "bodies" that says whether it is accredited today. */
static const char *
state(const json_t *body, int64_t now)
{
	const char	*from, *until;
	int64_t		 first = 0, end = 0;

	from = json_string_value(json_object_get(body, "from"));
	until = json_string_value(json_object_get(body, "until"));
	if (from == NULL || until == NULL ||
	    page_then_read(&first, from) != 0 ||
	    page_then_read(&end, until) != 0)
		return "state_past";
	return now < first * DAY ? "state_future" :
	    now >= end * DAY ? "state_past" : "state_now";
}

static json_t *
bodies(const struct site *site, const struct ask *ask)
{
	json_t		*out = json_array(), *body;
	json_t		*all = json_object_get(site->bodies, "bodies");
	json_t		*levels = page_list_of(site->scheme, "levels",
			    ask->lang), *name;
	const char	*now;
	size_t		 i;

	for (i = 0; i < json_array_size(all); i++) {
		body = json_array_get(all, i);
		now = state(body, ask->now);
		name = json_object_get(page_of_code(levels, json_string_value(
		    json_object_get(body, "level"))), "name");
		json_array_append_new(out, json_pack(
		    "{s:O, s:O, s:O, s:o, s:o, s:s, s:b}",
		    "name", json_object_get(body, "name"), "accreditation",
		    json_object_get(body, "accreditation"), "level",
		    name != NULL ? name : json_object_get(body, "level"),
		    "from", day(body, "from", 0, ask->lang),
		    "until", day(body, "until", 1, ask->lang),
		    "state", now, "now", strcmp(now, "state_now") == 0));
	}
	json_decref(levels);
	return out;
}

void
page_bodies(struct answer *a, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	json_t	*page, *all;

	(void)args;
	(void)n;
	if (!page_whole(a, site, ask))
		return;
	page = page_new(site, ask, "bodies", "/wie-beoordeelt", "/en/bodies");
	all = bodies(site, ask);
	a->until = (ask->now / DAY + 1) * DAY;
	json_object_set_new(page, "has_bodies",
	    json_boolean(json_array_size(all) > 0));
	json_object_set_new(page, "bodies", all);
	page_answer(a, ask, "bodies", page);
}
