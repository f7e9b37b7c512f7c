/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the core cannot do itself. SHA-256 is chosen at link time; whether a
 * signature verifies is asked of the host, in a fixed order (core.h).
 */
#ifndef KM_CRYPTO_H
#define KM_CRYPTO_H

#include "keurmerk.h"

enum { KM_SIG_LEN = 64, KM_KEY_MAX = 64 };

/* SHA-256 of the parts, one after the other. */
void	 km_sha256(uint8_t out[KM_HASH_LEN], const struct km_bytes *part,
	    size_t n);

/*
 * Answer "does this verify?" with OpenSSL (crypto_openssl.c): alg -7 and -9
 * with key x || y (64 bytes), -8 and -19 with key of 32. A private library
 * context, so that no configuration file and no environment is read. cache
 * has prepared keys by slot (0 to 47); a key that is not there is prepared
 * for this one call, which for NULL takes a context of its own as well and
 * is slow. cache is only read, so threads may share it. 1 or 0; never fails
 * open.
 */
struct km_keycache;
struct km_ask;
int	 km_openssl_verify(const struct km_keycache *cache,
	    const struct km_ask *);
/* Memory of km_keycache_size() bytes, aligned for any type; then end. */
size_t	 km_keycache_size(void);
void	 km_keycache_begin(struct km_keycache *);
/*
 * Prepare a key, in place of what the slot had; before cache is shared. 0
 * when it is no key (off the curve, another length): the slot is then empty.
 */
int	 km_keycache_put(struct km_keycache *, int slot, int alg,
	    struct km_bytes key);
void	 km_keycache_end(struct km_keycache *);

#endif
