/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Page: one mark. It begins with the sentence that answers, then asks the
 * reader what only the reader can see, then says what the mark covers.
 */
#include <stdio.h>
#include <string.h>

#include "verifier/report.h"

#include "model.h"
#include "page.h"
#include "page_then.h"
#include "words.h"

enum { DAY = 86400, PATH_MAX_ = 64 };

/* One of the history made it never to have been. */
static int
is_void(const struct mark *m)
{
	size_t	i;

	for (i = 0; i < m->n_events; i++)
		if (m->event[i].kind == KM_EVENT_VOID)
			return 1;
	return 0;
}

/* Key of the first sentence, and the moment that it names. */
static const char *
sentence(const struct mark *m, int64_t *at)
{
	*at = m->since;
	switch (m->state) {
	case MARK_VALID:
		*at = m->a.exp - 1;
		return "sentences.page_valid";
	case MARK_SUSPENDED:
		return "sentences.page_suspended";
	case MARK_WITHDRAWN:
		return is_void(m) ? "mark.page_void" :
		    "sentences.page_withdrawn";
	case MARK_EXPIRED:
		return "sentences.page_expired";
	case MARK_NOT_YET_VALID:
		*at = m->a.nbf;
		return "sentences.page_not_yet_valid";
	case MARK_SUPERSEDED:
		break;
	}
	return "mark.page_superseded";
}

static json_t *
answer(const struct mark *m, enum lang lang)
{
	int64_t		 at;
	const char	*key = sentence(m, &at);

	return json_pack("{s:s, s:o, s:o}", "key", key, "name",
	    model_text(m->a.legal_name), "date", words_day(lang, at));
}

/* The words of a reason; null: none given. */
static json_t *
reason(enum lang lang, int code)
{
	char		 key[64];
	const char	*name = model_reason_name(code);

	if (name == NULL)
		return json_null();
	snprintf(key, sizeof(key), "reasons.%s", name);
	return json_string(words_get(lang, key));
}

static json_t *
history(const struct mark *m, enum lang lang)
{
	json_t	*all = json_array(), *time;
	size_t	 i;

	for (i = m->n_events; i-- > 0;) {
		time = model_time(m->event[i].at);
		json_array_append_new(all, json_pack("{s:o, s:o, s:s, s:o}",
		    "at", time, "date", words_day(lang, m->event[i].at),
		    "event", km_event_name(m->event[i].kind),
		    "reason", reason(lang, m->event[i].reason)));
	}
	return all;
}

/* What it is called in the scheme, else its code. */
static json_t *
named(const json_t *list, json_t *code)
{
	const json_t	*item = page_of_code(list, json_string_value(code));
	json_t		*name = json_object_get(item, "name");

	return json_incref(name == NULL ? code : name);
}

/* Lines of a mark (model.h), with the scheme's words. */
static json_t *
lines(json_t *given, const json_t *claims, const json_t *services,
    const json_t *levels, json_t *version)
{
	json_t	*all = json_array(), *line, *service;
	size_t	 i;

	for (i = 0; i < json_array_size(given); i++) {
		line = json_array_get(given, i);
		service = json_object_get(line, "service");
		json_array_append_new(all, json_pack(
		    "{s:o, s:o, s:o, s:O}",
		    "claim", named(claims, json_object_get(line, "claim")),
		    "service", json_is_string(service) ?
		    named(services, service) : json_null(),
		    "level", named(levels, json_object_get(line, "level")),
		    "version", version));
	}
	return all;
}

/* Of a list of the scheme, those that lines have under key, each once. */
static json_t *
used(const json_t *list, json_t *given, const char *key)
{
	json_t		*all = json_array(), *item;
	const char	*code, *has;
	size_t		 i, k;

	for (i = 0; i < json_array_size(list); i++) {
		item = json_array_get(list, i);
		code = json_string_value(json_object_get(item, "code"));
		for (k = 0; k < json_array_size(given); k++) {
			has = json_string_value(json_object_get(json_array_get(
			    given, k), key));
			if (code == NULL || has == NULL ||
			    strcmp(code, has) != 0)
				continue;
			json_array_append(all, item);
			break;
		}
	}
	return all;
}

static json_t *
evidence(json_t *given, const json_t *scheme, enum lang lang)
{
	json_t	*all = json_array(), *item;
	json_t	*list = page_list_of(scheme, "evidence", lang);
	size_t	 i;

	for (i = 0; i < json_array_size(given); i++) {
		item = json_array_get(given, i);
		json_array_append_new(all, json_pack("{s:o, s:O}",
		    "name", named(list, json_object_get(item, "code")),
		    "reference", json_object_get(item, "reference")));
	}
	json_decref(list);
	return all;
}

static void
add_covers(json_t *page, const struct site *site, enum lang lang)
{
	json_t	*mark = json_object_get(page, "mark");
	json_t	*given = json_object_get(mark, "lines");
	json_t	*claims = page_list_of(site->scheme, "claims", lang);
	json_t	*levels = page_list_of(site->scheme, "levels", lang);
	json_t	*services = page_list_of(site->scheme, "services", lang);

	json_object_set_new(page, "lines", lines(given, claims, services,
	    levels, json_object_get(json_object_get(mark, "scheme"),
	    "version")));
	json_object_set_new(page, "claims", used(claims, given, "claim"));
	json_object_set_new(page, "levels", used(levels, given, "level"));
	json_object_set_new(page, "evidence", evidence(json_object_get(mark,
	    "evidence"), site->scheme, lang));
	json_decref(claims);
	json_decref(levels);
	json_decref(services);
}

/* Where misuse is told, with all that is known filled in. */
static void
add_contact(json_t *page, const struct mark *m, enum lang lang)
{
	json_t	*mail = json_object_get(json_object_get(page, "contact"),
		    "misuse");

	if (json_is_string(mail))
		json_object_set_new(page, "mail", json_sprintf(
		    "mailto:%s?subject=%s%%20%.*s", json_string_value(mail),
		    lang == LANG_EN ? "Report%20about%20mark" :
		    "Melding%20over%20keurmerk", (int)m->a.number.len,
		    (const char *)m->a.number.p));
}

static void
add_mark(json_t *page, const struct site *site, const struct ask *ask,
    const struct mark *m)
{
	enum lang	 lang = ask->lang;
	const char	*status = mark_state_name(m->state);
	int		 gone = m->state != MARK_VALID &&
			    m->state != MARK_NOT_YET_VALID;

	json_object_set_new(page, "mark", model_mark(site, m, MODEL_WHOLE));
	json_object_set_new(page, "status", json_string(status));
	json_object_set_new(page, "is", json_pack("{s:b}", status, 1));
	json_object_set_new(page, "gone", json_boolean(gone));
	json_object_set_new(page, "void", json_boolean(m->state ==
	    MARK_WITHDRAWN && is_void(m)));
	json_object_set_new(page, "self", json_boolean(m->a.document ==
	    KM_DOCUMENT_SELF_DECLARATION));
	json_object_set_new(page, "document", json_string(m->a.document ==
	    KM_DOCUMENT_SELF_DECLARATION ? "self_declaration" :
	    "certificate"));
	json_object_set_new(page, "answer", answer(m, lang));
	json_object_set_new(page, "reason", reason(lang, m->reason));
	json_object_set_new(page, "kvk", model_text(m->a.kvk));
	json_object_set_new(page, "date", words_day(lang,
	    (int64_t)m->a.assessed * DAY));
	json_object_set_new(page, "from", words_day(lang, m->a.nbf));
	json_object_set_new(page, "until", words_day(lang, m->a.exp - 1));
	json_object_set_new(page, "history", history(m, lang));
	json_object_set_new(page, "holder_url", json_sprintf(
	    lang == LANG_EN ? "/en/%.*s/holder" : "/%.*s/houder",
	    (int)m->a.number.len, (const char *)m->a.number.p));
	json_object_set_new(page, "has_hosts", json_boolean(m->a.n_hosts));
	json_object_set_new(page, "has_trade_names",
	    json_boolean(m->a.n_trade_names));
	json_object_set_new(page, "has_not_covered",
	    json_boolean(m->a.n_not_covered));
	json_object_set_new(page, "has_evidence",
	    json_boolean(m->a.n_evidence));
	add_covers(page, site, lang);
	add_contact(page, m, lang);
	/* A withdrawn mark is for who asks, not for who looks around. */
	if (m->state == MARK_WITHDRAWN)
		json_object_set_new(page, "noindex", json_true());
}

static void
add_then(json_t *page, struct answer *a, const struct site *site,
    const struct ask *ask, const struct mark *m)
{
	const char	*date = ask_value(ask, "date");
	int64_t		 day = 0, midnight = (ask->now / DAY + 1) * DAY;
	const char	*word;

	if (date == NULL)
		return;
	/* Tomorrow, today is the day before. */
	if (a->until == 0 || midnight < a->until)
		a->until = midnight;
	word = page_then_read(&day, date) != 0 ? "bad" :
	    page_then(site->reg, m, day, ask->now);
	json_object_set_new(page, "then_asked", json_string(date));
	json_object_set_new(page, "then", json_pack("{s:s, s:o, s:b}",
	    "word", word, "date", words_day(ask->lang, day * DAY),
	    "yes", strcmp(word, "valid") == 0 || strcmp(word, "today") == 0));
	json_object_set_new(page, "noindex", json_true());
}

void
page_mark(struct answer *a, const struct site *site, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct mark	 m;
	json_t		*page;
	int64_t		 i = -1;
	char		 nl[PATH_MAX_], en[PATH_MAX_];

	if (!page_whole(a, site, ask))
		return;
	if (n == 1)
		i = reg_find(site->reg, (struct km_bytes){
		    (const uint8_t *)args[0], strlen(args[0]) });
	if (i < 0 || reg_mark(&m, site->reg, (uint32_t)i, ask->now) != 0) {
		page_absent(a, site, ask, 404);
		return;
	}
	snprintf(nl, sizeof(nl), "/%s", args[0]);
	snprintf(en, sizeof(en), "/en/%s", args[0]);
	page = page_new(site, ask, "mark", nl, en);
	a->until = m.until;
	add_mark(page, site, ask, &m);
	json_object_set_new(page, "then_asked", json_string(""));
	add_then(page, a, site, ask, &m);
	page_script(page, "referrer.js");
	page_answer(a, ask, "mark", page);
}
