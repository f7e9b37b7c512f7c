/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names of everything that a report can say, as schemas/report.schema.json
 * has them. A number without a name, which only a caller can make up, is
 * "unknown".
 */
#include "report.h"

const char *
km_verdict_name(enum km_verdict v)
{
	switch (v) {
	case KM_VALID:		return "valid";
	case KM_MALFORMED:	return "malformed";
	case KM_UNTRUSTED:	return "untrusted";
	case KM_NOT_YET_VALID:	return "not-yet-valid";
	case KM_EXPIRED:	return "expired";
	case KM_WITHDRAWN:	return "withdrawn";
	case KM_SUSPENDED:	return "suspended";
	case KM_SUPERSEDED:	return "superseded";
	case KM_WRONG_ORIGIN:	return "wrong-origin";
	case KM_UNMET:		return "unmet";
	case KM_NOT_LISTED:	return "not-listed";
	case KM_UNDETERMINED:	return "undetermined";
	}
	return "unknown";
}

const char *
km_check_name(enum km_check_id id)
{
	switch (id) {
	case KM_CHECK_BADGE:		return "badge";
	case KM_CHECK_ATTESTATION:	return "attestation";
	case KM_CHECK_PICTURE:		return "picture";
	case KM_CHECK_TRUST:		return "trust";
	case KM_CHECK_TRUST_DATE:	return "trust-date";
	case KM_CHECK_ISSUER:		return "issuer";
	case KM_CHECK_KEY:		return "key";
	case KM_CHECK_SIGNATURE:	return "signature";
	case KM_CHECK_KEY_PERIOD:	return "key-period";
	case KM_CHECK_KEY_REVOKED:	return "key-revoked";
	case KM_CHECK_ENVIRONMENT:	return "environment";
	case KM_CHECK_NOT_BEFORE:	return "not-before";
	case KM_CHECK_EXPIRY:		return "expiry";
	case KM_CHECK_STATUS_LIST:	return "status-list";
	case KM_CHECK_STATUS_AGE:	return "status-age";
	case KM_CHECK_STATUS:		return "status";
	case KM_CHECK_EPOCH:		return "epoch";
	case KM_CHECK_EPOCH_AGE:	return "epoch-age";
	case KM_CHECK_EPOCH_MEMORY:	return "epoch-memory";
	case KM_CHECK_STATUS_PROOF:	return "status-proof";
	case KM_CHECK_REGISTER_PROOF:	return "register-proof";
	case KM_CHECK_ORIGIN:		return "origin";
	case KM_CHECK_HOLDER:		return "holder";
	case KM_CHECK_DOCUMENT:		return "document";
	case KM_CHECK_DEMANDS:		return "demands";
	case KM_CHECK_BODY:		return "body";
	case KM_CHECK_LISTED:		return "listed";
	case KM_CHECK_NAMES:		return "names";
	case KM_CHECKS:			break;
	}
	return "unknown";
}

const char *
km_outcome_name(enum km_outcome o)
{
	switch (o) {
	case KM_NOT_PERFORMED:	return "not-performed";
	case KM_PASSED:		return "passed";
	case KM_WARNED:		return "warned";
	case KM_FAILED:		return "failed";
	}
	return "unknown";
}

const char *
km_err_name(enum km_err e)
{
	switch (e) {
	case KM_OK:			return "ok";
	case KM_ERR_TRUNCATED:		return "truncated";
	case KM_ERR_TRAILING:		return "trailing";
	case KM_ERR_TYPE:		return "type";
	case KM_ERR_ENCODING:		return "encoding";
	case KM_ERR_LIMIT:		return "limit";
	case KM_ERR_TEXT:		return "text";
	case KM_ERR_VALUE:		return "value";
	case KM_ERR_ORDER:		return "order";
	case KM_ERR_MISMATCH:		return "mismatch";
	case KM_ERR_INFLATE:		return "inflate";
	case KM_ERR_NO_BADGE:		return "no-badge";
	case KM_ERR_TWO_BADGES:		return "two-badges";
	case KM_ERR_TAG:		return "tag";
	case KM_ERR_TYP:		return "typ";
	case KM_ERR_ALG:		return "alg";
	case KM_ERR_HEADER:		return "header";
	case KM_ERR_SIGNATURE:		return "signature";
	case KM_ERR_KEY:		return "key";
	case KM_ERR_NO_TRUST:		return "no-trust";
	case KM_ERR_PIN:		return "pin";
	case KM_ERR_VERSION:		return "version";
	case KM_ERR_THRESHOLD:		return "threshold";
	case KM_ERR_AUTHORITY:		return "authority";
	case KM_ERR_ENVIRONMENT:	return "environment";
	case KM_ERR_UNKNOWN_KEY:	return "unknown-key";
	case KM_ERR_PURPOSE:		return "purpose";
	case KM_ERR_KEY_PERIOD:		return "key-period";
	case KM_ERR_REVOKED:		return "revoked";
	case KM_ERR_EXPIRED:		return "expired";
	case KM_ERR_EARLY:		return "early";
	case KM_ERR_STALE:		return "stale";
	case KM_ERR_MISSING:		return "missing";
	case KM_ERR_INDEX:		return "index";
	case KM_ERR_RESERVED:		return "reserved";
	case KM_ERR_PROOF:		return "proof";
	case KM_ERR_ROLLBACK:		return "rollback";
	case KM_ERR_FORK:		return "fork";
	case KM_ERR_WITHDRAWN:		return "withdrawn";
	case KM_ERR_SUSPENDED:		return "suspended";
	case KM_ERR_SUPERSEDED:		return "superseded";
	case KM_ERR_DOCUMENT:		return "document";
	case KM_ERR_ORIGIN:		return "origin";
	case KM_ERR_HOLDER:		return "holder";
	case KM_ERR_DEMAND:		return "demand";
	case KM_ERR_BODY:		return "body";
	case KM_ERR_PICTURE:		return "picture";
	case KM_ERR_NOT_LISTED:		return "not-listed";
	case KM_ERR_FULL:		return "full";
	case KM_ERR_USE:		return "use";
	case KM_ERR_NOT_REACHED:	return "not-reached";
	}
	return "unknown";
}

const char *
km_environment_name(enum km_environment e)
{
	switch (e) {
	case KM_ENVIRONMENT_PRODUCTION:		return "production";
	case KM_ENVIRONMENT_DEMONSTRATION:	return "demonstration";
	case KM_ENVIRONMENT_EXERCISE:		return "exercise";
	}
	return "unknown";
}

const char *
km_document_name(enum km_document d)
{
	switch (d) {
	case KM_DOCUMENT_CERTIFICATE:		return "certificate";
	case KM_DOCUMENT_SELF_DECLARATION:	return "self-declaration";
	}
	return "unknown";
}

const char *
km_claim_name(enum km_claim c)
{
	switch (c) {
	case KM_CLAIM_BASIC_MEASURES:	return "basic_measures";
	case KM_CLAIM_POLICY_ADVICE:	return "policy_advice";
	}
	return "unknown";
}

const char *
km_level_name(enum km_level l)
{
	switch (l) {
	case KM_LEVEL_BASIC:		return "basic";
	case KM_LEVEL_SUBSTANTIAL:	return "substantial";
	case KM_LEVEL_HIGH:		return "high";
	}
	return "unknown";
}

const char *
km_status_name(enum km_status s)
{
	switch (s) {
	case KM_STATUS_VALID:		return "valid";
	case KM_STATUS_WITHDRAWN:	return "withdrawn";
	case KM_STATUS_SUSPENDED:	return "suspended";
	case KM_STATUS_SUPERSEDED:	return "superseded";
	}
	return "unknown";
}

const char *
km_binding_name(enum km_binding b)
{
	switch (b) {
	case KM_BINDING_NONE:	return "none";
	case KM_BINDING_ORIGIN:	return "origin";
	case KM_BINDING_HOLDER:	return "holder";
	}
	return "unknown";
}

const char *
km_indication_name(enum km_indication i)
{
	switch (i) {
	case KM_TOTAL_PASSED:	return "total-passed";
	case KM_TOTAL_FAILED:	return "total-failed";
	case KM_INDETERMINATE:	return "indeterminate";
	}
	return "unknown";
}

const char *
km_version(void)
{
	return "0.1.0";
}
