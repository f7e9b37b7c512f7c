/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Verifying, as a machine that asks: read everything, ask whether each
 * signature verifies, then let the judge speak. What is known is only read.
 *
 * Proof in the badge is verified under the same trust as what is known, and
 * a list is taken only when it is newer: so the asks are one for the
 * attestation, and for list and epoch one, or one for each key that a list
 * of another make may be under.
 */
#include <string.h>

#include "inflate.h"
#include "op.h"

void
km_pending_set(struct km_pending *p, int alg, struct km_bytes protected_,
    struct km_bytes payload, const uint8_t *sig, uint32_t keys)
{
	p->alg = alg;
	p->protected_ = protected_;
	p->payload = payload;
	p->sig = sig;
	p->keys = keys;
	p->good = -1;
}

/* Put the next question about p into st->ask; 0 when there is none. */
static int
pending_ask(struct km_op_state *st, struct km_pending *p)
{
	const struct km_key	*key;
	size_t			 len;
	int			 slot = 0;

	if (p->keys == 0)
		return 0;
	while ((p->keys >> slot & 1) == 0)
		slot++;
	key = &st->trust->key[slot].key;
	len = km_tbs(st->tbs, p->protected_, NULL, p->payload.len);
	if (len == 0) {			/* a header that none of ours has */
		p->keys = 0;
		return 0;
	}
	st->ask.alg = p->alg;
	st->ask.slot = slot;
	st->ask.key = (struct km_bytes){ key->bytes, key->len };
	st->ask.msg[0] = (struct km_bytes){ st->tbs, len };
	st->ask.msg[1] = p->payload;
	st->ask.sig = p->sig;
	st->asking = 1;
	return 1;
}

const struct km_ask *
km_ask(struct km_op *op)
{
	struct km_op_state	*st = km_op_state(op);

	if (st->asking)
		return &st->ask;
	if (st->kind == KM_OP_ADD && st->u.add.what == KM_ADD_TRUST)
		return km_add_trust_ask(st) ? &st->ask : NULL;
	if (st->kind != KM_OP_ADD && st->kind != KM_OP_VERIFY)
		return NULL;
	for (; st->at < KM_PENDINGS; st->at++)
		if (pending_ask(st, &st->pending[st->at]))
			return &st->ask;
	return NULL;
}

void
km_answer(struct km_op *op, int good)
{
	struct km_op_state	*st = km_op_state(op);
	struct km_pending	*p;

	if (!st->asking)
		return;
	st->asking = 0;
	if (st->kind == KM_OP_ADD && st->u.add.what == KM_ADD_TRUST) {
		km_add_trust_answer(st, good);
		return;
	}
	p = &st->pending[st->at];
	if (good && p->good < 0)
		p->good = st->ask.slot;
	p->keys &= ~(UINT32_C(1) << st->ask.slot);
}

/* The attestation and the key that its kid names. */
static void
begin_attestation(struct km_op_state *st)
{
	struct km_verifying	*v = &st->u.verify;
	const struct km_sign1	*s = &v->sign1;
	uint32_t		 keys = 0;

	if (v->c.listing == KM_LISTING_SAME) {
		/* The register takes its place: nothing is asked. */
		v->c.key = km_trust_find(st->trust, s->kid);
		return;
	}
	v->c.key = km_trust_find(st->trust, s->kid);
	if (v->c.key >= 0 && st->trust->key[v->c.key].key.alg == s->alg)
		keys = UINT32_C(1) << v->c.key;
	km_pending_set(&st->pending[KM_PENDING_ATTESTATION], s->alg,
	    s->protected_, s->payload, s->sig, keys);
}

/* The badge's list: only a newer one than what is known matters. */
static void
begin_list(struct km_op_state *st)
{
	struct km_verifying	*v = &st->u.verify;
	struct km_list_proof	*p = &v->c.list[KM_FROM_BADGE];
	const struct km_list_proof *known = &v->c.list[KM_FROM_KNOWN];
	struct km_status_list	*l = &v->list;
	struct km_signed	 by;
	uint32_t		 keys = 0;

	if (v->badge.status.len == 0)
		return;
	p->given = 1;
	p->err = km_status_decode(l, v->badge.status.p, v->badge.status.len);
	if (p->err != KM_OK)
		return;
	if (!km_bytes_equal(l->uri, v->report->attestation.status_uri)) {
		p->err = km_refuse(KM_ERR_MISMATCH);
		return;
	}
	p->iat = l->iat;
	if (known->given && known->err == KM_OK && l->iat <= known->iat) {
		p->given = 0;
		return;
	}
	by = (struct km_signed){ l->alg, l->kid, l->iss, l->iat, l->sig,
	    0 };
	keys = km_publish_keys(st->trust, &by, &p->err);
	p->exp = l->exp;
	p->bits = l->bits;
	km_pending_set(&st->pending[KM_PENDING_LIST], l->alg, l->protected_,
	    l->payload, l->sig, keys);
}

/* The badge's epoch; the very one that is known is not asked about again. */
static void
begin_epoch(struct km_op_state *st)
{
	struct km_verifying	*v = &st->u.verify;
	const struct km_known	*known = v->c.known;
	struct km_epoch_proof	*p = &v->c.epoch[KM_FROM_BADGE];
	struct km_sign1		 s;
	struct km_signed	 by;
	uint32_t		 keys;

	if (v->badge.epoch.len == 0)
		return;
	km_sha256(v->epoch_hash, &v->badge.epoch, 1);
	p->given = 1;
	p->epoch = &v->epoch;
	p->hash = v->epoch_hash;
	p->err = km_epoch_decode(&v->epoch, &s, v->badge.epoch.p,
	    v->badge.epoch.len);
	if (p->err != KM_OK)
		return;
	if (km_epoch_counts(known) == KM_OK &&
	    memcmp(known->epoch_hash, v->epoch_hash, KM_HASH_LEN) == 0)
		return;
	by = (struct km_signed){ s.alg, s.kid, s.iss, v->epoch.this_update,
	    s.sig, 1 };
	keys = km_publish_keys(st->trust, &by, &p->err);
	km_pending_set(&st->pending[KM_PENDING_EPOCH], s.alg, s.protected_,
	    s.payload, s.sig, keys);
}

/*
 * An address in a QR may be that of a look-alike: it must be the one of the
 * authority that the attestation names. Other containers name none.
 */
static int
host_agrees(const struct km_found *f, const struct km_attestation *a)
{
	return f->kind != KM_CONTAINER_QR || km_container_host_is(f, a->iss);
}

/* Whatever can be read without asking. */
static void
read_all(struct km_op_state *st)
{
	struct km_verifying		*v = &st->u.verify;
	struct km_report		*r = v->report;
	const struct km_question	*q = v->c.q;
	const struct km_bytes		*a = &v->badge.attestation;

	v->c.badge_err = km_container_read(&v->found, st->file, q->badge.p,
	    q->badge.len);
	if (v->c.badge_err == KM_OK)
		v->c.badge_err = km_badge_decode(&v->badge, v->found.badge.p,
		    v->found.badge.len);
	if (v->c.badge_err != KM_OK)
		return;
	v->c.found = &v->found;
	v->c.badge = &v->badge;
	v->c.attestation_err = KM_ERR_LIMIT;
	if (a->len > KM_ATTESTATION_MAX)
		return;
	memcpy(r->attestation_bytes, a->p, a->len);
	r->attestation_len = a->len;
	v->c.attestation_err = km_attestation_decode(&r->attestation,
	    &v->sign1, r->attestation_bytes, a->len);
	if (v->c.attestation_err == KM_OK && !host_agrees(&v->found,
	    &r->attestation)) {
		v->c.badge_err = KM_ERR_MISMATCH;
		return;
	}
	if (!v->c.known->has_trust)
		return;
	km_case_epoch(&v->c);
	begin_epoch(st);
	if (v->c.attestation_err != KM_OK)
		return;
	v->c.sign1 = &v->sign1;
	km_case_listing(&v->c, r);
	begin_attestation(st);
	km_case_list(&v->c, r);
	begin_list(st);
}

void
km_verify_begin(struct km_op *op, const struct km_known *known,
    const struct km_question *q, struct km_report *out)
{
	struct km_op_state	*st = km_op_state(op);
	struct km_verifying	*v = &st->u.verify;
	size_t			 i;

	st->kind = KM_OP_VERIFY;
	st->asking = 0;
	st->at = 0;
	st->trust = &known->trust;
	for (i = 0; i < KM_PENDINGS; i++) {
		st->pending[i].keys = 0;
		st->pending[i].good = -1;
	}
	km_case_begin(&v->c, known, q, out);
	v->report = out;
	read_all(st);
}

/* Signature first, then inflating (design section 3). */
static void
end_list(struct km_op_state *st)
{
	struct km_verifying	*v = &st->u.verify;
	struct km_list_proof	*p = &v->c.list[KM_FROM_BADGE];
	size_t			 len;

	if (!p->given || p->err != KM_OK)
		return;
	if (st->pending[KM_PENDING_LIST].good < 0) {
		p->err = km_refuse(KM_ERR_SIGNATURE);
		return;
	}
	p->err = km_inflate(st->scratch, sizeof(st->scratch), &len,
	    v->list.lst.p, v->list.lst.len);
	if (p->err == KM_OK)
		p->entries = (struct km_bytes){ st->scratch, len };
}

static void
end_epoch(struct km_op_state *st)
{
	struct km_verifying	*v = &st->u.verify;
	struct km_epoch_proof	*p = &v->c.epoch[KM_FROM_BADGE];
	const struct km_known	*known = v->c.known;

	if (!p->given || p->err != KM_OK)
		return;
	if (st->pending[KM_PENDING_EPOCH].good < 0 &&
	    !(km_epoch_counts(known) == KM_OK && memcmp(known->epoch_hash,
	    v->epoch_hash, KM_HASH_LEN) == 0))
		p->err = km_refuse(KM_ERR_SIGNATURE);
}

enum km_verdict
km_verify_end(struct km_op *op)
{
	struct km_op_state	*st = km_op_state(op);
	struct km_verifying	*v = &st->u.verify;

	if (st->kind != KM_OP_VERIFY)
		return KM_UNDETERMINED;
	/* What the host has not answered does not verify. */
	while (km_ask(op) != NULL)
		km_answer(op, 0);
	st->kind = KM_OP_NONE;
	v->c.verifies = st->pending[KM_PENDING_ATTESTATION].good >= 0;
	end_list(st);
	end_epoch(st);
	if (v->c.badge_err == KM_OK && v->badge.has_status_path &&
	    v->badge.status.len > 0) {
		km_sha256(v->list_hash, &v->badge.status, 1);
		v->c.list_hash = v->list_hash;
	}
	km_judge(&v->c, v->report);
	return v->report->verdict;
}

enum km_err
km_look(struct km_unverified *out, const uint8_t *badge, size_t len)
{
	uint8_t			room[KM_BADGE_MAX];
	struct km_found		f;
	struct km_attestation	a;
	struct km_sign1		s;
	struct km_badge		b;
	enum km_err		err;

	if ((err = km_container_read(&f, room, badge, len)) != KM_OK ||
	    (err = km_badge_decode(&b, f.badge.p, f.badge.len)) != KM_OK)
		return err;
	if (b.attestation.len > KM_ATTESTATION_MAX)
		return KM_ERR_LIMIT;
	if ((err = km_attestation_decode(&a, &s, b.attestation.p,
	    b.attestation.len)) != KM_OK)
		return err;
	if (!host_agrees(&f, &a))
		return KM_ERR_MISMATCH;
	memset(out, 0, sizeof(*out));
	memcpy(out->bytes, b.attestation.p, b.attestation.len);
	out->len = b.attestation.len;
	/* Again, so that it points into what it goes along with. */
	return km_attestation_decode(&out->attestation, &s, out->bytes,
	    out->len);
}
