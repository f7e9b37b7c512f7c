/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Decisions, approvals and the officers list (schemas/decision.cddl,
 * officers.cddl): reading them. Everything points into the bytes read.
 */
#ifndef RECORD_DECISION_H
#define RECORD_DECISION_H

#include "verifier/attestation.h"
#include "verifier/trust.h"

enum {
	DECISION_KEY_KIND = 1, DECISION_KEY_AUTHORITY = 2,
	DECISION_KEY_ENVIRONMENT = 3, DECISION_KEY_TRUST = 4,
	DECISION_KEY_PROPOSER = 5, DECISION_KEY_SUBJECT = 6,
	DECISION_KEY_CONTENT = 7, DECISION_KEY_NONCE = 8,
	DECISION_KEY_VALID_UNTIL = 9, DECISION_KEY_HEAD = 10,
	DECISION_KEY_RESTS_ON = 11
};
enum {
	PROVIDER_KEY_LEGAL_NAME = 1, PROVIDER_KEY_TRADE_NAMES = 2,
	PROVIDER_KEY_PLACE = 3, PROVIDER_KEY_KVK = 4, PROVIDER_KEY_EUID = 5,
	PROVIDER_KEY_LEI = 6, PROVIDER_KEY_HOSTS = 7,
	PROVIDER_KEY_INFORMATION = 8
};
enum {
	BODY_KEY_NAME = 1, BODY_KEY_FROM = 2, BODY_KEY_UNTIL = 3,
	BODY_KEY_LEVEL = 4
};
enum {
	ASSESSMENT_KEY_BODY = 1, ASSESSMENT_KEY_DAY = 2,
	ASSESSMENT_KEY_REPORT = 3, ASSESSMENT_KEY_LINES = 4,
	ASSESSMENT_KEY_EVIDENCE = 5, ASSESSMENT_KEY_METHODS = 6,
	ASSESSMENT_KEY_HOURS = 7, ASSESSMENT_KEY_FINDINGS = 8
};
enum {
	GRANT_KEY_DOCUMENT = 1, GRANT_KEY_SCHEME = 2, GRANT_KEY_LINES = 3,
	GRANT_KEY_NOT_COVERED = 4, GRANT_KEY_NBF = 5, GRANT_KEY_EXP = 6,
	GRANT_KEY_DRAWING = 7, AMEND_KEY_SUPERSEDE = 8
};
enum {
	OFFICERS_KEY_AUTHORITY = 1, OFFICERS_KEY_ENVIRONMENT = 2,
	OFFICERS_KEY_VERSION = 3, OFFICERS_KEY_ISSUED = 4,
	OFFICERS_KEY_EXPIRES = 5, OFFICERS_KEY_TRUST = 6,
	OFFICERS_KEY_OFFICERS = 7
};
enum {
	OFFICER_KEY_ID = 1, OFFICER_KEY_EMPLOYER = 2, OFFICER_KEY_ROLES = 3,
	OFFICER_KEY_KEYS = 4, OFFICER_KEY_CONFLICTS = 5, OFFICER_KEY_FROM = 6,
	OFFICER_KEY_UNTIL = 7
};

/* In the order of design section 5; decision_kind_name() has the texts. */
enum decision_kind {
	DECISION_APPLICATION = 1, DECISION_EVIDENCE, DECISION_SURVEILLANCE,
	DECISION_COMPLAINT, DECISION_APPEAL, DECISION_VULNERABILITY,
	DECISION_PROVIDER_ADD, DECISION_PROVIDER_CHANGE, DECISION_BODY_ADD,
	DECISION_BODY_CHANGE, DECISION_ASSESSMENT, DECISION_GRANT,
	DECISION_REFUSE, DECISION_RENEW, DECISION_AMEND, DECISION_LIFT,
	DECISION_WITHDRAW, DECISION_VOID, DECISION_SUSPEND, DECISION_HALT,
	DECISION_DISABLE, DECISION_END, DECISION_FORGET, DECISION_RESUME,
	DECISION_OFFICERS, DECISION_CATALOGUE, DECISION_TRUST, DECISION_SCHEME
};
enum { DECISION_KINDS = 28 };

/* Roles in an officers list, and as bits where sets are meant. */
enum {
	OFFICER_REGISTRAR = 1, OFFICER_REVIEWER = 2, OFFICER_DECIDER = 3,
	OFFICER_ASSESSOR = 4
};
enum officer_role {
	ROLE_REGISTRAR = 1, ROLE_REVIEWER = 2, ROLE_DECIDER = 4,
	ROLE_ASSESSOR = 8, ROLE_MANAGER = 16, ROLE_ROOT = 32
};

enum {
	DECISION_MAX = 8192,		/* bytes of one decision */
	APPROVAL_MAX = 512,
	APPROVALS_MAX = 16,
	OFFICERS_MAX = 131072,		/* bytes of an officers list */
	OFFICERS_N_MAX = 256,
	RESTS_MAX = 16,
	NONCE_LEN = 16,
	SUBJECT_MAX = 64,
	PERSON_MAX = 64,
	METHODS_MAX = 8,
	CONFLICTS_MAX = 64,
	OFFICER_KEYS_MAX = 4
};

struct provider {			/* provider-add, provider-change */
	struct km_bytes	 legal_name;
	size_t		 n_trade_names;
	struct km_bytes	 trade_name[5];
	struct km_bytes	 place, kvk, euid, lei;
	size_t		 n_hosts;
	struct km_bytes	 host[8];
	struct km_bytes	 information;
};
struct body {				/* body-add, body-change */
	struct km_bytes	 name;
	uint32_t	 from, until;	/* days; until: first day no longer */
	enum km_level	 level;		/* highest it may assess */
};
struct assessment {
	struct km_bytes	 body;
	uint32_t	 day;
	struct km_bytes	 report;
	size_t		 n_lines;
	struct km_line	 line[KM_LINES_MAX];
	size_t		 n_evidence;
	struct km_evidence evidence[16];
	size_t		 n_methods;
	struct km_bytes	 method[METHODS_MAX];
	uint32_t	 hours, findings;
};
struct grant {				/* grant, renew, amend */
	enum km_document document;
	struct km_bytes	 scheme;
	uint32_t	 scheme_version;
	size_t		 n_lines;
	struct km_line	 line[KM_LINES_MAX];
	size_t		 n_not_covered;
	struct km_bytes	 not_covered[8];
	int64_t		 nbf, exp;
	uint32_t	 drawing;
	int64_t		 supersede;	/* amend only */
};
struct record {				/* application ... vulnerability */
	uint32_t	 day;
	struct km_bytes	 reference, remark;
};
struct scheme_ref {			/* scheme, catalogue */
	struct km_bytes	 scheme;
	uint32_t	 version;
	struct km_bytes	 hash;		/* SHA-256 of the JSON */
};

struct decision {
	enum decision_kind kind;
	struct km_bytes	 authority;	/* https://HOST */
	enum km_environment environment;
	struct km_bytes	 trust;		/* SHA-256 of trust list 1 */
	struct km_bytes	 proposer;
	struct km_bytes	 subject;
	union {
		struct record	 record;
		struct provider	 provider;
		struct body	 body;
		struct assessment assessment;
		struct grant	 grant;
		struct { int reason; int64_t until; } act; /* 0: none */
		struct km_bytes	 person;	/* disable */
		struct km_bytes	 id;		/* forget */
		struct scheme_ref scheme;
	} u;
	struct km_bytes	 nonce;
	int64_t		 valid_until;
	struct km_bytes	 head;		/* empty: absent */
	size_t		 n_rests_on;
	struct km_bytes	 rests_on[RESTS_MAX];	/* 32 bytes each */
	uint8_t		 id[KM_HASH_LEN];
	struct km_bytes	 bytes;		/* all of it */
};
/* Shape and what one decision alone can have wrong. Out on success only. */
enum km_err	 decision_decode(struct decision *, const uint8_t *, size_t);

const char	*decision_kind_name(enum decision_kind);
/* 0 when there is no such kind. */
enum decision_kind decision_kind_by_name(struct km_bytes);
/* 1 when decisions of this kind bear head and move the subject's head. */
int		 decision_has_head(enum decision_kind);
int		 decision_moves_head(enum decision_kind);
/* 1 when the subject of this kind is a mark's number. */
int		 decision_on_mark(enum decision_kind);
/* 64 lower-case hex digits and a NUL. */
void		 decision_id_hex(char out[65], const uint8_t id[KM_HASH_LEN]);

struct officer {
	struct km_bytes	 id, employer;
	unsigned int	 roles;		/* bits of enum officer_role */
	size_t		 n_keys;
	struct km_key	 key[OFFICER_KEYS_MAX];
	size_t		 n_conflicts;
	struct km_bytes	 conflict[CONFLICTS_MAX];
	int64_t		 from, until;
};
struct officers {
	struct km_bytes	 authority;
	enum km_environment environment;
	uint32_t	 version;
	int64_t		 issued, expires;
	struct km_bytes	 trust;		/* SHA-256 of trust list 1 */
	size_t		 n;
	struct officer	*officer;	/* n; owned, officers_free() */
};
enum km_err	 officers_decode(struct officers *, struct km_sign *,
		    const uint8_t *, size_t);
void		 officers_free(struct officers *);
const struct officer *officers_find(const struct officers *, struct km_bytes id);

/*
 * May next follow prev (NULL: the first)? Two different keys of purpose
 * officers of trust, in their period at next.issued and not revoked, signed
 * and verify; each signature counts once and every one must verify.
 */
enum km_err	 officers_accept(const struct officers *prev,
		    const struct officers *next, const struct km_sign *,
		    const struct km_trust *, const uint8_t first[KM_HASH_LEN],
		    km_verify_fn *, void *arg);

/* A person who signed, opened: whose signature it is and that it is good. */
struct approver {
	struct km_bytes	 iss;		/* into the approval */
	unsigned int	 roles;		/* what iss may be, bits */
	const struct officer *officer;	/* NULL: root or manager */
	struct km_bytes	 bytes;		/* the approval, all of it */
};
/*
 * One approval over d: shape, sub = d's id, iss on the list (or root: or
 * manager: with a key of trust), a key of iss, signature. Not: dates, roles
 * needed, counting, which rules.c does.
 */
enum km_err	 approval_open(struct approver *, const struct decision *d,
		    const uint8_t *, size_t, const struct officers *,
		    const struct km_trust *, km_verify_fn *, void *arg);

#endif
