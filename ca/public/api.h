/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * API: what the answers of /v1 share (schemas/openapi.yaml), by the NLGov
 * REST API Design Rules: all that is wrong with a request told at once as a
 * problem of status 400, pages of a list, and what stands around a list.
 *
 * The compact index of open_index, for who looks up a list of holders without
 * asking us: JSON, an array a mark, by mark number, with null for what is not
 * there. A reader compares "columns" with those that it knows.
 *
 *	{ "format": "keurmerk-index", "version": 1, "environment", "notice",
 *	  "issuer", "epoch": { number, thisUpdate, nextUpdate, hash },
 *	  "columns": [ .. ], "marks": [ [ .. ], .. ] }
 *
 *	number		as KM-2026-000123-P
 *	holder		identifier, as NTRNL-12345678
 *	state		valid, withdrawn, suspended or superseded by the
 *			register's leaf; dates are the reader's to judge
 *	since		of what it is now, seconds since 1970
 *	validFrom, validUntil	seconds; the first second that it is over
 *	document	certificate or self-declaration
 *	legalName, tradeNames [], hosts []
 *	lines		[[claim, service or null, level]]
 *	euid, lei
 */
#ifndef PUBLIC_API_H
#define PUBLIC_API_H

#include "model.h"

#define API_VERSION	"1.0.0"		/* info.version of openapi.yaml */

enum { API_SIZE = 20, API_SIZE_MAX = 100, API_PAGE_MAX = 1000000 };

/* An answer in JSON, good until the next minute. */
void	 api_begin(struct answer *, const struct ask *);
/* 1; 0 after a 503: there is no register yet. */
int	 api_ready(struct answer *, const struct site *);
/* The answer, which takes the JSON over; a 500 when there is none. */
void	 api_end(struct answer *, json_t *);
void	 api_not_found(struct answer *, const char *detail);

/* The parameters of a request, and what is wrong with them. */
struct api_query {
	const struct ask *ask;
	json_t		*wrong;		/* [{ in, name, detail }]; or NULL */
	size_t		 n_wrong;
};
/* known ends with NULL: any other name is wrong. */
void	 api_query(struct api_query *, const struct ask *,
	    const char *const *known);
void	 api_wrong(struct api_query *, const char *name, const char *detail);
/* Value of a parameter; what there is in its place when it is not there. */
uint32_t api_uint(struct api_query *, const char *name, uint32_t min,
	    uint32_t max, uint32_t otherwise);
/* Which of the words, which end with NULL; -1: not there, or wrong. */
int	 api_word(struct api_query *, const char *name,
	    const char *const *words);
/* Its text, empty when not there; wrong when valid() says 0. */
struct km_bytes	 api_text(struct api_query *, const char *name,
	    int (*valid)(struct km_bytes), const char *expected);
/* 1 after a 400 with all that is wrong, else 0. Call once, as the last. */
int	 api_refused(struct answer *, struct api_query *);

/* A part of a list: size items from skip on. */
struct api_page {
	uint32_t	 number;	/* from 1 */
	uint32_t	 size;
	size_t		 skip;
};
/* From page and size. */
void	 api_page(struct api_page *, struct api_query *);
/*
 * What stands around a list: { environment, notice, epoch, page { number,
 * size, total }, links { self, previous, next } }.
 */
json_t	*api_list_new(const struct site *, const struct ask *,
	    const struct api_page *, size_t total);
/* Without page and links. */
json_t	*api_envelope(const struct site *);

/* The mark of args[0] at now; 0 after a 404. */
int	 api_mark_of(struct mark *, struct answer *, const struct site *,
	    const struct ask *, const char *number);

#endif
