/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Publishing: from the signer's publication and the store to the tree of
 * files (design section 6); see publish.h. In three steps, each of which may
 * be cut off and is then done again:
 *
 *	check	epoch, lists, log and register against what was published and
 *		against the store; runs are staged, nobody sees a thing
 *	data	runs, index, tiles, trust lists, schemes, lists, epochs/N
 *	pointer	epoch; then the store's note that it is published
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/scheme.h"

#include "publish_state.h"

enum {
	/* Roots of the runs of 2^32 attestations. */
	ROOTS_MAX = (1 << 22) * KM_HASH_LEN,
	SCRATCH_MAX = RUN_INDEX_MAX
};

int
publish_alarm(const struct publish *p, const char *fmt, ...)
{
	char	text[512];
	va_list	ap;

	(void)p;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_warnx("ALARM: not published: %s", text);
	return -1;
}

static struct km_bytes
bytes_of(const struct buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

struct publish *
publish_open(const struct conf *conf, struct store *store,
    struct merkle *log)
{
	struct publish	*p;

	if ((p = calloc(1, sizeof(*p))) == NULL) {
		log_warn("publish: no memory");
		return NULL;
	}
	p->conf = conf;
	p->store = store;
	p->log = log;
	p->tree.root = -1;
	buf_init(&p->roots, ROOTS_MAX);
	buf_init(&p->next_roots, ROOTS_MAX);
	buf_init(&p->dirty, ROOTS_MAX / KM_HASH_LEN);
	buf_init(&p->scratch, SCRATCH_MAX);
	if (tree_open(&p->tree, conf->tree) == -1 || publish_load(p) == -1) {
		publish_close(p);
		return NULL;
	}
	return p;
}

/* store_list_fn: trust/N, what is new of it. */
static int
trust_put(void *arg, const struct store_list *list)
{
	struct publish	*p = arg;
	char		 path[LAYOUT_PATH_MAX];

	if (list->version <= p->last.trust_version)
		return 0;
	layout_trust(path, list->version);
	return tree_put(&p->tree, path, list->bytes, 1);
}

/* store_list_fn: scheme/ID/VERSION.json; a few, and seldom new. */
static int
scheme_put(void *arg, const struct store_list *list)
{
	struct publish	*p = arg;
	char		 path[LAYOUT_PATH_MAX];

	layout_scheme(path, list->name, list->version);
	return tree_put(&p->tree, path, list->bytes, 1);
}

static int
lists_put(struct publish *p)
{
	char	path[LAYOUT_PATH_MAX];
	size_t	i;

	if (p->last.number == 0 ||
	    memcmp(p->last.bodies, p->epoch.bodies, KM_HASH_LEN) != 0)
		if (tree_put(&p->tree, LAYOUT_BODIES, p->pub.bodies, 0) == -1)
			return -1;
	for (i = 0; i < p->epoch.status.size; i++) {
		if (p->shard[i].next == NULL)
			continue;
		layout_status(path, (uint32_t)i);
		if (tree_put(&p->tree, path, p->shard[i].bytes, 0) == -1)
			return -1;
	}
	layout_epoch(path, p->epoch.number);
	return tree_put(&p->tree, path, p->pub.epoch, 1);
}

/* What is not looked at before an epoch points to it may be seen early. */
static int
data_write(struct publish *p)
{
	tree_may_flush(&p->tree, 1);
	if (p->epoch.trust_version != p->last.trust_version &&
	    store_lists(p->store, STORE_TRUST, trust_put, p) != 0)
		return -1;
	if (memcmp(p->epoch.scheme, p->last.scheme, KM_HASH_LEN) != 0 &&
	    store_lists(p->store, STORE_SCHEME, scheme_put, p) != 0)
		return -1;
	if (publish_index(p) == -1 || publish_log(p) == -1 ||
	    lists_put(p) == -1)
		return -1;
	return tree_commit(&p->tree);
}

/* What is published now is what the next is compared with. */
static void
settle(struct publish *p)
{
	struct publish_shard	*s;
	struct buf		 roots = p->roots;
	size_t			 i;

	for (i = 0; i < p->epoch.status.size; i++) {
		s = &p->shard[i];
		if (s->next == NULL)
			continue;
		free(s->entries);
		s->entries = s->next;
		s->next = NULL;		/* is entries now */
		memcpy(s->hash, s->next_hash, KM_HASH_LEN);
	}
	p->n_shards = (size_t)p->epoch.status.size;
	p->last = p->epoch;
	memcpy(p->last_hash, p->hash, KM_HASH_LEN);
	p->roots = p->next_roots;
	p->next_roots = roots;
}

/* Forget a publication that did not come about. */
static void
forget(struct publish *p)
{
	size_t	i;

	tree_undo(&p->tree);
	for (i = 0; i < p->shard_cap; i++) {
		free(p->shard[i].next);
		p->shard[i].next = NULL;
	}
}

static int
run(struct publish *p)
{
	tree_may_flush(&p->tree, 0);
	if (publish_check_epoch(p) == -1 || publish_check_lists(p) == -1 ||
	    publish_check_log(p) == -1 || publish_archive(p) == -1)
		return -1;
	tree_may_flush(&p->tree, 0);
	if (publish_register(p) == -1 || data_write(p) == -1)
		return -1;
	if (tree_put(&p->tree, LAYOUT_EPOCH, p->pub.epoch, 0) == -1 ||
	    tree_commit(&p->tree) == -1)
		return -1;
	return store_publication_set(p->store, p->epoch.number, p->hash);
}

/* Is it the one that was published last, whole and noted? */
static int
is_last(struct publish *p)
{
	uint8_t	hash[KM_HASH_LEN];

	if (p->pub.number != p->last.number)
		return 0;
	km_sha256(hash, &p->pub.epoch, 1);
	if (memcmp(hash, p->last_hash, KM_HASH_LEN) != 0)
		return 0;
	buf_reset(&p->scratch);
	return tree_read(&p->tree, &p->scratch, LAYOUT_EPOCH) == 0 &&
	    km_bytes_equal(bytes_of(&p->scratch), p->pub.epoch);
}

int
publish_run(struct publish *p, struct km_bytes publication)
{
	enum km_err	err;

	err = publication_decode(&p->pub, publication.p, publication.len);
	if (err != KM_OK)
		return publish_alarm(p, "the signer's publication is not one:"
		    " %s", km_err_name(err));
	if (is_last(p))
		return 0;
	if (run(p) != 0) {
		forget(p);
		return -1;
	}
	settle(p);
	publish_old(p);
	log_debug("published epoch %" PRIu32 ", log %" PRIu64 ", register"
	    " %" PRIu64, p->last.number, p->last.log.size, p->last.reg.size);
	return 0;
}

void
publish_close(struct publish *p)
{
	size_t	i;

	if (p == NULL)
		return;
	for (i = 0; i < p->shard_cap; i++) {
		free(p->shard[i].entries);
		free(p->shard[i].next);
	}
	free(p->shard);
	km_known_end(p->known);
	free(p->mem);
	tree_close(&p->tree);
	buf_free(&p->roots);
	buf_free(&p->next_roots);
	buf_free(&p->dirty);
	buf_free(&p->scratch);
	free(p);
}
