/* SPDX-License-Identifier: EUPL-1.2 */
/* Refusals: what tools match, and one sentence for people. */
#include "rules.h"

static const struct {
	const char	*name, *text;
} refusals[REFUSAL_N] = {
	[REFUSAL_NONE] = { "none", "not refused" },
	[REFUSAL_MALFORMED] = { "malformed",
	    "the bytes are no well-formed decision, approval or list" },
	[REFUSAL_UNSUPPORTED] = { "unsupported",
	    "decisions of this kind are not supported yet" },
	[REFUSAL_AUTHORITY] = { "authority",
	    "the decision names another authority" },
	[REFUSAL_ENVIRONMENT] = { "environment",
	    "the decision is for another environment" },
	[REFUSAL_TRUST] = { "trust",
	    "the decision names another first trust list" },
	[REFUSAL_EXPIRED] = { "expired",
	    "the decision's valid-until has passed; propose it anew" },
	[REFUSAL_TOO_LONG] = { "too-long",
	    "the decision's valid-until is further ahead than the scheme "
	    "allows" },
	[REFUSAL_REPLAYED] = { "replayed",
	    "a decision with this nonce was made before" },
	[REFUSAL_HEAD] = { "head",
	    "another decision on this subject came first; look at it and "
	    "propose anew" },
	[REFUSAL_SUBJECT] = { "subject",
	    "there is no such provider, body or mark" },
	[REFUSAL_EXISTS] = { "exists",
	    "this provider or body was added before" },
	[REFUSAL_HALTED] = { "halted",
	    "the authority is halted: only suspend, withdraw, disable and "
	    "resume are carried out" },
	[REFUSAL_FENCED] = { "fenced",
	    "the signer is fenced: two officers must reconcile it first" },
	[REFUSAL_SIGNATURE] = { "signature",
	    "an approval's signature does not verify over this decision" },
	[REFUSAL_PERSON] = { "person",
	    "the person is not on the officers list, is disabled, or is "
	    "outside the dates there" },
	[REFUSAL_ROLE] = { "role",
	    "the person has no role that may propose or approve this" },
	[REFUSAL_TWICE] = { "twice",
	    "one person signs twice; who proposes does not approve" },
	[REFUSAL_APPROVALS] = { "approvals",
	    "more people must approve it" },
	[REFUSAL_ORDER] = { "order",
	    "the proposer's approval comes first, the others follow by "
	    "ascending id" },
	[REFUSAL_ASSESSOR] = { "assessor",
	    "the person assessed this file, or works for the body that did" },
	[REFUSAL_CONFLICT] = { "conflict",
	    "the person declared a conflict with this holder" },
	[REFUSAL_OFFICERS_EXPIRED] = { "officers-expired",
	    "the officers list has expired; two scheme managers sign the "
	    "next" },
	[REFUSAL_RESTS_ON] = { "rests-on",
	    "what the decision rests on is missing, unknown or too much" },
	[REFUSAL_PROOF] = { "proof",
	    "the log does not prove what the decision rests on" },
	[REFUSAL_PROVIDER] = { "provider",
	    "the provider data that it rests on is no longer in force" },
	[REFUSAL_UNASSESSED] = { "unassessed",
	    "a claim line was not assessed, or not at this level" },
	[REFUSAL_STALE_ASSESSMENT] = { "stale-assessment",
	    "an assessment is too old, or its day is still to come" },
	[REFUSAL_ACCREDITATION] = { "accreditation",
	    "the body is unknown, or not accredited for this day and level" },
	[REFUSAL_SCHEME] = { "scheme",
	    "the decision does not name the scheme in force" },
	[REFUSAL_SERVICE] = { "service",
	    "a claim, service, method or kind of evidence is not in the "
	    "scheme" },
	[REFUSAL_LEVEL] = { "level", "the scheme does not offer this level" },
	[REFUSAL_DOCUMENT] = { "document",
	    "the scheme allows no self-declaration at this level" },
	[REFUSAL_PERIOD] = { "period",
	    "a day is past or still to come, or a mark or suspension lasts "
	    "longer than the scheme allows" },
	[REFUSAL_REASON] = { "reason",
	    "the scheme does not allow this reason for this decision" },
	[REFUSAL_STATUS] = { "status",
	    "no unexpired attestation of the mark can change to this status" },
	[REFUSAL_LEAF] = { "leaf",
	    "a register leaf is not the one that the signer made" },
	[REFUSAL_VERSION] = { "version",
	    "the list or scheme does not follow the one in force" },
	[REFUSAL_BATCH] = { "batch", "a batch or epoch is out of order" },
	[REFUSAL_LIMIT] = { "limit", "too many, or too large" },
	[REFUSAL_CLOCK] = { "clock",
	    "the signer's clock ran back or jumped: two officers resume" },
};

const char *
refusal_name(enum refusal r)
{
	return (int)r >= 0 && r < REFUSAL_N ? refusals[r].name : "unknown";
}

const char *
refusal_text(enum refusal r)
{
	return (int)r >= 0 && r < REFUSAL_N ? refusals[r].text :
	    "refused for a reason that this version does not know";
}

enum refusal
refusal_approval(enum km_err err)
{
	static const struct {
		enum km_err	err;
		enum refusal	refusal;
	} names[] = {
		{ KM_OK, REFUSAL_NONE },
		{ KM_ERR_SIGNATURE, REFUSAL_SIGNATURE },
		{ KM_ERR_MISMATCH, REFUSAL_SIGNATURE },	/* over other bytes */
		{ KM_ERR_ALG, REFUSAL_SIGNATURE },
		{ KM_ERR_UNKNOWN_KEY, REFUSAL_PERSON },
		{ KM_ERR_PURPOSE, REFUSAL_PERSON },
		{ KM_ERR_REVOKED, REFUSAL_PERSON }
	};
	size_t	i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].err == err)
			return names[i].refusal;
	return REFUSAL_MALFORMED;
}
