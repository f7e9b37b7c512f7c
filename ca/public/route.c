/* SPDX-License-Identifier: EUPL-1.2 */
/* Route: which maker answers which path; see route.h. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ca/record/number.h"

#include "route.h"

/*
 * In a pattern stand, each an argument to the maker:
 *
 *	{mark}		a mark number, KM-YYYY-NNNNNN-C in capitals
 *	{number}	digits without zeros before them, at most ten
 *	{name}		a file: a-z, 0-9, "-", "_", and "." between those
 *	{a|b|c}		one of these words
 *
 * A maker has its line here from the moment that it exists. With query NULL a
 * page passes over every parameter.
 */
#define END	{ NULL, NULL, NULL, NULL, 0 }
enum { API = ANSWER_API | ANSWER_OPEN, DATA = ANSWER_OPEN | ANSWER_SLOW };

/* Pages for people, in two languages. */
static const struct route	pages[] = {
	{ "/", "/en/", page_home, NULL, ANSWER_PAGE },
	{ "/register", "/en/register", page_list,
	    "service claim level status page", ANSWER_PAGE },
	{ "/zoeken", "/en/search", page_search, "q", ANSWER_PAGE },
	{ "/{mark}", "/en/{mark}", page_mark, "date", ANSWER_PAGE },
	{ "/controleer", "/en/check", page_check, NULL,
	    ANSWER_PAGE | ANSWER_WASM },
	{ "/aanvragen", "/en/apply", page_apply, NULL, ANSWER_PAGE },
	{ "/wie-beoordeelt", "/en/bodies", page_bodies, NULL, ANSWER_PAGE },
	{ "/cijfers", "/en/figures", page_figures, NULL, ANSWER_PAGE },
	{ "/schema", "/en/scheme", page_scheme, NULL, ANSWER_PAGE },
	{ "/over", "/en/about", page_about, NULL, ANSWER_PAGE },
	{ "/toegankelijkheid", "/en/accessibility", page_accessibility, NULL,
	    ANSWER_PAGE },
	{ "/privacy", "/en/privacy", page_privacy, NULL, ANSWER_PAGE },
	END
};

/* Badges and what belongs to them: /badge/{mark}/... */
static const struct route	forms[] = {
	{ "/{mark}/houder", "/en/{mark}/holder", page_holder, NULL,
	    ANSWER_PAGE },
	{ "/badge/{mark}/{light|dark|mono}-{nl|en}.svg", NULL, form_svg,
	    NULL, 0 },
	{ "/badge/{mark}/{light|dark|mono|mail}-{nl|en}.png", NULL, form_png,
	    NULL, ANSWER_SLOW },
	{ "/badge/{mark}/small-{light|dark|mono}-{nl|en}.{svg|png}", NULL,
	    form_small, NULL, ANSWER_SLOW },
	{ "/badge/{mark}/print-{light|mono}-{nl|en}.{pdf|svg}", NULL, form_pdf,
	    NULL, ANSWER_SLOW },
	{ "/badge/{mark}/{qr|qr-full}.{svg|png}", NULL, form_qr, NULL,
	    ANSWER_SLOW },
	{ "/badge/{mark}/line-{nl|en}.txt", NULL, form_text, NULL, 0 },
	{ "/badge/{mark}/{snippet|element}-{nl|en}.html", NULL, form_html,
	    NULL, 0 },
	{ "/badge/{mark}/keurmerk.cbor", NULL, form_cbor, NULL, 0 },
	{ "/badge/{mark}/keurmerk.zip", NULL, form_zip, NULL,
	    ANSWER_SLOW },
	END
};

/*
 * The API and its description: what is unknown in a query is a 400; with "*"
 * its maker says so, together with all else that is wrong.
 */
static const struct route	api[] = {
	{ "/v1/marks", NULL, api_marks, "*", API },
	{ "/v1/marks/{mark}", NULL, api_mark, NULL, API },
	{ "/v1/marks/{mark}/attestation", NULL, api_attestation, NULL, API },
	{ "/v1/marks/{mark}/badge", NULL, api_badge, NULL, API },
	{ "/v1/status-lists", NULL, api_status_lists, "*", API },
	{ "/v1/epochs", NULL, api_epochs, "*", API },
	{ "/v1/trust-lists", NULL, api_trust_lists, "*", API },
	{ "/v1/bodies", NULL, api_bodies, NULL, API },
	{ "/v1/changes", NULL, api_changes, "*", API },
	{ "/v1/openapi.json", NULL, api_openapi, NULL, API },
	{ "/v1/glossary.json", NULL, api_glossary, NULL, API },
	END
};

/* Open data and feeds. */
static const struct route	data[] = {
	{ "/open-data/register.csv", NULL, open_csv, NULL, DATA },
	{ "/open-data/register.json", NULL, open_json, NULL, DATA },
	{ "/open-data/register.index", NULL, open_index, NULL, DATA },
	{ "/feed.xml", "/en/feed.xml", feed_changes, NULL, ANSWER_OPEN },
	{ "/feed/{mark}.xml", "/en/feed/{mark}.xml", feed_mark, NULL,
	    ANSWER_OPEN },
	END
};

/* For machines, and what comes with the program. */
static const struct route	machine[] = {
	{ "/static/{name}", NULL, static_file, NULL,
	    ANSWER_OPEN },
	{ "/.well-known/security.txt", NULL, wk_security, NULL,
	    ANSWER_OPEN },
	{ "/robots.txt", NULL, wk_robots, NULL,
	    ANSWER_OPEN },
	{ "/sitemap.xml", NULL, wk_sitemap, NULL,
	    ANSWER_OPEN },
	{ "/sitemap/{number}.xml", NULL, wk_sitemap_part, NULL,
	    DATA },
	END
};

/* Where people and full QRs come in, and are sent on. */
static const struct {
	const char	*from, *to;
	int		 status;
} moved[] = {
	{ "/en",	"/en/",		301 },
	{ "/K",		"/controleer",	302 },
	{ "/k",		"/controleer",	302 },
};

static const struct route *const	tables[] = {
	pages, forms, api, data, machine
};

const struct route *
route_table(size_t i)
{
	return i < sizeof(tables) / sizeof(tables[0]) ? tables[i] : NULL;
}

static size_t
take_mark(const char *s)
{
	unsigned int	year, seq;
	size_t		n = strcspn(s, "/.");
	struct km_bytes	number = { (const uint8_t *)s, n };

	return n == KM_NUMBER_LEN && number_parse(number, &year, &seq) == 0 ?
	    n : 0;
}

static size_t
take_number(const char *s)
{
	size_t	n = strspn(s, "0123456789");

	return n > 10 || (n > 1 && s[0] == '0') ? 0 : n;
}

static size_t
take_name(const char *s)
{
	size_t	n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_.");

	return n == 0 || s[0] == '.' || s[n - 1] == '.' ? 0 : n;
}

/* The longest of the words between p and end that s begins with. */
static size_t
take_word(const char *p, const char *end, const char *s)
{
	size_t	n, best = 0;

	for (; p < end; p += n + 1) {
		n = strcspn(p, "|}");
		if (n > best && strncmp(p, s, n) == 0)
			best = n;
	}
	return best;
}

/* p: what stands between the braces, up to end. */
static size_t
take(const char *p, const char *end, const char *s)
{
	size_t	n = (size_t)(end - p);

	if (n == 4 && memcmp(p, "mark", n) == 0)
		return take_mark(s);
	if (n == 6 && memcmp(p, "number", n) == 0)
		return take_number(s);
	if (n == 4 && memcmp(p, "name", n) == 0)
		return take_name(s);
	return take_word(p, end, s);
}

/* An argument of n bytes; they stand in hit->text one after another. */
static int
argument(struct route_hit *hit, size_t *used, const char *s, size_t n)
{
	if (hit->n == ROUTE_ARGS_MAX || *used + n + 1 > sizeof(hit->text))
		return -1;
	memcpy(hit->text + *used, s, n);
	hit->text[*used + n] = '\0';
	hit->arg[hit->n++] = hit->text + *used;
	*used += n + 1;
	return 0;
}

static int
matches(struct route_hit *hit, const char *pattern, const char *s)
{
	const char	*end;
	size_t		 n, used = 0;

	hit->n = 0;
	if (pattern == NULL)
		return 0;
	while (*pattern != '\0') {
		if (*pattern != '{') {
			if (*pattern++ != *s++)
				return 0;
			continue;
		}
		if ((end = strchr(pattern, '}')) == NULL ||
		    (n = take(pattern + 1, end, s)) == 0 ||
		    argument(hit, &used, s, n) == -1)
			return 0;
		s += n;
		pattern = end + 1;
	}
	return *s == '\0';
}

static int
in_tables(struct route_hit *hit, const char *path)
{
	const struct route	*r;
	size_t			 i;

	for (i = 0; (r = route_table(i)) != NULL; i++)
		for (; r->nl != NULL; r++) {
			hit->route = r;
			hit->lang = LANG_NL;
			if (matches(hit, r->nl, path))
				return 1;
			hit->lang = LANG_EN;
			if (matches(hit, r->en, path))
				return 1;
		}
	hit->route = NULL;
	return 0;
}

/* A mark number in capitals, wherever one stands. */
static void
capitals(char *path)
{
	char	*p, *end;

	for (p = path; *p != '\0'; p = end) {
		p += *p == '/';
		end = p + strcspn(p, "/.");
		if (end - p == KM_NUMBER_LEN && strncasecmp(p, "km-", 3) == 0)
			for (; p < end; p++)
				if (*p >= 'a' && *p <= 'z')
					*p = (char)(*p - 'a' + 'A');
		end += *end == '.';
	}
}

/* As people may have typed it: /km-2026-000123-p, /register/ */
static int
respelt(struct route_hit *hit, const char *path)
{
	size_t	len = strlen(path);

	/* A program is told, not sent on (API Design Rules, 3.1). */
	if (strncmp(path, "/v1/", 4) == 0)
		return 0;
	if (strstr(path, "//") != NULL)
		return 0;
	memcpy(hit->to, path, len + 1);
	if (len > 1 && path[len - 1] == '/')
		hit->to[len - 1] = '\0';
	capitals(hit->to);
	if (strcmp(hit->to, path) == 0 || !in_tables(hit, hit->to))
		return 0;
	/* A document has one address (NLGov API Design Rules 2.1). */
	if (path[len - 1] == '/' && !(hit->route->flags & ANSWER_PAGE))
		return 0;
	hit->moved = 301;
	return 1;
}

int
route_find(struct route_hit *hit, const char *path)
{
	size_t	i;

	memset(hit, 0, sizeof(*hit));
	if (path == NULL || strlen(path) > ASK_PATH_MAX)
		return 0;
	if (in_tables(hit, path))
		return 1;
	for (i = 0; i < sizeof(moved) / sizeof(moved[0]); i++)
		if (strcmp(moved[i].from, path) == 0) {
			snprintf(hit->to, sizeof(hit->to), "%s",
			    moved[i].to);
			hit->moved = moved[i].status;
			return 1;
		}
	return respelt(hit, path);
}
