/* SPDX-License-Identifier: EUPL-1.2 */
/* Parts of the report in JSON that others write as well. */
#ifndef KM_REPORT_H
#define KM_REPORT_H

#include "json.h"

void	 km_json_attestation(struct km_json *, const char *key,
	    const struct km_attestation *);
const char *km_environment_name(enum km_environment);
const char *km_document_name(enum km_document);
const char *km_claim_name(enum km_claim);
const char *km_level_name(enum km_level);
const char *km_status_name(enum km_status);
const char *km_binding_name(enum km_binding);
const char *km_indication_name(enum km_indication);
/* Does the check's want and found hold times? */
int	 km_check_has_time(enum km_check_id);

#endif
