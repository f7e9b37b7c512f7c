/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Page: all forms of a mark, for who has it: for a website, a mail and paper,
 * with what is asked in return. Of a mark that may not be shown it says that
 * and hands out nothing.
 */
#include <stdio.h>

#include "verifier/cbor.h"

#include "form.h"
#include "model.h"
#include "page.h"
#include "words.h"

/* What a maker of texts says, without the end of its last line. */
static json_t *
text_of(maker *make, const struct site *site, const struct ask *ask,
    const char *number, const char *first, const char *second)
{
	const char	*args[3] = { number, first, second };
	struct answer	 an;
	json_t		*text = NULL;

	answer_init(&an);
	make(&an, site, ask, args, 3);
	if (an.status == 200 && an.body.len > 0 && !an.body.failed)
		text = json_stringn((const char *)an.body.p, an.body.len - 1);
	answer_free(&an);
	return text;
}

static void
texts(json_t *page, const struct site *site, const struct ask *ask,
    const char *number)
{
	const char	*lang = lang_code(ask->lang);

	json_object_set_new(page, "line", text_of(form_text, site, ask,
	    number, lang, ""));
	json_object_set_new(page, "snippet", text_of(form_html, site, ask,
	    number, "snippet", lang));
	json_object_set_new(page, "element", text_of(form_html, site, ask,
	    number, "element", lang));
}

/* For which services: the scheme's words, each once. */
static json_t *
services(json_t *lines, const json_t *all)
{
	json_t		*out = json_array(), *name;
	const json_t	*found;
	const char	*code;
	size_t		 i, k;

	for (i = 0; i < json_array_size(lines); i++) {
		code = json_string_value(json_object_get(json_array_get(lines,
		    i), "service"));
		if (code == NULL)
			continue;
		found = page_of_code(all, code);
		name = json_object_get(found, "name");
		if (!json_is_string(name))
			continue;
		for (k = 0; k < json_array_size(out); k++)
			if (json_equal(json_array_get(out, k), name))
				break;
		if (k == json_array_size(out))
			json_array_append(out, name);
	}
	return out;
}

static json_t *
number_of(const json_t *scheme, const char *period)
{
	json_t	*v = json_object_get(json_object_get(scheme, "periods"),
	    period);

	return json_is_integer(v) ? json_incref(v) : json_integer(0);
}

void
page_holder(struct answer *an, const struct site *site,
    const struct ask *ask, const char *const *args, size_t n)
{
	char		 nl[64], en[64];
	struct form	 f;
	json_t		*page, *mark, *all;

	(void)n;
	if (!page_whole(an, site, ask))
		return;
	if (reg_find(site->reg, km_bytes_of(args[0])) < 0) {
		page_absent(an, site, ask, 404);
		return;
	}
	if (form_find(&f, an, site, ask, args[0]) == -1)
		return;
	an->until = f.mark.until;
	snprintf(nl, sizeof(nl), "/%s/houder", args[0]);
	snprintf(en, sizeof(en), "/en/%s/holder", args[0]);
	page = page_new(site, ask, "forms", nl, en);
	mark = model_mark(site, &f.mark, MODEL_LIST);
	all = page_list_of(site->scheme, "services", ask->lang);
	json_object_set_new(page, "services", services(json_object_get(mark,
	    "lines"), all));
	json_decref(all);
	json_object_set_new(page, "status", json_string(mark_state_name(
	    f.mark.state)));
	json_object_set_new(page, "shown", json_boolean(f.mark.state ==
	    MARK_VALID));
	json_object_set_new(page, "until", words_day(ask->lang,
	    f.a->exp - 1));
	json_object_set_new(page, "days", number_of(site->scheme,
	    "badge_removal_days"));
	json_object_set_new(page, "mark_page", json_sprintf("%s/%s",
	    ask->lang == LANG_EN ? "/en" : "", args[0]));
	json_object_set_new(page, "badge", json_sprintf("/badge/%s",
	    args[0]));
	if (f.mark.state == MARK_VALID)
		texts(page, site, ask, args[0]);
	json_object_set_new(page, "mark", mark);
	page_script(page, "copy.js");
	page_answer(an, ask, "holder", page);
}
