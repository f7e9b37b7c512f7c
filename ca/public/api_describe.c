/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the API says of itself: its description (schemas/openapi.yaml, made
 * JSON when this is built) and the words in it. What stands there of the
 * example's address becomes that of the authority.
 */
#include <string.h>

#include "api.h"
#include "texts.h"
#include "words.h"

#define EXAMPLE	"https://keurmerk.example"

enum { TEXT_MAX = 1024 * 1024 };

static void
begin(struct answer *a)
{
	a->type = "application/json";
	a->cache = "max-age=3600";
	a->flags |= ANSWER_API | ANSWER_OPEN | ANSWER_NOINDEX;
}

/* With the authority's address wherever the example's stands. */
static void
addressed(struct buf *out, const struct site *s, const char *text)
{
	const char	*at;

	while ((at = strstr(text, EXAMPLE)) != NULL) {
		buf_add(out, text, (size_t)(at - text));
		buf_add(out, s->conf->issuer, strlen(s->conf->issuer));
		text = at + strlen(EXAMPLE);
	}
	buf_add(out, text, strlen(text));
}

/* Whom to ask (info.contact); who was not named is not made up. */
static int
contact_set(json_t *api, const struct site *s)
{
	const struct conf_site	*c = &s->conf->site;
	json_t			*contact;
	int			 rc;

	contact = json_object_get(json_object_get(api, "info"), "contact");
	rc = json_object_set_new(contact, "name", json_string(
	    c->owner != NULL ? c->owner : s->conf->host));
	if (c->mail == NULL)
		return rc | json_object_del(contact, "email");
	return rc | json_object_set_new(contact, "email",
	    json_string(c->mail));
}

/* GET /v1/openapi.json */
void
api_openapi(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct buf	 text;
	json_t		*api = NULL;

	(void)ask;
	(void)args;
	(void)n;
	begin(a);
	buf_init(&text, TEXT_MAX);
	addressed(&text, s, public_schemas[0].text);
	if (!text.failed)
		api = json_loadb((const char *)text.p, text.len,
		    JSON_REJECT_DUPLICATES, NULL);
	buf_free(&text);
	if (contact_set(api, s) != 0) {
		json_decref(api);
		api = NULL;
	}
	api_end(a, api);
}

/* GET /v1/glossary.json */
void
api_glossary(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	(void)s;
	(void)ask;
	(void)args;
	(void)n;
	begin(a);
	api_end(a, json_deep_copy(words_file("glossary")));
}
