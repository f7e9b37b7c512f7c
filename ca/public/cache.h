/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Cache: answers that were made, until the next epoch or the moment at which
 * they are no longer true. Bounded in bytes and entries, what was not asked
 * for longest goes first; and in rooms, so that whoever makes up queries
 * pushes out other queries only.
 */
#ifndef PUBLIC_CACHE_H
#define PUBLIC_CACHE_H

#include "verifier/crypto.h"

#include "answer.h"

enum cache_room {
	CACHE_PATHS,			/* answers of a path alone */
	CACHE_QUERIES,			/* of a path and what was asked */
	CACHE_LARGE			/* larger than a part of those rooms */
};
enum { CACHE_ROOMS = 3, CACHE_ETAG_MAX = 40 };

struct kept {
	struct answer	 answer;	/* does not change any more */
	char		 etag[CACHE_ETAG_MAX];	/* strong, with its quotes */
	char		 etag_gzip[CACHE_ETAG_MAX];
	struct buf	 gzip;		/* empty: not tried, or no gain */
	int		 gzip_tried;
	/* for cache.c */
	struct cache	*cache;		/* NULL: in none any more */
	char		*key;
	enum cache_room	 room;
	unsigned int	 refs;
	size_t		 cost;
	struct kept	*next;		/* of its bucket */
	struct kept	*older, *newer;	/* of its room */
};

struct cache;
struct cache	*cache_new(void);	/* NULL: no memory */
void		 cache_free(struct cache *);	/* safe on NULL */

/* The answer of this key that is true at now, with a reference; or NULL. */
struct kept	*cache_get(struct cache *, const char *key, int64_t now);
/*
 * An answer, whose body becomes ours, with its tag and one reference, in no
 * cache; NULL: no memory. Any thread may make it and, as long as it is in no
 * cache, its gzip.
 */
struct kept	*kept_new(const char *key, int is_query, struct answer *);
/* Keep it; not what may not be kept (no-store), or has an empty key. */
void		 cache_add(struct cache *, struct kept *);
/* Both of these. */
struct kept	*cache_put(struct cache *, const char *key, int is_query,
		    struct answer *);
/* Can gzip be a gain? */
int		 kept_shrinks(const struct kept *);
/* The bytes of gzip, made once; empty: they are no gain. */
struct km_bytes	 kept_gzip(struct kept *);
void		 kept_ref(struct kept *);
void		 kept_unref(struct kept *);
/* Everything is out of date. */
void		 cache_drop(struct cache *);

/* For tests and bench. */
size_t		 cache_bytes(const struct cache *, enum cache_room);
size_t		 cache_entries(const struct cache *, enum cache_room);

#endif
