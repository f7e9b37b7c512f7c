/* SPDX-License-Identifier: EUPL-1.2 */
/* Replay: the state from the journal; see replay.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ca/record/publication.h"
#include "verifier/attestation.h"
#include "verifier/status.h"

#include "ask.h"
#include "replay.h"
#include "snapshot.h"

enum { ACTS_DEPTH = 6 };		/* levels in acts and results */

/* What one run needs; too large for the stack. */
struct replay {
	struct state		*st;
	struct act_ask		 act;
	struct result		 result;
	struct carried		 carried;
	struct list_change	*change;	/* PUBLICATION_LISTS_MAX */
};

static struct replay *
replay_new(struct state *st)
{
	struct replay	*r;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->st = st;
	r->change = calloc(PUBLICATION_LISTS_MAX, sizeof(*r->change));
	if (r->change == NULL) {
		free(r);
		return NULL;
	}
	return r;
}

static void
replay_free(struct replay *r)
{
	if (r == NULL)
		return;
	free(r->change);
	free(r);
}

int
replay_batch_open(struct batch_record *out, struct km_bytes record)
{
	struct batch_record	b;
	struct km_cbor		c, ahead;

	km_cbor_begin(&c, record.p, record.len);
	km_cbor_array(&c, 6, 6);
	km_cbor_uint(&c, JOURNAL_BATCH, JOURNAL_BATCH);
	b.at = km_read_time(&c);
	b.batch = km_cbor_uint(&c, 1, UINT64_MAX);
	ahead = c;
	b.n = km_cbor_array(&ahead, 1, BATCH_ACTS_MAX);
	b.acts = km_cbor_skip(&c, ACTS_DEPTH);
	b.results = km_cbor_skip(&c, ACTS_DEPTH);
	b.log = km_cbor_skip(&c, 2);
	if (km_cbor_end(&c) != KM_OK || ahead.err != KM_OK)
		return -1;
	*out = b;
	return 0;
}

static int
head_equal(const struct km_tree_head *a, const struct km_tree_head *b)
{
	return a->size == b->size &&
	    memcmp(a->root, b->root, KM_HASH_LEN) == 0;
}

/*
 * One act with its result. A place in the log that is taken already means
 * that the act was carried out before and its result given again.
 */
static int
replay_act(struct replay *r, uint64_t place, int64_t at)
{
	struct carried	*c = &r->carried;

	if (r->result.refusal != REFUSAL_NONE ||
	    r->result.index < r->st->log.size)
		return 0;
	if (r->result.index != r->st->log.size)
		return -1;
	c->bytes = r->act.bytes;
	c->json = r->act.json;
	c->log_leaf = r->result.log_leaf;
	c->n_leaves = r->result.n_leaves;
	memcpy(c->leaf, r->result.leaf, c->n_leaves * sizeof(c->leaf[0]));
	c->place = place;
	c->at = at;
	return state_carry(r->st, c);
}

static int
replay_batch(struct replay *r, struct km_bytes record, uint64_t offset)
{
	struct km_tree_head	want, found;
	struct batch_record	b;
	struct km_cbor		acts, results, log;
	size_t			i;

	if (replay_batch_open(&b, record) == -1 ||
	    b.batch != r->st->batch + 1)
		return -1;
	km_cbor_begin(&acts, b.acts.p, b.acts.len);
	km_cbor_begin(&results, b.results.p, b.results.len);
	km_cbor_begin(&log, b.log.p, b.log.len);
	km_cbor_array(&acts, b.n, b.n);
	km_cbor_array(&results, b.n, b.n);
	for (i = 0; i < b.n; i++) {
		act_ask_read(&acts, &r->act);
		result_read(&results, &r->result);
		if (acts.err != KM_OK || results.err != KM_OK ||
		    replay_act(r, offset << 8 | i, b.at) == -1)
			return -1;
	}
	tree_head_read(&log, &want);
	state_log_head(r->st, &found);
	if (km_cbor_end(&acts) != KM_OK || km_cbor_end(&results) != KM_OK ||
	    km_cbor_end(&log) != KM_OK || !head_equal(&want, &found))
		return -1;
	state_batch(r->st, b.batch, b.at, offset);
	return 0;
}

/* What the lists of a publication change; -1 when one is none. */
static int
lists_read(struct replay *r, const struct publication *p)
{
	struct km_status_list	 list;
	struct list_change	*change;
	struct km_bytes		 bytes;
	struct km_cbor		 c = p->lists;
	size_t			 i;

	for (i = 0; i < p->n_lists; i++) {
		change = &r->change[i];
		bytes = publication_list(&c, &change->shard);
		if (km_status_decode(&list, bytes.p, bytes.len) != KM_OK)
			return -1;
		change->iat = list.iat;
		km_sha256(change->hash, &bytes, 1);
	}
	return 0;
}

static int
replay_epoch(struct replay *r, struct km_bytes record, uint64_t offset)
{
	struct publication	p;
	struct km_epoch		epoch;
	struct km_sign1		sign1;
	struct km_cbor		c;
	uint8_t			hash[KM_HASH_LEN];
	int64_t			at;

	km_cbor_begin(&c, record.p, record.len);
	km_cbor_array(&c, 3, 3);
	km_cbor_uint(&c, JOURNAL_EPOCH, JOURNAL_EPOCH);
	at = km_read_time(&c);
	publication_read(&p, &c);
	if (km_cbor_end(&c) != KM_OK || p.batch != r->st->batch ||
	    p.n_leaves != 0 || lists_read(r, &p) == -1 ||
	    km_epoch_decode(&epoch, &sign1, p.epoch.p, p.epoch.len) !=
	    KM_OK || epoch.number != p.number)
		return -1;
	km_sha256(hash, &p.epoch, 1);
	return state_publish(r->st, r->change, p.n_lists, &epoch, hash, at,
	    offset);
}

/* Kind of a record: JOURNAL_BATCH, JOURNAL_EPOCH, or another number. */
static uint64_t
record_kind(struct km_bytes record)
{
	struct km_cbor	c;
	uint64_t	kind;

	km_cbor_begin(&c, record.p, record.len);
	km_cbor_array(&c, 2, 6);
	kind = km_cbor_uint(&c, 0, UINT32_MAX);
	return c.err == KM_OK ? kind : UINT64_MAX;
}

/* Does this record lie behind where to stop? */
static int
is_behind(const struct state *st, uint64_t kind,
    const struct replay_until *until)
{
	if (until == NULL)
		return 0;
	return kind == JOURNAL_BATCH ? st->batch >= until->batch :
	    st->epoch >= until->epoch;
}

static int
replay_records(struct replay *r, struct journal *j, struct buf *record,
    const struct replay_until *until, struct signer_error *err)
{
	struct km_bytes	bytes;
	uint64_t	kind;
	int		more, rc;

	while ((more = journal_next(j, record, err)) == 1) {
		bytes.p = record->p;
		bytes.len = record->len;
		kind = record_kind(bytes);
		if (is_behind(r->st, kind, until))
			return 0;
		rc = kind == JOURNAL_BATCH ? replay_batch(r, bytes, j->last) :
		    kind == JOURNAL_EPOCH ? replay_epoch(r, bytes, j->last) :
		    -1;
		if (rc == -1)
			return signer_fail(err, "journal: the record at %"
			    PRIu64 " does not follow from those before it: "
			    "expected batch %" PRIu64 " or epoch %" PRIu32
			    " of this authority", j->last, r->st->batch + 1,
			    r->st->epoch + 1);
	}
	return more;
}

int
replay_head(struct journal *j, struct buf *record, struct km_bytes *authority,
    enum km_environment *environment, struct signer_error *err)
{
	struct km_cbor	c;
	uint64_t	version;
	int		r;

	if ((r = journal_next(j, record, err)) == -1)
		return -1;
	if (r == 0)
		return signer_fail(err, "journal: expected the record that "
		    "init writes, found none whole");
	km_cbor_begin(&c, record->p, record->len);
	km_cbor_array(&c, 2, 6);
	km_cbor_uint(&c, JOURNAL_HEAD, JOURNAL_HEAD);
	version = km_cbor_uint(&c, 1, UINT32_MAX);
	if (c.err == KM_OK && version != SIGNER_VERSION)
		return signer_fail(err, "journal: expected version %d, found "
		    "%" PRIu64 ": it is of another version of keurmerkd",
		    SIGNER_VERSION, version);
	*authority = km_read_host_uri(&c);
	*environment = (enum km_environment)km_cbor_uint(&c,
	    KM_ENVIRONMENT_PRODUCTION, KM_ENVIRONMENT_EXERCISE);
	if (km_cbor_end(&c) != KM_OK)
		return signer_fail(err, "journal: expected the record that "
		    "init writes at its beginning, found another");
	return 0;
}

/* The journal's own authority must be the one asked for. */
static int
replay_begin(const struct state *st, struct journal *j, struct buf *record,
    struct signer_error *err)
{
	enum km_environment	environment;
	struct km_bytes		authority;

	if (replay_head(j, record, &authority, &environment, err) == -1)
		return -1;
	if (km_bytes_equal(authority, km_bytes_of(st->authority)) &&
	    environment == st->environment)
		return 0;
	return signer_fail(err, "journal: expected one of %s in environment "
	    "%d, found one of %.*s in environment %d", st->authority,
	    (int)st->environment, (int)authority.len,
	    (const char *)authority.p, (int)environment);
}

int
replay_run(struct state *st, struct journal *j, int dirfd,
    const struct replay_until *until, struct signer_error *err)
{
	struct replay	*r = NULL;
	struct buf	 record;
	int		 rc = -1;

	buf_init(&record, JOURNAL_RECORD_MAX + JOURNAL_TAIL_LEN);
	if (replay_begin(st, j, &record, err) == -1)
		goto out;
	if (dirfd != -1)
		snapshot_load(st, j, dirfd);
	if ((r = replay_new(st)) == NULL) {
		signer_fail(err, "journal: out of memory");
		goto out;
	}
	rc = replay_records(r, j, &record, until, err);
	if (rc == 0 && until == NULL && st->batch == 0)
		rc = signer_fail(err, "journal: expected the batch that init "
		    "writes, found none");
out:
	replay_free(r);
	buf_free(&record);
	return rc;
}
