/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A register for tests: leaves of sample attestations, in runs, with the
 * root over them. Marks that it makes itself are all different: holder
 * NTRNL-10000000 and up, hosts mark-N.example.
 */
#ifndef TESTS_ROLL_H
#define TESTS_ROLL_H

#include <keurmerk.h>

#include "tests/lib/sample.h"

enum { ROLL_RUN = 1024 };

struct roll {
	uint32_t	 n;		/* leaves */
	uint32_t	 cap;
	uint8_t		(*leaf)[32];	/* their hashes */
	size_t		 n_runs;
	struct sample_buf *run;
};

void	 roll_free(struct roll *);
/* Add a leaf; the attestation gets the next index. */
void	 roll_add(struct roll *, struct sample_attestation *, int status);
/* The same with an attestation as it was written, of the next index. */
void	 roll_add_bytes(struct roll *, const struct sample_buf *, int status);
/* Add n marks of one's own, like this one; n up to 90 million. */
void	 roll_add_marks(struct roll *, const struct sample_attestation *,
	    uint32_t n);
/* The KVK number, or host, or mark number that roll_add_marks() gives. */
enum { ROLL_NAME_MAX = 32 };
void	 roll_kvk(char out[ROLL_NAME_MAX], uint32_t index);
void	 roll_host(char out[ROLL_NAME_MAX], uint32_t index);
void	 roll_number(char out[ROLL_NAME_MAX], uint32_t index);

/* The head of the register into the epoch. */
void	 roll_head(const struct roll *, struct sample_epoch *);
/* Root of leaves from to (exclusive), as RFC 9162 section 2.1.1 defines it. */
void	 roll_root(uint8_t out[32], const struct roll *, uint32_t from,
	    uint32_t to);
/* The runs as km_known_register() takes them; the caller's to free. */
struct km_bytes	*roll_runs(const struct roll *);

#endif
