/* SPDX-License-Identifier: EUPL-1.2 */
/* Page: home, one question and one field to answer it in. */
#include "page.h"

void
page_home(struct answer *a, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	json_t	*page;

	(void)args;
	(void)n;
	if (!page_whole(a, site, ask))
		return;
	page = page_new(site, ask, "home", "/", "/en/");
	json_object_set_new(page, "count",
	    json_integer((json_int_t)reg_marks(site->reg)));
	json_object_set_new(page, "claims", page_list_of(site->scheme,
	    "claims", ask->lang));
	page_answer(a, ask, "home", page);
}
