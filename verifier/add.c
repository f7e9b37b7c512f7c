/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Adding to what is known: a trust list, an epoch or a status list, told
 * apart by header 16 (typ, RFC 9596). Signature first, then inflating.
 *
 * km_trust_accept() checks all signatures in one call. It is run once to
 * find which it will ask for, once for each of them, and once more to judge
 * with the answers: what it asks depends on the list alone. (Of two different
 * roots with one kid it would ask about the second only where the first does
 * not verify: that one has no answer then, and the list is refused.)
 */
#include <string.h>

#include "kind.h"
#include "op.h"

struct replay {
	uint32_t	 answers;
	size_t		 at;		/* asks seen */
	size_t		 want;		/* the one to keep in st */
	struct km_op_state *st;
};

/* km_verify_fn: the answer that was given, or is assumed, to this ask. */
static int
replay_verify(void *arg, const struct km_ask *ask)
{
	struct replay		*r = arg;
	struct km_op_state	*st = r->st;
	size_t			 i = r->at++;

	if (i == r->want && ask->msg[0].len <= sizeof(st->tbs) &&
	    ask->key.len <= sizeof(st->key)) {
		st->ask = *ask;
		st->ask.slot = -1;
		memcpy(st->tbs, ask->msg[0].p, ask->msg[0].len);
		st->ask.msg[0].p = st->tbs;
		memcpy(st->key, ask->key.p, ask->key.len);
		st->ask.key.p = st->key;
		st->asking = 1;
	}
	return i < 32 && (r->answers >> i & 1) != 0;
}

static enum km_err
trust_accept(struct km_op_state *st, struct replay *r)
{
	struct km_adding	*a = &st->u.add;
	struct km_known		*k = a->known;

	r->at = 0;
	r->st = st;
	return km_trust_accept(k->has_trust ? &k->trust : NULL,
	    &a->u.trust.trust, &a->u.trust.sign,
	    k->has_trust ? k->first : NULL, replay_verify, r);
}

static void
begin_trust(struct km_op_state *st, const uint8_t *object, size_t len)
{
	struct km_adding	*a = &st->u.add;
	struct km_adding_trust	*t = &a->u.trust;
	struct replay		 r = { UINT32_MAX, 0, SIZE_MAX, NULL };

	memset(t, 0, sizeof(*t));
	a->err = km_trust_decode(&t->trust, &t->sign, object, len);
	if (a->err != KM_OK)
		return;
	if (a->known->has_trust) {
		/* Once more what is in force: nothing to do or ask. */
		if (memcmp(a->hash, a->known->trust_hash, KM_HASH_LEN) == 0)
			return;
	} else if (memcmp(a->hash, a->known->pin, KM_HASH_LEN) != 0) {
		a->err = km_refuse(KM_ERR_PIN);
		return;
	}
	a->err = trust_accept(st, &r);
	if (a->err == KM_OK && r.at > 32)
		a->err = km_refuse(KM_ERR_LIMIT);
	if (a->err == KM_OK) {
		t->n = r.at;
		a->what = KM_ADD_TRUST;
	}
}

int
km_add_trust_ask(struct km_op_state *st)
{
	struct km_adding_trust	*t = &st->u.add.u.trust;
	struct replay		 r = { UINT32_MAX, 0, t->asked, NULL };

	if (st->u.add.what != KM_ADD_TRUST || t->asked >= t->n)
		return 0;
	(void)trust_accept(st, &r);
	return st->asking;
}

void
km_add_trust_answer(struct km_op_state *st, int good)
{
	struct km_adding_trust	*t = &st->u.add.u.trust;

	if (good)
		t->answers |= UINT32_C(1) << t->asked;
	t->asked++;
}

static void
begin_epoch(struct km_op_state *st, const uint8_t *object, size_t len)
{
	struct km_adding	*a = &st->u.add;
	struct km_sign1		 s;
	struct km_signed	 by;
	uint32_t		 keys;

	a->err = km_epoch_decode(&a->u.epoch, &s, object, len);
	if (a->err != KM_OK)
		return;
	by = (struct km_signed){ s.alg, s.kid, s.iss,
	    a->u.epoch.this_update, s.sig, 1 };
	keys = km_publish_keys(st->trust, &by, &a->err);
	km_pending_set(&st->pending[KM_PENDING_EPOCH], s.alg, s.protected_,
	    s.payload, s.sig, keys);
	a->what = KM_ADD_EPOCH;
}

static void
begin_list(struct km_op_state *st, const uint8_t *object, size_t len)
{
	struct km_adding	*a = &st->u.add;
	struct km_status_list	*l = &a->u.list;
	struct km_signed	 by;
	uint32_t		 keys;

	a->err = km_status_decode(l, object, len);
	if (a->err != KM_OK)
		return;
	by = (struct km_signed){ l->alg, l->kid, l->iss, l->iat, l->sig,
	    0 };
	keys = km_publish_keys(st->trust, &by, &a->err);
	km_pending_set(&st->pending[KM_PENDING_LIST], l->alg, l->protected_,
	    l->payload, l->sig, keys);
	a->what = KM_ADD_LIST;
}

void
km_add_begin(struct km_op *op, struct km_known *known, const uint8_t *object,
    size_t len)
{
	struct km_op_state	*st = km_op_state(op);
	struct km_adding	*a = &st->u.add;
	struct km_bytes		 whole = { object, len };
	enum km_kind		 kind = km_kind_of(object, len);

	st->kind = KM_OP_ADD;
	st->asking = 0;
	st->at = 0;
	st->trust = &known->trust;
	memset(st->pending, 0, sizeof(st->pending));
	a->known = known;
	a->err = KM_OK;
	a->what = KM_ADD_NOTHING;
	if (len > KM_LIST_MAX) {
		a->err = km_refuse(KM_ERR_LIMIT);
		return;
	}
	km_sha256(a->hash, &whole, 1);
	switch (kind) {
	case KM_KIND_TRUST:
		begin_trust(st, object, len);
		return;
	case KM_KIND_EPOCH:
	case KM_KIND_STATUS:
		if (!known->has_trust)
			a->err = km_refuse(KM_ERR_NO_TRUST);
		else if (kind == KM_KIND_EPOCH)
			begin_epoch(st, object, len);
		else
			begin_list(st, object, len);
		return;
	case KM_KIND_NONE:
		a->err = km_refuse(len == 0 ? KM_ERR_TRUNCATED : KM_ERR_TAG);
		return;
	case KM_KIND_ATTESTATION:
	case KM_KIND_BADGE:
	case KM_KIND_OFFICERS:
	case KM_KIND_APPROVAL:
	case KM_KIND_OTHER:
		break;
	}
	a->err = km_refuse(KM_ERR_TYP);
}

/* The kid of the key that verified it, or NULL. */
static const uint8_t *
by_whom(const struct km_op_state *st, size_t which)
{
	int	good = st->pending[which].good;

	return good < 0 ? NULL : st->trust->key[good].key.kid;
}

enum km_err
km_add_end(struct km_op *op)
{
	struct km_op_state	*st = km_op_state(op);
	struct km_adding	*a = &st->u.add;
	struct replay		 r = { 0, 0, SIZE_MAX, NULL };
	const uint8_t		*kid;

	if (st->kind != KM_OP_ADD || km_ask(op) != NULL)
		return km_refuse(KM_ERR_USE);
	st->kind = KM_OP_NONE;
	if (a->err != KM_OK)
		return km_refuse(a->err);
	switch (a->what) {
	case KM_ADD_NOTHING:
		return KM_OK;
	case KM_ADD_TRUST:
		r.answers = a->u.trust.answers;
		a->err = trust_accept(st, &r);
		if (a->err == KM_OK)
			km_known_set_trust(a->known, &a->u.trust.trust,
			    a->hash);
		return a->err;
	case KM_ADD_EPOCH:
		kid = by_whom(st, KM_PENDING_EPOCH);
		return kid == NULL ? km_refuse(KM_ERR_SIGNATURE) :
		    km_known_set_epoch(a->known, &a->u.epoch, a->hash, kid);
	case KM_ADD_LIST:
		kid = by_whom(st, KM_PENDING_LIST);
		return kid == NULL ? km_refuse(KM_ERR_SIGNATURE) :
		    km_known_set_list(a->known, &a->u.list, a->hash, kid,
		    st->scratch);
	}
	return km_refuse(KM_ERR_USE);
}
