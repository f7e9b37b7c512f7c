/* SPDX-License-Identifier: EUPL-1.2 */
/* State: how it begins, and how it changes; see state.h. */
#include <stdlib.h>
#include <string.h>

#include "ca/record/number.h"

#include "state.h"

int
state_init(struct state *st, struct km_bytes authority,
    enum km_environment environment)
{
	memset(st, 0, sizeof(*st));
	if (authority.len >= sizeof(st->authority) ||
	    (st->reg = merkle_new(STATE_SLOTS_MAX)) == NULL)
		return -1;
	memcpy(st->authority, authority.p, authority.len);
	st->environment = environment;
	table_init(&st->marks, sizeof(struct mark), KM_NUMBER_LEN,
	    STATE_SUBJECTS_MAX);
	table_init(&st->providers, sizeof(struct holder),
	    sizeof(((struct holder *)NULL)->sub), STATE_SUBJECTS_MAX);
	table_init(&st->bodies, sizeof(struct accredited),
	    sizeof(((struct accredited *)NULL)->number), STATE_BODIES_MAX);
	table_init(&st->counts, sizeof(struct count), 2 * sizeof(uint32_t),
	    STATE_SUBJECTS_MAX);
	table_init(&st->done, sizeof(struct done), KM_HASH_LEN,
	    STATE_DONE_MAX);
	table_init(&st->disabled, sizeof(struct disabled), PERSON_MAX,
	    OFFICERS_N_MAX);
	table_init(&st->persons, sizeof(struct person), PERSON_MAX,
	    STATE_SUBJECTS_MAX);
	table_init(&st->assessed, sizeof(struct assessed),
	    2 * sizeof(uint32_t), STATE_SUBJECTS_MAX);
	st->done_full = STATE_DONE_FIRST;
	km_frontier_begin(&st->log);
	km_frontier_root(st->status.root, &st->log);
	return 0;
}

void
state_free(struct state *st)
{
	size_t	i;

	merkle_free(st->reg);
	free(st->slot);
	table_free(&st->marks);
	table_free(&st->providers);
	table_free(&st->bodies);
	table_free(&st->counts);
	table_free(&st->done);
	table_free(&st->disabled);
	table_free(&st->persons);
	table_free(&st->assessed);
	for (i = 0; i < st->n_shards; i++)
		free(st->shard[i].lst);
	free(st->shard);
	officers_free(&st->officers);
	buf_free(&st->trust_bytes);
	buf_free(&st->officers_bytes);
	buf_free(&st->scheme_json);
	memset(st, 0, sizeof(*st));
}

static int
copy(struct buf *out, struct km_bytes bytes)
{
	buf_init(out, bytes.len);
	if (buf_add(out, bytes.p, bytes.len) == 0)
		return 0;
	buf_free(out);
	return -1;
}

int
state_trust_set(struct state *st, struct km_bytes bytes)
{
	struct km_trust	trust;
	struct km_sign	sign;
	struct buf	own;

	if (copy(&own, bytes) == -1)
		return -1;
	if (km_trust_decode(&trust, &sign, own.p, own.len) != KM_OK) {
		buf_free(&own);
		return -1;
	}
	buf_free(&st->trust_bytes);
	st->trust_bytes = own;
	st->trust = trust;
	km_sha256(st->trust_hash, &bytes, 1);
	if (trust.version == 1)
		memcpy(st->first, st->trust_hash, KM_HASH_LEN);
	return 0;
}

/* Who was disabled was so until the next list says who may do what. */
int
state_officers_set(struct state *st, struct km_bytes bytes)
{
	struct officers	officers;
	struct km_sign	sign;
	struct buf	own;

	if (copy(&own, bytes) == -1)
		return -1;
	if (officers_decode(&officers, &sign, own.p, own.len) != KM_OK) {
		buf_free(&own);
		return -1;
	}
	officers_free(&st->officers);
	buf_free(&st->officers_bytes);
	st->officers_bytes = own;
	st->officers = officers;
	km_sha256(st->officers_hash, &bytes, 1);
	table_free(&st->disabled);
	return 0;
}

int
state_scheme_set(struct state *st, struct km_bytes json)
{
	struct scheme_error	err;
	struct scheme		scheme;
	struct buf		own;

	if (copy(&own, json) == -1)
		return -1;
	if (!scheme_parse(&scheme, own.p, own.len, &err)) {
		buf_free(&own);
		return -1;
	}
	buf_free(&st->scheme_json);
	st->scheme_json = own;
	st->scheme = scheme;
	km_sha256(st->scheme_hash, &json, 1);
	return 0;
}

/* A key of fixed length from text that is not longer. */
static void
key_of(char *out, size_t len, struct km_bytes text)
{
	memset(out, 0, len);
	memcpy(out, text.p, text.len < len ? text.len : len);
}

static int
carry_provider(struct state *st, const struct decision *d)
{
	struct holder	*h;
	char		 key[sizeof(h->sub)];

	key_of(key, sizeof(key), d->subject);
	if ((h = table_find(&st->providers, key)) == NULL &&
	    (h = table_add(&st->providers, key)) == NULL)
		return -1;
	memcpy(h->head, d->id, KM_HASH_LEN);
	memcpy(h->in_force, d->id, KM_HASH_LEN);
	return 0;
}

static int
carry_body(struct state *st, const struct decision *d)
{
	const struct body	*b = &d->u.body;
	struct accredited	*a;
	char			 key[sizeof(a->number)];

	key_of(key, sizeof(key), d->subject);
	if ((a = table_find(&st->bodies, key)) == NULL &&
	    (a = table_add(&st->bodies, key)) == NULL)
		return -1;
	memcpy(a->head, d->id, KM_HASH_LEN);
	a->from = b->from;
	a->until = b->until;
	a->level = b->level;
	key_of(a->name, sizeof(a->name), b->name);
	a->name_len = (uint32_t)b->name.len;
	return 0;
}

static struct count *
count_of(struct state *st, uint32_t body, int64_t at)
{
	struct count	*c;
	uint32_t	 key[2];

	key[0] = body;
	key[1] = date_year(at);
	c = table_find(&st->counts, key);
	return c != NULL ? c : table_add(&st->counts, key);
}

/* Slots and lists grow together: a shard is there from its first entry on. */
static int
slot_add(struct state *st, const struct slot *slot, struct km_bytes leaf)
{
	uint64_t	 n = merkle_size(st->reg);
	uint8_t		 hash[KM_HASH_LEN];
	size_t		 cap = st->slot_cap == 0 ? 1024 : st->slot_cap * 2;
	void		*p;

	if (n >= STATE_SLOTS_MAX)
		return -1;
	if (n == st->slot_cap) {
		if ((p = realloc(st->slot, cap * sizeof(*slot))) == NULL)
			return -1;
		st->slot = p;
		st->slot_cap = cap;
	}
	if (n >> STATE_SHARD_BITS == st->n_shards) {
		p = realloc(st->shard,
		    (st->n_shards + 1) * sizeof(*st->shard));
		if (p == NULL)
			return -1;
		st->shard = p;
		memset(&st->shard[st->n_shards++], 0, sizeof(*st->shard));
	}
	km_leaf_hash(hash, leaf);
	if (merkle_append(st->reg, hash) == -1)
		return -1;
	st->slot[n] = *slot;
	st->shard[n >> STATE_SHARD_BITS].dirty = 1;
	return 0;
}

/* The body that an attestation names. */
static uint32_t
body_number(const struct state *st, struct km_bytes number)
{
	const struct accredited	*a;

	if (number.len == 0 || (a = state_body(st, number)) == NULL)
		return TABLE_NONE;
	return table_number(&st->bodies, a);
}

/* Remember who assessed the holder, and for whom: once. */
static int
carry_assessment(struct state *st, const struct decision *d)
{
	struct assessed	*by;
	struct person	*person;
	struct holder	*holder;
	uint32_t	 key[2], who, body;
	char		 id[PERSON_MAX];

	key_of(id, sizeof(id), d->proposer);
	if ((holder = state_holder(st, d->subject)) == NULL ||
	    ((person = table_find(&st->persons, id)) == NULL &&
	    (person = table_add(&st->persons, id)) == NULL))
		return -1;
	who = table_number(&st->persons, person);
	body = body_number(st, d->u.assessment.body);
	key[0] = table_number(&st->providers, holder);
	for (key[1] = 0; key[1] < holder->n_assessed; key[1]++) {
		by = table_find(&st->assessed, key);
		if (by != NULL && by->person == who && by->body == body)
			return 0;
	}
	if (body == TABLE_NONE ||
	    (by = table_add(&st->assessed, key)) == NULL)
		return -1;
	by->person = who;
	by->body = body;
	holder->n_assessed++;
	return 0;
}

static int
carry_grant(struct state *st, const struct decision *d,
    const struct carried *c)
{
	struct km_register_leaf	 leaf;
	struct km_attestation	 a;
	struct km_sign1		 sign1;
	struct holder		*holder;
	struct mark		*mark;
	struct count		*count;
	struct slot		 slot;
	uint64_t		 index = merkle_size(st->reg);

	if (c->n_leaves != 1 || c->leaf[0].index != index ||
	    km_register_leaf_decode(&leaf, c->leaf[0].leaf.p,
	    c->leaf[0].leaf.len) != KM_OK || leaf.index != index ||
	    km_attestation_decode(&a, &sign1, leaf.attestation.p,
	    leaf.attestation.len) != KM_OK ||
	    ((uint64_t)a.shard << STATE_SHARD_BITS | a.idx) != index ||
	    (holder = state_holder(st, a.sub)) == NULL ||
	    state_mark(st, a.number) != NULL ||
	    number_parse(a.number, &st->year, &st->seq) == -1 ||
	    (mark = table_add(&st->marks, a.number.p)) == NULL)
		return -1;
	memcpy(holder->head, d->id, KM_HASH_LEN);
	memcpy(mark->head, d->id, KM_HASH_LEN);
	mark->provider = table_number(&st->providers, holder);
	mark->newest = (uint32_t)index;

	memset(&slot, 0, sizeof(slot));
	slot.exp = a.exp;
	slot.mark = table_number(&st->marks, mark);
	slot.older = TABLE_NONE;
	slot.body = body_number(st, a.body);
	slot.status = leaf.status;
	if (slot_add(st, &slot, c->leaf[0].leaf) == -1)
		return -1;
	if (slot.body == TABLE_NONE)
		return 0;
	if ((count = count_of(st, slot.body, a.iat)) == NULL)
		return -1;
	count->granted++;
	return 0;
}

/* One leaf of suspend, lift or withdraw. */
static int
carry_status(struct state *st, uint32_t mark, const struct leaf_change *c,
    int64_t *at)
{
	struct km_register_leaf	leaf;
	uint8_t			hash[KM_HASH_LEN];

	if (c->index >= merkle_size(st->reg) ||
	    st->slot[c->index].mark != mark ||
	    km_register_leaf_decode(&leaf, c->leaf.p, c->leaf.len) != KM_OK ||
	    leaf.index != c->index || !rules_transition(
	    (enum km_status)st->slot[c->index].status, leaf.status))
		return -1;
	km_leaf_hash(hash, c->leaf);
	if (merkle_set(st->reg, c->index, hash) == -1)
		return -1;
	st->slot[c->index].status = leaf.status;
	st->shard[c->index >> STATE_SHARD_BITS].dirty = 1;
	*at = leaf.event[leaf.n - 1].at;
	return 0;
}

static int
carry_mark(struct state *st, const struct decision *d,
    const struct carried *c)
{
	struct count	*count;
	struct mark	*mark;
	int64_t		 at = 0;
	uint32_t	 body;
	size_t		 i;

	if ((mark = state_mark(st, d->subject)) == NULL || c->n_leaves == 0)
		return -1;
	for (i = 0; i < c->n_leaves; i++)
		if (carry_status(st, table_number(&st->marks, mark),
		    &c->leaf[i], &at) == -1)
			return -1;
	memcpy(mark->head, d->id, KM_HASH_LEN);
	body = st->slot[mark->newest].body;
	if (d->kind == DECISION_LIFT || body == TABLE_NONE)
		return 0;
	if ((count = count_of(st, body, at)) == NULL)
		return -1;
	if (d->kind == DECISION_SUSPEND)
		count->suspended++;
	else
		count->withdrawn++;
	return 0;
}

static int
carry_disable(struct state *st, const struct decision *d, int64_t at)
{
	struct disabled	*disabled;
	char		 key[PERSON_MAX];

	key_of(key, sizeof(key), d->u.person);
	if ((disabled = table_find(&st->disabled, key)) == NULL &&
	    (disabled = table_add(&st->disabled, key)) == NULL)
		return -1;
	disabled->at = at;
	memcpy(st->head, d->id, KM_HASH_LEN);
	return 0;
}

static int
carry_decision(struct state *st, const struct decision *d,
    const struct carried *c)
{
	switch (d->kind) {
	case DECISION_PROVIDER_ADD:
		return carry_provider(st, d);
	case DECISION_BODY_ADD:
		return carry_body(st, d);
	case DECISION_ASSESSMENT:
		return carry_assessment(st, d);
	case DECISION_GRANT:
		return carry_grant(st, d, c);
	case DECISION_SUSPEND:
	case DECISION_LIFT:
	case DECISION_WITHDRAW:
		return carry_mark(st, d, c);
	case DECISION_DISABLE:
		return carry_disable(st, d, c->at);
	case DECISION_SCHEME:
		memcpy(st->head, d->id, KM_HASH_LEN);
		return state_scheme_set(st, c->json);
	case DECISION_APPLICATION:
	case DECISION_EVIDENCE:
	case DECISION_SURVEILLANCE:
	case DECISION_COMPLAINT:
	case DECISION_APPEAL:
	case DECISION_VULNERABILITY:
	case DECISION_PROVIDER_CHANGE:
	case DECISION_BODY_CHANGE:
	case DECISION_REFUSE:
	case DECISION_RENEW:
	case DECISION_AMEND:
	case DECISION_VOID:
	case DECISION_HALT:
	case DECISION_END:
	case DECISION_FORGET:
	case DECISION_RESUME:
	case DECISION_OFFICERS:
	case DECISION_CATALOGUE:
	case DECISION_TRUST:
		break;
	}
	return -1;		/* check.c lets none of these through */
}

static int
is_due(const void *rec, void *arg)
{
	const struct done	*done = rec;
	const int64_t		*now = arg;

	return done->valid_until > *now;
}

/*
 * Remember an id until its valid-until: from then on the decision is refused
 * as expired. Those past are dropped whenever twice as many have come as
 * were left the last time, by the journal's time, so that a replay drops the
 * same.
 */
static int
done_add(struct state *st, const uint8_t id[KM_HASH_LEN], int64_t until,
    uint64_t place)
{
	struct done	*done;

	if (st->done.n >= st->done_full) {
		table_keep(&st->done, is_due, &st->newest);
		st->done_full = st->done.n * 2;
		if (st->done_full < STATE_DONE_FIRST)
			st->done_full = STATE_DONE_FIRST;
	}
	if (table_find(&st->done, id) != NULL ||
	    (done = table_add(&st->done, id)) == NULL)
		return -1;
	done->valid_until = until;
	done->place = place;
	return 0;
}

static int
carry_list(struct state *st, struct km_bytes bytes, int64_t *until)
{
	struct km_sign	sign;

	if (km_sign_decode(&sign, bytes.p, bytes.len, KM_TYP_TRUST) ==
	    KM_OK) {
		if (state_trust_set(st, bytes) == -1)
			return -1;
		*until = st->trust.expires;
		return 0;
	}
	if (state_officers_set(st, bytes) == -1)
		return -1;
	*until = st->officers.expires;
	return 0;
}

int
state_carry(struct state *st, const struct carried *c)
{
	struct decision	d;
	uint8_t		id[KM_HASH_LEN], hash[KM_HASH_LEN];
	int64_t		until;

	km_sha256(id, &c->bytes, 1);
	if (decision_decode(&d, c->bytes.p, c->bytes.len) == KM_OK) {
		until = d.valid_until;
		if (carry_decision(st, &d, c) == -1)
			return -1;
	} else if (carry_list(st, c->bytes, &until) == -1)
		return -1;
	km_leaf_hash(hash, c->log_leaf);
	km_frontier_add(&st->log, hash);
	return done_add(st, id, until, c->place);
}

void
state_batch(struct state *st, uint64_t batch, int64_t at, uint64_t offset)
{
	struct past_batch	*past = &st->past[batch % STATE_HEADS_KEPT];

	st->batch = batch;
	if (at > st->newest)
		st->newest = at;
	past->batch = batch;
	past->offset = offset;
	state_log_head(st, &past->log);
}

static int
head_equal(const struct km_tree_head *a, const struct km_tree_head *b)
{
	return a->size == b->size && memcmp(a->root, b->root,
	    KM_HASH_LEN) == 0;
}

int
state_publish(struct state *st, const struct list_change *list, size_t n,
    const struct km_epoch *e, const uint8_t hash[KM_HASH_LEN], int64_t at,
    uint64_t offset)
{
	struct past_epoch	*past;
	struct km_tree_head	 log, reg;
	size_t			 i;

	for (i = 0; i < n; i++)
		if (list[i].shard >= st->n_shards ||
		    (i > 0 && list[i].shard <= list[i - 1].shard))
			return -1;
	state_status_head(st, list, n, &st->status);
	for (i = 0; i < n; i++) {
		memcpy(st->shard[list[i].shard].hash, list[i].hash,
		    KM_HASH_LEN);
		st->shard[list[i].shard].iat = list[i].iat;
		st->shard[list[i].shard].dirty = 0;
	}
	state_log_head(st, &log);
	state_register_head(st, &reg);
	if (e->number != st->epoch + 1 ||
	    memcmp(e->previous, state_epoch_hash(st), KM_HASH_LEN) != 0 ||
	    !head_equal(&e->log, &log) || !head_equal(&e->reg, &reg) ||
	    !head_equal(&e->status, &st->status) ||
	    memcmp(e->trust, st->trust_hash, KM_HASH_LEN) != 0 ||
	    memcmp(e->scheme, st->scheme_hash, KM_HASH_LEN) != 0)
		return -1;
	st->epoch = e->number;
	st->this_update = e->this_update;
	st->next_update = e->next_update;
	if (at > st->newest)
		st->newest = at;
	past = &st->past_epoch[e->number % STATE_EPOCHS_KEPT];
	past->number = e->number;
	past->offset = offset;
	memcpy(past->hash, hash, KM_HASH_LEN);
	return 0;
}
