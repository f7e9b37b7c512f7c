/* SPDX-License-Identifier: EUPL-1.2 */
/* A policy from a file, and as the bytes whose hash names it. */
#ifndef CLI_POLICY_H
#define CLI_POLICY_H

#include <keurmerk.h>

/* What the texts of a policy from a file point into; kept as long as it is. */
struct cli_policy_text {
	uint8_t	 cbor[KM_POLICY_MAX];
	size_t	 len;
};

/*
 * Read a policy in JSON (schemas/policy.schema.json), "-" from standard
 * input. 1, or 0 after saying which member is wrong and what was expected.
 * To be called first: options given as well then replace what the file says,
 * and demands and bodies add to it.
 */
int	 cli_policy_file(struct km_policy *, const char *path,
	    struct cli_policy_text *);

/*
 * The policy as schemas/policy.cddl has it: how many bytes, at most
 * KM_POLICY_MAX, or 0 when there is a value in it that no policy can have.
 * What is asked for twice stands there once.
 */
size_t	 cli_policy_cbor(uint8_t out[KM_POLICY_MAX],
	    const struct km_policy *);
/* SHA-256 of those bytes; 0 when there are none. */
int	 cli_policy_hash(uint8_t out[KM_HASH_LEN], const struct km_policy *);

#endif
