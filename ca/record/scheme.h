/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Scheme: the rules of the mark (schemas/scheme.json, and its shape in
 * scheme.schema.json). Here is what rules.c needs of it; texts, requirements
 * and the like stay in the JSON, for pages and people.
 */
#ifndef RECORD_SCHEME_H
#define RECORD_SCHEME_H

#include "decision.h"

enum {
	SCHEME_JSON_MAX = 1048576,	/* bytes */
	SCHEME_SERVICES_MAX = 64,
	SCHEME_EVIDENCE_MAX = 64,
	SCHEME_METHODS_MAX = 32,
	SCHEME_APPROVERS_MAX = 4,
	SCHEME_CODE_MAX = 32,		/* bytes, without the NUL */
	SCHEME_REASONS = 7,
	SCHEME_ROLES = 6,
	SCHEME_LEVELS = KM_LEVEL_HIGH + 1,	/* by level; 0: none */
	SCHEME_MESSAGE_MAX = 448
};

/* As many signatures as the trust list in force asks of its roots. */
#define SCHEME_THRESHOLD_TRUST	UINT32_MAX

struct scheme_code {
	char		 text[SCHEME_CODE_MAX + 1];
};

struct scheme_level {
	int		 offered;
	int		 self_declaration;	/* allowed; basic only */
};

/* One approval by each of these roles, on top of the proposer's own. */
struct scheme_approvers {
	size_t		 n;
	enum officer_role role[SCHEME_APPROVERS_MAX];
};

/*
 * Who proposes and approves decisions of one kind. Approved by roles, or by
 * count: then threshold is not 0, the proposer counts, and approvers are
 * empty.
 */
struct scheme_row {
	enum decision_kind kind;
	unsigned int	 proposer;	/* enum officer_role bits: any one */
	int		 by_level;	/* approvers differ by level */
	int		 administrative;	/* [0] is for hosts and names */
	struct scheme_approvers approvers[SCHEME_LEVELS];
	enum officer_role threshold_role;
	uint32_t	 threshold;	/* 0, a number, or .._TRUST */
	int		 distinct;	/* all different persons */
	int		 not_assessor;	/* nor from the assessor's employer */
	int		 not_conflicted;
};

struct scheme_periods {			/* the unit is in the name */
	uint32_t	 attestation_days_max;	/* nbf to exp */
	uint32_t	 decision_days_max;	/* until valid-until */
	uint32_t	 assessment_age_days_max;
	uint32_t	 renewal_window_days;
	uint32_t	 surveillance_days;
	uint32_t	 host_proof_days;
	uint32_t	 suspension_days_max;
	uint32_t	 supersede_days;
	uint32_t	 holder_remedy_days;
	uint32_t	 complaint_days;
	uint32_t	 vulnerability_report_days;
	uint32_t	 badge_removal_days;
	uint32_t	 retention_days_min;
	uint32_t	 list_ttl_seconds;
	uint32_t	 list_days;		/* iat to exp */
	uint32_t	 epoch_days;		/* this-update to next-update */
	uint32_t	 trust_warn_days;
};

struct scheme {
	struct scheme_code id;
	uint32_t	 version;
	struct scheme_level level[SCHEME_LEVELS];	/* by enum km_level */
	/* by enum km_claim: bits 1 << enum km_object; 0: not in the scheme */
	unsigned int	 claim[KM_CLAIM_POLICY_ADVICE + 1];
	size_t		 n_services;
	struct scheme_code service[SCHEME_SERVICES_MAX];
	size_t		 n_evidence;
	struct scheme_code evidence[SCHEME_EVIDENCE_MAX];
	size_t		 n_methods;
	struct scheme_code method[SCHEME_METHODS_MAX];
	/* by number: bits 1 << enum decision_kind */
	uint32_t	 reason[SCHEME_REASONS + 1];
	struct scheme_row row[DECISION_KINDS + 1];	/* by kind; [0]: none */
	struct scheme_periods periods;
};

struct scheme_error {
	int		 line;		/* from 1; 0: the input as a whole */
	char		 message[SCHEME_MESSAGE_MAX];	/* path, want, found */
};

/*
 * Read a scheme. Beyond its shape this holds what no scheme may give up
 * (design section 5), so that no file can switch the rules off: all persons
 * are different, neither assessors of the file nor conflicted; only records,
 * assessment, suspend, halt and disable need no approval; a decider is among
 * all others' approvers; a higher level asks no fewer; officers and catalogue
 * need two managers, trust and scheme the roots' threshold.
 *
 *   out	written on success only; points nowhere, may be copied
 *   json	len bytes, at most SCHEME_JSON_MAX, from anyone
 *   err	written on failure only
 *
 * Returns 1, or 0 with err. Texts are not looked at beyond their repertoire:
 * tests/check/scheme.py FILE judges the whole.
 */
int	 scheme_parse(struct scheme *out, const uint8_t *json, size_t len,
	    struct scheme_error *err);

/* Never NULL for a kind of the enum. */
const struct scheme_row *scheme_row(const struct scheme *, enum decision_kind);

/*
 * Who must approve a decision of this kind at this level; level 0 where no
 * level applies: hosts and names in an amend, kinds without levels. A kind by
 * level without an administrative form then asks what level high asks.
 */
const struct scheme_approvers *scheme_approvers(const struct scheme *,
	    enum decision_kind, unsigned int level);

/* 1 or 0. */
int	 scheme_service_known(const struct scheme *, struct km_bytes code);
int	 scheme_evidence_known(const struct scheme *, struct km_bytes code);
int	 scheme_method_known(const struct scheme *, struct km_bytes code);
int	 scheme_reason_allowed(const struct scheme *, enum decision_kind,
	    int reason);
int	 scheme_level_offered(const struct scheme *, enum km_level,
	    enum km_document);
/* May a line of this claim be about this kind of object? */
int	 scheme_claim_allowed(const struct scheme *, enum km_claim,
	    enum km_object);

/* Codes as in the JSON: static text. 0 or NULL when there is none such. */
const char *scheme_reason_code(int reason);
int	 scheme_reason_by_code(struct km_bytes code);
const char *scheme_level_code(enum km_level);
const char *scheme_claim_code(enum km_claim);
const char *scheme_role_code(enum officer_role);

#endif
