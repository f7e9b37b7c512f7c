/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reply: what the office says (schemas/office.cddl), read with the strict
 * reader and without doing anything with it. The office may have been taken
 * over: all of it is as hostile as a stranger's bytes.
 */
#ifndef CTL_REPLY_H
#define CTL_REPLY_H

#include "session.h"

/* Of n subjects of which name is set; what it says of another is an error. */
enum km_err	 reply_subjects(struct subject *, size_t n, struct km_bytes);

/*
 * One decision-answer; it must be of this id. 0: there is no such decision.
 * Otherwise 1, and v counts when the reader has no error.
 */
int	 reply_decision(struct km_cbor *, struct decision_view *v,
	    const uint8_t id[KM_HASH_LEN]);
/* One pending-item. */
void	 reply_pending(struct km_cbor *, struct decision_view *);

/* office-state into s, which first[] is held against: KM_ERR_PIN. */
enum km_err	 reply_state(struct session *s, struct km_bytes);

#endif
