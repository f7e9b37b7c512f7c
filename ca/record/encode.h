/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writing our objects (libcbor's encoders, which allocate nothing), field by
 * field in the order of schemas/. Each appends to a buffer whose maximum
 * bounds it; a full buffer shows in buf->failed. What is written here is
 * what verifier/ reads: every encoder has a test that decodes it again.
 */
#ifndef RECORD_ENCODE_H
#define RECORD_ENCODE_H

#include "ca/base/buf.h"
#include "verifier/badge.h"
#include "verifier/epoch.h"
#include "verifier/register.h"
#include "decision.h"

/* Heads and items, for messages and small things. */
void	 encode_uint(struct buf *, uint64_t);
void	 encode_int(struct buf *, int64_t);
void	 encode_bytes(struct buf *, struct km_bytes);
void	 encode_text(struct buf *, struct km_bytes);
void	 encode_array(struct buf *, size_t n);
void	 encode_map(struct buf *, size_t n);
void	 encode_tag(struct buf *, uint64_t);
void	 encode_null(struct buf *);
void	 encode_raw(struct buf *, struct km_bytes);	/* CBOR as it is */

/* Fields that several objects have. */
void	 encode_hash(struct buf *, const uint8_t hash[KM_HASH_LEN]);
/* Key and text, or nothing when there is none. */
void	 encode_opt_text(struct buf *, int64_t key, struct km_bytes);
void	 encode_opt_texts(struct buf *, int64_t key, const struct km_bytes *,
	    size_t n);
void	 encode_lines(struct buf *, const struct km_line *, size_t n);
void	 encode_evidence(struct buf *, const struct km_evidence *, size_t n);

/* COSE. protected_ gets the map itself, without the bstr head. */
void	 encode_protected(struct buf *, int alg, const uint8_t kid[KM_KID_LEN],
	    struct km_bytes iss, struct km_bytes sub, const char *typ);
/* payload.p NULL: nil (detached) */
void	 encode_sign1(struct buf *, struct km_bytes protected_,
	    struct km_bytes payload, const uint8_t sig[KM_SIG_LEN]);
/* Body header of a COSE_Sign {15, 16}, and one signer's {1, 4}. */
void	 encode_body_protected(struct buf *, struct km_bytes iss,
	    struct km_bytes sub, const char *typ);
void	 encode_signer_protected(struct buf *, int alg,
	    const uint8_t kid[KM_KID_LEN]);
/* Signers are put in order by kid. n may be 0: a draft. */
void	 encode_sign(struct buf *, struct km_bytes protected_,
	    struct km_bytes payload, const struct km_signer *, size_t n);
void	 encode_key(struct buf *, const struct km_key *);

/* Payloads. */
void	 encode_attestation(struct buf *, const struct km_attestation *);
void	 encode_status(struct buf *, struct km_bytes iss, struct km_bytes uri,
	    int64_t exp, int64_t iat, int64_t ttl, struct km_bytes lst);
void	 encode_trust(struct buf *, const struct km_trust *);
void	 encode_officers(struct buf *, const struct officers *);
void	 encode_epoch(struct buf *, const struct km_epoch *);
void	 encode_decision(struct buf *, const struct decision *);

/* Whole things. */
void	 encode_badge(struct buf *, const struct km_badge *);
void	 encode_event(struct buf *, const struct km_event *);
void	 encode_register_leaf(struct buf *, const struct km_register_leaf *);
void	 encode_register_index(struct buf *, uint64_t size,
	    const uint8_t *roots, size_t n);
/* act = [decision, [approvals]]; log-leaf over its hash. object NULL: nil */
void	 encode_act(struct buf *, struct km_bytes decision,
	    const struct km_bytes *approval, size_t n);
void	 encode_log_leaf(struct buf *, enum decision_kind,
	    const uint8_t act[KM_HASH_LEN], const uint8_t *object);

/* cti: first 16 bytes of SHA-256("keurmerk cti" || id). */
void	 encode_cti(uint8_t out[KM_CTI_LEN], const uint8_t id[KM_HASH_LEN]);
/*
 * What a grant, renewal or amendment makes: all claims but number, idx and
 * iat from the decision, the provider in force, the assessment and the body.
 * Points into those and into uri, which holds the list's address.
 */
void	 attestation_build(struct km_attestation *, const struct decision *,
	    const struct decision *provider,
	    const struct decision *assessment, const struct body *,
	    struct km_bytes number, uint64_t index, struct km_bytes uri,
	    const uint8_t *cti, int64_t iat);

#endif
