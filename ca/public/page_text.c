/* SPDX-License-Identifier: EUPL-1.2 */
/* Pages that are words alone: about, accessibility, privacy. */
#include "page.h"

void
page_about(struct answer *a, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	json_t	*page = page_new(site, ask, "about", "/over", "/en/about");

	(void)args;
	(void)n;
	json_object_set_new(page, "notice_above", json_true());
	page_answer(a, ask, "about", page);
}

void
page_accessibility(struct answer *a, const struct site *site,
    const struct ask *ask, const char *const *args, size_t n)
{
	(void)args;
	(void)n;
	page_answer(a, ask, "accessibility", page_new(site, ask,
	    "accessibility", "/toegankelijkheid", "/en/accessibility"));
}

void
page_privacy(struct answer *a, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	(void)args;
	(void)n;
	page_answer(a, ask, "privacy", page_new(site, ask, "privacy",
	    "/privacy", "/en/privacy"));
}
