/* SPDX-License-Identifier: EUPL-1.2 */
/* Desk: acts, from draft to what office records of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ca/record/encode.h"
#include "tests/lib/desk.h"

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

const char *const desk_two[] = { "registrar", "decider-1", NULL };
const char *const desk_three[] = { "registrar", "decider-1", "reviewer",
				    NULL };
const char *const desk_assessor[] = { "assessor", NULL };
const char *const desk_decider[] = { "decider-1", NULL };

static struct km_bytes
held(const struct sample_buf *b)
{
	return (struct km_bytes){ b->p, b->len };
}

void
desk_act_free(struct desk_act *a)
{
	papers_act_free(&a->act);
	memset(a, 0, sizeof(*a));
}

void
desk_sign(struct desk *d, struct desk_act *a, const struct decision *dec,
    const char *const *ids)
{
	papers_write(&a->act, dec);
	for (; *ids != NULL; ids++)
		papers_sign(&a->act, &d->papers, *ids);
}

/* In the order of ids, as the decision has them. */
static struct desk_rested *
rest(struct desk_act *a, const struct papers_act *act)
{
	size_t	i;

	must(a->n_rested < RESTS_MAX);
	for (i = a->n_rested++; i > 0 && memcmp(a->rested[i - 1].act->d.id,
	    act->d.id, KM_HASH_LEN) > 0; i--)
		a->rested[i] = a->rested[i - 1];
	memset(&a->rested[i], 0, sizeof(a->rested[i]));
	a->rested[i].act = act;
	return &a->rested[i];
}

void
desk_rest_provider(struct desk *d, struct desk_act *a, size_t holder)
{
	rest(a, &d->holder[holder].provider);
}

void
desk_rest_assessment(struct desk *d, struct desk_act *a, size_t holder)
{
	struct desk_holder	*h = &d->holder[holder];
	struct desk_rested	*r = rest(a, &h->assessment);

	r->has_place = 1;
	r->index = h->assessment_at;
	r->size = merkle_size(d->log);
	r->n_path = merkle_path(r->path, d->log, r->index, r->size);
	must(r->n_path >= 0);
}

void
desk_leaf(struct desk *d, struct desk_act *a, size_t mark)
{
	a->leaf[a->n_leaves++] = held(&d->leaf[d->mark[mark].index]);
}

void
desk_draft_provider(struct desk *d, struct papers_draft *draft,
    struct desk_holder *h)
{
	snprintf(h->kvk, sizeof(h->kvk), "%08u",
	    (unsigned int)(90000000 + d->papers.drafts) % 100000000);
	snprintf(h->sub, sizeof(h->sub), "NTRNL-%s", h->kvk);
	papers_draft(draft, &d->papers, DECISION_PROVIDER_ADD);
	draft->d.subject = km_bytes_of(h->sub);
	draft->d.u.provider.kvk = km_bytes_of(h->kvk);
	draft->d.valid_until = d->clock->real + 7 * SAMPLE_DAY;
}

void
desk_draft_assessment(struct desk *d, struct papers_draft *draft,
    size_t holder)
{
	papers_draft(draft, &d->papers, DECISION_ASSESSMENT);
	draft->d.subject = km_bytes_of(d->holder[holder].sub);
	draft->d.valid_until = d->clock->real + 7 * SAMPLE_DAY;
}

void
desk_draft_grant(struct desk *d, struct papers_draft *draft, size_t holder)
{
	struct desk_holder	*h = &d->holder[holder];

	papers_draft(draft, &d->papers, DECISION_GRANT);
	draft->d.subject = km_bytes_of(h->sub);
	draft->d.valid_until = d->clock->real + 7 * SAMPLE_DAY;
	papers_head(draft, h->head);
	papers_rest(draft, h->provider.d.id);
	papers_rest(draft, h->assessment.d.id);
}

void
desk_draft_mark(struct desk *d, struct papers_draft *draft,
    enum decision_kind kind, size_t mark)
{
	papers_draft(draft, &d->papers, kind);
	draft->d.subject = km_bytes_of(d->mark[mark].number);
	draft->d.valid_until = d->clock->real + 7 * SAMPLE_DAY;
	if (kind == DECISION_SUSPEND)
		draft->d.u.act.until = d->clock->real + 30 * SAMPLE_DAY;
	if (decision_has_head(kind))
		papers_head(draft, d->mark[mark].head);
}

static void
rested_write(struct buf *b, const struct desk_rested *r)
{
	size_t	i;

	encode_array(b, r->has_place ? 5 : 2);
	encode_bytes(b, held(&r->act->bytes));
	encode_array(b, r->act->n);
	for (i = 0; i < r->act->n; i++)
		encode_bytes(b, held(&r->act->approval[i]));
	if (!r->has_place)
		return;
	encode_uint(b, r->index);
	encode_uint(b, r->size);
	encode_array(b, (size_t)r->n_path);
	for (i = 0; i < (size_t)r->n_path; i++)
		encode_hash(b, r->path + i * KM_HASH_LEN);
}

static void
act_write(struct buf *b, const struct desk_act *a)
{
	size_t	i;

	encode_map(b, (size_t)(2 + (a->n_rested > 0) + (a->n_leaves > 0) +
	    (a->json.p != NULL)));
	encode_uint(b, ACT_KEY_DECISION);
	encode_bytes(b, a->list.p != NULL ? a->list : held(&a->act.bytes));
	encode_uint(b, ACT_KEY_APPROVALS);
	encode_array(b, a->act.n);
	for (i = 0; i < a->act.n; i++)
		encode_bytes(b, held(&a->act.approval[i]));
	if (a->n_rested > 0) {
		encode_uint(b, ACT_KEY_RESTED);
		encode_array(b, a->n_rested);
		for (i = 0; i < a->n_rested; i++)
			rested_write(b, &a->rested[i]);
	}
	if (a->n_leaves > 0) {
		encode_uint(b, ACT_KEY_LEAVES);
		encode_array(b, a->n_leaves);
		for (i = 0; i < a->n_leaves; i++)
			encode_bytes(b, a->leaf[i]);
	}
	if (a->json.p != NULL) {
		encode_uint(b, ACT_KEY_JSON);
		encode_bytes(b, a->json);
	}
}

void
desk_write(struct buf *ask, uint64_t batch,
    const struct desk_act *const *act, size_t n)
{
	size_t	i;

	encode_array(ask, 3);
	encode_uint(ask, SIGNER_APPLY);
	encode_uint(ask, batch);
	encode_array(ask, n);
	for (i = 0; i < n; i++)
		act_write(ask, act[i]);
}

/* What a register leaf says of a mark: a new one, or another status. */
static void
record_leaf(struct desk *d, const struct leaf_change *c,
    const struct decision *dec)
{
	struct km_register_leaf	leaf;
	struct km_attestation	a;
	struct desk_mark	*m;
	struct km_sign1		sign1;
	size_t			i;

	must(km_register_leaf_decode(&leaf, c->leaf.p, c->leaf.len) == KM_OK);
	must(leaf.index == c->index && c->index < DESK_MARKS);
	must(km_attestation_decode(&a, &sign1, leaf.attestation.p,
	    leaf.attestation.len) == KM_OK);
	if (c->index == d->n_leaves) {
		d->n_leaves++;
		m = &d->mark[d->n_marks++];
		memcpy(m->number, a.number.p, KM_NUMBER_LEN);
		m->index = c->index;
		for (i = 0; i < d->n_holders; i++)
			if (km_bytes_equal(km_bytes_of(d->holder[i].sub),
			    a.sub))
				m->holder = i;
	}
	must(c->index < d->n_leaves);
	sample_free(&d->leaf[c->index]);
	sample_raw(&d->leaf[c->index], c->leaf.p, c->leaf.len);
	for (i = 0; i < d->n_marks; i++)
		if (d->mark[i].index == c->index) {
			d->mark[i].status = leaf.status;
			memcpy(d->mark[i].head, dec->id, KM_HASH_LEN);
		}
}

/* Move the subject's head; only those the desk keeps. */
static void
record_head(struct desk *d, const struct decision *dec)
{
	size_t	i;

	if (!decision_moves_head(dec->kind))
		return;
	if (dec->subject.len == 0)
		memcpy(d->head, dec->id, KM_HASH_LEN);
	for (i = 0; i < d->n_holders; i++)
		if (km_bytes_equal(km_bytes_of(d->holder[i].sub),
		    dec->subject))
			memcpy(d->holder[i].head, dec->id, KM_HASH_LEN);
}

static void
record(struct desk *d, struct km_bytes bytes, const struct result *r)
{
	struct decision	dec;
	uint8_t		hash[KM_HASH_LEN];
	size_t		i;

	/* Given again: it stands in the log already. */
	if (r->refusal != REFUSAL_NONE || r->index < merkle_size(d->log))
		return;
	must(r->index == merkle_size(d->log));
	km_leaf_hash(hash, r->log_leaf);
	must(merkle_append(d->log, hash) == 0);
	if (decision_decode(&dec, bytes.p, bytes.len) != KM_OK)
		return;
	record_head(d, &dec);
	for (i = 0; i < r->n_leaves; i++)
		record_leaf(d, &r->leaf[i], &dec);
}

/* The log as we have it is the log as the signer has it. */
static void
check_head(struct desk *d, struct km_cbor *c)
{
	struct km_tree_head	head;
	uint8_t			root[KM_HASH_LEN];

	tree_head_read(c, &head);
	must(c->err == KM_OK);
	merkle_root(root, d->log);
	must(head.size == merkle_size(d->log));
	must(memcmp(head.root, root, KM_HASH_LEN) == 0);
}

enum refusal
desk_apply(struct desk *d, const struct desk_act *const *act, size_t n,
    struct result *result, struct buf *reply)
{
	struct km_cbor	c;
	struct buf	ask;
	enum refusal	r;
	size_t		i;

	buf_init(&ask, MSG_MAX);
	desk_write(&ask, d->batch + 1, act, n);
	desk_ask(d, &ask, reply);
	buf_free(&ask);
	if ((r = desk_refusal(reply)) != REFUSAL_NONE)
		return r;
	km_cbor_begin(&c, reply->p, reply->len);
	must(km_cbor_array(&c, 5, 5) == 5);
	must(km_cbor_uint(&c, SIGNER_APPLY, SIGNER_APPLY) == SIGNER_APPLY);
	km_cbor_uint(&c, 0, 0);
	d->batch = km_cbor_uint(&c, 0, UINT64_MAX);
	km_cbor_array(&c, n, n);
	for (i = 0; i < n; i++) {
		result_read(&c, &result[i]);
		must(c.err == KM_OK);
		record(d, act[i]->list.p != NULL ? act[i]->list :
		    held(&act[i]->act.bytes), &result[i]);
	}
	check_head(d, &c);
	must(km_cbor_end(&c) == KM_OK);
	return REFUSAL_NONE;
}

enum refusal
desk_try(struct desk *d, const struct desk_act *act)
{
	struct result	*result;
	struct buf	reply;
	enum refusal	r;

	must((result = calloc(1, sizeof(*result))) != NULL);
	buf_init(&reply, MSG_MAX);
	if ((r = desk_apply(d, &act, 1, result, &reply)) == REFUSAL_NONE)
		r = result->refusal;
	buf_free(&reply);
	free(result);
	return r;
}

enum refusal
desk_hello(struct desk *d)
{
	struct act_ask	*act;
	struct result	*result;
	struct km_cbor	 c, acts, results;
	struct buf	 ask, reply;
	enum refusal	 r;
	size_t		 i, k, n, m;

	buf_init(&ask, 64);
	buf_init(&reply, MSG_MAX);
	must((act = calloc(1, sizeof(*act))) != NULL);
	must((result = calloc(1, sizeof(*result))) != NULL);
	encode_array(&ask, 5);
	encode_uint(&ask, SIGNER_HELLO);
	encode_uint(&ask, SIGNER_VERSION);
	encode_uint(&ask, d->batch);
	encode_uint(&ask, d->epoch);
	encode_array(&ask, 0);
	desk_ask(d, &ask, &reply);
	if ((r = desk_refusal(&reply)) != REFUSAL_NONE)
		goto out;
	km_cbor_begin(&c, reply.p, reply.len);
	km_cbor_array(&c, 5, 5);
	km_cbor_skip(&c, 0);
	km_cbor_skip(&c, 0);
	km_cbor_skip(&c, 6);
	n = km_cbor_array(&c, 0, BATCHES_AWAY_MAX);
	for (i = 0; i < n; i++) {
		km_cbor_array(&c, 4, 4);
		must(km_cbor_uint(&c, 0, UINT64_MAX) == d->batch + 1);
		acts = c;
		km_cbor_skip(&c, 6);
		results = c;
		m = km_cbor_array(&acts, 1, BATCH_ACTS_MAX);
		must(km_cbor_array(&results, m, m) == m);
		for (k = 0; k < m; k++) {
			act_ask_read(&acts, act);
			result_read(&results, result);
			must(acts.err == KM_OK && results.err == KM_OK);
			record(d, act->bytes, result);
		}
		km_cbor_skip(&c, 6);
		check_head(d, &c);
		d->batch++;
	}
	d->epoch += (uint32_t)km_cbor_array(&c, 0, STATE_EPOCHS_KEPT);
	must(c.err == KM_OK);
	/* Init's act is the only one that the desk did not make. */
	if (d->batch == 1)
		memcpy(d->head, d->scheme_id, KM_HASH_LEN);
out:
	free(act);
	free(result);
	buf_free(&ask);
	buf_free(&reply);
	return r;
}

void
desk_furnish(struct desk *d)
{
	struct papers_draft	draft;
	struct desk_act		a = { 0 };

	papers_draft(&draft, &d->papers, DECISION_BODY_ADD);
	desk_sign(d, &a, &draft.d, desk_two);
	must(desk_try(d, &a) == REFUSAL_NONE);
	desk_act_free(&a);
	d->bodies++;
}

size_t
desk_provider(struct desk *d)
{
	struct papers_draft	 draft;
	struct desk_holder	*h = &d->holder[d->n_holders];
	struct desk_act		 a = { 0 };

	must(d->n_holders < DESK_HOLDERS);
	memset(h, 0, sizeof(*h));
	desk_draft_provider(d, &draft, h);
	d->n_holders++;
	desk_sign(d, &a, &draft.d, desk_two);
	must(desk_try(d, &a) == REFUSAL_NONE);
	h->provider = a.act;	/* given to h */
	return d->n_holders - 1;
}

void
desk_assess(struct desk *d, size_t holder)
{
	struct papers_draft	 draft;
	struct desk_holder	*h = &d->holder[holder];
	struct desk_act		 a = { 0 };

	desk_draft_assessment(d, &draft, holder);
	desk_sign(d, &a, &draft.d, desk_assessor);
	must(desk_try(d, &a) == REFUSAL_NONE);
	papers_act_free(&h->assessment);
	h->assessment = a.act;	/* given to h */
	h->assessment_at = merkle_size(d->log) - 1;
	h->assessed = 1;
}

size_t
desk_grant(struct desk *d, size_t holder)
{
	struct papers_draft	draft;
	struct desk_act		a = { 0 };

	desk_draft_grant(d, &draft, holder);
	desk_sign(d, &a, &draft.d, desk_two);
	desk_rest_provider(d, &a, holder);
	desk_rest_assessment(d, &a, holder);
	must(desk_try(d, &a) == REFUSAL_NONE);
	desk_act_free(&a);
	return d->n_marks - 1;
}

enum refusal
desk_turn(struct desk *d, enum decision_kind kind, size_t mark)
{
	struct papers_draft	draft;
	struct desk_act		a = { 0 };
	enum refusal		r;

	desk_draft_mark(d, &draft, kind, mark);
	desk_sign(d, &a, &draft.d, kind == DECISION_SUSPEND ? desk_decider :
	    desk_three);
	desk_leaf(d, &a, mark);
	r = desk_try(d, &a);
	desk_act_free(&a);
	return r;
}
