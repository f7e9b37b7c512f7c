/* SPDX-License-Identifier: EUPL-1.2 */
/* State: what may be asked of it; see state.h. */
#include <stdlib.h>
#include <string.h>

#include "ca/record/encode.h"
#include "ca/record/number.h"

#include "digest.h"
#include "state.h"

/* Find by text shorter than, or as long as, the key; len at most 64. */
static void *
find_text(const struct table *t, struct km_bytes text)
{
	char	key[64];

	if (text.len > t->key_len || t->key_len > sizeof(key))
		return NULL;
	memset(key, 0, sizeof(key));
	if (text.len > 0)
		memcpy(key, text.p, text.len);
	return table_find(t, key);
}

struct mark *
state_mark(const struct state *st, struct km_bytes number)
{
	return number.len == KM_NUMBER_LEN ?
	    table_find(&st->marks, number.p) : NULL;
}

struct holder *
state_holder(const struct state *st, struct km_bytes sub)
{
	return find_text(&st->providers, sub);
}

struct accredited *
state_body(const struct state *st, struct km_bytes number)
{
	return find_text(&st->bodies, number);
}

int
state_disabled(const struct state *st, struct km_bytes id)
{
	return find_text(&st->disabled, id) != NULL;
}

size_t
state_assessed(const struct state *st, const struct holder *holder,
    struct assessed_by *out, size_t max)
{
	const struct accredited	*body;
	const struct assessed	*by;
	const struct person	*person;
	uint32_t		 key[2], n = holder->n_assessed;
	size_t			 i;

	key[0] = table_number(&st->providers, holder);
	for (i = 0; i < max && i < n; i++) {
		key[1] = n - 1 - (uint32_t)i;
		if ((by = table_find(&st->assessed, key)) == NULL)
			break;
		person = table_at(&st->persons, by->person);
		body = table_at(&st->bodies, by->body);
		out[i].person = state_key(person->id, sizeof(person->id));
		out[i].body = state_key(body->number, sizeof(body->number));
	}
	return i;
}

const struct officer *
state_enabled_again(const struct state *st, const struct officers *next)
{
	const struct disabled	*disabled;
	const struct officer	*o;
	size_t			 i;

	for (i = 0; i < st->disabled.n; i++) {
		disabled = table_at(&st->disabled, i);
		o = officers_find(next, state_key(disabled->id,
		    sizeof(disabled->id)));
		if (o != NULL && next->issued < disabled->at)
			return o;
	}
	return NULL;
}

void
state_body_view(struct body *out, const struct accredited *a)
{
	memset(out, 0, sizeof(*out));
	out->name.p = (const uint8_t *)a->name;
	out->name.len = a->name_len;
	out->from = a->from;
	out->until = a->until;
	out->level = (enum km_level)a->level;
}

struct km_bytes
state_key(const char *key, size_t len)
{
	return (struct km_bytes){ (const uint8_t *)key, strnlen(key, len) };
}

uint64_t
state_slots(const struct state *st)
{
	return merkle_size(st->reg);
}

size_t
state_unexpired(const struct state *st, const struct mark *mark, int64_t now,
    uint32_t *index, size_t max)
{
	uint32_t	i, swap;
	size_t		n = 0, k;

	for (i = mark->newest; i != TABLE_NONE && n < max;
	    i = st->slot[i].older)
		if (st->slot[i].exp > now)
			index[n++] = i;
	for (k = 0; k < n / 2; k++) {	/* the newest came first */
		swap = index[k];
		index[k] = index[n - 1 - k];
		index[n - 1 - k] = swap;
	}
	return n;
}

int
state_room(struct state *st, enum decision_kind kind)
{
	if (table_room(&st->done, 1) == -1)
		return 0;
	if (kind == DECISION_PROVIDER_ADD)
		return table_room(&st->providers, 1) == 0;
	if (kind == DECISION_BODY_ADD)
		return table_room(&st->bodies, 1) == 0;
	if (kind == DECISION_DISABLE)
		return table_room(&st->disabled, 1) == 0;
	if (kind == DECISION_ASSESSMENT)
		return table_room(&st->persons, 1) == 0 &&
		    table_room(&st->assessed, 1) == 0;
	if (kind == DECISION_GRANT && (merkle_size(st->reg) >=
	    STATE_SLOTS_MAX || table_room(&st->marks, 1) == -1))
		return 0;
	return table_room(&st->counts, 1) == 0;
}

int
state_next_number(const struct state *st, int64_t at,
    char out[KM_NUMBER_LEN + 1])
{
	unsigned int	year = date_year(at);

	return number_format(out, year, year == st->year ? st->seq + 1 : 1);
}

void
state_log_head(const struct state *st, struct km_tree_head *out)
{
	out->size = st->log.size;
	km_frontier_root(out->root, &st->log);
}

void
state_register_head(const struct state *st, struct km_tree_head *out)
{
	out->size = merkle_size(st->reg);
	merkle_root(out->root, st->reg);
}

void
state_status_head(const struct state *st, const struct list_change *list,
    size_t n, struct km_tree_head *out)
{
	struct km_frontier	f;
	struct km_bytes		entry;
	uint8_t			hash[KM_HASH_LEN];
	size_t			i, k = 0;

	km_frontier_begin(&f);
	for (i = 0; i < st->n_shards; i++) {
		entry.p = st->shard[i].hash;
		entry.len = KM_HASH_LEN;
		if (k < n && list[k].shard == i)
			entry.p = list[k++].hash;
		km_leaf_hash(hash, entry);
		km_frontier_add(&f, hash);
	}
	out->size = f.size;
	km_frontier_root(out->root, &f);
}

const uint8_t *
state_epoch_hash(const struct state *st)
{
	static const uint8_t	zeros[KM_HASH_LEN];

	return st->epoch == 0 ? zeros :
	    st->past_epoch[st->epoch % STATE_EPOCHS_KEPT].hash;
}

struct head {				/* of one subject */
	struct km_bytes	 subject;
	const uint8_t	*head, *in_force;	/* NULL: nil */
};

static int
head_cmp(const void *a, const void *b)
{
	const struct head	*x = a, *y = b;

	return km_bytes_cmp(x->subject, y->subject);
}

static size_t
heads_gather(const struct state *st, struct head *head)
{
	static const uint8_t		 zeros[KM_HASH_LEN];
	const struct accredited		*body;
	const struct holder		*holder;
	const struct mark		*mark;
	size_t				 i, n = 0;

	memset(&head[n], 0, sizeof(*head));
	if (memcmp(st->head, zeros, KM_HASH_LEN) != 0)
		head[n++].head = st->head;
	for (i = 0; i < st->marks.n; i++) {
		mark = table_at(&st->marks, i);
		head[n].subject = state_key(mark->number, KM_NUMBER_LEN);
		head[n].in_force = NULL;
		head[n++].head = mark->head;
	}
	for (i = 0; i < st->bodies.n; i++) {
		body = table_at(&st->bodies, i);
		head[n].subject = state_key(body->number,
		    sizeof(body->number));
		head[n].in_force = NULL;
		head[n++].head = body->head;
	}
	for (i = 0; i < st->providers.n; i++) {
		holder = table_at(&st->providers, i);
		head[n].subject = state_key(holder->sub, sizeof(holder->sub));
		head[n].in_force = holder->in_force;
		head[n++].head = holder->head;
	}
	return n;
}

int
state_heads(const struct state *st, uint8_t out[KM_HASH_LEN])
{
	struct digest	 digest;
	struct head	*head;
	struct buf	 b;
	size_t		 i, n;

	n = 1 + st->marks.n + st->bodies.n + st->providers.n;
	if ((head = calloc(n, sizeof(*head))) == NULL)
		return -1;
	n = heads_gather(st, head);
	qsort(head, n, sizeof(*head), head_cmp);

	buf_init(&b, 1024);
	digest_begin(&digest);
	for (i = 0; i < n && b.failed == 0; i++) {
		buf_reset(&b);
		encode_array(&b, 3);
		encode_text(&b, head[i].subject);
		encode_hash(&b, head[i].head);
		if (head[i].in_force != NULL)
			encode_hash(&b, head[i].in_force);
		else
			encode_null(&b);
		digest_add(&digest, b.p, b.len);
	}
	free(head);
	if (b.failed != 0) {
		buf_free(&b);
		return -1;
	}
	digest_end(out, &digest);
	buf_free(&b);
	return 0;
}
