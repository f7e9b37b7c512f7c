/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reply: what is said in HTTP with an answer or a file (RFC 9110, 9111):
 * whether it is sent at all (304), which part of it, in which coding, and
 * under which headers.
 */
#ifndef PUBLIC_REPLY_H
#define PUBLIC_REPLY_H

#include "answer.h"
#include "cache.h"

struct evhttp_request;

struct reply {
	int		 status;
	const char	*type, *cache;
	unsigned int	 flags;		/* ANSWER_ */
	const char	*lang;		/* Content-Language, or NULL */
	const char	*etag;		/* strong; NULL: not compared */
	int64_t		 modified;	/* 0: not known */
	const void	*p;		/* len bytes; or of fd when not -1, */
	size_t		 len;		/* which becomes reply's */
	int		 fd;
	size_t		 unpacked;	/* p is gzip of so many bytes, and they
					 * are what is said; 0: p is it */
};

/* Without anything: 200, no file. */
void	 reply_init(struct reply *);
/*
 * Answer with it. kept, or NULL: where p is from; it may be gzipped instead.
 * is_demo: of a demonstration or exercise, which nobody is to find.
 */
void	 reply_send(struct evhttp_request *, struct reply *, struct kept *,
	    int is_demo);
/* With what was made and kept. */
void	 reply_kept(struct evhttp_request *, struct kept *, enum lang,
	    int64_t modified, int is_demo);

#endif
