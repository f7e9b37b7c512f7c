/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Maker of samples for tests: every object of schemas/, signed with keys
 * that follow from a name. It has its own CBOR writer and signs with OpenSSL
 * directly, so that it is a second opinion on reader and encoder both. What
 * goes wrong in here ends the test program.
 *
 * Each struct has a function that fills in something good; a test changes
 * what it is about. All times are seconds since 1970.
 */
#ifndef TESTS_SAMPLE_H
#define TESTS_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#define SAMPLE_AUTHORITY	"https://keurmerk.example"
/* 2026-11-24T00:00:00Z; the samples are good from a day before it. */
#define SAMPLE_NOW		INT64_C(1795478400)
#define SAMPLE_DAY		INT64_C(86400)

enum { SAMPLE_NONE = -1 };		/* an optional number left out */

/* Bytes being written; grows. Zeroed is empty. */
struct sample_buf {
	uint8_t	*p;
	size_t	 len;
	size_t	 cap;
};
void	sample_free(struct sample_buf *);
void	sample_raw(struct sample_buf *, const void *, size_t);

/* CBOR heads and items, shortest form. */
void	sample_uint(struct sample_buf *, uint64_t);
void	sample_int(struct sample_buf *, int64_t);
void	sample_bytes(struct sample_buf *, const void *, size_t);
void	sample_text(struct sample_buf *, const char *);
void	sample_array(struct sample_buf *, size_t n);
void	sample_map(struct sample_buf *, size_t n);
void	sample_tag(struct sample_buf *, uint64_t);
void	sample_null(struct sample_buf *);

void	sample_hash(uint8_t out[32], const void *, size_t);
void	sample_leaf(uint8_t out[32], const void *, size_t);
void	sample_node(uint8_t out[32], const uint8_t *, const uint8_t *);

/* A key pair that follows from alg and name. */
struct sample_key {
	int		 alg;		/* -9, -19, -7, -8 */
	size_t		 len;		/* of pub: 64 or 32 */
	uint8_t		 pub[64];
	uint8_t		 kid[8];
	EVP_PKEY	*pkey;
};
void	sample_key(struct sample_key *, int alg, const char *name);
void	sample_key_free(struct sample_key *);
/* The COSE_Key, as it stands in a trust list. */
void	sample_key_write(struct sample_buf *, const struct sample_key *);
/* 64 bytes over msg; low s, or high where asked for. */
void	sample_signature(uint8_t sig[64], const struct sample_key *,
	    const void *msg, size_t len, int high_s);
/* s becomes n - s. */
void	sample_other_s(uint8_t sig[64]);
/* COSE_Sign1 with header {1, 4, 15, 16}; payload NULL: nil, over len 0. */
void	sample_sign1(struct sample_buf *, const struct sample_key *,
	    const char *iss, const char *sub, const char *typ,
	    const void *payload, size_t len);

struct sample_line {
	int		 claim, object;
	const char	*service;	/* NULL: none */
	int		 level;
};
struct sample_attestation {
	const struct sample_key *key;
	const char	*iss, *sub;
	const char	*typ;
	int64_t		 exp, nbf, iat;
	uint32_t	 index;		/* of all: shard << 16 | idx */
	const char	*number;
	int		 environment, document;
	size_t		 n_lines;
	struct sample_line line[16];
	const char	*legal_name;
	const char	*trade_name;	/* NULL: none */
	const char	*place;
	const char	*kvk, *euid, *lei;
	size_t		 n_hosts;
	const char	*host[8];
	const char	*body_name, *body, *report;
	const char	*information;
	unsigned int	 drawing;	/* 0: version 1 */
};
/* KM-2026-000123, good from NOW - 1 day to NOW + 365 days, index 7. */
void	sample_attestation(struct sample_attestation *,
	    const struct sample_key *);
void	sample_attestation_write(struct sample_buf *,
	    const struct sample_attestation *);

struct sample_status {
	const struct sample_key *key;
	const char	*iss;
	uint32_t	 shard;
	const char	*uri;		/* NULL: iss/status/shard */
	int64_t		 iat, exp, ttl;
	unsigned int	 bits;
	uint8_t		*entries;	/* 16384 zero bytes at first; own */
	size_t		 n_entries;	/* bytes of them */
	const struct sample_buf *lst;	/* instead of the entries deflated */
};
/* Shard 0, all valid, from NOW - 1 hour to NOW + 7 days - 1 hour. */
void	sample_status(struct sample_status *, const struct sample_key *);
void	sample_status_set(struct sample_status *, uint32_t idx, int value);
/* About one in a hundred of the first n, no pattern; the same each time. */
void	sample_withdraw(struct sample_status *, uint32_t n);
void	sample_status_write(struct sample_buf *,
	    const struct sample_status *);
/* In another order, kid unprotected and of five bytes, high s. */
void	sample_status_foreign(struct sample_buf *,
	    const struct sample_status *);
void	sample_status_free(struct sample_status *);

struct sample_trust_key {
	const struct sample_key *key;
	int		 purpose;
	int64_t		 not_before, not_after;
	int64_t		 revoked_at;	/* SAMPLE_NONE: not revoked */
};
struct sample_trust {
	const char	*authority;
	int		 environment;
	uint32_t	 version;
	int64_t		 issued, expires;
	unsigned int	 threshold;
	size_t		 n_roots;
	const struct sample_key *root[16];
	size_t		 n_keys;
	struct sample_trust_key key[32];
	uint8_t		 first[32];	/* from version 2 on */
	size_t		 n_signers;
	const struct sample_key *signer[16];
};
/* Version 1 without roots, keys and signers; expires NOW + 365 days. */
void	sample_trust(struct sample_trust *);
void	sample_trust_root(struct sample_trust *, const struct sample_key *,
	    int signs);
/* From NOW - 100 days to NOW + 1000 days. */
struct sample_trust_key *sample_trust_key(struct sample_trust *,
	    const struct sample_key *, int purpose);
void	sample_trust_write(struct sample_buf *, const struct sample_trust *);

struct sample_epoch {
	const struct sample_key *key;
	const char	*iss;
	uint32_t	 number;
	uint8_t		 previous[32];
	int64_t		 this_update, next_update;
	uint32_t	 trust_version;
	uint8_t		 trust[32];
	uint64_t	 register_size, status_size;
	uint8_t		 register_root[32], status_root[32];
	uint8_t		 scheme[32], bodies[32];
};
/* Number 10, from NOW - 1 hour to NOW + 7 days - 1 hour. */
void	sample_epoch(struct sample_epoch *, const struct sample_key *,
	    const void *trust, size_t trust_len);
void	sample_epoch_write(struct sample_buf *, const struct sample_epoch *);

struct sample_badge {
	const struct sample_buf *attestation;
	const struct sample_buf *status, *epoch;	/* NULL: none */
	int		 has_status_path;
	size_t		 n_status_path;
	const uint8_t	*status_path;
	int		 register_status;	/* SAMPLE_NONE: none */
	size_t		 n_register_path;
	const uint8_t	*register_path;
};
void	sample_badge(struct sample_badge *, const struct sample_buf *);
void	sample_badge_write(struct sample_buf *, const struct sample_badge *);
/* The register leaf that goes with it: one event, a grant. */
void	sample_register_leaf(struct sample_buf *, uint32_t index,
	    const struct sample_buf *attestation, int status);

#endif
