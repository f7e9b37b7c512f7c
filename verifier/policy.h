/* SPDX-License-Identifier: EUPL-1.2 */
/* Policy as data (schemas/policy.cddl). */
#ifndef KM_POLICY_H
#define KM_POLICY_H

#include "keurmerk.h"

enum {
	KM_POLICY_ENVIRONMENT = 1, KM_POLICY_SELF_DECLARATION = 2,
	KM_POLICY_DEMANDS = 3, KM_POLICY_HOLDER = 4, KM_POLICY_BODIES = 5,
	KM_POLICY_STATUS_AGE = 6, KM_POLICY_EPOCH_AGE = 7,
	KM_POLICY_TRUST_AGE = 8, KM_POLICY_SKEW = 9, KM_POLICY_REMEMBER = 10,
	KM_POLICY_ORIGIN = 11
};
enum {
	KM_DEMAND_CLAIM = 1, KM_DEMAND_SERVICE = 2, KM_DEMAND_LEVEL = 3
};
enum {
	KM_AGE_MAX = 315360000,		/* seconds: ten years */
	KM_SKEW_MAX = 300		/* seconds that clocks may differ */
};

#endif
