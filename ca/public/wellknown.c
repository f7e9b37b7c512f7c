/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Wellknown: security.txt (RFC 9116), robots.txt (RFC 9309) and the sitemap
 * (sitemaps.org).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca/record/number.h"

#include "site.h"

enum {
	DAY = 86400,
	SECURITY_DAYS = 180,		/* well under a year: section 2.5.5 */
	PART_URLS = 50000		/* of one sitemap; sitemaps.org */
};

static int
is_demo(const struct site *s)
{
	return s->conf->environment != CONF_PRODUCTION;
}

/* Where the site is, as everyone sees it. */
static const char *
base_url(const struct site *s)
{
	return s->conf->public_url != NULL ? s->conf->public_url :
	    s->conf->issuer;
}

void
wk_security(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	const struct conf_site	*c = &s->conf->site;
	char			 expires[21];

	(void)args;
	(void)n;
	if (c->security == NULL) {
		answer_problem(a, 404, "Not Found",
		    "Nobody to report holes to is configured.");
		return;
	}
	/* In whole days, so that the bytes change once a day. */
	date_time_format(expires, ask->now - ask->now % DAY +
	    (int64_t)SECURITY_DAYS * DAY);
	a->type = "text/plain; charset=utf-8";
	a->cache = "max-age=3600";
	a->until = ask->now - ask->now % DAY + DAY;
	buf_printf(&a->body, "Contact: %s\n", c->security);
	buf_printf(&a->body, "Expires: %s\n", expires);
	buf_printf(&a->body, "Preferred-Languages: nl, en\n");
	buf_printf(&a->body, "Canonical: %s/.well-known/security.txt\n",
	    base_url(s));
	if (c->security_policy != NULL)
		buf_printf(&a->body, "Policy: %s\n", c->security_policy);
}

void
wk_robots(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	(void)ask;
	(void)args;
	(void)n;
	a->type = "text/plain; charset=utf-8";
	a->cache = "max-age=3600";
	/*
	 * What is no real mark is found by nobody. Its pages say noindex, which
	 * only who may fetch them can see; so they are not disallowed.
	 */
	buf_printf(&a->body, "User-agent: *\n");
	buf_printf(&a->body, "Disallow: /v1/\nDisallow: /zoeken\n"
	    "Disallow: /en/search\n");
	if (!is_demo(s))
		buf_printf(&a->body, "\nSitemap: %s/sitemap.xml\n",
		    base_url(s));
}

/* Pages that are not of one mark, in both languages. */
static const char *const	fixed[][2] = {
	{ "/", "/en/" }, { "/register", "/en/register" },
	{ "/controleer", "/en/check" }, { "/aanvragen", "/en/apply" },
	{ "/wie-beoordeelt", "/en/bodies" }, { "/cijfers", "/en/figures" },
	{ "/schema", "/en/scheme" }, { "/over", "/en/about" },
	{ "/toegankelijkheid", "/en/accessibility" },
	{ "/privacy", "/en/privacy" }
};
enum { FIXED_N = sizeof(fixed) / sizeof(fixed[0]) };

static uint64_t
urls(const struct site *s)
{
	return 2 * ((uint64_t)FIXED_N +
	    (s->reg == NULL ? 0 : reg_marks(s->reg)));
}

static void
xml_begin(struct answer *a, const char *what)
{
	a->type = "application/xml";
	a->cache = "max-age=3600";
	buf_printf(&a->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<%s xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
	    what);
}

/* What is no real mark is in no sitemap. */
static int
no_sitemap(struct answer *a, const struct site *s)
{
	if (!is_demo(s))
		return 0;
	answer_problem(a, 404, "Not Found",
	    "A demonstration or exercise has no sitemap.");
	return 1;
}

void
wk_sitemap(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	uint64_t	i, parts = (urls(s) + PART_URLS - 1) / PART_URLS;

	(void)ask;
	(void)args;
	(void)n;
	if (no_sitemap(a, s))
		return;
	xml_begin(a, "sitemapindex");
	for (i = 0; i < parts; i++)
		buf_printf(&a->body, "<sitemap><loc>%s/sitemap/%" PRIu64
		    ".xml</loc></sitemap>\n", base_url(s), i + 1);
	buf_printf(&a->body, "</sitemapindex>\n");
}

/* An address, and the same page in the other language. */
static void
sitemap_url(struct answer *a, const struct site *s, const char *nl,
    const char *en, int is_en)
{
	const char	*base = base_url(s);

	buf_printf(&a->body, "<url><loc>%s%s</loc>"
	    "<xhtml:link xmlns:xhtml=\"http://www.w3.org/1999/xhtml\" "
	    "rel=\"alternate\" hreflang=\"%s\" href=\"%s%s\"/></url>\n", base,
	    is_en ? en : nl, is_en ? "nl" : "en", base, is_en ? nl : en);
}

static void
sitemap_mark(struct answer *a, const struct site *s, uint32_t i, int is_en,
    int64_t now, struct mark *m)
{
	char	nl[40], en[48];

	if (reg_mark(m, s->reg, i, now) == -1)
		return;
	snprintf(nl, sizeof(nl), "/%.*s", (int)m->a.number.len,
	    (const char *)m->a.number.p);
	snprintf(en, sizeof(en), "/en%s", nl);
	sitemap_url(a, s, nl, en, is_en);
}

void
wk_sitemap_part(struct answer *a, const struct site *s,
    const struct ask *ask, const char *const *args, size_t n)
{
	uint64_t	 part, i, end, all = urls(s);
	struct mark	*m = NULL;

	if (no_sitemap(a, s))
		return;
	part = n == 1 ? strtoull(args[0], NULL, 10) : 0;
	if (part == 0 || (part - 1) * PART_URLS >= all) {
		answer_problem(a, 404, "Not Found",
		    "The sitemap has fewer parts.");
		return;
	}
	if ((m = malloc(sizeof(*m))) == NULL) {
		a->body.failed = 1;
		return;
	}
	end = part * PART_URLS < all ? part * PART_URLS : all;
	xml_begin(a, "urlset");
	for (i = (part - 1) * PART_URLS; i < end; i++) {
		if (i < 2 * FIXED_N)
			sitemap_url(a, s, fixed[i / 2][0], fixed[i / 2][1],
			    (int)(i % 2));
		else
			sitemap_mark(a, s, (uint32_t)(i / 2 - FIXED_N),
			    (int)(i % 2), ask->now, m);
		answer_part(a);
	}
	buf_printf(&a->body, "</urlset>\n");
	free(m);
}
