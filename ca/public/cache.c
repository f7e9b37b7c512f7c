/* SPDX-License-Identifier: EUPL-1.2 */
/* Cache: answers that were made; see cache.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "verifier/crypto.h"

#include "cache.h"

enum {
	BUCKETS = 4096,
	GZIP_LEAST = 1024,		/* below it no byte is won on the wire:
					 * headers and body fit one packet */
	GZIP_QUICK = 1024 * 1024,	/* above it compressed quickly */
	GZIP_WINDOW = 15 + 16		/* zlib.h: 16 writes gzip's header */
};

static const struct {
	size_t	bytes, entries, largest;
} limits[CACHE_ROOMS] = {
	[CACHE_PATHS] = { 12 << 20, 4096, 512 << 10 },
	[CACHE_QUERIES] = { 4 << 20, 1024, 512 << 10 },
	[CACHE_LARGE] = { 160 << 20, 16, (size_t)ANSWER_MAX + (1 << 20) }
};

struct room {
	struct kept	*oldest, *newest;
	size_t		 bytes, entries;
};

struct cache {
	struct kept	*bucket[BUCKETS];
	struct room	 room[CACHE_ROOMS];
};

struct cache *
cache_new(void)
{
	return calloc(1, sizeof(struct cache));
}

/* FNV-1a: who chooses keys can make a chain of a room's entries at most. */
static struct kept **
bucket_of(struct cache *c, const char *key)
{
	uint32_t	h = 2166136261u;

	for (; *key != '\0'; key++)
		h = (h ^ (uint8_t)*key) * 16777619u;
	return &c->bucket[(h ^ h >> 16) % BUCKETS];
}

void
kept_ref(struct kept *k)
{
	k->refs++;
}

void
kept_unref(struct kept *k)
{
	if (k == NULL || --k->refs > 0)
		return;
	answer_free(&k->answer);
	buf_free(&k->gzip);
	free(k->key);
	free(k);
}

static void
room_unlink(struct room *r, struct kept *k)
{
	if (k->older != NULL)
		k->older->newer = k->newer;
	else
		r->oldest = k->newer;
	if (k->newer != NULL)
		k->newer->older = k->older;
	else
		r->newest = k->older;
	k->older = k->newer = NULL;
}

static void
room_link(struct room *r, struct kept *k)
{
	k->older = r->newest;
	k->newer = NULL;
	if (r->newest != NULL)
		r->newest->newer = k;
	else
		r->oldest = k;
	r->newest = k;
}

/* Out of the cache; who has a reference keeps it. */
static void
forget(struct cache *c, struct kept *k)
{
	struct kept	**at = bucket_of(c, k->key);
	struct room	 *r = &c->room[k->room];

	while (*at != k)
		at = &(*at)->next;
	*at = k->next;
	room_unlink(r, k);
	r->bytes -= k->cost;
	r->entries--;
	k->cache = NULL;
	kept_unref(k);
}

static void
room_fit(struct cache *c, enum cache_room room, size_t more, size_t one)
{
	struct room	*r = &c->room[room];

	while (r->oldest != NULL && (r->bytes + more > limits[room].bytes ||
	    r->entries + one > limits[room].entries))
		forget(c, r->oldest);
}

void
cache_drop(struct cache *c)
{
	size_t	i;

	for (i = 0; i < CACHE_ROOMS; i++)
		while (c->room[i].oldest != NULL)
			forget(c, c->room[i].oldest);
}

void
cache_free(struct cache *c)
{
	if (c == NULL)
		return;
	cache_drop(c);
	free(c);
}

struct kept *
cache_get(struct cache *c, const char *key, int64_t now)
{
	struct kept	*k;

	for (k = *bucket_of(c, key); k != NULL; k = k->next)
		if (strcmp(k->key, key) == 0)
			break;
	if (k == NULL)
		return NULL;
	if (k->answer.until != 0 && now >= k->answer.until) {
		forget(c, k);
		return NULL;
	}
	room_unlink(&c->room[k->room], k);
	room_link(&c->room[k->room], k);
	kept_ref(k);
	return k;
}

/* Of the bytes and of what they are: equal on any machine. */
static void
etag_make(struct kept *k)
{
	const struct answer	*a = &k->answer;
	const char		*type = a->type == NULL ? "" : a->type;
	struct km_bytes		 all[2] = {
		{ (const uint8_t *)type, strlen(type) },
		{ a->body.p, a->body.len }
	};
	uint8_t			 hash[KM_HASH_LEN];
	char			 hex[33];
	size_t			 i;

	km_sha256(hash, all, 2);
	for (i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	snprintf(k->etag, sizeof(k->etag), "\"%s\"", hex);
	snprintf(k->etag_gzip, sizeof(k->etag_gzip), "\"%s-g\"", hex);
}

static void
insert(struct cache *c, struct kept *k)
{
	struct kept	**at = bucket_of(c, k->key);

	room_fit(c, k->room, k->cost, 1);
	k->cache = c;
	k->next = *at;
	*at = k;
	room_link(&c->room[k->room], k);
	c->room[k->room].bytes += k->cost;
	c->room[k->room].entries++;
	kept_ref(k);
}

struct kept *
kept_new(const char *key, int is_query, struct answer *a)
{
	struct kept	*k;

	if ((k = calloc(1, sizeof(*k))) == NULL ||
	    (k->key = strdup(key)) == NULL) {
		free(k);
		return NULL;
	}
	k->answer = *a;
	memset(&a->body, 0, sizeof(a->body));
	k->refs = 1;
	buf_init(&k->gzip, ANSWER_MAX);
	etag_make(k);
	k->room = is_query ? CACHE_QUERIES : CACHE_PATHS;
	return k;
}

void
cache_add(struct cache *c, struct kept *k)
{
	struct kept	*old;

	if (k->key[0] == '\0' || k->answer.status >= 500 ||
	    (k->answer.cache != NULL &&
	    strcmp(k->answer.cache, "no-store") == 0))
		return;
	k->cost = sizeof(*k) + strlen(k->key) + 1 + k->answer.body.cap +
	    k->gzip.cap;
	if (k->cost > limits[k->room].largest)
		k->room = CACHE_LARGE;
	for (old = *bucket_of(c, k->key); old != NULL; old = old->next)
		if (strcmp(old->key, k->key) == 0) {
			forget(c, old);
			break;
		}
	insert(c, k);
}

struct kept *
cache_put(struct cache *c, const char *key, int is_query, struct answer *a)
{
	struct kept	*k = kept_new(key, is_query, a);

	if (k != NULL)
		cache_add(c, k);
	return k;
}

/* What shrinks; pictures, archives and signed bytes do not. */
static int
is_text(const char *type)
{
	static const char *const	like[] = {
		"text/", "application/json", "application/problem+json",
		"application/xml", "application/atom+xml", "application/wasm",
		"application/cloudevents", "application/vnd.oai",
		"application/manifest+json", "image/svg+xml",
		"application/geo+json", "application/ld+json"
	};
	size_t				i;

	for (i = 0; type != NULL && i < sizeof(like) / sizeof(like[0]); i++)
		if (strncmp(type, like[i], strlen(like[i])) == 0)
			return 1;
	return 0;
}

/* The same bytes always: the header has no name and no time in it. */
static int
deflate_whole(struct buf *out, const struct buf *in)
{
	z_stream	z;
	int		rc;

	memset(&z, 0, sizeof(z));
	if (deflateInit2(&z, in->len > GZIP_QUICK ? 1 : 6, Z_DEFLATED,
	    GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return -1;
	z.next_in = in->p;
	z.avail_in = (uInt)in->len;
	if (buf_reserve(out, deflateBound(&z, (uLong)in->len)) == -1) {
		deflateEnd(&z);
		return -1;
	}
	z.next_out = out->p;
	z.avail_out = (uInt)out->cap;
	rc = deflate(&z, Z_FINISH);
	out->len = rc == Z_STREAM_END ? (size_t)z.total_out : 0;
	deflateEnd(&z);
	return rc == Z_STREAM_END ? 0 : -1;
}

/* Give back what was reserved and not needed. */
static void
trim(struct buf *b)
{
	uint8_t	*p;

	if (b->len > 0 && (p = realloc(b->p, b->len)) != NULL) {
		b->p = p;
		b->cap = b->len;
	}
}

int
kept_shrinks(const struct kept *k)
{
	return k->answer.body.len >= GZIP_LEAST && is_text(k->answer.type) &&
	    (!k->gzip_tried || k->gzip.len > 0);
}

int
kept_gzip(struct kept *k)
{
	const struct buf	*body = &k->answer.body;

	if (k->gzip_tried || !kept_shrinks(k))
		return k->gzip.len > 0;
	k->gzip_tried = 1;
	if (deflate_whole(&k->gzip, body) == -1 ||
	    k->gzip.len > body->len / 10 * 9) {
		buf_free(&k->gzip);
		return 0;
	}
	trim(&k->gzip);
	if (k->cache != NULL) {
		/* It is the newest of its room: the others make room. */
		k->cost += k->gzip.cap;
		k->cache->room[k->room].bytes += k->gzip.cap;
		room_fit(k->cache, k->room, 0, 0);
	}
	return 1;
}

size_t
cache_bytes(const struct cache *c, enum cache_room room)
{
	return c->room[room].bytes;
}

size_t
cache_entries(const struct cache *c, enum cache_room room)
{
	return c->room[room].entries;
}
