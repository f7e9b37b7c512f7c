/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writing what is published: attestation, status list, trust list, epoch,
 * badge and register leaf, field by field in the order of schemas/.
 */
#include "encode.h"

static void
encode_mark_scope(struct buf *b, const struct km_attestation *a)
{
	encode_uint(b, KM_MARK_NUMBER);
	encode_text(b, a->number);
	if (a->environment != KM_ENVIRONMENT_PRODUCTION) {
		encode_uint(b, KM_MARK_ENVIRONMENT);
		encode_uint(b, a->environment);
	}
	encode_uint(b, KM_MARK_DOCUMENT);
	encode_uint(b, a->document);
	encode_uint(b, KM_MARK_SCHEME);
	encode_array(b, 2);
	encode_text(b, a->scheme);
	encode_uint(b, a->scheme_version);
	encode_uint(b, KM_MARK_LINES);
	encode_lines(b, a->line, a->n_lines);
	encode_opt_texts(b, KM_MARK_NOT_COVERED, a->not_covered,
	    a->n_not_covered);
}

static void
encode_mark_holder(struct buf *b, const struct km_attestation *a)
{
	encode_uint(b, KM_MARK_LEGAL_NAME);
	encode_text(b, a->legal_name);
	encode_opt_texts(b, KM_MARK_TRADE_NAMES, a->trade_name,
	    a->n_trade_names);
	encode_uint(b, KM_MARK_PLACE);
	encode_text(b, a->place);
	encode_opt_text(b, KM_MARK_KVK, a->kvk);
	encode_opt_text(b, KM_MARK_EUID, a->euid);
	encode_opt_text(b, KM_MARK_LEI, a->lei);
	encode_opt_texts(b, KM_MARK_HOSTS, a->host, a->n_hosts);
}

static void
encode_mark_assessment(struct buf *b, const struct km_attestation *a)
{
	encode_uint(b, KM_MARK_ASSESSED);
	encode_uint(b, a->assessed);
	if (a->body.len > 0) {
		encode_uint(b, KM_MARK_BODY);
		encode_array(b, 2);
		encode_text(b, a->body_name);
		encode_text(b, a->body);
	}
	encode_opt_text(b, KM_MARK_REPORT, a->report);
	if (a->n_evidence > 0) {
		encode_uint(b, KM_MARK_EVIDENCE);
		encode_evidence(b, a->evidence, a->n_evidence);
	}
	encode_opt_text(b, KM_MARK_INFORMATION, a->information);
	encode_uint(b, KM_MARK_DRAWING);
	encode_uint(b, a->drawing);
}

void
encode_attestation(struct buf *b, const struct km_attestation *a)
{
	size_t	n = 8;		/* members that always stand in a mark */

	n += a->environment != KM_ENVIRONMENT_PRODUCTION;
	n += a->n_not_covered > 0;
	n += a->n_trade_names > 0;
	n += a->kvk.len > 0;
	n += a->euid.len > 0;
	n += a->lei.len > 0;
	n += a->n_hosts > 0;
	n += a->body.len > 0;
	n += a->report.len > 0;
	n += a->n_evidence > 0;
	n += a->information.len > 0;

	encode_map(b, 8);
	encode_uint(b, KM_CLAIM_ISS);
	encode_text(b, a->iss);
	encode_uint(b, KM_CLAIM_SUB);
	encode_text(b, a->sub);
	encode_uint(b, KM_CLAIM_EXP);
	encode_int(b, a->exp);
	encode_uint(b, KM_CLAIM_NBF);
	encode_int(b, a->nbf);
	encode_uint(b, KM_CLAIM_IAT);
	encode_int(b, a->iat);
	encode_uint(b, KM_CLAIM_CTI);
	encode_bytes(b, a->cti);
	encode_uint(b, KM_CLAIM_STATUS);
	encode_map(b, 1);
	encode_text(b, km_bytes_of("status_list"));
	encode_map(b, 2);
	encode_text(b, km_bytes_of("idx"));
	encode_uint(b, a->idx);
	encode_text(b, km_bytes_of("uri"));
	encode_text(b, a->status_uri);
	encode_int(b, KM_CLAIM_MARK);
	encode_map(b, n);
	encode_mark_scope(b, a);
	encode_mark_holder(b, a);
	encode_mark_assessment(b, a);
}

/* "lst" before "bits": the shorter key first in encoded order. */
void
encode_status(struct buf *b, struct km_bytes iss, struct km_bytes uri,
    int64_t exp, int64_t iat, int64_t ttl, struct km_bytes lst)
{
	encode_map(b, 6);
	encode_uint(b, KM_CLAIM_ISS);
	encode_text(b, iss);
	encode_uint(b, KM_CLAIM_SUB);
	encode_text(b, uri);
	encode_uint(b, KM_CLAIM_EXP);
	encode_int(b, exp);
	encode_uint(b, KM_CLAIM_IAT);
	encode_int(b, iat);
	encode_uint(b, KM_CLAIM_STATUS_LIST);
	encode_map(b, 2);
	encode_text(b, km_bytes_of("lst"));
	encode_bytes(b, lst);
	encode_text(b, km_bytes_of("bits"));
	encode_uint(b, 2);
	encode_uint(b, KM_CLAIM_TTL);
	encode_int(b, ttl);
}

static void
encode_trust_key(struct buf *b, const struct km_trust_key *k)
{
	encode_map(b, k->revoked_at != -1 ? 5 : 4);
	encode_uint(b, KM_KEY_KEY);
	encode_key(b, &k->key);
	encode_uint(b, KM_KEY_PURPOSE);
	encode_uint(b, k->purpose);
	encode_uint(b, KM_KEY_NOT_BEFORE);
	encode_int(b, k->not_before);
	encode_uint(b, KM_KEY_NOT_AFTER);
	encode_int(b, k->not_after);
	if (k->revoked_at != -1) {
		encode_uint(b, KM_KEY_REVOKED_AT);
		encode_int(b, k->revoked_at);
	}
}

/* Roots and keys as they stand: the caller keeps them in order of kid. */
void
encode_trust(struct buf *b, const struct km_trust *t)
{
	size_t	i, n = 7;

	n += t->environment != KM_ENVIRONMENT_PRODUCTION;
	n += t->version > 1;
	encode_map(b, n);
	encode_uint(b, KM_TRUST_AUTHORITY);
	encode_text(b, t->authority);
	if (t->environment != KM_ENVIRONMENT_PRODUCTION) {
		encode_uint(b, KM_TRUST_ENVIRONMENT);
		encode_uint(b, t->environment);
	}
	encode_uint(b, KM_TRUST_VERSION);
	encode_uint(b, t->version);
	encode_uint(b, KM_TRUST_ISSUED);
	encode_int(b, t->issued);
	encode_uint(b, KM_TRUST_EXPIRES);
	encode_int(b, t->expires);
	encode_uint(b, KM_TRUST_THRESHOLD);
	encode_uint(b, t->threshold);
	encode_uint(b, KM_TRUST_ROOTS);
	encode_array(b, t->n_roots);
	for (i = 0; i < t->n_roots; i++)
		encode_key(b, &t->root[i]);
	encode_uint(b, KM_TRUST_KEYS);
	encode_array(b, t->n_keys);
	for (i = 0; i < t->n_keys; i++)
		encode_trust_key(b, &t->key[i]);
	if (t->version > 1) {
		encode_uint(b, KM_TRUST_FIRST);
		encode_hash(b, t->first);
	}
}

static void
encode_tree_head(struct buf *b, int key, const struct km_tree_head *h)
{
	encode_int(b, key);
	encode_array(b, 2);
	encode_uint(b, h->size);
	encode_hash(b, h->root);
}

void
encode_epoch(struct buf *b, const struct km_epoch *e)
{
	encode_map(b, 10);
	encode_uint(b, KM_EPOCH_NUMBER);
	encode_uint(b, e->number);
	encode_uint(b, KM_EPOCH_PREVIOUS);
	encode_hash(b, e->previous);
	encode_uint(b, KM_EPOCH_THIS_UPDATE);
	encode_int(b, e->this_update);
	encode_uint(b, KM_EPOCH_NEXT_UPDATE);
	encode_int(b, e->next_update);
	encode_uint(b, KM_EPOCH_TRUST);
	encode_array(b, 2);
	encode_uint(b, e->trust_version);
	encode_hash(b, e->trust);
	encode_uint(b, KM_EPOCH_SCHEME);
	encode_hash(b, e->scheme);
	encode_uint(b, KM_EPOCH_BODIES);
	encode_hash(b, e->bodies);
	encode_tree_head(b, KM_EPOCH_LOG, &e->log);
	encode_tree_head(b, KM_EPOCH_REGISTER, &e->reg);
	encode_tree_head(b, KM_EPOCH_STATUS, &e->status);
}

/* A path's hashes stand in struct km_badge as CBOR already. */
static void
encode_path(struct buf *b, struct km_bytes path, size_t n)
{
	encode_array(b, n);
	encode_raw(b, path);
}

/* With nothing stapled, the attestation by itself: that is a badge too. */
void
encode_badge(struct buf *b, const struct km_badge *badge)
{
	size_t	n = 1;

	n += badge->status.len > 0;
	n += badge->epoch.len > 0;
	n += badge->has_status_path != 0;
	n += badge->has_register != 0;
	if (n == 1) {
		encode_raw(b, badge->attestation);
		return;
	}
	encode_map(b, n);
	encode_uint(b, KM_BADGE_ATTESTATION);
	encode_bytes(b, badge->attestation);
	if (badge->status.len > 0) {
		encode_uint(b, KM_BADGE_STATUS);
		encode_bytes(b, badge->status);
	}
	if (badge->epoch.len > 0) {
		encode_uint(b, KM_BADGE_EPOCH);
		encode_bytes(b, badge->epoch);
	}
	if (badge->has_status_path) {
		encode_uint(b, KM_BADGE_STATUS_PATH);
		encode_path(b, badge->status_path, badge->n_status_path);
	}
	if (badge->has_register) {
		encode_uint(b, KM_BADGE_REGISTER);
		encode_array(b, 3);
		encode_uint(b, badge->register_status);
		encode_raw(b, badge->register_events);
		encode_path(b, badge->register_path, badge->n_register_path);
	}
}

void
encode_event(struct buf *b, const struct km_event *e)
{
	encode_array(b, 3);
	encode_int(b, e->at);
	encode_text(b, km_bytes_of(km_event_name(e->kind)));
	if (e->reason == 0)
		encode_null(b);
	else
		encode_int(b, e->reason);
}

void
encode_register_leaf(struct buf *b, const struct km_register_leaf *l)
{
	size_t	i;

	encode_array(b, 4);
	encode_uint(b, l->index);
	encode_bytes(b, l->attestation);
	encode_uint(b, l->status);
	encode_array(b, l->n);
	for (i = 0; i < l->n; i++)
		encode_event(b, &l->event[i]);
}

/* roots: n times KM_HASH_LEN bytes, one after the other. */
void
encode_register_index(struct buf *b, uint64_t size, const uint8_t *roots,
    size_t n)
{
	size_t	i;

	encode_array(b, 2);
	encode_uint(b, size);
	encode_array(b, n);
	for (i = 0; i < n; i++)
		encode_hash(b, roots + i * KM_HASH_LEN);
}
