/* SPDX-License-Identifier: EUPL-1.2 */
/* Trust list (schemas/trust.cddl). */
#ifndef KM_TRUST_H
#define KM_TRUST_H

#include "cose.h"

enum {
	KM_TRUST_AUTHORITY = 1, KM_TRUST_ENVIRONMENT = 2,
	KM_TRUST_VERSION = 3, KM_TRUST_ISSUED = 4, KM_TRUST_EXPIRES = 5,
	KM_TRUST_THRESHOLD = 6, KM_TRUST_ROOTS = 7, KM_TRUST_KEYS = 8,
	KM_TRUST_FIRST = 9
};
enum {
	KM_KEY_KEY = 1, KM_KEY_PURPOSE = 2, KM_KEY_NOT_BEFORE = 3,
	KM_KEY_NOT_AFTER = 4, KM_KEY_REVOKED_AT = 5
};
enum km_purpose {
	KM_PURPOSE_ATTEST = 1, KM_PURPOSE_PUBLISH = 2, KM_PURPOSE_OFFICERS = 3
};

struct km_trust_key {
	struct km_key	 key;
	enum km_purpose	 purpose;
	int64_t		 not_before;
	int64_t		 not_after;	/* first second it is over */
	int64_t		 revoked_at;	/* -1: not revoked */
};

struct km_trust {
	struct km_bytes	 authority;	/* into the bytes decoded */
	enum km_environment environment;
	uint32_t	 version;
	int64_t		 issued, expires;
	size_t		 threshold;
	size_t		 n_roots;
	struct km_key	 root[KM_ROOTS_MAX];
	size_t		 n_keys;
	struct km_trust_key key[KM_KEYS_MAX];
	uint8_t		 first[KM_HASH_LEN];	/* zeros in version 1 */
};
/* Shape and meaning, not signatures; sign filled for those. */
enum km_err	 km_trust_decode(struct km_trust *, struct km_sign *,
		    const uint8_t *, size_t);

/*
 * May next follow prev (NULL: next stands by itself, as the pinned list or
 * at init)? Verifies every signature with verify(arg, ask): each by a root
 * of prev or next, once each, thresholds of both reached; version prev + 1,
 * same authority, environment and first hash. Without prev, signatures by
 * others under a list of version 2 or later are passed over: they are of roots
 * of the one before. Used by the signer too.
 */
struct km_ask;
typedef int km_verify_fn(void *arg, const struct km_ask *ask);
enum km_err	 km_trust_accept(const struct km_trust *prev,
		    const struct km_trust *next, const struct km_sign *sign,
		    const uint8_t first[KM_HASH_LEN], km_verify_fn *verify,
		    void *arg);

/* Key by kid, -1 when it is not there. */
int		 km_trust_find(const struct km_trust *, struct km_bytes kid);

#endif
