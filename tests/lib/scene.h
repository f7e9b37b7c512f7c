/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An authority in miniature, for tests of the verifier: three roots of which
 * two sign, keys, a trust list, one attestation with its status list and
 * epoch. Everything is good as it comes; a test spoils what it is about, then
 * asks.
 */
#ifndef TESTS_SCENE_H
#define TESTS_SCENE_H

#include <keurmerk.h>

#include "tests/lib/sample.h"

enum { SCENE_MEM = KM_KNOWN_MIN + 4 * KM_KNOWN_LIST };

struct scene {
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

	uint64_t		 mem[SCENE_MEM / 8];
	struct km_known		*known;
	struct km_policy	 policy;
	struct km_question	 q;
	struct km_report	 r;
};

/* On the heap, as it is large; ends the test when there is none. */
struct scene	*scene_new(void);
void		 scene_free(struct scene *);

/* Write each object anew from its sample. */
void	 scene_write_trust(struct scene *);	/* epoch names it, too */
void	 scene_write_attestation(struct scene *);
void	 scene_write_status(struct scene *);
void	 scene_write_epoch(struct scene *);

/* Know nothing but the trust list, written now. */
void	 scene_know(struct scene *);
enum km_err scene_add(struct scene *, const struct sample_buf *);
/* Know trust list, status list and epoch, each written now. */
void	 scene_know_all(struct scene *);

/* Verify the attestation, written now, or a badge of one's own. */
enum km_verdict	 scene_ask(struct scene *);
enum km_verdict	 scene_ask_badge(struct scene *, const struct sample_badge *);
/* The same bytes as last time. */
enum km_verdict	 scene_ask_again(struct scene *);

/* Outcome and reason of a check as one number, for a single assertion. */
#define OUTCOME(w, id)	((w)->r.check[id].outcome)
#define WHY(w, id)	((w)->r.check[id].why)

#endif
