/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Page: check, where a badge or a list is checked in the visitor's browser
 * (static/check.js). What is here says where the browser finds what it needs.
 */
#include "page.h"
#include "page_tool.h"

static const char *const	environments[] = {
	[CONF_PRODUCTION] = "production",
	[CONF_DEMONSTRATION] = "demonstration",
	[CONF_EXERCISE] = "exercise"
};

void
page_tool_scheme(json_t *page, const struct site *site)
{
	const char	*id;
	json_int_t	 version;

	id = json_string_value(json_object_get(site->scheme, "id"));
	version = json_integer_value(json_object_get(site->scheme, "version"));
	if (id == NULL)
		return;
	json_object_set_new(page, "schemePath",
	    json_sprintf("/scheme/%s/%d.json", id, (int)version));
	json_object_set_new(page, "schemeId", json_string(id));
	json_object_set_new(page, "schemeVersion", json_integer(version));
}

void
page_check(struct answer *a, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	static const char *const	lists[] = { "claims", "services",
					    "levels" };
	json_t				*page;
	size_t				 i;

	(void)args;
	(void)n;
	if (!page_whole(a, site, ask))
		return;
	page = page_new(site, ask, "check", "/controleer", "/en/check");
	json_object_set_new(page, "environment",
	    json_string(environments[site->conf->environment]));
	json_object_set_new(page, "trust", json_integer(
	    (json_int_t)site->epoch->trust_version));
	page_tool_scheme(page, site);
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		json_object_set_new(page, lists[i],
		    page_list_of(site->scheme, lists[i], ask->lang));
	page_script(page, "check.js");
	page_answer(a, ask, "check", page);
}
