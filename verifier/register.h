/* SPDX-License-Identifier: EUPL-1.2 */
/* Register leaf (schemas/register.cddl). */
#ifndef KM_REGISTER_H
#define KM_REGISTER_H

#include "cbor.h"

enum { KM_EVENTS_MAX = 64 };

enum km_event_kind {
	KM_EVENT_GRANT = 1, KM_EVENT_RENEW, KM_EVENT_AMEND, KM_EVENT_SUSPEND,
	KM_EVENT_LIFT, KM_EVENT_WITHDRAW, KM_EVENT_END, KM_EVENT_VOID,
	KM_EVENT_SUPERSEDE
};
struct km_event {
	int64_t		 at;
	enum km_event_kind kind;
	int		 reason;	/* 1..7; 0: null */
};
struct km_register_leaf {
	uint32_t	 index;
	struct km_bytes	 attestation;
	enum km_status	 status;
	size_t		 n;
	struct km_event	 event[KM_EVENTS_MAX];	/* oldest first */
};
enum km_err	 km_register_leaf_decode(struct km_register_leaf *,
		    const uint8_t *, size_t);
/* Next leaf of a run: its bytes, or empty at the end or on error. */
struct km_bytes	 km_register_next(struct km_cbor *run);
/* The array of events alone, as it stands in a badge. */
void		 km_read_events(struct km_cbor *, struct km_event *, size_t *n);
const char	*km_event_name(enum km_event_kind);	/* as in CDDL */

#endif
