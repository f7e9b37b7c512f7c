/* SPDX-License-Identifier: EUPL-1.2 */
/* What the register of today tells of a moment in the past. */
#include "verifier/cli/past.h"

/* The status that the history had led to by then; -1: not given yet. */
static int
status_at(const struct km_register_leaf *leaf, int64_t at)
{
	int	status = -1;
	size_t	i;

	for (i = 0; i < leaf->n; i++) {
		if (leaf->event[i].kind == KM_EVENT_VOID &&
		    (status >= 0 || leaf->event[i].at <= at))
			return KM_STATUS_WITHDRAWN;
		if (leaf->event[i].at > at)
			continue;
		switch (leaf->event[i].kind) {
		case KM_EVENT_GRANT:
		case KM_EVENT_RENEW:
		case KM_EVENT_AMEND:
			if (status < 0)
				status = KM_STATUS_VALID;
			break;
		case KM_EVENT_LIFT:
			if (status != KM_STATUS_WITHDRAWN)
				status = KM_STATUS_VALID;
			break;
		case KM_EVENT_SUSPEND:
			if (status != KM_STATUS_WITHDRAWN)
				status = KM_STATUS_SUSPENDED;
			break;
		case KM_EVENT_WITHDRAW:
		case KM_EVENT_END:
		case KM_EVENT_VOID:
			status = KM_STATUS_WITHDRAWN;
			break;
		case KM_EVENT_SUPERSEDE:
			if (status != KM_STATUS_WITHDRAWN)
				status = KM_STATUS_SUPERSEDED;
			break;
		}
	}
	return status;
}

enum km_verdict
cli_past(const struct km_register_leaf *leaf, const struct km_attestation *a,
    int64_t at)
{
	int	status = status_at(leaf, at);

	if (status < 0)
		return KM_NOT_LISTED;
	if (status == KM_STATUS_WITHDRAWN)
		return KM_WITHDRAWN;
	if (at < a->nbf)
		return KM_NOT_YET_VALID;
	if (at >= a->exp)
		return KM_EXPIRED;
	if (status == KM_STATUS_SUSPENDED)
		return KM_SUSPENDED;
	return status == KM_STATUS_SUPERSEDED ? KM_SUPERSEDED : KM_VALID;
}

static int
failed(const struct km_report *r, enum km_check_id id)
{
	return r->check[id].outcome == KM_FAILED;
}

enum km_verdict
cli_past_under(enum km_verdict then, const struct km_report *today)
{
	if (!today->vouched)
		return today->verdict == KM_VALID ? KM_UNDETERMINED :
		    today->verdict;
	if (today->check[KM_CHECK_LISTED].outcome != KM_PASSED ||
	    failed(today, KM_CHECK_EPOCH_MEMORY))
		return KM_UNDETERMINED;
	if (then != KM_VALID)
		return then;
	if (failed(today, KM_CHECK_ORIGIN))
		return KM_WRONG_ORIGIN;
	if (failed(today, KM_CHECK_HOLDER) ||
	    failed(today, KM_CHECK_DOCUMENT) ||
	    failed(today, KM_CHECK_DEMANDS) ||
	    failed(today, KM_CHECK_BODY))
		return KM_UNMET;
	return today->check[KM_CHECK_DOCUMENT].outcome == KM_PASSED ?
	    KM_VALID : KM_UNDETERMINED;
}
