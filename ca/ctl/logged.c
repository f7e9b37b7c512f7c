/* SPDX-License-Identifier: EUPL-1.2 */
/* Logged: whether what was carried out is public; see logged.h. */
#include <stdlib.h>
#include <string.h>

#include "ca/record/encode.h"
#include "ca/record/layout.h"
#include "ca/record/run.h"

#include "logged.h"
#include "progress.h"

enum {
	LEAF_MAX = 128,			/* bytes of a log leaf */
	BUNDLE_MAX = LAYOUT_TILE * (2 + LEAF_MAX),
	TILE_BYTES = LAYOUT_TILE * KM_HASH_LEN,
	ACT_MAX = OFFICERS_MAX + APPROVALS_MAX * (APPROVAL_MAX + 4) + 64,
	/* Roots of the bundles of 2^32 decisions. */
	ROOTS_MAX = (1 << 24) * KM_HASH_LEN
};

/* What the log must have at a place. */
struct entry {
	uint64_t	 index;
	const struct act *act;
	uint8_t		 hash[KM_HASH_LEN];	/* of decision, approvals */
	enum decision_kind kind;		/* 0: a list, of either kind */
};

/* The log as an epoch commits to it: roots of bundles of 256 leaves. */
struct logged {
	struct tree	*t;
	struct session	*s;
	struct entry	*entry;		/* by index */
	size_t		 n;
	uint8_t		 (*id)[KM_HASH_LEN];	/* of those that are decisions */
	size_t		*of;		/* i-th id is of this entry */
	size_t		 n_ids;
	uint64_t	 size;
	struct buf	 roots;
	struct buf	 bundle;
	struct km_bytes	 leaf[LAYOUT_TILE];	/* of the bundle at hand */
	size_t		 n_leaves;
};

static void
act_hash(uint8_t out[KM_HASH_LEN], struct km_bytes decision,
    const struct km_bytes *approval, size_t n)
{
	struct km_bytes	whole;
	struct buf	b;

	buf_init(&b, ACT_MAX);
	encode_act(&b, decision, approval, n);
	whole = (struct km_bytes){ b.p, b.len };
	km_sha256(out, &whole, 1);	/* too large: of nothing, no match */
	buf_free(&b);
}

static int
by_index(const void *a, const void *b)
{
	const struct entry	*x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

/* decision_fn: with what approvals it was carried out. */
static int
approved(void *arg, size_t i, const struct decision_view *v)
{
	struct logged	*l = arg;
	struct entry	*e = &l->entry[l->of[i]];

	e->kind = v->d.kind;
	act_hash(e->hash, v->d.bytes, v->approval, v->n_approvals);
	return CTL_DONE;
}

static int
entries_fill(struct logged *l, const struct acts *a)
{
	const struct act	*act;
	size_t			 i;

	for (i = 0; i < a->n; i++) {
		act = &a->act[i];
		if (act->state != ACT_DONE)
			continue;
		l->entry[l->n].index = act->log_index;
		l->entry[l->n++].act = act;
	}
	qsort(l->entry, l->n, sizeof(*l->entry), by_index);
	for (i = 0; i < l->n; i++) {
		act = l->entry[i].act;
		if (act->is_list)
			act_hash(l->entry[i].hash, (struct km_bytes){
			    act->bytes, act->decision_len }, NULL, 0);
		else {
			l->of[l->n_ids] = i;
			memcpy(l->id[l->n_ids++], act->id, KM_HASH_LEN);
		}
	}
	return session_decisions(l->s,
	    (const uint8_t (*)[KM_HASH_LEN])l->id, l->n_ids, approved, l);
}

static int
wrong(const struct logged *l, const char *path, const char *what)
{
	return say_error("%s/%s: %s", l->t->url, path, what);
}

/* Bundle k: its leaves apart, and the root of its subtree. */
static int
bundle_fetch(struct logged *l, uint64_t k, uint8_t root[KM_HASH_LEN])
{
	struct km_frontier	 f;
	char			 path[LAYOUT_PATH_MAX];
	uint8_t			 hash[KM_HASH_LEN];
	uint64_t		 left = l->size - k * LAYOUT_TILE;
	size_t			 at, n = 0, len;
	int			 rc;

	layout_tile(path, LAYOUT_ENTRIES, k, left < LAYOUT_TILE ?
	    (unsigned int)left : LAYOUT_TILE);
	buf_free(&l->bundle);
	if ((rc = tree_fetch(l->t, path, BUNDLE_MAX, &l->bundle)) != CTL_DONE)
		return rc;
	km_frontier_begin(&f);
	for (at = 0; n < LAYOUT_TILE && at + 2 <= l->bundle.len; at += len) {
		len = (size_t)l->bundle.p[at] << 8 | l->bundle.p[at + 1];
		at += 2;
		if (len > l->bundle.len - at)
			break;
		l->leaf[n].p = l->bundle.p + at;
		l->leaf[n].len = len;
		km_leaf_hash(hash, l->leaf[n++]);
		km_frontier_add(&f, hash);
	}
	l->n_leaves = n;
	km_frontier_root(root, &f);
	return at == l->bundle.len ? CTL_DONE :
	    wrong(l, path, "not a bundle of log leaves");
}

/* Roots of the full bundles: level 1 of the tiles. */
static int
roots_fetch(struct logged *l)
{
	struct buf	tile;
	char		path[LAYOUT_PATH_MAX];
	uint64_t	full = l->size / LAYOUT_TILE, from;
	unsigned int	width;
	int		rc;

	for (from = 0; from < full; from += width) {
		width = full - from < LAYOUT_TILE ?
		    (unsigned int)(full - from) : LAYOUT_TILE;
		layout_tile(path, 1, from / LAYOUT_TILE, width);
		rc = tree_fetch(l->t, path, TILE_BYTES, &tile);
		if (rc != CTL_DONE)
			return rc;
		if (tile.len != width * KM_HASH_LEN)
			rc = wrong(l, path, "not a tile of the log");
		else if (buf_add(&l->roots, tile.p, tile.len) == -1)
			rc = say_error("out of memory");
		buf_free(&tile);
		if (rc != CTL_DONE)
			return rc;
	}
	return CTL_DONE;
}

/* All roots, and that they lead to the log root of the epoch. */
static int
log_open(struct logged *l)
{
	uint8_t	root[KM_HASH_LEN];
	int	rc;

	l->size = l->t->epoch.log.size;
	if ((rc = roots_fetch(l)) != CTL_DONE)
		return rc;
	if (l->size % LAYOUT_TILE != 0) {
		rc = bundle_fetch(l, l->size / LAYOUT_TILE, root);
		if (rc != CTL_DONE)
			return rc;
		if (buf_add(&l->roots, root, KM_HASH_LEN) == -1)
			return say_error("out of memory");
	}
	run_root_of(root, l->roots.p, l->roots.len / KM_HASH_LEN);
	if (memcmp(root, l->t->epoch.log.root, KM_HASH_LEN) != 0)
		return wrong(l, "log", "its tiles do not lead to the log "
		    "root of the epoch");
	return CTL_DONE;
}

/* [1, kind, hash of decision and approvals, hash or nil] */
static int
leaf_is(struct km_bytes leaf, const struct entry *e)
{
	struct km_bytes	kind, hash;
	struct km_cbor	c;

	km_cbor_begin(&c, leaf.p, leaf.len);
	km_cbor_array(&c, 4, 4);
	km_cbor_uint(&c, 1, 1);
	kind = km_cbor_text(&c, 1, 32);
	hash = km_cbor_bytes(&c, KM_HASH_LEN, KM_HASH_LEN);
	if (!km_cbor_opt_null(&c))
		km_cbor_bytes(&c, KM_HASH_LEN, KM_HASH_LEN);
	return km_cbor_end(&c) == KM_OK &&
	    memcmp(hash.p, e->hash, KM_HASH_LEN) == 0 &&
	    ((int)e->kind == 0 || decision_kind_by_name(kind) == e->kind);
}

static int
entry_find(struct logged *l, const struct entry *e, uint64_t *at)
{
	uint8_t		root[KM_HASH_LEN];
	uint64_t	k = e->index / LAYOUT_TILE;
	char		hex[65];
	int		rc;

	if (*at != k) {
		if ((rc = bundle_fetch(l, k, root)) != CTL_DONE)
			return rc;
		if (memcmp(root, l->roots.p + k * KM_HASH_LEN,
		    KM_HASH_LEN) != 0)
			return wrong(l, "log", "a bundle is not the one that "
			    "the epoch commits to");
		*at = k;
	}
	if (e->index % LAYOUT_TILE < l->n_leaves &&
	    leaf_is(l->leaf[e->index % LAYOUT_TILE], e))
		return CTL_DONE;
	decision_id_hex(hex, e->act->id);
	return say_error("decision %s: the office says that it is number "
	    "%llu in the log, and in public that is another: it is NOT "
	    "known to be carried out; tell the other officers", hex,
	    (unsigned long long)e->index);
}

static int
entries_find(struct logged *l)
{
	struct progress	p;
	uint64_t	at = UINT64_MAX;
	size_t		i;
	int		rc = CTL_DONE;

	progress_begin(&p, "proving", l->n);
	for (i = 0; i < l->n && rc == CTL_DONE; i++) {
		rc = entry_find(l, &l->entry[i], &at);
		progress_at(&p, i + 1);
	}
	progress_end(&p);
	return rc;
}

static int
prove(struct tree *t, struct session *s, const struct acts *a)
{
	struct logged	l;
	int		rc;

	memset(&l, 0, sizeof(l));
	l.t = t;
	l.s = s;
	buf_init(&l.roots, ROOTS_MAX);
	l.entry = calloc(a->n, sizeof(*l.entry));
	l.id = calloc(a->n, sizeof(*l.id));
	l.of = calloc(a->n, sizeof(*l.of));
	if (l.entry == NULL || l.id == NULL || l.of == NULL)
		rc = say_error("out of memory");
	else if ((rc = entries_fill(&l, a)) == CTL_DONE &&
	    (rc = log_open(&l)) == CTL_DONE)
		rc = entries_find(&l);
	free(l.entry);
	free(l.id);
	free(l.of);
	buf_free(&l.roots);
	buf_free(&l.bundle);
	return rc;
}

int
logged_wait(struct tree *t, struct session *s, const struct acts *a)
{
	size_t	n = a->count[ACT_DONE];
	int	rc;

	rc = tree_wait(t, s, a->log_size);
	if (rc == CTL_DONE && (rc = prove(t, s, a)) == CTL_DONE) {
		printf("done: %zu carried out, public in epoch %u\n", n,
		    t->epoch.number);
		return CTL_DONE;
	}
	printf("%zu carried out, as the office says; not known whether it is "
	    "public\n", n);
	return rc == CTL_NONE || rc == CTL_UNREACHABLE ? CTL_DONE : rc;
}
