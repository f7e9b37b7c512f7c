/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Site: all that answers are made from, of one epoch. Makers read it and
 * change nothing.
 */
#ifndef PUBLIC_SITE_H
#define PUBLIC_SITE_H

#include <jansson.h>

#include "ca/base/conf.h"

#include "answer.h"
#include "register.h"
#include "search.h"
#include "view.h"

struct site {
	const struct conf	*conf;
	struct files		*files;
	struct view		*view;
	const struct km_epoch	*epoch;		/* in force; NULL: none yet */
	struct reg		*reg;		/* of that epoch; or NULL */
	struct search		*search;
	json_t			*scheme;	/* of that epoch, as published */
	json_t			*bodies;	/* bodies.json, likewise */
};

/* Of conf's tree, nothing read yet; conf outlives it. NULL after a line. */
struct site	*site_new(const struct conf *);
void		 site_free(struct site *);	/* safe on NULL */
/*
 * Look at the tree. 1: a new epoch is in force, and what was made from the
 * one before counts no more; else 0.
 */
int		 site_refresh(struct site *);
/*
 * Be of the epoch that another site is of, with its register and files, which
 * it shares. Both are in nobody else's hands meanwhile.
 */
void		 site_follow(struct site *, const struct site *);

/*
 * Makers: each writes one answer. args are the parts of the path that its
 * pattern names, in order (see route.c), n of them, never NULL.
 */
typedef void maker(struct answer *, const struct site *, const struct ask *,
    const char *const *args, size_t n);

/* pages (page_*.c) */
maker	page_home, page_list, page_search, page_mark, page_check, page_apply,
	page_bodies, page_figures, page_scheme, page_accessibility,
	page_privacy, page_holder, page_about;
/* JSON API and open data (api_*.c, feed.c) */
maker	api_marks, api_mark, api_attestation, api_badge, api_status_lists,
	api_epochs, api_trust_lists, api_bodies, api_changes, api_openapi,
	api_glossary,
	open_csv, open_json, open_index, feed_changes, feed_mark;
/* badges (form_*.c) */
maker	form_svg, form_png, form_pdf, form_qr, form_text, form_html, form_zip,
	form_cbor, form_small;
/* for machines (wellknown.c) */
maker	wk_security, wk_robots, wk_sitemap, wk_sitemap_part;
/* files that come with the program: CSS, scripts, WebAssembly (static.c) */
maker	static_file;

#endif
