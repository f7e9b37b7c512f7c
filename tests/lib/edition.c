/* SPDX-License-Identifier: EUPL-1.2 */
/* Edition: a store that fills, and publications of it; see edition.h. */
#include <sys/stat.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "ca/record/channel.h"
#include "ca/record/encode.h"
#include "tests/lib/edition.h"

#define MARK	"KM-2026-000123-P"
#define SCHEME	"{\"id\": \"example\"}\n"

enum { MINUTE = 60, ENTRIES = 16384, OUT_MAX = 8 * 1024 * 1024 };

static struct km_bytes
held(const struct buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

static void
need(int good, const char *what)
{
	if (!good)
		errx(1, "edition: %s", what);
}

static void
list_add(struct edition *e, enum store_list_kind kind, struct km_bytes bytes)
{
	struct store_list	list;

	memset(&list, 0, sizeof(list));
	list.kind = kind;
	list.version = 1;
	list.name = km_bytes_of(kind == STORE_SCHEME ? "example" : "");
	list.bytes = bytes;
	km_sha256(list.hash, &bytes, 1);
	need(store_list_add(e->store, &list) == 0, "list");
}

/* One act more, of which only the place matters here. */
static void
act_add(struct edition *e)
{
	struct store_act	act;
	struct buf		leaf;
	uint8_t			hash[KM_HASH_LEN];
	char			text[64];
	struct km_bytes		decision;

	memset(&act, 0, sizeof(act));
	act.index = merkle_size(e->log);
	snprintf(text, sizeof(text), "act %llu",
	    (unsigned long long)act.index);
	decision = km_bytes_of(text);
	km_sha256(hash, &decision, 1);
	buf_init(&leaf, 256);
	encode_log_leaf(&leaf, DECISION_SUSPEND, hash, NULL);
	memcpy(act.id, hash, KM_HASH_LEN);
	act.batch = e->batch;
	act.kind = DECISION_SUSPEND;
	act.subject = km_bytes_of(MARK);
	act.decision = decision;
	act.approvals = (struct km_bytes){ (const uint8_t *)"\x80", 1 };
	act.leaf = held(&leaf);
	need(store_act_add(e->store, &act) == 0, "act");
	km_leaf_hash(hash, held(&leaf));
	need(merkle_append(e->log, hash) == 0, "log");
	buf_free(&leaf);
}

static void
batch_begin(struct edition *e)
{
	e->batch++;
	need(store_begin(e->store) == 0 &&
	    store_batch_set(e->store, e->batch) == 0, "batch");
}

static void
batch_end(struct edition *e)
{
	need(store_commit(e->store) == 0, "commit");
}

static void
subjects_add(struct edition *e)
{
	struct store_subject	s;

	memset(&s, 0, sizeof(s));
	s.subject = km_bytes_of(PAPERS_HOLDER);
	s.kind = STORE_PROVIDER;
	s.has_in_force = 1;
	s.name = km_bytes_of("Voorbeeld B.V.");
	need(store_subject_set(e->store, &s) == 0, "provider");
	s.subject = km_bytes_of(MARK);
	s.kind = STORE_MARK;
	s.has_in_force = 0;
	s.name = (struct km_bytes){ NULL, 0 };
	need(store_subject_set(e->store, &s) == 0 &&
	    store_mark_add(e->store, km_bytes_of(MARK),
	    km_bytes_of(PAPERS_HOLDER)) == 0, "mark");
}

void
edition_begin(struct edition *e, const char *dir)
{
	size_t	i;

	memset(e, 0, sizeof(*e));
	snprintf(e->dir, sizeof(e->dir), "%s", dir);
	snprintf(e->tree, sizeof(e->tree), "%s/tree", dir);
	snprintf(e->office, sizeof(e->office), "%s/office", dir);
	need(mkdir(e->tree, 0755) == 0 && mkdir(e->office, 0700) == 0,
	    "directories");
	papers_begin(&e->papers, KM_ENVIRONMENT_PRODUCTION);
	e->conf.issuer = strdup(SAMPLE_AUTHORITY);
	e->conf.tree = e->tree;
	e->now = SAMPLE_NOW;
	e->list_key = e->epoch_key = &e->papers.publish;
	e->bodies = "{\"bodies\": []}\n";
	e->reg = merkle_new(EDITION_MAX);
	e->leaf = calloc(EDITION_MAX, sizeof(*e->leaf));
	e->said = calloc(EDITION_MAX, 1);
	need(e->reg != NULL && e->leaf != NULL && e->said != NULL, "memory");
	need(store_create(e->office, km_bytes_of(SAMPLE_AUTHORITY),
	    KM_ENVIRONMENT_PRODUCTION) == 0, "store");
	edition_open(e);
	batch_begin(e);
	list_add(e, STORE_TRUST, (struct km_bytes){ e->papers.trust_bytes.p,
	    e->papers.trust_bytes.len });
	list_add(e, STORE_SCHEME, km_bytes_of(SCHEME));
	for (i = 0; i < 3; i++)
		act_add(e);
	subjects_add(e);
	batch_end(e);
}

static int
log_leaf(void *arg, uint64_t index, struct km_bytes leaf)
{
	struct edition	*e = arg;
	uint8_t		 hash[KM_HASH_LEN];

	(void)index;
	km_leaf_hash(hash, leaf);
	return merkle_append(e->log, hash);
}

void
edition_open(struct edition *e)
{
	e->log = merkle_new(UINT64_MAX);
	e->store = store_open(e->office, km_bytes_of(SAMPLE_AUTHORITY),
	    KM_ENVIRONMENT_PRODUCTION, 0);
	need(e->log != NULL && e->store != NULL &&
	    store_log(e->store, 0, 0, log_leaf, e) == 0, "store");
}

void
edition_close(struct edition *e)
{
	store_close(e->store);
	merkle_free(e->log);
	e->store = NULL;
	e->log = NULL;
}

void
edition_end(struct edition *e)
{
	char	command[320];

	edition_close(e);
	merkle_free(e->reg);
	free(e->leaf);
	free(e->said);
	free(e->conf.issuer);
	papers_end(&e->papers);
	snprintf(command, sizeof(command), "rm -rf '%s'", e->dir);
	need(system(command) == 0, command);
}

/* Leaf i as it is now, into the store. */
static void
leaf_store(struct edition *e, size_t i)
{
	struct store_attestation	a;
	struct buf			leaf;
	uint8_t				hash[KM_HASH_LEN];

	buf_init(&leaf, 8192);
	e->leaf[i].leaf.attestation = km_bytes_of(e->leaf[i].text);
	encode_register_leaf(&leaf, &e->leaf[i].leaf);
	memset(&a, 0, sizeof(a));
	a.idx = i;
	a.mark = km_bytes_of(MARK);
	a.status = e->leaf[i].leaf.status;
	a.exp = SAMPLE_NOW + 365 * SAMPLE_DAY;
	a.leaf = held(&leaf);
	need(store_attestation_set(e->store, &a) == 0, "attestation");
	km_leaf_hash(hash, held(&leaf));
	need((i < merkle_size(e->reg) ? merkle_set(e->reg, i, hash) :
	    merkle_append(e->reg, hash)) == 0, "register");
	buf_free(&leaf);
	e->said[i] = (uint8_t)a.status;
	e->dirty[i >> 16] = 1;
}

void
edition_grant(struct edition *e, size_t n)
{
	struct edition_leaf	*l;

	batch_begin(e);
	for (; n > 0; n--, e->n++) {
		need(e->n < EDITION_MAX, "too many");
		l = &e->leaf[e->n];
		snprintf(l->text, sizeof(l->text), "attestation %zu", e->n);
		l->leaf.index = (uint32_t)e->n;
		l->leaf.n = 1;
		l->leaf.event[0].at = e->now;
		l->leaf.event[0].kind = KM_EVENT_GRANT;
		leaf_store(e, e->n);
	}
	act_add(e);
	batch_end(e);
	e->n_shards = (e->n + 65535) / 65536;
}

void
edition_status(struct edition *e, size_t idx, enum km_status status,
    enum km_event_kind kind)
{
	struct km_register_leaf	*leaf = &e->leaf[idx].leaf;

	batch_begin(e);
	leaf->status = status;
	leaf->event[leaf->n].at = e->now;
	leaf->event[leaf->n].kind = kind;
	leaf->n++;
	leaf_store(e, idx);
	act_add(e);
	batch_end(e);
}

void
edition_acts(struct edition *e, size_t n)
{
	batch_begin(e);
	while (n-- > 0)
		act_add(e);
	batch_end(e);
}

void
edition_say(struct edition *e, size_t idx, enum km_status status)
{
	e->said[idx] = (uint8_t)status;
	e->dirty[idx >> 16] = 1;
}

static void
sign(struct buf *out, const struct sample_key *key, const char *sub,
    const char *typ, const struct buf *payload)
{
	struct sample_buf	s = { NULL, 0, 0 };

	sample_sign1(&s, key, SAMPLE_AUTHORITY, sub, typ, payload->p,
	    payload->len);
	need(payload->failed == 0 && buf_add(out, s.p, s.len) == 0, "room");
	sample_free(&s);
}

/* [shard, list] */
static void
list_press(struct edition *e, struct buf *out, size_t shard)
{
	struct buf	payload, list;
	struct km_bytes	bytes;
	uint8_t		entries[ENTRIES], lst[2 * ENTRIES];
	uLongf		len = sizeof(lst);
	size_t		i, from = shard << 16;
	char		uri[128];

	memset(entries, 0, sizeof(entries));
	for (i = from; i < EDITION_MAX && i < from + 65536; i++)
		entries[(i - from) / 4] |= (uint8_t)(e->said[i] <<
		    i % 4 * 2);
	need(compress(lst, &len, entries, sizeof(entries)) == Z_OK, "zlib");
	snprintf(uri, sizeof(uri), SAMPLE_AUTHORITY "/status/%zu", shard);
	buf_init(&payload, OUT_MAX);
	buf_init(&list, OUT_MAX);
	encode_status(&payload, km_bytes_of(SAMPLE_AUTHORITY),
	    km_bytes_of(uri), e->now + 7 * SAMPLE_DAY, e->now, 3600, (struct km_bytes){ lst, len });
	sign(&list, e->list_key, uri, KM_TYP_STATUS, &payload);
	bytes = held(&list);
	km_sha256(e->list_hash[shard], &bytes, 1);
	encode_array(out, 2);
	encode_uint(out, shard);
	encode_bytes(out, bytes);
	buf_free(&payload);
	buf_free(&list);
	e->dirty[shard] = 0;
}

static void
status_head(const struct edition *e, struct km_tree_head *head)
{
	struct km_frontier	f;
	uint8_t			leaf[KM_HASH_LEN];
	size_t			i;

	km_frontier_begin(&f);
	for (i = 0; i < e->n_shards; i++) {
		km_leaf_hash(leaf, (struct km_bytes){ e->list_hash[i],
		    KM_HASH_LEN });
		km_frontier_add(&f, leaf);
	}
	head->size = e->n_shards;
	km_frontier_root(head->root, &f);
}

static void
epoch_press(struct edition *e, struct buf *out)
{
	struct km_bytes	bodies = km_bytes_of(e->bodies);
	struct km_bytes	scheme = km_bytes_of(SCHEME);
	struct km_epoch	*ep = &e->epoch;
	struct buf	payload;
	struct km_bytes	bytes;

	memcpy(ep->previous, e->hash, KM_HASH_LEN);
	ep->number++;
	ep->this_update = e->now;
	ep->next_update = e->now + 7 * SAMPLE_DAY;
	ep->trust_version = 1;
	memcpy(ep->trust, e->papers.first, KM_HASH_LEN);
	km_sha256(ep->scheme, &scheme, 1);
	km_sha256(ep->bodies, &bodies, 1);
	ep->log.size = merkle_size(e->log);
	merkle_root(ep->log.root, e->log);
	ep->reg.size = merkle_size(e->reg);
	merkle_root(ep->reg.root, e->reg);
	status_head(e, &ep->status);
	if (e->change != NULL)
		e->change(ep);
	buf_init(&payload, KM_EPOCH_MAX);
	encode_epoch(&payload, ep);
	sign(out, e->epoch_key, "epoch", KM_TYP_EPOCH, &payload);
	bytes = held(out);
	km_sha256(e->hash, &bytes, 1);
	buf_free(&payload);
}

void
edition_press(struct edition *e, struct buf *out)
{
	struct buf	lists, epoch;
	size_t		i, n = 0;

	e->now += MINUTE;
	buf_init(&lists, OUT_MAX);
	buf_init(&epoch, KM_EPOCH_MAX);
	for (i = 0; i < e->n_shards; i++)
		if (e->dirty[i]) {
			list_press(e, &lists, i);
			n++;
		}
	epoch_press(e, &epoch);
	encode_map(out, 6);
	encode_uint(out, PUBLICATION_KEY_NUMBER);
	encode_uint(out, e->epoch.number);
	encode_uint(out, PUBLICATION_KEY_EPOCH);
	encode_bytes(out, held(&epoch));
	encode_uint(out, PUBLICATION_KEY_LISTS);
	encode_array(out, n);
	encode_raw(out, held(&lists));
	encode_uint(out, PUBLICATION_KEY_BODIES);
	encode_bytes(out, km_bytes_of(e->bodies));
	encode_uint(out, PUBLICATION_KEY_LEAVES);
	encode_array(out, 0);
	encode_uint(out, PUBLICATION_KEY_BATCH);
	encode_uint(out, e->said_batch != 0 ? e->said_batch : e->batch);
	need(out->failed == 0 && lists.failed == 0, "room");
	buf_free(&lists);
	buf_free(&epoch);
}
