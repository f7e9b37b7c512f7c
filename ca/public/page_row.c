/* SPDX-License-Identifier: EUPL-1.2 */
/* Row: a mark among others; see page_row.h. */
#include "model.h"
#include "page.h"
#include "page_row.h"
#include "words.h"

/* What it covers, each service once, and the organisation when it is in it. */
static json_t *
covers(const struct km_attestation *a, const struct ask *ask,
    const json_t *services)
{
	json_t		*all = json_array(), *name;
	const json_t	*item;
	size_t		 i, k;

	for (i = 0; i < a->n_lines; i++) {
		struct km_bytes	 code = a->line[i].service;
		json_t		*text = model_text(code);

		item = page_of_code(services, json_string_value(text));
		name = json_object_get(item, "name");
		if (code.len == 0) {
			json_decref(text);
			text = json_string(words_get(ask->lang,
			    "sentences.organisation"));
		} else if (name != NULL) {
			json_decref(text);
			text = json_incref(name);
		}
		for (k = 0; k < json_array_size(all); k++)
			if (json_equal(json_array_get(all, k), text))
				break;
		if (k == json_array_size(all))
			json_array_append(all, text);
		json_decref(text);
	}
	return all;
}

json_t *
page_row(const struct site *site, uint32_t i, const struct ask *ask,
    const json_t *services)
{
	struct mark	 m;
	const char	*status;

	if (reg_mark(&m, site->reg, i, ask->now) != 0)
		return NULL;
	status = mark_state_name(m.state);
	return json_pack("{s:o, s:o, s:s, s:{s:b}, s:o, s:o, s:o, s:o, s:o,"
	    " s:o, s:o, s:o, s:b}",
	    "number", model_text(m.a.number),
	    "path", json_sprintf(ask->lang == LANG_EN ? "/en/%.*s" : "/%.*s",
	    (int)m.a.number.len, (const char *)m.a.number.p),
	    "status", status, "is", status, 1,
	    "name", model_text(m.a.legal_name),
	    "trade_names", model_texts(m.a.trade_name, m.a.n_trade_names),
	    "place", model_text(m.a.place), "kvk", model_text(m.a.kvk),
	    "identifier", model_text(m.a.sub),
	    "services", covers(&m.a, ask, services),
	    "until", words_day(ask->lang, m.a.exp - 1),
	    "until_at", model_day(model_last_day(&m.a)),
	    /* Its last day is none that anyone should go by. */
	    "over", m.state == MARK_WITHDRAWN || m.state == MARK_SUPERSEDED);
}
