/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerk.h: check a badge of the quality mark for ICT service providers.
 *
 * Argument order everywhere: context, out, in with its length right after,
 * time and flags last. All inputs are arguments: the library reads no clock,
 * file, socket, environment variable or global, and has no heap of its own.
 * Equal inputs give equal reports, years later and on any platform.
 *
 * Text and bytes in results point into what the caller gave or into the
 * report itself: they live as long as that does, and a report is not copied
 * by assignment.
 */
#ifndef KEURMERK_H
#define KEURMERK_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define KM_API		__attribute__((visibility("default")))
#define KM_MUST_USE	__attribute__((warn_unused_result))
#else
#define KM_API
#define KM_MUST_USE
#endif

struct km_bytes {
	const uint8_t	*p;
	size_t		 len;		/* bytes */
};

/* Limits; each is the largest that is accepted. */
enum {
	KM_ATTESTATION_MAX = 2048,	/* bytes */
	KM_BADGE_MAX = 65536,
	KM_FILE_MAX = 8388608,		/* a picture or page with a badge */
	KM_TRUST_MAX = 16384,
	KM_EPOCH_MAX = 1024,
	KM_LIST_MAX = 1048576,		/* a status list of another make */
	KM_LIST_INFLATED_MAX = 4194304,
	KM_POLICY_MAX = 2048,
	KM_KEYS_MAX = 32,		/* in a trust list */
	KM_ROOTS_MAX = 16,
	KM_LINES_MAX = 16,
	KM_HASH_LEN = 32,
	KM_JSON_MAX = 24576		/* a report as JSON */
};

/* The answer, and the exit status of `keurmerk verify`; for ever. */
enum km_verdict {
	KM_VALID = 0,			/* believe it, under this policy */
	KM_MALFORMED = 10,
	KM_UNTRUSTED = 11,
	KM_NOT_YET_VALID = 12,
	KM_EXPIRED = 13,
	KM_WITHDRAWN = 14,
	KM_SUSPENDED = 15,
	KM_SUPERSEDED = 16,
	KM_WRONG_ORIGIN = 17,
	KM_UNMET = 18,
	KM_NOT_LISTED = 19,
	KM_UNDETERMINED = 20
};

/* ETSI EN 319 102-1 section 5.1.3. */
enum km_indication {
	KM_TOTAL_PASSED, KM_TOTAL_FAILED, KM_INDETERMINATE
};

enum km_outcome {
	KM_NOT_PERFORMED, KM_PASSED, KM_WARNED, KM_FAILED
};

/* Reasons below a verdict or an outcome; numbers are for ever. */
enum km_err {
	KM_OK = 0,
	/* bytes */
	KM_ERR_TRUNCATED = 1,		/* ends too early */
	KM_ERR_TRAILING = 2,		/* goes on after its end */
	KM_ERR_TYPE = 3,		/* another type, or key, stands here */
	KM_ERR_ENCODING = 4,		/* not the one encoding it may have */
	KM_ERR_LIMIT = 5,		/* longer, larger or deeper than may be */
	KM_ERR_TEXT = 6,		/* character outside the repertoire */
	KM_ERR_VALUE = 7,		/* value that this field cannot have */
	KM_ERR_ORDER = 8,		/* not ascending, or twice */
	KM_ERR_MISMATCH = 9,		/* two places differ that must agree */
	KM_ERR_INFLATE = 10,		/* not one whole zlib stream */
	KM_ERR_NO_BADGE = 11,		/* a file without a badge in it */
	KM_ERR_TWO_BADGES = 12,		/* a file with more than one */
	/* COSE */
	KM_ERR_TAG = 20,		/* not tag 18 (or 98) */
	KM_ERR_TYP = 21,		/* object of another purpose */
	KM_ERR_ALG = 22,		/* not the key's algorithm */
	KM_ERR_HEADER = 23,		/* header that may not be there */
	KM_ERR_SIGNATURE = 24,		/* does not verify, or high s */
	KM_ERR_KEY = 25,		/* not a key: off the curve, size */
	/* trust */
	KM_ERR_NO_TRUST = 40,		/* no trust list given */
	KM_ERR_PIN = 41,		/* not the pinned list */
	KM_ERR_VERSION = 42,		/* not the next version */
	KM_ERR_THRESHOLD = 43,		/* too few of the roots signed */
	KM_ERR_AUTHORITY = 44,		/* another authority */
	KM_ERR_ENVIRONMENT = 45,	/* another environment */
	KM_ERR_UNKNOWN_KEY = 46,	/* not in the trust list */
	KM_ERR_PURPOSE = 47,		/* a key of another purpose */
	KM_ERR_KEY_PERIOD = 48,		/* outside the key's period */
	KM_ERR_REVOKED = 49,		/* the key is revoked */
	KM_ERR_EXPIRED = 50,
	KM_ERR_EARLY = 51,		/* not yet */
	KM_ERR_STALE = 52,		/* older than the policy allows */
	/* proof */
	KM_ERR_MISSING = 60,		/* needed, not given */
	KM_ERR_INDEX = 61,		/* idx beyond the list */
	KM_ERR_RESERVED = 62,		/* status value without a meaning */
	KM_ERR_PROOF = 63,		/* path does not lead to the root */
	KM_ERR_ROLLBACK = 64,		/* older than what is remembered */
	KM_ERR_FORK = 65,		/* another than what is remembered */
	KM_ERR_WITHDRAWN = 66, KM_ERR_SUSPENDED = 67, KM_ERR_SUPERSEDED = 68,
	/* policy */
	KM_ERR_DOCUMENT = 80, KM_ERR_ORIGIN = 81, KM_ERR_HOLDER = 82,
	KM_ERR_DEMAND = 83, KM_ERR_BODY = 84, KM_ERR_PICTURE = 85,
	KM_ERR_NOT_LISTED = 86,		/* not in a complete register */
	/* use */
	KM_ERR_FULL = 100,		/* no room in the memory given */
	KM_ERR_USE = 101,		/* calls in the wrong order */
	/* of a check that was not performed, though it was asked for */
	KM_ERR_NOT_REACHED = 110	/* one that it rests on failed */
};

/* check[i] of a report is check number i, always. */
enum km_check_id {
	KM_CHECK_BADGE = 0,		/* container and badge are well-formed */
	KM_CHECK_ATTESTATION = 1,	/* so is the attestation */
	KM_CHECK_PICTURE = 2,		/* the picture shows what is signed */
	KM_CHECK_TRUST = 3,		/* a trust list from the pinned one on */
	KM_CHECK_TRUST_DATE = 4,	/* that has not expired */
	KM_CHECK_ISSUER = 5,		/* the list's authority issued it */
	KM_CHECK_KEY = 6,		/* with an attest key of the list */
	KM_CHECK_SIGNATURE = 7,
	KM_CHECK_KEY_PERIOD = 8,	/* within the key's period */
	KM_CHECK_KEY_REVOKED = 9,	/* key unrevoked, or register has it */
	KM_CHECK_ENVIRONMENT = 10,	/* the one asked for */
	KM_CHECK_NOT_BEFORE = 11,
	KM_CHECK_EXPIRY = 12,
	KM_CHECK_STATUS_LIST = 13,	/* a verified list of its shard */
	KM_CHECK_STATUS_AGE = 14,
	/*
	 * Its value there. Superseded, under a register that has a later
	 * attestation of this mark: want is the newest one's index in the
	 * register, and want_text the mark's number. Else want is 0, "valid".
	 */
	KM_CHECK_STATUS = 15,
	KM_CHECK_EPOCH = 16,		/* a verified epoch */
	KM_CHECK_EPOCH_AGE = 17,
	KM_CHECK_EPOCH_MEMORY = 18,	/* goes on from the one remembered */
	KM_CHECK_STATUS_PROOF = 19,	/* the epoch has the list */
	KM_CHECK_REGISTER_PROOF = 20,	/* and its register the attestation */
	KM_CHECK_ORIGIN = 21,		/* the site is named in it */
	KM_CHECK_HOLDER = 22,
	KM_CHECK_DOCUMENT = 23,		/* certificate or self-declaration */
	KM_CHECK_DEMANDS = 24,
	KM_CHECK_BODY = 25,
	KM_CHECK_LISTED = 26,		/* a complete register has it */
	KM_CHECK_NAMES = 27,		/* one script, no look-alikes */
	KM_CHECKS = 28
};

enum km_environment {
	KM_ENVIRONMENT_PRODUCTION = 0,
	KM_ENVIRONMENT_DEMONSTRATION = 1,
	KM_ENVIRONMENT_EXERCISE = 2
};
enum km_document {
	KM_DOCUMENT_CERTIFICATE = 1,
	KM_DOCUMENT_SELF_DECLARATION = 2
};
enum km_claim {
	KM_CLAIM_BASIC_MEASURES = 1,
	KM_CLAIM_POLICY_ADVICE = 2
};
enum km_object {
	KM_OBJECT_ORGANISATION = 1,
	KM_OBJECT_SERVICE = 2
};
enum km_level {
	KM_LEVEL_BASIC = 1,
	KM_LEVEL_SUBSTANTIAL = 2,
	KM_LEVEL_HIGH = 3
};
enum km_status {
	KM_STATUS_VALID = 0,
	KM_STATUS_WITHDRAWN = 1,
	KM_STATUS_SUSPENDED = 2,
	KM_STATUS_SUPERSEDED = 3
};

/* What it was bound to: with none, nobody checked whose badge it is. */
enum km_binding {
	KM_BINDING_NONE, KM_BINDING_ORIGIN, KM_BINDING_HOLDER
};

struct km_line {
	enum km_claim	 claim;
	enum km_object	 object;
	struct km_bytes	 service;	/* code; empty: the organisation */
	enum km_level	 level;
};

struct km_evidence {
	struct km_bytes	 code;
	struct km_bytes	 reference;
};

/* The attestation, decoded. Text is UTF-8, absent fields are empty. */
struct km_attestation {
	struct km_bytes	 iss;		/* https://HOST */
	struct km_bytes	 sub;		/* NTRNL-12345678 */
	int64_t		 exp;		/* first second it is over */
	int64_t		 nbf;
	int64_t		 iat;
	struct km_bytes	 cti;		/* 16 bytes */
	uint32_t	 idx;		/* within its shard */
	uint32_t	 shard;
	struct km_bytes	 status_uri;
	struct km_bytes	 number;	/* KM-2026-000123-P */
	enum km_environment environment;
	enum km_document document;
	struct km_bytes	 scheme;
	uint32_t	 scheme_version;
	size_t		 n_lines;
	struct km_line	 line[KM_LINES_MAX];
	size_t		 n_not_covered;
	struct km_bytes	 not_covered[8];
	struct km_bytes	 legal_name;
	size_t		 n_trade_names;
	struct km_bytes	 trade_name[5];
	struct km_bytes	 place;
	struct km_bytes	 kvk;
	struct km_bytes	 euid;
	struct km_bytes	 lei;
	size_t		 n_hosts;
	struct km_bytes	 host[8];
	uint32_t	 assessed;	/* days since 1970-01-01 */
	struct km_bytes	 body_name;
	struct km_bytes	 body;		/* accreditation number */
	struct km_bytes	 report;
	size_t		 n_evidence;
	struct km_evidence evidence[16];
	struct km_bytes	 information;	/* https address, CSA Art. 55 */
	uint32_t	 drawing;
};

struct km_check {
	enum km_outcome	 outcome;
	enum km_err	 why;
	int64_t		 want;		/* meaning by check: number, time */
	int64_t		 found;
	struct km_bytes	 want_text;
	struct km_bytes	 found_text;
};

/* A demand is met by one claim line, never by parts of several. */
struct km_demand {
	enum km_claim	 claim;
	struct km_bytes	 service;	/* empty: the organisation */
	enum km_level	 level;		/* at least */
};

enum { KM_DEMANDS_MAX = 16, KM_BODIES_MAX = 16 };

/*
 * What the caller asks for, on top of what is always asked. Zeroed, or NULL
 * in its place: a certificate of the production environment. Ages are in
 * seconds and can only shorten what design section 4 allows; 0 leaves it.
 */
struct km_policy {
	enum km_environment environment;
	int		 self_declaration;	/* 1: will do as well */
	size_t		 n_demands;
	struct km_demand demand[KM_DEMANDS_MAX];
	struct km_bytes	 holder;		/* sub, EUID, LEI or KVK */
	size_t		 n_bodies;
	struct km_bytes	 body[KM_BODIES_MAX];	/* accreditation numbers */
	int64_t		 status_warn, status_fail;
	int64_t		 epoch_warn, epoch_fail;
	int64_t		 trust_warn, trust_fail;
	int64_t		 skew;			/* at most 300 */
	uint32_t	 epoch_number;		/* remembered; 0: none */
	uint8_t		 epoch_hash[KM_HASH_LEN];
	struct km_bytes	 origin;		/* as q->origin; both count */
};

/*
 * Read a policy from CBOR (schemas/policy.cddl), deterministic and with no
 * member but those that are known: what is not understood is not left out.
 *
 *   out	filled on KM_OK only; its texts point into cbor, so it is good for
 *		as long as that is kept unchanged
 *   cbor	len bytes, at most KM_POLICY_MAX; may come from anyone, but decides
 *		what is asked, so take it from where the caller trusts. a0 is
 *		the empty policy
 *
 * Returns KM_OK or what is wrong with it.
 */
KM_API KM_MUST_USE enum km_err
km_policy_decode(struct km_policy *out, const uint8_t *cbor, size_t len);

/*
 * What a badge may come in, told apart by content: CBOR (a badge or an
 * attestation), the picture as SVG or PNG, a saved HTML page with one such SVG
 * element in it, or the text of a full QR. At most KM_FILE_MAX bytes.
 */
struct km_question {
	struct km_bytes	 badge;		/* may come from anyone */
	const struct km_policy *policy;	/* NULL: the default */
	struct km_bytes	 origin;	/* host that shows it; empty: none */
	int64_t		 now;		/* seconds since 1970, UTC */
};

struct km_report {
	enum km_verdict	 verdict;
	enum km_indication indication;
	enum km_binding	 binding;
	int64_t		 now;
	struct km_check	 check[KM_CHECKS];
	int		 vouched;	/* 1: attestation may be repeated */
	struct km_attestation attestation;
	uint32_t	 trust_version;	/* 0: none used */
	uint32_t	 epoch_number;	/* 0: none used */
	uint8_t		 epoch_hash[KM_HASH_LEN];
	int64_t		 status_iat;	/* of the source used; 0: none */
	int64_t		 status_exp;
	size_t		 attestation_len;
	uint8_t		 attestation_bytes[KM_ATTESTATION_MAX];
	size_t		 said_len;	/* of texts made for the checks */
	uint8_t		 said[512];
};

/* Trust lists, epoch and status lists, opened and verified; in mem. */
struct km_known;

/*
 * Memory: known needs KM_KNOWN_MIN bytes, and KM_KNOWN_LIST more for each
 * status list of ours (for one of another make an eighth of its entries times
 * its bits, and 512).
 */
enum { KM_KNOWN_MIN = 65536, KM_KNOWN_LIST = 16384 + 512 };

/*
 * Begin to know: from this trust list on, and from nothing else.
 *
 *   mem	at least KM_KNOWN_MIN bytes, kept by the caller until after
 *		km_known_end(); aligned for any type
 *   pin	the bytes of one trust list, or the 32 bytes of its SHA-256;
 *		from where the caller trusts, never from the badge. Copied
 *
 * Returns NULL when mem is too small or not aligned, or the pin neither.
 */
KM_API KM_MUST_USE struct km_known *
km_known_begin(void *mem, size_t len, const uint8_t *pin, size_t pin_len);

/*
 * Add a trust list, epoch or status list: told apart by its typ. Trust lists
 * go first, each the next version (the one in force once more changes
 * nothing); of epochs and lists the newest counts, by number and by iat.
 * The object is copied as far as needed. Nothing here depends on the time.
 *
 * Returns KM_OK or why it does not count; known is then as it was. An older
 * epoch or list than is known already is KM_OK and changes nothing. Another
 * epoch of the same number, or one that does not follow, is KM_ERR_FORK, and
 * is remembered: from then on every answer that would rest on an epoch is
 * undetermined, as long as the keys of both still count.
 */
KM_API KM_MUST_USE enum km_err
km_known_add(struct km_known *known, const uint8_t *object, size_t len);

/* Free what the cryptographic library keeps for known; mem stays. */
KM_API void
km_known_end(struct km_known *known);

/*
 * Verify one badge against what is known. Needs about 110 kB of stack.
 *
 *   known	read only, may be shared by threads
 *   out	always filled
 *   q		the question
 *
 * With a register known that counts, a badge whose attestation it has, all
 * bytes equal, needs no signature (KM_CHECK_SIGNATURE is not performed,
 * KM_CHECK_LISTED has passed); one whose index has other bytes there is
 * KM_NOT_LISTED at best, and so is one from before the epoch that the
 * register does not reach. One given since is verified by its signature.
 *
 * Returns the verdict: KM_VALID, and nothing else, means believe it. Does
 * not tell whether the holder is who shows the badge unless q->origin or the
 * policy's holder is given: see out->binding.
 */
KM_API KM_MUST_USE enum km_verdict
km_verify(const struct km_known *known, struct km_report *out,
    const struct km_question *q);

/*
 * The register, as a source of answers: who has it needs no network to look
 * up any holder, and no signature to believe a badge whose bytes it has.
 *
 * Memory for the look-up over so many attestations; SIZE_MAX where there can
 * be no such register. marks counts attestations, as the epoch's register
 * does (a renewed mark has several); 1024 for each run is always enough.
 *
 *	988 * marks + 24 * b + 1 kB
 *
 * rounded up, with b the power of two from 4 * marks up (16 at least): so
 * much as attestations would take in which all there can be is there. Those
 * that there are take about half. What is not needed is not touched; mem may
 * be smaller, and is KM_ERR_FULL when it is too small.
 */
KM_API size_t
km_register_room(uint32_t marks);

/*
 * Know the whole register of the epoch that is known.
 *
 *	mem	len bytes, km_register_room() of them are enough; aligned for
 *		any type, not the memory of a register that is known already
 *	run	the bytes of the n_runs files register/HASH, in the order of
 *		register/index/N: CBOR sequences of 1024 leaves, the last of
 *		up to 1024. They are not copied
 *
 * Every leaf is decoded, and must be an attestation with its own index, of
 * this authority and environment; the root over all must be that of the
 * epoch's register head, [size, root]. mem and the runs stay as they are
 * until after km_known_end(). A register given before is replaced.
 *
 * Returns KM_OK, or why it does not count, and known is then as it was:
 * KM_ERR_NO_TRUST; KM_ERR_MISSING: no epoch, or fewer runs than its register
 * has; KM_ERR_TRAILING, KM_ERR_TRUNCATED: more runs, or leaves in a run, or
 * fewer; KM_ERR_ORDER, KM_ERR_MISMATCH: a leaf, or the attestation in it, is
 * not of its index; KM_ERR_AUTHORITY, KM_ERR_ENVIRONMENT: of another;
 * KM_ERR_PROOF: another root; KM_ERR_FULL; KM_ERR_LIMIT: over 2^27 leaves;
 * KM_ERR_USE: mem; or what is wrong with the bytes.
 *
 * An epoch that is added later leaves the register as good as it was where
 * its register head is the same; else it counts as not given, until it is
 * given anew. Threads share it as they do known, and only read.
 */
KM_API KM_MUST_USE enum km_err
km_known_register(struct km_known *known, void *mem, size_t len,
    const struct km_bytes *run, size_t n_runs);

/* What is asked by; numbers are for ever. */
enum km_by {
	KM_BY_NUMBER = 1,		/* mark number: KM-2026-000123-P */
	KM_BY_HOLDER = 2,		/* KVK number, sub, EUID or LEI */
	KM_BY_HOST = 3			/* exact host, lower case, A-labels */
};

/*
 * Ask by a key instead of a badge: q->badge is not looked at.
 *
 * Of the attestations that have the key, the newest (by index) that is valid
 * under the policy answers, else the newest. The register's leaf takes the
 * place of the signature: KM_CHECK_SIGNATURE is not performed, and
 * KM_CHECK_LISTED and KM_CHECK_REGISTER_PROOF have passed; nor is there a
 * badge, so KM_CHECK_BADGE is not performed. All else is judged as it is for
 * a badge. A mark that was found by its holder is bound to the holder, by a
 * host to that origin, by its number to nothing unless the policy or
 * q->origin does.
 *
 * Status: the verified list of its shard, which is dated by its iat, and the
 * register's own leaf, dated by the epoch's this-update, are both looked at.
 * The newer answers; of two equally new, the one that does not say valid. So
 * a suspension is never overruled by an older source, and where the newer is
 * over or too old the status is not known, whatever the older says. Either
 * is held to its own end (exp, next-update), warns at 24 hours, and can be
 * held to less by the policy's ages of statuses. A withdrawal is final and
 * counts from both. The same holds for km_verify() of a badge that the
 * register has.
 *
 * Nothing found is KM_NOT_LISTED only where that can be known: a complete
 * register of a fresh epoch that goes on from the one remembered, an
 * unexpired trust list, of the environment asked for. Else, and for what is
 * no key at all (a mistyped number), it is KM_UNDETERMINED, and
 * KM_CHECK_LISTED says why.
 */
KM_API KM_MUST_USE enum km_verdict
km_check(const struct km_known *known, struct km_report *out,
    const struct km_question *q, enum km_by by, const uint8_t *key,
    size_t len);

/*
 * The report as one line of JSON, by snprintf's rule: returns the length it
 * needs without the final NUL, writes at most cap bytes with it. Fixed order
 * of keys, integers only; schemas/report.schema.json.
 */
KM_API size_t
km_report_json(char *out, size_t cap, const struct km_report *report);

/*
 * The exit status of `keurmerk verify`, and "exit" in the JSON: the verdict,
 * but 2 for a file in which no badge was found.
 */
KM_API int
km_exit(const struct km_report *report);

/*
 * The answer in one word: 1 only when the verdict is valid and it was bound
 * to an origin or a holder. unbound_ok is 1 where the caller knows by other
 * means whose badge it is, and then only the verdict counts.
 */
KM_API KM_MUST_USE int
km_acceptable(const struct km_report *report, int unbound_ok);

/*
 * The same in one call, for bindings of other languages: nothing but bytes
 * and numbers goes in and out, so that none of them has to know how a struct
 * lies in memory, or is wrong about it after an update.
 *
 *	known	as for km_verify()
 *	out	the report as km_report_json() writes it, with a final NUL; cap
 *		bytes, of which KM_JSON_MAX always suffice
 *	len	its length without the NUL; needed where there is no room
 *	badge	any bytes
 *	policy	as for km_policy_decode(); of length 0 the default
 *	origin	host; of length 0 none
 *	now	seconds since 1970, UTC
 *
 * Returns KM_OK, whatever the verdict, which stands in the report. Else
 * nothing was verified, out is empty and it is KM_ERR_FULL or what is wrong
 * with the policy.
 */
KM_API KM_MUST_USE enum km_err
km_verify_json(const struct km_known *known, char *out, size_t cap,
    size_t *len, const uint8_t *badge, size_t badge_len,
    const uint8_t *policy, size_t policy_len, const uint8_t *origin,
    size_t origin_len, int64_t now);

/*
 * The same for km_check(): by a key of key_len bytes, which is a badge where
 * by is 0.
 */
KM_API KM_MUST_USE enum km_err
km_check_json(const struct km_known *known, char *out, size_t cap,
    size_t *len, enum km_by by, const uint8_t *key, size_t key_len,
    const uint8_t *policy, size_t policy_len, const uint8_t *origin,
    size_t origin_len, int64_t now);

/*
 * Memory for km_known_begin() to know so many status lists: bytes, as the
 * constants KM_KNOWN_MIN and KM_KNOWN_LIST of this library have it.
 */
KM_API size_t
km_known_room(size_t lists);

/*
 * What a badge says of itself, with nothing checked but its form. For
 * display of what is claimed, never for a decision: the type has no verdict.
 * attestation points into a copy in out. badge is any file, as for
 * km_verify(); needs about 70 kB of stack.
 */
struct km_unverified {
	struct km_attestation attestation;
	size_t		 len;
	uint8_t		 bytes[KM_ATTESTATION_MAX];
};
KM_API KM_MUST_USE enum km_err
km_look(struct km_unverified *out, const uint8_t *badge, size_t len);

/* Names, as in schemas/report.schema.json: static, never NULL. */
KM_API const char *km_verdict_name(enum km_verdict);
KM_API const char *km_check_name(enum km_check_id);
KM_API const char *km_outcome_name(enum km_outcome);
KM_API const char *km_err_name(enum km_err);

/* The library's version, "0.1.0". */
KM_API const char *km_version(void);

#endif
