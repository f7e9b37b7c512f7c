/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is in force: trust list, officers list, scheme and bodies, decoded and
 * kept in memory, so that each arriving act is held against them without
 * reading. Filled from the store; read again when an act changes it.
 */
#ifndef OFFICE_INFORCE_H
#define OFFICE_INFORCE_H

#include "ca/record/rules.h"
#include "ca/record/verify.h"
#include "store.h"

enum {
	INFORCE_BODIES_MAX = 1024,
	INFORCE_DISABLED_MAX = OFFICERS_N_MAX
};

struct inforce_body {
	struct decision	 d;
	uint8_t		*bytes;			/* of d; own */
};

struct inforce {
	struct km_bytes	 authority;
	enum km_environment environment;
	struct verify	*verify;		/* keys of people, prepared */

	struct buf	 trust_bytes, officers_bytes, scheme_json;
	struct km_trust	 trust;			/* version 0: none yet */
	struct officers	 officers;		/* version 0: none yet */
	struct scheme	 scheme;		/* version 0: none yet */
	uint8_t		 first[KM_HASH_LEN];	/* of trust list 1 */
	uint8_t		 scheme_hash[KM_HASH_LEN];

	size_t		 n_bodies;
	struct inforce_body *body;		/* by accreditation number */
	size_t		 n_disabled;
	char		 disabled[INFORCE_DISABLED_MAX][PERSON_MAX + 1];
	int		 halted;		/* as the signer said */
	int		 fenced;
};

/* authority lives longer than it. 0, or -1 after a log line. */
int	 inforce_init(struct inforce *, struct km_bytes authority,
	    enum km_environment);
void	 inforce_free(struct inforce *);	/* safe on zeroed */

/*
 * Read all of it from the store, in which nothing is begun. 0, or -1 after a
 * log line; it is then of no further use. What pointed into it is stale.
 */
int	 inforce_load(struct inforce *, struct store *);

/* NULL before the first. */
const struct officers *inforce_officers(const struct inforce *);
/* Body in force; NULL: unknown. */
const struct body *inforce_body(const struct inforce *, struct km_bytes number);
int	 inforce_disabled(const struct inforce *, struct km_bytes officer);
/* Whose key is this? NULL: nobody's on the list. */
const struct officer *inforce_by_key(const struct inforce *, int alg,
	    struct km_bytes key);
/* May this officer do anything, at this moment? */
int	 inforce_may(const struct inforce *, const struct officer *,
	    int64_t now);
/* All of the facts but those about the subject and what it rests on. */
void	 inforce_facts(struct rules_facts *, struct inforce *,
	    int64_t now);

#endif
