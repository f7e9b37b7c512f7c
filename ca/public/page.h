/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Page: what all pages for people share. A maker begins with page_new(), adds
 * its own members to the value, and ends with page_answer().
 *
 * The value of every page has: lang, page, at { PAGE: true }, name (of the
 * mark), notice, contact { owner, url, mail, misuse, telephone, dial } or null,
 * issuer, host, own and other (this page's path in this language and in
 * the other one), other_lang, here { nl, en }, to { a path of
 * each page in this language }, demo ("demonstration", "exercise" or null),
 * noindex, epoch { number, thisUpdate, date, time } or null, scripts [names
 * in /static/], q (what was searched for, or "").
 *
 * Templates begin with {{>head}} and end with {{>foot}}; PAGE.title and
 * PAGE.description in words.json are theirs.
 */
#ifndef PUBLIC_PAGE_H
#define PUBLIC_PAGE_H

#include "site.h"

enum { PAGE_MARKS = 25 };	/* on a page of the list */

/*
 * page: in words.json, and of the menu. nl, en: path of this page in each
 * language, with what belongs to it of the query, escaped. NULL: no memory.
 */
json_t	*page_new(const struct site *, const struct ask *, const char *page,
	    const char *nl, const char *en);

/* A script of /static/ that this page has. */
void	 page_script(json_t *page, const char *name);

/*
 * Is all of an epoch there, so that a page can be made of it? 0: it is not,
 * or not yet, and the answer is a page that says so, with status 503.
 */
int	 page_whole(struct answer *, const struct site *, const struct ask *);

/*
 * The answer from a template; page (NULL: no memory) is given away. When it
 * cannot be made, as the scheme lacks what it says, the answer is that same
 * page of 503; a problem only when there is no memory for that either.
 */
void	 page_answer(struct answer *, const struct ask *,
	    const char *template, json_t *page);

/* A page that says that there is none: status 404, or 503: not now. */
void	 page_absent(struct answer *, const struct site *,
	    const struct ask *, int status);

/* The search page of an export, where the browser itself must search. */
void	 page_copy(struct answer *, const struct site *, const struct ask *);

/* { nl, en } of the scheme in one language; null when there is none. */
json_t	*page_words(const json_t *both, enum lang);
/*
 * Members of the scheme's list ("services", "levels"): each with its words in
 * one language and all else as it is.
 */
json_t	*page_list_of(const json_t *scheme, const char *list, enum lang);
/* The one of that code in such a list, borrowed; NULL: none. */
const json_t *page_of_code(const json_t *list, const char *code);

#endif
