/* SPDX-License-Identifier: EUPL-1.2 */
/* API: what the answers of /v1 share; see api.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verifier/report.h"

#include "api.h"

enum { MINUTE = 60, LINK_MAX = 8192 };

void
api_begin(struct answer *a, const struct ask *ask)
{
	a->type = "application/json";
	a->cache = "max-age=60";
	a->flags |= ANSWER_API | ANSWER_OPEN | ANSWER_NOINDEX;
	a->until = ask->now - ask->now % MINUTE + MINUTE;
}

int
api_ready(struct answer *a, const struct site *s)
{
	if (s->epoch != NULL && s->reg != NULL && s->search != NULL)
		return 1;
	answer_problem(a, 503, "Service Unavailable", "There is no verified "
	    "register here at the moment; try again in a minute.");
	return 0;
}

void
api_end(struct answer *a, json_t *json)
{
	if (model_write(&a->body, json) == -1)
		answer_problem(a, 500, "Internal Server Error",
		    "There was no memory for this answer.");
}

void
api_not_found(struct answer *a, const char *detail)
{
	answer_problem(a, 404, "Not Found", detail);
}

static int
in_list(const char *const *list, const char *name)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, name) == 0)
			return 1;
	return 0;
}

void
api_query(struct api_query *q, const struct ask *ask,
    const char *const *known)
{
	size_t	i;

	q->ask = ask;
	q->wrong = json_array();
	q->n_wrong = 0;
	for (i = 0; i < ask->n; i++)
		if (!in_list(known, ask->param[i].name))
			api_wrong(q, ask->param[i].name, "expected no "
			    "parameter of this name; those that there are "
			    "stand in openapi.json");
}

void
api_wrong(struct api_query *q, const char *name, const char *detail)
{
	q->n_wrong++;
	json_array_append_new(q->wrong, json_pack("{s:s, s:s, s:s}",
	    "in", "query", "name", name, "detail", detail));
}

uint32_t
api_uint(struct api_query *q, const char *name, uint32_t min, uint32_t max,
    uint32_t otherwise)
{
	const char	*value = ask_value(q->ask, name);
	char		 detail[80];
	uint64_t	 v = 0;
	size_t		 len;

	if (value == NULL)
		return otherwise;
	len = strlen(value);
	if (len >= 1 && len <= 10 && strspn(value, "0123456789") == len &&
	    (value[0] != '0' || len == 1))
		v = strtoull(value, NULL, 10);
	else
		v = (uint64_t)max + 1;
	if (v >= min && v <= max)
		return (uint32_t)v;
	snprintf(detail, sizeof(detail), "expected a number from %" PRIu32
	    " to %" PRIu32, min, max);
	api_wrong(q, name, detail);
	return otherwise;
}

int
api_word(struct api_query *q, const char *name, const char *const *words)
{
	const char	*value = ask_value(q->ask, name);
	char		 detail[256] = "expected one of";
	size_t		 len;
	int		 i;

	if (value == NULL)
		return -1;
	for (i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], value) == 0)
			return i;
		len = strlen(detail);
		snprintf(detail + len, sizeof(detail) - len, "%s %s",
		    i == 0 ? "" : ",", words[i]);
	}
	api_wrong(q, name, detail);
	return -1;
}

struct km_bytes
api_text(struct api_query *q, const char *name, int (*valid)(struct km_bytes),
    const char *expected)
{
	static const struct km_bytes	none;
	const char			*value = ask_value(q->ask, name);
	struct km_bytes			 text;

	if (value == NULL)
		return none;
	text = km_bytes_of(value);
	if (valid(text))
		return text;
	api_wrong(q, name, expected);
	return none;
}

int
api_refused(struct answer *a, struct api_query *q)
{
	json_t	*problem;

	if (q->n_wrong == 0) {
		json_decref(q->wrong);
		return 0;
	}
	answer_problem(a, 400, "Bad Request", "The request cannot be "
	    "answered: errors says what was expected, of each parameter.");
	problem = json_pack("{s:s, s:i, s:s, s:o}",
	    "title", "Bad Request", "status", 400,
	    "detail", "The request cannot be answered: errors says what was "
	    "expected, of each parameter.", "errors", q->wrong);
	if (problem != NULL) {
		buf_reset(&a->body);
		model_write(&a->body, problem);
	}
	return 1;
}

void
api_page(struct api_page *p, struct api_query *q)
{
	p->number = api_uint(q, "page", 1, API_PAGE_MAX, 1);
	p->size = api_uint(q, "size", 1, API_SIZE_MAX, API_SIZE);
	p->skip = (size_t)(p->number - 1) * p->size;
}

/* As it may stand in a query (RFC 3986 section 2.3). */
static void
escape(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		if ((*text >= 'a' && *text <= 'z') ||
		    (*text >= 'A' && *text <= 'Z') ||
		    (*text >= '0' && *text <= '9') ||
		    strchr("-._~", *text) != NULL)
			buf_add(b, text, 1);
		else
			buf_printf(b, "%%%02X", (unsigned char)*text);
	}
}

/* The address that was asked, with another page; 0: null. */
static json_t *
link_page(const struct site *s, const struct ask *ask, uint64_t number)
{
	const struct ask_param	*p;
	struct buf		 b;
	json_t			*link = NULL;
	char			 mark = '?';

	if (number == 0)
		return json_null();
	buf_init(&b, LINK_MAX);
	buf_printf(&b, "%s%s", s->conf->issuer, ask->path);
	for (p = ask->param; p < ask->param + ask->n; p++) {
		if (strcmp(p->name, "page") == 0)
			continue;
		buf_printf(&b, "%c%s=", mark, p->name);
		escape(&b, p->value);
		mark = '&';
	}
	if (number > 1)
		buf_printf(&b, "%cpage=%" PRIu64, mark, number);
	if (!b.failed)
		link = json_stringn((const char *)b.p, b.len);
	buf_free(&b);
	return link;
}

json_t *
api_envelope(const struct site *s)
{
	return json_pack("{s:s, s:o, s:o}",
	    "environment", conf_environment_name(s->conf->environment),
	    "notice", model_notice(s), "epoch", model_epoch(s->epoch));
}

json_t *
api_list_new(const struct site *s, const struct ask *ask,
    const struct api_page *p, size_t total)
{
	json_t	*list = api_envelope(s);
	int	 rc;

	rc = json_object_set_new(list, "page", json_pack("{s:I, s:I, s:I}",
	    "number", (json_int_t)p->number, "size", (json_int_t)p->size,
	    "total", (json_int_t)total));
	rc |= json_object_set_new(list, "links", json_pack(
	    "{s:o, s:o, s:o}", "self", link_page(s, ask, p->number),
	    "previous", link_page(s, ask, p->number - 1),
	    "next", link_page(s, ask, p->skip + p->size < total ?
	    (uint64_t)p->number + 1 : 0)));
	if (rc == 0)
		return list;
	json_decref(list);
	return NULL;
}

int
api_mark_of(struct mark *m, struct answer *a, const struct site *s,
    const struct ask *ask, const char *number)
{
	int64_t	i = reg_find(s->reg, km_bytes_of(number));

	if (i >= 0 && reg_mark(m, s->reg, (uint32_t)i, ask->now) == 0)
		return 1;
	api_not_found(a, "There is no mark of this number in the register.");
	return 0;
}
