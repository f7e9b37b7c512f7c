/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Page: searching in a copy of the register that is files alone (export.h),
 * where nobody answers a question. The browser looks in the compact index
 * (static/find.js); without script it says where to look.
 */
#include "page.h"

void
page_copy(struct answer *a, const struct site *site, const struct ask *ask)
{
	json_t	*page = page_new(site, ask, "copy", "/zoeken", "/en/search");

	json_object_set_new(page, "noindex", json_true());
	page_script(page, "find.js");
	page_answer(a, ask, "copy", page);
}
