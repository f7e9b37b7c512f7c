/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Pack: bytes as gzip (RFC 1952), as they come, so that what is large is
 * never in memory as it is; and back, a piece at a time.
 */
#ifndef PUBLIC_PACK_H
#define PUBLIC_PACK_H

#include "ca/base/buf.h"
#include "verifier/crypto.h"

struct pack;
/* The level is zlib's; at most max bytes of gzip. NULL: no memory. */
struct pack	*pack_new(int level, size_t max);
/* 0, or -1: no memory, or more than max; which sticks. */
int		 pack_add(struct pack *, const void *, size_t);
/*
 * All of it to gzip, which is initialised here and the caller's; *len: how
 * much it is unpacked. 0, or -1 as above. The same bytes always: no name and
 * no time are in it. Ends pack.
 */
int		 pack_end(struct pack *, struct buf *gzip, size_t *len);
void		 pack_free(struct pack *);	/* safe on NULL */

struct unpack;
/* gzip stays where it is. NULL: no memory. */
struct unpack	*unpack_new(struct km_bytes gzip);
/* The next at most size bytes; how many. 0: no more, or not gzip. */
size_t		 unpack_next(struct unpack *, void *, size_t size);
void		 unpack_free(struct unpack *);	/* safe on NULL */

#endif
