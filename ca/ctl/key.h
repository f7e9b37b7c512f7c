/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A person's key: P-256, PKCS#8 (RFC 5958) in PEM under a passphrase,
 * readable by its owner alone. It signs decisions, approvals and lists, and
 * authenticates TLS; the two cannot be confused (design section 5).
 */
#ifndef CTL_KEY_H
#define CTL_KEY_H

#include <openssl/types.h>

#include "ca/base/buf.h"
#include "verifier/cose.h"

enum { PASSPHRASE_MIN = 8, PASSPHRASE_MAX = 1023 };	/* bytes */

struct key;

struct key_error {
	char	text[512];	/* expected, found, where, what to do */
};

/*
 * Make a key in a new file of mode 0600. Never overwrites. Returns NULL with
 * err filled in.
 */
struct key	*key_new(const char *path, struct km_bytes passphrase,
		    struct key_error *err);
/* Others may read the file, wrong passphrase, not P-256: NULL with err. */
struct key	*key_load(const char *path, struct km_bytes passphrase,
		    struct key_error *err);
void		 key_free(struct key *);	/* safe on NULL; wipes */
const struct km_key *key_public(const struct key *);

/*
 * Sign the parts one after the other: r || s with low s, verified at once.
 * Returns 0, or -1 when OpenSSL fails.
 */
int		 key_sign(struct key *, uint8_t sig[KM_SIG_LEN],
		    const struct km_bytes part[2]);

/*
 * An approval by iss over a decision's exact bytes (schemas/decision.cddl),
 * appended to out. Returns 0 or -1.
 */
int		 key_approve(struct key *, struct buf *out, struct km_bytes iss,
		    const uint8_t id[KM_HASH_LEN], struct km_bytes decision);

/*
 * Self-signed certificate over the key, for TLS: PEM of certificate and of
 * the bare private key into out, which the caller wipes. Returns 0 or -1.
 */
int		 key_certificate(struct key *, struct buf *cert,
		    struct buf *private_);

/*
 * The passphrase for path: first line of the file that is named, or typed at
 * the terminal without echo (twice for a new one). Into out, to be wiped.
 */
int		 passphrase_get(struct buf *out, const char *path,
		    const char *file, int twice, struct key_error *err);

#endif
