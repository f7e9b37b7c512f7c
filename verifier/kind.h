/* SPDX-License-Identifier: EUPL-1.2 */
/* Which object is this? By its first bytes and header 16, nothing verified. */
#ifndef KM_KIND_H
#define KM_KIND_H

#include "cose.h"

enum km_kind {
	KM_KIND_NONE,		/* no object at all */
	KM_KIND_ATTESTATION,
	KM_KIND_BADGE,		/* a map */
	KM_KIND_STATUS,
	KM_KIND_TRUST,
	KM_KIND_OFFICERS,
	KM_KIND_EPOCH,
	KM_KIND_APPROVAL,
	KM_KIND_OTHER		/* a COSE object of another typ, or none */
};
enum km_kind	 km_kind_of(const uint8_t *, size_t);

#endif
