/* SPDX-License-Identifier: EUPL-1.2 */
/* Badge; see badge.h. */
#include <sys/mman.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/file.h"
#include "ca/base/log.h"
#include "ca/record/encode.h"
#include "ca/record/layout.h"
#include "ca/record/published.h"
#include "ca/record/run.h"
#include "ca/record/staple.h"
#include "verifier/cbor.h"

#include "badge.h"

enum {
	DAY = 86400,
	LISTS_MAX = 16		/* that are read for one badge: a million marks */
};

/* What a badge is put together from. */
struct making {
	const struct site *site;
	const struct mark_attestation *of;
	struct km_badge	 badge;
	struct buf	 list;
	struct buf	 path, hashes, events;	/* hashes: path as CBOR */
	struct buf	 list_path, list_hashes; /* likewise, of the list */
	struct km_register_leaf leaf;
	uint8_t		 leaf_hash[KM_RUN_LEAVES][KM_HASH_LEN];
	size_t		 n;		/* leaves in its run */
};

/* A file of the tree, into a buffer of our own. */
static int
take_file(struct buf *out, struct making *m, const char *name, int once)
{
	struct file	*f = files_get(m->site->files, name, once);
	int		 rc = -1;

	if (f != NULL && f->fd == -1)
		rc = buf_add(out, f->data.p, f->data.len);
	else if (f != NULL) {
		rc = file_read_fd(out, f->fd);
		close(f->fd);
	}
	if (rc == -1)
		log_warn("badge: %s", name);
	return rc;
}

/* The status list, and what it says of this one. */
static int
take_list(struct badge *b, struct making *m)
{
	struct published_list	*l;
	struct km_bytes		 bytes;
	char			 name[LAYOUT_PATH_MAX];
	uint32_t		 shard = m->of->index >> LAYOUT_SHARD_BITS;
	int			 good;

	layout_status(name, shard);
	if (take_file(&m->list, m, name, 0) == -1 ||
	    (l = malloc(sizeof(*l))) == NULL)
		return -1;
	bytes = (struct km_bytes){ m->list.p, m->list.len };
	good = view_open(l, m->site->view, shard, bytes);
	if (good) {
		b->status = published_status(l->entries, m->of->index);
		b->day = l->iat / DAY;
		m->badge.status = bytes;
	} else
		log_warnx("badge: %s: not a list in force", name);
	free(l);
	return good ? 0 : -1;
}

/* The leaf of a list in the epoch's status tree. */
static int
list_leaf(uint8_t out[KM_HASH_LEN], struct making *m, uint32_t shard)
{
	struct km_bytes	bytes = { m->list.p, m->list.len };
	struct buf	other;
	char		name[LAYOUT_PATH_MAX];
	uint8_t		hash[KM_HASH_LEN];
	int		rc = 0;

	buf_init(&other, FILES_SMALL);
	if (shard != m->of->index >> LAYOUT_SHARD_BITS) {
		layout_status(name, shard);
		rc = take_file(&other, m, name, 0);
		bytes = (struct km_bytes){ other.p, other.len };
	}
	if (rc == 0)
		km_sha256(hash, &bytes, 1);
	if (rc == 0)
		km_leaf_hash(out, (struct km_bytes){ hash, KM_HASH_LEN });
	buf_free(&other);
	return rc;
}

/*
 * The way from the list to the epoch. There is none while the lists are newer
 * than the epoch in force, which comes last; then the list goes by itself, as
 * where there are more lists than can be read for one badge.
 */
static int
take_list_path(struct making *m)
{
	const struct km_tree_head	*head = &m->site->epoch->status;
	uint32_t		 i, at = m->of->index >> LAYOUT_SHARD_BITS;
	uint8_t			 leaf[LISTS_MAX][KM_HASH_LEN];
	uint8_t			 root[KM_HASH_LEN];

	if (head->size > LISTS_MAX || at >= head->size)
		return 0;
	for (i = 0; i < head->size; i++)
		if (list_leaf(leaf[i], m, i) == -1)
			return 0;
	if (staple_path(&m->list_path, at, head->size, leaf[0]) == -1)
		return -1;
	m->badge.has_status_path = km_path_root(root, leaf[at], at,
	    head->size, m->list_path.p, m->list_path.len / KM_HASH_LEN) &&
	    memcmp(root, head->root, KM_HASH_LEN) == 0;
	return 0;
}

/* What a run's leaves are hashed to, in turn; the one we want is decoded. */
static int
take_leaves(struct making *m, struct km_bytes run)
{
	struct km_register_leaf	*leaf = &m->leaf;
	struct km_bytes		 bytes;
	struct km_cbor		 c;
	uint32_t		 at = m->of->index % KM_RUN_LEAVES;

	km_cbor_begin(&c, run.p, run.len);
	for (m->n = 0; m->n < KM_RUN_LEAVES &&
	    (bytes = km_register_next(&c)).len > 0; m->n++) {
		km_leaf_hash(m->leaf_hash[m->n], bytes);
		if (m->n == at && (km_register_leaf_decode(leaf, bytes.p,
		    bytes.len) != KM_OK || leaf->index != m->of->index ||
		    !km_bytes_equal(leaf->attestation, m->of->bytes)))
			return -1;
	}
	if (km_cbor_end(&c) != KM_OK || at >= m->n)
		return -1;
	staple_events(&m->events, leaf);
	m->badge.register_status = leaf->status;
	return staple_path(&m->path, at, m->n, m->leaf_hash[0]);
}

/* The run in which it stands, as a mapping while its leaves are read. */
static int
take_run(struct making *m, const uint8_t root[KM_HASH_LEN])
{
	struct stat	 st;
	char		 name[LAYOUT_PATH_MAX];
	void		*p = MAP_FAILED;
	size_t		 len = 0;
	int		 fd, rc = -1;

	layout_run(name, root);
	if ((fd = files_open(m->site->files, name, &st)) != -1 &&
	    st.st_size > 0 && st.st_size <= RUN_MAX) {
		len = (size_t)st.st_size;
		p = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	if (fd != -1)
		close(fd);
	if (p != MAP_FAILED) {
		rc = take_leaves(m, (struct km_bytes){ p, len });
		munmap(p, len);
	}
	if (rc == -1)
		log_warnx("badge: %s: expected the run with attestation %"
		    PRIu32 ", found %s", name, m->of->index,
		    p == MAP_FAILED ? "no such file" : "another");
	return rc;
}

/* Where the run that it is in stands in the register, and the way there. */
static int
take_register(struct making *m)
{
	const struct km_tree_head	*reg = &m->site->epoch->reg;
	struct buf		 file, roots;
	char			 name[LAYOUT_PATH_MAX];
	uint64_t		 size = 0, run = m->of->index / KM_RUN_LEAVES;
	int			 rc = -1;

	layout_index(name, m->site->epoch->number);
	buf_init(&file, RUN_INDEX_MAX);
	buf_init(&roots, run_count(reg->size) * KM_HASH_LEN + KM_HASH_LEN);
	if (take_file(&file, m, name, 1) == 0 &&
	    run_index_decode(&size, &roots, (struct km_bytes){ file.p,
	    file.len }) == KM_OK && size == reg->size &&
	    m->of->index < size &&
	    take_run(m, roots.p + run * KM_HASH_LEN) == 0)
		rc = staple_path(&m->path, run, run_count(size), roots.p);
	buf_free(&roots);
	buf_free(&file);
	return rc;
}

static void
put_together(struct badge *b, struct making *m)
{
	struct km_badge	*k = &m->badge;
	const char	*etag;

	k->attestation = m->of->bytes;
	k->epoch = view_epoch(m->site->view, &etag);
	k->has_register = 1;
	staple_hashes(&m->hashes, &m->path);
	k->register_events = (struct km_bytes){ m->events.p, m->events.len };
	k->register_path = (struct km_bytes){ m->hashes.p, m->hashes.len };
	k->n_register_path = m->path.len / KM_HASH_LEN;
	staple_hashes(&m->list_hashes, &m->list_path);
	k->status_path = (struct km_bytes){ m->list_hashes.p,
	    m->list_hashes.len };
	k->n_status_path = m->list_path.len / KM_HASH_LEN;
	encode_badge(&b->cbor, k);
	if (m->events.failed || m->hashes.failed || m->path.failed ||
	    m->list_hashes.failed || m->list_path.failed)
		b->cbor.failed = ENOMEM;
}

int
badge_make(struct badge *b, const struct site *site,
    const struct mark_attestation *of)
{
	struct making	*m;
	int		 rc = -1;

	memset(b, 0, sizeof(*b));
	buf_init(&b->cbor, KM_BADGE_MAX);
	if ((m = calloc(1, sizeof(*m))) == NULL)
		return -1;
	m->site = site;
	m->of = of;
	buf_init(&m->list, FILES_SMALL);
	buf_init(&m->path, STAPLE_PATH_LEN);
	buf_init(&m->hashes, STAPLE_PATH_LEN * 2);
	buf_init(&m->events, STAPLE_EVENTS_LEN);
	buf_init(&m->list_path, STAPLE_PATH_LEN);
	buf_init(&m->list_hashes, STAPLE_PATH_LEN * 2);
	if (take_list(b, m) == 0 && take_list_path(m) == 0 &&
	    take_register(m) == 0) {
		put_together(b, m);
		rc = b->cbor.failed ? -1 : 0;
	}
	buf_free(&m->list);
	buf_free(&m->path);
	buf_free(&m->hashes);
	buf_free(&m->events);
	buf_free(&m->list_path);
	buf_free(&m->list_hashes);
	free(m);
	return rc;
}

void
badge_free(struct badge *b)
{
	buf_free(&b->cbor);
}

int
badge_draw(struct buf *out, const struct badge *b,
    const struct km_attestation *a, enum km_variant variant,
    enum km_picture_lang lang)
{
	struct km_picture	p = { KM_DRAWING, variant, lang, b->status,
	    b->day };
	struct km_bytes		cbor = { b->cbor.p, b->cbor.len };
	size_t			n;

	if (a->drawing != KM_DRAWING) {
		log_warnx("badge: expected drawing version %d, which this "
		    "program draws, found %u", KM_DRAWING, a->drawing);
		return -1;
	}
	n = km_picture(NULL, 0, &p, a, cbor);
	if (buf_reserve(out, n) == -1)
		return -1;
	out->len += km_picture((char *)out->p + out->len, n, &p, a, cbor);
	return 0;
}
