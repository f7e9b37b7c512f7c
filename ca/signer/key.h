/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Keys: the only place that touches a private key. They are P-256, in PEM
 * (RFC 7468, PKCS#8) under data/signer/keys, readable by ourselves alone;
 * which of them counts for what the trust list in force says.
 */
#ifndef SIGNER_KEY_H
#define SIGNER_KEY_H

#include "ca/base/buf.h"
#include "verifier/trust.h"

#include "signer.h"

enum { KEYS_N_MAX = 8 };

struct keys;				/* all of ours */

/* Load dirfd/keys, every NAME.pem in it. NULL with err. */
struct keys	*keys_load(int dirfd, struct signer_error *);
void		 keys_free(struct keys *);	/* safe on NULL; wipes */

/* As signer_keys(), in an open directory. */
int		 keys_make(int dirfd, struct buf *out, struct signer_error *);

/*
 * Our key of this purpose that signs at this time: on the list, within its
 * period, not revoked; of several the one that ends last. NULL: none.
 */
const struct km_key *keys_choose(const struct keys *, const struct km_trust *,
		    enum km_purpose, int64_t at);

/*
 * Sign what the parts are together with the key of this kid, which is ours:
 * r || s with low s; and verify it at once, so that a fault of this machine
 * gives no signature instead of a wrong one. Returns 0, or -1.
 */
int		 keys_sign(struct keys *, uint8_t sig[KM_SIG_LEN],
		    const uint8_t kid[KM_KID_LEN],
		    const struct km_bytes part[2]);

#endif
