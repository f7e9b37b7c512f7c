/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Papers for tests: the people of an authority with their keys, its trust
 * list and officers list, good decisions of each kind, and approvals. What
 * goes wrong in here ends the test program.
 *
 *	papers_begin(&p, KM_ENVIRONMENT_PRODUCTION);
 *	papers_draft(&draft, &p, DECISION_SUSPEND);
 *	draft.d.u.act.reason = 3;
 *	papers_write(&act, &draft.d);
 *	papers_sign(&act, &p, "decider-1");
 *	papers_open(&act, &p);
 *
 * Its dates fit tests/lib/sample.h: all is well at SAMPLE_NOW.
 */
#ifndef TESTS_PAPERS_H
#define TESTS_PAPERS_H

#include "ca/record/decision.h"
#include "tests/lib/sample.h"

enum { PAPERS_PEOPLE = 6, PAPERS_ROOTS = 3, PAPERS_MANAGERS = 3 };

#define PAPERS_HOLDER	"NTRNL-69599068"	/* one of KVK's test numbers */
#define PAPERS_KVK	"69599068"
#define PAPERS_BODY	"C 999"
#define PAPERS_MARK	"KM-2026-000123-P"

struct papers_person {
	char		 id[40];	/* iss of approvals */
	struct sample_key key;
};

/*
 * Officers: assessor (of PAPERS_BODY), decider-1, decider-2, registrar,
 * reviewer, and both, who is reviewer and decider. Two of three roots sign
 * the trust list, managers 0 and 1 the officers list.
 */
struct papers {
	enum km_environment environment;
	struct papers_person root[PAPERS_ROOTS];
	struct papers_person manager[PAPERS_MANAGERS];
	struct papers_person officer[PAPERS_PEOPLE];
	struct sample_key attest, publish;
	struct sample_buf trust_bytes, officers_bytes;
	uint8_t		 first[KM_HASH_LEN];	/* SHA-256 of trust_bytes */
	struct km_trust	 trust;
	struct km_sign	 trust_sign, officers_sign;
	struct officers	 officers;
	unsigned int	 drafts;	/* makes nonces differ */
};
void	papers_begin(struct papers *, enum km_environment);
void	papers_end(struct papers *);
/* By id: an officer's, or "root:..." or "manager:..."; NULL: nobody. */
const struct papers_person *papers_person(const struct papers *,
	    const char *id);
void	papers_key(struct km_key *, const struct sample_key *);
/* Always says what OpenSSL says; fits km_verify_fn. */
int	papers_verify(void *, const struct km_ask *);

/*
 * Write an officers list as it stands in the struct, signed by n people. To
 * be decoded with officers_decode().
 */
void	papers_officers_write(struct sample_buf *, const struct officers *,
	    const struct papers_person *const *signer, size_t n);

/* A decision to be changed, with room for what its slices point to. */
struct papers_draft {
	struct decision	 d;
	uint8_t		 nonce[NONCE_LEN];
	uint8_t		 head[KM_HASH_LEN];
	uint8_t		 rests_on[RESTS_MAX][KM_HASH_LEN];
	uint8_t		 hash[KM_HASH_LEN];
};
/* A good one, as the subject's first: head of zeros where it bears one. */
void	papers_draft(struct papers_draft *, struct papers *,
	    enum decision_kind);
void	papers_head(struct papers_draft *, const uint8_t head[KM_HASH_LEN]);
/* Rests on this one too; kept in order. */
void	papers_rest(struct papers_draft *, const uint8_t id[KM_HASH_LEN]);
struct km_line papers_line(enum km_claim, const char *service, enum km_level);

/* A decision written, and its approvals: the proposer's first, then by iss. */
struct papers_act {
	struct sample_buf bytes;
	struct decision	 d;		/* read from bytes */
	size_t		 n;
	struct sample_buf approval[APPROVALS_MAX];
	struct approver	 approver[APPROVALS_MAX];	/* papers_open() */
};
void	papers_write(struct papers_act *, const struct decision *);
void	papers_sign(struct papers_act *, const struct papers *,
	    const char *id);
void	papers_open(struct papers_act *, const struct papers *);
void	papers_act_free(struct papers_act *);
/* One approval over any bytes, with any header: to make bad ones. */
void	papers_approval(struct sample_buf *, const struct sample_key *,
	    const char *iss, const char *sub, const void *payload, size_t len);

#endif
