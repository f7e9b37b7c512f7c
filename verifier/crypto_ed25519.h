/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Ed25519, checking only (RFC 8032 section 5.1), over libcrypto's integers.
 * Part of crypto_openssl.c, which says why it is not asked of EVP_PKEY.
 */
#ifndef KM_CRYPTO_ED25519_H
#define KM_CRYPTO_ED25519_H

#include <openssl/bn.h>

#include "crypto.h"

enum { KM_ED25519_LEN = 32 };

struct km_ed25519;		/* the curve: read only once it is made */
struct km_ed25519_key;

/* NULL when there is no memory. free takes NULL. */
struct km_ed25519 *km_ed25519_new(BN_CTX *);
void	 km_ed25519_free(struct km_ed25519 *);

/* NULL when there is no point of the curve with this encoding. */
struct km_ed25519_key *km_ed25519_key_new(const struct km_ed25519 *,
	    const uint8_t key[KM_ED25519_LEN], BN_CTX *);
void	 km_ed25519_key_free(struct km_ed25519_key *);

/* 1 when sig is the key's over msg[0] || msg[1]. */
int	 km_ed25519_verify(const struct km_ed25519 *,
	    const struct km_ed25519_key *, const struct km_bytes msg[2],
	    const uint8_t sig[KM_SIG_LEN], BN_CTX *);

#endif
