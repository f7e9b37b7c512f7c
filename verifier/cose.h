/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * COSE_Sign1 and COSE_Sign (RFC 9052 sections 4.1, 4.2) in the narrow form
 * of schemas/cose.cddl, and keys (RFC 9052 section 7, RFC 9679).
 */
#ifndef KM_COSE_H
#define KM_COSE_H

#include "cbor.h"
#include "crypto.h"

enum {
	KM_HEADER_ALG = 1, KM_HEADER_KID = 4, KM_HEADER_CWT = 15,
	KM_HEADER_TYP = 16
};
enum {
	KM_ALG_ES256 = -7, KM_ALG_EDDSA = -8,	/* lists of others only */
	KM_ALG_ESP256 = -9, KM_ALG_ED25519 = -19
};
enum { KM_KID_LEN = 8, KM_SIGNERS_MAX = 16, KM_TBS_MAX = 1024 };

#define KM_TYP_ATTESTATION	"application/keurmerk+cwt"
#define KM_TYP_STATUS		"application/statuslist+cwt"
#define KM_TYP_TRUST		"application/keurmerk-trust+cose"
#define KM_TYP_OFFICERS		"application/keurmerk-officers+cose"
#define KM_TYP_EPOCH		"application/keurmerk-epoch+cose"
#define KM_TYP_APPROVAL		"application/keurmerk-approval+cose"

struct km_key {
	int		 alg;		/* of the key itself */
	uint8_t		 kid[KM_KID_LEN];
	size_t		 len;		/* 64: x || y; 32: Ed25519 */
	uint8_t		 bytes[KM_KEY_MAX];
};

/* Reads one cose-key; foreign: -7 and -8 will do as well. Sets kid. */
void		 km_key_read(struct km_cbor *, struct km_key *, int foreign);
/* RFC 9679 thumbprint, whole. */
void		 km_key_thumbprint(uint8_t out[KM_HASH_LEN],
		    const struct km_key *);

struct km_sign1 {
	int		 alg;
	struct km_bytes	 kid;
	struct km_bytes	 iss, sub;	/* of header 15 */
	struct km_bytes	 protected_;	/* as received, without bstr head */
	struct km_bytes	 payload;	/* {NULL, 0}: detached (nil) */
	const uint8_t	*sig;		/* KM_SIG_LEN bytes */
};
/*
 * typ: what it must be. detached: 1 when the payload must be nil, 0 when it
 * must not. High s is KM_ERR_SIGNATURE. Also the error of bytes left over.
 */
enum km_err	 km_sign1_decode(struct km_sign1 *, const uint8_t *, size_t,
		    const char *typ, int detached);

struct km_signer {
	int		 alg;
	struct km_bytes	 kid;
	struct km_bytes	 protected_;
	const uint8_t	*sig;
};
struct km_sign {
	struct km_bytes	 iss, sub;
	struct km_bytes	 protected_;
	struct km_bytes	 payload;
	size_t		 n;
	struct km_signer signer[KM_SIGNERS_MAX];
};
enum km_err	 km_sign_decode(struct km_sign *, const uint8_t *, size_t,
		    const char *typ);

/*
 * Sig_structure (RFC 9052 section 4.4) with empty external_aad, all but the
 * payload's own bytes, into tbs; so Sig_structure = tbs || payload. Length,
 * or 0 when it does not fit. sign_protected NULL: "Signature1".
 */
size_t		 km_tbs(uint8_t tbs[KM_TBS_MAX], struct km_bytes protected_,
		    const struct km_bytes *sign_protected, size_t payload_len);

/* 1 when s <= n/2 (low s) and 0 < r < n, 0 < s. */
int		 km_p256_canonical(const uint8_t sig[KM_SIG_LEN]);

#endif
