/* SPDX-License-Identifier: EUPL-1.2 */
/* Page: what all pages for people share; see page.h. */
#include <string.h>

#include "model.h"
#include "page.h"
#include "template.h"
#include "words.h"

/* Where each page is; the word is its name in "to". */
static const struct {
	const char	*name, *nl, *en;
} paths[] = {
	{ "home",		"/",			"/en/" },
	{ "register",		"/register",		"/en/register" },
	{ "search",		"/zoeken",		"/en/search" },
	{ "check",		"/controleer",		"/en/check" },
	{ "apply",		"/aanvragen",		"/en/apply" },
	{ "bodies",		"/wie-beoordeelt",	"/en/bodies" },
	{ "figures",		"/cijfers",		"/en/figures" },
	{ "scheme",		"/schema",		"/en/scheme" },
	{ "about",		"/over",		"/en/about" },
	{ "accessibility",	"/toegankelijkheid",	"/en/accessibility" },
	{ "privacy",		"/privacy",		"/en/privacy" },
	{ "feed",		"/feed.xml",		"/en/feed.xml" }
};

static json_t *
to(enum lang lang)
{
	json_t	*all = json_object();
	size_t	 i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (json_object_set_new(all, paths[i].name, json_string(
		    lang == LANG_EN ? paths[i].en : paths[i].nl)) != 0) {
			json_decref(all);
			return NULL;
		}
	return all;
}

json_t *
page_words(const json_t *both, enum lang lang)
{
	json_t	*text = json_object_get(both, lang_code(lang));

	return json_is_string(text) ? json_incref(text) : json_null();
}

/* As it is, but what has a language has one. */
static json_t *
in_lang(const json_t *item, enum lang lang)
{
	json_t		*out = json_object(), *v;
	const char	*key;

	json_object_foreach((json_t *)(uintptr_t)item, key, v)
		if (json_object_set_new(out, key,
		    json_object_get(v, "nl") != NULL ? page_words(v, lang) :
		    json_incref(v)) != 0) {
			json_decref(out);
			return NULL;
		}
	return out;
}

json_t *
page_list_of(const json_t *scheme, const char *list, enum lang lang)
{
	json_t	*out = json_array();
	json_t	*all = json_object_get(scheme, list);
	size_t	 i;

	for (i = 0; i < json_array_size(all); i++)
		if (json_array_append_new(out,
		    in_lang(json_array_get(all, i), lang)) != 0) {
			json_decref(out);
			return NULL;
		}
	return out;
}

const json_t *
page_of_code(const json_t *list, const char *code)
{
	const char	*c;
	size_t		 i;

	for (i = 0; i < json_array_size(list); i++) {
		c = json_string_value(json_object_get(json_array_get(list, i),
		    "code"));
		if (c != NULL && code != NULL && strcmp(c, code) == 0)
			return json_array_get(list, i);
	}
	return NULL;
}

static json_t *
epoch(const struct site *site, enum lang lang)
{
	json_t	*e;

	if (site->epoch == NULL)
		return json_null();
	e = model_epoch(site->epoch);
	if (json_object_set_new(e, "date", words_day(lang,
	    site->epoch->this_update)) != 0 ||
	    json_object_set_new(e, "time", words_time(
	    site->epoch->this_update)) != 0) {
		json_decref(e);
		return NULL;
	}
	return e;
}

/* "+31 30 123 45 67" as an address: what can be dialled of it. */
static json_t *
dial(const char *telephone)
{
	char	out[32];
	size_t	n = 0;

	if (telephone == NULL)
		return json_null();
	for (; *telephone != '\0' && n < sizeof(out); telephone++)
		if (strchr("+0123456789", *telephone) != NULL)
			out[n++] = *telephone;
	return json_stringn(out, n);
}

static json_t *
text(const char *s)
{
	return s == NULL ? json_null() : json_string(s);
}

/* Who is behind the mark; null when nothing is known of them. */
static json_t *
contact(const struct conf_site *s)
{
	if (s->owner == NULL && s->mail == NULL && s->misuse_mail == NULL &&
	    s->misuse_phone == NULL)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}",
	    "owner", text(s->owner), "url", text(s->owner_url),
	    "mail", text(s->mail != NULL ? s->mail : s->misuse_mail),
	    "misuse", text(s->misuse_mail != NULL ? s->misuse_mail : s->mail),
	    "telephone", text(s->misuse_phone),
	    "dial", dial(s->misuse_phone));
}

json_t *
page_new(const struct site *site, const struct ask *ask, const char *page,
    const char *nl, const char *en)
{
	enum lang	 lang = ask->lang;
	int		 demo = site->conf->environment != CONF_PRODUCTION;
	const char	*q = ask_value(ask, "q");

	return json_pack("{s:s, s:s, s:{s:b}, s:s, s:o, s:o, s:s, s:s, s:s, s:s,"
	    " s:s, s:{s:s, s:s}, s:o, s:o, s:b, s:o, s:[], s:s}",
	    "lang", lang_code(lang), "page", page, "at", page, 1,
	    "name", lang == LANG_EN ? site->conf->site.name_en :
	    site->conf->site.name,
	    "notice", page_words(json_object_get(site->scheme, "notice"),
	    lang), "contact", contact(&site->conf->site), "issuer", site->conf->issuer, "host", site->conf->host,
	    "own", lang == LANG_EN ? en : nl,
	    "other", lang == LANG_EN ? nl : en,
	    "other_lang", lang == LANG_EN ? "nl" : "en",
	    "here", "nl", nl, "en", en, "to", to(lang),
	    "demo", demo ? json_string(conf_environment_name(
	    site->conf->environment)) : json_null(), "noindex", demo,
	    "epoch", epoch(site, lang), "scripts", "q", q == NULL ? "" : q);
}

void
page_script(json_t *page, const char *script)
{
	json_array_append_new(json_object_get(page, "scripts"),
	    json_string(script));
}

/*
 * What stands on this page is not there: in its place, with its own address
 * and nothing of the scheme, the page that says so.
 */
static int
later(struct answer *a, const struct ask *ask, json_t *page)
{
	buf_reset(&a->body);
	a->status = 503;
	a->cache = "no-store";
	a->flags |= ANSWER_NOINDEX;
	a->until = 0;
	return page == NULL || json_object_set_new(page, "page",
	    json_string("later")) != 0 ||
	    json_object_set_new(page, "at", json_object()) != 0 ||
	    json_object_set_new(page, "notice", json_null()) != 0 ||
	    json_object_set_new(page, "noindex", json_true()) != 0 ||
	    json_object_set_new(page, "scripts", json_array()) != 0 ||
	    template_render(&a->body, "absent", page, ask->lang) != 0;
}

void
page_answer(struct answer *a, const struct ask *ask, const char *template,
    json_t *page)
{
	a->type = "text/html; charset=utf-8";
	a->cache = "max-age=60";
	a->flags |= ANSWER_PAGE;
	if (json_is_true(json_object_get(page, "noindex")))
		a->flags |= ANSWER_NOINDEX;
	if ((page == NULL || template_render(&a->body, template, page,
	    ask->lang) != 0) && later(a, ask, page) != 0)
		answer_problem(a, 503, "Service Unavailable",
		    "This page cannot be made now. "
		    "Deze pagina kan nu niet worden gemaakt.");
	json_decref(page);
}

int
page_whole(struct answer *a, const struct site *site, const struct ask *ask)
{
	if (site->epoch != NULL && site->reg != NULL && site->search != NULL &&
	    site->scheme != NULL && site->bodies != NULL)
		return 1;
	page_absent(a, site, ask, 503);
	return 0;
}

void
page_absent(struct answer *a, const struct site *site, const struct ask *ask,
    int status)
{
	json_t	*page = page_new(site, ask, status == 503 ? "later" :
		    "absent", "/", "/en/");

	a->status = status;
	json_object_set_new(page, "noindex", json_true());
	/* There is nothing to search in. */
	json_object_set_new(page, "later", json_boolean(status == 503));
	page_answer(a, ask, "absent", page);
	a->cache = "no-store";
}
