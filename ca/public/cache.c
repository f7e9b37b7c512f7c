/* SPDX-License-Identifier: EUPL-1.2 */
/* Cache: answers that were made; see cache.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verifier/crypto.h"

#include "cache.h"
#include "pack.h"

enum {
	BUCKETS = 4096,
	GZIP_LEAST = 1024,		/* below it no byte is won on the wire:
					 * headers and body fit one packet */
	GZIP_QUICK = 1024 * 1024	/* above it compressed quickly */
};

static const struct {
	size_t	bytes, entries, largest;
} limits[CACHE_ROOMS] = {
	[CACHE_PATHS] = { 12 << 20, 4096, 512 << 10 },
	[CACHE_QUERIES] = { 4 << 20, 1024, 512 << 10 },
	[CACHE_LARGE] = { 24 << 20, 16, 24 << 20 }
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
	a->pack = NULL;
	k->refs = 1;
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
	if (k->cost > limits[k->room].largest)
		return;
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

int
kept_shrinks(const struct kept *k)
{
	return k->answer.unpacked > 0 || (is_text(k->answer.type) &&
	    k->answer.body.len >= GZIP_LEAST &&
	    (!k->gzip_tried || k->gzip.len > 0));
}

static void
gzip_make(struct kept *k)
{
	const struct buf	*body = &k->answer.body;
	struct pack		*p;
	size_t			 len;

	if ((p = pack_new(body->len > GZIP_QUICK ? 1 : 6, ANSWER_MAX)) == NULL)
		return;
	if (pack_add(p, body->p, body->len) == -1)
		pack_free(p);
	else if (pack_end(p, &k->gzip, &len) == 0 && k->gzip.len >
	    body->len / 10 * 9)
		buf_free(&k->gzip);
}

struct km_bytes
kept_gzip(struct kept *k)
{
	const struct buf	*body = &k->answer.body;

	if (k->answer.unpacked > 0)
		return (struct km_bytes){ body->p, body->len };
	if (!k->gzip_tried && kept_shrinks(k)) {
		k->gzip_tried = 1;
		gzip_make(k);
		if (k->cache != NULL) {
			/* The newest of its room: others make room. */
			k->cost += k->gzip.cap;
			k->cache->room[k->room].bytes += k->gzip.cap;
			room_fit(k->cache, k->room, 0, 0);
		}
	}
	return (struct km_bytes){ k->gzip.p, k->gzip.len };
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
