/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules of the mark (design section 5): may this decision be carried
 * out, now, by these people? Pure: everything it looks at is in its
 * arguments. Office and signer each run it over their own state.
 */
#ifndef RECORD_RULES_H
#define RECORD_RULES_H

#include "decision.h"
#include "scheme.h"

/* Why not; the name is what people and tools see, for ever. */
enum refusal {
	REFUSAL_NONE = 0,
	REFUSAL_MALFORMED,		/* bytes are not such an object */
	REFUSAL_UNSUPPORTED,		/* kind not yet supported */
	REFUSAL_AUTHORITY,		/* of another authority */
	REFUSAL_ENVIRONMENT,
	REFUSAL_TRUST,			/* another trust list 1 */
	REFUSAL_EXPIRED,		/* valid-until has come */
	REFUSAL_TOO_LONG,		/* valid-until is too far ahead */
	REFUSAL_REPLAYED,		/* same nonce, other bytes; or done */
	REFUSAL_HEAD,			/* not the subject's last decision */
	REFUSAL_SUBJECT,		/* unknown, or of another kind */
	REFUSAL_EXISTS,			/* subject is there already */
	REFUSAL_HALTED,
	REFUSAL_FENCED,			/* two officers must reconcile */
	REFUSAL_SIGNATURE,		/* an approval does not verify */
	REFUSAL_PERSON,			/* not on the list, disabled, or past date */
	REFUSAL_ROLE,			/* of proposer or approver */
	REFUSAL_TWICE,			/* one person twice, or own proposal */
	REFUSAL_APPROVALS,		/* not yet enough */
	REFUSAL_ORDER,			/* approvals not in their order */
	REFUSAL_ASSESSOR,		/* assessed it, or employer did */
	REFUSAL_CONFLICT,		/* declared conflict */
	REFUSAL_OFFICERS_EXPIRED,
	REFUSAL_RESTS_ON,		/* missing, unknown, too much */
	REFUSAL_PROOF,			/* inclusion proof does not hold */
	REFUSAL_PROVIDER,		/* not the provider data in force */
	REFUSAL_UNASSESSED,		/* a line was not assessed so high */
	REFUSAL_STALE_ASSESSMENT,
	REFUSAL_ACCREDITATION,		/* body unknown or not that day */
	REFUSAL_SCHEME,			/* not the scheme in force */
	REFUSAL_SERVICE,		/* service or claim not in the scheme */
	REFUSAL_LEVEL,			/* not offered */
	REFUSAL_DOCUMENT,		/* document type not offered */
	REFUSAL_PERIOD,			/* nbf, exp, term */
	REFUSAL_REASON,			/* not for this decision */
	REFUSAL_STATUS,			/* transition not allowed */
	REFUSAL_LEAF,			/* register leaf is not the slot's */
	REFUSAL_VERSION,		/* list does not follow the one in force */
	REFUSAL_BATCH,			/* batch or epoch out of order */
	REFUSAL_LIMIT,			/* too many, too large */
	REFUSAL_CLOCK,
	REFUSAL_N
};
const char	*refusal_name(enum refusal);
const char	*refusal_text(enum refusal);	/* one sentence, English */
/* What it is called that approval_open() does not take an approval. */
enum refusal	 refusal_approval(enum km_err);

/* A decision that the one at hand rests on, already proven to be in force. */
struct rested {
	const struct decision *decision;
	const struct approver *approver;	/* of an assessment */
	size_t		 n_approvers;
};

/* Who assessed the holder once, and for which body. */
struct assessed_by {
	struct km_bytes	 person, body;
};
enum { ASSESSED_MAX = 64 };		/* of one holder, the newest */

/* The state that matters to one decision, looked up by the caller. */
struct rules_facts {
	int64_t		 now;
	struct km_bytes	 authority;		/* ours */
	enum km_environment environment;
	const uint8_t	*trust_first;		/* SHA-256 of trust list 1 */
	const struct scheme *scheme;		/* NULL before the first */
	const uint8_t	*scheme_hash;
	const struct officers *officers;
	const struct km_trust *trust;
	/* 1 when this officer was disabled since the officers list */
	int		(*disabled)(void *arg, struct km_bytes officer);
	/* Body in force by accreditation number; NULL: unknown. */
	const struct body *(*body)(void *arg, struct km_bytes number);
	void		*arg;
	int		 halted;
	/* of the subject */
	int		 known;			/* provider, body or mark is there */
	uint8_t		 head[KM_HASH_LEN];	/* zeros: none */
	/* provider's decision in force, for grant and assessment */
	int		 has_provider;
	uint8_t		 provider[KM_HASH_LEN];
	/*
	 * mark: its holder, for declared conflicts. Empty: not known; then
	 * who declared any conflict may not act on it
	 */
	struct km_bytes	 holder;
	/* provider or mark: those who assessed the holder up to now */
	size_t		 n_assessed;
	struct assessed_by assessed[ASSESSED_MAX];
	/* mark: its unexpired attestations */
	unsigned int	 statuses;		/* bit 1 << enum km_status */
	int64_t		 last_exp;		/* latest exp among them */
	/* what it rests on, in the order of rests_on */
	size_t		 n_rested;
	struct rested	 rested[RESTS_MAX];
};

/*
 * n approvers, opened by approval_open(); the proposer's first, the others
 * by ascending iss. Returns REFUSAL_NONE, REFUSAL_APPROVALS when all is well
 * but more must approve (what office keeps pending), or why not; *who names
 * the person, or the code of the scheme, where it is about one, else it is
 * empty. It points into what was given.
 *
 * The first that applies is returned, in this order: authority, environment,
 * trust list, valid-until, halt, kind, subject, head; scheme in force; what
 * the content says (see rules.c, by kind); what it rests on; whether the
 * attestation fits its limit; then the order of the approvals, each person in
 * turn (dates and disabling, twice, role, conflict, assessor), their number.
 */
enum refusal	 rules_check(const struct rules_facts *,
		    const struct decision *, const struct approver *,
		    size_t n, struct km_bytes *who);

/*
 * The highest level of the lines: decides which row of approvals applies.
 * 0 for a decision without lines.
 */
enum km_level	 rules_level(const struct decision *);
/*
 * Of what a grant rests on: the provider's data, and the assessment whose
 * day, body, report and evidence stand in the attestation: that of the latest
 * day, and of those the one with the smallest id. NULL: none among them.
 */
const struct rested *rules_provider(const struct rested *, size_t n);
const struct rested *rules_main_assessment(const struct rested *, size_t n);
/*
 * Roles still needed, a bit each, when REFUSAL_APPROVALS (for display).
 */
unsigned int	 rules_missing(const struct rules_facts *,
		    const struct decision *, const struct approver *,
		    size_t n);
/* May status go from a to b? Design section 3, status list. */
int		 rules_transition(enum km_status from, enum km_status to);

#endif
