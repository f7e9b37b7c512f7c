/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The marks of the API: the list, one mark, and its attestation. What only
 * resembles the text that was searched stands apart under "similar", and only
 * where nothing is it: a firm of a similar name is never the answer.
 */
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "badge.h"

enum { CANDIDATES_MAX = 1024, SIMILAR_MAX = 10 };

static const char *const	known[] = { "q", "service", "claim", "level",
    "status", "holder", "host", "page", "size", NULL };
static const char *const	claims[] = { "basic_measures",
    "policy_advice", NULL };
static const char *const	levels[] = { "basic", "substantial", "high",
    NULL };
static const char *const	states[] = { "valid", "suspended",
    "withdrawn", "expired", "not-yet-valid", "superseded", NULL };

/* What is asked for. */
struct wanted {
	struct km_bytes		 q, holder, host;	/* empty: not asked */
	struct search_filter	 filter;
	struct api_page		 page;
};

/* Places of marks, in order. */
struct places {
	size_t		 n;
	uint32_t	 mark[CANDIDATES_MAX];
};

static int
is_query(struct km_bytes text)
{
	return text.len >= 1 && text.len <= SEARCH_TEXT_MAX;
}

static int
is_code(struct km_bytes text)
{
	size_t	i;

	for (i = 0; i < text.len; i++)
		if (memchr("abcdefghijklmnopqrstuvwxyz0123456789-",
		    text.p[i], 37) == NULL)
			return 0;
	return text.len >= 1 && text.len <= 32 && text.p[0] != '-';
}

/* 1, or 0 after a 400. */
static int
wanted_read(struct wanted *w, struct answer *a, const struct ask *ask)
{
	struct api_query	q;
	struct km_bytes		service;

	memset(w, 0, sizeof(*w));
	api_query(&q, ask, known);
	w->q = api_text(&q, "q", is_query, "expected 1 to 200 bytes of text");
	service = api_text(&q, "service", is_code,
	    "expected a code of the scheme's services");
	memcpy(w->filter.service, service.p == NULL ? (const void *)"" :
	    service.p, service.len);
	/* Both enums begin at 1. */
	w->filter.claim = api_word(&q, "claim", claims) + 1;
	w->filter.level = api_word(&q, "level", levels) + 1;
	w->filter.state = api_word(&q, "status", states) + 1;
	w->holder = api_text(&q, "holder", km_is_party, "expected a KVK "
	    "number, an identifier as NTRNL-12345678, an EUID or a LEI");
	w->host = api_text(&q, "host", km_is_host,
	    "expected a host in lower case, as www.example.nl");
	api_page(&w->page, &q);
	return !api_refused(a, &q);
}

/* One line has all of it: parts of several do not add up. */
static int
line_passes(const struct km_attestation *a, const struct search_filter *f)
{
	const struct km_line	*l;

	if (f->service[0] == '\0' && f->claim == 0 && f->level == 0)
		return 1;
	for (l = a->line; l < a->line + a->n_lines; l++)
		if ((f->service[0] == '\0' || km_bytes_equal(l->service,
		    km_bytes_of(f->service))) &&
		    (f->claim == 0 || (int)l->claim == f->claim) &&
		    (int)l->level >= f->level)
			return 1;
	return 0;
}

static int
is_among(const uint32_t *place, size_t n, uint32_t mark)
{
	size_t	i;

	for (i = 0; i < n && place[i] != mark; i++)
		;
	return i < n;
}

/* Add those of n that pass, with what else was asked by. */
static void
places_add(struct places *out, const uint32_t *place, size_t n,
    const struct site *s, const struct wanted *w, int64_t now)
{
	struct mark	m;
	size_t		i;

	for (i = 0; i < n && out->n < CANDIDATES_MAX; i++)
		if (reg_mark(&m, s->reg, place[i], now) == 0 &&
		    line_passes(&m.a, &w->filter) && (w->filter.state == 0 ||
		    (int)m.state + 1 == w->filter.state))
			out->mark[out->n++] = place[i];
}

/* Those of both, in the order of the first. */
static size_t
both(uint32_t *place, size_t n, const uint32_t *other, size_t n_other)
{
	size_t	i, kept = 0;

	for (i = 0; i < n; i++)
		if (is_among(other, n_other, place[i]))
			place[kept++] = place[i];
	return kept;
}

/* By key: holder, host or both; else those of exact hits of q. */
static void
places_find(struct places *exact, struct places *similar,
    const struct site *s, const struct wanted *w, int64_t now)
{
	struct search_result	r = { 0 };
	uint32_t		place[CANDIDATES_MAX], other[CANDIDATES_MAX];
	uint32_t		hit[SEARCH_HITS_MAX];
	size_t			i, n = 0, m;
	int			by_key = w->holder.len + w->host.len > 0;

	if (w->holder.len > 0)
		n = reg_of_holder(place, CANDIDATES_MAX, s->reg, w->holder);
	if (w->host.len > 0) {
		m = reg_of_host(other, CANDIDATES_MAX, s->reg, w->host);
		if (w->holder.len == 0)
			memcpy(place, other, (n = m) * sizeof(place[0]));
		else
			n = both(place, n, other, m);
	}
	if (w->q.len > 0) {
		search_find(&r, s->search, w->q);
		for (i = 0; i < r.n; i++)
			hit[i] = r.hit[i].mark;
		if (by_key)
			n = both(place, n, hit, r.n_exact);
		else
			memcpy(place, hit, (n = r.n_exact) *
			    sizeof(place[0]));
	}
	places_add(exact, place, n, s, w, now);
	if (exact->n == 0 && !by_key)
		places_add(similar, hit + r.n_exact, r.n - r.n_exact, s, w,
		    now);
}

static json_t *
marks_of(const struct site *s, const uint32_t *place, size_t n, int64_t now)
{
	struct mark	m;
	json_t		*all = json_array();
	size_t		 i;
	int		 rc = 0;

	for (i = 0; i < n && rc == 0; i++)
		if (reg_mark(&m, s->reg, place[i], now) == 0)
			rc = json_array_append_new(all,
			    model_mark(s, &m, MODEL_LIST));
	if (rc == 0)
		return all;
	json_decref(all);
	return NULL;
}

/* GET /v1/marks */
void
api_marks(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct places	 exact = { 0 }, similar = { 0 };
	struct wanted	 w;
	json_t		*list;
	size_t		 total, skip;

	(void)args;
	(void)n;
	if (!wanted_read(&w, a, ask) || !api_ready(a, s))
		return;
	if (w.q.len + w.holder.len + w.host.len == 0) {
		exact.n = search_list(exact.mark, w.page.size, w.page.skip,
		    &total, s->search, &w.filter, ask->now);
		skip = 0;
	} else {
		places_find(&exact, &similar, s, &w, ask->now);
		total = exact.n;
		skip = w.page.skip < total ? w.page.skip : total;
	}
	exact.n -= skip;
	if (exact.n > w.page.size)
		exact.n = w.page.size;
	if (similar.n > SIMILAR_MAX)
		similar.n = SIMILAR_MAX;
	api_begin(a, ask);
	list = api_list_new(s, ask, &w.page, total);
	if (json_object_set_new(list, "marks", marks_of(s, exact.mark + skip,
	    exact.n, ask->now)) != 0 ||
	    json_object_set_new(list, "similar", marks_of(s, similar.mark,
	    similar.n, ask->now)) != 0) {
		json_decref(list);
		list = NULL;
	}
	api_end(a, list);
}

/* GET /v1/marks/{number} */
void
api_mark(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct mark	 m;
	json_t		*json;

	(void)n;
	if (!api_ready(a, s) || !api_mark_of(&m, a, s, ask, args[0]))
		return;
	api_begin(a, ask);
	if (m.until != 0 && m.until < a->until)
		a->until = m.until;
	json = model_mark(s, &m, MODEL_WHOLE);
	if (json != NULL && json_object_set_new(json, "notice",
	    model_notice(s)) != 0) {
		json_decref(json);
		json = NULL;
	}
	api_end(a, json);
}

/* GET /v1/marks/{number}/attestation: of those it has, the one that speaks */
void
api_attestation(struct answer *a, const struct site *s,
    const struct ask *ask, const char *const *args, size_t n)
{
	struct mark	m;
	struct km_bytes	bytes;

	(void)n;
	if (!api_ready(a, s) || !api_mark_of(&m, a, s, ask, args[0]))
		return;
	api_begin(a, ask);
	if (m.until != 0 && m.until < a->until)
		a->until = m.until;
	bytes = m.attestation[m.speaks].bytes;
	a->type = "application/keurmerk+cwt";
	buf_add(&a->body, bytes.p, bytes.len);
	snprintf(a->file, sizeof(a->file), "%s.cwt", args[0]);
}

/* GET /v1/marks/{number}/badge: with the proof that travels with it */
void
api_badge(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct badge	b;
	struct mark	m;

	(void)n;
	if (!api_ready(a, s) || !api_mark_of(&m, a, s, ask, args[0]))
		return;
	api_begin(a, ask);
	if (m.until != 0 && m.until < a->until)
		a->until = m.until;
	a->type = "application/keurmerk-badge+cbor";
	snprintf(a->file, sizeof(a->file), "%s.cbor", args[0]);
	if (badge_make(&b, s, &m.attestation[m.speaks]) == 0)
		buf_add(&a->body, b.cbor.p, b.cbor.len);
	else
		answer_problem(a, 503, "Service Unavailable", "What proves "
		    "this badge is not here at the moment; try again in a "
		    "minute.");
	badge_free(&b);
}
