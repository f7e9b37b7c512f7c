/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Answer: what a path of the public side says, apart from how it is asked. A
 * maker turns an ask into an answer from the site alone: the same site, ask
 * and time give the same bytes, so that an answer can be kept, compared by
 * its tag, and written to a file by the export.
 */
#ifndef PUBLIC_ANSWER_H
#define PUBLIC_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "ca/base/buf.h"

enum {
	ASK_PATH_MAX = 256,		/* bytes, as sent */
	ASK_PARAMS_MAX = 16,
	ASK_VALUE_MAX = 256,		/* bytes of a value, decoded */
	ANSWER_MAX = 32 * 1024 * 1024,	/* bytes of a body; of 100,000 marks
					 * as JSON 72 MB, packed a tenth */
	ANSWER_PART = 256 * 1024
};

enum lang { LANG_NL, LANG_EN };

struct ask_param {
	char	 name[32];
	char	 value[ASK_VALUE_MAX + 1];	/* UTF-8 of the repertoire */
};

struct ask {
	const char	*path;		/* begins with "/", never escaped */
	enum lang	 lang;		/* of the path: /en/... is LANG_EN */
	size_t		 n;
	struct ask_param param[ASK_PARAMS_MAX];
	int64_t		 now;		/* seconds since 1970 */
};

enum {
	ANSWER_NOINDEX = 1,	/* X-Robots-Tag: noindex */
	ANSWER_EMBED = 2,	/* other sites may show it (badges) */
	ANSWER_OPEN = 4,	/* CORS: anyone may read it */
	ANSWER_PAGE = 8,	/* a page for people: the CSP of pages */
	ANSWER_API = 16,	/* of /v1: API-Version and its headers */
	ANSWER_WASM = 32,	/* a page that runs our WebAssembly */
	ANSWER_SLOW = 64	/* takes long to make: in the worker */
};

struct answer {
	int		 status;	/* HTTP; 200 at first */
	const char	*type;		/* media type, constant */
	const char	*cache;		/* Cache-Control, constant */
	unsigned int	 flags;
	int64_t		 until;		/* good as it is until then, when a mark
					 * expires or begins; 0: until the next
					 * epoch */
	char		 file[80];	/* of a download; empty: shown */
	char		 location[512];	/* of 3xx; no control characters */
	struct buf	 body;
	struct pack	*pack;		/* what was in body before; or NULL */
	size_t		 unpacked;	/* once made: body is gzip of so many
					 * bytes; 0: it is as it is */
};

/* The value of a parameter, or NULL when it is not there. */
const char	*ask_value(const struct ask *, const char *name);

/*
 * Take the parameters of a query (NULL: none). words: the names that this
 * path knows, with a space between, or "*" for any; another is left out, or
 * with strict refused. NULL, or what was expected: then it is a 400.
 */
const char	*ask_query(struct ask *, const char *words, int strict,
		    const char *query);

/* 200, nothing in it. Ends with answer_free(). */
void		 answer_init(struct answer *);
void		 answer_free(struct answer *);	/* safe on zeroed */
/* Between two parts of what may be large: what there is so far is packed. */
void		 answer_part(struct answer *);
/* It has been made: a problem in its place when it did not fit. */
void		 answer_end(struct answer *, const char *path);

/*
 * A problem (RFC 9457) in place of whatever is in it; type is about:blank,
 * title and detail are UTF-8 and escaped here. Cache-Control: no-store.
 */
void		 answer_problem(struct answer *, int status,
		    const char *title, const char *detail);
void		 answer_redirect(struct answer *, int status,
		    const char *location);

#endif
