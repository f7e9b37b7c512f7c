/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An authority in miniature, for tests of the verifier: three roots of which
 * two sign, keys, a trust list, one attestation with its status list and
 * epoch. Everything is good as it comes; a test spoils what it is about, then
 * asks.
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <keurmerk.h>

#include "tests/lib/sample.h"

enum { WORLD_MEM = KM_KNOWN_MIN + 4 * KM_KNOWN_LIST };

struct world {
	struct sample_key	 root[3];	/* 0 and 1 sign */
	struct sample_key	 attest, publish;
	struct sample_key	 other;		/* in no trust list */
	struct sample_trust	 trust;
	struct sample_trust_key	*trust_attest, *trust_publish;
	struct sample_attestation attestation;
	struct sample_status	 status;
	struct sample_epoch	 epoch;

	struct sample_buf	 trust_bytes;
	struct sample_buf	 attestation_bytes;
	struct sample_buf	 status_bytes;
	struct sample_buf	 epoch_bytes;
	struct sample_buf	 badge_bytes;

	uint64_t		 mem[WORLD_MEM / 8];
	struct km_known		*known;
	struct km_policy	 policy;
	struct km_question	 q;
	struct km_report	 r;
};

/* On the heap, as it is large; ends the test when there is none. */
struct world	*world_new(void);
void		 world_free(struct world *);

/* Write each object anew from its sample. */
void	 world_write_trust(struct world *);	/* epoch names it, too */
void	 world_write_attestation(struct world *);
void	 world_write_status(struct world *);
void	 world_write_epoch(struct world *);

/* Know nothing but the trust list, written now. */
void	 world_know(struct world *);
enum km_err world_add(struct world *, const struct sample_buf *);
/* Know trust list, status list and epoch, each written now. */
void	 world_know_all(struct world *);

/* Verify the attestation, written now, or a badge of one's own. */
enum km_verdict	 world_ask(struct world *);
enum km_verdict	 world_ask_badge(struct world *, const struct sample_badge *);
/* The same bytes as last time. */
enum km_verdict	 world_ask_again(struct world *);

/* Outcome and reason of a check as one number, for a single assertion. */
#define OUTCOME(w, id)	((w)->r.check[id].outcome)
#define WHY(w, id)	((w)->r.check[id].why)

#endif
