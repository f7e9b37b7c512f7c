/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The judge: from what was read and which signatures verified to a report.
 * Pure, and the only place where a verdict is made.
 */
#ifndef KM_JUDGE_H
#define KM_JUDGE_H

#include "badge.h"
#include "container.h"
#include "epoch.h"
#include "known.h"

enum { KM_FROM_KNOWN, KM_FROM_BADGE, KM_SOURCES };

/* A status list; what it says counts only where err is KM_OK. */
struct km_list_proof {
	int		 given;
	enum km_err	 err;
	int64_t		 iat;
	int64_t		 exp;		/* 0: none */
	unsigned int	 bits;
	struct km_bytes	 entries;
};

/* An epoch, likewise. */
struct km_epoch_proof {
	int		 given;
	enum km_err	 err;
	const struct km_epoch *epoch;
	const uint8_t	*hash;
};

/* What the register, where it counts, says of these bytes at their idx. */
enum km_listing {
	KM_LISTING_NONE,		/* there is none that counts */
	KM_LISTING_SAME,		/* it has them, all bytes equal */
	KM_LISTING_OTHER,		/* it has others */
	KM_LISTING_BEYOND		/* it does not go as far */
};

struct km_case {
	const struct km_question *q;
	const struct km_policy *policy;	/* never NULL */
	const struct km_known *known;
	const struct km_found *found;	/* NULL: no file was asked about */
	enum km_err	 badge_err;
	enum km_err	 attestation_err;
	const struct km_badge *badge;	/* where badge_err is KM_OK */
	enum km_by	 by;		/* 0: asked with a badge */
	struct km_bytes	 asked;		/* number, holder or host */
	enum km_listing	 listing;
	enum km_err	 register_err;	/* why it does not count */
	enum km_status	 listed_status;	/* where it is the same */
	const struct km_sign1 *sign1;	/* where attestation_err is KM_OK */
	int		 key;		/* of the trust list, by kid; or -1 */
	int		 verifies;	/* the signature, by that key */
	struct km_list_proof list[KM_SOURCES];
	struct km_epoch_proof epoch[KM_SOURCES];
	const uint8_t	*list_hash;	/* of the badge's list */
};

/*
 * A case (case.c), from what is known: begin, empty the report; the epoch;
 * and, once the report has the attestation, the list of its shard and what
 * the register says of its bytes (listed.c).
 */
void	 km_case_begin(struct km_case *, const struct km_known *,
	    const struct km_question *, struct km_report *out);
void	 km_case_epoch(struct km_case *);
void	 km_case_list(struct km_case *, const struct km_report *);
void	 km_case_listing(struct km_case *, const struct km_report *);

/* out has attestation, its bytes and now; all else is set here. */
void	 km_judge(const struct km_case *, struct km_report *out);
/*
 * For who searches the register by other means (check.c): one leaf of it, as
 * if found by that key; and the answer that nothing was found.
 */
enum km_verdict	 km_check_leaf(const struct km_known *, struct km_report *,
	    const struct km_question *, enum km_by, struct km_bytes key,
	    uint32_t leaf);
enum km_verdict	 km_check_absent(const struct km_known *,
	    struct km_report *, const struct km_question *);

/* Asked by a key, and nothing found: not listed, or not to be told. */
void	 km_judge_absent(const struct km_case *, struct km_report *out);

/*
 * Parts of it: judge_picture.c, proof.c, listed.c, policy.c, policy_demand.c;
 * each sets its own checks.
 */
void	 km_judge_picture(const struct km_case *, struct km_report *);
void	 km_judge_epochs(const struct km_case *, struct km_report *);
void	 km_judge_paths(const struct km_case *, struct km_report *);
void	 km_judge_status(const struct km_case *, struct km_report *);
void	 km_judge_listed(const struct km_case *, struct km_report *);
void	 km_judge_successor(const struct km_case *, struct km_report *);
void	 km_judge_asked(const struct km_case *, struct km_report *);
void	 km_judge_policy(const struct km_case *, struct km_report *);
void	 km_judge_demands(const struct km_case *, struct km_report *);

/* Of the epoch that the policy remembers: policy_demand.c, for proof.c. */
void	 km_judge_no_memory(const struct km_case *, struct km_report *,
	    enum km_err why);
void	 km_say_remembered(const struct km_case *, struct km_report *,
	    struct km_check *, const struct km_epoch_proof *newest);

/*
 * Does the register that is known count? It is of the epoch known, which is
 * verified, fresh, and goes on from the one remembered; else why not.
 */
enum km_err km_register_err(const struct km_case *, int64_t now);

/* The trust list in force, or NULL. */
const struct km_trust *km_case_trust(const struct km_case *);

/*
 * Text for a check that stands nowhere yet, in the report's own room: bytes
 * in hex, parts with a colon between them. Empty when there is no more room.
 */
struct km_bytes	 km_say_hex(struct km_report *, const uint8_t *, size_t);
struct km_bytes	 km_say(struct km_report *, const struct km_bytes *part,
		    size_t n);

/* Out of line in every build: they are called from all over the judge. */
__attribute__((noinline))
struct km_check	*km_check_set(struct km_report *, enum km_check_id,
		    enum km_outcome, enum km_err why);
/* The same: passed on KM_OK, and else failed. */
__attribute__((noinline))
struct km_check	*km_check_err(struct km_report *, enum km_check_id,
		    enum km_err why);

/*
 * How old something made at `at` is. It warns at `warn` seconds and fails
 * from `end` on (0: none) and, by the policy, at `fail` seconds; or where it
 * was made later than clocks may differ.
 */
struct km_age {
	int64_t		 at;
	int64_t		 end;		/* first second it is over */
	int64_t		 warn;		/* 0: never */
	int64_t		 fail;		/* 0: only at end */
};
/* want of its check is the moment that counts, found is now. */
enum km_err	 km_age_err(const struct km_age *, const struct km_case *,
		    int64_t now);
void	 km_judge_age(struct km_report *, enum km_check_id,
	    const struct km_age *, const struct km_case *);
/* The shorter of what is always asked and what the policy asks (0: not). */
int64_t	 km_shorter(int64_t always, int64_t policy);

#endif
