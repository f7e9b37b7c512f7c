/* SPDX-License-Identifier: EUPL-1.2 */
/* What the register of today tells of a moment in the past. */
#ifndef CLI_PAST_H
#define CLI_PAST_H

#include <keurmerk.h>

#include "verifier/register.h"

/*
 * How this attestation stood at that moment, by its public history and its
 * own dates: KM_VALID, or the first of the verdicts of design section 4 that
 * applied then; KM_NOT_LISTED before there was one. A void counts from the
 * start, whenever it came.
 */
enum km_verdict	 cli_past(const struct km_register_leaf *,
		    const struct km_attestation *, int64_t at);

/*
 * The same, under the answer of today: what is not vouched for today tells
 * nothing of the past, and what does not meet the policy did not then.
 */
enum km_verdict	 cli_past_under(enum km_verdict then,
		    const struct km_report *today);

#endif
