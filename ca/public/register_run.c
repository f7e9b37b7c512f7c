/* SPDX-License-Identifier: EUPL-1.2 */
/* A run of the register, verified; see register_run.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/layout.h"
#include "ca/record/number.h"
#include "ca/record/run.h"
#include "verifier/siphash.h"

#include "alike.h"
#include "register_run.h"

enum {
	LINES_MAX = KM_RUN_LEAVES * KM_LINES_MAX,
	/* Of a leaf: 4 of the holder, 8 hosts, 6 names. */
	KEYS_MAX = KM_RUN_LEAVES * 18,
	/* Of a leaf: place, 6 names, 8 hosts, each with what and length. */
	NAMES_MAX = KM_RUN_LEAVES * 15 * (3 + ALIKE_MAX),
	SLOTS = 32768			/* for words; LINES_MAX fits half */
};

/* Only while a run is read. */
struct scratch {
	struct grams_build grams;
	uint16_t	 service[SLOTS];	/* word and 1; 0: none */
	uint16_t	 place[SLOTS];
};

struct run *
run_share(struct run *r)
{
	r->refs++;
	return r;
}

static void
words_init(struct run_words *w)
{
	buf_init(&w->text, LINES_MAX * ALIKE_MAX);
	buf_init(&w->at, LINES_MAX * sizeof(uint32_t));
}

static void
words_free(struct run_words *w)
{
	buf_free(&w->text);
	buf_free(&w->at);
}

void
run_drop(struct run *r)
{
	if (r == NULL || --r->refs > 0)
		return;
	mapped_close(&r->file);
	free(r->leaf);
	grams_free(r->grams);
	buf_free(&r->lines);
	buf_free(&r->keys);
	buf_free(&r->events);
	buf_free(&r->names);
	free(r->names_at);
	words_free(&r->services);
	words_free(&r->places);
	free(r);
}

static const char *
word_text(const struct run_words *w, size_t i)
{
	const uint32_t	*at = (const void *)w->at.p;

	return (const char *)w->text.p + at[i];
}

static size_t
words_n(const struct run_words *w)
{
	return w->at.len / sizeof(uint32_t);
}

uint16_t
run_word(const struct run_words *w, const char *text)
{
	size_t	i, n = words_n(w);

	for (i = 0; i < n; i++)
		if (strcmp(word_text(w, i), text) == 0)
			return (uint16_t)i;
	return NO_WORD;
}

/* The word, added when it is new. */
static uint16_t
word_add(struct run_words *w, uint16_t slot[SLOTS], const char *text,
    size_t len)
{
	uint64_t	h;
	uint32_t	at = (uint32_t)w->text.len;
	size_t		i;

	h = km_siphash(0, 0, (struct km_bytes){ (const void *)text, len });
	for (i = h % SLOTS; slot[i] != 0; i = (i + 1) % SLOTS)
		if (strcmp(word_text(w, slot[i] - 1u), text) == 0)
			return (uint16_t)(slot[i] - 1);
	buf_add(&w->text, text, len);
	buf_add(&w->text, "", 1);
	buf_add(&w->at, &at, sizeof(at));
	if (w->text.failed != 0 || w->at.failed != 0)
		return NO_WORD;
	slot[i] = (uint16_t)words_n(w);
	return (uint16_t)(slot[i] - 1);
}

static uint32_t
key_hash(const struct run *r, enum run_by by, struct km_bytes key)
{
	return (uint32_t)km_siphash(r->secret[0], r->secret[1] ^ by, key);
}

/* Twice the same of one leaf is found once. */
static void
key_add(struct run *r, uint32_t leaf, enum run_by by, const char *text,
    size_t len)
{
	struct run_key	 key, *k;
	size_t		 i;

	if (len == 0)
		return;
	key.hash = key_hash(r, by, (struct km_bytes){ (const void *)text,
	    len });
	key.leaf = (uint16_t)leaf;
	key.by = (uint16_t)by;
	k = (void *)r->keys.p;
	for (i = r->keys.len / sizeof(key); i > 0 && k[i - 1].leaf == leaf;
	    i--)
		if (k[i - 1].hash == key.hash && k[i - 1].by == by)
			return;
	buf_add(&r->keys, &key, sizeof(key));
}

/* NTRNL-12345678 and NLNHR.12345678 are found by 12345678. */
size_t
run_holder_key(char *out, struct km_bytes s)
{
	size_t	len = alike_id(out, s);

	if (len == 13 && (memcmp(out, "NTRNL", 5) == 0 ||
	    memcmp(out, "NLNHR", 5) == 0)) {
		memmove(out, out + 5, 9);
		len = 8;
	}
	return len;
}

struct km_bytes
run_host_key(struct km_bytes host)
{
	struct km_bytes	rest = { host.p + 4, host.len - 4 };

	if (host.len > 4 && memcmp(host.p, "www.", 4) == 0 &&
	    memchr(rest.p, '.', rest.len) != NULL)
		return rest;
	return host;
}

/* What it is, two bytes of its length, text. */
static void
near_add(struct run *r, struct scratch *s, uint32_t i, enum run_name what,
    const struct alike *a)
{
	uint8_t	head[3] = { (uint8_t)what, (uint8_t)a->len,
		    (uint8_t)(a->len >> 8) };

	grams_add(&s->grams, (uint16_t)i, a);
	buf_add(&r->names, head, sizeof(head));
	buf_add(&r->names, a->text, a->len);
}

enum run_name
run_name_next(const struct run *r, uint32_t i, uint32_t *at,
    struct km_bytes *text)
{
	const uint8_t	*p = r->names.p + r->names_at[i] + *at;

	if (r->names_at[i] + *at == r->names_at[i + 1])
		return 0;
	text->p = p + 3;
	text->len = p[1] | (size_t)p[2] << 8;
	*at += 3 + (uint32_t)text->len;
	return p[0];
}

static void
name_add(struct run *r, struct scratch *s, uint32_t i, struct km_bytes name)
{
	struct alike	a;
	size_t		k, len = 0;

	alike_name(&a, name);
	near_add(r, s, i, RUN_NAME, &a);
	for (k = 0; k < a.len; k++)
		if (a.text[k] != ' ')
			a.text[len++] = a.text[k];
	key_add(r, i, RUN_BY_NAME, a.text, len);
}

void
run_host_words(struct alike *out, struct km_bytes host)
{
	char	text[ALIKE_HOST_MAX];
	size_t	i, len = 0;

	host = run_host_key(host);
	for (i = 0; i < host.len && i < sizeof(text); i++) {
		if (host.p[i] == '.')
			len = i;
		text[i] = host.p[i] == '.' ? ' ' : (char)host.p[i];
	}
	alike_name(out, (struct km_bytes){ (const void *)text, len });
}

static void
host_add(struct run *r, struct scratch *s, uint32_t i, struct km_bytes host)
{
	struct alike	a;

	run_host_words(&a, host);
	near_add(r, s, i, RUN_HOST, &a);
	host = run_host_key(host);
	key_add(r, i, RUN_BY_HOST, (const char *)host.p, host.len);
}

/* All by which it is found: number apart, which is in the leaf. */
static void
keys_add(struct run *r, struct scratch *s, uint32_t i,
    const struct km_attestation *a)
{
	const struct km_bytes	holder[] = { a->kvk, a->sub, a->euid, a->lei };
	struct alike		place;
	char			id[ALIKE_ID_MAX];
	size_t			k;

	for (k = 0; k < 4; k++)
		key_add(r, i, RUN_BY_HOLDER, id, run_holder_key(id,
		    holder[k]));
	alike_place_name(&place, a->place);
	near_add(r, s, i, RUN_PLACE, &place);
	name_add(r, s, i, a->legal_name);
	for (k = 0; k < a->n_trade_names; k++)
		name_add(r, s, i, a->trade_name[k]);
	for (k = 0; k < a->n_hosts; k++)
		host_add(r, s, i, a->host[k]);
	r->names_at[i + 1] = (uint32_t)r->names.len;
}

static void
lines_add(struct run *r, struct scratch *s, const struct km_attestation *a)
{
	const struct km_line	*l;
	struct run_line		 line;
	char			 code[40];
	size_t			 i;

	for (i = 0; i < a->n_lines; i++) {
		l = &a->line[i];
		line.claim = (uint8_t)l->claim;
		line.level = (uint8_t)l->level;
		line.service = NO_WORD;
		if (l->service.len > 0 && l->service.len < sizeof(code)) {
			memcpy(code, l->service.p, l->service.len);
			code[l->service.len] = '\0';
			line.service = word_add(&r->services, s->service,
			    code, l->service.len);
		}
		buf_add(&r->lines, &line, sizeof(line));
	}
}

static void
events_add(struct run *r, uint32_t i, const struct km_register_leaf *leaf)
{
	struct run_event	e;
	size_t			k;

	memset(&e, 0, sizeof(e));
	e.leaf = (uint16_t)i;
	for (k = 0; k < leaf->n; k++) {
		e.at = leaf->event[k].at;
		e.nth = (uint16_t)k;
		buf_add(&r->events, &e, sizeof(e));
	}
}

static enum km_err
leaf_take(struct run *r, struct scratch *s, uint32_t i, struct km_bytes bytes,
    const uint8_t hash[KM_HASH_LEN])
{
	struct km_register_leaf	leaf;
	struct km_attestation	a;
	struct km_sign1		sign1;
	struct run_leaf		*out = &r->leaf[i];
	unsigned int		year, seq;
	enum km_err		err;
	char			place[ALIKE_MAX];

	if ((err = km_register_leaf_decode(&leaf, bytes.p, bytes.len)) !=
	    KM_OK || (err = km_attestation_decode(&a, &sign1,
	    leaf.attestation.p, leaf.attestation.len)) != KM_OK)
		return err;
	if (leaf.index != r->first + i)
		return KM_ERR_ORDER;
	if ((a.shard << 16 | a.idx) != leaf.index)
		return KM_ERR_MISMATCH;
	if (number_parse(a.number, &year, &seq) == -1)
		return KM_ERR_VALUE;
	out->number = (uint64_t)year << 20 | seq;
	out->nbf = a.nbf;
	out->exp = a.exp;
	out->at = (uint32_t)(bytes.p - r->file.p);
	out->len = (uint16_t)bytes.len;
	out->status = (uint8_t)leaf.status;
	out->line = (uint32_t)(r->lines.len / sizeof(struct run_line));
	out->n_lines = (uint8_t)a.n_lines;
	memcpy(out->hash, hash, sizeof(out->hash));
	lines_add(r, s, &a);
	out->place = word_add(&r->places, s->place, place,
	    alike_place(place, a.place));
	keys_add(r, s, i, &a);
	events_add(r, i, &leaf);
	return r->events.failed != 0 || r->keys.failed != 0 || r->lines.failed != 0 ||
	    r->places.at.failed != 0 || r->places.text.failed != 0 ||
	    r->services.at.failed != 0 || r->services.text.failed != 0 ||
	    r->names.failed != 0 ?
	    KM_ERR_FULL : KM_OK;
}

static enum km_err
leaves_take(struct run *r, struct scratch *s)
{
	struct km_frontier	tree;
	struct km_cbor		d;
	struct km_bytes		bytes;
	uint8_t			hash[KM_HASH_LEN];
	enum km_err		err;
	uint32_t		i;

	km_frontier_begin(&tree);
	km_cbor_begin(&d, r->file.p, r->file.len);
	for (i = 0; i < r->n; i++) {
		bytes = km_register_next(&d);
		if (d.err != KM_OK)
			return d.err;
		if (bytes.len == 0)
			return KM_ERR_TRUNCATED;
		if (bytes.len > RUN_LEAF_MAX)
			return KM_ERR_LIMIT;
		km_leaf_hash(hash, bytes);
		km_frontier_add(&tree, hash);
		if ((err = leaf_take(r, s, i, bytes, hash)) != KM_OK)
			return err;
	}
	if ((err = km_cbor_end(&d)) != KM_OK)
		return err;
	km_frontier_root(hash, &tree);
	return memcmp(hash, r->root, KM_HASH_LEN) == 0 ? KM_OK : KM_ERR_PROOF;
}

static int
by_hash(const void *a, const void *b)
{
	const struct run_key	*x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	if (x->by != y->by)
		return x->by < y->by ? -1 : 1;
	return x->leaf < y->leaf ? -1 : x->leaf > y->leaf;
}

static int
by_time(const void *a, const void *b)
{
	const struct run_event	*x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->leaf != y->leaf)
		return x->leaf < y->leaf ? -1 : 1;
	return x->nth < y->nth ? -1 : x->nth > y->nth;
}

/* No more memory than what is in it; failing, it stays as large as it is. */
static void
fit(struct buf *b)
{
	void	*p;

	if (b->len > 0 && (p = realloc(b->p, b->len)) != NULL) {
		b->p = p;
		b->cap = b->len;
	}
}

static void
fit_all(struct run *r)
{
	fit(&r->lines);
	fit(&r->keys);
	fit(&r->events);
	fit(&r->names);
	fit(&r->services.text);
	fit(&r->services.at);
	fit(&r->places.text);
	fit(&r->places.at);
}

static struct run *
run_new(const uint8_t root[KM_HASH_LEN], uint32_t first, uint32_t n)
{
	struct run	*r;
	size_t		 i;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->refs = 1;
	memcpy(r->root, root, KM_HASH_LEN);
	/* Who chooses a name cannot know it: his name is in the root. */
	for (i = 0; i < 8; i++) {
		r->secret[0] |= (uint64_t)root[i] << 8 * i;
		r->secret[1] |= (uint64_t)root[8 + i] << 8 * i;
	}
	r->first = first;
	r->n = n;
	buf_init(&r->lines, LINES_MAX * sizeof(struct run_line));
	buf_init(&r->keys, KEYS_MAX * sizeof(struct run_key));
	buf_init(&r->events, KM_RUN_LEAVES * KM_EVENTS_MAX *
	    sizeof(struct run_event));
	buf_init(&r->names, NAMES_MAX);
	words_init(&r->services);
	words_init(&r->places);
	r->leaf = calloc(n, sizeof(*r->leaf));
	r->names_at = calloc((size_t)n + 1, sizeof(uint32_t));
	if (r->leaf == NULL || r->names_at == NULL) {
		run_drop(r);
		return NULL;
	}
	return r;
}

struct run *
run_open(const struct files *files, const uint8_t root[KM_HASH_LEN],
    uint32_t first, uint32_t n)
{
	struct run	*r;
	struct scratch	*s = NULL;
	enum km_err	 err;
	char		 name[LAYOUT_PATH_MAX];

	layout_run(name, root);
	if ((r = run_new(root, first, n)) == NULL ||
	    (s = calloc(1, sizeof(*s))) == NULL) {
		log_warn("%s", name);
		run_drop(r);
		return NULL;
	}
	grams_begin(&s->grams);
	if (mapped_open(&r->file, files, name, RUN_MAX) == -1) {
		log_warn("%s: expected a run of the register", name);
		err = KM_ERR_MISSING;
	} else if ((err = leaves_take(r, s)) != KM_OK)
		log_warnx("%s: does not count: %s", name, km_err_name(err));
	if ((r->grams = grams_end(&s->grams)) == NULL && err == KM_OK) {
		log_warnx("%s: no memory", name);
		err = KM_ERR_FULL;
	}
	free(s);
	if (err != KM_OK) {
		run_drop(r);
		return NULL;
	}
	qsort(r->keys.p, r->keys.len / sizeof(struct run_key),
	    sizeof(struct run_key), by_hash);
	qsort(r->events.p, r->events.len / sizeof(struct run_event),
	    sizeof(struct run_event), by_time);
	fit_all(r);
	return r;
}

int
run_next(const struct run *r, uint32_t *at, enum run_by by,
    struct km_bytes key)
{
	const struct run_key	*k = (const void *)r->keys.p;
	uint32_t		 n, lo = 0, hi, mid, hash;

	hash = key_hash(r, by, key);
	hi = n = (uint32_t)(r->keys.len / sizeof(*k));
	if (*at > 0)
		lo = *at;
	else
		while (lo < hi) {
			mid = lo + (hi - lo) / 2;
			if (k[mid].hash < hash)
				lo = mid + 1;
			else
				hi = mid;
		}
	for (; lo < n && k[lo].hash == hash; lo++)
		if (k[lo].by == by) {
			*at = lo + 1;
			return (int)k[lo].leaf;
		}
	return -1;
}

static int
changed(struct run *r)
{
	char	name[LAYOUT_PATH_MAX];

	if (!r->broken) {
		layout_run(name, r->root);
		log_warnx("%s: was written into while we serve it; expected"
		    " files that are replaced by rename; what changed is not"
		    " shown", name);
	}
	r->broken = 1;
	return -1;
}

int
run_read(struct run *r, uint32_t i, struct km_register_leaf *leaf,
    struct km_attestation *a)
{
	const struct run_leaf	*l = &r->leaf[i];
	struct km_bytes		 bytes = { r->file.p + l->at, l->len };
	struct km_register_leaf	 mine;
	struct km_sign1		 sign1;
	uint8_t			 hash[KM_HASH_LEN];

	km_leaf_hash(hash, bytes);
	if (memcmp(hash, l->hash, sizeof(l->hash)) != 0)
		return changed(r);
	if (leaf == NULL)
		leaf = &mine;
	if (km_register_leaf_decode(leaf, bytes.p, bytes.len) != KM_OK)
		return changed(r);
	if (a != NULL && km_attestation_decode(a, &sign1, leaf->attestation.p,
	    leaf->attestation.len) != KM_OK)
		return changed(r);
	return 0;
}
